"""The records that travel between the steps. All frozen; every offset refers to `Article.text`."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field, fields
from typing import Any


@dataclass(frozen=True)
class Metadata:
    """What is known about an article besides its words. None means unknown; nothing is guessed."""

    title: str | None = None
    source: str | None = None
    author: str | None = None
    url: str | None = None
    published: str | None = None
    """ISO date, or ISO datetime with a zone."""
    language: str | None = None
    section: str | None = None
    updated: str | None = None
    """When it was last changed, as `published`."""
    place: str | None = None
    """Where it was written, as its dateline says."""

    def filled_from(self, other: Metadata) -> Metadata:
        """These values, with the gaps filled from `other`."""
        theirs = asdict(other)
        return Metadata(**{name: mine or theirs[name] for name, mine in asdict(self).items()})


@dataclass(frozen=True)
class Article:
    """One version of one article; immutable. `Index.add` accepts one made with `text` and metadata alone."""

    text: str
    """Cleaned, when it comes from an index; as given, when it goes in."""
    title: str | None = None
    source: str | None = None
    author: str | None = None
    url: str | None = None
    published: str | None = None
    """ISO date, or ISO datetime with a zone. None when unknown."""
    language: str | None = None
    section: str | None = None
    copies: int = 0
    """How many other articles of the index printed the same story."""
    id: str = ""
    """Names this version: stable for the same content and metadata. Set by the index."""
    updated: str | None = None
    """When it was last changed, as `published`. None when unknown."""
    place: str | None = None
    """Where it was written, as its dateline says. None when unknown."""

    @property
    def metadata(self) -> Metadata:
        """The fields that `Metadata` has."""
        return Metadata(**{one.name: getattr(self, one.name) for one in fields(Metadata)})


@dataclass(frozen=True)
class Version:
    """One version of an article, as its history lists it."""

    id: str
    title: str | None
    published: str | None
    updated: str | None
    added: str
    """ISO datetime at which the index took it in."""
    current: bool
    """Whether it is the one that is searched."""


@dataclass(frozen=True)
class Removed:
    """A stretch that cleaning took out. Evidence never spans `at`."""

    at: int
    """Offset into the cleaned text where the stretch stood."""
    text: str
    rule: str
    """Name of the cleaning rule that removed it."""


@dataclass(frozen=True)
class Passage:
    """A run of whole sentences of one article: `article.text[start:end]`."""

    start: int
    end: int
    prefix: str = ""
    """Title, source and date: embedded with the passage, never quoted."""

    def embedded(self, text: str) -> str:
        """What is embedded for it, of an article with this text."""
        return f"{self.prefix} {text[self.start : self.end]}".strip()


@dataclass(frozen=True)
class Hit:
    """A passage that a search brought: `text == article.text[start:end]`."""

    article_id: str
    title: str | None
    source: str | None
    published: str | None
    text: str
    start: int
    end: int
    score: float
    """What the hits are ordered by, highest first; comparable within one search only."""
    scores: dict[str, float] = field(default_factory=dict)
    """The parts of `score`: `dense` (cosine, -1..1), `bm25` (>= 0), and what later steps add."""


@dataclass(frozen=True)
class Sentence:
    """A sentence of an article: `article.text[start:end]`."""

    start: int
    end: int
    heading: bool = False
    """A headline or subheading rather than something the article states."""


@dataclass(frozen=True)
class Filters:
    """Which articles a question is asked of. Days are ISO dates, both ends included."""

    since: str | None = None
    until: str | None = None
    sources: tuple[str, ...] = ()
    """Names of sources, compared without case; empty means all."""

    @property
    def by_date(self) -> bool:
        """Whether articles of unknown date are left out."""
        return bool(self.since or self.until)


@dataclass(frozen=True)
class Progress:
    """How far an `add` has come. `done` and `total` are bytes of input."""

    done: int
    total: int
    articles: int
    what: str
    read: int = 0
    """Articles that are read, and wait for their turn."""


NOTHING_LEFT = "nothing is left of it after cleaning"
"""Why an article that held furniture only is among the failed ones."""


@dataclass(frozen=True)
class AddReport:
    """What one `add` did. Each article read is counted once, in one of the first four or in `older`."""

    added: int = 0
    unchanged: int = 0
    updated: int = 0
    """A newer version of an article that the index already had (same url, or same file)."""
    duplicates: int = 0
    """The very same article met at another place; stored once."""
    failed: tuple[tuple[str, str], ...] = ()
    """(what, why) of each source that could not be read."""
    skipped: tuple[tuple[str, str], ...] = ()
    """(what, why) of files in a folder that are not articles."""
    warnings: tuple[tuple[str, str], ...] = ()
    passages: int = 0
    seconds: float = 0.0
    older: int = 0
    """Versions that are older than the one the index has under the same url; kept as history."""
    stages: dict[str, float] = field(default_factory=dict)
    """Seconds of each step; reading by other processes counts as far as it is waited for."""

    def __str__(self) -> str:
        counts = (
            (self.added, "added"),
            (self.updated, "updated"),
            (self.unchanged, "unchanged"),
            (self.duplicates, "the same as another"),
            (self.older, "older than what is stored"),
            (len(self.failed), "failed"),
        )
        told = ", ".join(f"{count:,} {word}" for count, word in counts if count)
        return told or "nothing to add"


@dataclass(frozen=True)
class Learned:
    """A line that recurs across articles of a source, and is none of their words."""

    source: str
    articles: int
    line: str
    """Letters and digits alone, without case."""


@dataclass(frozen=True)
class CleanReport:
    """What learning from all that is stored found."""

    learned: tuple[Learned, ...]
    """Most frequent first."""
    changed: int
    """Articles that have a new version without these lines (or would have one)."""
    emptied: tuple[str, ...] = ()
    """Ids of articles of which nothing would be left; they stay as they are."""


@dataclass(frozen=True)
class IndexInfo:
    """What an index holds."""

    path: str
    articles: int
    passages: int
    sources: dict[str, int]
    """Articles of each source; those of unknown source are counted under ''."""
    first: str | None
    last: str | None
    """ISO days of the oldest and the newest dated article."""
    undated: int
    model: str
    cleaner: str
    schema: int
    bytes: int
    """Size of the index's folder."""

    def to_dict(self) -> dict[str, Any]:
        """The same as plain values."""
        return asdict(self)
