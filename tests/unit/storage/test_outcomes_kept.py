"""What ended answers came to is kept with their ends, counted once, and gone with them; on both databases."""

from datetime import UTC, datetime

import pytest
from alembic import command
from alembic.config import Config
from sqlalchemy import func, select, text

from databases import DONE, failing_commits
from fakes import an_answer
from footnote.answers.interviewer import PROFILE
from footnote.chat import FinishReason
from footnote.errors import Code, Interrupted, StorageFailed
from footnote.events import Citation, Citations, Done, Error, Stopped, Timings, Token, TokenCounts
from footnote.storage import migrations, outcomes, schema
from footnote.storage.answers import SqlLog
from footnote.storage.transactions import reading, writing

ENDS = (DONE, Stopped(), Error(Code.TIMEOUT, "Too slow.", retryable=True))
CITED = Citations(tuple(Citation(n, f"d{n}#0", f"d{n}", "D", "So.", cited=n < 3) for n in (1, 2, 3)))


def ended(log, *events, **fields):
    answer = an_answer(**fields)
    log.create(answer)
    log.append([(answer.id, [Token("It is. [1][2]")])])
    log.append([(answer.id, list(events or [CITED, DONE]))])
    return answer


def rows(shared, table=schema.outcomes):
    with reading(shared.open()) as connection:
        return [row._asdict() for row in connection.execute(select(table).order_by(table.c.number))]


def as_before(shared):
    """The database as the release before this one left it, brought to this one."""
    engine = shared.open()
    config = Config()
    config.set_main_option("script_location", str(next(iter(migrations.__path__))))
    with writing(engine) as connection:
        for table in (schema.cited, schema.outcomes, schema.uncounted):
            table.drop(connection)
        connection.execute(text("DROP INDEX feedback_by_moment"))
        connection.execute(text("UPDATE alembic_version SET version_num = '0005_asked_about'"))
        config.attributes["connection"] = connection
        command.upgrade(config, "0006_outcomes")
        connection.execute(text("UPDATE alembic_version SET version_num = :last"), {"last": migrations.STEPS[-1]})
    return engine


def test_every_end_leaves_what_the_answer_came_to(a, shared):
    for end in ENDS:
        ended(a, CITED, end)
    kept = rows(shared)
    assert [(row["ended"], row["code"]) for row in kept] == [("done", None), ("cancelled", None), ("error", "TIMEOUT")]
    assert kept[0]["input_tokens"] == 1
    assert kept[0]["output_tokens"] == 2
    assert [(row["number"], row["document_id"]) for row in rows(shared, schema.cited)] == [
        (row["number"], document) for row in kept for document in ("d1", "d2")
    ]


def test_an_answer_that_another_process_ends_is_counted_once(a, b, shared):
    answer = an_answer()
    a.create(answer)
    a.append([(answer.id, [Token("It ")])])
    (lease,) = b.beat()
    assert b.take_over(lease)
    died = Interrupted()
    b.append([(answer.id, [Error(died.code, died.message, died.retryable)])])
    assert a.append([(answer.id, [DONE])]) == [answer.id]
    assert [(row["ended"], row["code"]) for row in rows(shared)] == [("error", "INTERRUPTED")]


@pytest.mark.parametrize("kept", [True, False])
def test_an_end_that_is_given_again_after_a_failure_is_counted_once(shared, kept):
    engine = shared.open()
    shared.logs.append(log := SqlLog(engine))
    answer = an_answer()
    log.create(answer)
    with failing_commits(engine, kept=kept), pytest.raises(StorageFailed):
        log.append([(answer.id, [CITED, DONE])])
    assert log.append([(answer.id, [CITED, DONE])]) == []
    assert len(rows(shared)) == 1
    assert len(rows(shared, schema.cited)) == 2


def test_a_conversation_that_is_deleted_takes_its_figures_along(a, shared):
    first, second = ended(a), ended(a)
    a.delete(first.session_id)
    with reading(shared.open()) as connection:
        number = connection.scalar(select(schema.answers.c.number).where(schema.answers.c.id == second.id))
    assert [row["number"] for row in rows(shared)] == [number]
    assert {row["number"] for row in rows(shared, schema.cited)} == {number}


def test_no_figure_and_no_name_keeps_an_answer_from_its_end(a, shared):
    """An agent far away names its sources and counts its tokens as it likes."""
    names = ["d1", "a\0b", "\ud800", "x" * 5000, "d" * 2000]
    sources = Citations(tuple(Citation(n, f"p{n}", name, "T", "So.", cited=True) for n, name in enumerate(names, 1)))
    lasting = Done(FinishReason.STOP, TokenCounts(10**30, -5), Timings(2**40, first_token_ms=2**31))
    answer = ended(a, sources, lasting, created_at=datetime(1990, 1, 1, tzinfo=UTC))
    assert a.read(answer.id)[-1].event == lasting
    (row,) = rows(shared)
    assert (row["ended"], row["input_tokens"], row["output_tokens"]) == ("done", 2**31 - 1, 0)
    assert (row["total_ms"], row["first_token_ms"]) == (2**31 - 1, 2**31 - 1)
    assert [row["document_id"] for row in rows(shared, schema.cited)] == ["d1", "d" * 2000]
    ended(a, Stopped(), created_at=datetime(1990, 1, 1, tzinfo=UTC))
    assert rows(shared)[-1]["total_ms"] == 2**31 - 1


def test_a_question_to_the_reader_is_not_counted(a, shared):
    ended(a, DONE, profile=PROFILE)
    assert rows(shared) == []


def test_answers_of_before_are_worked_out_in_batches_the_newest_first(a, shared):
    made = [ended(a) for _ in range(4)]
    ended(a, DONE, profile=PROFILE)
    a.create(an_answer())  # still being written
    before, cited = rows(shared), rows(shared, schema.cited)
    engine = as_before(shared)
    a.delete(made[0].session_id)
    assert outcomes.fill(engine, 3) == 3
    assert [row["number"] for row in rows(shared)] == [row["number"] for row in before[2:]]
    assert outcomes.fill(engine, 3) == 1
    assert outcomes.fill(engine, 3) == 0
    assert rows(shared) == before[1:]
    assert rows(shared, schema.cited) == cited[2:]
    with reading(engine) as connection:
        assert connection.scalar(select(func.count()).select_from(schema.uncounted)) == 0


def test_an_answer_of_before_that_cannot_be_read_keeps_no_other_from_being_counted(a, shared, caplog):
    made = [ended(a) for _ in range(4)]
    before, engine = rows(shared), as_before(shared)
    broken = text("UPDATE answers SET log = :log WHERE id = :id")
    with writing(engine) as connection:
        connection.execute(broken, {"log": '{"seq":1,"type":"start"}', "id": made[1].id})
        connection.execute(broken, {"log": None, "id": made[2].id})
    assert outcomes.fill(engine) == 4
    assert outcomes.fill(engine) == 0
    assert rows(shared) == [before[0], before[3]]
    assert caplog.text.count("its log can't be read") == 2
