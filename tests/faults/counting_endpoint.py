"""The model server of the fault suite: it counts the calls for each question, and its answer is made of the question.

with CountingEndpoint() as endpoint:
    question = endpoint.question(words=30, rate=20)   # a question that nobody has asked yet
    question.text                                     # what to ask
    question.answer                                   # what a whole answer comes to, to the letter
    endpoint.calls(question)                          # every call that was made for it, as ServingEndpoint tells it

An answer that goes on from a text that was kept is given the rest, and nothing of it twice.
"""

from __future__ import annotations

import itertools
import os
from dataclasses import dataclass
from typing import Any

from workspace.request import Request
from workspace.scenarios import Scenario
from workspace.serving import PICKED, ServingEndpoint

BEGUN = "x-begun"
"""The header with which the light model says how many characters are there already."""
PROCESS = "x-process"
"""The header with which it says which process asks."""


@dataclass(frozen=True)
class Question:
    """A question of its own; the server knows by its name how to answer it."""

    number: int
    words: int
    times: int = 1
    """How often the model says each word."""

    @property
    def name(self) -> str:
        return f"q{self.number}"

    @property
    def text(self) -> str:
        return f"Question {self.number}: what was decided about the depot? [[{self.name}]]"

    @property
    def answer(self) -> str:
        """The whole answer: words with umlauts, emoji, Markdown and a marker, in paragraphs."""
        return f"To **question {self.number}**: " + "".join(_word(place) * self.times for place in range(self.words))


def _word(place: int) -> str:
    word = ("word", "Größe", "🚲", "*kept*", "`code`")[place % 5] + f"-{place}"
    marker = " [1]" if place % 20 == 7 else ""
    return f"{word}{marker}" + ("\n\n" if place % 25 == 24 else " ")


class CountingEndpoint(ServingEndpoint):
    """The server; see the module's docstring."""

    def __init__(self) -> None:
        super().__init__()
        self._numbers = itertools.count(1)
        self._asked: dict[str, Question] = {}

    def question(self, *, words: int = 30, rate: float = 20, times: int = 1, **fields: Any) -> Question:
        """A new question; ``fields`` are those of a ``Scenario``: how it goes wrong."""
        question = Question(next(self._numbers), words, times)
        self._asked[question.name] = question
        self.scenarios[question.name] = Scenario(rate=rate, **fields)
        return question

    def calls(self, question: Question) -> list[Request]:
        """The calls made for a question so far, in their order."""
        return [request for request in self.requests if request.scenario == question.name]

    def cure(self, question: Question) -> None:
        """From now on the question is answered without a fault, and at once."""
        self.scenarios[question.name] = Scenario()

    def asked_in(self, body: dict[str, Any]) -> str:
        """The question, also where the model is told in a further message to go on."""
        asked = [message["content"] for message in body["messages"] if message["role"] == "user"]
        return next((message for message in reversed(asked) if PICKED.search(message)), asked[-1])

    def text_of(self, request: Request, scenario: Scenario) -> str:
        question = self._asked.get(request.scenario)
        if question is None:
            return super().text_of(request, scenario)
        return question.answer[_begun(request) :]


def _begun(request: Request) -> int:
    """How many characters are there: the light model says it, to the real one's client the text itself is given."""
    if BEGUN in request.headers:
        return int(request.headers[BEGUN])
    *_, before, last = ({}, *request.body["messages"])
    return len(before["content"]) if before.get("role") == "assistant" and not PICKED.search(last["content"]) else 0


def process_of(request: Request) -> int:
    """The process that made a call."""
    return int(request.headers[PROCESS])


def headers(begun: str) -> dict[str, str]:
    """What the light model says beside the question."""
    return {PROCESS: str(os.getpid()), BEGUN: str(len(begun))}
