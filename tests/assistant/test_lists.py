"""Questions that ask for several things."""

from __future__ import annotations

import pytest

from assistant.lists import bulleted, is_list, items, together
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


@pytest.mark.parametrize(
    ("sentence", "name", "expected"),
    [
        ("Rosa Keller and Ivan Petrov signed it.", "Ivan Petrov", ["Rosa Keller", "Ivan Petrov"]),
        ("Rosa Keller, Ivan Petrov and Wei Tanaka signed it.", "Rosa Keller", ["Rosa Keller", "Ivan Petrov", "Wei Tanaka"]),
        ("Rosa Keller signed it.", "Rosa Keller", []),
        ("Rosa Keller, Halden’s mayor, signed it and left.", "Rosa Keller", []),
    ],
)
def test_names_that_stand_together(sentence: str, name: str, expected: list[str]) -> None:
    hit = Hit("a", None, None, None, sentence, 0, len(sentence), 1.0, {})
    span = (sentence.index(name), sentence.index(name) + len(name))
    assert together(hit, Evidence(0, len(sentence), 1.0, 1.0, span)) == expected


BULLETS = """The rates differ by port:

- Halden: 12 percent
- Corva: 20 percent

* Marwick: 3 percent
They apply from May."""


@pytest.mark.parametrize("sentence", ["The rates differ by port:", "- Corva: 20 percent", "* Marwick: 3 percent"])
def test_the_points_of_a_bulleted_list(sentence: str) -> None:
    hit = Hit("a", None, None, None, BULLETS, 40, 40 + len(BULLETS), 1.0, {})
    start = 40 + BULLETS.index(sentence)
    points = bulleted(hit, Evidence(start, start + len(sentence), 1.0, 1.0))
    told = [BULLETS[begin - 40 : end - 40] for begin, end in points]
    assert told == ["Halden: 12 percent", "Corva: 20 percent", "Marwick: 3 percent"]


@pytest.mark.parametrize("text", ["They apply from May.", "- Only one point", "The rates differ: two are high.", "Rates:"])
def test_no_bulleted_list(text: str) -> None:
    hit = Hit("a", None, None, None, text, 0, len(text), 1.0, {})
    assert bulleted(hit, Evidence(0, len(text), 1.0, 1.0)) == []


def test_a_quotation_is_one_thing() -> None:
    sentence = "She called the talks “lengthy and highly productive” on Friday."
    hit = Hit("a", None, None, None, sentence, 0, len(sentence), 1.0, {})
    start = sentence.index("lengthy")
    span = (start, start + len("lengthy and highly productive"))
    assert items(hit, Evidence(0, len(sentence), 1.0, 1.0, span)) == ["lengthy and highly productive"]
