"""The network on ONNX Runtime: the same as in torch, whatever it is read beside."""

from __future__ import annotations

import subprocess
import sys

import numpy as np
import pytest

from assistant import network
from assistant.network import MAX_TOKENS, Network, Pair
from assistant.trained import shared_network

PAIRS = [
    Pair("Who signed the treaty?", "The treaty was signed by Rosa Keller in Halden on Friday.", "A treaty for Halden"),
    Pair("Did the council approve the plan?", "The council stopped short of approving the plan."),
    Pair("How long?", "Nearly ninety minutes. " * 30),
    Pair("Where?", "Word " * 400),
]


@pytest.fixture(scope="module")
def net() -> Network:
    return shared_network()


def test_it_reads_as_the_trained_one_does(net: Network) -> None:
    import torch
    from safetensors.torch import load_file

    from eval.training.examples import Example
    from eval.training.network import Encoding
    from eval.training.network import Network as Trained
    from index import default_model_folder

    trained = Trained(default_model_folder())
    learned = {name: value.float() for name, value in load_file(network.weights()).items()}
    missing, unexpected = trained.load_state_dict(learned, strict=False)
    assert not unexpected and all("word_embeddings" in name for name in missing), (missing, unexpected)
    encoding = Encoding(default_model_folder())
    with torch.inference_mode():
        for pair, ours in zip(PAIRS, net.read(PAIRS), strict=True):
            encoded = encoding(Example(pair.question, pair.passage, pair.title))
            theirs = trained([encoded])
            inside = theirs.spans[0, encoded.passage : len(encoded.ids) - 1].numpy()
            assert float(theirs.relevance[0]) == pytest.approx(ours.relevance, abs=2e-3)
            assert theirs.stance.softmax(1)[0].tolist() == pytest.approx(list(ours.stance), abs=2e-3)
            np.testing.assert_allclose(inside, np.stack([ours.first, ours.last], axis=1), atol=5e-3)


def test_neighbours_in_the_batch_change_nothing(net: Network) -> None:
    together = net.read(PAIRS)
    for pair, output in zip(PAIRS, together, strict=True):
        (alone,) = net.read([pair])
        assert alone.relevance == pytest.approx(output.relevance, abs=1e-3)
        assert alone.stance == pytest.approx(output.stance, abs=1e-3)
        assert alone.offsets == output.offsets


def test_offsets_are_characters_of_the_passage(net: Network) -> None:
    pair = Pair("Who paid?", "Ångström & Søn paid €1,200 — “twice”.")
    (output,) = net.read([pair])
    words = [pair.passage[start:end] for start, end in output.offsets]
    assert "".join(words) == pair.passage.replace(" ", "")
    assert len(output.first) == len(output.last) == len(output.offsets)


def test_long_texts_are_cut_to_what_fits(net: Network) -> None:
    (output,) = net.read([Pair("Where " * 200, "Word " * 400, "Title " * 100)])
    assert len(output.offsets) < MAX_TOKENS
    assert np.isfinite([output.relevance, *output.stance]).all()


def test_nothing_to_read(net: Network) -> None:
    assert net.read([]) == []
    (output,) = net.read([Pair("Who?", "")])
    assert output.offsets == ()


def test_the_weights_are_small_and_of_half_precision() -> None:
    from safetensors.numpy import load_file

    assert network.weights().stat().st_size < 50e6
    arrays = load_file(network.weights())
    assert {array.dtype for array in arrays.values()} == {np.dtype(np.float16)}
    assert not any("word_embeddings" in name for name in arrays), "they are the embedder's own"
    assert sum(array.size for array in arrays.values()) + 30522 * 384 < 25e6, "parameters, the embedding table included"


def test_bfloat16_takes_over_where_the_processor_has_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(network, "has_bfloat16", lambda: True)
    warm = Network(network.weights())
    exact, *_ = [warm.read(PAIRS) for _ in range(network.WARM - 1)]
    assert warm.reducing is None, "a process with one question ends before"
    warm.read(PAIRS)
    assert warm.reducing is not None
    warm.reducing.join(timeout=120)
    reduced = warm.read(PAIRS)
    assert type(warm._encoder).__name__ == "ReducedEncoder"
    for one, other in zip(exact, reduced, strict=True):
        assert one.relevance == pytest.approx(other.relevance, abs=0.3)
        assert one.stance == pytest.approx(other.stance, abs=0.05)
    assert any(one.relevance != other.relevance for one, other in zip(exact, reduced, strict=True))


TWO_AT_ONCE = """
from threading import Thread
import numpy as np
from safetensors.numpy import load_file
from assistant.network import weights
from index import ReducedEncoder

learned = {name.removeprefix("encoder."): one.astype(np.float32) for name, one in load_file(weights()).items()
           if name.startswith("encoder.")}
failed = []

def reduce():
    try:
        ReducedEncoder(learned)
    except ImportError as error:
        failed.append(str(error))

threads = [Thread(target=reduce) for _ in range(2)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
print(failed)
"""


def test_both_networks_may_go_over_to_bfloat16_at_once() -> None:
    done = subprocess.run([sys.executable, "-c", TWO_AT_ONCE], capture_output=True, text=True, check=True, timeout=300)
    assert done.stdout.splitlines()[-1] == "[]"
