"""What kind of thing a question asks for, and whether a stretch of text is of that kind.

Coarse kinds after Li and Roth (2002), those that the form of words can tell.
"""

from __future__ import annotations

import re
from functools import cache

from assistant.features import NUMBER_WORDS, SAYING, SPEAKER
from assistant.words import BODY_OR_PLACE, DAY, MONTH

_UNIT = r"(?:seconds?|minutes?|hours?|days?|nights?|weeks?|fortnights?|months?|years?|decades?|centur(?:y|ies))"
_ASKED = tuple(
    (kind, re.compile(pattern, re.I))
    for kind, pattern in (
        ("percentage", r"\b(?:what|which) (?:percentage|per ?cent|proportion|share)\b|\bhow (?:many|much) per ?cent\b"),
        ("duration", rf"\bhow long\b|\bhow many (?:\w+ )?{_UNIT}\b|\bwhat (?:period|length of time)\b"),
        ("age", r"\bhow old\b|\bwhat age\b"),
        ("money", r"\bhow (?:much|big|large|high|expensive)\b.*\b(?:costs?|pay|pays|paid|price|prices|fined?|fines|penalty|"
                  r"worth|spen[dt]|charged?|rais(?:e|es|ed)|earns?|earned|budget|money|dollars?|pounds?|euros?|fees?|salary|"
                  r"debts?|tax|taxes|fund|funds|funding|invest\w*|loans?|grants?|bill|cash|damages|compensation)\b|"
                  r"\bwhat (?:price|sum|fee|salary|amount of money)\b|\bwhat (?:do|does|did|will|would) .+ cost\b|"
                  r"\bwhat (?:is|was|are|were) .+ (?:price|cost|fee|salary|worth)\b"),
        ("count", r"\bhow many\b|\bwhat number of\b"),
        ("number", r"\bhow (?:much|far|often|tall|big|high|large|fast|deep|wide|heavy|hot|cold|late|early)\b|"
                   r"\bwhat (?:number|amount|rate|score|attendance|speed|size|height|weight|length|distance|turnout)\b"),
        ("year", r"\b(?:what|which) year\b"),
        ("clock", r"\b(?:at )?what time\b|\bwhat hour\b"),
        ("time", r"\bwhen\b|\b(?:what|which) (?:date|day|month|time|week|night|morning|evening|season|century|decade)\b|"
                 r"\bhow soon\b|\bwhat (?:is|was) (?:[\w’'-]+ ){0,4}(?:date|deadline)\b"),
        ("saying", SAYING),
        ("speaker", SPEAKER),
        ("person", r"\bwho(?:m|se)?\b|\b(?:what|which) (?:man|woman|person|actor|actress|singer|president|minister|senator|"
                   r"mayor|player|author|writer|politician|judge|officer|official|leader|scientist|driver|candidate)\b"),
        ("country", r"\b(?:what|which) (?:\w+ ){0,2}(?:countr(?:y|ies)|nations?)\b"),
        ("place", r"\bwhere\b|\b(?:what|which) (?:\w+ )?(?:city|town|country|state|place|nation|island|river|village|county|"
                  r"region|province|continent|street|road|district|port)\b"),
        ("name", r"\b(?:what|which) (?:\w+ )?(?:company|firm|team|club|party|newspaper|agency|organi[sz]ation|group|airline|"
                 r"bank|university|school|hospital|film|movie|book|song|album|band|network|website|app)\b"),
        ("deed", r"\bwhat (?:did|does|do|has|have|had|will|would|should|can|could|might|must)\b|"
                 r"\bwhat (?:is|are|was|were) .+ doing\b"),
    )
)  # fmt: skip
"""The first that is found: «how many years» is a duration, not a count."""

