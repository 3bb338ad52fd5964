"""A BERT encoder with mean pooling on ONNX Runtime: the default model without the seconds that importing torch and
sentence-transformers takes, and in float32 faster than they are. Same weights, same vectors (cosine above 0.99999 to
the library's; a test holds it).

Architecture: Devlin et al. 2019 (BERT), Reimers and Gurevych 2019 (mean pooling over the tokens). The graph is made
here, of ONNX Runtime's fused operators; the weights are lent to it from the model's own file.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import onnxruntime
from onnx import NodeProto, TensorProto, helper
from safetensors.numpy import load_file
from tokenizers import Tokenizer

BATCH = 4
"""Texts a forward pass, of like length: padding costs as much as words, and four fill two cores already."""
_FUSED = "com.microsoft"
"""The domain of ONNX Runtime's own operators."""

Array = npt.NDArray[np.float32]


class TokenEncoder:
    """The layers alone: token ids to the last hidden states. Safe to share between threads.

    `learned` takes the place of weights of the same name in the folder's file: a model trained further from it ships
    only what changed. With `segments` the input is two texts, told apart by segment.
    """

    def __init__(self, folder: Path, learned: Mapping[str, Array] | None = None, *, segments: bool = False) -> None:
        config = json.loads((folder / "config.json").read_text("utf-8"))
        raw = {**load_file(folder / "model.safetensors"), **(learned or {})}
        weights = _arranged(raw, int(config["num_hidden_layers"]), segments=segments)
        self.width = int(config["hidden_size"])
        self._segments = segments
        self._session = _session(_graph(config, weights), weights)

    def run(self, rows: Sequence[Sequence[int]], second: Sequence[int] = ()) -> tuple[Array, npt.NDArray[np.int32]]:
        """Hidden states (n_rows, n_tokens, width) float32 and the mask (n_rows, n_tokens), 1 where a token stands.

        `second`: for each row, where its second text begins.
        """
        ids = np.zeros((len(rows), max(map(len, rows))), dtype=np.int32)
        mask = np.zeros_like(ids)
        for at, row in enumerate(rows):
            ids[at, : len(row)] = row
            mask[at, : len(row)] = 1
        inputs = {"ids": ids, "mask": mask}
        if self._segments:
            inputs["segments"] = (np.arange(ids.shape[1])[None, :] >= np.asarray(second)[:, None]).astype(np.int32) * mask
        (hidden,) = self._session.run(None, inputs)
        return hidden, mask


class Bert:
    """Encodes texts as unit vectors. Safe to share between threads."""

    def __init__(self, folder: Path, max_tokens: int) -> None:
        self._encoder = TokenEncoder(folder)
        self._width = self._encoder.width
        self._plain = Tokenizer.from_file(str(folder / "tokenizer.json"))
        self._plain.no_truncation()
        self._plain.no_padding()
        self._max_tokens = max_tokens

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        """Tokens of each text, without special tokens."""
        return [len(found.ids) for found in self._plain.encode_batch_fast(list(texts), add_special_tokens=False)]

    def encode(self, texts: Sequence[str]) -> Array:
        """(n_texts, 384) float32, unit length."""
        rows = [found.ids for found in self._plain.encode_batch_fast(list(texts))]
        # The closing [SEP] is kept when a text is cut, as the library does.
        rows = [row if len(row) <= self._max_tokens else [*row[: self._max_tokens - 1], row[-1]] for row in rows]
        order = sorted(range(len(rows)), key=lambda at: len(rows[at]))
        encoded = np.zeros((len(rows), self._width), dtype=np.float32)
        for begin in range(0, len(order), BATCH):
            part = order[begin : begin + BATCH]
            encoded[part] = self._batch([rows[at] for at in part])
        return encoded

    def _batch(self, rows: Sequence[list[int]]) -> Array:
        hidden, mask = self._encoder.run(rows)
        pooled = np.einsum("btw,bt->bw", hidden, mask.astype(np.float32)) / mask.sum(axis=1, keepdims=True)
        found: Array = pooled / np.linalg.norm(pooled, axis=1, keepdims=True)
        return found


