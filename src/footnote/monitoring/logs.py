"""How this process's log is written: one line for each thing, as JSON or to be read, whoever said it.

The calls are the standard library's, of this project as of its libraries; structlog renders them all.
"""

from __future__ import annotations

import logging
import logging.config
import os
import re
import sys
import threading
import traceback
from collections.abc import MutableMapping
from typing import TYPE_CHECKING, Any, TextIO

from footnote.correlation import here
from footnote.settings import Settings

if TYPE_CHECKING:
    from structlog.typing import ExcInfo, Processor

FIELDS = "footnote"
"""Under this name a record has fields of its own: ``log.info("...", extra={FIELDS: {...}})``."""

_CHATTY = ("alembic", "httpx")  # each of its parts, each request with its whole address
_SILENT = ("opentelemetry",)  # each time that it tries again
_OURS = ("footnote", "gunicorn.error")
_FORGING = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]")
"""What could begin a line of its own, colour a terminal, or turn what stands in it around."""

log = logging.getLogger(__name__)

Line = MutableMapping[str, Any]


def tell(settings: Settings) -> None:
    """Have this process's log told as the settings say, unless somebody else has seen to that already."""
    if not logging.root.handlers:
        logging.config.dictConfig(configuration(settings))
    logging.captureWarnings(capture=True)
    threading.excepthook = _unforeseen


def configuration(settings: Settings) -> dict[str, Any]:
    """The same for the standard library's ``dictConfig``, also of gunicorn's own lines."""
    # At DEBUG libraries tell whole requests, and with them what people wrote.
    libraries = settings.log_level if settings.log_texts else max(settings.log_level, "INFO", key=logging.getLevelName)
    levels = (
        dict.fromkeys(_OURS, settings.log_level) | dict.fromkeys(_CHATTY, "WARNING") | dict.fromkeys(_SILENT, "ERROR")
    )
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {"line": {"()": "footnote.monitoring.logs.formatter", "as_json": settings.logs_as_json}},
        "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
        "root": {"level": libraries, "handlers": ["stderr"]},
        "loggers": {name: {"level": level, "propagate": True} for name, level in levels.items()},
    }


def formatter(*, as_json: bool) -> logging.Formatter:
    """What makes a line of a record."""
    sys.modules.setdefault("rich", None)  # type: ignore[arg-type]  # 0.1 s of each process's start, for nothing here
    import structlog

    if sys.modules["rich"] is None:
        del sys.modules["rich"]
    told: list[Processor] = [
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        _add_fields,
        _add_correlation,
    ]
    remove: Processor = structlog.stdlib.ProcessorFormatter.remove_processors_meta
    rendered: list[Processor]
    if as_json:
        told.append(structlog.processors.TimeStamper(fmt="iso", utc=True, key="time"))
        rendered = [remove, structlog.processors.format_exc_info, structlog.processors.JSONRenderer()]
    else:
        told.append(structlog.processors.TimeStamper(fmt="%Y-%m-%d %H:%M:%S", utc=False))
        # structlog's own choice is made by the standard output.
        colors = sys.stderr.isatty() and "NO_COLOR" not in os.environ
        console = structlog.dev.ConsoleRenderer(
            colors=colors, pad_event_to=0, sort_keys=False, exception_formatter=_indented
        )
        rendered = [remove, _in_one_line, console]
    return structlog.stdlib.ProcessorFormatter(foreign_pre_chain=told, processors=rendered)


def _add_fields(_logger: object, _method: str, line: Line) -> Line:
    line.update(getattr(line["_record"], FIELDS, {}))
    return line


def _add_correlation(_logger: object, _method: str, line: Line) -> Line:
    """Which process says it, and for which request and answer."""
    line["process"] = line["_record"].process
    for name in ("request_id", "answer_id"):
        if value := getattr(here(), name):
            line.setdefault(name, value)
    return line


def _in_one_line(_logger: object, _method: str, line: Line) -> Line:
    return {name: _harmless(value) if isinstance(value, str) else value for name, value in line.items()}


def _harmless(text: str) -> str:
    return _FORGING.sub(lambda found: found[0].encode("unicode_escape").decode(), text)


def _indented(out: TextIO, failure: ExcInfo) -> None:
    """An exception below its line; whatever its words are, none of them stands where a line begins."""
    out.writelines(f"\n    {_harmless(line)}" for line in "".join(traceback.format_exception(*failure)).splitlines())


def _unforeseen(stray: threading.ExceptHookArgs) -> None:
    if stray.exc_type is not SystemExit and stray.exc_value is not None:
        log.error("a thread ended", exc_info=(stray.exc_type, stray.exc_value, stray.exc_traceback))
