"""A small embedder for tests: words hashed into 384 dimensions. Equal words, equal vectors; importable by subprocesses."""

from __future__ import annotations

import os
import re
import time
import zlib
from collections.abc import Sequence

import numpy as np

DIMENSIONS = 384


class FakeEmbedder:
    """Fills the Protocol of `index.embed`. `PAUSE` in the environment makes every passage take that many seconds."""

    def __init__(self, name: str = "fake", max_tokens: int = 64) -> None:
        self.name = name
        self.max_tokens = max_tokens
        self.encoded = 0

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        return [len(re.findall(r"\w+|[^\w\s]", text)) for text in texts]

    def encode_passages(self, texts: Sequence[str]) -> np.ndarray:
        self.encoded += len(texts)
        time.sleep(float(os.environ.get("PAUSE", "0")) * len(texts))
        return self.encode_sentences(texts)

    def encode_query(self, text: str) -> np.ndarray:
        return self.encode_sentences([text])[0]

    def encode_sentences(self, texts: Sequence[str]) -> np.ndarray:
        found = np.zeros((len(texts), DIMENSIONS), dtype=np.float32)
        for row, text in enumerate(texts):
            for word in re.findall(r"\w+", text.casefold()) or [""]:
                found[row, zlib.crc32(word.encode("utf-8", "replace")) % DIMENSIONS] += 1.0
        return found / np.linalg.norm(found, axis=1, keepdims=True)
