"""Questions that ask for several things, and the items that a sentence lists."""

from __future__ import annotations

import re

from assistant.reader import Evidence
from index import Hit

_ASKS = re.compile(
    r"^(?:list|name|enumerate)\b|\b(?:who|what|which) (?:all )?(?:are|were)\b|"
    r"\b(?:which|what)(?: [\w’'-]+){0,3} (?P<noun>[\w’'-]*[^s\W]s)\b(?! ?['’])|\bwho else\b|"
    r"\bwhat (?:two|three|four|five|six|several)\b|"
    r"\bwho did .+ (?:pick|choose|name|appoint|nominate|select|invite)\b",
    re.I,
)
_SINGULAR = frozenset(
    "was is his this does has as its us news series always species politics crisis business campus bus".split()
)
_PART = re.compile(r"\s*(?:;|,? and (?:also )?|,? as well as |, )\s*")
_NOT_A_LIST = re.compile(r"\b(?:said|says|told|who|which|because|while|but)\b")


def is_list(question: str) -> bool:
    """Whether it asks for several things («Which hospitals ...», «Who are the members ...», «Name the ...»)."""
    found = _ASKS.search(question)
    return found is not None and not (found["noun"] and found["noun"].casefold() in _SINGULAR)


def items(hit: Hit, evidence: Evidence) -> list[str]:
    """The items of the enumeration that the span is part of, in the sentence's own words; else of the one enumeration of
    names that the sentence has; else the span alone."""
    assert evidence.span is not None
    sentence = hit.text[evidence.start - hit.start : evidence.end - hit.start]
    begin, end = evidence.span[0] - evidence.start, evidence.span[1] - evidence.start
    found = _parts(sentence[slice(*_widened(sentence, begin, end))])
    others = [match.group() for match in _ENUMERATION.finditer(sentence)]
    return _parts(others[0]) if len(found) < 2 and len(others) == 1 else found


def together(hit: Hit, evidence: Evidence) -> list[str]:
    """The names of which the span is one, joined by «and» or «or»; empty when it stands alone."""
    assert evidence.span is not None
    sentence = hit.text[evidence.start - hit.start : evidence.end - hit.start]
    begin, end = _widened(sentence, evidence.span[0] - evidence.start, evidence.span[1] - evidence.start)
    found = _parts(sentence[begin:end])
    return found if len(found) > 1 and re.search(r" (?:and|or) ", sentence[begin:end]) else []


def _parts(text: str) -> list[str]:
    return [part for part in (one.strip(' .“”"') for one in _PART.split(text)) if part]


_NAMED = r"(?:the |a |an )?[A-ZÀ-Þ][\w’'.&-]*(?: (?:of |the |de |for )?[A-ZÀ-Þ][\w’'.&-]*)*"
_ENUMERATION = re.compile(rf"{_NAMED}(?:, {_NAMED})*,? (?:and|or) {_NAMED}")
_BEHIND = re.compile(rf"(?:, {_NAMED}(?=,|;| and )|,? (?:and|or) {_NAMED}(?=[\s,.;”\")]|$))")
_BEFORE = re.compile(rf"(?:^|(?<=[\s(“\"])){_NAMED}(?:,? and |, )$")


def _widened(sentence: str, begin: int, end: int) -> tuple[int, int]:
    """The span with the parts of the enumeration before and behind it."""
    while (found := _BEHIND.match(sentence, end)) and not _NOT_A_LIST.search(found.group()):
        end = found.end()
    while found := _BEFORE.search(sentence[:begin]):
        begin = found.start()
    return begin, end
