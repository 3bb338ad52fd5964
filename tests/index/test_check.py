"""What is wrong with an index is named; what can be derived is mended; what is lost is said."""

import json
import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest
from fake_embedder import FakeEmbedder

from index import Article, Index, IndexDamaged, IndexIncompatible, IndexMissing, check_index, repair_index

Opened = Callable[..., Index]
Write = Callable[..., str]
HOSTS = "Each of the towns sent two people to the table, and the oldest of them spoke first of what the winter had cost. "


@pytest.fixture
def filled(opened: Opened, write: Write) -> Index:
    """Twelve files of several passages, a copy among them, one with an older version; all of it in Chroma."""
    index = opened()
    for n in range(12):
        write(f"f{n}.txt", f"Story {n} tells of w{n}x. " + f"The council of town {n} met on day {n}. " * (3 * n))
    write("one.txt", HOSTS + "The first paper printed it.")
    write("two.txt", HOSTS + "The second paper printed it.")
    index.add(Path(write("f3.txt", "Story 3 told otherwise. " * 4)).parent)
    index.add(write("f3.txt", "Story 3 tells of w3x. " * 30))
    assert index.check().whole
    return index


def sql(folder: Path, *statements: str) -> None:
    with closing(sqlite3.connect(folder / "record.sqlite3")) as db:
        for statement in statements:
            db.execute(statement)
        db.commit()


def kinds(index: Index) -> dict[str, int]:
    return {fault.kind: fault.count for fault in index.check().faults}


def finds_all(index: Index) -> bool:
    """Every current article by its word, and one of them by its vector."""
    texts = {article.text.split(".")[0] for article in index.articles()}
    found = all(index.search(f"w{n}x")[0].text.startswith(f"Story {n} ") for n in (0, 5, 11))
    return found and len(texts) == 13 and "dense" in index.search("w5x council")[0].scores


DAMAGE: dict[str, tuple[str, set[str]]] = {
    "a passage removed": ("DELETE FROM passages WHERE number = 9", {"uncovered", "words", "extra"}),
    "all passages of an article": ("DELETE FROM passages WHERE article = 7", {"bare", "words", "extra"}),
    "all passages": ("DELETE FROM passages", {"bare", "words", "extra"}),
    "offsets past the end": ("UPDATE passages SET end = end + 5000 WHERE number = 5", {"offsets", "words", "uncovered"}),
    "a vector cut short": ("UPDATE passages SET vector = substr(vector, 1, 100) WHERE number = 5", {"vectors", "other"}),
    "a vector of zeros": ("UPDATE passages SET vector = zeroblob(768) WHERE number = 5", {"vectors", "other"}),
    "a vector that is no number": (f"UPDATE passages SET vector = x'{'ff7f' * 384}' WHERE number = 5", {"vectors", "other"}),
    "another vector": (
        "UPDATE passages SET vector = (SELECT vector FROM passages WHERE number = 1) WHERE number = 40",
        {"other"},
    ),
    "an article's row": ("DELETE FROM articles WHERE number = 7", {"prints", "orphans", "origins", "words"}),
    "an origin of nothing": ("UPDATE origins SET article = 'feedfeedfeedfeed' WHERE origin LIKE '%f5.txt'", {"origins"}),
    "hashes": ("DELETE FROM prints WHERE article = 12", {"prints"}),
    "all hashes": ("DELETE FROM prints", {"prints"}),
    "hashes of nobody": ("INSERT INTO prints VALUES (1, 999)", {"prints"}),
    "a cluster that never was": ("UPDATE articles SET cluster = 999 WHERE number = 7", {"clusters"}),
    "a day": ("UPDATE articles SET day = 20240101 WHERE number = 7", {"derived", "other"}),
    "a newer version": ("UPDATE articles SET successor = 'feedfeedfeedfeed' WHERE current = 0", {"successors"}),
    "text": ("UPDATE articles SET text = replace(text, 'tells', 'lies') WHERE number = 7", {"digest", "words"}),
    "a title": ("UPDATE articles SET title = 'Another' WHERE number = 7", {"digest", "words"}),
    "what was removed": ("UPDATE articles SET removed = '[[' WHERE number = 7", {"removed"}),
    "words": ("DELETE FROM words_docsize WHERE id = 4", {"words"}),
    "words of no passage": ("INSERT INTO words (rowid, title, body) VALUES (9999, '', 'ghost')", {"words"}),
    "full text's inside": ("DELETE FROM words_data WHERE id > 100", {"words"}),
    "a setting": ("DELETE FROM meta WHERE key = 'cleaner'", {"settings"}),
    "the model's name": ("DELETE FROM meta WHERE key = 'model'", {"settings"}),
    "the index's name": ("DELETE FROM meta WHERE key = 'index'", {"settings"}),
    "counters": ("DELETE FROM sqlite_sequence", {"counters"}),
    "a removal that is none": ("INSERT INTO dropped VALUES (5)", {"dropped"}),
    "an index of a table": ("DROP INDEX articles_day", {"tables"}),
    "a table": ("DROP TABLE prints", {"tables"}),
    "the full text": ("DROP TABLE words", {"tables"}),
}


