"""Installed from its wheel, with no checkout in reach, Footnote has all that it needs: alone, and mounted."""

from __future__ import annotations

import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PIP = [sys.executable, "-m", "pip", "--disable-pip-version-check", "--quiet"]
BUILDS_WITHIN_S = 110

MOUNTED = """
import sys
from dash import Dash, html
import footnote
from footnote import Footnote
from footnote.settings import Settings
assert footnote.__file__.startswith(sys.argv[1]), footnote.__file__
app = Dash("host")
app.layout = html.Div()
Footnote(app, settings=Settings(data=sys.argv[2]))
client = app.server.test_client()
page = client.get("/ask/").text
own = [part.split('"')[0] for part in (client.get("/").text + page).split('="') if "assets/" in part.split('"')[0]]
assert len(own) >= 5, own
for address in own:
    with client.get(address) as file:
        assert file.status_code == 200, address
        assert "json" in file.mimetype or len(file.data) > 500, address
id = "7b6c1d3e-0000-4000-8000-000000000001"
question = {"query": "What was decided about the battery swap threshold?", "session_id": id}
answer = client.post("/ask/api/chat/stream", json=question, headers={"Accept": "application/json"}).get_json()
assert answer["status"] == "complete" and any(c["cited"] for c in answer["citations"]), answer
proposed = client.get("/ask/api/suggestions").get_json()["suggestions"]
assert len(proposed) == 4, proposed
assert "Bibliothek" in client.get("/ask/", headers={"Accept-Language": "de"}).text
"""


@pytest.fixture(scope="module")
def wheel(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    subprocess.run([*PIP, "wheel", "--no-deps", "-w", folder, ROOT], check=True, timeout=BUILDS_WITHIN_S, cwd=folder)
    (built,) = folder.glob("footnote-*.whl")
    return built


def test_the_wheel_holds_every_file_of_the_package_and_of_the_page(wheel):
    held = set(zipfile.ZipFile(wheel).namelist())
    package = {f"footnote/{name}" for name in _files(ROOT / "src/footnote")}
    wanted = package | {f"footnote/assets/{name}" for name in _files(ROOT / "assets")}
    assert wanted - held == set()
    assert {"footnote/py.typed", "footnote/page/catalogue/nav.json", "footnote/sample_questions.txt"} <= held


def test_installed_from_it_without_a_checkout_it_mounts_serves_and_answers(wheel, tmp_path):
    target = tmp_path / "installed"
    subprocess.run([*PIP, "install", "--no-deps", "--target", target, wheel], check=True, timeout=BUILDS_WITHIN_S)
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("FOOTNOTE_", "PYTHON"))}
    command = [sys.executable, "-W", "error", "-c", MOUNTED, str(target), str(tmp_path / "data")]
    subprocess.run(command, env=kept | {"PYTHONPATH": str(target)}, cwd=tmp_path, check=True, timeout=BUILDS_WITHIN_S)


def _files(folder: Path) -> list[str]:
    files = (path for path in folder.rglob("*") if path.is_file() and "__pycache__" not in path.parts)
    return [path.relative_to(folder).as_posix() for path in files]
