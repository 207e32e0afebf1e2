"""The command line: what it prints, where, and its exit status."""

from __future__ import annotations

import importlib
import sys
from pathlib import Path

import pytest

from footnote import __version__, serving
from footnote.__main__ import main
from footnote.errors import StorageFailed
from footnote.settings import Settings
from footnote.storage import database


@pytest.fixture(autouse=True)
def place(tmp_path: Path, monkeypatch) -> Path:
    """A folder of its own, with the library's database in it."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "path", [folder for folder in sys.path if folder])  # as the installed command has it
    for name in ("FOOTNOTE_LIBRARY", "FOOTNOTE_MODEL", "FOOTNOTE_PORT", "FOOTNOTE_MAX_FILE_MB"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("FOOTNOTE_DATA", str(tmp_path / "data"))
    (tmp_path / "files").mkdir()
    (tmp_path / "files" / "standup.txt").write_text("Ada: Hello there.\nBen: Hi.\n")
    (tmp_path / "files" / "rules.md").write_text("# The rules\n\nBe kind.\n")
    return tmp_path


def test_ingest_prints_what_it_did_and_twice_changes_nothing(capsys) -> None:
    assert main(["ingest", "files"]) == 0
    assert capsys.readouterr().out.splitlines() == [
        "added   rules",
        "added   standup",
        "2 added, 0 changed, 0 unchanged.",
    ]
    assert main(["ingest", "files"]) == 0
    assert capsys.readouterr().out == "0 added, 0 changed, 2 unchanged.\n"


def test_prepare_makes_the_database_and_takes_the_library_in_once(capsys, monkeypatch, place: Path) -> None:
    monkeypatch.setenv("FOOTNOTE_LIBRARY", "files")
    for _ in range(2):
        assert main(["prepare"]) == 0
        assert capsys.readouterr() == ("", "")
    assert main(["documents", "list"]) == 0
    assert {line.split()[0] for line in capsys.readouterr().out.splitlines()} == {"ID", "rules", "standup"}


def test_prepare_finds_a_graph_in_the_folder_as_the_server_does(monkeypatch, capsys, place: Path) -> None:
    monkeypatch.setenv("FOOTNOTE_MODEL", "langchain:graph_of_this_folder:graph")
    assert main(["prepare"]) == 2
    assert "there is no module 'graph_of_this_folder'" in capsys.readouterr().err
    (place / "graph_of_this_folder.py").touch()
    importlib.invalidate_caches()  # a folder that changed within a clock's tick is taken for unchanged
    assert main(["prepare"]) == 0


def test_prepare_says_in_one_line_what_is_wrong_with_the_conversations_database(capsys, monkeypatch) -> None:
    monkeypatch.setenv("FOOTNOTE_DATABASE_URL", "postgresql://ann:hunter2@127.0.0.1:1/kept")
    assert main(["prepare"]) == 2
    out, err = capsys.readouterr()
    assert (out, len(err.splitlines())) == ("", 1)
    assert err.startswith("FOOTNOTE_DATABASE_URL can't be used.")
    assert "hunter2" not in err


def test_ingest_names_each_failed_file_on_stderr_and_exits_with_1(capsys) -> None:
    Path("files/empty.pdf").touch()
    assert main(["ingest", "files", "nowhere"]) == 1
    out, err = capsys.readouterr()
    assert "2 added, 0 changed, 0 unchanged, 2 failed." in out
    assert err.splitlines() == [
        "files/empty.pdf: It is empty.",
        "nowhere: There is no such file or folder.",
    ]


def test_ingest_obeys_the_largest_size(capsys, monkeypatch) -> None:
    monkeypatch.setenv("FOOTNOTE_MAX_FILE_MB", "0.00001")
    assert main(["ingest", "files/standup.txt"]) == 1
    assert "larger than 1e-05 MB" in capsys.readouterr().err


def test_documents_are_listed_in_columns(capsys) -> None:
    assert main(["documents", "list"]) == 0
    assert "The library is empty." in capsys.readouterr().out
    main(["ingest", "files"])
    capsys.readouterr()
    assert main(["documents", "list"]) == 0
    assert capsys.readouterr().out.splitlines() == [
        "ID       KIND       WORDS  TITLE",
        "standup  recording      5  Standup",
        "rules    text           5  The rules",
    ]


def test_documents_are_removed_and_an_unknown_one_is_named(capsys) -> None:
    main(["ingest", "files"])
    capsys.readouterr()
    assert main(["documents", "remove", "standup", "nothing", "rules"]) == 1
    out, err = capsys.readouterr()
    assert out == "removed standup\nremoved rules\n"
    assert err == "There is no document nothing. `footnote documents list` shows them all.\n"
    assert main(["documents", "list"]) == 0
    assert "empty" in capsys.readouterr().out


def test_a_setting_that_cannot_be_used_is_explained_and_exits_with_2(capsys, monkeypatch) -> None:
    monkeypatch.setenv("FOOTNOTE_PORT", "99999")
    assert main(["documents", "list"]) == 2
    assert "FOOTNOTE_PORT='99999' can't be used." in capsys.readouterr().err


def test_a_misspelt_setting_is_told_and_what_it_may_mean(capsys, monkeypatch) -> None:
    monkeypatch.setenv("FOOTNOTE_PROT", "8060")
    monkeypatch.setenv("FOOTNOTE_WEATHER", "fair")
    assert main(["documents", "list"]) == 0
    assert capsys.readouterr().err == (
        "FOOTNOTE_PROT sets nothing: there is no such setting. Is FOOTNOTE_PORT meant?\n"
        "FOOTNOTE_WEATHER sets nothing: there is no such setting.\n"
    )


def test_a_database_that_cannot_be_opened_is_explained(capsys, place, monkeypatch) -> None:
    (place / "data").write_text("a file where the folder should be")
    assert main(["documents", "list"]) == 2
    assert "FOOTNOTE_DATA" in capsys.readouterr().err


def test_a_library_that_is_locked_is_explained_and_exits_with_1(capsys, monkeypatch) -> None:
    def locked(_path: Path, **_options: bool) -> None:
        raise StorageFailed

    monkeypatch.setattr(database, "open_database", locked)
    assert main(["documents", "list"]) == 1
    assert capsys.readouterr().err == StorageFailed.message + "\n"


def test_serve_serves_with_the_settings(monkeypatch) -> None:
    served: list[Settings] = []

    def serve(settings: Settings) -> int:
        served.append(settings)
        return 0

    monkeypatch.setenv("FOOTNOTE_PORT", "8123")
    monkeypatch.setattr(serving, "serve", serve)
    assert main(["serve"]) == 0
    assert [settings.port for settings in served] == [8123]


def test_the_version_and_what_is_wrong_with_a_command_are_told(capsys) -> None:
    with pytest.raises(SystemExit) as left:
        main(["--version"])
    assert left.value.code == 0
    assert __version__ in capsys.readouterr().out
    for wrong in ([], ["ingest"], ["documents"], ["documents", "remove"], ["unknown"]):
        with pytest.raises(SystemExit) as left:
            main(wrong)
        assert left.value.code == 2
        assert "usage: footnote" in capsys.readouterr().err
