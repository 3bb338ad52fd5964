"""An article's way in: read -> clean -> deduplicate -> chunk -> embed -> store.

Each step is a module that knows nothing of the others; this one knows the order. Articles are taken up one by one
and stored in batches, each batch at once or not at all: a process killed at any point leaves every article in or
out, and the next `add` finishes the rest.
"""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from index.chunk import chunk
from index.clean import VERSION, Cleaned, clean
from index.copies import sketch
from index.embed import Embedder
from index.errors import Busy, StorageError
from index.metadata import article_id
from index.read import Failure, Found, Source, origins, read
from index.records import AddReport, Article, Metadata, Passage, Progress
from index.store import Prepared, Store
from index.vectors import VectorIndex

if TYPE_CHECKING:
    from index.fetch import Fetcher, Page

BATCH_PASSAGES = 256
"""Passages embedded and stored at once: enough to sort by length, little to lose, some 12 s of work on two cores."""

OnProgress = Callable[[Progress], None]


@dataclass
class _Run:
    """What one `add` has seen so far."""

    store: Store
    waiting: list[tuple[Found, Article, Cleaned, list[Passage]]] = field(default_factory=list)
    counts: dict[str, int] = field(default_factory=lambda: dict.fromkeys(("added", "updated", "unchanged", "duplicate"), 0))
    passages: int = 0
    failed: list[tuple[str, str]] = field(default_factory=list)
    skipped: list[tuple[str, str]] = field(default_factory=list)
    warnings: list[tuple[str, str]] = field(default_factory=list)

    def note(self, failure: Failure) -> None:
        """Files a failure where the report shows it."""
        (self.skipped if failure.skipped else self.failed).append((failure.name, failure.why))


_ASKING = frozenset(
    ("search.py", "fuse.py", "vectors.py", "index.py", "llama.py", "errors.py", "__init__.py",
     "backup.py", "care.py", "check.py", "check_record.py", "reclean.py", "repair.py", "salvage.py")
)  # fmt: skip
"""Modules of this package that have no say in what is stored."""


def build_digest() -> str:
    """Names the program that fills an index: another one might store other passages or vectors of the same articles."""
    found = hashlib.sha256()
    for path in sorted(Path(__file__).parent.glob("*.py")):
        if path.name not in _ASKING:
            found.update(path.name.encode() + b"\0" + path.read_bytes())
    return found.hexdigest()[:16]


def add(
    sources: Source | Iterable[Source],
    given: Metadata,
    store: Store,
    vectors: VectorIndex,
    embedder: Embedder,
    on_progress: OnProgress | None = None,
    *,
    allow_private: bool = False,
) -> AddReport:
    """Brings articles into an index."""
    began = time.perf_counter()
    run = _Run(store)
    for found in _read(sources, given, run, on_progress, allow_private):
        found = _with_what_was_known(found, run)
        if _seen(found, run):
            continue
        cleaned = _cleaned(found, run)
        if cleaned is None:
            continue
        article = _article(found, cleaned)
        if _known(found, article, run):
            continue
        passages = chunk(cleaned.text, cleaned.seams, article.metadata, embedder.count_tokens, embedder.max_tokens)
        if not passages:
            run.note(Failure(_called(found), "nothing is left of it after cleaning"))
            continue
        run.waiting.append((found, article, cleaned, passages))
        if sum(len(waiting[3]) for waiting in run.waiting) >= BATCH_PASSAGES:
            _embed_and_store(run, embedder, vectors)
    _embed_and_store(run, embedder, vectors)
    return AddReport(
        run.counts["added"], run.counts["unchanged"], run.counts["updated"], run.counts["duplicate"],
        tuple(run.failed), tuple(run.skipped), tuple(run.warnings), run.passages, time.perf_counter() - began,
    )  # fmt: skip


def _read(
    sources: Source | Iterable[Source], given: Metadata, run: _Run, on_progress: OnProgress | None, allow_private: bool
) -> Iterator[Found]:
    """Every article that was read, with failures and progress noted on the way."""
    places, failures = origins(sources)
    for failure in failures:
        run.note(failure)
    total = sum(place.bytes for place in places)
    done = 0
    with closing(_Late(allow_private)) as fetcher:
        for place in places:
            within = 0
            for found in read(place, given, fetcher):
                within = min(within + (len(found.raw) if isinstance(found, Found) else 0), place.bytes)
                if isinstance(found, Failure):
                    run.note(found)
                else:
                    run.warnings += [(found.shown, warning) for warning in found.warnings]
                    yield found
                if on_progress:
                    on_progress(Progress(done + within, total, sum(run.counts.values()) + len(run.waiting), place.name))
            done += place.bytes


