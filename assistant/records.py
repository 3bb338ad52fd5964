"""The records of an answer. All frozen; a citation is made from offsets, never from generated text."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any, Literal

from index import Hit

Status = Literal["answered", "conflicting", "not_on_record"]
Verdict = Literal["yes", "no", "mixed"]
Stance = Literal["yes", "no"]


@dataclass(frozen=True)
class Citation:
    """One quote with one marker: `quote == article.text[start:end]`, always."""

    marker: int
    article_id: str
    start: int
    end: int
    quote: str
    title: str | None = None
    source: str | None = None
    author: str | None = None
    published: str | None = None
    url: str | None = None
    speaker: str | None = None
    """Who said it, only where the text says so."""
    said_on: str | None = None
    """ISO day when it can be resolved, else the article's own word («Friday»), else None."""
    copies: int = 0
    """How many other articles printed the same story."""


@dataclass(frozen=True)
class Finding:
    """One thing that is on record, in words that carry their quotes, and the citations they rest on."""

    text: str
    stance: Stance | None = None
    markers: tuple[int, ...] = ()


@dataclass(frozen=True)
class Answer:
    """What is on record about a question."""

    question: str
    understood: str
    """The question as it was understood (a follow-up made standalone)."""
    status: Status
    verdict: Verdict | None = None
    short: str | None = None
    text: str = ""
    """Readable, with [n] markers; derived from `findings`."""
    findings: tuple[Finding, ...] = ()
    citations: tuple[Citation, ...] = ()
    changed: bool = False
    confidence: float | None = None
    """P(the answer is right | an answer was given), calibrated; None when silent or not calibrated."""
    nearest: tuple[Hit, ...] = ()
    """When silent: the closest passages."""
    searched: Mapping[str, Any] = field(default_factory=dict)
    seconds: Mapping[str, float] = field(default_factory=dict)

    def to_dict(self) -> dict[str, Any]:
        """The same as plain values, ready for JSON."""
        return asdict(self)


@dataclass(frozen=True)
class Step:
    """How far a question has come; what `Assistant.stream` yields before the answer."""

    name: str
    """One of understand, retrieve, read, judge, compose, verify."""
    detail: str
    done: int
    total: int
