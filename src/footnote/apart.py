"""An upload is taken in by a process of its own: whatever a file does to what reads it, the page goes on.

Reading a hostile file can take all of a processor, all of the memory, or the process with it. That process
has bounds; this one only waits, and its streams go on meanwhile.
"""

from __future__ import annotations

import json
import subprocess
import sys
import threading
from pathlib import Path
from typing import Any

from footnote.bounds import bound, run
from footnote.errors import StorageFailed
from footnote.ingest.keeping import Read, keep
from footnote.ingest.load import read
from footnote.ingest.take_in import parsed
from footnote.load_errors import LoadError, Reason
from footnote.passages import Parsed
from footnote.storage.rows import parsed_of, plain
from footnote.uploads import Became, NameTaken, Take, Taken, Upload

LONGEST_S = 120
MOST_MEMORY = 3 * 1024**3
AT_ONCE = 2
"""Files that are read at the same time, for each process that serves the page."""

_CHILD = ("-m", "footnote.apart")


def in_a_child(database: Path, folder: Path, max_bytes: int) -> Take:
    """What takes uploads into the library of this database, each in a process of its own."""
    places = threading.BoundedSemaphore(AT_ONCE)

    def take(upload: Upload) -> Taken:
        job = {
            "database": str(database.absolute()),
            "folder": str(folder.absolute()),
            "max_bytes": max_bytes,
            "file": str(upload.file.absolute()),
            "name": upload.name,
            "user": upload.user,
            "replaces": upload.replaces,
        }
        with places:
            return _outcome(_done(json.dumps(job)))

    return take


def read_in_a_child(max_bytes: int) -> Read:
    """What reads uploads, each in a process of its own that knows of no database."""
    places = threading.BoundedSemaphore(AT_ONCE)

    def reading(upload: Upload, place: Path, _data: bytes) -> Parsed:
        job = {"file": str(upload.file.absolute()), "place": str(place), "max_bytes": max_bytes}
        with places:
            said = _done(json.dumps(job))
        fields = json.loads(said)
        if fields["said"] != "read":
            raise LoadError(Reason[fields["reason"]], **fields["values"])
        return parsed_of(fields)

    return reading


def _done(job: str) -> str:
    """What the child says of a job; raises ``LoadError`` where it did not live to say anything."""
    try:
        child = run(_CHILD, job, longest_s=LONGEST_S)
    except subprocess.TimeoutExpired as error:
        raise LoadError(Reason.SLOW) from error
    if child.returncode:
        raise LoadError(Reason.DAMAGED)
    return child.stdout


def _outcome(said: str) -> Taken:
    fields = json.loads(said)
    match fields.pop("said"):
        case "taken":
            return Taken(fields["id"], Became(fields["became"]))
        case "name taken":
            raise NameTaken(**fields)
        case "storage failed":
            raise StorageFailed(**fields)
    raise LoadError(Reason[fields["reason"]], **fields["values"])


def main() -> None:
    """The child: one job on standard input, what became of it on standard output."""
    job = json.load(sys.stdin)
    bound(MOST_MEMORY, LONGEST_S)
    json.dump(_said(job) if "database" in job else _read(job), sys.stdout)


def _read(job: dict[str, Any]) -> dict[str, Any]:
    place = Path(job["place"])
    try:
        data = read(Path(job["file"]), max_bytes=job["max_bytes"])
        made = parsed(place, place.parent, data, max_bytes=job["max_bytes"])
    except LoadError as error:
        return {"said": "failed", **error.tells}
    return {"said": "read", **plain(made)}


def _said(job: dict[str, Any]) -> dict[str, Any]:
    from footnote.storage.database import open_database
    from footnote.storage.library import SqlLibrary

    upload = Upload(Path(job["file"]), job["name"], job["user"], job["replaces"])
    try:
        library = SqlLibrary(open_database(Path(job["database"]), prepared=True))
        taken = keep(upload, library, Path(job["folder"]), max_bytes=job["max_bytes"])
    except NameTaken as error:
        return {"said": "name taken", "id": error.id, "source": error.source, "replaceable": error.replaceable}
    except LoadError as error:
        return {"said": "failed", **error.tells}
    except StorageFailed as error:
        return {"said": "storage failed", "message": error.message, "retry_after_s": error.retry_after_s}
    return {"said": "taken", "id": taken.id, "became": taken.became}


if __name__ == "__main__":
    main()
