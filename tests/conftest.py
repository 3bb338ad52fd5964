"""Fixtures that all tests share. Real parts, small data, no network."""

from __future__ import annotations

import os
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
SAMPLES = ROOT / "eval" / "samples" / "articles"


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "soak: long runs, only with `make soak`")
    for variable in [name for name in os.environ if name.startswith("ONRECORD_") and name not in _KEPT]:
        del os.environ[variable]  # a developer's settings must not reach the tests


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    if not os.environ.get("ONRECORD_SOAK"):
        for item in items:
            if item.get_closest_marker("soak"):
                item.add_marker(pytest.mark.skip(reason="long run: make soak"))


_KEPT = ("ONRECORD_DATA", "ONRECORD_SOAK", "ONRECORD_SOAK_INPUTS")


@pytest.fixture(autouse=True)
def _no_network(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every test runs with sockets to anywhere but this machine refused."""
    connect = socket.socket.connect

    def guarded(self: socket.socket, address: object) -> object:
        host = address[0] if isinstance(address, tuple) else "local"
        if host not in ("127.0.0.1", "::1", "localhost", "local"):
            raise AssertionError(f"a connection to {host} was tried")
        return connect(self, address)  # type: ignore[arg-type]

    monkeypatch.setattr(socket.socket, "connect", guarded)


@pytest.fixture(scope="session")
def samples_path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An index of the sample articles, made once with the real model."""
    from index import Index

    path = tmp_path_factory.mktemp("samples") / "samples.index"
    with Index(path) as index:
        report = index.add(SAMPLES)
        assert report.added == 30 and not report.failed, report
    return path


@pytest.fixture(scope="session")
def desk(samples_path: Path) -> Iterator[object]:
    """An Assistant on the sample articles."""
    from assistant import Assistant

    with Assistant(samples_path) as opened:
        yield opened


@pytest.fixture(scope="session")
def data_folder() -> Path:
    """ONRECORD_DATA; the test is skipped, saying so, without it."""
    from eval.data import folder

    found = folder()
    if found is None:
        pytest.skip("ONRECORD_DATA is not set: measurements on its data are left out")
    return found
