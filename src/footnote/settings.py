"""One frozen ``Settings``, read from the environment in one place and passed on from there."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Annotated

from pydantic import AliasChoices, Field, ValidationError, field_validator
from pydantic_core import ErrorDetails
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from footnote.errors import SettingsError

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
    data: Path = Field(Path(".footnote"), description="the folder of the embedded database")
    library: Path | None = Field(
        None, description="a folder taken in at start; without it the sample, while the library is empty"
    )
    model: str = Field(
        "extractive",
        pattern=r"^(extractive|databricks:[A-Za-z0-9][A-Za-z0-9._-]*)$",
        description="`extractive`, or `databricks:<serving endpoint>`",
    )
    max_tokens: int = Field(2048, ge=1, le=32768, description="the longest answer, in the model's tokens")
    temperature: float | None = Field(None, ge=0, le=2, description="the model's temperature; its own where unset")
    passages: int = Field(8, ge=1, le=40, description="passages given to the model for a question")
    idle_timeout_s: float = Field(30, gt=0, le=3600, description="seconds without a chunk before an answer ends")
    answer_timeout_s: float = Field(110, gt=0, le=3600, description="seconds in all before an answer ends")
    max_running: int = Field(64, ge=1, le=10000, description="answers written at once in one process")
    max_file_mb: float = Field(50, gt=0, le=2000, description="the largest file taken into the library")
    trust_identity: bool = Field(
        default=False, description="believe the proxy's identity headers; always so on Databricks Apps"
    )
    allowed_hosts: Annotated[tuple[str, ...], NoDecode] = Field(
        (), description="host names this page answers to, by commas; on a loopback address only its own"
    )
    log_level: str = Field(
        "INFO",
        pattern="^(DEBUG|INFO|WARNING|ERROR)$",
        description="what the log tells: `DEBUG`, `INFO`, `WARNING` or `ERROR`",
    )
    on_databricks: bool = Field(
        default=False, validation_alias=AliasChoices("DATABRICKS_APP_NAME"), description="set by the platform"
    )

    @field_validator("allowed_hosts", mode="before")
    @classmethod
    def _by_commas(cls, value: object) -> object:
        return tuple(part.strip() for part in value.split(",") if part.strip()) if isinstance(value, str) else value

    @field_validator("on_databricks", mode="before")
    @classmethod
    def _named(cls, value: object) -> object:
        return bool(value) if isinstance(value, str) else value

    @field_validator("library")
    @classmethod
    def _is_folder(cls, value: Path | None) -> Path | None:
        if value is not None and not value.is_dir():
            raise ValueError("an existing folder")
        return value

    @property
    def database(self) -> Path:
        """The embedded database's file."""
        return self.data / "footnote.db"

    @property
    def identity_trusted(self) -> bool:
        """Whether the identity headers come from a proxy that sets them itself."""
        return self.on_databricks or self.trust_identity


def load() -> Settings:
    """The settings of this process; a ``SettingsError`` names every variable that can't be used."""
    try:
        return Settings()
    except ValidationError as error:
        raise SettingsError("\n".join(_explain(e) for e in error.errors())) from None


def _explain(error: ErrorDetails) -> str:
    name = str(error["loc"][0]).removeprefix(PREFIX).lower()
    field = Settings.model_fields.get(name)
    says = error["msg"].removeprefix("Value error, ").removeprefix("Input should be ")
    if field and "pattern" in error["type"]:
        says = field.description or says
    variable = _variable(name, field.validation_alias if field else None)
    return f"{variable}={os.environ.get(variable, '')!r} can't be used. Allowed: {says}."


def _variable(name: str, alias: object) -> str:
    """The variable that the value came from, where several set the same."""
    names = [str(choice) for choice in alias.choices] if isinstance(alias, AliasChoices) else [PREFIX + name.upper()]
    return next((variable for variable in names if os.environ.get(variable)), names[0])
