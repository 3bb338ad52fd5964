"""The one place that turns settings into parts."""

from __future__ import annotations

from assistant.reader import Reader
from assistant.settings import Settings
from assistant.untrained import UntrainedReader
from index import Index


def index(settings: Settings, *, create: bool = False) -> Index:
    """The index that the settings name. Raises IndexMissing unless `create`."""
    return Index(settings.index, create=create, model=settings.model, chroma=settings.chroma)


def reader(opened: Index) -> Reader:
    """The reader for an index."""
    return UntrainedReader(opened, opened.embedder)


def reader_name() -> str:
    """Names the reader and its weights."""
    return UntrainedReader.name
