"""Whether an accepted answer stands in a text."""

from __future__ import annotations

import re
import unicodedata


def normalised(text: str) -> str:
    """Without case, punctuation and articles, single spaces (Rajpurkar et al. 2016, the SQuAD evaluation).

    Spaces at both ends, so that containment respects words. Accents and curly quotation marks are folded too.
    """
    plain = "".join(char for char in unicodedata.normalize("NFKD", text) if not unicodedata.combining(char))
    plain = re.sub(r"(?<=\d),(?=\d{3})", "", plain.lower())
    plain = re.sub(r"[^\w$€£%]+|_", " ", plain)
    return " " + " ".join(word for word in plain.split() if word not in ("a", "an", "the")) + " "


def holds(text: str, answers: list[str] | tuple[str, ...]) -> bool:
    """Whether any of `answers` stands in `text`, word for word after normalising."""
    folded = normalised(text)
    return any(normalised(answer).strip() and normalised(answer) in folded for answer in answers)
