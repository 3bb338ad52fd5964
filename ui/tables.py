"""The tables of an evaluation, as text: pure functions."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict

from eval.compare import Comparison
from eval.records import Result
from eval.run import Run
from eval.totals import Score, by_group, confusion
from ui.plain import cut, safe
from ui.terminal import bold, dim

SHOWN_CASES = 10
_WIDTH = 24


def run(found: Run) -> str:
    """A run: what was asked of what, every number with its interval, kinds, verdicts, and what went wrong."""
    about = found.about
    asked = f"{len(found.results):,} of {about['cases']:,} questions over {about['articles_count']:,} articles"
    lines = [f"{bold(safe(about['suite']))}, {safe(about['system'])}: {asked}", dim(safe(about["machine"])), ""]
    lines += [dim(f"{'measure':{_WIDTH}} {'value':>9}   {'95 % interval':>17}  cases")]
    lines += [_row(score) for score in found.summary()]
    groups = {name: told for name, told in by_group(found.results).items() if not name.startswith("#")}
    if len(groups) > 1:
        lines += ["", dim("right, by kind")]
        lines += [_numbers(name, told.value, told.low, told.high, told.n) for name, told in groups.items()]
    lines += _confusion(found.results)
    reasons = _reasons(found.results)
    if reasons:
        lines += ["", dim("not right"), *(f"{count:5,}  {safe(reason)}" for reason, count in reasons[:SHOWN_CASES])]
    warned = [one for one in found.results if one.warnings or one.error]
    if warned:
        lines += ["", bold(f"{len(warned):,} with a warning", "yellow")]
        lines += [
            f"  {safe(one.id)}: {safe('; '.join([*one.warnings, *filter(None, [one.error])]))}"
            for one in warned[:SHOWN_CASES]
        ]
    return "\n".join(lines)


def as_json(found: Run, against: Comparison | None) -> str:
    """The same as JSON: what was measured, every number with its interval, kinds, cases with a warning, the comparison."""
    told: dict[str, object] = {
        "about": found.about,
        "metrics": found.metrics(),
        "intervals": {score.name: asdict(score.estimate) for score in found.summary()},
        "by_group": {name: asdict(estimate) for name, estimate in by_group(found.results).items()},
        "warnings": {
            one.id: [*one.warnings, *filter(None, [one.error])] for one in found.results if one.warnings or one.error
        },
    }
    if against:
        told["comparison"] = {
            "differences": {name: asdict(one) for name, one in against.differences.items()},
            **{name: [after.id for _, after in getattr(against, name)] for name in ("won", "lost", "changed")},
            "shared": against.shared,
        }
    return json.dumps(told, ensure_ascii=False, indent=2)


def comparison(found: Comparison, before: Run) -> str:
    """What was won and lost against an earlier run."""
    lines = ["", bold(f"Against {safe(before.about['system'])} of {before.about['started']}"), ""]
    lines += [dim(f"{'measure':{_WIDTH}} {'change':>9}   {'95 % interval':>17}      p  cases")]
    for name, one in found.differences.items():
        lines.append(f"{name:{_WIDTH}} {one.value:+9.3f}   {one.low:+.3f} to {one.high:+.3f}  {_p(one.p)}  {one.n:5,}")
    counts = f"{len(found.won):,} won, {len(found.lost):,} lost, {len(found.changed):,} otherwise with the same worth"
    lines += ["", f"{counts}, of {found.shared:,} that both were asked"]
    for label, color, pairs in (("won", "green", found.won), ("lost", "red", found.lost)):
        for _, after in pairs[:SHOWN_CASES]:
            lines.append(f"  {bold(label, color)}  {safe(after.id)}: {cut(safe(after.question), 90)}")
        if len(pairs) > SHOWN_CASES:
            lines.append(f"  ... and {len(pairs) - SHOWN_CASES:,} more {label}")
    return "\n".join(lines)


def _row(score: Score) -> str:
    told = score.estimate
    return _numbers(score.name, told.value, told.low, told.high, told.n)


def _numbers(name: str, value: float, low: float, high: float, n: int) -> str:
    return f"{name:{_WIDTH}} {value:9.3f}   {low:7.3f} to {high:.3f}  {n:5,}"


def _p(p: float) -> str:
    return f"{p:5.3f}" if p >= 0.001 else "<.001"


def _confusion(results: Sequence[Result]) -> list[str]:
    counts = confusion(results)
    if not counts:
        return []
    given = [name for name in ("yes", "no", "mixed", "none", "silence") if any(pair[1] == name for pair in counts)]
    lines = ["", dim(f"{'true verdict / given':{_WIDTH}}" + "".join(f"{name:>9}" for name in given))]
    for true in ("yes", "no", "mixed"):
        if any(pair[0] == true for pair in counts):
            lines.append(f"{true:{_WIDTH}}" + "".join(f"{counts.get((true, name), 0):9,}" for name in given))
    return lines


def _reasons(results: Sequence[Result]) -> list[tuple[str, int]]:
    counts: dict[str, int] = {}
    for one in results:
        if one.why:
            counts[one.why] = counts.get(one.why, 0) + 1
    return sorted(counts.items(), key=lambda row: (-row[1], row[0]))
