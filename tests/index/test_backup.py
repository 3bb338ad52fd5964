"""A backup and the way back: whole or not at all, and nothing of what was there is lost before."""

import io
import json
import sqlite3
import tarfile
import threading
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest
from fake_embedder import FakeEmbedder

from index import Article, BadIndex, Index, IndexIncompatible, RecordError, UsageError, restore

Opened = Callable[..., Index]
STORIES = [Article(f"Story number {n} tells of the council and the word w{n}x.") for n in range(12)]


@pytest.fixture
def filled(opened: Opened, folder: Path) -> Index:
    """Twelve stories, and a file that another part of the program keeps beside the record."""
    index = opened()
    index.add(STORIES)
    index.search("w1x")
    with closing(sqlite3.connect(folder / "feedback.sqlite3")) as db:
        db.execute("CREATE TABLE feedback (rating TEXT)")
        db.execute("INSERT INTO feedback VALUES ('up')")
        db.commit()
    return index


def test_there_and_back(filled: Index, tmp_path: Path) -> None:
    report = filled.backup(tmp_path / "saved.tar.gz")
    assert (report.articles, report.passages, report.model) == (12, 12, "fake")
    assert set(report.files) == {"record.sqlite3", "feedback.sqlite3"}
    with tarfile.open(tmp_path / "saved.tar.gz") as archive:
        assert archive.getnames() == ["manifest.json", "feedback.sqlite3", "record.sqlite3"] or archive.getnames() == [
            "manifest.json", "record.sqlite3", "feedback.sqlite3",
        ]  # fmt: skip
    restore(tmp_path / "saved.tar.gz", tmp_path / "new.index")
    with Index(tmp_path / "new.index", embedder_=FakeEmbedder()) as index:
        assert index.check().whole
        hit = index.search("w7x council")[0]
        assert (hit.text, "dense" in hit.scores) == (STORIES[7].text, True)
        assert index.embedder.encoded == 0 and index.articles() == filled.articles()
        assert index.check().whole
    with closing(sqlite3.connect(tmp_path / "new.index" / "feedback.sqlite3")) as db:
        assert db.execute("SELECT rating FROM feedback").fetchall() == [("up",)]
    assert not list(tmp_path.glob(".*")), "nothing is left lying about"


def test_a_backup_while_another_thread_adds_is_of_one_moment(filled: Index, folder: Path, tmp_path: Path) -> None:
    done = threading.Event()

    def add() -> None:
        number = 100
        with Index(folder, embedder_=FakeEmbedder()) as index:
            while not done.is_set():
                index.add([Article(f"A later story {number + step} tells of w{number + step}x.") for step in range(3)])
                number += 3

    thread = threading.Thread(target=add)
    thread.start()
    try:
        for n in range(5):
            report = filled.backup(tmp_path / f"{n}.tar.gz")
            restore(tmp_path / f"{n}.tar.gz", tmp_path / f"{n}.index")
            with Index(tmp_path / f"{n}.index", embedder_=FakeEmbedder()) as index:
                assert index.check().whole
                assert len(index.articles()) == report.articles and report.articles % 3 == 0
    finally:
        done.set()
        thread.join()


def test_an_index_that_is_there_stays_unless_forced(filled: Index, folder: Path, tmp_path: Path) -> None:
    filled.backup(tmp_path / "saved.tar.gz")
    filled.add(Article("A story that the backup lacks."))
    with pytest.raises(UsageError, match=r"holds an index already; .* --force"):
        restore(tmp_path / "saved.tar.gz", folder)
    assert len(filled.articles()) == 13
    filled.close()
    restore(tmp_path / "saved.tar.gz", folder, force=True)
    with Index(folder, embedder_=FakeEmbedder()) as index:
        assert len(index.articles()) == 12 and index.search("w3x")[0].text == STORIES[3].text
        assert index.check().whole


def test_a_file_that_is_there_is_not_overwritten(filled: Index, tmp_path: Path) -> None:
    (tmp_path / "mine").write_text("mine")
    with pytest.raises(UsageError, match="exists already"):
        filled.backup(tmp_path / "mine")
    assert (tmp_path / "mine").read_text() == "mine"


