"""Draws a training's learning curve: `python -m eval.training.curve DIR OUT.svg`."""

from __future__ import annotations

import argparse
import json
from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any

from index import UsageError

SHOWN = {
    "snli": "SNLI, stance", "cad": "counterfactual SNLI, stance", "fever": "FEVER, stance", "boolq": "BoolQ, stance",
    "condaqa": "CondaQA, stance", "squad_f1": "SQuAD, span F1", "squad_auc": "SQuAD, answerable or not (AUC)",
}  # fmt: skip


def main(arguments: Sequence[str] | None = None) -> None:
    """The command."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path, help="what the training was given as --out")
    parser.add_argument("out", type=Path, help="the picture: .svg or .png")
    options = parser.parse_args(arguments)
    draw(read(options.folder), options.out)


def read(folder: Path) -> list[dict[str, Any]]:
    """The measurements, in order. A resumed training may have measured a step twice: the last one counts."""
    path = folder / "curve.jsonl"
    if not path.is_file():
        raise UsageError(f"{folder} has no curve.jsonl; name the folder that the training was given as --out.")
    found: dict[int, dict[str, Any]] = {}
    for line in path.read_text("utf-8").splitlines():
        point = json.loads(line)
        found[point["steps"]] = point
    return [found[steps] for steps in sorted(found)]


def draw(points: Sequence[dict[str, Any]], out: Path) -> None:
    """One line a measure over all steps, the stages parted by a vertical line."""
    from matplotlib.figure import Figure

    figure = Figure(figsize=(8, 4.5), layout="constrained")
    axes = figure.subplots()
    steps = [point["steps"] for point in points]
    for name, label in SHOWN.items():
        axes.plot(steps, [point[name] for point in points], marker="o", markersize=3, label=label)
    ends = [one["steps"] for one, following in pairwise(points) if one["stage"] != following["stage"]]
    for end in ends:
        axes.axvline(end, color="0.6", linestyle=":")
    axes.set(xlabel="steps (of some 2,000 tokens)", ylabel="on test records", ylim=(0.4, 1))
    axes.grid(alpha=0.3)
    axes.legend(fontsize="small", loc="center left", bbox_to_anchor=(1, 0.5))
    figure.savefig(out, metadata={"Date": None} if out.suffix == ".svg" else None)


if __name__ == "__main__":
    main()
