"""The README's commands and code run as they stand, in order, in an empty folder."""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from tests.conftest import ROOT
from ui.cli import main

README = (ROOT / "README.md").read_text("utf-8")


def test_readme_commands(tmp_path: Path, monkeypatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "eval").symlink_to(ROOT / "eval")
    # The page is served until it is stopped: the tests in a browser run that one.
    commands = [one for one in re.findall(r"^\$ onrecord (.+)$", README, re.M) if one != "ui"]
    assert len(commands) >= 5
    ordered = sorted(commands, key=lambda command: not command.startswith("add"))
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    for command in ordered:
        command += " --limit 8" if command.startswith("eval") else ""  # the same words, a minute sooner
        done = CliRunner().invoke(main, shlex.split(command), catch_exceptions=False)
        assert done.exit_code == 0, (command, done.output)
        assert done.stdout.strip() and "Not on record" not in done.stdout, (command, done.stdout)


def test_readme_code(tmp_path: Path) -> None:
    answering, measuring = re.findall(r"```python\n(.*?)```", README, re.S)
    (tmp_path / "eval").mkdir()
    (tmp_path / "eval" / "samples").symlink_to(ROOT / "eval" / "samples")
    told = []
    for code in (answering, measuring):
        done = subprocess.run(
            [sys.executable, "-c", f"import sys; sys.path.insert(0, {str(ROOT)!r})\n{code}"],
            capture_output=True, text=True, cwd=tmp_path, env={**os.environ, "XDG_CACHE_HOME": str(tmp_path / "cache")},
        )  # fmt: skip
        assert done.returncode == 0, done.stderr
        told.append(done.stdout)
    assert told[0].count("The ferry stays in port until Monday") == 2
    assert 0 <= float(told[1].split()[0]) <= 1


def test_links_in_the_docs_lead_somewhere() -> None:
    for page in (ROOT / "README.md", ROOT / "CONTRIBUTING.md", ROOT / "CHANGELOG.md", *(ROOT / "docs").glob("*.md")):
        for target in re.findall(r"\]\((?!https?:)([^)#]+)", page.read_text("utf-8")):
            assert (page.parent / target).exists(), f"{page.name}: {target}"


def test_makefile_and_ci_name_what_the_readme_promises() -> None:
    makefile = (ROOT / "Makefile").read_text("utf-8")
    for target in ("demo", "test", "bench", "soak"):
        assert re.search(rf"^{target}:", makefile, re.M)
    assert "make test" in (ROOT / ".ci" / "run").read_text("utf-8")


def test_the_readme_tells_the_figures_of_the_tables() -> None:
    evaluation = (ROOT / "docs" / "evaluation.md").read_text("utf-8")
    rows = [[float(cell.split()[0]) for cell in row.split("|")[:-2] if "(" in cell]
            for row in re.findall(r"^\| onrecord (\|.+)$", evaluation, re.M)[:2]]  # fmt: skip
    told = [float(figure) for figure in re.findall(r"\.\d\d\b", README[README.index("How right it is:") :])[:8]]
    right, _, _, verdict, precision, recall = zip(*rows, strict=True)
    tabled = [figure for at in (0, 1) for figure in (right[at], verdict[at], precision[at], recall[at])]
    assert told == [pytest.approx(figure, abs=0.0051) for figure in tabled]
