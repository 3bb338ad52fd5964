"""Other programs under our runner; their own packages are tried where they are installed."""

from __future__ import annotations

import importlib.util

import pytest

from eval import evaluate
from eval.baselines import ENGINES, Elsewhere, Search
from eval.records import Case
from index import Article, Index, UsageError

STORIES = [
    Article("The ferry sank in the storm. Nobody was hurt.", title="Ferry sinks", source="Post"),
    Article("The council planted two hundred lime trees. Each cost 340 crowns.", title="Trees", source="Echo"),
]


def by_words(passages: list[str]) -> Search:
    """An engine that counts common words."""

    def search(question: str, count: int) -> list[tuple[int, float]]:
        wanted = set(question.casefold().rstrip("?").split())
        found = [(at, float(len(wanted & set(text.casefold().split())))) for at, text in enumerate(passages)]
        return sorted(found, key=lambda pair: -pair[1])[:count]

    return search


def test_the_first_sentence_of_the_best_passage_is_cited_as_it_stands() -> None:
    with Index.temporary(STORIES) as index:
        system = Elsewhere("words", by_words, index)
        outcome = system.ask(Case("1", "How many lime trees were planted?"), retrieval=True)
        (citation,) = outcome.answer.citations
        article = index.article(citation.article_id)
    assert citation.quote == "The council planted two hundred lime trees."
    assert article and article.text[citation.start : citation.end] == citation.quote
    assert outcome.hits and outcome.hits[0].title == "Trees" and len(outcome.hits) == 2


def test_a_case_s_own_articles_are_asked() -> None:
    system = Elsewhere("words", by_words, None)
    outcome = system.ask(Case("1", "Who was hurt?", articles=tuple(STORIES[:1])), retrieval=False)
    assert outcome.answer.citations[0].quote == "The ferry sank in the storm."
    with pytest.raises(UsageError, match="no articles to ask"):
        system.ask(Case("2", "Who was hurt?"), retrieval=False)


@pytest.mark.parametrize("name", sorted(ENGINES))
def test_the_engines_themselves(name: str) -> None:
    if not importlib.util.find_spec({"llama-index": "llama_index.embeddings", "txtai": "txtai"}[name]):
        with pytest.raises(UsageError, match="bench"):
            evaluate("eval/samples", name, limit=1)
        return
    search = ENGINES[name](["The ferry sank in the storm.", "The council planted two hundred lime trees."])
    assert search("How many trees did the council plant?", 2)[0][0] == 1
