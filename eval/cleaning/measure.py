"""What a system keeps of a marked text, compared with what is the article's own."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

import numpy as np

from eval.cleaning.marked import Marked
from eval.intervals import Estimate, estimate
from index import ReadError, clean, formats


@dataclass(frozen=True)
class Kept:
    """Sizes in characters that are not spaces."""

    kept: int
    article: int
    both: int
    furniture: int
    """Of the whole text, without the article."""
    strange: tuple[str, ...]
    """Stretches that were kept and are not the article's."""
    lost: tuple[str, ...]


System = Callable[[Marked], str]


def ours(marked: Marked) -> str:
    """As `add` reads and cleans it."""
    reader = formats.read_html if marked.group == "pages" else formats.read_jsonl
    raw = next(iter(reader(marked.given)))
    assert isinstance(raw, formats.Raw)
    cleaned = clean.clean(raw.body, raw.metadata)
    return _titled(raw.metadata.title, cleaned.text) if marked.group == "pages" else cleaned.text


def trafilatura_alone(marked: Marked) -> str:
    """What trafilatura extracts with its own defaults, for pages."""
    import trafilatura

    found = trafilatura.bare_extraction(marked.given, with_metadata=True, include_comments=False)
    fields = found.as_dict() if found else {}
    return _titled(fields.get("title"), fields.get("text") or "")


def nothing(marked: Marked) -> str:
    """No cleaning: all that is seen."""
    return marked.whole


SYSTEMS: dict[str, dict[str, System]] = {
    "texts": {"On Record": ours, "no cleaning": nothing},
    "pages": {"On Record": ours, "trafilatura alone": trafilatura_alone, "no cleaning": nothing},
}


def _titled(title: str | None, body: str) -> str:
    """A headline that is given apart counts as kept."""
    return body if not title or body.lstrip().startswith(title) else f"{title}\n\n{body}"


def measured(system: System, marked: Marked) -> Kept:
    """One text under one system. A page that it finds no article in keeps nothing."""
    try:
        text = system(marked)
    except ReadError:
        text = ""
    return compared(text, marked.article, marked.whole)


def compared(kept: str, article: str, whole: str) -> Kept:
    """Words and marks of both texts in their longest common runs (Ratcliff and Metzener 1988), counted by characters."""
    one, other = _tokens(kept), _tokens(article)
    blocks = SequenceMatcher(None, one, other, autojunk=False).get_matching_blocks()
    both = sum(_chars(one[block.a : block.a + block.size]) for block in blocks)
    strange = _between(one, [(block.a, block.size) for block in blocks])
    lost = _between(other, [(block.b, block.size) for block in blocks])
    return Kept(_chars(one), _chars(other), both, max(0, _chars(_tokens(whole)) - _chars(other)), strange, lost)


def _tokens(text: str) -> list[str]:
    return re.findall(r"\w+|[^\w\s]", text)


def _chars(tokens: Sequence[str]) -> int:
    return sum(map(len, tokens))


def _between(tokens: Sequence[str], blocks: Sequence[tuple[int, int]]) -> tuple[str, ...]:
    gaps, last = [], 0
    for start, size in blocks:
        gaps.append(" ".join(tokens[last:start]))
        last = start + size
    return tuple(gap for gap in gaps if gap)


def micro(rows: Sequence[Kept], part: str, whole: str) -> Estimate | None:
    """One sum over another, over all texts; texts are drawn anew for the interval."""
    above = np.array([getattr(row, part) for row in rows], dtype=np.float64)
    below = np.array([getattr(row, whole) for row in rows], dtype=np.float64)
    return estimate(len(rows), lambda at: float(above[at].sum() / below[at].sum()) if below[at].sum() else None)


def macro(rows: Sequence[Kept], part: str, whole: str) -> Estimate | None:
    """The mean over texts; one that has none of `whole` has no score."""
    shares = np.array([getattr(row, part) / getattr(row, whole) for row in rows if getattr(row, whole)], dtype=np.float64)
    return estimate(len(shares), lambda at: float(shares[at].mean()))
