"""Cleaning rules for what a page's machinery prints: players, galleries, embeds, the outlet's stamp, notes of updating."""

from __future__ import annotations

import re

from index.pieces import Piece, without
from index.records import Metadata

_PLAYER = re.compile(
    r"\b\d{1,2}:\d{2}\s*[-–—]\s*Source:\s*\S.{0,40}$"  # «... breaks it down 03:40 - Source: CNN»
    r"|^JUST WATCHED\b.*\bMUST WATCH\b.*$"
    r"|\bHide Caption(?:\s+\d+ of \d+)?$"  # a gallery's caption with its buttons
    r"|^(?:(?:hide|toggle|show) caption|this video can ?not be played|video ad feedback|replay more videos.{0,10}|link copied!?|"
    r"refresh for updates|this page updates automatically.{0,20}|view this post on instagram|a post shared by .{1,60}\(@\w[\w.]{1,30}\)|"
    r"loading\W{0,3}|\d{1,2}:\d{2} ?/ ?\d{1,2}:\d{2})$",
    re.I,
)
_UPDATED = re.compile(
    r"^(?:(?:this|the headline (?:of|on) this) (?:breaking |developing |live )?(?:news )?(?:story|article|post|report|page)"
    r"(?: and (?:its )?headline)? (?:has|have) been updated(?: with (?:additional|more|further|new|background) .{3,80})?"
    r"(?: (?:mon|tues|wednes|thurs|fri|satur|sun)day)?|"
    r"this is a (?:breaking|developing) (?:news )?story(?: and (?:it )?(?:will|is being) (?:be )?updated.{0,50})?|"
    r"this (?:breaking |developing )?(?:news )?(?:story|article|post) (?:will|is being) (?:be )?updated.{0,60})\.?$",
    re.I,
)
"""What was *corrected* is the article's business and stays."""
_AGO = re.compile(
    r"^(?:(?:updated|published|posted)\s+)?(?:\d{1,2}|an?)\s?(?:h|hrs?|hours?|m|mins?|minutes?|d|days?) ago$"
    r"|^(?:last )?(?:updated|posted|published)(?: at| on)?:?\s+\d{1,2}[.:]\d{2}\s*(?:[ap]\.?m\.?)?\s*(?:[A-Z]{2,4})?$",
    re.I,
)
_OUTLETS = (
    r"(?:CNN(?: Business)?|AP|The Associated Press|Associated Press|AFP|Reuters|UPI|dpa|USA TODAY(?: Sports)?|BBC(?: News)?)"
)
_STAMP = re.compile(rf"^(?:{_OUTLETS})\s*[—–-]{{1,2}}$")
_STAMP_BEFORE = re.compile(r"^\((?:CNN(?: Business)?|AP|AFP|Reuters|UPI|dpa)\)\s*(?:[—–-]{1,2}\s+)?(?=[\"'“‘]?[A-Z0-9])")
_SPECIAL = re.compile(rf"^(?:{_OUTLETS}|[Ss]pecial (?:to|for) (?:the )?[A-Z][\w |.]{{2,40}})$")
_NAMES = re.compile(
    r"^(?:[Bb]y )?[A-ZÀ-Þ][\w.'’-]+(?: [A-ZÀ-Þ][\w.'’-]+){1,3}(?:(?:,| and|, and) [A-ZÀ-Þ][\w.'’-]+(?: [A-ZÀ-Þ][\w.'’-]+){1,3}){0,3}$"
)
_TOP = 3
"""Lines at the head of an article that may be its byline."""


def page_machinery(pieces: list[Piece], _: Metadata) -> list[Piece]:
    """Video and gallery prompts, embeds that stayed empty, «3h ago», «This story has been updated with more details»."""
    return [piece.out() if piece.kept and _is_machinery(piece.text) else piece for piece in pieces]


def outlet_stamps(pieces: list[Piece], metadata: Metadata) -> list[Piece]:
    """The outlet's name before the text: «CNN —» on a line, «(CNN)» before the first sentence, «Ann Lee» over «USA TODAY»."""
    rows: list[Piece] = []
    top = [at for at, piece in enumerate(pieces) if piece.kept][:_TOP]
    for at, piece in enumerate(pieces):
        found = _STAMP_BEFORE.match(piece.text) if at in top else None
        if found and len(piece.text) - found.end() >= 20:
            rows += without(piece, found.start(), found.end())
        elif at in top and _STAMP.match(piece.text):
            rows.append(piece.out())
        elif at in top and _SPECIAL.match(piece.text):
            if rows and rows[-1].kept and _NAMES.match(rows[-1].text) and rows[-1].text != metadata.title:
                rows[-1] = rows[-1].out()
            rows.append(piece.out())
        else:
            rows.append(piece)
    return rows


def _is_machinery(text: str) -> bool:
    words = len(text.split())
    return words <= 90 and bool(_PLAYER.search(text) or (words <= 25 and (_UPDATED.match(text) or _AGO.match(text))))
