"""What a question asks for, and what is of that kind."""

import pytest

from assistant.answer_types import counted_by, countries, expected, fits


@pytest.mark.parametrize(
    ("question", "kind"),
    [
        ("What percentage of voters stayed at home?", "percentage"),
        ("How long was the bridge shut?", "duration"),
        ("For how many more weeks will the pool be closed?", "duration"),
        ("How old is the keeper?", "age"),
        ("How much did the council pay for the barge?", "money"),
        ("What did the barge cost?", "money"),
        ("How many people were hurt?", "count"),
        ("How far is the island from the coast?", "number"),
        ("Which year did the pier burn down?", "year"),
        ("When does the ferry leave?", "time"),
        ("At what time does the ferry leave?", "clock"),
        ("Who opened the fair?", "person"),
        ("Which senator voted against it?", "person"),
        ("Where was the barge built?", "place"),
        ("Which small port took the barge?", "place"),
        ("Which company runs the ferry?", "name"),
        ("Who is Rosa Keller?", None),
        ("Who is the mayor of Halden?", "person"),
        ("Why was the pier closed?", None),
        ("What did the keeper say?", "saying"),
        ("What has Keller promised the crews?", "saying"),
        ("How did the council respond to the ruling?", "saying"),
        ("What percentage did the mayor say would move?", "percentage"),
        ("Who said that the pier was safe?", "speaker"),
        ("What was the barge called?", None),
        ("What is the opening date?", "time"),
        ("What was Keller really doing in Corva?", "deed"),
        ("What will the council build there?", "deed"),
        ("Which country sent the barge?", "country"),
        ("Over what neighbouring nation did it fly?", "country"),
    ],
)
def test_the_kind_that_is_asked_for(question: str, kind: str | None) -> None:
    assert expected(question) == kind


@pytest.mark.parametrize(
    ("kind", "span", "before", "value"),
    [
        ("clock", "12:33 p.m. on Monday", "", 1.0),
        ("clock", "half past six", "", 1.0),
        ("clock", "29 April", "", -1.0),
        ("percentage", "38 per cent", "by ", 1.0),
        ("percentage", "38", "by ", -1.0),
        ("duration", "nine weeks", "for ", 1.0),
        ("duration", "£9", "", -1.0),
        ("age", "19", "", 1.0),
        ("age", "9 January", "", -1.0),
        ("age", "seven years", "", -1.0),
        ("age", "seven years old", "", 1.0),
        ("money", "£2.3 million", "", 1.0),
        ("money", "30 September", "by ", -1.0),
        ("count", "eleven", "", 1.0),
        ("count", "$11", "", -1.0),
        ("count", "2019", "in ", -1.0),
        ("count", "the people", "", -1.0),
        ("number", "12 miles", "", 1.0),
        ("year", "1994", "in ", 1.0),
        ("year", "December", "in ", -1.0),
        ("time", "end of December", "", 1.0),
        ("time", "Carrow Bay", "in ", -1.0),
        ("person", "Rosa Keller", "said ", 1.0),
        ("person", "Halden", "a hotel in ", -1.0),
        ("person", "Saturday", "on ", -1.0),
        ("person", "the keeper", "", 0.0),
        ("place", "Mill Lane", "at ", 1.0),
        ("place", "in the harbour", "", 1.0),
        ("place", "12", "", -1.0),
        ("place", "Corva", "President Keller of ", -1.0),
        ("place", "Corva", "the University of ", 0.0),
        ("deed", "Saturday", "on ", -1.0),
        ("deed", "on the morning of 26 May", "", -1.0),
        ("deed", "26 May’s dinner", "", 0.0),
        ("deed", "a wedding", "", 0.0),
        ("name", "the barge", "", -1.0),
        ("country", "to Ivory Coast", "", 1.0),
        ("country", "the U.S.", "in ", 1.0),
        ("country", "Niger", "from ", 1.0),
        ("country", "Halden", "in ", -1.0),
        ("country", "the Usher", "", -1.0),
        ("saying", "the bridge will close", "Keller said that ", 1.0),
        ("saying", "unsafe", "She called the bridge “", 1.0),
        ("saying", "the bridge will close", "", 0.0),
        ("saying", "Rosa Keller", "", -1.0),
        (None, "anything", "", 0.0),
    ],
)
def test_what_is_of_a_kind(kind: str | None, span: str, before: str, value: float) -> None:
    assert fits(kind, span, before) == value


@pytest.mark.parametrize(
    ("question", "counted"),
    [
        ("How many elderly people were moved?", "elderly people"),
        ("In Halden, how many crates did the barge carry?", "crates"),
        ("How many of them were hurt?", ""),
        ("How much was paid?", ""),
    ],
)
def test_what_a_question_counts(question: str, counted: str) -> None:
    assert counted_by(question).strip() == counted


def test_countries_of_a_text() -> None:
    text = "From Bosnia and Herzegovina it went by way of Turkey, Côte d’Ivoire and Guinea-Bissau to the U.S., not Halden."
    assert countries(text) == ["Bosnia and Herzegovina", "Turkey", "Côte d’Ivoire", "Guinea-Bissau", "U.S."]
