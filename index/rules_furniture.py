"""Cleaning rules for site furniture: what surrounds an article on its page and isn't part of what it says.

Each rule is narrow: it wants the wording *and* the place or shape that such furniture has, because losing a
sentence of the article is worse than keeping a line of furniture.
"""

from __future__ import annotations

import re
from itertools import pairwise

from index.pieces import Piece, folded
from index.records import Metadata

_FOOTER = re.compile(
    r"^(?:The post\s+(?P<title>.+?)\s+)?(?:(?:was|is|has)\s+)?(?:first\s+)?(?:appeared|published)\s+first\s+(?:on|in|at)\s+"
    r"(?P<source>[^.]{2,80})\.?$",
    re.I,
)
_RELATED = re.compile(
    r"^(?:more (?:from|on|stories|news|coverage|like this)\b.*|related (?:articles?|stor(?:y|ies)|posts?|news|content|"
    r"coverage|topics?|links?|reading)|related|(?:you (?:may|might) (?:also )?(?:like|be interested in).*)|"
    r"recommended (?:for you|stories|reading|articles)|most (?:read|popular|viewed|shared)(?: .*)?|"
    r"trending(?: (?:now|stories|articles))?|top stories|latest (?:news|stories|headlines)|further reading|up next|"
    r"editors?.? picks?|in other news|popular (?:now|stories)|from our partners|what to read next)\s*[:»>]?$",
    re.I,
)
_BUTTON = re.compile(
    r"^(?:(?:read|see|watch|explore|also read|read also|see also|don.t miss|learn|show|load|view)(?: (?:more|next|also|now|less))?|"
    r"share|print|comments?|recommended)\s*[:»>…]?$",
    re.I,
)
_INLINE_RELATED = re.compile(
    r"^[>»\s]*(?:(?:read more|read also|also read|see also|related|read next|don.t miss|recommended|watch|listen)\s*(?::|\||»|>|[—–](?=\s))|"
    r"(?:more|opinion|analysis|explainer|live updates|fact check|(?:just |exclusive )?for subscribers)\s*(?::|\||»|>))\s*\S",
    re.I,
)
_ACTION = re.compile(
    r"^(?:(?:please )?(?:sign up|subscribe|register|log in|sign in)\b.{0,120}(?:newsletters?|alerts?|briefing|inbox|account|access|"
    r"updates|unlimited|today|here|now|email|e-mail|free|podcast|channel|reading)\b.*|"
    r"follow (?:us|along|our|the (?:latest|story)|\S+ on)\b.{0,120}|"
    r"(?:click|tap) here\b.{0,120}|(?:download|get) (?:the|our) .{0,40}\bapp\b.{0,80}|get (?:the|our) .{0,60}\b(?:newsletter|inbox|"
    r"emails?)\b.{0,80}|share (?:this|on)\b.{0,60}|(?:like|join) us on\b.{0,80}|support (?:our|independent) journalism\b.{0,160}|"
    r"advertisement|sponsored(?: content)?|story continues below.{0,40}|article continues .{0,40}|continue reading.{0,40}|"
    r"this (?:post|story|article) is part of .{0,160}|all rights reserved.{0,80}|(?:copyright )?(?:©|\(c\)).{0,160}|copyright,? (?:\d{4}|by) .{0,100}|© ?\d{4}.{0,160}|"
    r"(?:we use|this (?:site|website) uses) cookies\b.{0,240}|by (?:continuing|signing up|clicking|subscribing)\b.{0,120}\byou\b.{0,120}\b(?:terms|"
    r"cookies?|privacy)\b.{0,120}|(?:have|got) (?:a|any) (?:tip|tips|question|news tip)s?\b.{0,200}\?.{0,120}|"
    r"(?:email|contact|e-mail|reach) (?:us|me|the (?:author|reporter|newsroom)|\w+ at)\b.{0,120}|"
    r"(?:updated|last updated|published|posted|first published)(?:\s*:|\s+on|\s+at)?\s+(?:\d{1,2}[:. /-]|[A-Za-z]{3,9}\.? \d{1,2}).{0,40}\d{4}.{0,30}|\d+ ?min(?:ute)?s? read|"
    r"(?:x|twitter|instagram|facebook|email|e-mail|contact|tel)\s*:\s*\S+(?:\s+\S+){0,3})$",
    re.I,
)
_AGENCY = r"(?:Getty(?: Images)?|AFP|Reuters|AP(?: Photo| Images)?|Shutterstock|iStock|Alamy|EPA|PA|dpa|TASS|Xinhua|Bloomberg|WireImage)"
_WHO = r"(?:[A-ZÀ-Þ][\w.'’&-]*[ ,/]*){1,6}"
_CREDIT = re.compile(
    # «(Photo by Ann Lee/Agency)», «Photo: Ann Lee», after a stop or at the line's start
    r"(?:^|[.!?”\"]\s*|\()(?:[Pp]hoto(?:graph)?s?|PHOTO|[Ii]mage|[Pp]icture|[Ii]llustration|[Cc]redit|[Ff]ile photo)\s*"
    rf"(?:by|:|/|[Cc]redit:?|[Cc]ourtesy(?: of)?)\s*{_WHO}\)?\s*\.?$"
    rf"|\({_AGENCY}[/,][^()]{{2,60}}\)\.?$"
    rf"|(?:/|[Vv]ia )\s*{_AGENCY}(?:/[\w ]{{2,30}})?(?: via [\w ]{{2,30}})?\)?\s*$"
    rf"|[.!?”\"]\s+{_AGENCY}(?: via [\w ]{{2,30}})?\s*$"
    # «... on Friday. (Valley Herald/R. Sund)», «... on the dust. Ann Lee via The Ledger»: behind the stop, without one
    rf"|[.!?”\"]\s+\({_WHO}/{_WHO}\)$|[.!?”\"]\s+{_WHO} via {_WHO}$"
)
_ROLE = (
    r"(?:reporter|correspondent|editor|writer|columnist|journalist|producer|fellow|contributor|commentator|bureau chief|intern|"
    r"photographer|anchor|blogger|critic|professor|lecturer|director|author|analyst|host|head of|president of|founder)"
)
_NAME = r"(?:[A-ZÀ-Þ][\w.'’-]+\s+){1,3}[A-ZÀ-Þ][\w'’-]+"
_BIO = re.compile(
    rf"^{_NAME},? (?:is|covers|writes|reports|works|serves)\b.{{0,90}}?"
    rf"(?:\b{_ROLE}\b.{{0,60}}\b(?:at|for|of|with|in|covering|based|from)\b|\b(?:covers|writes|reports) (?:on|about|for|from|the)?)",
)
_CONTRIBUTED = re.compile(
    rf"^[–—\-*\s]*(?:{_NAME}|[^.]{{0,160}})\s+contributed (?:reporting|to this (?:report|story|article)|additional)\b.{{0,80}}$"
    r"|^\(?(?:reporting|additional reporting|editing|writing|compiled|edited)\b.{0,30} by .{3,160}$"
    r"|^contributing(?: writers?| reporters?)?\s*[:;].{3,400}$"
    r"|^[a-z]{2,4}(?:[/-][a-z]{2,4}){1,3}$"  # a wire's initials: «ba/lm»
    r"|^our standards: the .{3,80}$|^our .{3,40} (?:work|coverage|reporting) is supported (?:in part )?by .{3,120}$",
    re.I,
)
_VIEWS = re.compile(
    r"(?:views|opinions) expressed (?:in this|here|by the|are)\b|view more opinion|"
    r"^(?:this|the) (?:article|story|column) (?:originally|first) (?:appeared|published)|"
    r"^(?:the )?(?:information|content|advice) (?:on|in|provided) .{0,60}\b(?:does not replace|is not (?:a substitute|intended))\b",
    re.I,
)
_HANDLE = re.compile(r"^(?:.{0,80}\s)?@[A-Za-z0-9_]{2,30}\.?$")
_BULLET = re.compile(r"^[-•*–—·▪►]+$")
_ITEM = re.compile(r"^[-•*–—·▪►]+\s+\S")
_CLOSED = re.compile(r"[.!?…][\"'”’)\]]*$")
MAX_BIO_WORDS = 70
TOP_LINES = 4
"""Headline, kind of text and standfirst may stand over a note on the author."""
TEASER_WORDS = 45
MAX_TEASERS = 6
"""Headlines without bullets that a «Related» line may take with it: more is a list that the article itself holds."""


