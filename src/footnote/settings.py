"""One frozen ``Settings``, read from the environment in one place and passed on from there."""

from __future__ import annotations

import os
from pathlib import Path

from pydantic import AliasChoices, Field, SecretStr, ValidationError, ValidationInfo, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from footnote.conversations import Allowance
from footnote.errors import SettingsError
from footnote.setting_errors import explain, unknown
from footnote.setting_values import (
    MODEL,
    RETRIEVER,
    LakebaseName,
    MediaUrl,
    Named,
    NamedColumns,
    NamedModels,
    Names,
    PlatformDatabase,
    PostgresUrl,
    Rate,
    Telemetry,
    allowance,
)

PREFIX = "FOOTNOTE_"


class Settings(BaseSettings):
    """Everything that can be set, with the value that holds when nothing is.

    Each field is the environment variable ``FOOTNOTE_<NAME>``. An empty variable counts as
    not set. The table in ``quickstart.md`` is checked against this class by a test.
    """

    model_config = SettingsConfigDict(
        env_prefix=PREFIX, frozen=True, env_ignore_empty=True, extra="ignore", populate_by_name=True
    )

    host: str = Field("127.0.0.1", description="the address to listen on")
    port: int = Field(
        8050,
        ge=1,
        le=65535,
        validation_alias=AliasChoices("FOOTNOTE_PORT", "DATABRICKS_APP_PORT"),
        description="the port to listen on; on Databricks Apps `DATABRICKS_APP_PORT` counts",
    )
    workers: int = Field(2, ge=1, le=64, description="processes that serve the page")
    data: Path = Field(Path(".footnote"), description="the folder of the embedded database")
    database_url: PostgresUrl | None = Field(
        None,
        description="`postgresql://user:password@host/name` keeps conversations there, for several instances",
    )
    platform_database: PlatformDatabase = Field(default_factory=PlatformDatabase, description="set by the platform")
    lakebase: LakebaseName | None = Field(
        None,
        description="a Lakebase endpoint (`projects/<project>/branches/<branch>/endpoints/<endpoint>`) or instance, "
        "whose short-lived passwords the workspace mints; at `FOOTNOTE_DATABASE_URL`, or where the platform says",
    )
    library: Path | None = Field(
        None, description="a folder taken in at start; without it the sample, while the library is empty"
    )
    model: str = Field(
        "extractive",
        pattern=f"^{MODEL}$",
        description="`extractive`; `databricks:<serving endpoint>`, or `databricks-responses:` where it speaks the "
        "Responses API; `agent:<agent endpoint>`, or `agent-chat:` of a ChatAgent; `langchain:<module>:<attribute>`",
    )
    models: NamedModels = Field(
        (),
        description="several in its place to choose from, such as `Fast=databricks:a,Thorough=databricks:b`; "
        "the first is the default",
    )
    retriever: str = Field(
        "embedded",
        pattern=f"^{RETRIEVER}$",
        description="where passages are found: `embedded`, `postgres` (the library is in `FOOTNOTE_DATABASE_URL` "
        "then), or `vector-search:<catalog.schema.index>`",
    )
    reranker: str = Field(
        "off",
        pattern="^(off|platform|words)$",
        description="what chooses among more passages: `off`, `platform` (Vector Search's own), or `words` (how the "
        "question's words stand in them)",
    )
    embeddings: str | None = Field(
        None,
        pattern=r"^databricks:[A-Za-z0-9][A-Za-z0-9._-]*$",
        description="`databricks:<serving endpoint>` of an embedding model: `postgres` then finds by meaning too",
    )
    index_columns: NamedColumns = Field(
        (), description="columns of the Vector Search index that are called otherwise, such as `text=chunk,title=name`"
    )
    index_endpoint: str = Field(
        "auto",
        pattern="^(auto|standard|storage-optimized)$",
        description="the type of its endpoint, which decides how filters are put: `auto`, `standard` or "
        "`storage-optimized`",
    )
    max_tokens: int = Field(2048, ge=1, le=32768, description="the longest answer, in the model's tokens")
    temperature: float | None = Field(None, ge=0, le=2, description="the model's temperature; its own where unset")
    passages: int = Field(8, ge=1, le=40, description="passages given to the model for a question")
    idle_timeout_s: float = Field(30, gt=0, le=3600, description="seconds without a chunk before an answer ends")
    answer_timeout_s: float = Field(110, gt=0, le=3600, description="seconds in all before an answer ends")
    max_running: int = Field(64, ge=1, le=10000, description="answers written at once in one process")
    max_waiting: int = Field(16, ge=0, le=10000, description="questions that wait for a place in one process")
    max_streams: int = Field(10, ge=1, le=10000, description="answers that one user may watch at once")
    rate_limit: Rate = Field("100/hour", description="questions that one user may ask, such as `100/hour`, or `off`")
    retention_days: float = Field(
        0, ge=0, le=36500, description="days after which a conversation that was not used is deleted; 0 keeps them all"
    )
    streaming: bool = Field(default=True, description="`false`: the page shows each answer when it is whole")
    max_file_mb: float = Field(50, gt=0, le=2000, description="the largest file taken into the library")
    mlflow: str | None = Field(
        None,
        min_length=1,
        max_length=500,
        description="the MLflow experiment in which each answer is traced, by name or path; "
        "`MLFLOW_TRACKING_URI` says where",
    )
    mlflow_texts: bool = Field(
        default=True, description="`false`: traces hold no question, answer, passage or comment, only figures and ids"
    )
    uploads: bool = Field(default=True, description="`false`: nothing is taken into the library from the page")
    max_documents: int = Field(
        10_000, ge=1, le=1_000_000, description="documents in the library, with which the page takes in no more"
    )
    editors: Names = Field(
        (), description="who may remove and tag every document, by commas; others only what they added"
    )
    operators: Names = Field(
        (), description="who may see the operations page at `/ops`, by commas; where nobody says who asks, anybody"
    )
    ops_texts: bool = Field(
        default=True,
        description="`false`: the operations page shows no question that had no answer, only how many there were",
    )
    media_url: MediaUrl | None = Field(
        None,
        description="where recordings are heard that have no media file beside them, such as "
        "`https://media.example.org/{id}.mp3`; `{name}` is the id's last part",
    )
    trust_identity: bool = Field(
        default=False, description="believe the proxy's identity headers; always so on Databricks Apps"
    )
    allowed_hosts: Names = Field(
        (), description="host names this page answers to, by commas; on a loopback address only its own"
    )
    log_level: str = Field(
        "INFO",
        pattern="^(DEBUG|INFO|WARNING|ERROR)$",
        description="what the log tells: `DEBUG`, `INFO`, `WARNING` or `ERROR`",
    )
    log_format: str = Field(
        "auto",
        pattern="^(auto|json|text)$",
        description="how its lines are written: `json`, `text`, or `auto`, which is `json` on Databricks Apps",
    )
    log_texts: bool = Field(
        default=False,
        description="`true`: the log, and spans of OpenTelemetry, hold questions, prompts and answers; otherwise only "
        "figures and ids",
    )
    metrics_token: SecretStr | None = Field(
        None,
        min_length=16,
        description="with it as a bearer token anybody may read `/metrics`; without it, who may see `/ops`",
    )
    telemetry: Telemetry = Field(default_factory=Telemetry, description="OpenTelemetry's own variables")
    on_databricks: Named = Field(
        default=False, validation_alias=AliasChoices("DATABRICKS_APP_NAME"), description="set by the platform"
    )

    user_authorization: bool = Field(
        default=False,
        description="ask model and index with each user's own rights, where the app's user authorization is on",
    )

    @field_validator("user_authorization")
    @classmethod
    def _is_behind_a_proxy(cls, value: bool, others: ValidationInfo) -> bool:  # noqa: FBT001 - pydantic's own way
        if value and not (others.data.get("trust_identity") or others.data.get("on_databricks")):
            raise ValueError("`true` only on Databricks Apps, or with FOOTNOTE_TRUST_IDENTITY=true")
        return value

    @field_validator("lakebase")
    @classmethod
    def _is_somewhere(cls, value: str | None, others: ValidationInfo) -> str | None:
        if value and others.data.get("database_url") is None and not others.data["platform_database"].host:
            raise ValueError("one that is a resource of the app, which sets PGHOST; or with FOOTNOTE_DATABASE_URL")
        return value

    @field_validator("library")
    @classmethod
    def _is_folder(cls, value: Path | None) -> Path | None:
        if value is not None and not value.is_dir():
            raise ValueError("an existing folder")
        return value

    @field_validator("retriever")
    @classmethod
    def _has_a_database(cls, value: str, info: ValidationInfo) -> str:
        if value == "postgres" and not (info.data.get("database_url") or info.data.get("lakebase")):
            raise ValueError("`postgres` where FOOTNOTE_DATABASE_URL or FOOTNOTE_LAKEBASE names a database")
        return value

    @field_validator("reranker")
    @classmethod
    def _has_candidates(cls, value: str, info: ValidationInfo) -> str:
        retriever = str(info.data.get("retriever"))
        if value == "platform" and not retriever.startswith("vector-search"):
            raise ValueError("`platform` where FOOTNOTE_RETRIEVER is an index of Vector Search")
        if value == "words" and retriever == "embedded":
            raise ValueError("`off` with the embedded retriever, which looks at how the words stand already")
        return value

    @field_validator("embeddings")
    @classmethod
    def _has_vectors(cls, value: str | None, info: ValidationInfo) -> str | None:
        if value and info.data.get("retriever") != "postgres":
            raise ValueError("a model where FOOTNOTE_RETRIEVER=postgres; an index has its own")
        return value

    @property
    def shared_database(self) -> str | None:
        """The address of the database that several instances share, with its password; None where there is none."""
        if self.database_url is not None:
            return self.database_url.get_secret_value()
        return self.platform_database.url if self.lakebase else None

    @property
    def database(self) -> Path:
        """The embedded database's file."""
        return self.data / "footnote.db"

    @property
    def files(self) -> Path:
        """The folder of the files that were taken in from the page."""
        return self.data / "files"

    @property
    def max_bytes(self) -> int:
        """The size of the largest file that is taken in."""
        return int(self.max_file_mb * 1_000_000)

    @property
    def pages(self) -> Path:
        """The folder of the pictures of PDFs' pages."""
        return self.data / "pages"

    @property
    def named_models(self) -> dict[str, str]:
        """Every model that can be asked, by its name; the first is the default."""
        return dict(self.models) or {self.model: self.model}

    @property
    def logs_as_json(self) -> bool:
        """Whether the log's lines are JSON."""
        return self.log_format == "json" or (self.log_format == "auto" and self.on_databricks)

    @property
    def allowance(self) -> Allowance | None:
        """What ``rate_limit`` says; None where it is off."""
        return allowance(self.rate_limit)

    @property
    def identity_trusted(self) -> bool:
        """Whether the identity headers come from a proxy that sets them itself."""
        return self.on_databricks or self.trust_identity


def load() -> Settings:
    """The settings of this process; a ``SettingsError`` names every variable that can't be used."""
    try:
        return Settings()
    except ValidationError as error:
        raise SettingsError("\n".join(explain(e, Settings.model_fields, PREFIX) for e in error.errors())) from None


def strays() -> list[str]:
    """What to say of variables that look like settings and are none: a misspelt one sets nothing."""
    return unknown(os.environ, Settings.model_fields, PREFIX)
