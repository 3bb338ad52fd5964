"""Judging by the design's table, on readings made by hand."""

from __future__ import annotations

from dataclasses import replace

import pytest

from assistant.compose import compose, lead, text_of
from assistant.judge import Judgement, judge
from assistant.reader import Evidence, Reading
from assistant.rivals import particulars
from index import Article, Hit

YES, NO, OPEN = (0.9, 0.05, 0.05), (0.05, 0.9, 0.05), (0.1, 0.1, 0.8)


def _reading(
    name: str, text: str, support: float, *, stance: tuple[float, float, float] | None = None, span: str | None = None,
    published: str | None = None,
) -> Reading:  # fmt: skip
    hit = Hit(name, f"Story {name}", f"Outlet {name}", published, text, 0, len(text), 1.0, {})
    place = (text.index(span), text.index(span) + len(span)) if span else None
    return Reading(hit, support, (Evidence(0, len(text), support, support, place, stance),))


def _polar(*readings: Reading, threshold: float = 0.5) -> Judgement:
    return judge(readings, threshold, question="Did it?", polar=True)


@pytest.mark.parametrize(("stance", "verdict"), [(YES, "yes"), (NO, "no")])
def test_one_thing_said(stance: tuple[float, float, float], verdict: str) -> None:
    found = _polar(
        _reading("a", "The council met.", 0.8, stance=stance), _reading("b", "They met there.", 0.7, stance=stance)
    )
    assert (found.status, found.verdict, found.changed) == ("answered", verdict, False)
    assert found.short == (verdict.capitalize(),) and found.confidence == 0.8
    assert {support.stance for support in found.supports} == {verdict}


@pytest.mark.parametrize(("support", "verdict"), [(0.9, "mixed"), (0.05, "yes"), (0.01, "yes")])
def test_weak_evidence_against_does_not_count(support: float, verdict: str) -> None:
    found = judge(
        [_reading("a", "The council of Halden met on Monday to sell the ferry.", 0.95, stance=YES),
         _reading("b", "Nobody in Corva bought a boat that week.", support, stance=(0.1, 0.2, 0.7) if support < 0.1 else NO)],
        0.2, question="Did they meet?", polar=True,
    )  # fmt: skip
    assert found.verdict == verdict


def test_a_sentence_that_leans_neither_way_contradicts_nothing() -> None:
    said = _reading("a", "The council met.", 0.6, stance=YES)
    assert _polar(said, _reading("b", "Nobody came.", 0.55, stance=(0.40, 0.45, 0.15))).verdict == "yes"
    assert _polar(said, _reading("b", "Nobody came.", 0.55, stance=(0.25, 0.60, 0.15))).verdict == "mixed"


def test_what_became_of_another_thing_contradicts_nothing() -> None:
    found = judge(
        [_reading("a", "The library of Halden will close.", 0.9, stance=YES),
         _reading("b", "The library of Orwick will stay open.", 0.8, stance=NO)],
        0.5, question="Will the library of Halden close?", polar=True,
    )  # fmt: skip
    assert (found.status, found.verdict) == ("answered", "yes")
    assert [support.hit.article_id for support in found.supports] == ["a"]


def test_first_one_thing_and_later_another() -> None:
    found = _polar(
        _reading("new", "The plan is now dead.", 0.9, stance=NO, published="2025-03-02"),
        _reading("old", "The plan goes ahead.", 0.8, stance=YES, published="2025-03-01T10:00:00+00:00"),
    )
    assert (found.status, found.verdict, found.changed) == ("answered", "mixed", True)
    assert [support.hit.article_id for support in found.supports] == ["old", "new"]


@pytest.mark.parametrize(
    ("question", "verdict"),
    [("Does the plan still go ahead?", "no"), ("Is the plan dead by now?", "no"), ("Did the plan go ahead?", "mixed"),
     ("Is the snow on the plan?", "mixed")],
)  # fmt: skip
def test_where_a_matter_stands_is_what_was_said_last(question: str, verdict: str) -> None:
    found = judge(
        [_reading("new", "The plan no longer goes ahead.", 0.8, stance=NO, published="2025-03-02"),
         _reading("old", "The plan goes ahead.", 0.9, stance=YES, published="2025-03-01")],
        0.2, question=question, polar=True,
    )  # fmt: skip
    assert (found.status, found.verdict, found.changed) == ("answered", verdict, True)
    assert found.short == (verdict.capitalize(),)
    assert [support.hit.article_id for support in found.supports] == ["old", "new"]


