"""Judging: from the readings of all passages to what may be said, or silence."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from rapidfuzz import fuzz

from assistant.reader import Evidence, Reading
from assistant.records import Status
from index import Hit, terms

MAX_QUOTES = 3
MIN_SHARE = 0.25
"""A further sentence is quoted when its score is at least this share of the best one's."""
SAME_QUOTE = 90.0
"""Token-sort similarity (0..100) from which two quotes say the same: wire copies with a changed word score 92 and up,
two sentences of one story about the same people 40 to 75."""


_NEGATIONS = frozenset("no not never nor neither none nobody nothing without cannot".split())


@dataclass(frozen=True)
class Support:
    """A quoted sentence, and the sentences elsewhere that say the same in nearly the same words."""

    hit: Hit
    evidence: Evidence
    same: tuple[tuple[Hit, Evidence], ...] = ()


@dataclass(frozen=True)
class Judgement:
    """What the record says about a question."""

    status: Status
    supports: tuple[Support, ...]
    """Best first; empty when silent."""


def judge(readings: Sequence[Reading], threshold: float, *, polar: bool = False) -> Judgement:
    """One to three sentences that answer, or silence when none is supported well enough.

    A yes/no question (`polar`) is owed what speaks for and against, and a reader without stance can't tell which is
    which: so every sentence that is supported by itself may be quoted, however far the best one is ahead.
    """
    ranked = sorted(_all(readings), key=lambda pair: (-pair[1].score, pair[0].article_id, pair[1].start))
    if not ranked or ranked[0][1].support < threshold:
        return Judgement("not_on_record", ())
    best = ranked[0][1].score
    supports: list[Support] = []
    for hit, evidence in ranked:
        if evidence.score < MIN_SHARE * best and not (polar and evidence.support >= threshold):
            continue
        twin = next((at for at, kept in enumerate(supports) if _same(kept, hit, evidence)), None)
        if twin is not None:
            if all(hit.article_id != other.article_id for other in _hits(supports[twin])):
                kept = supports[twin]
                supports[twin] = Support(kept.hit, kept.evidence, (*kept.same, (hit, evidence)))
        elif len(supports) < MAX_QUOTES:
            supports.append(Support(hit, evidence))
    return Judgement("answered", tuple(supports))


def _all(readings: Sequence[Reading]) -> Iterator[tuple[Hit, Evidence]]:
    for reading in readings:
        for evidence in reading.evidence:
            yield reading.hit, evidence


def _hits(support: Support) -> list[Hit]:
    return [support.hit, *(hit for hit, _ in support.same)]


def _same(kept: Support, hit: Hit, evidence: Evidence) -> bool:
    first, second = quoted(kept.hit, kept.evidence), quoted(hit, evidence)
    words = (Counter(re.findall(r"[\w’']+", first)), Counter(re.findall(r"[\w’']+", second)))
    differing = (words[0] - words[1]) + (words[1] - words[0])
    if any(_weighty(word) for word in differing):
        return False
    return fuzz.token_sort_ratio(first.casefold(), second.casefold()) >= SAME_QUOTE


def _weighty(word: str) -> bool:
    """Whether one word makes another statement: a number, a name, a negation («12 were hurt», «will not reopen»)."""
    low = word.casefold().replace("’", "'")
    if low in _NEGATIONS or low.endswith("n't") or any(char.isdigit() for char in word):
        return True
    return word[0].isupper() and low not in terms.STOPWORDS


def quoted(hit: Hit, evidence: Evidence) -> str:
    """The words of a piece of evidence."""
    return hit.text[evidence.start - hit.start : evidence.end - hit.start]
