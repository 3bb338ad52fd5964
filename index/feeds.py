"""RSS and Atom feeds: text in, one raw article an entry out. What a feed only announces is fetched where it may be."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from dataclasses import dataclass

from index.errors import ReadError
from index.formats import Broken, Raw
from index.metadata import metadata_from

MAX_ENTRIES = 500
"""Of one feed; each may cause a request."""
FULL_CHARS = 1200
"""An entry with so much text holds its article; a shorter one announces it."""
_FEED = re.compile(r"<(?:rss|feed|rdf:RDF)\b", re.I)


@dataclass(frozen=True)
class Entry:
    """One entry of a feed."""

    raw: Raw | Broken
    link: str | None
    whole: bool
    """Whether it holds its article, not only the announcement of one."""
    dated: str | None = None
    """When it was last changed or published, as it says so: another date may be another article."""


def is_feed(text: str) -> bool:
    """Whether a text begins as a feed does."""
    head = text[:2000].lstrip("\ufeff \t\r\n")
    return head.startswith("<") and bool(_FEED.search(head)) and "<html" not in head.casefold()


def entries(text: str) -> Iterator[Entry]:
    """The entries of a feed, in its order. feedparser reads broken feeds as far as it can; ReadError when it finds none."""
    import feedparser  # late: only where there is a feed

    # As bytes with the encoding said: a string could be taken for an address, and a declared encoding no longer holds.
    headers = {"content-type": "text/xml; charset=utf-8"}
    found = feedparser.parse(io.BytesIO(text.encode("utf-8", "replace")), response_headers=headers)
    if not found.entries:
        raise ReadError("no entry is in this feed")
    for number, entry in enumerate(found.entries, 1):
        part = f"entry {number}"
        if number > MAX_ENTRIES:
            yield Entry(Broken(part, f"only the first {MAX_ENTRIES} entries of a feed are read"), None, whole=True)
            return
        html = next((one.get("value") for one in entry.get("content", ()) if one.get("value")), None) or entry.get("summary")
        body = _plain(html or "")
        # `in` asks for what is there; `get` would give the one for the other.
        published = entry["published"] if "published" in entry else None  # noqa: SIM401
        updated = entry["updated"] if "updated" in entry else None  # noqa: SIM401
        fields = {
            "title": _plain(entry.get("title") or ""),
            "url": entry.get("link"),
            "author": entry.get("author"),
            # An entry that only says when it was updated, as Atom's may, was published then as far as anybody tells.
            "published": published or updated,
            "updated": updated if published else None,
            "source": found.feed.get("title"),
            "language": found.feed.get("language"),
            "section": next((tag.get("term") for tag in entry.get("tags", ())), None),
        }
        metadata, warnings = metadata_from({key: value for key, value in fields.items() if value})
        if not body:
            raw: Raw | Broken = Broken(part, "it has no text, only a headline")
        else:
            raw = Raw(body, metadata, warnings, part)
        yield Entry(raw, entry.get("link"), len(body) >= FULL_CHARS, updated or published)


def read_feed(text: str) -> Iterator[Raw | Broken]:
    """A saved feed: what its entries hold. Nothing is fetched for a file."""
    for entry in entries(text):
        if isinstance(entry.raw, Raw) and not entry.whole:
            warnings = (*entry.raw.warnings, "only what the feed announces of it is read")
            yield Raw(entry.raw.body, entry.raw.metadata, warnings, entry.raw.part)
        else:
            yield entry.raw


def _plain(html: str) -> str:
    """The text of a piece of HTML, paragraphs apart."""
    if "<" not in html and "&" not in html:
        return html.strip()
    from lxml import etree
    from lxml import html as parser

    marked = re.sub(r"(?i)</(?:p|div|li|h[1-6]|blockquote)>|<br\s*/?>", r"\g<0>\n\n", html)
    try:
        text = str(parser.fromstring(f"<div>{marked}</div>").text_content())
    except (etree.LxmlError, ValueError):
        text = re.sub(r"<[^>]*>", " ", html)
    return re.sub(r"[ \t]*\n\s*\n\s*", "\n\n", text).strip()
