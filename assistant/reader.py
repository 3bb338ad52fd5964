"""What reads a question and passages together. The seam that a trained model, or any stronger one, fills."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from index import Hit, Sentence


@dataclass(frozen=True)
class Evidence:
    """A sentence of a passage that may answer the question, with what is not to be quoted without it."""

    start: int
    end: int
    """Offsets into the article's text."""
    score: float
    """How well it answers, 0..1; comparable within one question only."""
    support: float
    """P(this sentence answers the question), 0..1; comparable between questions: what silence is decided on."""
    span: tuple[int, int] | None = None
    """The exact words that answer, as offsets into the article's text; None when the reader doesn't find spans."""
    stance: tuple[float, float, float] | None = None
    """P(yes), P(no), P(neither) for a yes/no question; None when the reader doesn't judge stance."""


@dataclass(frozen=True)
class Reading:
    """What a reader made of one passage."""

    hit: Hit
    relevance: float
    """What passages are ordered by, highest first; comparable within one question only."""
    evidence: tuple[Evidence, ...]
    """Best first; empty when nothing in the passage can be quoted."""


class Reader(Protocol):
    """Reads a question and the passages that retrieval brought."""

    @property
    def name(self) -> str:
        """Names the reader and its weights."""

    @property
    def threshold(self) -> float:
        """`Evidence.support` below which the record is silent."""

    @property
    def polar_threshold(self) -> float:
        """The same for yes/no questions."""

    def read(self, question: str, passages: Sequence[tuple[Hit, tuple[Sentence, ...]]]) -> list[Reading]:
        """One reading a passage, in the order given. Each passage comes with its sentences."""
