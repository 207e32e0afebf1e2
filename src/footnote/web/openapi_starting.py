"""What a user tells of themselves and what is proposed to them, in the description."""

from __future__ import annotations

from footnote.profiles import ASKED, Step, Style
from footnote.web.operations import answered, operation
from footnote.web.requests.asking import After
from footnote.web.schemas import TEXT, Schema, object_of, query_parameters, ref

_TEXTS = {"type": "array", "items": TEXT}


def starting_paths() -> Schema:
    """The requests by their addresses."""
    return {"/api/profile": _profile(), "/api/suggestions": {"get": _suggest()}}


def starting_schemas() -> dict[str, Schema]:
    """What they answer, by name."""
    choice = object_of({"value": TEXT, "label": TEXT})
    choices = {step.value: {"type": "array", "items": choice} for step in ASKED}
    sources = object_of({"recording_filter": _TEXTS, "filter": ref("FilterBody")})
    profile = {
        "known": {
            "type": "boolean",
            "description": "Whether they have told anything, or said that they don't want to.",
        },
        "role": {"type": ["string", "null"]},
        "topics": _TEXTS,
        "sources": sources | {"description": "What a new conversation is limited to, in the words of a question."},
        "style": {"enum": [*(style.value for style in Style), None]},
        "step": {"enum": [step.value for step in Step]},
        "choices": object_of(choices) | {"description": "What each step can be answered with at a press."},
    }
    proposed = {"type": "array", "items": object_of({"query": TEXT})}
    return {"Profile": object_of(profile), "Suggestions": object_of({"suggestions": proposed})}


def _profile() -> Schema:
    shown = {"200": answered("What the caller has told of themselves.", "Profile")}
    changed = {"200": answered("The profile as it is now.", "Profile")}
    forgotten: Schema = {"204": {"description": "Nothing of it is kept."}}
    change = operation("changeProfile", "Change the fields named.", changed, "403 413 415 429", body=ref("ProfileBody"))
    return {
        "get": operation("readProfile", "Read the caller's profile.", shown, "403 429"),
        "patch": change,
        "delete": operation("forgetProfile", "Forget all that the caller told.", forgotten, ""),
    }


def _suggest() -> Schema:
    summary = "Questions that the library can answer: first ones, or what to ask after an answer of the caller's."
    answers = {"200": answered("At most four; each of them finds passages.", "Suggestions")}
    return operation("suggestQuestions", summary, answers, "403 404 429", query=query_parameters(After))
