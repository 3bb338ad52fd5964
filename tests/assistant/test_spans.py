"""The likeliest spans, and how far a name or an amount reaches."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.spans import MAX_TOKENS, completed, likeliest

OFFSETS = [(0, 3), (4, 8), (9, 12), (13, 17), (17, 18)]
FIRST, LAST = np.array([9.0, 0, 1, 5, 0], np.float32), np.array([9.0, 0, 2, 1, 8], np.float32)


@pytest.mark.parametrize(
    ("start", "end", "expected"), [(0, 18, (0, 3, 18.0)), (4, 18, (13, 18, 13.0)), (4, 12, (9, 12, 3.0))]
)
def test_the_likeliest_lies_within_its_sentence(start: int, end: int, expected: tuple[int, int, float]) -> None:
    (best,) = likeliest(FIRST, LAST, OFFSETS, start, end)
    assert (best.start, best.end, best.score) == expected


def test_none_where_there_is_no_token() -> None:
    assert likeliest(FIRST, LAST, OFFSETS, 18, 30) == []


def test_several_come_best_first_and_none_twice() -> None:
    found = likeliest(FIRST, LAST, OFFSETS, 0, 18, most=50)
    assert len({(one.start, one.end) for one in found}) == len(found) == 15, "all with the end not before the start"
    assert [one.score for one in found] == sorted((one.score for one in found), reverse=True)
    assert found[:1] == likeliest(FIRST, LAST, OFFSETS, 0, 18)


def test_no_span_is_too_long() -> None:
    many = [(at, at + 1) for at in range(60)]
    first, last = np.zeros(60, np.float32), np.zeros(60, np.float32)
    first[0], last[59] = 5.0, 5.0
    assert all(one.end - one.start <= MAX_TOKENS for one in likeliest(first, last, many, 0, 60, most=2000))


@pytest.mark.parametrize(
    ("text", "part", "whole"),
    [
        ("Harbour Master Rosa Keller spoke on Friday", "Rosa", "Harbour Master Rosa Keller"),
        ("fares rose by 4.5 per cent in May", "4", "4.5 per cent"),
        ("It cost £5,000 in the end", "5", "£5,000"),
        ("It cost £2.3 million.", "3", "£2.3 million"),
        ("It is worth $12.5bn now", "12", "$12.5bn"),
        ("On Tuesday Ida Marsh resigned", "Marsh", "Ida Marsh"),
        ("He met Rosa Keller, Ian Brown and others", "Rosa", "Rosa Keller"),
        ("passed by 9 votes to 6 on Friday", "9 votes", "9 votes to 6"),
        ("Halden won 3-1 at home", "3", "3-1"),
        ("fares rose from 5 to 10 dollars", "5", "5"),
        ("ridership jumped", "rid", "ridership"),
        ("the keeper of the light", "keeper", "keeper"),
    ],
)
def test_a_name_or_an_amount_is_completed(text: str, part: str, whole: str) -> None:
    start = text.index(part)
    begin, end = completed(text, start, start + len(part))
    assert text[begin:end] == whole


@given(text=st.text(max_size=80), ends=st.tuples(st.integers(0, 80), st.integers(0, 80)))
def test_completing_never_loses_words_nor_leaves_the_text(text: str, ends: tuple[int, int]) -> None:
    start, end = sorted(min(one, len(text)) for one in ends)
    begin, stop = completed(text, start, end)
    assert 0 <= begin <= start <= end <= stop <= len(text)
