"""A few articles without a folder of their own, and articles found by what people call them."""

from pathlib import Path

import pytest
from fake_embedder import FakeEmbedder

from index import Article, Index, UsageError

FERRY = Article("The ferry to Tern Island stayed in port on Monday because of fog.", url="https://courier.example/ferry")
MARKET = Article("The market hall of Harwick opens again in May.", title="Market hall")


def test_a_temporary_index_answers_and_leaves_nothing() -> None:
    with Index.temporary([FERRY, MARKET], embedder_=FakeEmbedder()) as index:
        folder = index.path
        assert [hit.text for hit in index.search("Why did the ferry stay in port?", 1)] == [FERRY.text]
        assert index.search("market hall", 5, method="dense")[0].title == "Market hall"
        assert not (folder / "chroma").exists()
    assert not folder.exists()


def test_a_temporary_index_refuses_what_it_cannot_read(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="nowhere"):
        Index.temporary([FERRY, str(tmp_path / "nowhere.txt")], embedder_=FakeEmbedder())


def test_articles_are_found_by_id_url_and_file_name(tmp_path: Path) -> None:
    for folder in ("one", "two"):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "story.txt").write_text(f"The story of {folder} goes on for some words.")
    with Index(tmp_path / "i", embedder_=FakeEmbedder()) as index:
        index.add([FERRY, tmp_path / "one", tmp_path / "two"])
        (ferry,) = index.find("https://courier.example/ferry")
        assert index.find(ferry) == (ferry,)
        assert len(index.find("story.txt")) == 2
        assert len(index.find(str(tmp_path / "one" / "story.txt"))) == len(index.find("one/story.txt")) == 1
        assert index.find("tory.txt") == index.find("%") == index.find("") == ()


def test_what_a_flag_said_of_a_file_holds_until_another_says_otherwise(tmp_path: Path) -> None:
    story = tmp_path / "story.txt"
    story.write_text("The market hall of Harwick opens again in May.")
    with Index(tmp_path / "i", embedder_=FakeEmbedder()) as index:
        index.add(story, source="Courier", published="2025-03-01")
        assert index.add(tmp_path).unchanged == 1
        (article,) = index.articles()
        assert (article.source, article.published) == ("Courier", "2025-03-01")
        assert index.add(story, source="Ledger").updated == 1
        (article,) = index.articles()
        assert (article.source, article.published) == ("Ledger", "2025-03-01")
        story.write_text("The market hall of Harwick stays shut until June.")
        assert index.add(story).updated == 1
        (article,) = index.articles()
        assert article.published is None  # another text: nobody said when it was written
