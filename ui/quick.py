"""Importing gradio in half the time."""

from __future__ import annotations

import contextlib
import inspect
from collections.abc import Iterator
from typing import Any


@contextlib.contextmanager
def without_stubs() -> Iterator[None]:
    """Around `import gradio`: without the stub files for editors that it writes beside its components at every import.

    They take about half of that import. Gradio leaves them out for a component of which `inspect` knows no file.
    """
    original = inspect.getfile

    def getfile(object: Any) -> str:
        if str(getattr(object, "__module__", "")).startswith("gradio."):
            raise OSError("no stub is wanted")
        return original(object)

    inspect.getfile = getfile
    try:
        yield
    finally:
        inspect.getfile = original
