"""Fusion of two ranked lists of passages into one."""

from __future__ import annotations

from collections.abc import Sequence

RRF_K = 60
"""Cormack, Clarke and Büttcher 2009 (SIGIR): 60, found there on four TREC collections."""
DENSE_WEIGHT = 0.35
"""Chosen on the train weeks of RealTimeQA (368 questions, 4,656 articles; answer among the first 180 / 540 / 900 / 1,800
words): 0.2 gave .712 .837 .872 .913, 0.35 .704 .842 .878 .921, 0.5 .693 .842 .875 .910, 0.7 .660 .821 .856 .910,
reciprocal rank fusion .685 .823 .864 .916; BM25 alone .690 .829 .870 .908, embeddings alone .595 .769 .823 .889."""


def fuse(
    dense: Sequence[tuple[int, float]], lexical: Sequence[tuple[int, float]], dense_weight: float = DENSE_WEIGHT
) -> list[tuple[int, float, dict[str, float]]]:
    """(passage, score, parts) of every passage in either list, best first.

    Convex combination of scores scaled to 0..1 within each list (Bruch, Gai and Ingber 2023, TOIS), which keeps how
    much better the first is than the second. A passage that one list lacks gets that list's lowest score there.
    Ties break by the reciprocal rank sum, then by number.
    """
    scaled = (_scaled(dense), _scaled(lexical))
    ranks = tuple({passage: rank for rank, (passage, _) in enumerate(found, 1)} for found in (dense, lexical))
    raw = (dict(dense), dict(lexical))
    rows = []
    for passage in dict.fromkeys([*ranks[0], *ranks[1]]):
        score = dense_weight * scaled[0].get(passage, 0.0) + (1 - dense_weight) * scaled[1].get(passage, 0.0)
        reciprocal = sum(1 / (RRF_K + rank[passage]) for rank in ranks if passage in rank)
        parts = {name: raw[at][passage] for at, name in enumerate(("dense", "bm25")) if passage in raw[at]}
        rows.append((passage, score, {**parts, "rrf": reciprocal}))
    return sorted(rows, key=lambda row: (-row[1], -row[2]["rrf"], row[0]))


def _scaled(found: Sequence[tuple[int, float]]) -> dict[int, float]:
    if not found:
        return {}
    scores = [score for _, score in found]
    low, high = min(scores), max(scores)
    if high - low < 1e-9:
        return {passage: 1.0 for passage, _ in found}
    return {passage: (score - low) / (high - low) for passage, score in found}
