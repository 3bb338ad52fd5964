"""Dates of articles: read when they are certain, None when not."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime
from email.utils import parsedate_to_datetime

from index.errors import UsageError

_NUMERIC = re.compile(r"(\d{4})[-/.]?(\d{2})[-/.]?(\d{2})$")


def parse_published(value: object) -> str | None:
    """An ISO date, or an ISO datetime with its zone, from what a file says; None when that isn't certain.

    A time without a zone is not a moment, so only its day is kept. «03/04/2025» is two different days, and
    «March 2025» is thirty-one: both are None.
    """
    if isinstance(value, datetime):
        return value.isoformat() if value.tzinfo else value.date().isoformat()
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, int | float) and not isinstance(value, bool):
        return _numeric(str(value)[:20]) or _from_timestamp(value)
    if not isinstance(value, str) or not value.strip():
        return None
    text = value.strip()
    for read in (_numeric, _iso, _mail, _written):
        found = read(text)
        if found:
            return found
    return None


def parse_day(value: str, what: str) -> str:
    """The ISO day that a filter names.

    Raises UsageError when `value` is not a date in full.
    """
    found = parse_published(value)
    if found is None:
        raise UsageError(f"{what}: {value!r} is not a date; write it as 2025-02-14.")
    return found[:10]


def day_number(published: str | None) -> int:
    """20250214 for an article of 14 February 2025, in its own zone; 0 when the date is unknown."""
    return int(published[:10].replace("-", "")) if published else 0


def _numeric(text: str) -> str | None:
    match = _NUMERIC.match(text)
    if not match:
        return None
    try:
        return date(*map(int, match.groups())).isoformat()
    except ValueError:
        return None


def _iso(text: str) -> str | None:
    if not re.match(r"\d{4}-\d{2}-\d{2}[T ]\d", text):
        return None
    try:
        return parse_published(datetime.fromisoformat(re.sub(r"\s*(?:UTC|GMT)$", "+00:00", text)))
    except ValueError:
        return None


def _mail(text: str) -> str | None:
    """RFC 2822, as feeds write it: «Fri, 14 Feb 2025 09:30:00 GMT»."""
    if not re.search(r"\d{1,2} [A-Za-z]{3} \d{4} \d", text):
        return None
    try:
        return parse_published(parsedate_to_datetime(text))
    except ValueError:
        return None


def _written(text: str) -> str | None:
    """«February 14, 2025» and the like, in words, with day, month and year."""
    if not re.search(r"[^\W\d_]{3,}", text) or not re.search(r"\b\d{4}\b", text) or len(text) > 60:
        return None
    import dateparser  # 0.3 s: only for dates in words

    found = dateparser.parse(
        text,
        settings={"STRICT_PARSING": True, "REQUIRE_PARTS": ["day", "month", "year"], "RETURN_AS_TIMEZONE_AWARE": False},
    )
    return found.date().isoformat() if found else None


def _from_timestamp(seconds: float) -> str | None:
    if 1e11 < seconds < 1e14:  # milliseconds
        seconds /= 1000
    if not 1e8 < seconds < 4e9:  # March 1973 to 2096; smaller numbers are years, months or counts
        return None
    return datetime.fromtimestamp(seconds, UTC).isoformat()
