"""The invented articles with questions: their form, and what the reader learns from them."""

from __future__ import annotations

import random

import pytest

from eval.suites import find_suite
from eval.training import written
from eval.training.examples import NEITHER, NO, YES
from eval.training.written import parsed
from index import UsageError

ONE = """\
= Ferry to stay in harbour
1 The ferry will not sail before May, Ada Marsh said on Monday.
2 She chairs the inquiry with Tom Okafor and Li Na, who joined in March.
3 The harbour office said the ferry would sail in April after all.

? Will the ferry sail in April? | mixed | 1- 3+
? Did Ada Marsh speak on Monday? | yes | 1
? Was Marsh paid for the inquiry? | - |
? When did Li Na join? | in March | 2
? Who chairs the inquiry beside Marsh? | Tom Okafor // Li Na | 2
? Who owns the ferry? | - |
"""


def test_a_file_is_read_as_it_is_written() -> None:
    (article,) = parsed(ONE, "one.txt")
    assert article.headline == "Ferry to stay in harbour" and len(article.sentences) == 3
    mixed, yes, unknown, when, who, owner = article.questions
    assert mixed.verdict == "mixed" and mixed.stances == ((0, NO), (2, YES)) and mixed.polar
    assert yes.verdict == "yes" and yes.where == (0,)
    assert unknown.polar and unknown.verdict is None and not unknown.where
    assert when.answers == ("in March",) and not when.polar
    assert who.answers == ("Tom Okafor", "Li Na")
    assert not owner.polar and not owner.where


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("? Who chairs it? | Ada March | 1", "line 4: «Ada March» doesn't stand"),
        ("? Who chairs it? | Ada Marsh | 9", "line 4: no such sentence"),
        ("? Who chairs it? | - | 1", "line 4: an answer names its sentences"),
        ("? Does she chair it? | yes |", "line 4: an answer names its sentences"),
        ("? Who chairs it | Ada Marsh | 1", "line 4: neither"),
        ("7 Out of order.", "line 4: neither"),
    ],
)
def test_a_line_that_breaks_the_form_is_named(line: str, reason: str) -> None:
    with pytest.raises(UsageError, match=f"one.txt, {reason}"):
        parsed("\n".join([*ONE.splitlines()[:3], line]), "one.txt")


def test_a_file_begins_with_a_headline() -> None:
    with pytest.raises(UsageError, match="a headline"):
        parsed("1 A sentence.", "one.txt")


def test_each_sentence_that_settles_a_question_says_what_it_says() -> None:
    (article,) = parsed(ONE, "one.txt")
    units = list(written._polar_units(random.Random(1), article, article.questions[0], testing=False))
    said = {example.passage: example.stance for example in units[0]}
    assert said[article.sentences[0]] == NO and said[article.sentences[2]] == YES and said[article.sentences[1]] == NEITHER
    assert len(units) == 1, "a passage that says both teaches neither"
    for example in next(written._polar_units(random.Random(1), article, article.questions[2], testing=False)):
        assert example.stance == NEITHER and example.relevant == 0.0


def test_a_span_stands_where_it_is_said_to() -> None:
    (article,) = parsed(ONE, "one.txt")
    for seed in range(8):
        for asked in article.questions[3:]:
            for unit in written._open_units(random.Random(seed), article, asked, testing=False):
                for example in unit:
                    if example.span:
                        text = example.passage[slice(*example.span)]
                        assert text in ("in March", "Tom Okafor and Li Na")
                    assert bool(example.relevant) == (example.span is not None)


def test_a_passage_tells_where_a_yes_no_question_is_settled() -> None:
    (article,) = parsed(ONE, "one.txt")
    found = set()
    for seed in range(20):
        for unit in written._polar_units(random.Random(seed), article, article.questions[1], testing=False):
            found |= {one.passage[slice(*one.span)] for one in unit if one.span}
    assert found == {article.sentences[0]}


def test_a_sentence_of_another_matter_says_nothing_to_a_question_with_a_name() -> None:
    (article,) = parsed(ONE, "one.txt")
    (other,) = parsed(
        "= Train stays in depot\n1 The train, like the ferry, will not sail in April; nobody would speak.\n", "two.txt"
    )
    (same,) = parsed("= Marsh speaks\n1 Of the ferry in April Marsh said no more.\n", "three.txt")
    others = written.Others([article, other, same])
    hardest = others.hardest("Did Marsh say the ferry will sail in April?", article)
    assert hardest == [(other, other.sentences[0])], "the article itself and those that name Marsh may answer"
    assert others.hardest("Will the ferry sail in April?", article) == [], "without a name any other one may"
    found = [
        example
        for seed in range(20)
        for unit in written._polar_units(random.Random(seed), article, article.questions[1], testing=False)
        for example in written._crossed(random.Random(seed), unit, article, others)
        if example.title == other.headline
    ]
    assert found and {(one.passage, one.relevant, one.stance) for one in found} == {(other.sentences[0], 0.0, NEITHER)}


def test_all_articles_follow_the_form_and_none_stands_twice() -> None:
    articles = written.written()
    assert len(articles) > 500
    assert len({article.headline for article in articles}) == len(articles)
    for article in articles:
        assert len(article.sentences) >= 5 and len(article.questions) >= 8, article.headline


def test_what_is_held_or_tested_is_not_learned_from() -> None:
    split = [{article.headline for article in written.of_split(testing)} for testing in (False, True)]
    assert not split[0] & split[1] and split[0] and split[1]
    assert len(split[0] | split[1]) < len(written.written()), "some are held for fitting"


def test_no_question_of_the_suites_is_learned_from() -> None:
    learned = {asked.question.casefold() for article in written.written() for asked in article.questions}
    for name in ("samples", "newsroom"):
        assert not learned & {case.question.casefold() for case in find_suite(name).cases}


def test_the_articles_are_a_suite_of_their_own() -> None:
    suite = find_suite("invented")
    kinds = {case.kind for case in suite.cases}
    assert kinds == {"fact", "list", "yes_no", "unanswerable"}
    assert len(suite.articles) == len(written.written())
    tested = {asked.question for article in written.of_split(testing=True) for asked in article.questions}
    assert {case.question for case in suite.cases} == tested
