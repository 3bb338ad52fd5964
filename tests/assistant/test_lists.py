"""Questions that ask for several things."""

from __future__ import annotations

import pytest

from assistant.lists import is_list, items
from assistant.reader import Evidence
from index import Hit


@pytest.mark.parametrize(
    "question",
    ["Which hospitals treated the injured?", "Who are the four members?", "Name the blocked platforms.", "Who else was there?",
     "Who did the mayor appoint?", "List the tariffs by country."],
)  # fmt: skip
def test_lists(question: str) -> None:
    assert is_list(question)


@pytest.mark.parametrize(
    "question", ["Who chaired the meeting?", "Which hospital treated her?", "What was his age?", "What is the crisis about?"]
)
def test_not_lists(question: str) -> None:
    assert not is_list(question)


def test_the_whole_enumeration_is_given() -> None:
    sentence = "The council chose Rosa Keller, Ivan Petrov, and treasurer Wei Tanaka to lead the talks."
    hit = Hit("a", None, None, None, sentence, 0, len(sentence), 1.0, {})
    start = sentence.index("Ivan")
    found = items(hit, Evidence(0, len(sentence), 1.0, 1.0, (start, start + len("Ivan Petrov"))))
    assert found[:2] == ["Rosa Keller", "Ivan Petrov"]
