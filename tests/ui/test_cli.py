"""The command line as its user meets it."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from tests.conftest import SAMPLES
from ui.cli import main

STORY = "The lighthouse on Tern Rock will be painted green in June. The harbor board voted 5 to 2 on Monday."


def run(*arguments: str, stdin: str | bytes | None = None) -> Result:
    return CliRunner().invoke(main, list(arguments), input=stdin, catch_exceptions=False)


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder to work in, with one story."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "story.txt").write_text(STORY)
    return tmp_path


def test_add_ask_list_show_remove_info(folder: Path) -> None:
    added = run("add", "story.txt", "--source", "Tern Times", "--published", "2025-06-01")
    assert (added.exit_code, added.stdout.startswith("1 added")) == (0, True)

    again = run("add", "story.txt", "--source", "Tern Times", "--published", "2025-06-01")
    assert (again.exit_code, again.stdout) == (0, "Nothing to do: all 1 are in the index already.\n")

    asked = run("ask", "What color will the lighthouse be painted?")
    assert asked.exit_code == 0
    assert "Tern Times, 1 June 2025: “The lighthouse on Tern Rock will be painted green in June.” [1]" in " ".join(
        asked.stdout.split()
    )

    as_json = json.loads(run("ask", "--json", "What color will the lighthouse be painted?").stdout)
    assert as_json["citations"][0]["quote"] == "The lighthouse on Tern Rock will be painted green in June."

    listed = run("list").stdout
    article_id = listed.split()[0]
    assert "2025-06-01" in listed and "Tern Times" in listed
    assert "painted green" in run("show", article_id).stdout
    assert json.loads(run("show", "--json", article_id).stdout)["text"] == STORY
    assert run("show", "--raw", article_id).stdout == STORY

    info = json.loads(run("info", "--json").stdout)
    assert (info["articles"], info["sources"]) == (1, {"Tern Times": 1})

    assert run("remove", article_id, "--yes").stdout == "1 article removed\n"
    silent = run("ask", "What color will the lighthouse be painted?")
    assert (silent.exit_code, "Not on record" in silent.stdout) == (0, True)


def test_an_honest_silence_exits_with_0(folder: Path, samples_path: Path) -> None:
    asked = run("ask", "--index", str(samples_path), "What is the population of Kyiv?")
    assert (asked.exit_code, asked.stdout.startswith("Not on record.")) == (0, True)
    assert "they do not answer it" in asked.stdout


@pytest.mark.parametrize(
    ("arguments", "code", "told"),
    [
        (("ask", "Who won?", "--index", "nowhere"), 1, "onrecord: There is no index at nowhere; add articles first: onrecord add FOLDER"),
        (("add", "story.txt", "--published", "soon"), 2, "onrecord: published: 'soon' is not a date; write it as 2025-02-14."),
        (("add", "story.txt", "--index", "story.txt"), 2, "onrecord: story.txt is a file; an index is a folder."),
        (("add", "--index", ".", "story.txt"), 2, "onrecord: . holds other files (story.txt, ...); name an empty or a new folder."),
        (("add", "story.txt", "--chroma", "localhost"), 2, "onrecord: chroma: 'localhost' is not an address like http://localhost:8000."),
    ],
)  # fmt: skip
def test_wrong_use_gets_one_sentence(folder: Path, arguments: tuple[str, ...], code: int, told: str) -> None:
    done = run(*arguments)
    assert (done.exit_code, done.stderr.strip()) == (code, told)


def test_an_empty_question_and_an_endless_one(folder: Path) -> None:
    run("add", "story.txt")
    assert (run("ask", " ").exit_code, run("ask", " ").stderr) == (2, "onrecord: The question is empty; ask it in words.\n")
    long = run("ask", "why " * 5000)
    assert long.exit_code == 2
    assert long.stderr == "onrecord: The question has 19,999 characters; ask it in 2,000 or fewer.\n"


def test_an_unknown_id(folder: Path) -> None:
    run("add", "story.txt")
    for command in (("show", "beef"), ("remove", "beef", "--yes")):
        done = run(*command)
        assert (done.exit_code, done.stderr) == (2, "onrecord: No article has the id beef; `onrecord list` shows the ids.\n")


def test_another_model_is_refused_with_the_remedy(folder: Path) -> None:
    run("add", "story.txt")
    done = run("ask", "Who won?", "--model", "some/other-model")
    assert done.exit_code == 1
    assert "was built with the embedding model all-MiniLM-L6-v2" in done.stderr and "new index" in done.stderr


def test_bad_files_are_named_and_good_ones_kept(folder: Path) -> None:
    (folder / "empty.txt").write_text("")
    (folder / "blank.txt").write_text(" \n\t\n")
    (folder / "binary.txt").write_bytes(bytes(range(256)) * 40)
    (folder / "paper.txt").write_bytes(b"%PDF-1.7 ...")
    (folder / "broken.json").write_text('{"text": "It rained')
    (folder / "nothing.json").write_text('{"a": 1}')
    (folder / "lines.jsonl").write_text('{"text": "It rained on Tuesday in Ansley."}\n{"text": \n{"title": "no text"}\n')
    (folder / "bad-front.md").write_text("---\ntitle: [unclosed\n---\nBody text here.")
    (folder / "picture.png").write_bytes(b"\x89PNG....")
    (folder / "wrong.txt").write_bytes("\ufeffIt rained".encode("utf-16")[:-1])
    (folder / "gone.txt").symlink_to("not-there.txt")
    (folder / "big.txt").write_bytes(b"It rained on Monday. " * 2_500_000)
    done = run("add", str(folder), "--index", str(folder.parent / "bad.index"))
    told = " ".join(done.stdout.split())
    assert done.exit_code == 1
    assert told.startswith("2 added, 12 failed")
    for name, why in (
        ("empty.txt", "the file is empty"),
        ("blank.txt", "the file is empty"),
        ("binary.txt", "binary file, not text"),
        ("paper.txt", "this PDF is broken"),
        ("broken.json", "broken JSON (unterminated string"),
        ("nothing.json", "no article in this JSON"),
        ("lines.jsonl line 2", "broken JSON"),
        ("lines.jsonl line 3", "no text"),
        ("bad-front.md", "front matter"),
        ("wrong.txt", "save it as UTF-8"),
        ("gone.txt", "there is no such file"),
        ("big.txt", "52 MB, and 10 MB is the limit"),
        ("picture.png", "not a kind of file"),
    ):
        assert f"{name}: " in told and why in told, (name, told)
    asked = run("ask", "When did it rain in Ansley?", "--index", str(folder.parent / "bad.index"))
    assert "It rained on Tuesday in Ansley." in asked.stdout


def test_a_folder_without_articles(folder: Path) -> None:
    (folder / "none").mkdir()
    done = run("add", "none")
    assert done.exit_code == 1 and "no file is in this folder" in done.stdout


def test_standard_input(folder: Path) -> None:
    done = run("add", "-", "--source", "Wire", stdin=STORY)
    assert done.stdout.startswith("1 added")
    asked = run("ask", "How did the harbor board vote?")
    assert "voted 5 to 2" in " ".join(asked.stdout.split()) and "Wire" in asked.stdout


def test_terminal_tricks_in_an_article_are_harmless(folder: Path) -> None:
    tricky = "The mayor\x1b[2J resigned on Monday\u202e after the vote. The council meets again in May.\n"
    (folder / "tricky.md").write_text(f'---\ntitle: "Mayor \\e[31m gone"\nsource: "Evil\\a Post"\n---\n{tricky}')
    run("add", "tricky.md")
    shown = run("ask", "When did the mayor resign?").stdout
    assert "resigned on Monday" in " ".join(shown.split())
    assert not set(shown) & {"\x1b", "\x07", "\u202e"}


def test_with_and_without_color(samples_path: Path) -> None:
    command = [
        str(Path(sys.executable).with_name("onrecord")),
        "ask",
        "--index",
        str(samples_path),
        "Where was Pope Leo XIV born?",
    ]
    plain = subprocess.run(command, capture_output=True, text=True, check=True)
    assert "\x1b[" not in plain.stdout and "Chicago" in plain.stdout
    if shutil.which("script"):
        script = subprocess.run(
            ["script", "-qec", " ".join(f"'{part}'" for part in command), "/dev/null"], capture_output=True, text=True,
            env={**os.environ, "TERM": "xterm-256color"}, check=True,
        )  # fmt: skip
        assert "\x1b[" in script.stdout


def test_a_failing_disk_is_told_in_one_sentence(tmp_path: Path) -> None:
    disk = tmp_path / "disk"
    disk.mkdir()
    if (
        os.geteuid() != 0
        or subprocess.run(["mount", "-t", "tmpfs", "-o", "size=3m", "none", str(disk)], capture_output=True).returncode
    ):
        pytest.skip("a small file system can't be mounted here (needs root)")
    try:
        index = str(disk / "i")
        assert run("add", str(SAMPLES / "karki-sworn-in-to-lead-nepal.md"), "--index", index).exit_code == 0
        (tmp_path / "many.jsonl").write_text(
            "\n".join(
                json.dumps({"text": f"Story number {n}. " + f"Word{n} follows word{n + 1} in line {n}. " * 400})
                for n in range(150)
            )
        )
        done = run("add", str(tmp_path / "many.jsonl"), "--index", index)
        assert done.exit_code == 1 and done.stderr.startswith("onrecord: The disk is full") and done.stderr.count("\n") == 1
        asked = run("ask", "Who was sworn in to lead Nepal?", "--index", index)
        assert asked.exit_code == 0 and "Karki" in asked.stdout
    finally:
        subprocess.run(["umount", str(disk)], check=True)


def test_history_is_told_and_listed(folder: Path) -> None:
    record = {"url": "https://ledger.example/hall", "text": "The council closed the old hall.", "updated": "2025-02-14"}
    for day, text in (("2025-02-14", "closed"), ("2025-02-15", "sold"), ("2025-02-16", "saved")):
        told = {**record, "updated": day, "text": f"HARWICK, Wales (AP) — The council {text} the old swimming hall."}
        run("add", "-", stdin=json.dumps(told))
    (newest,) = json.loads(run("list", "--json").stdout)
    assert (newest["updated"], newest["place"], newest["language"]) == ("2025-02-16", "HARWICK, Wales", "en")
    history = json.loads(run("show", newest["id"], "--json").stdout)["history"]
    assert [one["updated"] for one in history] == ["2025-02-14", "2025-02-15", "2025-02-16"]
    older = [one["id"] for one in history[:2]]
    shown = run("show", newest["id"]).stdout
    assert f"2 older versions: {older[0]}, {older[1]}" in shown
    assert "updated   2025-02-16" in shown and "place     HARWICK, Wales" in shown
    assert f"an older version; the newest is {newest['id']}" in run("show", older[0]).stdout
    listed = run("show", older[0], "--history").stdout.splitlines()
    assert [line.split()[0] for line in listed] == [*older, newest["id"]]
    assert "updated 2025-02-16, added 20" in listed[2] and "(current)" in listed[2]


def test_columns_of_an_export(folder: Path) -> None:
    (folder / "export.csv").write_text("Inhalt;Datum\nThe council closed the hall.;2025-02-14\n", "utf-8")
    refused = run("add", "export.csv")
    assert refused.exit_code == 1 and "--column text=NAME" in refused.stdout
    done = run("add", "export.csv", "--column", "text=Inhalt", "--column", "published=Datum")
    assert done.exit_code == 0 and "1 added" in done.stdout
    for wrong, why in (("txt=Inhalt", "no field 'txt'"), ("Inhalt", "is not FIELD=NAME")):
        told = run("add", "export.csv", "--column", wrong)
        assert told.exit_code == 2 and why in told.stderr and "Traceback" not in told.stderr
