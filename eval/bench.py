"""Ours beside the stock LlamaIndex pipeline: `python -m eval.bench` (needs ONRECORD_DATA and the `bench` extra).

Part one, on 1,000 real articles, each system in processes of its own: text embedded per second, peak memory, size on
disk, one question in a fresh process, and questions in a warm one. Part two, on all 4,656 or as many as asked: in how
many of the answerable questions (all of whose articles are among them) the answer stands among the first 180, 540, 900
and 1,800 words that retrieval returns (words, so that passage sizes compare fairly). What is built is kept under --cache
and used again; delete it to measure anew.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterable, Sequence
from functools import partial
from pathlib import Path
from typing import Any

from assistant import Assistant
from eval.data import digest, is_test, records
from eval.matching import holds
from eval.provenance import machine
from index import Index, RecordError

ARTICLES = "news/realtimeqa_2022_articles.jsonl.gz"
QUESTIONS = "news/realtimeqa_2022_questions.jsonl.gz"
BUDGETS = (180, 540, 900, 1800)
"""Words read."""
HITS = 40
SYSTEMS = ("ours", "stock-256", "stock-1024")
LABELS = {
    "ours": "On Record",
    "stock-256": "stock LlamaIndex, chunks of 256",
    "stock-1024": "stock LlamaIndex, its defaults (1024)",
}


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs the benchmark and prints its tables."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--articles", type=int, default=1000, help="articles of part one (default 1000)")
    parser.add_argument("--pile", type=int, default=None, help="articles of part two (default: all)")
    parser.add_argument("--cache", type=Path, default=None, help="folder for what is built (default: a temporary one)")
    parser.add_argument("--stock", nargs="*", choices=SYSTEMS[1:], default=SYSTEMS[1:], help="stock pipelines of part two")
    parser.add_argument("--part", choices=("speed", "retrieval", "both", "pile"), default="both",
                        help="pile: ours alone, step by step, on --articles (0: all); not in «both»")  # fmt: skip
    parser.add_argument(
        "--made-up", action="store_true", help="pile: with vectors of chance, so that all steps but one count"
    )
    options = parser.parse_args(arguments)
    try:
        with tempfile.TemporaryDirectory() as scratch:
            cache = options.cache or Path(scratch)
            cache.mkdir(parents=True, exist_ok=True)
            print(machine())
            if options.part in ("speed", "both"):
                print(_speed(cache, options.articles))
            if options.part == "pile":
                print(_pile(cache, options.articles or None, made_up=options.made_up))
            if options.part in ("retrieval", "both"):
                print(_retrieval(cache, options.pile, options.stock))
    except RecordError as error:
        print(f"bench: {error}", file=sys.stderr)
        return 1
    return 0


def _speed(cache: Path, count: int) -> str:
    """The table of part one."""
    export = _export(cache, count)
    rows = []
    for system in SYSTEMS:
        place = cache / f"{system}-{count}"
        built = _kept(place.with_suffix(".built.json"), partial(_child, "build", system, export, place))
        cold = sorted(_child("cold", system, export, place)["wall_seconds"] for _ in range(5))
        warm = _child("warm", system, export, place)
        rows.append((LABELS[system], built, cold[2], warm))
    lines = [f"\n{count:,} articles", ""]
    heads = ("system", "passages", "text embedded, kB/s", "build, s", "peak memory, MB", "on disk, MB")
    lines.append(f"| {' | '.join((*heads, 'cold ask, s', 'warm p50, ms', 'warm p95, ms'))} |")
    lines.append("|---|---|---|---|---|---|---|---|---|")
    for label, built, cold_s, warm in rows:
        lines.append(
            f"| {label} | {built['passages']:,} | {built['chars'] / built['embed_seconds'] / 1000:.1f} | "
            f"{built['wall_seconds']:.0f} | {built['peak_mb']:.0f} | {built['disk_mb']:.0f} | {cold_s:.2f} | "
            f"{warm['p50_ms']:.0f} | {warm['p95_ms']:.0f} |"
        )
    return "\n".join(lines)


def _pile(cache: Path, count: int | None, *, made_up: bool) -> str:
    """Adding a pile, step by step, and adding it again."""
    export = _export(cache, count)
    place = cache / f"{'made-up' if made_up else 'ours'}-{count or 'all'}"
    built = _kept(place.with_suffix(".built.json"), partial(_child, "intake" if made_up else "build", "ours", export, place))
    again = _child("again", "ours", export, place)
    seconds = built["add_seconds"]
    lines = [
        f"\n{built['articles']:,} articles, {built['passages']:,} passages: {seconds:,.0f} s, "
        f"{built['articles'] / seconds:.1f} articles/s, {built['passages'] / seconds:.1f} passages/s, "
        f"peak memory {built['peak_mb']:,.0f} MB, {built['disk_mb']:,.0f} MB on disk; "
        f"again, unchanged ({again['unchanged']:,}): {again['wall_seconds']:.1f} s with the start of the command",
        "",
        "| step | seconds | share |",
        "|---|---|---|",
    ]
    lines += [f"| {name} | {taken:,.1f} | {taken / seconds:.1%} |" for name, taken in built["stages"].items()]
    return "\n".join(lines)


def _retrieval(cache: Path, count: int | None, stock: Sequence[str]) -> str:
    """The table of part two."""
    export = _export(cache, count)
    urls = {json.loads(line)["url"] for line in export.read_text("utf-8").splitlines()}
    questions = [row for row in records(QUESTIONS) if row["answerable"] and urls.issuperset(row["docs"])]
    with Index(cache / f"ours-{count or 'all'}") as index:
        index.add(export)
        desk = Assistant(index)
        systems: dict[str, Callable[[str], Iterable[str]]] = {
            "BM25 alone (our passages)": lambda q: [hit.text for hit in index.search(q, HITS, method="bm25")],
            "dense alone (our passages)": lambda q: [hit.text for hit in index.search(q, HITS, method="dense")],
            "Index.search": lambda q: [hit.text for hit in index.search(q, HITS)],
            "Assistant.search": lambda q: [hit.text for hit in desk.search(q, HITS)],
        }
        tables = {name: _found(questions, ask) for name, ask in systems.items()}
    for system in stock:
        place = cache / f"{system}-{count or 'all'}"
        _kept(place.with_suffix(".built.json"), partial(_child, "index", system, export, place))
        if not (place / "hits.jsonl").is_file():
            _child("hits", system, export, place)
        kept = {row["id"]: row["texts"] for row in map(json.loads, (place / "hits.jsonl").read_text("utf-8").splitlines())}
        by_question = {row["question"]: kept[row["id"]] for row in questions}
        tables[LABELS[system]] = _found(questions, by_question.__getitem__)
    lines = [f"\n{len(urls):,} articles, {len(questions)} answerable questions ({ARTICLES} {digest(ARTICLES)})", ""]
    lines.append("| retrieval | " + " | ".join(f"{budget:,} words" for budget in BUDGETS) + " | 900 words, test weeks |")
    lines.append("|---|" + "---|" * (len(BUDGETS) + 1))
    test = [is_test(row["id"].split("_")[0]) for row in questions]
    for name, found in tables.items():
        shares = [sum(row[budget] for row in found) / len(found) for budget in BUDGETS]
        tested = [row[900] for row, chosen in zip(found, test, strict=True) if chosen]
        lines.append(
            f"| {name} | " + " | ".join(f"{share:.3f}" for share in shares) + f" | {sum(tested) / max(1, len(tested)):.3f} |"
        )
    return "\n".join(lines)


def _found(questions: Sequence[dict[str, Any]], ask: Callable[[str], Iterable[str]]) -> list[dict[int, bool]]:
    """For each question and budget, whether the answer is among the first words."""
    rows = []
    for question in questions:
        words: list[str] = []
        for text in ask(question["question"]):
            words += text.split()
            if len(words) >= BUDGETS[-1]:
                break
        rows.append({budget: holds(" ".join(words[:budget]), [question["answer"]]) for budget in BUDGETS})
    return rows


def _export(cache: Path, count: int | None) -> Path:
    """The articles as a JSON-lines file that both systems read from."""
    path = cache / f"articles-{count or 'all'}.jsonl"
    if not path.is_file():
        rows = list(records(ARTICLES))[:count]
        path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    return path


def _kept(path: Path, work: Callable[[], dict[str, Any]]) -> dict[str, Any]:
    if not path.is_file():
        path.write_text(json.dumps(work()), encoding="utf-8")
    found: dict[str, Any] = json.loads(path.read_text("utf-8"))
    return found


def _child(task: str, system: str, export: Path, place: Path) -> dict[str, Any]:
    """One task in a process of its own; its peak memory and wall-clock time are the process's."""
    command = [sys.executable, "-m", "eval.bench_task", task, system, str(export), str(place)]
    environment = {**os.environ, "HF_HUB_OFFLINE": "1", "ANONYMIZED_TELEMETRY": "False"}
    done = subprocess.run(command, capture_output=True, text=True, env=environment, check=False)
    if done.returncode:
        raise RecordError(f"{task} of {system} failed ({done.returncode}): {done.stderr.strip()[-300:]}")
    found: dict[str, Any] = json.loads(done.stdout.strip().splitlines()[-1])
    return found


if __name__ == "__main__":
    sys.exit(main())
