"""What can be wrong with the record: the rows that are not as they should be, by kind. Changes nothing.

Columns are read by their names, so that a table may grow.
"""

from __future__ import annotations

import json
import sqlite3
import zlib
from collections.abc import Iterable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field, fields, replace
from itertools import groupby
from pathlib import Path
from typing import Any

import numpy as np

from index.copies import sketch
from index.dates import day_number
from index.metadata import article_id
from index.records import Metadata
from index.schema import TABLES
from index.store import source_key

WAIT_SECONDS = 60.0
"""For another process's write."""
UNIT = 0.01
"""How far a vector's length may be from 1. Float16 keeps 11 bits of a number: the length is off by .0005 at most."""
SETTINGS = ("schema", "model", "cleaner", "index", "vectors_token")
"""Keys that `meta` must have."""


@dataclass
class Found:
    """Rows that are wrong, by kind of fault (`index.check.SENTENCES`): numbers or ids, for `file` and `words` messages."""

    rows: dict[str, list[Any]] = field(default_factory=dict)
    articles: int = 0
    """Current ones that were looked at."""
    passages: int = 0

    def note(self, kind: str, rows: Iterable[Any]) -> None:
        """Files faults of one kind; none makes no entry."""
        listed = list(rows)
        if listed:
            self.rows.setdefault(kind, []).extend(listed)


def examine(path: Path) -> Found:
    """Everything that is wrong with the record at `path`."""
    found = Found()
    if not path.stat().st_size:
        return found  # whoever made it was killed before its first table; the next to open it makes them
    try:
        with closing(connect(path)) as db:
            _file(db, found)
            if "file" not in found.rows:
                _tables(db, found)
            if not found.rows.keys() & {"file", "tables"}:
                _rows(db, found)
    except sqlite3.DatabaseError as error:
        if isinstance(error, sqlite3.OperationalError) and "locked" in str(error):
            raise
        found.note("file", [str(error)])
    return found


def connect(path: Path) -> sqlite3.Connection:
    """A connection of its own to a record, with rows by column names; text that is no UTF-8 is read all the same."""
    db = sqlite3.connect(path, timeout=WAIT_SECONDS, isolation_level=None)
    db.row_factory = sqlite3.Row
    db.text_factory = lambda data: data.decode("utf-8", "replace")
    return db


def metadata_of(row: sqlite3.Row | dict[str, Any]) -> Metadata:
    """The metadata that a row of `articles` holds."""
    names = set(row.keys())
    return Metadata(**{one.name: row[one.name] for one in fields(Metadata) if one.name in names})


def told_of(row: sqlite3.Row | dict[str, Any]) -> Metadata:
    """The same without what was read from the text: that doesn't enter the id."""
    names = (row["derived"] or "").split() if "derived" in set(row.keys()) else []
    return replace(metadata_of(row), **dict.fromkeys(names))


def missing_tables(db: sqlite3.Connection) -> list[str]:
    """Tables, indexes and columns that a record of this program has and this one lacks."""
    with closing(sqlite3.connect(":memory:")) as whole:
        whole.executescript(TABLES)
        lacking = sorted(_names(whole) - _names(db))
        for (table,) in whole.execute("SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'words%'"):
            if table not in lacking:
                lacking += [f"{table}.{column}" for column in sorted(_columns(whole, table) - _columns(db, table))]
    return lacking


def _names(db: sqlite3.Connection) -> set[str]:
    return {row[0] for row in db.execute("SELECT name FROM sqlite_master WHERE name NOT LIKE 'sqlite_auto%'")}


def _columns(db: sqlite3.Connection, table: str) -> set[str]:
    return {row[1] for row in db.execute(f"PRAGMA table_info({table})")}


def _file(db: sqlite3.Connection, found: Found) -> None:
    told = [str(row[0]) for row in db.execute("PRAGMA integrity_check") if row[0] != "ok"]
    # From SQLite 3.44 on, this examines full-text tables too: those are made anew, the file is not.
    found.note("words", (line for line in told if "fts5" in line.lower()))
    found.note("file", (line for line in told if "fts5" not in line.lower()))


def _tables(db: sqlite3.Connection, found: Found) -> None:
    found.note("tables", missing_tables(db))


