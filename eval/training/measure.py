"""The readings measured on test splits."""

from __future__ import annotations

from collections.abc import Sequence

import torch

from eval.matching import token_f1
from eval.training import examples, recipe
from eval.training.examples import Example
from eval.training.mixture import tested
from eval.training.network import Encoded, Encoding, Network, Outputs

STANCE_SETS = ("snli", "cad", "fever", "reports", "boolq", "condaqa", "written_verdicts")
MAX_SPAN_TOKENS = 24


def quick(network: Network, encoding: Encoding, most: int = recipe.MEASURED) -> dict[str, float]:
    """Accuracy of stance by set (the unbalanced third label left out where a set has none), span F1 and AUC on SQuAD."""
    found: dict[str, float] = {}
    for name in STANCE_SETS:
        part = tested(name, most)
        outputs = read(network, encoding, part)
        logits = outputs.stance.clone()
        if name in ("fever", "boolq"):
            logits[:, examples.NEITHER] = -1e4
        truth = torch.tensor([one.stance for one in part])
        right = logits.argmax(1) == truth
        sure = logits.softmax(1).max(1).values.argsort(descending=True)[: len(part) // 2]
        found[name] = round(float(right.float().mean()), 3)
        found[f"{name}_sure"] = round(float(right[sure].float().mean()), 3)
    part = tested("squad", 2 * most)
    outputs = read(network, encoding, part)
    found["squad_auc"] = round(auc(outputs.relevance.tolist(), [one.relevant == 1.0 for one in part]), 3)
    answered = [at for at, one in enumerate(part) if one.span]
    texts = spans(network, encoding, part, outputs)
    scores = [token_f1(texts[at], [part[at].passage[slice(*part[at].span)]]) for at in answered]  # type: ignore[misc]
    found["squad_f1"] = round(sum(scores) / len(scores), 3)
    return found


@torch.inference_mode()
def read(network: Network, encoding: Encoding, part: Sequence[Example]) -> Outputs:
    """The outputs for examples, in their order."""
    encoded = [encoding(one) for one in part]
    order = sorted(range(len(part)), key=lambda at: len(encoded[at].ids))
    relevance, stance = torch.zeros(len(part)), torch.zeros(len(part), 3)
    ends = torch.full((len(part), recipe.MAX_TOKENS, 2), -1e4)
    for begin in range(0, len(order), 8):
        numbers = order[begin : begin + 8]
        outputs = network([encoded[at] for at in numbers])
        relevance[numbers], stance[numbers] = outputs.relevance, outputs.stance
        ends[numbers, : outputs.spans.shape[1]] = outputs.spans
    return Outputs(relevance, stance, ends)


def spans(
    network: Network,  # noqa: ARG001
    encoding: Encoding,
    part: Sequence[Example],
    outputs: Outputs,
) -> list[str]:
    """The likeliest span of each passage."""
    found = []
    for at, one in enumerate(part):
        first, last = best(outputs.spans[at])
        encoded = encoding(one)
        found.append(text_of(encoding, one, encoded, first, last))
    return found


def best(logits: torch.Tensor) -> tuple[int, int]:
    """First and last token of the likeliest span of at most MAX_SPAN_TOKENS; `logits` is (n_tokens, 2)."""
    pairs = logits[:, None, 0] + logits[None, :, 1]
    length = pairs.shape[0]
    allowed = torch.ones(length, length).triu() - torch.ones(length, length).triu(MAX_SPAN_TOKENS)
    flat = int(pairs.masked_fill(allowed == 0, -1e9).argmax())
    return flat // length, flat % length


def text_of(encoding: Encoding, example: Example, encoded: Encoded, first: int, last: int) -> str:
    """The characters of the passage that tokens `first` to `last` stand for."""
    offsets = encoding.offsets(example.passage)
    start, end = first - encoded.passage, last - encoded.passage
    return example.passage[offsets[start][0] : offsets[end][1]] if 0 <= start <= end < len(offsets) else ""


def auc(scores: Sequence[float], truth: Sequence[bool]) -> float:
    """Area under the ROC curve."""
    from sklearn.metrics import roc_auc_score

    return float(roc_auc_score(truth, scores))
