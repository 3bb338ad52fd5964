"""Learning furniture from all that is stored, and a new version of each article that it stands in.

The versions before stay as history under their ids, so offsets in use keep their text.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from dataclasses import replace

import numpy as np

from index.build import BATCH_PASSAGES
from index.chunk import chunk
from index.clean import Cleaned
from index.copies import sketch
from index.embed import Embedder
from index.errors import Busy, StorageError
from index.furniture import Lines, learn, lines_of, source_of, without
from index.metadata import article_id
from index.records import Article, CleanReport, Filters, Learned, Metadata, Passage
from index.store import Prepared, Store
from index.vectors import VectorIndex

Version = tuple[str, Article, Cleaned, list[Passage]]
"""Id of the stored article, the one without furniture, what is removed from it, its passages."""


def clean_again(store: Store, vectors: VectorIndex, embedder: Embedder, *, only_say: bool) -> CleanReport:
    """Learns from every current article, and cleans those that hold furniture (none of them when `only_say`)."""
    found = learn(_lines(store))
    keys: dict[str, set[int]] = {}
    for one in found:
        keys.setdefault(one.source, set()).add(one.key)
    if not only_say:
        store.remember_furniture([(one.source, one.key, one.articles) for one in found])
        keys = store.furniture(set(keys))
    changed, emptied, waiting, size = 0, [], list[Version](), 0
    for article_id_ in _holding(store, keys):
        version = _version(article_id_, store, keys, embedder)
        if version is None:
            emptied.append(article_id_)
            continue
        changed += 1
        if not only_say:
            waiting.append(version)
            size += len(version[3])
        if size >= BATCH_PASSAGES:
            _store(waiting, store, embedder)
            waiting, size = [], 0
    _store(waiting, store, embedder)
    if changed and not only_say:
        with contextlib.suppress(StorageError, Busy):  # whoever searches next copies them
            vectors.sync()
    return CleanReport(tuple(Learned(one.source, one.articles, one.line) for one in found), changed, tuple(emptied))


def _lines(store: Store) -> Iterator[Lines]:
    for article in store.articles(Filters(), None, 0, with_text=True):
        yield lines_of(article.text, store.removed(article.id), article.metadata)


def _holding(store: Store, keys: dict[str, set[int]]) -> list[str]:
    """Ids of the current articles with furniture in them. A list: they are replaced while it is walked."""
    return [
        article.id
        for article in store.articles(Filters(), None, 0, with_text=True)
        if (own := keys.get(source_of(article.metadata))) and without(article.text, (), own)[0] != article.text
    ]


def _version(old: str, store: Store, keys: dict[str, set[int]], embedder: Embedder) -> Version | None:
    """The article without furniture; None when nothing would be left of it, or it was removed meanwhile."""
    article = store.article(old)
    if article is None:
        return None
    about = article.metadata
    cleaned = Cleaned(*without(article.text, store.removed(old), keys[source_of(about)]), Metadata())
    passages = chunk(cleaned.text, cleaned.seams, about, embedder.count_tokens, embedder.max_tokens)
    fresh = replace(article, text=cleaned.text, id=article_id(cleaned.text, store.told(old) or about))
    return (old, fresh, cleaned, passages) if passages else None


def _store(waiting: list[Version], store: Store, embedder: Embedder) -> None:
    """Embeds the new versions and puts them in the place of the old ones, all at once."""
    if not waiting:
        return
    texts = [passage.embedded(fresh.text) for _, fresh, _, passages in waiting for passage in passages]
    encoded, at, batch = embedder.encode_passages(texts), 0, []
    for old, fresh, cleaned, passages in waiting:
        rows = np.asarray(encoded[at : at + len(passages)])
        at += len(passages)
        told, raw = store.told(old), store.raw(old) or b""
        derived = tuple(name for name, value in vars(fresh.metadata).items() if told and value != getattr(told, name))
        prepared = Prepared(fresh, cleaned.removed, raw, "", "", tuple(passages), rows, sketch(fresh.text), derived)
        batch.append((old, prepared))
    store.put_versions(batch)
