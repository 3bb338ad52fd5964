"""A training that goes on from its checkpoint."""

from __future__ import annotations

import random
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from eval.training import mixture, recipe
from eval.training.examples import YES, Example

if TYPE_CHECKING:
    from eval.training.network import Encoded

STAGE = recipe.Stage("any", {})


def _draw(rng: random.Random, *_: object) -> list[list[Example]]:
    units = [[Example("Is it so?", f"It is so, number {at}.", stance=YES)] for at in range(40)]
    rng.shuffle(units)
    return units


def _ids(batches: Sequence[Sequence[tuple[int, Encoded]]]) -> list[list[int]]:
    return [encoded.ids for batch in batches for _, encoded in batch]


def test_it_goes_on_with_its_own_seed_and_steps(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from eval.training.train import Training

    monkeypatch.setattr(mixture, "drawn", _draw)
    first = Training(tmp_path, seed=5)
    drawn = _ids(list(first._batches(STAGE)))
    first.stage, first.step, first.steps = 2, 7, 30
    first._save()
    second = Training(tmp_path, seed=6)
    assert (second.seed, second.stage, second.step, second.steps) == (5, 2, 7, 30)
    assert _ids(list(second._batches(STAGE))) == drawn


def test_another_seed_draws_otherwise(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from eval.training.train import Training

    monkeypatch.setattr(mixture, "drawn", _draw)
    one, other = (_ids(list(Training(tmp_path / str(seed), seed=seed)._batches(STAGE))) for seed in (5, 6))
    assert one != other
    assert sorted(one) == sorted(other)


def test_a_checkpoint_without_a_seed_is_taken_with_the_one_given(tmp_path: Path) -> None:
    import torch

    from eval.training.train import Training

    Training(tmp_path, seed=5)._save()
    state = torch.load(tmp_path / "state.pt", weights_only=True)
    del state["seed"]
    torch.save(state, tmp_path / "state.pt")
    assert Training(tmp_path, seed=6).seed == 6
