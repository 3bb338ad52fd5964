"""Several threads and processes on one index, killed processes, and a full disk."""

import contextlib
import json
import os
import random
import shutil
import signal
import sqlite3
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from fake_embedder import FakeEmbedder

from index import Article, Index, StorageError, check_index, repair_index

Opened = Callable[..., Index]
Write = Callable[..., str]
ADD = """
import sys
from fake_embedder import FakeEmbedder
from index import Index
with Index(sys.argv[1], embedder_=FakeEmbedder()) as index:
    print(index.add(sys.argv[2:]))
"""


def adding(folder: Path, *paths: str, pause: float = 0.0) -> subprocess.Popen[str]:
    """Another process that adds files to the index in `folder`."""
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parent), "PAUSE": str(pause)}
    command = [sys.executable, "-c", ADD, str(folder), *paths]
    return subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def told(process: subprocess.Popen[str]) -> str:
    output, errors = process.communicate(timeout=120)
    assert process.returncode == 0, errors
    return output.strip()


def test_an_open_index_finds_what_another_process_adds(index: Index, folder: Path, write: Write) -> None:
    index.add(Article("The ferry ran late."))
    assert len(index.search("ferry")) == 1
    assert told(adding(folder, write("a.txt", "A ferry sank in the storm."))) == "1 added"
    hit = index.search("storm")[0]
    assert (hit.text, "dense" in hit.scores) == ("A ferry sank in the storm.", True)
    assert told(adding(folder, write("a.txt", "A ferry sank in the night."))) == "1 updated"
    assert [hit.text for hit in index.search("storm night")] == ["A ferry sank in the night.", "The ferry ran late."]


def test_two_processes_that_add_at_once_lose_nothing(opened: Opened, folder: Path, write: Write) -> None:
    index = opened()
    files = [write(f"{name}{n}.txt", f"The {name} of day {n} ran late.") for name in ("ferry", "train") for n in range(20)]
    processes = [adding(folder, *files[:20]), adding(folder, *files[20:])]
    assert [told(process) for process in processes] == ["20 added", "20 added"]
    hits = index.search("ran late", k=50)
    assert len(hits) == 40
    assert all("dense" in hit.scores for hit in hits)


def test_threads_that_open_a_new_index_at_once_share_it(folder: Path) -> None:
    start = threading.Barrier(6)

    def work(number: int) -> int:
        start.wait()
        with Index(folder, embedder_=FakeEmbedder()) as index:
            return index.add(Article(f"Story {number} of the council.")).added

    with ThreadPoolExecutor(6) as pool:
        assert list(pool.map(work, range(6))) == [1] * 6
    with Index(folder, embedder_=FakeEmbedder()) as index:
        assert len(index.search("council", k=10)) == 6


def test_a_killed_process_leaves_a_whole_index_and_the_next_add_completes_it(
    opened: Opened, folder: Path, write: Write
) -> None:
    index = opened()
    lines = [json.dumps({"text": f"Story {n} tells of w{n}x.\n\nIts end is e{n}x."}) for n in range(600)]
    path = write("a.jsonl", "\n".join(lines))
    process = adding(folder, path, pause=0.005)
    deadline = time.monotonic() + 60
    while not index.passage_count() and time.monotonic() < deadline:
        time.sleep(0.05)
    process.send_signal(signal.SIGKILL)
    process.communicate()
    assert process.returncode == -signal.SIGKILL

    stored = index.articles()
    assert 0 < len(stored) < 600
    assert index.passage_count() == len(stored)
    assert all(article.text.startswith("Story") and article.text.endswith("x.") for article in stored)
    hit = index.search("w0x")[0]
    assert (hit.text.split("\n")[0], "dense" in hit.scores) == ("Story 0 tells of w0x.", True)

    report = index.add(path)
    assert (report.added, report.unchanged) == (600 - len(stored), len(stored))
    hit = index.search("w599x")[0]
    assert (hit.text.split("\n")[0], "dense" in hit.scores) == ("Story 599 tells of w599x.", True)
    db = sqlite3.connect(folder / "record.sqlite3")
    assert db.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    db.close()


