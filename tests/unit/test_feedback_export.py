"""What users said, taken along: each with the question, the answer and the source that it is about."""

from __future__ import annotations

import csv
import io
import json
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from databases import DONE
from fakes import an_answer
from footnote.__main__ import main
from footnote.events import Citation, Citations, Token
from footnote.feedback import Feedback, Opinion, Reason
from footnote.parts import kept_feedback
from footnote.passages import Filter, Kind
from footnote.settings import load

AT = datetime(2026, 3, 12, 9, 30, tzinfo=UTC)


@pytest.fixture(autouse=True)
def answer(tmp_path, monkeypatch):
    """An answer with two sources, of which one is cited, and two things that were said of it."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("FOOTNOTE_DATA", str(tmp_path / "data"))
    monkeypatch.delenv("FOOTNOTE_DATABASE_URL", raising=False)
    asked = an_answer(
        query="=Who?",
        recording_filter=("pier",),
        criteria=Filter(kinds=frozenset({Kind.RECORDING})),
        created_at=datetime(2026, 3, 12, 9, tzinfo=UTC),
    )
    cited = Citation(1, "pier#0", "pier", "Pier", "Ann does.", cited=True)
    other = replace(cited, n=2, passage_id="pier#1", cited=False)
    with kept_feedback(load()) as (store, log):
        log.create(asked)
        log.append([(asked.id, [Token("Ann [1].\nSo it is."), Citations((cited, other)), DONE])])
        store.put(Feedback(asked.id, "ann", Opinion.WRONG_SOURCE, AT, 1, Reason.NOT_SAID, "Ben, said “Ann”."))
        store.put(Feedback(asked.id, "ann", Opinion.UP, AT.replace(minute=31)))
    return asked


def exported(capsys, *arguments: str) -> str:
    assert main(["feedback", "export", *arguments]) == 0
    return str(capsys.readouterr().out)


def test_each_thing_said_is_a_line_with_all_that_a_test_case_needs(capsys, answer) -> None:
    of_source, of_answer = map(json.loads, exported(capsys).splitlines())
    assert of_source == {
        "at": "2026-03-12T09:30:00+00:00",
        "verdict": "wrong_source",
        "reason": "not_said",
        "comment": "Ben, said “Ann”.",
        "question": "=Who?",
        "answer": "Ann [1].\nSo it is.",
        "status": "complete",
        "n": 1,
        "passage_id": "pier#0",
        "document_id": "pier",
        "excerpt": "Ann does.",
        "cited": [{"n": 1, "passage_id": "pier#0", "document_id": "pier"}],
        "documents": ["pier"],
        "filter": {"kinds": ["recording"]},
        "model": "scripted",
        "asked_at": "2026-03-12T09:00:00+00:00",
        "answer_id": answer.id,
    }
    nothing = dict.fromkeys(("reason", "comment", "n", "passage_id", "document_id", "excerpt"))
    assert of_answer == of_source | nothing | {"verdict": "up", "at": "2026-03-12T09:31:00+00:00"}


def test_as_a_table_no_cell_is_a_formula(capsys, tmp_path) -> None:
    assert exported(capsys, "--format", "csv", "-o", "said.csv") == "2 written to said.csv.\n"
    with (tmp_path / "said.csv").open(encoding="utf-8", newline="") as file:
        of_source, of_answer = csv.DictReader(file)
    assert of_source["question"] == "'=Who?"
    assert of_source["answer"] == "Ann [1].\nSo it is."
    assert json.loads(of_source["filter"]) == {"kinds": ["recording"]}
    assert (of_source["n"], of_answer["n"]) == ("1", "")
    assert "user" not in of_source


@pytest.mark.parametrize(
    ("said", "cell"),
    [
        ("x;=1+1", "x;'=1+1"),
        ("a\t@b\nc\r-d;+e", "a\t'@b\nc\r'-d;'+e"),
        ('x; "=1+1"', 'x;\' "=1+1"'),
        ("\uff1d1+1", "'\uff1d1+1"),
        ("\tx", "'\tx"),
        ("a - b, 1+1 = 2; c-d", "a - b, 1+1 = 2; c-d"),
        ("", ""),
    ],
)
def test_nor_is_a_part_of_one_where_a_spreadsheet_splits_elsewhere(capsys, answer, said, cell) -> None:
    with kept_feedback(load()) as (store, _):
        store.put(Feedback(answer.id, "ann", Opinion.UP, AT.replace(minute=31), comment=said))
    rows = csv.DictReader(io.StringIO(exported(capsys, "--format", "csv"), newline=""))
    assert [row["comment"] for row in rows][1] == cell
    assert json.loads(exported(capsys).splitlines()[1])["comment"] == said


def test_who_said_it_is_told_only_where_it_is_asked_for(capsys) -> None:
    assert "user" not in json.loads(exported(capsys).splitlines()[0])
    assert json.loads(exported(capsys, "--with-users").splitlines()[0])["user"] == "ann"
    assert exported(capsys, "--format", "csv", "--with-users").splitlines()[0].endswith(",user")


def test_what_was_deleted_is_not_exported(capsys, answer) -> None:
    with kept_feedback(load()) as (_, log):
        log.delete(answer.session_id)
    assert exported(capsys) == ""


def test_a_file_that_cannot_be_written_is_named(capsys) -> None:
    assert main(["feedback", "export", "-o", str(Path("nowhere") / "said.jsonl")]) == 1
    assert capsys.readouterr().err == "nowhere/said.jsonl can't be written: No such file or directory.\n"
