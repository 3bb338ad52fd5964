"""Mending an index: what can be derived is derived again, what can't is named.

Passages, vectors, full text, copies and Chroma come from an article's text; the text itself from the bytes it was read from.
An article of which neither is whole is taken out with its origin, so that the next `add` brings it back.
"""

from __future__ import annotations

import json
import sqlite3
import uuid
import zlib
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from index.check import CheckReport, check, found_in
from index.check_record import SETTINGS, Found, connect, examine, metadata_of, passage_words, told_of
from index.chunk import chunk
from index.clean import VERSION
from index.clusters import cluster_of
from index.copies import sketch
from index.dates import day_number
from index.derive import derived
from index.embed import Embedder
from index.errors import RecordError, StorageError
from index.furniture import source_of
from index.reclean import remade
from index.salvage import Salvaged, salvage
from index.schema import SCHEMA, TABLES
from index.store import source_key
from index.vectors import ChromaVectors

BATCH_ARTICLES = 32
"""Embedded and stored at once."""
ROUNDS = 3
"""What is mended may show what was hidden behind it."""


@dataclass(frozen=True)
class RepairReport:
    """What a repair found, and what it could not bring back."""

    before: CheckReport
    after: CheckReport
    lost: tuple[str, ...]
    """A sentence for each article that was taken out, or lost a part that nothing else holds."""
    kept: str | None
    """Where the damaged file lies, when the record had to be written anew."""

    def to_dict(self) -> dict[str, Any]:
        """The same as plain values."""
        return {**asdict(self), "whole": self.after.whole}


@dataclass
class _Mending:
    db: sqlite3.Connection
    lost: list[str] = field(default_factory=list)
    bare: set[int] = field(default_factory=set)
    """Articles whose passages are to be made again."""
    hashes: set[int] = field(default_factory=set)
    """Articles whose hashes and cluster are."""


def mend_file(record: Path, model: str) -> tuple[list[str], Path | None]:
    """Brings a record to a state that can be opened; returns what was lost, and where the damaged file lies.

    `model` is remembered where the record has forgotten its own. Raises what `salvage` raises.
    """
    with _told(record):
        found = examine(record)
        told: Salvaged | None = salvage(record) if found.rows.keys() & {"file", "tables"} else None
        if record.stat().st_size:
            with closing(connect(record)) as db:
                _settings(db, model)
    lost = [f"Article {one} was lost with its page of the file; add it again." for one in told.lost] if told else []
    return lost, told.kept if told else None


def repair(record: Path, vectors: object, embedder: Callable[[], Embedder]) -> list[str]:
    """Mends everything behind a record that can be opened; returns what was lost."""
    lost: list[str] = []
    with _told(record):
        for _ in range(ROUNDS):
            found = found_in(record, vectors)
            if not found.rows:
                break
            lost += _mend(record, found, embedder)
            if isinstance(vectors, ChromaVectors):
                if found.rows.keys() & {"chroma", "lacking", "extra", "other"}:
                    vectors.rebuild()
                else:
                    vectors.sync()
    return lost


def report(before: CheckReport, record: Path, vectors: object, lost: Sequence[str], kept: Path | None) -> RepairReport:
    """What became of it, looked at once more."""
    return RepairReport(before, check(record, vectors), tuple(lost), str(kept) if kept else None)


@contextmanager
def _told(record: Path) -> Iterator[None]:
    try:
        yield
    except RecordError:
        raise
    except (sqlite3.Error, OSError) as error:
        raise StorageError(f"The index at {record.parent} can't be repaired here ({error}).") from error


def _settings(db: sqlite3.Connection, model: str) -> None:
    known = {row[0] for row in db.execute("SELECT key FROM meta")}
    values = {"schema": str(SCHEMA), "model": model, "cleaner": VERSION, "index": uuid.uuid4().hex, "vectors_token": ""}
    with _writing(db):
        for key in (key for key in SETTINGS if key not in known):
            db.execute("INSERT INTO meta VALUES (?, ?)", (key, values[key]))
        if "model" not in known:  # whose vectors they are is not known either
            db.execute("DELETE FROM passages")


@contextmanager
def _writing(db: sqlite3.Connection) -> Iterator[None]:
    db.execute("PRAGMA secure_delete = ON")
    db.execute("BEGIN IMMEDIATE")
    try:
        yield
        db.execute("COMMIT")
    except BaseException:
        if db.in_transaction:
            db.execute("ROLLBACK")
        raise


