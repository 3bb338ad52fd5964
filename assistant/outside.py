"""A cross-encoder that the user names, in the reader's place."""

from __future__ import annotations

import math
import os
from collections.abc import Sequence
from pathlib import Path
from threading import Lock
from typing import Any

from assistant.reader import Evidence, Reading
from index import Hit, ModelError, Sentence

READ_SENTENCES = 6
"""Passages whose sentences are read one by one, the most relevant first."""


class CrossEncoderReader:
    """`Reader` on any one-label cross-encoder that sentence-transformers loads, from a folder or by its hub name.

    It finds neither spans nor stance: answers are quotes, without a short answer or verdict. Scores are taken for log
    odds, as rerankers are trained to give them; nothing calibrates them here.
    """

    threshold = 0.5
    polar_threshold = 0.5

    def __init__(self, model: str) -> None:
        self._source = str(Path(model).resolve()) if Path(model).is_dir() else model
        self._model: Any = None
        self._lock = Lock()

    @property
    def name(self) -> str:
        """The folder's name or the hub name."""
        return Path(self._source).name if Path(self._source).is_dir() else self._source

    def read(self, question: str, passages: Sequence[tuple[Hit, tuple[Sentence, ...]]]) -> list[Reading]:
        """One reading a passage, in the order given. Raises ModelError when the model can't be loaded."""
        relevance = self._scores([(question, hit.text) for hit, _ in passages])
        chosen = sorted(range(len(passages)), key=lambda at: -relevance[at])[:READ_SENTENCES]
        rows = [(at, sentence) for at in chosen for sentence in passages[at][1] if not sentence.heading]
        texts = [
            passages[at][0].text[one.start - passages[at][0].start : one.end - passages[at][0].start] for at, one in rows
        ]
        found: list[list[Evidence]] = [[] for _ in passages]
        for (at, sentence), score in zip(rows, self._scores([(question, text) for text in texts]), strict=True):
            support = 1 / (1 + math.exp(-max(-30.0, min(30.0, score))))
            found[at].append(Evidence(sentence.start, sentence.end, support, support))
        return [
            Reading(hit, relevance[at], tuple(sorted(found[at], key=lambda one: -one.score)))
            for at, (hit, _) in enumerate(passages)
        ]

    def _scores(self, pairs: list[tuple[str, str]]) -> list[float]:
        if not pairs:
            return []
        with self._lock:
            import torch

            if self._model is None:
                self._model = _loaded(self._source)
            found = self._model.predict(pairs, activation_fn=torch.nn.Identity(), show_progress_bar=False)
        return [float(score) for score in found]


def _loaded(source: str) -> Any:
    offline = Path(source).is_dir()
    if offline:
        os.environ.setdefault("HF_HUB_OFFLINE", "1")
    os.environ.setdefault("HF_HUB_DISABLE_TELEMETRY", "1")
    try:
        from sentence_transformers import CrossEncoder

        model = CrossEncoder(source, device="cpu", local_files_only=offline)
    except (OSError, ValueError) as error:
        raise ModelError(f"The reader {source!r} can't be loaded ({str(error).splitlines()[0][:160]}).") from error
    if model.num_labels != 1:
        raise ModelError(f"The reader {source!r} has {model.num_labels} labels; name a cross-encoder with one.")
    return model
