"""The questions on invented news (`training/texts/`) as a suite: `invented`."""

from __future__ import annotations

import re
from typing import Any

from eval.published import Split
from eval.records import Suite
from eval.suite import from_records
from eval.training.written import Asked, Written, of_split, pile, written

_TIE = re.compile(r"^(?:because of|because|about|around|some|in|on|at|for|from|by|to|since|until|near|outside) ", re.I)


def invented(split: Split = "test") -> Suite:
    """Questions of one split of the articles, asked of all of them. What is held for fitting is in neither split."""
    numbers = {article.headline: number for number, article in enumerate(written())}
    found = []
    for article in written() if split == "all" else of_split(split == "test"):
        number = numbers[article.headline]
        found += [_case(f"{number}-{at}", article, asked) for at, asked in enumerate(article.questions)]
    return from_records("invented", found, pile())


def _case(name: str, article: Written, asked: Asked) -> dict[str, Any]:
    case: dict[str, Any] = {"id": name, "question": asked.question, "tags": ["yes/no" if asked.polar else "other"]}
    if not asked.where:
        return {**case, "kind": "unanswerable"}
    case["evidence"] = [{"quote": article.sentences[at]} for at in asked.where]
    if asked.verdict:
        return {**case, "kind": "yes_no", "verdict": asked.verdict}
    return {**case, "kind": "list" if len(asked.answers) > 1 else "fact", "answers": [ways(one) for one in asked.answers]}


def ways(answer: str) -> list[str]:
    """An answer, and the same without the word that ties it to its sentence: «in Rimouski», «about 400»."""
    return list(dict.fromkeys((answer, _TIE.sub("", answer).strip('“”" ') or answer)))
