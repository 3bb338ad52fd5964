"""Retrieval: a question in, passages out, best first. Dense and BM25, fused; one hit a cluster."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Literal

from index.copies import ALIKE, likeness
from index.embed import Embedder
from index.fuse import fuse
from index.records import Article, Filters, Hit
from index.store import Located, Store
from index.terms import match_expression
from index.vectors import VectorIndex

Method = Literal["hybrid", "dense", "bm25"]

POOL = 100
"""Passages asked of each side before fusion, and at least four times as many as are wanted."""


def search(
    question: str,
    k: int,
    filters: Filters,
    store: Store,
    vectors: VectorIndex,
    embedder: Embedder,
    method: Method = "hybrid",
) -> list[Hit]:
    """The `k` best passages for a question, by both sides or by one."""
    pool = max(POOL, 4 * k)
    dense: list[tuple[int, float]] = []
    lexical: list[tuple[int, float]] = []
    with ThreadPoolExecutor(1) as beside:  # in a new process, model and Chroma load at the same time
        vector = beside.submit(embedder.encode_query, question) if method != "bm25" else None
        expression = match_expression(question) if method != "dense" else ""
        if expression:
            lexical = store.lexical(expression, pool, filters)
        if vector:
            vectors.prepare()
            dense = vectors.nearest(vector.result(), pool, filters)
    fused = fuse(dense, lexical)
    located = store.locate([passage for passage, *_ in fused])
    rows = [(located[passage], score, parts) for passage, score, parts in fused if passage in located]
    return _collapsed(rows, k, store)


def _collapsed(rows: Sequence[tuple[Located, float, dict[str, float]]], k: int, store: Store) -> list[Hit]:
    """The first `k` hits. Of near-identical articles one is shown: the earliest by date, else the longest, of those found.

    What another of them says and the shown one does not (a paragraph that it alone has) stays.
    """
    members: dict[int, dict[str, None]] = {}
    for found, *_ in rows:
        members.setdefault(found.cluster, {})[found.article_id] = None
    shown = {cluster: _shown(store, list(ids)) for cluster, ids in members.items() if len(ids) > 1}
    hits = []
    for found, score, parts in rows:
        one = shown.get(found.cluster)
        if one and one.id != found.article_id and likeness(found.text, one.text) >= ALIKE:
            continue
        hits.append(
            Hit(
                found.article_id, found.title, found.source, found.published, found.text, found.start, found.end,
                score, parts,
            )
        )  # fmt: skip
        if len(hits) == k:
            break
    return hits


def _shown(store: Store, ids: Sequence[str]) -> Article | None:
    """Which of some copies stands for all."""
    articles = [article for article in map(store.article, ids) if article]
    return min(articles, key=lambda one: (one.published or "9999", -len(one.text), one.id), default=None)
