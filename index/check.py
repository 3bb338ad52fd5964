"""Is an index whole? What is wrong with it, each kind of fault in one sentence. Looks at everything, changes nothing."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np

from index.check_record import Found, connect, examine
from index.errors import RecordError, StorageError
from index.store import source_key
from index.vectors import ChromaVectors, Page, opaque

SENTENCES: dict[str, str] = {
    "file": "The record's file is damaged: {}.",
    "tables": "The record lacks {:part} of its tables.",
    "settings": "The record has forgotten {:setting} of its own.",
    "digest": "The record has {:article} with a text or metadata that the id was not made of.",
    "raw": "The record has {:article} with original bytes that can't be unpacked.",
    "removed": "The record has {:article} with an unreadable list of what cleaning took out.",
    "derived": "The record has {:article} with a day or a source for filters that contradicts the metadata.",
    "clusters": "The record has {:article} in a cluster of copies that never was.",
    "prints": "The record has {:article} with other hashes for finding copies than the text gives.",
    "bare": "The record has {:article} without passages.",
    "uncovered": "The record has {:article} with words that are in no passage.",
    "history": "The record has {:older version} with passages that should be gone.",
    "successors": "The record has {:version} of an article with no current one behind it, or a newer one behind a current.",
    "offsets": "The record has {:passage} with offsets that don't fit the article.",
    "vectors": "The record has {:passage} with a vector of the wrong size or length.",
    "orphans": "The record has {:passage} without an article.",
    "origins": "The record has {:origin} of articles that are not there.",
    "dropped": "The record has {:passage} marked as removed and still there.",
    "counters": "The record has {:counter} behind the numbers in use.",
    "words": "The full-text index differs from the passages in {:place}.",
    "chroma": "Chroma's copy can't be read: {}.",
    "lacking": "Chroma's copy lacks {:passage}.",
    "extra": "Chroma's copy has {:passage} too many.",
    "other": "Chroma's copy has {:passage} with another vector, day or source than the record.",
}
"""Of each kind of fault; {:noun} becomes a count."""
CLOSE = 2e-3
"""How far a number of a unit vector may be from the record's: float16 keeps 11 bits, and Chroma scales to length 1 again."""


@dataclass(frozen=True)
class Fault:
    """Something that is wrong."""

    kind: str
    """A key of `SENTENCES`."""
    count: int
    text: str
    """One sentence: what, and how many."""


@dataclass(frozen=True)
class CheckReport:
    """What a check found."""

    path: str
    articles: int
    passages: int
    faults: tuple[Fault, ...]
    seconds: float

    @property
    def whole(self) -> bool:
        """Whether nothing is wrong."""
        return not self.faults

    def to_dict(self) -> dict[str, Any]:
        """The same as plain values."""
        return {"whole": self.whole, **asdict(self)}


def check(record: Path, vectors: object) -> CheckReport:
    """Examines a record, and Chroma's copy where `vectors` is one."""
    began = time.perf_counter()
    found = found_in(record, vectors)
    faults = tuple(Fault(kind, len(rows), sentence(kind, rows)) for kind, rows in found.rows.items())
    return CheckReport(str(record.parent), found.articles, found.passages, faults, time.perf_counter() - began)


def found_in(record: Path, vectors: object) -> Found:
    """The faulty rows themselves."""
    try:
        found = examine(record)
        readable = not found.rows.keys() & {"file", "tables", "settings"}
        if readable and record.stat().st_size and isinstance(vectors, ChromaVectors):
            _compare(record, vectors, found)
    except (OSError, sqlite3.Error) as error:
        raise StorageError(f"The index at {record.parent} can't be examined ({error}).") from error
    return found


def sentence(kind: str, rows: list[Any]) -> str:
    """A fault in plain words."""
    what, _, rest = SENTENCES[kind].partition("{")
    noun, _, after = rest.partition("}")
    if not noun:
        return f"{what}{str(rows[0]).rstrip('.')}{f' (and {len(rows) - 1:,} more)' if rows[1:] else ''}{after}"
    return f"{what}{len(rows):,} {noun[1:]}{'' if len(rows) == 1 else 's'}{after}"


def _compare(record: Path, vectors: ChromaVectors, found: Found) -> None:
    """Chroma must have every passage that the record marked as copied, and no other than those the record knows of."""

    def work(pages: Iterator[Page]) -> None:
        with closing(connect(record)) as db:
            db.execute("BEGIN")
            wanted = {row[0]: row[1] for row in db.execute("SELECT number, synced FROM passages")}
            # A process that was killed has told Chroma, and not yet noted that it did.
            allowed = {row[0] for row in db.execute("SELECT passage FROM dropped")}
            for page in pages:
                found.note("extra", (one for one in page.numbers if one not in wanted and one not in allowed))
                found.note("other", _unlike(db, page))
                for one in page.numbers:
                    wanted.pop(one, None)
            found.note("lacking", (one for one, synced in wanted.items() if synced))

    try:
        vectors.read_all(work)
    except RecordError as error:
        found.note("chroma", [str(error)])


def _unlike(db: sqlite3.Connection, page: Page) -> Iterator[int]:
    marks = ",".join("?" * len(page.numbers))
    rows = db.execute(
        "SELECT p.number, p.vector, a.day, a.source_key, a.source FROM passages p JOIN articles a ON a.number = p.article "
        f"WHERE p.number IN ({marks})",
        page.numbers,
    )
    stored = {row[0]: row for row in rows}
    for number, theirs, about in zip(page.numbers, page.vectors, page.metadatas, strict=True):
        row = stored.get(number)
        if row is None:
            continue
        ours = np.frombuffer(row["vector"], dtype=np.float16).astype(np.float32)
        close = ours.shape == theirs.shape and bool(np.all(np.abs(ours - theirs) <= CLOSE))
        if not close or about != {"day": row["day"], "source": opaque(source_key(row["source"]))}:
            yield number
