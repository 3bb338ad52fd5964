"""The reader that ships: the trained network, its readings weighed with word overlap by logistic regressions.

The network's weights are `reader.safetensors`, for yes/no questions `stance.safetensors`; what weighs their readings is in
`weighing.py`.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from typing import Protocol

import assistant.network as network
import assistant.spans as spans
import assistant.weighing as weighing
from assistant.answer_types import counted_by, expected, fits
from assistant.attribution import tellers
from assistant.features import OPENING_CHARS, Asked, asked, lexical, text_keys
from assistant.network import Output, Pair
from assistant.quotations import parts, stretches
from assistant.reader import Evidence, Reading
from assistant.spans import Span
from assistant.understand import asked_of, is_polar, names_of
from assistant.untrained import Corpus
from assistant.weighing import (
    Candidate,
    Fitted,
    fitted,
    logistic,
    polar_odds,
    rank_values,
    settled_by,
    stance_values,
    support_values,
    weighed,
)
from index import Hit, Sentence, terms

CLOSE = 12
"""Sentences that are read once more by themselves, for questions other than yes/no. Of 274 train questions on 4,656 news
articles .91 have a sentence with the answer among so many, .92 among 16."""
COUNTED_WORDS = 4
"""From a number on, within which stands what it counts: «38 of the residents»."""
SPANS = 8
"""Likeliest spans of a sentence, among which one is chosen."""
KIND_WEIGHT, ASKED_WEIGHT, COUNTED_WEIGHT = 2.0, 1.0, 2.0
"""What a span's kind, the share of its words that stand in the question, and the question's word behind a number («how many
cardinals»: «133 cardinals») count beside its log probability. On sentences that hold the answer (246 train questions on
news) F1 is .78 with the first two, .77 without, and .71 by the passage's reading."""
POLAR_UNITS = 16
"""Sentences whose own stance is read, for a yes/no question. Of 381 questions on held articles, in a pile of 4,000, whose
settling sentence retrieval brings, all have it among so many, .98 among 8."""
POINTED_WEIGHT = 0.2
"""What log P(the question is settled here), by the passage's reading, counts in their choice."""

_PRONOUN = re.compile(r"\b(?:he|she|they|it|we|i|his|her|their|its|him|them)\b", re.I)


_OPENING = re.compile(r"\W*([A-ZÀ-Þ][\w’'.-]*) ")


class Reads(Protocol):
    """What this reader asks of the network."""

    def read(self, pairs: Sequence[Pair]) -> list[Output]:
        """One output a pair, in the order given."""


