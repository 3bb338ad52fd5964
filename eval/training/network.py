"""The network in torch, for training: MiniLM's encoder under three heads. `assistant/network.py` runs the same weights."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import torch
from tokenizers import Tokenizer
from torch import nn
from transformers import BertModel

from eval.training.examples import Example
from eval.training.recipe import MAX_QUESTION_TOKENS, MAX_TITLE_TOKENS, MAX_TOKENS, PART_TOKENS


@dataclass
class Encoded:
    """One example as token ids."""

    ids: list[int]
    segment: int
    """Where the second segment (headline and passage) begins."""
    passage: int
    """Where the passage itself begins."""
    span: tuple[int, int] | None
    """First and last token of the span; None when there is none or it was cut off."""


class Encoding:
    """[CLS] question [SEP] headline . passage [SEP], as ids."""

    def __init__(self, folder: Path) -> None:
        self._tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
        self._tokenizer.no_truncation()
        self._tokenizer.no_padding()
        numbers = (self._tokenizer.token_to_id(token) for token in ("[CLS]", "[SEP]", "."))
        self._cls, self._sep, self._stop = (int(number) for number in numbers)  # type: ignore[arg-type]

    def __call__(self, example: Example) -> Encoded:
        """The ids of an example, cut to MAX_TOKENS."""
        question = self._ids(example.question)[:MAX_QUESTION_TOKENS]
        title = self._ids(example.title)[:MAX_TITLE_TOKENS]
        title = [*title, self._stop] if title else []
        found = self._tokenizer.encode(example.passage, add_special_tokens=False)
        segment = len(question) + 2
        passage = segment + len(title)
        room = MAX_TOKENS - passage - 1
        ids = [self._cls, *question, self._sep, *title, *found.ids[:room], self._sep]
        span = None
        if example.span is not None:
            inside = [at for at, (start, end) in enumerate(found.offsets[:room])
                      if start < example.span[1] and end > example.span[0]]  # fmt: skip
            if inside and found.offsets[inside[-1]][1] >= example.span[1]:
                span = (passage + inside[0], passage + inside[-1])
        return Encoded(ids, segment, passage, span)

    def offsets(self, passage: str) -> list[tuple[int, int]]:
        """Characters of each token of a passage."""
        return list(self._tokenizer.encode(passage, add_special_tokens=False).offsets)

    def _ids(self, text: str) -> list[int]:
        found: list[int] = self._tokenizer.encode(text, add_special_tokens=False).ids
        return found


@dataclass
class Outputs:
    """What the heads say of a batch."""

    relevance: torch.Tensor
    """(n,) logits."""
    stance: torch.Tensor
    """(n, 3) logits of yes, no, neither."""
    spans: torch.Tensor
    """(n, n_tokens, 2) logits of first and last token; -inf outside the passage."""


class Network(nn.Module):
    """The encoder and its heads. The word embeddings stay as they are: the embedder has them already."""

    def __init__(self, folder: Path) -> None:
        super().__init__()
        self.encoder = BertModel.from_pretrained(
            folder, attn_implementation="sdpa", add_pooling_layer=False, hidden_dropout_prob=0.0,
            attention_probs_dropout_prob=0.0,
        )  # fmt: skip
        self.encoder.embeddings.word_embeddings.requires_grad_(False)
        width = self.encoder.config.hidden_size
        self.relevance = nn.Sequential(nn.Linear(2 * width, width), nn.Tanh(), nn.Linear(width, 1))
        self.stance = nn.Sequential(nn.Linear(2 * width, width), nn.Tanh(), nn.Linear(width, 3))
        self.span = nn.Linear(width, 2)

    def forward(self, batch: Sequence[Encoded]) -> Outputs:
        """Reads a batch, in parts of like length: a question's sentences differ, and padding costs as much as words."""
        order = sorted(range(len(batch)), key=lambda at: len(batch[at].ids))
        parts: list[list[int]] = []
        tokens = 0
        for at in order:
            if not parts or tokens + len(batch[at].ids) > PART_TOKENS:
                parts.append([])
                tokens = 0
            parts[-1].append(at)
            tokens += len(batch[at].ids)
        outputs = [self._part([batch[at] for at in part]) for part in parts]
        longest = outputs[-1].spans.shape[1]
        back = torch.tensor(order).argsort()
        spans = [nn.functional.pad(one.spans, (0, 0, 0, longest - one.spans.shape[1]), value=-1e4) for one in outputs]
        return Outputs(
            torch.cat([one.relevance for one in outputs])[back], torch.cat([one.stance for one in outputs])[back],
            torch.cat(spans)[back],
        )  # fmt: skip

    def _part(self, batch: Sequence[Encoded]) -> Outputs:
        longest = max(len(one.ids) for one in batch)
        ids = torch.zeros(len(batch), longest, dtype=torch.long)
        segments = torch.zeros_like(ids)
        inside = torch.zeros(len(batch), longest, dtype=torch.bool)
        first, second = torch.zeros(len(batch), longest), torch.zeros(len(batch), longest)
        for at, one in enumerate(batch):
            length = len(one.ids)
            ids[at, :length] = torch.tensor(one.ids)
            segments[at, one.segment : length] = 1
            first[at, : one.segment] = 1
            second[at, one.segment : length] = 1
            inside[at, one.passage : length - 1] = True
        mask = first + second
        hidden = self.encoder(input_ids=ids, token_type_ids=segments, attention_mask=mask.long()).last_hidden_state
        pooled = torch.cat([_mean(hidden, first), _mean(hidden, second)], dim=1)
        spans = self.span(hidden).masked_fill(~inside.unsqueeze(2), -1e4)
        return Outputs(self.relevance(pooled).squeeze(1), self.stance(pooled), spans)


def _mean(hidden: torch.Tensor, mask: torch.Tensor) -> torch.Tensor:
    return torch.einsum("btw,bt->bw", hidden, mask) / mask.sum(dim=1, keepdim=True).clamp(min=1)
