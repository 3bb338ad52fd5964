"""Cleaning rules for what a page asks of its reader: to sign up, to write in, to follow somebody, to take cookies.

One sentence that asks in the wording of such requests makes the line suspect; it only goes if every other sentence speaks to
the reader as well, and nothing in it is somebody's words. An article that tells readers what to do keeps its sentences: they
name no newsletter.
"""

from __future__ import annotations

import re

from index.pieces import Piece, without
from index.records import Metadata

_LETTERS = r"(?:newsletters?|inbox|e-?mail|alerts?|briefings?|text messages?|updates|podcasts?|channel|edition)"
_NETWORKS = r"(?:Twitter|Facebook|Instagram|Bluesky|Threads|TikTok|Telegram|WhatsApp|LinkedIn|YouTube|X)"
_ASKED = r"(?:^|[,;:)] |\b(?:and|or|please|you can|you can also) |(?-i:(?=[A-Z])))(?:sign up|subscribe|register)\b"
"""The imperative: «borrowers can sign up for updates» is told, not asked."""
_CONTACT = re.compile(
    r"^(?:follow|contact|reach|e-?mail|write to)\b.{1,80}(?:\S@\S|@\w{3,}|\d{3}-\d{3,4})"
    r"|\b(?:can be reached|you can (?:reach|contact|follow|e-?mail)) .{0,60}(?:\S@\S|@\w{3,}|\d{3}-\d{3,4})",
    re.I,
)
"""How to reach who wrote it stands at the end; elsewhere it may be how to reach a museum."""
_REQUEST = re.compile(
    rf"{_ASKED}.{{0,160}}\b{_LETTERS}\b"
    rf"|\b{_LETTERS}\b.{{0,80}}{_ASKED}"
    r"|^(?:to get (?:it|this|them) .{0,40},? )?(?:sign up|subscribe) (?:here|now|today|for free)\b.{0,60}$"
    r"|\byou can (?:also )?subscribe to (?:our|the) (?:print|digital|paper|newspaper)\b"
    r"|^support (?:local|our|strong|independent|quality)\b.{0,30}\bjournalism\b"
    r"|^share your (?:thoughts|views|stories|story|photos|experiences?|questions)\b.{0,30}\b(?:with|on|below|here|in the)\b"
    r"|^(?:let us know|tell us|leave a comment|have your say|join the (?:conversation|discussion))\b.{0,60}\b(?:comments?|below|here|at|form)\b"
    r"|\bto submit a (?:letter|comment|column)\b.{0,80}\b(?:email|e-mail|write to|click)\b"
    rf"|^(?:and )?(?:follow|like|join|find) .{{2,80}}\bon {_NETWORKS}\b"
    r"|^follow every game\b"
    r"|^(?:click|tap) (?:here|through the (?:gallery|slideshow|photos))\b"
    r"|\b(?:because of|change|manage|update|review) your (?:cookie|privacy|consent) (?:settings|preferences|choices)\b"
    r"|^(?:we|our partners and we|we and our .{0,30}partners) .{0,60}\bcookies\b"
    r"|^would you like to receive\b.{0,60}\bnewsletter\b"
    r"|^(?:was|is) this (?:page|article|story) (?:useful|helpful)\b",
    re.I,
)
_TO_READER = re.compile(
    rf"\b(?:you|your|our|us|we|let.s)\b|\b{_LETTERS}\b|\b(?:cookies?|privacy policy|terms of (?:use|service)|advertis)|^yes ?/? ?no$",
    re.I,
)
_SAID = re.compile(
    r"\b(?:said|says|told|asked|added|wrote|according to|reported|announced|tweeted|posted|claims?|urged|invited)\b|[“\"][^”\"]{25,}[”\"]",
    re.I,
)
_HIM = re.compile(r"^(?:(?:you can )?(?:follow|reach|contact|e-?mail) (?:him|her|them)\b|on twitter\b)", re.I)
_IN_BRACKETS = re.compile(
    r"\s*[(\[](?:(?:you can )?(?:sign up|subscribe|click|tap) (?:here|below|to (?:view|watch|read|listen|see))|story continues)[^()\[\]]{0,80}[)\]]",
    re.I,
)
_CLOSING = re.compile(
    rf"\s+(?:Sign up (?:here|now|today|for|to)\b|Subscribe (?:here|now|today|to our)\b)(?=[^.!?]*\b{_LETTERS}\b|\s+here\b)[^.!?]{{0,140}}[.!]?$"
)
_SENTENCE = re.compile(r"(?<=[.!?:])(?<![ .][A-Z]\.)[”\"’)]*\s+")
MAX_WORDS = 75
CLOSING_LINES = 5
MIN_LEFT = 60
"""Characters of the article that a line must have besides a request for the request alone to be cut out of it."""


def requests(pieces: list[Piece], _: Metadata) -> list[Piece]:
    """Lines that do nothing but ask something of the reader."""
    last = [at for at, piece in enumerate(pieces) if piece.kept][-CLOSING_LINES:]
    return [piece.out() if piece.kept and _only_asks(piece.text, at in last) else piece for at, piece in enumerate(pieces)]


def requests_in_paragraphs(pieces: list[Piece], _: Metadata) -> list[Piece]:
    """«(Sign up here)», «(Click here to view)» and a closing «Sign up for our newsletter.»: they go, the paragraph stays."""
    rows: list[Piece] = []
    for piece in pieces:
        found = (_IN_BRACKETS.search(piece.text) or _CLOSING.search(piece.text)) if piece.kept else None
        far = found is not None and len(piece.text) - len(found[0]) >= MIN_LEFT
        rows += without(piece, found.start(), found.end()) if found and far else [piece]
    return rows


def _only_asks(text: str, closing: bool) -> bool:
    if len(text.split()) > MAX_WORDS:
        return False
    inner = re.sub(r"^[(\[]\s*|\s*[)\]]\.?$", "", text) if text[:1] in "([" else text
    sentences = [part for part in _SENTENCE.split(inner.lstrip("►•*-– ")) if part.strip()]
    asks = [bool(_REQUEST.search(part) or (closing and _CONTACT.search(part))) for part in sentences]
    others = [part for part, asking in zip(sentences, asks, strict=True) if not asking]
    return any(asks) and not _SAID.search(text) and all(_TO_READER.search(part) or _HIM.match(part) for part in others)
