"""Addresses of articles: one spelling for storing, one key for comparing.

courlan, which comes with trafilatura, cleans addresses for crawling and drops too much for us: a parameter that only
begins like one that tracks («gallery=7», «cid=12345»), whatever stands in braces, and the second scheme of an archive's
address. What an address leads to must never change, so only what is known to follow readers around is taken off.
"""

from __future__ import annotations

import re
from urllib.parse import SplitResult, urlsplit, urlunsplit

_TRACKING = re.compile(
    r"(?:utm_\w+|(?:fb|g|dc|gb|ms|tw|yc|ysc|igsh|wb|gbra|wbra|msclk|tt)cl?id|gclsrc|fbclid|msclkid|yclid|mc_[ce]id|_ga|_gl|"
    r"mtm_\w+|pk_(?:campaign|kwd|source|medium|content)|hsa_\w+|_hs(?:enc|mi)|igshid|mkt_tok|oly_\w+_id|vero_id|"
    r"at_(?:medium|campaign|custom\d*|link_\w+|format|ptr_name|bbc_team)|cmpid|ocid|ns_(?:campaign|mchannel|source|linkname)|"
    r"wt\.mc_id|s_cid|xtor|smid|__twitter_impression)$",
    re.I,
)
"""Names that campaigns, mail programs and social networks add; «ref», «source» and «id» may name the article and stay."""
_DEFAULT_PORT = {"http": 80, "https": 443}
_INDEX = re.compile(r"/index\.html?$", re.I)


def canonical(url: str) -> str:
    """The address as it is stored: scheme and host in lower case, without default port, fragment and tracking.

    It leads where `url` led. What is no web address is left as it is.
    """
    parts = _parts(url)
    if parts is None:
        return url
    query = "&".join(one for one in parts.query.split("&") if not _TRACKING.match(one.partition("=")[0]))
    # «#!/story/5» and «#/story/5» are addresses within pages that programs draw; other fragments are places on the page.
    fragment = parts.fragment if parts.fragment.startswith(("!", "/")) else ""
    return urlunsplit((parts.scheme.lower(), _host(parts), parts.path, query, fragment))


def key(url: str) -> str:
    """By which two spellings of one address are known: scheme, «www.», last slash, «index.html», order of parameters
    don't count."""
    parts = _parts(canonical(url))
    if parts is None:
        return url
    path = _INDEX.sub("/", parts.path).rstrip("/")
    query = "&".join(sorted(filter(None, parts.query.split("&"))))
    host = _host(parts).removeprefix("www.")
    return urlunsplit(("", host, path, query, parts.fragment)).removeprefix("//")


def same_site(one: str, other: str) -> bool:
    """Whether two addresses are of one site, as `www.ledger.example` and `amp.ledger.example` are."""
    return _site(one) == _site(other) is not None


def names_article(url: str) -> bool:
    """Whether an address is more than a site's front page, which careless sites call the address of every article."""
    parts = _parts(url)
    return parts is not None and bool(_INDEX.sub("/", parts.path).strip("/") or parts.query or parts.fragment)


def _site(url: str) -> str | None:
    from tld import get_fld  # late: it reads the list of public suffixes

    parts = _parts(url)
    if parts is None:
        return None
    found = get_fld(url, fail_silently=True)  # None for names without a public suffix, and for numbers
    if found:
        return str(found)
    host = parts.hostname or ""
    return host if re.fullmatch(r"[\d.]+|.*:.*", host) else ".".join(host.split(".")[-2:])


def _host(parts: SplitResult) -> str:
    login, at, host = parts.netloc.rpartition("@")
    port = _DEFAULT_PORT.get(parts.scheme.lower())
    return f"{login}{at}{host.lower().removesuffix(f':{port}')}"


def _parts(url: str) -> SplitResult | None:
    try:
        parts = urlsplit(url.strip())
        return parts if parts.scheme.lower() in _DEFAULT_PORT and parts.hostname else None
    except ValueError:
        return None
