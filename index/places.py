"""Places to read from: paths, folders, addresses and Article objects in; one origin for each out."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from index.columns import NONE, Columns
from index.errors import UsageError
from index.formats import FORMATS
from index.records import Article

SIDECARS = (".meta.json", ".meta.yaml", ".meta.yml")
FEEDS = (".rss", ".atom", ".xml")
KNOWN = {*FORMATS, *FEEDS, ".pdf", ".docx", ".zip"}

Source = str | os.PathLike[str] | Article


@dataclass(frozen=True)
class Origin:
    """One place to read from. `path` is None for standard input and for Article objects."""

    name: str
    path: Path | None
    bytes: int
    article: Article | None = None
    url: str | None = None
    """Address to fetch."""
    inner: str = ""
    """Which file of the archive at `path`."""
    columns: Columns = field(default_factory=dict)
    """What an export's columns are called."""


@dataclass(frozen=True)
class Failure:
    """Something that was not read, and why."""

    name: str
    why: str
    skipped: bool = False
    """Whether it was a file of a folder that doesn't look like an article at all."""
    lasting: bool = False
    """Whether the same content fails again, whatever the machine and its libraries."""


def origins(sources: Source | Iterable[Source], columns: Columns = NONE) -> tuple[list[Origin], list[Failure]]:
    """Every file behind `sources`, in a stable order; folders are walked, hidden files and sidecars left out.

    Raises UsageError when `sources` is neither paths nor articles.
    """
    listed: Sequence[Source] = [sources] if isinstance(sources, str | os.PathLike | Article) else list(sources)
    found: list[Origin] = []
    failures: list[Failure] = []
    for source in listed:
        if isinstance(source, Article):
            found.append(Origin("", None, len(source.text), article=source))
        elif isinstance(source, str | os.PathLike):
            _walk(os.fspath(source), found, failures)
        else:
            raise UsageError(f"add takes paths and Article objects, not {type(source).__name__}.")
    return [replace(one, columns=columns) for one in found] if columns else found, failures


def shown(name: str) -> str:
    """A file's name as text: bytes that are no UTF-8 stand as \\x.. in it."""
    return os.fsencode(name).decode("utf-8", "backslashreplace")


def _walk(name: str, found: list[Origin], failures: list[Failure]) -> None:
    if name == "-":
        found.append(Origin("standard input", None, 0))
        return
    if re.match(r"[A-Za-z][A-Za-z0-9+.-]*://", name):
        found.append(Origin(shown(name), None, 0, url=name))
        return
    path = Path(name)
    try:
        is_folder = path.is_dir()
    except (OSError, ValueError):  # a pasted text, or a NUL: no name that a file can have
        failures.append(Failure(shown(name[:80]), "it is not the name of a file; to add a text, pass an Article"))
        return
    if not is_folder:
        _append(path, found, failures, listed=False)
        return
    before = len(found) + len(failures)

    def unreadable(error: OSError) -> None:
        failures.append(Failure(shown(str(error.filename)), f"the folder can't be read ({error.strerror})"))

    for folder, folders, files in os.walk(path, onerror=unreadable):
        folders[:] = sorted(inner for inner in folders if not inner.startswith("."))
        for file in sorted(files):
            if not file.startswith(".") and not file.endswith(SIDECARS):
                _append(Path(folder, file), found, failures, listed=True)
    if len(found) + len(failures) == before:
        failures.append(Failure(name, "no file is in this folder"))


def _append(path: Path, found: list[Origin], failures: list[Failure], *, listed: bool) -> None:
    try:
        size = path.stat().st_size
    except (OSError, ValueError) as error:
        told = getattr(error, "strerror", None) or str(error)
        why = "there is no such file" if isinstance(error, FileNotFoundError) else f"it can't be read ({told})"
        failures.append(Failure(shown(str(path))[:200], why))
        return
    if not path.is_file():
        failures.append(Failure(shown(str(path)), "it is not a regular file", skipped=listed))
    elif listed and path.suffix and path.suffix.lower() not in KNOWN:
        failures.append(
            Failure(shown(str(path)), f"{shown(path.suffix)} is not a kind of file that On Record reads", skipped=True)
        )
    else:
        found.append(Origin(shown(str(path)), path, size))
