"""``footnote eval`` from a set to two runs compared, in this process, with the extractive model on the sample."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from databases import DONE
from fakes import STOP, ScriptedModel, an_answer
from footnote import eval_run
from footnote.__main__ import main
from footnote.contexts import Context
from footnote.errors import ModelUnavailable
from footnote.events import Citation, Citations, Token
from footnote.feedback import Feedback, Opinion, Reason
from footnote.parts import kept_feedback, parts
from footnote.settings import Settings, load

DEPOT = "recordings/2026-03-12-depot-review"
ASKED = [
    {
        "id": "swap",
        "question": "What was decided about the battery swap threshold?",
        "expected": {"documents": [DEPOT], "facts": ["from 20 to 30 percent", ["24 April", "in autumn"]]},
    },
    {"id": "cup", "question": "Who won the football world cup in 1998?", "expected": {"not_found": True}},
    {
        "id": "left-out",
        "question": "Who owns the swaps?",
        "filter": {"kinds": ["pdf"]},
        "expected": {"facts": ["Callum"]},
    },
]


@pytest.fixture(autouse=True)
def place(tmp_path: Path, monkeypatch) -> Path:
    """A folder of its own with a set."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("FOOTNOTE_DATA", str(tmp_path / "data"))
    Path("set.jsonl").write_text("".join(json.dumps(line) + "\n" for line in ASKED))
    return tmp_path


def result_lines(path: str) -> list[dict]:
    return [json.loads(line) for line in Path(path).read_text().splitlines()]


def test_a_set_is_asked_told_kept_held_to_thresholds_and_compared(capsys) -> None:
    assert main(["eval", "run", "set.jsonl", "-o", "a.jsonl", "--at-least", "recall@1=1", "--at-most", "failed=0"]) == 0
    told = {line.split()[0]: line.split()[1:3] for line in capsys.readouterr().out.splitlines() if line}
    assert told["recall@1"] == ["1.000", "1"]
    assert told["facts"] == ["0.500", "2"]
    assert told["rightly_not_found"] == ["1.000", "1"]
    made, swap, cup, left_out = result_lines("a.jsonl")
    assert (made["settings"]["model"], made["settings"]["retriever"], made["library"]["documents"]) == (
        "extractive",
        "embedded",
        6,
    )
    assert (swap["id"], swap["figures"]["facts"], swap["figures"]["supported"]) == ("swap", 1, 1)
    assert swap["cited"][0]["document"] == DEPOT
    assert cup["text"].startswith("Nothing in the documents searched")
    assert left_out["missing_facts"] == ["Callum"]

    # The same with more passages, and a threshold that it misses.
    arguments = ["eval", "run", "set.jsonl", "-o", "b.jsonl", "--at-once", "2", "--at-least", "facts=0.6"]
    assert main(arguments) == 1
    assert capsys.readouterr().err == "facts is 0.500, and should be at least 0.600.\n"
    assert main(["eval", "compare", "a.jsonl", "b.jsonl", "--fail-if-worse"]) == 0
    assert "3 questions: the same figures." in capsys.readouterr().out

    worse = [line | {"figures": line["figures"] | {"facts": 0.0}} for line in result_lines("b.jsonl")[1:]]
    Path("c.jsonl").write_text("\n".join(map(json.dumps, [made, *worse])))
    assert main(["eval", "compare", "a.jsonl", "c.jsonl", "--fail-if-worse"]) == 0, "one of two may be chance"
    out = capsys.readouterr().out
    assert (
        "1 question: worse.\n  swap  What was decided about the battery swap threshold?\n      facts 1.00 → 0.00\n"
        in out
    )


def test_a_question_that_fails_is_told_and_counted_and_asked_again(capsys, monkeypatch, place: Path) -> None:
    """By ``--resume``, which asks no other."""
    model = ScriptedModel("Callum [1].", ModelUnavailable())
    monkeypatch.setattr(eval_run, "parts", lambda settings: parts(settings, models={"extractive": model}))
    assert main(["eval", "run", "set.jsonl", "-o", "a.jsonl"]) == 0
    out, err = capsys.readouterr()
    assert "3 questions, 3 failed" in out
    assert "swap failed: MODEL_UNAVAILABLE" in err
    assert main(["eval", "run", "set.jsonl", "-o", "a.jsonl"]) == 1
    assert capsys.readouterr().err == "a.jsonl is there already: --resume goes on with it, -o names another.\n"

    asked = len(model.prompts)
    model.script = ("Callum [1].", STOP)
    kept = Path("a.jsonl").read_text().splitlines()
    kept[1] = json.dumps(json.loads(kept[1]) | {"error": None, "status": "complete"})
    Path("a.jsonl").write_text("\n".join(kept)[:-30])  # cut as it was written
    assert main(["eval", "run", "set.jsonl", "-o", "a.jsonl", "--resume"]) == 0
    assert len(model.prompts) - asked == 2, "the first is there already"
    assert "3 questions, 0 failed" in capsys.readouterr().out

    Path("set.jsonl").write_text(json.dumps(ASKED[0]))
    assert main(["eval", "run", "set.jsonl", "-o", "a.jsonl", "--resume"]) == 1
    assert capsys.readouterr().err == "a.jsonl can't be gone on with: its run had another set.\n"


