"""The shared texts as a library of files, and their questions as sets for ``footnote eval``.

Run as ``python bench/shared_set.py FOLDER``: ``FOLDER/library`` is for ``FOOTNOTE_LIBRARY``, and there are

- ``squad.jsonl``: all of SQuAD's questions, each asked of everything; expected are the passages that hold the paragraph
  it was written for, and one of the people's answers as a fact. One question in ten is asked once more, of the
  recordings alone, which are about other things: ``not_found``.
- ``recordings.jsonl``: the recordings' questions, each limited to its recording; expected are the passages that meet
  the turns in which people found the evidence.
"""

from __future__ import annotations

import json
import sys
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "src"))

from footnote.ingest.load import load  # noqa: E402
from footnote.passages import Passage  # noqa: E402

DATA = ROOT.parent / "shared" / "data"
NOT_FOUND_EVERY = 10
_MOST_BYTES = 10_000_000


def write(folder: Path, every: int = 1) -> None:
    """The library and both sets, of every so many questions, below a folder."""
    library = folder / "library"
    _write_library(library)
    passages = {path.stem: _passages(path, library) for path in sorted(library.rglob("*.*"))}
    for name, lines in (("squad", squad(passages, every)), ("recordings", recordings(passages, every))):
        text = "".join(json.dumps(line, ensure_ascii=False) + "\n" for line in lines)
        (folder / f"{name}.jsonl").write_text(text, encoding="utf-8")


def passages_of(folder: Path) -> Iterator[Passage]:
    """All passages of the library below a folder, as the product takes it in."""
    for path in sorted((folder / "library").rglob("*.*")):
        yield from _passages(path, folder / "library")


def squad(passages: dict[str, Sequence[Passage]], every: int = 1) -> Iterator[dict[str, Any]]:
    """SQuAD's questions, and some of them asked of what can't answer them."""
    places = {paragraph["passage_id"]: (article, n) for article, n, paragraph in _paragraphs()}
    for number, asked in list(enumerate(_lines("squad/questions.jsonl")))[::every]:
        article, n = places[asked["passage_id"]]
        expected = {"passages": _meeting(passages[article], [(n, n)]), "facts": [sorted({*asked["answers"]})]}
        yield {"id": f"squad-{number}", "question": asked["question"], "expected": expected}
        if number % (NOT_FOUND_EVERY * every) == 0:
            limits = {"filter": {"tags": ["recordings"]}, "expected": {"not_found": True}}
            yield {"id": f"elsewhere-{number}", "question": asked["question"], **limits}


def recordings(passages: dict[str, Sequence[Passage]], every: int = 1) -> Iterator[dict[str, Any]]:
    """The recordings' questions, each of its recording."""
    for number, asked in list(enumerate(_lines("recordings/questions.jsonl")))[::every]:
        heard = passages[asked["recording_id"]]
        yield {
            "id": f"recordings-{number}",
            "question": asked["query"],
            "filter": {"documents": [heard[0].document_id]},
            "expected": {"passages": _meeting(heard, asked["turn_spans"])},
        }


def _write_library(library: Path) -> None:
    (library / "squad").mkdir(parents=True, exist_ok=True)
    (library / "recordings").mkdir(exist_ok=True)
    for transcript in sorted((DATA / "recordings" / "transcripts").glob("*.txt")):
        (library / "recordings" / transcript.name).write_bytes(transcript.read_bytes())
    articles: dict[str, list[str]] = defaultdict(list)
    for article, _, paragraph in _paragraphs():
        articles[article].append(" ".join(paragraph["text"].split()))
    for article, paragraphs in articles.items():
        title = article.replace("_", " ")
        text = "\n\n".join((f"---\ntitle: {title}\n---", *paragraphs)) + "\n"
        (library / "squad" / f"{article}.md").write_text(text, encoding="utf-8")


def _paragraphs() -> Iterator[tuple[str, int, dict[str, Any]]]:
    """Each of SQuAD's paragraphs with its article and its number in it."""
    seen: dict[str, int] = defaultdict(int)
    for paragraph in _lines("squad/passages.jsonl"):
        article = paragraph["title"].replace("/", "-")
        yield article, seen[article], paragraph
        seen[article] += 1


def _passages(path: Path, library: Path) -> Sequence[Passage]:
    return load(path, library, max_bytes=_MOST_BYTES).passages


def _meeting(passages: Iterable[Passage], spans: Sequence[Sequence[int]]) -> list[str]:
    """The ids of those that meet any of these runs of paragraphs or turns, both ends included."""
    return [p.id for p in passages if any(p.span and p.span[0] <= last and p.span[1] >= first for first, last in spans)]


def _lines(name: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (DATA / name).read_text(encoding="utf-8").splitlines() if line]


if __name__ == "__main__":
    write(Path(sys.argv[1]))
