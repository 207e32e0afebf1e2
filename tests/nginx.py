"""The nginx that tests put in front of the product. As a script with ``--install``, it gets one where there is none."""

from __future__ import annotations

import contextlib
import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from pathlib import Path

CONF = Path(__file__).resolve().parents[1] / "docs" / "nginx.conf"
KINDS = ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
START_S = 30


def find() -> str | None:
    """The path of an nginx."""
    return shutil.which("nginx", path=os.pathsep.join((os.environ.get("PATH", ""), "/usr/sbin")))


def install() -> str | None:
    """Get the system's package."""
    if shutil.which("apt-get"):
        for command in (["update", "-qq"], ["install", "-y", "-qq", "--no-install-recommends", "nginx-light"]):
            subprocess.run(["apt-get", *command], check=False, stdout=sys.stderr, timeout=900)
    return find()


@contextlib.contextmanager
def in_front(folder: Path, port: int, changed: Mapping[str, str]) -> Iterator[None]:
    """Run nginx with the guide's configuration, in which each text of ``changed``, there once, is another one."""
    nginx = find()
    assert nginx is not None, "There is no nginx. `python tests/nginx.py --install` gets one."
    conf = CONF.read_text("utf-8")
    for text, other in changed.items():
        assert conf.count(text) == 1, f"not once in the guide's configuration: {text}"
        conf = conf.replace(text, other)
    (folder / "footnote.conf").write_text(conf, "utf-8")
    temporary = "\n".join(f"{kind}_temp_path {folder / kind};" for kind in KINDS)
    (folder / "nginx.conf").write_text(
        f"daemon off; master_process off; pid {folder / 'pid'}; error_log {folder / 'error.log'};\n"
        f"events {{}}\nhttp {{\naccess_log off;\n{temporary}\ninclude {folder / 'footnote.conf'};\n}}\n",
        "utf-8",
    )
    command = [nginx, "-p", str(folder), "-c", str(folder / "nginx.conf"), "-e", str(folder / "error.log")]
    with subprocess.Popen(command) as process:
        try:
            _until_listening(port, process, folder / "error.log")
            yield
        finally:
            process.terminate()


def _until_listening(port: int, process: subprocess.Popen[bytes], log: Path) -> None:
    until = time.monotonic() + START_S
    while process.poll() is None and time.monotonic() < until:
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
            return
        time.sleep(0.02)
    raise AssertionError(log.read_text("utf-8"))


if __name__ == "__main__":
    path = find() or (install() if "--install" in sys.argv else None)
    sys.exit(0 if path else "There is no nginx, and none could be installed. Install your system's package nginx.")
