"""What is read of a document: every word of it, by turns, paragraphs and rows."""

from __future__ import annotations

from pathlib import Path

import pytest

import footnote
from fakes import passage
from footnote.ingest.load import load
from footnote.passages import Segment
from footnote.sources.reading import Part, Piece, parts_of

SAMPLE = Path(footnote.__file__).parent / "sample"


def test_a_turn_that_stands_in_two_passages_is_one_again():
    first = passage("a#0", "Ann: Yes.\nBob: It was", Segment(0, 0, "Ann", 0.0, 2.0), Segment(10, 1, "Bob", 2.0, 5.0))
    second = passage("a#1", "decided.\nAnn: Good.", Segment(0, 1, "Bob", 5.0, 8.0), Segment(9, 2, "Ann", 8.0, 9.0))
    assert parts_of([first, second]) == (
        Part(0, (Piece("a#0", "Yes."),), "Ann", 0.0, 2.0),
        Part(1, (Piece("a#0", "It was"), Piece("a#1", "decided.")), "Bob", 2.0, 8.0),
        Part(2, (Piece("a#1", "Good."),), "Ann", 8.0, 9.0),
    )


@pytest.mark.parametrize("line", ["Ann: Yes.", "  Ann : Yes.", "Ann:\tYes.", "Ann:\nYes."])
def test_what_is_said_begins_behind_the_name(line):
    (part,) = parts_of([passage("a#0", line, Segment(0, 0, "Ann"))])
    assert part.text == "Yes."


def test_a_name_that_is_spoken_of_stays():
    (part,) = parts_of([passage("a#0", "Bob: no, wait.", Segment(0, 0, "Ann"))])
    assert part.text == "Bob: no, wait."


def test_a_passage_without_segments_is_one_part():
    assert [part.text for part in parts_of([passage("a#0", "All of it.")])] == ["All of it."]


@pytest.mark.parametrize("file", sorted(p for p in SAMPLE.rglob("*") if p.is_file()), ids=lambda path: path.name)
def test_no_word_of_a_document_is_lost(file):
    """In the order of the file; only speakers' names and the space between passages are elsewhere."""
    parsed = load(file, SAMPLE, max_bytes=10**7)
    parts = parts_of(parsed.passages)
    assert [part.index for part in parts] == list(range(len(parts)))
    read = " ".join(f"{part.speaker}: {part.text}" if part.speaker else part.text for part in parts)
    assert read.split() == " ".join(p.text for p in parsed.passages).split()
