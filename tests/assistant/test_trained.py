"""The trained reader's own arithmetic, and what it does with a question."""

from __future__ import annotations

import re
from dataclasses import replace

import numpy as np
import pytest

from assistant.network import Output, Pair
from assistant.trained import TrainedReader, _speaks_of
from assistant.understand import asked_of, is_polar, names_of
from assistant.weighing import (
    ORDER,
    RANK,
    SENTENCE_STANCE,
    STANCE,
    SUPPORT,
    Candidate,
    Fitted,
    fitted,
    stance_values,
    support_values,
)
from index import Article, Hit, Index


def test_the_shipped_weights_fit_the_features() -> None:
    weights = fitted()
    for found, names in (
        (weights.order, ORDER),
        (weights.support, SUPPORT),
        (weights.sentence_stance, SENTENCE_STANCE),
        (weights.stance, STANCE),
        (weights.rank, RANK),
    ):
        assert len(found) == len(names) + 1, "one a feature, and the intercept"
    assert 0 < weights.threshold < 1 and 0 < weights.polar_threshold < 1
    assert weights.evidence["features"]["order"] == list(ORDER)


def test_the_lead_is_over_the_best_other_sentence() -> None:
    rows = [Candidate(0, at, at + 1, (relevance, *[0.0] * 14), None, None) for at, relevance in enumerate((1.0, 3.0, 2.0))]
    found = support_values(rows, [0.5, 2.0, 1.0])
    assert [values[-2] for values in found] == [-1.5, 1.0, -1.0]
    assert {values[-1] for values in found} == {3.0}
    assert support_values(rows[:1], [0.5])[0][-2] == 4.0


def test_stances_that_agree_and_that_do_not() -> None:
    def output(yes: float, no: float, neither: float) -> Output:
        return Output(0.0, (yes, no, neither), np.zeros(0, np.float32), np.zeros(0, np.float32), ())

    settled, decided, passage, agreement = stance_values(output(0.9, 0.05, 0.05), output(0.8, 0.1, 0.1))
    assert settled > 0 and decided > 0 and passage > 0 and agreement > 0
    assert stance_values(output(0.9, 0.05, 0.05), output(0.1, 0.8, 0.1))[3] < 0
    assert stance_values(output(0.1, 0.1, 0.8), output(0.1, 0.1, 0.8))[0] < 0


class _Fixed:
    """A network that finds the same stance everywhere and the first word of every passage."""

    def __init__(self, stance: tuple[float, float, float]) -> None:
        self.stance = stance
        self.pairs: list[Pair] = []

    def read(self, pairs: list[Pair]) -> list[Output]:
        self.pairs += pairs
        return [Output(1.0, self.stance, np.array([5.0], np.float32), np.array([5.0], np.float32), ((0, 3),)) for _ in pairs]


def _weights() -> Fitted:
    return Fitted(*((0.0,) * (len(names) + 1) for names in (ORDER, SUPPORT, SENTENCE_STANCE, STANCE, RANK)), 0.5, 0.4, {})


def test_a_question_for_yes_or_no_reads_its_sentences_one_by_one() -> None:
    with Index.temporary([Article("The council met on Monday. It approved the plan.", title="Council")]) as index:
        hits = [(hit, index.sentences(hit)) for hit in index.search("Did the council approve the plan?", 2)]
        net = _Fixed((0.1, 0.7, 0.2))
        reader = TrainedReader(index, net=net, weights=_weights())
        (reading,) = reader.read("Did the council approve the plan?", hits)
    assert net.pairs[0].title == "Council"
    alone = [(pair.passage, pair.title) for pair in net.pairs[1:]]
    texts = ["It approved the plan.", "The council met on Monday."]
    assert sorted(alone) == [(text, title) for text in texts for title in ("", "Council")], "with its headline and without"
    assert all(one.stance == pytest.approx((0.1, 0.7, 0.2)) and one.span is None for one in reading.evidence)
    assert (reader.threshold, reader.polar_threshold) == (0.5, 0.4)


def test_a_sentence_that_the_passage_points_to_is_told_from_the_others() -> None:
    text = "The council met on Monday. It approved the plan. It was raining."

    class Points(_Fixed):
        """Where the question is settled, of the whole passage: in its second sentence."""

        def read(self, pairs: list[Pair]) -> list[Output]:
            words = [[(found.start(), found.end()) for found in re.finditer(r"\w+", pair.passage)] for pair in pairs]
            found = []
            for pair, own in zip(pairs, words, strict=True):
                ends = np.array([9.0 if pair.passage[slice(*word)] == "approved" else 0.0 for word in own], np.float32)
                found.append(Output(1.0, self.stance, ends, ends, tuple(own)))
            return found

    question = "Was the council in favour?"
    with Index.temporary([Article(text)]) as index:
        hits = [(hit, index.sentences(hit)) for hit in index.search(question, 2)]
        reader = TrainedReader(index, net=Points((0.8, 0.1, 0.1)), weights=_weights())
        found = reader.polar_candidates(question, hits, reader.outputs(question, hits))
    at = len(SENTENCE_STANCE) + STANCE.index("pointed") - 1
    pointed = {text[one.start : one.end]: one.values[at] for one in found}
    assert pointed["It approved the plan."] == pytest.approx(0.0, abs=0.01)
    assert max(pointed["The council met on Monday."], pointed["It was raining."]) < -4


