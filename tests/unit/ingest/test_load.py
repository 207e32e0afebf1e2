"""A file becomes a document with a stable id, a title and a date, or is refused with a reason for the person."""

from __future__ import annotations

import csv
import os
from pathlib import Path

import pytest

from footnote.ingest.captions import SPEAKER_LENGTH
from footnote.ingest.load import ENDINGS, TITLE_LENGTH, load
from footnote.load_errors import LoadError
from footnote.passages import Document, Kind

PACKAGE = Path(__file__).resolve().parents[3] / "src" / "footnote"
SAMPLE = PACKAGE / "sample"
MOST = 1_000_000


def written(root: Path, name: str, content: str | bytes) -> Path:
    path = root / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


def test_a_document_is_known_by_its_path_below_the_root(tmp_path: Path) -> None:
    path = written(tmp_path, "north/2026-03-12-depot_review.v2.TXT", "Ada: Hello.\nBen: Hi there.\n")
    document = load(path, tmp_path, max_bytes=MOST).document
    assert document == Document(
        id="north/2026-03-12-depot_review.v2",
        title="Depot review.v2",
        kind=Kind.RECORDING,
        source=str(tmp_path / "north/2026-03-12-depot_review.v2.TXT"),
        digest=document.digest,
        date="2026-03-12",
        words=5,
        tags=("north",),
    )


@pytest.mark.parametrize(
    ("name", "title", "date"),
    [
        ("Bmr005.txt", "Bmr005", None),
        ("2026-03-12.txt", "2026-03-12", "2026-03-12"),
        ("2026-13-45-odd.txt", "2026 13 45 odd", None),
        ("2026-03-123.txt", "2026 03 123", None),
        ("---.txt", "---", None),
        ("éclair_notes.txt", "Éclair notes", None),
    ],
)
def test_titles_and_dates_come_from_the_name_where_the_file_has_none(tmp_path, name, title, date) -> None:
    document = load(written(tmp_path, name, "Text."), tmp_path, max_bytes=MOST).document
    assert (document.title, document.date) == (title, date)


def test_what_a_file_calls_itself_and_its_speakers_has_bounds(tmp_path: Path) -> None:
    page = written(tmp_path, "page.html", f"<title>{'On and on ' * 100_000}</title><p>Hello.")
    title = load(page, tmp_path, max_bytes=2 * MOST).document.title
    assert len(title) <= TITLE_LENGTH
    assert title.endswith("on…")
    talk = written(tmp_path, "talk.vtt", f"WEBVTT\n\n00:00:01.000 --> 00:00:02.000\n<v {'A' * 100_000}>Hello.\n")
    (passage,) = load(talk, tmp_path, max_bytes=MOST).passages
    assert passage.speakers == ("A" * SPEAKER_LENGTH,)


def test_the_digest_changes_with_the_content_only(tmp_path: Path) -> None:
    first, same, other = (
        load(written(tmp_path, name, text), tmp_path, max_bytes=MOST).document.digest
        for name, text in (("a.md", "One."), ("b.md", "One."), ("c.md", "Two."))
    )
    assert first == same != other


@pytest.mark.parametrize("text", ["Ada: One.\nBen: Two.\n", "\ufeffAda: One.\r\nBen: Two.\r\n", "Ada: One.\rBen: Two."])
def test_line_ends_and_a_byte_order_mark_do_not_change_the_passages(tmp_path: Path, text: str) -> None:
    (passage,) = load(written(tmp_path, "a.txt", text), tmp_path, max_bytes=MOST).passages
    assert passage.text == "Ada: One.\nBen: Two."


