"""Stretches of text that may be the answer: the likeliest by the network, and how far a name or an amount reaches."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from assistant.words import DAY, MONTH
from index import terms

MAX_TOKENS = 24
"""Of a span."""
FLOOR = -20.0
"""Log probabilities below it count as it."""
_COUNT = re.compile(r"\d{1,3}(?: votes?)?")
_TO_BEHIND = re.compile(r"(?: to |[-–])\d{1,3}\b(?![.,]\d)")
"""The other half of a vote, a score or a range: «9 votes to 6», «3-1»."""
MAX_NAME_WORDS = 4
"""By which a name is completed at either end."""

_WORD_BEFORE = re.compile(r"(?P<word>[A-ZÀ-Þ][\w’'-]*) $")
_WORD_BEHIND = re.compile(r" (?P<word>[A-ZÀ-Þ][\w’'-]*)")
NO_NAME = re.compile(rf"^(?:{DAY}|{MONTH})s?$", re.I)
_NUMBER_BEFORE = re.compile(r"(?:[$£€¥]|(?<![\w.,])[$£€¥]?\d[\d,]*[.,])$")
_NUMBER_BEHIND = re.compile(
    r"(?:[.,]\d+)*(?: ?%| per ?cent\b| ?(?:hundred|thousand|million|billion|trillion|bn|m)\b)?", re.I
)


@dataclass(frozen=True)
class Span:
    """Characters of a passage that may be the answer."""

    start: int
    end: int
    score: float
    """Log probability of its ends."""


def likeliest(
    first: npt.NDArray[np.float32], last: npt.NDArray[np.float32], offsets: Sequence[tuple[int, int]], start: int, end: int,
    most: int = 1,
) -> list[Span]:  # fmt: skip
    """The likeliest spans of at most MAX_TOKENS tokens within characters `start` to `end` of a passage, best first.

    `first`, `last`: (n_tokens,) log probabilities of being its first and last token, `offsets` each token's characters.
    """
    inside = [at for at, (begin, stop) in enumerate(offsets) if begin >= start and stop <= end]
    if not inside:
        return []
    low, size = inside[0], inside[-1] + 1 - inside[0]
    sums = first[low : low + size, None] + last[None, low : low + size]
    ones = np.ones((size, size), bool)
    sums = np.where(np.triu(ones) & ~np.triu(ones, MAX_TOKENS), sums, -np.inf).ravel()
    allowed = int(np.isfinite(sums).sum())
    if most == 1:
        best = np.array([int(sums.argmax())])
    else:
        count = min(most, allowed)
        best = np.argpartition(-sums, count - 1)[:count]
        best = best[np.argsort(-sums[best], kind="stable")]
    found = []
    for at in best:
        begin, stop = divmod(int(at), size)
        found.append(Span(offsets[low + begin][0], offsets[low + stop][1], max(FLOOR, float(sums[at]))))
    return found


def share(first: npt.NDArray[np.float32], offsets: Sequence[tuple[int, int]], start: int, end: int) -> float:
    """P(the answer begins within characters `start` to `end` of a passage); `first`: (n_tokens,) log probabilities."""
    return float(sum(np.exp(first[at]) for at, (begin, _) in enumerate(offsets) if start <= begin < end))


def log_softmax(logits: npt.NDArray[np.float32]) -> npt.NDArray[np.float32]:
    """Log probabilities, (n,)."""
    if not len(logits):
        return logits
    shifted = logits - logits.max()
    found: npt.NDArray[np.float32] = shifted - np.log(np.exp(shifted).sum())
    return found


def completed(text: str, start: int, end: int) -> tuple[int, int]:
    """The bounds widened to whole words, whole names («Rosa» to «Rosa Keller») and amounts («4» to «4.5 per cent»)."""
    if end <= start:
        return start, end
    while start and text[start - 1].isalnum() and text[start].isalnum():
        start -= 1
    while end < len(text) and text[end].isalnum() and text[end - 1].isalnum():
        end += 1
    if text[start : start + 1].isdigit() and (found := _NUMBER_BEFORE.search(text, max(0, start - 16), start)):
        start = found.start()
    if _COUNT.fullmatch(text[start:end]) and not text[:start].endswith("from ") and (to := _TO_BEHIND.match(text, end)):
        end = to.end()
    if text[end - 1 : end].isdigit() and (behind := _NUMBER_BEHIND.match(text, end)):
        end = behind.end()
    for _ in range(MAX_NAME_WORDS):
        before = _WORD_BEFORE.search(text, max(0, start - 40), start)
        if not (text[start : start + 1].isupper() and before and _in_name(before["word"])):
            break
        start = before.start()
    for _ in range(MAX_NAME_WORDS):
        follower = _WORD_BEHIND.match(text, end)
        if not (_ends_in_name(text[start:end]) and follower and _in_name(follower["word"])):
            break
        end = follower.end()
    return start, end


def _in_name(word: str) -> bool:
    return not (NO_NAME.match(word) or word.casefold() in terms.STOPWORDS)


def _ends_in_name(span: str) -> bool:
    word = span.split()[-1] if span.split() else ""
    return word[:1].isupper() and word[-1:].isalnum() and _in_name(word)
