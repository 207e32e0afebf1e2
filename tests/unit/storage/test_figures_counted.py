"""What operators are shown is counted from what is kept, in all processes and on both databases."""

from datetime import UTC, datetime, timedelta
from itertools import count

import pytest
from sqlalchemy import text

from databases import DONE
from fakes import an_answer
from footnote.chat import FinishReason
from footnote.errors import Code
from footnote.events import (
    Citation,
    Citations,
    Done,
    Error,
    Retrieved,
    Retrying,
    Statement,
    Stopped,
    Timings,
    Token,
    TokenCounts,
    Verdict,
)
from footnote.feedback import Feedback, Opinion, Reason
from footnote.figures import LISTED, OfModel, Said, Step, Waited, Window
from footnote.storage import counting, figures, outcomes
from footnote.storage.answers import SqlLog
from footnote.storage.feedback import SqlFeedback
from footnote.storage.figures import SqlOperations
from footnote.storage.transactions import writing

NOW = datetime(2026, 3, 12, 9, 30, tzinfo=UTC)
FAILED = Error(Code.TIMEOUT, "Too slow.", retryable=True)


def whole(first_token_ms):
    return Done(FinishReason.STOP, TokenCounts(100, 20), Timings(3000, first_token_ms=first_token_ms))


def cites(*documents):
    made = tuple(Citation(n, f"{d}#0", d, d, "So.", cited=True) for n, d in enumerate(documents, 1))
    return Citations(made, (Statement(0, 2, Verdict.SUPPORTED), Statement(3, 5, Verdict.WEAK)))


def asked(log, *events, ago=timedelta(), **fields):
    answer = an_answer(created_at=NOW - ago, **fields)
    log.create(answer)
    log.append([(answer.id, list(events))])
    return answer


@pytest.fixture
def operations(shared):
    return SqlOperations(shared.open(), now=lambda: NOW)


def test_where_nothing_was_asked_everything_is_zero(operations):
    counted = operations.figures(Window.DAY)
    assert (counted.answers, counted.running, counted.streams, counted.unanswered) == (0, 0, 0, 0)
    assert len(counted.steps) == Window.DAY.steps
    assert (counted.first_token_ms, counted.errors, counted.models, counted.feedback) == (None, (), (), ())
    assert operations.uncited(["pier"]) == ["pier"]


def test_answers_of_all_processes_are_counted_in_the_steps_in_which_they_were_asked_for(a, b, operations):
    day = timedelta(days=1)
    asked(a, cites("pier"), whole(400), ago=2 * day)
    asked(b, cites("pier", "ferry"), whole(1234), model="thorough")
    asked(b, FAILED, ago=timedelta(hours=1))
    asked(a, Retrying(Code.RATE_LIMIT, 1, 0.1), Token("It "), cites("ferry"), Stopped())
    asked(a, cites("old"), whole(9), ago=31 * day)
    a.create(an_answer())
    assert a.open_stream("ann", 5)
    counted = operations.figures(Window.MONTH)
    midnight = NOW.replace(hour=0, minute=0)
    assert [step for step in counted.steps if step.done + step.error] == [
        Step(midnight - 2 * day, done=1, first_token_ms=Waited(400, 400, 400)),
        Step(midnight, done=1, cancelled=1, error=1, first_token_ms=Waited(1200, 1200, 1200)),
    ]
    assert (counted.answers, counted.running, counted.streams) == (4, 1, 1)
    assert (counted.first_token_ms, counted.errors) == (Waited(400, 1200, 1200), (("TIMEOUT", 1),))
    assert counted.models == (
        OfModel("scripted", 3, 1, 100, 20, Waited(400, 400, 400)),
        OfModel("thorough", 1, 0, 100, 20, Waited(1200, 1200, 1200)),
    )
    assert (counted.retries, counted.statements, counted.supported) == (1, 6, 3)
    assert counted.cited == {"pier": 2, "ferry": 2}
    assert operations.uncited(["ferry", "none", "old"]) == ["none"]
    assert operations.figures(Window.DAY).answers == 3


def test_slices_come_to_the_same_as_the_whole(a, operations, monkeypatch):
    for n in range(7):
        asked(a, cites("pier", f"d{n}"), whole(100 * n + 1), ago=timedelta(hours=7 - n))
    expected = operations.figures(Window.WEEK)
    taken = count()
    take = counting.Counted.take
    monkeypatch.setattr(counting.Counted, "take", lambda *given: (next(taken), take(*given)))
    monkeypatch.setattr(figures, "SLICE", 2)
    assert SqlOperations(operations._engine, now=lambda: NOW).figures(Window.WEEK) == expected
    assert next(taken) == 4


