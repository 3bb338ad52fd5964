"""Hard negatives: passages that our own retrieval brings for a question and that don't hold its answer."""

from __future__ import annotations

import json
import logging
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path

from eval.data import is_test, records
from eval.matching import holds
from index import Article, Index

log = logging.getLogger("train")

SQUAD = ("reading/squad.jsonl.gz", "reading/squad_train_subset.jsonl.gz")
SEARCHED = 10
KEPT = 5


@cache
def mined(out: Path) -> Mapping[str, Sequence[str]]:
    """By question id, «title<tab>text» of the hard negatives, best first. Made once, kept in `out`."""
    kept = out / "negatives.json"
    if not kept.exists():
        found = mine(out)
        kept.with_suffix(".part").write_text(json.dumps(found), encoding="utf-8")
        kept.with_suffix(".part").replace(kept)
    read: dict[str, list[str]] = json.loads(kept.read_text("utf-8"))
    return read


def mine(out: Path) -> dict[str, list[str]]:
    """Searches all train contexts of SQuAD for each of its train questions that has an answer."""
    rows = [row for name in SQUAD for row in records(name) if not is_test(row["title"])]
    contexts = {row["context"]: row["title"].replace("_", " ") for row in rows}
    found: dict[str, list[str]] = {}
    with Index(out / "negatives.index") as index:
        log.info("embedding %d contexts for hard negatives", len(contexts))
        index.add([Article(text, title=title) for text, title in contexts.items()])
        whole = {" ".join(text.split())[:120]: text for text in contexts}
        for number, row in enumerate(rows):
            if not row["answerable"]:
                continue
            own = " ".join(row["context"].split())[:120]
            kept: list[str] = []
            for hit in index.search(row["question"], SEARCHED):
                text = " ".join(hit.text.split())
                if text[:120] == own or text in " ".join(row["context"].split()) or holds(text, row["answers"]):
                    continue
                kept.append(f"{hit.title or ''}\t{whole.get(text[:120], hit.text)}")
            found[row["id"]] = kept[:KEPT]
            if number % 2000 == 0:
                log.info("hard negatives: %d of %d questions", number, len(rows))
    return found
