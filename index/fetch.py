"""Fetching pages: an address in, the bytes of the page out, or a sentence that says why not.

Only http and https, only public addresses unless private ones are allowed: the address that a name stands for is looked up
once, checked, and that one is connected to, at every redirect anew; so neither a redirect nor a name server that changes
its mind reaches this machine's own network. Sizes are counted after unpacking.
"""

from __future__ import annotations

import gzip
import ipaddress
import socket
import ssl
import time
import zlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, overload
from urllib.parse import urljoin, urlsplit
from urllib.robotparser import RobotFileParser

import certifi
import httpcore

from index.errors import ReadError

MAX_PAGE_BYTES = 10_000_000
MAX_ROBOTS_BYTES = 500_000
MAX_REDIRECTS = 5
TIMEOUT = 15.0
"""Seconds to connect, and between two pieces of a page."""
TOTAL_TIMEOUT = 60.0
"""Seconds for a whole page."""
PAUSE = 1.0
"""Seconds between two requests to one host."""
AGENT = "OnRecord"
_KINDS = (
    "text/html", "application/xhtml+xml", "text/plain", "text/markdown", "application/json", "application/x-ndjson",
    "application/rss+xml", "application/atom+xml", "application/xml", "text/xml", "text/csv", "application/pdf",
)  # fmt: skip


@dataclass(frozen=True)
class Page:
    """A page as it came."""

    url: str
    """Where it was in the end."""
    data: bytes
    kind: str
    """Media type, as `text/html`."""
    charset: str | None
    """As the server names it."""
    etag: str | None = None
    modified: str | None = None
    """By which the server knows this state of the page again."""


class Fetcher:
    """Fetches pages, politely: robots.txt is obeyed, and a host is asked once a second."""

    def __init__(self, *, allow_private: bool = False, pause: float = PAUSE) -> None:
        self._pool = httpcore.ConnectionPool(
            ssl_context=ssl.create_default_context(cafile=certifi.where()), network_backend=_Guarded(allow_private)
        )
        self._pause = pause
        self._asked: dict[str, float] = {}
        self._robots: dict[str, RobotFileParser] = {}

    @overload
    def page(self, url: str) -> Page: ...

    @overload
    def page(self, url: str, etag: str | None, modified: str | None) -> Page | None: ...

    def page(self, url: str, etag: str | None = None, modified: str | None = None) -> Page | None:
        """The page at an address; None when it is still in the state that `etag` or `modified` name. Raises ReadError."""
        state = [(name, value) for name, value in (("If-None-Match", etag), ("If-Modified-Since", modified)) if value]
        began = time.monotonic()
        for _ in range(MAX_REDIRECTS + 1):
            parts = _checked(url)
            if not self._allowed(url, parts):
                raise ReadError("the site's robots.txt asks not to fetch it")
            status, headers, data = self._get(url, parts.hostname or "", MAX_PAGE_BYTES, began, state)
            if status in (301, 302, 303, 307, 308) and headers.get("location"):
                url = urljoin(url, headers["location"])
                continue
            if status == 304 and state:
                return None
            if status != 200:
                raise ReadError(f"the server answers {status}")
            kind, charset = _kind(headers.get("content-type", "text/html"))
            if kind not in _KINDS:
                raise ReadError(f"it is {kind}, not a page of text")
            return Page(url, data, kind, charset, headers.get("etag"), headers.get("last-modified"))
        raise ReadError(f"it redirects more than {MAX_REDIRECTS} times")

    def close(self) -> None:
        """Closes connections."""
        self._pool.close()

    def _allowed(self, url: str, parts: Any) -> bool:
        site = f"{parts.scheme}://{parts.netloc}"
        if site not in self._robots:
            self._robots[site] = self._read_robots(f"{site}/robots.txt", parts.hostname or "")
        return self._robots[site].can_fetch(AGENT, url)

    def _read_robots(self, url: str, host: str) -> RobotFileParser:
        rules = RobotFileParser(url)
        try:
            status, _, data = self._get(url, host, MAX_ROBOTS_BYTES, time.monotonic())
        except ReadError as error:
            if error.__cause__ is not None and isinstance(error.__cause__.__cause__, _Private):
                raise
            status, data = 0, b""
        # RFC 9309: no file, no rules; a site that refuses to show its rules is not fetched from.
        rules.parse(["User-agent: *", "Disallow: /"] if status in (401, 403) else
                    data.decode("utf-8", "replace").splitlines() if status == 200 else [])  # fmt: skip
        return rules

    def _get(
        self, url: str, host: str, most: int, began: float, state: Sequence[tuple[str, str]] = ()
    ) -> tuple[int, dict[str, str], bytes]:
        self._wait(host)
        headers = [("Host", urlsplit(url).netloc), ("User-Agent", f"{AGENT}/0.1"), ("Accept", "text/html, */*;q=0.5"),
                   ("Accept-Encoding", "gzip"), *state]  # fmt: skip
        waits = dict.fromkeys(("connect", "read", "write", "pool"), TIMEOUT)
        try:
            with self._pool.stream("GET", url, headers=headers, extensions={"timeout": waits}) as response:
                found = {name.decode("latin-1").lower(): value.decode("latin-1") for name, value in response.headers}
                if response.status != 200:
                    return response.status, found, b""
                return 200, found, _body(response.iter_stream(), found.get("content-encoding", ""), most, began)
        except httpcore.TimeoutException as error:
            raise ReadError(f"the server did not answer within {TIMEOUT:.0f} s") from error
        except (httpcore.NetworkError, httpcore.ProtocolError, httpcore.UnsupportedProtocol, ssl.SSLError, OSError) as error:
            raise ReadError(f"it can't be reached ({str(error)[:120] or type(error).__name__})") from error

    def _wait(self, host: str) -> None:
        """Until the host may be asked again."""
        due = self._asked.get(host, 0.0) + self._pause - time.monotonic()
        if host in self._asked and due > 0:
            time.sleep(due)
        self._asked[host] = time.monotonic()


