"""Questions changed by one name, year or word: what answered them doesn't answer these."""

from __future__ import annotations

import random
import re
from collections.abc import Iterable, Sequence
from functools import lru_cache

from assistant.features import text_keys, word_keys
from index import terms

_NAME = re.compile(r"(?<=[a-z,] )(?:[A-Z][\w’'-]{2,}(?: (?:of |de )?[A-Z][\w’'-]+)*|1\d\d\d|20\d\d)")

_CALENDAR = frozenset(
    "January February March April May June July August September October November December Monday Tuesday Wednesday "
    "Thursday Friday Saturday Sunday".split()
)


def names_of(question: str) -> list[str]:
    """Names and years in a question, in order; its first word is none."""
    return [name for name in _NAME.findall(question) if name not in _CALENDAR]


def swapped(rng: random.Random, question: str, pool: Sequence[str]) -> str | None:
    """The question with one name (or year) in the place of another: what a passage on the first doesn't answer. None
    where there is nothing to change or to take."""
    own = names_of(question)
    if not own:
        return None
    name = rng.choice(own)
    held = question.casefold()
    others = [
        one for one in dict.fromkeys(pool)
        if one[0].isdigit() == name[0].isdigit() and not any(word.casefold() in held for word in one.split())
    ]  # fmt: skip
    return question.replace(name, rng.choice(others), 1) if others else None


class Vocabulary:
    """The words of an article's questions by what they are, for questions that ask of another thing."""

    def __init__(self, questions: Iterable[str]) -> None:
        self._alike: dict[_Reading, list[str]] = {}
        for word in dict.fromkeys(word for question in questions for word in _plain(question)):
            reading = _reading(word)
            if reading:
                self._alike.setdefault(reading, []).append(word)

    def altered(self, rng: random.Random, question: str, passage: str) -> str | None:
        """The question with one word changed for another of its form that the passage doesn't hold: «When was the bridge
        built?» - «When was the church built?». None where there is nothing to change or to take."""
        held = text_keys(f"{question} {passage}")
        choices = []
        for word in _plain(question):
            others = [one for one in self._alike.get(_reading(word), ()) if not held.intersection(word_keys(one))]
            if others:
                choices.append((word, others))
        if not choices:
            return None
        word, others = rng.choice(choices)
        return re.sub(rf"\b{word}\b", rng.choice(others), question, count=1)


_Reading = tuple[str, ...]
_PLAIN = re.compile(r"(?<=\s)[a-z]{4,}\b")
_OPEN = {"NOUN": ("NN", "NNS"), "VERB": ("VB", "VBD", "VBG", "VBN", "VBZ"), "ADJ": ("JJ", "JJR", "JJS")}


def _plain(question: str) -> list[str]:
    """Words in small letters that carry meaning."""
    known = set(terms.content_words(question))
    return [word for word in dict.fromkeys(_PLAIN.findall(question)) if word in known]


@lru_cache(maxsize=65536)
def _reading(word: str) -> _Reading:
    """The forms that a word can be (Penn tags); none when it can be more than one part of speech, or none of the open
    ones."""
    from lemminflect import getAllLemmas, getInflection

    lemmas = getAllLemmas(word)
    if len(lemmas) != 1:
        return ()
    part, known = next(iter(lemmas.items()))
    return tuple(tag for tag in _OPEN.get(part, ()) if any(word in getInflection(lemma, tag) for lemma in known))
