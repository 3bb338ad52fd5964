"""Other programs' retrieval under our runner: the stock LlamaIndex pipeline and txtai (the `bench` extra).

Both get the articles of our index as LlamaIndex cuts them (256 tokens, which the model reads whole) and the same embedding
model, through their own classes; no other option is set. What they answer with is the first sentence of their best
passage, as our simple baselines do. Filters are not theirs, and what is indexed lives in memory.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

from eval.metrics import Outcome
from eval.records import Case
from eval.systems import HITS, quoting, silence
from index import Article, Hit, Index, UsageError, default_model_folder, split_sentences

CHUNK_TOKENS = 256
Search = Callable[[str, int], list[tuple[int, float]]]
"""Question and count to (number of the passage, score), best first."""
Engine = Callable[[list[str]], Search]
"""What makes a search of passages."""


class Elsewhere:
    """Another program's retrieval as a system."""

    def __init__(self, name: str, engine: Engine, index: Index | None) -> None:
        self.name = f"{name}, first sentence"
        self._engine = engine
        self._shared = self._ready(list(index.articles())) if index else None
        self._articles = {article.id: article for article in index.articles()} if index else {}

    def about(self) -> dict[str, Any]:
        """Version and chunk size."""
        return {"chunk_tokens": CHUNK_TOKENS, "model": default_model_folder().name, "version": _versions()}

    def ask(self, case: Case, *, retrieval: bool) -> Outcome:
        """The first sentence of the best passage."""
        search, articles = self._shared, self._articles
        if case.articles:
            with Index.temporary(case.articles) as index:
                articles = {article.id: article for article in index.articles()}
            search = self._ready(list(articles.values()))
        if search is None:
            raise UsageError("There are no articles to ask: the suite brings none; name an index.")
        began = time.perf_counter()
        hits = search(case.question)
        answer = silence(case)
        for hit in hits[:3]:
            if (found := _first_sentence(hit)) is not None:
                answer = quoting(case, hit, *found)
                break
        seconds = time.perf_counter() - began
        cited = {one.article_id: articles[one.article_id] for one in answer.citations}
        return Outcome(answer, tuple(hits) if retrieval else None, cited, checked=True, seconds=seconds)

    def _ready(self, articles: Sequence[Article]) -> Callable[[str], list[Hit]]:
        from llama_index.core import Document
        from llama_index.core.node_parser import SentenceSplitter

        splitter = SentenceSplitter(chunk_size=CHUNK_TOKENS, chunk_overlap=0)
        hits = []
        for article in articles:
            for node in splitter.get_nodes_from_documents([Document(text=article.text)]):
                start, end = node.start_char_idx, node.end_char_idx
                if start is not None and end is not None:
                    text = article.text[start:end]
                    hits.append(Hit(article.id, article.title, article.source, article.published, text, start, end, 0.0, {}))
        # The headline stands in each passage's text, as the passages of ours are embedded.
        search = self._engine([f"{hit.title}\n\n{hit.text}" if hit.title else hit.text for hit in hits])
        return lambda question: [replace(hits[at], score=score) for at, score in search(question, min(HITS, len(hits)))]


def llama_index(passages: list[str]) -> Search:
    """VectorStoreIndex with HuggingFaceEmbedding and ChromaVectorStore."""
    import chromadb
    from llama_index.core import StorageContext, VectorStoreIndex
    from llama_index.core.schema import TextNode
    from llama_index.embeddings.huggingface import HuggingFaceEmbedding
    from llama_index.vector_stores.chroma import ChromaVectorStore

    settings = chromadb.config.Settings(anonymized_telemetry=False)
    client = chromadb.EphemeralClient(settings=settings)
    name = f"stock-{time.time_ns()}"
    store = ChromaVectorStore(chroma_collection=client.get_or_create_collection(name))
    nodes = [TextNode(id_=str(at), text=passage) for at, passage in enumerate(passages)]
    built = VectorStoreIndex(
        nodes, storage_context=StorageContext.from_defaults(vector_store=store), embed_model=_model(HuggingFaceEmbedding)
    )

    def search(question: str, count: int) -> list[tuple[int, float]]:
        found = built.as_retriever(similarity_top_k=count).retrieve(question)
        return [(int(one.node.node_id), float(one.score or 0.0)) for one in found]

    return search


def txtai(passages: list[str]) -> Search:
    """txtai's Embeddings, hybrid: its vectors and its BM25 together."""
    from txtai import Embeddings

    embeddings = Embeddings(path=str(default_model_folder()), hybrid=True, gpu=False)
    embeddings.index([(at, passage, None) for at, passage in enumerate(passages)])

    def search(question: str, count: int) -> list[tuple[int, float]]:
        return [(int(at), float(score)) for at, score in embeddings.search(question, count)]

    return search


ENGINES: dict[str, Engine] = {"llama-index": llama_index, "txtai": txtai}


def elsewhere(name: str, index: Index | None) -> Elsewhere:
    """One of `ENGINES`. Raises UsageError when its package is not installed."""
    try:
        return Elsewhere(name, ENGINES[name], index)
    except ImportError as error:
        raise UsageError(f"The system {name} needs {error.name}: pip install 'onrecord[bench]'.") from error


def _first_sentence(hit: Hit) -> tuple[int, int] | None:
    spans = [(start, end) for start, end in split_sentences(hit.text) if end > start]
    return (hit.start + spans[0][0], hit.start + spans[0][1]) if spans else None


_models: dict[Any, Any] = {}


def _model(kind: Any) -> Any:
    """A model is loaded once a process."""
    if kind not in _models:
        _models[kind] = kind(model_name=str(default_model_folder()), device="cpu")
    return _models[kind]


def _versions() -> dict[str, str]:
    from importlib.metadata import PackageNotFoundError, version

    found = {}
    for package in ("llama-index-core", "txtai"):
        try:
            found[package] = version(package)
        except PackageNotFoundError:
            found[package] = ""
    return found