def _rows(db: sqlite3.Connection, found: Found) -> None:
    """Looks at the rows of one moment: what others write meanwhile is not seen."""
    _full_text_inside(db, found)
    with _snapshot(db):
        keys = {row[0] for row in db.execute("SELECT key FROM meta")}
        found.note("settings", (key for key in SETTINGS if key not in keys))
        _articles(db, found)
        _versions(db, found)
        _loose_ends(db, found)
        if "words" not in found.rows:
            _full_text(db, found)


@contextmanager
def _snapshot(db: sqlite3.Connection) -> Iterator[None]:
    db.execute("BEGIN")
    try:
        yield
    finally:
        db.execute("ROLLBACK")


def _articles(db: sqlite3.Connection, found: Found) -> None:
    size = db.execute("SELECT length(vector) FROM passages GROUP BY 1 ORDER BY count(*) DESC LIMIT 1").fetchone()
    highest = max(row[0] or 0 for row in db.execute("SELECT max(number) FROM articles UNION ALL SELECT max(seq) FROM "
                                                    "sqlite_sequence WHERE name = 'articles'"))  # fmt: skip
    prints = _Prints(db)
    for row in db.execute("SELECT * FROM articles ORDER BY number"):
        number = row["number"]
        metadata = metadata_of(row)
        if not isinstance(row["text"], str) or article_id(row["text"], told_of(row)) != row["id"]:
            found.note("digest", [number])
            prints.of(number)
            continue  # everything else is made of these
        found.note("raw", [number] if not _unpacks(row["raw"]) else [])
        found.note("removed", [number] if not _seams_fit(row["removed"], len(row["text"])) else [])
        derived = (day_number(metadata.published), source_key(metadata.source))
        found.note("derived", [number] if derived != (row["day"], row["source_key"]) else [])
        if not (isinstance(row["cluster"], int) and 1 <= row["cluster"] <= highest):
            found.note("clusters", [number])
        wanted = sketch(row["text"]) if row["current"] else frozenset()
        if prints.of(number) != wanted or (row["current"] and row["sketched"] != len(wanted)):
            found.note("prints", [number])
        passages = db.execute("SELECT * FROM passages WHERE article = ? ORDER BY start, number", (number,)).fetchall()
        found.articles += bool(row["current"])
        found.passages += len(passages)
        if row["current"]:
            _passages(row, passages, size[0] if size else 0, found)
        elif passages:
            found.note("history", [number])
    found.note("prints", prints.rest())


class _Prints:
    """The hashes of one article after the other, by ascending number; those of articles passed over are remembered."""

    def __init__(self, db: sqlite3.Connection) -> None:
        rows = db.execute("SELECT article, hash FROM prints ORDER BY article")
        self._groups = groupby(rows, key=lambda row: row[0])
        self._next = next(self._groups, None)
        self._strays: list[int] = []

    def of(self, number: int) -> frozenset[int]:
        """Hashes of this article."""
        while self._next is not None and self._next[0] < number:
            self._strays.append(self._next[0])
            self._next = next(self._groups, None)
        if self._next is None or self._next[0] != number:
            return frozenset()
        hashes = frozenset(row[1] for row in self._next[1])
        self._next = next(self._groups, None)
        return hashes

    def rest(self) -> list[int]:
        """Numbers that have hashes and belong to no article."""
        while self._next is not None:
            self._strays.append(self._next[0])
            self._next = next(self._groups, None)
        return self._strays


def _passages(row: sqlite3.Row, passages: list[sqlite3.Row], size: int, found: Found) -> None:
    text, end = row["text"], 0
    if not passages:
        found.note("bare", [row["number"]])
        return
    left = ""
    for passage in passages:
        fits = isinstance(passage["start"], int) and isinstance(passage["end"], int)
        if not fits or not end <= passage["start"] < passage["end"] <= len(text):
            found.note("offsets", [passage["number"]])
        else:
            left += text[end : passage["start"]]
            end = passage["end"]
        if not _is_unit(passage["vector"], size):
            found.note("vectors", [passage["number"]])
    if (left + text[end:]).strip():
        found.note("uncovered", [row["number"]])


def _is_unit(vector: Any, size: int) -> bool:
    if not isinstance(vector, bytes) or len(vector) != size or size % 2:
        return False
    length = float(np.linalg.norm(np.frombuffer(vector, dtype=np.float16).astype(np.float32)))
    return abs(length - 1) <= UNIT  # False for what is no number