def _arranged(raw: Mapping[str, Array], layers: int, *, segments: bool) -> dict[str, Array]:
    """The weights under the graph's names: matrices as (in, out), query, key and value of a layer side by side."""
    kinds = raw["embeddings.token_type_embeddings.weight"]
    found = {
        "words": raw["embeddings.word_embeddings.weight"],
        # One text at a time is always the first segment.
        "positions": raw["embeddings.position_embeddings.weight"] + (0 if segments else kinds[0]),
        "norm.weight": raw["embeddings.LayerNorm.weight"],
        "norm.bias": raw["embeddings.LayerNorm.bias"],
    }
    if segments:
        found["kinds"] = kinds
    names = {
        "mixed": "attention.output.dense", "mixed_norm": "attention.output.LayerNorm", "wide": "intermediate.dense",
        "out": "output.dense", "out_norm": "output.LayerNorm",
    }  # fmt: skip
    for layer in range(layers):
        own = f"encoder.layer.{layer}."
        heads = [f"{own}attention.self.{part}" for part in ("query", "key", "value")]
        found[f"{layer}.heads.weight"] = np.concatenate([raw[f"{head}.weight"].T for head in heads], axis=1)
        found[f"{layer}.heads.bias"] = np.concatenate([raw[f"{head}.bias"] for head in heads])
        for short, long in names.items():
            found[f"{layer}.{short}.weight"] = raw[f"{own}{long}.weight"].T
            found[f"{layer}.{short}.bias"] = raw[f"{own}{long}.bias"]
    return {name: np.ascontiguousarray(array, dtype=np.float32) for name, array in found.items()}


def _graph(config: Mapping[str, Any], weights: Mapping[str, Array]) -> bytes:
    """ids, mask and perhaps segments (n_texts, n_tokens) int32 -> the last hidden states (n_texts, n_tokens, width)."""
    layers = int(config["num_hidden_layers"])
    inputs = ("ids", "mask", "segments") if "kinds" in weights else ("ids", "mask")
    heads, epsilon = int(config["num_attention_heads"]), float(config["layer_norm_eps"])
    graph = helper.make_graph(
        list(_nodes(layers, heads, epsilon, segments="kinds" in weights)),
        "bert",
        [helper.make_tensor_value_info(name, TensorProto.INT32, ["texts", "tokens"]) for name in inputs],
        [helper.make_tensor_value_info(f"{layers}.in", TensorProto.FLOAT, ["texts", "tokens", config["hidden_size"]])],
        [_lent(name, array) for name, array in weights.items()],
    )
    versions = [helper.make_opsetid("", 17), helper.make_opsetid(_FUSED, 1)]
    serialized: bytes = helper.make_model(graph, opset_imports=versions, ir_version=9).SerializeToString()
    return serialized


def _nodes(layers: int, heads: int, epsilon: float, *, segments: bool) -> Iterator[NodeProto]:
    segment, kinds = ("segments", "kinds") if segments else ("", "")
    yield helper.make_node(
        "EmbedLayerNormalization",
        ["ids", segment, "words", "positions", kinds, "norm.weight", "norm.bias", "mask"],
        ["0.in", "lengths"],
        domain=_FUSED,
        epsilon=epsilon,
    )
    for layer in range(layers):
        own = f"{layer}."
        inputs = [f"{own}in", f"{own}heads.weight", f"{own}heads.bias", "mask"]
        yield helper.make_node("Attention", inputs, [f"{own}heads"], domain=_FUSED, num_heads=heads)
        yield helper.make_node("MatMul", [f"{own}heads", f"{own}mixed.weight"], [f"{own}mixed"])
        yield _added(f"{own}mixed", f"{own}in", f"{own}mid", epsilon)
        yield helper.make_node("MatMul", [f"{own}mid", f"{own}wide.weight"], [f"{own}wide"])
        yield helper.make_node("BiasGelu", [f"{own}wide", f"{own}wide.bias"], [f"{own}gelu"], domain=_FUSED)
        yield helper.make_node("MatMul", [f"{own}gelu", f"{own}out.weight"], [f"{own}out"])
        yield _added(f"{own}out", f"{own}mid", f"{layer + 1}.in", epsilon)


def _added(new: str, kept: str, out: str, epsilon: float) -> NodeProto:
    """Residual, bias and layer normalization in one step."""
    inputs = [new, kept, f"{new}_norm.weight", f"{new}_norm.bias", f"{new}.bias"]
    return helper.make_node("SkipLayerNormalization", inputs, [out], domain=_FUSED, epsilon=epsilon)


def _lent(name: str, array: Array) -> TensorProto:
    """A weight that the session is given beside the graph, not within it."""
    place = {"location": "lent", "offset": "0", "length": str(array.nbytes)}
    tensor = TensorProto(name=name, data_type=TensorProto.FLOAT, dims=array.shape, data_location=TensorProto.EXTERNAL)
    for key, value in place.items():
        tensor.external_data.add(key=key, value=value)
    return tensor


def _session(graph: bytes, weights: Mapping[str, Array]) -> onnxruntime.InferenceSession:
    options = onnxruntime.SessionOptions()
    options.log_severity_level = 3
    options.add_external_initializers(
        list(weights), [onnxruntime.OrtValue.ortvalue_from_numpy(array) for array in weights.values()]
    )
    return onnxruntime.InferenceSession(graph, options, providers=["CPUExecutionProvider"])
