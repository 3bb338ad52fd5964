"""Vectors served by Chroma: a copy of those in the record, always rebuilt from it without embedding again.

Embedded Chroma is made for one process. So every use holds a lock on the index's Chroma folder for its few
milliseconds; what the record has and Chroma lacks is copied first, by whoever comes; and each copying leaves a new
token in the record, by which other processes see that they must open Chroma afresh.
"""

from __future__ import annotations

import contextlib
import hashlib
import logging
import os
import shutil
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol, TypeVar
from urllib.parse import urlsplit

import numpy as np
import numpy.typing as npt
from filelock import FileLock, Timeout

from index.dates import day_number
from index.errors import Busy, RecordError, StorageError, UsageError
from index.graph_files import empty_unused_room
from index.records import Filters
from index.store import Store, source_key

log = logging.getLogger(__name__)
T = TypeVar("T")

SYNC_BATCH = 2000
"""Vectors copied at once; Chroma takes at most 5,461."""
READ_BATCH = 500
"""Vectors read at once by `read_all`; SQLite takes at most 999 numbers in a question on old machines."""
LOCK_SECONDS = 120.0
LEAST_DROPPED, DROPPED = 1000, 1.0
"""Chroma keeps a removed passage in its graph for good. When so many were removed, and this share of those that are left,
the copy is made anew, so it takes at most twice its room. Chroma writes no graph before 1,000 passages."""
_HNSW = {"space": "cosine", "ef_construction": 128, "ef_search": 160, "max_neighbors": 24}
"""Malkov and Yashunin 2018; within the ranges that they recommend, not tuned here."""


class VectorIndex(Protocol):
    """Nearest passages to a vector."""

    def sync(self) -> None:
        """Copies what the record has and this lacks."""

    def prepare(self) -> None:
        """Loads what a search will need."""

    def nearest(self, vector: npt.NDArray[np.float32], limit: int, filters: Filters) -> list[tuple[int, float]]:
        """(passage, cosine) of the nearest passages, nearest first."""

    def close(self) -> None:
        """Lets go of files and connections."""


@dataclass(frozen=True)
class Page:
    """Some of what Chroma holds."""

    numbers: list[int]
    """Of passages."""
    vectors: npt.NDArray[np.float32]
    """(n, dimensions)."""
    metadatas: list[dict[str, object]]


class ExactVectors:
    """`VectorIndex` that compares with every vector of the record: for few articles, or where Chroma is away."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def sync(self) -> None:
        """Nothing: the record is what is searched."""

    def prepare(self) -> None:
        """Nothing."""

    def nearest(self, vector: npt.NDArray[np.float32], limit: int, filters: Filters) -> list[tuple[int, float]]:
        """(passage, cosine) of the nearest passages, nearest first."""
        numbers, vectors = self._store.vectors(filters)
        if not numbers:
            return []
        cosines = vectors @ vector
        best = np.argsort(-cosines, kind="stable")[:limit]
        return [(numbers[at], float(cosines[at])) for at in best]

    def close(self) -> None:
        """Nothing."""


class _Handle:
    """Chroma's client for one folder or server: one a process, however many Index objects share it."""

    def __init__(self) -> None:
        self.lock = threading.RLock()
        self.users = 0
        self.client: Any = None
        self.collection: Any = None
        self.token: str | None = None

    def close(self) -> None:
        if self.client is not None:
            with contextlib.suppress(Exception):  # a client whose folder is gone may fail to stop; it is let go anyway
                self.client.close()
        self.client = self.collection = self.token = None


_handles: dict[str, _Handle] = {}
_handles_lock = threading.Lock()