def test_the_same_person_who_says_another_thing_later_moved() -> None:
    found = _polar(
        _reading("new", "The plan is dead, Ivan Petrov said.", 0.9, stance=NO, published="2025-03-02"),
        _reading("old", "Petrov said that the plan goes ahead.", 0.8, stance=YES, published="2025-03-01"),
    )
    assert (found.verdict, found.changed) == ("mixed", True)


@pytest.mark.parametrize(
    "days", [(None, None), ("2025-03-01", "2025-03-01"), ("2025-03-01", None), ("2025-03-01", "2025-03-02")]
)
def test_both_in_an_unknown_order_disagree(days: tuple[str | None, str | None]) -> None:
    found = _polar(
        _reading("a", "The plan is dead.", 0.9, stance=NO, published=days[0]),
        _reading("b", "The plan goes ahead.", 0.8, stance=YES, published=days[1]),
    )
    assert (found.status, found.verdict, found.changed) == ("conflicting", "mixed", False)
    assert {support.stance for support in found.supports} == {"yes", "no"}


@pytest.mark.parametrize(
    ("against", "verdict"),
    [
        ("The plan is dead.", "yes"),
        ("“The plan is dead,” she said.", "mixed"),
        ("Keller said the plan was dead.", "mixed"),
        ("The plan was later withdrawn.", "mixed"),
    ],
)
def test_an_article_does_not_contradict_itself_in_its_own_words(against: str, verdict: str) -> None:
    found = _polar(_reading("a", "The plan goes ahead.", 0.9, stance=YES), _reading("a", against, 0.8, stance=NO))
    assert found.verdict == verdict
    assert {support.stance for support in found.supports} == ({"yes", "no"} if verdict == "mixed" else {"yes"})


def test_an_opinion_does_not_stand_against_a_report() -> None:
    readings = [
        _reading("report", "It saves money.", 0.8, stance=YES),
        _reading("view", "It saves nothing.", 0.9, stance=NO),
    ]
    found = judge(readings, 0.5, question="Does it?", polar=True, opinion=lambda hit: hit.article_id == "view")
    assert found.verdict == "yes"
    alone = judge(readings[1:], 0.5, question="Does it?", polar=True, opinion=lambda hit: hit.article_id == "view")
    assert alone.verdict == "no", "an opinion is better than nothing"


def test_one_article_speaks_once() -> None:
    """Three sentences of one article don't outvote two articles."""
    text = ("It will open.", "Yes, it will.", "Open it will.")
    own = [_reading("a", one, 0.55, stance=YES) for one in text]
    others = [_reading(name, f"It stays shut, {name}.", 0.6, stance=NO) for name in ("b", "c", "d", "e")]
    found = _polar(*own, *others)
    assert found.verdict in ("no", "mixed")
    assert found.supports[0].stance == "no"


def test_amounts_of_two_articles_that_exclude_one_another() -> None:
    found = judge(
        [_reading("a", "Twelve people were hurt.", 0.9, span="Twelve people"),
         _reading("b", "Nineteen people were hurt at the fair.", 0.8, span="Nineteen people")],
        0.5, question="How many people were hurt?",
    )  # fmt: skip
    assert (found.status, found.short) == ("conflicting", ("Twelve people", "Nineteen people"))
    assert lead(found) == "**Sources disagree: Twelve people or Nineteen people.**"


@pytest.mark.parametrize(
    ("question", "one", "other", "support", "short"),
    [
        ("Who chaired the Halden talks?", "Rosa Keller", "Ivan Petrov", 0.8, ("Rosa Keller", "Ivan Petrov")),
        ("Who chaired the Halden talks?", "Rosa Keller", "Keller", 0.8, ("Rosa Keller",)),
        ("Who chaired the Halden talks?", "Rosa Keller", "Ivan Petrov", 0.002, ("Rosa Keller",)),
        ("When were the Halden talks?", "on Monday", "the mayor", 0.8, ("on Monday",)),
        ("How many people live in Halden?", "4,100", "5,200 people", 0.8, ("4,100", "5,200 people")),
        ("How many people live in Halden?", "4,100", "4,100 people", 0.8, ("4,100",)),
    ],
)
def test_another_name_or_number_of_the_kind_asked_for_is_a_rival(
    question: str, one: str, other: str, support: float, short: tuple[str, ...]
) -> None:
    """Who is hardly likely stands against nobody, nor does what is of another kind."""
    found = judge(
        [_reading("a", f"Of Halden it says {one} (talks, people).", 0.9, span=one),
         _reading("b", f"And of Halden it has {other} (talks, people).", support, span=other)],
        0.4, question=question,
    )  # fmt: skip
    assert found.short == short
    assert found.status == ("conflicting" if len(short) > 1 else "answered")


