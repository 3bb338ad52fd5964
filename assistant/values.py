"""When two short answers are the same: «nearly 90 minutes» and «an hour and a half», «Senator Wicker» and «Roger Wicker»."""

from __future__ import annotations

import re
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
_MINUTES = {"second": 1 / 60, "minute": 1, "hour": 60, "day": 1440, "week": 10080, "fortnight": 20160}
_MULTIPLES = {"hundred": 1e2, "thousand": 1e3, "million": 1e6, "billion": 1e9, "trillion": 1e12, "bn": 1e9, "m": 1e6,
              "k": 1e3, "dozen": 12}  # fmt: skip
_CURRENCY = {"$": "dollar", "£": "pound", "€": "euro", "¥": "yen"}
_AMOUNT = re.compile(r"(?P<sign>[$£€¥])?\s?(?P<number>\d+(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?)\s?(?P<multiple>hundred|"
                     r"thousand|million|billion|trillion|bn|dozen|[mk](?=\b))?s?\b\s?(?P<unit>%|[a-z°]+)?")  # fmt: skip
_MULTIPLIED = re.compile(r"(\d[\d,]*(?:\.\d+)?) ?(hundred|thousand|million|billion|trillion|bn)\b")
_MONTH = re.compile(rf"\b(?:{MONTH.lower()})\b")
_SMALL = frozenset("of in on at to for a an the and or by with from per who that were was had have".split())


@dataclass(frozen=True)
class Amount:
    """A number with its unit; durations in minutes."""

    value: float
    unit: str
    hedged: bool


@lru_cache(maxsize=4096)
def amounts(text: str) -> tuple[Amount, ...]:
    """The numbers of an answer."""
    plain = text.casefold().replace("’", "'").replace("‑", "-")
    plain = re.sub(r"\bhalf an? (\w+)", r"0.5 \1", plain)
    plain = re.sub(r"\b(?:an?|one) (\w+) and a half\b", r"1.5 \1", plain)
    plain = re.sub(r"\ba (dozen|hundred|thousand|million|billion)\b", r"1 \1", plain)
    plain = re.sub(r"\ban? (second|minute|hour|day|week|month|year)\b", r"1 \1", plain)
    plain = re.sub(r"\b(per ?cent|percentage points?)\b", "%", plain)
    if _MONTH.search(plain):  # a date is compared by its words
        return ()
    plain = re.sub(r"(\d)-(?=[a-z])", r"\1 ", plain)
    plain = _MULTIPLIED.sub(lambda found: f"{float(found[1].replace(',', '')) * _MULTIPLES[found[2]]:.10g}", plain)
    plain = alpha2digit(plain, "en", threshold=0)
    plain = re.sub(r"\b(\d+) and a half\b", lambda found: f"{int(found[1]) + 0.5}", plain)
    plain = re.sub(r"\b(\d+) (\w+) and a half\b", lambda found: f"{int(found[1]) + 0.5} {found[2]}", plain)
    hedged = bool(_HEDGES.search(plain))
    return tuple(_amount(found, hedged) for found in _AMOUNT.finditer(plain))


def _amount(found: re.Match[str], hedged: bool) -> Amount:
    value = float(found["number"].replace(",", "")) * _MULTIPLES.get(found["multiple"] or "", 1.0)
    unit = _CURRENCY.get(found["sign"] or "") or found["unit"] or ""
    if unit in _SMALL:
        unit = ""
    unit = unit if unit == "%" else terms.stem(unit) if unit else ""
    for name, minutes in _MINUTES.items():
        if unit == terms.stem(name):
            return Amount(value * minutes, "minute", hedged)
    return Amount(value, unit, hedged)


def same(left: str, right: str) -> bool:
    """Whether two answers to one question say the same."""
    first, second = amounts(left), amounts(right)
    if first and second:
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
    if one.unit != other.unit and one.unit and other.unit:
        return False
    allowed = HEDGED if one.hedged or other.hedged else 1e-6
    return abs(one.value - other.value) <= allowed * max(abs(one.value), abs(other.value))


def _content(text: str) -> frozenset[str]:
    return frozenset(terms.stem(word) for word in terms.content_words(text))


def _same_words(first: frozenset[str], second: frozenset[str]) -> bool:
    return bool(first and second) and (first <= second or second <= first)