def test_times_are_told_to_two_digits(a, operations):
    for ms in (0, 7, 99, 104, 995, 1049, 12_499, 12_500, 987_654):
        asked(a, whole(ms), model=f"m{ms}")
    told = {of.model: of.first_token_ms.p50 for of in operations.figures(Window.DAY).models}
    assert told == {
        "m0": 0,
        "m7": 7,
        "m99": 99,
        "m104": 100,
        "m995": 1000,
        "m1049": 1000,
        "m12499": 12000,
        "m12500": 13000,
        "m987654": 990_000,
    }


def test_questions_without_an_answer_are_told_once_each_the_latest_first_and_only_some(a, operations, shared):
    nothing = (Retrieved(("who?",), ()), Token("Nothing was found."), Citations(()), DONE)
    for query in ("Who paid?", "who  PAID?", "Who swam?"):
        asked(a, *nothing, query=query)
    asked(a, cites("pier"), DONE, query="Who answered?")
    asked(a, *nothing, query="Who long ago?", ago=timedelta(days=40))
    counted = operations.figures(Window.DAY)
    assert counted.unanswered == 3
    assert [(q.query, q.times, q.asked_at) for q in counted.questions] == [
        ("Who swam?", 1, NOW),
        ("who  PAID?", 2, NOW),
    ]
    hidden = SqlOperations(shared.open(), texts=False, now=lambda: NOW).figures(Window.DAY)
    assert (hidden.unanswered, hidden.questions) == (3, ())
    for n in range(LISTED + 5):
        asked(a, *nothing, query=f"What of {n}?")
    assert len(SqlOperations(shared.open(), now=lambda: NOW).figures(Window.DAY).questions) == LISTED


def test_what_users_said_in_that_time(a, operations, shared):
    store = SqlFeedback(shared.open())
    answer = asked(a, cites("pier"), DONE)
    store.put(Feedback(answer.id, "ann", Opinion.UP, NOW, reason=Reason.CLEAR))
    store.put(Feedback(answer.id, "ann", Opinion.WRONG_SOURCE, NOW, n=1))
    other = asked(a, DONE)
    store.put(Feedback(other.id, "ben", Opinion.UP, NOW, reason=Reason.CLEAR))
    late = asked(a, DONE)
    store.put(Feedback(late.id, "ben", Opinion.DOWN, NOW - timedelta(days=2)))
    said = (Said("up", "clear", 2), Said("wrong_source", None, 1))
    assert operations.figures(Window.DAY).feedback == said


def test_what_is_deleted_is_counted_no_more(a, operations, shared):
    asked(a, cites("pier"), DONE)
    a.delete(asked(a, cites("ferry"), FAILED).session_id)
    counted = operations.figures(Window.DAY)
    assert (counted.answers, counted.errors, counted.cited) == (1, (), {"pier": 1})
    assert operations.uncited(["ferry"]) == ["ferry"]


def test_who_looks_again_soon_gets_what_was_counted(a, shared, monkeypatch):
    times = {"now": 0.0}
    monkeypatch.setattr(figures.time, "monotonic", lambda: times["now"])
    operations = SqlOperations(shared.open(), now=lambda: NOW)
    assert operations.figures(Window.DAY).answers == 0
    asked(a, DONE)
    assert operations.figures(Window.DAY).answers == 0
    assert operations.figures(Window.WEEK).answers == 1
    times["now"] = figures.KEPT_S + 1
    assert operations.figures(Window.DAY).answers == 1
    for n in range(40):
        operations.figures(Window.DAY, 60 * n)
    assert len(operations._kept) <= 12


def test_answers_of_an_earlier_release_are_counted_beside_the_first_look(shared):
    engine = shared.open()
    shared.logs.append(log := SqlLog(engine))
    for _ in range(3):
        asked(log, cites("pier"), DONE)
    with writing(engine) as connection:
        connection.execute(text("INSERT INTO uncounted (number) SELECT number FROM outcomes"))
        connection.execute(text("DELETE FROM outcomes"))
    operations = SqlOperations(engine, now=lambda: NOW)
    first = operations.figures(Window.DAY)
    assert (first.answers, first.uncounted) == (0, 3)
    operations._filling.join()
    counted = SqlOperations(engine, now=lambda: NOW).figures(Window.DAY)
    assert (counted.answers, counted.uncounted) == (3, 0)
    assert outcomes.fill(engine) == 0
