"""A model that fails in its many ways: what it said is kept, it is asked again only before its first word."""

from __future__ import annotations

from typing import Any

from faults.cluster import Cluster, OnEach
from faults.counting_endpoint import CountingEndpoint, Question
from faults.cursor_reader import Reader, asking
from faults.ledger import Ledger
from faults.verdicts import doubled, lost, whole_answer
from workspace.scenarios import BUSY, PAGE, STARTING

BREAKS_OFF: dict[str, tuple[dict[str, Any], set[str]]] = {
    "stalls": ({"end": "silence"}, {"TIMEOUT"}),
    "resets the connection": ({"end": "reset"}, {"TRUNCATED", "GENERATION_FAILED"}),
    "closes the connection in mid-frame": ({"end": "cut"}, {"TRUNCATED", "GENERATION_FAILED"}),
    "ends without saying why": ({"end": "unfinished"}, {"TRUNCATED"}),
    "says that it failed": ({"end": "error"}, {"GENERATION_FAILED"}),
}
BEFORE_THE_FIRST_WORD: dict[str, dict[str, Any]] = {
    "is busy once (429, Retry-After 1)": {"status": 429, "error": BUSY, "retry_after": "1", "fails": 1},
    "is starting, once (503)": {"status": 503, "error": STARTING, "fails": 1},
    "is starting, twice (503)": {"status": 503, "error": STARTING, "fails": 2},
}
TRIES = 3
"""Of the server, where nothing of the answer has come."""


def test_a_model_that_breaks_off_in_mid_answer_is_not_asked_again_and_its_text_is_kept(
    on_each: OnEach, endpoint: CountingEndpoint, ledger: Ledger
) -> None:
    def break_off(cluster: Cluster) -> None:
        asked = [
            _asked(cluster, endpoint.question(words=30, rate=20, after=12, **how)) for how, _ in BREAKS_OFF.values()
        ]
        for (question, reader), (way, (_, codes)) in zip(asked, BREAKS_OFF.items(), strict=True):
            kept = cluster.kept(reader.finished().answer_id)
            said = "".join(text for _, text in endpoint.calls(question)[0].sent)
            ledger.tried(
                f"a model that {way}",
                cluster.store.name,
                lost=lost([reader], kept, whole=said.rstrip()),
                doubled=doubled(endpoint, question),
            )
            assert reader.end is not None
            assert reader.end["type"] == "error"
            assert reader.end["code"] in codes, way
            assert reader.end["retryable"]
            assert reader.text == kept["text"]
            assert [event["type"] for event in reader.events if event["type"] == "retrying"] == []

    on_each(break_off)


def test_a_model_that_refuses_before_its_first_word_is_asked_again_by_the_server(
    on_each: OnEach, endpoint: CountingEndpoint, ledger: Ledger
) -> None:
    def refuse(cluster: Cluster) -> None:
        asked = [_asked(cluster, endpoint.question(words=10, **how)) for how in BEFORE_THE_FIRST_WORD.values()]
        for (question, reader), (way, how) in zip(asked, BEFORE_THE_FIRST_WORD.items(), strict=True):
            kept = cluster.kept(reader.finished().answer_id)
            ledger.tried(
                f"a model that {way}",
                cluster.store.name,
                lost=lost([reader], kept, whole=question.answer),
                doubled=doubled(endpoint, question, expected=1 + how["fails"]),
            )
            assert reader.text == question.answer
            assert sum(event["type"] == "retrying" for event in reader.events) == how["fails"]

    on_each(refuse)


def test_a_model_that_is_never_there_is_asked_three_times_and_one_that_is_none_once(
    on_each: OnEach, endpoint: CountingEndpoint, ledger: Ledger
) -> None:
    def never(cluster: Cluster) -> None:
        ways = {
            "is never there (503)": ({"status": 503, "error": STARTING}, TRIES),
            "is a web page": ({"page": PAGE}, 1),
        }
        asked = [_asked(cluster, endpoint.question(**how)) for how, _ in ways.values()]
        for (question, reader), (way, (_, tries)) in zip(asked, ways.items(), strict=True):
            reader.finished()
            doubles = doubled(endpoint, question, expected=tries)
            ledger.tried(f"a model that {way}", cluster.store.name, doubled=doubles)
            assert reader.end is not None
            assert reader.end["code"] == "MODEL_UNAVAILABLE"
            assert reader.text == ""

    on_each(never)


def test_a_model_that_repeats_its_chunks_is_repeated_to_the_letter(
    on_each: OnEach, endpoint: CountingEndpoint, ledger: Ledger
) -> None:
    """Two chunks alike are two chunks: nothing takes the second for the first one come again."""

    def repeat(cluster: Cluster) -> None:
        question, reader = _asked(cluster, endpoint.question(words=30, rate=60, times=2))
        whole_answer(ledger, "a model that repeats every chunk", cluster, endpoint, question, [reader])

    on_each(repeat)


def _asked(cluster: Cluster, question: Question) -> tuple[Question, Reader]:
    reader = Reader(cluster.urls[:1], asking(question.text))
    reader.start()
    return question, reader