class ChromaVectors:
    """`VectorIndex` on an embedded Chroma in `folder`, or on the Chroma server at `server`."""

    def __init__(self, store: Store, folder: Path, server: str | None = None) -> None:
        self._store = store
        self._folder = folder
        self._server = server
        self._name = f"passages-{store.meta('index')}"
        self._key = f"{server}/{self._name}" if server else str(folder.resolve())
        with _handles_lock:
            self._handle = _handles.setdefault(self._key, _Handle())
            self._handle.users += 1
        self._closed = False
        self._file_lock = FileLock(str(folder) + ".lock", timeout=LOCK_SECONDS)

    def sync(self) -> None:
        """Copies what the record has and this lacks; makes the copy anew where most of it is of passages long removed."""
        self._with(lambda _: self._compact())

    def rebuild(self) -> None:
        """Makes the copy anew from the record."""
        with self._handle.lock, self._locked():
            try:
                self._clear()
            except RecordError:
                raise
            except Exception as error:  # noqa: BLE001  a server that is away
                self._refuse(error)
            self.sync()

    def read_all(self, work: Callable[[Iterator[Page]], T]) -> T:
        """Does `work` with all that the copy holds, as it is, while nobody changes it. Raises StorageError, Busy."""
        with self._handle.lock, self._locked():
            self._handle.close()  # what lies on the disk is read, not what a client remembers
            try:
                return work(self._pages())
            except RecordError:
                raise
            except Exception as error:
                raise StorageError(_short(error)) from error
            finally:
                self._handle.close()
                self._empty_unused_room()

    def prepare(self) -> None:
        """Imports Chroma and opens it; a failure shows when it is asked."""
        if self._handle.collection is None:
            with contextlib.suppress(StorageError, Busy):
                self.sync()

    def nearest(self, vector: npt.NDArray[np.float32], limit: int, filters: Filters) -> list[tuple[int, float]]:
        """(passage, cosine) of the nearest passages, nearest first.

        Where Chroma can't be used (a full disk, a server that is away), the record's own vectors are compared one by
        one: the same answer, later.
        """
        try:
            return self._with(lambda collection: _query(collection, vector, limit, filters))
        except (StorageError, Busy) as error:
            log.warning("searching without Chroma: %s", error)
            return ExactVectors(self._store).nearest(vector, limit, filters)

    def close(self) -> None:
        """Lets go of the client when its last user does."""
        if self._closed:
            return
        self._closed = True
        with _handles_lock, self._handle.lock:
            self._handle.users -= 1
            if self._handle.users == 0:
                self._handle.close()
                _handles.pop(self._key, None)
                if not self._server:
                    # Who holds the lock empties it himself: closing waits for nobody.
                    with contextlib.suppress(Timeout, OSError), self._file_lock.acquire(timeout=0):
                        self._empty_unused_room()

    def _with(self, work: Callable[[Any], T]) -> T:
        """Does `work` with the collection: open, locked against other processes, and level with the record.

        A copy that can't be opened or asked is made anew, once; after that its failing is the machine's.
        """
        with self._handle.lock, self._locked():
            try:
                return self._level_and(work)
            except RecordError:
                raise
            except Exception as error:  # noqa: BLE001  Chroma raises bare exceptions of many kinds when files are gone or damaged
                self._refuse(error)
            try:
                self._clear()
                return self._level_and(work)
            except RecordError:
                raise
            except Exception as error:
                raise StorageError(f"The vectors can't be rebuilt ({_short(error)}); the record is intact.") from error

    def _level_and(self, work: Callable[[Any], T]) -> T:
        self._open()
        self._drain()
        try:
            return work(self._handle.collection)
        finally:
            self._empty_unused_room()

    def _empty_unused_room(self) -> None:
        """Files that can't be written hold nothing new either."""
        if not self._server:
            with contextlib.suppress(OSError):
                empty_unused_room(self._folder)

    def _refuse(self, error: Exception) -> None:
        """Raises what rebuilding can't mend."""
        if self._server:
            self._handle.close()
            raise StorageError(f"The Chroma server at {self._server} does not answer ({_short(error)}).") from error
        if _disk_full(self._folder, error):
            raise StorageError(
                "The disk is full; what the record holds is intact. Free some space and run the same again."
            ) from error

    @contextlib.contextmanager
    def _locked(self) -> Iterator[None]:
        if self._server:
            yield
            return
        try:
            with self._file_lock:
                yield
        except Timeout as error:
            raise Busy("Another process holds this index's vectors; try again in a moment.") from error
        except PermissionError as error:
            raise StorageError(f"The index's folder can't be written ({error.strerror}).") from error

    def _pages(self) -> Iterator[Page]:
        if not self._server and not (self._folder / "chroma.sqlite3").is_file():
            return  # a client would make one
        self._handle.client = _client(self._folder, self._server)
        if self._name not in [one.name for one in self._handle.client.list_collections()]:
            return
        collection = self._handle.client.get_collection(self._name, embedding_function=None)
        for begin in range(0, collection.count(), READ_BATCH):
            rows = collection.get(limit=READ_BATCH, offset=begin, include=["embeddings", "metadatas"])
            numbers = [int(one) for one in rows["ids"]]
            yield Page(numbers, np.asarray(rows["embeddings"], dtype=np.float32), [dict(one) for one in rows["metadatas"]])

    def _compact(self) -> None:
        """Makes the copy anew when it holds too much of what was removed. A server's owner sees to that himself."""
        dropped = int(self._store.meta("vectors_dropped") or 0)
        if not self._server and dropped >= max(LEAST_DROPPED, DROPPED * self._store.synced_count()):
            self._clear()
            self._level_and(lambda _: None)

    def _open(self) -> None:
        handle = self._handle
        token = self._store.meta("vectors_token")
        if handle.collection is not None and (handle.token == token or self._server):
            return
        handle.close()
        handle.client = _client(self._folder, self._server)
        handle.collection = self._collection()
        handle.token = token
        if handle.collection.count() < self._store.synced_count():
            # It was deleted, or restored from elsewhere. Emptied first, or removed articles would stay in it.
            self._store.forget_vectors()
            handle.client.delete_collection(self._name)
            handle.collection = self._collection()

    def _collection(self) -> Any:
        return self._handle.client.get_or_create_collection(
            self._name, embedding_function=None, configuration={"hnsw": _HNSW}
        )

    def _drain(self) -> None:
        while True:
            rows, dropped = self._store.pending(SYNC_BATCH)
            if not rows and not dropped:
                return
            if dropped:
                self._handle.collection.delete(ids=[str(number) for number in dropped])
            if rows:
                self._handle.collection.upsert(
                    ids=[str(row.passage) for row in rows],
                    embeddings=np.stack([row.vector for row in rows]),
                    metadatas=[{"day": row.day, "source": opaque(row.source)} for row in rows],
                )
            self._handle.token = self._store.synced([row.passage for row in rows], dropped)

    def _clear(self) -> None:
        """Throws the copy away: all is pending again. The record knows first, so that a kill in between loses nothing."""
        self._handle.close()
        self._store.forget_vectors()
        if self._server:
            self._handle.client = _client(self._folder, self._server)
            if self._name in [one.name for one in self._handle.client.list_collections()]:
                self._handle.client.delete_collection(self._name)
            self._handle.close()
        else:
            shutil.rmtree(self._folder, ignore_errors=True)
        self._store.synced([], [])  # a new token: other processes open the new files


