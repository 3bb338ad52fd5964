"""Claims turned into yes/no questions by code: «The council rejected the plan.» -> «Did the council reject the plan?»"""

from __future__ import annotations

import re
from functools import lru_cache

_INVERTED = frozenset("is are was were has have had can could will would shall should may might must".split())
_DO = frozenset({"do", "does", "did"})
_HAVE = {"has": "Does", "have": "Do", "had": "Did"}
_PRONOUN = frozenset("he she it they we i you there this that these those the a an his her their its".split())
_NO_SUBJECT = re.compile(r"the|a|an|of|in|on|at|to|for|by|with|from")
_NEGATED = re.compile(r"n['’]t\b|\b(?:not|never|no|nobody|none|neither|nor|nothing|no one|cannot)\b", re.I)
_BREAKS = frozenset("who whom whose which that where when while because although though if and but or".split())


def as_question(claim: str) -> str | None:
    """The question that the claim answers with yes; None where the code can't tell subject from predicate."""
    text = claim.strip().rstrip(".!? ")
    words = text.split()
    if not 3 <= len(words) <= 30 or "?" in text or ";" in text:
        return None
    if _NEGATED.search(text):  # a negated claim has no question that it answers with a plain yes
        return None
    for at, word in enumerate(words[:9]):
        low = word.casefold()
        if low in _BREAKS and at:
            return None
        if at and low in _INVERTED | _DO:
            if at + 1 == len(words) or low in _DO:
                return None
            rest = " ".join(words[at + 1 :])
            if low in _HAVE and not _is_participle(words[at + 1]):
                return f"{_HAVE[low]} {_lowered(words[:at])} have {rest}?"
            return f"{low.capitalize()} {_lowered(words[:at])} {rest}?" if rest else None
        if at and (found := finite(word, words[at - 1])) is not None:
            helper, lemma = found
            rest = " ".join([lemma, *words[at + 1 :]])
            return f"{helper} {_lowered(words[:at])} {rest}?"
    return None


def _lowered(subject: list[str]) -> str:
    first = subject[0]
    if first.casefold() in _PRONOUN and first != "I":
        first = first.casefold()
    return " ".join([first, *subject[1:]])


def _is_participle(word: str) -> bool:
    from lemminflect import getAllLemmas, getInflection

    lemmas = getAllLemmas(word, upos="VERB").get("VERB", ())
    return any(word in getInflection(lemma, "VBN") for lemma in lemmas)


@lru_cache(maxsize=65536)
def finite(word: str, before: str) -> tuple[str, str] | None:
    """The helper verb and the base form when `word` is surely a finite verb: a past form that can't be a noun, or a
    third person behind a singular name or noun."""
    if not word.isalpha() or not word.islower() or _NO_SUBJECT.fullmatch(before.casefold()):
        return None
    from lemminflect import getAllLemmas, getInflection

    lemmas = getAllLemmas(word, upos="VERB").get("VERB", ())
    nouns = getAllLemmas(word, upos="NOUN").get("NOUN", ())
    adjectives = getAllLemmas(word, upos="ADJ").get("ADJ", ())
    for lemma in lemmas:
        if word in getInflection(lemma, "VBD") and word != lemma and word not in adjectives and word not in nouns:
            return "Did", lemma
        if word in getInflection(lemma, "VBZ") and not before.casefold().endswith("s") and not nouns:
            return "Does", lemma
    return None
