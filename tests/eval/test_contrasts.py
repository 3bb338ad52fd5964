"""Contrasts: their form, and what the reader learns from them."""

from __future__ import annotations

import random

import pytest

from assistant.understand import is_polar
from eval.training import contrasts
from eval.training.contrasts import Contrast, parsed
from eval.training.examples import NEITHER, NO, YES
from index import UsageError

BOTH = """\
? Will the bank keep its branch in Lowick open?
! Is the bank closing its branch in Lowick?
+ The Lowick branch has been spared.
- Lowick is to lose its branch in May.
0 The branch in Lowick opened in 1994.

? Who chairs the Lowick inquiry?
? Whom did ministers put in charge of the Lowick inquiry?
+ The Lowick inquiry is headed by [Ada Marsh], a retired judge.
0 Ada Marsh welcomed the Lowick inquiry.
"""


@pytest.fixture
def both(monkeypatch: pytest.MonkeyPatch) -> tuple[Contrast, ...]:
    """A contrast of each kind, both in the train split."""
    found = tuple(parsed(BOTH, "one.txt"))
    monkeypatch.setattr(contrasts, "of_split", lambda testing: iter(found))
    return found


def test_a_file_is_read_as_it_is_written(both: tuple[Contrast, ...]) -> None:
    polar, other = both
    assert polar.polar and not other.polar
    assert [sentence.stance for sentence in polar.sentences] == [YES, NO, NEITHER]
    assert polar.opposites == ("Is the bank closing its branch in Lowick?",)
    first = other.sentences[0]
    assert first.text == "The Lowick inquiry is headed by Ada Marsh, a retired judge."
    assert first.answer and first.text[slice(*first.answer)] == "Ada Marsh"


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("Who?", "line 1: neither"),
        ("? Who", "line 1: neither"),
        ("+ It rained.", "line 1: a question"),
        ("? Who won?\n- It rained.", "line 1: a question"),
        ("? Did it rain?\n+ It did.", "line 1: a yes/no question has sentences that say no"),
        ("? Who won?\n+ [Ada] won.\n- Tom lost.", "line 1: sentences that say no"),
        ("\n? Who won?\n+ [Ada] beat [Tom].", "line 2: one pair of brackets"),
        ("? Who won?\n+ [Ada] won.\n0 [Tom] lost.", "line 1: one pair of brackets"),
    ],
)
def test_an_entry_that_breaks_the_form_is_named(text: str, reason: str) -> None:
    with pytest.raises(UsageError, match=f"one.txt, {reason}"):
        parsed(text, "one.txt")


@pytest.mark.usefixtures("both")
def test_the_opposite_question_is_answered_the_other_way() -> None:
    keep, close = contrasts.verdicts(random.Random(1), testing=False)
    assert {example.passage: example.stance for example in keep} == {
        "The Lowick branch has been spared.": YES,
        "Lowick is to lose its branch in May.": NO,
        "The branch in Lowick opened in 1994.": NEITHER,
    }
    assert {example.stance: example.passage for example in close}[YES] == "Lowick is to lose its branch in May."
    assert {example.stance: example.relevant for example in close} == {YES: 1.0, NO: 1.0, NEITHER: 0.0}
    assert all(len(unit) == 1 for unit in contrasts.verdicts(random.Random(1), testing=True))


@pytest.mark.usefixtures("both")
def test_each_wording_of_another_question_stands_among_all_sentences() -> None:
    units = list(contrasts.answers(random.Random(1), testing=False))
    assert [unit[0].question[:4] for unit in units] == ["Who ", "Whom"]
    for right, wrong in units:
        assert right.relevant == 1.0 and right.span and right.passage[slice(*right.span)] == "Ada Marsh"
        assert wrong.relevant == 0.0 and wrong.span is None and wrong.stance is None


def test_all_files_are_in_form_and_hold_both_kinds() -> None:
    found = contrasts.contrasts()
    assert {contrast.polar for contrast in found} == {True, False}
    assert all(is_polar(question) == contrast.polar for contrast in found for question in contrast.questions)


def test_no_sentence_of_the_test_split_is_learned_from() -> None:
    for source in (contrasts.verdicts, contrasts.answers):
        taught = {example.passage for unit in source(random.Random(1), False) for example in unit}
        tested = {example.passage for unit in source(random.Random(1), True) for example in unit}
        assert taught and tested and not taught & tested
