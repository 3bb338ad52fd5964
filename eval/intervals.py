"""How sure a number is: bootstrap intervals, and whether two runs differ."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

RESAMPLES = 1000
CONFIDENCE = 0.95
SEED = 20250214


@dataclass(frozen=True)
class Estimate:
    """A value with its interval, and the number of cases that it rests on."""

    value: float
    low: float
    high: float
    n: int


@dataclass(frozen=True)
class Difference:
    """Second minus first, on the cases that both have."""

    value: float
    low: float
    high: float
    p: float
    """Of a difference as large or larger, were there none."""
    n: int


def estimate(n: int, statistic: Callable[[npt.NDArray[np.intp]], float | None]) -> Estimate | None:
    """A statistic of `n` cases with its percentile bootstrap interval at 95 % (Efron and Tibshirani 1993, chapter 13).

    `statistic` takes positions of cases, repeated as drawn; None is no score. Of one case, and of cases that are all
    the same, the interval is the value itself: it tells nothing of cases that were not seen.
    """
    whole = statistic(np.arange(n)) if n else None
    if whole is None:
        return None
    draw = np.random.default_rng(SEED)
    drawn = [statistic(draw.integers(0, n, n)) for _ in range(RESAMPLES)]
    values = [value for value in drawn if value is not None]
    low, high = np.quantile(values, [(1 - CONFIDENCE) / 2, (1 + CONFIDENCE) / 2]) if values else (whole, whole)
    return Estimate(whole, float(low), float(high), n)


def mean(values: Sequence[float]) -> Estimate | None:
    """The mean with its interval."""
    if not values:
        return None
    array = np.asarray(values, dtype=np.float64)
    draw = np.random.default_rng(SEED)
    means = [array[draw.integers(0, len(array), len(array))].mean() for _ in range(RESAMPLES)]
    low, high = np.quantile(means, [(1 - CONFIDENCE) / 2, (1 + CONFIDENCE) / 2])
    return Estimate(float(array.mean()), float(low), float(high), len(array))


def paired(first: Sequence[float], second: Sequence[float]) -> Difference:
    """The mean difference of two runs on the same cases, with its paired bootstrap interval.

    p: McNemar's exact test (McNemar 1947; binomial, two-sided) where all values are 0 or 1, else the sign-flip
    permutation test of the mean difference (Fisher 1935), 10,000 flips.
    """
    left, right = np.asarray(first, dtype=np.float64), np.asarray(second, dtype=np.float64)
    changes = right - left
    told = mean(changes.tolist())
    if told is None:
        return Difference(0.0, 0.0, 0.0, 1.0, 0)
    if set(np.unique([left, right])) <= {0.0, 1.0}:
        p = mcnemar(int((changes > 0).sum()), int((changes < 0).sum()))
    else:
        p = _sign_flips(changes)
    return Difference(told.value, told.low, told.high, p, told.n)


def mcnemar(won: int, lost: int) -> float:
    """Two-sided exact p of `won` against `lost` discordant cases under a fair coin."""
    from scipy.stats import binomtest

    return float(binomtest(won, won + lost, 0.5).pvalue) if won + lost else 1.0


def _sign_flips(changes: npt.NDArray[np.float64]) -> float:
    from scipy.stats import permutation_test

    if not changes.any() or len(changes) < 2:
        return 1.0
    found = permutation_test(
        (changes,), lambda x, axis: np.mean(x, axis=axis), permutation_type="samples", vectorized=True,
        n_resamples=9999, batch=100,
        rng=np.random.default_rng(SEED),
    )  # fmt: skip
    return float(found.pvalue)
