"""Text of articles is data: what is taken out of it before it is shown anywhere."""

from __future__ import annotations

import re
import unicodedata

_OVERRIDES = re.compile("[\u202a-\u202e\u2066-\u2069\u200e\u200f\u061c]")
"""Characters that turn the direction of what follows them."""


def safe(text: str) -> str:
    """`text` without control characters and direction overrides; line breaks stay."""
    text = _OVERRIDES.sub("", text.replace("\t", " "))
    return "".join("�" if unicodedata.category(char) == "Cc" and char != "\n" else char for char in text)


def cut(text: str, width: int) -> str:
    """At most `width` characters on one line, with an ellipsis where something was left out."""
    text = " ".join(text.split())
    return text if len(text) <= width else text[: width - 1].rstrip() + "…"


def counted(count: int, noun: str) -> str:
    """«1 article», «2,000 articles»."""
    return f"{count:,} {noun}{'' if count == 1 else 's'}"
