"""Pages fetched from a server on this machine: good ones, and every way in which a page can be bad."""

from __future__ import annotations

import gzip
import socket
import time
from collections.abc import Iterator
from contextlib import closing, suppress
from http.server import BaseHTTPRequestHandler
from pathlib import Path

import pytest
from fake_embedder import FakeEmbedder
from serving import serving

import index.fetch as fetch
from index import Index, ReadError
from index.fetch import Fetcher

STORY = "<html><head><title>Ferry stays in port</title></head><body><article><p>{}</p></article></body></html>"
WORDS = "The ferry stays in port until Monday, the harbor office said on Saturday, because of thick fog over the whole bay."
asked: list[str] = []


class Site(BaseHTTPRequestHandler):
    """A path for each kind of answer."""

    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        asked.append(self.path)
        told = getattr(self, "page_" + self.path.strip("/").split("/")[0].replace("-", "_").replace(".", "_"), None)
        told() if told else self.send(404, b"")

    def log_message(self, *args: object) -> None: ...

    def send(self, status: int, data: bytes, kind: str = "text/html; charset=utf-8", **headers: str) -> None:
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(data)))
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        self.end_headers()
        self.wfile.write(data)

    def page_story(self) -> None:
        self.send(200, STORY.format(WORDS).encode())

    def page_robots_txt(self) -> None:
        self.send(200, b"User-agent: *\nDisallow: /hidden\n", "text/plain")

    def page_hidden(self) -> None:
        self.page_story()

    def page_latin(self) -> None:
        self.send(200, STORY.format(f"Café São Tomé. {WORDS}").encode("latin-1"), "text/html; charset=iso-8859-1")

    def page_wrong_charset(self) -> None:
        self.send(200, STORY.format(f"Café São Tomé. {WORDS}").encode(), "text/html; charset=iso-8859-1")

    def page_moved(self) -> None:
        self.send(301, b"", Location="/story")

    def page_round(self) -> None:
        self.send(302, b"", Location="/round")

    def page_inward(self) -> None:
        self.send(302, b"", Location="http://127.0.0.1:1/secret")

    def page_file(self) -> None:
        self.send(302, b"", Location="file:///etc/passwd")

    def page_gzip(self) -> None:
        self.send(200, gzip.compress(STORY.format(WORDS).encode()), Content_Encoding="gzip")

    def page_bomb(self) -> None:
        self.send(200, gzip.compress(b"x" * 40_000_000), Content_Encoding="gzip")

    def page_broken_gzip(self) -> None:
        self.send(200, b"this is not gzip", Content_Encoding="gzip")

    def page_huge(self) -> None:
        self.send(200, b"x" * 12_000_000)

    def page_film(self) -> None:
        self.send(200, b"....", "video/mp4")

    def page_feed(self) -> None:
        items = "".join(
            f"<item><title>Item {path}</title><link>http://{self.headers['Host']}/{path}</link><pubDate>Sat, 01 Mar 2025 "
            f"10:00:00 GMT</pubDate><description>&lt;p&gt;Announced: {path} tells of the harbor.&lt;/p&gt;</description></item>"
            for path in ("story", "nothing")
        )
        feed = f"<?xml version='1.0'?><rss version='2.0'><channel><title>Harbor Ledger</title>{items}</channel></rss>"
        self.send(200, feed.encode(), "application/rss+xml")

    def page_slow(self) -> None:
        time.sleep(2)
        self.page_story()

    def page_drip(self) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "text/html")
        self.send_header("Content-Length", "1000000")
        self.end_headers()
        with suppress(OSError):  # whoever asked has gone
            for _ in range(40):
                self.wfile.write(b"<p>word</p>")
                self.wfile.flush()
                time.sleep(0.1)

    def page_error(self) -> None:
        self.send(500, b"")


@pytest.fixture(scope="module")
def site() -> Iterator[str]:
    with serving(Site) as address:
        yield address


@pytest.fixture
def fetcher() -> Iterator[Fetcher]:
    opened = Fetcher(allow_private=True, pause=0)
    yield opened
    opened.close()


@pytest.mark.parametrize("path", ["/story", "/moved", "/gzip"])
def test_a_page_is_fetched(site: str, fetcher: Fetcher, path: str) -> None:
    page = fetcher.page(site + path)
    assert WORDS.encode() in page.data
    assert page.kind == "text/html"
    assert page.url == site + ("/story" if path == "/moved" else path)


@pytest.mark.parametrize(
    ("path", "why"),
    [
        ("/nothing", "the server answers 404"),
        ("/error", "the server answers 500"),
        ("/hidden/story", "robots.txt asks not to"),
        ("/round", "redirects more than 5 times"),
        ("/file", "only http and https"),
        ("/bomb", "more than 10 MB"),
        ("/huge", "more than 10 MB"),
        ("/broken-gzip", "packing is broken"),
        ("/film", "it is video/mp4, not a page of text"),
    ],
)
def test_a_bad_page_is_told_for_what_it_is(site: str, fetcher: Fetcher, path: str, why: str) -> None:
    with pytest.raises(ReadError, match=why):
        fetcher.page(site + path)


def test_a_slow_server_is_given_up(site: str, fetcher: Fetcher, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fetch, "TIMEOUT", 0.5)
    with pytest.raises(ReadError, match="did not answer"):
        fetcher.page(site + "/slow")


