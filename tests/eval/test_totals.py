"""What is measured of all cases together, against figures worked out by hand; intervals and tests."""

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from eval.compare import compare
from eval.intervals import RESAMPLES, estimate, mcnemar, mean, paired
from eval.records import Result
from eval.run import Run
from eval.totals import (
    answered_share,
    by_group,
    calibration_error,
    confusion,
    percentile,
    reliability,
    right_when_answered,
    risk_area,
    risk_coverage,
    silence_f1,
    silence_precision,
    silence_recall,
    summary,
)
from index import UsageError


def result(id_: str, kind: str = "fact", right: bool | None = True, confidence: float | None = None, **more: Any) -> Result:
    status = more.pop("status", "answered")
    answer = {"status": status, "confidence": confidence, "verdict": more.pop("verdict", None), "text": more.pop("text", "")}
    scores = {"right": None if right is None else float(right)}
    blank = {"tags": (), "truth": {}, "hits": None, "why": "", "seconds": 0.1}
    return Result(id_, "?", kind, answer=answer, scores=scores, right=right, **{**blank, **more})


SILENT = {"status": "not_on_record"}
MIXED = [
    result("a"),
    result("b", right=False),
    result("c", right=False, **SILENT),
    result("d", "unanswerable", **SILENT),
    result("e", "unanswerable", right=False),
    result("f", "unanswerable", **SILENT),
]


def test_silence() -> None:
    assert silence_precision(MIXED) == pytest.approx(2 / 3)
    assert silence_recall(MIXED) == pytest.approx(2 / 3)
    assert silence_f1(MIXED) == pytest.approx(2 / 3)
    assert answered_share(MIXED) == pytest.approx(2 / 3)
    assert right_when_answered(MIXED) == pytest.approx(1 / 3)
    assert silence_precision(MIXED[:3]) is silence_recall(MIXED[:3]) is silence_f1(MIXED[:3]) is None


def test_a_failure_is_no_silence_and_no_answer() -> None:
    failed = result("x", right=False, error="it failed")
    object.__setattr__(failed, "answer", None)
    lost = result("y", "unanswerable", right=False, error="it failed")
    object.__setattr__(lost, "answer", None)
    rows = [result("a"), failed, lost, result("d", "unanswerable", **SILENT)]
    assert (answered_share(rows), right_when_answered(rows), silence_recall(rows), silence_precision(rows)) == (
        0.5,
        1,
        0.5,
        1,
    )
    assert {score.name: score.estimate.value for score in summary(rows)}["failed"] == 0.5


def test_numbers_rest_on_the_cases_that_they_count() -> None:
    rests = {score.name: score.estimate.n for score in summary(MIXED)}
    assert (rests["right"], rests["silence recall"], rests["silence precision"]) == (6, 3, 3)
    assert (rests["answered when answerable"], rests["right when answered"], rests["silence F1"]) == (3, 3, 6)


def test_the_quick_way_to_intervals_is_the_same_number() -> None:
    draw = np.random.default_rng(1)
    rows = [result(str(n), right=bool(draw.random() < 0.6), confidence=round(float(draw.random()), 1)) for n in range(80)]
    rows += [result(f"s{n}", "unanswerable", bool(n % 2), **(SILENT if n % 2 else {"confidence": 0.3})) for n in range(20)]
    found = {score.name: score.estimate for score in summary(rows)}
    for name, total in (
        ("risk-coverage area", risk_area),
        ("calibration error", calibration_error),
        ("silence F1", silence_f1),
    ):
        assert (
            found[name].value == pytest.approx(total(rows)) and found[name].low < found[name].value < found[name].high + 0.05
        )


def test_risk_against_coverage() -> None:
    rows = [
        result("a", confidence=0.9),
        result("b", confidence=0.8, right=False),
        result("c", confidence=0.8),
        result("d", **SILENT),
    ]
    assert risk_coverage(rows) == [(0.25, 0.0), (0.75, pytest.approx(1 / 3))]
    assert risk_area(rows) == pytest.approx((0.25 * 0 + 0.5 / 3) / 0.75)
    assert risk_area([*rows, result("e")]) is None


