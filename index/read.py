"""Reading: paths, standard input and Article objects in; raw articles and named failures out."""

from __future__ import annotations

import hashlib
import json
import os
import re
import sys
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

import yaml

import index.archives as archives
import index.documents as documents
import index.feeds as feeds
from index.decode import decode
from index.errors import ReadError, UsageError
from index.formats import FORMATS, Broken, Raw, read_text, sniffed
from index.metadata import metadata_from
from index.records import Article, Metadata

if TYPE_CHECKING:
    from index.fetch import Page

MAX_ARTICLE_BYTES = 10_000_000
"""One article; a book of 1,500 pages has 3 MB. More is a wrong file, and would hold up everything behind it."""
MAX_EXPORT_BYTES = 1_000_000_000
"""One JSON or JSON-lines export, which holds many."""
SIDECARS = (".meta.json", ".meta.yaml", ".meta.yml")
_EXPORTS = (".json", ".jsonl", ".ndjson", ".csv", ".tsv", ".zip")
_FEEDS = (".rss", ".atom", ".xml")
_KNOWN = {*FORMATS, *_FEEDS, ".pdf", ".docx", ".zip"}

Source = str | os.PathLike[str] | Article


@dataclass(frozen=True)
class Origin:
    """One place to read from. `path` is None for standard input and for Article objects."""

    name: str
    path: Path | None
    bytes: int
    article: Article | None = None
    url: str | None = None
    """Address to fetch."""
    inner: str = ""
    """Which file of the archive at `path`."""


@dataclass(frozen=True)
class Found:
    """One article as it was read, and where."""

    name: str
    """Place of origin, by which a later version is known: the path; '' for a record of many and for an Article object."""
    body: str
    metadata: Metadata
    fingerprint: str
    """SHA-256 of what was read, metadata from flags and sidecars included."""
    raw: bytes
    warnings: tuple[str, ...] = ()
    shown: str = ""
    """What a report calls it."""


@dataclass(frozen=True)
class Failure:
    """Something that was not read, and why."""

    name: str
    why: str
    skipped: bool = False
    """Whether it was a file of a folder that doesn't look like an article at all."""


class Fetches(Protocol):
    """What fetches a page."""

    def page(self, url: str) -> Page:
        """The page at an address. Raises ReadError."""


def origins(sources: Source | Iterable[Source]) -> tuple[list[Origin], list[Failure]]:
    """Every file behind `sources`, in a stable order; folders are walked, hidden files and sidecars left out.

    Raises UsageError when `sources` is neither paths nor articles.
    """
    listed: Sequence[Source] = [sources] if isinstance(sources, str | os.PathLike | Article) else list(sources)
    found: list[Origin] = []
    failures: list[Failure] = []
    for source in listed:
        if isinstance(source, Article):
            found.append(Origin("", None, len(source.text), article=source))
        elif isinstance(source, str | os.PathLike):
            _walk(os.fspath(source), found, failures)
        else:
            raise UsageError(f"add takes paths and Article objects, not {type(source).__name__}.")
    return found, failures


def read(origin: Origin, given: Metadata, fetcher: Fetches) -> Iterator[Found | Failure]:
    """The articles of one origin. `given` (from flags) fills in what file and sidecar don't say."""
    try:
        if origin.article is not None:
            yield _found_article(origin.article, given)
            return
        if origin.url is not None:
            yield from _read_page(origin, fetcher.page(origin.url), given, fetcher)
            return
        data = _standard_input() if origin.path is None else bytes_of(origin.path)
        yield from _read_bytes(origin, data, given)
    except ReadError as error:
        yield Failure(origin.name, str(error))
    except OSError as error:
        yield Failure(origin.name, f"it can't be read ({error.strerror or error})")
    except Exception as error:  # noqa: BLE001  parsers of pages and dates fail in ways of their own; one file stops no other
        yield Failure(origin.name, f"it can't be read ({type(error).__name__}: {str(error)[:120]})")


