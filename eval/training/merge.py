"""The mean of two sets of weights of one training: `python -m eval.training.merge BEFORE AFTER OUT`.

Weights between those before and after a stage are often better than either (Wortsman et al. 2022): what the stage adds is
kept, what it forgets comes back in part.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

import torch
from safetensors import SafetensorError
from safetensors.torch import load_file, save_file

from index import RecordError, UsageError


def main(arguments: Sequence[str] | None = None) -> int:
    """The command."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("before", type=Path)
    parser.add_argument("after", type=Path)
    parser.add_argument("out", type=Path)
    parser.add_argument("--share", type=float, default=0.5, help="of the second, 0..1 (default 0.5)")
    options = parser.parse_args(arguments)
    try:
        tensors = merged(_read(options.before), _read(options.after), options.share)
    except RecordError as error:
        print(f"merge: {error}", file=sys.stderr)
        return 1
    save_file(tensors, str(options.out))
    return 0


def merged(before: dict[str, torch.Tensor], after: dict[str, torch.Tensor], share: float) -> dict[str, torch.Tensor]:
    """Each tensor at `share` of the way from `before` to `after`, in half precision. Raises UsageError for other shapes."""
    if not 0 <= share <= 1:
        raise UsageError(f"The share is {share}; take one from 0 to 1.")
    if {name: one.shape for name, one in before.items()} != {name: one.shape for name, one in after.items()}:
        raise UsageError("The two sets of weights are not of one network.")
    return {name: torch.lerp(one.float(), after[name].float(), share).half().contiguous() for name, one in before.items()}


def _read(path: Path) -> dict[str, torch.Tensor]:
    try:
        found: dict[str, torch.Tensor] = load_file(str(path))
    except (OSError, SafetensorError) as error:
        raise UsageError(f"{path} holds no weights ({error}).") from error
    return found


if __name__ == "__main__":
    sys.exit(main())
