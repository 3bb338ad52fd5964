"""The content words of a question, and the expression that finds them."""

import sqlite3

import pytest

from index.terms import content_words, fold, forms, lemmas, match_expression, words


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("The mayor’s plan", ["the", "mayor", "plan"]),
        ("U.S. troops in the U.K.", ["us", "troops", "in", "the", "uk"]),
        ("3.5 percent of 1,200", ["3.5", "percent", "of", "1,200"]),
        ("café Señor", ["cafe", "senor"]),
        ("students' work", ["students", "work"]),
        ("?!", []),
    ],
)
def test_words_are_folded(text: str, expected: list[str]) -> None:
    assert words(text) == expected


def test_one_word_is_folded() -> None:
    assert (fold("Dahl's"), fold("U.S."), fold("1.5"), fold("Łódź")) == ("dahl", "us", "1.5", "łodz")


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("Who closed the hall in Harwick?", ["closed", "hall", "harwick"]),
        ("Did the US send troops? Did the troops go?", ["us", "send", "troops", "go"]),
        ("What did the U.S. say?", ["us"]),
        ("What did he tell us about the hall?", ["hall"]),
        ("Who is he?", ["who", "is", "he"]),  # nothing else is left
        ("", []),
    ],
)
def test_the_words_of_a_question_that_mean_something(question: str, expected: list[str]) -> None:
    assert content_words(question) == expected


def test_a_word_has_its_dictionary_forms_and_inflections() -> None:
    assert lemmas("met") >= {"met", "meet"}
    assert forms("met")[0] == "met"
    assert set(forms("met")) >= {"meet", "meets", "meeting"}
    assert forms("3.5") == ("3.5",)
    assert forms("łodz") == ("łodz",)


def test_an_expression_names_each_form_once() -> None:
    parts = match_expression("Who met the mayor and met the mayors?").split(" OR ")
    assert parts == ['"met"', '"meet"', '"mayor"'], "the index stems by itself: a form more would count twice"
    assert match_expression("?!") == ""


@pytest.mark.parametrize(
    ("question", "text"),
    [
        ("Did the U.S. leave?", "The U.S. left Harwick."),
        ("Whom did Ida meet?", "Ida met the mayor."),
        ("Was it 3.5 percent?", "It was 3.5 percent."),
        ('Who said "NEAR" OR NOT * (x)?', "Near the hall."),
        ("What of the café?", "The cafe closed."),
        ("Is O'Neill's hall open?", "O’Neill opened a hall."),
    ],
)
def test_sqlite_finds_the_text_with_the_expression(question: str, text: str) -> None:
    db = sqlite3.connect(":memory:")
    db.execute("CREATE VIRTUAL TABLE t USING fts5 (body, tokenize = 'porter unicode61 remove_diacritics 2')")
    db.execute("INSERT INTO t VALUES (?)", (text,))
    found = db.execute("SELECT count(*) FROM t WHERE t MATCH ?", (match_expression(question),)).fetchone()
    db.close()
    assert found == (1,)