def test_a_page_that_never_ends_is_given_up(site: str, fetcher: Fetcher, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fetch, "TOTAL_TIMEOUT", 0.5)
    with pytest.raises(ReadError, match="took longer"):
        fetcher.page(site + "/drip")


@pytest.mark.parametrize(
    ("url", "why"),
    [
        ("ftp://ledger.example/a", "only http"), ("file:///etc/passwd", "only http"), ("https://", "no address"),
        ("https://user:word@ledger.example/", "password"), ("http://ledger.example:99999/", "no address"),
        ("http://[::1", "no address"), ("http://a b/", "no address"),
    ],
)  # fmt: skip
def test_what_is_no_address_of_a_page(fetcher: Fetcher, url: str, why: str) -> None:
    with pytest.raises(ReadError, match=why):
        fetcher.page(url)


@pytest.mark.parametrize(
    "host",
    ["127.0.0.1", "localhost", "10.1.2.3", "192.168.0.1", "169.254.169.254", "[::1]", "[::ffff:127.0.0.1]", "0.0.0.0", "[fd00::1]",
     "2130706433", "0x7f.1", "[::ffff:169.254.169.254]", "100.64.0.1", "224.0.0.1"],
)  # fmt: skip
def test_private_addresses_are_not_reached(host: str) -> None:
    with pytest.raises(ReadError, match=r"private network|no host|can't be reached"):
        Fetcher(pause=0).page(f"http://{host}/story")


def test_a_redirect_does_not_lead_inward(site: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """The first address passes for public; the one that it redirects to doesn't."""
    port = site.rpartition(":")[2]
    real = socket.getaddrinfo

    def resolve(host: str, *args: object, **options: object) -> object:
        return real("127.0.0.1", *args, **options) if host == "ledger.example" else real(host, *args, **options)  # type: ignore[arg-type]

    monkeypatch.setattr(socket, "getaddrinfo", resolve)
    monkeypatch.setattr(fetch, "_public", lambda address: False)
    with pytest.raises(ReadError, match="private network"):
        Fetcher(pause=0).page(f"http://ledger.example:{port}/inward")


def test_a_name_is_looked_up_once_and_that_address_is_used(site: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """A name server that answers otherwise the second time reaches nothing."""
    port = int(site.rpartition(":")[2])
    looked: list[str] = []
    connected: list[str] = []
    real = fetch.httpcore.SyncBackend.connect_tcp

    def resolve(host: str, *args: object, **options: object) -> list[tuple[int, int, int, str, tuple[str, int]]]:
        looked.append(host)
        address = "93.184.216.34" if len(looked) % 2 else "10.0.0.1"
        return [(2, 1, 6, "", (address, port))]

    def connect(self: object, host: str, *args: object, **options: object) -> object:
        connected.append(host)
        raise fetch.httpcore.ConnectError("not in a test")

    monkeypatch.setattr(fetch.socket, "getaddrinfo", resolve)
    monkeypatch.setattr(fetch.httpcore.SyncBackend, "connect_tcp", connect)
    with pytest.raises(ReadError):
        Fetcher(pause=0).page(f"http://ledger.example:{port}/story")
    assert real is not connect
    assert set(connected) == {"93.184.216.34"}  # the private answer was refused before any connection


def test_a_host_is_asked_at_most_so_often(site: str) -> None:
    with closing(Fetcher(allow_private=True, pause=0.2)) as fetcher:
        began = time.perf_counter()
        fetcher.page(site + "/story")
        fetcher.page(site + "/story")
    assert time.perf_counter() - began >= 0.4  # robots.txt, and two pages


def test_robots_are_asked_once(site: str, fetcher: Fetcher) -> None:
    asked.clear()
    fetcher.page(site + "/story")
    fetcher.page(site + "/gzip")
    assert asked.count("/robots.txt") == 1


def test_pages_go_into_an_index_with_their_address(site: str, tmp_path: Path) -> None:
    with Index(tmp_path / "i", embedder_=FakeEmbedder()) as index:
        report = index.add([site + "/story", site + "/pdf", site + "/latin", site + "/wrong-charset"], allow_private=True)
        assert [what for what, _ in report.failed] == [site + "/pdf"]
        assert report.added == 3
        texts = {article.url: article.text for article in index.articles()}
        assert WORDS in texts[site + "/story"]
        assert "Café São Tomé" in texts[site + "/latin"]
        assert "Café São Tomé" in texts[site + "/wrong-charset"]
        assert index.add([site + "/story"], allow_private=True).unchanged == 1
        refused = index.add([site + "/story"])
        assert "private network" in refused.failed[0][1]


def test_a_feed_is_followed_to_its_articles(site: str, tmp_path: Path) -> None:
    with Index(tmp_path / "i", embedder_=FakeEmbedder()) as index:
        report = index.add(f"{site}/feed", allow_private=True)
        assert (report.added, report.failed) == (2, ())
        whole, announced = sorted(index.articles(), key=lambda article: article.url or "", reverse=True)
        assert WORDS in whole.text
        assert (whole.published or "")[:10] == "2025-03-01"
        assert announced.text == "Announced: nothing tells of the harbor." and announced.source == "Harbor Ledger"
        assert [why for _, why in report.warnings] == ["only what the feed announces of it is read: the server answers 404"]
        assert index.add(f"{site}/feed", allow_private=True).unchanged == 2
