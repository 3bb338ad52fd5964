"""Citations that can't be wrong: over generated articles, and over real ones."""

from __future__ import annotations

import itertools
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from assistant import Assistant
from index import Article, Index

WORDS = st.sampled_from(
    'the mayor said Ms. J. R. Marsh of the U.S. 👩‍👩‍👧 café cafe\u0301 שלום עולם العربية naïve 3.5 a.m. No. 10 [2] [1] “yes” "no" '
    "won't (see below) bridge opened closed 2025 — Œuvre 東京都。 İstanbul ﬁsh \u202eabc\u202c &amp; <b>bold</b>".split()
)
ENDS = st.sampled_from(
    [
        ". ",
        "! ",
        "? ",
        "... ",
        ".” ",
        ".\r\n",
        "\n\n",
        ".\u2028",
        "。",
        " ",
        ".\n\nAdvertisement\n\n",
        ".\n\nRead more: The other story\n\n",
    ]
)
SENTENCE = st.builds(lambda words, end: " ".join(words) + end, st.lists(WORDS, min_size=1, max_size=14), ENDS)
LONG = st.builds(lambda word, n: (word + " ") * n + ". ", WORDS, st.integers(300, 900))
BODY = st.lists(st.one_of(SENTENCE, SENTENCE, SENTENCE, LONG), min_size=1, max_size=12)


def holds(desk: Assistant, question: str) -> int:
    """Asks, checks every citation and hit against the stored articles, returns how many citations there were."""
    answer = desk.answer(question)
    for citation in answer.citations:
        article = desk.index.article(citation.article_id)
        assert article is not None
        assert citation.quote and citation.quote == article.text[citation.start : citation.end]
        assert not any(citation.start < gap.at < citation.end for gap in desk.index.removed(citation.article_id))
    for finding in answer.findings:
        assert answer.citations[finding.markers[0] - 1].quote in finding.text
    for hit in desk.index.search(question, k=3):
        article = desk.index.article(hit.article_id)
        assert article is not None and hit.text == article.text[hit.start : hit.end]
        for sentence in desk.index.sentences(hit):
            assert hit.start <= sentence.start < sentence.end <= hit.end
    return len(answer.citations)


class Bold:
    """The reader of the project, made to speak always: silence would hide what is checked here."""

    def __init__(self, inner: object) -> None:
        self.inner = inner
        self.name = "bold"
        self.threshold = self.polar_threshold = 0.0

    def read(self, question: str, passages: object) -> object:
        return self.inner.read(question, passages)  # type: ignore[attr-defined]


def bold(index: Index) -> Assistant:
    from assistant.wire import reader

    return Assistant(index, reader=Bold(reader(index)))  # type: ignore[arg-type]


@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture])
@given(bodies=st.lists(BODY, min_size=1, max_size=3), repeat=st.integers(1, 3))
def test_generated_articles(tmp_path_factory: pytest.TempPathFactory, bodies: list[list[str]], repeat: int) -> None:
    articles = [Article("".join(parts * repeat), title=f"Article {at} [2]") for at, parts in enumerate(bodies)]
    with Index(tmp_path_factory.mktemp("generated") / "i") as index:
        index.add(articles)
        desk = bold(index)
        for question in ("Was the bridge opened by the mayor?", "[2] café שלום", "Who is J. R. Marsh?"):
            holds(desk, question)


def test_an_article_that_prints_markers(tmp_path: Path) -> None:
    text = "The council cited a study [1] and a letter [2] on Monday. The study [1] was withdrawn on Friday."
    with Index(tmp_path / "i") as index:
        index.add(Article(text, title="Letter [3]"))
        desk = bold(index)
        assert holds(desk, "When was the study withdrawn?") >= 1
        found = desk.answer("When was the study withdrawn?")
        assert [citation.marker for citation in found.citations] == list(range(1, len(found.citations) + 1))


def test_two_hundred_real_articles(tmp_path: Path, data_folder: Path) -> None:
    from eval.data import records

    chosen = list(itertools.islice(records("news/realtimeqa_2022_articles.jsonl.gz"), 0, 4600, 23))
    assert len(chosen) == 200
    with Index(tmp_path / "i") as index:
        # The first 1,500 characters and the last: the way in is the same, embedding all takes five minutes.
        report = index.add(
            [Article(row["text"][:1500] + "\n\n" + row["text"][-600:], title=row["title"], url=row["url"]) for row in chosen]
        )
        assert report.added + report.updated + report.duplicates + report.unchanged == 200 and not report.failed
        desk = bold(index)
        assert sum(holds(desk, row["title"]) for row in chosen) >= 200
