"""The short answer: the words of a span, as they are given without their sentence."""

from __future__ import annotations

import re

from assistant.answer_types import fits
from assistant.features import NUMBER_WORDS
from assistant.reader import Evidence
from assistant.spans import NO_NAME
from index import Hit, terms

_BARE_NUMBER = re.compile(rf"(?:^|\s)(?:\d[\d,.]*|{NUMBER_WORDS})$", re.I)
_CONTRAST = re.compile(r"(?<=\w),? (?:and )?(?:not|rather than|instead of) [^;]{1,60}$")
"""«$340,000 a year, not $480,000»: what it is not, is no part of the answer."""
_COUNTED = re.compile(r" ([a-z][a-z-]{2,})\b")
COUNTED_WORDS = 3
"""Within which the plural is looked for that a number counts: «3,300 flight attendants»."""
_NUMBERED = re.compile(r"\b([A-ZÀ-Þ][\w’'-]*) $")


def quoted(hit: Hit, evidence: Evidence) -> str:
    """The words of a piece of evidence."""
    return hit.text[evidence.start - hit.start : evidence.end - hit.start]


def fitting(kind: str | None, hit: Hit, evidence: Evidence) -> bool:
    """Whether the span is an answer of a kind."""
    if evidence.span is None:
        return False
    return fits(kind, span_of(hit, evidence), hit.text[: evidence.span[0] - hit.start]) > 0


def names_something(span: str) -> bool:
    """Whether a span holds a name, a number, a noun or an adjective: «remained» answers nothing by itself."""
    from lemminflect import getAllLemmas

    for word in re.findall(r"[\w’'-]+", span):
        if word[0].isupper() or any(char.isdigit() for char in word):
            return True
        if word.casefold() in terms.STOPWORDS:
            continue
        kinds = getAllLemmas(word.casefold())
        if not kinds or kinds.keys() & {"NOUN", "ADJ", "PROPN", "NUM"}:
            return True
    return False


def span_of(hit: Hit, evidence: Evidence) -> str:
    """The span's words; a bare number with what it counts, or with the name that it is part of («Category 3»)."""
    assert evidence.span is not None
    start, end = evidence.span[0] - hit.start, evidence.span[1] - hit.start
    if contrast := _CONTRAST.search(hit.text[start:end]):
        end = start + contrast.start()
    text = hit.text[start:end]
    if not _BARE_NUMBER.search(text):
        return text
    named = _NUMBERED.search(hit.text[evidence.start - hit.start : start])
    if named and text.isdigit() and named[1].casefold() not in terms.STOPWORDS and not NO_NAME.match(named[1]):
        return f"{named[1]} {text}"
    return text + _counted(hit.text[end : evidence.end - hit.start])


def _counted(behind: str) -> str:
    """What a number counts, from the text behind it: « miles», « flight attendants»; empty where nothing is counted."""
    words: list[str] = []
    end = 0
    while len(words) < COUNTED_WORDS and (found := _COUNTED.match(behind, end)) and found[1] not in terms.STOPWORDS:
        words.append(found[1])
        end = found.end()
    plural = next((at for at, word in enumerate(words) if _is_plural(word)), 0)
    return "".join(f" {word}" for word in words[: plural + 1])


def _is_plural(word: str) -> bool:
    from lemminflect import getAllLemmas

    return word == "people" or any(lemma != word for lemma in getAllLemmas(word, upos="NOUN").get("NOUN", ()))
