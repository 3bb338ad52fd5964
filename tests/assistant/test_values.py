"""When two short answers are the same."""

from __future__ import annotations

import pytest

from assistant.values import differ, same


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("nearly 90 minutes", "an hour and a half"),
        ("twelve people", "12"),
        ("20 percent", "20%"),
        ("two dozen", "24"),
        ("two and a half hours", "150 minutes"),
        ("88 million euros", "€88m"),
        ("$2.5 million", "2,500,000 dollars"),
        ("about 1.2 billion", "1,190,000,000"),
        ("Senator Rosa Keller", "Rosa Keller"),
        ("Keller", "Rosa Keller"),
        ("March 5, 2026", "March 2026"),
    ],
)
def test_the_same_in_other_words(one: str, other: str) -> None:
    assert same(one, other) and same(other, one)
    assert not differ(one, other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("twelve people", "nineteen people"),
        ("$340,000", "$480,000 a year"),
        ("90 minutes", "an hour"),
        ("3.5 percent", "35%"),
    ],
)
def test_amounts_that_exclude_one_another(one: str, other: str) -> None:
    assert differ(one, other) and differ(other, one)
    assert not same(one, other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Munich", "the conference"),
        ("60 kilometers an hour", "22 trains a day"),
        ("133", "89 votes"),
        ("20 percent", "$40"),
        ("Rosa Keller", "Ivan Petrov"),
    ],
)
def test_neither_the_same_nor_excluding(one: str, other: str) -> None:
    assert not same(one, other) and not differ(one, other)
