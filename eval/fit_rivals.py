"""Fits what tells another answer, or the other side, from a neighbouring matter: `python -m eval.fit_rivals --cache DIR`.

On the stories that are not for tests (`eval/stories.py`), each question asked of the articles of all: sentences that give
another of the answers on which the story's articles differ, or that were corrected, against all others that were read; and
for yes/no questions sentences that speak for the other side; for lists sentences with another item. With them questions on
held articles of invented news, one article each in a pile of thousands (`eval/training/written.py`). From which P on a
sentence counts: at most MAX_FALSE of the questions with one answer are told a second one (MAX_FALSE_SIDE of those with one
verdict). What the reader makes of the passages is kept in the cache, by its name.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import logging
import pickle
import random
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from assistant.answer_types import expected
from assistant.judge import MAX_NEITHER, best_first, of_the_kind
from assistant.pipeline import READ_PASSAGES, read
from assistant.reader import Reading
from assistant.rivals import AGAINST, RIVAL, Pair, against, beside, says_yes
from assistant.short import quoted, span_of
from assistant.trained import TrainedReader
from assistant.understand import is_polar
from eval.data import is_held, is_test
from eval.fit_trained import probabilities
from eval.invented import ways
from eval.matching import holds
from eval.stories import pile, stories
from eval.training.written import pile as written_pile
from eval.training.written import written
from index import Article, Index

log = logging.getLogger("fit")

SEED = 20250214
ARTICLE_QUESTIONS = 900
"""Of held articles of invented news."""
FOLDS = 5
REGULARISATION = 3.0
SIGNS = {"lead": -1, "covered_less": -1, "neither": -1, "missing": -1, "same_article": 0, "told_best": 0, "headline": 0}
"""Which way a feature may count: against, either way; the others for it."""
MAX_FALSE, MAX_FALSE_SIDE = 0.08, 0.1
"""So many questions with one answer, and with one verdict, may be told a second one: it stands beside the right one with its
quote, and a disagreement that is kept silent misleads more. Not all of the second count: what the other side must be said by
is left to `judge`."""
OUT = Path(__file__).parent.parent / "assistant" / "rivals.json"


@dataclass(frozen=True)
class Asked:
    """A question with what its articles say to it, and what the reader made of the passages."""

    name: str
    """Of its story or article."""
    question: str
    differs: bool
    """Whether its articles differ on it."""
    kind: str
    """As `eval.stories.Kind`."""
    answers: tuple[str, ...]
    places: Mapping[tuple[str, str], str | None]
    """(headline, sentence) of those that answer, and which way to a yes/no question."""
    readings: Sequence[Reading] = ()
    least: float = 0.0
    """Support below which it is not answered."""


@dataclass(frozen=True)
class Row:
    """A sentence beside the best one of a question."""

    story: str
    number: int
    """Of the question."""
    differs: bool | None
    """Whether its articles differ on it; None for a list, whose items stand together."""
    values: tuple[float, ...]
    right: bool


def main(arguments: Sequence[str] | None = None) -> None:
    """Reads, fits, measures, writes the file."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--cache", type=Path, required=True, help="folder of the index and the readings")
    options = parser.parse_args(arguments)
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s", datefmt="%H:%M:%S")
    options.cache.mkdir(parents=True, exist_ok=True)
    every = [*_readings(options.cache, "stories", _of_stories()), *_readings(options.cache, "written", _of_articles())]
    rival = _fitted(list(_rivals(every)), RIVAL, MAX_FALSE)
    against_ = _fitted(list(_sides(every)), AGAINST, MAX_FALSE_SIDE)
    fitted = {
        "rival": rival[0], "against": against_[0], "rival_from": rival[1], "against_from": against_[1],
        "evidence": {
            "command": "python -m eval.fit_rivals", "seed": SEED, "stories and articles": len({one.name for one in every}),
            "questions": len(every), "features": {"rival": RIVAL, "against": AGAINST}, "rival": rival[2],
            "against": against_[2],
        },
    }  # fmt: skip
    OUT.write_text(json.dumps(fitted, indent=1) + "\n", encoding="utf-8")
    print(json.dumps(fitted["evidence"], indent=2))


def _of_stories() -> tuple[Sequence[Article], list[Asked]]:
    rows = []
    for story in stories():
        if not is_test(story.name):
            for asked in story.questions:
                places = [(story.articles[one.article], one) for one in asked.places]
                said = {(told.title, told.sentences[one.sentence]): one.verdict for told, one in places}
                differs = asked.kind in ("differ", "moved")
                rows.append(Asked(story.name, asked.question, differs, asked.kind, asked.answers, said))
    return pile(), rows


def _of_articles() -> tuple[Sequence[Article], list[Asked]]:
    rows = []
    for article in written():
        if is_held(article.headline):
            for asked in article.questions:
                kind = "list" if len(asked.answers) > 1 else "one" if asked.where else "open"
                places = {(article.headline, article.sentences[at]): asked.verdict for at in asked.where}
                if asked.verdict != "mixed" and kind != "list":
                    rows.append(Asked(article.headline, asked.question, False, kind, asked.answers, places))
    return written_pile(), random.Random(SEED).sample(rows, ARTICLE_QUESTIONS)


def _readings(cache: Path, name: str, work: tuple[Sequence[Article], list[Asked]]) -> Iterator[Asked]:
    articles, rows = work
    with Index(cache / f"{name}.index") as index:
        index.add(articles)
        reader = TrainedReader(index)
        kept = cache / f"{name}-{reader.name}.pickle"
        if not kept.exists():
            found = [
                read(one.question, index.search(one.question, READ_PASSAGES), index, reader) for one in _told(name, rows)
            ]
            kept.write_bytes(pickle.dumps(found))
        for one, readings in zip(rows, pickle.loads(kept.read_bytes()), strict=True):
            least = reader.polar_threshold if is_polar(one.question) else reader.threshold
            yield replace(one, readings=readings, least=least)


