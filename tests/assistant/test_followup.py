"""Follow-ups made standalone, and standalone questions left alone."""

from __future__ import annotations

import pytest

from assistant.followup import names, standalone, topics
from assistant.records import Answer
from assistant.understand import understand


def talk(*turns: str | tuple[str, str]) -> list[str]:
    """How each question of a conversation is understood."""
    history: list[tuple[str, str, str | None]] = []
    understood = []
    for turn in turns:
        question, answer = (turn, "") if isinstance(turn, str) else turn
        whole = standalone(question, history)
        understood.append(whole)
        history.append((question, answer, whole))
    return understood


@pytest.mark.parametrize(
    ("turns", "last"),
    [
        (["Did Keller rule out a tax on sugar?", "Why?"], "Why did Keller rule out a tax on sugar?"),
        (["Did Keller rule out a tax on sugar?", "When was that?"], "When did Keller rule out a tax on sugar?"),
        (["Did Keller reject the offer?", "Who else?"], "Who else rejected the offer?"),
        (["What did Keller say about the harbour?", "And Brandt?"], "What did Brandt say about the harbour?"),
        (["What did Keller say about the harbour?", "What about Brandt?"], "What did Brandt say about the harbour?"),
        (["Did Rosa Keller meet Brandt?", "Where did they meet?"], "Where did Rosa Keller and Brandt meet?"),
        (["Did Rosa Keller resign?", "When did she say so?"], "When did Rosa Keller say so?"),
        (["Did Rosa Keller resign?", "What is her reason?"], "What is Rosa Keller’s reason?"),
        (["Did the senate pass the rescue package?", "Who opposed it?"], "Who opposed the rescue package?"),
        ([("Who leads the union?", "Omar Haddad"), "When did he take over?"], "When did Omar Haddad take over?"),
        ([("Who was sworn in?", "Omar Haddad"), "When?"], "When was Omar Haddad sworn in?"),
        (["What did Keller decide about the harbour bridge?", "When will it open?", "Who pays for it?"],
         "Who pays for the harbour bridge?"),
        (["What did Keller say about troops in Brevia?", "Who disagreed with him?"], "Who disagreed with Keller?"),
        (["What did Keller say about troops in Brevia?", "When was that?"], "When did Keller speak about troops in Brevia?"),
        (["Did Rosa Keller resign?", "Is Keller ill?"], "Is Rosa Keller ill?"),
    ],
)  # fmt: skip
def test_points_back(turns: list[str], last: str) -> None:
    assert talk(*turns)[-1] == last


@pytest.mark.parametrize(
    "question",
    [
        "What is the population of Kyiv?",
        "Did Brandt say he would resign?",
        "Is it true that the bridge is closed?",
        "How long does it take to rebuild the bridge?",
        "What is the bill and when will it pass?",
        "Is there a plan?",
        "Who won the cup in 2023?",
    ],
)
def test_what_points_nowhere_stays(question: str) -> None:
    assert talk("Did Rosa Keller rule out a tax on sugar?", question)[-1] == question


def test_a_new_subject_takes_the_pronoun() -> None:
    assert talk("Did Keller resign?", "Is he ill?", "What did Brandt say?", "Is he angry?")[-1] == "Is Brandt angry?"


def test_a_first_question_stays() -> None:
    assert standalone("Why did he resign?", []) == "Why did he resign?"


def test_what_was_not_on_record_names_nobody() -> None:
    silent = Answer(
        "Who leads the union?", "Who leads the union?", "not_on_record", text="Not on record. Nothing in Brevia."
    )
    assert understand("When did he take over?", [("Who leads the union?", silent)]) == "When did he take over?"


def test_names_and_topics() -> None:
    assert names("Did Rosa Keller meet the mayor of Brevia in 2023?") == ["Rosa Keller", "Brevia", "2023"]
    assert list(topics("How many people were hurt in the Averly stand collapse?"))[-1] == "the Averly stand collapse"


@pytest.mark.parametrize("question", ["?", "he", "it it it", "What about ?", "and", "Who else", "\u202ehe?", "x" * 2000])
def test_odd_questions_break_nothing(question: str) -> None:
    assert isinstance(talk("Did Rosa Keller resign?", question)[-1], str)
