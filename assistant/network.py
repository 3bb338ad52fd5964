"""The trained network: MiniLM's layers trained further, under three heads, on ONNX Runtime.

One pass over (question, headline and passage) gives relevance, where the answer stands, and the stance of the passage.
`eval/training` makes the weights; what ships is what was learned, in half precision, without the word embeddings, which
are the embedder's own.
"""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources
from pathlib import Path
from threading import Thread
from typing import Protocol

import numpy as np
import numpy.typing as npt
from safetensors.numpy import load_file
from tokenizers import Tokenizer

from index import ModelError, ReducedEncoder, default_model_folder, has_bfloat16, token_encoder

MAX_TOKENS = 256
MAX_QUESTION_TOKENS = 64
MAX_TITLE_TOKENS = 24
"""As in training."""
BATCH = 4
"""Pairs a forward pass, of like length: padding costs as much as words, and four fill two cores already."""

WARM = 3
"""The read at which a process is taken to stay, a question taking two: bfloat16 is made ready for those that follow."""
MIN_COSINE = 0.999
"""Between bfloat16 and float32 hidden states, in the median; below it, float32 is kept."""

Array = npt.NDArray[np.float32]

log = logging.getLogger(__name__)


class Encoder(Protocol):
    """The layers alone."""

    def run(self, rows: Sequence[Sequence[int]], second: Sequence[int] = ()) -> tuple[Array, npt.NDArray[np.int32]]:
        """Hidden states (n_rows, n_tokens, width) and mask of rows whose second text begins at `second`."""


@dataclass(frozen=True)
class Pair:
    """What is read together."""

    question: str
    passage: str
    title: str = ""


@dataclass(frozen=True)
class Output:
    """What the heads say of a pair."""

    relevance: float
    """Logit of «the passage answers»."""
    stance: tuple[float, float, float]
    """P(yes), P(no), P(neither) of the passage to a yes/no question or claim."""
    first: Array
    last: Array
    """(n_tokens,) logits of the first and last token of the answer, over the tokens of the passage that were read."""
    offsets: tuple[tuple[int, int], ...]
    """Characters of each of those tokens in the passage."""