class _Private(OSError):
    """The name stands for an address that isn't public."""


class _Guarded(httpcore.SyncBackend):
    """Connects to an address that was checked, never to a name."""

    def __init__(self, allow_private: bool) -> None:
        self._allow_private = allow_private

    def connect_tcp(
        self, host: str, port: int, timeout: float | None = None, local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.NetworkStream:  # fmt: skip
        """As httpcore's own, to the first address of the host when all of them are public."""
        try:
            found = [str(info[4][0]) for info in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)]
        except OSError as error:
            raise httpcore.ConnectError(f"there is no host {host}") from error
        if not self._allow_private and not all(_public(address) for address in found):
            raise httpcore.ConnectError(f"{host} is on a private network") from _Private()
        return super().connect_tcp(found[0], port, timeout, local_address, socket_options)


def _public(address: str) -> bool:
    found = ipaddress.ip_address(address.partition("%")[0])
    mapped = getattr(found, "ipv4_mapped", None) or getattr(found, "sixtofour", None)
    return found.is_global and not found.is_multicast and (mapped is None or mapped.is_global)


def _checked(url: str) -> Any:
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError as error:
        raise ReadError("it is no address of a page") from error
    if parts.scheme not in ("http", "https"):
        raise ReadError("only http and https addresses are fetched")
    if not parts.hostname or port == 0 or any(char.isspace() or ord(char) < 33 for char in url):
        raise ReadError("it is no address of a page")
    if parts.username or parts.password:
        raise ReadError("an address with a user name or password is not fetched")
    return parts


def _kind(header: str) -> tuple[str, str | None]:
    kind, _, rest = header.partition(";")
    charset = next((part.partition("=")[2] for part in rest.split(";") if part.strip().lower().startswith("charset=")), "")
    return kind.strip().lower(), charset.strip(" \"'") or None


def _body(pieces: Iterable[bytes], encoding: str, most: int, began: float) -> bytes:
    """The page, unpacked, as long as it is neither too long nor too slow."""
    packed = encoding.strip().lower()
    if packed not in ("", "identity", "gzip", "x-gzip"):
        raise ReadError(f"it comes packed as {encoding[:20]}, which was not asked for")
    unpack = zlib.decompressobj(16 + zlib.MAX_WBITS) if packed.endswith("gzip") else None
    found = bytearray()
    for piece in pieces:
        if unpack is None:
            found += piece
        else:
            try:
                found += unpack.decompress(piece, most + 1 - len(found))
            except (zlib.error, gzip.BadGzipFile) as error:
                raise ReadError("its packing is broken") from error
        if len(found) > most:
            raise ReadError(f"it has more than {most / 1e6:,.0f} MB")
        if time.monotonic() - began > TOTAL_TIMEOUT:
            raise ReadError(f"it took longer than {TOTAL_TIMEOUT:.0f} s")
    return bytes(found)
