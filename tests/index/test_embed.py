"""The real embedding model: our light encoder against the library, and the guard over its weights."""

import shutil
from pathlib import Path

import numpy as np
import pytest

from index import ModelError
from index.bert import Bert
from index.embed import MiniLM, SentenceTransformers, _check_digest, default_model_folder, embedder, has_bfloat16

TEXTS = [
    "Did Hegseth rule out troops?",
    "The council of Harwick voted on Monday to close the old swimming hall.",
    "“To be clear,” he said, “there will not be U.S. troops.”",
    "a",
    " ",
    "👩\u200d🔬 won 🏆 — Łódź café naïve",
    "議会は月曜日に決めた。 שלום مرحبا",
    "3.5 percent of 1,200,000 is 42,000.00",
    "tab\tand\nline\r\nbreaks",
    "An article that goes on for far longer than the model reads, " * 60,
]


def test_the_light_encoder_gives_the_vectors_of_the_library() -> None:
    folder = default_model_folder()
    ours = Bert(folder, 256).encode(TEXTS)
    theirs = SentenceTransformers(str(folder))._loaded().encode(TEXTS, normalize_embeddings=True, show_progress_bar=False)
    assert ours.shape == (10, 384)
    assert (ours * theirs).sum(axis=1).min() > 0.99999
    assert np.allclose(np.linalg.norm(ours, axis=1), 1, atol=1e-5)


def test_changed_weights_are_refused(tmp_path: Path) -> None:
    weights = tmp_path / "model.safetensors"
    shutil.copyfile(default_model_folder() / "model.safetensors", weights)
    _check_digest(tmp_path)
    with weights.open("r+b") as file:
        file.seek(-1, 2)
        last = file.read(1)[0]
        file.seek(-1, 2)
        file.write(bytes([last ^ 1]))
    with pytest.raises(ModelError, match=r"are not the official all-MiniLM-L6-v2 \(sha256 [0-9a-f]{12}\.\.\.\)"):
        _check_digest(tmp_path)


def test_the_default_model_goes_by_three_names() -> None:
    assert {type(embedder(name)) for name in (None, "all-MiniLM-L6-v2", MiniLM().name)} == {MiniLM}
    assert type(embedder("some/folder")) is SentenceTransformers


def test_a_model_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="can't be loaded"):
        SentenceTransformers(str(tmp_path)).encode_query("x")


def test_remembered_sentences_are_the_same_and_few(monkeypatch: pytest.MonkeyPatch) -> None:
    import index.embed

    monkeypatch.setattr(index.embed, "REMEMBERED_SENTENCES", 4)
    model = MiniLM()
    first = model.encode_sentences(TEXTS[:3])
    mixed = model.encode_sentences([TEXTS[3], TEXTS[1], TEXTS[1], TEXTS[0], TEXTS[4]])
    assert len(model._sentences) == 4 and model.encode_sentences([]).shape == (0, 384)
    assert np.array_equal(mixed[1], first[1]) and np.array_equal(mixed[2], first[1]) and np.array_equal(mixed[3], first[0])
    alone = Bert(default_model_folder(), 256).encode(TEXTS[:5])
    assert np.allclose(model.encode_sentences(TEXTS[:5]), alone, atol=1e-5)


@pytest.mark.parametrize(
    ("told", "found"),
    [("flags\t: fpu avx512_bf16 avx2", True), ("Features\t: fp asimd bf16", True), ("flags\t: fpu avx2 avx512f", False)],
)
def test_bfloat16_units_are_seen(monkeypatch: pytest.MonkeyPatch, told: str, found: bool) -> None:
    monkeypatch.setattr(Path, "read_text", lambda *_: told)
    has_bfloat16.cache_clear()
    assert has_bfloat16() is found
    has_bfloat16.cache_clear()


def test_many_passages_in_bfloat16_stay_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    """The way of processors with such units, here with or without them."""
    import index.embed

    monkeypatch.setattr(index.embed, "has_bfloat16", lambda: True)
    texts = [f"Story {n} tells of the harbor and of {n * 7} boats." for n in range(index.embed.LIGHT_PASSAGES + 1)]
    model = MiniLM()
    reduced = model.encode_passages(texts)
    assert str(next(model._model.parameters()).dtype) == "torch.bfloat16"
    exact = Bert(default_model_folder(), 256).encode(texts)
    assert (reduced * exact).sum(axis=1).min() > 0.999
    assert np.allclose(np.linalg.norm(reduced, axis=1), 1, atol=1e-3)


def test_bfloat16_is_given_up_where_it_changes_the_vectors(monkeypatch: pytest.MonkeyPatch) -> None:
    import index.embed

    monkeypatch.setattr(index.embed, "has_bfloat16", lambda: True)
    monkeypatch.setattr(index.embed, "MIN_COSINE", 1.1)
    model = SentenceTransformers(str(default_model_folder()))
    model.encode_passages(TEXTS[:2])
    assert str(next(model._model.parameters()).dtype) == "torch.float32"
