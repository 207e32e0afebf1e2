"""The processes that share a database: who lives, who writes what, and which streams they have open."""

from __future__ import annotations

import time
from collections.abc import Callable, Collection, Iterable, Mapping

from sqlalchemy import Connection, delete, exists, false, func, insert, select, update

from footnote.conversations import Lease
from footnote.storage import schema
from footnote.storage.rows import insert_new

STILL_S = 10.0
"""How long a heart has to stand still before its process's open streams are counted no more."""

_answers, _processes, _streams = schema.answers, schema.processes, schema.streams


def live(connection: Connection, process: str) -> None:
    """Raise a process's heartbeat."""
    raised = update(_processes).where(_processes.c.id == process).values(beat=_processes.c.beat + 1)
    if connection.execute(raised).rowcount == 0:
        insert_new(connection, _processes, id=process, beat=1)


def unfinished(connection: Connection, process: str, written: Collection[str]) -> list[Lease]:
    """What other processes have not finished.

    And what is this process's own, but not among what it has ``written``: the connection was lost when it became so.
    """
    standing = (
        select(_answers.c.id, _answers.c.owner, func.coalesce(_processes.c.beat, 0).label("beat"))
        .select_from(_answers.outerjoin(_processes, _answers.c.owner == _processes.c.id))
        .where(_answers.c.ended == false())
        .order_by(_answers.c.number)
    )
    return [
        Lease(row.id, row.owner, 0 if row.owner == process else row.beat)
        for row in connection.execute(standing)
        if row.id not in written
    ]


def take_over(connection: Connection, lease: Lease, process: str) -> bool:
    """Make an answer this process's, if its owner is still who it was and its heart still stands where it stood.

    A process whose row is gone has left, or was found dead: its heart stands at 0.
    """
    heart = select(func.coalesce(func.max(_processes.c.beat), 0)).where(_processes.c.id == lease.owner)
    taken = update(_answers).where(
        _answers.c.id == lease.answer_id, _answers.c.owner == lease.owner, _answers.c.ended == false()
    )
    if lease.owner != process:
        taken = taken.where(heart.scalar_subquery() == lease.beat)
    if connection.execute(taken.values(owner=process)).rowcount == 0:
        return False
    insert_new(connection, _processes, id=process, beat=1)
    # Its row stays until the last of its answers is taken: leases are compared with it.
    others = exists().where(_answers.c.owner == lease.owner, _answers.c.ended == false())
    if not connection.scalar(select(others)):
        leave(connection, lease.owner)
    return True


def leave(connection: Connection, process: str) -> None:
    """Forget a process and its open streams."""
    connection.execute(delete(_streams).where(_streams.c.process == process))
    connection.execute(delete(_processes).where(_processes.c.id == process))


def open_stream(connection: Connection, ticket: str, user: str, most: int, process: str) -> bool:
    """Count one more stream; False where ``most`` are open in all living processes."""
    insert_new(connection, schema.users, id=user)
    if connection.dialect.name == "postgresql":  # on SQLite there is one writer
        connection.execute(select(schema.users.c.id).where(schema.users.c.id == user).with_for_update(key_share=True))
    living = _streams.join(_processes, _streams.c.process == _processes.c.id)
    open_now = connection.scalar(select(func.count()).select_from(living).where(_streams.c.user == user)) or 0
    if open_now >= most:
        return False
    live(connection, process)  # an idle one doesn't beat, and may have been seen to stand still
    connection.execute(insert(_streams).values(ticket=ticket, user=user, process=process))
    return True


def close_streams(connection: Connection, tickets: Iterable[str]) -> None:
    """Count these no more."""
    connection.execute(delete(_streams).where(_streams.c.ticket.in_(list(tickets))))


def holders(connection: Connection, user: str, process: str) -> dict[str, int]:
    """The other processes in which a user has streams open, and their heartbeats."""
    rows = (
        select(_processes.c.id, _processes.c.beat)
        .distinct()
        .join_from(_processes, _streams, _streams.c.process == _processes.c.id)
    )
    return {
        row.id: row.beat for row in connection.execute(rows.where(_streams.c.user == user, _processes.c.id != process))
    }


class Pulse:
    """Tells which hearts stand still, by this process's own clock."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._seen: dict[str, tuple[int, float]] = {}

    def still(self, beats: Mapping[str, int]) -> list[str]:
        """Those whose heartbeat is the same as ``STILL_S`` ago; the others are remembered for the next look."""
        now = self._clock()
        self._seen = {
            process: seen if (seen := self._seen.get(process)) and seen[0] == beat else (beat, now)
            for process, beat in beats.items()
        }
        return [process for process, (_, since) in self._seen.items() if now - since >= STILL_S]