@pytest.mark.parametrize("damage", DAMAGE)
def test_damage_in_the_record_is_named_and_mended(filled: Index, folder: Path, opened: Opened, damage: str) -> None:
    statement, expected = DAMAGE[damage]
    before = {article.id: article.text for article in filled.articles()}
    filled.close()
    sql(folder, statement)
    report = check_index(folder)
    assert {fault.kind for fault in report.faults} >= expected, report
    assert not report.whole and all(fault.text.endswith(".") and fault.count > 0 for fault in report.faults)
    repaired = repair_index(folder, embedder_=FakeEmbedder())
    assert repaired.after.whole, repaired
    index = opened()
    after = {article.id: article.text for article in index.articles()}
    if damage == "an article's row":
        assert before.items() - after.items() and not after.items() - before.items()
        index.add(folder.parent / "pile")  # its place was forgotten, so it is read again
        after = {article.id: article.text for article in index.articles()}
    elif damage == "a newer version":
        assert len(after) == 1 + len(before) and repaired.lost == ()
        index.remove(set(after) - set(before))
        after = {article.id: article.text for article in index.articles()}
    assert after == before and finds_all(index)
    assert index.check().whole


def test_a_whole_index_is_not_touched_and_no_model_is_loaded(filled: Index, folder: Path) -> None:
    filled.close()
    before = (folder / "record.sqlite3").read_bytes()
    embedder = FakeEmbedder()
    assert check_index(folder).to_dict()["faults"] == ()
    assert repair_index(folder, embedder_=embedder).before.whole
    assert (embedder.encoded, (folder / "record.sqlite3").read_bytes()) == (0, before)


def test_only_what_is_broken_is_embedded_again(filled: Index, folder: Path) -> None:
    sql(folder, "DELETE FROM passages WHERE article = 2")
    repaired = filled.repair()
    embedder = filled.embedder
    assert repaired.after.whole and isinstance(embedder, FakeEmbedder)
    first = embedder.encoded
    sql(folder, "DELETE FROM prints", "UPDATE articles SET day = 5")
    assert filled.repair().after.whole
    assert embedder.encoded == first


def test_an_article_damaged_beyond_repair_is_named_taken_out_and_comes_back(filled: Index, folder: Path) -> None:
    name = filled.find("f6.txt")[0]
    db = f"UPDATE articles SET text = 'nonsense', raw = x'00' WHERE id = '{name}'"
    sql(folder, db)
    repaired = filled.repair()
    assert repaired.after.whole
    assert len(repaired.lost) == 1 and name in repaired.lost[0] and "f6.txt" in repaired.lost[0]
    assert filled.article(name) is None
    assert filled.add(folder.parent / "pile").added == 1
    assert filled.find("f6.txt") == (name,) and finds_all(filled) and filled.check().whole


def test_lost_bytes_are_said_and_the_text_stays(filled: Index, folder: Path) -> None:
    name = filled.find("f6.txt")[0]
    sql(folder, f"UPDATE articles SET raw = x'00' WHERE id = '{name}'")
    assert [fault.text for fault in filled.check().faults] == [
        "The record has 1 article with original bytes that can't be unpacked."
    ]
    repaired = filled.repair()
    assert repaired.after.whole and repaired.lost == (
        f"The bytes that article {name} was read from are lost; its text is whole.",
    )
    assert filled.search("w6x")[0].article_id == name


