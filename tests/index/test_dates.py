"""Dates: read when certain, unknown when not."""

from datetime import UTC, date, datetime

import pytest

from index import UsageError
from index.dates import day_number, parse_day, parse_published


@pytest.mark.parametrize(
    ("value", "published"),
    [
        ("2025-02-14", "2025-02-14"),
        (" 2025/02/14 ", "2025-02-14"),
        ("20250214", "2025-02-14"),
        ("2025-02-14T09:30:00Z", "2025-02-14T09:30:00+00:00"),
        ("2025-02-14T09:30:00+02:00", "2025-02-14T09:30:00+02:00"),
        ("2025-02-14 09:30:00 UTC", "2025-02-14T09:30:00+00:00"),
        ("2025-02-14T09:30:00", "2025-02-14"),  # no zone: not a moment
        ("Fri, 14 Feb 2025 09:30:00 GMT", "2025-02-14T09:30:00+00:00"),
        ("Fri, 14 Feb 2025 09:30:00 -0500", "2025-02-14T09:30:00-05:00"),
        ("February 14, 2025", "2025-02-14"),
        ("14 February 2025", "2025-02-14"),
        ("Feb. 14, 2025", "2025-02-14"),
        (date(2025, 2, 14), "2025-02-14"),
        (datetime(2025, 2, 14, 23, 59), "2025-02-14"),
        (datetime(2025, 2, 14, 9, 30, tzinfo=UTC), "2025-02-14T09:30:00+00:00"),
        (1739525400, "2025-02-14T09:30:00+00:00"),
        (1739525400000, "2025-02-14T09:30:00+00:00"),
    ],
)
def test_a_certain_date_is_read(value: object, published: str) -> None:
    assert parse_published(value) == published


@pytest.mark.parametrize(
    "value",
    [
        "03/04/2025", "March 2025", "2025", "14 February", "Friday", "yesterday", "2 hours ago", "2025-02-30",
        "Feb 30, 2025", "Fri, 99 Feb 2025 09:30:00 GMT", "2025-02-14T99:30:00Z", "n/a", "", "  ", None, True, -5,
        float("nan"), float("inf"), [2025],
    ],
)  # fmt: skip
def test_an_uncertain_date_stays_unknown(value: object) -> None:
    assert parse_published(value) is None


@pytest.mark.parametrize("value", [20250214, 2025, 202502])
def test_a_number_that_is_a_date_without_its_marks_is_not_a_moment_of_1970(value: int) -> None:
    assert parse_published(value) in ("2025-02-14", None)


def test_a_filter_names_a_day() -> None:
    assert parse_day("February 14, 2025", "since") == "2025-02-14"
    assert parse_day("2025-02-14T23:00:00-08:00", "until") == "2025-02-14"


def test_a_filter_that_is_no_day_is_refused() -> None:
    with pytest.raises(UsageError, match="since: 'last week' is not a date"):
        parse_day("last week", "since")


def test_days_compare_as_numbers() -> None:
    assert day_number("2025-02-14T09:30:00+01:00") == 20250214
    assert day_number(None) == 0
