"""What tells another answer from a neighbouring matter: what it is fitted on."""

from __future__ import annotations

from assistant.reader import Evidence, Reading
from eval.fit_rivals import Asked, _fitted, _of_articles, _of_stories, _rivals, _sides
from eval.fit_rivals import Row as FittedRow
from eval.stories import stories_suite
from index import Hit

SENTENCES = ("Twelve people were hurt in Lowick.", "Fifteen people were hurt in Lowick.", "Lowick has forty people.")


def _reading(at: int, span: str | None, stance: tuple[float, float, float] | None = None) -> Reading:
    text = SENTENCES[at]
    hit = Hit(str(at), "Lowick", None, None, text, 0, len(text), 1.0, {})
    place = (text.index(span), text.index(span) + len(span)) if span else None
    return Reading(hit, 1.0, (Evidence(0, len(text), 0.9 - at / 10, 0.9 - at / 10, place, stance),))


def test_nothing_of_the_test_split_is_fitted_on() -> None:
    tested = {case.question for case in stories_suite("test").cases}
    _, rows = _of_stories()
    assert rows and not tested & {row.question for row in rows}
    assert all(row.kind in ("one", "open") for row in _of_articles()[1])


def test_another_right_answer_is_told_from_a_neighbour() -> None:
    readings = [_reading(0, "Twelve people"), _reading(1, "Fifteen people"), _reading(2, "forty people")]
    places = {("Lowick", SENTENCES[0]): None, ("Lowick", SENTENCES[1]): None}
    asked = Asked("s", "How many people were hurt?", True, "differ", ("Twelve people", "Fifteen people"), places, readings)
    assert [row.right for row in _rivals([asked])] == [True, False]
    alone = Asked("s", "How many people were hurt?", False, "one", ("Twelve people",), places, readings)
    assert [row.right for row in _rivals([alone])] == [False, False]


def test_the_other_side_is_a_sentence_that_says_so() -> None:
    yes, no = (0.9, 0.05, 0.05), (0.05, 0.9, 0.05)
    readings = [_reading(0, None, yes), _reading(1, None, no), _reading(2, None, no)]
    places = {("Lowick", SENTENCES[0]): "yes", ("Lowick", SENTENCES[1]): "no"}
    asked = Asked("s", "Were they hurt?", True, "differ", (), places, readings)
    assert [row.right for row in _sides([asked])] == [True, False]


def test_a_feature_counts_one_way_only() -> None:
    rows = [FittedRow(f"story {at}", at, at % 2 == 0, (float(at % 2), float(at % 5)), at % 2 == 0) for at in range(100)]
    (first, _, _), _, _ = _fitted(rows, ("score", "alike"), 0.1)
    assert first == 0, "a higher score never speaks against"
    assert _fitted(rows, ("lead", "alike"), 0.1)[0][0] < 0


def test_the_threshold_lets_so_many_second_answers_through() -> None:
    rows = [
        FittedRow(f"story {number}", number, number % 2 == 0, (float(number % 2 == 0) + number % 7 / 10,), number % 2 == 0)
        for number in range(200)
    ]
    weights, least, told = _fitted(rows, ("score",), 0.1)
    assert weights[0] > 0 and 0 < least < 1
    assert told["told a second"] <= 0.2 < 0.9 <= told["told rightly"] and told["auc"] > 0.95
