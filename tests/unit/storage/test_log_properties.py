"""Whatever happens in whatever order, every reader sees the same log: no gap, nothing twice, one end."""

import tempfile
from contextlib import suppress
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from databases import DONE, Shared, failing_commits
from fakes import an_answer
from footnote.errors import NotFound, StorageFailed
from footnote.events import Done, Error, Stopped, Token
from footnote.storage.database import open_database

INTERRUPTED = Error("INTERRUPTED", "m", retryable=True)
ENDS = (DONE, Stopped(), Error("TIMEOUT", "m", retryable=True))
PROCESSES = 3


NUMBER = st.integers(0, 1000)
PROCESS = st.integers(0, PROCESSES - 1)
FAILS = st.sampled_from([None, None, True, False])
"""Whether a commit fails: not at all, when it is kept, before it is."""


def is_there(machine):
    return bool(machine.expected)


@dataclass
class Reader:
    """A cursor with what it has seen, connected to a process."""

    id: str
    process: int
    seen: list = field(default_factory=list)


@cache
def prepared():
    """The bytes of an embedded database with nothing in it."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "footnote.db"
        open_database(path).dispose()
        return path.read_bytes()


class Logs(RuleBasedStateMachine):
    """Three processes on one database: they ask, write, read, stop, delete, fail and die.

    The model is what each answer's log has to be; a reader is a cursor with what it has seen.
    """

    @initialize()
    def open(self):
        self.folder = tempfile.TemporaryDirectory(prefix="footnote-")
        self.shared = Shared(Path(self.folder.name) / "footnote.db")
        self.shared.place.write_bytes(prepared())
        self.stopped = set()
        self.logs = [self.start() for _ in range(PROCESSES)]
        self.expected = {}
        self.writers = {}
        self.sessions = {}
        self.said = 0
        self.readers = []

    def start(self):
        """A new process."""
        log = self.shared.log()
        log.watch(self.stopped.add)
        return log

    def teardown(self):
        if hasattr(self, "shared"):
            self.shared.__exit__()
            self.folder.cleanup()

    def engine(self, process):
        return self.shared.engines[self.shared.logs.index(self.logs[process])]

    def pick(self, number):
        """One of the answers that are there."""
        return list(self.expected)[number % len(self.expected)]

    def runs(self, id):
        return not (self.expected[id] and isinstance(self.expected[id][-1], Done | Error | Stopped))

    def say(self, count):
        self.said += count
        return [Token(f"{n} ") for n in range(self.said - count, self.said)]

    @rule(process=PROCESS, fails=FAILS)
    def ask(self, process, fails):
        """The making may fail before or after it is kept; it is made again, and is one answer."""
        answer = an_answer()
        if fails is not None:
            with failing_commits(self.engine(process), kept=fails), suppress(StorageFailed):
                self.logs[process].create(answer)
        assert self.logs[process].create(answer) == (answer, True)
        assert not any(log.create(answer)[1] for log in self.logs)
        self.expected[answer.id] = []
        self.writers[answer.id] = process
        self.sessions[answer.id] = answer.session_id

    @rule(counts=st.lists(st.integers(0, 3), min_size=1, max_size=5), fails=FAILS)
    @precondition(is_there)
    def write(self, counts, fails):
        """Each process commits the next events of its answers together; where that fails it does the same again."""
        self.commit([(id, self.say(n)) for id, n in zip(reversed(self.expected), counts, strict=False) if n], fails)

    @rule(number=NUMBER, count=st.integers(0, 3), end=st.sampled_from(ENDS), fails=FAILS)
    @precondition(is_there)
    def end(self, number, count, end, fails):
        """The last events come with the end, or the end alone; after it nothing is taken."""
        self.commit([(self.pick(number), [*self.say(count), end])], fails)

    def commit(self, batches, fails):
        for process in range(PROCESSES):
            own = [(id, events) for id, events in batches if self.writers[id] == process]
            lost = [id for id, _ in own if not self.runs(id)]
            if fails is not None and own:
                with failing_commits(self.engine(process), kept=fails), suppress(StorageFailed):
                    self.logs[process].append(own)
            assert sorted(self.logs[process].append(own)) == sorted(lost)
            for id, events in own:
                if id not in lost:
                    self.expected[id] += events

    @rule(number=NUMBER, stranger=PROCESS)
    @precondition(is_there)
    def write_what_is_anothers(self, number, stranger):
        id = self.pick(number)
        if self.writers[id] != stranger:
            assert self.logs[stranger].append([(id, [Token("nobody may say this")])]) == [id]

    @rule(number=NUMBER, process=PROCESS, after=st.integers(0, 12))
    @precondition(is_there)
    def read_from_any_cursor(self, number, process, after):
        id = self.pick(number)
        entries = self.logs[process].read(id, after)
        assert [e.event for e in entries] == self.expected[id][after:]
        assert [e.seq for e in entries] == list(range(after + 1, after + 1 + len(entries)))

    @rule(number=NUMBER, process=PROCESS)
    @precondition(is_there)
    def open_a_stream(self, number, process):
        self.readers.append(Reader(self.pick(number), process))

    @rule(process=PROCESS, moves=st.booleans())
    def read_on(self, process, moves):
        """Readers go on from their cursors, perhaps connected to another process than before."""
        for reader in self.readers:
            reader.process = process if moves else reader.process
            try:
                new = self.logs[reader.process].wait(reader.id, len(reader.seen), 0)
            except NotFound:
                assert reader.id not in self.expected
                continue
            assert [e.seq for e in new] == list(range(len(reader.seen) + 1, len(reader.seen) + 1 + len(new)))
            reader.seen += [e.event for e in new]
            # What a process watches for others it may know a moment later; never is it something else.
            assert reader.seen == self.expected.get(reader.id, reader.seen)[: len(reader.seen)]

    @rule(number=NUMBER, process=PROCESS)
    @precondition(is_there)
    def stop(self, number, process):
        """A stop changes no log; who writes is told, at once where it is the same process."""
        id = self.pick(number)
        self.logs[process].request_stop(id)
        if self.writers[id] == process and self.runs(id):
            assert id in self.stopped

    @rule(process=PROCESS, heir=PROCESS)
    def die(self, process, heir):
        """A process is gone without a word; another ends its answers, and a new one takes its place."""
        if process == heir:
            return
        dead, self.logs[process] = self.logs[process], self.start()
        own = [id for id, writer in self.writers.items() if writer == process]
        leases = [lease for lease in self.logs[heir].beat() if lease.owner == dead._process]
        assert {lease.answer_id for lease in leases} == {id for id in own if self.runs(id)}
        for lease in leases:
            assert self.logs[heir].take_over(lease)
            assert self.logs[heir].append([(lease.answer_id, [INTERRUPTED])]) == []
            self.expected[lease.answer_id].append(INTERRUPTED)
        for id in own:
            assert dead.append([(id, [Token("from the grave")])]) == [id]
            self.writers[id] = heir

    @rule(number=NUMBER, process=PROCESS)
    @precondition(is_there)
    def delete(self, number, process):
        id = self.pick(number)
        self.logs[process].delete(self.sessions[id])
        del self.expected[id], self.writers[id]
        assert all(log.append([(id, [Token("for nobody")])]) == [id] for log in self.logs)
        assert self.logs[process].read(id) == []

    @invariant()
    def every_process_sees_the_same(self):
        """In the database each log is what was written: nothing lost, nothing twice, one end, which is the last."""
        for n, (id, events) in enumerate(getattr(self, "expected", {}).items()):
            entries = self.logs[(n + self.said) % PROCESSES].read(id)
            assert [e.event for e in entries] == events
            assert [e.seq for e in entries] == list(range(1, len(events) + 1))
            assert not any(isinstance(event, Done | Error | Stopped) for event in events[:-1])


TestLogs = Logs.TestCase
TestLogs.settings = settings(
    max_examples=50,
    stateful_step_count=20,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much, HealthCheck.data_too_large],
)
