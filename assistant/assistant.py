"""The assistant: a question in, an Answer out. The public face of this package."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from types import TracebackType

import assistant.wire as wire
from assistant.pipeline import Asked, Record, ranked, read, walk
from assistant.reader import Reader
from assistant.records import Answer, Step
from assistant.settings import Settings
from assistant.understand import Turn
from index import Hit, Index, UsageError, check_filters, check_question


class Assistant:
    """Answers questions from one index. Models load once; safe to share between threads."""

    def __init__(
        self, index: str | os.PathLike[str] | Index, *, reader: Reader | None = None, settings: Settings | None = None
    ) -> None:
        """`index` is a folder or an open Index; `reader` takes the place of the built-in one.

        Raises IndexMissing, IndexIncompatible or IndexDamaged.
        """
        self._owned = not isinstance(index, Index)
        if isinstance(index, Index):
            self._index = index
        else:
            given = settings or Settings()
            self._index = wire.index(replace(given, index=os.fspath(index)))
        self._reader = reader or wire.reader(self._index, settings.reader if settings else None)

    def answer(
        self,
        question: str,
        history: Sequence[Turn] = (),
        *,
        since: str | None = None,
        until: str | None = None,
        sources: Sequence[str] | None = None,
        today: str | None = None,
    ) -> Answer:
        """What is on record about a question.

        `history` is the conversation so far, oldest first; `since`, `until` (ISO dates, both included) and `sources`
        leave out other articles, those of unknown date too when a date is given. A question that points back («when was
        that?») is made standalone from `history`; `Answer.understood` shows how. A filter that the question states («in
        articles since Friday») is used where none is given; «Friday» is counted from `today` (an ISO date; else the day it
        is). Raises UsageError for an empty or over-long question or a wrong filter.
        """
        steps = self.stream(question, history, since=since, until=until, sources=sources, today=today)
        return next(step for step in steps if isinstance(step, Answer))

    def stream(
        self,
        question: str,
        history: Sequence[Turn] = (),
        *,
        since: str | None = None,
        until: str | None = None,
        sources: Sequence[str] | None = None,
        today: str | None = None,
    ) -> Iterator[Step | Answer]:
        """The steps as they are taken, and at last the answer. Arguments and errors as `answer`."""
        if today is not None:
            check_filters(today, None, None)
        asked = replace(_asked(question, history, since, until, sources), today=today)
        return walk(asked, self._record, self._reader)

    def search(
        self,
        question: str,
        k: int = 10,
        *,
        since: str | None = None,
        until: str | None = None,
        sources: Sequence[str] | None = None,
    ) -> list[Hit]:
        """The `k` best passages, in the reader's order. Raises UsageError as `answer` does."""
        asked = _asked(question, (), since, until, sources)
        hits = self._index.search(asked.question, k, **asked.filters)
        return ranked(read(asked.question, hits, self._record, self._reader))

    def answer_many(self, questions: Iterable[str], *, history: Sequence[Turn] = ()) -> list[Answer]:
        """One answer a question, in order."""
        return [self.answer(question, history) for question in questions]

    @property
    def index(self) -> Index:
        """The index that is asked."""
        return self._index

    @property
    def reader(self) -> Reader:
        """What reads the passages."""
        return self._reader

    def close(self) -> None:
        """Lets go of the index, when this object opened it."""
        if self._owned:
            self._index.close()

    def __enter__(self) -> Assistant:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.close()

    @property
    def _record(self) -> Record:
        return self._index


def answer(
    question: str,
    index: str | os.PathLike[str] | Index,
    history: Sequence[Turn] = (),
    *,
    since: str | None = None,
    until: str | None = None,
    sources: Sequence[str] | None = None,
) -> Answer:
    """One question, one answer; for more than one, keep an `Assistant`. Arguments and errors as `Assistant.answer`."""
    with Assistant(index) as desk:
        return desk.answer(question, history, since=since, until=until, sources=sources)


def _asked(
    question: str, history: Sequence[Turn], since: str | None, until: str | None, sources: Sequence[str] | None
) -> Asked:
    chosen = check_filters(since, until, sources)
    for turn in history:
        if not (isinstance(turn, tuple | list) and len(turn) == 2 and isinstance(turn[0], str)):
            raise UsageError("history takes pairs of a question and its answer, oldest first.")
    return Asked(check_question(question), tuple(history), chosen.since, chosen.until, chosen.sources or None)
