"""A BERT encoder with mean pooling in plain torch: the default model without the seconds that importing
sentence-transformers takes. Same weights, same vectors (cosine above 0.99999 to the library's; a test holds it).

Architecture: Devlin et al. 2019 (BERT), Reimers and Gurevych 2019 (mean pooling over the tokens).
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import torch
from safetensors.torch import load_file
from tokenizers import Tokenizer
from torch.nn import functional

BATCH = 4
"""Texts a forward pass, of like length: padding costs as much as words, and four fill two cores already."""


class Bert:
    """Encodes few short texts at once. Safe to share between threads."""

    def __init__(self, folder: Path, max_tokens: int) -> None:
        config = json.loads((folder / "config.json").read_text("utf-8"))
        self._heads = int(config["num_attention_heads"])
        self._layers = int(config["num_hidden_layers"])
        self._eps = float(config["layer_norm_eps"])
        self._weights: dict[str, torch.Tensor] = load_file(folder / "model.safetensors")
        self._fused = [self._query_key_value(layer) for layer in range(self._layers)]
        self._plain = Tokenizer.from_file(str(folder / "tokenizer.json"))
        self._plain.no_truncation()
        self._plain.no_padding()
        self._max_tokens = max_tokens

    @property
    def dimensions(self) -> int:
        """Length of a vector."""
        return self._weights["embeddings.word_embeddings.weight"].shape[1]

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        """Tokens of each text, without special tokens."""
        return [len(found.ids) for found in self._plain.encode_batch_fast(list(texts), add_special_tokens=False)]

    def encode(self, texts: Sequence[str]) -> npt.NDArray[np.float32]:
        """(n_texts, 384) float32, unit length."""
        if not texts:
            return np.zeros((0, self.dimensions), dtype=np.float32)
        rows = [found.ids for found in self._plain.encode_batch_fast(list(texts))]
        # The closing [SEP] is kept when a text is cut, as the library does.
        rows = [row if len(row) <= self._max_tokens else [*row[: self._max_tokens - 1], row[-1]] for row in rows]
        order = sorted(range(len(rows)), key=lambda at: len(rows[at]))
        encoded = np.zeros((len(rows), self.dimensions), dtype=np.float32)
        for begin in range(0, len(order), BATCH):
            part = order[begin : begin + BATCH]
            encoded[part] = self._batch([rows[at] for at in part])
        return encoded

    def _batch(self, rows: Sequence[list[int]]) -> npt.NDArray[np.float32]:
        longest = max(map(len, rows))
        ids = torch.zeros((len(rows), longest), dtype=torch.long)
        mask = torch.zeros((len(rows), longest), dtype=torch.bool)
        for at, row in enumerate(rows):
            ids[at, : len(row)] = torch.tensor(row)
            mask[at, : len(row)] = True
        with torch.inference_mode():
            hidden = self._forward(ids, mask)
            weights = mask.unsqueeze(-1).to(hidden.dtype)
            pooled = (hidden * weights).sum(1) / weights.sum(1)
            found: npt.NDArray[np.float32] = functional.normalize(pooled, dim=1).numpy()
        return found

    def _query_key_value(self, layer: int) -> tuple[torch.Tensor, torch.Tensor]:
        """The three projections of a layer as one matrix: one product instead of three."""
        parts = [f"encoder.layer.{layer}.attention.self.{part}" for part in ("query", "key", "value")]
        weight = torch.cat([self._weights[f"{part}.weight"] for part in parts])
        return weight, torch.cat([self._weights[f"{part}.bias"] for part in parts])

    def _norm(self, hidden: torch.Tensor, name: str) -> torch.Tensor:
        weight, bias = self._weights[f"{name}.weight"], self._weights[f"{name}.bias"]
        return functional.layer_norm(hidden, weight.shape, weight, bias, self._eps)

    def _linear(self, hidden: torch.Tensor, name: str) -> torch.Tensor:
        return functional.linear(hidden, self._weights[f"{name}.weight"], self._weights[f"{name}.bias"])

    def _forward(self, ids: torch.Tensor, mask: torch.Tensor) -> torch.Tensor:
        """(n_texts, n_tokens, 384): the last hidden states."""
        words = self._weights["embeddings.word_embeddings.weight"][ids]
        positions = self._weights["embeddings.position_embeddings.weight"][: ids.shape[1]]
        segment = self._weights["embeddings.token_type_embeddings.weight"][0]
        hidden = self._norm(words + positions + segment, "embeddings.LayerNorm")
        batch, length, width = hidden.shape
        attend = mask[:, None, None, :]
        for layer in range(self._layers):
            name = f"encoder.layer.{layer}"
            parts = functional.linear(hidden, *self._fused[layer])
            query, key, value = parts.view(batch, length, 3, self._heads, -1).permute(2, 0, 3, 1, 4)
            mixed = functional.scaled_dot_product_attention(query, key, value, attn_mask=attend)
            mixed = mixed.transpose(1, 2).reshape(batch, length, width)
            hidden = self._norm(
                hidden + self._linear(mixed, f"{name}.attention.output.dense"), f"{name}.attention.output.LayerNorm"
            )
            wide = functional.gelu(self._linear(hidden, f"{name}.intermediate.dense"))
            hidden = self._norm(hidden + self._linear(wide, f"{name}.output.dense"), f"{name}.output.LayerNorm")
        return hidden


def has_bfloat16() -> bool:
    """Whether the processor multiplies bfloat16 natively (AVX-512 BF16 or AMX on x86, BF16 on ARM).

    Without native units torch emulates it, at a sixth of float32's speed.
    """
    x86: Any = torch.cpu
    if x86._is_avx512_bf16_supported() or x86._is_amx_tile_supported():
        return True
    try:
        return "bf16" in Path("/proc/cpuinfo").read_text("ascii", "replace") and not x86._is_avx2_supported()
    except OSError:
        return False
