"""A question's way: understand -> retrieve -> read -> judge -> compose -> verify.

Each step is the module of its name and knows nothing of the others; this one knows the order.
"""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any, Protocol, TypeVar

from assistant.compose import compose, lead, silence, text_of
from assistant.judge import Judgement, judge
from assistant.reader import Reader, Reading
from assistant.records import Answer, Step
from assistant.understand import Turn, is_polar, understand
from assistant.verify import verify
from assistant.when import limits
from index import Article, Hit, Removed, Sentence

T = TypeVar("T")

READ_PASSAGES = 16
"""Passages that the reader sees. Of 300 train questions on 4,656 news articles .92 have a passage with the answer among
the first 16 and .93 among 24, whose reading takes half as long again."""
NEAREST = 3
"""Passages shown when nothing answers."""
_OPINION = re.compile(r"\b(?:opinion|op-ed|editorial|commentary|column|comment|letters?|viewpoint|perspectives?)\b", re.I)
STEPS = ("understand", "retrieve", "read", "judge", "compose", "verify")


class Record(Protocol):
    """What a question needs of an index."""

    def search(
        self, question: str, k: int = 10, *, since: str | None, until: str | None, sources: Sequence[str] | None
    ) -> list[Hit]:
        """The best passages."""

    def sentences(self, hit: Hit) -> tuple[Sentence, ...]:
        """The sentences of a passage."""

    def article(self, article_id: str) -> Article | None:
        """One article."""

    def removed(self, article_id: str) -> tuple[Removed, ...]:
        """What cleaning took out of it."""

    def searched(self, *, since: str | None, until: str | None, sources: Sequence[str] | None) -> dict[str, object]:
        """What is searched under these filters."""


@dataclass(frozen=True)
class Asked:
    """A question with all that was said beside it; checked already."""

    question: str
    history: Sequence[Turn] = ()
    since: str | None = None
    until: str | None = None
    sources: tuple[str, ...] | None = None
    today: str | None = None

    @property
    def filters(self) -> dict[str, Any]:
        """As `Record` takes them."""
        return {"since": self.since, "until": self.until, "sources": self.sources}


def walk(asked: Asked, record: Record, reader: Reader) -> Iterator[Step | Answer]:
    """The steps as they are taken, and at last the answer."""
    clock = _Clock()
    yield _step("understand", asked.question)
    asked_alone = clock.timed("understand", lambda: understand(asked.question, asked.history))
    stated = limits(asked_alone, asked.today)
    if not (asked.since or asked.until):  # what was given beside the question goes before what it says itself
        asked = replace(asked, since=stated.since, until=stated.until)
    question = stated.question
    searched = record.searched(**asked.filters)
    yield _step("retrieve", f"searching {searched['articles']:,} articles")
    hits = clock.timed("retrieve", lambda: record.search(question, READ_PASSAGES, **asked.filters))
    yield _step("read", f"reading {len(hits)} passages")
    readings = clock.timed("read", lambda: read(question, hits, record, reader))
    yield _step("judge", f"weighing {sum(len(reading.evidence) for reading in readings)} sentences")
    judgement = clock.timed("judge", lambda: _judged(question, readings, record, reader))
    yield _step("compose", f"quoting {len(judgement.supports)}")
    composed = clock.timed("compose", lambda: compose(judgement, record.article))
    yield _step("verify", f"checking {len(composed.citations)} citations")
    findings, citations = clock.timed(
        "verify", lambda: verify(composed.findings, composed.citations, record.article, record.removed)
    )
    whole = len(findings) == len(composed.findings)  # an article may be removed while the question is answered
    answer = Answer(
        asked.question, question, judgement.status, judgement.verdict if whole else None, composed.short if whole else None,
        text_of(findings, lead(judgement) if whole else ""), findings, citations, judgement.changed and whole,
        judgement.confidence, searched=searched,
    )  # fmt: skip
    if not findings:
        answer = _silent(answer, readings)
    yield replace(answer, seconds=clock.seconds())


def _judged(question: str, readings: Sequence[Reading], record: Record, reader: Reader) -> Judgement:
    polar = is_polar(question)
    threshold = reader.polar_threshold if polar else reader.threshold
    return judge(readings, threshold, question=question, polar=polar, opinion=lambda hit: _is_opinion(record, hit))


def _is_opinion(record: Record, hit: Hit) -> bool:
    """Whether the section or the headline says that an article is a view, not a report."""
    article = record.article(hit.article_id)
    told = f"{article.section or ''} {(article.title or '').split(':')[0]}" if article else ""
    return bool(_OPINION.search(told))


def read(question: str, hits: Sequence[Hit], record: Record, reader: Reader) -> list[Reading]:
    """The reader's readings of the passages, most relevant first."""
    readings = reader.read(question, [(hit, record.sentences(hit)) for hit in hits])
    return sorted(readings, key=lambda reading: -reading.relevance)


def _silent(answer: Answer, readings: Sequence[Reading]) -> Answer:
    nearest = tuple(ranked(readings)[:NEAREST])
    return replace(
        answer, status="not_on_record", verdict=None, short=None, changed=False, confidence=None,
        text=silence(answer.searched), nearest=nearest,
    )  # fmt: skip


def ranked(readings: Sequence[Reading]) -> list[Hit]:
    """The passages in the reader's order, scored by it."""
    return [
        replace(reading.hit, score=reading.relevance, scores={**reading.hit.scores, "retrieval": reading.hit.score})
        for reading in readings
    ]


def _step(name: str, detail: str) -> Step:
    return Step(name, detail, STEPS.index(name), len(STEPS))


class _Clock:
    """Wall-clock seconds of each step."""

    def __init__(self) -> None:
        self._began = time.perf_counter()
        self._taken: dict[str, float] = {}

    def timed(self, name: str, work: Callable[[], T]) -> T:
        began = time.perf_counter()
        found = work()
        self._taken[name] = time.perf_counter() - began
        return found

    def seconds(self) -> dict[str, float]:
        """Of each step, and `total`."""
        return {**self._taken, "total": time.perf_counter() - self._began}
