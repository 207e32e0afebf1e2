"""The page's own scripts, styles and texts, each sent as one file whose address changes with its content."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from flask import Flask, Response

_PACKAGE = Path(__file__).resolve().parents[1]
_INSIDE = _PACKAGE / "assets"
ASSETS = _INSIDE if _INSIDE.is_dir() else _PACKAGE.parents[1] / "assets"
"""Beside ``src`` in a checkout, inside the package where it was installed from a wheel."""
_FOREVER = "public, max-age=31536000, immutable"


@dataclass(frozen=True, slots=True)
class Bundle:
    """One file for a browser; under ``name`` nothing else is ever sent."""

    name: str
    content: str
    mimetype: str

    def serve(self, server: Flask, address: str) -> None:
        """Send it at ``address``, to be kept for good."""
        response = (self.content, 200, {"Content-Type": f"{self.mimetype}; charset=utf-8", "Cache-Control": _FOREVER})
        server.add_url_rule(address, self.name, lambda: Response(*response))


def script(folder: Path) -> Bundle:
    """The scripts of a folder in the order of their names, in which each may use those before it."""
    return _bundle(folder, ".js", "text/javascript")


def style(folder: Path) -> Bundle:
    """The sheets of a folder in the order of their names."""
    return _bundle(folder, ".css", "text/css")


def texts(language: str, content: str) -> Bundle:
    """The page's texts in a language."""
    return _known_by_content(f"texts-{language}", content, ".js", "text/javascript")


def _bundle(folder: Path, ending: str, mimetype: str) -> Bundle:
    return _known_by_content("footnote", "\n".join(_named(sorted(folder.glob(f"*{ending}")))), ending, mimetype)


def _known_by_content(name: str, content: str, ending: str, mimetype: str) -> Bundle:
    digest = hashlib.sha256(content.encode()).hexdigest()[:16]
    return Bundle(f"{name}-{digest}{ending}", content, mimetype)


def _named(files: Iterable[Path]) -> Iterable[str]:
    for file in files:
        yield f"/* {file.name} */\n{file.read_text('utf-8')}"
