"""Taking in: many places read, those that didn't change passed over, in windows that furniture is learned from."""

from __future__ import annotations

import hashlib
import json
import os
import warnings
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING

from index.clean import VERSION
from index.errors import ReadError
from index.places import Failure, Origin
from index.read import Fetches, Found, Unchanged, bytes_of, name_of, read, sidecar_of
from index.records import Metadata
from index.store import KnownFile

if TYPE_CHECKING:
    from index.fetch import Page

WINDOW = 1000
"""Articles that are read before the first of them is stored: enough to learn from, little to read again after a kill."""
WINDOW_BYTES = 64_000_000
FETCHED_WINDOW = 20
"""The same where pages are fetched, one a second."""
PARALLEL_FROM = 48
"""Files from which on other processes read: they take a second to start, as long as some 40 pages take to read."""
_SLOW = (".html", ".htm", ".xhtml", ".pdf", ".docx")


@dataclass(frozen=True)
class Known:
    """A file that holds what it held the last time."""

    articles: int
    failures: tuple[tuple[str, str], ...] = ()
    """Of its records that can't be read, told again."""


@dataclass(frozen=True)
class Taken:
    """What one place gave, or a part of it."""

    place: Origin
    found: Found | Failure | Unchanged | Known | None
    """None where the place is at its end."""
    done: int
    """Bytes of the place dealt with by then."""
    digest: str = ""
    """Of a file, at its end: by which it is known again."""


def digest_of(place: Origin, given: Metadata) -> str:
    """What a file holds and how it would be read: content, sidecar, flags, columns, cleaner. '' for what is no file."""
    if place.path is None:
        return ""
    found = hashlib.sha256(json.dumps([VERSION, asdict(given), dict(place.columns)], sort_keys=True).encode())
    try:
        sidecar = sidecar_of(place.path)
        for data in (sidecar.read_bytes() if sidecar else b"", bytes_of(place.path)):
            found.update(len(data).to_bytes(8, "big") + data)
    except Exception:  # noqa: BLE001  reading it will tell
        return ""
    return found.hexdigest()


def take(
    places: Sequence[Origin], given: Metadata, fetcher: Fetches, known: Callable[[str, str], KnownFile | None]
) -> Iterator[Taken]:
    """What all places give, in their order. `known(name, digest)` says what an unchanged file holds."""
    digests = [digest_of(place, given) for place in places]
    held = [known(name_of(place), digest) if digest else None for place, digest in zip(places, digests, strict=True)]
    slow = [place for place, before in zip(places, held, strict=True) if before is None and _is_slow(place)]
    with _others(slow, given) as read_by_others:
        for place, digest, before in zip(places, digests, held, strict=True):
            if before is not None:
                yield Taken(place, Known(*before), place.bytes)
                continue
            within = 0
            for found in next(read_by_others) if _is_slow(place) and read_by_others else read(place, given, fetcher):
                within = min(within + (len(found.raw) if isinstance(found, Found) else 0), place.bytes)
                yield Taken(place, found, within)
            yield Taken(place, None, place.bytes, digest)


def windows(taken: Iterable[Taken]) -> Iterator[list[Taken]]:
    """Runs of what was taken, each small enough to be held."""
    window: list[Taken] = []
    articles = size = 0
    for one in taken:
        window.append(one)
        if isinstance(one.found, Found):
            articles += 1
            size += len(one.found.raw) + len(one.found.body)
        most = FETCHED_WINDOW if one.place.url else WINDOW
        if articles >= most or size >= WINDOW_BYTES:
            yield window
            window, articles, size = [], 0, 0
    if window:
        yield window


def _is_slow(place: Origin) -> bool:
    return place.path is not None and place.path.suffix.lower() in _SLOW


@contextmanager
def _others(places: Sequence[Origin], given: Metadata) -> Iterator[Iterator[list[Found | Failure | Unchanged]] | None]:
    """Other processes that read these places, a little ahead of who asks; None where it doesn't pay."""
    if len(places) < PARALLEL_FROM or (workers := os.cpu_count() or 1) < 2:
        yield None
        return
    import joblib  # 0.2 s: only for many pages. Its processes don't run the caller's main module, as multiprocessing's do.

    parallel = joblib.Parallel(n_jobs=workers, return_as="generator", batch_size=8, pre_dispatch=8 * 8 * workers)
    found = parallel(joblib.delayed(_read_alone)(place, given) for place in places)
    try:
        yield found
    finally:
        with warnings.catch_warnings():  # joblib finds it wasteful to stop early
            warnings.simplefilter("ignore", UserWarning)
            found.close()


def _read_alone(place: Origin, given: Metadata) -> list[Found | Failure | Unchanged]:
    """What a file gives: the work of another process."""
    return list(read(place, given, _NoFetcher()))


class _NoFetcher:
    """Files cause no requests: none of this is asked for one."""

    def page(self, url: str) -> Page | None:
        """Nothing is fetched."""
        raise ReadError(f"{url} is not fetched here")

    def unchanged(self, url: str) -> int:  # noqa: ARG002
        """Nothing was fetched."""
        return 0

    def known(self, url: str, dated: str | None) -> bool:  # noqa: ARG002
        """Nothing was fetched."""
        return False

    def note(self, url: str, page: Page, articles: int, dated: str | None = None) -> None:
        """Nothing was fetched."""