def test_eight_threads_search_while_one_adds(index: Index) -> None:
    index.add(Article("The first story tells of w0x."))
    done = threading.Event()

    def search() -> int:
        rounds = 0
        while not done.is_set() or not rounds:
            hits = index.search("w0x", k=50)
            assert hits[0].text == "The first story tells of w0x."
            assert len({hit.article_id for hit in hits}) == len(hits)
            rounds += 1
        return rounds

    with ThreadPoolExecutor(8) as pool:
        searches = [pool.submit(search) for _ in range(8)]
        try:
            for n in range(1, 13):
                assert index.add(Article(f"A later story tells of w{n}x.")).added == 1
        finally:
            done.set()
        assert min(search.result() for search in searches) >= 1
    assert index.search("w12x")[0].text == "A later story tells of w12x."
    assert len(index.search("story", k=50)) == 13


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of 2 MB."""
    place = tmp_path / "small"
    place.mkdir()
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=2m", "tmpfs", place], capture_output=True, text=True)
    if mounted.returncode:
        pytest.skip(f"a small file system can't be mounted: {mounted.stderr.strip()}")
    yield place
    subprocess.run(["umount", "-l", place], check=True)


@pytest.mark.skipif(os.geteuid() != 0, reason="only root mounts a small file system")
def test_a_full_disk_is_told_and_what_was_stored_is_searched(small_disk: Path) -> None:
    chance = random.Random(1)
    large = [
        Article(" ".join(f"{chance.choice('xyz')}{chance.getrandbits(60)}" for _ in range(2000)) + f". Number {n}.")
        for n in range(60)
    ]
    with Index(small_disk / "my.index", embedder_=FakeEmbedder()) as index:
        index.add([Article("The ferry ran late."), Article("The hall was closed.")])
        assert index.search("ferry")[0].text == "The ferry ran late."
        with pytest.raises(StorageError, match="disk is full"):
            for article in large:
                index.add(article)
        assert index.search("ferry")[0].text == "The ferry ran late."
        stored = len(index.articles())
        assert 2 <= stored < 62
    with Index(small_disk / "my.index", embedder_=FakeEmbedder()) as index:
        assert index.search("hall")[0].text == "The hall was closed."
        assert len(index.articles()) == stored


@pytest.mark.skipif(os.geteuid() != 0, reason="only root mounts a small file system")
def test_a_full_disk_stops_backup_and_repair_before_anything_is_changed(small_disk: Path, tmp_path: Path) -> None:
    chance = random.Random(1)
    place = small_disk / "my.index"
    with Index(place, embedder_=FakeEmbedder()) as index:
        index.add(
            [Article(" ".join(f"{chance.getrandbits(60):x}" for _ in range(800)) + f". Number {n}.") for n in range(4)]
        )
        with pytest.raises(StorageError, match=r"The backup .* can't be written"):
            for n in range(40):
                index.backup(small_disk / f"{n}.tar.gz")
        assert not list(small_disk.glob(".backup*"))
        index.backup(tmp_path / "elsewhere.tar.gz")
    record = place / "record.sqlite3"
    with record.open("r+b") as file:
        file.truncate(record.stat().st_size * 3 // 4)
    damaged = record.read_bytes()
    with contextlib.suppress(OSError), (small_disk / "filler").open("wb") as file:
        while True:
            file.write(b"x" * 4096)
            file.flush()
    if (small_disk / "filler").exists():
        os.truncate(small_disk / "filler", max(0, (small_disk / "filler").stat().st_size - 80_000))  # it opens, and no more
    with pytest.raises(StorageError, match=r"disk is full|can't be repaired here"):
        repair_index(place, embedder_=FakeEmbedder())
    assert record.read_bytes() == damaged
    (small_disk / "filler").unlink(missing_ok=True)
    shutil.rmtree(place / "chroma", ignore_errors=True)
    for old in small_disk.glob("*.tar.gz"):
        old.unlink()
    assert repair_index(place, embedder_=FakeEmbedder()).after.whole


@pytest.mark.skipif(os.geteuid() != 0, reason="only root mounts a small file system")
def test_a_folder_that_only_can_be_read_is_told(small_disk: Path) -> None:
    place = small_disk / "my.index"
    with Index(place, embedder_=FakeEmbedder()) as index:
        index.add(Article("The ferry ran late."))
    subprocess.run(["mount", "-o", "remount,ro", small_disk], check=True)
    for act in (
        lambda: Index(place, embedder_=FakeEmbedder()),
        lambda: check_index(place),
        lambda: Index(small_disk / "new"),
    ):
        with pytest.raises(StorageError, match=r"can't be (written or opened here|made)"):
            act()
    subprocess.run(["mount", "-o", "remount,rw", small_disk], check=True)
    with Index(place, embedder_=FakeEmbedder()) as index:
        assert index.search("ferry")[0].text == "The ferry ran late." and index.check().whole
