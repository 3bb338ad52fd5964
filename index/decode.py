"""Bytes to text, or a sentence that says why not."""

from __future__ import annotations

import codecs
import re

from index.errors import ReadError

_SIGNATURES = (
    (b"PK\x03\x04", "an Office file or a broken ZIP"),
    (b"\x89PNG", "a PNG image"),
    (b"\xff\xd8\xff", "a JPEG image"),
    (b"GIF8", "a GIF image"),
    (b"\x1f\x8b", "a gzip file"),
    (b"\xd0\xcf\x11\xe0", "an old Office file"),
    (b"\x7fELF", "a program"),
    (b"SQLite format 3", "a database"),
)
_BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)


def decode(data: bytes, charset: str | None = None) -> str:
    """The text in `data`: UTF-8, a byte order mark, `charset` or one named in HTML, else what charset-normalizer finds.

    Raises ReadError for empty and for binary data.
    """
    if not data.strip():
        raise ReadError("the file is empty")
    for signature, kind in _SIGNATURES:
        if data.startswith(signature):
            raise ReadError(f"this is {kind}, not text; convert it to text or HTML first")
    for bom, encoding in _BOMS:
        if data.startswith(bom):
            return _strict(data, encoding)
    if b"\x00" in data:
        raise ReadError("this is a binary file, not text")
    try:
        return _printable(data.decode("utf-8"))
    except UnicodeDecodeError:
        return _printable(_other_encoding(data, charset))


def _strict(data: bytes, encoding: str) -> str:
    try:
        return _printable(data.decode(encoding))
    except UnicodeDecodeError as error:
        raise ReadError(f"it begins as {encoding} but byte {error.start:,} is not; save it as UTF-8") from error


def _other_encoding(data: bytes, charset: str | None) -> str:
    named = re.search(rb"charset\s*=\s*[\"']?([\w-]{3,20})", data[:2048])
    for name in (charset, named and named.group(1).decode("ascii")):
        if name:
            try:
                return data.decode(name)
            except (LookupError, UnicodeDecodeError, ValueError):
                pass
    from charset_normalizer import from_bytes  # late: most files are UTF-8

    matches = from_bytes(data[:1_000_000])
    best = matches.best()
    if best is not None:
        # Single-byte code pages often explain a text equally well; then Western European is what the web was written in.
        tied = [one for one in matches if (one.chaos, one.coherence) == (best.chaos, best.coherence)]
        best = next((one for one in tied if one.encoding in ("cp1252", "latin_1")), best)
    if best is None:
        raise ReadError("its encoding can't be told, or it is not text; save it as UTF-8")
    try:
        return data.decode(best.encoding)
    except UnicodeDecodeError as error:
        raise ReadError(f"its encoding looks like {best.encoding} but is broken; save it as UTF-8") from error


def _printable(text: str) -> str:
    sample = text[:100_000]
    strange = sum(1 for char in sample if ord(char) < 32 and char not in "\n\r\t\f\v\x1b\x08")
    if strange > 0.02 * len(sample):
        raise ReadError("this is a binary file, not text")
    return text
