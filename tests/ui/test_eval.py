"""Measuring from the command line."""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from tests.conftest import ROOT
from ui.cli import main

STORY = "The lighthouse on Tern Rock will be painted green in June. The harbor board voted 5 to 2 on Monday."
ROWS = [
    {"id": "color", "question": "What color will the lighthouse on Tern Rock be painted?", "answers": ["green"]},
    {"id": "vote", "question": "How did the harbor board vote on Monday?", "answers": ["5 to 2"], "tags": ["number"]},
    {"id": "chess", "question": "Who won the chess championship?", "kind": "unanswerable"},
]


def run(*arguments: str) -> Result:
    return CliRunner().invoke(main, list(arguments), catch_exceptions=False)


@pytest.fixture
def suite(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A suite with its article, in a folder to work in."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    (tmp_path / "mine" / "articles").mkdir(parents=True)
    (tmp_path / "mine" / "articles" / "story.txt").write_text(STORY)
    (tmp_path / "mine" / "questions.jsonl").write_text("\n".join(map(json.dumps, ROWS)) + "\n")
    return tmp_path / "mine"


def test_measure_compare_and_report(suite: Path) -> None:
    silent = run("eval", "mine", "--system", "silent", "--out", "runs/silent")
    assert silent.exit_code == 0 and "mine, always silent: 3 of 3 questions over 1 articles" in silent.stdout
    ours = run("eval", "mine", "--out", "runs/ours", "--compare", "runs/silent", "--report", "page.html")
    assert ours.exit_code == 0, ours.output
    for words in (
        "right                        1.000",
        "2 won, 0 lost",
        "won  color:",
        "page: page.html",
        "kept in runs/ours",
    ):
        assert words in ours.stdout
    assert "What color will the lighthouse" in Path("page.html").read_text()
    told = json.loads(run("eval", "mine", "--out", "runs/ours", "--json").stdout)
    assert told["metrics"]["right"] == 1 and told["about"]["cases"] == 3


def test_the_default_folder_is_named_after_what_is_measured(suite: Path) -> None:
    first, again = (run("eval", "mine", "--system", "silent").stdout.splitlines()[-1] for _ in range(2))
    limited = run("eval", "mine", "--system", "silent", "--limit", "2").stdout.splitlines()[-1]
    assert first == again != limited and first.startswith("kept in onrecord.runs/mine-always-silent-")


def test_wrong_use_is_one_sentence(suite: Path) -> None:
    (suite / "bad.jsonl").write_text('{"id": "a", "question": "Who?", "kind": "odd"}\n')
    for arguments, words in (
        (("eval", "nowhere"), "There is no suite 'nowhere'"),
        (("eval", "mine", "--system", "odd"), "no system 'odd'; one of onrecord, untrained, bm25"),
        (("eval", "mine/bad.jsonl"), "line 1: kind is 'odd'; it is one of fact"),
        (("eval", "mine", "--compare", "nowhere"), "There is no run at nowhere"),
        (("eval", "mine", "--index", "nowhere"), "There is no index at nowhere"),
    ):
        told = run(*arguments)
        assert told.exit_code in (1, 2) and words in told.stderr and "Traceback" not in told.output
    told = run("eval", "mine", "--system", "silent", "--report", "/proc/no/page.html")
    assert told.exit_code == 1 and "can't be written" in told.stderr


def test_data_sets_need_their_data(suite: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("ONRECORD_DATA", raising=False)
    told = run("eval", "boolq")
    assert told.exit_code == 2 and "Set ONRECORD_DATA" in told.stderr


def test_an_interrupted_run_goes_on(suite: Path) -> None:
    rows = [{"id": str(n), "question": f"What color is lighthouse {n}?", "kind": "unanswerable"} for n in range(60)]
    (suite / "questions.jsonl").write_text("\n".join(map(json.dumps, rows)) + "\n")
    command = [sys.executable, "-m", "ui.cli", "eval", "mine", "--out", "run"]
    process = subprocess.Popen(
        command, stderr=subprocess.PIPE, text=True, cwd=suite.parent, env={**os.environ, "PYTHONPATH": str(ROOT)},
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.default_int_handler),
    )  # fmt: skip
    results = suite.parent / "run" / "results.jsonl"
    deadline = time.monotonic() + 120
    while time.monotonic() < deadline and not (results.is_file() and results.read_text().count("\n") >= 3):
        time.sleep(0.05)
    process.send_signal(signal.SIGINT)
    _, told = process.communicate()
    assert process.returncode == 130 and told.strip() == "onrecord: stopped; the same command goes on where it was."
    before = results.read_text().count("\n")
    assert 3 <= before < 60
    kept = results.read_text()
    assert run("eval", "mine", "--out", "run", "--limit", "10").exit_code == 2  # other cases: not the same run
    assert results.read_text() == kept
    whole = subprocess.run(
        command, capture_output=True, text=True, cwd=suite.parent, env={**os.environ, "PYTHONPATH": str(ROOT)}
    )
    assert whole.returncode == 0 and "60 of 60 questions" in whole.stdout
    assert results.read_text().startswith(kept) and results.read_text().count("\n") == 60
