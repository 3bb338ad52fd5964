"""One table of ours beside the baselines on every data set: `python -m eval.table --out DIR` (needs ONRECORD_DATA
and the `bench` extra; LlamaIndex on all 4,656 articles is part of `eval.bench`, its index takes most of an hour).

At most 300 cases a set, drawn with a seed. Sets that nothing is trained or fitted on are taken whole, the others by
their test split. Runs are kept under --out and gone on with; indexes of suites under --cache.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

from eval.provenance import machine
from eval.run import Run, default_cache, evaluate
from eval.suites import find_suite
from eval.totals import Score
from index import RecordError

LIMIT = 300
SEED = 20250214
SETS: dict[str, tuple[str, int | None, tuple[str, ...], tuple[str, ...]]] = {
    "samples": ("all", None, ("onrecord", "untrained", "bm25", "dense", "llama-index", "txtai", "silent"),
                ("right", "citation precision", "citation recall", "verdict", "silence precision", "silence recall")),
    "newsroom": ("all", None, ("onrecord", "untrained", "bm25", "dense", "llama-index", "txtai", "silent"),
                 ("right", "citation precision", "citation recall", "verdict", "silence precision", "silence recall")),
    "invented": ("test", LIMIT, ("onrecord", "untrained", "silent"),
                 ("right", "citation precision", "citation recall", "verdict", "silence precision", "silence recall")),
    "stories": ("test", None, ("onrecord", "untrained", "silent"),
                ("right", "sides found", "list recall", "verdict", "silence precision", "silence recall")),
    "realtimeqa": ("test", None, ("onrecord", "bm25", "dense"),
                   ("right", "contains answer", "answer in 180 words", "answer in 900 words", "silence recall")),
    "squad": ("test", LIMIT, ("onrecord", "bm25", "dense", "llama-index", "txtai"),
              ("right", "contains answer", "span F1", "answer in 180 words", "answer in 900 words")),
    "squad-own-passage": ("test", LIMIT, ("onrecord", "bm25", "silent"),
                          ("right", "contains answer", "span F1", "silence precision", "silence recall")),
    "boolq": ("test", LIMIT, ("onrecord", "yes"), ("verdict", "answered when answerable")),
    "condaqa": ("test", LIMIT, ("onrecord", "yes", "no"), ("verdict", "answered when answerable", "silence recall")),
    "ramdocs": ("all", None, ("onrecord", "bm25"), ("right", "sides found", "wrong answer given")),
    "multihop": ("all", LIMIT, ("onrecord", "bm25", "dense", "llama-index", "txtai", "silent"),
                 ("right", "citation recall", "recall@10", "silence precision", "silence recall")),
}  # fmt: skip
"""Split, limit, systems, measures shown."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs what is missing and prints the tables."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("sets", nargs="*", help=f"which (default: all of {', '.join(SETS)})")
    parser.add_argument("--out", type=Path, default=Path("onrecord.runs/table"), help="folder of the runs")
    parser.add_argument("--cache", type=Path, default=default_cache(), help="folder of the suites' indexes")
    parser.add_argument(
        "--split", choices=("test", "train", "all"), help="Another split than the table's (a folder of its own)"
    )
    options = parser.parse_args(arguments)
    try:
        print(machine())
        for name in options.sets or SETS:
            if name not in SETS:
                raise RecordError(f"there is no set {name!r}; one of {', '.join(SETS)}")
            print("\n".join(_table(name, options.out, options.cache, options.split)), flush=True)
    except RecordError as error:
        print(f"table: {error}", file=sys.stderr)
        return 1
    return 0


def _table(name: str, out: Path, cache: Path, asked: str | None) -> Iterator[str]:
    split, limit, systems, measures = SETS[name]
    split = asked or split
    suite = find_suite(name, split)
    yield f"\n{name}: {split}, digest {suite.digest}\n"
    yield "| system | " + " | ".join(measures) + " | seconds p50 | cases |"
    yield "|---|" + "---|" * (len(measures) + 2)
    for system in systems:
        folder = out / (f"{name}-{system}" if asked is None else f"{name}-{split}-{system}")
        run = evaluate(suite, system, limit=limit, seed=SEED, out=folder, cache=cache, on_progress=_told)
        yield _row(run, measures)


def _row(run: Run, measures: Sequence[str]) -> str:
    scores = {score.name: score for score in run.summary()}
    cells = [_cell(scores.get(measure)) for measure in measures]
    seconds = scores.get("seconds p50")
    cells += [f"{seconds.estimate.value:.2f}" if seconds else "-", str(len(run.results))]
    return f"| {run.about['system']} | " + " | ".join(cells) + " |"


def _cell(score: Score | None) -> str:
    if score is None:
        return "-"
    told = score.estimate
    return f"{told.value:.3f} ({told.low:.2f}-{told.high:.2f})"


def _told(done: int, total: int, _: object) -> None:
    if sys.stderr.isatty():
        print(f"\r{done:,} of {total:,}", end="\n" if done == total else "", file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main())