def rewritten(source: Path, target: Path, change: Callable[[dict[str, object], dict[str, bytes]], None]) -> Path:
    """The same archive with another manifest or other files."""
    with tarfile.open(source) as archive:
        files = {member.name: archive.extractfile(member).read() for member in archive.getmembers()}  # type: ignore[union-attr]
    manifest = json.loads(files.pop("manifest.json"))
    change(manifest, files)
    with tarfile.open(target, "w:gz") as archive:
        for name, data in {"manifest.json": json.dumps(manifest).encode(), **files}.items():
            member = tarfile.TarInfo(name)
            member.size = len(data)
            archive.addfile(member, io.BytesIO(data))
    return target


def escape(manifest: dict[str, object], files: dict[str, bytes]) -> None:
    for name in ("../escaped", "/tmp/escaped-onrecord"):
        files[name] = b"x"
        manifest["files"][name] = ""  # type: ignore[index]


BAD: dict[str, tuple[Callable[[dict[str, object], dict[str, bytes]], None], type[RecordError], str]] = {
    "another text": (
        lambda manifest, files: files.update({"record.sqlite3": b"x" * 9000}),
        BadIndex,
        "is not what was saved",
    ),
    "a file too few": (lambda manifest, files: files.pop("feedback.sqlite3") and None, BadIndex, "not where it should be"),
    "names outside": (escape, BadIndex, "it lists '../escaped'"),
    "a newer schema": (lambda manifest, files: manifest.update(schema=999), IndexIncompatible, "newer program"),
    "a newer format": (lambda manifest, files: manifest.update(format=99), IndexIncompatible, "newer program"),
    "another kind": (lambda manifest, files: manifest.update(kind="mine"), UsageError, "is not a backup of On Record"),
    "no counts": (lambda manifest, files: manifest.pop("schema") and None, UsageError, "is not a backup of On Record"),
}


@pytest.mark.parametrize("bad", BAD)
def test_a_changed_archive_is_refused_and_nothing_is_written(filled: Index, folder: Path, tmp_path: Path, bad: str) -> None:
    change, error, told = BAD[bad]
    filled.backup(tmp_path / "saved.tar.gz")
    file = rewritten(tmp_path / "saved.tar.gz", tmp_path / "bad.tar.gz", change)
    filled.close()
    for place, force in ((tmp_path / "new.index", False), (folder, True)):
        with pytest.raises(error, match=told) as raised:
            restore(file, place, force=force)
        assert "\n" not in str(raised.value)
    assert not (tmp_path / "new.index").exists() and not list(tmp_path.rglob("*escaped*"))
    with Index(folder, embedder_=FakeEmbedder()) as index:
        assert len(index.articles()) == 12 and index.check().whole


def test_a_symbolic_link_in_an_archive_is_refused(filled: Index, tmp_path: Path) -> None:
    filled.backup(tmp_path / "saved.tar.gz")
    with tarfile.open(tmp_path / "saved.tar.gz") as archive:
        manifest = archive.extractfile("manifest.json").read()  # type: ignore[union-attr]
    with tarfile.open(tmp_path / "bad.tar.gz", "w:gz") as archive:
        first = tarfile.TarInfo("manifest.json")
        first.size = len(manifest)
        archive.addfile(first, io.BytesIO(manifest))
        for name in json.loads(manifest)["files"]:
            link = tarfile.TarInfo(name)
            link.type, link.linkname = tarfile.SYMTYPE, "/etc/hostname"
            archive.addfile(link)
    with pytest.raises(BadIndex, match="damaged"):
        restore(tmp_path / "bad.tar.gz", tmp_path / "new.index")


@pytest.mark.parametrize("share", [0.01, 0.5, 0.99])
def test_an_archive_cut_short_is_refused(filled: Index, tmp_path: Path, share: float) -> None:
    filled.backup(tmp_path / "saved.tar.gz")
    data = (tmp_path / "saved.tar.gz").read_bytes()
    (tmp_path / "cut.tar.gz").write_bytes(data[: int(len(data) * share)])
    with pytest.raises((BadIndex, UsageError), match=r"damaged|not a backup"):
        restore(tmp_path / "cut.tar.gz", tmp_path / "new.index")
    assert not (tmp_path / "new.index").exists()


@pytest.mark.parametrize("content", [b"", b"a letter to the editor", b"\x1f\x8b but no archive"])
def test_another_file_is_no_backup(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "letter").write_bytes(content)
    with pytest.raises((UsageError, BadIndex), match=r"not a backup|damaged"):
        restore(tmp_path / "letter", tmp_path / "new.index")
    with pytest.raises(UsageError, match="There is no file"):
        restore(tmp_path / "nothing", tmp_path / "new.index")
