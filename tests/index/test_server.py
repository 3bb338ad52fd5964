"""A Chroma server that goes away, comes back, and comes back empty."""

import gc
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from index import Article, Index, StorageError

# Chroma's client does not close its connections to a server that is gone.
pytestmark = pytest.mark.filterwarnings("ignore::ResourceWarning", "ignore::pytest.PytestUnraisableExceptionWarning")
Opened = Callable[..., Index]


class Server:
    """`chroma run` on a port of this machine."""

    def __init__(self, store: Path) -> None:
        self.store = store
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        self.start()

    def start(self) -> None:
        program = Path(sys.executable).with_name("chroma")
        command = [program, "run", "--path", self.store, "--host", "127.0.0.1", "--port", str(self.port)]
        self.process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        deadline = time.monotonic() + 60
        while time.monotonic() < deadline:
            try:
                socket.create_connection(("127.0.0.1", self.port), 1).close()
                return
            except OSError:
                time.sleep(0.05)
        raise AssertionError("the server did not start")

    def stop(self) -> None:
        self.process.kill()
        self.process.wait()


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Server]:
    running = Server(tmp_path / "store")
    yield running
    running.stop()
    gc.collect()


def dense(index: Index, word: str) -> str:
    hit = index.search(word)[0]
    assert "dense" in hit.scores
    return hit.text


def test_a_server_that_goes_and_comes_back(server: Server, opened: Opened, caplog: pytest.LogCaptureFixture) -> None:
    index = opened(chroma=f"http://127.0.0.1:{server.port}")
    index.add([Article(f"Story {n} tells of w{n}x.") for n in range(12)])
    assert dense(index, "w3x") == "Story 3 tells of w3x." and index.check().whole

    server.stop()
    assert dense(index, "w3x") == "Story 3 tells of w3x." and "searching without Chroma" in caplog.text
    report = index.add(Article("Story 99 tells of w99x."))
    assert report.added == 1 and "does not answer" in report.warnings[0][1]
    assert index.remove(index.find(index.search("w5x")[0].article_id)) == 1
    assert [fault.kind for fault in index.check().faults] == ["chroma"]
    with pytest.raises(StorageError, match="does not answer"):
        index.repair()

    server.start()
    assert index.check().whole, "what it lacks is marked as lacking"
    caplog.clear()
    assert dense(index, "w99x") == "Story 99 tells of w99x." and not caplog.text
    assert index.check().whole

    server.stop()
    shutil.rmtree(server.store)
    server.start()
    assert [(fault.kind, fault.count) for fault in index.check().faults] == [("lacking", 12)]
    assert index.repair().after.whole
    assert dense(index, "w99x") == "Story 99 tells of w99x." and not caplog.text
