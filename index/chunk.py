"""Chunking: an article's sentences packed into passages that the embedding model reads whole."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from index.records import Metadata, Passage
from index.sentences import sentences

CountTokens = Callable[[Sequence[str]], list[int]]

SPECIAL_TOKENS = 2
"""[CLS] and [SEP], which every BERT-like model adds."""
PASSAGE_TOKENS = 192
"""Prefix included. With BM25 alone on 4,656 news articles, 96, 140 and 190 differ by less than the interval in the
answers found among the first 900 words (.81 .81 .84 without titles); a prefix is embedded again with every passage, which
costs a quarter of the work at 96 and a tenth at 192."""
MAX_PREFIX_WORDS = 24
"""Of the title in the prefix; the longest 1 % of headlines are cut."""


def chunk(
    text: str, seams: tuple[int, ...], metadata: Metadata, count_tokens: CountTokens, max_tokens: int
) -> list[Passage]:
    """Passages that cover every sentence of `text` once, in order.

    Passage and prefix together have at most `max_tokens` tokens, and no more than PASSAGE_TOKENS. An article's
    passages are of about the same length, so that none is a last line alone, and break at paragraphs where that
    costs little.
    """
    max_tokens = min(max_tokens, PASSAGE_TOKENS)
    prefix = _shortened(prefix_of(metadata), count_tokens, max_tokens // 3)
    budget = max_tokens - SPECIAL_TOKENS - (count_tokens([prefix])[0] if prefix else 0)
    spans = sentences(text, seams)
    sizes = count_tokens([text[start:end] for start, end in spans])
    pieces: list[tuple[int, int, int]] = []
    for (start, end), size in zip(spans, sizes, strict=True):
        pieces += [(start, end, size)] if size <= budget else _divided(text, start, end, size, budget, count_tokens)
    groups = _packed(text, pieces, budget)
    return [Passage(group[0][0], group[-1][1], prefix) for group in groups]


def prefix_of(metadata: Metadata) -> str:
    """«Headline. Source, 2025-02-14.», as far as known: it tells passages of the same words apart."""
    words = (metadata.title or "").split()[:MAX_PREFIX_WORDS]
    title = re.sub(r"[.\s]+$", "", " ".join(words))
    origin = ", ".join(filter(None, (metadata.source, (metadata.published or "")[:10])))
    return " ".join(f"{part[:200]}." for part in (title, origin) if part)


def _shortened(prefix: str, count_tokens: CountTokens, limit: int) -> str:
    """A prefix of at most `limit` tokens: a title in a script that the model spells letter by letter is cut."""
    while prefix and count_tokens([prefix])[0] > limit:
        prefix = prefix[: len(prefix) * 3 // 4]
    return prefix


def _packed(text: str, pieces: list[tuple[int, int, int]], budget: int) -> list[list[tuple[int, int, int]]]:
    total = sum(size for *_, size in pieces)
    wanted = -(-total // budget) if total else 1
    target = min(budget, total / wanted * 1.05)
    groups: list[list[tuple[int, int, int]]] = []
    filled = 0
    for piece in pieces:
        paragraph = bool(groups) and "\n" in text[groups[-1][-1][1] : piece[0]]
        full = filled + piece[2] > budget or filled >= target or (paragraph and filled + piece[2] / 2 > target)
        if not groups or full:
            groups.append([])
            filled = 0
        groups[-1].append(piece)
        filled += piece[2]
    return groups


def _divided(
    text: str, start: int, end: int, size: int, budget: int, count_tokens: CountTokens
) -> list[tuple[int, int, int]]:
    """A sentence too long for the model, halved at spaces (or anywhere, without them) until each part fits."""
    if size <= budget or end - start <= 1:
        return [(start, end, min(size, budget))]
    middle = (start + end) // 2
    space = text.rfind(" ", start + 1, middle)
    at = space if space > start + (end - start) // 4 else middle
    parts: list[tuple[int, int, int]] = []
    for begin, stop in ((start, at), (at, end)):
        while begin < stop and text[begin].isspace():
            begin += 1
        if begin < stop:
            parts += _divided(text, begin, stop, count_tokens([text[begin:stop]])[0], budget, count_tokens)
    return parts
