"""Addresses that were fetched before: what the server said then, so that it is asked for changes only."""

from __future__ import annotations

from typing import TYPE_CHECKING

from index.store import Fetched, Store

if TYPE_CHECKING:
    from index.fetch import Fetcher, Page


class Visits:
    """Fetches for one `add`, and remembers for the next one. Nothing is remembered before `remember` is called: what is
    not stored yet must be fetched again when this process is killed."""

    def __init__(self, store: Store, mark: str, *, allow_private: bool) -> None:
        """`mark` says how addresses are read this time; what was read otherwise is fetched in full."""
        self._store = store
        self._mark = mark
        self._allow_private = allow_private
        self._fetcher: Fetcher | None = None
        self._read: dict[str, Fetched] = {}

    def page(self, url: str) -> Page | None:
        """The page at an address; None when it is as it was the last time. Raises ReadError."""
        if self._fetcher is None:  # files don't pay for it
            from index.fetch import Fetcher

            self._fetcher = Fetcher(allow_private=self._allow_private)
        before = self._before(url)
        return self._fetcher.page(url, before.etag, before.modified) if before else self._fetcher.page(url)

    def unchanged(self, url: str) -> int:
        """How many articles an address gave the last time."""
        before = self._before(url)
        return before.articles if before else 0

    def known(self, url: str, dated: str | None) -> bool:
        """Whether a feed's entry was read from its page before and bears the same date now: it need not be fetched."""
        before = self._before(url)
        return before is not None and dated is not None and before.dated == dated

    def note(self, url: str, page: Page, articles: int, dated: str | None = None) -> None:
        """That an address was read whole. `dated` is the date of the feed's entry that led to it."""
        self._read[url] = Fetched(url, self._mark, page.etag, page.modified, dated, articles)

    def remember(self) -> None:
        """Keeps what was noted."""
        if self._read:
            self._store.remember_fetched(list(self._read.values()))

    def close(self) -> None:
        """Closes connections, when there are any."""
        if self._fetcher is not None:
            self._fetcher.close()

    def _before(self, url: str) -> Fetched | None:
        found = self._store.fetched(url)
        return found if found and found.mark == self._mark else None