def _unpacks(raw: Any) -> bool:
    try:
        zlib.decompress(raw)
    except (zlib.error, TypeError):
        return False
    return True


def _seams_fit(removed: Any, chars: int) -> bool:
    try:
        parts = json.loads(removed)
        return all(0 <= at <= chars and isinstance(text, str) and isinstance(rule, str) for at, text, rule in parts)
    except (ValueError, TypeError):
        return False


def _versions(db: sqlite3.Connection, found: Found) -> None:
    """A current article has no successor; an older version has a current one."""
    rows = db.execute(
        "SELECT a.number FROM articles a LEFT JOIN articles newer ON newer.id = a.successor "
        "WHERE (a.current AND a.successor IS NOT NULL) OR (NOT a.current AND newer.current IS NOT 1)"
    )
    found.note("successors", (row[0] for row in rows))


def _loose_ends(db: sqlite3.Connection, found: Found) -> None:
    queries = {
        "orphans": "SELECT number FROM passages WHERE article NOT IN (SELECT number FROM articles)",
        "origins": "SELECT origin FROM origins WHERE article NOT IN (SELECT id FROM articles)",
        "dropped": "SELECT passage FROM dropped WHERE passage IN (SELECT number FROM passages)",
        # A number that is given twice would be taken for the passage that had it before.
        "counters": "SELECT 'articles' WHERE (SELECT coalesce(max(number), 0) FROM articles) > "
        "(SELECT coalesce(max(seq), 0) FROM sqlite_sequence WHERE name = 'articles') UNION ALL "
        "SELECT 'passages' WHERE (SELECT max(coalesce((SELECT max(number) FROM passages), 0), "
        "coalesce((SELECT max(passage) FROM dropped), 0))) > "
        "(SELECT coalesce(max(seq), 0) FROM sqlite_sequence WHERE name = 'passages')",
    }
    for kind, query in queries.items():
        found.note(kind, (row[0] for row in db.execute(query)))


def _full_text_inside(db: sqlite3.Connection, found: Found) -> None:
    """FTS5's own examination of its structures. It is asked by an INSERT, so it is left out where nothing can be written."""
    try:
        db.execute("BEGIN IMMEDIATE")
    except sqlite3.OperationalError:
        return
    try:
        db.execute("INSERT INTO words (words) VALUES ('integrity-check')")
    except sqlite3.DatabaseError as error:
        found.note("words", [str(error)])
    finally:
        db.execute("ROLLBACK")


def _full_text(db: sqlite3.Connection, found: Found) -> None:
    """Compares with the same table made anew: the table is contentless, so it can't tell by itself what it should hold."""
    with closing(sqlite3.connect("")) as fresh:  # in a temporary file, when memory is short
        fresh.executescript(TABLES[TABLES.index("CREATE VIRTUAL TABLE") :])
        fresh.executemany("INSERT INTO words (rowid, title, body) VALUES (?, ?, ?)", passage_words(db))
        try:
            sizes = "SELECT id, sz FROM words_docsize ORDER BY id"
            found.note("words", _different(db.execute(sizes), fresh.execute(sizes)))
            for one in (db, fresh):
                one.execute("CREATE VIRTUAL TABLE temp.terms USING fts5vocab('main', 'words', 'col')")
            terms = "SELECT term || ' ' || col, doc || ' ' || cnt FROM temp.terms"
            found.note("words", _different(db.execute(terms), fresh.execute(terms)))
        except sqlite3.DatabaseError as error:
            found.note("words", [str(error)])


def passage_words(db: sqlite3.Connection) -> Iterator[tuple[int, str, str]]:
    """(number, title, body) as the full-text index has them of each passage."""
    query = (
        "SELECT p.number, coalesce(a.title, ''), substr(a.text, p.start + 1, p.end - p.start) "
        "FROM passages p JOIN articles a ON a.number = p.article ORDER BY p.number"
    )
    return (tuple(row) for row in db.execute(query))


def _different(some: Iterable[Any], others: Iterable[Any]) -> list[Any]:
    """Keys whose values differ, or that only one of two lists has. Both are (key, value)."""
    mine, theirs = ({row[0]: row[1] for row in rows} for rows in (some, others))
    return sorted(key for key in mine.keys() | theirs.keys() if mine.get(key) != theirs.get(key))
