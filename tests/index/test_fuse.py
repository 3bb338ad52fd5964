"""Fusion, in numbers small enough to check by hand."""

import pytest

from index.fuse import RRF_K, fuse


def test_nothing_gives_nothing() -> None:
    assert fuse([], []) == []


def test_scores_are_scaled_within_each_list_and_mixed() -> None:
    fused = fuse([(1, 0.9), (2, 0.6), (3, 0.5)], [(2, 8.0), (3, 5.0), (4, 4.0)], dense_weight=0.4)
    assert [(passage, pytest.approx(score)) for passage, score, _ in fused] == [
        (2, 0.4 * 0.25 + 0.6 * 1.0),
        (1, 0.4 * 1.0),
        (3, 0.4 * 0.0 + 0.6 * 0.25),
        (4, 0.0),
    ]


def test_the_parts_of_a_score_are_told() -> None:
    fused = {passage: parts for passage, _, parts in fuse([(1, 0.9), (2, 0.6)], [(2, 8.0)])}
    assert fused[1] == {"dense": 0.9, "rrf": 1 / (RRF_K + 1)}
    assert fused[2] == {"dense": 0.6, "bm25": 8.0, "rrf": 1 / (RRF_K + 2) + 1 / (RRF_K + 1)}


def test_the_weight_of_the_dense_list_decides() -> None:
    dense, lexical = [(1, 0.9), (2, 0.1)], [(2, 9.0), (1, 1.0)]
    assert [row[0] for row in fuse(dense, lexical, dense_weight=0.9)] == [1, 2]
    assert [row[0] for row in fuse(dense, lexical, dense_weight=0.1)] == [2, 1]


def test_equal_scores_break_by_ranks_and_then_by_number() -> None:
    assert [row[0] for row in fuse([(7, 0.5), (3, 0.5)], [])] == [7, 3]  # both 1.0 after scaling; 7 ranks first
    assert [row[0] for row in fuse([(7, 0.9), (1, 0.2)], [(3, 5.0), (2, 1.0)])] == [3, 7, 1, 2]
