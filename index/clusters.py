"""Which cluster of copies an article belongs to: the rows of the record that `index.copies` compares."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Collection

from index.copies import candidates, likeness, near_in_time, same_story

COMPARED = 12
"""Articles that a new one is compared with, at most, and members of their clusters."""
MOST = 2 / 3
"""A new article joins a cluster when it is a copy of this share of its members."""


def cluster_of(db: sqlite3.Connection, text: str, day: int, sketched: Collection[int]) -> int | None:
    """The cluster whose members a text is a copy of: of most of them, or a digest of two stories would join them."""
    shared = db.execute(
        "SELECT p.article, count(*), a.sketched FROM json_each(?) j JOIN prints p ON p.hash = j.value "
        "JOIN articles a ON a.number = p.article GROUP BY p.article",
        (json.dumps(list(sketched)),),
    )
    best = (0.0, 0)
    seen: set[int] = set()
    for other in candidates(len(sketched), shared)[:COMPARED]:
        cluster = db.execute("SELECT cluster FROM articles WHERE number = ?", (other,)).fetchone()[0]
        if cluster in seen:
            continue
        seen.add(cluster)
        members = db.execute(
            "SELECT text, day FROM articles WHERE cluster = ? AND current = 1 LIMIT ?", (cluster, COMPARED)
        ).fetchall()
        same = [near_in_time(day, its_day) and same_story(text, its) for its, its_day in members]
        if sum(same) >= MOST * len(members):
            best = max(best, (max(likeness(text, its) for its, _ in members), cluster))
    return best[1] or None
