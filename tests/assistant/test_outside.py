"""A cross-encoder of the user's in the reader's place."""

from __future__ import annotations

from pathlib import Path

import pytest

from assistant import Assistant
from assistant.outside import CrossEncoderReader
from index import ModelError, default_model_folder


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A cross-encoder of one small layer with random weights, as a folder."""
    from transformers import AutoTokenizer, BertConfig, BertForSequenceClassification

    folder = tmp_path_factory.mktemp("models") / "tiny-reranker"
    config = BertConfig(
        vocab_size=30522, hidden_size=16, num_hidden_layers=1, num_attention_heads=2, intermediate_size=16, num_labels=1
    )
    BertForSequenceClassification(config).save_pretrained(folder)
    AutoTokenizer.from_pretrained(default_model_folder()).save_pretrained(folder)
    return folder


def test_it_reads_in_the_place_of_ours(model: Path, samples_path: Path) -> None:
    reader = CrossEncoderReader(str(model))
    reader.threshold = 0.0
    with Assistant(samples_path, reader=reader) as desk:
        found = desk.answer("Who chaired the Ukraine contact group?")
    assert reader.name == "tiny-reranker"
    assert found.status == "answered" and found.citations and found.short is None and found.verdict is None


def test_a_model_that_is_not_there_is_told(tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    reader = CrossEncoderReader(str(tmp_path / "empty"))
    with pytest.raises(ModelError, match="can't be loaded"):
        reader._scores([("a", "b")])
