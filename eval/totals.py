"""What is measured of all cases together: silence, risk, calibration, time. Each a function of results.

All return None for no score. `summary` gives every number of a run with its interval.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from eval.intervals import Estimate, estimate, mean
from eval.metrics import METRICS
from eval.records import Result

BINS = 10
Floats = npt.NDArray[np.float64]
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


def failed_share(results: Sequence[Result]) -> float | None:
    """Share of the cases on which the system failed, 0..1. A failure is no answer and no silence. No score: none failed."""
    return _share([bool(one.error) for one in results]) if any(one.error for one in results) else None


def silence_precision(results: Sequence[Result]) -> float | None:
    """Unanswerable among those met with silence, 0..1. No score: never silent, or nothing unanswerable was asked."""
    return _share(_silence_precision(results)) if _asks_both(results) else None


def silence_recall(results: Sequence[Result]) -> float | None:
    """Met with silence among the unanswerable, 0..1. No score: nothing unanswerable was asked."""
    return _share(_silence_recall(results))


def silence_f1(results: Sequence[Result]) -> float | None:
    """Harmonic mean of the two, 0..1; 0 when never silent. No score: nothing unanswerable was asked."""
    precision, recall = silence_precision(results), silence_recall(results)
    if recall is None:
        return None
    return 2 * precision * recall / (precision + recall) if precision and recall else 0.0


def answered_share(results: Sequence[Result]) -> float | None:
    """Answered among the answerable, 0..1."""
    return _share(_answered(results))


def right_when_answered(results: Sequence[Result]) -> float | None:
    """Right among those answered, unanswerable ones included, 0..1: one less the risk at the coverage chosen."""
    return _share(_right_when_answered(results))


def risk_coverage(results: Sequence[Result]) -> list[tuple[float, float]]:
    """(coverage, risk) when only the most confident answers are given, from one answer to all that were.

    coverage: given answers / questions; risk: wrong / given (El-Yaniv and Wiener 2010). Equal confidences enter
    together. Empty without confidences.
    """
    confidence, wrong, asked = _risks(results)
    return list(zip(*map(list, _curve(confidence, wrong, np.ones(len(wrong)), asked)), strict=True))


def risk_area(results: Sequence[Result]) -> float | None:
    """Area under risk against coverage over the coverage reached, 0..1, lower is better (AURC, Geifman et al. 2019).

    No score: an answer without confidence.
    """
    if not _all_confident(results):
        return None
    confidence, wrong, asked = _risks(results)
    return _area(confidence, wrong, np.ones(len(wrong)), asked)


def reliability(results: Sequence[Result], bins: int = BINS) -> list[tuple[float, float, int]]:
    """(mean confidence, share right, answers) of each bin of equal width that holds any.

    The reliability diagram of Niculescu-Mizil and Caruana 2005.
    """
    confidence, wrong, _ = _risks(results)
    inside = np.minimum((confidence * bins).astype(int), bins - 1)
    rows = [(confidence[inside == at], wrong[inside == at]) for at in range(bins)]
    return [(float(c.mean()), float(1 - w.mean()), len(c)) for c, w in rows if len(c)]


def calibration_error(results: Sequence[Result]) -> float | None:
    """Expected calibration error, 0..1: mean over answers of |confidence - share right| of their bin (Guo et al. 2017).

    Ten bins of equal width. Small samples make it larger than it is, and their resamples more so: with 96 answers of a
    calibrated system it is about 0.1. No score: an answer without confidence, or none.
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
        taken = _seconds(results)
        return float(np.quantile(taken, share)) if len(taken) else None

    return seconds


TOTALS: dict[str, Total] = {
    "failed": failed_share,
    "answered when answerable": answered_share,
    "right when answered": right_when_answered,
    "silence precision": silence_precision,
    "silence recall": silence_recall,
    "silence F1": silence_f1,
    "risk-coverage area": risk_area,
    "calibration error": calibration_error,
}
TIMES: dict[str, float] = {f"seconds p{share}": share / 100 for share in (50, 95, 99)}
_LOWER = frozenset(("failed", "wrong answer given", "risk-coverage area", "calibration error", *TIMES))
_COUNTS = frozenset(("independent sources", *TIMES))
SCORE_NAMES = (*METRICS, "recall@5", "recall@10", "mrr", "ndcg@10", *TOTALS, *TIMES)


