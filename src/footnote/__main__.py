"""The command line: ``footnote serve``, ``prepare``, ``ingest``, ``documents``, ``feedback`` and ``eval``."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any, TextIO

from footnote import __version__, eval_command
from footnote.errors import FootnoteError, SettingsError
from footnote.handed_out import hand_out
from footnote.passages import Document, Library
from footnote.settings import Settings, load, strays


def main(argv: Sequence[str] | None = None) -> int:
    """Do what the command line says; the process's exit status."""
    arguments = _parser().parse_args(argv)
    for line in strays():
        print(line, file=sys.stderr)
    try:
        return _run(arguments, load())
    except SettingsError as error:
        print(error.message, file=sys.stderr)
        return 2
    except FootnoteError as error:
        print(error.message, file=sys.stderr)
        return 1


def _run(arguments: argparse.Namespace, settings: Settings) -> int:
    match arguments.command, getattr(arguments, "action", None):
        case "serve", _:
            return _serve(settings)
        case "prepare", _:
            return _prepare(settings)
        case "ingest", _:
            return _ingest(settings, arguments.paths)
        case "feedback", _:
            return _export_feedback(settings, arguments)
        case "eval", _:
            return eval_command.run(settings, arguments)
        case _, action:
            return _remove(settings, arguments.ids) if action == "remove" else _list(settings)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="footnote", description="Ask your own recordings and documents; a cited answer streams in."
    )
    parser.add_argument("--version", action="version", version=f"footnote {__version__}")
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    commands.add_parser(
        "serve",
        help="serve the page",
        description="Serve the page, in as many processes as FOOTNOTE_WORKERS says (2).",
    )
    commands.add_parser(
        "prepare",
        help="bring the database up to date and take FOOTNOTE_LIBRARY in",
        description="Bring the database up to date and take FOOTNOTE_LIBRARY in, as `footnote serve` does first.",
    )
    ingest = commands.add_parser(
        "ingest",
        help="take files and folders into the library",
        description="Take files and folders into the library. What is there unchanged is left as it is.",
    )
    ingest.add_argument("paths", nargs="+", type=Path, metavar="PATH", help="a file, or a folder with all below it")
    documents = commands.add_parser(
        "documents", help="list or remove the library's documents", description="List or remove documents."
    )
    actions = documents.add_subparsers(dest="action", required=True, metavar="ACTION")
    actions.add_parser("list", help="show every document")
    remove = actions.add_parser("remove", help="take documents out of the library, with all their passages")
    remove.add_argument("ids", nargs="+", metavar="ID", help="a document's id, as the list shows it")
    _add_feedback(commands)
    eval_command.add(commands)
    return parser


def _add_feedback(commands: Any) -> None:
    feedback = commands.add_parser(
        "feedback", help="export what users said of answers", description="What users said of answers and sources."
    )
    actions = feedback.add_subparsers(dest="action", required=True, metavar="ACTION")
    export = actions.add_parser(
        "export",
        help="write it all to a file, or to the standard output",
        description="Write all that users said, each with the question, the answer and the source that it is about.",
    )
    export.add_argument("--format", choices=("jsonl", "csv"), default="jsonl", help="one JSON a line (default), or CSV")
    export.add_argument("-o", "--output", type=Path, metavar="FILE", help="the file to write; else it is printed")
    export.add_argument("--with-users", action="store_true", help="name who said it; without it nobody is named")


def _serve(settings: Settings) -> int:
    from footnote.serving import serve

    return serve(settings)


def _prepare(settings: Settings) -> int:
    from footnote.monitoring.logs import tell
    from footnote.parts import prepare

    tell(settings)
    sys.path.insert(0, str(Path.cwd()))  # as gunicorn has it: a graph of one's own that is served is found here too
    prepare(settings)
    return 0


def _ingest(settings: Settings, paths: Sequence[Path]) -> int:
    from footnote.ingest.take_in import lines, take_in

    with _library(settings) as library:
        report = take_in(paths, library, max_bytes=settings.max_bytes, progress=True)
    for line in lines(report):
        print(line)
    for path, reason in report.failed:
        print(f"{path}: {reason}", file=sys.stderr)
    return 1 if report.failed else 0


def _export_feedback(settings: Settings, arguments: argparse.Namespace) -> int:
    from footnote.feedback_export import records, write_csv, write_jsonl
    from footnote.parts import kept_feedback

    def write(file: TextIO) -> int:
        made = records(store, log, with_users=arguments.with_users)
        if arguments.format == "csv":
            return write_csv(made, file, with_users=arguments.with_users)
        return write_jsonl(made, file)

    with kept_feedback(settings) as (store, log):
        return hand_out(arguments.output, write)


def _list(settings: Settings) -> int:
    with _library(settings) as library:
        documents = library.documents()
    if not documents:
        print("The library is empty. `footnote ingest PATH` takes files in.")
        return 0
    rows = [("ID", "KIND", "WORDS", "TITLE"), *(_row(document) for document in documents)]
    id_width, kind_width, words_width = (max(len(row[column]) for row in rows) for column in range(3))
    for id, kind, words, title in rows:
        print(f"{id:<{id_width}}  {kind:<{kind_width}}  {words:>{words_width}}  {title}")
    return 0


def _row(document: Document) -> tuple[str, str, str, str]:
    return document.id, document.kind.value, f"{document.words:,}", document.title


def _remove(settings: Settings, ids: Sequence[str]) -> int:
    from footnote.ingest.keeping import forget

    status = 0
    with _library(settings) as library:
        for id in ids:
            document = library.document(id)
            if document and library.remove(id):
                forget(document, settings.files)
                print(f"removed {id}")
            else:
                print(f"There is no document {id}. `footnote documents list` shows them all.", file=sys.stderr)
                status = 1
    return status


def _library(settings: Settings) -> AbstractContextManager[Library]:
    from footnote.parts import own_library

    return own_library(settings)


if __name__ == "__main__":
    sys.exit(main())
