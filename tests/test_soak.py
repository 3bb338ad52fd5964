"""Long runs, only with `make soak`: kills at random moments, fuzzing, load."""

from __future__ import annotations

import json
import os
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from functools import cache
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from assistant import Assistant
from index import Index
from index.records import Metadata
from tests.conftest import ROOT

pytestmark = pytest.mark.soak
sys.path.insert(0, str(ROOT / "tests" / "index"))

KILLS = 200
FUZZED = int(os.environ.get("ONRECORD_SOAK_INPUTS", "20000"))
"""Five times as many inputs in all, over all readers and the cleaner."""


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


ENDINGS = [".txt", ".md", ".html", ".json", ".jsonl", ".csv", ".tsv", "feed"]
WHOLE = {
    ".txt": "---\ntitle: Pier\n---\n(CNN) The pier closed.\n\nMore:Another pier\n\nSign up here for our newsletter.\n",
    ".md": "# Pier\n\n> It **closed** on [Monday](https://a.example).\n\n* one\n* two\n",
    ".html": "<html lang=en><head><title>Pier</title></head><body><article><h1>Pier</h1><p>It closed on Monday.</p>"
    "<ul><li>one</li></ul><table><tr><td>a</td></tr></table></article></body></html>",
    ".json": '[{"title": "Pier", "text": "It closed.", "published": "2025-01-02"}, {"articles": [{"content": ["a", "b"]}]}]',
    ".jsonl": '{"text": "It closed."}\n{"text": 3}\n{"body": "<p>x</p><p>y</p><p>z</p>"}\n',
    ".csv": 'title,text,date\nPier,"It closed, they said.",2025-01-02\nHall,It opened.,\n',
    ".tsv": "title\ttext\nPier\tIt closed.\n",
    "feed": '<?xml version="1.0"?><rss version="2.0"><channel><title>Post</title><item><title>Pier</title>'
    "<link>https://a.example/p</link><description>&lt;p&gt;It closed.&lt;/p&gt;</description></item></channel></rss>",
}
"""A sound file of each kind, to be damaged."""
DAMAGE = st.lists(st.tuples(st.floats(0, 1), st.integers(0, 6), st.text(max_size=6)), max_size=6)
PARTS = st.sampled_from(
    ["(CNN) ", "Read more: ", "Label:Headline of another story", "Sign up for our newsletter.", "(Click here to view)", "@ann",
     "Photo: Ann Lee/AP", "More from The Ledger", "•", "The hall closed on Monday.", "“No,” she said.", "\n", "\n\n", " ", "...",
     "JUST WATCHED", "MUST WATCH", "Contributing: ", "Follow ", " on Twitter", "http://a.example", "10.42 BST", "\u202e", ": "]
)  # fmt: skip
fuzzed = settings(deadline=None, suppress_health_check=list(HealthCheck))
MAX_SECONDS = 5.0


@contextmanager
def _soon() -> Iterator[None]:
    """In processor time: a busy machine is no fault of the input."""
    began = time.process_time()
    yield
    assert time.process_time() - began < MAX_SECONDS


@pytest.fixture(scope="module")
def imported() -> None:
    """Everything that reading imports late, so that no input pays for it."""
    from index.feeds import read_feed
    from index.formats import FORMATS, Raw

    for ending, whole in WHOLE.items():
        for raw in (read_feed if ending == "feed" else FORMATS[ending])(whole):
            if isinstance(raw, Raw):
                _cleans(raw.body, raw.metadata)


def _damaged(whole: str, damage: list[tuple[float, int, str]]) -> str:
    for where, taken, put in damage:
        at = int(where * len(whole))
        whole = whole[:at] + put + whole[at + taken :]
    return whole


def _cleans(body: str, metadata: Metadata) -> None:
    """Cleaning loses and moves nothing, and no sentence crosses a seam."""
    from test_clean_properties import put_back, words

    from index.clean import clean
    from index.rules_wrapping import normalised
    from index.sentences import sentences

    with _soon():
        cleaned = clean(body, metadata)
    assert all(0 <= part.at <= len(cleaned.text) for part in cleaned.removed)
    assert words(put_back(cleaned)) == words(normalised(body))
    for start, end in sentences(cleaned.text, cleaned.seams):
        assert cleaned.text[start:end].strip() == cleaned.text[start:end] != ""
        assert not any(start < seam < end for seam in cleaned.seams)


@pytest.mark.usefixtures("imported")
@settings(fuzzed, max_examples=3 * FUZZED)
@given(st.sampled_from(ENDINGS).flatmap(lambda end: st.tuples(st.just(end), st.one_of(JUNK, DAMAGE))))
def test_no_text_breaks_reading_and_cleaning(given_: tuple[str, str | list[tuple[float, int, str]]]) -> None:
    from index.errors import ReadError
    from index.feeds import read_feed
    from index.formats import FORMATS, Raw

    ending, what = given_
    reader = read_feed if ending == "feed" else FORMATS[ending]
    try:
        with _soon():
            found = list(reader(what if isinstance(what, str) else _damaged(WHOLE[ending], what)))
    except ReadError:
        return
    for raw in found:
        if isinstance(raw, Raw):
            _cleans(raw.body, raw.metadata)


@pytest.mark.usefixtures("imported")
@settings(fuzzed, max_examples=FUZZED)
@given(st.lists(PARTS, max_size=25).map("".join))
def test_no_furniture_breaks_cleaning(body: str) -> None:
    _cleans(body, Metadata())


@pytest.mark.usefixtures("imported")
@settings(fuzzed, max_examples=FUZZED)
@given(
    kind=st.sampled_from(["pdf", "docx", "zip"]),
    changes=st.lists(st.tuples(st.floats(0, 1), st.integers(0, 40), st.binary(max_size=8)), max_size=5),
    cut=st.one_of(st.just(1.0), st.floats(0, 1)),
)
def test_no_damaged_file_breaks_reading(kind: str, changes: list[tuple[float, int, bytes]], cut: float) -> None:
    from index.archives import members
    from index.documents import read_docx, read_pdf
    from index.errors import ReadError
    from index.formats import Raw

    data = _binary(kind)
    for where, taken, put in changes:
        at = int(where * len(data))
        data = data[:at] + put + data[at + taken :]
    data = data[: int(cut * len(data))]
    read = {"pdf": read_pdf, "docx": read_docx, "zip": lambda data: members(data, 100_000)}[kind]
    try:
        with _soon():
            found = list(read(data))
    except ReadError:
        return
    for raw in found:
        if isinstance(raw, Raw):
            _cleans(raw.body, raw.metadata)


@cache
def _binary(kind: str) -> bytes:
    """A sound file of this kind."""
    from test_kinds import docx, pdf, zipped

    if kind == "pdf":
        return pdf("The pier closed on Monday,", "the harbour said.")
    return (
        docx("The pier closed.", title="Pier")
        if kind == "docx"
        else zipped({"a.txt": b"The pier closed." * 9, "b/c.md": b"# x"})
    )


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
