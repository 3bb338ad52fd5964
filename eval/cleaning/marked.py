"""Texts and pages in which a person marked what is the article's own."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from eval.data import records
from index import UsageError

HERE = Path(__file__).parent
NEWS = "news/realtimeqa_2022_articles.jsonl.gz"
HALVES = ("dev", "test")
_TRUTH = re.compile(r'\sdata-truth="[^"]*"')
_UNSEEN = {"script", "style", "title", "noscript", "template", "head"}


@dataclass(frozen=True)
class Marked:
    """One text or page with what is known of it."""

    name: str
    group: Literal["texts", "pages"]
    half: str
    given: str
    """What a system reads: the record as JSON, or the page without its marks."""
    whole: str
    """Everything that a reader of it sees."""
    article: str
    """The part of `whole` that is the article's own, in its order."""


def texts() -> Iterator[Marked]:
    """The real articles with marks. Raises UsageError where ONRECORD_DATA hasn't them, or has another text of one."""
    rows = {row["url"]: row for row in records(NEWS)}
    for line in (HERE / "marks.jsonl").read_text("utf-8").splitlines():
        mark = json.loads(line)
        row = rows.get(mark["url"])
        if row is None or hashlib.sha256(row["text"].encode()).hexdigest() != mark["sha256"]:
            raise UsageError(f"{NEWS} has another text of {mark['url']} than the one that was marked.")
        own = without_ranges(row["text"], mark["furniture"])
        yield Marked(mark["url"], "texts", mark["half"], json.dumps(row), row["text"], own)


def without_ranges(text: str, marks: list[tuple[int, int, str]]) -> str:
    """`text` without the stretches `[start, end)`."""
    parts, last = [], 0
    for start, end, _ in sorted(marks):
        parts.append(text[last:start])
        last = end
    return "".join([*parts, text[last:]])


def pages() -> Iterator[Marked]:
    """The pages made for this, every second one of the test half."""
    for at, path in enumerate(sorted((HERE / "pages").glob("*.html"))):
        yield page(path.stem, HALVES[at % 2], path.read_text("utf-8"))


def page(name: str, half: str, marked: str) -> Marked:
    """A page whose elements say in `data-truth` what they are."""
    from lxml import html

    seen = list(_seen(html.document_fromstring(marked), "page"))
    own = "\n".join(text for text, truth in seen if truth == "article")
    return Marked(name, "pages", half, _TRUTH.sub("", marked), "\n".join(text for text, _ in seen), own)


def _seen(element: Any, truth: str) -> Iterator[tuple[str, str]]:
    """(text, truth) of every visible text in an element, its tail left to its parent."""
    if not isinstance(element.tag, str) or element.tag in _UNSEEN:
        return
    truth = element.get("data-truth", truth)
    if element.text and element.text.strip():
        yield element.text.strip(), truth
    for child in element:
        yield from _seen(child, truth)
        if child.tail and child.tail.strip():
            yield child.tail.strip(), truth
