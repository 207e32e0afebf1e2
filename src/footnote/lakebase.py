"""Lakebase's passwords: tokens that the workspace mints and that are good for an hour at most."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from concurrent.futures import CancelledError
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING

from footnote.aside import Aside
from footnote.errors import LAYERS_BELOW, FootnoteError, StorageFailed
from footnote.workspace import Workspace

if TYPE_CHECKING:
    from databricks.sdk.service.database import DatabaseCredential
    from databricks.sdk.service.postgres import DatabaseCredential as EndpointCredential

WAIT_S = 6.0
"""How long who connects waits for a password that is being minted."""
EARLY_S = 300.0
"""How long before its end another one is minted; where it lives shorter than twice that, at half its time."""
LONGEST_S = 3600.0
SILENT_S = 600.0
"""How long one is taken to be good that doesn't say."""
NONE_MINTED = "The workspace gives no password for the database. Whoever runs this page has to check FOOTNOTE_LAKEBASE."

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Minted:
    """A password, and for how many seconds it is good."""

    password: str = field(repr=False)
    good_s: float


class Passwords:
    """The newest password: minted once for all who need one, and anew before it ends or where it is refused."""

    def __init__(self, mint: Callable[[], Minted], *, clock: Callable[[], float] = time.monotonic) -> None:
        self._minting = Aside[None, Minted](lambda _: mint())
        self._clock = clock
        self._lock = threading.Lock()
        self._password: str | None = None
        self._renew_at = self._ends_at = 0.0

    def current(self) -> str:
        """A password that is good for a while; raises ``StorageFailed`` where none is to be had in time."""
        with self._lock:
            password, now = self._password, self._clock()
            if password is not None and now < self._renew_at:
                return password
            good = password is not None and now < self._ends_at
        try:
            return self._keep(self._minting.ask(None).result(WAIT_S))
        except (FootnoteError, CancelledError, *LAYERS_BELOW) as error:
            if good and password is not None:
                log.warning("the database's password can't be renewed yet", exc_info=error)
                return password
            raise StorageFailed(NONE_MINTED) from error

    def refused(self, password: str) -> None:
        """A password was refused, whatever it said of itself: whoever asks next gets another one."""
        with self._lock:
            if self._password == password:
                self._password = None

    def _keep(self, minted: Minted) -> str:
        with self._lock:
            good_s = min(minted.good_s, LONGEST_S)
            self._password, self._ends_at = minted.password, self._clock() + good_s
            self._renew_at = self._ends_at - min(EARLY_S, good_s / 2)
        return minted.password


def passwords(name: str, workspace: Callable[[], Workspace]) -> Passwords:
    """Those of an endpoint (``projects/.../branches/.../endpoints/...``), or of an instance by its name."""
    return Passwords(lambda: _of_endpoint(name, workspace()) if "/" in name else _of_instance(name, workspace()))


def _of_endpoint(name: str, workspace: Workspace) -> Minted:
    made: EndpointCredential = workspace.client().postgres.generate_database_credential(name)
    return _minted(made.token, float(made.expire_time.ToSeconds()) if made.expire_time else None)


def _of_instance(name: str, workspace: Workspace) -> Minted:
    made: DatabaseCredential = workspace.client().database.generate_database_credential(instance_names=[name])
    ends = made.expiration_time
    return _minted(made.token, datetime.fromisoformat(ends).timestamp() if ends else None)


def _minted(token: str | None, ends: float | None) -> Minted:
    if not token:
        raise ValueError("no token in the credential")
    # Where this machine's clock is wrong it is minted too often, or refused once; both are borne.
    return Minted(token, SILENT_S if ends is None else max(1.0, ends - time.time()))
