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
_MARKS = ("“", "”", '"')
_POINT = re.compile(r"\s*(?:[-–—•*·▪]|\d{1,2}[.)])\s+")
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
    if _is_quotation(sentence, begin, end):
        return [sentence[begin:end]]
    found = _parts(sentence[slice(*_widened(sentence, begin, end))])
    others = [match.group() for match in _ENUMERATION.finditer(sentence)]
    return _parts(others[0]) if len(found) < 2 and len(others) == 1 else found


def bulleted(hit: Hit, evidence: Evidence) -> list[tuple[int, int]]:
    """The points of the list that the sentence is a point of or announces with a colon, as offsets into the article's text,
    without their marks; empty where there is no list. As far as the passage reaches."""
    lines = [(found.start(), found.end(), _POINT.match(found.group())) for found in re.finditer(r"[^\n]+", hit.text)]
    begin, end = evidence.start - hit.start, evidence.end - hit.start
    at = next((number for number, (start, stop, _) in enumerate(lines) if start <= begin < stop), None)
    if at is None:
        return []
    first = last = at
    if lines[at][2]:
        while first and lines[first - 1][2]:
            first -= 1
    elif hit.text[:end].rstrip().endswith(":") and not hit.text[end : lines[at][1]].strip():
        first = at + 1
    else:
        return []
    while last + 1 < len(lines) and lines[last + 1][2]:
        last += 1
    points = [
        (hit.start + start + (mark.end() if mark else 0), hit.start + stop) for start, stop, mark in lines[first : last + 1]
    ]
    return points if len(points) > 1 else []


def _is_quotation(sentence: str, begin: int, end: int) -> bool:
    """Whether a stretch is a whole quotation: «“lengthy and highly productive”» is one thing that was said."""
    opens = sentence[begin : begin + 1] in _MARKS or sentence[begin - 1 : begin] in _MARKS
    closes = sentence[end - 1 : end] in _MARKS or re.match(r"[,.]?[“”\"]", sentence[end:]) is not None
    return opens and closes


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
