"""Whether an accepted answer stands in a text."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Sequence


def normalised(text: str) -> str:
    """Without case, punctuation and articles, single spaces (after Rajpurkar et al. 2016, the SQuAD evaluation).

    Spaces at both ends, so that containment respects words. Beyond SQuAD: accents are folded, punctuation within a word
    parts it («12-year» is two words) except in initials («U.S.» is «us») and in numbers, where 3.5 and -5 keep their mark
    and 1,200 loses it.
    """
    plain = "".join(char for char in unicodedata.normalize("NFKD", text) if not unicodedata.combining(char))
    plain = re.sub(r"(?<=\d),(?=\d{3})", "", plain.lower())
    plain = re.sub(r"(?<=\b[a-z])\.(?=[a-z]\b)", "", plain.replace("_", " ").replace("−", "-"))
    words = re.findall(r"(?:(?<!\S)-(?=\d))?\w+(?:(?<=\d)\.\d+)*", plain)
    return " " + " ".join(word for word in words if word not in ("a", "an", "the")) + " "


def holds(text: str, answers: Sequence[str]) -> bool:
    """Whether any of `answers` stands in `text`, word for word after normalising."""
    folded = normalised(text)
    return any(normalised(answer).strip() and normalised(answer) in folded for answer in answers)


def exact_match(prediction: str, answers: Sequence[str]) -> float:
    """1 when the prediction equals an accepted answer after normalising, else 0 (Rajpurkar et al. 2016)."""
    return float(any(normalised(prediction) == normalised(answer) for answer in answers))


def token_f1(prediction: str, answers: Sequence[str]) -> float:
    """Largest token F1 of the prediction against an accepted answer, 0..1 (Rajpurkar et al. 2016).

    F1 = 2 |common| / (|prediction| + |answer|), tokens counted as often as they stand.
    """
    return max((_f1(normalised(prediction).split(), normalised(answer).split()) for answer in answers), default=0.0)


def _f1(left: Sequence[str], right: Sequence[str]) -> float:
    if not left or not right:
        return float(list(left) == list(right))
    return 2 * sum((Counter(left) & Counter(right)).values()) / (len(left) + len(right))