def test_an_amount_is_of_the_kind_by_what_it_counts() -> None:
    """«seven» alone might be an age; «seven years» is how long."""
    found = judge(
        [_reading("a", "The ferry comes back after seven years away.", 0.9, span="seven"),
         _reading("b", "The mayor, who is 34, said so.", 0.8, span="34")],
        0.4, question="How old is the mayor?",
    )  # fmt: skip
    assert found.short == ("34",)


@pytest.mark.parametrize(
    ("question", "short"),
    [
        ("Who is the first woman to lead Halden?", ("Rosa Keller",)),
        ("Who was at the fair?", ("Rosa Keller", "Ivan Petrov", "Wei Tanaka")),
    ],
)
def test_a_question_for_one_gets_one_of_a_row(question: str, short: tuple[str, ...]) -> None:
    text = "Rosa Keller, Ivan Petrov and Wei Tanaka were at the fair, the first woman to lead Halden among them."
    assert judge([_reading("a", text, 0.9, span="Rosa Keller")], 0.4, question=question).short == short


@pytest.mark.parametrize(
    ("text", "span", "short"),
    [
        ("It will call back 3,300 flight attendants from leave.", "3,300", "3,300 flight attendants"),
        ("It flew over 38 people there.", "38", "38 people"),
        ("The wind blew at 40 mph that day.", "40", "40 mph"),
        ("They were seven of the crew.", "seven", "seven"),
        ("It was a Category 3 storm by then.", "3", "Category 3"),
        ("On Friday 12 boats sank.", "12", "12 boats"),
    ],
)
def test_a_bare_number_is_given_with_what_it_counts(text: str, span: str, short: str) -> None:
    found = judge([_reading("a", text, 0.9, span=span)], 0.4, question="How strong or many was it?")
    assert found.short == (short,)


@pytest.mark.parametrize(
    ("text", "span", "short"),
    [
        ("The fair was opened by the mayor of Halden.", "Halden", ("Halden",)),
        ("The winds reached 40 mph on Thursday.", "40 mph", ("40 mph",)),
        ("The flood closed three libraries.", "three", ()),
        ("The flood closed 3 libraries.", "3", ()),
        ("The flood closed libraries there.", "there", ()),
    ],
)
def test_a_list_of_one(text: str, span: str, short: tuple[str, ...]) -> None:
    found = judge([_reading("a", text, 0.9, span=span)], 0.4, question="Which libraries or towns were there?")
    assert (found.status, found.short) == ("answered", short)


def test_what_another_thing_cost_is_neither_rival_nor_quote() -> None:
    found = judge(
        [_reading("a", "The new library of Halden cost 12 million pounds.", 0.9, span="12 million pounds"),
         _reading("b", "The new library of Orwick cost 19 million pounds.", 0.85, span="19 million pounds")],
        0.5, question="How much did the new library of Halden cost?",
    )  # fmt: skip
    assert (found.status, found.short) == ("answered", ("12 million pounds",))
    assert [support.hit.article_id for support in found.supports] == ["a"]


def test_other_words_for_what_happened_are_still_a_disagreement() -> None:
    found = judge(
        [_reading("a", "Nineteen people were hurt at the Averly fair.", 0.9, span="Nineteen people"),
         _reading("b", "Twelve people were injured at the fair in Averly.", 0.85, span="Twelve people")],
        0.5, question="How many people were hurt at the Averly fair?",
    )  # fmt: skip
    assert found.short == ("Nineteen people", "Twelve people")


def test_the_same_amount_in_other_words_is_no_disagreement() -> None:
    found = judge(
        [_reading("a", "They spoke for nearly 90 minutes on Monday.", 0.9, span="nearly 90 minutes"),
         _reading("b", "The call took an hour and a half.", 0.8, span="an hour and a half")],
        0.5, question="How long did they speak?",
    )  # fmt: skip
    assert (found.status, found.short) == ("answered", ("nearly 90 minutes",))