def syndication_footer(pieces: list[Piece], _: Metadata) -> list[Piece]:
    """«The post ... appeared first on ...», the line that WordPress feeds put under every item."""
    return [piece.out() if piece.kept and _FOOTER.match(piece.text) else piece for piece in pieces]


def told_by_footer(pieces: list[Piece]) -> Metadata:
    """Headline and outlet, where a syndication footer names them."""
    for piece in pieces:
        found = None if piece.kept else _FOOTER.match(piece.text)
        if found:
            title, source = found.group("title"), found.group("source")
            return Metadata(title=title.strip() if title else None, source=source.strip())
    return Metadata()


def related_stories(pieces: list[Piece], _: Metadata) -> list[Piece]:
    """A «More from ...» or «Related» line with the teasers under it, and single «Read more: ...» lines."""
    rows = list(pieces)
    at = 0
    while at < len(rows):
        text = rows[at].text
        if rows[at].kept and _RELATED.match(text) and len(text.split()) <= 10 and not _CLOSED.search(text):
            end = _teasers_end(rows, at + 1)
            if end > at + 1 or at >= 1:
                rows[at:end] = [piece.out() if piece.kept else piece for piece in rows[at:end]]
            at = max(end, at + 1)
            continue
        if rows[at].kept and at > 0 and (_BUTTON.match(text) or _is_pointer(text)):
            rows[at] = rows[at].out()
        at += 1
    return rows


