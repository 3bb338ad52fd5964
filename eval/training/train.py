"""Trains the reader: `python -m eval.training.train --out DIR` (needs ONRECORD_DATA). Run again, it resumes.

`DIR/state.pt` is the last checkpoint, `DIR/curve.jsonl` the learning curve, `DIR/reader.safetensors` the weights that
ship (the running average, in float16, without the word embeddings) once the last stage, or --until, is done.
"""

from __future__ import annotations

import argparse
import json
import logging
import random
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import torch
from safetensors.torch import load_file, save_file
from torch.nn import functional

from eval.training import measure, mixture, recipe
from eval.training.network import Encoded, Encoding, Network, Outputs
from index import default_model_folder, has_bfloat16

log = logging.getLogger("train")


def main(arguments: Sequence[str] | None = None) -> None:
    """The command."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--out", type=Path, required=True, help="folder of checkpoints, curve and weights")
    parser.add_argument("--until", type=int, default=None, help="stop behind this stage (1 is the first)")
    parser.add_argument("--weights", type=Path, help="start from these weights, at the stage --stage, instead of MiniLM's")
    parser.add_argument("--stage", type=int, default=1, help="the stage to start with, with --weights (1 is the first)")
    parser.add_argument("--tokens", type=float, default=1.0, help="share of each stage's units, for trials")
    parser.add_argument("--steps", type=int, default=None, help="steps of a stage at most; its rate has fallen by then")
    parser.add_argument("--seed", type=int, default=recipe.SEED, help="of the draws; one that goes on keeps its own")
    options = parser.parse_args(arguments)
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s", datefmt="%H:%M:%S")
    options.out.mkdir(parents=True, exist_ok=True)
    torch.manual_seed(options.seed)
    training = Training(options.out, options.tokens, options.seed)
    if options.weights and training.steps == 0:
        training.start(options.weights, options.stage)
    training.run(options.until or len(recipe.STAGES), options.steps)


class Training:
    """A training that can be stopped at any moment and goes on from its last checkpoint."""

    def __init__(self, out: Path, share: float = 1.0, seed: int = recipe.SEED) -> None:
        self.out, self.share, self.seed = out, share, seed
        folder = default_model_folder()
        self.encoding = Encoding(folder)
        self.network = Network(folder)
        self.average = {name: value.detach().clone() for name, value in self._learned()}
        heads = [value for name, value in self._learned() if not name.startswith("encoder.")]
        body = [value for name, value in self._learned() if name.startswith("encoder.") and value.dim() > 1]
        rest = [value for name, value in self._learned() if name.startswith("encoder.") and value.dim() == 1]
        self.optimizer = torch.optim.AdamW(
            [
                {"params": body, "peak": recipe.LEARNING_RATE, "weight_decay": recipe.WEIGHT_DECAY},
                {"params": rest, "peak": recipe.LEARNING_RATE, "weight_decay": 0.0},
                {"params": heads, "peak": recipe.HEAD_RATE, "weight_decay": 0.0},
            ],
            lr=recipe.LEARNING_RATE, betas=recipe.BETAS, fused=True,
        )  # fmt: skip
        self.stage, self.step, self.steps, self.seconds = 0, 0, 0, 0.0
        self._load()

    def run(self, until: int, most: int | None = None) -> None:
        """Goes through the stages that are left, `most` steps of each."""
        while self.stage < until:
            stage = recipe.STAGES[self.stage]
            batches = list(self._batches(stage))[:most]
            log.info("stage %s: %d steps, from %d", stage.name, len(batches), self.step)
            began, tokens = time.monotonic(), 0
            losses: dict[str, list[float]] = {}
            for at in range(self.step, len(batches)):
                batch = batches[at]
                for name, value in self._learn(batch, self._rate(stage, at, len(batches))).items():
                    losses.setdefault(name, []).append(value)
                tokens += sum(len(one.ids) for _, one in batch)
                self.step, self.steps = at + 1, self.steps + 1
                if self.step % 50 == 0:
                    spent = time.monotonic() - began
                    means = {name: round(sum(values) / len(values), 3) for name, values in losses.items()}
                    log.info("%s %d/%d  %d tokens/s  %s", stage.name, self.step, len(batches), tokens / spent, means)
                    losses = {}
                if self.step % recipe.MEASURE == 0 or self.step == len(batches):
                    self._measure(stage.name)
                if self.step % recipe.CHECKPOINT == 0:
                    self._save()
            self.stage, self.step = self.stage + 1, 0
            self._save()
        self._export()

    def start(self, weights: Path, stage: int) -> None:
        """Takes weights that were trained before, and begins with a stage of their further training."""
        self.average = {name: value.float() for name, value in load_file(str(weights)).items()}
        self._set(self.average)
        self.stage = stage - 1

    def _learn(self, batch: Sequence[tuple[int, Encoded]], rate: float) -> dict[str, float]:
        for group in self.optimizer.param_groups:
            group["lr"] = group["peak"] * rate
        with torch.autocast("cpu", dtype=torch.bfloat16, enabled=has_bfloat16()):
            outputs = self.network([one for _, one in batch])
        outputs = Outputs(outputs.relevance.float(), outputs.stance.float(), outputs.spans.float())
        losses = loss_of(outputs, [(self._examples[at], one) for at, one in batch])
        total = sum(losses.values(), torch.zeros(()))
        total.backward()  # type: ignore[no-untyped-call]
        torch.nn.utils.clip_grad_norm_(self.network.parameters(), recipe.MAX_NORM)
        self.optimizer.step()
        self.optimizer.zero_grad()
        decay = min(recipe.AVERAGE, (1 + self.steps) / (10 + self.steps))
        with torch.no_grad():
            for name, value in self._learned():
                self.average[name].lerp_(value, 1 - decay)
        return {name: float(value.detach()) for name, value in losses.items()}

    def _rate(self, stage: recipe.Stage, at: int, steps: int) -> float:
        warm = min(1.0, (self.steps + 1) / recipe.WARMUP)
        final = recipe.FINAL_RATE if stage.final is None else stage.final
        return warm * (stage.rate + (final - stage.rate) * at / steps if stage.decays else stage.rate)

    def _batches(self, stage: recipe.Stage) -> Iterator[list[tuple[int, Encoded]]]:
        """The batches of a stage, always the same: (number of the example, its ids)."""
        rng = random.Random(f"{self.seed} {stage.name}")
        units = mixture.drawn(rng, stage, self.share, self.out)
        self._examples = [example for unit in units for example in unit]
        encoded = [self.encoding(example) for example in self._examples]
        numbered: list[list[int]] = []
        first = 0
        for unit in units:
            numbered.append(list(range(first, first + len(unit))))
            first += len(unit)
        chunk = recipe.SORTED_BATCHES * recipe.BATCH_TOKENS
        yield from shuffled_batches(rng, numbered, [len(one.ids) for one in encoded], encoded, chunk)

    def _measure(self, stage: str) -> None:
        began = time.monotonic()
        kept = {name: value.detach().clone() for name, value in self._learned()}
        self._set(self.average)
        found = measure.quick(self.network, self.encoding)
        self._set(kept)
        line = {"stage": stage, "step": self.step, "steps": self.steps, **found}
        with (self.out / "curve.jsonl").open("a", encoding="utf-8") as file:
            file.write(json.dumps(line) + "\n")
        log.info("%s (%.0f s)", json.dumps(line), time.monotonic() - began)

    def _learned(self) -> Iterator[tuple[str, torch.nn.Parameter]]:
        return ((name, value) for name, value in self.network.named_parameters() if value.requires_grad)

    def _set(self, values: dict[str, torch.Tensor]) -> None:
        with torch.no_grad():
            for name, value in self._learned():
                value.copy_(values[name])

    def _save(self) -> None:
        state = {
            "stage": self.stage, "step": self.step, "steps": self.steps, "seed": self.seed, "average": self.average,
            "network": {name: value.detach() for name, value in self._learned()}, "optimizer": self.optimizer.state_dict(),
        }  # fmt: skip
        torch.save(state, self.out / "state.part")
        (self.out / "state.part").replace(self.out / "state.pt")

    def _load(self) -> None:
        if not (self.out / "state.pt").exists():
            return
        state = torch.load(self.out / "state.pt", weights_only=True)
        self.stage, self.step, self.steps = state["stage"], state["step"], state["steps"]
        self.seed, self.average = state.get("seed", self.seed), state["average"]  # older checkpoints lack it
        self._set(state["network"])
        self.optimizer.load_state_dict(state["optimizer"])

    def _export(self) -> None:
        # Word embeddings are the embedder's own and are not shipped twice.
        tensors = {name: value.half().contiguous() for name, value in self.average.items()}
        save_file(tensors, str(self.out / "reader.safetensors"))
        log.info("%s: %.1f MB", self.out / "reader.safetensors", sum(one.nbytes for one in tensors.values()) / 1e6)


def loss_of(outputs: Outputs, batch: Sequence[tuple[Any, Encoded]]) -> dict[str, torch.Tensor]:
    """Mean loss of each reading over the examples that know its truth; readings that nobody knows are left out."""
    losses: dict[str, torch.Tensor] = {}
    examples = [example for example, _ in batch]
    judged = [at for at, example in enumerate(examples) if example.relevant is not None]
    if judged:
        truth = torch.tensor([float(examples[at].relevant) for at in judged])
        logits = outputs.relevance[judged]
        losses["relevance"] = functional.binary_cross_entropy_with_logits(logits, truth)
        lists = _lists(examples, judged)
        if lists:
            each = [
                torch.logsumexp(outputs.relevance[every], 0) - torch.logsumexp(outputs.relevance[right], 0)
                for every, right in lists
            ]
            losses["listwise"] = recipe.LISTWISE * torch.stack(each).mean()
    with_span = [at for at, (_, one) in enumerate(batch) if one.span is not None]
    if with_span:
        ends = torch.tensor([batch[at][1].span for at in with_span])
        logits = outputs.spans[with_span]
        losses["span"] = (
            functional.cross_entropy(logits[:, :, 0], ends[:, 0]) + functional.cross_entropy(logits[:, :, 1], ends[:, 1])
        ) / 2
    with_stance = [at for at, example in enumerate(examples) if example.stance is not None]
    if with_stance:
        truth = torch.tensor([examples[at].stance for at in with_stance])
        losses["stance"] = functional.cross_entropy(outputs.stance[with_stance], truth)
    # Each reading counts for the share of the batch that teaches it: one odd example must not weigh as much as forty.
    share = {"relevance": len(judged), "listwise": len(judged), "span": len(with_span), "stance": len(with_stance)}
    return {name: value * (share[name] / len(batch)) for name, value in losses.items()}


def _lists(examples: Sequence[Any], judged: Sequence[int]) -> list[tuple[list[int], list[int]]]:
    """Questions that have both a passage that answers and one that doesn't: (all, the answering)."""
    by_question: dict[str, list[int]] = {}
    for at in judged:
        by_question.setdefault(examples[at].question, []).append(at)
    found = []
    for every in by_question.values():
        right = [at for at in every if examples[at].relevant == 1.0]
        if right and len(right) < len(every):
            found.append((every, right))
    return found


def shuffled_batches(
    rng: random.Random, units: list[list[int]], lengths: Sequence[int], encoded: Sequence[Encoded], chunk_tokens: int
) -> Iterator[list[tuple[int, Encoded]]]:
    """Batches of BATCH_TOKENS of units of like length, in a random order."""
    rng.shuffle(units)
    batches: list[list[int]] = []
    at = 0
    while at < len(units):
        chunk, tokens = [], 0
        while at < len(units) and tokens < chunk_tokens:
            chunk.append(units[at])
            tokens += sum(lengths[one] for one in units[at])
            at += 1
        chunk.sort(key=lambda unit: max(lengths[one] for one in unit))
        batch: list[int] = []
        tokens = 0
        for unit in chunk:
            own = sum(lengths[one] for one in unit)
            if batch and tokens + own > recipe.BATCH_TOKENS:
                batches.append(batch)
                batch, tokens = [], 0
            batch.extend(unit)
            tokens += own
        batches.append(batch)
    rng.shuffle(batches)
    for batch in batches:
        yield [(one, encoded[one]) for one in batch]


if __name__ == "__main__":
    main()