def _read_page(origin: Origin, page: Page, given: Metadata, fetcher: Fetches) -> Iterator[Found | Failure]:
    """What was fetched. Articles that a feed only announces are fetched too; where that fails, the announcement is kept."""
    if page.data.startswith((b"%PDF", archives.SIGNATURE)) or not feeds.is_feed(text := decode(page.data, page.charset)):
        yield from _read_bytes(origin, page.data, given.filled_from(Metadata(url=page.url)), page.charset)
        return
    for entry in feeds.entries(text):
        why = ""
        if entry.link and not entry.whole:
            try:
                told = entry.raw.metadata if isinstance(entry.raw, Raw) else Metadata()
                place = Origin(entry.link, None, 0, url=entry.link)
                article = fetcher.page(entry.link)
                # What the feed says fills in what the page doesn't: it names its outlet and day oftener.
                about = told.filled_from(given).filled_from(Metadata(url=article.url))
                found = list(_read_bytes(place, article.data, about, article.charset))
            except Exception as error:  # noqa: BLE001  whatever is wrong with one page, the next entry is read
                found, why = [], str(error)
            if any(isinstance(one, Found) for one in found):
                yield from found
                continue
            why = why or next((one.why for one in found if isinstance(one, Failure)), "nothing is found in it")
        if isinstance(entry.raw, Broken):
            yield Failure(f"{origin.name} {entry.raw.part}", f"{entry.raw.why}{f', and its page: {why}' if why else ''}")
            continue
        warnings = (f"only what the feed announces of it is read: {why}",) if why else ()
        raw = entry.raw
        yield from _checked(origin, "", raw, given, raw.body.encode("utf-8", "surrogatepass"), warnings)


def _walk(name: str, found: list[Origin], failures: list[Failure]) -> None:
    if name == "-":
        found.append(Origin("standard input", None, 0))
        return
    if re.match(r"[A-Za-z][A-Za-z0-9+.-]*://", name):
        found.append(Origin(_shown(name), None, 0, url=name))
        return
    path = Path(name)
    try:
        is_folder = path.is_dir()
    except (OSError, ValueError):  # a pasted text, or a NUL: no name that a file can have
        failures.append(Failure(_shown(name[:80]), "it is not the name of a file; to add a text, pass an Article"))
        return
    if not is_folder:
        _append(path, found, failures, listed=False)
        return
    before = len(found) + len(failures)

    def unreadable(error: OSError) -> None:
        failures.append(Failure(_shown(str(error.filename)), f"the folder can't be read ({error.strerror})"))

    for folder, folders, files in os.walk(path, onerror=unreadable):
        folders[:] = sorted(inner for inner in folders if not inner.startswith("."))
        for file in sorted(files):
            if not file.startswith(".") and not file.endswith(SIDECARS):
                _append(Path(folder, file), found, failures, listed=True)
    if len(found) + len(failures) == before:
        failures.append(Failure(name, "no file is in this folder"))


def _append(path: Path, found: list[Origin], failures: list[Failure], *, listed: bool) -> None:
    try:
        size = path.stat().st_size
    except (OSError, ValueError) as error:
        told = getattr(error, "strerror", None) or str(error)
        why = "there is no such file" if isinstance(error, FileNotFoundError) else f"it can't be read ({told})"
        failures.append(Failure(_shown(str(path))[:200], why))
        return
    if not path.is_file():
        failures.append(Failure(_shown(str(path)), "it is not a regular file", skipped=listed))
    elif listed and path.suffix and path.suffix.lower() not in _KNOWN:
        failures.append(
            Failure(_shown(str(path)), f"{_shown(path.suffix)} is not a kind of file that On Record reads", skipped=True)
        )
    else:
        found.append(Origin(_shown(str(path)), path, size))


def _standard_input() -> bytes:
    data = sys.stdin.buffer.read(MAX_EXPORT_BYTES + 1)
    if len(data) > MAX_EXPORT_BYTES:
        raise ReadError(f"it has more than {MAX_EXPORT_BYTES / 1e6:,.0f} MB; split it")
    return data


def bytes_of(path: Path) -> bytes:
    """What a file holds. Raises ReadError when it is too large, OSError when it can't be read."""
    size = path.stat().st_size
    limit = MAX_EXPORT_BYTES if path.suffix.lower() in _EXPORTS else MAX_ARTICLE_BYTES
    if size > limit:
        raise ReadError(f"it has {size / 1e6:,.0f} MB, and {limit / 1e6:,.0f} MB is the limit; split it")
    return path.read_bytes()


def _read_bytes(origin: Origin, data: bytes, given: Metadata, charset: str | None = None) -> Iterator[Found | Failure]:
    suffix = Path(origin.inner or origin.path or "").suffix.lower()
    document = documents.reader_for(data)
    if not document and not origin.inner and (suffix == ".zip" or data.startswith(archives.SIGNATURE)):
        yield from _read_archive(origin, data, given)
        return
    if not document and suffix in (".pdf", ".docx"):
        raise ReadError(f"this is not a {'PDF' if suffix == '.pdf' else 'Word document'}")
    beside, warnings = _sidecar(origin.path)
    given = beside.filled_from(given)
    whole = True
    found: Iterator[Raw | Broken]
    if document:
        found = document(data)
    else:
        text = decode(data, charset)
        reader = feeds.read_feed if feeds.is_feed(text) else FORMATS.get(suffix) or sniffed(text)
        whole = reader is read_text or suffix not in _EXPORTS
        found = reader(text)
    for raw in found:
        # A record's number is no identity: exports roll on, and line 3 is another story tomorrow. Its url or its id is.
        name = "" if raw.part else name_of(origin)
        if isinstance(raw, Broken):
            yield Failure(f"{origin.name} {raw.part}".strip(), raw.why)
            continue
        kept = data if whole and not raw.part else raw.body.encode("utf-8", "surrogatepass")
        yield from _checked(origin, name, raw, given, kept, warnings)


