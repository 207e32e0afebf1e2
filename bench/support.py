"""How well the check of statements tells planted errors from correct answers, and what it takes.

Usage: ``python bench/support.py [--every N] [--tune]``. Prints the figures and writes them to
``bench/results/support.json``. An error counts as caught where a statement is weak or a part of it is
marked; the same on a correct one is a false alarm. The questions are halved: the check's settings were
chosen on one half (``--tune`` prints it and writes nothing), the figures are the other's.
"""

from __future__ import annotations

import argparse
import json
import statistics
import tempfile
import time
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from itertools import chain
from pathlib import Path
from typing import Any

from extractive import DATA, found, recordings_library, squad_library
from planted import PLANTED, Case, correct, names_of, planted

from footnote import sentences
from footnote.answers.checking.verdicts import check
from footnote.answers.citations import cite
from footnote.answers.excerpts import sentences_of
from footnote.answers.markers import MarkerFilter
from footnote.events import Statement, Verdict
from footnote.passages import Filter, Hit, Passage, Retriever

RESULTS = Path(__file__).parent / "results" / "support.json"
RECALL_TARGETS = {"number": 0.95, "name": 0.85, "citation": 0.9, "negation": 0.9}
FALSE_ALARMS_TARGET = 0.05
P95_TARGET_MS = 20.0
ANSWER_WORDS = 400
LONG_ANSWERS = 300
BORNE_OUT = (Verdict.QUOTED, Verdict.SUPPORTED)


@dataclass(frozen=True, slots=True)
class Share:
    """A share of so many."""

    share: float
    of: int


@dataclass(frozen=True, slots=True)
class Measured:
    """What was flagged: of the correct statements by their kind, and of the wrong ones by error and kind."""

    alarms: dict[str, list[bool]]
    caught: dict[str, list[bool]]

    def recall(self, error: str) -> Share:
        """The share of one kind of error that was flagged."""
        return share(chain.from_iterable(each for kind, each in self.caught.items() if kind.startswith(error)))

    def false_alarms(self) -> Share:
        """The share of correct statements that was flagged."""
        return share(chain.from_iterable(self.alarms.values()))

    def precision(self, wrong: float) -> float:
        """Of what is flagged, the share that is wrong, where this share of all statements is."""
        caught, alarms = share(chain.from_iterable(self.caught.values())).share, self.false_alarms().share
        return round(wrong * caught / (wrong * caught + (1 - wrong) * alarms), 4)


def share(each: Iterator[bool]) -> Share:
    flags = list(each)
    return Share(round(sum(flags) / len(flags), 4) if flags else 0.0, len(flags))


def cases(squad: Retriever, recordings: Retriever, half: int, every: int = 1) -> dict[str, list[Case]]:
    """The correct cases of one half of the questions, of SQuAD and of the recordings."""
    made: dict[str, list[Case]] = {"squad": [], "recordings": []}
    paragraphs = {p["passage_id"]: p for p in _lines("squad/passages.jsonl")}
    for asked in _lines("squad/questions.jsonl")[half :: 2 * every]:
        given, paragraph = found(squad, asked["question"]), paragraphs[asked["passage_id"]]
        title = paragraph["title"].replace("_", " ")
        gold = next((p for p in given if p.text == paragraph["text"]), Passage("gold", "", title, 0, paragraph["text"]))
        made["squad"] += correct(asked["question"], asked["answers"], gold, given)
    for asked in _lines("recordings/questions.jsonl")[half :: 2 * every]:
        if given := found(recordings, asked["query"], Filter.of([asked["recording_id"]])):
            made["recordings"] += correct(asked["query"], (), None, given)
    return made


def checked(text: str, passages: Sequence[Passage]) -> tuple[Statement, ...]:
    """The statements of an answer, as the product comes to them."""
    markers = MarkerFilter(len(passages))
    passed = markers.feed(text) + markers.finish()
    return check(passed, markers.uses, [sentences_of(p) for p in passages])


def is_flagged(case: Case) -> bool:
    """Whether anything of the case is told to be doubtful."""
    return any(s.unfound or s.verdict not in BORNE_OUT for s in checked(case.text, case.passages))


