"""How right the default's answers are, and what other retrievers make of them: ``footnote eval`` on the shared texts.

Run as ``python bench/evaluation.py [--every N]``. Each run is the command itself, in a process of its own. Beside the
default stand Postgres by words, and Postgres with vectors of latent semantic analysis (``lsa.py``), which a local
workspace serves as an embedding endpoint: what fusing brings with such vectors, and not what a trained model's would.
Prints each table and comparison, and writes the figures to ``bench/results/evaluation.json``.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT / "tests"), str(ROOT / "bench"), str(ROOT / "src")]

from lsa import Lsa  # noqa: E402
from shared_set import passages_of, write  # noqa: E402

from footnote.evaluation.run_file import load  # noqa: E402
from footnote.evaluation.summary import summary  # noqa: E402
from postgres import running_postgres  # noqa: E402
from workspace.embeddings import Embeddings  # noqa: E402
from workspace.serving import ServingEndpoint  # noqa: E402

RESULTS = ROOT / "bench" / "results" / "evaluation.json"
SETS = ("squad", "recordings")
DEFAULT, WORDS, HYBRID = "extractive, embedded", "extractive, postgres", "extractive, postgres with LSA vectors"


def runs(folder: Path) -> Iterator[tuple[str, Mapping[str, str]]]:
    """What is run, and the settings of it."""
    yield DEFAULT, {}
    with running_postgres() as server:
        yield WORDS, {"FOOTNOTE_RETRIEVER": "postgres", "FOOTNOTE_DATABASE_URL": server.new_database()}
        texts = [f"{passage.title}\n{passage.text}" for passage in passages_of(folder)]
        with ServingEndpoint(apis=[Embeddings(vectors_of=Lsa(texts).of)]) as workspace:
            yield (
                HYBRID,
                {
                    **workspace.environment,
                    "FOOTNOTE_RETRIEVER": "postgres",
                    "FOOTNOTE_DATABASE_URL": server.new_database(),
                    "FOOTNOTE_EMBEDDINGS": "databricks:embedder",
                },
            )


def footnote(arguments: list[str], folder: Path, settings: Mapping[str, str]) -> None:
    """Run ``footnote`` with these settings, on the library below the folder."""
    here = {
        "FOOTNOTE_DATA": str(folder / "data"),
        "FOOTNOTE_LIBRARY": str(folder / "library"),
        "PYTHONPATH": str(ROOT / "src"),
    }
    plain = {name: value for name, value in os.environ.items() if not name.startswith(("FOOTNOTE_", "DATABRICKS_"))}
    subprocess.run([sys.executable, "-m", "footnote", *arguments], env=plain | here | settings, check=True)


def main() -> None:
    """Run all, compare each with the default, and write the figures down."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--every", type=int, default=1, help="take only every N-th question")
    every = parser.parse_args().every
    figures: dict[str, dict[str, dict[str, float]]] = {}
    with tempfile.TemporaryDirectory() as made:
        folder = Path(made)
        write(folder, every)
        for number, (name, settings) in enumerate(runs(folder)):
            for asked in SETS:
                print(f"\n{name}, {asked}", flush=True)
                kept = folder / f"{asked}-{number}.jsonl"
                footnote(["eval", "run", str(folder / f"{asked}.jsonl"), "-o", str(kept)], folder, settings)
                reached = summary(load(kept).results)
                figures.setdefault(name, {})[asked] = {n: round(f.value, 4) for n, f in reached.items()}
                if number:
                    footnote(["eval", "compare", str(folder / f"{asked}-0.jsonl"), str(kept)], folder, settings)
    if every == 1:
        RESULTS.write_text(json.dumps(figures, indent=1) + "\n", "utf-8")


if __name__ == "__main__":
    main()
