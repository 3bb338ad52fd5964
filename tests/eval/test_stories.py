"""Stories that several articles tell: their form, and the suite made of them."""

from __future__ import annotations

import pytest

from eval.stories import parsed, pile, stories
from eval.suites import find_suite
from index import UsageError

ONE = """\
== the ferry
= Ferry to stay in harbour | Coast Wire | 2025-03-04
1 The ferry will not sail before May, Ada Marsh said on Monday.
2 Twelve passengers were hurt, and nine ships lie in the harbour.
= The ferry sails after all | Lowick Post | -
1 The ferry will sail in April, the harbour office said.
2 It counts fifteen passengers who were hurt, eleven ships and two tugs.

? Will the ferry sail in April? | mixed | A1- B1+
? Is the ferry to sail? | changed | A1- B1+
? Did Ada Marsh speak on Monday? | yes | A1
? Was Marsh paid? | - |
? How many passengers of the ferry were hurt? | Twelve passengers <> fifteen passengers | A2 B2
? How many ships are there? | nine ships ~> eleven ships | A2 B2
? Who spoke of the ferry? | Ada Marsh // harbour office | A1 B1
? When did Marsh speak? | on Monday | A1
"""


def test_a_file_is_read_as_it_is_written() -> None:
    (story,) = parsed(ONE, "one.txt")
    assert story.name == "the ferry" and [told.source for told in story.articles] == ["Coast Wire", "Lowick Post"]
    assert [told.article.published for told in story.articles] == ["2025-03-04", None]
    kinds = [asked.kind for asked in story.questions]
    assert kinds == ["differ", "moved", "one", "open", "differ", "moved", "list", "one"]
    assert [asked.verdict for asked in story.questions] == ["mixed", "mixed", "yes", None, None, None, None, None]
    assert [asked.polar for asked in story.questions] == [True, True, True, True, False, False, False, False]
    assert story.questions[5].answers == ("nine ships", "eleven ships")
    assert [(place.article, place.sentence, place.verdict) for place in story.questions[0].places] == [
        (0, 0, "no"),
        (1, 0, "yes"),
    ]


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("? Who spoke? | Ada March | A1", "«Ada March» doesn't stand"),
        ("? Who spoke? | Ada Marsh | A9", "there is no sentence A9"),
        ("? Who spoke? | Ada Marsh | D1", "there is no sentence D1"),
        ("? Who spoke? | - | A1", "an answer names its sentences"),
        ("? Will it sail? | mixed | A1+ A2+", "«mixed» and «changed» name sentences for both sides"),
        ("? Will it sail? | yes | A1+ A2-", "«mixed» and «changed» name sentences for both sides"),
        ("7 Out of order.", "neither a headline"),
    ],
)  # fmt: skip
def test_a_line_that_breaks_the_form_is_named(line: str, reason: str) -> None:
    with pytest.raises(UsageError, match=f"one.txt, line 5: {reason}"):
        parsed("\n".join([*ONE.splitlines()[:4], line]), "one.txt")


def test_a_file_begins_with_a_story() -> None:
    with pytest.raises(UsageError, match=r"a story \(«== ...»\) comes first"):
        parsed("= Headline | Outlet | -", "one.txt")


def test_the_stories_are_a_suite() -> None:
    test, train, whole = (find_suite("stories", split) for split in ("test", "train", "all"))
    assert {case.kind for case in whole.cases} == {"fact", "list", "yes_no", "conflict", "unanswerable"}
    assert len(test.articles) == len(whole.articles) == len(pile())
    assert len(test.cases) + len(train.cases) == len(whole.cases) == sum(len(story.questions) for story in stories())
    assert not {case.question for case in test.cases} & {case.question for case in train.cases}


def test_no_question_of_the_suites_is_fitted_on() -> None:
    fitted = {asked.question.casefold() for story in stories() for asked in story.questions}
    for name in ("samples", "newsroom"):
        assert not fitted & {case.question.casefold() for case in find_suite(name).cases}
