"""What it means to a person, and to who runs the page, that the workspace refused what was asked with their rights."""

from __future__ import annotations

import logging
import re
from enum import Enum, StrEnum

from footnote.callers import Caller
from footnote.errors import AuthFailed, StreamingError

log = logging.getLogger(__name__)


class Asked(StrEnum):
    """What of the workspace was asked."""

    MODEL = "model"
    INDEX = "index"


class Why(Enum):
    """Why a user was refused, each with what has to be done, by the name that the page's catalogue has for it."""

    expired = "Your sign-in has expired. Reload the page to sign in again; nothing is lost."
    scope_model = (
        "This page may not ask models in your name. Whoever runs it has to add the scope model-serving "
        "(serving.serving-endpoints in older workspaces) to the app's user authorization; then sign in anew."
    )
    scope_index = (
        "This page may not search in your name. Whoever runs it has to add the scope vector-search "
        "(vectorsearch.vector-search-indexes in older workspaces) to the app's user authorization; then sign in anew."
    )
    permission_model = (
        "You may not ask this model. Whoever runs this page, or owns the model's endpoint, has to grant you CAN QUERY."
    )
    permission_index = (
        "You may not search this index. Its owner has to grant you SELECT on it, and USE on its catalog and schema."
    )


_SCOPES = re.compile(r"does not have required scopes?(?:: *([\w.:, -]{1,200}))?", re.IGNORECASE)
# An expired token is refused with 403 as well; only the words tell.
_EXPIRED = re.compile(r"invalid (access )?token|expired|credential was not sent|unauthenticated", re.IGNORECASE)


def refusal(asked: Asked, said: str, caller: Caller | None) -> AuthFailed:
    """The error for who was refused; ``said`` is what the workspace said, of which nothing is repeated to them."""
    if caller is None or caller.token is None:
        return AuthFailed()
    if scopes := _SCOPES.search(said):
        log.warning("the users' tokens lack a scope to ask the %s: %s", asked, (scopes[1] or "not said which").strip())
        return _because(Why[f"scope_{asked}"])
    return _because(Why.expired if _EXPIRED.search(said) else Why[f"permission_{asked}"])


def explained(failure: StreamingError, asked: Asked, caller: Caller | None) -> StreamingError:
    """The failure in the words for its caller, where it is a refusal of theirs."""
    if not isinstance(failure, AuthFailed) or caller is None or caller.token is None:
        return failure
    return refusal(asked, failure.said, caller)


def _because(why: Why) -> AuthFailed:
    # After a sign-in the same may be asked again.
    return AuthFailed(why.value, why=why.name, retryable=why is Why.expired)
