"""What another app gives Footnote to answer with, as the protocols of the rooms have it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from footnote.chat import Model
from footnote.errors import SettingsError
from footnote.passages import Retriever


def retriever_of(given: Any) -> Retriever | None:
    """A ``Retriever`` of Footnote's or LangChain's; None where nothing is given."""
    if given is None or (hasattr(given, "search") and hasattr(given, "scope")):
        return given  # type: ignore[no-any-return]
    if hasattr(given, "invoke"):
        from footnote.retrieval.langchain import LangChainRetriever

        return LangChainRetriever(given)
    raise SettingsError("retriever= takes a Footnote Retriever or a LangChain retriever, such as store.as_retriever().")


def models_of(given: Any) -> Mapping[str, Model] | None:
    """A ``Model`` by its name, also of LangChain's; None where nothing is given, or what the settings are to choose.

    A chat model is given the messages with what Footnote found; any other Runnable, or a graph, finds by itself.
    """
    if given is None or isinstance(given, str):
        return None
    if hasattr(given, "invoke"):
        from footnote.models.langchain import LangChainAnswerer, messages

        if hasattr(given, "bind_tools"):  # what only chat models have
            given = LangChainAnswerer(given, name=type(given).__name__, input=messages, retrieves=False)
        else:
            given = LangChainAnswerer(given)
    if isinstance(getattr(given, "name", None), str) and hasattr(given, "stream"):
        return {given.name: given}
    raise SettingsError(
        'model= takes a Footnote Model, a LangChain Runnable or chat model, or a setting such as "databricks:endpoint".'
    )
