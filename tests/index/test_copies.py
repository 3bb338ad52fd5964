"""Near-identical articles meet, are shown once, and part again."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from pathlib import Path

import pytest

from eval.copies import built, judged, own_articles, table
from eval.data import folder as data_folder
from index import Article, Hit, Index, copies

Opened = Callable[..., Index]
STORY = (
    "The harbor office of Port Kelmar closed the northern pier on Friday after divers found cracks in four of its pillars. "
    "Repairs will take six weeks and cost about 900,000 crowns, said the harbor office, which will pay from its reserve.\n\n"
    "Ferries to the islands leave from the southern pier until then, every forty minutes instead of every half hour. The "
    "fishing fleet is not affected, because it has used the inner basin since the storms of January."
)
ALONE = "Divers had warned of the cracks in a letter to the council two years ago, which nobody had answered."
OTHER = (
    "The council of Averly voted on Tuesday to plant two hundred lime trees along the ring road. Residents had asked for "
    "shade since the summer of 2021, when three of the old elms were felled. Planting begins in October and is to be done "
    "before the first frost, the parks office said. Each tree costs 340 crowns, with stakes and a year of watering."
)


def clusters(folder: Path) -> dict[str, int]:
    db = sqlite3.connect(folder / "record.sqlite3")
    found = dict(db.execute("SELECT coalesce(source, title), cluster FROM articles WHERE current = 1"))
    db.close()
    return found


def sources(hits: list[Hit]) -> set[str | None]:
    return {hit.source for hit in hits}


def test_copies_are_told_from_other_stories() -> None:
    lines, precision, recall = table(list(built(own_articles())))
    assert precision >= 0.97, lines
    assert recall >= 0.9, lines


@pytest.mark.skipif(data_folder() is None, reason="ONRECORD_DATA is not set: no real articles")
def test_real_pairs_are_told_as_a_person_does() -> None:
    lines, precision, recall = table(list(judged()))
    assert precision >= 0.97, lines
    assert recall >= 0.9, lines


def test_a_wire_story_is_one_voice(opened: Opened, folder: Path) -> None:
    index = opened()
    index.add([
        Article(STORY, title="Pier closed", source="Late Post", published="2025-03-03"),
        Article(STORY.replace("Repairs", "The repairs"), title="Cracks close pier", source="Wire", published="2025-03-01"),
        Article(f"{STORY}\n\n{ALONE}", title="Divers find cracks", source="Long Courier", published="2025-03-02"),
        Article(OTHER, title="Trees", source="Averly Echo", published="2025-03-01"),
    ])  # fmt: skip
    found = clusters(folder)
    assert found["Late Post"] == found["Wire"] == found["Long Courier"] != found["Averly Echo"]
    hits = index.search("Which pier closed because of cracks in its pillars?")
    assert sources(hits) == {"Wire", "Long Courier", "Averly Echo"}, "the earliest stands for all but for what it lacks"
    assert all(ALONE in hit.text for hit in hits if hit.source == "Long Courier")
    article = index.article(hits[0].article_id)
    assert article and article.copies == 2
    late = index.search("Which pier closed because of cracks in its pillars?", sources=["Late Post"])
    assert sources(late) == {"Late Post"}, "a filter loses no story"


def test_what_one_copy_alone_says_stays(opened: Opened) -> None:
    index = opened()
    index.add([
        Article(STORY, title="Pier closed", source="Wire", published="2025-03-01"),
        Article(f"{STORY}\n\n{ALONE}", title="Divers find cracks", source="Long Courier", published="2025-03-02"),
    ])  # fmt: skip
    assert "Long Courier" in {hit.source for hit in index.search("Who had warned of the cracks in a letter?")}


def test_undated_copies_show_the_longest(opened: Opened) -> None:
    index = opened()
    index.add([Article(STORY, source="Short"), Article(f"{STORY}\n\n{ALONE}", source="Long")])
    assert sources(index.search("Which pier closed?")) == {"Long"}


def test_a_story_of_another_month_is_no_copy(opened: Opened, folder: Path) -> None:
    index = opened()
    index.add(
        [Article(STORY, source="March", published="2025-03-01"), Article(STORY, source="April", published="2025-04-01")]
    )
    assert len(set(clusters(folder).values())) == 2


@pytest.mark.parametrize("first", [True, False])
def test_a_digest_does_not_join_the_stories_it_holds(opened: Opened, folder: Path, first: bool) -> None:
    digest = Article(f"{STORY}\n\n{OTHER}", source="Digest")
    singles = [Article(STORY, source="Pier"), Article(OTHER, source="Trees")]
    index = opened()
    for article in [digest, *singles] if first else [*singles, digest]:
        index.add(article)
    found = clusters(folder)
    assert found["Pier"] != found["Trees"]


def test_a_copy_that_is_removed_leaves_nothing_and_the_others_together(opened: Opened, folder: Path) -> None:
    index = opened()
    index.add([Article(STORY, source=source) for source in ("One", "Two", "Three")])
    shown = index.search("Which pier closed?")[0]
    index.remove(shown.article_id)
    left = index.search("Which pier closed?")
    assert len({hit.article_id for hit in left}) == 1 and left[0].article_id != shown.article_id
    article = index.article(left[0].article_id)
    assert article and article.copies == 1
    for one in index.articles():
        index.remove(one.id)
    db = sqlite3.connect(folder / "record.sqlite3")
    assert db.execute("SELECT count(*) FROM prints").fetchone() == (0,)
    db.close()


def test_an_update_leaves_the_cluster_of_what_it_was(opened: Opened, folder: Path) -> None:
    index = opened()
    index.add([Article(STORY, source="One", url="https://a.example/1"), Article(STORY, source="Two")])
    assert len(set(clusters(folder).values())) == 1
    index.add(Article(OTHER, source="One", url="https://a.example/1"))
    assert len(set(clusters(folder).values())) == 2


def test_one_line_notices_are_not_copies() -> None:
    assert not copies.alike("The pool opens at nine on Monday.", "The pool opens at nine on Monday.")


def test_an_index_of_the_schema_before_is_brought_up_to_date(opened: Opened, folder: Path) -> None:
    index = opened()
    index.add([Article(STORY, source="One"), Article(f"{STORY} {ALONE}", source="Two"), Article(OTHER, source="Three")])
    index.close()
    db = sqlite3.connect(folder / "record.sqlite3")
    db.executescript(
        "DROP TABLE prints; DROP TABLE fetched; DROP INDEX articles_url_key; ALTER TABLE articles DROP COLUMN sketched; "
        "ALTER TABLE articles DROP COLUMN url_key; ALTER TABLE articles DROP COLUMN updated; "
        "ALTER TABLE articles DROP COLUMN place; ALTER TABLE articles DROP COLUMN derived; "
        "UPDATE articles SET cluster = number; UPDATE meta SET value = '1' WHERE key = 'schema'"
    )
    db.close()
    with opened() as again:
        assert sources(again.search("Which pier closed?")) == {"Two", "Three"}
    assert clusters(folder)["One"] == clusters(folder)["Two"] != clusters(folder)["Three"]
