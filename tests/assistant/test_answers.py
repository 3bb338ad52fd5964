"""Answers over the sample articles, with the real model."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from assistant import Answer, Assistant, Step
from index import UsageError
from tests.conftest import ROOT

QUESTIONS = [json.loads(line) for line in (ROOT / "eval/samples/questions.jsonl").read_text("utf-8").splitlines()]


def test_a_fact_is_answered_in_exact_words(desk: Assistant) -> None:
    found = desk.answer("Where did Vance meet Zelensky?")
    assert found.status == "answered"
    assert any("Munich" in citation.quote for citation in found.citations)
    assert found.verdict is None and found.short and found.confidence is not None and 0 < found.confidence <= 1
    assert found.text.startswith(f"**{found.short[:1].upper()}{found.short[1:]}")


def test_a_question_for_yes_or_no_gets_a_verdict_that_its_quotes_carry(desk: Assistant) -> None:
    found = desk.answer("Has Mayor Prado promised that water charges in Wexholme will not go up a second time?")
    assert (found.status, found.verdict, found.short) == ("answered", "no", "No")
    assert found.text.startswith("**No.**")
    assert {finding.stance for finding in found.findings} == {"no"}


def test_what_is_not_reported_is_not_on_record(desk: Assistant) -> None:
    found = desk.answer("What is the population of Kyiv?")
    assert (found.status, found.findings, found.citations) == ("not_on_record", (), ())
    assert found.text.startswith("Not on record.") and "30 articles" in found.text
    assert found.nearest and found.searched["articles"] == 30


def test_markers_findings_and_citations_fit_together(desk: Assistant) -> None:
    for row in QUESTIONS[::4]:
        found = desk.answer(row["question"])
        markers = [marker for finding in found.findings for marker in finding.markers]
        assert markers == [citation.marker for citation in found.citations] == list(range(1, len(markers) + 1))
        for finding in found.findings:
            assert found.citations[finding.markers[0] - 1].quote in finding.text
            assert finding.text in found.text


def test_every_citation_stands_in_its_article(desk: Assistant) -> None:
    cited = 0
    for row in QUESTIONS:
        for citation in desk.answer(row["question"]).citations:
            article = desk.index.article(citation.article_id)
            assert article is not None and article.text[citation.start : citation.end] == citation.quote
            assert not any(citation.start < gap.at < citation.end for gap in desk.index.removed(citation.article_id))
            cited += 1
    assert cited > 60


def test_a_wire_story_is_quoted_once(desk: Assistant) -> None:
    found = desk.answer("What was found in the rails of the Kestrel Line?")
    quotes = [found.citations[finding.markers[0] - 1].quote for finding in found.findings]
    assert len(quotes) == len(set(quotes))
    assert {citation.copies for citation in found.citations} == {2}, "its other printers are told"
    assert len({citation.article_id for citation in found.citations}) == 1


def test_filters_hold(desk: Assistant) -> None:
    found = desk.answer("What did Hegseth say about troops?", since="2025-02-13", until="2025-02-13")
    assert {citation.published[:10] for citation in found.citations if citation.published} <= {"2025-02-13"}
    assert found.searched["filters"] == {"since": "2025-02-13", "until": "2025-02-13"}
    assert found.searched["excluded_unknown_date"] == 1
    none = desk.answer("What did Hegseth say about troops?", since="2031-01-01")
    assert none.status == "not_on_record" and none.searched["articles"] == 0


def test_steps_come_before_the_answer(desk: Assistant) -> None:
    *steps, last = desk.stream("Where did Vance meet Zelensky?")
    assert [step.name for step in steps if isinstance(step, Step)] == [
        "understand", "retrieve", "read", "judge", "compose", "verify",
    ]  # fmt: skip
    assert isinstance(last, Answer) and set(last.seconds) >= {"retrieve", "read", "total"}


def test_an_answer_is_plain_json(desk: Assistant) -> None:
    found = desk.answer("Who was sworn in to lead Nepal?")
    read_back = json.loads(json.dumps(found.to_dict()))
    assert read_back["citations"][0]["quote"] == found.citations[0].quote


def test_search_is_in_the_readers_order(desk: Assistant) -> None:
    hits = desk.search("Where did Vance meet Zelensky?", k=5)
    assert len(hits) == 5
    assert [hit.score for hit in hits] == sorted((hit.score for hit in hits), reverse=True)
    article = desk.index.article(hits[0].article_id)
    assert article is not None and hits[0].text == article.text[hits[0].start : hits[0].end]


def test_answer_many_keeps_the_order(desk: Assistant) -> None:
    questions = ["Where was Pope Leo XIV born?", "Where did Vance meet Zelensky?"]
    assert [found.question for found in desk.answer_many(questions)] == questions


@pytest.mark.parametrize(
    ("question", "filters", "told"),
    [
        ("", {}, "empty"),
        (" ?! ", {}, "empty"),
        ("why " * 5000, {}, "characters"),
        ("Who won?", {"since": "yesterday-ish"}, "since"),
        ("Who won?", {"since": "2025-03-01", "until": "2025-02-01"}, "after"),
        ("Who won?", {"history": ["Who?"]}, "history"),
    ],
)
def test_wrong_calls_are_told_so(desk: Assistant, question: str, filters: dict[str, object], told: str) -> None:
    with pytest.raises(UsageError, match=told):
        desk.answer(question, **filters)  # type: ignore[arg-type]


def test_twenty_threads_get_their_own_answers(desk: Assistant) -> None:
    from concurrent.futures import ThreadPoolExecutor

    chosen = [row["question"] for row in QUESTIONS[:20]]
    alone = [desk.answer(question).text for question in chosen]
    with ThreadPoolExecutor(20) as pool:
        together = [found.text for found in pool.map(desk.answer, chosen)]
    assert together == alone


def test_an_empty_index_is_silent(tmp_path: Path) -> None:
    from index import Index

    with Index(tmp_path / "i") as index:
        found = Assistant(index).answer("Who won?")
    assert found.status == "not_on_record" and "no article" in found.text
