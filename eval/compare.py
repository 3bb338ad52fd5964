"""Two runs side by side: what was won and lost, and whether the difference is real."""

from __future__ import annotations

from dataclasses import dataclass

from eval.intervals import Difference, paired
from eval.metrics import METRICS
from eval.records import Result
from eval.run import Run
from index import UsageError


@dataclass(frozen=True)
class Comparison:
    """The second run against the first, on the cases that both have."""

    differences: dict[str, Difference]
    """By metric; second minus first."""
    won: tuple[tuple[Result, Result], ...]
    """(before, after) of the cases that only the second has right."""
    lost: tuple[tuple[Result, Result], ...]
    changed: tuple[tuple[Result, Result], ...]
    """Of the same worth, with another answer."""
    shared: int
    only_first: int
    only_second: int


def compare(first: Run, second: Run) -> Comparison:
    """Compares case by case. Raises UsageError when no case with the same id and question is in both."""
    before = {one.id: one for one in first.results}
    pairs = [(before[one.id], one) for one in second.results if one.id in before and before[one.id].question == one.question]
    if not pairs:
        raise UsageError(f"The runs share no case: {first.about['suite']} and {second.about['suite']}.")
    differences = {}
    for name in [*METRICS, "recall@5", "recall@10", "mrr", "ndcg@10"]:
        values = [(a.scores.get(name), b.scores.get(name)) for a, b in pairs]
        both = [(a, b) for a, b in values if a is not None and b is not None]
        if both:
            differences[name] = paired([a for a, _ in both], [b for _, b in both])
    return Comparison(
        differences,
        tuple(pair for pair in pairs if pair[1].right and pair[0].right is False),
        tuple(pair for pair in pairs if pair[0].right and pair[1].right is False),
        tuple(pair for pair in pairs if pair[0].right == pair[1].right and _said(pair[0]) != _said(pair[1])),
        len(pairs), len(first.results) - len(pairs), len(second.results) - len(pairs),
    )  # fmt: skip


def _said(result: Result) -> tuple[object, ...]:
    answer = result.answer or {}
    return (answer.get("status"), answer.get("verdict"), answer.get("short"), answer.get("text"), result.error)
