"""An index takes no more of the disk than what it holds needs."""

import random
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

import index.vectors
from index import Article, Index

Opened = Callable[..., Index]


def story(number: int) -> Article:
    chance = random.Random(number)
    words = " ".join(f"{chance.getrandbits(40):x}" for _ in range(500))
    return Article(f"Story {number} tells of w{number}x. {words}.", url=f"https://news.example/{number}")


def test_a_record_shrinks_when_most_of_it_is_removed_while_another_reads(opened: Opened, folder: Path) -> None:
    index, other = opened(), opened()
    index.add([story(n) for n in range(150)])
    before = (folder / "record.sqlite3").stat().st_size
    assert other.search("w3x")[0].text.startswith("Story 3 ")
    with closing(sqlite3.connect(folder / "record.sqlite3")) as reader:
        reader.execute("BEGIN")
        assert reader.execute("SELECT count(*) FROM articles").fetchone() == (150,)
        index.remove([article.id for article in index.articles()[:70]])
        assert reader.execute("SELECT count(*) FROM articles").fetchone() == (150,), "a reader keeps its moment"
    index.remove([article.id for article in index.articles()[:70]])
    assert (folder / "record.sqlite3").stat().st_size < before / 3
    assert len(other.articles()) == 10 and index.check().whole
    assert all(other.search(article.text.split()[4])[0].article_id == article.id for article in other.articles())


def test_chroma_s_copy_is_made_anew_when_most_of_it_was_removed(
    opened: Opened, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(index.vectors, "LEAST_DROPPED", 30)
    one, other = opened(), opened()
    one.add([Article(f"Story {n} tells of w{n}x.") for n in range(40)])
    assert other.search("w3x")[0].text == "Story 3 tells of w3x."
    first = collection(one)
    one.remove([article.id for article in one.articles()[:15]])
    one.search("w3x")
    assert collection(one) == first, "so little is left where it is"
    one.remove([article.id for article in one.articles()[:15]])
    assert collection(one) != first
    assert one.check().whole and len(other.search("story tells", k=50, method="dense")) == 10
    one.remove([article.id for article in one.articles()])
    assert one.check().whole and other.search("story") == []
    one.add(Article("Story 99 tells of w99x."))
    assert other.search("w99x")[0].text == "Story 99 tells of w99x." and one.check().whole


def collection(opened: Index) -> str:
    return str(opened.vectors._handle.collection.id)  # type: ignore[attr-defined]
