"""Cleaning: what the article says is kept, everything else is set aside with the name of the rule that did it.

A text becomes a row of pieces (a line, or a part of one); a rule takes the row and returns it with some pieces
marked as removed. Rules never rewrite words, so the cleaned text is the kept pieces in order, and every place
where something was taken out is known (`Removed.at`). Adding a rule: one function, one line in `CHAIN`, one test.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, replace

import index.rules_furniture as rules_furniture
import index.rules_links as rules_links
import index.rules_page as rules_page
import index.rules_repeats as rules_repeats
import index.rules_requests as rules_requests
import index.rules_wrapping as rules_wrapping
from index.pieces import Piece
from index.records import Metadata, Removed

VERSION = "2"
"""Raised whenever the same bytes would clean to another text: an index remembers it."""

Rule = Callable[[list[Piece], Metadata], list[Piece]]

CHAIN: tuple[tuple[str, Rule], ...] = (
    ("serialisation", rules_wrapping.serialisation),
    ("stray quotation mark", rules_wrapping.stray_marks),
    ("syndication footer", rules_furniture.syndication_footer),
    ("outlet's stamp", rules_page.outlet_stamps),
    ("page machinery", rules_page.page_machinery),
    ("related stories", rules_furniture.related_stories),
    ("torn link", rules_links.torn_links),
    ("link in a paragraph", rules_links.links_in_paragraphs),
    ("call to action", rules_furniture.calls_to_action),
    ("request to the reader", rules_requests.requests),
    ("request in a paragraph", rules_requests.requests_in_paragraphs),
    ("picture credit", rules_furniture.picture_credits),
    ("author note", rules_furniture.author_notes),
    ("repeated headline or paragraph", rules_repeats.repeated),
    ("bare marker", rules_furniture.bare_markers),
)


@dataclass(frozen=True)
class Cleaned:
    """What is left of an article, and what was set aside."""

    text: str
    removed: tuple[Removed, ...]
    metadata: Metadata
    """What cleaning learned besides (the headline, the outlet named in a syndication footer)."""

    @property
    def seams(self) -> tuple[int, ...]:
        """Offsets into `text` that no evidence may span, ascending."""
        return tuple(sorted({removed.at for removed in self.removed}))


def clean(body: str, metadata: Metadata) -> Cleaned:
    """The article in `body`, without wrapping, repeats and site furniture."""
    pieces = [Piece(line) for line in rules_wrapping.lines(rules_wrapping.normalised(body))]
    learned = Metadata()
    for name, rule in CHAIN:
        if rule is rules_repeats.repeated:  # the headline is known by now, and may be one of the repeats
            learned = learned.filled_from(_headline(pieces))
        pieces = [
            replace(piece, rule=name) if piece.rule == "" else piece for piece in rule(pieces, metadata.filled_from(learned))
        ]
        if rule is rules_furniture.syndication_footer:
            learned = rules_furniture.told_by_footer(pieces)
    text, removed = _joined(pieces)
    return Cleaned(text, removed, learned)


def _joined(pieces: list[Piece]) -> tuple[str, tuple[Removed, ...]]:
    removed: list[Removed] = []
    parts: list[str] = []
    length = 0
    for piece in pieces:
        if piece.rule is not None:
            removed.append(Removed(length, piece.text, piece.rule))
            continue
        separator = "" if not parts else (" " if piece.glued else "\n\n")
        parts += [separator, piece.text]
        length += len(separator) + len(piece.text)
    return "".join(parts), tuple(removed)


def _headline(pieces: list[Piece]) -> Metadata:
    """The first line, when it stands like a headline above a longer text."""
    kept = [piece.text for piece in pieces if piece.kept]
    if len(kept) < 2:
        return Metadata()
    first = kept[0].strip()
    words = len(first.split())
    body = max(len(text.split()) for text in kept[1:])
    closed = re.search(r"[.:;,…][\"'”’)]*$", first)
    if 2 <= words <= 25 and len(first) <= 200 and not closed and body > words:
        return Metadata(title=first)
    return Metadata()