_MONTH = rf"(?:{MONTH}|(?:jan|feb|mar|apr|jun|jul|aug|sept?|oct|nov|dec)\b\.?)"
_DAY = rf"(?:(?:{DAY})s?)"
_NUMBER = re.compile(rf"\d|\b(?:{NUMBER_WORDS}|half|twice|once|third|quarter|no one|nobody|none)\b", re.I)
_PERCENTAGE = re.compile(r"%|\bper ?cent\b|\bpercentage\b|\b(?:half|third|quarter|fifth|tenth)s?\b", re.I)
_MONEY = re.compile(
    r"[$£€¥]|\b(?:dollars?|pounds?|euros?|cents?|pence|yen|francs?|roubles?|rubles?|rupees?|crowns?|kroner)\b", re.I
)
_DURATION = re.compile(
    rf"\b(?:\d[\d.,]*|{NUMBER_WORDS}|an?|half an?|several|few|couple of|many)[ -](?:\w+[ -])?{_UNIT}\b|"
    rf"\b{_UNIT}\b|\b(?:since|until)\b",
    re.I,
)
_YEAR = re.compile(r"\b(?:1[5-9]|20)\d\d\b|\b(?:last|this|next) year\b", re.I)
_TIME = re.compile(
    rf"\b{_DAY}\b|\b{_MONTH}(?=\W|\d|$)|\b(?:1[5-9]|20)\d\ds?\b|\b(?:today|yesterday|tomorrow|tonight|noon|midnight|overnight|"
    rf"christmas|easter|spring|summer|autumn|winter|now|then|later|earlier|soon|morning|afternoon|evening|dawn|dusk|weekend|"
    rf"never|immediately)\b|\d ?[ap]\.?m\b|\d[:.]\d\d\b|\b{_UNIT}\b|\bo'clock\b|\b(?:after|before|during|until|since|once) ",
    re.I,
)
_WHEN = re.compile(
    rf"\W*(?:(?:on|in|at|by|since|until|from|last|this|next|late|early|the|of|and|\d{{1,4}}(?:st|nd|rd|th)?|{_DAY}|{_MONTH}|"
    r"today|yesterday|tomorrow|tonight|morning|afternoon|evening|night|week|month|year|spring|summer|autumn|winter|noon|"
    r"midnight)\b\W*)+",
    re.I,
)
"""Nothing but a time. A bare number may be something else, but is no deed either."""
_CLOCK = re.compile(
    r"\b\d{1,2}(?:[:.]\d\d)? ?[ap]\.?m\b|\b\d{1,2}[:.]\d\d\b|\bnoon\b|\bmidday\b|\bmidnight\b|\bo['’]clock\b|\bdawn\b|"
    r"\bdusk\b|\b(?:half|quarter) (?:past|to)\b",
    re.I,
)
_NAME = re.compile(r"\b[A-ZÀ-Þ][\w’'-]*")
_NO_PERSON = re.compile(rf"^(?:{_DAY}|{_MONTH})$", re.I)
_AT_PLACE = re.compile(r"\b(?:in|at|near|across|outside|inside|around|off|throughout|into) (?:the |an? )?$", re.I)
_OF_SOMEBODY = re.compile(r"\b[A-ZÀ-Þ][\w’'-]+ of (?:the )?$")
_PLACE = re.compile(
    r"^(?:in|at|near|from|to|on|across|outside|inside|off|along|under|beside|behind|over|around|between|above|below)\b|"
    r"\b(?:north|south|east|west|home|abroad|street|road|lane|river|island|city|town|village|house|hall|school|park|square|"
    r"building|hotel|centre|center|coast|bridge|station|airport|border|hospital|court|church|harbou?r|valley|beach)\b",
    re.I,
)
_SAID = re.compile(
    r"\b(?:said|says|say|saying|told|tells|added|stated|wrote|insisted|warned|argued|called|described|declared|announced|"
    r"promised|vowed|claimed|suggested|acknowledged|admitted|denied|confirmed|indicated|rejected|predicted|explained)\b"
)
_NO_COUNTRY = ("EU", "EZ", "UN", "QO", "XA", "XB", "ZZ")
_OTHER_NAMES = (
    "US", "U.S.", "USA", "U.S.A.", "America", "UK", "U.K.", "Britain", "Great Britain", "England", "Scotland", "Wales",
    "Turkey", "Czech Republic", "Ivory Coast", "Holland", "Vatican", "North Macedonia", "Congo", "Cape Verde", "Gambia",
    "East Timor", "Swaziland", "Bosnia", "UAE",
)  # fmt: skip
"""Of countries, as people write them beside CLDR's name."""
_HOW_MANY = re.compile(
    r"\bhow many (?!of\b)((?:[\w’'-]+ ?){1,3}?) ?(?=\?|$|\b(?:of|is|are|was|were|do|does|did|has|have|had|can|could|will|"
    r"would|may|might|must|in|at|on|for|to|from|by|with|who|that)\b)",
    re.I,
)
_WHO_IS = re.compile(r"^\W*[Ww]ho(?:['’]s| is| was| are| were) [A-ZÀ-Þ]")
"""«Who is Rosa Keller?» asks what she is."""


def expected(question: str) -> str | None:
    """The kind of answer that a question asks for, as far as its words say."""
    if _WHO_IS.match(question):
        return None
    return next((kind for kind, pattern in _ASKED if pattern.search(question)), None)


