"""Files and folders into a real library: twice changes nothing, a change replaces, a bad file stops nothing."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path

import pytest

from footnote.errors import StorageFailed
from footnote.ingest import load
from footnote.ingest.take_in import Report, lines, take_in
from footnote.passages import Library
from footnote.storage.database import open_database
from footnote.storage.library import SqlLibrary

MOST = 1_000_000


@pytest.fixture
def library(tmp_path: Path):
    engine = open_database(tmp_path / "data" / "footnote.db")
    yield SqlLibrary(engine)
    engine.dispose()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "files"
    (folder / "north").mkdir(parents=True)
    (folder / "a.txt").write_text("Ada: Hello there.\nBen: Hi.\n")
    (folder / "north" / "b.md").write_text("# Bee\n\nText.\n")
    return folder


def taken(library: Library, *paths: Path, root: Path | None = None) -> Report:
    return take_in(paths, library, root=root, max_bytes=MOST)


def test_a_folder_is_taken_in_and_the_same_again_changes_nothing(library, folder) -> None:
    assert taken(library, folder) == Report(added=("a", "north/b"))
    before = [library.passages(id) for id in ("a", "north/b")]
    assert taken(library, folder) == Report(unchanged=("a", "north/b"))
    assert [library.passages(id) for id in ("a", "north/b")] == before
    assert [document.title for document in library.documents()] == ["A", "Bee"]


def test_a_changed_file_replaces_its_passages(library, folder) -> None:
    taken(library, folder)
    (folder / "a.txt").write_text("Ada: Goodbye.\nBen: Bye.\n")
    assert taken(library, folder) == Report(changed=("a",), unchanged=("north/b",))
    assert [passage.text for passage in library.passages("a")] == ["Ada: Goodbye.\nBen: Bye."]


def test_a_new_version_of_the_loaders_reads_everything_anew(library, folder, monkeypatch) -> None:
    taken(library, folder)
    monkeypatch.setattr(load, "LOADER_VERSION", "next")
    assert taken(library, folder).changed == ("a", "north/b")


def test_a_bad_file_is_named_with_its_reason_and_the_rest_is_in(library, folder) -> None:
    (folder / "broken.pdf").write_bytes(b"%PDF-1.4 nothing")
    (folder / "empty.txt").touch()
    (folder / "enormous.txt").write_bytes(b"x" * (MOST + 1))
    report = taken(library, folder)
    assert report.added == ("a", "north/b")
    assert [path.name for path, _ in report.failed] == ["broken.pdf", "empty.txt", "enormous.txt"]
    assert all(reason.startswith("It i") for _, reason in report.failed)


def test_a_file_that_nobody_foresaw_stops_nothing_and_its_fault_is_in_the_log(
    library, folder, monkeypatch, caplog
) -> None:
    parse = load.parse

    def broken(path: Path, *args, **kwargs):
        if path.name == "a.txt":
            raise RecursionError("secret of the parser")
        return parse(path, *args, **kwargs)

    monkeypatch.setattr(load, "parse", broken)
    report = taken(library, folder)
    assert report.added == ("north/b",)
    ((path, reason),) = report.failed
    assert path == folder / "a.txt"
    assert reason.startswith("It could not be read; ")
    assert "secret" not in reason
    assert caplog.records[0].exc_info[0] is RecursionError


def test_a_library_that_cannot_be_written_ends_the_run(library, folder, monkeypatch) -> None:
    def refused(*_args):
        raise StorageFailed

    monkeypatch.setattr(library, "replace", refused)
    with pytest.raises(StorageFailed):
        taken(library, folder)


def test_a_file_that_became_unreadable_leaves_what_the_library_has(library, folder) -> None:
    taken(library, folder)
    (folder / "a.txt").write_bytes(b"\x00\x01")
    assert [path.name for path, _ in taken(library, folder).failed] == ["a.txt"]
    assert library.passages("a")[0].text.startswith("Ada: Hello there.")


def test_two_files_never_share_an_id(library, folder, tmp_path) -> None:
    (folder / "a.md").write_text("# Another a")
    report = taken(library, folder)
    assert report.added == ("a", "north/b")
    assert [(path.name, "a.md" in reason) for path, reason in report.failed] == [("a.txt", True)]
    assert taken(library, folder).failed[0][0] == folder / "a.txt"
    other = tmp_path / "other"
    other.mkdir()
    (other / "b.md").write_text("One.")
    again = tmp_path / "again"
    again.mkdir()
    (again / "b.md").write_text("Two.")
    report = taken(library, other / "b.md", again / "b.md")
    assert report.added == ("b",)
    assert [path for path, _ in report.failed] == [again / "b.md"]


def test_an_id_that_the_library_has_from_another_file_is_not_overwritten(library, folder) -> None:
    taken(library, folder / "a.txt")
    (folder / "a.txt").rename(folder / "a.md")
    report = taken(library, folder / "a.md")
    assert "from a.txt" in report.failed[0][1]
    assert library.passages("a")[0].text.startswith("Ada:")


@pytest.fixture
def elsewhere(folder: Path) -> Path:
    """Another folder with another file of the id ``a``."""
    elsewhere = folder.parent / "elsewhere"
    elsewhere.mkdir()
    (elsewhere / "a.txt").write_text("Cem: Something else.\nDua: Yes.\n")
    return elsewhere


def test_a_file_from_elsewhere_does_not_replace_one_that_is_still_there(library, folder, elsewhere) -> None:
    taken(library, folder)
    report = taken(library, elsewhere)
    ((path, reason),) = report.failed
    assert path == elsewhere / "a.txt"
    assert "in another folder, files" in reason
    assert "Remove that document first" in reason
    assert library.passages("a")[0].text.startswith("Ada:")
    (folder / "a.txt").write_text("Ada: Changed.\nBen: Yes.\n")
    assert taken(library, folder).changed == ("a",)
    library.remove("a")
    assert taken(library, elsewhere).added == ("a",)


def test_a_copy_of_what_the_library_has_is_nothing_new(library, folder, elsewhere) -> None:
    taken(library, folder)
    (elsewhere / "a.txt").write_bytes((folder / "a.txt").read_bytes())
    assert taken(library, elsewhere) == Report(unchanged=("a",))


def test_a_folder_that_was_moved_updates_its_documents(library, folder) -> None:
    taken(library, folder)
    moved = folder.rename(folder.parent / "moved")
    assert taken(library, moved) == Report(unchanged=("a", "north/b"))
    (moved / "a.txt").write_text("Ada: Moved.\nBen: Yes.\n")
    assert taken(library, moved).changed == ("a",)


def test_the_library_s_own_folder_wins_and_the_log_says_over_what(library, folder, elsewhere, caplog) -> None:
    """A checkout is often a copy, with the one before still there: its folder has to be followed."""
    taken(library, folder)
    assert taken(library, elsewhere, root=elsewhere).changed == ("a",)
    (message,) = caplog.messages
    assert str(folder / "a.txt") in message
    assert str(elsewhere / "a.txt") in message


def test_a_document_of_an_earlier_version_s_library_is_updated(library, folder) -> None:
    """It knows its source only by the path below the folder."""
    parsed = load.load(folder / "a.txt", folder, max_bytes=MOST)
    library.replace(replace(parsed.document, source="a.txt", digest="earlier"), parsed.passages)
    assert taken(library, folder / "a.txt").changed == ("a",)


def test_a_folder_s_name_need_not_be_utf_8(library, tmp_path) -> None:
    folder = tmp_path / os.fsdecode(b"caf\xe9")
    folder.mkdir()
    for text in ("One.", "Two."):
        (folder / "a.txt").write_text(text)
        assert taken(library, folder).failed == ()
    assert library.passages("a")[0].text == "Two."


def test_a_named_file_is_known_by_its_name_and_a_folder_s_files_by_their_path(library, folder) -> None:
    assert taken(library, folder / "north" / "b.md").added == ("b",)
    assert taken(library, folder / "north").unchanged == ("b",)
    assert taken(library, folder / "north", root=folder).added == ("north/b",)


def test_a_file_named_twice_is_taken_in_once(library, folder) -> None:
    assert taken(library, folder, folder / "a.txt", folder / "north" / ".." / "a.txt").added == ("a", "north/b")


def test_what_is_hidden_leads_out_or_is_of_another_kind_is_passed_over_in_a_folder(library, folder, tmp_path) -> None:
    outside = tmp_path / "secret.txt"
    outside.write_text("Not for this library.")
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "elsewhere" / "c.txt").write_text("Not either.")
    (folder / "link.txt").symlink_to(outside)
    (folder / "dangling.txt").symlink_to(tmp_path / "nowhere.txt")
    (folder / "linked").symlink_to(tmp_path / "elsewhere")
    (folder / "loop").symlink_to(folder)
    (folder / "inside.txt").symlink_to(folder / "a.txt")
    (folder / ".hidden.txt").write_text("Hidden.")
    (folder / ".git").mkdir()
    (folder / ".git" / "notes.txt").write_text("Hidden too.")
    (folder / "picture.png").touch()
    (folder / "no ending").touch()
    report = taken(library, folder)
    assert report == Report(added=("a", "inside", "north/b"), skipped=2)


def test_what_is_named_and_cannot_be_taken_in_is_a_failure(library, folder, tmp_path) -> None:
    (tmp_path / "x.png").touch()
    report = taken(library, tmp_path / "x.png", tmp_path / "gone.txt", folder / "a.txt")
    assert [path.name for path, _ in report.failed] == ["x.png", "gone.txt"]
    assert report.added == ("a",)


def test_a_file_outside_of_the_root_is_refused(library, folder, tmp_path) -> None:
    assert "below" in taken(library, folder / "a.txt", root=folder / "north").failed[0][1]


def test_no_bar_is_drawn_where_there_is_no_terminal(library, folder, capsys) -> None:
    take_in([folder], library, max_bytes=MOST, progress=True)
    assert capsys.readouterr().err == ""


def test_the_report_is_told_in_a_line_for_each_document_and_one_for_the_counts() -> None:
    report = Report(("a",), ("b",), ("c", "d"), ((Path("e.pdf"), "It is empty."),), 3)
    assert lines(report) == [
        "added   a",
        "changed b",
        "1 added, 1 changed, 2 unchanged, 3 passed over (not a supported kind of file), 1 failed.",
    ]
