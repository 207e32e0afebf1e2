"""The product with a model that takes its time, as a WSGI application for gunicorn: ``slow_app:create_server()``.

Its answer repeats the question and goes on for about a second. To a question with ``[[hold]]`` in it,
it begins and then says nothing more until it is called off.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from flask import Flask

from footnote.app import create_app
from footnote.chat import Cancellation, Chunk, FinishReason, Prompt
from footnote.parts import parts
from footnote.settings import load

PAUSE_S = 0.02
WORDS = 50


class SlowModel:
    """A ``Model`` that says some fifty words a second."""

    name = "slow"
    retrieves = False

    def stream(self, prompt: Prompt, cancellation: Cancellation) -> Iterator[Chunk]:
        yield Chunk(f"You asked: {prompt.question}\n\n")
        if "[[hold]]" in prompt.question:
            cancellation.wait(60)
        for word in range(WORDS):
            cancellation.wait(PAUSE_S)
            cancellation.raise_if_requested()
            yield Chunk(f"word-{word} ")
        yield Chunk(finish=FinishReason.STOP)


def answer_to(question: str) -> str:
    """What the model's answer comes to."""
    return f"You asked: {question}\n\n" + "".join(f"word-{word} " for word in range(WORDS))


def create_server() -> Flask:
    """The WSGI application."""
    model = SlowModel()
    server = create_app(replace(parts(load()), models={model.name: model})).server
    assert isinstance(server, Flask)
    return server