def counted_by(question: str) -> str:
    """The words that say what is counted («elderly people» of «How many elderly people were ...»), or none."""
    found = _HOW_MANY.search(question)
    return found[1] if found else ""


EXACT = frozenset(("percentage", "duration", "age", "money", "count", "year", "clock", "time", "country"))
"""Kinds that the form of words tells for certain."""


def fits(kind: str | None, span: str, before: str = "") -> float:
    """1 when a span is of the kind, -1 when it can't be, 0 when nobody can tell. `before`: the text in front of it."""
    if kind is None:
        return 0.0
    number, money = bool(_NUMBER.search(span)), bool(_MONEY.search(span))
    dated = bool(re.search(rf"\b(?:{_DAY}|{_MONTH})(?=\W|$)", span, re.I))
    if kind == "percentage":
        return _told(bool(_PERCENTAGE.search(span)))
    if kind == "duration":
        return _told(bool(_DURATION.search(span)) and not money) if number or _DURATION.search(span) else -1.0
    if kind == "age":  # «seven years» is how long, «34» or «34 years old» how old
        lasting = _DURATION.search(span) and not re.search(r"\bold\b", span, re.I)
        return _told(number and not money and not dated and not lasting and not _PERCENTAGE.search(span))
    if kind == "money":
        return _told(number and money) if number else -1.0
    if kind == "count":
        if not number:
            return -1.0
        return -1.0 if money or dated or re.search(r"%|per ?cent", span, re.I) or _YEAR.fullmatch(span.strip()) else 1.0
    if kind == "number":
        return _told(number and not dated)
    if kind == "year":
        return _told(bool(_YEAR.search(span)))
    if kind == "clock":
        return _told(bool(_CLOCK.search(span)))
    if kind == "time":
        return _told(bool(_TIME.search(span)))
    if kind == "country":
        return _told(bool(countries(span)))
    if kind == "saying":
        return _saying(span, before)
    if kind == "deed":  # «What was he doing in Halden?» is not answered by «on Saturday»
        return -1.0 if _WHEN.fullmatch(span) else 0.0
    if kind == "speaker":  # «“…”, she said» answers too
        return max(0.0, _name("person", span, before))
    return _name(kind, span, before)


def _name(kind: str, span: str, before: str) -> float:
    names = [name for name in _NAME.findall(span) if not _NO_PERSON.match(name)]
    if kind == "name":
        return _told(bool(names))
    if kind == "place":
        if owner := _OF_SOMEBODY.search(before[-40:]):  # «President Zelensky of Ukraine» says whose he is, not where
            return 0.0 if BODY_OR_PLACE.search(owner.group()) else -1.0
        if names or _PLACE.search(span) or _AT_PLACE.search(before[-24:]):
            return 1.0
        return -1.0 if _NUMBER.search(span) else 0.0
    if re.match(r"\W*(?:in|at|on|near|from|by \d|for|because|to)\b", span, re.I):
        return -1.0
    if names and not _AT_PLACE.search(before[-24:]):
        return 1.0
    return -1.0 if names or _NUMBER.search(span) or _TIME.search(span) else 0.0


def _saying(span: str, before: str) -> float:
    """Words said: inside quotation marks, or behind a verb of saying. A name or two is none."""
    inside = before.count("“") > before.count("”") or before.count('"') % 2 == 1 or bool(re.match(r"\W*[“\"]", span))
    if inside or (_SAID.search(before) and len(span.split()) > 2):
        return 1.0
    return -1.0 if all(word[0].isupper() or not word[0].isalpha() for word in span.split()) else 0.0


def countries(text: str) -> list[str]:
    """The countries that a text names, by the Unicode CLDR's English names."""
    return [found.group() for found in _countries().finditer(text)]


@cache
def _countries() -> re.Pattern[str]:
    from babel import Locale  # late: only where a country is asked for

    names = set(_OTHER_NAMES)
    for code, name in Locale("en").territories.items():
        if len(code) == 2 and code.isalpha() and code not in _NO_COUNTRY:
            names.update(part.strip(" )").removesuffix(" SAR China") for part in re.split(r" \(| - ", str(name)))
            names.add(str(name).replace("St. ", "Saint ").replace("&", "and"))
    longest = sorted((name for name in names if len(name) > 1), key=lambda name: (-len(name), name))
    return re.compile(rf"(?<![\w.])(?:{'|'.join(map(re.escape, longest))})(?!\w)")


def _told(fitting: bool) -> float:
    return 1.0 if fitting else -1.0
