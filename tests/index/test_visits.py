"""Addresses fetched again: the server is asked for changes only, and never for what a feed says is unchanged."""

from __future__ import annotations

from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler
from pathlib import Path

import pytest
from fake_embedder import FakeEmbedder
from serving import serving

import index.fetch
from index import Index

WORDS = "The {} stays in port until {}, the harbor office said on Saturday, because of thick fog over the whole bay."


class Site(BaseHTTPRequestHandler):
    """Pages and a feed, all with an ETag or a date of last change."""

    asked: list[tuple[str, int]]
    pages: dict[str, str]
    etags: bool
    dates: dict[str, str]

    def do_GET(self) -> None:
        if self.path == "/feed":
            self.send(self.feed(), "application/rss+xml")
        elif self.path in self.pages:
            self.send(f"<html><head>{self.pages.get(self.path + ' head', '')}</head><body><article><p>"
                      f"{self.pages[self.path]}</p></article></body></html>", "text/html")  # fmt: skip
        else:
            self.answer(404)

    def feed(self) -> str:
        items = "".join(
            f"<item><title>{path}</title><link>http://{self.headers['Host']}{path}</link>"
            f"<pubDate>{date}</pubDate><description>Announced: {path}.</description></item>"
            for path, date in self.dates.items()
        )
        return f"<rss version='2.0'><channel><title>Ledger</title>{items}</channel></rss>"

    def send(self, text: str, kind: str) -> None:
        tag, date = f'"{hash(text)}"', f"Sat, 01 Mar 2025 10:00:{len(text) % 60:02} GMT"
        same = self.headers["If-None-Match"] == tag if self.etags else self.headers["If-Modified-Since"] == date
        self.answer(304 if same else 200, b"" if same else text.encode(), kind, "ETag" if self.etags else "Last-Modified",
                    tag if self.etags else date)  # fmt: skip

    def answer(
        self, status: int, data: bytes = b"", kind: str = "text/html", header: str = "X-None", value: str = ""
    ) -> None:
        self.asked.append((self.path, status))
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(data)))
        self.send_header(header, value)
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, *args: object) -> None: ...


@pytest.fixture(params=[True, False], ids=["etag", "last-modified"])
def site(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    monkeypatch.setattr(index.fetch.Fetcher, "_wait", lambda self, host: None)
    Site.asked, Site.etags = [], request.param
    Site.pages = {"/ferry": WORDS.format("ferry", "Monday"), "/tug": WORDS.format("tug", "Friday")}
    Site.dates = {"/ferry": "Sat, 01 Mar 2025 10:00:00 GMT", "/tug": "Sat, 01 Mar 2025 11:00:00 GMT"}
    with serving(Site) as address:
        yield address


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Index]:
    with Index(tmp_path / "i", embedder_=FakeEmbedder()) as opened:
        yield opened


def asked() -> list[tuple[str, int]]:
    found = [one for one in Site.asked if one[0] != "/robots.txt"]
    Site.asked.clear()
    return found


def test_a_page_that_is_as_it_was(site: str, desk: Index) -> None:
    assert desk.add(f"{site}/ferry", allow_private=True).added == 1
    again = desk.add(f"{site}/ferry", allow_private=True)
    assert (again.unchanged, again.added, again.failed) == (1, 0, ())
    assert asked() == [("/ferry", 200), ("/ferry", 304)]
    Site.pages["/ferry"] = WORDS.format("ferry", "Wednesday the fifth")
    assert desk.add(f"{site}/ferry", allow_private=True).updated == 1
    assert asked() == [("/ferry", 200)]


def test_a_page_is_read_again_with_other_flags_or_after_a_removal(site: str, desk: Index) -> None:
    desk.add(f"{site}/ferry", allow_private=True)
    desk.add(f"{site}/ferry", source="Ledger", allow_private=True)
    assert [status for _, status in asked()] == [200, 200]
    (article,) = desk.articles()
    assert article.source == "Ledger"
    desk.remove(article.id)
    assert desk.add(f"{site}/ferry", source="Ledger", allow_private=True).added == 1


def test_a_page_that_could_not_be_read_is_not_remembered(site: str, desk: Index) -> None:
    Site.pages["/ferry"] = ""
    assert len(desk.add(f"{site}/ferry", allow_private=True).failed) == 1
    assert len(desk.add(f"{site}/ferry", allow_private=True).failed) == 1
    assert [status for _, status in asked()] == [200, 200]


def test_what_is_not_stored_is_not_remembered(site: str, desk: Index, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as patched:
        patched.setattr(desk._store, "put", lambda batch: (_ for _ in ()).throw(KeyboardInterrupt))
        with pytest.raises(KeyboardInterrupt):
            desk.add(f"{site}/ferry", allow_private=True)
    assert desk.add(f"{site}/ferry", allow_private=True).added == 1


def test_a_feed_that_is_as_it_was(site: str, desk: Index) -> None:
    assert desk.add(f"{site}/feed", allow_private=True).added == 2
    again = desk.add(f"{site}/feed", allow_private=True)
    assert (again.unchanged, again.added) == (2, 0)
    assert asked() == [("/feed", 200), ("/ferry", 200), ("/tug", 200), ("/feed", 304)]


def test_entries_whose_date_is_the_same_are_not_fetched(site: str, desk: Index) -> None:
    desk.add(f"{site}/feed", allow_private=True)
    asked()
    Site.dates = {"/barge": "Mon, 03 Mar 2025 10:00:00 GMT", **Site.dates, "/tug": "Sun, 02 Mar 2025 10:00:00 GMT"}
    Site.pages["/barge"] = WORDS.format("barge", "Thursday")
    Site.pages["/tug"] = WORDS.format("tug", "Sunday the ninth")
    report = desk.add(f"{site}/feed", allow_private=True)
    assert (report.added, report.updated, report.unchanged) == (1, 1, 1)
    assert asked() == [("/feed", 200), ("/barge", 200), ("/tug", 200)]


def test_a_feed_with_a_missing_page_is_followed_again(site: str, desk: Index) -> None:
    Site.dates["/barge"] = "Mon, 03 Mar 2025 10:00:00 GMT"
    report = desk.add(f"{site}/feed", allow_private=True)
    assert (report.added, len(report.warnings)) == (3, 1)
    asked()
    Site.pages["/barge"] = WORDS.format("barge", "Thursday")
    assert desk.add(f"{site}/feed", allow_private=True).updated == 1, "the announcement gives way to its article"
    assert asked() == [("/feed", 200), ("/barge", 200)]
    assert desk.add(f"{site}/feed", allow_private=True).unchanged == 3
    assert asked() == [("/feed", 304)]


def test_the_address_that_a_page_gives_itself_wins_on_its_own_site(site: str, desk: Index) -> None:
    Site.pages["/ferry head"] = (
        f'<link rel="canonical" href="{site}/harbor/ferry"><meta property="og:url" content="{site}/">'
    )
    Site.pages["/tug head"] = '<link rel="canonical" href="https://elsewhere.example/tug">'
    desk.add([f"{site}/ferry", f"{site}/tug"], allow_private=True)
    assert {article.url for article in desk.articles()} == {f"{site}/harbor/ferry", f"{site}/tug"}
