"""What is measured of all cases together: silence, risk, calibration, time. Each a function of results.

All return None for no score. `summary` gives every number of a run with its interval.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from eval.intervals import Estimate, estimate, mean
from eval.metrics import METRICS
from eval.records import Result

BINS = 10
Total = Callable[[Sequence[Result]], float | None]


@dataclass(frozen=True)
class Score:
    """One row of a table."""

    name: str
    estimate: Estimate
    percent: bool = True
    """Whether it is a share (0..1); else a number of its own unit."""
    higher: bool | None = True
    """Whether more is better; None when neither."""


def silence_precision(results: Sequence[Result]) -> float | None:
    """Unanswerable among those met with silence, 0..1. No score: never silent, or nothing unanswerable was asked."""
    silent = [one for one in _known(results) if not one.answered]
    return _share([one.kind == "unanswerable" for one in silent]) if _asks_both(results) else None


def silence_recall(results: Sequence[Result]) -> float | None:
    """Met with silence among the unanswerable, 0..1. No score: nothing unanswerable was asked."""
    return _share([not one.answered for one in _known(results) if one.kind == "unanswerable"])


def silence_f1(results: Sequence[Result]) -> float | None:
    """Harmonic mean of the two, 0..1."""
    precision, recall = silence_precision(results), silence_recall(results)
    if precision is None or recall is None:
        return 0.0 if recall == 0 and _asks_both(results) else None
    return 2 * precision * recall / (precision + recall) if precision + recall else 0.0


def answered_share(results: Sequence[Result]) -> float | None:
    """Answered among the answerable, 0..1."""
    return _share([one.answered for one in _known(results) if one.kind != "unanswerable"])


def right_when_answered(results: Sequence[Result]) -> float | None:
    """Right among those answered, unanswerable ones included, 0..1: one less the risk at the coverage chosen."""
    return _share([bool(one.right) for one in _known(results) if one.answered])


def risk_coverage(results: Sequence[Result]) -> list[tuple[float, float]]:
    """(coverage, risk) when only the most confident answers are given, from one answer to all that were.

    coverage: given answers / questions; risk: wrong / given (El-Yaniv and Wiener 2010). Equal confidences enter
    together. Empty without confidences.
    """
    known = _known(results)
    rows = sorted(
        ((one.confidence, not one.right) for one in known if one.answered and one.confidence is not None), key=_first
    )
    points: list[tuple[float, float]] = []
    wrong = 0
    for given, (confidence, is_wrong) in enumerate(rows, 1):
        wrong += is_wrong
        if given == len(rows) or rows[given][0] != confidence:
            points.append((given / len(known), wrong / given))
    return points


def risk_area(results: Sequence[Result]) -> float | None:
    """Area under risk against coverage over the coverage reached, 0..1, lower is better (AURC, Geifman et al. 2019).

    No score: an answer without confidence.
    """
    if not _all_confident(results):
        return None
    points = risk_coverage(results)
    before, area = 0.0, 0.0
    for coverage, risk in points:
        area += risk * (coverage - before)
        before = coverage
    return area / before


def reliability(results: Sequence[Result], bins: int = BINS) -> list[tuple[float, float, int]]:
    """(mean confidence, share right, answers) of each bin of equal width that holds any.

    The reliability diagram of Niculescu-Mizil and Caruana 2005.
    """
    rows = [(one.confidence, bool(one.right)) for one in _known(results) if one.answered and one.confidence is not None]
    found = []
    for at in range(bins):
        inside = [row for row in rows if min(int(row[0] * bins), bins - 1) == at]
        if inside:
            found.append((float(np.mean([c for c, _ in inside])), float(np.mean([r for _, r in inside])), len(inside)))
    return found


def calibration_error(results: Sequence[Result]) -> float | None:
    """Expected calibration error, 0..1: mean over answers of |confidence - share right| of their bin (Guo et al. 2017).

    Ten bins of equal width. No score: an answer without confidence, or none.
    """
    if not _all_confident(results):
        return None
    rows = reliability(results)
    return sum(abs(confidence - share) * count for confidence, share, count in rows) / sum(count for *_, count in rows)


def confusion(results: Sequence[Result]) -> dict[tuple[str, str], int]:
    """How often each (true verdict, given verdict) came; given may be `none` (no verdict) and `silence` too."""
    counts: Counter[tuple[str, str]] = Counter()
    for one in results:
        if one.kind == "yes_no" and one.truth.get("verdict"):
            given = str((one.answer or {}).get("verdict") or "none") if one.answered else "silence"
            counts[str(one.truth["verdict"]), given] += 1
    return dict(counts)


def percentile(share: float) -> Total:
    """Seconds within which this share of the questions was answered; failures left out."""

    def seconds(results: Sequence[Result]) -> float | None:
        taken = [one.seconds for one in results if not one.error]
        return float(np.quantile(taken, share)) if taken else None

    return seconds


TOTALS: dict[str, Total] = {
    "answered when answerable": answered_share,
    "right when answered": right_when_answered,
    "silence precision": silence_precision,
    "silence recall": silence_recall,
    "silence F1": silence_f1,
    "risk-coverage area": risk_area,
    "calibration error": calibration_error,
}
TIMES: dict[str, Total] = {f"seconds p{share}": percentile(share / 100) for share in (50, 95, 99)}
_LOWER = frozenset(("wrong answer given", "risk-coverage area", "calibration error", *TIMES))
_COUNTS = frozenset(("independent sources", *TIMES))
SCORE_NAMES = (*METRICS, "recall@5", "recall@10", "mrr", "ndcg@10", *TOTALS, *TIMES)


def summary(results: Sequence[Result]) -> list[Score]:
    """Every number of a run that has a score, with its interval."""
    found = []
    for name in SCORE_NAMES:
        total = TOTALS.get(name) or TIMES.get(name)
        if total:
            told = _total(results, total)
        else:
            told = mean([value for one in results if (value := one.scores.get(name)) is not None])
        if told:
            higher = None if name == "independent sources" else name not in _LOWER
            found.append(Score(name, told, name not in _COUNTS, higher))
    return found


def by_group(results: Sequence[Result], name: str = "right") -> dict[str, Estimate]:
    """The mean of one metric for each kind, then for each tag."""
    groups: dict[str, list[float]] = {}
    for one in sorted(results, key=lambda one: one.kind or ""):
        if (value := one.scores.get(name)) is not None and one.kind:
            groups.setdefault(one.kind, []).append(value)
    for tag in sorted({tag for one in results for tag in one.tags}):
        groups[f"#{tag}"] = [value for one in results if tag in one.tags and (value := one.scores.get(name)) is not None]
    return {group: told for group, values in groups.items() if (told := mean(values))}


def metrics_of(results: Sequence[Result]) -> Mapping[str, float]:
    """Name and value of every score of a run."""
    return {score.name: score.estimate.value for score in summary(results)}


def _total(results: Sequence[Result], total: Total) -> Estimate | None:
    return estimate(len(results), lambda positions: total([results[at] for at in positions]))


def _known(results: Sequence[Result]) -> list[Result]:
    """Those whose truth is known. A failure is no silence, and no answer."""
    return [one for one in results if one.right is not None and not one.error]


def _asks_both(results: Sequence[Result]) -> bool:
    return any(one.kind == "unanswerable" for one in results)


def _all_confident(results: Sequence[Result]) -> bool:
    given = [one for one in _known(results) if one.answered]
    return bool(given) and all(one.confidence is not None for one in given)


def _share(values: Sequence[bool]) -> float | None:
    return sum(values) / len(values) if values else None


def _first(row: tuple[float, bool]) -> float:
    return -row[0]
