"""What tracing adds to an answer: the same questions with and without it, turn by turn, into a real MLflow store.

Usage: ``python bench/tracing.py [--rounds 200]``. The real pipeline, producer and SQLite log over the sample library,
with a model that answers at once; MLflow keeps its traces in SQLite, in its own process, as it is served. A figure is
in milliseconds; what tracing adds is the difference of the medians.
"""

from __future__ import annotations

import argparse
import os
import statistics
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT / "tests"), str(ROOT / "src")]

from fakes import STOP, ScriptedModel, an_answer, until, until_end  # noqa: E402
from footnote.answers.producer import Producer  # noqa: E402
from footnote.events import Token  # noqa: E402
from footnote.parts import Parts, parts  # noqa: E402
from footnote.settings import Settings  # noqa: E402
from footnote.tracing.exporting import Exporter  # noqa: E402
from footnote.tracing.store import MlflowStore  # noqa: E402

QUESTION = "What was decided about the battery swap threshold, and who owns it?"
WORDS = [f"word-{n} " for n in range(200)]


def answered(made: Parts, producer: Producer) -> tuple[float, float]:
    """Milliseconds to the first token and to the end, both as the log has them."""
    began = time.perf_counter()
    answer = producer.start(an_answer(query=QUESTION))
    until(made.log, answer.id, Token)
    first = time.perf_counter()
    until_end(made.log, answer.id)
    return (first - began) * 1000, (time.perf_counter() - began) * 1000


def rounds(made: Parts, exporter: Exporter, count: int) -> Iterator[tuple[str, tuple[float, float]]]:
    """What each kind took, by turns; the first ones are for warming up."""
    kinds = {}
    for name, observers in (("without", ()), ("with", (exporter,))):
        model = ScriptedModel(*WORDS, STOP)
        kinds[name] = Producer(made.log, made.retriever, {model.name: model}, observers=observers)
    for n in range(count + 5):
        for name in sorted(kinds, reverse=n % 2 == 0):
            took = answered(made, kinds[name])
            if n >= 5:
                yield name, took


def main() -> None:
    """Print the figures."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=200)
    count = parser.parse_args().rounds
    with tempfile.TemporaryDirectory() as folder:
        os.environ["MLFLOW_TRACKING_URI"] = f"sqlite:///{folder}/mlflow.db"
        made = parts(Settings(data=Path(folder) / "data"))
        assert made.feedback is not None
        exporter = Exporter(MlflowStore("bench"), made.feedback, made.log.answer)
        took: dict[str, list[tuple[float, float]]] = {"without": [], "with": []}
        with closing(made.log):
            for name, times in rounds(made, exporter, count):
                took[name].append(times)
            exporter.close(60)
    for at, what in enumerate(("first token", "whole answer")):
        of = {name: sorted(times[at] for times in all_) for name, all_ in took.items()}
        middle = {name: statistics.median(times) for name, times in of.items()}
        late = {name: times[int(len(times) * 0.95)] for name, times in of.items()}
        print(
            f"{what}: {middle['without']:.2f} ms without tracing, {middle['with']:.2f} with "
            f"(p95 {late['without']:.2f} and {late['with']:.2f}): {middle['with'] - middle['without']:+.2f} ms"
        )


if __name__ == "__main__":
    main()