def _mend(record: Path, found: Found, embedder: Callable[[], Embedder]) -> list[str]:
    rows = found.rows
    with closing(connect(record)) as db:
        work = _Mending(db)
        with _writing(db):
            for number in dict.fromkeys(rows.get("digest", []) + rows.get("removed", [])):
                _remake(work, number)
            for number in rows.get("raw", []):
                _without_raw(work, number)
            _versions(work)
            _passages(work, rows)
            _loose_ends(work)
            work.hashes.update(rows.get("prints", []) + rows.get("clusters", []))
            for number in sorted(work.hashes):
                _hash(db, number)
            for table in ("files", "fetched"):  # what is gone must be read again
                db.execute(f"DELETE FROM {table}")
        _embed(work, embedder)
        if work.bare or rows.keys() & {"words", "history", "orphans", "digest"}:
            with _writing(db):
                _full_text(db)
        return work.lost


def _article(db: sqlite3.Connection, number: int) -> sqlite3.Row | None:
    row: sqlite3.Row | None = db.execute("SELECT * FROM articles WHERE number = ?", (number,)).fetchone()
    return row


def _remake(work: _Mending, number: int) -> None:
    """Makes text, metadata and seams from the bytes again, or takes the article out."""
    db, row = work.db, _article(work.db, number)
    if row is None:
        return
    places = [one[0] for one in db.execute("SELECT origin FROM origins WHERE article = ?", (row["id"],))]
    furniture = {one[0] for one in db.execute("SELECT line FROM furniture WHERE source = ?", (source_of(metadata_of(row)),))}
    found = remade(row["raw"], row["id"], told_of(row), places, furniture)
    if found is None:
        called = f"{row['id']} ({places[0]})" if places else f"{row['id']} ({row['title']})" if row["title"] else row["id"]
        work.lost.append(f"Article {called} was damaged beyond repair and is taken out; add it again.")
        _forget_passages(db, number)
        db.execute("DELETE FROM articles WHERE number = ?", (number,))
        work.hashes.add(number)
        return
    removed = json.dumps([[part.at, part.text, part.rule] for part in found.removed], ensure_ascii=False)
    known = set(row.keys())
    metadata, added = derived(found.text, found.metadata)
    values = {name: value for name, value in asdict(metadata).items() if name in known}
    values |= {"text": found.text, "removed": removed, "derived": " ".join(added)}
    names = ", ".join(f"{name} = ?" for name in values)
    db.execute(f"UPDATE articles SET {names} WHERE number = ?", (*values.values(), number))
    if found.text != row["text"] or metadata != metadata_of(row):
        work.bare.add(number)  # the prefix of passages has metadata in it
        work.hashes.add(number)


def _without_raw(work: _Mending, number: int) -> None:
    row = _article(work.db, number)
    if row is not None:
        work.lost.append(f"The bytes that article {row['id']} was read from are lost; its text is whole.")
        work.db.execute("UPDATE articles SET raw = ? WHERE number = ?", (zlib.compress(b""), number))


def _versions(work: _Mending) -> None:
    """Where the newest version is gone, the newest that is left is current again."""
    db = work.db
    db.execute("UPDATE articles SET successor = NULL WHERE current AND successor IS NOT NULL")
    left = db.execute(
        "SELECT a.number, a.id, a.successor FROM articles a LEFT JOIN articles newer ON newer.id = a.successor "
        "WHERE NOT a.current AND newer.current IS NOT 1 ORDER BY a.number DESC"
    ).fetchall()
    newest: dict[str | None, str] = {}
    for number, article_id, successor in left:
        if successor is not None and successor in newest:
            db.execute("UPDATE articles SET successor = ? WHERE number = ?", (newest[successor], number))
            continue
        newest[successor] = article_id
        db.execute("UPDATE articles SET current = 1, successor = NULL WHERE number = ?", (number,))
        # The place is read again by the next `add`, and what it holds replaces this version.
        db.execute("UPDATE origins SET article = ?, fingerprint = '' WHERE article = ?", (article_id, successor))
        work.bare.add(number)
        work.hashes.add(number)


