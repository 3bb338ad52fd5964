"""The sample articles and questions, and what must not get worse on them."""

from __future__ import annotations

import json
from pathlib import Path

from assistant import Assistant
from eval import evaluate, read_suite
from eval.gate import check, read_floors
from tests.conftest import ROOT, SAMPLES

QUESTIONS = [json.loads(line) for line in (ROOT / "eval/samples/questions.jsonl").read_text("utf-8").splitlines()]


def test_there_are_enough_of_every_kind() -> None:
    kinds = [row["kind"] for row in QUESTIONS]
    assert len(list(SAMPLES.glob("*.md"))) >= 24
    assert len(QUESTIONS) >= 80 and kinds.count("unanswerable") >= len(kinds) / 4
    assert {"fact", "list", "yes_no", "conflict"} <= set(kinds)


def test_every_quoted_evidence_survives_cleaning(desk: Assistant) -> None:
    texts = [article.text for article in desk.index.articles()]
    for row in QUESTIONS:
        for evidence in row.get("evidence", []):
            assert any(evidence["quote"] in text for text in texts), (row["id"], evidence["quote"])


def test_furniture_is_neither_kept_nor_found(desk: Assistant) -> None:
    furniture = ("More from the Harbor Ledger", "Sign up for", "newsletter")
    for article in desk.index.articles():
        assert not any(words in article.text for words in furniture), article.title


def test_every_evidence_of_the_newsroom_stands_in_its_article() -> None:
    suite = read_suite(ROOT / "eval/newsroom")
    texts = {path.name: path.read_text("utf-8") for path in (ROOT / "eval/newsroom/articles").iterdir()}
    quotes = [(gold.article, gold.quote) for case in suite.cases for gold in case.evidence]
    assert len(quotes) >= 70
    assert all(quote in texts[article] for article, quote in quotes)


def test_the_gate_holds(samples_path: Path) -> None:
    """All of `eval/floors.json`, on all sample questions."""
    run = evaluate(read_suite(ROOT / "eval/samples"), index=samples_path)
    broken = check(run, read_floors())
    assert not broken, "; ".join(map(str, broken))
    assert run.complete and not any(one.warnings or one.error for one in run.results)
