"""A backup: one archive of the record and of what lies beside it, with a manifest; and the way back.

Chroma is not copied, because it is made anew from the record. SQLite files are copied by SQLite, so that others may write
meanwhile and the copy is of one moment.
"""

from __future__ import annotations

import gzip
import hashlib
import json
import os
import shutil
import sqlite3
import tarfile
import zlib
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import IO, Any

from index.check_record import connect, examine
from index.errors import BadIndex, IndexIncompatible, IndexMissing, RecordError, StorageError, UsageError
from index.schema import SCHEMA

RECORD = "record.sqlite3"
MANIFEST = "manifest.json"
KIND = "onrecord-backup"
FORMAT = 1
MAX_MANIFEST_BYTES = 10_000_000
_OURS = ("chroma", "chroma.lock")
_PIECE = 1 << 20


@dataclass(frozen=True)
class BackupReport:
    """What a backup holds."""

    file: str
    created: str
    """ISO, UTC."""
    schema: int
    model: str
    cleaner: str
    articles: int
    passages: int
    files: dict[str, str]
    """SHA-256 of each file, by its name."""
    bytes: int
    """Of the archive."""

    def to_dict(self) -> dict[str, Any]:
        """The same as plain values."""
        return asdict(self)


def backup(folder: Path, file: str | os.PathLike[str]) -> BackupReport:
    """Writes a backup of the index in `folder`. The file appears whole or not at all.

    Raises UsageError when it exists already, StorageError when it can't be written.
    """
    target = Path(file)
    if target.exists():
        raise UsageError(f"{target} exists already; name a new file.")
    if not target.parent.is_dir():
        raise UsageError(f"There is no folder {target.parent} to write {target.name} to.")
    with _told(f"The backup {target} can't be written"), TemporaryDirectory(dir=target.parent, prefix=".backup-") as scratch:
        copies = [_copied(path, Path(scratch) / path.name) for path in _kept(folder)]
        manifest = _manifest(Path(scratch) / RECORD, copies)
        archive = Path(scratch) / "archive"
        with tarfile.open(archive, "w:gz", compresslevel=6) as tar:
            listed = Path(scratch) / MANIFEST
            listed.write_text(json.dumps(manifest, ensure_ascii=False, indent=2), "utf-8")
            for path in (listed, *copies):
                tar.add(path, arcname=path.name, recursive=False)
        archive.rename(target)
    return _report(target, manifest)


def restore(file: str | os.PathLike[str], folder: str | os.PathLike[str], *, force: bool = False) -> BackupReport:
    """Makes an index of a backup in `folder`; with `force` in the place of one that is there, which goes when the new one
    is whole. Nobody else may have that one open.

    Raises UsageError where there is an index already or the file is no backup, BadIndex when it is damaged,
    IndexIncompatible when a newer program wrote it.
    """
    source, place = Path(file), Path(folder)
    if not source.is_file():
        raise UsageError(f"There is no file {source}.")
    present = place.is_dir() and any(place.iterdir())
    if place.exists() and not place.is_dir():
        raise UsageError(f"{place} is a file; an index is a folder.")
    if present and not (place / RECORD).is_file():
        raise UsageError(f"{place} holds other files; name an empty or a new folder.")
    if present and not force:
        raise UsageError(f"{place} holds an index already; name another folder, or give --force to replace it.")
    place = place.resolve()
    with _told(f"{place} can't be written"):
        place.parent.mkdir(parents=True, exist_ok=True)
        with TemporaryDirectory(dir=place.parent, prefix=".restore-") as scratch:
            fresh = Path(scratch) / "index"
            fresh.mkdir()
            manifest = _unpacked(source, fresh)
            _examined(source, fresh / RECORD)
            _swap(fresh, place, Path(scratch) / "old")
    return _report(source, manifest)


def _kept(folder: Path) -> list[Path]:
    """The record, and the files that others keep beside it."""
    if not (folder / RECORD).is_file():
        raise IndexMissing(f"There is no index at {folder}; add articles first: onrecord add FOLDER")
    logs = ("-wal", "-shm", "-journal")
    beside = [
        path for path in sorted(folder.iterdir())
        if path.is_file() and path.name not in (*_OURS, RECORD, MANIFEST)
        and not path.name.endswith(logs) and ".damaged-" not in path.name
    ]  # fmt: skip
    return [folder / RECORD, *beside]


def _copied(path: Path, target: Path) -> Path:
    """A copy of one moment."""
    if path.suffix != ".sqlite3":
        shutil.copyfile(path, target)
        return target
    with closing(sqlite3.connect(path, timeout=60)) as old, closing(sqlite3.connect(target)) as new:
        old.backup(new, pages=-1)  # all at once: in steps it would begin again after every write of another process
        new.execute("PRAGMA journal_mode = DELETE")
        if path.name == RECORD:
            # The copy has no Chroma: all is pending there.
            new.execute("UPDATE passages SET synced = 0")
            new.execute("DELETE FROM dropped")
            new.commit()
    return target