def test_a_list_has_every_item_once() -> None:
    found = judge(
        [_reading("a", "Rosa Keller and Ivan Petrov were chosen.", 0.9, span="Rosa Keller"),
         _reading("b", "Ivan Petrov and Wei Tanaka were chosen for it.", 0.85, span="Ivan Petrov")],
        0.5, question="Who were chosen?",
    )  # fmt: skip
    assert found.short == ("Rosa Keller", "Ivan Petrov", "Wei Tanaka")


def test_the_answer_begins_with_the_direct_answer() -> None:
    reading = _reading("a", "The treaty was signed by Rosa Keller in May.", 0.9, span="Rosa Keller", published="2025-05-02")
    found = judge([reading], 0.5, question="Who signed the treaty?")
    articles = {
        "a": Article("The treaty was signed by Rosa Keller in May.", source="Outlet a", id="a", published="2025-05-02")
    }
    composed = compose(found, articles.get)
    assert composed.short == "Rosa Keller"
    told = text_of(composed.findings, lead(found))
    assert told.startswith("**Rosa Keller.**\n\nOutlet a, 2 May 2025: “The treaty was signed")


@pytest.mark.parametrize(
    ("span", "short"), [("remained", ()), ("was on the", ()), ("the table", ("the table",)), ("Brandt", ("Brandt",))]
)
def test_a_span_that_names_nothing_is_no_short_answer(span: str, short: tuple[str, ...]) -> None:
    text = "Brandt said that it remained, after 14 hours of talks, for what it was on the table."
    found = judge([_reading("a", text, 0.9, span=span)], 0.5, question="What did Brandt say?")
    assert found.status == "answered"
    assert found.short == short


def test_a_changed_position_is_told_in_order() -> None:
    found = _polar(
        _reading("new", "The plan is now dead.", 0.9, stance=NO, published="2025-03-02"),
        _reading("old", "The plan goes ahead.", 0.8, stance=YES, published="2025-03-01"),
    )
    articles = {
        "new": Article("The plan is now dead.", source="Post", id="new", published="2025-03-02"),
        "old": Article("The plan goes ahead.", source="Ledger", id="old", published="2025-03-01"),
    }
    composed = compose(found, articles.get)
    told = text_of(composed.findings, lead(found))
    assert told.index("Earlier, Ledger, 1 March 2025") < told.index("Later, Post, 2 March 2025")
    assert [finding.stance for finding in composed.findings] == ["yes", "no"]


def test_a_sentence_that_leaves_it_open_counts_for_neither() -> None:
    found = _polar(
        _reading("a", "The council met.", 0.6, stance=YES), _reading("b", "It is to vote.", 0.7, stance=(0.09, 0.11, 0.8))
    )
    assert (found.verdict, len(found.supports)) == ("yes", 1)


def test_nothing_that_answers_is_silence() -> None:
    assert _polar(_reading("a", "The council met.", 0.4, stance=OPEN)).status == "not_on_record"
    assert judge([], 0.5).status == "not_on_record"


def test_an_amount_that_a_later_article_corrects() -> None:
    readings = [
        _reading("a", "Closing it saves $480,000 a year.", 0.9, span="$480,000", published="2025-03-01"),
        _reading(
            "b",
            "Closing it will save $340,000 a year, not the $480,000 first announced.",
            0.8,
            span="$340,000",
            published="2025-03-04",
        ),
    ]
    found = judge(readings, 0.5, question="How much does closing it save?")
    assert (found.status, found.changed, found.short) == ("answered", True, ("$480,000", "$340,000"))
    assert lead(found) == "**$480,000, later $340,000.**"


def test_a_correction_need_not_name_again_what_it_corrects() -> None:
    old = _reading("a", "Closing the library of Halden saves $480,000 a year.", 0.9, span="$480,000")
    new = _reading("b", "The figure is $340,000 a year, not $480,000.", 0.8, span="$340,000 a year, not $480,000")
    question = "How much does closing the library of Halden save?"
    assert judge([old, new], 0.5, question=question).short == ("$480,000",)
    new = replace(new, hit=replace(new.hit, title="Correction: the library"))
    assert judge([old, new], 0.5, question=question).short == ("$480,000", "$340,000 a year")


def test_hearsay_does_not_stand_against_a_report() -> None:
    found = _polar(
        _reading("a", "Rumours say the club was sold.", 0.9, stance=YES),
        _reading("b", "The club was not sold.", 0.7, stance=NO),
    )
    assert found.verdict == "no"
    assert _polar(_reading("a", "Rumours say the club was sold.", 0.9, stance=YES)).status == "answered"


