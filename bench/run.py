"""The benchmark: one command, one table, each figure beside its floor.

Usage: ``python bench/run.py [SECTION...] [--quick] [--strict]``. A section is a module ``<section>_rows.py`` here,
whose ``rows(quick=...)`` measures one thing after the other; one that fails is a row that is not held, and the others
go on. An interruption (Ctrl-C) ends a section, and leaves out those behind it. A run of all sections is written to
``bench/results/latest.json``, with a plot beside it, and compared with the results committed last; of a run of some of
them, or a quick one, which measures little and shows that all works, only the table is printed unless ``--results``
names a folder.
"""

from __future__ import annotations

import argparse
import importlib
import json
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from compared import changes
from machine import git, machine
from row import Row, failed
from table import table, told

RESULTS = Path(__file__).resolve().parent / "results"
SECTIONS = ("browser", "visit", "serving", "starting", "retrieval")
COMMITTED = "bench/results/latest.json"


def measured(sections: Sequence[str], *, quick: bool) -> Iterator[Row]:
    """The rows of each section; what one of them fails with is a row too, and so is what an interruption leaves out."""
    interrupted = False
    for section in sections:
        if interrupted:
            yield failed(section, "not measured, interrupted")
            continue
        began = time.monotonic()
        print(f"{section}: begins", file=sys.stderr, flush=True)
        try:
            for row in importlib.import_module(f"{section}_rows").rows(quick=quick):
                print(f"{section}: {row.name}: {row.value} {row.unit}", file=sys.stderr, flush=True)
                yield row
        except KeyboardInterrupt:
            interrupted = True
            yield failed(section, "not measured to its end, interrupted")
        except Exception as error:  # noqa: BLE001 - whatever it is, the other sections are still measured
            print(f"{section}: failed: {error!r}", file=sys.stderr, flush=True)
            yield failed(section, f"not measured, {type(error).__name__}: {_first_line(error)}")
        print(f"{section}: took {time.monotonic() - began:.0f} s", file=sys.stderr, flush=True)


def _first_line(error: Exception) -> str:
    return (str(error).splitlines() or [""])[0][:100]


def committed() -> Mapping[str, Any] | None:
    """The results that were committed last."""
    said = git("show", f"HEAD:{COMMITTED}")
    return json.loads(said) if said else None


def keep(rows: Sequence[Row], about: Mapping[str, Any], folder: Path) -> None:
    """Write the results and their plot."""
    from plot import draw

    folder.mkdir(parents=True, exist_ok=True)
    results = {"machine": about, "rows": [asdict(row) for row in rows]}
    (folder / "latest.json").write_text(json.dumps(results, indent=1) + "\n", "utf-8")
    draw(rows, folder / "latest.svg")


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure, print and keep; the exit status."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("sections", nargs="*", metavar="SECTION", help=f"of {', '.join(SECTIONS)}; all if none")
    parser.add_argument("--quick", action="store_true", help="small sizes: whether it all works, not how fast it is")
    parser.add_argument("--strict", action="store_true", help="exit with 1 where a row does not hold")
    parser.add_argument("--results", type=Path, help="the folder to write the results to")
    options = parser.parse_args(arguments)
    about = machine()
    rows = list(measured(options.sections or SECTIONS, quick=options.quick))
    print(table(rows))
    if before := committed():
        print("\n" + told(changes(rows, before, about), f"{before['machine']['commit']}, {before['machine']['date']}"))
    whole = not options.sections and not options.quick
    if folder := options.results or (RESULTS if whole else None):
        keep(rows, about, folder)
    return int(options.strict and not all(row.holds for row in rows))


if __name__ == "__main__":
    sys.exit(main())