def test_a_statement_and_the_quotation_behind_it_are_read_apart_and_quoted_together() -> None:
    text = "Rosa Keller ruled the sale out. “It will not happen. Not now, not ever,” she said."

    class ByLength(_Fixed):
        def read(self, pairs: list[Pair]) -> list[Output]:
            found = super().read(pairs)
            yes = [0.8 if pair.passage.startswith("Rosa") else 0.4 for pair in pairs]
            return [replace(one, stance=(share, 0.9 - share, 0.1)) for one, share in zip(found, yes, strict=True)]

    with Index.temporary([Article(text)]) as index:
        hits = [(hit, index.sentences(hit)) for hit in index.search("Did Keller rule out the sale?", 2)]
        net = ByLength((0.0, 0.0, 1.0))
        (reading,) = TrainedReader(index, net=net, weights=_weights()).read("Did Keller rule out the sale?", hits)
    assert [pair.passage for pair in net.pairs[1:]] == [text[:31], text[32:]], "the quotation's sentences stay together"
    (evidence,) = reading.evidence
    assert (evidence.start, evidence.end) == (0, len(text))
    assert evidence.stance == pytest.approx((0.6, 0.3, 0.1))


def test_another_question_gets_spans() -> None:
    with Index.temporary([Article("Rosa Keller approved the plan on Monday.")]) as index:
        hits: list[tuple[Hit, tuple]] = [(hit, index.sentences(hit)) for hit in index.search("Who approved the plan?", 2)]
        (reading,) = TrainedReader(index, net=_Fixed((0.1, 0.1, 0.8)), weights=_weights()).read(
            "Who approved the plan?", hits
        )
    (evidence,) = reading.evidence
    assert evidence.span == (0, 11) and evidence.stance is None, "a name is completed"
    assert TrainedReader(index, net=_Fixed((0, 0, 1))).read("Who?", []) == []


def test_of_two_numbers_that_is_taken_which_counts_what_is_asked_for() -> None:
    text = "In all 133 cardinals took part, and 89 votes were needed."

    class Votes(_Fixed):
        """Likes the 89 a little better."""

        def read(self, pairs: list[Pair]) -> list[Output]:
            words = [(found.start(), found.end()) for found in re.finditer(r"\w+", text)]
            liked = [{"89": 5.0, "133": 4.5}.get(text[slice(*word)], 0.0) for word in words]
            ends = np.array(liked, np.float32)
            return [Output(1.0, self.stance, ends, ends, tuple(words)) for _ in pairs]

    given = {}
    with Index.temporary([Article(text)]) as index:
        for question in ("How many cardinals took part?", "How many votes were needed?", "How many were there?"):
            hits = [(hit, index.sentences(hit)) for hit in index.search(question, 2)]
            (reading,) = TrainedReader(index, net=Votes((0, 0, 1)), weights=_weights()).read(question, hits)
            span = reading.evidence[0].span
            assert span is not None
            given[question] = text[slice(*span)].split()[0]
    assert list(given.values()) == ["133", "89", "89"]


def test_a_sentence_is_read_once_more_by_itself_and_its_span_is_from_there() -> None:
    text = "The council met on Monday. Rosa Keller approved 12.5 per cent."

    class Words(_Fixed):
        """Takes the first word of a passage, and the 12 of a sentence that is alone."""

        def read(self, pairs: list[Pair]) -> list[Output]:
            self.pairs += pairs
            return [self._one(pair) for pair in pairs]

        def _one(self, pair: Pair) -> Output:
            words = [(found.start(), found.end()) for found in re.finditer(r"\w+", pair.passage)]
            wanted = "Rosa" if pair.passage == text else "12"
            liked = [5.0 if pair.passage[slice(*word)] == wanted else 0.0 for word in words]
            ends = np.array(liked, np.float32)
            return Output(1.0, self.stance, ends, ends, tuple(words))

    question = "What percentage did Keller approve?"
    with Index.temporary([Article(text, title="Budget")]) as index:
        hits = [(hit, index.sentences(hit)) for hit in index.search(question, 2)]
        net = Words((0.1, 0.1, 0.8))
        reader = TrainedReader(index, net=net, weights=_weights())
        candidates = reader.candidates(question, hits, reader.outputs(question, hits))
    assert [(pair.passage, pair.title) for pair in net.pairs] == [(text, "Budget"), (text[27:], ""), (text[:26], "")]
    best = candidates[0]
    assert best.span and text[slice(*best.span)] == "12.5 per cent"
    assert best.values[ORDER.index("span_type")] == 1.0 and best.values[ORDER.index("span_asked")] == 0.0


