"""A small library with one of each kind of source: a recording that can be heard, a PDF, a table."""

from __future__ import annotations

import math
import struct
import wave
from pathlib import Path

import footnote

SAMPLE = Path(footnote.__file__).parent / "sample"
SECONDS = 30
RATE = 8000


def library(folder: Path) -> Path:
    """The folder, with the files in it."""
    folder.mkdir()
    for name in ("reports/winter-report-2025-26.pdf", "network/station-figures.csv"):
        (folder / Path(name).name).write_bytes((SAMPLE / name).read_bytes())
    (folder / "meeting.vtt").write_text(_transcript(), "utf-8")
    with wave.open(str(folder / "meeting.wav"), "wb") as sound:
        sound.setparams((1, 2, RATE, 0, "NONE", "not compressed"))
        tone = (round(3000 * math.sin(n / 5)) for n in range(SECONDS * RATE))
        sound.writeframes(b"".join(struct.pack("<h", level) for level in tone))
    return folder


def _transcript() -> str:
    turns = [("Ann", "We begin."), ("Bob", "The pier opens in May."), ("Ann", "Who pays for the pier?")]
    cues = [f"00:{10 * n:02}.000 --> 00:{10 * n + 9:02}.000\n<v {name}>{said}" for n, (name, said) in enumerate(turns)]
    return "\n\n".join(["WEBVTT", *cues]) + "\n"
