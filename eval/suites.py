"""A suite by what people call it: `samples`, a published data set, or a path."""

from __future__ import annotations

from pathlib import Path
from typing import cast

from eval.invented import invented
from eval.published import NAMED, Split, named
from eval.records import Suite
from eval.stories import stories_suite
from eval.suite import read_suite
from index import UsageError

SAMPLES = Path(__file__).parent / "samples"
NEWSROOM = Path(__file__).parent / "newsroom"
OWN = {"samples": SAMPLES, "newsroom": NEWSROOM}
"""The suites that ship with the project."""
MADE = {"invented": invented, "stories": stories_suite}
"""Those made of the texts that the reader learns from or is fitted on: by split."""


def find_suite(name: str, split: str = "test") -> Suite:
    """`samples`, `newsroom`, `invented` or `stories`, the name of a data set in ONRECORD_DATA, or a file or folder.

    Raises UsageError when it is none.
    """
    if Path(name).exists():
        return read_suite(name)
    if name in OWN:
        return read_suite(OWN[name])
    if name in MADE:
        return MADE[name](cast("Split", split))
    if name in NAMED:
        return named(name, cast("Split", split))
    known = ", ".join((*OWN, *MADE, *NAMED))
    raise UsageError(f"There is no suite {name!r}: neither a file or folder here, nor one of {known}.")
