"""What every ``Library`` promises; a second implementation is one more parameter here."""

from dataclasses import replace

import pytest

from footnote.passages import Document, Kind, Library, Passage, Segment
from footnote.storage.library import MOST_SPEAKERS, SqlLibrary


@pytest.fixture(params=["sqlite", "postgres"])
def library(request) -> Library:
    return SqlLibrary(request.getfixturevalue(request.param).open())


def document(id: str = "team/review", **changes) -> Document:
    made = Document(id, "Review", Kind.RECORDING, f"{id}.vtt", "d1", "2026-03-12", 61.5, 40)
    return replace(made, **changes)


def passages(document_id: str = "team/review", count: int = 3) -> list[Passage]:
    return [
        Passage(
            id=f"{document_id}#{ordinal}",
            document_id=document_id,
            title="Review",
            ordinal=ordinal,
            text=f"Ana: It is «{ordinal}» 会議 🎉.\nBen: Yes.",
            segments=(Segment(0, 2 * ordinal, "Ana", 1.5, 2.25), Segment(20, 2 * ordinal + 1, "Ben", None, None)),
            page=ordinal + 1,
        )
        for ordinal in range(count)
    ]


def test_what_was_put_in_comes_back_the_same(library):
    """Documents and passages keep every field: segments, times, page, and any character."""
    library.replace(document(), passages())
    (kept,) = library.documents()
    assert kept.indexed_at is not None
    assert kept == library.document("team/review")
    assert replace(kept, indexed_at=None) == document(speakers=("Ana", "Ben"))
    assert library.passages("team/review") == passages()
    assert [library.passage(p.id) for p in passages()] == passages()


def test_a_part_of_a_document_is_read(library):
    library.replace(document(), passages(count=5))
    assert library.passages("team/review", 1, 2) == passages(count=5)[1:3]
    assert library.passages("team/review", most=2) == passages(count=2)
    assert library.passages("team/review", 5) == []


def test_a_document_is_swapped_only_for_the_one_that_stands_there(library):
    first, second = document(), document(source="elsewhere/review.vtt", digest="d2")
    assert library.swap(None, first, passages())
    assert not library.swap(None, second, passages(count=1)), "another one came first"
    assert not library.swap(second, second, passages(count=1)), "that one never stood there"
    assert library.passages("team/review") == passages()
    assert library.swap(first, second, passages(count=1))
    assert library.document("team/review").digest == "d2"
    assert not library.swap(first, first, passages())
    assert library.passages("team/review") == passages(count=1)


def test_a_document_of_endless_speakers_is_listed_by_the_first(library):
    turns = [Segment(0, n, f"Speaker {n:04}") for n in range(MOST_SPEAKERS + 7)]
    library.replace(document(), [replace(passages(count=1)[0], segments=tuple(turns))])
    assert library.document("team/review").speakers == tuple(turn.speaker for turn in turns[:MOST_SPEAKERS])


def test_fields_that_are_not_known_stay_so(library):
    bare = document(date=None, duration_s=None)
    plain = [Passage("team/review#0", "team/review", "Review", 0, "Plain.")]
    library.replace(bare, plain)
    assert [replace(kept, indexed_at=None) for kept in library.documents()] == [bare]
    assert library.passages("team/review") == plain


def test_an_empty_library_has_nothing(library):
    assert library.documents() == []
    assert library.digests() == {}
    assert library.passages("team/review") == []
    assert library.remove("team/review") is False


def test_documents_come_by_title(library):
    library.replace(document("1", title="Zoning"), [])
    library.replace(document("2", title="Budget"), [])
    assert [d.title for d in library.documents()] == ["Budget", "Zoning"]


def test_digests_tell_what_has_changed(library):
    library.replace(document("a", digest="x"), [])
    library.replace(document("b", digest="y"), [])
    library.replace(document("a", digest="z"), [])
    assert dict(library.digests()) == {"a": "z", "b": "y"}


def test_replacing_leaves_nothing_of_what_stood_there(library):
    library.replace(document(), passages(count=5))
    library.replace(document(title="New"), passages(count=2))
    assert [d.title for d in library.documents()] == ["New"]
    assert len(library.passages("team/review")) == 2


def test_replacing_one_document_leaves_the_others(library):
    library.replace(document("a"), passages("a"))
    library.replace(document("b"), passages("b"))
    library.replace(document("a"), passages("a", count=1))
    assert library.passages("b") == passages("b")


def test_removing_takes_the_document_and_its_passages(library):
    library.replace(document("a"), passages("a"))
    library.replace(document("b"), passages("b"))
    assert library.remove("a") is True
    assert [d.id for d in library.documents()] == ["b"]
    assert library.passages("a") == []
    assert library.remove("a") is False


def test_a_replacement_that_fails_changes_nothing(library):
    """Whole or not at all: two passages of one id can't be, and the old ones still stand."""
    library.replace(document(), passages())
    broken = passages(count=2) + passages(count=1)
    before = library.documents()
    with pytest.raises(Exception):  # noqa: B017, PT011 -- which one is the database's business
        library.replace(document(title="New"), broken)
    assert library.documents() == before
    assert library.passages("team/review") == passages()


def test_tags_are_those_given_and_stay_when_the_document_changes(library):
    library.replace(document(tags=("team",)), passages())
    assert library.document("team/review").tags == ("team",)
    assert library.set_tags("team/review", ["north", "2026", "north"])
    library.replace(document(tags=("team",), digest="d2"), passages())
    assert library.document("team/review").tags == ("2026", "north")
    assert library.set_tags("team/review", [])
    assert library.document("team/review").tags == ()
    assert library.set_tags("elsewhere", ["x"]) is False


def test_what_is_not_there_is_none(library):
    assert library.document("elsewhere") is None
    assert library.passage("elsewhere#0") is None