def test_the_older_version_is_current_again_when_the_newer_one_is_gone(opened: Opened, folder: Path, write: Write) -> None:
    index = opened()
    index.add(write("a.txt", "The bridge opens in June."))
    index.add(write("a.txt", "The bridge opens in July."))
    sql(folder, "DELETE FROM passages WHERE article = 2", "DELETE FROM articles WHERE number = 2")
    assert index.repair().after.whole
    assert [article.text for article in index.articles()] == ["The bridge opens in June."]
    assert index.add(write("a.txt", "The bridge opens in July.")).updated == 1
    assert [article.text for article in index.articles()] == ["The bridge opens in July."]
    assert index.check().whole


def test_a_record_of_an_export_is_cleaned_again_from_its_bytes(opened: Opened, folder: Path, write: Write) -> None:
    index = opened()
    rows = [{"title": f"Title {n}", "text": f"Story {n} tells of w{n}x.", "date": "2025-03-01"} for n in range(3)]
    index.add(write("a.jsonl", "\n".join(map(json.dumps, rows))), source="Harbor Ledger")
    index.add(write("b.html", "<html><head><title>A storm</title></head><body><p>The storm took the pier on Monday night, "
                    "and the ferry stayed in port until Wednesday.</p></body></html>"))  # fmt: skip
    before = index.articles()
    sql(folder, "UPDATE articles SET text = 'x' || text")
    repaired = index.repair()
    assert (repaired.lost, repaired.after.whole) == ((), True)
    assert index.articles() == before


def test_what_was_learned_and_read_from_the_text_is_made_again(opened: Opened, folder: Path, write: Write) -> None:
    index, box = opened(), "Our paper is brought by bicycle to nine towns, rain or shine."
    for n, topic in enumerate(("harbour", "school", "river", "buses", "library", "hospital", "market", "museum")):
        head = f"---\ntitle: The {topic}\nsource: Courier\nurl: https://courier.example/{n}?utm_source=x\n---\n"
        text = (
            f"BERGEN, Norway (AP) - The council voted on the {topic}.\n\nNobody had asked about the {topic} for {n} years."
        )
        news = Path(write(f"news/{n}.md", f"{head}{text}\n\n{box}")).parent
    assert index.add(news).added == 8
    before = {article.id: article for article in index.articles()}
    assert {(one.place, one.language, box in one.text) for one in before.values()} == {("BERGEN, Norway", "en", False)}
    assert index.check().whole
    sql(folder, "UPDATE articles SET text = 'Nothing at all was said.', place = NULL WHERE number < 4")
    assert index.repair().lost == ()
    assert index.check().whole
    assert {article.id: article for article in index.articles()} == before


def test_a_deleted_chroma_folder_is_named_and_made_anew(filled: Index, folder: Path, opened: Opened) -> None:
    filled.close()
    shutil.rmtree(folder / "chroma")
    index = opened()
    assert kinds(index) == {"lacking": index.passage_count()}
    assert not (folder / "chroma").exists(), "a check changes nothing"
    assert index.repair().after.whole and finds_all(index)


