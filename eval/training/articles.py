"""SQuAD 1.1's training articles: many matters, and each question among all the sentences of its own article.

The other sources know SQuAD from three dozen articles. What doesn't answer stands in the same article, shares most of the
question's words and often its very names: the hardest there is, and found without a search.
"""

from __future__ import annotations

import math
import random
from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import cached_property
from typing import Any

from assistant.features import text_keys, word_keys
from eval.data import is_taken, records, squad_training
from eval.training.alterations import Vocabulary, names_of, swapped
from eval.training.examples import Example, Unit, window, windowed
from index import split_sentences, terms

SENTENCE_SHARE = 0.7
"""Of the questions, so many are asked of single sentences, the others of windows of their passage."""
NEGATIVES, POOL = 3, 8
"""Beside the sentence that answers stand so many of the hardest POOL."""
LACKING_SHARE = 0.5
"""Of the questions asked of a window, so many come with one of another passage of the article that doesn't answer."""
SWAPPED_SHARE = 0.15
"""Of the questions with a name or a year, so many are also asked with another one of the article's."""
ALTERED_SHARE = 0.35
"""Of the questions, so many are also asked with another word of the article's questions."""
SENTENCE_CHARS = (30, 450)


def squad(rng: random.Random, testing: bool) -> Iterator[Unit]:
    """SQuAD 1.1's training questions (Rajpurkar et al. 2016) but those of the articles that the other sources have."""
    for article in of_squad(testing):
        for row in article.rows:
            yield from article.units(rng, row, testing)


def of_squad(testing: bool) -> Iterator[QuestionedArticle]:
    """The articles of SQuAD 1.1's training part that the other sources don't have."""
    known = {row["title"] for row in records("reading/squad_train_subset.jsonl.gz")}
    by_title: dict[str, list[dict[str, Any]]] = {}
    for row in squad_training():
        title = row["title"]
        if is_taken(title, testing) and title not in known:
            by_title.setdefault(title, []).append(row)
    for rows in by_title.values():
        yield QuestionedArticle(rows)


class QuestionedArticle:
    """An article's questions, and its sentences found by their words."""

    def __init__(self, rows: Sequence[dict[str, Any]]) -> None:
        self.rows = rows
        self._title = rows[0]["title"].replace("_", " ")
        self._contexts = list(dict.fromkeys(row["context"] for row in rows))
        self._sentences = [
            (number, context[start:end])
            for number, context in enumerate(self._contexts)
            for start, end in split_sentences(context)
            if SENTENCE_CHARS[0] <= end - start <= SENTENCE_CHARS[1]
        ]
        self._names = [name for row in rows for name in names_of(row["question"])]
        self._vocabulary = Vocabulary(row["question"] for row in rows)

    @cached_property
    def _holding(self) -> dict[str, set[int]]:
        found: dict[str, set[int]] = {}
        for number, (_, text) in enumerate(self._sentences):
            for key in text_keys(text):
                found.setdefault(key, set()).add(number)
        return found

    def units(self, rng: random.Random, row: dict[str, Any], testing: bool) -> Iterator[Unit]:
        """The units of one question."""
        whole = self.whole(row)
        if whole is None:
            return
        if testing:
            yield (whole,)
            return
        own = sentence_of(whole) if rng.random() < SENTENCE_SHARE else None
        if own is not None:
            others = self.hardest(row["question"], row["answers"])[:POOL]
            chosen = rng.sample(others, min(len(others), NEGATIVES))
            yield (own, *(replace(own, passage=text, relevant=0.0, span=None) for _, text in chosen))
        else:
            own = windowed(rng, whole)
            others = [
                one for one in self.hardest(row["question"], row["answers"]) if self._contexts[one[0]] != row["context"]
            ]
            lacking = self._lacking(rng, row, others) if others and rng.random() < LACKING_SHARE else None
            yield (own, replace(own, passage=lacking, relevant=0.0, span=None)) if lacking else (own,)
        other = swapped(rng, row["question"], self._names) if rng.random() < SWAPPED_SHARE else None
        if other is None and rng.random() < ALTERED_SHARE:
            other = self._vocabulary.altered(rng, row["question"], row["context"])
        if other:
            yield (replace(own, question=other, relevant=0.0, span=None),)

    def whole(self, row: dict[str, Any]) -> Example | None:
        """A question with its passage; None where the answer does not stand where the file says."""
        answer = row["answers"][0]
        span = (row["at"], row["at"] + len(answer))
        if row["context"][slice(*span)] != answer:
            return None
        return Example(row["question"], row["context"], self._title, 1.0, span)

    def hardest(self, question: str, answers: Sequence[str]) -> list[tuple[int, str]]:
        """(number of the context, sentence) of those without the answer, by their share of the question's weight: inverse
        document frequency over the article's sentences (Spärck Jones 1972)."""
        shared: dict[int, float] = {}
        total = len(self._sentences)
        for word in dict.fromkeys(terms.content_words(question)):
            numbers = set[int]().union(*(self._holding.get(key, set()) for key in word_keys(word)))
            for number in sorted(numbers):
                shared[number] = shared.get(number, 0.0) + math.log(1 + total / (1 + len(numbers)))
        held = [answer.casefold() for answer in answers]
        found = []
        for number in sorted(shared, key=lambda number: -shared[number])[: 3 * POOL]:
            context, text = self._sentences[number]
            if not any(answer in text.casefold() for answer in held):
                found.append((context, text))
        return found

    def _lacking(self, rng: random.Random, row: dict[str, Any], others: Sequence[tuple[int, str]]) -> str | None:
        """A window around the hardest sentence of another passage, unless it holds the answer."""
        number, text = others[0]
        context = self._contexts[number]
        at = context.find(text)
        found = window(rng, context, (at, at + len(text)))
        return None if any(answer.casefold() in found.casefold() for answer in row["answers"]) else found


def sentence_of(whole: Example) -> Example | None:
    """The sentence with the answer; None when it is cut in two, or too short or long."""
    assert whole.span is not None
    for start, end in split_sentences(whole.passage):
        if start <= whole.span[0] and whole.span[1] <= end and SENTENCE_CHARS[0] <= end - start <= SENTENCE_CHARS[1]:
            span = (whole.span[0] - start, whole.span[1] - start)
            return replace(whole, passage=whole.passage[start:end], span=span)
    return None
