"""Unused room in the files of Chroma's graph, emptied.

Chroma sets up a graph for a hundred vectors and writes all of its memory to the files, also what it has not used: bytes
that happened to lie there, words of articles among them. What is removed must not be found in them.
"""

from __future__ import annotations

import os
import struct
from pathlib import Path

_HEADER = struct.Struct("<i4Q")
"""Start of header.bin: version, offset, room (vectors), vectors held, bytes of a vector with its links."""
_VERSION = 1
_LENGTH_BYTES = 4
"""Of a vector, in length.bin."""
_seen: dict[str, tuple[int, int]] = {}


def empty_unused_room(folder: Path) -> None:
    """Writes zeros where no vector of the graphs below `folder` is. Files of another make are left as they are.

    To be called while nobody else writes them. Raises OSError where they can't be written.
    """
    for header in folder.glob("*/header.bin"):
        known = _stamp(header), _stamp(header.with_name("data_level0.bin"))
        if _seen.get(str(header)) == known:
            continue
        _empty(header)
        _seen[str(header)] = _stamp(header), _stamp(header.with_name("data_level0.bin"))


def _empty(header: Path) -> None:
    start = header.read_bytes()[: _HEADER.size]
    if len(start) < _HEADER.size:
        return
    version, _, room, held, size = _HEADER.unpack(start)
    if version != _VERSION or held > room:
        return
    for name, each in (("data_level0.bin", size), ("length.bin", _LENGTH_BYTES)):
        file = header.with_name(name)
        if not file.is_file() or file.stat().st_size > room * each:
            continue
        with file.open("r+b") as opened:
            opened.seek(held * each)
            rest = opened.read()
            if rest.strip(b"\0"):
                opened.seek(held * each)
                opened.write(bytes(len(rest)))
                opened.flush()
                os.fsync(opened.fileno())


def _stamp(file: Path) -> int:
    try:
        return file.stat().st_mtime_ns
    except FileNotFoundError:
        return 0
