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
        ("a metre and ten centimetres", "110 centimetres"),
        ("5 km", "5,000 metres"),
        ("a quarter", "25 per cent"),
        ("one in three", "33 percent"),
        ("a quarter of an hour", "15 minutes"),
        ("four and a half years", "4.5 years"),
        ("6.40 a.m.", "twenty to seven"),
        ("half past four", "16:30"),
        ("seven weeks", "49 days"),
        ("nearly a year", "12 months or a year"),
        ("more than a week", "seven days"),
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
        ("twenty past six", "6.40 a.m."),
        ("$340,000 a year", "$480,000 a year"),
        ("12 of 40", "15 of 40"),
        ("a third", "a quarter"),
        ("3 kilometres", "300 metres"),
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
        ("10 p.m.", "10 people"),
    ],
)
def test_neither_the_same_nor_excluding(one: str, other: str) -> None:
    assert not same(one, other) and not differ(one, other)
