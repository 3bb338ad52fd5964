"""When two short answers are the same: «nearly 90 minutes» and «an hour and a half», «Senator Wicker» and «Roger Wicker»."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from text_to_num import alpha2digit

from assistant.words import MONTH
from index import terms

HEDGED = 0.06
"""Two amounts of one unit are the same within this share when one of them is hedged («nearly», «some»)."""

_HEDGES = re.compile(r"\b(?:about|around|nearly|almost|roughly|some|approximately|an estimated|estimated|close to|circa|"
                     r"just over|just under|more than|over|at least|up to|under|less than|as many as|"
                     r"at most|only)\b")  # fmt: skip
_UNITS: dict[str, dict[str, float]] = {
    "minute": {"second": 1 / 60, "minute": 1, "hour": 60, "day": 1440, "week": 10080, "fortnight": 20160},
    "metre": {"metre": 1, "meter": 1, "kilometre": 1000, "kilometer": 1000, "km": 1000, "centimetre": 0.01,
              "centimeter": 0.01, "cm": 0.01, "millimetre": 0.001, "millimeter": 0.001, "mm": 0.001},
    "kilogram": {"kilogram": 1, "kilo": 1, "kg": 1, "gram": 0.001, "tonne": 1000},
    "year": {"year": 1, "decade": 10, "century": 100},
}  # fmt: skip
"""What is told in several units of one system, each by the first of its kind."""
_ONE = re.compile(
    r"(?:^|(?<=\b(?:for|and|per) )|(?<=\b(?:in|of|to|or|by) )|(?<=\b(?:than|over|just|only|some|most|took) )|"
    r"(?<=\b(?:about|under|after|least|every|takes) )|(?<=\b(?:nearly|almost|around|within|before|lasted) )|"
    r"(?<=\b(?:roughly|another) ))an? ([a-z]+)\b"
)
"""«nearly a year» is an amount, «12 percent a year» has none."""
_FRACTIONS = {
    "half": 50, "a third": 100 / 3, "one third": 100 / 3, "two thirds": 200 / 3, "a quarter": 25, "one quarter": 25,
    "three quarters": 75, "a fifth": 20, "one fifth": 20, "a tenth": 10, "one in two": 50, "one in three": 100 / 3,
    "one in four": 25, "one in five": 20, "one in ten": 10,
}  # fmt: skip
"""In hundredths."""
_FRACTION = re.compile(
    rf"(?<!and a )\b(?:{'|'.join(sorted(_FRACTIONS, key=len, reverse=True))})\b(?! an? | (?:day|hour|century|past|to)\b)"
)
_PART_HOUR = {"a quarter of an hour": "15 minutes", "three quarters of an hour": "45 minutes"}
_WORD_CLOCK = re.compile(
    r"\b(?P<minutes>half|quarter|five|ten|twenty|twenty-five) (?P<way>past|to|after) (?P<hour>[a-z]+|\d{1,2})\b"
)
_CLOCK = re.compile(
    r"\b(?P<hour>\d{1,2})(?:[.:h](?P<minutes>\d\d))? ?(?:a\.?m|p\.?m|o'clock)\b|\b(?P<full>\d{1,2}):(?P<rest>[0-5]\d)\b"
)
_MULTIPLES = {"hundred": 1e2, "thousand": 1e3, "million": 1e6, "billion": 1e9, "trillion": 1e12, "bn": 1e9, "m": 1e6,
              "k": 1e3, "dozen": 12}  # fmt: skip
_CURRENCY = {"$": "dollar", "£": "pound", "€": "euro", "¥": "yen"}
_AMOUNT = re.compile(r"(?P<sign>[$£€¥])?\s?(?P<number>\d+(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?)\s?(?P<multiple>hundred|"
                     r"thousand|million|billion|trillion|bn|dozen|[mk](?=\b))?s?\b\s?(?P<unit>%|[a-z°]+)?")  # fmt: skip
_MULTIPLIED = re.compile(r"(\d[\d,]*(?:\.\d+)?) ?(hundred|thousand|million|billion|trillion|bn)\b")
_MONTH = re.compile(rf"\b(?:{MONTH.lower()})\b")
_SMALL = frozenset("of in on at to for a an the and or by with from per who that were was had have".split())
_BY_STEM = {terms.stem(name): (kind, times) for kind, names in _UNITS.items() for name, times in names.items()}
_ONES = frozenset((*_BY_STEM, *map(terms.stem, ("month", "mile"))))
"""Behind «a», one of them is an amount."""


@dataclass(frozen=True)
class Amount:
    """A number with its unit, durations in minutes, lengths in metres; a part of a whole in hundredths («%»)."""

    value: float
    unit: str
    hedged: bool


@lru_cache(maxsize=4096)
def amounts(text: str) -> tuple[Amount, ...]:
    """The numbers of an answer."""
    plain = text.casefold().replace("’", "'").replace("‑", "-")
    for words, amount in _PART_HOUR.items():
        plain = plain.replace(words, amount)
    plain = re.sub(r"\bhalf an? (\w+)", r"0.5 \1", plain)
    plain = re.sub(r"\b(?:an?|one) (\w+) and a half\b", r"1.5 \1", plain)
    plain = re.sub(r"\ba (dozen|hundred|thousand|million|billion)\b", r"1 \1", plain)
    plain = _ONE.sub(lambda found: f"1 {found[1]}" if terms.stem(found[1]) in _ONES else found[0], plain)
    plain = re.sub(r"\b(per ?cent|percentage points?)\b", "%", plain)
    if _MONTH.search(plain):  # a date is compared by its words
        return ()
    if clock := _clock(plain):
        return (clock,)
    plain = re.sub(r"(\w)-(thirds?|quarters?|fifth|tenth)", r"\1 \2", plain)
    plain = _FRACTION.sub(lambda found: f"about {_FRACTIONS[found[0]]:.4g} %", plain)
    plain = re.sub(r"(\d)-(?=[a-z])", r"\1 ", plain)
    plain = _MULTIPLIED.sub(lambda found: f"{float(found[1].replace(',', '')) * _MULTIPLES[found[2]]:.10g}", plain)
    plain = alpha2digit(plain, "en", threshold=0)
    plain = re.sub(r"\b(\d+) and a half\b", lambda found: f"{int(found[1]) + 0.5}", plain)
    plain = re.sub(r"\b(\d+) (\w+) and a half\b", lambda found: f"{int(found[1]) + 0.5} {found[2]}", plain)
    hedged = bool(_HEDGES.search(plain))
    return tuple(_joined([(found, _amount(found, hedged)) for found in _AMOUNT.finditer(plain)], plain))


def _joined(found: list[tuple[re.Match[str], Amount]], text: str) -> Iterator[Amount]:
    """«1 metre and 10 centimetres» as one."""
    at = 0
    while at < len(found):
        match, amount = found[at]
        while at + 1 < len(found) and amount.unit in _UNITS and found[at + 1][1].unit == amount.unit:
            behind, more = found[at + 1]
            if text[match.end() : behind.start()].strip(" ,") not in ("", "and") or more.value >= amount.value:
                break
            match, amount = behind, Amount(amount.value + more.value, amount.unit, amount.hedged)
            at += 1
        yield amount
        at += 1


def _clock(text: str) -> Amount | None:
    """A time of day in minutes, of twelve hours: «6.40 a.m.» is «twenty to seven»."""
    if found := _WORD_CLOCK.search(text):
        hour = alpha2digit(found["hour"], "en")
        minutes = {"half": 30, "quarter": 15, "five": 5, "ten": 10, "twenty": 20, "twenty-five": 25}[found["minutes"]]
        if hour.isdigit():
            value = int(hour) * 60 + (-minutes if found["way"] == "to" else minutes)
            return Amount(value % 720, "clock", hedged=bool(_HEDGES.search(text)))
    if found := _CLOCK.search(text):
        value = int(found["hour"] or found["full"]) * 60 + int(found["minutes"] or found["rest"] or 0)
        return Amount(value % 720, "clock", hedged=bool(_HEDGES.search(text)))
    return None


def _amount(found: re.Match[str], hedged: bool) -> Amount:
    value = float(found["number"].replace(",", "")) * _MULTIPLES.get(found["multiple"] or "", 1.0)
    unit = _CURRENCY.get(found["sign"] or "") or found["unit"] or ""
    if unit in _SMALL:
        unit = ""
    unit = unit if unit == "%" else terms.stem(unit) if unit else ""
    kind, times = _BY_STEM.get(unit, (unit, 1.0))
    return Amount(value * times, kind, hedged)


def same(left: str, right: str) -> bool:
    """Whether two answers to one question say the same."""
    first, second = amounts(left), amounts(right)
    if first and second:
        if first[0].unit == second[0].unit:  # «12 of 40» is not «15 of 40»
            return _equal(first[0], second[0])
        return any(_equal(one, other) for one in first for other in second)
    return _same_words(_content(left), _content(right))


def differ(left: str, right: str, *, bare: bool = False) -> bool:
    """Whether two answers to one question exclude one another: two amounts of one unit, with `bare` also one without any.

    Stricter than not `same`: «in Munich» and «at the conference» are not the same and don't exclude one another.
    """
    first, second = amounts(left), amounts(right)
    if not first or not second:
        return False
    # Only what each begins with: «60 kilometers an hour» and «22 trains a day» share no unit but that of their rate.
    units = {first[0].unit, second[0].unit}
    return (len(units) == 1 or (bare and "" in units)) and not same(left, right)


def _equal(one: Amount, other: Amount) -> bool:
    if one.unit != other.unit and ((one.unit and other.unit) or "clock" in (one.unit, other.unit)):
        return False
    allowed = HEDGED if one.hedged or other.hedged else 1e-6
    return abs(one.value - other.value) <= allowed * max(abs(one.value), abs(other.value))


def _content(text: str) -> frozenset[str]:
    return frozenset(terms.stem(word) for word in terms.content_words(text))


def _same_words(first: frozenset[str], second: frozenset[str]) -> bool:
    return bool(first and second) and (first <= second or second <= first)
