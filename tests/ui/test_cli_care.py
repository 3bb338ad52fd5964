"""check, backup and restore as their user meets them."""

from __future__ import annotations

import json
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from ui.cli import main


def run(*arguments: str) -> Result:
    return CliRunner().invoke(main, list(arguments), catch_exceptions=False)


@pytest.fixture
def folder(tmp_path: Path, samples_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A working folder with an index of the sample articles."""
    monkeypatch.chdir(tmp_path)
    shutil.copytree(samples_path, tmp_path / "onrecord.index")
    return tmp_path


def damage(folder: Path, statement: str) -> None:
    with closing(sqlite3.connect(folder / "onrecord.index" / "record.sqlite3")) as db:
        db.execute(statement)
        db.commit()


def test_check_says_what_is_wrong_and_repair_mends_it(folder: Path) -> None:
    whole = run("check")
    assert (whole.exit_code, whole.stdout.startswith("Nothing is wrong with onrecord.index: 30 articles")) == (0, True)
    damage(folder, "DELETE FROM passages WHERE article = 3")
    wrong = run("check")
    assert wrong.exit_code == 1
    assert "The record has 1 article without passages." in wrong.stdout and "--repair" in wrong.stdout
    told = json.loads(run("check", "--json").stdout)
    assert (told["whole"], "bare" in [fault["kind"] for fault in told["faults"]]) == (False, True)
    mended = run("check", "--repair")
    assert (mended.exit_code, "Mended: 30 articles" in mended.stdout) == (0, True)
    assert run("check").exit_code == 0


def test_what_can_not_be_mended_is_one_sentence(folder: Path) -> None:
    (folder / "onrecord.index" / "record.sqlite3").write_bytes(b"garbage " * 999)
    shutil.rmtree(folder / "onrecord.index" / "chroma")
    assert run("check").exit_code == 1
    refused = run("check", "--repair")
    assert (refused.exit_code, refused.stderr.count("\n")) == (1, 1)
    assert "Nothing can be read of the record" in refused.stderr
    assert run("check", "--index", "nowhere").exit_code == 1


def test_a_salvaged_record_says_where_the_damaged_one_lies(folder: Path) -> None:
    record = folder / "onrecord.index" / "record.sqlite3"
    record.write_bytes(record.read_bytes()[:-40_960])
    mended = run("check", "--repair")
    assert (mended.exit_code, "The damaged file is kept as" in mended.stdout) == (0, True)
    assert run("check").exit_code == 0


def test_backup_and_restore(folder: Path) -> None:
    saved = run("backup", "saved.tar.gz")
    assert (saved.exit_code, saved.stdout.startswith("saved.tar.gz: 30 articles, 1 file,")) == (0, True)
    refused = run("restore", "saved.tar.gz")
    assert (refused.exit_code, "holds an index already" in refused.stderr) == (2, True)
    assert run("restore", "--force", "saved.tar.gz").exit_code == 0
    back = run("restore", "--json", "--index", "other.index", "saved.tar.gz")
    assert (back.exit_code, json.loads(back.stdout)["articles"]) == (0, 30)
    assert run("check", "--index", "other.index").exit_code == 0
