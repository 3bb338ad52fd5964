"""Questions that ask for several things."""

from __future__ import annotations

import pytest

from assistant.lists import bulleted, is_list, items, several, together
from assistant.reader import Evidence
from index import Hit


@pytest.mark.parametrize(
    "question",
    ["Which hospitals treated the injured?", "Who are the four members?", "Name the blocked platforms.", "Who else was there?",
     "Who did the mayor appoint?", "List the tariffs by country.", "What two hurdles does it have to clear?",
     "Which instruments does the lander carry?", "Which women were sworn in?", "Which stolen cars were found?",
     "Which two Zambians are out?", "What sports are played?", "Which go-betweens met?"],
)  # fmt: skip
def test_lists(question: str) -> None:
    assert is_list(question)


@pytest.mark.parametrize(
    "question",
    ["Who chaired the meeting?", "Which hospital treated her?", "What was his age?", "What is the crisis about?",
     "In which key state did voters turn out?", "What had officials used?", "Which country’s lawmakers urged it?",
     "What value did it put on the jewels?", "Which gas leaked?", "What makes the blankets overheat?",
     "What share of the voters stayed away?", "Which firm pays for the prizes?", "What killed the passengers?",
     "Which neighbour sent forty men?", "What bonus do nurses get?"],
)  # fmt: skip
def test_not_lists(question: str) -> None:
    assert not is_list(question)


def _placed(sentence: str, span: str) -> tuple[Hit, Evidence]:
    hit = Hit("a", None, None, None, sentence, 0, len(sentence), 1.0, {})
    begin = sentence.index(span)
    return hit, Evidence(0, len(sentence), 1.0, 1.0, (begin, begin + len(span)))


@pytest.mark.parametrize(
    ("sentence", "spans", "expected"),
    [
        (
            "The council chose Rosa Keller, Ivan Petrov, and treasurer Wei Tanaka to lead the talks.",
            ("Rosa Keller", "Ivan Petrov"),
            ["Rosa Keller", "Ivan Petrov", "treasurer Wei Tanaka"],
        ),
        (
            "The council wrote to the CEOs of Sollen Air, Norrik, Halden Jet and Corva Wings.",
            ("Halden Jet and Corva Wings",),
            ["Sollen Air", "Norrik", "Halden Jet", "Corva Wings"],
        ),
        (
            "She named Rosa Keller as harbour master, Ivan Petrov as treasurer, and former pilot Wei Tanaka to lead it.",
            ("Rosa Keller", "Ivan Petrov"),
            ["Rosa Keller", "Ivan Petrov", "former pilot Wei Tanaka"],
        ),
        (
            "She named Rosa Keller as harbour master, and Ivan Petrov resigned.",
            ("Rosa Keller",),
            ["Rosa Keller"],
        ),
        (
            "Watches were issued for Halden, Corva and parts of the Pell coast.",
            ("Halden", "Corva"),
            ["Halden", "Corva", "parts of the Pell coast"],
        ),
        (
            "The effects include loss of snow in the hills, loss of summer ice, and a slow retreat of sea ice and ice sheets.",
            ("loss of snow in the hills",),
            ["loss of snow in the hills", "loss of summer ice", "a slow retreat of sea ice and ice sheets"],
        ),
        (
            "The crew was led by Rosa Keller, its first mate, along with Ivan Petrov (Halden) and Wei Tanaka.",
            ("Rosa Keller", "Ivan Petrov", "Wei Tanaka", "Rosa Keller, its first mate"),
            ["Rosa Keller", "Ivan Petrov", "Wei Tanaka"],
        ),
        (
            "Against it stood Rosa Keller, who wanted a ferry, and Ivan Petrov, 41, who wanted nothing.",
            ("Rosa Keller", "Ivan Petrov"),
            ["Rosa Keller", "Ivan Petrov"],
        ),
        (
            "She named Secretary of Trade Rosa Keller, Harbour Director Ivan Petrov and envoy Wei Tanaka to do it.",
            ("Trade Rosa Keller", "Harbour Director Ivan Petrov"),
            ["Secretary of Trade Rosa Keller", "Harbour Director Ivan Petrov", "envoy Wei Tanaka"],
        ),
        (
            "The prize was spent on a boat, new sails and a week in the hills.",
            ("a boat", "new sails", "a week in the hills", "a boat, new sails and a week in the hills"),
            ["a boat", "new sails", "a week in the hills"],
        ),
        (
            "Fishers with a licence, ferry crews on duty and children under ten would pay nothing.",
            ("Fishers with a licence", "ferry crews on duty", "children under ten"),
            ["Fishers with a licence", "ferry crews on duty", "children under ten"],
        ),
        (
            "On Friday, a storm cut the cable and threw sand on the mill, the Old Court and the houses of fishers.",
            ("the Old Court", "the mill"),
            ["the mill", "the Old Court", "the houses of fishers"],
        ),
    ],
)
def test_the_whole_enumeration_is_given(sentence: str, spans: tuple[str, ...], expected: list[str]) -> None:
    for span in spans:
        hit, evidence = _placed(sentence, span)
        assert items(hit, evidence) == expected, span
        assert several(hit, evidence) == (expected if len(expected) > 2 else []), span


@pytest.mark.parametrize(
    ("sentence", "span"),
    [
        ("She praised Rosa Keller and met Ivan Petrov.", "Rosa Keller"),
        ("Rosa Keller, Halden’s mayor, signed it and left.", "Rosa Keller"),
        ("It was opened by Rosa Keller, a teacher, and Halden Council paid for it.", "Rosa Keller"),
        ("The fire took a barn and two people were hurt.", "a barn"),
        ("He sold the boat, and the house went to his sister.", "the boat"),
        ("On Friday, Rosa Keller left.", "Rosa Keller"),
    ],
)
def test_what_only_stands_beside_it_is_no_item(sentence: str, span: str) -> None:
    hit, evidence = _placed(sentence, span)
    assert items(hit, evidence) == [span]
    assert several(hit, evidence) == [] and together(hit, evidence) == []


@pytest.mark.parametrize(
    ("sentence", "name", "expected"),
    [
        ("Rosa Keller and Ivan Petrov signed it.", "Ivan Petrov", ["Rosa Keller", "Ivan Petrov"]),
        ("Rosa Keller, Ivan Petrov and Wei Tanaka signed it.", "Rosa Keller", ["Rosa Keller", "Ivan Petrov", "Wei Tanaka"]),
        ("Rosa Keller signed it.", "Rosa Keller", []),
    ],
)
def test_names_that_stand_together(sentence: str, name: str, expected: list[str]) -> None:
    assert together(*_placed(sentence, name)) == expected


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


@pytest.mark.parametrize("text", ["They apply from May.", "The rates differ: two are high.", "Rates:"])
def test_no_bulleted_list(text: str) -> None:
    hit = Hit("a", None, None, None, text, 0, len(text), 1.0, {})
    assert bulleted(hit, Evidence(0, len(text), 1.0, 1.0)) == []


def test_a_quotation_is_one_thing() -> None:
    said = "lengthy and highly productive"
    hit, evidence = _placed(f"She called the talks “{said}” on Friday.", said)
    assert items(hit, evidence) == [said]
