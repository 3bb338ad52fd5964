"""What an index needs of the place where its record is kept. SQLite fills it today (`index/sqlite.py`)."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
import numpy.typing as npt

from index.records import Article, Filters, Metadata, Passage, Removed, Version

Vectors = npt.NDArray[np.float32]
KnownFile = tuple[int, tuple[tuple[str, str], ...]]
"""How many articles a file holds, and (what, why) of its records that can't be read."""


@dataclass(frozen=True)
class Prepared:
    """An article ready to be stored, with everything derived from it."""

    article: Article
    removed: tuple[Removed, ...]
    raw: bytes
    origin: str
    """'' when it came from no file."""
    fingerprint: str
    passages: tuple[Passage, ...]
    vectors: Vectors
    """(n_passages, dimensions) float32, unit length."""
    sketch: frozenset[int] = frozenset()
    """As `index.copies.sketch` makes it."""
    derived: tuple[str, ...] = ()
    """Fields of the article that were read from its text, not told with it."""


@dataclass(frozen=True)
class Fetched:
    """An address that was fetched, by which the next request asks for changes only."""

    url: str
    mark: str
    """How it was read: by which cleaner, with which flags. Read otherwise, it is another thing."""
    etag: str | None
    modified: str | None
    """The server's `Last-Modified`, as it was said."""
    dated: str | None
    """The date that the feed which announced it gave."""
    articles: int
    """How many it gave."""


@dataclass(frozen=True)
class Located:
    """A stored passage, as a search needs it."""

    passage: int
    cluster: int
    article_id: str
    title: str | None
    source: str | None
    published: str | None
    start: int
    end: int
    text: str


@dataclass(frozen=True)
class VectorRow:
    """A passage's vector and what it is filtered by."""

    passage: int
    vector: Vectors
    day: int
    """20250214, or 0 when unknown."""
    source: str
    """Without case; '' when unknown."""


def source_key(source: str | None) -> str:
    """A source's name for comparing: without case, single spaces."""
    return " ".join((source or "").casefold().split())


class Store(Protocol):
    """The record: articles, passages, their vectors and a full-text index, changed only in whole articles."""

    def put(self, batch: Sequence[Prepared]) -> list[str]:
        """Stores a batch at once or not at all; returns what became of each: `added`, `updated`,
        `duplicate`, or `older` than the version under the same url."""

    def remember_origin(self, origin: str, fingerprint: str, article_id: str) -> None:
        """Notes that `origin` holds the article `article_id`."""

    def put_versions(self, batch: Sequence[tuple[str, Prepared]]) -> None:
        """Stores new versions of these current articles, at once or not at all; one removed meanwhile is passed over."""

    def known_file(self, place: str, digest: str) -> KnownFile | None:
        """What a file holds that is stored under this digest; None when it isn't."""

    def remember_files(self, files: Sequence[tuple[str, str, int, Sequence[tuple[str, str]]]]) -> None:
        """Notes (place, digest, articles, failures) of files of which all that can be read is stored."""

    def furniture(self, sources: Collection[str]) -> dict[str, set[int]]:
        """The keys of the lines that were learned to be furniture, by source."""

    def remember_furniture(self, lines: Sequence[tuple[str, int, int]]) -> None:
        """Notes (source, key, articles) of lines that are furniture."""

    def origin_of(self, origin: str) -> tuple[str, str] | None:
        """(fingerprint, article id) last read from `origin`."""

    def told(self, article_id: str) -> Metadata | None:
        """An article's metadata without what was read from its text."""

    def newer(self, article: Article) -> str | None:
        """Id of the current version under the same url that is known, by its dates, to be newer than `article`."""

    def history(self, article_id: str) -> list[Version]:
        """All versions of an article, oldest first."""

    def fetched(self, url: str) -> Fetched | None:
        """What is known of an address that was fetched before."""

    def remember_fetched(self, rows: Sequence[Fetched]) -> None:
        """Notes what was fetched."""

    def has(self, article_id: str) -> bool:
        """Whether this version is stored and current."""

    def remove(self, article_ids: Sequence[str]) -> int:
        """Removes articles with all that was derived from them; returns how many there were."""

    def article(self, article_id: str) -> Article | None:
        """One article, older versions included."""

    def find(self, name: str) -> tuple[str, ...]:
        """Ids of current articles with this id or url, or read from a file of this path or name."""

    def removed(self, article_id: str) -> tuple[Removed, ...]:
        """What cleaning took out of an article."""

    def raw(self, article_id: str) -> bytes | None:
        """The bytes an article was read from."""

    def articles(self, filters: Filters, limit: int | None, offset: int, *, with_text: bool) -> Iterator[Article]:
        """Current articles, newest first, undated last."""

    def lexical(self, match: str, limit: int, filters: Filters) -> list[tuple[int, float]]:
        """(passage, BM25 score >= 0) of the best passages for a full-text expression."""

    def locate(self, passages: Sequence[int]) -> dict[int, Located]:
        """The passages that still exist, by number."""

    def document_frequency(self, terms: Sequence[str]) -> dict[str, int]:
        """In how many passages each term stands (as the full-text index folds it)."""

    def searched(self, filters: Filters) -> dict[str, object]:
        """Counts and dates of the articles that `filters` let through."""

    def sources(self) -> dict[str, int]:
        """Current articles of each source, most first; '' for unknown."""

    def rename_model(self, model: str) -> bool:
        """Remembers another embedding model, where no passage exists yet; returns whether it did."""

    def counts(self) -> tuple[int, int]:
        """(current articles, passages)."""

    def meta(self, key: str) -> str | None:
        """A remembered value: `model`, `cleaner`, `schema`, `vectors_token`."""

    def pending(self, limit: int) -> tuple[list[VectorRow], list[int]]:
        """Passages whose vectors the vector index doesn't have yet, and passages that it must drop."""

    def vectors(self, filters: Filters) -> tuple[list[int], Vectors]:
        """Numbers and (n, dimensions) float32 vectors of all passages that `filters` let through."""

    def synced(self, stored: Sequence[int], dropped: Sequence[int]) -> str:
        """Notes that the vector index now has and dropped these; returns the new token of its state."""

    def forget_vectors(self) -> None:
        """Notes that the vector index has nothing: everything is pending again."""

    def synced_count(self) -> int:
        """How many passages the vector index should hold."""

    def close(self) -> None:
        """Lets go of files."""
