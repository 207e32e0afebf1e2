"""What single settings look like beyond a plain type: each a type of its own that reads the environment's text."""

from __future__ import annotations

import re
from typing import Annotated
from urllib.parse import quote, urlencode, urlsplit

from pydantic import AfterValidator, AliasChoices, BeforeValidator, Field, SecretStr
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from footnote.conversations import Allowance
from footnote.passages import COLUMNS


def allowance(rate: str) -> Allowance | None:
    """What ``100/hour`` allows, None for ``off``; raises ``ValueError`` for what is neither."""
    if rate.strip().lower() == "off":
        return None
    import limits

    parsed, *more = limits.parse_many(rate)
    if more or parsed.amount < 1:
        raise ValueError(rate)
    return Allowance(parsed.amount, parsed.get_expiry())


_LAKEBASE = re.compile(r"projects/[\w-]+/branches/[\w-]+/endpoints/[\w-]+|[A-Za-z][\w-]{0,62}", re.ASCII)


def _by_commas(value: object) -> object:
    return tuple(part.strip() for part in value.split(",") if part.strip()) if isinstance(value, str) else value


def _postgres(value: SecretStr) -> SecretStr:
    from sqlalchemy import make_url
    from sqlalchemy.exc import ArgumentError

    try:
        url = make_url(value.get_secret_value())
    except (ArgumentError, ValueError):  # a port that is none; its words would hold a part of the password
        raise ValueError("postgresql://user:password@host/name") from None
    if url.drivername not in {"postgres", "postgresql", "postgresql+psycopg"}:
        raise ValueError("postgresql://user:password@host/name")
    return value


def _template(value: str) -> str:
    parts = urlsplit(value)
    loopback = parts.scheme == "http" and parts.hostname in {"127.0.0.1", "localhost", "::1"}
    plain = not set(value) & set(" ;,'\"<>\\") and "@" not in parts.netloc and "{" not in parts.netloc
    if not (parts.hostname and plain and (parts.scheme == "https" or loopback) and re.search("{(id|name)}", value)):
        raise ValueError("an https address with {id} or {name} in it")
    return value


def _rate(value: str) -> str:
    try:
        allowance(value)
    except ValueError:
        raise ValueError("a number of at least 1 and a time, such as `100/hour`, or `off`") from None
    return value


SPOKEN = "http/protobuf"
"""How OpenTelemetry's figures and spans are sent: its other protocol, gRPC, has threads that gevent can't see to."""
RETRIEVER = r"(embedded|postgres|vector-search:[^\s.:/]+\.[^\s.:/]+\.[^\s.:/]+)"
"""Where passages are found, and behind the colon in which index, as Unity Catalog names it."""
COLUMN = re.compile(r"[A-Za-z_]\w*")


def _columns(value: object) -> object:
    """``ours=theirs`` by commas."""
    if not isinstance(value, str):
        return value
    pairs = [part.partition("=") for part in map(str.strip, value.split(",")) if part]
    named = {ours.strip(): theirs.strip() for ours, _, theirs in pairs}
    if unknown := set(named) - set(COLUMNS):
        raise ValueError(f"{', '.join(COLUMNS)}, each with `=` and the index's own column; {min(unknown)!r} is none")
    for theirs in named.values():
        if not COLUMN.fullmatch(theirs):
            raise ValueError(f"columns of letters, digits and underscores; {theirs!r} is none")
    return tuple(named.items())


_ENDPOINT = r"(?:databricks|databricks-responses|agent|agent-chat):[A-Za-z0-9][A-Za-z0-9._-]*"
MODEL = rf"(extractive|{_ENDPOINT}|langchain:[A-Za-z_][\w.]*:[A-Za-z_]\w*)"
"""A model's kind, and behind the colon which one of that kind."""
_NAMED_MODEL = re.compile(rf"(?P<name>[^=,]{{1,60}})=(?P<model>{MODEL})")