def _read_archive(origin: Origin, data: bytes, given: Metadata) -> Iterator[Found | Failure]:
    """Every file of a ZIP archive; one that can't be read stops no other."""
    empty = True
    for member in archives.members(data, MAX_ARTICLE_BYTES):
        empty = False
        if isinstance(member, Broken):
            yield Failure(f"{origin.name}/{_shown(member.part)}", member.why)
            continue
        name, content = member
        place = replace(origin, name=f"{origin.name}/{_shown(name)}", inner=name)
        if name.endswith(SIDECARS):
            continue
        if Path(name).suffix and Path(name).suffix.lower() not in _KNOWN - {".zip"}:
            why = f"{_shown(Path(name).suffix)} is not a kind of file that On Record reads in an archive"
            yield Failure(place.name, why, skipped=True)
            continue
        try:
            yield from _read_bytes(place, content, given)
        except ReadError as error:
            yield Failure(place.name, str(error))
        except Exception as error:  # noqa: BLE001  as for files
            yield Failure(place.name, f"it can't be read ({type(error).__name__}: {str(error)[:120]})")
    if empty:
        raise ReadError("no file is in this archive")


def _checked(
    origin: Origin, name: str, raw: Raw, given: Metadata, kept: bytes, warnings: tuple[str, ...]
) -> Iterator[Found | Failure]:
    shown = f"{origin.name} {raw.part}".strip()
    if not raw.body.strip():
        yield Failure(shown, "there is no text in it")
    elif len(raw.body) > MAX_ARTICLE_BYTES:
        yield Failure(shown, f"it has {len(raw.body):,} characters, and {MAX_ARTICLE_BYTES:,} is the limit; split it")
    else:
        metadata = raw.metadata.filled_from(given)
        yield Found(name, raw.body, metadata, _fingerprint(raw.body, metadata), kept, raw.warnings + warnings, shown)


def _found_article(article: Article, given: Metadata) -> Found | Failure:
    metadata, warnings = metadata_from(asdict(article.metadata))
    metadata = metadata.filled_from(given)
    if not isinstance(article.text, str) or not article.text.strip():
        return Failure(article.title or article.url or "an Article", "its text is empty")
    if len(article.text) > MAX_ARTICLE_BYTES:
        return Failure(article.title or "an Article", f"its text is longer than {MAX_ARTICLE_BYTES:,} characters")
    raw = article.text.encode("utf-8", "surrogatepass")
    return Found("", article.text, metadata, _fingerprint(article.text, metadata), raw, warnings)


def sidecar_of(path: Path) -> Path | None:
    """`article.txt.meta.json` or `article.meta.yaml` beside `article.txt`, when there is one."""
    names = (path.with_name(stem + ending) for stem in (path.name, path.stem) for ending in SIDECARS)
    return next(filter(_is_file, names), None)


def _sidecar(path: Path | None) -> tuple[Metadata, tuple[str, ...]]:
    """The metadata in a file's sidecar."""
    beside = sidecar_of(path) if path else None
    if beside is None:
        return Metadata(), ()
    load = json.loads if beside.suffix == ".json" else yaml.safe_load
    try:
        fields = load(beside.read_text("utf-8"))
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        raise ReadError(f"its sidecar {beside.name} is not valid JSON or YAML") from error
    if not isinstance(fields, dict):
        raise ReadError(f"its sidecar {beside.name} is not an object of metadata")
    return metadata_from(fields)


def _is_file(path: Path) -> bool:
    try:
        return path.is_file()
    except OSError:  # a name that grew too long for the file system
        return False


def name_of(origin: Origin) -> str:
    """By what a place is known again: absolute path or address; '' for what has neither."""
    place = _shown(str(origin.path.resolve())) if origin.path else origin.url or ""
    return f"{place}/{_shown(origin.inner)}" if origin.inner else place


def _shown(name: str) -> str:
    """A file's name as text: bytes that are no UTF-8 stand as \\x.. in it."""
    return os.fsencode(name).decode("utf-8", "backslashreplace")


def _fingerprint(body: str, metadata: Metadata) -> str:
    content = json.dumps([body, asdict(metadata)], ensure_ascii=False, sort_keys=True)
    return hashlib.sha256(content.encode("utf-8", "surrogatepass")).hexdigest()
