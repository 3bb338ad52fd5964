"""The one place that turns settings into parts."""

from __future__ import annotations

from assistant.reader import Reader
from assistant.settings import Settings
from assistant.trained import TrainedReader, name
from assistant.untrained import UntrainedReader
from index import Index


def index(settings: Settings, *, create: bool = False) -> Index:
    """The index that the settings name. Raises IndexMissing unless `create`."""
    return Index(settings.index, create=create, model=settings.model, chroma=settings.chroma)


def reader(opened: Index, named: str | None = None) -> Reader:
    """The reader for an index: the one that ships, or the one that is named."""
    if not named:
        return TrainedReader(opened)
    if named == "untrained":
        return UntrainedReader(opened, opened.embedder)
    from assistant.outside import CrossEncoderReader

    return CrossEncoderReader(named)


def reader_name() -> str:
    """Names the reader that ships, and its weights."""
    return name()
