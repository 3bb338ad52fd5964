"""SQuAD's whole training file as a source, on an article of our own in its shape."""

from __future__ import annotations

import hashlib
import json
import random
from pathlib import Path
from typing import Any

import pytest

from eval import data
from eval.data import is_held, is_test
from eval.training import articles, verdicts
from eval.training.examples import NEITHER, NO, YES
from index import UsageError

BRIDGES = (
    "The old bridge of Halden was built by Rosa Keller in 1931 for the railway. Fish are sold at the harbour every Friday."
)
SCHOOLS = (
    "The old school of Halden was built by nobody known in the year of the flood. Its roof is made of oak from the hills."
)
TITLE = next(name for name in (f"Halden_{number}" for number in range(99)) if not is_test(name) and not is_held(name))


def _asked(question: str, answer: str, context: str) -> dict[str, Any]:
    return {"id": question, "question": question, "answers": [{"text": answer, "answer_start": context.index(answer)}]}


def _file(path: Path, monkeypatch: pytest.MonkeyPatch, title: str = TITLE) -> None:
    paragraphs = [
        {"context": BRIDGES, "qas": [_asked("Who built the old bridge of Halden?", "Rosa Keller", BRIDGES)]},
        {"context": SCHOOLS, "qas": [_asked("What is the roof of the school made of?", "oak", SCHOOLS)]},
    ]
    path.write_text(json.dumps({"version": "1.1", "data": [{"title": title, "paragraphs": paragraphs}]}), "utf-8")
    monkeypatch.setenv(data.SQUAD_VARIABLE, str(path))
    monkeypatch.setattr(data, "SQUAD_DIGEST", hashlib.sha256(path.read_bytes()).hexdigest())
    monkeypatch.setattr(articles, "records", lambda name: [])


def _units(share: float, monkeypatch: pytest.MonkeyPatch) -> list[articles.Unit]:
    monkeypatch.setattr(articles, "SENTENCE_SHARE", share)
    monkeypatch.setattr(articles, "LACKING_SHARE", 1.0)
    monkeypatch.setattr(articles, "SWAPPED_SHARE", 0.0)
    monkeypatch.setattr(articles, "ALTERED_SHARE", 0.0)
    return list(articles.squad(random.Random(1), False))


def test_a_sentence_against_others_of_its_article(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    _file(tmp_path / "train.json", monkeypatch)
    bridge, school = _units(1.0, monkeypatch)
    right, *wrong = bridge
    assert right.relevant == 1.0 and right.span and right.passage[slice(*right.span)] == "Rosa Keller"
    assert right.passage.endswith("for the railway."), "one sentence"
    assert wrong and all(one.relevant == 0.0 and "Keller" not in one.passage for one in wrong)
    assert any(one.passage.startswith("The old school of Halden was built") for one in wrong), "of another passage"
    assert school[0].passage == "Its roof is made of oak from the hills."


def test_a_window_against_another_passage_of_its_article(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    _file(tmp_path / "train.json", monkeypatch)
    right, wrong = _units(0.0, monkeypatch)[0]
    assert right.span and right.passage[slice(*right.span)] == "Rosa Keller"
    assert wrong.passage == SCHOOLS and wrong.relevant == 0.0


def test_a_question_altered_by_a_word_is_not_answered(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    _file(tmp_path / "train.json", monkeypatch)
    monkeypatch.setattr(articles, "ALTERED_SHARE", 1.0)
    monkeypatch.setattr(articles, "SWAPPED_SHARE", 0.0)
    (altered,) = [unit for unit in articles.squad(random.Random(1), False) if len(unit) == 1]
    asked, given = altered[0].question.split(), "Who built the old bridge of Halden?".split()
    assert sum(one != other for one, other in zip(asked, given, strict=True)) == 1
    assert altered[0].relevant == 0.0 and altered[0].span is None


def test_yes_no_questions_of_an_article(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    ferries = "Ivan Petrov bought the ferry of Halden in 1950. The ferry of Halden sank in the flood."
    _file(tmp_path / "train.json", monkeypatch)
    held = json.loads((tmp_path / "train.json").read_text("utf-8"))
    held["data"][0]["paragraphs"].append(
        {"context": ferries, "qas": [_asked("Who bought the ferry of Halden?", "Ivan Petrov", ferries)]}
    )
    (tmp_path / "train.json").write_text(json.dumps(held), "utf-8")
    monkeypatch.setattr(data, "SQUAD_DIGEST", hashlib.sha256((tmp_path / "train.json").read_bytes()).hexdigest())
    monkeypatch.setattr(verdicts, "SENTENCE_SHARE", 1.0)
    monkeypatch.setattr(verdicts, "NEITHER_SHARE", 1.0)
    bridge, ferry = verdicts.squad(random.Random(1), False)
    assert [(one.question, one.stance) for one in bridge[:2]] == [
        ("Did Rosa Keller build the old bridge of Halden?", YES),
        ("Did Ivan Petrov build the old bridge of Halden?", NO),
    ]
    yes, no, neither = ferry
    assert yes.question == neither.question == "Did Ivan Petrov buy the ferry of Halden?"
    assert yes.passage == no.passage == "Ivan Petrov bought the ferry of Halden in 1950."
    assert neither.stance == NEITHER and "Ivan" not in neither.passage and neither.relevant == 0.0
    assert not any(one.span for one in ferry)


def test_an_answer_is_taken_where_the_file_says_it_stands(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    _file(tmp_path / "train.json", monkeypatch)
    moved = json.loads((tmp_path / "train.json").read_text("utf-8"))
    moved["data"][0]["paragraphs"][0]["qas"][0]["answers"][0]["answer_start"] += 1
    (tmp_path / "train.json").write_text(json.dumps(moved), "utf-8")
    monkeypatch.setattr(data, "SQUAD_DIGEST", hashlib.sha256((tmp_path / "train.json").read_bytes()).hexdigest())
    assert len(_units(1.0, monkeypatch)) == 1


def test_the_split_by_title_holds_for_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    tested = next(name for name in map(str, range(99)) if is_test(name))
    held = next(name for name in map(str, range(99)) if is_held(name))
    for title in (tested, held):
        _file(tmp_path / "train.json", monkeypatch, title)
        assert not list(articles.squad(random.Random(1), False))
    _file(tmp_path / "train.json", monkeypatch, tested)
    assert [unit[0].passage for unit in articles.squad(random.Random(1), True)] == [BRIDGES, SCHOOLS]


def test_an_article_that_another_source_has_is_left_to_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    _file(tmp_path / "train.json", monkeypatch)
    monkeypatch.setattr(articles, "records", lambda name: [{"title": TITLE}])
    assert not list(articles.squad(random.Random(1), False))


def test_another_file_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(data.SQUAD_VARIABLE, raising=False)
    with pytest.raises(UsageError, match="Set ONRECORD_SQUAD"):
        list(data.squad_training())
    _file(tmp_path / "train.json", monkeypatch)
    (tmp_path / "train.json").write_text("{}", "utf-8")
    with pytest.raises(UsageError, match="SHA-256 differs"):
        list(data.squad_training())
