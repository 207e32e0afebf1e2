"""The Java that Spark runs on: one on the machine, else the system's package.

As a script with ``--install``, it gets one where there is none, or fails and says so.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

OLDEST = 17


def find() -> str | None:
    """The path of a Java that Spark 4 runs on: ``JAVA_HOME``'s, else the one on the path."""
    home = os.environ.get("JAVA_HOME")
    named = [str(Path(home) / "bin" / "java")] if home else []
    return next((path for path in [*named, shutil.which("java")] if path and _version(path) >= OLDEST), None)


def _version(java: str) -> int:
    try:
        told = subprocess.run([java, "-version"], capture_output=True, text=True, timeout=60, check=False).stderr
    except OSError:
        return 0
    found = re.search(r'version "(\d+)', told)
    return int(found[1]) if found else 0


def install() -> str | None:
    """Get Debian's package."""
    if shutil.which("apt-get"):
        package = ["apt-get", "install", "-y", "-qq", "--no-install-recommends", "default-jre-headless"]
        for command in (["apt-get", "update", "-qq"], package):
            subprocess.run(command, check=False, stdout=sys.stderr, timeout=900)
    return find()


if __name__ == "__main__":
    path = find() or (install() if "--install" in sys.argv else None)
    if path is None:
        sys.exit(
            f"Spark needs Java {OLDEST} or newer, and none could be found or installed. Install one (Debian: "
            "apt-get install default-jre-headless) or set JAVA_HOME, and run this again."
        )
    print(f"Java for Spark: {path}")
