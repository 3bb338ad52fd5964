"""Who says a sentence, and when."""

from __future__ import annotations

import pytest

from assistant.attribution import referent, said_on, sayer, speaker


@pytest.mark.parametrize(
    ("sentence", "who"),
    [
        ("“We will not pay,” Rosa Keller said at the town hall.", "Rosa Keller"),
        ("“We will not pay,” said Rosa Keller, the treasurer of the club.", "Rosa Keller"),
        ("The harbor master told reporters on Tuesday that no fuel got out.", "The harbor master"),
        ("Senator Ivan Petrov, a member of the committee, called it a mistake.", "Senator Ivan Petrov"),
        ("“We will not pay,” he said.", None),
        ("He said the plan was dead.", None),
        ("In Halden, officials said no.", None),
        ("The bridge was closed for the winter.", None),
    ],
)
def test_the_speaker_only_where_the_sentence_names_one(sentence: str, who: str | None) -> None:
    assert speaker(sentence) == who


@pytest.mark.parametrize(
    ("sentence", "published", "when"),
    [
        ("Keller said on Friday that she would stay.", "2025-02-15", "2025-02-14"),
        ("Keller said on Saturday that she would stay.", "2025-02-15T09:00:00+00:00", "2025-02-15"),
        ("Keller said on Friday that she would stay.", None, "Friday"),
        ("Keller said yesterday that she would stay.", "2025-03-01", "2025-02-28"),
        ("Keller said on December 30 that she would stay.", "2025-01-02", "2024-12-30"),
        ("Keller said on March 3, 2024 that she would stay.", None, "2024-03-03"),
        ("Keller said on February 30 that she would stay.", "2025-03-01", "February 30"),
        ("The shop opens on Friday.", "2025-02-15", None),
    ],
)
def test_the_day_of_saying(sentence: str, published: str | None, when: str | None) -> None:
    assert said_on(sentence, published) == when


@pytest.mark.parametrize(
    ("quote", "before", "who"),
    [
        ("He later avoided a clear answer.", "Ivan Petrov ruled the plan out.", "Ivan Petrov"),
        ("She said no.", "The council asked Rosa Keller’s office twice.", "Rosa Keller"),
        ("He said no.", "Ivan Petrov met Wei Tanaka.", None),
        ("He said no.", "The city council of Halden met.", None),
        ("The mayor said no.", "Ivan Petrov ruled the plan out.", None),
        ("He said no.", "The Halden City Council heard Ivan Petrov.", "Ivan Petrov"),
    ],
)
def test_whom_a_leading_pronoun_means(quote: str, before: str, who: str | None) -> None:
    assert referent(quote, before) == who


@pytest.mark.parametrize(
    ("quote", "before", "found"),
    [
        ("“We are late,” said Ida Marsh.", [], ("Ida Marsh", 0)),
        (
            "“We are late,” she said.",
            ["Ida Marsh, who runs the ferry, said it would sail.", "The fog lifted."],
            ("Ida Marsh", 2),
        ),
        ("“We are late,” he added.", ["The mayor, Tom Vell, came by boat."], ("Tom Vell", 1)),
        ("“We are late,” she said.", ["Ida Marsh met Rosa Keller on the quay."], None),
        ("“We are late,” she said.", ["The crew slept in New Marwick."], None),
        ("“We are late,” she said.", ["Ida Marsh came.", "One went.", "Two went.", "Three went."], None),
        ("The ferry is late.", ["Ida Marsh said it would sail."], None),
    ],
)
def test_who_says_what_she_said(quote: str, before: list[str], found: tuple[str, int] | None) -> None:
    assert sayer(quote, before) == found
