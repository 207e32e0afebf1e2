"""What the figures were measured on."""

from __future__ import annotations

import os
import platform
import re
import subprocess
import time
from importlib.metadata import version
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
PACKAGES = ("dash", "dash-extensions", "flask", "gunicorn", "gevent", "databricks-langchain", "openai")


def machine() -> dict[str, Any]:
    """Its processor, memory and versions, how busy it was before, and which commit was measured."""
    processor = re.findall(r"model name\s*:\s*(.+)", Path("/proc/cpuinfo").read_text("utf-8"))
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    return {
        "processor": processor[0] if processor else platform.machine(),
        "cores": os.cpu_count(),
        "memory_gb": round(memory / 1e9, 1),
        "system": platform.platform(),
        "python": platform.python_version(),
        "versions": {name: version(name) for name in PACKAGES},
        "load_before": round(os.getloadavg()[0], 2),
        "commit": commit(),
        "date": time.strftime("%Y-%m-%d"),
    }


def commit() -> str | None:
    """The commit that is checked out; None outside of a repository."""
    told = git("rev-parse", "--short", "HEAD")
    return told.strip() if told else None


def git(*arguments: str) -> str | None:
    """What git says; None where it refuses, or is not there."""
    try:
        told = subprocess.run(["git", *arguments], cwd=ROOT, capture_output=True, text=True, check=True)
    except (OSError, subprocess.CalledProcessError):
        return None
    return told.stdout
