"""Which models the settings name: those that take long to make are put together without being made."""

from __future__ import annotations

import sys
from types import ModuleType

import pytest

from fakes import ListRetriever
from footnote.chat import Cancellation, Message, Prompt, Starts
from footnote.errors import SettingsError
from footnote.models.choice import Options, check, models

OPTIONS = Options(1, None, 1.0, ListRetriever())
GRAPH = """
from langchain_core.runnables import RunnableLambda
from footnote.models.langchain import LangChainAnswerer

answerer = LangChainAnswerer(RunnableLambda(lambda _: "In May."), retrieves=RETRIEVES)
"""


@pytest.fixture(params=[True, False])
def retrieves(request, tmp_path, monkeypatch):
    """A module of somebody's with a model that searches by itself or does not."""
    (tmp_path / "graph_of_theirs.py").write_text(GRAPH.replace("RETRIEVES", str(request.param)))
    monkeypatch.syspath_prepend(tmp_path)
    yield request.param
    sys.modules.pop("graph_of_theirs", None)


def test_a_graph_is_imported_behind_the_page_and_says_then_whether_it_searches_by_itself(retrieves):
    named = {"team": "langchain:graph_of_theirs:answerer"}
    check(named)
    model = models(named, OPTIONS)["team"]
    assert "graph_of_theirs" not in sys.modules
    assert isinstance(model, Starts)
    chunks = model.stream(Prompt((Message("user", "When?"),), "When?"), Cancellation())
    assert "".join(chunk.text for chunk in chunks) == "In May."
    assert (model.ready, model.retrieves) == (True, retrieves)


@pytest.mark.parametrize("module", ["no_such_module", "no.such.module", "json.no_such_module"])
def test_a_graph_whose_module_is_not_there_is_told_at_the_start(module):
    with pytest.raises(SettingsError, match=f"langchain:{module}:graph.*there is no module '{module}'"):
        check({"team": f"langchain:{module}:graph"})


def test_a_graph_in_the_script_that_was_started_is_there(monkeypatch):
    monkeypatch.setitem(sys.modules, "__main__", ModuleType("__main__"))
    check({"team": "langchain:__main__:graph"})