def test_a_truncated_chroma_file_is_named_and_made_anew(filled: Index, folder: Path, opened: Opened) -> None:
    filled.close()
    database = folder / "chroma" / "chroma.sqlite3"
    database.write_bytes(database.read_bytes()[: database.stat().st_size // 2])
    index = opened()
    assert kinds(index).keys() & {"chroma", "lacking"}
    assert index.repair().after.whole and finds_all(index)


def test_chroma_s_own_faults_are_told_apart(filled: Index) -> None:
    handle = filled.vectors._handle  # type: ignore[attr-defined]
    filled.search("w5x")
    collection = handle.collection
    vector = [1.0] + [0.0] * 383
    about = collection.get(ids=["4"], include=["metadatas"])["metadatas"][0]
    collection.delete(ids=["2", "3"])
    collection.upsert(ids=["4", "999"], embeddings=[vector, vector], metadatas=[about, {"day": 0, "source": ""}])
    assert kinds(filled) == {"lacking": 2, "extra": 1, "other": 1}
    assert filled.repair().after.whole


def sixty(index: Index, write: Write) -> tuple[list[str], dict[str, str]]:
    """Sixty files of many pages in an index that is closed again: their names, and the texts by id."""
    names = [
        write(f"s{n}.txt", f"Story {n} tells of w{n}x. " + f"Line {n} of it was said by {n * 17}. " * 60) for n in range(60)
    ]
    index.add(names)
    texts = {article.id: article.text for article in index.articles()}
    index.close()
    return names, texts


@pytest.mark.parametrize("share", [0.35, 0.6, 0.85])
def test_a_truncated_record_is_salvaged(opened: Opened, folder: Path, write: Write, share: float) -> None:
    names, texts = sixty(opened(), write)
    record = folder / "record.sqlite3"
    whole = record.read_bytes()
    record.write_bytes(whole[: int(len(whole) * share)])
    told = check_index(folder)
    assert [fault.kind for fault in told.faults] == ["file"] and "damaged" in told.faults[0].text
    assert record.stat().st_size < len(whole), "a check changes nothing"
    repaired = repair_index(folder, embedder_=FakeEmbedder())
    assert repaired.after.whole and repaired.kept is not None
    assert Path(repaired.kept).read_bytes() == whole[: int(len(whole) * share)]
    index = opened()
    left = {article.id: article.text for article in index.articles()}
    assert 0 < len(left) < 60 and left.items() <= texts.items()
    assert index.add(names).added == 60 - len(left)
    assert {article.id: article.text for article in index.articles()} == texts
    assert index.check().whole


def test_pages_of_garbage_cost_their_own_rows_alone(opened: Opened, folder: Path, write: Write) -> None:
    _, texts = sixty(opened(), write)
    record = folder / "record.sqlite3"
    data = bytearray(record.read_bytes())
    with closing(sqlite3.connect(record)) as db:
        root = db.execute("SELECT rootpage FROM sqlite_master WHERE name = 'articles'").fetchone()[0]
    for page in (1, root, len(data) // 4096 // 2):  # the list of tables, the root of the articles' tree, and one of any kind
        data[(page - 1) * 4096 : page * 4096] = b"\xa5" * 4096
    record.write_bytes(bytes(data))
    repaired = repair_index(folder, embedder_=FakeEmbedder())
    assert repaired.after.whole and repaired.kept
    left = {article.id: article.text for article in opened().articles()}
    assert len(left) >= 55 and left.items() <= texts.items()


def test_a_file_of_which_nothing_can_be_read_is_left_alone(folder: Path) -> None:
    folder.mkdir()
    (folder / "record.sqlite3").write_bytes(b"garbage " * 2000)
    assert [fault.kind for fault in check_index(folder).faults] == ["file"]
    with pytest.raises(IndexDamaged, match="Nothing can be read"):
        repair_index(folder, embedder_=FakeEmbedder())
    assert [file.name for file in folder.iterdir() if file.name.startswith("record")] == ["record.sqlite3"]
    assert (folder / "record.sqlite3").read_bytes() == b"garbage " * 2000


def test_a_newer_program_s_index_and_none_are_refused(filled: Index, folder: Path, tmp_path: Path) -> None:
    with pytest.raises(IndexMissing):
        check_index(tmp_path / "nowhere")
    filled.close()
    sql(folder, "UPDATE meta SET value = '999' WHERE key = 'schema'")
    with pytest.raises(IndexIncompatible):
        repair_index(folder, embedder_=FakeEmbedder())


def test_what_a_killed_process_leaves_is_not_wrong(filled: Index, folder: Path) -> None:
    """It has told Chroma and not noted it, or the other way about: the next to come finishes it."""
    sql(folder, "UPDATE passages SET synced = 0 WHERE number < 5")
    added = Article("The ferry ran late.")
    filled.add(added)  # the last passage's number
    filled.remove([article.id for article in filled.articles() if article.text == added.text])
    sql(folder, "INSERT INTO dropped SELECT seq FROM sqlite_sequence WHERE name = 'passages'")
    assert filled.check().whole
