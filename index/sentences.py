"""Where sentences begin and end, as offsets into a cleaned text.

Our own, because evidence is cut along these lines and must never drift: a splitter that finds offsets by
searching for the sentence goes wrong on the first repeated one. A boundary is a terminal mark, closing quotes
or brackets, white space, and something that can open a sentence; a full stop is not one after an abbreviation,
an initial, or inside a number. A line break always ends a sentence (paragraphs, headlines, list items).
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from itertools import pairwise

MAX_SENTENCE_CHARS = 1200
"""A longer 'sentence' (a table without stops, a broken text) is divided at the last clause mark or space."""

# A full stop after these never ends a sentence: a name or a number follows.
_BEFORE_A_NAME = frozenset(
    "adm atty brig capt cmdr col comdr cpl det dr fr gen gov hon insp jr lt maj messrs mlle mme mr mrs ms mx pres prof "
    "rep reps rev rt sec sen sens sgt sr st supt vs v ft mt approx ca cf e.g i.e eg ie fig figs eq nos vol pp "
    "ph.d m.d b.a m.a".split()
)
# After these it may: only a capital that opens a sentence decides (see `_OPENERS`).
_MAYBE = frozenset(
    "u.s u.k u.n e.u u.s.a u.a.e d.c l.a n.y a.m p.m b.c a.d etc inc corp co ltd llc plc bros dept est assn univ "
    "jan feb mar apr jun jul aug sep sept oct nov dec mon tue tues wed thu thur thurs fri sat sun "
    "ala ariz ark calif colo conn del fla ga ill ind kan ky la md mass mich minn miss mo mont neb nev okla ore pa "
    "tenn tex va vt wash wis wyo ave blvd rd no art ch sq ext al min max tel".split()
)
# Words that open a sentence far more often than they continue a name after an abbreviation ("U.S. The ...").
_OPENERS = frozenset(
    "a after all also although an and another any as at because before both but by despite during each earlier even "
    "every few for from had has he her here his how however i if in instead it its just last later many meanwhile "
    "more most much my neither never no nor not now of officials on once one only or other our over police she since "
    "so some still such than that the their then there these they this those though through thus to two under "
    "until we what when where whether which while who why with without yet you your".split()
)
_TERMINAL = re.compile(r"[.!?…。！？]+")
_CLOSERS = "\"'”’»)]}"
_OPENING = "\"'“‘«([{¿¡"
_WORD_BEFORE = re.compile(r"[^\W\d_](?:[\w'’-]|\.(?=\w))*$|\d[\w.,]*$")
_INITIALS = re.compile(r"(?:[^\W\d_]\.)*[^\W\d_]")


def sentences(text: str, seams: tuple[int, ...] = ()) -> list[tuple[int, int]]:
    """The sentences of `text` as (start, end), in order, without the white space around them.

    `seams` are offsets where cleaning removed something: no sentence spans one. Every character that is not
    white space belongs to exactly one sentence.
    """
    edges = sorted({0, len(text), *(seam for seam in seams if 0 < seam < len(text))})
    return [
        span
        for begin, end in pairwise(edges)
        for line in _lines(text, begin, end)
        for sentence in _split_line(text, *line)
        for span in _bounded(text, *sentence)
    ]


def is_heading(text: str, start: int, end: int) -> bool:
    """Whether a sentence is a headline or subheading: a short line of its own with no closing mark."""
    alone = (start == 0 or "\n" in text[max(0, start - 2) : start]) and (end == len(text) or text[end] == "\n")
    sentence = text[start:end]
    listed = sentence[:1] in "-•*–·" or sentence[:1].isdigit()
    closed = sentence.rstrip(_CLOSERS)[-1:] in ".!?…:;。！？"
    return alone and not closed and not listed and len(sentence.split()) <= 20


def _lines(text: str, begin: int, end: int) -> Iterator[tuple[int, int]]:
    for match in re.finditer(r"[^\n\r\u2028\u2029]+", text[begin:end]):
        trimmed = _trimmed(text, begin + match.start(), begin + match.end())
        if trimmed:
            yield trimmed


def _trimmed(text: str, start: int, end: int) -> tuple[int, int] | None:
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    return (start, end) if start < end else None


def _split_line(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    begin = start
    for match in _TERMINAL.finditer(text, start, end):
        cut = match.end()
        while cut < end and text[cut] in _CLOSERS:
            cut += 1
        wide = match.group()[-1] in "。！？"  # Chinese and Japanese write no space after a sentence
        if cut >= end or not (text[cut].isspace() or wide):
            continue
        following = cut
        while following < end and text[following].isspace():
            following += 1
        if _ends(text, begin, match.start(), match.group(), cut > match.end(), following, end):
            yield begin, cut
            begin = following
    if begin < end:
        yield begin, end


def _ends(text: str, begin: int, mark_at: int, mark: str, closed: bool, following: int, end: int) -> bool:
    """Whether the terminal `mark` at `mark_at` ends the sentence begun at `begin`; `following` starts the next word."""
    upcoming = text[following : min(end, following + 60)]
    bare = upcoming.lstrip(_OPENING)
    opener = bare[:1]
    if not opener:
        return False
    if opener.islower():
        # «"Will it?" she asked» and «the company Yahoo! said» go on.
        return False
    if mark in ("?", "!", "?!", "!?") or (len(mark) > 1 and mark != "...") or mark in "。！？":
        return True
    if mark in ("...", "…"):
        return (opener.isupper() and not closed) or closed
    word = _WORD_BEFORE.search(text, begin, mark_at)
    before = word.group() if word else ""
    if closed and before.casefold() not in _BEFORE_A_NAME:
        return True
    return _full_stop_ends(before, bare, spelled=text[begin:mark_at])


def _full_stop_ends(before: str, bare: str, spelled: str) -> bool:
    low = before.casefold()
    next_word = re.match(r"[\w'’]+", bare)
    opens = next_word is not None and re.split("['’]", next_word.group())[0].casefold() in _OPENERS
    if low in _BEFORE_A_NAME:
        return False
    if low == "no":  # «No. 10» against «He said no. Then ...»
        return not bare[:1].isdigit()
    if low in _MAYBE:
        if low in ("a.m", "p.m"):
            return not _is_day(bare)
        return opens
    if len(before) == 1 and before.isalpha():
        # An initial («J. R. Marsh»), unless it is the word I or ends a label («vitamin C. The ...»).
        return opens and (before == "I" or not re.search(r"(?:^|\s)[A-Z][a-z]+ [A-Z]$", spelled))
    if "." in before and _INITIALS.fullmatch(before):
        return opens
    return not (before.isdigit() and spelled.strip() == before)  # «1. First item»: a list number is no sentence


def _is_day(bare: str) -> bool:
    return bool(
        re.match(
            r"(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day\b|(?:E|C|M|P|G|U|B)[SDM]?T\b|UTC\b|"
            r"(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)\w*\.? \d",
            bare,
        )
    )


def _bounded(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    while end - start > MAX_SENTENCE_CHARS:
        window = text[start : start + MAX_SENTENCE_CHARS]
        at = max(window.rfind(mark) + len(mark) for mark in ("; ", ", ", " – ", " — "))
        if at < MAX_SENTENCE_CHARS // 2:
            at = window.rfind(" ") + 1
        if at <= 0:
            at = _grapheme_edge(text, start, start + MAX_SENTENCE_CHARS) - start
        piece = _trimmed(text, start, start + at)
        if piece:
            yield piece
        start += at
    rest = _trimmed(text, start, end)
    if rest:
        yield rest


def _grapheme_edge(text: str, start: int, at: int) -> int:
    """The nearest offset at or before `at` that doesn't part a character from its marks or joiners."""
    edge = at
    while edge > start + 1 and (
        unicodedata.combining(text[edge])
        or unicodedata.category(text[edge]) in ("Mn", "Me", "Cf", "Sk")
        or text[edge - 1] == "\u200d"
    ):
        edge -= 1
    return edge if edge > start + 1 else at
