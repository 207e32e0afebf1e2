"""Vectors that anybody can compute: a text's words, hashed to places. Texts that share words are near each other."""

from __future__ import annotations

import math
import re
import zlib

DIMENSIONS = 256
_WORD = re.compile(r"\w+")


def vector_of(text: str, dimensions: int = DIMENSIONS) -> list[float]:
    """A vector of length 1; words that begin alike share some of it, as inflected ones of a real model do."""
    places = [0.0] * dimensions
    for word in _WORD.findall(text.casefold()):
        for part, weight in ((word, 1.0), (word[:4], 0.5)):
            places[zlib.crc32(part.encode("utf-8", "replace")) % dimensions] += weight
    length = math.sqrt(sum(place * place for place in places))
    if not length:
        return [1 / math.sqrt(dimensions)] * dimensions
    return [place / length for place in places]


def likeness(one: list[float], other: list[float]) -> float:
    """The cosine of two such vectors."""
    return sum(a * b for a, b in zip(one, other, strict=True))
