"""What people think of answers, kept in a file of its own beside the record: `feedback.sqlite3` in the index's folder."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from assistant.records import Answer
from assistant.understand import is_polar
from index import StorageError

FILE = "feedback.sqlite3"
MAX_NOTE_CHARS = 2000
_SCHEMA = """
CREATE TABLE IF NOT EXISTS feedback (
    id INTEGER PRIMARY KEY,
    given TEXT NOT NULL,      -- ISO, UTC
    person TEXT,              -- login name; NULL where nobody logs in
    rating TEXT NOT NULL,     -- 'up', or the reason of a thumbs-down
    question TEXT NOT NULL,
    answer TEXT NOT NULL      -- Answer.to_dict() as JSON
)
"""


@dataclass(frozen=True)
class Feedback:
    """One thumb."""

    id: int
    given: str
    person: str | None
    rating: str
    question: str
    answer: dict[str, Any]


class FeedbackStore:
    """The file of feedback. Safe to share between threads and processes: each call opens the file anew."""

    def __init__(self, folder: Path) -> None:
        self._path = folder / FILE

    def keep(self, answer: Answer, rating: str, person: str | None = None) -> None:
        """Keeps one thumb: `rating` is «up» or a reason. Raises StorageError when the disk refuses."""
        row = (datetime.now(UTC).isoformat(timespec="seconds"), person, rating[:MAX_NOTE_CHARS], answer.question,
               json.dumps(answer.to_dict(), ensure_ascii=False))  # fmt: skip
        with self._open() as file:
            file.execute("INSERT INTO feedback (given, person, rating, question, answer) VALUES (?, ?, ?, ?, ?)", row)
            file.commit()

    def all(self) -> list[Feedback]:
        """All that was kept, oldest first."""
        if not self._path.is_file():
            return []
        with self._open() as file:
            rows = file.execute("SELECT id, given, person, rating, question, answer FROM feedback ORDER BY id").fetchall()
        return [
            Feedback(number, given, person, rating, question, json.loads(answer))
            for number, given, person, rating, question, answer in rows
        ]

    @contextmanager
    def _open(self) -> Iterator[sqlite3.Connection]:
        try:
            with closing(sqlite3.connect(self._path, timeout=10)) as file:
                file.execute(_SCHEMA)
                yield file
        except sqlite3.Error as error:
            raise StorageError(f"The feedback in {self._path} can't be kept or read ({error}).") from error


def as_suite(feedback: list[Feedback]) -> list[dict[str, Any]]:
    """Feedback as records of an evaluation suite.

    A thumbs-up says that the answer is the truth; «it should be not on record» that the question is unanswerable. Of other
    thumbs-down the truth is not known: they come with tags alone, for a person to fill in.
    """
    rows = []
    for one in feedback:
        row: dict[str, Any] = {
            "id": f"feedback-{one.id}",
            "question": one.answer["understood"],
            "tags": [f"rated-{one.rating}"],
        }
        citations = one.answer["citations"]
        if one.rating == "not_on_record" or (one.rating == "up" and one.answer["status"] == "not_on_record"):
            row["kind"] = "unanswerable"
        elif one.rating == "up" and citations:
            row["evidence"] = [{"article": citation["article_id"], "quote": citation["quote"]} for citation in citations]
            if one.answer["verdict"]:
                row |= {"kind": "yes_no", "verdict": one.answer["verdict"]}
            elif not is_polar(row["question"]):
                row["kind"] = "conflict" if one.answer["status"] == "conflicting" else "fact"
        rows.append(row)
    return rows
