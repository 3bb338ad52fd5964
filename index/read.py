"""Reading: paths, standard input and Article objects in; raw articles and named failures out."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

import yaml

import index.addresses as addresses
import index.archives as archives
import index.documents as documents
import index.feeds as feeds
from index.decode import decode
from index.errors import ReadError
from index.formats import FORMATS, WITH_COLUMNS, Broken, Raw, read_text, sniffed
from index.metadata import digest, metadata_from
from index.page_head import day_in
from index.places import KNOWN, SIDECARS, Failure, Origin, shown
from index.records import Article, Metadata

if TYPE_CHECKING:
    from index.fetch import Page

MAX_ARTICLE_BYTES = 10_000_000
"""One article; a book of 1,500 pages has 3 MB. More is a wrong file, and would hold up everything behind it."""
MAX_EXPORT_BYTES = 1_000_000_000
"""One JSON or JSON-lines export, which holds many."""
_EXPORTS = (".json", ".jsonl", ".ndjson", ".csv", ".tsv", ".zip")
_ANNOUNCED = "only what the feed announces of it is read"


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
    id: str = ""
    """Of an Article that came from an index: its id there."""


@dataclass(frozen=True)
class Unchanged:
    """An address that holds what it held the last time, so that it was not read again."""

    name: str
    articles: int


class Fetches(Protocol):
    """What fetches pages and knows what was fetched before, as `index.visits.Visits`."""

    def page(self, url: str) -> Page | None:
        """The page at an address; None when it is as it was the last time. Raises ReadError."""

    def unchanged(self, url: str) -> int:
        """How many articles an address gave the last time."""

    def known(self, url: str, dated: str | None) -> bool:
        """Whether a feed's entry need not be fetched again."""

    def note(self, url: str, page: Page, articles: int, dated: str | None = None) -> None:
        """That an address was read whole."""


def read(origin: Origin, given: Metadata, fetcher: Fetches) -> Iterator[Found | Failure | Unchanged]:
    """The articles of one origin. `given` (from flags) fills in what file and sidecar don't say."""
    try:
        if origin.article is not None:
            yield _found_article(origin.article, given)
            return
        if origin.url is not None:
            yield from _read_address(origin, origin.url, given, fetcher)
            return
        data = _standard_input() if origin.path is None else bytes_of(origin.path)
        yield from _read_bytes(origin, data, given)
    except ReadError as error:
        yield Failure(origin.name, str(error))
    except OSError as error:
        yield Failure(origin.name, f"it can't be read ({error.strerror or error})")
    except Exception as error:  # noqa: BLE001  parsers of pages and dates fail in ways of their own; one file stops no other
        yield Failure(origin.name, f"it can't be read ({type(error).__name__}: {str(error)[:120]})")


def _read_address(origin: Origin, url: str, given: Metadata, fetcher: Fetches) -> Iterator[Found | Failure | Unchanged]:
    """A page or a feed. It is remembered as read only when nothing of it was missed."""
    page = fetcher.page(url)
    if page is None:
        yield Unchanged(origin.name, fetcher.unchanged(url))
        return
    is_text = not page.data.startswith((b"%PDF", archives.SIGNATURE))
    if is_text and feeds.is_feed(text := decode(page.data, page.charset)):
        found = _follow(origin, text, given, fetcher)
    else:
        found = _read_bytes(origin, page.data, given.filled_from(Metadata(url=page.url)), page.charset)
    articles, whole = 0, True
    for one in found:
        articles += one.articles if isinstance(one, Unchanged) else isinstance(one, Found)
        missed = isinstance(one, Found) and any(warning.startswith(f"{_ANNOUNCED}:") for warning in one.warnings)
        whole = whole and not missed and not isinstance(one, Failure)
        yield one
    if whole:
        fetcher.note(url, page, articles)


def _follow(origin: Origin, text: str, given: Metadata, fetcher: Fetches) -> Iterator[Found | Failure | Unchanged]:
    """A feed's articles. Those that it only announces are fetched; where that fails, the announcement is kept."""
    for entry in feeds.entries(text):
        why = ""
        found: Sequence[Found | Failure | Unchanged]
        if entry.link and not entry.whole:
            if fetcher.known(entry.link, entry.dated):
                yield Unchanged(entry.link, fetcher.unchanged(entry.link))
                continue
            try:
                found = _read_entry(entry, entry.link, given, fetcher)
            except Exception as error:  # noqa: BLE001  whatever is wrong with one page, the next entry is read
                found, why = [], str(error)
            if any(not isinstance(one, Failure) for one in found):
                yield from found
                continue
            why = why or next((one.why for one in found if isinstance(one, Failure)), "nothing is found in it")
        if isinstance(entry.raw, Broken):
            yield Failure(f"{origin.name} {entry.raw.part}", f"{entry.raw.why}{f', and its page: {why}' if why else ''}")
            continue
        warnings = (f"{_ANNOUNCED}: {why}",) if why else ()
        raw = entry.raw
        yield from _checked(origin, "", raw, given, raw.body.encode("utf-8", "surrogatepass"), warnings)


