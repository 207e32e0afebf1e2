"""How a question to the workspace is answered: well, slowly, or in one of the ways in which it goes wrong."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

from workspace.identities import refusal

ANSWER = (
    "The launch moved to **May**, because the audit is still open [1].\n\n"
    "- Priya wants to wait for the report [2].\n"
    "- Tom would rather ship a part of it first [1][3].\n\n"
    "They agreed to decide on Thursday [3]."
)
End = Literal["finish", "silence", "reset", "cut", "unfinished", "malformed", "error", "error_text", "error_code"]
Content = Literal["text", "blocks", "blocks_string"]


@dataclass(frozen=True)
class Scenario:
    """How one request is answered. Delays in seconds; ``rate`` in chunks a second, 0 for all at once."""

    text: str | None = None  # None: the endpoint's answer
    rate: float = 0
    whole: bool = False  # the text as one chunk
    stamp: bool = False
    chunks: int = 100  # of a stamped answer
    headers_delay_s: float = 0
    first_delay_s: float = 0
    after: int | None = None  # how many chunks to send before ``end``; None: all
    end: End = "finish"
    finish_reason: str = "stop"
    done: bool = True  # send [DONE]
    linger: bool = False  # leave the response open after the finish reason
    content: Content = "text"
    usage: Literal["last", "each", "none"] = "last"
    status: int = 200
    fails: int | None = None  # how many requests in a row get the status; None: all
    error: dict[str, Any] | None = None
    retry_after: str | None = None
    page: str | None = None  # HTML in place of an answer
    error_frame: dict[str, Any] | None = None
    # of agents and the Responses API
    completes: bool = True  # False: an agent's author yields items, and no event that the response is complete
    steps: tuple[dict[str, Any], ...] = ()  # events before the text
    annotations: tuple[tuple[int, dict[str, Any]], ...] = ()  # behind the piece of that number
    annotated_late: tuple[dict[str, Any], ...] = ()  # only in the message as a whole
    custom_outputs: dict[str, Any] | None = None


BUSY = refusal("REQUEST_LIMIT_EXCEEDED", "REQUEST_LIMIT_EXCEEDED: Exceeded workspace rate limit for secret-host.")
STARTING = refusal("TEMPORARILY_UNAVAILABLE", "The endpoint is scaling up from zero.")
TOO_LONG = refusal("BAD_REQUEST", "Input is too long for requested model: 210034 tokens > 200000 maximum")
PAGE = "<!DOCTYPE html><html><head><title>Sign in</title></head><body>Sign in to secret-host</body></html>"

FAILED = {"code": "server_error", "message": "Model container of secret-host died"}

SCENARIOS = {
    "text": Scenario(),
    "steady": Scenario(rate=30),
    "fast": Scenario(rate=200),
    "slow": Scenario(rate=4),
    "slow-start": Scenario(first_delay_s=2),
    "slow-headers": Scenario(headers_delay_s=2),
    "no-headers": Scenario(headers_delay_s=3600),
    "no-chunk": Scenario(first_delay_s=3600),
    "stall": Scenario(after=5, end="silence"),
    "reset": Scenario(after=5, end="reset"),
    "reset-early": Scenario(after=0, end="reset"),
    "cut": Scenario(after=5, end="cut"),
    "unfinished": Scenario(after=5, end="unfinished"),
    "malformed": Scenario(after=5, end="malformed"),
    "malformed-first": Scenario(after=0, end="malformed"),
    "error-frame": Scenario(after=5, end="error"),
    "error-text-frame": Scenario(after=5, end="error_text"),
    "error-code-frame": Scenario(after=5, end="error_code"),
    "error-code-busy": Scenario(after=5, end="error_code", error_frame=BUSY),
    "error-code-context": Scenario(after=0, end="error_code", error_frame=TOO_LONG),
    "response-failed": Scenario(
        after=5,
        end="error",
        error_frame={"type": "response.failed", "response": {"id": "resp_1", "status": "failed", "error": FAILED}},
    ),
    "error-event": Scenario(after=5, end="error", error_frame={"type": "error", **FAILED}),
    "empty": Scenario(after=0, end="unfinished"),
    "silent": Scenario(text="", usage="none"),
    "context": Scenario(status=400, error=TOO_LONG),
    "bad-request": Scenario(status=400, error=refusal("BAD_REQUEST", "Parameter top_q is unknown to secret-host.")),
    "401": Scenario(status=401, error=refusal("UNAUTHENTICATED", "Credential of secret-host was not sent.")),
    "403": Scenario(status=403, error=refusal("PERMISSION_DENIED", "No permission to query secret-host.")),
    "404": Scenario(status=404, error=refusal("RESOURCE_DOES_NOT_EXIST", "No endpoint on secret-host.")),
    "429": Scenario(status=429, error=BUSY, retry_after="120"),
    "429-bare": Scenario(status=429, error=BUSY),
    "429-once": Scenario(status=429, error=BUSY, retry_after="1", fails=1),
    "500": Scenario(status=500, error=refusal("INTERNAL_ERROR", "Traceback of secret-host")),
    "500-once": Scenario(status=500, error=refusal("INTERNAL_ERROR", "Traceback of secret-host"), fails=1),
    "502": Scenario(status=502, page=PAGE),
    "503": Scenario(status=503, error=STARTING),
    "503-once": Scenario(status=503, error=STARTING, fails=1),
    "html": Scenario(page=PAGE),
    "blocks": Scenario(content="blocks"),
    "blocks-string": Scenario(content="blocks_string"),
    "json-answer": Scenario(text='[{"type": "launch", "month": "May"}, {"type": "audit"}]', whole=True),
    "bracket-answer": Scenario(text="[1] says May, and [2] says June.", whole=True),
    "usage-each": Scenario(usage="each"),
    "no-usage": Scenario(usage="none"),
    "length": Scenario(finish_reason="length"),
    "content-filter": Scenario(finish_reason="content_filter"),
    "tool-calls": Scenario(finish_reason="tool_calls"),
    "lingers": Scenario(done=False, linger=True),
    "script": Scenario(
        text='<script>document.title="owned"</script> <img src=x onerror="document.title=1"> '
        "[here](javascript:document.title=1) [1]"
    ),
}
