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
    """A ``Model`` of Footnote's by its name; None where nothing is given, or what the settings are to choose."""
    if given is None or isinstance(given, str):
        return None
    if isinstance(getattr(given, "name", None), str) and not hasattr(given, "invoke"):
        return {given.name: given}
    raise SettingsError('model= takes a Footnote Model, or a setting such as "databricks:my-endpoint".')
