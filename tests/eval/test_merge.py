"""Weights between two sets of weights."""

from __future__ import annotations

from pathlib import Path

import pytest
import torch
from safetensors.torch import load_file, save_file

from eval.training.merge import main, merged
from index import UsageError


def test_weights_are_taken_at_the_share_between_the_two(tmp_path: Path) -> None:
    for name, value in (("before", 1.0), ("after", 3.0)):
        save_file({"one": torch.full((2,), value).half()}, str(tmp_path / name))
    assert main([str(tmp_path / "before"), str(tmp_path / "after"), str(tmp_path / "out"), "--share", "0.25"]) == 0
    assert load_file(str(tmp_path / "out"))["one"].tolist() == [1.5, 1.5]


def test_what_cannot_be_merged_is_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    one, other = {"one": torch.zeros(2)}, {"one": torch.zeros(3)}
    with pytest.raises(UsageError, match="not of one network"):
        merged(one, other, 0.5)
    with pytest.raises(UsageError, match="from 0 to 1"):
        merged(one, one, 2.0)
    (tmp_path / "words").write_text("no weights", "utf-8")
    assert main([str(tmp_path / "words"), str(tmp_path / "none"), str(tmp_path / "out")]) == 1
    assert "holds no weights" in capsys.readouterr().err
    assert not (tmp_path / "out").exists()
