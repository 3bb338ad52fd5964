"""Days in a question that are meant as a filter: «in articles since Friday», «reported last week», «published in May 2025».

A day that a question only speaks of («what happened on Friday?») is no filter: an article may tell of it at any later
time. So a filter takes a word for articles or for reporting beside the day; «since» alone is one when the caller says what
day it is.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta

from assistant.words import DAY, MONTH

_DAYS, _MONTHS = DAY.lower().split("|"), MONTH.lower().split("|")
_MONTH = MONTH.lower()
_DAY = (
    rf"(?:yesterday|today|{'|'.join(_DAYS)}|\d{{4}}-\d{{2}}-\d{{2}}|\d{{1,2}} (?:{_MONTH})(?: \d{{4}})?|"
    rf"(?:{_MONTH}) \d{{1,2}}(?:,? \d{{4}})?)"
)
_SPAN = rf"(?:(?:last|this|the past) (?:week|month|year)|(?:{_MONTH})(?: \d{{4}})?|\d{{4}})"
_PRINTED = (
    r"(?:articles?|stories|reports?|coverage|news|headlines|pieces|reported|reporting|published|printed|written|appeared)"
)
_BESIDE = r"(?:in|from|according to|among)"
_FILTER = re.compile(
    rf"(?P<phrase>,? ?(?:\b{_BESIDE} )?(?:\b(?:the|any|all) )?\b{_PRINTED}\b"
    r"(?: (?:published|printed|written|from|dated))?,? "
    rf"(?:(?P<side>since|after|from|before|until|by|on|in|of|during) )?(?P<when>{_DAY}|{_SPAN})\b,?)",
    re.I,
)
_SINCE = re.compile(rf"(?P<phrase>,? ?\b(?P<side>since) (?P<when>{_DAY}|{_SPAN})\b,?)", re.I)


@dataclass(frozen=True)
class Limits:
    """What a question says about the articles it is asked of."""

    question: str
    """Without the words of the filter."""
    since: str | None = None
    until: str | None = None
    """ISO days, both included."""


def limits(question: str, today: str | None = None) -> Limits:
    """The filter that a question states, and the question without it. `today` is an ISO day; None: the day it is."""
    match = _FILTER.search(question) or (_SINCE.search(question) if today else None)
    if match is None:
        return Limits(question)
    span = days(match["when"], date.fromisoformat(today[:10]) if today else date.today())
    if span is None:
        return Limits(question)
    first, last = span
    side = (match["side"] or "").casefold()
    since: date | None = first
    until: date | None = last
    if side in ("since", "from"):
        until = None
    elif side == "after":
        since, until = last + timedelta(days=1), None
    elif side in ("until", "by"):
        since = None
    elif side == "before":
        since, until = None, first - timedelta(days=1)
    kept = _keeping(match, question)
    if len(kept.split()) < 2:
        return Limits(question)
    return Limits(kept, since.isoformat() if since else None, until.isoformat() if until else None)


def _keeping(match: re.Match[str], question: str) -> str:
    """The question without the filter; its subject or verb stays («What was reported last week about ...?»)."""
    phrase = match["phrase"].strip(" ,")
    word = re.search(rf"\b{_PRINTED}\b", phrase, re.I)
    beside = re.match(rf"{_BESIDE}\b", phrase, re.I)
    stays = f" {word[0]}" if word and not beside else ""
    text = " ".join(f"{question[: match.start()]}{stays}{question[match.end() :]}".split())
    text = re.sub(r" ([?.,])", r"\1", text).strip(" ,")
    return f"{text[:1].upper()}{text[1:]}" if text else ""


def days(words: str, today: date) -> tuple[date, date] | None:
    """First and last day of what the words name, at the latest `today` where they name no year; None for no such day."""
    text = words.casefold().replace(",", "")
    try:
        return _single(text, today) or _stretch(text, today)
    except ValueError:  # 31 February
        return None


def _single(text: str, today: date) -> tuple[date, date] | None:
    if text == "today":
        return today, today
    if text == "yesterday":
        return today - timedelta(days=1), today - timedelta(days=1)
    if text in _DAYS:
        day = today - timedelta(days=(today.weekday() - _DAYS.index(text)) % 7)
        return day, day
    if re.fullmatch(r"\d{4}-\d{2}-\d{2}", text):
        day = date.fromisoformat(text)
        return day, day
    match = re.fullmatch(r"(?:(?P<day>\d{1,2}) )?(?P<month>[a-z]+)(?: (?P<number>\d{1,2}))?(?: (?P<year>\d{4}))?", text)
    number = match and (match["day"] or match["number"])
    if not match or not number or match["month"] not in _MONTHS:
        return None
    month = _MONTHS.index(match["month"]) + 1
    day = date(int(match["year"] or today.year), month, int(number))
    if not match["year"] and day > today:
        day = day.replace(year=day.year - 1)
    return day, day


def _stretch(text: str, today: date) -> tuple[date, date] | None:
    monday = today - timedelta(days=today.weekday())
    first = today.replace(day=1)
    if text.endswith("week"):
        spans = {"this": (monday, today), "last": (monday - timedelta(days=7), monday - timedelta(days=1))}
        return spans.get(text.split()[0], (today - timedelta(days=7), today))
    if text.endswith("month"):
        before = first - timedelta(days=1)
        spans = {"this": (first, today), "last": (before.replace(day=1), before)}
        return spans.get(text.split()[0], (today - timedelta(days=30), today))
    if text.endswith("year"):
        last = today.year - 1
        spans = {"this": (date(today.year, 1, 1), today), "last": (date(last, 1, 1), date(last, 12, 31))}
        return spans.get(text.split()[0], (today - timedelta(days=365), today))
    if re.fullmatch(r"\d{4}", text):
        return date(int(text), 1, 1), date(int(text), 12, 31)
    name, _, year = text.partition(" ")
    if name not in _MONTHS:
        return None
    month = _MONTHS.index(name) + 1
    begins = date(int(year) if year else today.year - (month > today.month), month, 1)
    return begins, (begins + timedelta(days=32)).replace(day=1) - timedelta(days=1)
