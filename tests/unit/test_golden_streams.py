"""The streams that Python writes and the browser's reducer reads (``tests/js/reducer.test.js``).

``FOOTNOTE_REWRITE_GOLDEN=1 pytest tests/unit/test_golden_streams.py`` writes them anew. A
difference is a change of the wire contract: added fields and types only.
"""

import json
import os
from pathlib import Path

import pytest

from footnote.answers.markdown import BlockRenderer
from footnote.answers.rendering import Renderings
from footnote.events import Citations, Stage
from footnote.web.views import answer_view
from footnote.wire import Entry, text_of
from golden_streams import CASES, ID, WHOLE, Stream, glued, sse_of

FOLDER = Path(__file__).resolve().parents[1] / "golden" / "streams"


def _final(stream: Stream, entries: list[Entry]) -> dict[str, object]:
    """What a reader has to come to, told from the events and the whole text alone."""
    text = text_of(entries)
    renderer = BlockRenderer()
    blocks = [*renderer.feed(text), *renderer.finish()] if stream.html and text else []
    end = json.loads(entries[-1].line)
    cited = next((json.loads(e.line)["citations"] for e in entries if isinstance(e.event, Citations)), None)
    return {
        "status": {"done": "complete"}.get(end["type"], end["type"]),
        "seq": entries[-1].seq,
        "text": text,
        "blocks": [block.html for block in blocks],
        "tail": text[blocks[-1].end :] if blocks else text,
        "citations": cited,
        "error": end if end["type"] == "error" else None,
        "searched": next((e.event.searched for e in entries if isinstance(e.event, Stage)), None),
    }


def _golden(name: str) -> dict[str, object]:
    stream = CASES[name]()
    whole = glued(sse_of(list(stream.lines(0, WHOLE))))
    final = _final(stream, stream.log.read(ID))
    record = answer_view(stream.log, stream.answer, Renderings(stream.log) if stream.html else None)
    return {"name": name, "responses": stream.responses, "whole": whole, "record": record, "final": final}


def _written(golden: dict[str, object]) -> str:
    return json.dumps(golden, ensure_ascii=True, indent=1) + "\n"


@pytest.mark.parametrize("name", CASES)
def test_the_stored_stream_is_what_python_writes_now(name):
    path = FOLDER / f"{name}.json"
    now = _written(_golden(name))
    if os.environ.get("FOOTNOTE_REWRITE_GOLDEN") == "1":
        path.write_text(now, "utf-8")
    assert path.read_text("utf-8") == now, f"{path.name} differs; if that is meant: FOOTNOTE_REWRITE_GOLDEN=1"


def test_no_stream_is_stored_that_nobody_writes():
    assert {path.stem for path in FOLDER.iterdir()} == set(CASES)


@pytest.mark.parametrize("name", CASES)
def test_a_stream_from_a_cursor_is_the_whole_without_what_came_before(name):
    """What lets the reducer's test lose a connection anywhere and read on from the stored whole."""
    stream = CASES[name]()
    whole = list(stream.lines(0, WHOLE))
    for after in range(len(stream.log.read(ID)) + 1):
        assert list(stream.lines(after, WHOLE)) == [line for line in whole if (line.seq or 0) > after]
