"""What a stage is made of."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import replace
from functools import partial
from pathlib import Path

from eval.training import (
    articles,
    contrasts,
    events,
    examples,
    negatives,
    recipe,
    reports,
    sayings,
    sentences,
    verdicts,
    written,
)
from eval.training.examples import Example, Source, Unit

SOURCES: dict[str, Source] = {
    "snli": examples.snli, "cad": examples.cad, "fever": examples.fever, "perspectrum": examples.perspectrum,
    "fool_me_twice": examples.fool_me_twice, "check_covid": examples.check_covid, "reports": reports.reports,
    "qamr": examples.qamr, "squad": examples.squad, "onestop": examples.onestop, "boolq": examples.boolq,
    "condaqa": examples.condaqa, "strategyqa": examples.strategyqa, "events": events.events,
    "sayings": sayings.sayings, "squad_sentences": sentences.squad, "qamr_sentences": sentences.qamr,
    "squad_articles": articles.squad, "squad_verdicts": verdicts.squad, "written": written.answers,
    "written_verdicts": written.verdicts, "contrasts": contrasts.answers, "contrast_verdicts": contrasts.verdicts,
}  # fmt: skip


def drawn(rng: random.Random, stage: recipe.Stage, share: float, out: Path) -> list[Unit]:
    """The units of a stage, of the train split, source by source; the same for the same generator."""
    examples.forget()
    found: list[Unit] = []
    for name, most in stage.sources.items():
        source = SOURCES[name]
        if source in (examples.squad, sentences.squad):
            source = partial(source, negatives=negatives.mined(out))
        units = list(source(rng, False))
        rng.shuffle(units)
        found.extend(_titled(rng, units[: int(most * share)]))
    return found


def _titled(rng: random.Random, units: list[Unit]) -> Iterator[Unit]:
    for unit in units:
        shown = rng.random() < recipe.TITLE_SHARE
        yield tuple(one if shown else replace(one, title="") for one in unit)


def tested(name: str, most: int) -> list[Example]:
    """Test examples of a source, without headlines; the same every time."""
    rng = random.Random(recipe.SEED)
    units = list(SOURCES[name](rng, True))
    rng.shuffle(units)
    return [replace(unit[0], title="") for unit in units[:most]]
