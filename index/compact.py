"""Gives back what a record no longer needs of the disk."""

from __future__ import annotations

import sqlite3
from contextlib import suppress

LEAST_PAGES, FREE = 256, 0.25
"""The file is written anew when so many of its pages (4 KB each), and this share of them, hold nothing. Less is filled by
the articles to come."""


PATIENCE = 5.0
"""Seconds to wait for somebody who reads: the log is cut by the next removal otherwise."""


def shrink(db: sqlite3.Connection) -> None:
    """Cuts the log, and rewrites the file where much of it is empty.

    Others may read meanwhile, and write before or after. Where the disk has no room for a second copy, or somebody is
    writing, the file stays as it is until the next time.
    """
    waited = db.execute("PRAGMA busy_timeout").fetchone()[0]
    db.execute(f"PRAGMA busy_timeout = {int(PATIENCE * 1000)}")
    try:
        _shrink(db)
    finally:
        db.execute(f"PRAGMA busy_timeout = {waited}")


def _shrink(db: sqlite3.Connection) -> None:
    free, pages = (db.execute(f"PRAGMA {name}").fetchone()[0] for name in ("freelist_count", "page_count"))
    if free >= LEAST_PAGES and free >= FREE * pages:
        with suppress(sqlite3.OperationalError):
            db.execute("VACUUM")
    db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
