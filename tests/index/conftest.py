"""Fixtures of the index's tests: a small index with a fake embedder, and real files to add."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from fake_embedder import FakeEmbedder

from index import Index


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Where the test's index lives."""
    return tmp_path / "my.index"


@pytest.fixture
def opened(folder: Path) -> Iterator[Callable[..., Index]]:
    """Opens the test's index once more, as another user of the same folder would; all are closed at the end."""
    with ExitStack() as stack:
        yield lambda **options: stack.enter_context(Index(folder, **{"embedder_": FakeEmbedder(), **options}))


@pytest.fixture
def index(opened: Callable[..., Index]) -> Index:
    """An empty index."""
    return opened()


@pytest.fixture
def write(tmp_path: Path) -> Callable[..., str]:
    """Writes a file of the pile and returns its path: `write("a.txt", "text or bytes")`."""

    def write(name: str, content: str | bytes) -> str:
        path = tmp_path / "pile" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return str(path)

    return write