def measure(made: dict[str, list[Case]]) -> Measured:
    """What is flagged of these cases, and of the same with an error planted."""
    measured = Measured(defaultdict(list), defaultdict(list))
    for corpus, each in made.items():
        names = names_of([p for case in each for p in case.passages])
        for case in each:
            measured.alarms[f"{corpus}, {case.kind}"].append(is_flagged(case))
            for wrong in planted(case, names):
                measured.caught[f"{wrong.planted}, {corpus}, {case.kind}"].append(is_flagged(wrong))
    return measured


def summaries(recordings: Retriever, half: int) -> dict[str, float]:
    """What becomes of people's own summaries, in their own words, cited with the passages found for their question."""
    verdicts: list[Verdict] = []
    for asked in _lines("recordings/questions.jsonl")[half::2]:
        given = found(recordings, asked["query"], Filter.of([asked["recording_id"]]))
        text = " ".join(
            asked["answer"][s.start : s.end].rstrip(".") + " [1-8]." for s in sentences.split(asked["answer"])
        )
        verdicts += [statement.verdict for statement in checked(text, given)]
    return {verdict.value: round(verdicts.count(verdict) / len(verdicts), 4) for verdict in Verdict}


def long_answers(made: Sequence[Case]) -> Iterator[tuple[str, tuple[Passage, ...]]]:
    """Answers of about 400 words: a sentence of each of eight passages in turn, one in three in another order."""
    for case in made:
        spans = [(s.start, n, s.of(p.text)) for n, p in enumerate(case.passages, 1) for s in sentences.split(p.text)]
        lines: list[str] = []
        for number, (_, n, said) in enumerate(sorted(spans)):
            turned = " ".join(said.split()[::-1]) if number % 3 == 0 else said
            lines.append(f"{turned.rstrip('.')} [{n}].")
            if len(" ".join(lines).split()) >= ANSWER_WORDS:
                break
        yield " ".join(lines), case.passages


def took(made: Sequence[Case]) -> dict[str, float]:
    """Milliseconds of the processor for the check alone, and for all of an answer's citations, of long answers."""
    alone, whole = [], []
    for text, passages in long_answers(made[:LONG_ANSWERS]):
        markers = MarkerFilter(len(passages))
        passed = markers.feed(text) + markers.finish()
        read = [sentences_of(p) for p in passages]
        began = time.thread_time()
        check(passed, markers.uses, read)
        between = time.thread_time()
        cite([Hit(p, 1.0) for p in passages], passed, markers.uses, "")
        alone.append(1000 * (between - began))
        whole.append(1000 * (time.thread_time() - between))
    figures = {}
    for name, each in (("check", alone), ("citations", whole)):
        parts = statistics.quantiles(each, n=100)
        at = {"p50": parts[49], "p95": parts[94], "p99": parts[98], "worst": max(each)}
        figures |= {f"{name}_{which}_ms": round(ms, 2) for which, ms in at.items()}
    return figures


def told(measured: Measured) -> dict[str, Any]:
    """The figures, for people and for the file."""
    return {
        "recall": {error: asdict(measured.recall(error)) for error in PLANTED},
        "recall_of_all": asdict(share(chain.from_iterable(measured.caught.values()))),
        "false_alarms": asdict(measured.false_alarms()),
        "precision_where_wrong_is": {str(wrong): measured.precision(wrong) for wrong in (0.5, 0.1)},
        "recall_of_each": {kind: asdict(share(iter(each))) for kind, each in sorted(measured.caught.items())},
        "false_alarms_of_each": {kind: asdict(share(iter(each))) for kind, each in sorted(measured.alarms.items())},
    }


def _lines(name: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (DATA / name).read_text("utf-8").splitlines() if line]


def main() -> None:
    """Print the figures, and write them down."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--every", type=int, default=1, help="take only every N-th question")
    parser.add_argument("--tune", action="store_true", help="the half that the settings were chosen on")
    options = parser.parse_args()
    half = 0 if options.tune else 1
    with (
        tempfile.TemporaryDirectory() as folder,
        squad_library(Path(folder)) as squad,
        recordings_library(Path(folder)) as recordings,
    ):
        made = cases(squad, recordings, half, options.every)
        human = summaries(recordings, half)
    results = told(measure(made)) | {"summaries_by_people": human, "took": took([*made["squad"], *made["recordings"]])}
    print(json.dumps(results, indent=1))
    if not options.tune and options.every == 1:
        RESULTS.write_text(json.dumps(results, indent=1) + "\n", "utf-8")


if __name__ == "__main__":
    main()
