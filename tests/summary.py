"""What tests have to tell when all have run, also where they ran in other processes than the one that prints."""

from __future__ import annotations

from typing import Any

import pytest

FAULTS = pytest.StashKey[list[str]]()
"""The lines of the table of faults."""

_SENT = "faults"


def pytest_configure(config: pytest.Config) -> None:
    config.stash[FAULTS] = []


def pytest_sessionfinish(session: pytest.Session) -> None:
    """Hand the lines over, where this process only runs tests."""
    config = session.config
    if hasattr(config, "workeroutput"):
        config.workeroutput[_SENT] = config.stash[FAULTS]


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node: Any) -> None:
    node.config.stash[FAULTS] += getattr(node, "workeroutput", {}).get(_SENT, [])


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    if lines := config.stash[FAULTS]:
        terminalreporter.section("faults")
        for line in lines:
            terminalreporter.write_line(line)
