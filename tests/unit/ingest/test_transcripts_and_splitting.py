"""Transcripts become turns, and turns become passages that stand verbatim in the file."""

from __future__ import annotations

from pathlib import Path

import pytest

from footnote.ingest.content import Unit
from footnote.ingest.load import load
from footnote.ingest.splitting import MOST_WORDS, TARGET_WORDS, passages
from footnote.ingest.transcripts import read
from footnote.passages import Kind, Passage

CHECKOUT = Path(__file__).resolve().parents[3]
SAMPLE = CHECKOUT / "src" / "footnote" / "sample"
TRANSCRIPTS = CHECKOUT / ".." / "shared" / "data" / "recordings" / "transcripts"


def split(text: str) -> tuple[Passage, ...]:
    content = read(text)
    return passages("x", "X", text, content.units)


def each_turn_once(found: tuple[Passage, ...], lines: list[str]) -> None:
    """Passages in order hold the lines in order, whole but for a turn too long for one passage."""
    said = " ".join(" ".join(passage.text.split()) for passage in found)
    assert said == " ".join(" ".join(lines).split())
    for passage in found:
        first, last = passage.span or (-1, -1)
        assert passage.text in "\n".join(lines[first : last + 1])
    assert [index for p in found for index in dict.fromkeys(s.index for s in p.segments)] == sorted(
        index for p in found for index in {s.index for s in p.segments}
    )


def test_every_passage_of_the_shared_recordings_is_verbatim_and_holds_each_turn_once() -> None:
    files = sorted(TRANSCRIPTS.glob("*.txt"))
    assert len(files) == 35, "the shared data has to stand beside this checkout, as ../shared/data"
    for path in files:
        text = path.read_text("utf-8")
        lines = text.rstrip("\n").split("\n")
        parsed = load(path, TRANSCRIPTS, max_bytes=10_000_000)
        assert parsed.document.kind is Kind.RECORDING
        assert all(passage.text in text for passage in parsed.passages)
        each_turn_once(parsed.passages, lines)
        assert {s.index for p in parsed.passages for s in p.segments} == set(range(len(lines)))


@pytest.mark.parametrize("path", sorted(SAMPLE.glob("recordings/*.txt")), ids=lambda path: path.stem)
def test_every_passage_of_a_sample_transcript_stands_verbatim_in_its_file(path: Path) -> None:
    text = path.read_text("utf-8")
    found = load(path, SAMPLE, max_bytes=1_000_000).passages
    assert all(passage.text in text for passage in found)
    each_turn_once(found, text.rstrip("\n").split("\n"))


def test_a_turn_keeps_its_speaker_and_its_number() -> None:
    (passage,) = split("Ada: Hello.\nBen (visitor): Hi.\nAda: Shall we?\n")
    assert passage.speakers == ("Ada", "Ben (visitor)")
    assert [(s.index, passage.text[s.offset :].split(":")[0]) for s in passage.segments] == [
        (0, "Ada"),
        (1, "Ben (visitor)"),
        (2, "Ada"),
    ]


def test_a_line_that_names_nobody_goes_on_with_the_turn_before() -> None:
    content = read("Ada: One.\nand two,\nNote this: three.\nBen: Four.\nAda: Five.\nBen: Six.")
    assert content.text[: content.units[0].end].split("\n") == [
        "Ada: One.",
        "and two,",
        "Note this: three.",
    ]
    assert [u.speaker for u in content.units] == ["Ada", "Ben", "Ada", "Ben"]


def test_turns_set_apart_by_blank_lines_may_run_over_several_lines() -> None:
    text = "Ada: One\ntwo\nthree.\n\nBen: Four\nfive\nsix.\n\nAda: Seven\neight\nnine."
    assert [u.speaker for u in read(text).units] == ["Ada", "Ben", "Ada"]


@pytest.mark.parametrize(
    "text",
    [
        "A plain note.\n\nIt has paragraphs, and one remark: this one.\nNobody speaks.",
        "Visit http://example.org/ now.\nhttp://example.org/a\nhttp://example.org/b",
        "12:30 lunch\n13:00 work\n14:00 rest",
    ],
)
def test_a_text_without_speakers_is_read_by_paragraphs(text: str) -> None:
    content = read(text)
    assert content.kind is Kind.TEXT
    assert [content.text[u.start : u.end] for u in content.units] == text.split("\n\n")


def test_an_empty_turn_and_an_odd_line_break_are_part_of_the_text() -> None:
    text = "Ada: One\u2028two.\nBen: \nAda: Three\x0b.\n"
    (passage,) = split(text)
    assert passage.text == text.rstrip("\n")
    assert [s.index for s in passage.segments] == [0, 1, 2]


def test_a_turn_too_long_for_a_passage_is_cut_at_its_sentences() -> None:
    sentence = "This is a sentence of exactly nine words, see. "
    text = "Ada: Short.\nBen: " + (sentence * 60).strip() + "\nAda: Thanks."
    found = split(text)
    assert len(found) > 2
    assert all(len(passage.text.split()) <= MOST_WORDS for passage in found)
    assert all(passage.text.endswith(("see.", "Thanks.")) for passage in found)
    assert all(passage.segments[0].offset == 0 for passage in found)
    assert found[1].segments[0].index == 1
    assert found[1].segments[0].speaker == "Ben"
    each_turn_once(found, text.split("\n"))


def test_words_without_an_end_are_cut_between_words() -> None:
    found = split("word " * 1000)
    assert all(100 <= len(passage.text.split()) <= MOST_WORDS for passage in found)
    assert sum(len(passage.text.split()) for passage in found) == 1000


def test_passages_are_about_as_long_as_they_should_be() -> None:
    found = split("\n".join(f"Speaker {n % 4}: " + "word " * (3 + n * 7 % 30) + "end." for n in range(400)))
    lengths = [len(passage.text.split()) for passage in found]
    assert abs(sum(lengths) / len(lengths) - TARGET_WORDS) < 10
    assert max(lengths) <= MOST_WORDS


def test_a_last_passage_of_a_few_words_joins_the_one_before() -> None:
    found = split("\n".join(["Ada: " + "word " * 148 + ".", "Ben: Yes.", "Ada: Good."]))
    assert len(found) == 1


def test_no_passage_crosses_a_page() -> None:
    text = "One. Two. Three."
    units = [Unit(0, 4, 0, page=1), Unit(5, 9, 1, page=1), Unit(10, 16, 2, page=2)]
    assert [(p.text, p.page) for p in passages("x", "X", text, units)] == [("One. Two.", 1), ("Three.", 2)]


def test_ids_are_stable_and_in_order() -> None:
    text = "\n".join("Ada: " + "word " * 100 + str(n) for n in range(9))
    assert [p.id for p in split(text)] == [f"x#{n}" for n in range(len(split(text)))]
    assert split(text) == split(text)
