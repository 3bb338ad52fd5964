"""An article's way in: read -> clean -> deduplicate -> chunk -> embed -> store.

Each step is a module that knows nothing of the others; this one knows the order. Articles are taken up one by one
and stored in batches, each batch at once or not at all: a process killed at any point leaves every article in or
out, and the next `add` finishes the rest.
"""

from __future__ import annotations

import hashlib
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np

import index.addresses as addresses
import index.language as languages
from index.chunk import chunk
from index.clean import VERSION, Cleaned, clean
from index.columns import NONE, Columns
from index.copies import sketch
from index.derive import derived
from index.embed import Embedder
from index.errors import Busy, StorageError
from index.furniture import learn, lines_of, source_of, without
from index.intake import Known, Taken, take, windows
from index.metadata import article_id, digest
from index.places import Failure, Origin, Source, origins
from index.read import Found, Unchanged, name_of
from index.records import NOTHING_LEFT, AddReport, Article, Metadata, Passage, Progress
from index.store import Prepared, Store
from index.vectors import VectorIndex
from index.visits import Visits

BATCH_PASSAGES = 256
"""Passages embedded and stored at once: enough to sort by length, little to lose, some 12 s of work on two cores."""

OnProgress = Callable[[Progress], None]


@dataclass(frozen=True)
class _Waiting:
    """An article between chunking and embedding."""

    found: Found
    article: Article
    derived: tuple[str, ...]
    cleaned: Cleaned
    passages: list[Passage]


@dataclass
class _Run:
    """What one `add` has seen so far."""

    store: Store
    waiting: list[_Waiting] = field(default_factory=list)
    counts: dict[str, int] = field(
        default_factory=lambda: dict.fromkeys(("added", "updated", "unchanged", "duplicate", "older"), 0)
    )
    passages: int = 0
    failed: list[tuple[str, str]] = field(default_factory=list)
    skipped: list[tuple[str, str]] = field(default_factory=list)
    warnings: list[tuple[str, str]] = field(default_factory=list)
    files: list[tuple[str, str, int]] = field(default_factory=list)
    """(place, digest, articles) of files that need not be read again, and are not all stored yet."""
    refused: dict[str, list[tuple[str, str]]] = field(default_factory=lambda: defaultdict(list))
    """Lasting failures, by the file that they are of."""
    emptied: Counter[str] = field(default_factory=Counter)
    """Articles of which cleaning left nothing, by file."""
    good: int = 0
    """Articles of the file at hand."""
    bad: int = 0
    """Its failures that may not come again."""
    stages: dict[str, float] = field(default_factory=dict)
    """Seconds of each step."""

    @contextmanager
    def timed(self, stage: str) -> Iterator[None]:
        """Counts the seconds within towards a step."""
        began = time.perf_counter()
        try:
            yield
        finally:
            self.stages[stage] = self.stages.get(stage, 0.0) + time.perf_counter() - began

    def next_of(self, reading: Iterator[list[Taken]]) -> list[Taken]:
        """What is read next; nothing at the end."""
        with self.timed("read"):
            return next(reading, [])

    def note(self, failure: Failure, place: Origin | None = None) -> None:
        """Files a failure where the report shows it."""
        (self.skipped if failure.skipped else self.failed).append((failure.name, failure.why))
        if failure.lasting and place is not None:
            self.refused[name_of(place)].append((failure.name, failure.why))
        else:
            self.bad += 1

    def end(self, taken: Taken) -> None:
        """Notes that a place is at its end."""
        if taken.digest and not self.bad:
            self.files.append((name_of(taken.place), taken.digest, self.good))
        self.good = self.bad = 0


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
    columns: Columns = NONE,
) -> AddReport:
    """Brings articles into an index."""
    began = time.perf_counter()
    run = _Run(store)
    places, failures = origins(sources, columns)
    for failure in failures:
        run.note(failure)
    run.bad = 0
    read_as = f"{VERSION}:{digest(repr(sorted(columns.items())), given)}"
    visits = Visits(store, read_as, allow_private=allow_private)
    told = _Told(on_progress, sum(place.bytes for place in places), run)
    with closing(visits):
        reading = windows(told.reading(take(places, given, visits, store.known_file)))
        while window := run.next_of(reading):
            with run.timed("clean"):
                cleaned = [_cleaned(taken, run) for taken in window]
            with run.timed("learn"):
                learned = _learned(filter(None, cleaned), store)
            for taken, ready in zip(window, cleaned, strict=True):
                if ready is not None:
                    _take_up(*ready, taken.place, learned, run, embedder)
                if sum(len(waiting.passages) for waiting in run.waiting) >= BATCH_PASSAGES:
                    _embed_and_store(run, embedder, vectors)
                told.did(taken)
            _embed_and_store(run, embedder, vectors)
            store.remember_files(
                [(place, mark, count - run.emptied[place], run.refused.pop(place, [])) for place, mark, count in run.files]
            )
            run.files = []
        visits.remember()
    return AddReport(
        run.counts["added"], run.counts["unchanged"], run.counts["updated"], run.counts["duplicate"],
        tuple(run.failed), tuple(run.skipped), tuple(run.warnings), run.passages, time.perf_counter() - began,
        run.counts["older"], run.stages,
    )  # fmt: skip


