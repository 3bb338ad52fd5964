"""Near-identical articles: wire copies with another headline and small edits, shortened ones, excerpts in longer pieces.

Candidates share hashes of word runs: a MinHash whose size grows with the text (the bottom part of all hashes, as in
FracMinHash, Irber et al. 2022, after Broder 1997), because a sketch of fixed size can't tell that a short text stands in a
long one. They are rows of the record, so that an article meets those before it and leaves none behind. Each candidate
is then compared word by word.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from hashlib import blake2b

import index.terms as terms

SKETCHED_RUN = 5
"""Words of a hashed run: long enough that different stories share hardly any."""
SCALE = 8
"""One hash of so many is kept: some 75 of a story of 600 words."""
MIN_SHARED, SHARED = 2, 0.1
"""A candidate shares at least so many hashes, and this share of the smaller sketch."""
COMPARED_RUN = 3
"""Words of the runs that are compared; a changed word spoils few of them."""
ALIKE = 0.82
"""Two articles are copies when this share of the shorter one's words stands in runs that the other has too. Of 4,656 real
articles pairs between 0.6 and 0.8 are mostly later stories of one matter that repeat its background."""
ALIKE_BEGUN_ALIKE, BEGINNING = 0.7, 50
"""So much is enough where the first words of each, so many, stand in the other: a later story begins with what is new."""
DAYS = 7
"""Copies are printed within so many days: stories of one season repeat themselves every year."""
MIN_WORDS = 25
"""Shorter texts are nobody's copy: two one-line notices of one form are two notices."""


def sketch(text: str) -> frozenset[int]:
    """Hashes (32 bits) of a text's word runs, one in `SCALE` of them; empty for a text of fewer than `MIN_WORDS`."""
    words = terms.words(text)
    if len(words) < MIN_WORDS:
        return frozenset()
    return frozenset(number for run in _runs(words, SKETCHED_RUN) if (number := _hash(run)) % SCALE == 0)


def candidates(own: int, shared: Iterable[tuple[int, int, int]]) -> list[int]:
    """Of (article, hashes shared, size of its sketch) the articles worth comparing with one whose sketch has `own`
    hashes, most alike first."""
    found = [(count / max(1, min(own, size)), count, article) for article, count, size in shared]
    return [article for share, count, article in sorted(found, reverse=True) if count >= MIN_SHARED and share >= SHARED]


def likeness(one: str, other: str) -> float:
    """Share of the shorter text's words that stand in runs of `COMPARED_RUN` words which the longer one has too, 0..1."""
    short, long = sorted((terms.words(one), terms.words(other)), key=len)
    return _met(short, long)


def same_story(one: str, other: str) -> bool:
    """Whether two texts are copies, compared word by word."""
    first, second = terms.words(one), terms.words(other)
    short, long = sorted((first, second), key=len)
    share = _met(short, long)
    if share >= ALIKE or share < ALIKE_BEGUN_ALIKE:
        return share >= ALIKE
    return min(_met(first[:BEGINNING], second), _met(second[:BEGINNING], first)) >= ALIKE_BEGUN_ALIKE


def alike(one: str, other: str) -> bool:
    """Whether the record takes two texts for copies: candidates first, then word by word."""
    first, second = sketch(one), sketch(other)
    return bool(candidates(len(first), [(0, len(first & second), len(second))])) and same_story(one, other)


def near_in_time(one: int, other: int) -> bool:
    """Whether two days, as 20250214, allow copies; 0 is unknown and allows any."""
    if not one or not other:
        return True
    days = [date(day // 10000, day // 100 % 100, day % 100) for day in (one, other)]
    return abs((days[0] - days[1]).days) <= DAYS


def _met(words: Sequence[str], others: Sequence[str]) -> float:
    if not words:
        return 0.0
    known = set(_runs(others, COMPARED_RUN))
    met = [False] * len(words)
    for at, run in enumerate(_runs(words, COMPARED_RUN)):
        if run in known:
            met[at : at + COMPARED_RUN] = [True] * COMPARED_RUN
    return sum(met) / len(words)


def _runs(words: Sequence[str], length: int) -> list[tuple[str, ...]]:
    return [tuple(words[at : at + length]) for at in range(len(words) - length + 1)]


def _hash(run: tuple[str, ...]) -> int:
    return int.from_bytes(blake2b(" ".join(run).encode(), digest_size=4).digest(), "big")
