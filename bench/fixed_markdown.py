"""The answer that the benchmark's model gives: Markdown of so many chunks, each of its words unlike all others."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator

PIECE = re.compile(r"\s*\S+\s*")
"""What the model server sends as one chunk."""
WORD = re.compile(r"w\d{5}")
"""A word; all are marks by which a chunk is found again on a page."""
LAST = "wlast"

_PART = """## {} {} {}

{} {} {} **{} {}** {} {} {} {} {} [1]. {} {} {} {} {} {} {} {} [2].

- {} {} {} {}
- {} `{}` {} {} [3]
- {} *{} {}* {}

| {} | {} | {} |
|---|---|---|
| {} | {} | {} |
| {} | {} | {} |

```python
{} = {} + {}
return {}({})
```

"""


def markdown(tokens: int) -> str:
    """Headings, paragraphs with citations, lists, tables and code, cut after so many chunks; the last is ``LAST``."""
    pieces = itertools.islice(_pieces(), tokens - 1)
    return "".join(pieces).rstrip() + f"\n\n{LAST}"


def _pieces() -> Iterator[str]:
    words = (f"w{n:05d}" for n in itertools.count())
    while True:
        yield from PIECE.findall(_PART.format(*itertools.islice(words, _PART.count("{}"))))
