"""An article made again from the bytes it was read from. That it is the same one is proven by its id, a digest of it."""

from __future__ import annotations

import zlib
from collections.abc import Collection, Iterator, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass, replace
from pathlib import Path

import index.documents as documents
import index.feeds as feeds
from index.addresses import canonical
from index.clean import clean
from index.decode import decode
from index.formats import FORMATS, Raw, sniffed
from index.furniture import without
from index.metadata import article_id
from index.records import Metadata, Removed


@dataclass(frozen=True)
class Remade:
    """What the record must hold of an article."""

    text: str
    metadata: Metadata
    removed: tuple[Removed, ...]


def remade(
    raw: bytes, wanted: str, stored: Metadata, places: Sequence[str], furniture: Collection[int] = ()
) -> Remade | None:
    """The article with the id `wanted`, from its packed bytes and what the record still has of it; None when that fails.

    `stored` is its metadata without what was read from the text; `places` are the files it was read from: their endings tell
    the format. `furniture` holds the keys of the lines that were learned to be furniture of its source.
    """
    try:
        data = zlib.decompress(raw)
    except (zlib.error, TypeError):
        return None
    for body, own in _bodies(data, places):
        for metadata in _metadata(own, stored):
            cleaned = clean(body, metadata)
            whole = metadata.filled_from(cleaned.metadata)
            whole = replace(whole, url=canonical(whole.url)) if whole.url else whole
            texts = [(cleaned.text, cleaned.removed)] + (
                [without(cleaned.text, cleaned.removed, furniture)] if furniture else []
            )
            for text, removed in texts:
                if article_id(text, whole) == wanted:
                    return Remade(text, whole, removed)
    return None


def _bodies(data: bytes, places: Sequence[str]) -> Iterator[tuple[str, Metadata]]:
    """What the bytes may have been read as, likeliest first."""
    text = decode(data)
    yield text, Metadata()  # a record of an export, or an Article object
    named = [FORMATS[suffix] for place in places if (suffix := Path(place).suffix.lower()) in FORMATS]
    readers = [*named, sniffed(text), feeds.read_feed, *FORMATS.values()]
    for reader in dict.fromkeys(readers):
        with suppress(Exception):  # it is no file of that kind
            yield from ((one.body, one.metadata) for one in reader(text) if isinstance(one, Raw))
    document = documents.reader_for(data)
    if document:
        with suppress(Exception):
            yield from ((one.body, one.metadata) for one in document(data) if isinstance(one, Raw))


def _metadata(own: Metadata, stored: Metadata) -> Iterator[Metadata]:
    """What the file says filled up from the record, in which one value may be the damaged one."""
    yield own.filled_from(stored)
    yield stored
    for name in asdict(stored):
        yield own.filled_from(Metadata(**{**asdict(stored), name: None}))
