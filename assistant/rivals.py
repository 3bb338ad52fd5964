"""Whether what another sentence says stands beside the best answer: as another answer, or as the other side.

Two sentences that answer a question differently may be two answers, or one of them is of another matter: another year's
figure, the injured beside the dead, one town's tally beside the county's. What tells them apart is weighed by two logistic
regressions over the features below (`rivals.json`, fitted by `python -m eval.fit_rivals`).
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources
from itertools import pairwise
from typing import Any

from assistant.answer_types import EXACT
from assistant.attribution import is_told
from assistant.features import text_keys, word_keys
from assistant.reader import Evidence
from assistant.short import fitting, quoted, span_of
from assistant.values import differ, same
from assistant.weighing import logistic, odds, weighed
from index import Hit, terms

RIVAL = (
    "score", "lead", "support", "differ", "kind", "alike", "covered", "covered_less", "headline", "same_article",
    "missing", "names",
)  # fmt: skip
"""Of a sentence beside the best one, for P(its span is another answer to the same question): log odds of its score, and how
far it is below the best one's; log odds of its support; whether the two amounts exclude one another; whether
it is of the kind that is asked for, 0 where that can't be told; which share of their words the two sentences have in common;
which share of the question's words stands in it or its headline, how much less than in the best one, and in its headline;
whether they are of one article; which share of the question's names that the best one's article has its article lacks; which
share of the two articles' names they have in common: they may tell one story."""
AGAINST = (
    "support", "lead", "leaning", "leaning_best", "neither", "alike", "covered", "covered_less", "same_article", "told",
    "told_best", "missing", "names",
)  # fmt: skip
"""Of a sentence that leans the other way than the best one to a yes/no question, for P(it is the other side); how much each
leans (P(yes) less P(no)), the log odds that it says neither, whether somebody is said to say it; the rest as above."""
LEAST_SUPPORT = 0.02
"""What supports an answer less than this stands against none."""
DECIDED = 0.2
"""A sentence stands against others when it leans one way by this much, of 1."""

MAX_LACKING = 0.5
"""An article that lacks more of the question's particulars than this is on another matter."""
CORRECTION = re.compile(r"^\W*(?:corrections?|corrected|clarifications?|editors?['’]s? note)\b", re.I)
"""How the headline of a correction begins."""

Pair = tuple[Hit, Evidence]

_DEFINITE = frozenset("the this that these those".split())
_NAME = re.compile(r"(?<=[a-zà-þ,] )[A-ZÀ-Þ][\w’'-]{2,}")
"""Not at the beginning of a sentence, where every word is a capital."""


@dataclass(frozen=True)
class Fitted:
    """Weights of the two regressions, one a feature with the intercept last, and from which P on each counts."""

    rival: tuple[float, ...]
    against: tuple[float, ...]
    rival_from: float
    against_from: float
    evidence: Mapping[str, Any]


@cache
def fitted() -> Fitted:
    """The weights that ship with the project."""
    found = json.loads(resources.files("assistant").joinpath("rivals.json").read_text("utf-8"))
    return Fitted(
        tuple(found["rival"]), tuple(found["against"]), found["rival_from"], found["against_from"], found["evidence"]
    )


def rivals(question: str, kind: str | None, best: Pair, others: Sequence[Pair]) -> list[Pair]:
    """Those that give another answer, likeliest first; `kind` is the kind that is asked for."""
    weights = fitted()
    rows = [(logistic(weighed(weights.rival, values)), pair) for pair, values in beside(question, kind, best, others)]
    return [pair for probability, pair in sorted(rows, key=lambda row: -row[0]) if probability >= weights.rival_from]


def opponents(question: str, best: Pair, others: Sequence[Pair]) -> list[Pair]:
    """Those that stand on the other side of a yes/no question, likeliest first."""
    weights = fitted()
    rows = [(logistic(weighed(weights.against, values)), pair) for pair, values in against(question, best, others)]
    return [pair for probability, pair in sorted(rows, key=lambda row: -row[0]) if probability >= weights.against_from]


def beside(
    question: str, kind: str | None, best: Pair, others: Sequence[Pair]
) -> Iterator[tuple[Pair, tuple[float, ...]]]:  # fmt: skip
    """Each with the features of RIVAL; not those that say the same as the best one, are of another kind than asked, or of
    another matter."""
    if best[1].span is None:
        return
    first = span_of(*best)
    around = _Around(question, best, others)
    for pair in others:
        if pair[1].span is None or same(first, second := span_of(*pair)) or around.other_matter(pair[0]):
            continue
        fit = float(fitting(kind, *pair))
        if kind in EXACT and not fit:
            continue
        alike, covered, covered_best, headline, one_article, missing, names = around(pair, second)
        yield pair, (
            odds(pair[1].score), odds(best[1].score) - odds(pair[1].score), odds(pair[1].support),
            float(differ(first, second)), fit, alike, covered,
            covered_best - covered, headline, one_article, missing, names,
        )  # fmt: skip


