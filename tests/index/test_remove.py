"""Removing an article leaves nothing of it, in no file of the index."""

from collections.abc import Callable
from pathlib import Path

import pytest

from index import Article, Index, UsageError

SECRET = Article(
    "The council praised Zorblaxian in the hall.\n\nMore from The Quuxil\n\n- Vrennick wins again\n\nIt was late.",
    "Plimforth speaks to Harwick", "The Krondaal Post", "Ida Wexquist", "https://tharnby.example/1",
    "2025-02-14", section="Drosselby",
)  # fmt: skip
WORDS = ("zorblaxian", "vrennick", "plimforth", "krondaal", "wexquist", "tharnby", "drosselby")


def traces(folder: Path) -> set[tuple[str, str]]:
    """(file, word) of every word of the secret article that stands in a file of the index."""
    return {
        (str(file.relative_to(folder)), word)
        for file in folder.rglob("*")
        if file.is_file()
        for word in WORDS
        if word.encode() in file.read_bytes().lower()
    }


def test_a_removed_article_leaves_no_word_in_any_file(index: Index, folder: Path) -> None:
    index.add([SECRET, Article("The ferry ran late.", source="Coast Times")])
    index.search("Zorblaxian")
    (secret,) = index.articles(sources=["The Krondaal Post"])
    assert {word for _, word in traces(folder)} >= {"zorblaxian", "plimforth", "krondaal"}

    assert index.remove(secret.id) == 1

    assert index.article(secret.id) is None
    assert index.raw(secret.id) is None
    assert index.removed(secret.id) == ()
    assert [hit.text for hit in index.search("Zorblaxian Plimforth")] == ["The ferry ran late."]
    assert index.document_frequency(["zorblaxian"]) == {"zorblaxian": 0}
    assert traces(folder) == set()


def test_nothing_is_left_after_closing_either(index: Index, folder: Path) -> None:
    index.add([SECRET, Article("The ferry ran late.")])
    index.remove([article.id for article in index.articles(sources=["The Krondaal Post"])])
    index.close()
    assert traces(folder) == set()


def test_what_lay_in_memory_does_not_stay_in_the_files_of_the_graph(
    index: Index, folder: Path, opened: Callable[..., Index]
) -> None:
    """Chroma writes its room for a hundred vectors as it got it, with whatever stood there."""
    index.add([SECRET, Article("The ferry ran late.")])

    def soil() -> None:
        for name in ("data_level0.bin", "length.bin"):
            (file,) = folder.glob(f"chroma/*/{name}")
            file.write_bytes(file.read_bytes()[:-20] + b"of the Zorblaxian...")

    soil()
    assert len(traces(folder)) > 2
    index.search("ferry")
    assert not [file for file, _ in traces(folder) if "chroma" in file]
    soil()
    index.close()
    assert not [file for file, _ in traces(folder) if "chroma" in file]
    assert opened().search("ferry")[0].text == "The ferry ran late."


def test_a_graph_in_use_is_not_touched(index: Index, folder: Path) -> None:
    index.add([Article(f"Story {n} tells of w{n}x and of nothing else.") for n in range(1100)])
    (file,) = folder.glob("chroma/*/data_level0.bin")
    before = file.read_bytes()
    index.search("w7x")
    index.close()
    assert len(before) > 1_000_000
    assert file.read_bytes() == before


def test_the_name_of_a_removed_file_is_forgotten(index: Index, folder: Path, tmp_path: Path) -> None:
    path = tmp_path / "zorblaxian.txt"
    path.write_text("The ferry ran late.")
    index.add(path)
    assert {word for _, word in traces(folder)} == {"zorblaxian"}
    index.remove(index.articles()[0].id)
    assert traces(folder) == set()


def test_a_removed_article_can_be_added_again(index: Index) -> None:
    index.add(SECRET)
    index.remove(index.articles()[0].id)
    assert index.add(SECRET).added == 1
    assert index.search("Zorblaxian")[0].title == "Plimforth speaks to Harwick"


def test_an_unknown_id_removes_nothing(index: Index) -> None:
    index.add(SECRET)
    with pytest.raises(UsageError, match="No article has the id nothing"):
        index.remove([index.articles()[0].id, "nothing"])
    assert len(index.articles()) == 1


def test_another_user_of_the_index_stops_finding_it(index: Index, opened: Callable[..., Index]) -> None:
    index.add([SECRET, Article("The ferry ran late.")])
    other = opened()
    assert len(other.search("Zorblaxian hall")) == 2
    index.remove(index.articles(sources=["The Krondaal Post"])[0].id)
    assert [hit.text for hit in other.search("Zorblaxian hall")] == ["The ferry ran late."]
