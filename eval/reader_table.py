"""The trained network alone, on test splits: `python -m eval.reader_table` (needs ONRECORD_DATA).

Stance by set, spans and answerability of SQuAD against their own passage, and sentences in the order of relevance on
TREC QA and WikiQA, which are never trained on, beside BM25. With the time of reading 24 passages. 95 % intervals by
bootstrap.
"""

from __future__ import annotations

import argparse
import math
import statistics
import sys
import time
from collections import Counter
from collections.abc import Iterator, Sequence

import numpy as np
import numpy.typing as npt

from assistant import network, spans
from assistant.network import Network, Output, Pair
from eval.data import is_test, records
from eval.intervals import Estimate, estimate, mean
from eval.matching import token_f1
from eval.provenance import machine
from eval.training.examples import NEITHER, Example, untokenized
from eval.training.mixture import tested
from index import RecordError, terms

MOST = 1000
"""Records of a set, drawn with the training's seed."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Prints the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--most", type=int, default=MOST, help=f"records a set (default {MOST})")
    options = parser.parse_args(arguments)
    try:
        net, polar = Network(network.weights()), Network(network.weights(polar=True))
        print(f"{machine()}; weights {network.digest()}; stance by those for yes/no questions")
        print("| measure | value | interval | records |\n|---|---|---|---|")
        for name, found in rows(net, polar, options.most):
            print(f"| {name} | {found.value:.3f} | {found.low:.3f}–{found.high:.3f} | {found.n} |", flush=True)
        print("\n".join(speed(net)))
    except RecordError as error:
        print(f"reader_table: {error}", file=sys.stderr)
        return 1
    return 0


def rows(net: Network, polar: Network, most: int) -> Iterator[tuple[str, Estimate]]:
    """Name and value of each measure; stance is read by `polar`, as it is for a yes/no question."""
    for name in ("snli", "cad", "fever", "reports", "boolq", "condaqa"):
        part = tested(name, most)
        outputs = read(polar, part)
        right, sure = stances(part, outputs, forced=name in ("fever", "boolq"))
        yield f"{name}: stance accuracy", _mean(right)
        surest = np.argsort([-value for value in sure])[: len(part) // 2]
        yield f"{name}: on the more confident half", _mean([right[at] for at in surest])
    part = tested("squad", 2 * most)
    outputs = read(net, part)
    answered = [at for at, one in enumerate(part) if one.span]
    scores = [token_f1(best_span(part[at], outputs[at]), [_gold(part[at])]) for at in answered]
    yield "SQuAD, own passage: span F1", _mean(scores)
    truth = np.array([one.relevant == 1.0 for one in part])
    yield "SQuAD, own passage: answerable or not, AUC", _auc(np.array([one.relevance for one in outputs]), truth)
    for name in ("trecqa", "wikiqa"):
        groups = _groups(name)
        for label, order in (("network", _by_network(net, groups)), ("BM25", [_bm25(one) for one in groups])):
            precisions = [average_precision(scored, group) for scored, group in zip(order, groups, strict=True)]
            yield f"{name}: MAP, {label}", _mean(precisions)


def read(net: Network, part: Sequence[Example]) -> list[Output]:
    """The outputs for examples, read without a headline."""
    return net.read([Pair(one.question, one.passage) for one in part])


def stances(part: Sequence[Example], outputs: Sequence[Output], *, forced: bool) -> tuple[list[float], list[float]]:
    """Whether each stance is right, and the probability of it; `forced` where a set knows yes and no only."""
    right, sure = [], []
    for one, output in zip(part, outputs, strict=True):
        given = np.array(output.stance)
        if forced:
            given[NEITHER] = 0.0
            given /= given.sum()
        right.append(float(int(given.argmax()) == one.stance))
        sure.append(float(given.max()))
    return right, sure


def best_span(example: Example, output: Output) -> str:
    """The likeliest span, as the network alone finds it."""
    first, last = spans.log_softmax(output.first), spans.log_softmax(output.last)
    best = spans.likeliest(first, last, output.offsets, 0, len(example.passage))[0]
    return example.passage[best.start : best.end]


def average_precision(scores: Sequence[float], group: Sequence[tuple[str, str, bool]]) -> float:
    """Mean precision at the rank of each right sentence, 0..1 (Manning et al. 2008, section 8.4)."""
    order = sorted(range(len(group)), key=lambda at: -scores[at])
    found, precisions = 0, []
    for rank, at in enumerate(order, 1):
        if group[at][2]:
            found += 1
            precisions.append(found / rank)
    return sum(precisions) / len(precisions)


def speed(net: Network) -> Iterator[str]:
    """Reading 24 passages of some 190 tokens, beside the bare forward pass."""
    passage = " ".join(f"The council of town number {number} met on Friday to vote." for number in range(15))
    pairs = [Pair("Which council met on Friday to vote on the budget?", passage[at:]) for at in range(24)]
    ids = [row.ids for row in net.rows(pairs)]
    segments = [row.segment for row in net.rows(pairs)]
    bare, whole = [], []
    for _ in range(7):
        began = time.perf_counter()
        for at in range(0, 24, network.BATCH):
            net.forward(ids[at : at + network.BATCH], segments[at : at + network.BATCH])
        bare.append(time.perf_counter() - began)
        began = time.perf_counter()
        net.read(pairs)
        whole.append(time.perf_counter() - began)
    first, second = statistics.median(bare), statistics.median(whole)
    yield (
        f"24 passages of {statistics.mean(map(len, ids)):.0f} tokens: forward pass {first * 1000:.0f} ms, "
        f"reading {second * 1000:.0f} ms ({second / first:.2f} times)"
    )


def _groups(name: str) -> list[list[tuple[str, str, bool]]]:
    """The sentences of each test question that has right and wrong ones."""
    found: dict[str, list[tuple[str, str, bool]]] = {}
    for row in records(f"ranking/{name}.jsonl.gz"):
        if is_test(row["question"]):
            pair = (untokenized(row["question"]), untokenized(row["context"]), bool(row["label"]))
            found.setdefault(row["question"], []).append(pair)
    return [group for group in found.values() if any(one[2] for one in group) and not all(one[2] for one in group)]


def _by_network(net: Network, groups: Sequence[Sequence[tuple[str, str, bool]]]) -> list[list[float]]:
    outputs = iter(net.read([Pair(question, text) for group in groups for question, text, _ in group]))
    return [[next(outputs).relevance for _ in group] for group in groups]


def _bm25(group: Sequence[tuple[str, str, bool]], k1: float = 1.2, b: float = 0.75) -> list[float]:
    """Okapi BM25 within the group (Robertson and Zaragoza 2009), on stems."""
    texts = [[terms.stem(word) for word in terms.words(text)] for _, text, _ in group]
    asked = {terms.stem(word) for word in terms.content_words(group[0][0])}
    length = statistics.mean(map(len, texts)) or 1.0
    frequency = {word: sum(word in text for text in texts) for word in asked}
    scores = []
    for text in texts:
        counts = Counter(text)
        score = 0.0
        for word in asked:
            weight = math.log(1 + (len(texts) - frequency[word] + 0.5) / (frequency[word] + 0.5))
            score += weight * counts[word] * (k1 + 1) / (counts[word] + k1 * (1 - b + b * len(text) / length))
        scores.append(score)
    return scores


def _gold(example: Example) -> str:
    assert example.span is not None
    return example.passage[slice(*example.span)]


def _mean(values: Sequence[float]) -> Estimate:
    found = mean(values)
    assert found is not None
    return found


def _auc(scores: npt.NDArray[np.float64], truth: npt.NDArray[np.bool_]) -> Estimate:
    from sklearn.metrics import roc_auc_score

    def statistic(at: npt.NDArray[np.intp]) -> float | None:
        return float(roc_auc_score(truth[at], scores[at])) if 0 < truth[at].sum() < len(at) else None

    found = estimate(len(truth), statistic)
    assert found is not None
    return found


if __name__ == "__main__":
    raise SystemExit(main())
