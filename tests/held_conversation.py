"""A long conversation, put into a log as if it had been held: nothing is asked of a model."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from uuid import uuid4

from fakes import an_answer
from footnote.chat import FinishReason
from footnote.conversations import AnswerLog
from footnote.events import Citation, Citations, Done, Stage, StageName, StageStatus, Timings, Token, TokenCounts
from footnote.web.identity import LOCAL_USER

TEXT = """## What was said of it ({n})

The depot **opens** in May [1], and the *second* hall follows in June [2, 3].

- counted twice, and both times the same [1]
  - once by hand
- and written down

| station | swaps | faults |
|---|--:|--:|
| Pier | 1,204 | 3 |
| Market | 986 | 7 |

```python
def swaps(week):
    return [day.swaps for day in week]
```

So it stays as it was decided, with no further meeting, until the figures are there [2].
"""


def held(log: AnswerLog, questions: int = 200, user: str = LOCAL_USER) -> tuple[str, list[str]]:
    """A conversation of so many questions, each answered with a rich text; its id, and those of its answers."""
    session, begun = str(uuid4()), datetime.now(UTC) - timedelta(days=1)
    ids = []
    for n in range(questions):
        moment = begun + timedelta(seconds=60 * n)
        fields = {
            "session_id": session,
            "user": user,
            "query": f"Question {n + 1} of many?",
            "created_at": moment,
        }
        answer = an_answer(**fields)
        log.create(answer)
        log.append([(answer.id, _events(n))])
        ids.append(answer.id)
    return session, ids


def _events(n: int) -> list[object]:
    cited = [
        Citation(
            i,
            f"p{i}",
            f"d{i}",
            f"Depot review {i}",
            "We open in May, as it was decided. " * 4,
            cited=True,
            start_s=61.0,
        )
        for i in (1, 2, 3)
    ]
    searched = Stage(StageName.RETRIEVAL, StageStatus.COMPLETE, 3, searched=6, found=3)
    done = Done(FinishReason.STOP, TokenCounts(10, 10), Timings(total_ms=100))
    return [searched, Token(TEXT.format(n=n + 1)), Citations(tuple(cited)), done]
