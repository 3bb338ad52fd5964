"""Versions of an article: which one is searched, which are kept, and indexes of earlier schemas."""

from __future__ import annotations

import multiprocessing
import sqlite3
from collections.abc import Callable
from pathlib import Path

import pytest
from fake_embedder import FakeEmbedder

from index import Article, Index
from index.metadata import article_id
from index.records import Metadata

Write = Callable[[str, str | bytes], str]
URL = "https://ledger.example/hall"
FIRST = "The council of Harwick voted on Monday to close the old swimming hall, because its roof leaks."
SECOND = "The council of Harwick voted on Monday to close the old swimming hall and to sell the ground to a builder."
THIRD = "The mayor of Harwick took back the sale of the swimming hall on Thursday after letters from its neighbors."


def current(index: Index) -> list[str]:
    return [article.text for article in index.articles()]


def test_a_new_text_under_the_same_address_makes_history(index: Index) -> None:
    for text in (FIRST, SECOND, THIRD):
        index.add(Article(text, url=URL))
    (newest,) = index.articles()
    history = index.history(newest.id)
    assert [index.article(one.id).text for one in history] == [FIRST, SECOND, THIRD]
    assert [one.current for one in history] == [False, False, True]
    assert all(index.history(one.id) == history for one in history)
    assert index.history("nothing") == []


def test_an_older_text_that_arrives_late_replaces_nothing(index: Index) -> None:
    index.add(Article(SECOND, url=URL, published="2025-02-10", updated="2025-02-14T12:00:00+01:00"))
    late = index.add(Article(FIRST, url=URL, published="2025-02-10", updated="2025-02-14T10:00:00+00:00"))
    assert (late.older, late.updated, late.added, str(late)) == (1, 0, 0, "1 older than what is stored")
    assert current(index) == [SECOND]
    (newest,) = index.articles()
    assert [(index.article(one.id).text, one.current) for one in index.history(newest.id)] == [
        (FIRST, False),
        (SECOND, True),
    ]
    again = index.add(Article(FIRST, url=URL, published="2025-02-10", updated="2025-02-14T10:00:00+00:00"))
    assert (again.unchanged, again.older) == (1, 0)
    assert [hit.text for hit in index.search("roof leaks")] == [SECOND], "history is not searched"
    assert index.add(Article(THIRD, url=URL, published="2025-02-13", updated="2025-02-15")).updated == 1
    assert current(index) == [THIRD]
    assert [index.article(one.id).text for one in index.history(newest.id)] == [FIRST, SECOND, THIRD]


def test_an_older_text_in_the_same_batch_replaces_nothing(index: Index) -> None:
    report = index.add([Article(SECOND, url=URL, published="2025-02-14"), Article(FIRST, url=URL, published="2025-02-13")])
    assert (report.added, report.older) == (1, 1)
    assert current(index) == [SECOND]


@pytest.mark.parametrize(
    ("stored", "coming"),
    [(None, None), ("2025-02-14", None), (None, "2025-02-13"), ("2025-02-14", "2025-02-14"),
     ("2025-02-14T09:00:00+00:00", "2025-02-14")],
)  # fmt: skip
def test_where_dates_do_not_tell_what_comes_later_is_newer(index: Index, stored: str | None, coming: str | None) -> None:
    index.add(Article(FIRST, url=URL, published=stored))
    assert index.add(Article(SECOND, url=URL, published=coming)).updated == 1
    assert current(index) == [SECOND]


def test_removing_an_article_removes_its_late_history(index: Index) -> None:
    index.add(Article(SECOND, url=URL, published="2025-02-14"))
    index.add(Article(FIRST, url=f"{URL}/?utm_source=mail", published="2025-02-13"))
    (newest,) = index.articles()
    old = index.history(newest.id)[0].id
    index.remove(newest.id)
    assert index.article(old) is None


