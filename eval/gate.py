"""The gate: scores on the sample suite that may not fall.

`python -m eval.gate` measures and compares with `floors.json`; `--raise` writes higher floors where the run allows it,
`--lower` also lower ones. A floor is the measured value less a margin for what differs between machines. Other data
than the floors were measured on is refused until they are written anew.
"""

from __future__ import annotations

import argparse
import json
import math
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from eval.run import Run, evaluate
from eval.suite import read_suite
from eval.suites import SAMPLES
from index import RecordError, UsageError

FLOORS = Path(__file__).parent / "floors.json"

HELD = (
    "right", "contains answer", "list recall", "verdict", "citation precision", "citation recall", "citation validity",
    "answered when answerable", "right when answered", "silence precision", "silence recall", "answer in 180 words",
    "recall@5", "mrr",
)  # fmt: skip
MARGIN = 0.02
"""About two of 96 cases: floating point differs between processors and decides close calls."""
EXACT = ("citation validity",)
"""Held without a margin."""


@dataclass(frozen=True)
class Broken:
    """A floor that a run is below."""

    name: str
    floor: float
    value: float | None

    def __str__(self) -> str:
        found = "no score" if self.value is None else f"{self.value:.3f}"
        return f"{self.name}: {found}, the floor is {self.floor:.3f}"


def check(run: Run, floors: Mapping[str, Any]) -> list[Broken]:
    """The floors that a run breaks. Raises UsageError for floors of other data, or a run that is not whole."""
    _comparable(run, floors)
    found = run.metrics()
    return [
        Broken(name, floor, found.get(name)) for name, floor in floors["floors"].items() if (found.get(name) or 0) < floor
    ]


def floors_of(run: Run) -> dict[str, float]:
    """What a run would set as floors, rounded down to three digits."""
    found = run.metrics()
    return {
        name: math.floor(max(0.0, found[name] - (0 if name in EXACT else MARGIN)) * 1000) / 1000
        for name in HELD
        if name in found
    }


def read_floors() -> dict[str, Any]:
    """The floors as they are written. Raises UsageError when there are none."""
    try:
        found: dict[str, Any] = json.loads(FLOORS.read_text("utf-8"))
    except FileNotFoundError as error:
        raise UsageError("There are no floors yet; write them with python -m eval.gate --lower.") from error
    return found


def main(arguments: Sequence[str] | None = None) -> int:
    """Measures, compares, and writes when asked to."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    write = parser.add_mutually_exclusive_group()
    write.add_argument("--raise", dest="higher", action="store_true", help="write the floors that are higher now")
    write.add_argument("--lower", action="store_true", help="write all floors as measured now, lower ones too")
    options = parser.parse_args(arguments)
    try:
        run = evaluate(read_suite(SAMPLES))
        if options.lower or options.higher:
            _write(run, lower=options.lower)
            return 0
        broken = check(run, read_floors())
    except RecordError as error:
        print(f"gate: {error}", file=sys.stderr)
        return 1
    for one in broken:
        print(one)
    print("the gate holds" if not broken else f"{len(broken)} floors are broken")
    return 1 if broken else 0


def _comparable(run: Run, floors: Mapping[str, Any]) -> None:
    if floors["digest"] != run.about["digest"] or run.about["cases"] != floors["cases"] or not run.complete:
        raise UsageError(
            f"The floors are of other data ({floors['digest']}, {floors['cases']} cases; this is {run.about['digest']}, "
            f"{len(run.results)}); write them anew with python -m eval.gate --lower."
        )


def _write(run: Run, *, lower: bool) -> None:
    now = floors_of(run)
    before = {}
    if not lower:
        floors_before = read_floors()
        _comparable(run, floors_before)
        before = floors_before["floors"]
    floors = {name: max(now.get(name, 0.0), before.get(name, 0.0)) for name in {**before, **now}}
    told = {
        "suite": run.about["suite"],
        "digest": run.about["digest"],
        "cases": len(run.results),
        "floors": dict(sorted(floors.items())),
    }
    FLOORS.write_text(json.dumps(told, indent=2) + "\n", encoding="utf-8")
    for name, floor in sorted(floors.items()):
        print(f"{name:26} {floor:.3f}")


if __name__ == "__main__":
    sys.exit(main())
