"""Exports whose columns have names of their own: which of them holds the text, the date, and so on."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import Any

from index.errors import ReadError, UsageError
from index.metadata import FIELDS, names_of

Columns = Mapping[str, str]
"""Fields of an article to names of columns; dots lead into nested objects («article.body»)."""
NONE: Columns = MappingProxyType({})
SHOWN = 20


def check(columns: Columns) -> dict[str, str]:
    """The mapping, checked. Raises UsageError for a field that no article has."""
    for field, column in columns.items():
        if field not in FIELDS:
            raise UsageError(f"columns: an article has no field {field!r}; its fields are {', '.join(FIELDS)}.")
        if not column:
            raise UsageError(f"columns: name the column that holds the {field}, as {field}=NAME.")
    return dict(columns)


def found(records: Iterable[Mapping[str, Any]], columns: Columns) -> None:
    """Raises ReadError when a column is in none of the records, with the columns that are."""
    missing = dict(columns)
    seen: dict[str, None] = {}
    for record in records:
        if not missing:
            return
        missing = {field: column for field, column in missing.items() if not _has(record, column)}
        if len(seen) < SHOWN:
            seen.update(dict.fromkeys(_names(record)))
    if missing:
        field, column = next(iter(missing.items()))
        listed = ", ".join(list(seen)[:SHOWN]) or "none"
        raise ReadError(f"no record has the column {column!r}, which is named for {field}; its columns are {listed}")


def renamed(record: Mapping[str, Any], columns: Columns) -> dict[str, Any]:
    """The record with the named columns under the names of their fields, and nothing else under those names."""
    taken = {name for field in columns for name in names_of(field)}
    kept = {key: value for key, value in record.items() if str(key).casefold().replace("-", "_") not in taken}
    return {**kept, **{field: _value(record, column) for field, column in columns.items() if _has(record, column)}}


def _has(record: Mapping[str, Any], column: str) -> bool:
    return column in record or _nested(record, column)[0]


def _value(record: Mapping[str, Any], column: str) -> Any:
    return record[column] if column in record else _nested(record, column)[1]


def _nested(record: Any, path: str) -> tuple[bool, Any]:
    """(whether it is there, what it is) of a path whose dots lead into objects."""
    for name in path.split("."):
        if not isinstance(record, Mapping) or name not in record:
            return False, None
        record = record[name]
    return True, record


def _names(record: Mapping[str, Any]) -> Iterable[str]:
    for key, value in record.items():
        yield str(key)
        if isinstance(value, Mapping):
            yield from (f"{key}.{inner}" for inner in value)