def against(question: str, best: Pair, others: Sequence[Pair]) -> Iterator[tuple[Pair, tuple[float, ...]]]:
    """Each that leans the other way, with the features of AGAINST; not those of another matter."""
    if best[1].stance is None:
        return
    around = _Around(question, best, others)
    told_best = float(is_told(quoted(*best)))
    for pair in others:
        hit, evidence = pair
        if evidence.stance is None or says_yes(evidence) == says_yes(best[1]):
            continue
        if evidence.support < LEAST_SUPPORT or leaning(evidence) < DECIDED or around.other_matter(hit):
            continue
        alike, covered, covered_best, _, one_article, missing, names = around(pair, "")
        yield pair, (
            odds(evidence.support), odds(best[1].support) - odds(evidence.support), leaning(evidence), leaning(best[1]),
            odds(evidence.stance[2]), alike, covered, covered_best - covered, one_article,
            float(is_told(quoted(hit, evidence))), told_best, missing, names,
        )  # fmt: skip


def says_yes(evidence: Evidence) -> bool:
    """Whether a sentence leans to yes rather than no."""
    assert evidence.stance is not None
    return evidence.stance[0] >= evidence.stance[1]


def leaning(evidence: Evidence) -> float:
    """How much more a sentence says one thing than the other, 0..1; little where it says neither."""
    assert evidence.stance is not None
    return abs(evidence.stance[0] - evidence.stance[1])


def particulars(question: str) -> list[str]:
    """The words that say which thing is meant: names, numbers, what follows «the» or «Halden's» up to the next small word.

    Not the rest: «hurt» may be «injured» elsewhere.
    """
    words = re.findall(r"[\w’'-]+", question)
    found = [word for word in words[1:] if word[0].isupper() or word[0].isdigit()]
    inside = False
    for before, word in pairwise(words):
        if before.casefold() in _DEFINITE or before.casefold().endswith(("'s", "’s")):
            inside = True
        if inside and before.casefold() == "of" and word[0].isupper():
            inside = False  # «the library of Halden» ends there
        elif inside and word.casefold() not in terms.STOPWORDS:
            found.append(word)
        elif word.casefold() not in ("of", *_DEFINITE):
            inside = False
    return [word for word in dict.fromkeys(found) if word.casefold() not in terms.STOPWORDS]


class _Around:
    """What the best sentence and its article share with another one. Of an article its passages at hand are seen."""

    def __init__(self, question: str, best: Pair, others: Sequence[Pair]) -> None:
        self._wanted = _words(question)
        self._best = best
        self._own = _words(quoted(*best), span_of(*best) if best[1].span else "")
        self._covered = _share(self._wanted, self._own | _words(best[0].title or ""))
        passages: dict[str, dict[int, str]] = {}
        for hit, _ in (best, *others):
            passages.setdefault(hit.article_id, {-1: hit.title or ""})[hit.start] = hit.text
        self._articles = {one: ". ".join(texts.values()) for one, texts in passages.items()}
        self._keys: dict[str, frozenset[str]] = {}
        self._names: dict[str, frozenset[str]] = {}
        own = self._of(best[0])[0]
        found = [(word, text_keys(word)) for word in particulars(question)]
        self._asked = [keys for _, keys in found if keys & own]
        self._named = [keys for word, keys in found if keys & own and (word[0].isupper() or word[0].isdigit())]

    def __call__(self, pair: Pair, span: str) -> tuple[float, ...]:
        """alike, covered, the best one's covered, headline, one article, missing, names."""
        hit, evidence = pair
        words = _words(quoted(hit, evidence), span)
        headline = _words(hit.title or "")
        (keys, names), (_, own) = self._of(hit), self._of(self._best[0])
        missing = _lacking(self._named, keys)
        return (
            (_share(self._own, words) + _share(words, self._own)) / 2, _share(self._wanted, words | headline), self._covered,
            _share(self._wanted, headline), float(hit.article_id == self._best[0].article_id), missing,
            len(names & own) / max(1, min(len(names), len(own))),
        )  # fmt: skip

    def other_matter(self, hit: Hit) -> bool:
        """Whether an article lacks all names of the question that the best one's has, or most of its particulars: what the
        harbour of another town cost neither answers nor contradicts. A correction need not name again what it corrects."""
        keys, _ = self._of(hit)
        if CORRECTION.match(hit.title or ""):
            return False
        return _lacking(self._named, keys) == 1 or _lacking(self._asked, keys) > MAX_LACKING

    def _of(self, hit: Hit) -> tuple[frozenset[str], frozenset[str]]:
        """The keys of an article's words, and its names."""
        if hit.article_id not in self._keys:
            text = self._articles[hit.article_id]
            self._keys[hit.article_id] = text_keys(text)
            self._names[hit.article_id] = frozenset(found.casefold() for found in _NAME.findall(f"x, {text}"))
        return self._keys[hit.article_id], self._names[hit.article_id]


def _lacking(asked: Sequence[frozenset[str]], keys: frozenset[str]) -> float:
    return sum(not one & keys for one in asked) / len(asked) if asked else 0.0


def _words(text: str, without: str = "") -> frozenset[frozenset[str]]:
    """The content words of a text, each by its keys, without those of the answer."""
    left_out = set(terms.content_words(without))
    return frozenset(word_keys(word) for word in terms.content_words(text) if word not in left_out)


def _share(wanted: frozenset[frozenset[str]], held: frozenset[frozenset[str]]) -> float:
    every = frozenset[str]().union(*held)
    return sum(bool(keys & every) for keys in wanted) / len(wanted) if wanted else 0.0
