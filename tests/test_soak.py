"""Long runs, only with `make soak`: kills at random moments, fuzzing, load."""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
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

KILLS = 60
FUZZED = int(os.environ.get("ONRECORD_SOAK_INPUTS", "20000"))
WORK = """
import random, sys
sys.path.insert(0, {tests!r})
from fake_embedder import FakeEmbedder
from index import Index
import index.build
index.build.BATCH_PASSAGES = 8
folder, export, seed = sys.argv[1:]
draw = random.Random(int(seed))
with Index(folder, embedder_=FakeEmbedder()) as opened:
    print("ready", flush=True)
    while True:
        opened.add(export)
        ids = [article.id for article in opened.articles(with_text=False)]
        opened.remove(draw.sample(ids, min(15, len(ids))))
"""


def test_kills_leave_every_article_in_or_out(tmp_path: Path) -> None:
    from fake_embedder import FakeEmbedder

    stories = [{"text": f"Story {n} tells of w{n}x. " + f"It goes on for line {n}. " * (n % 40)} for n in range(120)]
    export = tmp_path / "stories.jsonl"
    export.write_text("\n".join(map(json.dumps, stories)))
    folder = tmp_path / "i"
    draw = random.Random(7)
    code = WORK.format(tests=str(ROOT / "tests" / "index"))
    for kill in range(KILLS):
        process = subprocess.Popen(
            [sys.executable, "-c", code, str(folder), str(export), str(kill)], stdout=subprocess.PIPE, text=True
        )
        assert process.stdout is not None and process.stdout.readline() == "ready\n"
        time.sleep(draw.uniform(0, 0.8))
        process.send_signal(signal.SIGKILL)
        process.communicate()
        with Index(folder, embedder_=FakeEmbedder()) as index:
            articles = index.articles()
            assert len({article.text for article in articles}) == len(articles), "one is doubled"
            whole = {row["text"].strip() for row in stories}
            assert all(" ".join(article.text.split()) in {" ".join(text.split()) for text in whole} for article in articles)
            for article in draw.sample(articles, min(5, len(articles))):
                word = article.text.split()[4].rstrip(".")
                hits = index.search(word, k=200)
                assert any(hit.article_id == article.id for hit in hits), (kill, word)
    with Index(folder, embedder_=FakeEmbedder()) as index:
        index.add(export)
        assert len(index.articles()) == len(stories)
        # Counted, not searched: of many equal vectors a search by graph leaves some out.
        assert _in_chroma(folder) == index.passage_count(), "Chroma and the record hold the same passages"
        hits = index.search("story line", k=200, method="dense")
        assert len(hits) == 200


def _in_chroma(folder: Path) -> int:
    code = f"import chromadb; print(chromadb.PersistentClient({str(folder / 'chroma')!r}).list_collections()[0].count())"
    environment = {**os.environ, "ANONYMIZED_TELEMETRY": "False"}
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, env=environment)
    return int(done.stdout)


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
