"""The index: articles in, passages out. The public face of this package."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterable, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from types import TracebackType

import index.columns as column_names
from index.backup import BackupReport, backup
from index.build import OnProgress, add
from index.check import CheckReport, check
from index.clean import VERSION
from index.columns import Columns
from index.dates import parse_day, parse_published
from index.embed import Embedder, default_name, embedder
from index.errors import Busy, IndexIncompatible, IndexMissing, StorageError, UsageError
from index.places import Source
from index.records import AddReport, Article, CleanReport, Filters, Hit, IndexInfo, Metadata, Removed, Sentence, Version
from index.relearn import clean_again
from index.repair import RepairReport, repair, report
from index.schema import SCHEMA
from index.search import Method, search
from index.sentences import is_heading, sentences
from index.sqlite import SqliteStore
from index.vectors import ChromaVectors, ExactVectors, VectorIndex

RECORD = "record.sqlite3"
MAX_QUESTION_CHARS = 2000
"""Longer than any question; a whole article pasted by mistake is told so."""


class Index:
    """A pile of articles on disk. Safe to share between threads; several processes may add and search at once."""

    def __init__(
        self,
        path: str | os.PathLike[str],
        *,
        create: bool = True,
        model: str | None = None,
        chroma: str | None = None,
        embedder_: Embedder | None = None,
        exact: bool = False,
    ) -> None:
        """Opens the index in the folder `path`, made when missing unless `create` is False.

        `model` names an embedding model for sentence-transformers (default: the one the index was made with);
        `chroma` is the address of a Chroma server (default: embedded); `embedder_` takes the place of `model`;
        `exact` compares a question with every vector instead of asking Chroma, which suits a few thousand passages.
        Raises IndexMissing, IndexIncompatible, IndexDamaged or StorageError.
        """
        self._path = Path(path)
        record = self._path / RECORD
        if not record.is_file():
            self._prepare(create)
        self._model = embedder_
        wanted = embedder_.name if embedder_ else (model and embedder(model).name)
        self._store = SqliteStore(record, create=create, model=wanted or default_name(), cleaner=VERSION)
        remembered = self._store.meta("model") or ""
        if wanted and wanted != remembered and self._store.rename_model(wanted):
            remembered = wanted  # nothing was embedded yet
        if wanted and wanted != remembered:
            raise IndexIncompatible(
                f"{self._path} was built with the embedding model {remembered}, not {wanted}; "
                "name that model, or add the articles to a new index."
            )
        self._model_name = remembered
        self._vectors: VectorIndex = (
            ExactVectors(self._store) if exact else ChromaVectors(self._store, self._path / "chroma", chroma)
        )
        self._scratch: TemporaryDirectory[str] | None = None

    @classmethod
    def temporary(cls, sources: Source | Iterable[Source], *, embedder_: Embedder | None = None) -> Index:
        """An index of a few articles that lasts until it is closed. Raises UsageError when one of them can't be read."""
        scratch = TemporaryDirectory(prefix="onrecord-")
        index = cls(scratch.name, embedder_=embedder_, exact=True)
        index._scratch = scratch
        failed = index.add(sources).failed
        if failed:
            index.close()
            raise UsageError(f"{failed[0][0]}: {failed[0][1]}.")
        return index

    def add(
        self,
        sources: Source | Iterable[Source],
        *,
        source: str | None = None,
        author: str | None = None,
        published: str | None = None,
        on_progress: OnProgress | None = None,
        allow_private: bool = False,
        columns: Columns | None = None,
    ) -> AddReport:
        """Adds files, folders, `-` (standard input), web addresses and Article objects.

        `source`, `author` and `published` fill in what the files themselves don't say. What can't be read is named
        in the report, and everything else is added. `columns` says what an export (CSV, JSON, JSON lines) calls an
        article's fields, as {"text": "Inhalt"}; dots lead into nested objects. Raises UsageError for a date that isn't
        one or a field that no article has, StorageError when the disk is full (what was stored by then stays). Pages are
        fetched from public addresses only, unless `allow_private`.
        """
        day = parse_published(published) if published else None
        if published and day is None:
            raise UsageError(f"published: {published!r} is not a date; write it as 2025-02-14.")
        given = Metadata(source=source, author=author, published=day)
        return add(
            sources, given, self._store, self._vectors, self.embedder, on_progress, allow_private=allow_private,
            columns=column_names.check(columns or {}),
        )  # fmt: skip

    def clean(self, *, only_say: bool = False) -> CleanReport:
        """Learns from all articles which lines are furniture of their source, and takes them out: as new versions.

        The versions before stay as history, under their ids. With `only_say` nothing is changed.
        """
        return clean_again(self._store, self._vectors, self.embedder, only_say=only_say)

    def search(
        self,
        question: str,
        k: int = 10,
        *,
        since: str | None = None,
        until: str | None = None,
        sources: Sequence[str] | None = None,
        method: Method = "hybrid",
    ) -> list[Hit]:
        """The `k` best passages for a question: retrieval alone, dense and BM25 fused (or one of them, as a baseline).

        `since` and `until` are ISO dates, both included; they leave out articles of unknown date. Raises UsageError
        for an empty or over-long question, a `k` below 1, or a date that isn't one.
        """
        text = check_question(question)
        if k < 1:
            raise UsageError(f"k is {k}; ask for at least one passage.")
        if not self.passage_count():
            return []
        return search(text, k, check_filters(since, until, sources), self._store, self._vectors, self.embedder, method)

    def articles(
        self,
        *,
        since: str | None = None,
        until: str | None = None,
        sources: Sequence[str] | None = None,
        limit: int | None = None,
        offset: int = 0,
        with_text: bool = True,
    ) -> list[Article]:
        """The articles, newest first and undated last. Without text (`with_text=False`) a list is cheap."""
        chosen = check_filters(since, until, sources)
        return list(self._store.articles(chosen, limit, offset, with_text=with_text))

    def article(self, article_id: str) -> Article | None:
        """One article by its id, older versions included; None when there is none."""
        return self._store.article(article_id)

    def history(self, article_id: str) -> list[Version]:
        """All versions of an article, the oldest first and the current one last; empty when there is no such article."""
        return self._store.history(article_id)

    def find(self, name: str) -> tuple[str, ...]:
        """Ids of the current articles that go by `name`: an id, a url, or the path or name of the file they came from."""
        return self._store.find(name)

    def removed(self, article_id: str) -> tuple[Removed, ...]:
        """What cleaning took out of an article, where, and by which rule."""
        return self._store.removed(article_id)

    def raw(self, article_id: str) -> bytes | None:
        """The bytes that an article was read from."""
        return self._store.raw(article_id)

    def sentences(self, hit: Hit) -> tuple[Sentence, ...]:
        """The sentences of a passage, with offsets into its article's text; none spans a place where cleaning cut."""
        seams = tuple(removed.at - hit.start for removed in self._store.removed(hit.article_id))
        text = hit.text
        return tuple(
            Sentence(hit.start + start, hit.start + end, is_heading(text, start, end))
            for start, end in sentences(text, seams)
        )

    def remove(self, ids: str | Iterable[str]) -> int:
        """Removes articles with all that was made of them; returns how many.

        Raises UsageError, and removes nothing, when an id is not in the index.
        """
        wanted = [ids] if isinstance(ids, str) else list(dict.fromkeys(ids))
        unknown = [one for one in wanted if self._store.article(one) is None]
        if unknown:
            raise UsageError(f"No article has the id {', '.join(unknown)}; `onrecord list` shows the ids.")
        gone = self._store.remove(wanted)
        with contextlib.suppress(StorageError, Busy):  # the record has let go; whoever searches next tells Chroma
            self._vectors.sync()
        return gone

    def searched(
        self, *, since: str | None = None, until: str | None = None, sources: Sequence[str] | None = None
    ) -> dict[str, object]:
        """What a question with these filters is asked of: articles, sources, first and last day."""
        return self._store.searched(check_filters(since, until, sources))

    def document_frequency(self, terms: Sequence[str]) -> dict[str, int]:
        """In how many passages each term stands, in any form with the same stem."""
        return self._store.document_frequency(terms)

    def passage_count(self) -> int:
        """How many passages there are."""
        return self._store.counts()[1]

    def info(self) -> IndexInfo:
        """What the index holds."""
        articles, passages = self._store.counts()
        span = self._store.searched(Filters())
        dated = self._store.searched(Filters(since="0001-01-01"))
        size = _size(self._path)
        return IndexInfo(
            str(self._path), articles, passages, self._store.sources(), _text(span["first"]), _text(span["last"]),
            int(str(dated["excluded_unknown_date"])), self._model_name, self._store.meta("cleaner") or "", SCHEMA, size,
        )  # fmt: skip

    def check(self) -> CheckReport:
        """Whether all of it is whole, and what is wrong where it isn't. Changes nothing; reads everything."""
        return check(self._path / RECORD, self._vectors)

    def repair(self) -> RepairReport:
        """Mends what `check` finds, as far as it can be derived; the model is loaded only where something is embedded again.

        An index that can't be opened any more is mended by `repair_index`.
        """
        before = self.check()
        lost = repair(self._path / RECORD, self._vectors, lambda: self.embedder)
        return report(before, self._path / RECORD, self._vectors, lost, None)

    def backup(self, file: str | os.PathLike[str]) -> BackupReport:
        """Writes the record, and what others keep beside it, to a new file, as of one moment; `restore` is the way back."""
        return backup(self._path, file)

    @property
    def vectors(self) -> VectorIndex:
        """What is asked for the nearest passages."""
        return self._vectors

    @property
    def path(self) -> Path:
        """The index's folder."""
        return self._path

    @property
    def embedder(self) -> Embedder:
        """The model that embedded the passages; it loads when first used."""
        if self._model is None:
            self._model = embedder(self._model_name)
        return self._model

    def close(self) -> None:
        """Lets go of files; the object is not used afterwards."""
        self._vectors.close()
        self._store.close()
        if self._scratch is not None:
            self._scratch.cleanup()

    def __enter__(self) -> Index:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.close()

    def _prepare(self, create: bool) -> None:
        if not create:
            raise IndexMissing(f"There is no index at {self._path}; add articles first: onrecord add FOLDER")
        if self._path.is_file():
            raise UsageError(f"{self._path} is a file; an index is a folder.")
        try:
            self._path.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise StorageError(f"The index folder {self._path} can't be made ({error.strerror}).") from error
        foreign = [entry.name for entry in self._path.iterdir() if entry.name not in ("chroma", "chroma.lock")]
        if foreign and not any(name.startswith(RECORD) for name in foreign):
            raise UsageError(f"{self._path} holds other files ({foreign[0]}, ...); name an empty or a new folder.")


