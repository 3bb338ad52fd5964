"""A run as one HTML page that needs nothing else: numbers, plots, and every case open to reading."""

from __future__ import annotations

import re
from collections.abc import Iterator
from importlib import resources
from pathlib import Path
from typing import Any

from eval.compare import Comparison, compare
from eval.matching import normalised
from eval.metrics import is_gold
from eval.plots import groups_plot, latency_plot, reliability_plot, risk_plot
from eval.records import VERDICTS, Result
from eval.run import Run
from eval.totals import by_group, confusion

GIVEN = (*VERDICTS, "none", "silence")


def write_page(run: Run, path: str | Path, before: Run | None = None) -> Path:
    """Writes the page of a run, beside an earlier one when given. Returns its path; raises OSError where it can't."""
    place = Path(path)
    place.parent.mkdir(parents=True, exist_ok=True)
    place.write_text(page(run, before), encoding="utf-8")
    return place


def page(run: Run, before: Run | None = None) -> str:
    """The HTML text."""
    from jinja2 import Environment, StrictUndefined

    environment = Environment(autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)
    environment.filters["marked"] = marked
    template = environment.from_string(resources.files("eval").joinpath("page.html").read_text("utf-8"))
    results = run.results
    groups = by_group(results)
    comparison = compare(before, run) if before else None
    found = run.summary()
    return template.render(
        run=run, scores=found, values={score.name: score for score in found}, groups=groups, given=GIVEN,
        confusion=_table(results),
        plots=[
            ("Right, by kind and tag", groups_plot(groups)),
            ("Risk against coverage", risk_plot(results)),
            ("Reliability", reliability_plot(results)),
            ("Time to answer", latency_plot(results)),
        ],
        cases=list(_cases(results, comparison)), comparison=comparison, before=before,
    )  # fmt: skip


def marked(text: str, answers: list[list[str]]) -> list[tuple[str, bool]]:
    """`text` in pieces, each with whether it is an accepted answer; words are compared as the metrics compare them."""
    wanted = [normalised(one).split() for group in answers for one in group]
    words = re.split(r"(?<=\s)(?=\S)", text)  # each with the space behind it
    folded = [normalised(word).split() for word in words]
    hit = [False] * len(words)
    for want in filter(None, wanted):
        for begin in range(len(words)):
            got: list[str] = []
            for end in range(begin, len(words)):
                got += folded[end]
                if len(got) >= len(want):
                    if got == want:
                        hit[begin : end + 1] = [True] * (end + 1 - begin)
                    break
    pieces: list[tuple[str, bool]] = []
    for word, is_hit, goes_on in zip(words, hit, [*hit[1:], False], strict=True):
        bare = word.rstrip()  # the space behind the last marked word is not marked
        parts = [(bare, True), (word[len(bare) :], False)] if is_hit and not goes_on else [(word, is_hit)]
        for part, marks in parts:
            if pieces and pieces[-1][1] == marks:
                pieces[-1] = (pieces[-1][0] + part, marks)
            elif part or not pieces:
                pieces.append((part, marks))
    return pieces


def _table(results: tuple[Result, ...]) -> dict[str, list[tuple[int, float]]]:
    """For each true verdict, count and share of each given one."""
    counts = confusion(results)
    table = {}
    for true in VERDICTS:
        row = [counts.get((true, given), 0) for given in GIVEN]
        if any(row):
            table[true] = [(count, count / sum(row)) for count in row]
    return table


def _cases(results: tuple[Result, ...], comparison: Comparison | None) -> Iterator[dict[str, Any]]:
    moved = {}
    if comparison:
        moved = {after.id: "won" for _, after in comparison.won} | {after.id: "lost" for _, after in comparison.lost}
    for one in results:
        evidence = one.truth.get("evidence") or []
        citations = [
            {**citation, "gold": any(is_gold(gold["quote"], citation["quote"]) for gold in evidence)}
            for citation in (one.answer or {}).get("citations", ())
        ]
        state = "unknown" if one.right is None else ("right" if one.right else "wrong")
        yield {"result": one, "citations": citations, "state": state, "moved": moved.get(one.id, ""), "evidence": evidence}
