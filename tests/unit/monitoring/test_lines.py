"""An answer is a line as it begins and one as it ends: enough to find it again, and nothing that anybody wrote."""

from __future__ import annotations

import json

import pytest

from databases import Shared
from fakes import STOP, ListRetriever, ScriptedModel, an_answer, passage, until_end
from footnote.answers.producer import Producer
from footnote.errors import ModelUnavailable, StorageFailed
from footnote.monitoring.lines import Lines
from footnote.monitoring.logs import FIELDS, formatter
from footnote.monitoring.pseudonyms import Pseudonyms
from footnote.storage.installation import secret
from footnote.storage.memory import MemoryLog

SECRET = b"of one installation"
TEXTS = ("When does", "depot", "moves in May", "ann@example.org")


@pytest.fixture
def told(caplog):
    """The lines of answers, as JSON has them."""
    caplog.set_level("INFO", "footnote.answers")

    def lines():
        made = [record for record in caplog.records if record.name == "footnote.answers"]
        return [json.loads(formatter(as_json=True).format(record)) for record in made]

    return lines


def answered(*script, texts=False):
    log, model = MemoryLog(), ScriptedModel(*script)
    retriever = ListRetriever(passage("a", "The depot moves in May."))
    observers = [Lines(Pseudonyms(lambda: SECRET), texts=texts)]
    producer = Producer(log, retriever, {model.name: model}, observers=observers)
    answer = producer.start(an_answer(query="When does the depot move?", user="ann@example.org"))
    until_end(log, answer.id)
    producer.close()
    return answer


def test_a_whole_answer_tells_who_which_what_it_took_and_nothing_that_was_said(told):
    answer = answered("It moves in May [1].", STOP)
    begun, ended = told()
    whose = {
        "answer_id": answer.id,
        "session_id": answer.session_id,
        "user": Pseudonyms(lambda: SECRET).of("ann@example.org"),
        "model": "scripted",
    }
    assert whose.items() <= begun.items()
    assert whose.items() <= ended.items()
    assert (begun["event"], begun["question_length"]) == ("an answer begins", 25)
    assert (ended["event"], ended["end"], ended["finish"]) == ("an answer has ended", "done", "stop")
    counted = ("input_tokens", "output_tokens", "found", "cited", "retries", "statements")
    assert [ended[name] for name in counted] == [7, 3, 1, 1, 0, 1]
    assert ended["total_ms"] >= ended["first_token_ms"] >= 0
    assert min(ended["retrieval_ms"], ended["generation_ms"]) >= 0
    assert not [text for text in TEXTS if text in json.dumps([begun, ended])]


def test_a_failed_one_tells_its_code_and_how_often_it_was_tried(told):
    answered(ModelUnavailable(retry_after_s=0.01))
    ended = told()[-1]
    assert (ended["end"], ended["code"], ended["retries"]) == ("error", "MODEL_UNAVAILABLE", 2)
    assert "first_token_ms" not in ended


def test_texts_are_told_where_they_are_switched_on(told):
    answered("It moves in May [1].", STOP, texts=True)
    begun, ended = told()
    assert (begun["question"], ended["text"]) == ("When does the depot move?", "It moves in May [1].")
    assert "ann@example.org" not in json.dumps([begun, ended])


def test_a_line_names_its_fields_for_any_other_log_too(caplog):
    """As where Footnote is mounted into an app that has a log of its own."""
    caplog.set_level("INFO", "footnote.answers")
    answered("It moves.", STOP)
    assert getattr(caplog.records[0], FIELDS)["model"] == "scripted"
    assert caplog.records[0].getMessage() == "an answer begins"


def test_a_pseudonym_stays_and_is_another_one_in_another_installation():
    one, same, other = (Pseudonyms(lambda of=of: of) for of in (SECRET, SECRET, b"another"))
    assert one.of("ann") == same.of("ann")
    assert len({one.of("ann"), one.of("ben"), other.of("ann")}) == 3


def test_the_secret_is_made_with_the_database_once_for_all_processes(tmp_path):
    with Shared(tmp_path / "footnote.db") as shared:
        first, second = (secret(shared.open()) for _ in range(2))
    assert first == second
    assert len(first) == 32


def test_a_database_that_is_away_leaves_the_pseudonym_out_until_it_is_back():
    away = [StorageFailed("away")]

    def read():
        if away:
            raise away.pop()
        return SECRET

    pseudonyms = Pseudonyms(read)
    assert pseudonyms.of("ann") is None
    assert pseudonyms.of("ann") == Pseudonyms(lambda: SECRET).of("ann")
