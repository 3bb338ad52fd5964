"""Cleaning rule for what a page prints twice: headline, standfirst, paragraphs, truncated teasers of them."""

from __future__ import annotations

import re

from index.pieces import Piece, folded
from index.records import Metadata

MIN_WORDS = 6
"""Shorter lines recur in honest text («"No," he said.», a sub-heading); the article's own headline may be shorter and
still goes when it stands again."""
_LISTED = re.compile(r"^(?:[-•*–—·>▪►]|\d+[.)])\s|^[^.:]{2,50}:\s")
"""Items of a list and «Label: value» lines, which a ranking repeats from one entry to the next."""


def repeated(pieces: list[Piece], metadata: Metadata) -> list[Piece]:
    """Every later copy of a line that stood before, and lines that are the cut-off beginning of another."""
    seen: set[str] = set()
    title = folded(metadata.title or "")
    full = [folded(piece.text) for piece in pieces if piece.kept]
    rows = []
    for piece in pieces:
        if not piece.kept:
            rows.append(piece)
            continue
        key = folded(piece.text)
        long_enough = len(key.split()) >= MIN_WORDS and not _LISTED.match(piece.text)
        again = key in seen and (long_enough or key == title)
        rows.append(piece.out() if again or _cut_off(piece.text, key, full) else piece)
        seen.add(key)
    return rows


def _cut_off(text: str, key: str, full: list[str]) -> bool:
    """Whether a line is the beginning of another one, broken off («The council voted on Mond...»)."""
    if not re.search(r"(?:\.\.\.|…|\[…\]|\[\.\.\.\])[\"'”’\s]*$", text) or len(key.split()) < MIN_WORDS:
        return False
    return any(other != key and other.startswith(key) for other in full)