def _told(name: str, rows: Sequence[Asked]) -> Iterator[Asked]:
    for number, row in enumerate(rows):
        if number % 50 == 0:
            log.info("%s: %d of %d", name, number, len(rows))
        yield row


def _rivals(every: Sequence[Asked]) -> Iterator[Row]:
    """Questions other than yes/no that are answered with one of the right answers, or one of the items."""
    for number, one in enumerate(every):
        kind = expected(one.question)
        ranked = of_the_kind(best_first(one.readings), kind)
        if not one.answers or not ranked or ranked[0][1].support < one.least:
            continue
        best = ranked[0]
        if best[1].span is None or not (given := _given(one, span_of(*best))):
            continue
        for pair, values in beside(one.question, kind, best, ranked[1:]):
            if one.kind != "list" and pair[0].article_id == best[0].article_id:
                continue  # as `judge` does
            right = bool(_given(one, span_of(*pair)) - given) and _place(one, pair) is not None
            yield Row(one.name, number, None if one.kind == "list" else one.differs, values, right)


def _sides(every: Sequence[Asked]) -> Iterator[Row]:
    """Yes/no questions that are answered."""
    for number, one in enumerate(every):
        ranked = best_first(one.readings)
        top = [pair for pair in ranked if pair[1].stance is not None and pair[1].stance[2] <= MAX_NEITHER]
        if one.answers or one.kind == "open" or not top or top[0][1].support < one.least:
            continue
        for pair, values in against(one.question, top[0], [pair for pair in ranked if pair is not top[0]]):
            verdict = one.places.get(_place(one, pair) or ("", ""))
            right = one.differs and verdict is not None and (verdict == "yes") == says_yes(pair[1])
            yield Row(one.name, number, one.differs, values, right)


def _given(asked: Asked, span: str) -> set[int]:
    """Which of the answers a span holds."""
    return {at for at, answer in enumerate(asked.answers) if holds(span, ways(answer))}


def _place(asked: Asked, pair: Pair) -> tuple[str, str] | None:
    """Which of the sentences that answer a piece of evidence is."""
    text = " ".join(quoted(*pair).split())
    for headline, sentence in asked.places:
        told = " ".join(sentence.split())
        if headline == pair[0].title and (told in text or text in told):
            return headline, sentence
    return None


def _fitted(rows: Sequence[Row], names: Sequence[str], most: float) -> tuple[list[float], float, dict[str, Any]]:
    """Weights, from which P on one counts, and what came of it in five folds by story."""
    from sklearn.metrics import roc_auc_score

    values = np.array([row.values for row in rows])
    right = np.array([row.right for row in rows])
    folds = np.array([int(hashlib.sha256(row.story.encode()).hexdigest(), 16) % FOLDS for row in rows])
    probability = np.zeros(len(rows))
    for fold in range(FOLDS):
        weights = _weights(values[folds != fold], right[folds != fold], names)
        probability[folds == fold] = probabilities(weights, values[folds == fold])
    questions = {row.number: row.differs for row in rows if row.differs is not None}
    highest: dict[int, tuple[float, bool]] = {}
    for row, found in zip(rows, probability, strict=True):
        highest[row.number] = max(highest.get(row.number, (0.0, False)), (float(found), row.right))
    alone = np.array([highest[number][0] for number, differs in questions.items() if not differs])
    least = float(np.round(np.quantile(alone, 1 - most), 3))
    differing = [highest[number] for number, differs in questions.items() if differs]
    told = {
        "sentences": len(rows), "right": int(right.sum()), "auc": round(float(roc_auc_score(right, probability)), 3),
        "questions that differ": len(differing), "told": _share(found >= least for found, _ in differing),
        "told rightly": _share(found >= least and sure for found, sure in differing),
        "questions with one answer": len(alone), "told a second": _share(found >= least for found in alone),
    }  # fmt: skip
    return [round(float(weight), 4) for weight in _weights(values, right, names)], least, told


def _share(found: Iterable[bool | np.bool_]) -> float:
    every = [bool(one) for one in found]
    return round(sum(every) / len(every), 3)


def _weights(
    values: npt.NDArray[np.float64], right: npt.NDArray[np.bool_], names: Sequence[str]
) -> npt.NDArray[np.float64]:  # fmt: skip
    """Weights of a logistic regression whose features may count one way only, on the values as they are, the intercept last.

    Features that overlap get weights of either sign otherwise: what shares fewer words with the question would count more.
    """
    from scipy.optimize import minimize

    middle, spread = values.mean(axis=0), values.std(axis=0) + 1e-9
    rows = np.c_[(values - middle) / spread, np.ones(len(values))]

    def loss(weights: npt.NDArray[np.float64]) -> tuple[float, npt.NDArray[np.float64]]:
        scores = rows @ weights
        found = np.logaddexp(0, scores).sum() - scores[right].sum() + REGULARISATION / 2 * (weights[:-1] ** 2).sum()
        slope = rows.T @ (1 / (1 + np.exp(-scores)) - right)
        slope[:-1] += REGULARISATION * weights[:-1]
        return float(found), slope

    ways = {1: (0.0, None), -1: (None, 0.0), 0: (None, None)}
    bounds = [*(ways[SIGNS.get(name, 1)] for name in names), (None, None)]
    best = minimize(loss, np.zeros(rows.shape[1]), jac=True, method="L-BFGS-B", bounds=bounds).x
    scaled = best[:-1] / spread
    found: npt.NDArray[np.float64] = np.append(scaled, best[-1] - (scaled * middle).sum())
    return found


if __name__ == "__main__":
    main()