class _Late:
    """A fetcher that is made when the first address is met: files don't pay for it."""

    def __init__(self, allow_private: bool) -> None:
        self._allow_private = allow_private
        self._fetcher: Fetcher | None = None

    def page(self, url: str) -> Page:
        """As `Fetcher.page`."""
        if self._fetcher is None:
            from index.fetch import Fetcher

            self._fetcher = Fetcher(allow_private=self._allow_private)
        return self._fetcher.page(url)

    def close(self) -> None:
        """Closes its connections, when it made any."""
        if self._fetcher is not None:
            self._fetcher.close()


def _with_what_was_known(found: Found, run: _Run) -> Found:
    """With the metadata that the same file was given before: a flag's word holds until another one comes."""
    before = run.store.origin_of(found.name) if found.name else None
    if before is None or before[0] == _mark(found) or run.store.raw(before[1]) != found.raw:
        return found
    article = run.store.article(before[1])
    return replace(found, metadata=found.metadata.filled_from(article.metadata)) if article else found


def _seen(found: Found, run: _Run) -> bool:
    """Whether this place held exactly this the last time: nothing to do, not even cleaning.

    What it holds may be history by now, when another place has a newer version under the same url: so it stays.
    """
    before = run.store.origin_of(found.name) if found.name else None
    if before is None or before[0] != _mark(found):
        return False
    run.counts["unchanged"] += 1
    return True


def _cleaned(found: Found, run: _Run) -> Cleaned | None:
    try:
        return clean(found.body, found.metadata)
    except Exception as error:  # noqa: BLE001  a text that breaks a rule stops no other article
        run.note(Failure(_called(found), f"it can't be cleaned ({type(error).__name__}: {error})"))
        return None


def _called(found: Found) -> str:
    """What a report calls an article."""
    return found.shown or found.metadata.title or "an article"


def _mark(found: Found) -> str:
    """By which an unchanged file is known again: what was read, and the cleaner that would read it."""
    return f"{VERSION}:{found.fingerprint}"


def _article(found: Found, cleaned: Cleaned) -> Article:
    metadata = found.metadata.filled_from(cleaned.metadata)
    article = Article(cleaned.text, **vars(metadata))
    return replace(article, id=article_id(cleaned.text, metadata))


def _known(found: Found, article: Article, run: _Run) -> bool:
    """Whether this very version is in the index; its origin is remembered all the same."""
    if not run.store.has(article.id):
        return False
    if found.name:
        before = run.store.origin_of(found.name)
        run.store.remember_origin(found.name, _mark(found), article.id)
        run.counts["unchanged" if before and before[1] == article.id else "duplicate"] += 1
    else:
        run.counts["unchanged"] += 1
    return True


def _embed_and_store(run: _Run, embedder: Embedder, vectors: VectorIndex) -> None:
    """Embeds what waits, sorted by length inside the embedder, and stores it at once."""
    if not run.waiting:
        return
    texts = [
        f"{passage.prefix} {article.text[passage.start : passage.end]}".strip()
        for _, article, _, passages in run.waiting
        for passage in passages
    ]
    encoded = embedder.encode_passages(texts)
    batch, at = [], 0
    for found, article, cleaned, passages in run.waiting:
        rows = np.asarray(encoded[at : at + len(passages)])
        at += len(passages)
        fingerprint = _mark(found)
        batch.append(
            Prepared(
                article, cleaned.removed, found.raw, found.name, fingerprint, tuple(passages), rows, sketch(article.text)
            )
        )  # fmt: skip
    run.waiting = []
    for outcome in run.store.put(batch):
        run.counts[outcome] += 1
    run.passages += len(texts)
    try:
        vectors.sync()
    except (StorageError, Busy) as error:  # the record has them: whoever searches next copies them
        run.warnings.append(("vectors", str(error)))
