"""Whatever happens in whatever order, every reader sees the same log: no gap, nothing twice, one end."""

import tempfile
from contextlib import nullcontext, suppress
from functools import cache
from pathlib import Path

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, consumes, initialize, invariant, rule

from databases import DONE, Shared, failing_commits
from fakes import an_answer
from footnote.errors import NotFound, StorageFailed
from footnote.events import Done, Error, Stopped, Token
from footnote.storage.database import open_database

INTERRUPTED = Error("INTERRUPTED", "m", retryable=True)
ENDS = (DONE, Stopped(), Error("TIMEOUT", "m", retryable=True))
PROCESSES = 3


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

    answers = Bundle("answers")
    readers = Bundle("readers")

    @initialize()
    def open(self):
        self.folder = tempfile.TemporaryDirectory(prefix="footnote-")
        self.shared = Shared(Path(self.folder.name) / "footnote.db")
        self.shared.place.write_bytes(prepared())
        self.stopped = {}
        self.logs = [self.start() for _ in range(PROCESSES)]
        self.expected = {}
        self.writers = {}
        self.sessions = {}
        self.said = 0

    def start(self):
        """A new process."""
        log = self.shared.log()
        log.watch(lambda id: self.stopped.__setitem__(id, True))
        return log

    def teardown(self):
        if hasattr(self, "shared"):
            self.shared.__exit__()
            self.folder.cleanup()

    def engine(self, process):
        return self.shared.engines[self.shared.logs.index(self.logs[process])]

    @rule(target=answers, process=st.integers(0, PROCESSES - 1), fails=st.sampled_from([None, True, False]))
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
        return answer.id

    @rule(
        ids=st.lists(answers, min_size=1, max_size=4, unique=True),
        count=st.integers(1, 3),
        end=st.sampled_from([None, None, None, *ENDS]),
        fails=st.sampled_from([None, None, True, False]),
    )
    def append(self, ids, count, end, fails):
        """Each process commits the batches of its own answers together; a commit may fail, and is made again."""
        for process in range(PROCESSES):
            batches = [
                (id, [*(Token(f"{self.next()} ") for _ in range(count)), *([end] if end else [])])
                for id in ids
                if self.writers.get(id) == process
            ]
            if not batches:
                continue
            context = nullcontext() if fails is None else failing_commits(self.engine(process), kept=fails)
            with context, suppress(StorageFailed):
                lost = self.logs[process].append(batches)
            if fails is not None:
                lost = self.logs[process].append(batches)
            expect_lost = [id for id, _ in batches if not self.runs(id)]
            assert sorted(lost) == sorted(expect_lost)
            for id, events in batches:
                if id not in lost:
                    self.expected[id].extend(events)

    def next(self):
        self.said += 1
        return self.said

    def runs(self, id):
        return id in self.expected and not (
            self.expected[id] and isinstance(self.expected[id][-1], Done | Error | Stopped)
        )

    @rule(id=answers, stranger=st.integers(0, PROCESSES - 1))
    def append_to_what_is_anothers(self, id, stranger):
        if self.writers[id] != stranger:
            assert self.logs[stranger].append([(id, [Token("nobody may say this")])]) == [id]

    @rule(id=answers, process=st.integers(0, PROCESSES - 1), after=st.integers(0, 12))
    def read_from_any_cursor(self, id, process, after):
        entries = self.logs[process].read(id, after)
        assert [e.event for e in entries] == self.expected.get(id, [])[after:]
        assert [e.seq for e in entries] == list(range(after + 1, after + 1 + len(entries)))

    @rule(target=readers, id=answers, process=st.integers(0, PROCESSES - 1))
    def open_a_stream(self, id, process):
        return {"id": id, "process": process, "seen": []}

    @rule(reader=readers, process=st.none() | st.integers(0, PROCESSES - 1))
    def read_on(self, reader, process):
        """A reader goes on with its cursor, perhaps connected to another process than before."""
        if process is not None:
            reader["process"] = process
        log, id, seen = self.logs[reader["process"]], reader["id"], reader["seen"]
        try:
            new = log.wait(id, len(seen), 0)
        except NotFound:
            assert id not in self.expected
            return
        assert [e.seq for e in new] == list(range(len(seen) + 1, len(seen) + 1 + len(new)))
        seen += [e.event for e in new]
        # What a process watches for others may be known a moment later; never something else.
        assert seen == self.expected.get(id, seen)[: len(seen)]

    @rule(id=answers, process=st.integers(0, PROCESSES - 1))
    def stop(self, id, process):
        """A stop changes no log; who writes is told, at once where it is the same process."""
        self.logs[process].request_stop(id)
        if self.writers[id] == process and self.runs(id):
            assert self.stopped.pop(id)

    @rule(process=st.integers(0, PROCESSES - 1), heir=st.integers(0, PROCESSES - 1))
    def die(self, process, heir):
        """A process is gone without a word; another ends its answers, and a new one takes its place."""
        if process == heir:
            return
        dead = self.logs[process]
        self.logs[process] = self.start()
        for lease in self.logs[heir].beat():
            if lease.owner == dead._process:
                assert self.logs[heir].take_over(lease)
                assert self.logs[heir].append([(lease.answer_id, [INTERRUPTED])]) == []
                self.expected[lease.answer_id].append(INTERRUPTED)
        assert all(lease.owner != dead._process for lease in self.logs[heir].beat())
        for id, writer in self.writers.items():
            if writer == process:
                assert dead.append([(id, [Token("from the grave")])]) == [id]
                self.writers[id] = heir if id in self.expected else process

    @rule(id=consumes(answers), process=st.integers(0, PROCESSES - 1))
    def delete(self, id, process):
        self.logs[process].delete(self.sessions[id])
        self.expected.pop(id, None)
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
