"""The record in one SQLite file: WAL, one transaction a batch, one connection a thread."""

from __future__ import annotations

import json
import sqlite3
import threading
import time
import uuid
import weakref
import zlib
from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

import index.addresses as addresses
import index.history as history
from index.clusters import cluster_of
from index.compact import shrink
from index.copies import sketch
from index.dates import day_number
from index.errors import Busy, IndexDamaged, IndexIncompatible, RecordError, StorageError
from index.records import Article, Filters, Metadata, Removed, Version
from index.schema import COLUMNS, SCHEMA, TABLES
from index.store import Fetched, KnownFile, Located, Prepared, VectorRow, source_key
from index.upgrades import STEPS, upgrade

BUSY_SECONDS = 60.0
"""How long a write waits for another process's. A batch is stored in well under a second."""
_TITLE_WEIGHT, _BODY_WEIGHT = 0.6, 1.0
"""Of BM25's columns. On the train weeks of RealTimeQA 0.3, 0.6 and 1.0 are the same within chance; 0 and 2 are worse."""


class _Connection(sqlite3.Connection):
    """A connection that can be held weakly: it closes with the thread that opened it."""


class SqliteStore:
    """`Store` on `record.sqlite3`. Safe to share between threads."""

    def __init__(self, path: Path, *, create: bool, model: str, cleaner: str) -> None:
        self._path = path
        self._local = threading.local()
        self._opened: weakref.WeakSet[_Connection] = weakref.WeakSet()
        self._opening = threading.Lock()
        self._cleaner = cleaner
        if create and self._is_blank():
            with self._writing() as db:
                for statement in filter(str.strip, TABLES.split(";\n")):
                    db.execute(statement)
                values = {"schema": SCHEMA, "model": model, "cleaner": cleaner, "vectors_token": ""}
                values["index"] = uuid.uuid4().hex
                db.executemany("INSERT OR IGNORE INTO meta VALUES (?, ?)", [(k, str(v)) for k, v in values.items()])
        self._check_schema()

    # -- writing -----------------------------------------------------------------------------------------------

    def put(self, batch: Sequence[Prepared]) -> list[str]:
        """Stores a batch at once or not at all."""
        with self._writing() as db:
            return [self._put_one(db, prepared) for prepared in batch]

    def remember_origin(self, origin: str, fingerprint: str, article_id: str) -> None:
        """Notes that `origin` holds the article `article_id`."""
        if origin:
            with self._writing() as db:
                if not db.execute("SELECT 1 FROM articles WHERE id = ? AND current = 1", (article_id,)).fetchone():
                    return  # another process has just removed it
                before = db.execute("SELECT article FROM origins WHERE origin = ?", (origin,)).fetchone()
                db.execute("INSERT OR REPLACE INTO origins VALUES (?, ?, ?)", (origin, fingerprint, article_id))
                self._retire(db, before[0] if before else None, article_id)

    def put_versions(self, batch: Sequence[tuple[str, Prepared]]) -> None:
        """Stores new versions of these current articles, at once or not at all; one removed meanwhile is passed over."""
        with self._writing() as db:
            for old, prepared in batch:
                if self._make_history(db, old, prepared.article.id):
                    db.execute("UPDATE origins SET article = ? WHERE article = ?", (prepared.article.id, old))
                    self._put_one(db, prepared)

    def remember_files(self, files: Sequence[tuple[str, str, int, Sequence[tuple[str, str]]]]) -> None:
        """Notes (place, digest, articles, failures) of files of which all that can be read is stored."""
        if files:
            with self._writing() as db:
                rows = [(*row, json.dumps(failures, ensure_ascii=False)) for *row, failures in files]
                db.executemany("INSERT OR REPLACE INTO files VALUES (?, ?, ?, ?)", rows)

    def remember_furniture(self, lines: Sequence[tuple[str, int, int]]) -> None:
        """Notes (source, key, articles) of lines that are furniture."""
        if lines:
            with self._writing() as db:
                db.executemany("INSERT OR REPLACE INTO furniture VALUES (?, ?, ?)", lines)

    def remove(self, article_ids: Sequence[str]) -> int:
        """Removes articles and leaves nothing of them: freed pages are overwritten, the log is cut."""
        gone = 0
        with self._writing() as db:
            for article_id in article_ids:
                versions = self._versions(db, article_id)
                for number, version in versions:
                    self._drop_passages(db, number)
                    db.execute("DELETE FROM origins WHERE article = ?", (version,))
                    db.execute("DELETE FROM articles WHERE number = ?", (number,))
                gone += bool(versions)
            if gone:
                db.execute("DELETE FROM files")  # their next `add` brings back what is gone
                db.execute("DELETE FROM fetched")  # what was taken out must be had again when it is asked for
                # Deleting from FTS5 leaves the words in its segments, marked; merging them away takes them out.
                db.execute("INSERT INTO words (words) VALUES ('optimize')")
        if gone:
            with _told():
                shrink(self._db())
        return gone

    def remember_fetched(self, rows: Sequence[Fetched]) -> None:
        """Notes what was fetched, and how the server would know it again."""
        with self._writing() as db:
            values = [(one.url, one.mark, one.etag, one.modified, one.dated, one.articles) for one in rows]
            db.executemany("INSERT OR REPLACE INTO fetched VALUES (?, ?, ?, ?, ?, ?)", values)

    def synced(self, stored: Sequence[int], dropped: Sequence[int]) -> str:
        """Notes that the vector index now has and dropped these; returns the new token of its state."""
        token = uuid.uuid4().hex
        with self._writing() as db:
            db.executemany("UPDATE passages SET synced = 1 WHERE number = ?", [(number,) for number in stored])
            db.executemany("DELETE FROM dropped WHERE passage = ?", [(number,) for number in dropped])
            db.execute("UPDATE meta SET value = ? WHERE key = 'vectors_token'", (token,))
            if dropped:
                count = "INSERT INTO meta VALUES ('vectors_dropped', ?) ON CONFLICT (key) DO UPDATE SET value = value + ?"
                db.execute(count, (len(dropped), len(dropped)))
        return token

    def forget_vectors(self) -> None:
        """Notes that the vector index has nothing to rely on. What it must drop stays noted: perhaps it has that still."""
        with self._writing() as db:
            db.execute("UPDATE passages SET synced = 0 WHERE synced = 1")
            db.execute("DELETE FROM meta WHERE key = 'vectors_dropped'")

    def rename_model(self, model: str) -> bool:
        """Remembers another embedding model, where no passage exists yet; returns whether it did."""
        with self._writing() as db:
            empty = db.execute("SELECT 1 FROM passages LIMIT 1").fetchone() is None
            if empty:
                db.execute("UPDATE meta SET value = ? WHERE key = 'model'", (model,))
        return empty

    # -- reading -----------------------------------------------------------------------------------------------

    def origin_of(self, origin: str) -> tuple[str, str] | None:
        """(fingerprint, article id) last read from `origin`."""
        row = self._one("SELECT fingerprint, article FROM origins WHERE origin = ?", origin)
        return (row[0], row[1]) if row else None

    def known_file(self, place: str, digest: str) -> KnownFile | None:
        """What a file holds that is stored under this digest; None when it isn't."""
        row = self._one("SELECT articles, failures FROM files WHERE place = ? AND digest = ?", place, digest)
        return (int(row[0]), tuple((what, why) for what, why in json.loads(row[1]))) if row else None

    def furniture(self, sources: Collection[str]) -> dict[str, set[int]]:
        """The keys of the lines that were learned to be furniture, by source."""
        rows = self._all("SELECT source, line FROM furniture WHERE source IN (SELECT value FROM json_each(?))",
                         json.dumps(list(sources)))  # fmt: skip
        found: dict[str, set[int]] = {}
        for source, line in rows:
            found.setdefault(source, set()).add(line)
        return found

    def fetched(self, url: str) -> Fetched | None:
        """What is known of an address that was fetched before."""
        row = self._one("SELECT url, mark, etag, modified, dated, articles FROM fetched WHERE url = ?", url)
        return Fetched(*row) if row else None

    def told(self, article_id: str) -> Metadata | None:
        """An article's metadata without what was read from its text."""
        row = self._one("SELECT derived FROM articles WHERE id = ?", article_id)
        article = self.article(article_id)
        if row is None or article is None:
            return None
        return replace(article.metadata, **dict.fromkeys(row[0].split()))

    def newer(self, article: Article) -> str | None:
        """Id of the current version under the same address that is known to be newer than `article`."""
        with _told():
            return history.newer(self._db(), article, addresses.key(article.url) if article.url else None)

    def history(self, article_id: str) -> list[Version]:
        """All versions of an article, oldest first."""
        with _told():
            return history.versions(self._db(), article_id)

    def has(self, article_id: str) -> bool:
        """Whether this version is stored and current."""
        return self._one("SELECT 1 FROM articles WHERE id = ? AND current = 1", article_id) is not None

    def article(self, article_id: str) -> Article | None:
        """One article, older versions included."""
        row = self._one(f"SELECT {COLUMNS}, text, cluster FROM articles WHERE id = ?", article_id)
        return _article(row, self._copies(row[11])) if row else None

    def find(self, name: str) -> tuple[str, ...]:
        """Ids of current articles with this id or url, or read from a file of this path or name."""
        rows = self._all(
            "SELECT id FROM articles WHERE current = 1 AND (id = ?1 OR url_key = ?3 OR id IN (SELECT article FROM origins "
            "WHERE origin = ?1 OR substr(origin, -length(?2)) = ?2)) ORDER BY number",
            name,
            f"/{name}",
            addresses.key(name),
        )
        return tuple(row[0] for row in rows)

    def removed(self, article_id: str) -> tuple[Removed, ...]:
        """What cleaning took out of an article."""
        row = self._one("SELECT removed FROM articles WHERE id = ?", article_id)
        return tuple(Removed(*part) for part in json.loads(row[0])) if row else ()

    def raw(self, article_id: str) -> bytes | None:
        """The bytes an article was read from."""
        row = self._one("SELECT raw FROM articles WHERE id = ?", article_id)
        return zlib.decompress(row[0]) if row else None

    def articles(self, filters: Filters, limit: int | None, offset: int, *, with_text: bool = True) -> Iterator[Article]:
        """Current articles, newest first, undated last."""
        where, values = _where(filters)
        text = "text" if with_text else "''"
        query = (
            f"SELECT {COLUMNS}, {text}, (SELECT count(*) - 1 FROM articles o WHERE o.cluster = a.cluster AND o.current = 1) "
            f"FROM articles a WHERE current = 1{where} ORDER BY day DESC, published DESC, number LIMIT ? OFFSET ?"
        )
        with _told():
            for row in self._db().execute(query, (*values, -1 if limit is None else limit, offset)):
                yield _article(row, row[11])

    def lexical(self, match: str, limit: int, filters: Filters) -> list[tuple[int, float]]:
        """(passage, BM25 score >= 0) of the best passages for a full-text expression."""
        where, values = _where(filters)
        ranked = f"bm25(words, {_TITLE_WEIGHT}, {_BODY_WEIGHT})"
        if where:
            query = (
                f"SELECT words.rowid, {ranked} AS rank_ FROM words JOIN passages p ON p.number = words.rowid "
                f"JOIN articles a ON a.number = p.article WHERE words MATCH ?{where} ORDER BY rank_ LIMIT ?"
            )
        else:
            query = f"SELECT rowid, {ranked} AS rank_ FROM words WHERE words MATCH ? ORDER BY rank_ LIMIT ?"
        return [(row[0], max(0.0, -row[1])) for row in self._all(query, match, *values, limit)]

    def locate(self, passages: Sequence[int]) -> dict[int, Located]:
        """The passages that still exist, by number."""
        found = {}
        for begin in range(0, len(passages), 500):
            part = list(passages[begin : begin + 500])
            marks = ",".join("?" * len(part))
            rows = self._all(
                "SELECT p.number, a.cluster, a.id, a.title, a.source, a.published, p.start, p.end, "
                "substr(a.text, p.start + 1, p.end - p.start) FROM passages p JOIN articles a ON a.number = p.article "
                f"WHERE a.current = 1 AND p.number IN ({marks})",
                *part,
            )
            found.update({row[0]: Located(*row) for row in rows})
        return found

    def document_frequency(self, terms: Sequence[str]) -> dict[str, int]:
        """In how many passages each term stands; the term is folded and stemmed by the full-text index itself."""
        found = {}
        for term in terms:
            quoted = '"' + term.replace('"', '""') + '"'
            row = self._one("SELECT count(*) FROM words WHERE words MATCH ?", f"body : {quoted}")
            found[term] = int(row[0]) if row else 0
        return found

    def searched(self, filters: Filters) -> dict[str, object]:
        """Counts and dates of the articles that `filters` let through."""
        where, values = _where(filters)
        row = self._one(
            "SELECT count(*), count(DISTINCT nullif(source_key, '')), min(nullif(day, 0)), max(day) FROM articles a "
            f"WHERE current = 1{where}",
            *values,
        )
        unknown = 0
        if filters.by_date:
            where, values = _where(Filters(sources=filters.sources))
            undated = self._one(f"SELECT count(*) FROM articles a WHERE current = 1 AND day = 0{where}", *values)
            unknown = int(undated[0]) if undated else 0
        assert row is not None
        in_force = {
            name: value
            for name, value in (("since", filters.since), ("until", filters.until), ("sources", list(filters.sources)))
            if value
        }
        return {
            "articles": row[0],
            "sources": row[1],
            "first": _iso(row[2]),
            "last": _iso(row[3]),
            "filters": in_force,
            "excluded_unknown_date": unknown,
        }

    def sources(self) -> dict[str, int]:
        """Current articles of each source, most first; '' for unknown."""
        rows = self._all(
            "SELECT min(coalesce(source, '')), count(*) AS n FROM articles WHERE current = 1 "
            "GROUP BY source_key ORDER BY n DESC"
        )
        return {row[0]: row[1] for row in rows}

    def counts(self) -> tuple[int, int]:
        """(current articles, passages)."""
        row = self._one("SELECT (SELECT count(*) FROM articles WHERE current = 1), (SELECT count(*) FROM passages)")
        assert row is not None
        return row[0], row[1]

    def meta(self, key: str) -> str | None:
        """A remembered value."""
        row = self._one("SELECT value FROM meta WHERE key = ?", key)
        return str(row[0]) if row else None

    def pending(self, limit: int) -> tuple[list[VectorRow], list[int]]:
        """Passages whose vectors the vector index doesn't have yet, and passages that it must drop."""
        rows = self._all(
            "SELECT p.number, p.vector, a.day, a.source_key FROM passages p JOIN articles a ON a.number = p.article "
            "WHERE p.synced = 0 ORDER BY p.number LIMIT ?",
            limit,
        )
        dropped = [row[0] for row in self._all("SELECT passage FROM dropped LIMIT ?", limit)]
        vectors = [np.frombuffer(row[1], dtype=np.float16).astype(np.float32) for row in rows]
        return [VectorRow(row[0], vector, row[2], row[3]) for row, vector in zip(rows, vectors, strict=True)], dropped

    def vectors(self, filters: Filters) -> tuple[list[int], npt.NDArray[np.float32]]:
        """Numbers and vectors of all passages that `filters` let through."""
        where, values = _where(filters)
        rows = self._all(
            f"SELECT p.number, p.vector FROM passages p JOIN articles a ON a.number = p.article WHERE a.current = 1{where}",
            *values,
        )
        if not rows:
            return [], np.zeros((0, 0), dtype=np.float32)
        joined = np.frombuffer(b"".join(row[1] for row in rows), dtype=np.float16).astype(np.float32)
        return [row[0] for row in rows], joined.reshape(len(rows), -1)

    def synced_count(self) -> int:
        """How many passages the vector index should hold."""
        row = self._one("SELECT count(*) FROM passages WHERE synced = 1")
        return int(row[0]) if row else 0

    def close(self) -> None:
        """Closes every thread's connection."""
        with self._opening:
            for connection in list(self._opened):
                connection.close()
            self._opened.clear()
        self._local = threading.local()

    # -- the inside ---------------------------------------------------------------------------------------------

    def _put_one(self, db: sqlite3.Connection, prepared: Prepared) -> str:
        article = prepared.article
        if prepared.origin:
            before = db.execute("SELECT article FROM origins WHERE origin = ?", (prepared.origin,)).fetchone()
            row = (prepared.origin, prepared.fingerprint, article.id)
            db.execute("INSERT OR REPLACE INTO origins VALUES (?, ?, ?)", row)
        else:
            before = None
        stored = db.execute("SELECT number, current FROM articles WHERE id = ?", (article.id,)).fetchone()
        if stored and stored[1]:
            self._retire(db, before[0] if before else None, article.id)
            return "duplicate"
        newest = history.newer(db, article, addresses.key(article.url) if article.url else None)
        if newest:  # it came late: kept, not searched
            if not stored:
                self._insert(db, prepared)
            db.execute("UPDATE articles SET current = 0, successor = ? WHERE id = ?", (newest, article.id))
            return "older"
        replaced = self._replace_older(db, article, before[0] if before else None)
        if stored:  # an older version has come back: it is the newest again
            number = stored[0]
            db.execute("UPDATE articles SET current = 1, successor = NULL WHERE number = ?", (number,))
        else:
            number = self._insert(db, prepared)
        self._insert_passages(db, number, prepared)
        self._join_copies(db, number, article.text, day_number(article.published), prepared.sketch)
        return "updated" if replaced or stored else "added"

    def _replace_older(self, db: sqlite3.Connection, article: Article, before: str | None) -> bool:
        """Marks older versions (same url, or what the same file held) as history."""
        older = set()
        if article.url:
            same = (addresses.key(article.url),)
            rows = db.execute("SELECT id FROM articles WHERE url_key = ? AND current = 1", same)
            older = {row[0] for row in rows}
        for article_id in older:
            self._make_history(db, article_id, article.id)
        return self._retire(db, before, article.id) or bool(older)

    def _retire(self, db: sqlite3.Connection, before: str | None, successor: str) -> bool:
        """Makes history of the article that a file held before, unless another file still holds it."""
        if before is None or db.execute("SELECT 1 FROM origins WHERE article = ?", (before,)).fetchone():
            return False
        return self._make_history(db, before, successor)

    def _versions(self, db: sqlite3.Connection, article_id: str) -> list[tuple[int, str]]:
        """An article and its older versions: what is taken down must not stay as history."""
        return db.execute(
            "SELECT a.number, a.id FROM articles a JOIN articles chosen ON chosen.id = ? "
            "WHERE a.id = chosen.id OR (a.current = 0 AND (a.successor = chosen.id OR a.url_key = chosen.url_key))",
            (article_id,),
        ).fetchall()

    def _make_history(self, db: sqlite3.Connection, article_id: str, successor: str) -> bool:
        row = db.execute("SELECT number FROM articles WHERE id = ? AND current = 1", (article_id,)).fetchone()
        if row is None:
            return False
        self._drop_passages(db, row[0])
        db.execute("UPDATE articles SET successor = ? WHERE successor = ?", (successor, article_id))
        db.execute("UPDATE articles SET current = 0, successor = ? WHERE number = ?", (successor, row[0]))
        return True

    def _insert(self, db: sqlite3.Connection, prepared: Prepared) -> int:
        article = prepared.article
        removed = json.dumps([[part.at, part.text, part.rule] for part in prepared.removed], ensure_ascii=False)
        values = {
            "id": article.id, "cluster": 0, "title": article.title, "source": article.source,
            "source_key": source_key(article.source), "author": article.author, "url": article.url,
            "url_key": addresses.key(article.url) if article.url else None,
            "published": article.published, "day": day_number(article.published), "language": article.language,
            "section": article.section, "updated": article.updated, "place": article.place,
            "derived": " ".join(prepared.derived), "text": article.text, "removed": removed,
            "raw": zlib.compress(prepared.raw, 6), "cleaner": self._cleaner,
            "added": datetime.now(UTC).isoformat(timespec="seconds"),
        }  # fmt: skip
        names = ", ".join(values)
        marks = ", ".join("?" * len(values))
        cursor = db.execute(f"INSERT INTO articles ({names}) VALUES ({marks})", tuple(values.values()))
        assert cursor.lastrowid is not None
        return cursor.lastrowid

    def _join_copies(self, db: sqlite3.Connection, number: int, text: str, day: int, sketched: Collection[int]) -> None:
        """Puts a current article into the cluster of its copies, or into one of its own."""
        cluster = cluster_of(db, text, day, sketched) or number
        db.execute("UPDATE articles SET cluster = ?, sketched = ? WHERE number = ?", (cluster, len(sketched), number))
        db.executemany("INSERT INTO prints VALUES (?, ?)", [(one, number) for one in sketched])

    def _insert_passages(self, db: sqlite3.Connection, number: int, prepared: Prepared) -> None:
        article = prepared.article
        for passage, vector in zip(prepared.passages, prepared.vectors, strict=True):
            cursor = db.execute(
                "INSERT INTO passages (article, start, end, vector) VALUES (?, ?, ?, ?)",
                (number, passage.start, passage.end, vector.astype(np.float16).tobytes()),
            )
            words = (cursor.lastrowid, article.title or "", article.text[passage.start : passage.end])
            db.execute("INSERT INTO words (rowid, title, body) VALUES (?, ?, ?)", words)

    def _drop_passages(self, db: sqlite3.Connection, number: int) -> None:
        rows = db.execute(
            "SELECT p.number, coalesce(a.title, ''), substr(a.text, p.start + 1, p.end - p.start) "
            "FROM passages p JOIN articles a ON a.number = p.article WHERE a.number = ?",
            (number,),
        ).fetchall()
        db.executemany("INSERT INTO words (words, rowid, title, body) VALUES ('delete', ?, ?, ?)", rows)
        db.executemany("INSERT OR IGNORE INTO dropped VALUES (?)", [(row[0],) for row in rows])
        db.execute("DELETE FROM passages WHERE article = ?", (number,))
        for (text,) in db.execute("SELECT text FROM articles WHERE number = ?", (number,)).fetchall():
            db.executemany("DELETE FROM prints WHERE hash = ? AND article = ?", [(one, number) for one in sketch(text)])

    def _copies(self, cluster: int) -> int:
        row = self._one("SELECT count(*) - 1 FROM articles WHERE cluster = ? AND current = 1", cluster)
        return max(0, int(row[0])) if row else 0

    def _one(self, query: str, *values: Any) -> Any:
        with _told():
            return self._db().execute(query, values).fetchone()

    def _all(self, query: str, *values: Any) -> list[Any]:
        with _told():
            return self._db().execute(query, values).fetchall()

    @contextmanager
    def _writing(self) -> Iterator[sqlite3.Connection]:
        """One transaction; SQLite's own lock keeps other writers out until it ends."""
        with _told():
            db = self._db()
            db.execute("BEGIN IMMEDIATE") if not db.in_transaction else None
            try:
                yield db
                db.execute("COMMIT")
            except BaseException:
                if db.in_transaction:
                    db.execute("ROLLBACK")
                raise

    def _db(self) -> sqlite3.Connection:
        found: _Connection | None = getattr(self._local, "connection", None)
        if found is None:
            found = sqlite3.connect(
                self._path,
                timeout=BUSY_SECONDS,
                isolation_level=None,
                check_same_thread=False,
                cached_statements=256,
                factory=_Connection,
            )
            _start_log(found)
            for pragma in ("synchronous = NORMAL", "foreign_keys = ON", "secure_delete = ON", "mmap_size = 1073741824"):
                found.execute(f"PRAGMA {pragma}")
            self._local.connection = found
            with self._opening:
                self._opened.add(found)
        return found

    def _is_blank(self) -> bool:
        """Whether the tables are yet to be made: a new file, or one whose maker was killed."""
        with _told():
            return self._db().execute("SELECT 1 FROM sqlite_master").fetchone() is None

    def _check_schema(self) -> None:
        try:
            schema = self.meta("schema")
        except StorageError as error:
            if "no such table" not in str(error):
                raise
            raise IndexDamaged(f"{self._path.parent} is not an On Record index, or is damaged ({error}).") from error
        if schema in {str(one) for one in STEPS}:
            with self._writing() as db:
                upgrade(db, self._join_copies)
        elif schema != str(SCHEMA):
            raise IndexIncompatible(
                f"{self._path.parent} was written by another version (its schema is {schema}, this program reads {SCHEMA}); "
                "use that version, or add the articles to a new index."
            )


