"""Measuring follow-ups, without any data set."""

from __future__ import annotations

import pytest

from eval.follow_ups import f1, kind_of
from eval.records import Case

CASE = Case("1", "When did she resign?", standalone="When did Rosa Keller resign?")


@pytest.mark.parametrize(
    ("understood", "score"),
    [("When did she resign?", 0.0), ("When did Rosa Keller resign?", 1.0), ("When did Keller resign?", 2 / 3)],
)
def test_f1_of_the_words_added(understood: str, score: float) -> None:
    assert f1(CASE, understood) == pytest.approx(score)


@pytest.mark.parametrize(
    ("question", "kind"),
    [("When did she resign?", "he, she"), ("Who pays for it?", "it"), ("Why?", "a word or two"), ("Who else came to the vote?", "else, other"),
     ("Which harbour did the council close last year?", "nothing of these")],
)  # fmt: skip
def test_kinds(question: str, kind: str) -> None:
    assert kind_of(question) == kind
