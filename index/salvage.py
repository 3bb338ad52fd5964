"""What can be read of a damaged record, written into a new file.

Tables that SQLite can still walk are copied by it. Of articles, passages, origins and settings the pages are read besides,
one by one, without the tree that leads to them: a page that is gone costs its own rows and no others. The layout of pages
is that of https://www.sqlite.org/fileformat2.html, sections 1.5 to 2.1.
"""

from __future__ import annotations

import re
import shutil
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from index.check_record import SETTINGS, connect, told_of
from index.errors import IndexDamaged, IndexIncompatible
from index.metadata import article_id
from index.schema import SCHEMA, TABLES

DERIVED = ("words", "prints", "dropped", "sqlite")
"""How the names of tables begin that are made anew from the others."""
_ID = re.compile("[0-9a-f]{16}")
_TABLE_LEAF, _INDEX_LEAF = 0x0D, 0x0A
_INTEGERS = {1: 1, 2: 2, 3: 3, 4: 4, 5: 6, 6: 8}
"""Bytes of an integer, by its serial type."""


@dataclass
class Salvaged:
    """What became of a damaged record."""

    kept: Path
    """The damaged file."""
    articles: int = 0
    """Versions that were read, older ones included."""
    lost: list[str] = field(default_factory=list)
    """Ids of versions that are known to have been there, with the place they came from."""


def salvage(record: Path) -> Salvaged:
    """Puts a new file in the place of a damaged record, and keeps the damaged one beside it.

    Raises IndexDamaged, and leaves everything as it was, when no article can be read; IndexIncompatible for a record of a
    newer program. Nobody else may have the index open.
    """
    with TemporaryDirectory(dir=record.parent, prefix="salvage-") as scratch:
        damaged, fresh = Path(scratch) / "damaged.sqlite3", Path(scratch) / "fresh.sqlite3"
        for end in ("", "-wal"):
            if record.with_name(record.name + end).exists():
                shutil.copyfile(record.with_name(record.name + end), f"{damaged}{end}")
        told = _copied(damaged, fresh)
        if not told.articles:
            remedy = "restore a backup, or add the articles to a new index"
            raise IndexDamaged(f"Nothing can be read of the record in {record.parent}; {remedy}.")
        stamp = datetime.now(UTC).strftime("%Y%m%dT%H%M%S")
        told.kept = record.with_name(f"{record.stem}.damaged-{stamp}{record.suffix}")
        for end in ("-wal", "-shm", ""):
            with suppress(FileNotFoundError):
                record.with_name(record.name + end).rename(told.kept.with_name(told.kept.name + end))
        fresh.rename(record)
    return told


def _copied(damaged: Path, fresh: Path) -> Salvaged:
    told = Salvaged(damaged)
    with closing(connect(fresh)) as new:
        new.executescript(TABLES)
        new.execute("BEGIN")
        writer = _Writer(new)
        with closing(connect(damaged)) as old:
            with suppress(sqlite3.DatabaseError):
                # Otherwise SQLite refuses every question to a file that is shorter than its header says.
                old.execute("PRAGMA writable_schema = ON")
                old.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            for table in writer.columns:
                with suppress(sqlite3.DatabaseError):
                    for row in old.execute(f"SELECT * FROM {table}"):
                        writer.put(table, dict(row))
        listed = _from_pages(damaged.read_bytes(), writer)
        schema = new.execute("SELECT value FROM meta WHERE key = 'schema'").fetchone()
        if schema and str(schema[0]).isdigit() and int(schema[0]) > SCHEMA:
            raise IndexIncompatible(f"The record is of a newer program (its schema is {schema[0]}); repair it with that.")
        new.execute("UPDATE meta SET value = ? WHERE key = 'schema'", (str(SCHEMA),))
        new.execute("UPDATE passages SET synced = 0")
        for table in ("files", "fetched"):  # what was lost must be read again
            new.execute(f"DELETE FROM {table}")
        ids = {row[0] for row in new.execute("SELECT id FROM articles")}
        places = {row[0]: row[1] for row in new.execute("SELECT article, origin FROM origins")}
        told.lost = [f"{one} ({places[one]})" if one in places else one for one in sorted((listed | places.keys()) - ids)]
        told.articles = len(ids)
        new.execute("COMMIT")
    return told


