"""Which models the settings name, and how each is made: the choice costs nothing, making one may take long."""

from __future__ import annotations

import importlib.util
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from footnote.chat import Model
from footnote.errors import SettingsError
from footnote.models.apis import Api
from footnote.models.starting import StartingModel
from footnote.passages import Retriever

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
    """The models by name; one whose packages take long to load is there later, and waited for."""
    agents = unfiltered(named)
    return {
        name: StartingModel(name, packages, build, retrieves=name in agents)
        if (packages := _packages(named[name]))
        else build()
        for name, build in builders(named, options).items()
    }


def _packages(model: str) -> Sequence[str]:
    """What is imported to make it, where that takes long."""
    if where := _graph(model):
        return "footnote.models.langchain", where.partition(":")[0]
    return ("databricks_langchain",) if _api(model) else ()


def check(named: Mapping[str, str]) -> None:
    """Raise ``SettingsError`` where a model can't be used that is named; looks for no more than credentials and files.

    What takes long to find out, as whether a graph can be put together, is told once it is made.
    """
    for where in filter(None, map(_graph, named.values())):
        if not _is_there(module := where.partition(":")[0]):
            raise SettingsError(f"The model 'langchain:{where}' can't be used: there is no module {module!r}.")
    endpoint = next((model for model in named.values() if _api(model)), None)
    if endpoint is not None:
        from footnote.models.databricks import check_credentials

        check_credentials(endpoint)


def unfiltered(named: Mapping[str, str]) -> frozenset[str]:
    """The names of those whom a question's filter does not reach: agents, which search as their author has it."""
    return frozenset(name for name, model in named.items() if (api := _api(model)) and api.is_agent)


def _is_there(module: str) -> bool:
    try:
        # One that runs already may have no such record, as the script that was started.
        return module in sys.modules or importlib.util.find_spec(module) is not None
    except ImportError:  # of a package above it
        return False


def _graph(model: str) -> str:
    """Where the Runnable or graph stands that the model is; empty where it is none."""
    kind, _, where = model.partition(":")
    return where if kind == "langchain" else ""


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
