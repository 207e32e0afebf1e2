"""What is said of settings that can't be used."""

from __future__ import annotations

import difflib
import os
from collections.abc import Mapping
from typing import get_args

from annotated_types import Ge, Gt, Le, Lt
from pydantic import AliasChoices, SecretStr
from pydantic.fields import FieldInfo
from pydantic_core import ErrorDetails


def explain(error: ErrorDetails, fields: Mapping[str, FieldInfo], prefix: str) -> str:
    """Which variable can't be used, with its value, unless that is secret, and what is allowed."""
    name = str(error["loc"][0]).removeprefix(prefix).lower()
    field = fields.get(name)
    says = error["msg"].removeprefix("Value error, ").removeprefix("Input should be ")
    if field and "pattern" in error["type"]:
        says = field.description or says
    elif error["type"].startswith("bool"):
        says = "`true` or `false`"
    elif field and (range := _range(field)):
        says = range
    variables = _variables(name, field, prefix)
    variable = next((named for named in variables if os.environ.get(named)), variables[0])
    value = "***" if field and _is_secret(field.annotation) else os.environ.get(variable, "")
    return f"{variable}={value!r} can't be used. Allowed: {says}."


def _is_secret(annotation: object) -> bool:
    return annotation is SecretStr or any(_is_secret(part) for part in get_args(annotation))


def _range(field: FieldInfo) -> str:
    """The numbers that a field takes, all of them; "" where it takes no numbers."""
    words = {Ge: "greater than or equal to", Gt: "greater than", Le: "less than or equal to", Lt: "less than"}
    bounds = [f"{words[type(m)]} {getattr(m, type(m).__name__.lower())}" for m in field.metadata if type(m) in words]
    if not bounds:
        return ""
    return f"{'an integer' if field.annotation is int else 'a number'} {' and '.join(bounds)}"


def unknown(environ: Mapping[str, str], fields: Mapping[str, FieldInfo], prefix: str) -> list[str]:
    """A line for each variable that begins like a setting and is none, with the one that may be meant."""
    known = [variable for name, field in fields.items() for variable in _variables(name, field, prefix)]
    lines = []
    for variable in sorted(name for name in environ if name.startswith(prefix) and name not in known):
        meant = "".join(f" Is {close} meant?" for close in difflib.get_close_matches(variable, known, 1, 0.8))
        lines.append(f"{variable} sets nothing: there is no such setting.{meant}")
    return lines


def _variables(name: str, field: FieldInfo | None, prefix: str) -> list[str]:
    """The variables that a setting is read from, the one that counts first."""
    alias = field.validation_alias if field else None
    return [str(choice) for choice in alias.choices] if isinstance(alias, AliasChoices) else [prefix + name.upper()]
