"""Which models the settings name, and how each is made: the choice costs nothing, making one may take long."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from footnote.chat import Model
from footnote.models.apis import Api
from footnote.models.starting import StartingModel
from footnote.passages import Retriever

PACKAGES = ("databricks_langchain",)
"""What every client of an endpoint is made with."""

Build = Callable[[], Model]


@dataclass(frozen=True, slots=True)
class Options:
    """What the models are made with."""

    max_tokens: int
    temperature: float | None
    idle_timeout_s: float
    retriever: Retriever
    """What the page searches with, for graphs that want to search with it too."""


def models(named: Mapping[str, str], options: Options) -> dict[str, Model]:
    """The models by name; one whose client takes long to load is there later, and waited for."""
    return {
        name: StartingModel(name, PACKAGES, build, retrieves=api.is_agent) if (api := _api(named[name])) else build()
        for name, build in builders(named, options).items()
    }


def check(named: Mapping[str, str]) -> None:
    """Raise ``SettingsError`` where a model can't be used that is named; asks for no more than credentials."""
    endpoint = next((model for model in named.values() if _api(model)), None)
    if endpoint is not None:
        from footnote.models.databricks import check_credentials

        check_credentials(endpoint)


def unfiltered(named: Mapping[str, str]) -> frozenset[str]:
    """The names of those whom a question's filter does not reach: agents, which search as their author has it."""
    return frozenset(name for name, model in named.items() if (api := _api(model)) and api.is_agent)


def _api(model: str) -> Api | None:
    """What the model's endpoint speaks; None where it has none."""
    kind = model.partition(":")[0]
    return Api(kind) if kind in set(Api) else None


def builders(named: Mapping[str, str], options: Options) -> dict[str, Build]:
    """How each model is made, by its name, in the order given."""
    return {name: _builder(model, options) for name, model in named.items()}


def _builder(model: str, options: Options) -> Build:
    kind, _, what = model.partition(":")
    match kind:
        case "extractive":
            return _extractive
        case "langchain":
            return lambda: _langchain(what, options)
        case _:
            return lambda: _databricks(kind, what, options)


def _databricks(api: str, endpoint: str, options: Options) -> Model:
    from footnote.models.databricks import DatabricksModel

    return DatabricksModel(
        endpoint,
        api=Api(api),
        max_tokens=options.max_tokens,
        temperature=options.temperature,
        idle_timeout_s=options.idle_timeout_s,
    )


def _langchain(where: str, options: Options) -> Model:
    from footnote.models.langchain import load
    from footnote.retrieval.of_who_asks import OfWhoAsks

    return load(where, OfWhoAsks(options.retriever))


def _extractive() -> Model:
    from footnote.models.extractive import ExtractiveModel

    return ExtractiveModel()
