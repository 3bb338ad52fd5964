"""Where sentences end, as the texts themselves show it."""

import re
import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index.sentences import MAX_SENTENCE_CHARS, is_heading, sentences


def split(text: str, seams: tuple[int, ...] = ()) -> list[str]:
    return [text[start:end] for start, end in sentences(text, seams)]


# Each case is one text with its sentences between bars.
CASES = [
    "The U.S. Senate voted on the bill. | It passed.",
    "He moved back to the U.S. | The law had changed.",
    "Talks between the U.K. and the E.U. resumed.",
    "J. R. R. Tolkien wrote it in Oxford. | It sold well.",
    "J.K. Rowling spoke first. | Others followed.",
    "A deputy, Ann B. Carter, resigned. | She gave no reason.",
    "Mr. Hale met Gov. Ruiz and Sen. Lee on Monday. | They spoke for an hour.",
    "John Dale Jr. leads the firm. | His father led it before.",
    "The doors open at 9 a.m. Monday in York. | Bring water.",
    "The doors opened at 9 a.m. | Crowds came.",
    "It closed at 5 p.m. | The guards left.",
    "Prices rose 3.5 percent in May. | Wages fell by 0.2 percent.",
    "It cost $1.5 million. | The town paid.",
    "She lives at No. 10 Downing Street. | He lives nearby.",
    "He said no. | Then he left.",
    "“We will go,” she said. | “It is time.” | He nodded.",
    'He told them, "Wait here." | Then he left.',
    "'It is over.' | The crowd went home.",
    '"Why?" she asked. | Nobody knew.',
    "“Stop!” the guard shouted. | They ran.",
    "Will it rain? | Yes! | Bring a coat.",
    "Well ... maybe so. | We shall see.",
    "It went on and on... | Then it stopped.",
    "It went on and on… | Then it stopped.",
    "The company Yahoo! said so. | Others agreed.",
    "Council approves a new park \n\n The council voted on Monday. | It was close.",
    "1. Open the door. | 2. Close the window.",
    "(He had been warned.) | She had not.",
    "Acme Inc. reported a loss. | Its rival Bolt Corp. did not.",
    "It began on Jan. 5 in Paris. | It ended in Feb. 2025.",
    "雨が降った。| 風も吹いた。",
]


@pytest.mark.parametrize("case", CASES)
def test_a_text_is_split_where_its_sentences_end(case: str) -> None:
    expected = [part.strip() for part in re.split(r"\||\n\n", case)]
    text = case.replace("。| ", "。").replace("| ", "").replace(" \n\n ", "\n\n")
    assert split(text) == expected


def test_a_line_break_ends_a_sentence_without_a_stop() -> None:
    assert split("Council approves park\r\nThe vote was close\n- Ayes: 5\u2028Noes: 4") == [
        "Council approves park", "The vote was close", "- Ayes: 5", "Noes: 4",
    ]  # fmt: skip


def test_empty_and_blank_texts_have_no_sentences() -> None:
    assert sentences("") == []
    assert sentences(" \n\t\r\n ") == []


def test_repeated_sentences_have_their_own_offsets() -> None:
    assert sentences("He left. He left. He left.") == [(0, 8), (9, 17), (18, 26)]


def test_no_sentence_spans_a_seam() -> None:
    text = "The mayor said the budget was safe."
    seam = text.index(" the budget")
    assert split(text, (seam,)) == ["The mayor said", "the budget was safe."]


def test_seams_outside_the_text_change_nothing() -> None:
    assert split("One. Two.", (-4, 0, 9, 400)) == ["One.", "Two."]


def test_a_very_long_sentence_is_divided_at_spaces() -> None:
    text = "word " * 999 + "ends."
    spans = sentences(text)
    assert max(end - start for start, end in spans) <= MAX_SENTENCE_CHARS
    assert " ".join(text[start:end] for start, end in spans) == text


def test_a_very_long_sentence_is_divided_at_clauses_first() -> None:
    text = "the list goes on and on, " * 200
    assert all(part.endswith(",") for part in split(text))


@pytest.mark.parametrize("unit", ["e\u0301", "👩\u200d🔬", "ก\u0e34"], ids=["accent", "joined emoji", "Thai vowel sign"])
def test_a_divided_word_keeps_its_marks(unit: str) -> None:
    text = "x" + unit * 2500
    spans = sentences(text)
    assert "".join(text[start:end] for start, end in spans) == text
    assert max(end - start for start, end in spans) <= MAX_SENTENCE_CHARS
    for start, _ in spans:
        assert not unicodedata.category(text[start]).startswith("M")
        assert "\u200d" not in text[max(0, start - 1) : start + 1]


@pytest.mark.parametrize(
    ("line", "heading"),
    [
        ("Council approves a new park", True),
        ("The council voted on Monday.", False),
        ("“It is time.”", False),
        ("- bread and butter", False),
        ("2. Close the window", False),
        ("a line of its own that goes on for more than twenty words " * 3, False),
    ],
)
def test_a_heading_is_a_short_line_without_a_stop(line: str, heading: bool) -> None:
    text = f"First line.\n\n{line}\n\nLast line."
    assert is_heading(text, 13, 13 + len(line)) is heading


def test_a_part_of_a_line_is_no_heading() -> None:
    text = "He left. And then nothing"
    assert not is_heading(text, 9, len(text))


PARTS = st.sampled_from(
    ["The", "cat", "U.S.", "Mr.", "a.m.", "3.5", "No.", "10", "said", "\"", "”", "“", "?", "!", ".", "...", "…", ",", ";",
     "-", "e\u0301", "👩\u200d🔬", "🏳\ufe0f", "שלום", "\u202eabc\u202c", "مرحبا؟", "。", "«", "»", "(", ")", " ", "  ",
     "\n", "\r\n", "\u2028", "\u00a0", "\t", "word" * 60]
)  # fmt: skip
TEXTS = st.one_of(st.lists(PARTS, max_size=60).map("".join), st.text(max_size=200))


@settings(max_examples=100, deadline=None)
@given(TEXTS, st.lists(st.integers(-5, 300), max_size=4))
def test_every_character_belongs_to_exactly_one_sentence(text: str, seams: list[int]) -> None:
    spans = sentences(text, tuple(seams))
    last = 0
    for start, end in spans:
        assert last <= start < end <= len(text)
        assert text[last:start].strip() == ""
        assert not text[start].isspace()
        assert not text[end - 1].isspace()
        assert not any(start < seam < end for seam in seams)
        assert end - start <= MAX_SENTENCE_CHARS
        assert not set(text[start:end]) & set("\n\r\u2028\u2029")
        last = end
    assert text[last:].strip() == ""