def check_filters(since: str | None, until: str | None, sources: Sequence[str] | str | None) -> Filters:
    """Checked filters. Raises UsageError for a date that isn't one, or a span that ends before it begins."""
    first = parse_day(since, "since") if since else None
    last = parse_day(until, "until") if until else None
    if first and last and first > last:
        raise UsageError(f"since ({first}) is after until ({last}).")
    return Filters(first, last, (sources,) if isinstance(sources, str) else tuple(sources or ()))


def check_question(question: str) -> str:
    """The question on one line. Raises UsageError when it is empty or too long."""
    if not isinstance(question, str):
        raise UsageError(f"A question is text, not {type(question).__name__}.")
    text = " ".join(question.encode("utf-8", "replace").decode("utf-8").replace("\x00", " ").split())
    if not any(char.isalnum() for char in text):
        raise UsageError("The question is empty; ask it in words.")
    if len(text) > MAX_QUESTION_CHARS:
        raise UsageError(f"The question has {len(text):,} characters; ask it in {MAX_QUESTION_CHARS:,} or fewer.")
    return text


def _size(folder: Path) -> int:
    total = 0
    for file in folder.rglob("*"):
        with contextlib.suppress(OSError):  # a log that was merged meanwhile
            total += file.stat().st_size if file.is_file() else 0
    return total


def _text(value: object) -> str | None:
    return str(value) if value is not None else None