def _passages(work: _Mending, rows: dict[str, list[Any]]) -> None:
    db = work.db
    work.bare.update(rows.get("bare", []) + rows.get("uncovered", []))
    for number in rows.get("offsets", []) + rows.get("vectors", []):
        work.bare.update(row[0] for row in db.execute("SELECT article FROM passages WHERE number = ?", (number,)))
    for number in sorted(work.bare) + rows.get("history", []):
        _forget_passages(db, number)
    orphans = "SELECT number FROM passages WHERE article NOT IN (SELECT number FROM articles)"
    db.execute(f"INSERT OR IGNORE INTO dropped {orphans}")
    db.execute(f"DELETE FROM passages WHERE number IN ({orphans})")


def _forget_passages(db: sqlite3.Connection, number: int) -> None:
    db.execute("INSERT OR IGNORE INTO dropped SELECT number FROM passages WHERE article = ?", (number,))
    db.execute("DELETE FROM passages WHERE article = ?", (number,))


def _loose_ends(work: _Mending) -> None:
    db = work.db
    db.execute("DELETE FROM origins WHERE article NOT IN (SELECT id FROM articles)")
    db.execute("DELETE FROM dropped WHERE passage IN (SELECT number FROM passages)")
    for row in db.execute("SELECT number, published, source, day, source_key FROM articles").fetchall():
        derived = (day_number(row["published"]), source_key(row["source"]))
        if derived != (row["day"], row["source_key"]):
            db.execute("UPDATE articles SET day = ?, source_key = ? WHERE number = ?", (*derived, row["number"]))
    highest = {
        "articles": "SELECT max(number) FROM articles",
        "passages": "SELECT max(n) FROM (SELECT max(number) AS n FROM passages UNION ALL SELECT max(passage) FROM dropped)",
    }
    for table, query in highest.items():
        used = db.execute(query).fetchone()[0] or 0
        known = db.execute("SELECT max(seq) FROM sqlite_sequence WHERE name = ?", (table,)).fetchone()[0]
        if known is None or known < used:
            db.execute("DELETE FROM sqlite_sequence WHERE name = ?", (table,))
            db.execute("INSERT INTO sqlite_sequence (name, seq) VALUES (?, ?)", (table, used))


def _hash(db: sqlite3.Connection, number: int) -> None:
    """Hashes of a current article, and its cluster; none of any other."""
    db.execute("DELETE FROM prints WHERE article = ?", (number,))
    row = _article(db, number)
    if row is None or not row["current"]:
        db.execute("UPDATE articles SET cluster = number WHERE number = ?", (number,))
        return
    hashes = sketch(row["text"])
    cluster = cluster_of(db, row["text"], row["day"], hashes) or number
    db.execute("UPDATE articles SET cluster = ?, sketched = ? WHERE number = ?", (cluster, len(hashes), number))
    db.executemany("INSERT INTO prints VALUES (?, ?)", [(one, number) for one in hashes])


def _embed(work: _Mending, embedder: Callable[[], Embedder]) -> None:
    """Passages and vectors of articles that have none; the model is loaded for them alone."""
    db, numbers = work.db, sorted(work.bare)
    for begin in range(0, len(numbers), BATCH_ARTICLES):
        batch = [row for number in numbers[begin : begin + BATCH_ARTICLES] if (row := _article(db, number)) is not None]
        model = embedder()
        cut = []
        for row in batch:
            seams = tuple(sorted({part[0] for part in json.loads(row["removed"])}))
            cut.append(chunk(row["text"], seams, metadata_of(row), model.count_tokens, model.max_tokens))
        pieces = [
            (row, one, one.embedded(row["text"])) for row, passages in zip(batch, cut, strict=True) for one in passages
        ]
        vectors = np.asarray(model.encode_passages([text for *_, text in pieces])) if pieces else np.zeros((0, 0))
        with _writing(db):
            for (row, one, _), vector in zip(pieces, vectors, strict=True):
                values = (row["number"], one.start, one.end, vector.astype(np.float16).tobytes(), row["number"])
                db.execute(
                    "INSERT INTO passages (article, start, end, vector) SELECT ?, ?, ?, ? "
                    "WHERE EXISTS (SELECT 1 FROM articles WHERE number = ? AND current)",  # not removed meanwhile
                    values,
                )


def _full_text(db: sqlite3.Connection) -> None:
    db.execute("DROP TABLE words")
    db.execute(TABLES[TABLES.index("CREATE VIRTUAL TABLE") :].rstrip().rstrip(";"))
    db.executemany("INSERT INTO words (rowid, title, body) VALUES (?, ?, ?)", passage_words(db))