def test_a_list_without_spans_is_quoted() -> None:
    found = judge([_reading("a", "Rosa Keller was chosen.", 0.9)], 0.5, question="Who were chosen?")
    assert (found.status, found.short, len(found.supports)) == ("answered", (), 1)


def test_the_name_behind_a_leading_pronoun_stands_outside_the_quote() -> None:
    text = "Ivan Petrov ruled the plan out. He later called it possible."
    start = text.index("He later")
    hit = Hit("a", "Plan", "Post", None, text, 0, len(text), 1.0, {})
    reading = Reading(hit, 1.0, (Evidence(start, len(text), 0.9, 0.9, None, NO),))
    composed = compose(_polar(reading), {"a": Article(text, source="Post", id="a")}.get)
    assert composed.findings[0].text == "Post, on Ivan Petrov: “He later called it possible.”"
    assert composed.citations[0].quote == "He later called it possible."


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("How much did the new library of Halden cost?", ["Halden", "new", "library"]),
        ("How many people were hurt at the Averly fair?", ["Averly", "fair"]),
        ("How many homes were evacuated in the 2025 flood?", ["2025", "flood"]),
        ("How many people were hurt?", []),
    ],
)
def test_which_thing_a_question_means(question: str, expected: list[str]) -> None:
    assert particulars(question) == expected


def test_the_one_who_said_it_is_named_where_the_quote_says_she() -> None:
    text = "Ida Marsh, who runs the ferry, said it would sail. “We are at the end of a road,” she said."
    hit = Hit("a", "Ferry", "Post", None, text, 0, len(text), 1.0, {})
    start = text.index("“We")
    reading = Reading(hit, 1.0, (Evidence(start, len(text), 0.9, 0.9, (start + 1, start + 3)),))
    found = judge([reading], 0.5, question="Who said that they were at the end of a road?")
    assert found.short == ("Ida Marsh",)
    assert [text[one.evidence.start : one.evidence.end][:9] for one in found.supports] == ["“We are a", "Ida Marsh"]


def test_a_bulleted_list_is_given_and_quoted_whole() -> None:
    text = "The rates differ by port:\n- Halden: 12 percent\n- Corva: 20 percent\nThey apply from May."
    hit = Hit("a", "Rates", "Post", None, text, 0, len(text), 1.0, {})
    reading = Reading(hit, 1.0, (Evidence(0, text.index("\n"), 0.9, 0.9, (4, 9)),))
    found = judge([reading], 0.5, question="List the rates by port.")
    assert found.short == ("Halden: 12 percent", "Corva: 20 percent")
    (support,) = found.supports
    assert text[support.evidence.start : support.evidence.end] == "- Halden: 12 percent\n- Corva: 20 percent"


@pytest.mark.parametrize("asked", ["Halden", "Pell"])
def test_a_bulleted_list_that_a_passage_cuts_is_given_whole(asked: str) -> None:
    text = "The rates by port:\n\n- Halden: 12 percent\n\n- Corva: 20 percent\n\n- Pell: 4 percent\n\nThey apply from May."
    cut = text.index("- Pell")
    readings = []
    for start, end, name in ((0, cut, "Halden"), (cut, len(text), "Pell")):
        hit = Hit("a", "Rates", "Post", None, text[start:end].rstrip(), start, end, 1.0, {})
        at, sure = text.index(name), 0.9 if name == asked else 0.3
        readings.append(Reading(hit, 1.0, (Evidence(at - 2, at + 10, sure, sure, (at, at + len(name))),)))
    found = judge(readings, 0.5, question="List the rates by port.")
    assert found.short == ("Halden: 12 percent", "Corva: 20 percent", "Pell: 4 percent")
    quotes = [text[one.evidence.start : one.evidence.end] for one in found.supports]
    assert quotes == ["- Halden: 12 percent\n\n- Corva: 20 percent", "- Pell: 4 percent"]


def test_an_answer_is_of_the_kind_that_is_asked_for() -> None:
    first = _reading("a", "A ferry will sail again, seven years after the last one.", 0.6, span="seven years")
    second = _reading("b", "Tom Vell, who at 34 is the youngest mayor of Milbrook, said so.", 0.4, span="34")
    assert judge([first, second], 0.3, question="How old is the mayor of Milbrook?").short == ("34",)
    assert judge([first], 0.3, question="How old is the mayor of Milbrook?").short == (), "the quote alone"
    assert judge([first], 0.3, question="How long did Milbrook have no ferry?").short == ("seven years",)
