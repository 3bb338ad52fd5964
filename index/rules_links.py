"""Cleaning rules for links to other stories that stand among an article's paragraphs without a heading."""

from __future__ import annotations

import re

from index.pieces import Piece, without
from index.records import Metadata

_TORN = re.compile(r"^(?P<label>[^\s:►•*–—-][^:]{1,70}?):{1,2}(?P<headline>['‘]?[A-Z0-9$][^:]{10,}.*)$")
"""«Gas prices:Why they rise»: in typeset text a space follows a colon; without it, a bold label and a link stood side by side."""
_NO_LABEL = re.compile(
    r"[.!,;]\s|\d$|^(?:q|a|i|q&a)$|https?$|\b(?:said|says|asked|added|told|wrote|replied)$|"
    r"^(?:mon|tues|wednes|thurs|fri|satur|sun)day|^(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\.?\s*\d*$|"
    r"^(?:time|date|when|where|who|what|why|how|cost|price|address|phone|hours|location|record|age|tv|line|rating|grade|score|"
    r"correction|clarification|update|quote|author|detail|born|died|title|director|cast|star|genre|rated|source|name|team|"
    r"position|party|prize|winner|birthplace|occupation|ingredient|serving|directions?|method|prep|note)s?$",
    re.I,
)
"""Labels of lists, transcripts and dated entries, which lose their spaces in the same way. (A quotation in double marks behind
the colon is one of the article's.)"""
MAX_TORN_WORDS = 32
MAX_CLOSED_WORDS = 25
MAX_RUN = 3
"""So many such lines on end are links; more are a list or a transcript."""

_IN_PARAGRAPH = re.compile(
    # at the end of a paragraph: a label in capitals, then a headline without a stop
    r"(?:(?<=[.!?”\"’)])\s*)(?:>+\s*)?(?:READ|READ MORE|MORE|RELATED|READ NEXT|READ ALSO|SEE ALSO|WATCH|WATCH MORE)\s*:\s*"
    r"[^.!?]{8,120}[?!]?$"
)
_IN_BRACKETS = re.compile(
    r"\s*[(\[](?:(?:read|see) (?:more|also|next)|related|watch|video|photos|gallery|more)\s*:\s*(?-i:['‘“]?[A-Z])[^()\[\]]{4,110}[)\]]",
    re.I,
)


def torn_links(pieces: list[Piece], _: Metadata) -> list[Piece]:
    """«Label:Headline of another story» on a line of its own, up to three on end."""
    rows = list(pieces)
    kept = [at for at, piece in enumerate(rows) if piece.kept]
    run: list[int] = []
    for at in [*kept, None]:
        if at is not None and _is_torn(rows[at].text):
            run.append(at)
            continue
        if len(run) <= MAX_RUN:
            for link in run:
                rows[link] = rows[link].out()
        run = []
    return rows


def links_in_paragraphs(pieces: list[Piece], _: Metadata) -> list[Piece]:
    """«... on Friday. READ MORE: Another story» and «(See also: Another story)»: the link goes, its paragraph stays."""
    rows: list[Piece] = []
    for piece in pieces:
        found = _link_within(piece.text) if piece.kept else None
        rows += without(piece, found.start(), found.end()) if found else [piece]
    return rows


def _is_torn(text: str) -> bool:
    words = len(text.split())
    found = _TORN.match(text)
    if not found or words > MAX_TORN_WORDS or _NO_LABEL.search(found["label"]) or "http" in text:
        return False
    closed = re.search(r"\.[\"'”’)]*$", text)
    return (
        len(found["headline"].split()) >= 3 and (not closed or words <= MAX_CLOSED_WORDS) and not _speaks(found["headline"])
    )


def _speaks(text: str) -> bool:
    """Whether it is somebody's speech: a transcript tears its labels off too."""
    return bool(re.match(r"(?:I|We|You|Yes|No|Well|Yeah|So|And|Thank|Thanks|Right|That|My)\b", text))


def _link_within(text: str) -> re.Match[str] | None:
    found = _IN_BRACKETS.search(text) or _IN_PARAGRAPH.search(text)
    return found if found and len(text) - len(found[0]) >= 40 else None