def _read_entry(entry: feeds.Entry, link: str, given: Metadata, fetcher: Fetches) -> Sequence[Found | Failure | Unchanged]:
    """The page that a feed's entry leads to."""
    page = fetcher.page(link)
    if page is None:
        return [Unchanged(link, fetcher.unchanged(link))]
    told = entry.raw.metadata if isinstance(entry.raw, Raw) else Metadata()
    # What the feed says fills in what the page doesn't: it names its outlet and day oftener.
    about = replace(told, url=link if addresses.same_site(link, page.url) else page.url).filled_from(given)
    found = list(_read_bytes(Origin(link, None, 0, url=link), page.data, about, page.charset))
    if found and all(isinstance(one, Found) for one in found):
        fetcher.note(link, page, len(found), entry.dated)
    return found


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
        named = WITH_COLUMNS.get(reader) if origin.columns else None
        found = named(text, origin.columns) if named else reader(text)
    for raw in found:
        if origin.url and isinstance(raw, Raw):
            raw = replace(raw, metadata=_at(raw.metadata, given.url))
        # A record's number is no identity: exports roll on, and line 3 is another story tomorrow. Its url or its id is.
        name = "" if raw.part else name_of(origin)
        if isinstance(raw, Broken):
            yield Failure(f"{origin.name} {raw.part}".strip(), raw.why, lasting=True)
            continue
        kept = data if whole and not raw.part else raw.body.encode("utf-8", "surrogatepass")
        yield from _checked(origin, name, raw, given, kept, warnings)


def _at(metadata: Metadata, url: str | None) -> Metadata:
    """What a page fetched from `url` says of itself, without an address on another site: that is no name of its own."""
    other = metadata.url and url and not addresses.same_site(metadata.url, url)
    about = replace(metadata, url=None) if other else metadata
    return about.filled_from(Metadata(published=day_in(about.url or url))) if not about.published else about


def _read_archive(origin: Origin, data: bytes, given: Metadata) -> Iterator[Found | Failure]:
    """Every file of a ZIP archive; one that can't be read stops no other."""
    empty = True
    for member in archives.members(data, MAX_ARTICLE_BYTES):
        empty = False
        if isinstance(member, Broken):
            yield Failure(f"{origin.name}/{shown(member.part)}", member.why)
            continue
        name, content = member
        place = replace(origin, name=f"{origin.name}/{shown(name)}", inner=name)
        if name.endswith(SIDECARS):
            continue
        if Path(name).suffix and Path(name).suffix.lower() not in KNOWN - {".zip"}:
            why = f"{shown(Path(name).suffix)} is not a kind of file that On Record reads in an archive"
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
    called = f"{origin.name} {raw.part}".strip()
    if not raw.body.strip():
        yield Failure(called, "there is no text in it", lasting=True)
    elif len(raw.body) > MAX_ARTICLE_BYTES:
        why = f"it has {len(raw.body):,} characters, and {MAX_ARTICLE_BYTES:,} is the limit; split it"
        yield Failure(called, why, lasting=True)
    else:
        metadata = raw.metadata.filled_from(given)
        yield Found(name, raw.body, metadata, digest(raw.body, metadata), kept, raw.warnings + warnings, called)


def _found_article(article: Article, given: Metadata) -> Found | Failure:
    metadata, warnings = metadata_from(asdict(article.metadata))
    metadata = metadata.filled_from(given)
    if not isinstance(article.text, str) or not article.text.strip():
        return Failure(article.title or article.url or "an Article", "its text is empty")
    if len(article.text) > MAX_ARTICLE_BYTES:
        return Failure(article.title or "an Article", f"its text is longer than {MAX_ARTICLE_BYTES:,} characters")
    raw = article.text.encode("utf-8", "surrogatepass")
    return Found("", article.text, metadata, digest(article.text, metadata), raw, warnings, id=article.id)


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
    place = shown(str(origin.path.resolve())) if origin.path else origin.url or ""
    return f"{place}/{shown(origin.inner)}" if origin.inner else place
