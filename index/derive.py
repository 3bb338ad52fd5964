"""What an article's own text tells of it, where nobody else does: place, day and language. None of it enters its id."""

from __future__ import annotations

from dataclasses import replace

import index.language as languages
from index.datelines import dateline
from index.records import Metadata


def derived(text: str, told: Metadata) -> tuple[Metadata, tuple[str, ...]]:
    """`told` with what the text adds, and the names of the fields that it added."""
    begun = dateline(text)
    metadata = told.filled_from(Metadata(published=begun.day, place=begun.place))
    metadata = metadata if metadata.language else replace(metadata, language=languages.detect(text))
    return metadata, tuple(name for name, value in vars(metadata).items() if value != getattr(told, name))
