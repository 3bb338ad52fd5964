"""Metadata from what files call their fields, and the id that names a version of an article."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from index.dates import parse_published
from index.records import Metadata

TEXT_KEYS = (
    "text",
    "body",
    "content",
    "article_text",
    "articlebody",
    "maintext",
    "full_text",
    "fulltext",
    "value",
    "article",
)
_KEYS: dict[str, tuple[str, ...]] = {
    "title": ("title", "headline", "name"),
    "source": ("source", "publisher", "outlet", "site", "sitename", "site_name", "publication", "domain"),
    "author": ("author", "authors", "byline", "creator"),
    "url": ("url", "link", "canonical", "canonical_url", "permalink", "source_url"),
    "published": (
        "published", "date", "published_at", "publishedat", "published_date", "publish_date", "datepublished",
        "date_published", "pubdate", "pub_date", "publication_date", "timestamp",
    ),
    "language": ("language", "lang"),
    "section": ("section", "category", "categories", "topic"),
}  # fmt: skip
MAX_FIELD_CHARS = 500


def metadata_from(fields: Mapping[str, Any]) -> tuple[Metadata, tuple[str, ...]]:
    """The metadata among `fields`, under any of the names in use, and a warning for each value that is unusable."""
    low = {str(key).casefold().replace("-", "_"): value for key, value in fields.items()}
    found: dict[str, str | None] = {}
    warnings = []
    for name, keys in _KEYS.items():
        value = next((low[key] for key in keys if low.get(key) not in (None, "", [])), None)
        if name == "published":
            found[name] = parse_published(value)
            if value is not None and found[name] is None:
                warnings.append(f"the date {str(value)[:60]!r} is not certain, so it stays unknown")
        else:
            found[name] = _plain(value)
    return Metadata(**found), tuple(warnings)


def article_id(text: str, metadata: Metadata) -> str:
    """Sixteen hex digits of the SHA-256 of text and metadata: the same content and metadata, the same id."""
    content = json.dumps([text, asdict(metadata)], ensure_ascii=False, sort_keys=True)
    return hashlib.sha256(content.encode("utf-8", "surrogatepass")).hexdigest()[:16]


def _plain(value: Any) -> str | None:
    """One line of text from a string, a list of strings, or an object with a name."""
    if isinstance(value, Mapping):
        value = value.get("name") or value.get("title") or value.get("@id")
    if isinstance(value, list | tuple):
        value = ", ".join(filter(None, (_plain(part) for part in value)))
    if value is None or isinstance(value, bool):
        return None
    line = str(value).encode("utf-8", "replace").decode("utf-8")  # half of a broken emoji can't be stored
    line = re.sub(r"[\x00-\x1f\x7f]+", " ", line)
    line = re.sub(r"\s+", " ", line).strip()
    return line[:MAX_FIELD_CHARS] or None
