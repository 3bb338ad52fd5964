"""Long runs, only with `make soak`: kills at random moments, fuzzing, load."""

from __future__ import annotations

import json
import os
import sys
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assistant import Assistant
from index import Index
from tests.conftest import ROOT

pytestmark = pytest.mark.soak
sys.path.insert(0, str(ROOT / "tests" / "index"))

KILLS = 200
FUZZED = int(os.environ.get("ONRECORD_SOAK_INPUTS", "20000"))


def test_kills_leave_every_article_in_or_out(tmp_path: Path) -> None:
    from fake_embedder import FakeEmbedder
    from killing import FILES, STORIES, kill_once, make_pile

    pile, folder = make_pile(tmp_path / "pile"), tmp_path / "i"
    for kill in range(KILLS):
        kill_once(folder, pile, 1000 + kill)
    with Index(folder, embedder_=FakeEmbedder()) as index:
        index.add(pile)
        assert len([article for article in index.articles() if not article.url]) == STORIES + FILES
        assert index.check().whole
        hits = index.search("story line", k=100, method="dense")
        assert len(hits) == 100


JUNK = st.one_of(
    st.text(max_size=400),
    st.text(alphabet="\"'“”{}[]:,\\n\r\t <>&;abc.-*#\u202e\u0301👩", max_size=400),
    st.binary(max_size=300).map(lambda data: data.decode("utf-8", "surrogateescape")),
)


@settings(max_examples=FUZZED, deadline=5000)
@given(text=JUNK, suffix=st.sampled_from([".txt", ".md", ".html", ".json", ".jsonl"]))
def test_no_input_breaks_reading_and_cleaning(text: str, suffix: str) -> None:
    from index.clean import clean
    from index.errors import ReadError
    from index.formats import FORMATS, Raw
    from index.sentences import sentences

    try:
        found = list(FORMATS[suffix](text))
    except ReadError:
        return
    for raw in found:
        if isinstance(raw, Raw):
            cleaned = clean(raw.body, raw.metadata)
            assert all(0 <= seam <= len(cleaned.text) for seam in cleaned.seams)
            for start, end in sentences(cleaned.text, cleaned.seams):
                assert cleaned.text[start:end].strip() == cleaned.text[start:end] != ""
                assert not any(start < seam < end for seam in cleaned.seams)


def test_twenty_people_ask_two_hundred_questions(desk: Assistant) -> None:
    rows = [json.loads(line) for line in (ROOT / "eval/samples/questions.jsonl").read_text("utf-8").splitlines()]
    questions = [row["question"] for row in rows][:50] * 4
    alone = {question: desk.answer(question).text for question in set(questions)}
    timed: Callable[[str], tuple[float, bool]] = lambda question: _timed(desk, question, alone[question])  # noqa: E731
    with ThreadPoolExecutor(20) as pool:
        taken = sorted(seconds for seconds, same in pool.map(timed, questions) if same)
    assert len(taken) == 200, "an answer was mixed up"
    print(f"\n200 questions by 20 at once: p50 {taken[100]:.2f} s, p95 {taken[190]:.2f} s")


def _timed(desk: Assistant, question: str, expected: str) -> tuple[float, bool]:
    began = time.perf_counter()
    text = desk.answer(question).text
    return time.perf_counter() - began, text == expected