def test_what_is_interrupted_keeps_what_it_has_and_calls_the_rest_off(capsys, monkeypatch) -> None:
    held = ScriptedModel("Callum [1].", STOP)
    monkeypatch.setattr(eval_run, "parts", lambda settings: parts(settings, models={"extractive": held}))

    def interrupted(results, **_):
        yield next(results)
        raise KeyboardInterrupt

    monkeypatch.setattr(eval_run, "tqdm", interrupted)
    assert main(["eval", "run", "set.jsonl", "-o", "a.jsonl"]) == eval_run.INTERRUPTED
    assert capsys.readouterr().out == "1 of 3 questions are in a.jsonl: --resume -o a.jsonl goes on.\n"
    assert len(result_lines("a.jsonl")) == 2


def test_what_cannot_be_used_is_said(capsys) -> None:
    Path("wrong.jsonl").write_text('{"question": "Q", "filter": {"since": "May"}}')
    assert main(["eval", "run", "wrong.jsonl"]) == 1
    assert capsys.readouterr().err == "wrong.jsonl, line 1: filter.since: has to be a day, such as 2026-03-12\n"
    assert main(["eval", "run", "none.jsonl"]) == 1
    assert capsys.readouterr().err == "none.jsonl can't be read: No such file or directory.\n"
    assert main(["eval", "run", "set.jsonl", "--model", "other"]) == 2
    assert capsys.readouterr().err == "--model 'other' is none of FOOTNOTE_MODELS: extractive.\n"
    with pytest.raises(SystemExit):
        main(["eval", "run", "set.jsonl", "--at-least", "recal@5=1"])
    assert "there is no figure 'recal@5'; is recall@5 meant?" in capsys.readouterr().err


def feedback_on(settings: Settings) -> list[str]:
    """Answers and what was said of them; the ids in the order that they were judged."""
    cited = [Citation(n, f"pier#{n}", "pier", "Pier", "It is.", cited=n < 3) for n in (1, 2, 3)]
    other = Citation(4, "ferry#1", "ferry", "Ferry", "It is.", cited=True)
    nothing = "The passages do not say who."
    answers = [
        an_answer(query="Who?", recording_filter=("pier", "ferry")),
        an_answer(query="Where?"),
        an_answer(query="When?"),
        an_answer(query="Why?"),
        an_answer(query="What of the chart?", context=Context("Revenue")),
    ]
    follow_up = an_answer(query="And who else?", session_id=answers[0].session_id)
    with kept_feedback(settings) as (store, log):
        for answer in (*answers, follow_up):
            log.create(answer)
            text = nothing if answer.query in {"Where?", "When?"} else "Ann\u2028[1]."
            sources = (*cited, other) if text != nothing else ()
            log.append([(answer.id, [Token(text), Citations(sources), DONE])])
        said = [
            (answers[0], Opinion.UP, None),
            (answers[0], Opinion.WRONG_SOURCE, 4),
            (answers[1], Opinion.UP, None),
            (answers[2], Opinion.DOWN, None),
            (answers[3], Opinion.DOWN, None),
            (answers[4], Opinion.UP, None),
            (follow_up, Opinion.UP, None),
        ]
        for minute, (answer, opinion, n) in enumerate(said):
            reason = Reason.NOT_SAID if n else None
            store.put(Feedback(answer.id, "ann", opinion, datetime(2026, 3, 12, 9, minute, tzinfo=UTC), n, reason))
    return [answer.id for answer in (*answers[:4], follow_up)]


def test_what_users_said_becomes_a_set_that_can_be_asked(capsys) -> None:
    ids = feedback_on(load())
    assert main(["eval", "set", "--from-feedback", "-o", "said.jsonl"]) == 0
    assert capsys.readouterr().out == "5 written to said.jsonl.\n"
    lines = result_lines("said.jsonl")
    assert [line["id"] for line in lines] == ids, "a chart can't be taken along"
    assert [line["expected"] for line in lines] == [
        {"wrong_passages": ["ferry#1"], "documents": ["pier"]},
        {"not_found": True},
        {"not_found": False},
        {},
        {"documents": ["ferry", "pier"]},
    ]
    assert lines[0]["filter"] == {"documents": ["pier", "ferry"]}
    assert lines[0]["note"] == "up; wrong_source [4], not_said"
    assert lines[4]["turns"] == [{"question": "Who?", "answer": "Ann\u2028[1]."}]
    assert "ann" not in Path("said.jsonl").read_text()
    assert main(["eval", "run", "said.jsonl", "-o", "a.jsonl"]) == 0, "whatever counts as a line's end elsewhere"
