"""The plots of a page, as SVG that takes the page's own colours."""

from __future__ import annotations

import io
import re
from collections.abc import Mapping, Sequence
from typing import Any

from eval.intervals import Estimate
from eval.records import Result
from eval.totals import reliability, risk_coverage

INK, MAIN, SECOND = "#010203", "#040506", "#070809"
"""Stand-ins for the page's colours: matplotlib writes them, the page replaces them."""
_COLOURS = {INK: "currentColor", MAIN: "var(--main)", SECOND: "var(--second)"}
MAX_GROUPS = 24


def risk_plot(results: Sequence[Result]) -> str | None:
    """Risk against coverage; None without confidences."""
    points = risk_coverage(results)
    if len(points) < 2:
        return None
    figure, axes = _figure(4.6, 3.0)
    axes.step([x for x, _ in points], [y for _, y in points], where="pre", color=MAIN, linewidth=1.8)
    axes.set(xlabel="coverage (answers given / questions)", ylabel="risk (wrong / given)", xlim=(0, 1), ylim=(0, 1))
    return _svg(figure)


def reliability_plot(results: Sequence[Result]) -> str | None:
    """Share right against confidence; None without confidences."""
    rows = reliability(results)
    if not rows:
        return None
    figure, axes = _figure(4.6, 3.0)
    axes.plot([0, 1], [0, 1], color=INK, linewidth=0.7, linestyle=(0, (4, 4)))
    most = max(count for *_, count in rows)
    sizes = [20 + 160 * count / most for *_, count in rows]
    axes.scatter([row[0] for row in rows], [row[1] for row in rows], s=sizes, color=MAIN, alpha=0.85, linewidth=0)
    axes.set(xlabel="confidence", ylabel="share right (area: answers)", xlim=(0, 1), ylim=(0, 1))
    return _svg(figure)


def latency_plot(results: Sequence[Result]) -> str | None:
    """How many questions were answered within how many seconds."""
    taken = sorted(one.seconds for one in results if not one.error)
    if len(taken) < 2:
        return None
    figure, axes = _figure(4.6, 3.0)
    axes.step(taken, [(at + 1) / len(taken) for at in range(len(taken))], where="post", color=MAIN, linewidth=1.8)
    axes.set(xlabel="seconds", ylabel="share of questions", ylim=(0, 1))
    axes.set_xlim(left=0)
    return _svg(figure)


def groups_plot(groups: Mapping[str, Estimate]) -> str | None:
    """Share right of each kind and tag, with its interval."""
    kinds = [row for row in groups.items() if not row[0].startswith("#")]
    tags = sorted((row for row in groups.items() if row[0].startswith("#")), key=lambda row: -row[1].n)
    rows = (kinds + [row for row in tags if row[1].n > 1])[:MAX_GROUPS]
    if not rows:
        return None
    figure, axes = _figure(9.4, 0.5 + 0.26 * len(rows))
    for at, (name, told) in enumerate(reversed(rows)):
        axes.plot([told.low, told.high], [at, at], color=INK, linewidth=1.0)
        axes.plot([told.value], [at], "o", color=SECOND if name.startswith("#") else MAIN, markersize=6)
    axes.set_yticks(range(len(rows)), [f"{name}  ({told.n})" for name, told in reversed(rows)], parse_math=False)
    axes.set(xlim=(-0.02, 1.02), ylim=(-0.7, len(rows) - 0.3))
    axes.grid(visible=True, axis="x", color=INK, alpha=0.12)
    return _svg(figure)


def _figure(width: float, height: float) -> tuple[Any, Any]:
    from matplotlib import rc_context
    from matplotlib.figure import Figure

    style = {"text.color": INK, "axes.edgecolor": INK, "axes.labelcolor": INK, "xtick.color": INK, "ytick.color": INK}
    with rc_context({**style, "font.size": 9, "axes.spines.top": False, "axes.spines.right": False, "axes.linewidth": 0.7}):
        figure = Figure(figsize=(width, height), layout="constrained")
        axes = figure.add_subplot()
    return figure, axes


def _svg(figure: Any) -> str:
    from matplotlib import rc_context

    buffer = io.StringIO()
    with rc_context({"svg.fonttype": "none", "svg.hashsalt": "onrecord"}):
        figure.savefig(buffer, format="svg", transparent=True, metadata={"Date": None, "Creator": None})
    text = buffer.getvalue()
    text = text[text.index("<svg") :]
    text = re.sub(r"<metadata>.*?</metadata>", "", text, flags=re.S)
    text = re.sub(
        r'(<svg[^>]*?) width="[^"]*"', r"\1", re.sub(r'(<svg[^>]*?) height="[^"]*"', r"\1", text, count=1), count=1
    )
    for stand_in, colour in _COLOURS.items():
        text = text.replace(stand_in, colour)
    return re.sub(r"font: ([\d.]+)px [^;\"]*", r"font-size: \1px", text)
