"""The Chromium that the browser tests drive: one on the machine, else Playwright's own, else the system's package.

As a script with ``--install``, it gets one where there is none, or fails and says so.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

_PLAYWRIGHTS = (
    "AvoidUnnecessaryBeforeUnloadCheckSync,DestroyProfileOnBrowserClose,HttpsUpgrades,HttpsFirstBalancedModeAutoEnable,"
    "LensOverlay,MediaRouter,PaintHolding,ThirdPartyStoragePartitioning,AvoidCorsURLLoaderRestartOnRedirect,"
    "TcpPortRandomizationWin,OptimizationHints,NetworkTimeServiceQuerying,AimEnabled,PreconnectToSearch"
)
"""What Playwright switches off; a second list takes the place of its own."""
_ADDRESS_FIELD = "WebUIOmniboxPopup,WebUIOmniboxAimPopup"
"""Two pages that a window loads for its address field, in a process of their own; no test has such a field."""
FLAGS = [
    "--headless",
    f"--disable-features={_PLAYWRIGHTS},{_ADDRESS_FIELD}",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")


def find() -> str | None:
    """The path of a Chromium; ``FOOTNOTE_TEST_CHROMIUM`` names one that is nowhere else."""
    named = os.environ.get("FOOTNOTE_TEST_CHROMIUM")
    found = [named] if named else [path for name in NAMES if (path := shutil.which(name))]
    return found[0] if found else _playwrights_own()


def _playwrights_own() -> str | None:
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        path = playwright.chromium.executable_path
    return path if Path(path).exists() else None


def install() -> str | None:
    """Get one: Playwright's own, else the system's package."""
    attempts = [
        [[sys.executable, "-m", "playwright", "install", "chromium"]],
        [["apt-get", "update", "-qq"], ["apt-get", "install", "-y", "-qq", "--no-install-recommends", "chromium"]],
    ]
    for commands in attempts:
        if shutil.which(commands[0][0]):
            for command in commands:
                subprocess.run(command, check=False, stdout=sys.stderr, timeout=900)
        if path := find():
            return path
    return None


if __name__ == "__main__":
    path = find() or (install() if "--install" in sys.argv else None)
    if path is None:
        sys.exit(
            "The browser tests need a Chromium, and none could be found or installed. Install one (Debian: "
            "apt-get install chromium) or set FOOTNOTE_TEST_CHROMIUM to its path, and run this again."
        )
    print(f"Chromium for the browser tests: {path}")
