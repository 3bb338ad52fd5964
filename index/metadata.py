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
    "updated": (
        "updated", "modified", "date_modified", "datemodified", "updated_at", "updatedat", "date_updated", "updated_date",
        "modified_at", "modified_date", "modified_time", "last_modified", "lastmodified", "last_updated", "lastupdated",
        "lastmod",
    ),
    "place": ("place", "dateline", "dateline_place"),
}  # fmt: skip
FIELDS = ("text", *_KEYS)
"""What can be said of an article, by the names of `Article`."""
MAX_FIELD_CHARS = 500


def metadata_from(fields: Mapping[str, Any]) -> tuple[Metadata, tuple[str, ...]]:
    """The metadata among `fields`, under any of the names in use, and a warning for each value that is unusable."""
    low = {str(key).casefold().replace("-", "_"): value for key, value in fields.items()}
    found: dict[str, str | None] = {}
    warnings = []
    for name, keys in _KEYS.items():
        value = next((low[key] for key in keys if low.get(key) not in (None, "", [])), None)
        if name in ("published", "updated"):
            found[name] = parse_published(value)
            if value is not None and found[name] is None:
                of = "date" if name == "published" else "date of its last change"
                warnings.append(f"the {of} {str(value)[:60]!r} is not certain, so it stays unknown")
        else:
            found[name] = _plain(value)
    return Metadata(**found), tuple(warnings)


def names_of(field: str) -> tuple[str, ...]:
    """The names under which files give a field, in lower case with underscores."""
    return TEXT_KEYS if field == "text" else _KEYS[field]


def digest(text: str, metadata: Metadata) -> str:
    """SHA-256 of text and metadata, as hex. Fields that came later count only where they are known: older digests hold."""
    told = {name: value for name, value in asdict(metadata).items() if value is not None or name not in ("updated", "place")}
    content = json.dumps([text, told], ensure_ascii=False, sort_keys=True)
    return hashlib.sha256(content.encode("utf-8", "surrogatepass")).hexdigest()


def article_id(text: str, metadata: Metadata) -> str:
    """Sixteen hex digits of the digest of text and metadata: the same content and metadata, the same id."""
    return digest(text, metadata)[:16]


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
