"""Versions of an article: which of two is newer, and the older ones that stay readable."""

from __future__ import annotations

import sqlite3
from datetime import UTC, datetime

from index.records import Article, Version


def moment(published: str | None, updated: str | None) -> str | None:
    """When a version was written, as far as it is known: its last change, or its publication where none is told."""
    return updated or published


def earlier(one: str | None, other: str | None) -> bool:
    """Whether the moment `one` is known to be before `other`; a moment without a time is a whole day."""
    if not one or not other:
        return False
    if "T" in one and "T" in other:
        return _in_utc(one) < _in_utc(other)
    return one[:10] < other[:10]


def newer(db: sqlite3.Connection, article: Article, url_key: str | None) -> str | None:
    """Id of the current version under the same address that is known to be newer than `article`."""
    if not url_key:
        return None
    rows = db.execute("SELECT id, published, updated FROM articles WHERE url_key = ? AND current = 1", (url_key,))
    own = moment(article.published, article.updated)
    return next((row[0] for row in rows if row[0] != article.id and earlier(own, moment(row[1], row[2]))), None)


def versions(db: sqlite3.Connection, article_id: str) -> list[Version]:
    """All versions of an article, oldest first; the current one is the last. Empty when there is no such article."""
    rows = db.execute(
        "SELECT id, title, published, updated, added, current FROM articles WHERE id = ?1 "
        "OR id = (SELECT successor FROM articles WHERE id = ?1) OR successor = ?1 "
        "OR successor = (SELECT successor FROM articles WHERE id = ?1) ORDER BY current, number",
        (article_id,),
    ).fetchall()
    found = [Version(row[0], row[1], row[2], row[3], row[4], bool(row[5])) for row in rows]
    moments = {one.id: moment(one.published, one.updated) for one in found}
    if all(moments[one.id] for one in found if not one.current):  # what arrived late may be older than what came before
        found.sort(key=lambda one: (one.current, one.current or _in_utc(moments[one.id] or "")))
    return found


def _in_utc(value: str) -> datetime:
    read = datetime.fromisoformat(value)
    return read.astimezone(UTC) if read.tzinfo else read.replace(tzinfo=UTC)
