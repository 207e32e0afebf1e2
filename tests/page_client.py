"""A page without a server: its client, the parts behind it, and what its requests are made of."""

from __future__ import annotations

from uuid import uuid4

from fakes import until_end
from footnote.answers.producer import Producer
from footnote.app import create_app

UNKNOWN = "5f0c2b1e-7f0a-4c55-9d5e-0d1a1c9a7e11"
STREAM = {"Accept": "text/event-stream"}
WHOLE = {"Accept": "application/json"}


class Page:
    """A test client, with the parts behind it."""

    def __init__(self, parts):
        self.parts = parts
        self.model = next(iter(parts.models.values()))
        self.server = create_app(parts).server
        self.producer: Producer = self.server.extensions["footnote"]
        self.log = self.producer._log
        self.made, self.watched = counted(self.log)
        self.client = self.server.test_client()

    def call(self, method, path, body=None, **headers):
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return self.client.open(f"/api/chat{path}", method=method, json=body, headers=named)

    def post(self, path, body, **headers):
        return self.call("POST", path, body, **headers)

    def ask(self, **fields):
        return self.post("/answers", question(**fields))

    def answered(self, **fields):
        """The id of an answer that has ended."""
        id = self.ask(**fields).get_json()["answer_id"]
        until_end(self.log, id)
        return id

    def until_ended(self, id):
        """The entries of an answer's log, once it has ended."""
        return until_end(self.log, id)

    def routes(self, below="/api/chat/"):
        return routes(self.server, below)

    @property
    def nothing_started(self):
        return self.model.prompts == [] and self.made == []


def routes(server, below="/api/"):
    """The rule and method of each of the contract's requests; not the description, nor the rule for what is not."""
    return [
        (rule.rule, method)
        for rule in server.url_map.iter_rules()
        if rule.rule.startswith(below) and "<path:" not in rule.rule and rule.rule != "/api/openapi.json"
        for method in sorted(rule.methods - {"HEAD", "OPTIONS"})
    ]


def counted(log):
    """What a log makes from now on: the ids of its answers, and the tickets of the streams that are open."""
    made, watched = [], set()
    create, open_stream, close_stream = log.create, log.open_stream, log.close_stream

    def counting_create(answer, allowance=None):
        kept, new = create(answer, allowance)
        if new:
            made.append(answer.id)
        return kept, new

    def counting_open(user, most):
        ticket = open_stream(user, most)
        if ticket is not None:
            watched.add(ticket)
        return ticket

    def counting_close(ticket):
        close_stream(ticket)
        watched.discard(ticket)

    log.create, log.open_stream, log.close_stream = counting_create, counting_open, counting_close
    return made, watched


def question(**fields):
    return {"query": "What was decided?", "session_id": str(uuid4())} | fields


def assert_problem(response, status, code, *words):
    problem = response.get_json()
    assert response.status_code == status
    assert problem["code"] == code
    assert problem["message"][0].isupper()
    assert isinstance(problem["retryable"], bool)
    for word in words:
        assert word in problem["message"]