class TrainedReader:
    """`Reader` on the trained network."""

    def __init__(self, corpus: Corpus, *, net: Reads | None = None, weights: Fitted | None = None) -> None:
        self._corpus = corpus
        self._network = net
        self._weights = weights or fitted()
        self._last: tuple[str, dict[Pair, Output]] = ("", {})

    @property
    def name(self) -> str:
        """Names network and regressions."""
        return name()

    @property
    def threshold(self) -> float:
        """As fitted."""
        return self._weights.threshold

    @property
    def polar_threshold(self) -> float:
        """As fitted."""
        return self._weights.polar_threshold

    def read(self, question: str, passages: Sequence[tuple[Hit, tuple[Sentence, ...]]]) -> list[Reading]:
        """One reading a passage, in the order given."""
        if not passages:
            return []
        outputs = self.outputs(question, passages)
        polar = is_polar(question)
        if polar:
            found = self._polar(self.polar_candidates(question, passages, outputs))
        else:
            found = self._open(self.candidates(question, passages, outputs))
        readings = []
        for at, ((hit, sentences), output) in enumerate(zip(passages, outputs, strict=True)):
            own = [evidence for passage, evidence in found if passage == at]
            if own and not polar:
                own = _with_quotations(own, self._stretches(hit, sentences))
            best = tuple(sorted(own, key=lambda one: (-one.score, one.start)))
            place = weighed(self._weights.rank, rank_values(hit, at, output, best, polar=polar))
            readings.append(Reading(hit, place, best))
        return readings

    def outputs(self, question: str, passages: Sequence[tuple[Hit, tuple[Sentence, ...]]]) -> list[Output]:
        """What the network makes of the passages."""
        return self._outputs(question, [Pair(question, hit.text, hit.title or "") for hit, _ in passages])

    def _outputs(self, question: str, pairs: Sequence[Pair]) -> list[Output]:
        """Kept for the last question: `answer` and `search` ask the same."""
        last = self._last if self._last[0] == question else (question, {})
        fresh = list(dict.fromkeys(pair for pair in pairs if pair not in last[1]))
        net = self._network or shared_network(polar=is_polar(question))
        known = {**last[1], **dict(zip(fresh, net.read(fresh), strict=True))} if fresh else last[1]
        self._last = (question, known)  # replaced whole: safe to share
        return [known[pair] for pair in pairs]

    def candidates(
        self, question: str, passages: Sequence[tuple[Hit, tuple[Sentence, ...]]], outputs: Sequence[Output]
    ) -> list[Candidate]:
        """The sentences that may answer, each with its span. Headlines are not evidence.

        Read in their passage and once more by themselves: a passage tells whom «she» means, a sentence whether it is the
        one.
        """
        wanted = self._asked(question)
        topics = self._topics(passages)
        rows: list[_Glance] = []
        for at, ((hit, sentences), output) in enumerate(zip(passages, outputs, strict=True)):
            first, last = spans.log_softmax(output.first), spans.log_softmax(output.last)
            for sentence, values in lexical(wanted, hit, sentences, topics[hit.article_id], rank=at):
                start, end = sentence.start - hit.start, sentence.end - hit.start
                if found := spans.likeliest(first, last, output.offsets, start, end):
                    rows.append(_Glance(at, start, end, (output.relevance, found[0].score, *values)))
        rows = sorted(rows, key=lambda row: -row.score)[:CLOSE]
        # Without the headline, unlike those of a yes/no question: with it, it is harder to tell which sentence of a story
        # answers (news: best sentence right and answered .37 of the time instead of .40).
        alone = self._outputs(question, [Pair(question, passages[row.passage][0].text[row.start : row.end]) for row in rows])
        kind = expected(question)
        counted = text_keys(counted_by(question))
        return [
            _candidate(passages[row.passage][0], row, output, wanted, kind, counted)
            for row, output in zip(rows, alone, strict=True)
        ]

    def polar_candidates(
        self, question: str, passages: Sequence[tuple[Hit, tuple[Sentence, ...]]], outputs: Sequence[Output]
    ) -> list[Candidate]:
        """The sentences that may settle a yes/no question, each with its own stance; those of a quotation together."""
        wanted = self._asked(question)
        topics = self._topics(passages)
        subject = asked_of(question)
        names = _known(question, passages)
        rows: dict[tuple[int, int, int], tuple[float, tuple[float, ...]]] = {}
        for at, ((hit, sentences), output) in enumerate(zip(passages, outputs, strict=True)):
            whole = self._stretches(hit, sentences)
            first = spans.log_softmax(output.first)
            for sentence, values in lexical(wanted, hit, sentences, topics[hit.article_id], rank=at):
                start, end = whole.get(sentence.start, (sentence.start, sentence.end))
                if subject and not _speaks_of(subject, hit.text[start - hit.start : end - hit.start]):
                    continue
                pointed = math.log(0.01 + spans.share(first, output.offsets, start - hit.start, end - hit.start))
                quick = (
                    values[0] + values[1] + values[3] + POINTED_WEIGHT * pointed
                    + 0.15 * output.relevance - 0.5 * output.stance[2]
                )  # fmt: skip
                if quick > rows.get((at, start, end), (-math.inf, ()))[0]:
                    rows[at, start, end] = (quick, (*values, pointed))
        chosen = sorted(rows, key=lambda key: -rows[key][0])[:POLAR_UNITS]
        under, bare = (self._read_apart(question, passages, chosen, titled=titled) for titled in (True, False))
        found = []
        for (at, start, end), own, alone in zip(chosen, under, bare, strict=True):
            values = rows[at, start, end][1]
            both = _averaged([own, alone])
            settled, decided, passage_settled, agreement = stance_values(both, outputs[at])
            features = (
                settled, decided, own.relevance, values[0], values[4], settled_by(alone), values[1], values[2], agreement,
                passage_settled, values[6], values[-1], *_named(names, *passages[at], start, end),
            )  # fmt: skip
            found.append(Candidate(at, start, end, features, None, both.stance))
        return found

    def _read_apart(
        self, question: str, passages: Sequence[tuple[Hit, tuple[Sentence, ...]]],
        chosen: Sequence[tuple[int, int, int]], *, titled: bool,
    ) -> list[Output]:  # fmt: skip
        """The network's reading of each stretch of a passage: (passage, start, end), under its headline or without.

        A statement and the quotation behind it are read apart, and their stances averaged: the network learned from single
        sentences, and takes «she ruled it out. “It will not happen”» together for a double negation. Both with and without
        headline: «the vote» is of its headline's matter; but «Bridge to reopen» would answer for every sentence under it.
        """
        pairs, counts = [], []
        for at, start, end in chosen:
            hit, sentences = passages[at]
            inside = [part for part in self._parts(hit, sentences) if start <= part[0] and part[1] <= end] or [(start, end)]
            texts = [hit.text[begin - hit.start : stop - hit.start] for begin, stop in inside]
            pairs += [Pair(question, text, (hit.title or "") if titled else "") for text in texts]
            counts.append(len(inside))
        outputs = iter(self._outputs(question, pairs))
        return [_averaged([next(outputs) for _ in range(count)]) for count in counts]

    def _open(self, candidates: Sequence[Candidate]) -> list[tuple[int, Evidence]]:
        scores = [weighed(self._weights.order, one.values) for one in candidates]
        found = []
        for one, values, score in zip(candidates, support_values(candidates, scores), scores, strict=True):
            support = logistic(weighed(self._weights.support, values))
            found.append((one.passage, Evidence(one.start, one.end, logistic(score), support, one.span)))
        return found

    def _polar(self, candidates: Sequence[Candidate]) -> list[tuple[int, Evidence]]:
        found = []
        for one in candidates:
            support = logistic(polar_odds(self._weights.sentence_stance, self._weights.stance, one))
            found.append((one.passage, Evidence(one.start, one.end, support, support, None, one.stance)))
        return found

    def _asked(self, question: str) -> Asked:
        content = terms.content_words(question)
        return asked(question, content, self._corpus.document_frequency(content), self._corpus.passage_count())

    def _topics(self, passages: Sequence[tuple[Hit, tuple[Sentence, ...]]]) -> dict[str, frozenset[str]]:
        """The words of headline and opening: news names its subject there and says «she» or «the line» afterwards."""
        found = {}
        for article_id, hit in {hit.article_id: hit for hit, _ in passages}.items():
            article = self._corpus.article(article_id)
            found[article_id] = text_keys(f"{hit.title or ''} {article.text[:OPENING_CHARS] if article else ''}")
        return found

    def _stretches(self, hit: Hit, sentences: Sequence[Sentence]) -> dict[int, tuple[int, int]]:
        return stretches(hit, sentences, self._seams(hit))

    def _parts(self, hit: Hit, sentences: Sequence[Sentence]) -> list[tuple[int, int]]:
        return parts(hit, sentences, self._seams(hit))

    def _seams(self, hit: Hit) -> list[int]:
        return [removed.at for removed in self._corpus.removed(hit.article_id)]


