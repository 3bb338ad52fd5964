"""What a page says of itself for machines: JSON-LD first, then meta tags, as plain fields for `index.metadata`."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

import index.addresses as addresses

_ARTICLE = re.compile(r"(?:article|posting|report|review)$", re.I)
"""Ends of schema.org's types of articles: `NewsArticle`, `BlogPosting`, `Report`."""
_META = {
    "title": ("og:title", "twitter:title", "dc.title", "headline"),
    "source": ("og:site_name", "application-name"),
    "author": ("author", "article:author", "dc.creator", "parsely-author", "sailthru.author", "byl"),
    "published": (
        "article:published_time", "og:published_time", "datepublished", "date", "pubdate", "publishdate", "dc.date.issued",
        "dc.date", "parsely-pub-date", "sailthru.date", "article.published",
    ),
    "updated": (
        "article:modified_time", "og:updated_time", "og:modified_time", "datemodified", "last-modified", "lastmod",
        "dc.date.modified", "article.updated",
    ),
    "section": ("article:section", "section", "parsely-section"),
    "language": ("og:locale", "dc.language", "language"),
}  # fmt: skip
"""Names of meta tags for each field, the most trusted first."""
_URL_DAY = re.compile(r"/((?:19|20)\d\d)[/-](\d{1,2})[/-](\d{1,2})(?=[/-]|$)")
MAX_DEPTH = 8


def told(page: str) -> dict[str, Any]:
    """The fields that a page's JSON-LD and meta tags give, each by the most trusted that has it."""
    from lxml import etree, html  # late: only where there is HTML

    try:
        tree = html.document_fromstring(page.encode("utf-8", "replace"), parser=html.HTMLParser(encoding="utf-8"))
    except (etree.LxmlError, ValueError):
        return {}
    fields = {name: value for name, value in _meta(tree).items() if value}
    fields.update({name: value for name, value in _json_ld(tree).items() if value})
    # A link to the canonical page and og:url are made to name it; JSON-LD's is often that of the site.
    links = [*tree.xpath("//link[@rel='canonical']/@href"), *tree.xpath("//meta[@property='og:url']/@content")]
    named = [str(one).strip() for one in (*links, fields.get("url") or "") if addresses.names_article(str(one))]
    fields["url"] = named[0] if named else None
    return {name: value for name, value in fields.items() if value}


def day_in(url: str | None) -> str | None:
    """The day in an address like /2022/06/17/; None unless the calendar has it."""
    match = _URL_DAY.search(url or "")
    try:
        return date(*map(int, match.groups())).isoformat() if match else None
    except ValueError:
        return None


def _meta(tree: Any) -> dict[str, Any]:
    contents: dict[str, str] = {}
    for tag in tree.iter("meta"):
        name = (tag.get("property") or tag.get("name") or tag.get("itemprop") or "").strip().casefold()
        contents.setdefault(name, (tag.get("content") or "").strip())
    found: dict[str, Any] = {
        field: next((contents[name] for name in names if contents.get(name)), None) for field, names in _META.items()
    }
    if str(found["author"] or "").startswith(("http://", "https://")):  # article:author is a profile's address
        found["author"] = None
    if found["language"]:
        found["language"] = re.split(r"[-_]", found["language"])[0].lower()
    return found


def _json_ld(tree: Any) -> dict[str, Any]:
    """Of the first article among a page's JSON-LD blocks; a block that is broken is left out."""
    objects = [
        one for script in tree.xpath("//script[@type='application/ld+json']") for one in _objects(_loaded(script.text))
    ]
    by_id = {one["@id"]: one for one in objects if isinstance(one.get("@id"), str) and len(one) > 1}
    article = next((one for one in objects if _is_article(one)), None)
    if article is None:
        return {}
    page = article.get("url") or article.get("mainEntityOfPage")
    section = article.get("articleSection")
    return {
        "title": article.get("headline"),
        "source": _named(article.get("publisher"), by_id),
        "author": _named(article.get("author"), by_id),
        "url": (page.get("@id") or page.get("url")) if isinstance(page, Mapping) else page,
        "published": article.get("datePublished"),
        "updated": article.get("dateModified"),
        "section": section[0] if isinstance(section, list) and section else section,
        "language": _code(article.get("inLanguage")),
    }


def _loaded(text: str | None) -> Any:
    try:
        return json.loads(re.sub(r"^\s*(?:<!--|//<!\[CDATA\[)|(?:-->|//\]\]>)\s*$", "", text or ""), strict=False)
    except (ValueError, RecursionError):
        return None


def _objects(value: Any, depth: int = 0) -> Iterator[dict[str, Any]]:
    if isinstance(value, list) and depth < MAX_DEPTH:
        for one in value:
            yield from _objects(one, depth + 1)
    elif isinstance(value, dict):
        yield value
        if depth < MAX_DEPTH:
            yield from _objects(value.get("@graph"), depth + 1)
            yield from _objects(value.get("mainEntity"), depth + 1)


def _is_article(one: Mapping[str, Any]) -> bool:
    kinds = one.get("@type")
    return any(isinstance(kind, str) and _ARTICLE.search(kind) for kind in (kinds if isinstance(kinds, list) else [kinds]))


def _named(value: Any, by_id: Mapping[str, Any]) -> str | None:
    """Names of people or outlets, which stand as strings, objects, lists of them, or as references to other objects."""
    if isinstance(value, list):
        return ", ".join(dict.fromkeys(filter(None, (_named(one, by_id) for one in value)))) or None
    if isinstance(value, Mapping):
        name = value.get("name") or by_id.get(str(value.get("@id")), {}).get("name")
        return _named(name, by_id)
    name = value.strip() if isinstance(value, str) else ""
    return None if name.startswith(("http://", "https://")) else name or None


def _code(value: Any) -> str | None:
    value = value[0] if isinstance(value, list) and value else value
    value = (value.get("alternateName") or value.get("name")) if isinstance(value, Mapping) else value
    return re.split(r"[-_]", value)[0].lower() if isinstance(value, str) and value.strip() else None
