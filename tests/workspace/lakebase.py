"""Lakebase as the workspace has it: passwords that are minted, and the role whose password is the newest of them."""

from __future__ import annotations

import itertools
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import make_url

from postgres import Postgres
from workspace.connection import ApiRequest, Refused, Reply

ENDPOINT = "projects/footnote/branches/main/endpoints/primary"
INSTANCE = "footnote-db"
ROLE = "footnote-app"
_numbers = itertools.count(1)


class Lakebase:
    """The ``Api`` of both services that mint passwords, and the real database that wants them."""

    def __init__(self, server: Postgres, *, good_s: float = 3600.0) -> None:
        self._server = server
        self.good_s = good_s
        self.open = True
        self.minted: list[str] = []
        """Every password that there was, the newest last."""
        self.calls = 0
        self._lock = threading.Lock()
        hba = server.data / "pg_hba.conf"
        asks = f'local all "{ROLE}" scram-sha-256\n'
        if asks not in (known := hba.read_text()):
            hba.write_text(asks + known)
            server.run(f'CREATE ROLE "{ROLE}" LOGIN')
            server.run("SELECT pg_reload_conf()")
        self.rotate()

    def database(self) -> dict[str, str]:
        """A new database of the role's, as the platform's variables name it."""
        url = make_url(self._server.new_database())
        self._server.run(f'ALTER DATABASE {url.database} OWNER TO "{ROLE}"')
        return {"PGHOST": str(url.query["host"]), "PGDATABASE": str(url.database), "PGUSER": ROLE}

    def rotate(self) -> None:
        """From now on another password is the right one, and no other."""
        with self._lock:
            password = f"minted.{next(_numbers)}.s3cret"
            self._server.run(f"ALTER ROLE \"{ROLE}\" PASSWORD '{password}'")
            self.minted.append(password)

    @contextmanager
    def rotating(self, every_s: float) -> Iterator[None]:
        """Rotate again and again, as long as the block lasts."""
        done = threading.Event()

        def run() -> None:
            while not done.wait(every_s):
                self.rotate()

        thread = threading.Thread(target=run, name="rotating")
        thread.start()
        try:
            yield
        finally:
            done.set()
            thread.join()

    def disconnect(self) -> None:
        """Close the role's connections that are not in the middle of something."""
        idle = (
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = 'footnote-app' AND state = 'idle'"
        )
        self._server.run(idle)

    def __call__(self, request: ApiRequest) -> Reply | None:
        match request.path:
            case "/api/2.0/postgres/credentials":
                return self._minted(request, {"endpoint": ENDPOINT}, {"claims", "expire_time", "ttl"}, "expire_time")
            case "/api/2.0/database/credentials":
                return self._minted(
                    request, {"instance_names": [INSTANCE]}, {"claims", "request_id"}, "expiration_time"
                )
        return None

    def _minted(self, request: ApiRequest, wanted: dict[str, Any], may_say: set[str], ends: str) -> Reply:
        request.signed("postgres")
        asked = request.json()
        if request.method != "POST" or not isinstance(asked, dict) or set(asked) - wanted.keys() - may_say:
            raise Refused(400, "BAD_REQUEST", "Unknown fields")
        if {name: asked.get(name) for name in wanted} != wanted:
            raise Refused(404, "NOT_FOUND", "There is no such database on secret-host")
        with self._lock:
            self.calls += 1
            if not self.open:
                raise Refused(503, "TEMPORARILY_UNAVAILABLE", "secret-host is busy")
            until = datetime.now(UTC) + timedelta(seconds=self.good_s)
            return Reply(
                {"token": self.minted[-1], ends: until.isoformat(timespec="milliseconds").replace("+00:00", "Z")}
            )
