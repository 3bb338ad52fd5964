"""Examining and mending the index in a folder, whether or not it can be opened."""

from __future__ import annotations

import os
from pathlib import Path

from index.check import CheckReport, check
from index.embed import Embedder, default_name
from index.errors import IndexDamaged, IndexMissing
from index.index import RECORD, Index
from index.repair import RepairReport, mend_file, report


def check_index(path: str | os.PathLike[str], *, chroma: str | None = None) -> CheckReport:
    """What is wrong with the index in a folder. Raises IndexMissing, or IndexIncompatible for one of a newer program."""
    record = _record(path)
    try:
        with Index(path, create=False, chroma=chroma) as index:
            return index.check()
    except IndexDamaged:
        return check(record, None)


def repair_index(
    path: str | os.PathLike[str],
    *,
    chroma: str | None = None,
    model: str | None = None,
    embedder_: Embedder | None = None,
) -> RepairReport:
    """Mends the index in a folder as far as it can be. No other process may use it meanwhile.

    Raises IndexMissing, IndexIncompatible, and IndexDamaged when no article can be read.
    """
    record = _record(path)
    before = check_index(path, chroma=chroma)
    lost, kept = mend_file(record, (embedder_.name if embedder_ else model) or default_name())
    with Index(path, create=False, chroma=chroma, model=model, embedder_=embedder_) as index:
        lost += index.repair().lost
        return report(before, record, index.vectors, lost, kept)


def _record(path: str | os.PathLike[str]) -> Path:
    record = Path(path) / RECORD
    if not record.is_file():
        raise IndexMissing(f"There is no index at {path}; add articles first: onrecord add FOLDER")
    return record
