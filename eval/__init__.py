"""Suites of questions in, measured results out.

`evaluate` asks a system every question of a suite; `eval.metrics` and `eval.totals` say what is measured,
`eval.published` reads published data sets, `eval.page` makes a page of a run, `eval.gate` holds what may not fall.
"""

from eval.records import Case, Gold, Result, Suite
from eval.run import Run, evaluate, read_run
from eval.suite import read_suite

__all__ = ["Case", "Gold", "Result", "Run", "Suite", "evaluate", "read_run", "read_suite"]