def _query(collection: Any, vector: npt.NDArray[np.float32], limit: int, filters: Filters) -> list[tuple[int, float]]:
    if not collection.count():
        return []
    found = collection.query(query_embeddings=[vector], n_results=limit, where=_where(filters), include=["distances"])
    return [(int(i), 1.0 - float(d)) for i, d in zip(found["ids"][0], found["distances"][0], strict=True)]


def _client(folder: Path, server: str | None) -> Any:
    os.environ["ANONYMIZED_TELEMETRY"] = "False"
    import chromadb  # 0.5 s: only where vectors are asked
    from chromadb.config import Settings

    settings = Settings(anonymized_telemetry=False)
    if server is None:
        try:
            return chromadb.PersistentClient(path=str(folder), settings=settings)
        except BaseException:
            # Chroma keeps a client that failed to start and would hand it out again for this folder.
            from chromadb.api.shared_system_client import SharedSystemClient

            SharedSystemClient._identifier_to_system.pop(str(folder), None)
            raise
    address = urlsplit(server)
    if address.scheme not in ("http", "https") or not address.hostname:
        raise UsageError(f"chroma: {server!r} is not an address like http://localhost:8000.")
    secure = address.scheme == "https"
    port = address.port or (443 if secure else 8000)
    return chromadb.HttpClient(host=address.hostname, port=port, ssl=secure, settings=settings)


def _where(filters: Filters) -> Any:
    clauses: list[dict[str, Any]] = []
    if filters.since:
        clauses.append({"day": {"$gte": day_number(filters.since)}})
    if filters.until:
        clauses += [{"day": {"$lte": day_number(filters.until)}}, {"day": {"$gt": 0}}]
    if filters.sources:
        clauses.append({"source": {"$in": [opaque(source_key(source)) for source in filters.sources]}})
    if len(clauses) > 1:
        return {"$and": clauses}
    return clauses[0] if clauses else None


def opaque(source: str) -> str:
    """A name for filtering. No words of an article go to Chroma, whose files keep what was removed for a while."""
    return hashlib.sha256(source.encode()).hexdigest()[:16]


def _disk_full(folder: Path, error: Exception) -> bool:
    if "full" in str(error).lower() or "no space" in str(error).lower():
        return True
    place = folder if folder.exists() else folder.parent
    return shutil.disk_usage(place).free < 1_000_000


def _short(error: Exception) -> str:
    return str(error).splitlines()[0][:120] if str(error) else type(error).__name__
