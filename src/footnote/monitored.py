"""What whoever runs this sees: who is told what becomes of questions, and the requests that tell it on."""

from __future__ import annotations

from dataclasses import dataclass

from flask import Blueprint

from footnote.answers.observing import Observer
from footnote.monitoring.lines import Lines
from footnote.monitoring.measured import Measured
from footnote.monitoring.measures import Sink
from footnote.monitoring.prometheus import Prometheus
from footnote.monitoring.pseudonyms import Pseudonyms
from footnote.parts import Parts
from footnote.web.identity import Identity
from footnote.web.watched import Watchers, metrics_blueprint


@dataclass(frozen=True, slots=True)
class Monitoring:
    """All who are told what becomes of questions, and of them the one that is asked."""

    observers: tuple[Observer, ...]
    figures: Prometheus


def monitoring(made: Parts) -> Monitoring:
    """The log and the figures, beside what the parts bring along."""
    settings, figures = made.settings, Prometheus()
    sinks: list[Sink] = [figures]
    lines = Lines(Pseudonyms(made.secret), texts=settings.log_texts)
    return Monitoring((*made.observers, lines, Measured(sinks)), figures)


def blueprint(made: Parts, seen: Monitoring, identity: Identity) -> Blueprint:
    """The requests of whoever runs this."""
    settings = made.settings
    operators = frozenset(name.casefold() for name in settings.operators)
    token = settings.metrics_token.get_secret_value() if settings.metrics_token else None
    return metrics_blueprint(seen.figures.told, Watchers(identity, operators, token))
