"""The whole way, from import to answer, in a process whose sockets reach this machine only."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

from index import Index
from tests.conftest import ROOT, SAMPLES

BLOCKED = """
import socket, sys
real = socket.socket.connect
def connect(self, address):
    host = address[0] if isinstance(address, tuple) else "local"
    if host not in ("127.0.0.1", "::1", "local"):
        print("TRIED", host, flush=True)
        raise OSError("blocked")
    return real(self, address)
socket.socket.connect = connect
"""

WALK = (
    BLOCKED
    + """
def resolve(host, *args, **kwargs):
    print("LOOKED UP", host, flush=True)
    raise OSError("blocked")
socket.getaddrinfo = resolve
from index import Index, Article
from assistant import Assistant
folder, samples = sys.argv[1:]
html = "<html><head><title>Fog</title></head><body><article>" + "<p>The ferry stayed in port on Monday because of fog.</p>" * 1
with Index(folder) as index:
    report = index.add([samples, Article("The ferry stayed in port on Monday because of thick fog.", title="Ferry", published="May 5, 2025")])
    assert not report.failed, report
    import index.llama as llama
    nodes = llama.RecordRetriever(index, k=2).retrieve("Where did Vance meet Zelensky?")
    assert len(nodes) == 2
with Assistant(folder) as desk:
    print(desk.answer("Where did Vance meet Zelensky?").status)
    print(desk.answer("Why did the ferry stay in port?").citations[0].quote)
"""
)

PAGE = (
    BLOCKED
    + """
resolve = socket.getaddrinfo
def looked_up(host, *args, **kwargs):
    if host not in ("127.0.0.1", "::1", "localhost", None):
        print("LOOKED UP", host, flush=True)
        raise OSError("blocked")
    return resolve(host, *args, **kwargs)
socket.getaddrinfo = looked_up
from assistant.settings import Settings
from ui.serve import Server, Serving
server = Server(Settings(index=sys.argv[1]), Serving())
from gradio_client import Client
print(Client(server.url, verbose=False).predict("Where did Vance meet Zelensky?", api_name="/ask")["status"])
import time
time.sleep(3)  # whatever runs beside
server.close()
"""
)


def test_the_page_phones_nowhere(tmp_path: Path) -> None:
    with Index(tmp_path / "i") as index:
        index.add([SAMPLES])
    command = [sys.executable, "-c", PAGE, str(tmp_path / "i")]
    done = subprocess.run(command, capture_output=True, text=True, cwd=ROOT)
    assert done.returncode == 0, done.stderr
    assert not re.search("TRIED|LOOKED UP", done.stdout), done.stdout
    assert done.stdout.splitlines()[-1] == "answered"


def test_nothing_phones_home(tmp_path: Path) -> None:
    command = [sys.executable, "-c", WALK, str(tmp_path / "i"), str(SAMPLES)]
    done = subprocess.run(command, capture_output=True, text=True, cwd=ROOT)
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines() == ["answered", "The ferry stayed in port on Monday because of thick fog."]