class _Writer:
    """Puts rows into the new record, by the names of their columns; the first of a number wins, unless it is damaged."""

    def __init__(self, db: sqlite3.Connection) -> None:
        self._db = db
        names = [row[0] for row in db.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        self.columns = {
            name: [row[1] for row in db.execute(f"PRAGMA table_info({name})")]
            for name in names if not name.startswith(DERIVED)
        }  # fmt: skip
        self._sound: dict[int, bool] = {}

    def put(self, table: str, row: dict[str, Any]) -> None:
        """Writes one row, or passes it over."""
        kept = {name: value for name, value in row.items() if name in self.columns[table] and value is not None}
        replace = False
        if table == "articles":
            number, sound = row["number"], _is_sound(row)
            if number in self._sound and (self._sound[number] or not sound):
                return
            replace = number in self._sound
            self._sound[number] = sound
        verb = "INSERT OR REPLACE" if replace else "INSERT OR IGNORE"
        marks = ", ".join("?" * len(kept))
        with suppress(sqlite3.IntegrityError, sqlite3.InterfaceError):  # values of a kind that a sound row never has
            self._db.execute(f"{verb} INTO {table} ({', '.join(kept)}) VALUES ({marks})", tuple(kept.values()))


def _is_sound(row: dict[str, Any]) -> bool:
    try:
        return article_id(row["text"], told_of(row)) == str(row["id"])
    except (KeyError, TypeError, AttributeError):
        return False


def _from_pages(data: bytes, writer: _Writer) -> set[str]:
    """Writes the rows that single pages hold; returns the ids that the index of ids lists."""
    columns = dict(writer.columns)
    for values in (values for _, values in _records(data, _TABLE_LEAF) if len(values) == 5 and values[0] == "table"):
        if values[1] in columns:  # the order in which this very file has them
            with suppress(sqlite3.Error), closing(sqlite3.connect(":memory:")) as shape:
                shape.execute(values[4])
                columns[values[1]] = [row[1] for row in shape.execute(f"PRAGMA table_info({values[1]})")]
    for number, values in _records(data, _TABLE_LEAF):
        if len(values) > 9 and values[0] is None and _is_id(values[1]):
            writer.put("articles", {**dict(zip(columns["articles"], values, strict=False)), "number": number})
        elif len(values) == len(columns["passages"]) and values[0] is None and isinstance(values[4], bytes):
            writer.put("passages", {**dict(zip(columns["passages"], values, strict=True)), "number": number})
    listed = set()
    for _, values in _records(data, _INDEX_LEAF):
        if len(values) == 3 and _is_id(values[2]) and isinstance(values[0], str):
            writer.put("origins", dict(zip(columns["origins"], values, strict=False)))
        elif len(values) == 2 and values[0] in SETTINGS and isinstance(values[1], str):
            writer.put("meta", dict(zip(columns["meta"], values, strict=False)))
        elif len(values) == 2 and _is_id(values[0]) and isinstance(values[1], int):
            listed.add(values[0])
    return listed


def _is_id(value: Any) -> bool:
    return isinstance(value, str) and _ID.fullmatch(value) is not None


def _records(data: bytes, kind: int) -> Iterator[tuple[int, list[Any]]]:
    """(rowid, values) of every record on leaf pages of a kind; rowid is 0 on those of an index."""
    whole = data.startswith(b"SQLite format 3\0")
    size = int.from_bytes(data[16:18], "big") if whole else 4096
    size = 65536 if size == 1 else size
    usable = size - (data[20] if whole else 0)
    if size < 512 or size & (size - 1):
        size = usable = 4096
    for begin in range(0, len(data), size):
        head = begin + (100 if begin == 0 else 0)
        if len(data) - head < 8 or data[head] != kind:
            continue
        for at in range(head + 8, head + 8 + 2 * int.from_bytes(data[head + 3 : head + 5], "big"), 2):
            cell = begin + int.from_bytes(data[at : at + 2], "big")
            try:
                yield _cell(data, cell, kind, size, usable)
            except (IndexError, ValueError):  # this row is damaged
                continue


def _cell(data: bytes, at: int, kind: int, size: int, usable: int) -> tuple[int, list[Any]]:
    length, at = _varint(data, at)
    rowid = 0
    if kind == _TABLE_LEAF:
        rowid, at = _varint(data, at)
    most = usable - 35 if kind == _TABLE_LEAF else (usable - 12) * 64 // 255 - 23
    least = (usable - 12) * 32 // 255 - 23
    local = length
    if length > most:
        local = least + (length - least) % (usable - 4)
        local = local if local <= most else least
    if length > len(data):
        raise ValueError("longer than the file")
    parts = [data[at : at + local]]
    missing, following = length - local, int.from_bytes(data[at + local : at + local + 4], "big")
    while missing > 0:
        begin = (following - 1) * size
        if following < 1 or begin >= len(data):
            parts.append(b"\0" * missing)  # rows are kept in part: what is whole of them may bring back the rest
            break
        parts.append(data[begin + 4 : begin + 4 + min(missing, usable - 4)])
        missing -= usable - 4
        following = int.from_bytes(data[begin : begin + 4], "big")
    return rowid, _values(b"".join(parts))


def _values(payload: bytes) -> list[Any]:
    end, at = _varint(payload, 0)
    types, body, values = [], end, []
    while at < end:
        serial, at = _varint(payload, at)
        types.append(serial)
    for serial in types:
        length = _INTEGERS.get(serial) or (8 if serial == 7 else max(0, serial - 12) // 2)
        part = payload[body : body + length]
        body += length
        values.append(_value(serial, part))
    return values


def _value(serial: int, part: Sequence[int]) -> Any:
    content = bytes(part)
    if serial == 0:
        return None
    if serial in _INTEGERS:
        return int.from_bytes(content, "big", signed=True)
    if serial in (8, 9):
        return serial - 8
    if serial >= 12:
        return content if serial % 2 == 0 else content.decode("utf-8", "replace")
    raise ValueError("a kind of value that no table here has")


def _varint(data: bytes, at: int) -> tuple[int, int]:
    value = 0
    for more in range(9):
        byte = data[at + more]
        if more == 8:
            return value << 8 | byte, at + 9
        value = value << 7 | byte & 0x7F
        if byte < 0x80:
            return value, at + more + 1
    raise ValueError("no number")
