"""Quotations that the sentence before them introduces.

News gives a statement in its own words first, and then the speaker's: «The minister ruled it out. “It won't happen,” she
said.» The second sentence names nobody; quoted alone it says nothing of who spoke. So the two are quoted together.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from itertools import pairwise

from index import Hit, Sentence

_QUOTED = re.compile(r"“[^”]*(?:”|$)|\"[^\"]*(?:\"|$)")
_PRONOUNS = frozenset(("he", "she", "they"))
_MAX_ATTRIBUTION = 5
"""Words outside the marks: «he said on Friday», «she told the council»; more of them say something of their own."""


def is_bare(sentence: str) -> bool:
    """Whether a sentence is a quotation whose speaker is a pronoun, or not named at all."""
    if sentence[:1] not in ("“", '"'):
        return False
    words = _QUOTED.sub(" ", sentence).replace(",", " ").rstrip(" .").split()
    return len(words) <= _MAX_ATTRIBUTION and (not words or not _PRONOUNS.isdisjoint(word.lower() for word in words[:2]))


def introduced(hit: Hit, sentences: Sequence[Sentence], seams: Collection[int]) -> dict[int, tuple[int, int]]:
    """For each sentence (by its start) that introduces a bare quotation, or is one, the stretch that holds both.

    `seams` are the places where cleaning removed something; no stretch spans one.
    """
    found: dict[int, tuple[int, int]] = {}
    for first, second in pairwise(sentences):
        if first.heading or second.heading or first.start in found or any(first.start < at < second.end for at in seams):
            continue
        texts = [hit.text[one.start - hit.start : one.end - hit.start] for one in (first, second)]
        if is_bare(texts[1]) and not is_bare(texts[0]):
            found[first.start] = found[second.start] = (first.start, second.end)
    return found