@dataclass(frozen=True)
class _Glance:
    """A sentence as its passage's reading shows it; characters within the passage."""

    passage: int
    start: int
    end: int
    values: tuple[float, ...]
    """As the first of `ORDER`: relevance, span, then `features.FEATURES`."""

    @property
    def score(self) -> float:
        """For the choice of what is read once more."""
        relevance, span, covered, near, _, rare, *_ = self.values
        return covered + near + rare + 0.15 * relevance + 0.1 * span


def _candidate(
    hit: Hit, row: _Glance, output: Output, wanted: Asked, kind: str | None, counted: frozenset[str]
) -> Candidate:
    """The sentence with its span. The network finds answers better in a sentence alone than in its passage.

    `counted`: keys of what the question counts.
    """
    text = hit.text[: row.end]
    first, last = spans.log_softmax(output.first), spans.log_softmax(output.last)
    likely = spans.likeliest(first, last, output.offsets, 0, row.end - row.start, SPANS)

    def worth(one: Span) -> float:
        fit, repeated = _span_values(text, row.start + one.start, row.start + one.end, wanted, kind)
        words = text[row.start + one.start :].split()[:COUNTED_WORDS] if fit > 0 else []
        bonus = COUNTED_WEIGHT if counted & text_keys(" ".join(words)) else 0.0
        return one.score + KIND_WEIGHT * fit - ASKED_WEIGHT * repeated + bonus

    best = max(likely, key=worth, default=Span(0, row.end - row.start, spans.FLOOR))
    start, end = spans.completed(text, row.start + best.start, row.start + best.end)
    start = max(start, row.start)
    values = (*row.values, *_span_values(text, start, end, wanted, kind), output.relevance, best.score)
    return Candidate(
        row.passage, row.start + hit.start, row.end + hit.start, values, (start + hit.start, end + hit.start), None
    )