def calls_to_action(pieces: list[Piece], _: Metadata) -> list[Piece]:
    """«Sign up for our newsletter», «Follow along here», cookie notices, share buttons, copyright lines."""
    return [piece.out() if piece.kept and _is_action(piece.text) else piece for piece in pieces]


def picture_credits(pieces: list[Piece], _: Metadata) -> list[Piece]:
    """Captions that close with a credit («... in March. Photo: Ann Lee/Agency»): they tell of a picture."""
    return [
        piece.out()
        if piece.kept and len(piece.text.split()) <= _caption_words(piece.text) and _CREDIT.search(piece.text)
        else piece
        for piece in pieces
    ]


def _caption_words(text: str) -> int:
    """How long a caption may be: an agency's own, with «(Photo by ...)» in it, tells the whole story."""
    return 130 if re.search(r"\((?:Photo|Image|Picture) by [^()]{3,60}\)", text) else 60


def author_notes(pieces: list[Piece], metadata: Metadata) -> list[Piece]:
    """Who wrote it, who contributed, whose views they are: only as the article's first or closing lines."""
    kept = [at for at, piece in enumerate(pieces) if piece.kept]
    rows = list(pieces)
    for at in reversed(kept[1:]):
        if not _is_note(rows[at].text, metadata):
            break
        rows[at] = rows[at].out()
    for at in kept[: min(TOP_LINES, len(kept) - 1)]:
        if rows[at].kept and _VIEWS.search(rows[at].text) and len(rows[at].text.split()) <= MAX_BIO_WORDS:
            rows[at] = rows[at].out()
    return rows


def bare_markers(pieces: list[Piece], _: Metadata) -> list[Piece]:
    """Lines of bullets, rules or dashes with no word in them."""
    return [piece.out() if piece.kept and not folded(piece.text).strip("_ ") else piece for piece in pieces]


def _is_pointer(text: str) -> bool:
    """«Read more: Headline of another story». A sentence that is closed and long is the article's own."""
    words = len(text.split())
    return bool(_INLINE_RELATED.match(text)) and words <= 30 and (words <= 20 or not _CLOSED.search(text))


def _is_action(text: str) -> bool:
    """Whether every sentence of the line is a call to action (so an article's sentence beside it is safe)."""
    if len(text.split()) > 60:
        return False
    sentences = [part for part in re.split(r"(?<=[.!?])\s+", text) if part]
    return all(_ACTION.match(part.rstrip(".! ")) or _ACTION.match(part) for part in sentences)


def _is_note(text: str, metadata: Metadata) -> bool:
    words = len(text.split())
    if words > MAX_BIO_WORDS:
        return False
    by_author = bool(metadata.author) and text.casefold().startswith((metadata.author or "").casefold() + " ")
    about = by_author and re.search(rf"\b{_ROLE}\b", text) is not None
    return bool(about or _BIO.match(text) or _CONTRIBUTED.match(text) or _VIEWS.search(text) or _HANDLE.match(text))


def _teasers_end(rows: list[Piece], start: int) -> int:
    """Where the teasers that begin at `start` stop: bulleted items first, else lines in the shape of headlines."""
    if start < len(rows) and (_BULLET.match(rows[start].text) or _ITEM.match(rows[start].text)):
        return _bulleted_end(rows, start)
    end = start
    while end < min(start + MAX_TEASERS, len(rows)) and not _is_prose(rows[end].text):
        end += 1
    return end


def _bulleted_end(rows: list[Piece], start: int) -> int:
    """Past the last item. An item is a bullet and up to three lines; the last one has as many as the others."""
    bullets = [at for at in range(start, len(rows)) if _BULLET.match(rows[at].text) or _ITEM.match(rows[at].text)]
    run = [bullets[0]]
    for at in bullets[1:]:
        if at - run[-1] > 4:
            break
        run.append(at)
    usual = max((b - a for a, b in pairwise(run)), default=3 if _BULLET.match(rows[start].text) else 1)
    end = run[-1] + 1
    while end < min(run[-1] + usual, len(rows)) and len(rows[end].text.split()) <= TEASER_WORDS:
        end += 1
    return end


def _is_prose(text: str) -> bool:
    """A paragraph of the article rather than a teaser's headline."""
    return len(text.split()) > 20 or (bool(_CLOSED.search(text)) and len(text.split()) > 6)
