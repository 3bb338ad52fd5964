"""The arithmetic of fitting what weighs the network's readings."""

from __future__ import annotations

import numpy as np
import pytest

from assistant.weighing import ORDER, SENTENCE_STANCE, STANCE, Candidate, weighed
from eval.fit_trained import (
    MAX_ABSENT,
    Asked,
    _best,
    _best_polar,
    _calibration_error,
    _fold,
    _reliability,
    _threshold,
    regression,
)


def _candidate(relevance: float, stance: tuple[float, float, float] | None = None) -> Candidate:
    size = len(SENTENCE_STANCE) + len(STANCE) - 1 if stance else len(ORDER)
    return Candidate(0, 0, 1, (relevance, *[0.0] * (size - 1)), None, stance)


def test_a_fitted_regression_orders_what_it_was_fitted_on() -> None:
    values = np.array([[0.0, 5.0], [1.0, 5.0], [2.0, 4.0], [3.0, 6.0]] * 5)
    weights = regression(values, np.array([False, False, True, True] * 5))
    assert weighed(weights, (3.0, 5.0)) > weighed(weights, (0.0, 5.0))
    assert weighed(weights, (3.0, 5.0)) > 0 > weighed(weights, (0.0, 5.0))


def test_the_best_sentence_is_the_one_of_the_largest_score() -> None:
    order = [1.0, *[0.0] * len(ORDER)]
    one = Asked("answerable", "news", "Who?", [_candidate(1.0), _candidate(3.0)], [False, True])
    other = Asked("removed", "news", "Who?", [_candidate(1.0), _candidate(0.5)], [False, False])
    values, truth = _best([one, other], order)
    assert truth.tolist() == [True, False]
    assert values[:, 0].tolist() == [3.0, 1.0]
    assert values[:, -2].tolist() == [2.0, 0.5], "how far it leads"


def test_a_verdict_without_the_passage_is_never_right() -> None:
    weights = [1.0, *[0.0] * len(SENTENCE_STANCE)]
    there = Asked("polar", "boolq", "Is it?", [_candidate(2.0, (0.9, 0.1, 0.0))], [True], "yes")
    wrong = Asked("polar", "boolq", "Is it so?", [_candidate(2.0, (0.1, 0.9, 0.0))], [True], "yes")
    gone = Asked("polar-removed", "boolq", "Is that?", [_candidate(2.0, (0.9, 0.1, 0.0))], [False], "yes")
    values, truth = _best_polar([there, wrong, gone], weights)
    assert truth.tolist() == [True, False, False]
    assert values.shape == (3, len(STANCE)) and values[:, 0].tolist() == [2.0, 2.0, 2.0]


def test_a_question_and_its_twin_are_in_one_fold() -> None:
    one, twin = (Asked(kind, "news", "Who signed it?", [], []) for kind in ("answerable", "removed"))
    assert _fold(one) == _fold(twin)
    assert len({_fold(Asked("", "", f"Question {number}?", [], [])) for number in range(50)}) == 5


def test_the_threshold_keeps_silent_where_the_answer_was_taken_away() -> None:
    probability = np.array([0.1, 0.2, 0.3, 0.4, 0.5, 0.9])
    absent = np.array([True, True, True, True, True, False])
    threshold = _threshold(probability, absent, MAX_ABSENT)
    assert 0.1 < (probability[absent] >= threshold).mean() <= MAX_ABSENT


def test_calibration() -> None:
    probability = np.array([0.95] * 10 + [0.05] * 10)
    sound = np.array([True] * 10 + [False] * 10)
    assert _calibration_error(probability, sound) == pytest.approx(0.05)
    assert _calibration_error(probability, ~sound) == pytest.approx(0.95)
    assert _reliability(probability, sound) == [[0.05, 0.0, 10], [0.95, 1.0, 10]]
