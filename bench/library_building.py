"""The library that searches are measured in: built as the product builds it, and kept for the next run.

Run as ``python bench/library_building.py PASSAGES FILE`` it builds one, in a process whose memory is its own, and says
how that went. A library is kept below the folder for temporary files until what it is made of or by changes.
"""

from __future__ import annotations

import hashlib
import json
import shutil
import subprocess
import sys
import tempfile
import time
from dataclasses import asdict, dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT / "src"), str(ROOT / "bench")]

from library_texts import documents  # noqa: E402

from footnote.storage.database import open_database  # noqa: E402
from footnote.storage.library import SqlLibrary  # noqa: E402

KEPT = Path(tempfile.gettempdir()) / "footnote-bench"
_MADE_BY = (*sorted((ROOT / "src" / "footnote" / "storage").rglob("*.py")), ROOT / "bench" / "library_texts.py")


@dataclass(frozen=True, slots=True)
class Built:
    """A library's file, and how it was built: passages in a second of processor time and of the clock, MB grown."""

    path: str
    by_cpu: float
    by_clock: float
    grown_mb: float


def library(passages: int) -> Built:
    """A library of so many passages, as it was built once."""
    digest = hashlib.sha256(b"".join(path.read_bytes() for path in _MADE_BY)).hexdigest()[:12]
    path = KEPT / f"{passages}-{digest}.db"
    told = path.with_suffix(".json")
    if not told.exists():
        KEPT.mkdir(exist_ok=True)
        for part in KEPT.glob(f"{passages}-*"):  # of earlier code, or of a run that was cut off
            shutil.rmtree(part) if part.is_dir() else part.unlink()
        command = [sys.executable, __file__, str(passages), str(path)]
        told.write_text(subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout)
    return Built(**json.loads(told.read_text()))


def memory_mb() -> float:
    """What this process holds in memory of its own: without pages of files, which the system takes back as it likes."""
    _, resident, shared, *_ = map(int, Path("/proc/self/statm").read_text().split())
    return (resident - shared) * 4096 / 1e6


def build(passages: int, path: Path) -> Built:
    """Build it, and measure the product's own part of that: the texts are made outside of the time."""
    engine = open_database(path)
    taken = SqlLibrary(engine)
    cpu = clock = done = early = 0.0
    for parsed in documents(passages):
        began, began_cpu = time.perf_counter(), time.process_time()
        taken.replace(parsed.document, parsed.passages)
        cpu, clock = cpu + time.process_time() - began_cpu, clock + time.perf_counter() - began
        done += len(parsed.passages)
        if not early and done >= passages / 10:
            early = memory_mb()
    engine.dispose()
    return Built(str(path), passages / cpu, passages / clock, memory_mb() - early)


if __name__ == "__main__":
    print(json.dumps(asdict(build(int(sys.argv[1]), Path(sys.argv[2])))))
