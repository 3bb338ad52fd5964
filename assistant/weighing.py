"""What weighs the network's readings: the features of sentences and passages, and the regressions fitted on them.

The regressions and thresholds stand in `trained.json` with the data they were fitted on (`python -m eval.fit_trained`).
"""

from __future__ import annotations

import hashlib
import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any

from assistant.network import Output
from assistant.reader import Evidence
from index import Hit

ORDER = (
    "relevance", "span", "covered", "covered_near", "covered_passage", "covered_rare", "uncovered_peak", "type_match",
    "passage_cosine", "rank", "length", "span_type", "span_asked", "close_relevance", "close_span",
)  # fmt: skip
"""Of a sentence: the network's two readings of its passage first, then as `features.FEATURES`, then of its span, then the
network's readings of the sentence itself."""
SUPPORT = (*ORDER, "lead", "best_relevance")
"""Of the same sentence, for P(it answers): also how far it is ahead of other answers, and the best passage's relevance."""
SENTENCE_STANCE = ("settled", "decided", "relevance", "covered", "uncovered_peak", "settled_bare")
"""Of a sentence beside a yes/no question, for P(it settles the question by itself, its stance being right); the last is how
much it does so without its headline."""
STANCE = (
    "by_itself", "covered_near", "covered_passage", "agreement", "passage_settled", "passage_cosine", "pointed",
    "named", "named_before", "named_above",
)  # fmt: skip
"""Of the same sentence in its passage: the log odds of the first, then what stands around it and whether its passage's
reading points to it; at last which share of the question's names stands in the sentence, in it or the one before, in these
or the headline."""
RANK = ("relevance", "retrieval", "passage_cosine", "rank", "best_score", "settled")
"""Of a passage, for its place."""


@dataclass(frozen=True)
class Candidate:
    """A sentence, or several that are only quoted together, with its features before they are weighed."""

    passage: int
    """Position of its passage among those given."""
    start: int
    end: int
    values: tuple[float, ...]
    """As `ORDER`; for a yes/no question as `SENTENCE_STANCE`, then as `STANCE` without its first."""
    span: tuple[int, int] | None
    stance: tuple[float, float, float] | None


@dataclass(frozen=True)
class Fitted:
    """Weights of the regressions, one a feature with the intercept last, and the thresholds."""

    order: tuple[float, ...]
    support: tuple[float, ...]
    sentence_stance: tuple[float, ...]
    stance: tuple[float, ...]
    rank: tuple[float, ...]
    threshold: float
    """P(answers) below which the record is silent."""
    polar_threshold: float
    """The same for yes/no questions."""
    evidence: Mapping[str, Any]


def _file() -> str:
    return resources.files("assistant").joinpath("trained.json").read_text("utf-8")


@cache
def digest() -> str:
    """Names the regressions that ship: the first 8 hex digits of their file's SHA-256."""
    return hashlib.sha256(_file().encode()).hexdigest()[:8]


@cache
def fitted() -> Fitted:
    """The weights that ship with the project."""
    found = json.loads(_file())
    lists = {key: tuple(found[key]) for key in ("order", "support", "sentence_stance", "stance", "rank")}
    return Fitted(
        **lists, threshold=found["threshold"], polar_threshold=found["polar_threshold"], evidence=found["evidence"]
    )


def support_values(candidates: Sequence[Candidate], scores: Sequence[float]) -> list[tuple[float, ...]]:
    """For each candidate the features of SUPPORT; `scores` are their log odds of being the evidence."""
    best = max((one.values[0] for one in candidates), default=0.0)
    order = sorted(range(len(candidates)), key=lambda at: -scores[at])[:2]
    found = []
    for at, one in enumerate(candidates):
        rival = next((other for other in order if other != at), None)
        lead = scores[at] - scores[rival] if rival is not None else 4.0
        found.append((*one.values, max(-4.0, min(4.0, lead)), best))
    return found


def polar_odds(sentence_stance: Sequence[float], stance: Sequence[float], one: Candidate) -> float:
    """Log odds of «settles the question, and its stance is right»."""
    alone = len(SENTENCE_STANCE)
    return weighed(stance, (weighed(sentence_stance, one.values[:alone]), *one.values[alone:]))


def stance_values(own: Output, passage: Output) -> tuple[float, float, float, float]:
    """How much a sentence settles and decides by itself, how much its passage settles, and whether the two lean one way."""
    yes, no, _ = own.stance
    settled, decided = settled_by(own), abs(odds(yes / max(1e-6, yes + no)))
    leaning = (yes - no) / max(1e-6, yes + no)
    other = (passage.stance[0] - passage.stance[1]) / max(1e-6, passage.stance[0] + passage.stance[1])
    return settled, decided, settled_by(passage), leaning * other


def settled_by(output: Output) -> float:
    """Log odds that a reading says yes or no rather than neither."""
    return -odds(output.stance[2])


def rank_values(hit: Hit, rank: int, output: Output, best: Sequence[Evidence], *, polar: bool) -> tuple[float, ...]:
    """The features of RANK."""
    settled = settled_by(output) if polar else 0.0
    return (
        output.relevance, hit.scores.get("retrieval", hit.score), hit.scores.get("dense", 0.0), 1 / (1 + rank),
        best[0].score if best else 0.0, settled,
    )  # fmt: skip


def weighed(weights: Sequence[float], values: Sequence[float]) -> float:
    """Log odds: the weighted sum with the intercept, which comes last."""
    return weights[-1] + sum(weight * value for weight, value in zip(weights, values, strict=False))


def logistic(odds: float) -> float:
    """The probability of log odds."""
    return 1 / (1 + math.exp(-max(-30.0, min(30.0, odds))))


def odds(probability: float) -> float:
    """Log odds of a probability, within nine of nought."""
    bounded = min(1 - 1e-4, max(1e-4, probability))
    return math.log(bounded / (1 - bounded))
