"""What serving endpoints speak."""

from __future__ import annotations

from enum import StrEnum


class Api(StrEnum):
    """What an endpoint speaks, by the word that the settings have for it."""

    CHAT = "databricks"
    RESPONSES = "databricks-responses"
    AGENT = "agent"
    """The Responses API, by an agent that retrieves by itself."""
    AGENT_CHAT = "agent-chat"
    """Chat completions as a ``ChatAgent`` has them, which retrieves by itself."""

    @property
    def is_agent(self) -> bool:
        """Whether it retrieves by itself, with all else as its author has chosen it."""
        return self in {Api.AGENT, Api.AGENT_CHAT}

    @property
    def is_chat(self) -> bool:
        """Whether it speaks chat completions."""
        return self in {Api.CHAT, Api.AGENT_CHAT}