def test_the_names_that_a_yes_no_question_needs() -> None:
    text = "Rosa Keller spoke in Halden. She met nobody. It rained on the square."
    question = "Did Keller meet Marsh in Oxford?"
    with Index.temporary([Article(text, title="Marsh waits")]) as index:
        hits = [(hit, index.sentences(hit)) for hit in index.search(question, 2)]
        reader = TrainedReader(index, net=_Fixed((0.1, 0.7, 0.2)), weights=_weights())
        candidates = reader.polar_candidates(question, hits, reader.outputs(question, hits))
    named = {text[one.start : one.end].split()[0]: one.values[-3:] for one in candidates}
    # Oxford stands nowhere, so that it may be written otherwise: nothing is asked of it.
    assert named["Rosa"] == (0.5, 0.5, 1.0)
    assert named["She"] == (0.0, 0.5, 1.0)


def test_what_was_read_for_the_answer_is_not_read_again_for_the_search() -> None:
    with Index.temporary([Article("Rosa Keller approved the plan on Monday.")]) as index:
        hits = [(hit, index.sentences(hit)) for hit in index.search("Who approved the plan?", 2)]
        net = _Fixed((0.1, 0.1, 0.8))
        reader = TrainedReader(index, net=net, weights=_weights())
        first, second = reader.read("Who approved the plan?", hits), reader.read("Who approved the plan?", hits)
        assert first == second and len(net.pairs) == len(hits)
        reader.read("Who opposed the plan?", hits)
    assert len(net.pairs) == 2 * len(hits)


@pytest.mark.parametrize(
    ("question", "name"),
    [
        ("Did Rosa Keller resign?", "Keller"),
        ("Has the White House agreed?", "House"),
        ("Is Keller’s plan dead?", "Keller"),
        ("Did the mayor resign?", None),
        ("If the vote fails, will Rosa Keller resign?", "Keller"),
        ("Who did Keller meet?", None),
    ],
)
def test_whom_a_question_is_asked_of(question: str, name: str | None) -> None:
    assert asked_of(question) == name


@pytest.mark.parametrize(
    "question",
    [
        "Is it closed?",
        "If the levy passes, will the school at Tarn close?",
        "According to the mayor, did Rosa Keller resign?",
        "In the spring of 2024 (before the flood), was the bridge open?",
        "When the ferry sank, hadn’t it been inspected?",
        "Does either side have 65 seats or more?",
    ],
)
def test_a_question_for_yes_or_no(question: str) -> None:
    assert is_polar(question)


@pytest.mark.parametrize(
    "question",
    [
        "Is it red or blue?",
        "Who, did he say, won the race?",
        "In which year, after the flood, was the bridge closed?",
        "Without which papers, according to Keller, does nobody pass?",
        "After a quarrel with the mayor, which councillor, did they say, left?",
        "A fire in Tarn, Utah, was started by whom?",
        "The ferry, a wooden one, was built in 1911?",
        "If it rains, is it the hall or the park?",
    ],
)
def test_no_question_for_yes_or_no(question: str) -> None:
    assert not is_polar(question)


def test_that_somebody_else_did_it_settles_nothing() -> None:
    text = "Ivan Petrov met the envoy on Monday. She called it useful. Rosa Keller stayed at home."
    with Index.temporary([Article(text)]) as index:
        hits = [(hit, index.sentences(hit)) for hit in index.search("Did Rosa Keller meet the envoy?", 2)]
        reader = TrainedReader(index, net=_Fixed((0.8, 0.1, 0.1)), weights=_weights())
        (reading,) = reader.read("Did Rosa Keller meet the envoy?", hits)
    quotes = {text[one.start : one.end] for one in reading.evidence}
    assert quotes == {"She called it useful.", "Rosa Keller stayed at home."}


@pytest.mark.parametrize(
    ("text", "speaks"),
    [
        ("Keller refused to say.", True),
        ("“Never,” she told the council.", True),
        ("Brandt said Keller was wrong.", True),
        ("In an interview, Brandt said that it was still possible.", False),
        ("Brandt met the council.", False),
        ("Officials said she would not come.", True),
        ("The talks go on.", True),
    ],
)
def test_what_another_one_says_speaks_not_of_the_one_asked_about(text: str, speaks: bool) -> None:
    assert _speaks_of("Keller", text) is speaks


@pytest.mark.parametrize(
    ("question", "names"),
    [
        ("Did Rosa Keller meet Marsh's brother?", [("Rosa", "Keller"), ("Marsh",)]),
        ("Was the Port Allard Harbour sold?", [("Port", "Allard", "Harbour")]),
        ("Did Keller's Harbour Trust pay?", [("Keller",), ("Harbour", "Trust")]),
        ("Is it true?", []),
    ],
)
def test_names_in_a_question(question: str, names: list[tuple[str, ...]]) -> None:
    assert names_of(question) == names
