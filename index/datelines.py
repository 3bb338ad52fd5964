"""The dateline an article begins with: «LONDON, Feb. 14 (Reuters) -», «KYIV, Ukraine —», «Munich, 14 February 2025 -».

Agencies write the place in capitals, or in small letters with their name or the day behind it. What only looks like a
dateline («BREAKING —», «Inflation — the») gives no place, because a wrong one is worse than none.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from index.dates import parse_published

LINES, LEAD_WORDS = 3, 60
"""It stands in one of so many lines, below a headline or a byline of at most so many words."""
MAX_CHARS = 110
"""Of a dateline."""
_AGENCIES = (
    "Reuters|AP|Associated Press|The Associated Press|AFP|Agence France-Presse|UPI|CNN|CNN ?Business|CNN Politics|dpa|EFE|"
    "ANSA|TASS|Interfax|Xinhua|Kyodo|Kyodo News|Yonhap|PTI|ANI|IANS|Bloomberg|BBC|NPR|CBS News|ABC News|NBC News|AAP|CP|"
    "The Canadian Press|PA|RFE/RL|VOA|KNA|epd|APA|SDA|Keystone-SDA|TT|NTB|Ritzau|STT|BNS|PAP|CTK|MTI|Anadolu|AA|IPS|DW|"
    "Lusa|Belga|ANP"
)
_MONTH = (
    r"(?:Jan(?:uary|\.)?|Feb(?:ruary|\.)?|Mar(?:ch|\.)?|Apr(?:il|\.)?|May|June?\.?|July?\.?|Aug(?:ust|\.)?|Sept?(?:ember|\.)?|"
    r"Oct(?:ober|\.)?|Nov(?:ember|\.)?|Dec(?:ember|\.)?)"
)
_DATE = rf"(?:{_MONTH} \d{{1,2}}(?:, ?\d{{4}})?|\d{{1,2}}(?:st|nd|rd|th)? {_MONTH}(?:,? \d{{4}})?)"
_NAME = r"[^\W\d_][\w.'’-]*(?:[ /][\w.'’-]+){0,3}?"
_DASH = r"(?:\s?[—–]+|\s?--+| -(?=\s|$))"
_DATELINE = re.compile(
    rf"(?:(?!{_DATE})(?P<place>{_NAME}))??(?:, ?(?!{_DATE})(?P<region>{_NAME}))?(?:(?:^|,? ?\b)(?P<date>{_DATE}))?"
    rf"(?:(?:^|,? ?)\((?P<any>[\w./& -]{{2,30}})\)(?P<after>{_DASH})?|(?:^|,? )(?P<bare>{_AGENCIES}) ?{_DASH}|{_DASH})",
    re.I,
)
_AGENCY = re.compile(rf"(?:{_AGENCIES}|CNN \w+)(?:/(?:{_AGENCIES}))?$")
_CAPTION = re.compile(r"\s*(?:JANUARY|FEBRUARY|MARCH|APRIL|MAY|JUNE|JULY|AUGUST|SEPTEMBER|OCTOBER|NOVEMBER|DECEMBER) \d")
"""A picture's: «SCHWEDT, GERMANY - MAY 03: In this view»."""
_SMALL = frozenset("de la le el al del di da do dos das du des of the upon on sur am an der den und and sul in".split())
_ARTICLE = re.compile(r"(?:al|el|an|as|at|ad)-\w")
_NO_PLACE = frozenset(
    "breaking update updated updates watch video photos photo exclusive live analysis opinion editorial commentary review "
    "interview explainer correction corrections clarification developing new news alert newsletter podcast listen read "
    "more file note editor's editor’s warning spoiler spoilers advisory attention factbox timeline profile feature features "
    "q&a quiz poll summary highlights preview recap sponsored advertisement ad the this that these those a an i we he she "
    "it they but and or if when what who why how yes no covid covid-19 nasa nato fifa uefa nba nfl mlb nhl wnba ncaa espn "
    "opec un eu us uk usa fbi cia cdc who fda".split()
)
"""What newsrooms set in capitals before a dash, and short names that are no places."""


@dataclass(frozen=True)
class Dateline:
    """What a dateline says; None for what it doesn't."""

    place: str | None = None
    day: str | None = None
    """ISO date, where it gives a day with its year."""


def dateline(text: str) -> Dateline:
    """The dateline at a text's start."""
    lines = [line.strip() for line in text[:4000].split("\n") if line.strip()]
    for line in lines[:LINES]:
        found = _of_line(line)
        if found:
            return found
        if len(line.split()) > LEAD_WORDS:
            break
    return Dateline()


def _of_line(line: str) -> Dateline | None:
    found = _DATELINE.match(line[:MAX_CHARS])
    if found is None:
        return None
    named = bool(found["bare"] or (found["any"] and _AGENCY.match(found["any"])))
    if found["any"] and not named and not found["after"]:
        return None
    place, region, date = found["place"], found["region"], found["date"]
    if place is None:
        return Dateline(None, _day(date)) if (named or date) and not region else None
    if _CAPTION.match(line[found.end() :]) or not _is_name(place) or (region and not _is_name(region)):
        return None
    if all(word.casefold().strip(".:") in _NO_PLACE | _SMALL for word in place.split()):
        return None
    if not (named or date) and not (_in_capitals(place) and (region or len(place) > 3)):
        return None
    return Dateline(f"{place}, {region}" if region else place, _day(date))


def _is_name(words: str) -> bool:
    """Whether every word is written as a name's: a capital first, or one of the small words within names."""
    listed = re.split(r"[ /]", words)
    return all(word[:1].isupper() or word in _SMALL or _ARTICLE.match(word) for word in listed) and words[:1].isupper()


def _in_capitals(words: str) -> bool:
    """«ST. PETERSBURG», «McALLEN», «SHARM el-SHEIKH»: capitals but for what is written small in capitals too."""
    listed = re.split(r"[ /]", words)
    return all(len(re.findall(r"[^\W\d_a-zß-ÿ]", word)) > 1 or word in _SMALL for word in listed if word)


def _day(date: str | None) -> str | None:
    return parse_published(re.sub(r"(?<=\d)(?:st|nd|rd|th)\b", "", date)) if date else None
