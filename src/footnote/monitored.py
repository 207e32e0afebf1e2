"""What whoever runs this sees: who is told what becomes of questions, and the requests that tell it on."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from functools import partial
from uuid import UUID

from flask import Blueprint

from footnote.answers.observing import Observer
from footnote.chat import Model
from footnote.conversations import AnswerLog
from footnote.monitoring.health import Check, Doctor
from footnote.monitoring.lines import Lines
from footnote.monitoring.measured import Measured
from footnote.monitoring.measures import Sink
from footnote.monitoring.prometheus import Prometheus
from footnote.monitoring.pseudonyms import Pseudonyms
from footnote.parts import Parts
from footnote.readiness import READY, Readiness, TellsReadiness
from footnote.retrieval.standing import readiness_of
from footnote.setting_values import SPOKEN
from footnote.web.identity import Identity
from footnote.web.watched import Watchers, watching_blueprint

log = logging.getLogger(__name__)

_NO_ANSWER = str(UUID(int=0))


@dataclass(frozen=True, slots=True)
class Monitoring:
    """All who are told what becomes of questions, and of them the one that is asked."""

    observers: tuple[Observer, ...]
    figures: Prometheus


def monitoring(made: Parts) -> Monitoring:
    """The log, the figures and, where ``OTEL_*`` is set, spans, beside what the parts bring along."""
    settings, figures, pseudonyms = made.settings, Prometheus(), Pseudonyms(made.secret)
    observers: list[Observer] = [*made.observers, Lines(pseudonyms, texts=settings.log_texts)]
    sinks: list[Sink] = [figures]
    if settings.telemetry.spans or settings.telemetry.figures:
        from footnote.monitoring.telemetry import Figures, Spans

        if settings.telemetry.spans:
            observers.append(Spans(pseudonyms, texts=settings.log_texts))
        if settings.telemetry.figures:
            sinks.append(Figures())
    elif settings.telemetry.wanted:
        log.warning("OTEL_*: nothing is sent, for %s is spoken here alone (OTEL_EXPORTER_OTLP_PROTOCOL)", SPOKEN)
    return Monitoring((*observers, Measured(sinks)), figures)


def blueprint(made: Parts, seen: Monitoring, identity: Identity) -> Blueprint:
    """The requests of whoever runs this."""
    settings = made.settings
    operators = frozenset(name.casefold() for name in settings.operators)
    token = settings.metrics_token.get_secret_value() if settings.metrics_token else None
    return watching_blueprint(seen.figures.told, Watchers(identity, operators, token), doctor(made))


def doctor(made: Parts) -> Doctor:
    """What looks whether the parts are ready; of several models the default one has to be."""
    checks: dict[str, Check] = {
        "database": partial(_read, made.log),
        "index": partial(readiness_of, made.retriever),
    }
    named = {f"model {name}": partial(_model, model) for name, model in made.models.items()}
    return Doctor(checks | named, frozenset([*checks, *list(named)[:1]]))


def _read(log: AnswerLog) -> Readiness:
    log.answer(_NO_ANSWER)
    return READY


def _model(model: Model) -> Readiness:
    return model.readiness() if isinstance(model, TellsReadiness) else READY
