"""Days that are meant as a filter, and days that are not."""

from __future__ import annotations

from datetime import date

import pytest

from assistant.when import Limits, days, limits

TODAY = "2025-02-19"  # a Wednesday


@pytest.mark.parametrize(
    ("question", "understood", "since", "until"),
    [
        ("In articles since Friday, what did Vance say?", "What did Vance say?", "2025-02-14", None),
        ("What did Vance say in articles published last week?", "What did Vance say?", "2025-02-10", "2025-02-16"),
        ("What was reported last week about the ferry?", "What was reported about the ferry?", "2025-02-10", "2025-02-16"),
        (
            "What do stories before 14 February say about the ferry?",
            "What do stories say about the ferry?",
            None,
            "2025-02-13",
        ),
        ("What did Keller say in coverage from May 2024?", "What did Keller say?", "2024-05-01", "2024-05-31"),
        ("What has Keller said since Monday?", "What has Keller said?", "2025-02-17", None),
        ("Who resigned, according to reports of 2025-02-03?", "Who resigned?", "2025-02-03", "2025-02-03"),
    ],
)
def test_a_stated_filter(question: str, understood: str, since: str | None, until: str | None) -> None:
    assert limits(question, TODAY) == Limits(understood, since, until)


@pytest.mark.parametrize(
    "question",
    [
        "What happened on Friday?", "Who won the election last week?", "What did Keller say in February?", "Did the news please him?",
        "How many articles does the treaty have?", "What was published?", "Who was born in May 1970?", "Did she report in 31 February?",
    ],
)  # fmt: skip
def test_a_day_that_is_only_spoken_of(question: str) -> None:
    assert limits(question, TODAY) == Limits(question)


def test_since_alone_takes_a_given_day() -> None:
    assert limits("What has Keller said since Monday?") == Limits("What has Keller said since Monday?")


@pytest.mark.parametrize(
    ("words", "span"),
    [
        ("yesterday", ("2025-02-18", "2025-02-18")), ("wednesday", ("2025-02-19", "2025-02-19")), ("this week", ("2025-02-17", "2025-02-19")),
        ("last month", ("2025-01-01", "2025-01-31")), ("December", ("2024-12-01", "2024-12-31")), ("3 March", ("2024-03-03", "2024-03-03")),
        ("March 3, 2025", ("2025-03-03", "2025-03-03")), ("2024", ("2024-01-01", "2024-12-31")), ("last year", ("2024-01-01", "2024-12-31")),
        ("the past week", ("2025-02-12", "2025-02-19")), ("February 2024", ("2024-02-01", "2024-02-29")),
    ],
)  # fmt: skip
def test_days(words: str, span: tuple[str, str]) -> None:
    found = days(words, date.fromisoformat(TODAY))
    assert found is not None
    assert (found[0].isoformat(), found[1].isoformat()) == span


def test_no_such_day() -> None:
    assert days("31 February", date.fromisoformat(TODAY)) is None