class _Told:
    """Tells how far it has come: by bytes whose articles were dealt with."""

    def __init__(self, on_progress: OnProgress | None, total: int, run: _Run) -> None:
        self._on_progress = on_progress
        self._total = total
        self._run = run
        self._before = self._done = self._read = 0

    def reading(self, taken: Iterable[Taken]) -> Iterator[Taken]:
        """The same, told while it is read."""
        for one in taken:
            self._read += isinstance(one.found, Found)
            self._tell(one)
            yield one

    def did(self, taken: Taken) -> None:
        """Notes that this was dealt with."""
        self._read -= isinstance(taken.found, Found)
        self._done = self._before + taken.done
        if taken.found is None or isinstance(taken.found, Known):
            self._before = self._done
        self._tell(taken)

    def _tell(self, taken: Taken) -> None:
        if self._on_progress:
            articles = sum(self._run.counts.values()) + len(self._run.waiting)
            self._on_progress(Progress(self._done, self._total, articles, taken.place.name, self._read))


def _cleaned(taken: Taken, run: _Run) -> tuple[Found, Cleaned] | None:
    """A new article, cleaned; None for everything else, which is noted."""
    match taken.found:
        case None:
            run.end(taken)
        case Failure() as failure:
            run.note(failure, taken.place)
        case Known(articles, failures):
            run.counts["unchanged"] += articles
            run.failed += failures
        case Unchanged(_, articles):
            run.counts["unchanged"] += articles
        case Found() as found:
            run.good += 1
            run.warnings += [(found.shown, warning) for warning in found.warnings]
            found = _with_what_was_known(found, run)
            if not _seen(found, run):
                try:
                    return found, clean(found.body, found.metadata)
                except Exception as error:  # noqa: BLE001  a text that breaks a rule stops no other article
                    run.note(Failure(_called(found), f"it can't be cleaned ({type(error).__name__}: {error})"))
    return None


def _learned(cleaned: Iterable[tuple[Found, Cleaned]], store: Store) -> dict[str, set[int]]:
    """The keys of each source's furniture: what the index knew, and what these articles teach."""
    lines = [lines_of(one.text, one.removed, found.metadata.filled_from(one.metadata)) for found, one in cleaned]
    if lines:
        store.remember_furniture([(one.source, one.key, one.articles) for one in learn(lines)])
    return store.furniture({one.source for one in lines})


