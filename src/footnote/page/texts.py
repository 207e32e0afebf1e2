"""Every text of the page, in each of its languages: one catalogue, a file of it for each part of the page."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from functools import cache
from pathlib import Path

LANGUAGES = ("en", "de")
"""The first is the one that counts where nobody asks for another."""
CATALOGUE = Path(__file__).parent / "catalogue"

Text = str | Mapping[str, str]
"""A text, or its forms by their plural category: ``one`` and ``other``."""

_SERVERS_OWN = "ops."
"""What the keys begin with that no script says."""
_THOUSANDS = {"en": ",", "de": "."}
_VALUE = re.compile(r"\{(\w+)\}")


class Texts:
    """The catalogue in one language. ``texts("library.count", count=3)`` is a text with its values in it.

    A text with several forms is chosen by ``count``. Raises ``KeyError`` for what is in no catalogue.
    """

    def __init__(self, language: str = LANGUAGES[0]) -> None:
        self.language = language
        self.texts: dict[str, Text] = {key: forms[language] for key, forms in catalogue().items()}

    def __call__(self, key: str, **values: object) -> str:
        text = self.texts[key]
        if not isinstance(text, str):
            text = text["one" if values["count"] == 1 else "other"]
        return _VALUE.sub(lambda found: self._said(values[found[1]]), text)

    def _said(self, value: object) -> str:
        return f"{value:,}".replace(",", _THOUSANDS[self.language]) if isinstance(value, int) else str(value)

    def for_browser(self) -> str:
        """The texts as a script of their own, for ``assets/02_texts.js``."""
        said = {key: text for key, text in self.texts.items() if not key.startswith(_SERVERS_OWN)}
        told = json.dumps({"language": self.language, "texts": said}, ensure_ascii=False)
        return f"window.footnote = {{ catalogue: {told} }};\n"


@cache
def catalogue() -> dict[str, dict[str, Text]]:
    """All texts by their keys, each with its languages. A key begins with the name of the file that it stands in."""
    return {
        f"{file.stem}.{key}": forms
        for file in sorted(CATALOGUE.glob("*.json"))
        for key, forms in json.loads(file.read_text("utf-8")).items()
    }
