"""What is Postgres's own in its retriever."""

from footnote.passages import Filter


def test_what_very_many_passages_have_is_looked_up_only_where_nothing_is_rarer(postgres, monkeypatch):
    monkeypatch.setattr("footnote.retrieval.postgres.MOST_COUNTED", 5)
    postgres.put("a", *[f"Salmon {n}." for n in range(10)], "Salmon and herring.")
    assert postgres.found("salmon herring") == ["a#10"]
    assert len(postgres.found("salmon", limit=20)) == 11


def test_vectors_are_looked_for_behind_the_filter(pgvector):
    """A thousand nearer passages elsewhere push nothing out."""
    pgvector.put("near", *["Salmon quota."] * 1000)
    pgvector.put("wanted", *[f"Of other things, {n}." for n in range(12)])
    hits = pgvector.retriever.search("salmon quota", filter=Filter(frozenset({"wanted"})), limit=10)
    assert len(hits) == 10