def _start_log(db: sqlite3.Connection) -> None:
    """Switches to the write-ahead log and reads once.

    While another connection makes the log, or closes as the last one and takes it away, SQLite says «locked» at once,
    without the wait it was given: so the wait is ours.
    """
    deadline = time.monotonic() + BUSY_SECONDS
    while True:
        try:
            db.execute("PRAGMA journal_mode = WAL")
            db.execute("SELECT 1 FROM sqlite_master").fetchone()
            return
        except sqlite3.OperationalError as error:
            if "locked" not in str(error) or time.monotonic() > deadline:
                raise
            time.sleep(0.01)


@contextmanager
def _told() -> Iterator[None]:
    """Turns SQLite's errors into ours."""
    try:
        yield
    except RecordError:
        raise
    except sqlite3.Error as error:
        text = str(error)
        if "full" in text or "disk I/O" in text:
            raise StorageError(
                "The disk is full or failing; everything stored before is intact. Free some space and run the same again."
            ) from error
        if "readonly" in text or "unable to open" in text:
            raise StorageError(f"The index can't be written or opened here ({text}).") from error
        if "locked" in text or "busy" in text:
            raise Busy("Another process is writing to this index; try again in a moment.") from error
        if "malformed" in text or "not a database" in text:
            raise IndexDamaged(
                f"The record is damaged ({text}); restore a copy of it, or add the articles to a new index."
            ) from error
        raise StorageError(f"The record refused: {text}.") from error


def _where(filters: Filters) -> tuple[str, tuple[Any, ...]]:
    clauses = ""
    values: list[str | int] = []
    if filters.since:
        clauses += " AND a.day >= ?"
        values.append(day_number(filters.since))
    if filters.until:
        clauses += " AND a.day BETWEEN 1 AND ?"
        values.append(day_number(filters.until))
    if filters.sources:
        clauses += f" AND a.source_key IN ({','.join('?' * len(filters.sources))})"
        values += [source_key(source) for source in filters.sources]
    return clauses, tuple(values)


def _article(row: Sequence[Any], copies: int) -> Article:
    known = dict(zip(COLUMNS.split(", "), row, strict=False))
    return Article(row[10], **known, copies=copies)


def _iso(day: int | None) -> str | None:
    return f"{day // 10000:04d}-{day // 100 % 100:02d}-{day % 100:02d}" if day else None
