"""The rules that the layout stands on."""

from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

import assistant
import eval
import index
from tests.conftest import ROOT

ORDER = ("index", "assistant", "eval", "ui")
"""Each package may import those before it."""


def _modules() -> list[Path]:
    return [path for package in ORDER for path in sorted((ROOT / package).rglob("*.py"))]


def _imports(path: Path) -> Iterator[str]:
    """Every module that is imported, inside functions too."""
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.level == 0:
            yield node.module or ""
        elif isinstance(node, ast.ImportFrom):
            yield "." * node.level


@pytest.mark.parametrize("path", _modules(), ids=lambda path: str(path.relative_to(ROOT)))
def test_imports_point_one_way(path: Path) -> None:
    package = path.relative_to(ROOT).parts[0]
    for name in _imports(path):
        top = name.split(".")[0]
        assert not name.startswith("."), f"relative import in {path}"
        if top in ORDER:
            assert ORDER.index(top) <= ORDER.index(package), f"{package} imports {name}"
        if top == package and path.name != "__init__.py":
            assert name != package, f"{path} imports its own package root"


@pytest.mark.parametrize("path", _modules(), ids=lambda path: str(path.relative_to(ROOT)))
def test_other_packages_know_public_names_only(path: Path) -> None:
    package = path.relative_to(ROOT).parts[0]
    for name in _imports(path):
        if name.split(".")[0] in ("index",) and package == "assistant":
            assert name == "index", f"{path} reaches into {name}"


SQLITE = {
    "sqlite.py", "feedback.py", "backup.py", "check.py", "check_record.py", "clusters.py", "compact.py", "history.py", "repair.py",
    "salvage.py", "upgrades.py",
}  # fmt: skip
"""sqlite.py opens the record; the others hold queries of it, but for feedback.py, which is the assistant's own."""


@pytest.mark.parametrize(("library", "home"), [("chromadb", {"vectors.py"}), ("sqlite3", SQLITE)])
def test_one_module_knows_each_store(library: str, home: set[str]) -> None:
    users = {path.name for path in _modules() if library in {name.split(".")[0] for name in _imports(path)}}
    # What people do is kept in a file of its own beside the record: feedback.py knows that one, and not the record.
    # The benchmark and the baselines build the stock pipeline, with its own Chroma.
    assert users - {"bench_task.py", "baselines.py"} == home


def test_public_names() -> None:
    assert assistant.__all__ == ["Answer", "Assistant", "Citation", "Finding", "Step", "answer"]
    assert {"Article", "Hit", "Index", "RecordError", "AddReport"} <= set(index.__all__)
    assert all(hasattr(index, name) for name in index.__all__)
    assert all(issubclass(getattr(index, name), index.RecordError) for name in index.__all__ if name.endswith("Error"))
    assert {"evaluate", "read_suite", "read_run", "Suite", "Case", "Run"} <= set(eval.__all__)
    assert all(hasattr(eval, name) for name in eval.__all__)


def test_cheap_commands_import_nothing_heavy(samples_path: Path) -> None:
    code = (
        "import sys; from ui.cli import main\n"
        f"main(['list', '--index', {str(samples_path)!r}], standalone_mode=False)\n"
        "heavy = {'torch', 'sentence_transformers', 'onnxruntime', 'llama_index', 'chromadb', 'trafilatura', 'gradio'}\n"
        "print(sorted(heavy & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT)
    assert done.stdout.splitlines()[-1] == "[]"


def test_asking_needs_no_torch(samples_path: Path) -> None:
    code = (
        "import sys; from assistant import answer, network\n"
        "network.has_bfloat16 = lambda: True\n"  # as on the machines that would gain by it, in a process that stays
        f"answer('Where did Vance meet Zelensky?', index={str(samples_path)!r})\n"
        "print(sorted({'torch', 'sentence_transformers', 'transformers', 'llama_index', 'trafilatura'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT)
    assert done.stdout.splitlines()[-1] == "[]"