@pytest.mark.parametrize(
    ("name", "content", "reason"),
    [
        ("a.txt", b"", "It is empty"),
        ("a.md", b"\xef\xbb\xbf \r\n\t", "It is empty"),
        ("a.txt", "x" * 2000, r"larger than 0\.001 MB.*FOOTNOTE_MAX_FILE_MB"),
        ("a.exe", "x", r"end in \.exe aren't supported\. Supported: .*\.docx"),
        ("a", "x", "end in nothing aren't supported"),
        ("a.txt", b"\x00\x01\x02binary", "isn't text"),
        ("a.csv", "only,a,header\n", "It holds no text"),
        ("a.html", "<p> </p>", "It holds no text"),
    ],
)
def test_what_cannot_be_taken_in_says_why(tmp_path: Path, name: str, content: str | bytes, reason: str) -> None:
    with pytest.raises(LoadError, match=reason) as refused:
        load(written(tmp_path, name, content), tmp_path, max_bytes=1000)
    assert str(tmp_path) not in refused.value.message


def test_a_missing_file_a_pipe_and_an_odd_name_say_why(tmp_path: Path) -> None:
    with pytest.raises(LoadError, match="no such file"):
        load(tmp_path / "gone.txt", tmp_path, max_bytes=MOST)
    os.mkfifo(tmp_path / "pipe.txt")
    with pytest.raises(LoadError, match="isn't a file"):
        load(tmp_path / "pipe.txt", tmp_path, max_bytes=MOST)
    odd = written(tmp_path, os.fsdecode(b"odd\xff.txt"), "Text.")
    with pytest.raises(LoadError, match="Rename it"):
        load(odd, tmp_path, max_bytes=MOST)


def test_a_file_that_may_not_be_read_says_so(tmp_path: Path, monkeypatch) -> None:
    path = written(tmp_path, "a.txt", "Text.")

    def refused(*_args, **_kwargs):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "open", refused)
    with pytest.raises(LoadError, match="Check who may read it"):
        load(path, tmp_path, max_bytes=MOST)


def test_every_file_of_the_sample_is_taken_in_and_each_kind_is_there() -> None:
    files = [path for path in SAMPLE.rglob("*") if path.is_file()]
    documents = [load(path, SAMPLE, max_bytes=MOST).document for path in files]
    assert {document.kind for document in documents} == set(Kind)
    assert {path.suffix for path in files} == {".vtt", ".srt", ".txt", ".md", ".csv", ".pdf"}
    assert {path.suffix for path in files} <= ENDINGS
    assert all(document.words > 400 for document in documents)


def test_the_figures_of_the_sample_agree_with_each_other() -> None:
    """The report's trips and the recordings' stations are those of the table."""
    with (SAMPLE / "network" / "station-figures.csv").open(newline="") as file:
        rows = list(csv.DictReader(file))
    said = "\n".join(
        passage.text
        for path in SAMPLE.rglob("*.*")
        if path.suffix != ".csv"
        for passage in load(path, SAMPLE, max_bytes=MOST).passages
    )
    assert len(rows) == 28
    assert f"{sum(int(row['trips in February 2026']) for row in rows):,}" in said
    assert sum((27_460, 25_118, 29_738)) == 82_316
    trips = {row["station"]: int(row["trips in February 2026"]) for row in rows}
    assert sorted(trips, key=trips.__getitem__)[::-1][:3] == ["Central Station", "Market Cross", "Harbour Steps"]
    assert min(trips, key=trips.__getitem__) == "Quarry Lane"
    assert f"{trips['Harbour Steps']:,} trips started at Harbour Steps in February" in said
    assert f"{trips['Quarry Lane']} trips in February" in said
    docks = {row["station"]: row["docks"] for row in rows}
    assert (docks["Harbour Steps"], docks["Quarry Lane"], docks["Market Cross"]) == ("24", "12", "24")


def test_there_are_four_first_questions_and_they_are_no_document() -> None:
    questions = (PACKAGE / "sample_questions.txt").read_text("utf-8").splitlines()
    assert len(questions) == 4
    assert all(question.endswith("?") for question in questions)
    assert not list(SAMPLE.rglob("*question*"))
