"""Fits the untrained reader: `python -m eval.fit_reader` (needs ONRECORD_DATA and the `bench` extra).

SQuAD's contexts, those of every second title left out, are one corpus. Questions whose context is in it are
answerable; those on left-out titles are not on record though well formed; SQuAD 2.0's own unanswerable questions
are built to mislead. Two logistic regressions on train titles: which sentence holds the answer (`order`), and whether
the best sentence does (`support`). The threshold is the one that maximises balanced accuracy on train titles.
Test titles are only measured.
"""

from __future__ import annotations

import argparse
import json
import random
import tempfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from assistant.features import FEATURES
from assistant.untrained import Candidate, Fitted, UntrainedReader
from eval.data import digest, is_test, records
from eval.matching import holds
from index import Article, Index

DATA = "reading/squad.jsonl.gz"
SEED = 20250214
READ_PASSAGES = 24
SAMPLES = {"answerable": 500, "misleading": 250, "absent": 250}
"""Questions of each kind, in each split."""
OUT = Path(__file__).parent.parent / "assistant" / "untrained.json"


@dataclass(frozen=True)
class Asked:
    """One question with its candidates, and which of them hold the answer."""

    kind: str
    values: npt.NDArray[np.float64]
    """(n_candidates, n_features)."""
    right: npt.NDArray[np.bool_]
    """(n_candidates,)."""


def main(arguments: Sequence[str] | None = None) -> None:
    """Fits, measures, writes the file."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--cache", type=Path, default=None, help="folder to keep the two indexes in between runs")
    options = parser.parse_args(arguments)
    rows = list(records(DATA))
    with tempfile.TemporaryDirectory() as scratch:
        root = options.cache or Path(scratch)
        train = _asked([row for row in rows if not is_test(row["title"])], root / "train.index")
        test = _asked([row for row in rows if is_test(row["title"])], root / "test.index")
    order = _fit(np.vstack([one.values for one in train]), np.concatenate([one.right for one in train]))
    best_train, best_test = _best(train, order), _best(test, order)
    support = _fit(best_train[0], best_train[1])
    threshold = _threshold(_probability(support, best_train[0]), best_train[1])
    evidence = {
        "data": DATA, "digest": digest(DATA), "seed": SEED, "features": FEATURES,
        "train": _measured(train, best_train, support, threshold), "test": _measured(test, best_test, support, threshold),
        "command": "python -m eval.fit_reader",
    }  # fmt: skip
    fitted = {"order": order, "support": support, "threshold": round(threshold, 4), "evidence": evidence}
    OUT.write_text(json.dumps(fitted, indent=2) + "\n", encoding="utf-8")
    print(json.dumps(fitted, indent=2))


def _asked(rows: Sequence[dict[str, Any]], path: Path) -> list[Asked]:
    """A sample of questions of each kind, asked of the contexts of every second title."""
    titles = sorted({row["title"] for row in rows})
    present = set(titles[::2])
    contexts = {row["context"]: row["title"] for row in rows if row["title"] in present}
    chosen = _sampled(rows, present)
    asked = []
    with Index(path) as index:
        index.add([Article(context, title=title.replace("_", " ")) for context, title in contexts.items()])
        reader = UntrainedReader(index, index.embedder, Fitted((0.0,), (0.0,), 0.0, {}))
        for number, (kind, row) in enumerate(chosen):
            hits = index.search(row["question"], READ_PASSAGES)
            passages = [(hit, index.sentences(hit)) for hit in hits]
            candidates = reader.candidates(row["question"], passages)
            if candidates:
                texts = [_text(passages[one.passage][0], one) for one in candidates]
                answers = _answers(row) if kind == "answerable" else []
                right = np.array([
                    passages[one.passage][0].text in row["context"] and holds(text, answers)
                    for one, text in zip(candidates, texts, strict=True)
                ])  # fmt: skip
                asked.append(Asked(kind, np.array([one.values for one in candidates]), right))
            if number % 200 == 0:
                print(f"{path.name}: {number} of {len(chosen)}", flush=True)
    return asked


def _sampled(rows: Sequence[dict[str, Any]], present: set[str]) -> list[tuple[str, dict[str, Any]]]:
    kinds: dict[str, list[dict[str, Any]]] = {kind: [] for kind in SAMPLES}
    for row in rows:
        if row["title"] not in present:
            kinds["absent"].append(row)
        else:
            kinds["answerable" if row["answerable"] else "misleading"].append(row)
    draw = random.Random(SEED)
    return [(kind, row) for kind, found in kinds.items() for row in draw.sample(found, min(SAMPLES[kind], len(found)))]


def _answers(row: dict[str, Any]) -> list[str]:
    return [answer if isinstance(answer, str) else answer["text"] for answer in row["answers"]]


def _text(hit: Any, candidate: Candidate) -> str:
    found: str = hit.text[candidate.start - hit.start : candidate.end - hit.start]
    return found


def _fit(values: npt.NDArray[np.float64], right: npt.NDArray[np.bool_]) -> list[float]:
    from sklearn.linear_model import LogisticRegression

    model = LogisticRegression(C=1.0, max_iter=2000).fit(values, right)
    return [round(float(weight), 4) for weight in (*model.coef_[0], model.intercept_[0])]


def _probability(weights: Sequence[float], values: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    found: npt.NDArray[np.float64] = 1 / (1 + np.exp(-(values @ np.array(weights[:-1]) + weights[-1])))
    return found


def _best(asked: Iterable[Asked], order: Sequence[float]) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.bool_]]:
    """The features of each question's best sentence, and whether it holds the answer."""
    rows = [(one.values[at], one.right[at]) for one in asked for at in [int(np.argmax(_probability(order, one.values)))]]
    return np.array([row for row, _ in rows]), np.array([right for _, right in rows])


def _threshold(probability: npt.NDArray[np.float64], right: npt.NDArray[np.bool_]) -> float:
    """Where balanced accuracy is highest."""
    cuts = np.quantile(probability, np.linspace(0.02, 0.98, 97))
    balanced = [(np.mean(probability[right] >= cut) + np.mean(probability[~right] < cut)) / 2 for cut in cuts]
    return float(cuts[int(np.argmax(balanced))])


def _measured(
    asked: Sequence[Asked],
    best: tuple[npt.NDArray[np.float64], npt.NDArray[np.bool_]],
    support: Sequence[float],
    threshold: float,
) -> dict[str, Any]:
    from sklearn.metrics import roc_auc_score

    probability = _probability(support, best[0])
    kinds = np.array([one.kind for one in asked])
    answered = probability >= threshold
    answerable = kinds == "answerable"
    found: dict[str, Any] = {
        "questions": len(asked),
        "best_sentence_right": round(float(best[1][answerable].mean()), 3),
        "right_in_candidates": round(float(np.mean([one.right.any() for one in asked if one.kind == "answerable"])), 3),
        "auc_best_sentence_right": round(float(roc_auc_score(best[1], probability)), 3),
        "answered": {kind: round(float(answered[kinds == kind].mean()), 3) for kind in SAMPLES},
        "right_when_answered": round(float(best[1][answered].mean()), 3),
    }
    for kind in ("misleading", "absent"):
        chosen = answerable | (kinds == kind)
        found[f"auc_answerable_or_{kind}"] = round(float(roc_auc_score(answerable[chosen], probability[chosen])), 3)
    return found


if __name__ == "__main__":
    main()