def _span_values(text: str, start: int, end: int, wanted: Asked, kind: str | None) -> tuple[float, float]:
    """Whether a span is of the kind that is asked for (1, -1; 0 unknown), and which share of its words is the question's.

    An answer says something new.
    """
    words = terms.words(text[start:end])
    repeated = sum(word in wanted.words for word in words) / len(words) if words else 1.0
    return fits(kind, text[start:end], text[:start]), repeated


def _averaged(outputs: Sequence[Output]) -> Output:
    yes, no, neither = (sum(values) / len(outputs) for values in zip(*(one.stance for one in outputs), strict=True))
    return replace(outputs[0], stance=(yes, no, neither), relevance=max(one.relevance for one in outputs))


def _speaks_of(name: str, text: str) -> bool:
    """Whether a text may speak of somebody: it names them, means them by a pronoun, or doesn't open with another name.

    That another one did it doesn't settle the question.
    """
    if text_keys(name) & text_keys(text):
        return True
    if tellers(text):  # what another one says, of itself or of things
        return False
    if _PRONOUN.search(text):
        return True
    opening = _OPENING.match(text)
    return opening is None or terms.fold(opening[1]) in terms.STOPWORDS


def _known(question: str, passages: Sequence[tuple[Hit, tuple[Sentence, ...]]]) -> list[frozenset[str]]:
    """The keys of each name of the question that the passages use: they may write «U.S.» for «the United States»."""
    held = frozenset[str]().union(*(text_keys(f"{hit.title or ''} {hit.text}") for hit, _ in passages))
    names = [text_keys(" ".join(name)) for name in names_of(question)]
    return [keys for keys in names if keys & held]


def _named(
    names: Sequence[frozenset[str]], hit: Hit, sentences: Sequence[Sentence], start: int, end: int
) -> tuple[float, float, float]:
    """The last three of `STANCE`, for characters `start` to `end` of the article; 1 for a question without names."""
    before = [one for one in sentences if one.end <= start and not one.heading][-1:]
    own = text_keys(hit.text[start - hit.start : end - hit.start])
    near = own | frozenset[str]().union(
        *(text_keys(hit.text[one.start - hit.start : one.end - hit.start]) for one in before)
    )
    above = near | text_keys(hit.title or "")
    one, two, three = (
        sum(bool(name & keys) for name in names) / len(names) if names else 1.0 for keys in (own, near, above)
    )
    return one, two, three


def _with_quotations(evidence: Sequence[Evidence], whole: Mapping[int, tuple[int, int]]) -> list[Evidence]:
    """Sentences that are only quoted together become one piece of evidence: the best of them with longer bounds."""
    found: dict[tuple[int, int], Evidence] = {}
    for one in evidence:
        start, end = whole.get(one.start, (one.start, one.end))
        other = found.get((start, end))
        if other is None or one.score > other.score:
            found[start, end] = Evidence(start, end, one.score, one.support, one.span, one.stance)
    return list(found.values())


@cache
def name() -> str:
    """Names network and regressions."""
    return f"trained-{network.digest()}-{weighing.digest()}"


@cache
def shared_network(*, polar: bool = False) -> network.Network:
    """The network for yes/no questions or for all others, loaded once a process."""
    return network.Network(network.weights(polar=polar))