class Network:
    """The network with its weights. Loads when first used; safe to share between threads."""

    def __init__(self, weights: Path) -> None:
        try:
            learned = {name: array.astype(np.float32) for name, array in load_file(weights).items()}
        except OSError as error:
            raise ModelError(f"The reader's weights can't be read ({error}); install the project again.") from error
        own = {name.removeprefix("encoder."): array for name, array in learned.items() if name.startswith("encoder.")}
        self._heads = {name: array for name, array in learned.items() if not name.startswith("encoder.")}
        self._encoder: Encoder = token_encoder(own)
        self._own = own
        self._reads = 0
        self.reducing: Thread | None = None
        self._tokenizer = Tokenizer.from_file(str(default_model_folder() / "tokenizer.json"))
        self._tokenizer.no_truncation()
        self._tokenizer.no_padding()
        numbers = (self._tokenizer.token_to_id(token) for token in ("[CLS]", "[SEP]", "."))
        self._cls, self._sep, self._stop = (int(number) for number in numbers)  # type: ignore[arg-type]

    def read(self, pairs: Sequence[Pair]) -> list[Output]:
        """One output a pair, in the order given."""
        self._reads += 1
        if self._reads == WARM and has_bfloat16():
            self.reducing = Thread(target=self._reduce, args=(list(pairs[:BATCH]),), daemon=True)
            self.reducing.start()
        rows = self.rows(pairs)
        found: list[Output | None] = [None] * len(pairs)
        order = sorted(range(len(rows)), key=lambda at: len(rows[at].ids))
        for begin in range(0, len(order), BATCH):
            numbers = order[begin : begin + BATCH]
            for at, output in zip(numbers, self._batch([rows[at] for at in numbers]), strict=True):
                found[at] = output
        return [output for output in found if output is not None]

    def _reduce(self, sample: Sequence[Pair]) -> None:
        """Goes over to bfloat16 when it says the same of a sample. In the background: importing torch takes seconds."""
        try:
            reduced = ReducedEncoder(self._own)
            rows = self.rows(sample)
            ids, segments = [row.ids for row in rows], [row.segment for row in rows]
            exact, near = self.forward(ids, segments)[0], reduced.run(ids, segments)[0]
            cosines = (exact * near).sum(2) / np.linalg.norm(exact, axis=2) / np.linalg.norm(near, axis=2)
            if float(np.median(cosines)) >= MIN_COSINE:
                self._encoder = reduced
        except Exception as error:  # whatever fails, the exact one goes on
            log.warning("bfloat16 is not used: %s", error)
            log.debug("Where it failed", exc_info=True)

    def forward(self, ids: Sequence[Sequence[int]], segments: Sequence[int]) -> tuple[Array, npt.NDArray[np.int32]]:
        """The bare forward pass of a batch: hidden states (n, n_tokens, 384) and mask (n, n_tokens)."""
        return self._encoder.run(ids, segments)

    def rows(self, pairs: Sequence[Pair]) -> list[Row]:
        """The pairs as token ids."""
        texts = [text for pair in pairs for text in (pair.question, pair.title)]
        distinct = list(dict.fromkeys(texts))
        encoded = dict(zip(distinct, self._tokenizer.encode_batch_fast(distinct, add_special_tokens=False), strict=True))
        # Offsets cost time, and only the passage's are needed.
        passages = list(dict.fromkeys(pair.passage for pair in pairs))
        located = dict(zip(passages, self._tokenizer.encode_batch(passages, add_special_tokens=False), strict=True))
        rows = []
        for pair in pairs:
            question = encoded[pair.question].ids[:MAX_QUESTION_TOKENS]
            title = encoded[pair.title].ids[:MAX_TITLE_TOKENS]
            title = [*title, self._stop] if title else []
            passage = located[pair.passage]
            segment = len(question) + 2
            begin = segment + len(title)
            room = MAX_TOKENS - begin - 1
            ids = [self._cls, *question, self._sep, *title, *passage.ids[:room], self._sep]
            rows.append(Row(ids, segment, begin, tuple(passage.offsets[:room])))
        return rows

    def _batch(self, rows: Sequence[Row]) -> list[Output]:
        hidden, mask = self.forward([row.ids for row in rows], [row.segment for row in rows])
        behind = np.arange(hidden.shape[1])[None, :] >= np.array([row.segment for row in rows])[:, None]
        pooled = np.concatenate([_mean(hidden, mask * ~behind), _mean(hidden, mask * behind)], axis=1)
        relevance = self._head("relevance", pooled)[:, 0]
        stance = _softmax(self._head("stance", pooled))
        ends = np.einsum("btw,cw->btc", hidden, self._heads["span.weight"]) + self._heads["span.bias"]
        found = []
        for at, row in enumerate(rows):
            part = ends[at, row.passage : row.passage + len(row.offsets)]
            yes, no, neither = (float(value) for value in stance[at])
            found.append(Output(float(relevance[at]), (yes, no, neither), part[:, 0], part[:, 1], row.offsets))
        return found

    def _head(self, name: str, pooled: Array) -> Array:
        # By einsum, not by BLAS: its threads go on spinning after such a small product, and take the processors from the
        # forward pass of the next batch (24 passages on two cores: 1,010 ms with it, 590 without).
        hidden = np.tanh(np.einsum("bw,vw->bv", pooled, self._heads[f"{name}.0.weight"]) + self._heads[f"{name}.0.bias"])
        found: Array = np.einsum("bv,cv->bc", hidden, self._heads[f"{name}.2.weight"]) + self._heads[f"{name}.2.bias"]
        return found


@dataclass(frozen=True)
class Row:
    """A pair as token ids: where its second segment and its passage begin, and the characters of the passage's tokens."""

    ids: list[int]
    segment: int
    passage: int
    offsets: tuple[tuple[int, int], ...]


def weights(*, polar: bool = False) -> Path:
    """The weights that ship with the project: for yes/no questions, or for all others."""
    return Path(str(resources.files("assistant").joinpath("stance.safetensors" if polar else "reader.safetensors")))


@cache
def digest() -> str:
    """Names the weights: the first 8 hex digits of the SHA-256 of both files."""
    found = hashlib.sha256()
    for path in (weights(), weights(polar=True)):
        found.update(path.read_bytes())
    return found.hexdigest()[:8]


def _mean(hidden: Array, mask: npt.NDArray[np.int32]) -> Array:
    found: Array = np.einsum("btw,bt->bw", hidden, mask.astype(np.float32)) / np.maximum(mask.sum(axis=1, keepdims=True), 1)
    return found


def _softmax(logits: Array) -> Array:
    raised = np.exp(logits - logits.max(axis=1, keepdims=True))
    found: Array = raised / raised.sum(axis=1, keepdims=True)
    return found
