"""Fits the untrained reader: `python -m eval.fit_reader` (needs ONRECORD_DATA and the `bench` extra).

Two corpora: SQuAD's contexts, and the Guardian articles of OneStopQA, each with every second title left out. Questions
on a title that is in are answerable; those on left-out titles are not on record though well formed; SQuAD 2.0's own
unanswerable questions are built to mislead. Two logistic regressions on train titles: which sentence holds the answer
(`order`), and whether the best sentence does (`support`). The threshold is the lowest at which at most 2 % of the
questions on left-out train titles are answered. Test titles are only measured.
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

SQUAD = "reading/squad.jsonl.gz"
ONESTOP = "reading/onestop_qa.jsonl.gz"
SEED = 20250214
READ_PASSAGES = 24
SAMPLES = {"answerable": 300, "misleading": 150, "absent": 150}
"""SQuAD questions of each kind, in each split; of OneStopQA all are taken."""
MAX_ABSENT = 0.02
"""Of well-formed questions on matters that no article touches, so many may be answered."""
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
    with tempfile.TemporaryDirectory() as scratch:
        root = options.cache or Path(scratch)
        train, test = (
            [
                one
                for name, case in (("squad", _squad(testing)), ("onestop", _onestop(testing)))
                for one in _asked(case, root / f"{name}-{'test' if testing else 'train'}.index")
            ]
            for testing in (False, True)
        )
    fitted = fit(train, test)
    OUT.write_text(json.dumps(fitted, indent=2) + "\n", encoding="utf-8")
    print(json.dumps(fitted, indent=2))


def fit(train: Sequence[Asked], test: Sequence[Asked]) -> dict[str, Any]:
    """The weights, the threshold, and how well they do."""
    order = _fit(np.vstack([one.values for one in train]), np.concatenate([one.right for one in train]))
    best_train, best_test = _best(train, order), _best(test, order)
    support = _fit(best_train[0], best_train[1])
    absent = np.array([one.kind == "absent" for one in train])
    threshold = _threshold(_probability(support, best_train[0])[absent])
    evidence = {
        "data": {name: digest(name) for name in (SQUAD, ONESTOP)}, "seed": SEED, "features": FEATURES,
        "train": _measured(train, best_train, support, threshold), "test": _measured(test, best_test, support, threshold),
        "command": "python -m eval.fit_reader",
    }  # fmt: skip
    return {"order": order, "support": support, "threshold": round(threshold, 4), "evidence": evidence}


@dataclass(frozen=True)
class Question:
    """A question of a corpus, and what its answer is known by."""

    kind: str
    text: str
    home: str
    """The text that its answer stands in."""
    answers: tuple[str, ...]
    """Accepted strings; one long one is a stretch whose sentences all count."""

    def right(self, sentence: str) -> bool:
        """Whether a sentence of the corpus answers."""
        if self.kind != "answerable" or sentence not in self.home:
            return False
        return holds(sentence, self.answers) or any(sentence in answer for answer in self.answers)


@dataclass(frozen=True)
class Corpus:
    """Articles and the questions asked of them."""

    articles: list[Article]
    questions: list[Question]


def _squad(testing: bool) -> Corpus:
    rows = [row for row in records(SQUAD) if is_test(row["title"]) == testing]
    present = set(sorted({row["title"] for row in rows})[::2])
    contexts = {row["context"]: row["title"] for row in rows if row["title"] in present}
    kinds: dict[str, list[Question]] = {kind: [] for kind in SAMPLES}
    for row in rows:
        there = "answerable" if row["answerable"] else "misleading"
        kind = there if row["title"] in present else "absent"
        kinds[kind].append(Question(kind, row["question"], row["context"], tuple(row["answers"])))
    draw = random.Random(SEED)
    questions = [one for kind, found in kinds.items() for one in draw.sample(found, min(SAMPLES[kind], len(found)))]
    return Corpus([Article(text, title=title.replace("_", " ")) for text, title in contexts.items()], questions)


def _onestop(testing: bool) -> Corpus:
    rows = [row for row in records(ONESTOP) if row["level"] == "Adv" and is_test(row["title"]) == testing]
    titles: dict[str, dict[str, None]] = {}
    for row in rows:
        titles.setdefault(row["title"], {})[row["context"]] = None
    present = set(sorted(titles)[::2])
    articles = [Article("\n\n".join(found), title=title) for title, found in titles.items() if title in present]
    questions = [
        Question(
            "answerable" if row["title"] in present else "absent", row["question"], row["context"], (row["critical_span"],)
        )
        for row in rows
    ]
    return Corpus(articles, questions)


def _asked(corpus: Corpus, path: Path) -> list[Asked]:
    """Every question with its candidates, labelled."""
    asked = []
    with Index(path) as index:
        index.add(corpus.articles)
        reader = UntrainedReader(index, index.embedder, Fitted((0.0,), (0.0,), 0.0, {}))
        for number, question in enumerate(corpus.questions):
            hits = index.search(question.text, READ_PASSAGES)
            candidates = reader.candidates(question.text, [(hit, index.sentences(hit)) for hit in hits])
            if candidates:
                right = np.array([question.right(_text(hits[one.passage], one)) for one in candidates])
                asked.append(Asked(question.kind, np.array([one.values for one in candidates]), right))
            if number % 200 == 0:
                print(f"{path.name}: {number} of {len(corpus.questions)}", flush=True)
    return asked


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


def _threshold(absent: npt.NDArray[np.float64]) -> float:
    """The lowest threshold that answers at most `MAX_ABSENT` of the questions on titles that are not there.

    Balanced accuracy is flat (.790 to .796 on train titles) between .24 and .36, so it would decide by chance.
    """
    return float(np.quantile(absent, 1 - MAX_ABSENT))


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