def test_two_spellings_of_an_address_are_one_article(index: Index) -> None:
    index.add(Article(FIRST, url="HTTPS://Ledger.Example:443/hall/?utm_source=mail#comments"))
    report = index.add(Article(SECOND, url="http://www.ledger.example/hall"))
    assert report.updated == 1
    assert index.find("https://ledger.example/hall/") == (index.articles()[0].id,)
    first = index.article(index.history(index.articles()[0].id)[0].id)
    assert first.url == "https://ledger.example/hall/"


# -- ids ---------------------------------------------------------------------------------------------------------------


def test_ids_of_before_hold() -> None:
    """As they were before articles had `updated` and `place`."""
    assert article_id("The pier closed.", Metadata("Pier", "Ledger", published="2025-02-14")) == "08a9ddb3c0edb2a7"
    assert article_id("The pier closed.", Metadata()) == "76ce829894c40623"
    with_date = article_id("The pier closed.", Metadata(updated="2025-02-15"))
    assert len({with_date, article_id("The pier closed.", Metadata(place="LONDON")), "76ce829894c40623"}) == 3


def test_what_is_read_from_the_text_is_not_in_the_id(index: Index) -> None:
    text = f"HARWICK, Wales (AP) — {FIRST}"
    index.add(Article(text))
    (article,) = index.articles()
    assert (article.place, article.language) == ("HARWICK, Wales", "en")
    assert article.id == article_id(text, Metadata())
    assert index.add(article).unchanged == 1, "an article of this index is known again"
    assert index.add(Article(text)).unchanged == 1


def test_a_flag_later_does_not_make_the_found_into_the_told(index: Index, write: Write) -> None:
    path = write("a.txt", f"HARWICK, Wales (AP) — {FIRST}")
    index.add(path, source="Ledger")
    before = index.articles()
    assert index.add(path).unchanged == 1
    assert index.articles() == before


# -- earlier schemas ---------------------------------------------------------------------------------------------------

TO_2 = (
    "DROP TABLE fetched; DROP INDEX articles_url_key; DROP INDEX articles_successor; "
    + "".join(f"ALTER TABLE articles DROP COLUMN {name}; " for name in ("url_key", "updated", "place", "derived"))
    + "UPDATE meta SET value = '2' WHERE key = 'schema';"
)
TO_1 = (
    f"{TO_2} DROP TABLE prints; ALTER TABLE articles DROP COLUMN sketched; UPDATE articles SET cluster = number; "
    "UPDATE meta SET value = '1' WHERE key = 'schema';"
)


def made_old(folder: Path, script: str) -> None:
    db = sqlite3.connect(folder / "record.sqlite3")
    db.executescript(script)
    db.close()


@pytest.mark.parametrize("script", [TO_2, TO_1], ids=["from 2", "from 1"])
def test_an_index_of_an_earlier_schema_goes_on(opened: Callable[..., Index], folder: Path, script: str) -> None:
    index = opened()
    index.add(
        [
            Article(f"HARWICK — {FIRST}", url=f"{URL}/"),
            Article(f"HARWICK — {FIRST}", source="Copy", url="https://b.example/h"),
        ]
    )
    before = {article.id: article.copies for article in index.articles()}
    index.close()
    made_old(folder, script)
    with opened() as again:
        assert again.info().schema == 3
        assert {article.id: article.copies for article in again.articles()} == before
        assert {article.place for article in again.articles()} == {"HARWICK"}
        assert again.add(Article(f"HARWICK — {FIRST}", url=f"{URL}/")).unchanged == 1
        assert again.add(Article(SECOND, url=URL)).updated == 1


def _open(folder: str) -> int:
    with Index(folder, embedder_=FakeEmbedder()) as index:
        return index.info().articles


def test_processes_may_open_an_earlier_schema_at_once(opened: Callable[..., Index], folder: Path) -> None:
    index = opened()
    index.add(
        [Article(f"{FIRST} {THIRD} It is number {number} of the reports.", source=str(number)) for number in range(30)]
    )
    index.close()
    made_old(folder, TO_1)
    with multiprocessing.get_context("spawn").Pool(4) as pool:
        assert pool.map(_open, [str(folder)] * 4) == [30] * 4
    with opened() as again:
        assert again.articles()[0].copies == 29