def _manifest(record: Path, copies: list[Path]) -> dict[str, Any]:
    with closing(connect(record)) as db:
        about = {row[0]: row[1] for row in db.execute("SELECT key, value FROM meta")}
        articles = db.execute("SELECT count(*) FROM articles WHERE current").fetchone()[0]
        passages = db.execute("SELECT count(*) FROM passages").fetchone()[0]
    return {
        "kind": KIND, "format": FORMAT, "created": datetime.now(UTC).isoformat(timespec="seconds"),
        "schema": int(about["schema"]), "model": about["model"], "cleaner": about["cleaner"],
        "articles": articles, "passages": passages, "files": {path.name: _digest(path) for path in copies},
    }  # fmt: skip


def _unpacked(source: Path, folder: Path) -> dict[str, Any]:
    """Writes the files that the manifest lists, and no others; returns the manifest."""
    with source.open("rb") as file:
        if file.read(2) != b"\x1f\x8b":
            raise UsageError(f"{source} is not a backup of On Record.")
    try:
        with tarfile.open(source, "r:gz") as tar:
            manifest = _read_manifest(source, tar)
            for name, digest in manifest["files"].items():
                member = tar.next()
                if member is None or member.name != name or not member.isreg():
                    raise BadIndex(f"The backup {source} is damaged: {name} is not where it should be.")
                content = tar.extractfile(member)
                assert content is not None
                if _write(content, folder / name) != digest:
                    raise BadIndex(f"The backup {source} is damaged: {name} is not what was saved.")
    except (tarfile.TarError, EOFError, zlib.error, gzip.BadGzipFile) as error:
        raise BadIndex(f"The backup {source} is damaged ({error}).") from error
    return manifest


def _read_manifest(source: Path, tar: tarfile.TarFile) -> dict[str, Any]:
    foreign = UsageError(f"{source} is not a backup of On Record.")
    try:
        first = tar.next()
    except tarfile.TarError as error:
        raise foreign from error
    if first is None or first.name != MANIFEST or not first.isreg() or first.size > MAX_MANIFEST_BYTES:
        raise foreign
    content = tar.extractfile(first)
    assert content is not None
    try:
        manifest = json.loads(content.read())
        assert isinstance(manifest, dict) and manifest["kind"] == KIND
        found, schema, files = int(manifest["format"]), int(manifest["schema"]), dict(manifest["files"])
    except (ValueError, KeyError, TypeError, AssertionError) as error:
        raise foreign from error
    if found > FORMAT or schema > SCHEMA:
        raise IndexIncompatible(
            f"{source} was made by a newer program (its schema is {schema}, this one reads {SCHEMA}); restore it with that."
        )
    strange = [name for name in files if Path(name).name != name or name.startswith(".") or name in (*_OURS, MANIFEST)]
    if strange or RECORD not in files:
        raise BadIndex(f"The backup {source} is damaged: it lists {strange[0] if strange else 'no record'!r}.")
    return manifest


def _write(content: IO[bytes], target: Path) -> str:
    digest = hashlib.sha256()
    with target.open("xb") as file:
        for piece in _pieces(content):
            digest.update(piece)
            file.write(piece)
    return digest.hexdigest()


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _pieces(content: IO[bytes]) -> Iterator[bytes]:
    while piece := content.read(_PIECE):
        yield piece


def _examined(source: Path, record: Path) -> None:
    """Raises BadIndex when the record in the archive is not whole, as it was when it was saved."""
    found = examine(record).rows.keys() & {"file", "settings"}
    if found:
        raise BadIndex(f"The backup {source} holds a damaged record; take another one.")


def _swap(fresh: Path, place: Path, old: Path) -> None:
    """Puts a whole index in its place; what was there is moved away first, and back when that fails."""
    moved = place.exists()
    if moved:
        place.rename(old)
    try:
        fresh.rename(place)
    except BaseException:
        if moved:
            old.rename(place)
        raise


def _report(file: Path, manifest: dict[str, Any]) -> BackupReport:
    about = {name: manifest[name] for name in ("created", "schema", "model", "cleaner", "articles", "passages", "files")}
    return BackupReport(str(file), **about, bytes=file.stat().st_size)


@contextmanager
def _told(what: str) -> Iterator[None]:
    try:
        yield
    except RecordError:
        raise
    except (OSError, sqlite3.Error) as error:
        reason = error.strerror if isinstance(error, OSError) else str(error)
        raise StorageError(f"{what} ({reason}); nothing was changed.") from error
