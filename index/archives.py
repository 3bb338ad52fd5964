"""ZIP archives: their files one by one, unpacked in memory, with limits that hold whatever their table of contents says."""

from __future__ import annotations

import io
import lzma
import struct
import zipfile
import zlib
from collections.abc import Iterator

from index.errors import ReadError
from index.formats import Broken

SIGNATURE = b"PK\x03\x04"
DAMAGE = (zipfile.BadZipFile, zlib.error, lzma.LZMAError, struct.error, EOFError, ValueError, OSError, RuntimeError)
"""What zipfile raises on a damaged archive: its own error, and those of what it calls (one of them a RuntimeError)."""
MAX_FILES = 20_000
MAX_UNPACKED_BYTES = 1_000_000_000
"""Of all files together: what is written on disk as 1 MB may unpack to a thousand."""


def members(data: bytes, max_bytes: int) -> Iterator[tuple[str, bytes] | Broken]:
    """(name, content) of each file, or why it can't be had; hidden files are left out. Raises ReadError when all is broken.

    `max_bytes`: of one file. Nothing is written anywhere, so names that lead outside the archive lead nowhere.
    """
    try:
        archive = zipfile.ZipFile(io.BytesIO(data))
    except DAMAGE as error:
        raise ReadError(f"this ZIP file is broken ({str(error)[:80]})") from error
    with archive:
        listed = [info for info in archive.infolist() if not info.is_dir() and not _hidden(info.filename)]
        if len(listed) > MAX_FILES:
            raise ReadError(f"it holds {len(listed):,} files, and {MAX_FILES:,} is the limit; split it")
        total = 0
        for info in listed:
            if info.flag_bits & 1:
                yield Broken(info.filename, "it is encrypted")
                continue
            try:
                with archive.open(info) as file:
                    content = file.read(max_bytes + 1)
            except DAMAGE as error:
                yield Broken(info.filename, f"it can't be unpacked ({str(error)[:80] or type(error).__name__})")
                continue
            total += len(content)
            if len(content) > max_bytes:
                yield Broken(info.filename, f"it has more than {max_bytes / 1e6:,.0f} MB; split it")
            elif total > MAX_UNPACKED_BYTES:
                raise ReadError(f"it unpacks to more than {MAX_UNPACKED_BYTES / 1e6:,.0f} MB; split it")
            else:
                yield info.filename, content


def holds(data: bytes, name: str) -> bool:
    """Whether this is an archive with a file of that name."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            return name in archive.namelist()
    except DAMAGE:
        return False


def _hidden(name: str) -> bool:
    return any(part.startswith((".", "__MACOSX")) for part in name.split("/") if part not in (".", ".."))
