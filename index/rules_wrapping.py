"""Cleaning rules for what programs wrapped around the words: escapes, JSON remains, hard line breaks."""

from __future__ import annotations

import re

import ftfy

from index.pieces import Piece, without
from index.records import Metadata

# Invisible, and never part of a word's spelling. Joiners (ZWJ, ZWNJ) and direction marks do carry meaning: kept.
_INVISIBLE = re.compile("[\u00ad\u200b\u2060\ufeff]")
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff]")
_ESCAPED = re.compile(r"\\(?:[nrt\"'/]|u[0-9a-fA-F]{4})")
_PARTNERS = {"“": "”", "”": "“", "«": "»", "»": "«", "„": "“"}
_QUOTES = "\"'“”„‟‘’‚`´«»"


def normalised(body: str) -> str:
    """`body` with one kind of line break and space, and with encoding damage and escapes undone.

    Spelling, quotation marks and dashes stay as the author wrote them.
    """
    text = body.replace("\r\n", "\n").replace("\r", "\n")
    if not text.isascii():
        text = ftfy.fix_text(
            text,
            uncurl_quotes=False,
            fix_latin_ligatures=False,
            fix_character_width=False,
            unescape_html=False,
            normalization=None,
        )
    text = _entities(text)
    if text.count("\n") < 2 and len(_ESCAPED.findall(text)) >= 2:
        text = _unescaped(text)
    text = _CONTROL.sub("", _INVISIBLE.sub("", text))
    return re.sub(r"[^\S\n\u2028\u2029]+", " ", text)


def lines(text: str) -> list[str]:
    """The paragraphs of `text`: its lines, with hard-wrapped ones put together again."""
    rows: list[str] = []
    for block in re.split(r"\n[ ]*\n", re.sub(r"[\u2028\u2029]", "\n", text)):
        found = [line.strip() for line in block.split("\n") if line.strip()]
        rows += [" ".join(found)] if _hard_wrapped(found) else found
    return rows


def serialisation(pieces: list[Piece], _: Metadata) -> list[Piece]:
    """Brackets, keys and quotation marks of a broken JSON export around the text (`[[{"value":"` ... `"}]]`)."""
    mark = f"[{_QUOTES}]?"
    opening = re.compile(rf"^\s*[\[{{][\[{{\s]*(?:{mark}[A-Za-z_][\w-]{{0,30}}{mark}\s*:\s*)?{mark}(?=\s|$|\S)")
    opened = re.compile(rf"^\s*[\[{{][\[{{\s]*{mark}[A-Za-z_][\w-]{{0,30}}{mark}\s*:\s*{mark}\s*")
    closing = re.compile(rf"\s*{mark}\s*,?\s*[\]}}][\]}}\s,]*$")
    if not pieces or not (opened.match(pieces[0].text) or re.match(r"^\s*[\[{]{2,}", pieces[0].text)):
        return pieces
    head = opened.match(pieces[0].text) or opening.match(pieces[0].text)
    rows = (without(pieces[0], 0, head.end()) if head else [pieces[0]]) + pieces[1:]
    tail = closing.search(rows[-1].text)
    if tail and rows[-1].kept:
        rows[-1:] = without(rows[-1], tail.start(), len(rows[-1].text))
    return rows


def stray_marks(pieces: list[Piece], _: Metadata) -> list[Piece]:
    """Quotation marks that open or close nothing: a run of them alone at the end or the start of a line."""
    rows: list[Piece] = []
    for piece in pieces:
        found = _stray(piece.text) if piece.kept else None
        rows += without(piece, found.start(), found.end()) if found else [piece]
    return rows


def _stray(text: str) -> re.Match[str] | None:
    """The stray run; none where the line holds its partner («« Non », dit le maire.»)."""
    found = re.search(rf"(?:(?<=\s)|^)[{_QUOTES}]{{1,3}}$", text) or re.match(rf"[{_QUOTES}]{{1,3}}(?=\s)", text)
    if found is None:
        return None
    rest = text[: found.start()] + text[found.end() :]
    alone = all(rest.count(_PARTNERS.get(mark, mark)) <= rest.count(mark) for mark in found.group() if mark in _PARTNERS)
    straight = all(rest.count(mark) % 2 == 0 for mark in found.group() if mark not in _PARTNERS)
    return found if alone and straight else None


def _entities(text: str) -> str:
    """HTML entities undone, only where they are complete (`&amp;`): «AT&T» and «R&D;» stay."""
    if "&" not in text:
        return text
    return re.sub(r"&(?:#\d{2,7}|#[xX][0-9a-fA-F]{2,6}|[A-Za-z]{2,24}\d{0,2});", lambda m: _entity(m.group()), text)


def _entity(entity: str) -> str:
    import html

    return html.unescape(entity)


def _unescaped(text: str) -> str:
    r"""Literal escapes (`\n`, `\"`, `\u201c`) of a text that was printed instead of decoded."""
    plain = {"n": "\n", "r": "\n", "t": " "}
    return _ESCAPED.sub(
        lambda m: chr(int(m.group()[2:], 16)) if m.group()[1] == "u" else plain.get(m.group()[1], m.group()[1]),
        text,
    )


def _hard_wrapped(found: list[str]) -> bool:
    """Whether these lines are one paragraph broken to a fixed width (mail, old exports).

    Widths of 40 to 100 are in use; every line but the last fills at least 60 % of the longest, most break in the
    middle of a sentence, and none looks like an item of a list.
    """
    if len(found) < 2:
        return False
    longest = max(map(len, found))
    body = found[:-1]
    if not 40 <= longest <= 100 or any(len(line) < 0.6 * longest for line in body):
        return False
    if any(re.match(r"[-•*–·]|\d+[.)]\s", line) for line in found):
        return False
    midway = sum(not re.search(r"[.!?:…][\"'”’)]*$", line) for line in body)
    continued = sum(line[:1].islower() for line in found[1:])
    return midway >= 0.6 * len(body) and continued >= 0.3 * (len(found) - 1)
