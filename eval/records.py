"""The records of an evaluation: what is asked, what is true, and what came of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal, get_args

from index import Article

Kind = Literal["fact", "list", "yes_no", "unanswerable", "conflict"]
KINDS: tuple[str, ...] = get_args(Kind)
VERDICTS = ("yes", "no", "mixed")


@dataclass(frozen=True)
class Gold:
    """Evidence that is known to answer a question."""

    quote: str
    article: str | None = None
    """Id, url or file name of its article; None when unknown."""


@dataclass(frozen=True)
class Case:
    """A question and what is known of the truth."""

    id: str
    question: str
    kind: str | None = None
    """One of `KINDS`; None when nothing is known of the truth."""
    answers: tuple[tuple[str, ...], ...] = ()
    """What is right, each with its accepted spellings: any one of a `fact`, all of a `list`, each side of a `conflict`."""
    wrong: tuple[str, ...] = ()
    """What must not be given as the answer."""
    verdict: str | None = None
    evidence: tuple[Gold, ...] = ()
    history: tuple[tuple[str, str], ...] = ()
    standalone: str | None = None
    """The question as a person rewrote it to be understood without its history."""
    since: str | None = None
    until: str | None = None
    sources: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    articles: tuple[Article, ...] = ()
    """What this case is asked of, where it brings its own articles."""

    @property
    def accepted(self) -> tuple[str, ...]:
        """Every accepted string."""
        return tuple(one for group in self.answers for one in group)


@dataclass(frozen=True)
class Suite:
    """Questions, and the articles that they are asked of."""

    name: str
    cases: tuple[Case, ...]
    articles: tuple[Path | Article, ...] = ()
    """For the whole suite; indexed once and kept."""
    index: Path | None = None
    """An index that is there already."""
    digest: str = ""
    """First 16 hex digits of the SHA-256 of questions and articles."""
    about: Mapping[str, str] = field(default_factory=dict)
    """Where it comes from: data sets with their digests, the split."""


@dataclass(frozen=True)
class Result:
    """What came of one case. Plain values, so that a run can be kept as JSON lines."""

    id: str
    question: str
    kind: str | None
    tags: tuple[str, ...]
    truth: Mapping[str, Any]
    """`answers`, `wrong`, `verdict`, `evidence`."""
    answer: Mapping[str, Any] | None
    """`Answer.to_dict()`; None when the system failed."""
    hits: tuple[Mapping[str, Any], ...] | None
    """Passages that were retrieved, best first; None when the system doesn't tell."""
    scores: Mapping[str, float | None]
    right: bool | None
    """Whether the answer is right as `eval.metrics.right` says; None when the truth is not known."""
    why: str
    """Why it is not right; '' when it is."""
    seconds: float
    error: str = ""
    warnings: tuple[str, ...] = ()
    """Evidence whose article is not there, quotes that are not in their article."""

    @property
    def answered(self) -> bool:
        """Whether anything but silence was given."""
        return self.answer is not None and self.answer["status"] != "not_on_record"

    @property
    def confidence(self) -> float | None:
        """As the answer gives it."""
        found = self.answer["confidence"] if self.answer else None
        return None if found is None else float(found)
