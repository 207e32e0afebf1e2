"""``footnote eval``: its arguments, and what each of its commands prints and returns."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, TextIO

from footnote.handed_out import hand_out
from footnote.settings import Settings

_RUN = """\
Ask every question of SET of the pipeline that answers users, with the retriever and model that the settings name, and
print the figures. Each answer is kept in a file as it ends, for `footnote eval compare` and to go on after Ctrl-C."""
_EPILOG = """\
A set has one question a line, as JSON: {"question": ..., "filter": {...}, "expected": {"documents": [...], "passages":
[...], "facts": [...], "not_found": true}}. docs/evaluation.md tells what can stand there, and what each figure means.
Exit status: 1 where a threshold is missed or a file can't be used, 2 for a setting or an argument, 130 after Ctrl-C."""


def add(commands: Any) -> None:
    """Add the command and its arguments to a parser's."""
    described = "Ask a set of questions, and see how right the answers are."
    command = commands.add_parser("eval", help="ask a set of questions and measure the answers", description=described)
    actions = command.add_subparsers(dest="action", required=True, metavar="ACTION")
    _add_run(actions)
    compare = actions.add_parser(
        "compare",
        help="compare two runs, question by question",
        description="Compare two runs of one set: each figure with the interval of its difference (a paired "
        "bootstrap), then the questions that got worse and better, and why.",
    )
    compare.add_argument("before", type=Path, metavar="A", help="the file of a run")
    compare.add_argument("after", type=Path, metavar="B", help="the file of another")
    compare.add_argument(
        "--all", action="store_true", help="list every question that changed, not the first ten of each"
    )
    compare.add_argument(
        "--fail-if-worse", action="store_true", help="exit with 1 where a figure of quality is worse beyond chance"
    )
    made = actions.add_parser(
        "set",
        help="make a set of what users said of answers",
        description="Make a set of stored feedback. Thumbs up: what the answer cites is expected, or that nothing was "
        "found. A wrong source: not that passage. Read it and add facts before you rely on it.",
    )
    made.add_argument("--from-feedback", action="store_true", required=True, help="of what users said")
    made.add_argument("-o", "--output", type=Path, metavar="FILE", help="the file to write; else it is printed")


def _add_run(actions: Any) -> None:
    run = actions.add_parser("run", help="ask a set and print its figures", description=_RUN, epilog=_EPILOG)
    run.add_argument("set", type=Path, metavar="SET", help="a file of questions, one JSON object a line")
    run.add_argument("-o", "--output", type=Path, metavar="FILE", help="where the answers and figures are kept")
    run.add_argument("--resume", action="store_true", help="go on with FILE: ask what is missing or failed in it")
    run.add_argument("--model", metavar="NAME", help="which of FOOTNOTE_MODELS answers; the first if none is named")
    run.add_argument("--at-once", type=_count, default=1, metavar="N", help="questions that are asked at once (1)")
    run.add_argument("--price-in", type=float, metavar="X", help="what a million of the model's input tokens cost")
    run.add_argument("--price-out", type=float, metavar="X", help="what a million of its output tokens cost")
    for option, lesser in (("--at-least", "less"), ("--at-most", "more")):
        run.add_argument(
            option,
            type=_threshold(option),
            action="append",
            default=[],
            metavar="FIGURE=NUMBER",
            help=f"exit with 1 where the figure is {lesser}; may be given several times",
        )


def run(settings: Settings, arguments: argparse.Namespace) -> int:
    """Do what the command line says; the process's exit status."""
    match arguments.action:
        case "run":
            from footnote.eval_run import run_set

            return run_set(settings, arguments)
        case "compare":
            return _compare(arguments)
        case _:
            return _set_from_feedback(settings, arguments.output)


def _compare(arguments: argparse.Namespace) -> int:
    from footnote.evaluation.comparing import compare
    from footnote.evaluation.report import comparison
    from footnote.evaluation.run_file import load
    from footnote.evaluation.summary import QUALITY

    before, after = load(arguments.before), load(arguments.after)
    compared = compare(before, after)
    print(*comparison(before, after, compared, None if arguments.all else 10), sep="\n")
    worse = [
        one.figure for one in compared.differences if one.verdict == "worse" and one.figure in {*QUALITY, "failed"}
    ]
    if arguments.fail_if_worse and worse:
        print(f"Worse beyond chance: {', '.join(worse)}.", file=sys.stderr)
        return 1
    return 0


def _set_from_feedback(settings: Settings, path: Path | None) -> int:
    from footnote.evaluation.from_feedback import lines
    from footnote.parts import kept_feedback

    def write(file: TextIO) -> int:
        count = 0
        for count, line in enumerate(lines(store, log), 1):  # noqa: B007 - how many there were
            file.write(line + "\n")
        return count

    with kept_feedback(settings) as (store, log):
        return hand_out(path, write)


def _count(text: str) -> int:
    if (count := int(text)) < 1:
        raise argparse.ArgumentTypeError("has to be at least 1")
    return count


def _threshold(option: str) -> Callable[[str], object]:
    def parsed(text: str) -> object:
        from footnote.evaluation import thresholds

        try:
            return (thresholds.at_least if option == "--at-least" else thresholds.at_most)(text)
        except ValueError as error:
            raise argparse.ArgumentTypeError(str(error)) from None

    return parsed
