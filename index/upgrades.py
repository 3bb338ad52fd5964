"""Indexes of earlier schemas, brought to this one in place: one function a step, from the schema that is its key."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Collection

import index.addresses as addresses
from index.copies import sketch
from index.datelines import dateline
from index.schema import SCHEMA, TABLES

JoinCopies = Callable[[sqlite3.Connection, int, str, int, Collection[int]], None]
Step = Callable[[sqlite3.Connection, JoinCopies], None]


def upgrade(db: sqlite3.Connection, join_copies: JoinCopies) -> None:
    """Walks the steps that an index lacks, within the caller's transaction: whoever waited for it finds nothing to do."""
    found = int(db.execute("SELECT value FROM meta WHERE key = 'schema'").fetchone()[0])
    for schema in range(found, SCHEMA):
        STEPS[schema](db, join_copies)
    db.execute("UPDATE meta SET value = ? WHERE key = 'schema'", (str(SCHEMA),))


def _copies(db: sqlite3.Connection, join_copies: JoinCopies) -> None:
    """Schema 1 knew no copies: some seconds for 1,000 articles."""
    db.execute("ALTER TABLE articles ADD COLUMN sketched INTEGER NOT NULL DEFAULT 0")
    db.execute(
        "CREATE TABLE IF NOT EXISTS prints (hash INTEGER NOT NULL, article INTEGER NOT NULL, PRIMARY KEY (hash, article)) "
        "WITHOUT ROWID"
    )
    rows = db.execute("SELECT number, text, day FROM articles WHERE current = 1 ORDER BY number").fetchall()
    for number, text, day in rows:
        join_copies(db, number, text, day, sketch(text))


def _versions(db: sqlite3.Connection, _: JoinCopies) -> None:
    """Schema 2 knew neither last changes nor places, and compared addresses letter by letter."""
    for column in ("url_key TEXT", "updated TEXT", "place TEXT", "derived TEXT NOT NULL DEFAULT ''"):
        db.execute(f"ALTER TABLE articles ADD COLUMN {column}")
    for statement in filter(str.strip, TABLES.split(";\n")):
        db.execute(statement)
    rows = db.execute("SELECT number, url, substr(text, 1, 2000) FROM articles ORDER BY number").fetchall()
    for number, url, text in rows:
        place = dateline(text).place
        db.execute(
            "UPDATE articles SET url_key = ?, place = ?, derived = ? WHERE number = ?",
            (addresses.key(url) if url else None, place, "place" if place else "", number),
        )


STEPS: dict[int, Step] = {1: _copies, 2: _versions}
