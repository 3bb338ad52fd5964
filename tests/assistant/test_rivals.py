"""What stands beside the best answer: another one, or the other side."""

from __future__ import annotations

import pytest

from assistant.reader import Evidence
from assistant.rivals import AGAINST, RIVAL, Pair, against, beside, fitted, opponents, rivals
from index import Hit

YES, NO = (0.9, 0.05, 0.05), (0.05, 0.9, 0.05)
QUESTION = "How many people were hurt in the Lowick fire?"


def _pair(
    name: str, text: str, score: float, *, span: str | None = None, stance: tuple[float, float, float] | None = None,
    title: str = "Fire in Lowick", published: str | None = None,
) -> Pair:  # fmt: skip
    hit = Hit(name, title, None, published, text, 0, len(text), 1.0, {})
    place = (text.index(span), text.index(span) + len(span)) if span else None
    return hit, Evidence(0, len(text), score, score, place, stance)


BEST = _pair("a", "Twelve people were hurt when the Lowick mill burned, the fire service said.", 0.9, span="Twelve people")


def test_there_is_a_weight_for_each_feature() -> None:
    found = fitted()
    assert (len(found.rival), len(found.against)) == (len(RIVAL) + 1, len(AGAINST) + 1)
    assert 0 < found.rival_from < 1 and 0 < found.against_from < 1
    assert found.evidence["features"] == {"rival": list(RIVAL), "against": list(AGAINST)}


@pytest.mark.parametrize(
    ("text", "span", "score", "stands"),
    [
        ("Fifteen people were hurt in the Lowick mill fire, two hospitals said.", "Fifteen people", 0.8, True),
        ("A dozen were hurt in the Lowick mill fire, two hospitals said.", "A dozen", 0.8, False),
        ("Forty people live beside the mill.", "Forty people", 0.02, False),
        ("People were hurt in the Lowick mill fire at dawn.", "at dawn", 0.8, False),
    ],
)
def test_another_answer_is_one_to_the_same_question(text: str, span: str, score: float, stands: bool) -> None:
    other = _pair("b", text, score, span=span)
    assert (rivals(QUESTION, "count", BEST, [other]) == [other]) == stands


def test_what_is_of_another_matter_has_no_features() -> None:
    elsewhere = _pair(
        "b", "Fifteen people were hurt in the Orwick fire.", 0.9, span="Fifteen people", title="Fire in Orwick"
    )
    assert not list(beside(QUESTION, "count", BEST, [elsewhere]))
    corrected = _pair("b", "Fifteen people were hurt.", 0.9, span="Fifteen people", title="Correction: mill fire")
    assert [pair for pair, _ in beside(QUESTION, "count", BEST, [corrected])] == [corrected]


def test_the_rest_of_an_article_tells_what_it_is_about() -> None:
    """A passage that names nothing, and the next one of its article that does."""
    first = _pair("b", "Fifteen people were hurt.", 0.8, span="Fifteen people", title="After the fire")
    text = "The mill of Lowick is no more."
    second = (Hit("b", "After the fire", None, None, text, 30, 60, 1.0, {}), Evidence(30, 60, 0.1, 0.1, (34, 38)))
    assert not [pair for pair, _ in beside(QUESTION, "count", BEST, [first])]
    assert first in [pair for pair, _ in beside(QUESTION, "count", BEST, [first, second])]


def test_the_other_side_leans_the_other_way() -> None:
    question = "Did the mayor of Lowick know of the alarm?"
    best = _pair("a", "The mayor of Lowick said she had never heard of the alarm.", 0.8, stance=NO)
    denied = _pair("b", "The mayor of Lowick had known of the alarm for a year, the engineer said.", 0.7, stance=YES)
    undecided = _pair("c", "The mayor of Lowick spoke of the alarm.", 0.7, stance=(0.45, 0.4, 0.15))
    same = _pair("d", "The mayor of Lowick knew nothing of the alarm.", 0.7, stance=NO)
    assert [pair for pair, _ in against(question, best, [denied, undecided, same])] == [denied]
    assert opponents(question, best, [denied, undecided, same]) == [denied]


def test_without_spans_or_stances_nothing_stands_beside() -> None:
    bare = _pair("b", "The Lowick fire hurt fifteen.", 0.9)
    assert not list(beside(QUESTION, "count", bare, [BEST])) and not list(beside(QUESTION, "count", BEST, [bare]))
    assert not list(against(QUESTION, bare, [BEST]))
