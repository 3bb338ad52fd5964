"""Sentences that can't be quoted alone: those within a quotation of several, and quotations without a named speaker.

«“Was it arson? No. It was a cable,” the marshal said»: any one of these sentences alone, without its marks or without
the others, says something that the marshal did not. And news gives a statement in its own words first, then the speaker's:
«The minister ruled it out. “It won't happen,” she said.» The second sentence names nobody. So they are quoted together.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from itertools import pairwise

from index import Hit, Sentence

_QUOTED = re.compile(r"“[^”]*(?:”|$)|\"[^\"]*(?:\"|$)")
_PRONOUNS = frozenset(("he", "she", "they"))
_MAX_ATTRIBUTION = 5
"""Words outside the marks: «he said on Friday», «she told the council»; more of them say something of their own."""
_MAX_SENTENCES = 6
_MAX_CHARS = 700
"""Of a quotation that is quoted whole."""


def is_bare(sentence: str) -> bool:
    """Whether a sentence is a quotation whose speaker is a pronoun, or not named at all."""
    if sentence[:1] not in ("“", '"'):
        return False
    words = _QUOTED.sub(" ", sentence).replace(",", " ").rstrip(" .").split()
    return len(words) <= _MAX_ATTRIBUTION and (not words or not _PRONOUNS.isdisjoint(word.lower() for word in words[:2]))


def stretches(hit: Hit, sentences: Sequence[Sentence], seams: Collection[int]) -> dict[int, tuple[int, int]]:
    """For each sentence (by its start) that is not to be quoted alone, the stretch that holds what belongs to it.

    `seams` are the places where cleaning removed something; no stretch spans one.
    """
    units = list(_units(hit, sentences, seams))
    found: dict[int, tuple[int, int]] = {}
    for unit in units:
        if len(unit) > 1:
            found.update({one.start: (unit[0].start, unit[-1].end) for one in unit})
    taken = -1
    for at, (first, second) in enumerate(pairwise(units)):
        start, end = first[0].start, second[-1].end
        if first[0].heading or second[0].heading or at == taken or any(start < seam < end for seam in seams):
            continue
        if is_bare(_text(hit, second)) and not is_bare(_text(hit, first)):
            found.update({one.start: (start, end) for one in (*first, *second)})
            taken = at + 1
    return found


def parts(hit: Hit, sentences: Sequence[Sentence], seams: Collection[int]) -> list[tuple[int, int]]:
    """What is read by itself of a passage: each sentence, and the sentences within one quotation together.

    Finer than `stretches`: a statement and the quotation behind it say the same twice.
    """
    return [(unit[0].start, unit[-1].end) for unit in _units(hit, sentences, seams)]


def _units(hit: Hit, sentences: Sequence[Sentence], seams: Collection[int]) -> Iterator[tuple[Sentence, ...]]:
    """The sentences, those of one quotation together.

    A quotation ends with its closing mark, or with its paragraph: the next one opens it again. One that is longer than
    anyone would read as an answer, or a mark that nothing closes, is left as it is.
    """
    at = 0
    while at < len(sentences):
        end = at + 1
        if not sentences[at].heading and _is_open(_text(hit, sentences[at:end])):
            end = _closed(hit, sentences, at, seams) or end
        yield tuple(sentences[at:end])
        at = end


def _closed(hit: Hit, sentences: Sequence[Sentence], at: int, seams: Collection[int]) -> int | None:
    """Behind the last sentence of the quotation that opens in sentence `at`; None when it has no end nearby."""
    for end in range(at + 1, len(sentences)):
        last, following = sentences[end - 1], sentences[end]
        gap = hit.text[last.end - hit.start : following.start - hit.start]
        if "\n" in gap:
            return end
        if following.heading or end - at >= _MAX_SENTENCES or any(last.start < seam < following.end for seam in seams):
            return None
        if following.end - sentences[at].start > _MAX_CHARS:
            return None
        if not _is_open(_text(hit, sentences[at : end + 1])):
            return end + 1
    return len(sentences)


def _is_open(text: str) -> bool:
    return text.count("“") > text.count("”") or text.count('"') % 2 == 1


def _text(hit: Hit, sentences: Sequence[Sentence]) -> str:
    return hit.text[sentences[0].start - hit.start : sentences[-1].end - hit.start]
