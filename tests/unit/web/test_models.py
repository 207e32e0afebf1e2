"""Several models: a client learns which there are, asks one of them, and is told which one answered."""

from dataclasses import replace

from fakes import STOP, ScriptedModel
from page_client import Page, assert_problem, question


def test_the_models_that_can_be_asked_are_listed_with_the_default_first(scripted):
    thorough = ScriptedModel("Another ", "word.", STOP, name="Thorough")
    page = Page(replace(scripted, models=dict(scripted.models) | {"Thorough": thorough}))
    listed = page.call("GET", "/models").get_json()["models"]
    assert [model["name"] for model in listed] == ["scripted", "Thorough"]

    asked = page.answered(model="Thorough")

    assert len(thorough.prompts) == 1
    assert page.model.prompts == []
    assert page.call("GET", f"/answers/{asked}").get_json()["model"] == "Thorough"
    assert_problem(page.post("/answers", question(model="Fast")), 400, "INVALID_REQUEST", "scripted, Thorough")
