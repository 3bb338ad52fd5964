"""Indexes that are damaged, foreign, or half there: mended where the record is whole, refused with the remedy where not."""

import shutil
import sqlite3
from collections.abc import Callable
from pathlib import Path

import pytest
from fake_embedder import FakeEmbedder

from index import Article, Index, IndexDamaged, IndexIncompatible, IndexMissing, StorageError, UsageError

Opened = Callable[..., Index]
STORIES = [Article(f"Story number {n} tells of the council and the word w{n}x.") for n in range(12)]


@pytest.fixture
def filled(opened: Opened) -> Index:
    """An index of twelve stories, with vectors in Chroma."""
    index = opened()
    index.add(STORIES)
    assert index.search("w7x")[0].text == STORIES[7].text
    return index


def dense_finds(index: Index) -> bool:
    hit = index.search("w7x council")[0]
    return hit.text == STORIES[7].text and "dense" in hit.scores


def test_a_deleted_chroma_folder_is_made_anew(filled: Index, opened: Opened, folder: Path) -> None:
    filled.close()
    shutil.rmtree(folder / "chroma")
    index = opened()
    assert dense_finds(index)
    assert index.embedder.encoded == 0  # nothing is embedded again
    assert (folder / "chroma" / "chroma.sqlite3").is_file()


def test_a_chroma_folder_deleted_under_an_open_index_stops_no_search(filled: Index, opened: Opened, folder: Path) -> None:
    shutil.rmtree(folder / "chroma")
    assert dense_finds(filled)
    filled.add(Article("A new story tells of w99x."))
    assert filled.search("w99x")[0].text == "A new story tells of w99x."
    filled.close()
    assert dense_finds(opened())


@pytest.mark.parametrize("damage", [b"", b"garbage " * 2000], ids=["emptied", "garbage"])
def test_a_damaged_chroma_database_is_made_anew(filled: Index, opened: Opened, folder: Path, damage: bytes) -> None:
    filled.close()
    (folder / "chroma" / "chroma.sqlite3").write_bytes(damage)
    index = opened()
    assert dense_finds(index)
    assert index.embedder.encoded == 0


def test_damage_in_the_middle_of_chroma_s_database_is_mended(filled: Index, opened: Opened, folder: Path) -> None:
    filled.close()
    database = folder / "chroma" / "chroma.sqlite3"
    data = bytearray(database.read_bytes())
    data[4096 : len(data) // 4096 * 4096] = b"\xaa" * (len(data) // 4096 * 4096 - 4096)
    database.write_bytes(bytes(data))
    assert dense_finds(opened())


def test_a_chroma_that_lost_some_vectors_gets_them_back(filled: Index, opened: Opened, folder: Path) -> None:
    older = folder.parent / "older"
    filled.close()
    shutil.copytree(folder / "chroma", older)
    index = opened()
    index.add(Article("A new story tells of w99x."))
    index.close()
    shutil.rmtree(folder / "chroma")
    shutil.copytree(older, folder / "chroma")
    hit = opened().search("w99x")[0]
    assert (hit.text, "dense" in hit.scores) == ("A new story tells of w99x.", True)


def test_damaged_graph_files_are_made_anew(opened: Opened, folder: Path, caplog: pytest.LogCaptureFixture) -> None:
    """Chroma serves again. Not that it finds one passage: hashed words are hard on an approximate graph, 5 % are missed."""
    index = opened()
    index.add([Article(f"Story {n} of w{n}x.") for n in range(1200)])  # past 1,000 Chroma writes its graph to disk
    assert index.search("w7x")[0].text == "Story 7 of w7x."
    index.close()
    graphs = [file for file in (folder / "chroma").rglob("*.bin") if file.stat().st_size]
    assert graphs
    for file in graphs:
        file.write_bytes(b"garbage " * (file.stat().st_size // 8))
    garbage = {file: file.read_bytes() for file in graphs}
    hits = opened().search("w7x")
    assert hits[0].text == "Story 7 of w7x."
    assert any("dense" in hit.scores for hit in hits)
    assert "searching without Chroma" not in caplog.text
    assert not any(file.exists() and file.read_bytes() == damaged for file, damaged in garbage.items())


def test_another_model_is_refused_with_the_remedy(filled: Index, folder: Path) -> None:
    with pytest.raises(IndexIncompatible, match="built with the embedding model fake, not other; name that model"):
        Index(folder, embedder_=FakeEmbedder("other"))
    with pytest.raises(IndexIncompatible, match="not all-MiniLM-L6-v2@"):
        Index(folder, model="all-MiniLM-L6-v2")


def test_another_schema_is_refused(filled: Index, folder: Path) -> None:
    filled.close()
    db = sqlite3.connect(folder / "record.sqlite3")
    db.execute("UPDATE meta SET value = '999' WHERE key = 'schema'")
    db.commit()
    db.close()
    with pytest.raises(IndexIncompatible, match="its schema is 999, this program reads 3"):
        Index(folder, embedder_=FakeEmbedder())


def test_no_index_is_told_and_not_made(folder: Path) -> None:
    with pytest.raises(IndexMissing, match=r"There is no index at .*my\.index; add articles first"):
        Index(folder, create=False)
    assert not folder.exists()


def test_a_folder_with_other_files_is_left_alone(folder: Path) -> None:
    folder.mkdir()
    (folder / "thesis.doc").write_text("mine")
    with pytest.raises(UsageError, match="holds other files"):
        Index(folder, embedder_=FakeEmbedder())
    assert [file.name for file in folder.iterdir()] == ["thesis.doc"]


def test_a_file_in_the_place_of_the_folder_is_refused(folder: Path) -> None:
    folder.write_text("mine")
    with pytest.raises(UsageError, match="is a file; an index is a folder"):
        Index(folder, embedder_=FakeEmbedder())


def test_a_folder_that_cannot_be_made_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("mine")
    with pytest.raises(StorageError, match="can't be made"):
        Index(tmp_path / "file" / "my.index", embedder_=FakeEmbedder())


@pytest.mark.parametrize("content", [b"garbage " * 2000, b"SQLite format 3\0" + b"\xaa" * 20_000], ids=["text", "torn"])
def test_a_record_of_garbage_is_damaged(folder: Path, content: bytes) -> None:
    folder.mkdir()
    (folder / "record.sqlite3").write_bytes(content)
    with pytest.raises(IndexDamaged):
        Index(folder, embedder_=FakeEmbedder())
    assert (folder / "record.sqlite3").read_bytes() == content


def test_another_program_s_database_is_damaged_or_foreign(folder: Path) -> None:
    folder.mkdir()
    db = sqlite3.connect(folder / "record.sqlite3")
    db.execute("CREATE TABLE mine (x)")
    db.commit()
    db.close()
    with pytest.raises(IndexDamaged, match="is not an On Record index"):
        Index(folder, embedder_=FakeEmbedder())


def test_a_record_whose_making_was_cut_short_is_made_again(folder: Path) -> None:
    """A process killed between creating the file and its first commit leaves it empty."""
    folder.mkdir()
    (folder / "record.sqlite3").touch()
    with Index(folder, embedder_=FakeEmbedder()) as index:
        assert index.add(STORIES[0]).added == 1