def _models(value: object) -> object:
    """``name=model`` by commas; a name is what a person sees and asks for, so none stands twice."""
    if not isinstance(value, str):
        return value
    named: dict[str, str] = {}
    for part in filter(None, map(str.strip, value.split(","))):
        name, _, model = (side.strip() for side in part.partition("="))
        if not (_NAMED_MODEL.fullmatch(f"{name}={model}") and name.isprintable()):
            raise ValueError(f"`name=model` by commas, each model as in `FOOTNOTE_MODEL`; {part!r} is none")
        if name.casefold() in map(str.casefold, named):
            raise ValueError(f"each name once; {name!r} stands there twice")
        named[name] = model
    return tuple(named.items())


def _lakebase(value: str) -> str:
    if not _LAKEBASE.fullmatch(value):
        raise ValueError("`projects/<project>/branches/<branch>/endpoints/<endpoint>`, or an instance's name")
    return value


class PlatformDatabase(BaseSettings):
    """Where the app's database is, as the platform says it for the first one among the app's resources."""

    model_config = SettingsConfigDict(env_prefix="PG", frozen=True, env_ignore_empty=True, extra="ignore")

    host: str = ""
    port: str = "5432"
    database: str = "databricks_postgres"
    user: str = Field("", validation_alias=AliasChoices("PGUSER", "DATABRICKS_CLIENT_ID"))
    sslmode: str = "require"

    @property
    def url(self) -> str:
        """Its address, without a password."""
        where = urlencode({"host": self.host, "port": self.port, "sslmode": self.sslmode})
        return f"postgresql://{quote(self.user, safe='')}@/{quote(self.database, safe='')}?{where}"


class Telemetry(BaseSettings):
    """Whether somebody takes spans and figures, as OpenTelemetry's own variables say it; the rest its SDK reads."""

    model_config = SettingsConfigDict(env_prefix="OTEL_", frozen=True, env_ignore_empty=True, extra="ignore")

    sdk_disabled: str = "false"
    exporter_otlp_endpoint: str = ""
    exporter_otlp_traces_endpoint: str = ""
    exporter_otlp_metrics_endpoint: str = ""
    exporter_otlp_protocol: str = "http/protobuf"
    exporter_otlp_traces_protocol: str = ""
    exporter_otlp_metrics_protocol: str = ""
    traces_exporter: str = "otlp"
    metrics_exporter: str = "otlp"

    @property
    def wanted(self) -> bool:
        """Whether somebody is named who takes either."""
        named = self.exporter_otlp_endpoint or self.exporter_otlp_traces_endpoint or self.exporter_otlp_metrics_endpoint
        return bool(named) and self.sdk_disabled.strip().lower() != "true"

    @property
    def spans(self) -> bool:
        """Whether spans are sent."""
        return self._sends(self.exporter_otlp_traces_endpoint, self.traces_exporter, self.exporter_otlp_traces_protocol)

    @property
    def figures(self) -> bool:
        """Whether figures are."""
        return self._sends(
            self.exporter_otlp_metrics_endpoint, self.metrics_exporter, self.exporter_otlp_metrics_protocol
        )

    def _sends(self, endpoint: str, exporter: str, protocol: str) -> bool:
        is_spoken = (protocol or self.exporter_otlp_protocol) == SPOKEN
        taken = bool(endpoint or self.exporter_otlp_endpoint) and "otlp" in exporter.split(",")
        return self.wanted and is_spoken and taken


LakebaseName = Annotated[str, AfterValidator(_lakebase)]
"""A Lakebase endpoint, by its path, or instance, by its name."""
NamedModels = Annotated[tuple[tuple[str, str], ...], NoDecode, BeforeValidator(_models)]
"""Models by their names, in order."""
NamedColumns = Annotated[tuple[tuple[str, str], ...], NoDecode, BeforeValidator(_columns)]
"""Columns of an index by our names for what they hold."""
Names = Annotated[tuple[str, ...], NoDecode, BeforeValidator(_by_commas)]
"""Several names, by commas."""
PostgresUrl = Annotated[SecretStr, AfterValidator(_postgres)]
"""A database's address with its password, which no error repeats."""
MediaUrl = Annotated[str, AfterValidator(_template)]
"""An address with ``{id}`` or ``{name}`` in it."""
Rate = Annotated[str, AfterValidator(_rate)]
"""A number of questions in a time, or ``off``."""
Named = Annotated[bool, BeforeValidator(lambda value: bool(value) if isinstance(value, str) else value)]
"""Whether a variable has any value."""
