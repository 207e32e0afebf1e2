"""What an app's parts hold open is let go of as its process ends, whoever serves it."""

from __future__ import annotations

import subprocess
import sys

from served_product import environment

SERVING = """
from dataclasses import replace
from pathlib import Path
from footnote.app import create_app
from footnote.parts import parts
from footnote.settings import Settings

made = parts(Settings(data=Path("data")), prepared=True)
create_app(replace(made, close=lambda: (made.close(), print("closed")))).server.test_client().get("/healthz")
"""


def test_the_end_of_a_process_closes_the_parts_of_its_app(tmp_path):
    ended = subprocess.run(
        [sys.executable, "-W", "error", "-c", SERVING],
        cwd=tmp_path,
        env=environment(tmp_path, tmp_path / "data"),
        capture_output=True,
        text=True,
        check=False,
    )
    assert (ended.stdout, ended.returncode) == ("closed\n", 0)
    assert "Traceback" not in ended.stderr
