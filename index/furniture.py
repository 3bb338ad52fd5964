"""Furniture learned from the pile: lines that recur across articles of one source and say nothing of what these are about.

A newsletter's box and a paragraph of background both recur. What tells them apart is whether the words of the line also
stand in the rest of the articles that carry it: «the town hall burned down in 2019» does in stories of that town hall, and
hardly in other stories of the paper; «sign up for our briefing» stands in both as rarely.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict, deque
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from urllib.parse import urlsplit

from index.pieces import folded
from index.records import Metadata, Removed
from index.store import source_key
from index.terms import STOPWORDS, content_words, stem

RULE = "recurring line"
MIN_WORDS = 5
"""Shorter lines are the labels of regular columns («Texas», «Our rating: False»): without them the rest is misread."""
MIN_ARTICLES = 6
"""With five, one of 55 lines learned from 4,656 real articles was a story's own: every solstice tells of Stonehenge."""
MIN_DAYS = 4
"""A morning's update prints the same paragraphs ten times. Undated articles count as a day each."""
MAX_COPIED = 0.5
"""Share of a carrier's lines that may stand in another carrier: more is the same article printed again."""
MAX_LIFT = 0.3
"""By how much larger a share of the line's words may stand in the articles that carry it than in others of the source.
Of 4,656 real articles: newsletter boxes 0 to .25, background .35 and more."""
COMPARED = 40
"""Carriers, and articles without the line, that are looked at."""


@dataclass(frozen=True)
class Lines:
    """The lines of one article, before furniture is taken out."""

    source: str
    """As `source_of` names it."""
    published: str | None
    lines: tuple[str, ...]
    """Compared form (`folded`), in order."""
    title: str = ""
    """Folded."""

    @cached_property
    def distinct(self) -> frozenset[str]:
        """Each line once."""
        return frozenset(self.lines)


@dataclass(frozen=True)
class Recurring:
    """A line that recurs."""

    source: str
    key: int
    """As `line_key` makes it."""
    articles: int
    line: str
    """Folded."""


def source_of(metadata: Metadata) -> str:
    """By what articles are taken to be of one site: the source's name, else the host; '' when neither is known."""
    return source_key(metadata.source) or (urlsplit(metadata.url or "").hostname or "").removeprefix("www.")


def line_key(line: str) -> int:
    """Names a folded line, without keeping its words: 63 bits of its SHA-256."""
    return int.from_bytes(hashlib.sha256(line.encode("utf-8", "surrogatepass")).digest()[:8], "big") >> 1


def lines_of(text: str, removed: Sequence[Removed], metadata: Metadata) -> Lines:
    """The lines of a stored article; what was removed as furniture learned before counts as a line."""
    again = [one.text for one in removed if one.rule == RULE]
    lines = tuple(folded(line) for line in [*text.split("\n\n"), *again])
    return Lines(source_of(metadata), metadata.published, lines, folded(metadata.title or ""))


def learn(articles: Iterable[Lines]) -> list[Recurring]:
    """The furniture of each source, most frequent first. Articles of unknown source teach nothing."""
    by_source: dict[str, list[Lines]] = defaultdict(list)
    for article in articles:
        if article.source:
            by_source[article.source].append(article)
    found = [line for source, group in by_source.items() if len(group) >= MIN_ARTICLES for line in _of_source(source, group)]
    return sorted(found, key=lambda one: (-one.articles, one.source, one.key))


def without(text: str, removed: Sequence[Removed], keys: Collection[int]) -> tuple[str, tuple[Removed, ...]]:
    """A cleaned text and its removed stretches, with furniture taken out as well."""
    parts: list[str] = []
    seams: list[Removed] = []
    waiting = deque(sorted(removed, key=lambda one: one.at))
    at = length = 0  # how far in the old text, and how much of the new one there is
    for line in text.split("\n\n"):
        end, gone = at + len(line), _is(line, keys)
        start = length + (2 if parts else 0)
        while waiting and waiting[0].at < end:
            seams.append(replace(one := waiting.popleft(), at=length if gone else start + one.at - at))
        if gone:
            seams.append(Removed(length, line, RULE))
        else:
            parts.append(line)
            length = start + len(line)
        while waiting and waiting[0].at == end:
            seams.append(replace(waiting.popleft(), at=length))
        at = end + 2
    return "\n\n".join(parts), tuple(seams)


def _is(line: str, keys: Collection[int]) -> bool:
    key = folded(line)
    return len(key.split()) >= MIN_WORDS and line_key(key) in keys


def _of_source(source: str, group: Sequence[Lines]) -> list[Recurring]:
    carriers: dict[str, list[int]] = defaultdict(list)
    for at, article in enumerate(group):
        for line in article.distinct:
            if len(line.split()) >= MIN_WORDS:
                carriers[line].append(at)
    often = {line: at for line, at in carriers.items() if len(at) >= MIN_ARTICLES}
    words: dict[int, frozenset[str]] = {}

    def said(at: int) -> frozenset[str]:
        """The stems of an article's lines that don't recur."""
        if at not in words:
            words[at] = _stems(" ".join(line for line in group[at].lines if line not in often))
        return words[at]

    found = []
    for line, holders in often.items():
        independent = _independent(group, holders)
        if len(independent) >= MIN_ARTICLES and _days(group, independent) >= MIN_DAYS:
            own = _stems(line) - _stems(source)
            others = [at for at in _spread(range(len(group)), 4 * COMPARED) if at not in holders][:COMPARED]
            lift = _share(own, [said(one) for one in _spread(independent, COMPARED)]) - _share(own, map(said, others))
            if lift <= MAX_LIFT:
                found.append(Recurring(source, line_key(line), len(independent), line))
    return found


def _independent(group: Sequence[Lines], carriers: Sequence[int]) -> list[int]:
    """The carriers that are not another carrier printed again. A page without an article is no copy of the next one."""
    found: list[int] = []
    for place, at in enumerate(carriers):
        if not any(_copied(group[at], group[other]) for other in found) or _holds_nothing(group[at]):
            found.append(at)
        if len(found) == COMPARED:
            return [*found, *carriers[place + 1 :]]
    return found


def _copied(one: Lines, other: Lines) -> bool:
    return len(one.distinct & other.distinct) > MAX_COPIED * min(len(one.distinct), len(other.distinct))


def _holds_nothing(article: Lines) -> bool:
    """Whether no word of its headline stands in it: a notice was saved in its place."""
    title = {word for word in article.title.split() if word not in STOPWORDS and len(word) > 1}
    said = {word for line in article.lines if line != article.title for word in line.split()}
    return len(title) > 1 and not title & said


def _days(group: Sequence[Lines], carriers: Sequence[int]) -> int:
    known = [published[:10] for at in carriers if (published := group[at].published)]
    return len(set(known)) + len(carriers) - len(known)


def _share(own: frozenset[str], texts: Iterable[frozenset[str]]) -> float:
    """The mean share of the stems that stand in each text; 0 without any."""
    shares = [len(own & text) / len(own) for text in texts] if own else []
    return sum(shares) / len(shares) if shares else 0.0


def _spread(items: Sequence[int], most: int) -> list[int]:
    """At most so many of the items, evenly over them: the same ones every time."""
    return [items[at * len(items) // most] for at in range(most)] if len(items) > most else list(items)


def _stems(text: str) -> frozenset[str]:
    return frozenset(stem(word) for word in content_words(text))
