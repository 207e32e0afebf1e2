"""A filter in both languages of Vector Search, as the strict reader of the tests' workspace takes it."""

import json

import pytest

from footnote.passages import EVERYTHING, Filter, Kind
from footnote.retrieval.index_columns import Columns
from footnote.retrieval.index_filters import Dialect, pieces, sayable
from workspace.identities import Refused
from workspace.index_filters import by_dictionary, by_sql
from workspace.vector_search import PASSAGES

STANDARD = Dialect(Columns(), storage_optimized=False)
SQL = Dialect(Columns(), storage_optimized=True)
FULL = Filter(
    document_ids=frozenset({"b", "a"}),
    kinds=frozenset({Kind.PDF, Kind.RECORDING}),
    tags=frozenset({"north"}),
    speakers=frozenset({"Ana", "Ben"}),
    since="2026-03-01",
    until="2026-03-31",
    without=frozenset({"a#1"}),
    without_documents=frozenset({"c"}),
)


def test_a_dictionary_says_every_condition():
    assert json.loads(STANDARD.body(FULL)["filters_json"]) == {
        "document_id": ["a", "b"],
        "kind": ["pdf", "recording"],
        "tags": ["north"],
        "speakers": ["Ana", "Ben"],
        "date >=": "2026-03-01T00:00:00Z",
        "date <": "2026-04-01T00:00:00Z",
        "document_id NOT": "c",
    }


def test_several_documents_that_are_left_out_are_several_dictionaries():
    said = json.loads(
        STANDARD.body(Filter(kinds=frozenset({Kind.PDF}), without_documents=frozenset("abc")))["filters_json"]
    )
    assert said == [{"kind": ["pdf"], "document_id NOT": "a"}, {"document_id NOT": "b"}, {"document_id NOT": "c"}]


def test_sql_says_what_it_knows():
    assert SQL.body(FULL)["filter_string"] == (
        "document_id IN ('a', 'b') AND kind IN ('pdf', 'recording') AND date >= TO_TIMESTAMP('2026-03-01T00:00:00') "
        "AND date < TO_TIMESTAMP('2026-04-01T00:00:00') AND document_id != 'c'"
    )


@pytest.mark.parametrize("dialect", [STANDARD, SQL])
def test_no_condition_is_no_field(dialect):
    assert dialect.body(EVERYTHING) == {}
    assert dialect.body(Filter(without=frozenset({"a#0"}))) == {}


def test_columns_are_called_as_the_index_calls_them():
    columns = Columns({"document_id": "doc", "kind": "type"})
    asked = Filter(frozenset("a"), kinds=frozenset({Kind.PDF}))
    assert json.loads(Dialect(columns, False).body(asked)["filters_json"]) == {"doc": ["a"], "type": ["pdf"]}
    assert Dialect(columns, True).one("document_id", "a") == {"filter_string": "doc = 'a'"}


HOSTILE = [
    "it's",
    "'; DROP TABLE x; --",
    "') OR (kind = 'pdf",
    "a%",
    '{"$ne": 1}',
    "会議 🎉",
    "''",
    '"',
    "NOT",
    "x' OR 'x'='x",
]


@pytest.mark.parametrize("dialect", [STANDARD, SQL])
@pytest.mark.parametrize("value", HOSTILE)
def test_a_hostile_value_is_a_value(dialect, value):
    """It meets its own row and no other one, whatever stands in it."""
    body = dialect.body(Filter(frozenset({value})))
    read = by_sql if dialect.storage_optimized else by_dictionary
    meets = read(next(iter(body.values())), PASSAGES)
    assert meets({"document_id": value})
    assert not meets({"document_id": "another", "kind": "pdf"})
    left_out = dialect.body(Filter(without_documents=frozenset({value})))
    meets = read(next(iter(left_out.values())), PASSAGES)
    assert not meets({"document_id": value})
    assert meets({"document_id": "another"})


def test_what_readers_of_sql_differ_over_is_never_said():
    assert [value for value in ("a\\", "a\nb", "a\0", "a\ud800") if sayable(value)] == []
    assert all(map(sayable, HOSTILE))


def test_no_condition_holds_more_than_an_index_takes():
    assert [len(piece) for piece in pieces([str(n) for n in range(2500)])] == [1024, 1024, 452]
    assert pieces([]) == []


@pytest.mark.parametrize(
    ("read", "said"),
    [
        (by_dictionary, "kind = 'pdf'"),
        (by_dictionary, '{"colour": "red"}'),
        (by_dictionary, '{"tags NOT": "north"}'),
        (by_dictionary, '{"date >=": "2026-03-01"}'),
        (by_dictionary, '{"ordinal": "1"}'),
        (by_dictionary, '{"document_id": []}'),
        (by_sql, '{"kind": "pdf"}'),
        (by_sql, "colour = 'red'"),
        (by_sql, "tags = 'north'"),
        (by_sql, "date >= '2026-03-01'"),
        (by_sql, "kind = 'it's'"),
        (by_sql, "kind = 'pdf' OR"),
    ],
)
def test_the_workspace_of_the_tests_refuses_what_the_platform_refuses(read, said):
    with pytest.raises(Refused):
        read(said, PASSAGES)
