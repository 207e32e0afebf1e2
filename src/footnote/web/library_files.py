"""The files of the page's component libraries, sent from where they are installed."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from flask import Flask, Response, abort, send_file

_YEAR_S = 31_536_000

Find = Callable[[str, str], tuple[Path, bool] | None]
"""The file under a library's name and a path, and whether that path changes with its content."""


def serve_libraries(server: Flask, endpoint: str, find: Find) -> None:
    """Have ``endpoint`` send the files that ``find`` knows, and nothing else."""

    def send(package_name: str, fingerprinted_path: str) -> Response:
        found = find(package_name, fingerprinted_path)
        if found is None:
            abort(404)
        file, lasting = found
        return send_file(file, max_age=_YEAR_S if lasting else None)

    server.view_functions[endpoint] = send
