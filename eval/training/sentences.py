"""Sentences against sentences: which one answers, among those that share most of the question's words.

Evidence is a sentence, and retrieval brings dozens that speak of what is asked. Each unit is a question with the sentence
that answers it and hard ones that don't, of the same passage and of those that retrieval brings; a question that its own
passage doesn't answer comes with the sentences that look most like answering.
"""

from __future__ import annotations

import math
import random
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from assistant.features import text_keys, word_keys
from eval.data import is_taken, is_test, records
from eval.training.alterations import names_of, swapped
from eval.training.examples import SWAPPED_SHARE, Example, Unit, untokenized
from index import split_sentences, terms

NEGATIVES = 5
"""Of the hardest POOL, so many stand beside the sentence that answers."""
POOL = 12
MISLEADING = 3
"""Sentences of its own passage for a question that the passage doesn't answer."""
MIN_CHARS = 30
"""Shorter ones are headings and fragments."""
MAX_CHARS = 500


@dataclass(frozen=True)
class _Sentence:
    text: str
    keys: frozenset[str]


class _Weights:
    """Inverse document frequency of words over sentences (Spärck Jones 1972)."""

    def __init__(self, sentences: Sequence[_Sentence]) -> None:
        self._count = Counter(key for one in sentences for key in one.keys)
        self._total = len(sentences)

    def hardest(self, question: str, sentences: Sequence[_Sentence], most: int) -> list[_Sentence]:
        """Those that share most of the question's weight; in the order given where they are even."""
        words = [(word_keys(word), self._weight(word)) for word in dict.fromkeys(terms.content_words(question))]

        def shared(one: _Sentence) -> float:
            return -sum(weight for keys, weight in words if keys & one.keys)

        return sorted(sentences, key=shared)[:most]

    def _weight(self, word: str) -> float:
        seen = max((self._count[key] for key in word_keys(word)), default=0)
        return math.log(1 + self._total / (1 + seen))


def squad(
    rng: random.Random,
    testing: bool,
    negatives: Mapping[str, Sequence[str]] | None = None,
) -> Iterator[Unit]:
    """SQuAD's questions on single sentences. `negatives`: as for `examples.squad`."""
    cut: dict[str, list[_Sentence]] = {}

    def sentences(passage: str) -> list[_Sentence]:
        if passage not in cut:
            cut[passage] = [_sentence(passage[start:end]) for start, end in split_sentences(passage)]
        return cut[passage]

    for name in ("reading/squad.jsonl.gz", "reading/squad_train_subset.jsonl.gz"):
        rows = [row for row in records(name) if is_taken(row["title"], testing)]
        weights = _Weights([one for row in rows for one in sentences(row["context"])])
        named: dict[str, list[str]] = {}
        for row in rows:
            named.setdefault(row["title"], []).extend(names_of(row["question"]))
        for row in rows:
            question = row["question"]
            own = [one for one in sentences(row["context"]) if _usable(one)]
            if not row["answerable"]:
                if own:
                    yield tuple(_lacking(question, one) for one in weights.hardest(question, own, MISLEADING))
                continue
            right = _answering(row["context"], row["answers"])
            if right is None:
                continue
            others = list(own)
            for other in (negatives or {}).get(row["id"], ()):
                others += [one for one in sentences(other.split("\t", 1)[1]) if _usable(one)]
            unit = _unit(rng, question, right, row["answers"], weights.hardest(question, others, POOL + 3))
            if unit:
                yield unit
            other_question = swapped(rng, question, named[row["title"]]) if rng.random() < SWAPPED_SHARE else None
            if other_question:
                yield (Example(other_question, right.passage, relevant=0.0),)


def qamr(rng: random.Random, testing: bool) -> Iterator[Unit]:
    """QAMR's questions among all its sentences."""
    rows = [
        row
        for row in records("reading/qamr.jsonl.gz")
        if row["contiguous"] and is_test(row["question"]) == testing and len(row["answer"]) > 2
    ]
    texts = {text: _sentence(untokenized(text)) for text in dict.fromkeys(row["context"] for row in rows)}
    every = list(texts.values())
    weights = _Weights(every)
    for row in rows:
        answer, question, passage = untokenized(row["answer"]), untokenized(row["question"]), texts[row["context"]].text
        at = passage.find(answer)
        if at < 0 or passage.count(answer) != 1:
            continue
        right = Example(question, passage, relevant=1.0, span=(at, at + len(answer)))
        unit = _unit(rng, question, right, (answer,), weights.hardest(question, every, POOL + 3))
        if unit:
            yield unit


def _unit(
    rng: random.Random, question: str, right: Example, answers: Sequence[str], others: Sequence[_Sentence]
) -> Unit | None:
    held = [answer.casefold() for answer in answers]
    wrong = [
        one for one in others if one.text != right.passage and not any(answer in one.text.casefold() for answer in held)
    ][:POOL]
    if not wrong:
        return None
    chosen = rng.sample(wrong, min(len(wrong), NEGATIVES))
    return (replace(right, question=question), *(_lacking(question, one) for one in chosen))


def _answering(passage: str, answers: Sequence[str]) -> Example | None:
    """The sentence with the shortest accepted answer; None when the answer is cut in two."""
    answer = min(answers, key=len)
    at = passage.find(answer)
    for start, end in split_sentences(passage):
        if start <= at and at + len(answer) <= end and end - start <= MAX_CHARS:
            return Example("", passage[start:end], relevant=1.0, span=(at - start, at - start + len(answer)))
    return None


def _lacking(question: str, one: _Sentence) -> Example:
    return Example(question, one.text, relevant=0.0)


def _usable(one: _Sentence) -> bool:
    return MIN_CHARS <= len(one.text) <= MAX_CHARS


def _sentence(text: str) -> _Sentence:
    return _Sentence(text, text_keys(text))