def summary(results: Sequence[Result]) -> list[Score]:
    """Every number of a run that has a score, with its interval. 10,000 cases take some seconds."""
    found = []
    for name in SCORE_NAMES:
        told = _estimate(name, results)
        if told:
            higher = None if name == "independent sources" else name not in _LOWER
            found.append(Score(name, told, name not in _COUNTS, higher))
    return found


def _estimate(name: str, results: Sequence[Result]) -> Estimate | None:
    """A number with its interval, resampled over the cases that it rests on."""
    if name in TIMES:
        taken = _seconds(results)
        return estimate(len(taken), lambda drawn: float(np.quantile(taken[drawn], TIMES[name])))
    total = TOTALS.get(name)
    if total is None:
        return mean([value for one in results if (value := one.scores.get(name)) is not None])
    if total(results) is None:
        return None
    shares = {
        "failed": [bool(one.error) for one in results], "answered when answerable": _answered(results),
        "right when answered": _right_when_answered(results), "silence precision": _silence_precision(results),
        "silence recall": _silence_recall(results),
    }  # fmt: skip
    if name in shares:
        return mean([float(value) for value in shares[name]])
    if name == "silence F1":
        known = np.array([(one.kind == "unanswerable", _silent(one)) for one in _known(results)])
        return estimate(len(known), lambda drawn: _f1_of(known[drawn, 0], known[drawn, 1]))
    confidence, wrong, asked = _risks(results)
    if name == "risk-coverage area":
        return estimate(
            len(wrong),
            lambda drawn: _area(confidence, wrong, np.bincount(drawn, minlength=len(wrong)).astype(np.float64), asked),
        )
    inside = np.minimum((confidence * BINS).astype(int), BINS - 1)
    gaps = confidence - (1 - wrong)
    return estimate(len(wrong), lambda drawn: float(np.abs(np.bincount(inside[drawn], gaps[drawn])).sum() / len(drawn)))


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


def _known(results: Sequence[Result]) -> list[Result]:
    return [one for one in results if one.right is not None]


def _silent(result: Result) -> bool:
    """A failure is no silence."""
    return not result.answered and not result.error


def _answered(results: Sequence[Result]) -> list[bool]:
    return [one.answered for one in _known(results) if one.kind != "unanswerable"]


def _right_when_answered(results: Sequence[Result]) -> list[bool]:
    return [bool(one.right) for one in _known(results) if one.answered]


def _silence_precision(results: Sequence[Result]) -> list[bool]:
    return [one.kind == "unanswerable" for one in _known(results) if _silent(one)]


def _silence_recall(results: Sequence[Result]) -> list[bool]:
    return [_silent(one) for one in _known(results) if one.kind == "unanswerable"]


def _f1_of(unanswerable: npt.NDArray[np.bool_], silent: npt.NDArray[np.bool_]) -> float | None:
    if not unanswerable.any():
        return None
    return 2 * float((unanswerable & silent).sum()) / float(unanswerable.sum() + silent.sum())


def _asks_both(results: Sequence[Result]) -> bool:
    return any(one.kind == "unanswerable" for one in results)


def _all_confident(results: Sequence[Result]) -> bool:
    given = [one for one in _known(results) if one.answered]
    return bool(given) and all(one.confidence is not None for one in given)


def _risks(results: Sequence[Result]) -> tuple[Floats, Floats, int]:
    """Confidence and wrong (0 or 1) of the answers that have a confidence, most confident first; questions asked."""
    known = _known(results)
    rows = sorted(
        ((one.confidence, not one.right) for one in known if one.answered and one.confidence is not None), reverse=True
    )
    array = np.array(rows, dtype=np.float64).reshape(-1, 2)
    return array[:, 0], array[:, 1], len(known)


def _curve(confidence: Floats, wrong: Floats, counts: Floats, asked: int) -> tuple[Floats, Floats]:
    """Coverage and risk behind each confidence, each answer taken `counts` times."""
    given, amiss = np.cumsum(counts), np.cumsum(counts * wrong)
    last = np.append(confidence[1:] != confidence[:-1], True)[: len(confidence)] & (given > 0)
    return given[last] / max(asked, 1), amiss[last] / given[last]


def _area(confidence: Floats, wrong: Floats, counts: Floats, asked: int) -> float:
    coverage, risk = _curve(confidence, wrong, counts, asked)
    return float((risk * np.diff(coverage, prepend=0.0)).sum() / coverage[-1])


def _seconds(results: Sequence[Result]) -> Floats:
    return np.array([one.seconds for one in results if not one.error], dtype=np.float64)


def _share(values: Sequence[bool]) -> float | None:
    return sum(values) / len(values) if values else None
