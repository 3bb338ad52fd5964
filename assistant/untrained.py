"""The first reader: no trained model, embedding and lexical scores weighed by a logistic regression.

Its weights and threshold stand in `untrained.json` with the data they were fitted on; `python -m eval.fit_reader`
makes that file.
"""

from __future__ import annotations

import hashlib
import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt

from assistant.features import FEATURES, OPENING_CHARS, asked, lexical, text_keys
from assistant.quotations import stretches
from assistant.reader import Evidence, Reading
from index import Article, Hit, Removed, Sentence, terms

EMBEDDED_SENTENCES = 10
"""Sentences whose own embedding is made while the user waits (some 6 ms each in float32 on two cores)."""
NEAR = 0.5
"""What a word in the sentence before, the headline or the rest of the passage counts, against one in the sentence."""


class Corpus(Protocol):
    """What this reader asks of the index besides passages."""

    def document_frequency(self, terms: Sequence[str]) -> dict[str, int]:
        """In how many passages each term stands."""

    def article(self, article_id: str) -> Article | None:
        """One article."""

    def passage_count(self) -> int:
        """How many passages there are."""

    def removed(self, article_id: str) -> tuple[Removed, ...]:
        """What cleaning took out of an article."""


class Encoder(Protocol):
    """What this reader asks of the embedder."""

    def encode_query(self, text: str) -> npt.NDArray[np.float32]:
        """(dimensions,) float32, unit length."""

    def encode_sentences(self, texts: Sequence[str]) -> npt.NDArray[np.float32]:
        """(n_texts, dimensions) float32, unit length."""


@dataclass(frozen=True)
class Candidate:
    """A sentence with its features, before they are weighed."""

    passage: int
    """Position of its passage among those given."""
    start: int
    end: int
    values: tuple[float, ...]
    """As `FEATURES` names them."""


@dataclass(frozen=True)
class Fitted:
    """Weights of the two regressions and the threshold, as fitted."""

    order: tuple[float, ...]
    """Of P(evidence), one a feature; orders sentences. The intercept comes last."""
    support: tuple[float, ...]
    """Of P(the best sentence answers), the same way."""
    threshold: float
    evidence: dict[str, Any]
    """What it was fitted on, and how well it did there and on test splits."""


def _file() -> str:
    return resources.files("assistant").joinpath("untrained.json").read_text("utf-8")


def _digest() -> str:
    """Names the weights."""
    return hashlib.sha256(_file().encode()).hexdigest()[:8]


@cache
def fitted() -> Fitted:
    """The weights that ship with the project."""
    found = json.loads(_file())
    return Fitted(tuple(found["order"]), tuple(found["support"]), float(found["threshold"]), found["evidence"])


class UntrainedReader:
    """`Reader` on word overlap, expected kind of answer and embeddings."""

    name = f"untrained-{_digest()}"

    def __init__(self, corpus: Corpus, encoder: Encoder, weights: Fitted | None = None) -> None:
        self._corpus = corpus
        self._encoder = encoder
        self._weights = weights or fitted()

    @property
    def threshold(self) -> float:
        """As fitted."""
        return self._weights.threshold

    @property
    def polar_threshold(self) -> float:
        """The same: this reader can't tell for from against."""
        return self._weights.threshold

    def read(self, question: str, passages: Sequence[tuple[Hit, tuple[Sentence, ...]]]) -> list[Reading]:
        """One reading a passage, in the order given."""
        found: list[list[Evidence]] = [[] for _ in passages]
        for candidate in self.candidates(question, passages):
            score = _logistic(self._weights.order, candidate.values)
            support = _logistic(self._weights.support, candidate.values)
            found[candidate.passage].append(Evidence(candidate.start, candidate.end, score, support))
        readings = []
        for (hit, sentences), evidence in zip(passages, found, strict=True):
            if evidence:
                seams = [removed.at for removed in self._corpus.removed(hit.article_id)]
                evidence = _with_quotations(evidence, stretches(hit, sentences, seams))
            best = tuple(sorted(evidence, key=lambda one: (-one.score, one.start)))
            readings.append(Reading(hit, _relevance(hit, best), best))
        return readings

    def candidates(self, question: str, passages: Sequence[tuple[Hit, tuple[Sentence, ...]]]) -> list[Candidate]:
        """The sentences most likely to answer, with all their features. Headlines are not evidence."""
        content = terms.content_words(question)
        frequency = self._corpus.document_frequency(content)
        wanted = asked(question, content, frequency, self._corpus.passage_count())
        rows: list[tuple[float, int, Sentence, tuple[float, ...]]] = []
        topics = {hit.article_id: hit for hit, _ in passages}
        keys = {article_id: self._topic(hit) for article_id, hit in topics.items()}
        for at, (hit, sentences) in enumerate(passages):
            for sentence, values in lexical(wanted, hit, sentences, keys[hit.article_id], rank=at):
                rows.append((_quick(values, hit), at, sentence, values))
        rows.sort(key=lambda row: -row[0])
        rows = rows[:EMBEDDED_SENTENCES]
        cosines = self._cosines(question, passages, rows)
        return [
            Candidate(at, sentence.start, sentence.end, (*values[:6], cosine, *values[6:]))
            for (_, at, sentence, values), cosine in zip(rows, cosines, strict=True)
        ]

    def _topic(self, hit: Hit) -> frozenset[str]:
        """The words of headline and opening: news names its subject there and says «she» or «the line» afterwards."""
        article = self._corpus.article(hit.article_id)
        return text_keys(f"{hit.title or ''} {article.text[:OPENING_CHARS] if article else ''}")

    def _cosines(self, question: str, passages: Any, rows: Any) -> list[float]:
        if not rows:
            return []
        texts = [
            passages[at][0].text[sentence.start - passages[at][0].start : sentence.end - passages[at][0].start]
            for _, at, sentence, _ in rows
        ]
        vectors = self._encoder.encode_sentences(texts)
        return [float(cosine) for cosine in vectors @ self._encoder.encode_query(question)]


def _with_quotations(evidence: Sequence[Evidence], whole: Mapping[int, tuple[int, int]]) -> list[Evidence]:
    """Sentences that are only quoted together become one piece of evidence, as good as the best of them."""
    found: dict[tuple[int, int], Evidence] = {}
    for one in evidence:
        start, end = whole.get(one.start, (one.start, one.end))
        other = found.get((start, end), one)
        found[start, end] = Evidence(start, end, max(one.score, other.score), max(one.support, other.support))
    return list(found.values())


def _quick(values: tuple[float, ...], hit: Hit) -> float:
    """Which sentences are worth an embedding: a rough sum before anything is fitted; short ones (4 words) hardly are."""
    own, near, _, rare, _, kind, _, _, length = values
    return 0.5 * own + 0.5 * rare + NEAR * near + 0.15 * kind + hit.score - 0.3 * (length < 0.45)


def _relevance(hit: Hit, evidence: tuple[Evidence, ...]) -> float:
    """Retrieval's own score, lifted by the best sentence."""
    return hit.score + (evidence[0].score if evidence else 0.0)


def _logistic(weights: Sequence[float], values: Sequence[float]) -> float:
    total = weights[-1] + sum(weight * value for weight, value in zip(weights, values, strict=False))
    return 1 / (1 + math.exp(-max(-30.0, min(30.0, total))))


assert len(FEATURES) == 10  # the order above, and the file's