def test_calibration() -> None:
    rows = [
        result("a", confidence=0.95),
        result("b", confidence=0.93, right=False),
        result("c", confidence=0.15, right=False),
    ]
    assert reliability(rows) == [(pytest.approx(0.15), 0.0, 1), (pytest.approx(0.94), 0.5, 2)]
    assert calibration_error(rows) == pytest.approx((0.15 + 2 * 0.44) / 3)
    assert calibration_error([result("a")]) is calibration_error([]) is None
    assert calibration_error([result("a", confidence=1.0)]) == 0


@given(st.lists(st.tuples(st.floats(0, 1), st.booleans()), min_size=1, max_size=30))
def test_ranges(rows: list[tuple[float, bool]]) -> None:
    results = [result(str(at), confidence=confidence, right=right) for at, (confidence, right) in enumerate(rows)]
    assert 0 <= (calibration_error(results) or 0) <= 1 and 0 <= (risk_area(results) or 0) <= 1
    assert risk_coverage(results)[-1][0] == 1.0
    assert sum(count for *_, count in reliability(results)) == len(results)


def test_verdicts_and_groups() -> None:
    rows = [
        result("a", "yes_no", verdict="yes", truth={"verdict": "yes"}, tags=("x",)),
        result("b", "yes_no", False, verdict="no", truth={"verdict": "yes"}),
        result("c", "yes_no", False, truth={"verdict": "no"}),
        result("d", "yes_no", False, truth={"verdict": "no"}, **SILENT),
    ]
    assert confusion(rows) == {("yes", "yes"): 1, ("yes", "no"): 1, ("no", "none"): 1, ("no", "silence"): 1}
    groups = by_group(rows)
    assert groups["yes_no"].value == 0.25 and groups["#x"].n == 1


def test_time() -> None:
    rows = [result(str(at), seconds=float(at)) for at in range(101)] + [result("bad", seconds=999.0, error="it failed")]
    assert percentile(0.95)(rows) == 95


def test_the_bootstrap_is_seeded_and_covers() -> None:
    draw = np.random.default_rng(3)
    inside = 0
    for _ in range(100):
        told = mean(draw.binomial(1, 0.6, 80).tolist())
        assert told is not None
        inside += told.low <= 0.6 <= told.high
    assert 88 <= inside <= 100
    values = [0.0, 1.0, 1.0, 0.5]
    assert mean(values) == mean(values) and mean([]) is None
    assert estimate(4, lambda positions: float(np.mean([values[at] for at in positions]))).value == mean(values).value  # type: ignore[union-attr]
    assert RESAMPLES >= 1000


def test_whether_a_difference_is_real() -> None:
    assert mcnemar(0, 0) == 1 and mcnemar(5, 5) == 1
    assert mcnemar(8, 1) == pytest.approx(2 * (1 + 9) / 2**9)
    better = paired([0.0] * 20, [1.0] * 20)
    assert better.value == 1 and better.p < 0.001 and better.low == 1
    assert paired([0.2, 0.4, 0.6] * 5, [0.3, 0.5, 0.7] * 5).p < 0.01
    assert paired([0.5, 0.5], [0.5, 0.5]).p == 1
    assert paired([0.5], [0.7]).p == 1 and paired([], []).n == 0


def _run(*results: Result) -> Run:
    return Run({"suite": "s", "cases": len(results)}, results)


def test_two_runs_show_exactly_what_changed() -> None:
    first = _run(result("a"), result("b", right=False), result("c", text="x"), result("d"), result("gone"))
    second = _run(result("a", right=False), result("b"), result("c", text="y"), result("d"), result("new"))
    found = compare(first, second)
    assert [after.id for _, after in found.won] == ["b"] and [after.id for _, after in found.lost] == ["a"]
    assert [after.id for _, after in found.changed] == ["c"]
    assert (found.shared, found.only_first, found.only_second) == (4, 1, 1)
    assert found.differences["right"].value == 0 and found.differences["right"].p == 1
    with pytest.raises(UsageError, match="share no case"):
        compare(first, _run(result("else")))


def test_a_summary_leaves_out_what_has_no_score() -> None:
    names = {score.name for score in summary(MIXED)}
    assert {"right", "silence F1", "seconds p95"} <= names and not {"calibration error", "verdict"} & names
    assert summary([]) == []
