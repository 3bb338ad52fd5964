"""LlamaIndex at the edges: passages as its nodes, its retriever over our search, embedders both ways.

Importing LlamaIndex takes a second, so nothing else in the project imports this module.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
from llama_index.core.base.embeddings.base import BaseEmbedding
from llama_index.core.retrievers import BaseRetriever
from llama_index.core.schema import NodeWithScore, QueryBundle, TextNode
from pydantic import PrivateAttr

from index.embed import Embedder
from index.index import Index
from index.records import Hit


def as_node(hit: Hit) -> NodeWithScore:
    """A hit as LlamaIndex's node: its text is the quote, its offsets are ours."""
    node = TextNode(
        id_=f"{hit.article_id}:{hit.start}-{hit.end}",
        text=hit.text,
        start_char_idx=hit.start,
        end_char_idx=hit.end,
        metadata={
            "article_id": hit.article_id, "title": hit.title, "source": hit.source, "published": hit.published,
        },
    )  # fmt: skip
    return NodeWithScore(node=node, score=hit.score)


class RecordRetriever(BaseRetriever):  # type: ignore[misc]
    """LlamaIndex's retriever over an Index: put it under any of its query engines."""

    def __init__(
        self,
        index: Index,
        k: int = 10,
        *,
        since: str | None = None,
        until: str | None = None,
        sources: Sequence[str] | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        self._index = index
        self._k = k
        self._filters: dict[str, Any] = {"since": since, "until": until, "sources": sources}

    def _retrieve(self, query_bundle: QueryBundle) -> list[NodeWithScore]:
        return [as_node(hit) for hit in self._index.search(query_bundle.query_str, self._k, **self._filters)]


class RecordEmbedding(BaseEmbedding):  # type: ignore[misc]
    """Our embedder as LlamaIndex's."""

    _embedder: Embedder = PrivateAttr()

    def __init__(self, embedder: Embedder, **kwargs: Any) -> None:
        super().__init__(model_name=embedder.name, **kwargs)
        self._embedder = embedder

    def _get_query_embedding(self, query: str) -> list[float]:
        return [float(value) for value in self._embedder.encode_query(query)]

    async def _aget_query_embedding(self, query: str) -> list[float]:
        return self._get_query_embedding(query)

    def _get_text_embedding(self, text: str) -> list[float]:
        return self._get_text_embeddings([text])[0]

    def _get_text_embeddings(self, texts: list[str]) -> list[list[float]]:
        found: list[list[float]] = self._embedder.encode_passages(texts).tolist()
        return found


class LlamaEmbedder:
    """Any embedding model of LlamaIndex as ours: `Index(path, embedder_=LlamaEmbedder(model))`."""

    def __init__(self, model: BaseEmbedding, max_tokens: int = 512) -> None:
        self._model = model
        self._max_tokens = max_tokens

    @property
    def name(self) -> str:
        """The model's name as LlamaIndex has it."""
        return str(self._model.model_name)

    @property
    def max_tokens(self) -> int:
        """As given: LlamaIndex's interface doesn't tell."""
        return self._max_tokens

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        """An estimate, since the model's tokenizer is not in its interface: three Latin letters or one other a token."""
        return [math.ceil(sum(1 if ord(char) > 0x24F else 1 / 3 for char in text)) + 1 for text in texts]

    def encode_passages(self, texts: Sequence[str]) -> npt.NDArray[np.float32]:
        """(n_texts, dimensions) float32, unit length."""
        return _unit(self._model.get_text_embedding_batch(list(texts)))

    def encode_query(self, text: str) -> npt.NDArray[np.float32]:
        """(dimensions,) float32, unit length."""
        found: npt.NDArray[np.float32] = _unit([self._model.get_query_embedding(text)])[0]
        return found

    def encode_sentences(self, texts: Sequence[str]) -> npt.NDArray[np.float32]:
        """(n_texts, dimensions) float32, unit length."""
        return self.encode_passages(texts)


def _unit(rows: Sequence[Sequence[float]]) -> npt.NDArray[np.float32]:
    found = np.asarray(rows, dtype=np.float32)
    unit: npt.NDArray[np.float32] = found / np.maximum(np.linalg.norm(found, axis=1, keepdims=True), 1e-12)
    return unit
