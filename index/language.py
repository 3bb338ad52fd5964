"""The language of a text, where it is sure enough.

By py3langid: a naive Bayes classifier over bytes, 4.5 MB with its weights, the same for the same text, without network.
"""

from __future__ import annotations

import re
from functools import cache
from typing import Any

SURE = 0.8
"""Of its probability. Of 2,400 pieces of 20 to 300 characters of English articles one reaches it for another language, and
that one does quote Persian; texts of two sentences in 17 other languages reach .88 and more."""
MIN_LETTERS = 20
READ_CHARS = 5000
"""From the beginning; more changes nothing."""


def detect(text: str) -> str | None:
    """ISO 639 code of a text's language, as `en`; None when it is too short or too mixed to tell."""
    piece = text[:READ_CHARS]
    if len(re.findall(r"[^\W\d_]", piece)) < MIN_LETTERS:
        return None
    code, probability = _identifier().classify(piece)
    return str(code) if probability >= SURE and code != "zxx" else None


def is_english(language: str) -> bool:
    """Whether a language, as files name it («en-GB», «English»), is English."""
    return re.split(r"[-_]", language.strip().casefold())[0] in ("en", "eng", "english")


def name(language: str) -> str:
    """What a language is called in English; the code itself where it has no name."""
    from babel import Locale, UnknownLocaleError  # late: only where something is not English

    try:
        return Locale.parse(language.replace("-", "_")).get_display_name("en") or language
    except (UnknownLocaleError, ValueError):
        return language


@cache
def _identifier() -> Any:
    from py3langid.langid import MODEL_FILE, LanguageIdentifier  # late: it reads its weights for half a second

    return LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
