"""What is known of an article besides its words: what pages, files, feeds and datelines say, and what they don't."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest

import index.addresses as addresses
from index import Article, Index
from index.datelines import Dateline, dateline
from index.formats import read_html
from index.metadata import metadata_from
from index.page_head import day_in, told

Write = Callable[[str, str | bytes], str]
WORDS = (
    "The council of Harwick voted on Monday to close the old swimming hall. Residents had asked for a repair instead, in "
    "letters to the mayor. The roof could not be saved at a price that the town would be able to pay, she said."
)


def page(head: str = "", *scripts: object) -> str:
    blocks = "".join(
        f'<script type="application/ld+json">{one if isinstance(one, str) else json.dumps(one)}</script>' for one in scripts
    )
    return f"<html><head>{head}{blocks}</head><body><article><h1>Hall</h1><p>{WORDS}</p></article></body></html>"


ARTICLE = {
    "@context": "https://schema.org", "@type": "NewsArticle", "headline": "Harwick closes its hall",
    "datePublished": "2025-02-14T09:30:00+01:00", "dateModified": "2025-02-15T08:00:00Z",
    "author": [{"@type": "Person", "name": "Ida Berg"}, {"@type": "Person", "name": "Tom Lind"}],
    "publisher": {"@type": "Organization", "name": "The Ledger"}, "articleSection": ["Local", "Town"], "inLanguage": "en-GB",
    "mainEntityOfPage": {"@id": "https://ledger.example/hall"},
}  # fmt: skip
SAID = {
    "title": "Harwick closes its hall", "published": "2025-02-14T09:30:00+01:00", "updated": "2025-02-15T08:00:00Z",
    "author": "Ida Berg, Tom Lind", "source": "The Ledger", "section": "Local", "language": "en",
    "url": "https://ledger.example/hall",
}  # fmt: skip


@pytest.mark.parametrize(
    "scripts",
    [
        [ARTICLE],
        [[{"@type": "BreadcrumbList", "name": "Not this"}, ARTICLE]],
        [{"@graph": [{"@type": "WebPage", "headline": "Not this"}, ARTICLE]}],
        ["{broken", {"@type": "Organization", "name": "Not this"}, ARTICLE],
        [{**ARTICLE, "@type": ["Article", "ReportageNewsArticle"]}],
        [{**ARTICLE, "author": "Ida Berg, Tom Lind", "publisher": "The Ledger", "articleSection": "Local"}],
        [{**ARTICLE, "author": ["Ida Berg", {"name": "Tom Lind"}], "mainEntityOfPage": "https://ledger.example/hall"}],
        [{"@graph": [{**ARTICLE, "publisher": {"@id": "#us"}}, {"@type": "Organization", "@id": "#us", "name": "The Ledger"}]}],
        [{**ARTICLE, "inLanguage": {"@type": "Language", "name": "English", "alternateName": "en"}}],
        ["<!-- " + json.dumps(ARTICLE) + " -->"],
    ],
    ids=["object", "list", "graph", "beside broken", "types", "strings", "mixed authors", "reference", "language", "comment"],
)  # fmt: skip
def test_json_ld_in_every_shape(scripts: list[object]) -> None:
    assert told(page("", *scripts)) == SAID


def test_broken_json_ld_alone_says_nothing() -> None:
    assert (
        told(page("", "{broken", '{"@type": "NewsArticle", "author": [null, {"name": 3}], "publisher": [[]]}', "[" * 5000))
        == {}
    )


def test_json_ld_is_trusted_over_meta_tags_and_those_over_what_is_found() -> None:
    head = (
        '<title>Not this | Site</title><meta property="og:title" content="Not this"><meta name="author" content="Ida Berg">'
        '<meta property="article:published_time" content="2025-02-01"><meta property="og:updated_time" content="2025-02-16">'
        '<meta property="og:site_name" content="The Ledger"><meta property="article:author" content="https://x.example/ida">'
    )
    only = {"@type": "NewsArticle", "headline": "Hall closes", "datePublished": "2025-02-14"}
    (raw,) = read_html(page(head, only))
    said = raw.metadata
    assert (said.title, said.author, said.source) == ("Hall closes", "Ida Berg", "The Ledger")
    assert (said.published, said.updated) == ("2025-02-14", "2025-02-16")
    (raw,) = read_html(page(head))
    assert (raw.metadata.title, raw.metadata.published) == ("Not this", "2025-02-01")


@pytest.mark.parametrize(
    ("url", "day"),
    [
        ("https://a.example/2022/06/17/hall", "2022-06-17"), ("https://a.example/news/2022-6-7/hall", "2022-06-07"),
        ("https://a.example/2022/02/30/hall", None), ("https://a.example/2022/06/hall", None),
        ("https://a.example/2022/06/171/hall", None), ("https://a.example/12022/06/17/hall", None), (None, None),
    ],
)  # fmt: skip
def test_the_day_in_an_address(url: str | None, day: str | None) -> None:
    assert day_in(url) == day


def test_the_day_in_the_address_is_the_last_resort() -> None:
    link = '<link rel="canonical" href="https://a.example/2022/06/17/hall">'
    (raw,) = read_html(page(link))
    assert raw.metadata.published == "2022-06-17"
    (raw,) = read_html(page(link + '<meta property="article:published_time" content="2022-06-16">'))
    assert raw.metadata.published == "2022-06-16"


def test_a_page_that_names_its_front_page_has_no_address() -> None:
    (raw,) = read_html(
        page('<link rel="canonical" href="https://a.example/"><meta property="og:url" content="https://a.example">')
    )
    assert raw.metadata.url is None


@pytest.mark.parametrize(
    "name",
    ["updated", "modified", "date_modified", "dateModified", "updated_at", "last_updated", "lastmod", "last-modified"],
)
def test_names_of_the_last_change(name: str) -> None:
    found, warnings = metadata_from({name: "2025-02-15", "date": "2025-02-14"})
    assert (found.published, found.updated, warnings) == ("2025-02-14", "2025-02-15", ())


def test_front_matter_and_records_give_the_last_change_and_the_place(index: Index, write: Write) -> None:
    index.add([
        write("a.md", f"---\npublished: 2025-02-14\nupdated: 2025-02-15 10:00\nplace: Harwick\n---\n{WORDS}"),
        write("b.json", json.dumps({"text": f"{WORDS} Again.", "modified": "2025-02-15T10:00:00Z"})),
    ])  # fmt: skip
    first, second = index.articles()
    assert (first.published, first.updated, first.place) == ("2025-02-14", "2025-02-15", "Harwick")
    assert (second.published, second.updated, second.place) == (None, "2025-02-15T10:00:00+00:00", None)


def test_an_uncertain_last_change_stays_unknown() -> None:
    found, warnings = metadata_from({"updated": "03/04/2025"})
    assert found.updated is None
    assert warnings == ("the date of its last change '03/04/2025' is not certain, so it stays unknown",)


def test_a_feed_tells_publication_from_change(index: Index, write: Write) -> None:
    entry = "<entry><title>{0}</title><link href='https://a.example/{0}'/>{1}<content>{2}</content></entry>"
    dates = "<published>2025-02-14T08:00:00Z</published><updated>2025-02-15T08:00:00Z</updated>"
    body = f"{entry.format('both', dates, WORDS * 6)}{entry.format('one', '<updated>2025-02-16T08:00:00Z</updated>', WORDS * 7)}"
    index.add(write("a.atom", f"<feed xmlns='http://www.w3.org/2005/Atom'><title>Ledger</title>{body}</feed>"))
    found = {article.title: (article.published, article.updated) for article in index.articles()}
    assert found == {
        "both": ("2025-02-14T08:00:00+00:00", "2025-02-15T08:00:00+00:00"), "one": ("2025-02-16T08:00:00+00:00", None),
    }  # fmt: skip


# -- datelines ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("line", "place", "day"),
    [
        ("LONDON, Feb. 14 (Reuters) - The pier", "LONDON", None),
        ("BRUSSELS (AP) — The pier", "BRUSSELS", None),
        ("KYIV, Ukraine — The pier", "KYIV, Ukraine", None),
        ("Munich, 14 February 2025 - The pier", "Munich", "2025-02-14"),
        ("WASHINGTON, June 17, 2022 (AFP) - The pier", "WASHINGTON", "2022-06-17"),
        ("NEW YORK –– The pier", "NEW YORK", None),
        ("WASHINGTON, D.C.—The pier", "WASHINGTON, D.C.", None),
        ("McALLEN, Texas (AP) -- The pier", "McALLEN, Texas", None),
        ("SHARM el-SHEIKH, Egypt (AP) — The pier", "SHARM el-SHEIKH, Egypt", None),
        ("Hong Kong/Taipei (CNN Business) The pier", "Hong Kong/Taipei", None),
        ("Kyiv, Ukraine, March 1 - The pier", "Kyiv, Ukraine", None),
        ("SÃO PAULO — The pier", "SÃO PAULO", None),
        ("(CNN) — The pier", None, None),
        ("CNN —", None, None),
        ("Feb 14 (Reuters) - The pier", None, None),
        ("Feb. 14, 2025 (Reuters) - The pier", None, "2025-02-14"),
        ("BREAKING — The pier", None, None),
        ("COVID-19 — The pier", None, None),
        ("Inflation — the rise of prices — slows", None, None),
        ("London — The pier", None, None),
        ("The Royal Society (RS) says", None, None),
        ("SCHWEDT, GERMANY - MAY 03: In this view", None, None),
        ("A ferry-by-ferry plan - and a pier", None, None),
        ("", None, None),
    ],
)
def test_datelines(line: str, place: str | None, day: str | None) -> None:
    assert dateline(line) == Dateline(place, day)


def test_a_dateline_stands_at_the_start() -> None:
    assert dateline(f"Hall closes\n\nBy Ida Berg\n\nHARWICK — {WORDS}").place == "HARWICK"
    assert dateline(f"{WORDS} {WORDS}\n\nHARWICK — {WORDS}").place is None


def test_a_dateline_stays_in_the_text_and_fills_what_is_unknown(index: Index) -> None:
    text = f"HARWICK, 14 February 2025 - {WORDS}"
    index.add([Article(text), Article(f"{text} Again.", published="2025-02-16")])
    known, unknown = index.articles()
    assert unknown.text == text
    assert (unknown.place, unknown.published) == ("HARWICK", "2025-02-14")
    assert (known.place, known.published) == ("HARWICK", "2025-02-16")
    index.add(Article(f"HARWICK, Feb. 14 (AP) - {WORDS}", source="AP"))
    assert [article.published for article in index.articles(sources=["AP"])] == [None], "a day without a year is not guessed"


# -- addresses ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("url", "stored"),
    [
        ("HTTPS://News.Example:443/A?id=3&utm_source=x&fbclid=y#top", "https://news.example/A?id=3"),
        ("http://news.example:8080/a?gclid=1", "http://news.example:8080/a"),
        (
            "https://n.example/?gallery=7&cid=12345&ref=home&source=4",
            "https://n.example/?gallery=7&cid=12345&ref=home&source=4",
        ),
        ("https://n.example/a?mc_cid=1&b=&a=2", "https://n.example/a?b=&a=2"),
        ("https://n.example/app#!/story/5", "https://n.example/app#!/story/5"),
        ("https://archive.example/web/2022/https://x.example/a", "https://archive.example/web/2022/https://x.example/a"),
        ("https://n.example/a/", "https://n.example/a/"),
        ("urn:isbn:3", "urn:isbn:3"),
        ("http://[::1", "http://[::1"),
    ],
)
def test_an_address_as_it_is_stored(url: str, stored: str) -> None:
    assert addresses.canonical(url) == stored


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("https://www.n.example/a/", "http://n.example/a", True), ("https://n.example/a/index.html", "https://n.example/a", True),
        ("https://n.example/?id=1&p=2", "https://n.example/?p=2&id=1", True), ("https://n.example/?id=1", "https://n.example/?id=2", False),
        ("https://n.example/A", "https://n.example/a", False), ("https://m.n.example/a", "https://n.example/a", False),
        ("https://n.example/index.php?id=1", "https://n.example/?id=1", False),
    ],
)  # fmt: skip
def test_when_two_addresses_are_one(one: str, other: str, same: bool) -> None:
    assert (addresses.key(one) == addresses.key(other)) is same


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("https://www.ledger.co.uk/a", "https://amp.ledger.co.uk/b", True), ("https://ledger.co.uk/", "https://post.co.uk/", False),
        ("https://a.ledger.example/", "https://ledger.example", True), ("http://127.0.0.1:80/a", "http://127.0.0.2/a", False),
        ("http://127.0.0.1:80/a", "http://127.0.0.1:81/a", True), ("nothing", "nothing", False),
    ],
)  # fmt: skip
def test_addresses_of_one_site(one: str, other: str, same: bool) -> None:
    assert addresses.same_site(one, other) is same
