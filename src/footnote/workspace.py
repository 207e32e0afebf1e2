"""The Databricks workspace: the one place that signs in to it, as the app itself or as whoever is asking.

The token of a user comes with their request, signs what is asked with it, and goes with it: nothing is kept of it here.
"""

from __future__ import annotations

import configparser
import contextlib
import copy
import logging
from collections.abc import Iterator, Mapping
from http.cookiejar import DefaultCookiePolicy
from typing import TYPE_CHECKING, Self
from urllib.parse import quote

from footnote.callers import Caller
from footnote.errors import LAYERS_BELOW, AuthFailed, ModelUnavailable, SettingsError
from footnote.readiness import Readiness, State, told

if TYPE_CHECKING:
    import httpx
    from databricks.sdk import WorkspaceClient
    from databricks.sdk.core import Config

ASK_S = 5
"""How long each thing that the workspace is asked may take: where it is away, its SDK would try for minutes."""


class Workspace:
    """A workspace that this process has signed in to."""

    def __init__(self, config: Config) -> None:
        from databricks.sdk import WorkspaceClient

        # What it tells at DEBUG are the bodies of requests, and a credential of a database is one.
        logging.getLogger("databricks.sdk").setLevel(logging.INFO)
        self._config = config
        self._credentials = _Credentials(config)
        self._own = WorkspaceClient(config=config)

    @classmethod
    def sign_in(cls) -> Self:
        """The workspace of the environment, or of the Databricks CLI's profile, with the app's own credentials."""
        from databricks.sdk.core import Config

        return cls(Config(http_timeout_seconds=ASK_S, retry_timeout_seconds=ASK_S))

    @property
    def host(self) -> str:
        """The workspace's address."""
        return str(self._config.host)

    def headers(self, caller: Caller | None = None) -> Mapping[str, str]:
        """What signs a request with the caller's rights, or with the app's own where no token came with the caller.

        Only as the app may it ask the workspace, and raise ``AuthFailed`` or ``ModelUnavailable``.
        """
        if caller is None or caller.token is None:
            return self._credentials()
        return {"Authorization": f"Bearer {caller.token}"}

    def endpoint_readiness(self, name: str) -> Readiness:
        """How a serving endpoint stands."""
        from databricks.sdk.errors import NotFound, PermissionDenied, Unauthenticated
        from databricks.sdk.errors.base import DatabricksError

        try:
            said = self._own.api_client.do("GET", f"/api/2.0/serving-endpoints/{quote(name, safe='')}")
        except NotFound:
            return Readiness(State.UNAVAILABLE, "there is no such endpoint")
        except PermissionDenied:
            return Readiness(State.UNKNOWN, "the app may not see how the endpoint stands")
        except Unauthenticated:
            return Readiness(State.UNAVAILABLE, "the workspace refuses the app's credentials")
        except (DatabricksError, *LAYERS_BELOW):
            return Readiness(State.UNAVAILABLE, "the workspace can't be asked")
        state = (said.get("state") or {}) if isinstance(said, dict) else {}
        return told(state.get("ready"), ready=state.get("ready") == "READY")

    def client(self) -> WorkspaceClient:
        """The SDK's client, with the app's own credentials."""
        return self._own


def keep_no_cookies(client: httpx.Client) -> httpx.Client:
    """Have a client that many users share send no one the cookies that came with another's answer."""
    client.cookies.jar.set_policy(DefaultCookiePolicy(allowed_domains=()))
    return client


@contextlib.contextmanager
def settings_checked(setting: str, otherwise: str) -> Iterator[None]:
    """Say in one line what to check where the environment's credentials can't be used, in whatever way."""
    import httpx

    try:
        yield
    except (*LAYERS_BELOW, configparser.Error, httpx.InvalidURL) as error:
        raise SettingsError(
            f"{setting} can't be used: there are no Databricks credentials, or the workspace can't be "
            "reached. Check DATABRICKS_HOST, and DATABRICKS_TOKEN or DATABRICKS_CLIENT_ID and "
            f"DATABRICKS_CLIENT_SECRET; or {otherwise}."
        ) from error


class _Credentials:
    """The headers that sign a request; renewing a token asks the workspace, for as long as that takes."""

    def __init__(self, config: Config) -> None:
        self._config = config
        self._signing: Config | None = None

    def __call__(self) -> Mapping[str, str]:
        from databricks.sdk.errors.base import DatabricksError

        if self._signing is self._config:
            # That call is stuck, and holds the SDK's lock: whoever comes after it needs another source of tokens.
            self._config = _signed_in_anew(self._config)
        config = self._signing = self._config
        try:
            headers: Mapping[str, str] = config.authenticate()
        except (DatabricksError, ValueError) as error:
            raise AuthFailed from error
        except (OSError, LookupError, NotImplementedError) as error:
            raise ModelUnavailable from error
        finally:
            if self._signing is config:
                self._signing = None
        return headers


def _signed_in_anew(config: Config) -> Config:
    renewed = copy.copy(config)
    try:
        renewed.init_auth()  # type: ignore[no-untyped-call]
    except ValueError as error:  # which the SDK makes of everything
        raise ModelUnavailable from error
    return renewed
