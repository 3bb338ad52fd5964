"""Cases that a reading of the code found: identity of records, versions that flip, a Chroma that is away."""

from __future__ import annotations

import gc
import json
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from fake_embedder import FakeEmbedder

from index import Article, Index, terms


def _lines(*stories: str) -> str:
    return "\n".join(json.dumps({"text": f"Story {story} tells of w{story}x."}) for story in stories)


def test_a_rolling_export_keeps_yesterdays_stories(index: Index, write) -> None:
    index.add(write("latest.jsonl", _lines("one", "two")))
    report = index.add(write("latest.jsonl", _lines("three", "four")))
    assert (report.added, report.updated) == (2, 0)
    assert index.search("wonex", method="bm25")[0].text.startswith("Story one")
    index.remove([article.id for article in index.articles() if "three" in article.text])
    assert len(index.articles()) == 3


def test_two_files_of_one_url_do_not_flip(index: Index, write) -> None:
    folder = Path(write("a.json", json.dumps({"url": "https://x.example/1", "text": "On Tuesday it was open."}))).parent
    write("b.json", json.dumps({"url": "https://x.example/1", "text": "On Thursday it was shut."}))
    index.add(folder)
    for _ in range(2):
        assert index.add(folder).unchanged == 2
        assert [article.text for article in index.articles()] == ["On Thursday it was shut."]


def test_a_chroma_server_that_is_away_is_searched_without(tmp_path: Path) -> None:
    with Index(tmp_path / "i", embedder_=FakeEmbedder(), chroma="http://127.0.0.1:9") as index:
        report = index.add(Article("The ferry stays in port."))
        assert report.added == 1 and "does not answer" in report.warnings[0][1]
        assert index.search("ferry")[0].scores["dense"] > 0
        assert index.search("ferry", since="2031-01-01") == []
        assert index.remove(index.articles()[0].id) == 1


def test_a_mistyped_model_does_not_stay(tmp_path: Path) -> None:
    with Index(tmp_path / "i", embedder_=FakeEmbedder("typo")):
        pass
    with Index(tmp_path / "i", embedder_=FakeEmbedder("right")) as index:
        assert index.info().model == "right"


def test_threads_that_end_leave_no_connection(index: Index) -> None:
    index.add(Article("The ferry stays in port."))
    for _ in range(30):
        thread = threading.Thread(target=index.search, args=("ferry",))
        thread.start()
        thread.join()
    gc.collect()
    assert len(index._store._opened) < 5


def test_stems_are_right_in_many_threads() -> None:
    words = [
        f"{word}{ending}"
        for word in ("deploy", "negotiat", "appoint", "report", "resign")
        for ending in ("ed", "ing", "s", "ion")
    ]
    terms.stem.cache_clear()
    alone = [terms.stem.__wrapped__(word) for word in words]
    with ThreadPoolExecutor(8) as pool:
        for found in pool.map(lambda _: [terms.stem.__wrapped__(word) for word in words], range(200)):
            assert found == alone


@pytest.mark.parametrize("date", [int("9" * 320), 1e300, -5, [1], {"a": 1}])
def test_a_strange_date_stops_nothing(index: Index, write, date: object) -> None:
    report = index.add(
        write("a.jsonl", json.dumps({"text": "The ferry stays in port.", "date": date}) + "\n" + _lines("one"))
    )
    assert report.added == 2 and not report.failed


def test_a_very_long_file_name_is_read(index: Index, write) -> None:
    assert index.add(write("ж" * 123 + ".txt", "The ferry stays in port.")).added == 1


@pytest.mark.parametrize(
    "sentence",
    [
        "Copyright law does not protect ideas, the court said on Monday.",
        "Anna Berg was head of the agency for ten years.",
    ],
)
def test_the_articles_own_sentences_stay(index: Index, sentence: str) -> None:
    index.add(Article(f"The court ruled on Monday in a case about a song.\n\nIt took an hour.\n\n{sentence}"))
    assert sentence in index.articles()[0].text
