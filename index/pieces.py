"""The unit that cleaning rules work on."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace


@dataclass(frozen=True)
class Piece:
    """A line of the article, or a part of one."""

    text: str
    rule: str | None = None
    """None while kept; '' when the rule at work removes it (the chain fills in its name)."""
    glued: bool = False
    """Whether it goes on in the same paragraph as the piece before."""

    @property
    def kept(self) -> bool:
        """Whether it is still part of the article."""
        return self.rule is None

    def out(self) -> Piece:
        """The same piece, removed."""
        return replace(self, rule="")


def folded(text: str) -> str:
    """`text` for comparing: letters and digits alone, without case, single spaces."""
    return " ".join(re.findall(r"\w+", text.casefold()))


def without(piece: Piece, start: int, end: int) -> list[Piece]:
    """`piece` with `text[start:end]` removed: up to three pieces."""
    before, cut, after = piece.text[:start].rstrip(), piece.text[start:end], piece.text[end:].lstrip()
    rows = []
    if before:
        rows.append(Piece(before, glued=piece.glued))
    rows.append(Piece(cut.strip(), rule="", glued=piece.glued or bool(before)))
    if after:
        rows.append(Piece(after, glued=piece.glued or bool(before)))
    return rows
