"""The page's scripts keep their promises too: ``node --test`` over ``tests/js``."""

import shutil
import subprocess
from pathlib import Path

import pytest

SCRIPTS = Path(__file__).resolve().parents[1] / "js"


def node() -> str:
    """The machine's Node, else the one that Playwright's package carries."""
    if found := shutil.which("node"):
        return found
    import playwright

    driver = Path(playwright.__file__).parent / "driver"
    found = next((str(path) for name in ("node", "node.exe") if (path := driver / name).is_file()), None)
    if found is None:
        pytest.fail("There is no Node on this machine, and Playwright's package carries none: install one of them.")
    return found


def test_every_promise_of_the_scripts_is_kept():
    """Each file under ``tests/js`` states its own."""
    files = sorted(SCRIPTS.glob("*.test.js"))
    assert files
    ran = subprocess.run([node(), "--test", *map(str, files)], capture_output=True, text=True, timeout=240, check=False)
    if ran.returncode:
        pytest.fail(f"{ran.stdout}\n{ran.stderr}", pytrace=False)