def _take_up(
    found: Found, cleaned: Cleaned, place: Origin, learned: dict[str, set[int]], run: _Run, embedder: Embedder
) -> None:
    """Cuts an article into passages, which wait to be embedded."""
    keys = learned.get(source_of(found.metadata.filled_from(cleaned.metadata)))
    if keys:
        cleaned = Cleaned(*without(cleaned.text, cleaned.removed, keys), cleaned.metadata)
    with run.timed("derive"):
        article, added = _article(found, cleaned)
    if _known(found, article, run):
        return
    with run.timed("chunk"):
        passages = chunk(cleaned.text, cleaned.seams, article.metadata, embedder.count_tokens, embedder.max_tokens)
    if not passages:
        run.note(Failure(_called(found), NOTHING_LEFT, lasting=True), place)
        run.emptied[name_of(place)] += 1
        return
    if article.language and not languages.is_english(article.language):
        told = f"it is in {languages.name(article.language)}: kept and found, but answers are read best in English"
        run.warnings.append((_called(found), told))
    run.waiting.append(_Waiting(found, article, added, cleaned, passages))


def _with_what_was_known(found: Found, run: _Run) -> Found:
    """With the metadata that the same file was given before: a flag's word holds until another one comes."""
    before = run.store.origin_of(found.name) if found.name else None
    if before is None or before[0] == _mark(found) or run.store.raw(before[1]) != found.raw:
        return found
    told = run.store.told(before[1])
    return replace(found, metadata=found.metadata.filled_from(told)) if told else found


def _seen(found: Found, run: _Run) -> bool:
    """Whether this place held exactly this the last time: nothing to do, not even cleaning.

    What it holds may be history by now, when another place has a newer version under the same url: so it stays.
    """
    stored = run.store.article(found.id) if found.id else None
    if stored and (stored.text, stored.metadata) == (found.body, found.metadata):  # an Article that came from this index
        run.counts["unchanged"] += 1
        return True
    before = run.store.origin_of(found.name) if found.name else None
    if before is None or before[0] != _mark(found):
        return False
    run.counts["unchanged"] += 1
    return True


def _called(found: Found) -> str:
    """What a report calls an article."""
    return found.shown or found.metadata.title or "an article"


def _mark(found: Found) -> str:
    """By which an unchanged file is known again: what was read, and the cleaner that would read it."""
    return f"{VERSION}:{found.fingerprint}"


def _article(found: Found, cleaned: Cleaned) -> tuple[Article, tuple[str, ...]]:
    """The article, and which of its fields were read from its text. Those don't enter its id: the text is in it."""
    told = found.metadata.filled_from(cleaned.metadata)
    told = replace(told, url=addresses.canonical(told.url)) if told.url else told
    metadata, added = derived(cleaned.text, told)
    return replace(Article(cleaned.text, **vars(metadata)), id=article_id(cleaned.text, told)), added


def _known(found: Found, article: Article, run: _Run) -> bool:
    """Whether this very version is in the index; its origin is remembered all the same."""
    if not run.store.has(article.id):
        if run.store.article(article.id) is None or run.store.newer(article) is None:
            return False
        run.counts["unchanged"] += 1  # an older version, which is history already
        return True
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
    texts = [passage.embedded(one.article.text) for one in run.waiting for passage in one.passages]
    with run.timed("embed"):
        encoded = embedder.encode_passages(texts)
    batch, at = [], 0
    for one in run.waiting:
        rows = np.asarray(encoded[at : at + len(one.passages)])
        at += len(one.passages)
        with run.timed("sketch"):
            sketched = sketch(one.article.text)
        batch.append(
            Prepared(
                one.article, one.cleaned.removed, one.found.raw, one.found.name, _mark(one.found), tuple(one.passages), rows,
                sketched, one.derived,
            )
        )  # fmt: skip
    run.waiting = []
    with run.timed("store"):
        for outcome in run.store.put(batch):
            run.counts[outcome] += 1
    run.passages += len(texts)
    try:
        with run.timed("vectors"):
            vectors.sync()
    except (StorageError, Busy) as error:  # the record has them: whoever searches next copies them
        run.warnings.append(("vectors", str(error)))
