"""Settings: flags over environment over `onrecord.toml` (here, then the user's configuration folder) over defaults.

Typed and strict: an unknown key is an error. Settings build nothing; `assistant/wire.py` does.
"""

from __future__ import annotations

import os
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

import platformdirs

from index import UsageError

FILE = "onrecord.toml"
PREFIX = "ONRECORD_"
OTHER_VARIABLES = ("ONRECORD_DATA", "ONRECORD_SOAK", "ONRECORD_SOAK_INPUTS")
"""Read by benchmarks, fitting and tests only."""


@dataclass(frozen=True)
class Settings:
    """All there is to set. In the environment the same names in capitals, as `ONRECORD_INDEX`."""

    index: str = "onrecord.index"
    """Folder of the index."""
    model: str | None = None
    """Embedding model for sentence-transformers: a folder or a hub name. None: the one the index was made with."""
    chroma: str | None = None
    """Address of a Chroma server. None: embedded in the index's folder."""
    reader: str | None = None
    """What reads the passages: a cross-encoder for sentence-transformers, by folder or hub name; «untrained» for the reader
    without a network. None: the trained one that ships."""
    users: str | None = None
    """File of those who may use the web page, a line each, `name:bcrypt hash` as `htpasswd -B` and `onrecord user` write it.
    None: everybody."""


def load(flags: Mapping[str, Any] | None = None, environment: Mapping[str, str] | None = None) -> Settings:
    """The settings in force. Raises UsageError for an unknown key, a wrong type, or a file that isn't TOML."""
    known = {field.name for field in fields(Settings)}
    values = {**_from_file(known), **_from_environment(known, os.environ if environment is None else environment)}
    values.update({name: value for name, value in (flags or {}).items() if value is not None})
    return Settings(**values)


def _from_file(known: set[str]) -> dict[str, str]:
    for path in (Path(FILE), Path(platformdirs.user_config_dir("onrecord"), FILE)):
        if path.is_file():
            return _checked(path, known)
    return {}


def _checked(path: Path, known: set[str]) -> dict[str, str]:
    try:
        found = tomllib.loads(path.read_text("utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise UsageError(f"{path} is not valid TOML ({error}).") from error
    for name, value in found.items():
        if name not in known:
            raise UsageError(f"{path}: unknown setting {name!r}; known are {', '.join(sorted(known))}.")
        if not isinstance(value, str):
            raise UsageError(f"{path}: {name} takes a text in quotation marks.")
    return found


def _from_environment(known: set[str], environment: Mapping[str, str]) -> dict[str, str]:
    values = {}
    for variable, value in environment.items():
        if not variable.startswith(PREFIX) or variable in OTHER_VARIABLES:
            continue
        name = variable.removeprefix(PREFIX).lower()
        if name not in known:
            raise UsageError(f"The environment sets {variable}, which is no setting; known are "
                             f"{', '.join(PREFIX + one.upper() for one in sorted(known))}.")  # fmt: skip
        if value:
            values[name] = value
    return values
