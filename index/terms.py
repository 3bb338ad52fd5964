"""The content words of a question, and the full-text expression that looks for them."""

from __future__ import annotations

import re
import threading
import unicodedata
from functools import lru_cache

from snowballstemmer import stemmer

# Function words of English, and the words that only make a sentence a question.
STOPWORDS = frozenset(
    "a an the this that these those and or but nor so if then than as at by for from in into of off on onto out over to "
    "up upon with within without about after again against all also am any are aren be because been before being "
    "between both can cannot could couldn did didn do does doesn doing don down during each ever few further get got had hadn has hasn "
    "have haven having he her here hers herself him himself his how i in is isn it its itself just let ll me more most "
    "much must my myself no not now only other our ours ourselves own per re s same shall shan she should shouldn "
    "some such t their theirs them themselves there they through too under until ve very was wasn we were weren what "
    "when where which while who whom whose why will won would wouldn yet you your yours yourself yourselves may might "
    "d m many long according say says said tell told does".split()
)
_WORD = re.compile(r"\d+(?:[.,]\d+)*|(?:[^\W\d_]\.){2,}|[^\W_]+(?:['’][^\W_]+)*")


def words(text: str) -> list[str]:
    """The words of `text` in order, without case, marks of possession and accents: «U.S.» is one word, `us`."""
    return [fold(match.group()) for match in _WORD.finditer(text)]


@lru_cache(maxsize=65536)
def fold(word: str) -> str:
    """One word for comparing."""
    low = word.casefold().replace("’", "'").replace(".", "") if not word[0].isdigit() else word.casefold()
    low = re.sub(r"'s$|'$", "", low)
    if low.isascii():
        return low
    return "".join(char for char in unicodedata.normalize("NFKD", low) if not unicodedata.combining(char))


def content_words(text: str) -> list[str]:
    """The words that carry the meaning of a question, each once; all its words when nothing else is left.

    «US» in capitals and «U.S.» are the country, not the pronoun.
    """
    found = dict.fromkeys(
        fold(match.group())
        for match in _WORD.finditer(text)
        if fold(match.group()) not in STOPWORDS and not (fold(match.group()) == "us" and match.group() == "us")
    )
    return list(found) or list(dict.fromkeys(words(text)))


_local = threading.local()


@lru_cache(maxsize=65536)
def stem(word: str) -> str:
    """The word's stem (Porter 1980), as the full-text index makes it."""
    found = getattr(_local, "stemmer", None)
    if found is None:  # one a thread: a stemmer keeps the word it works on in itself
        found = _local.stemmer = stemmer("porter")
    return str(found.stemWord(word))


@lru_cache(maxsize=65536)
def lemmas(word: str) -> frozenset[str]:
    """The dictionary forms of a word, itself included: `met` -> {met, meet}."""
    return frozenset({word, *_lemmas_by_dictionary(word)})


@lru_cache(maxsize=16384)
def forms(word: str) -> tuple[str, ...]:
    """The word with its inflections (`meet` -> meet, meets, met, meeting), the word first."""
    if not word.isalpha() or not word.isascii() or len(word) < 3:
        return (word,)
    from lemminflect import getAllInflections

    found = {
        form.lower()
        for lemma in lemmas(word)
        for inflected in getAllInflections(lemma).values()
        for form in inflected
        if form.isalpha()
    }
    return (word, *sorted(found - {word}))


def match_expression(question: str) -> str:
    """An FTS5 expression that finds any content word of `question` in any of its forms; '' without any word."""
    content = content_words(question)
    # The full-text index stems by itself: one form a stem, or a verb's five forms would each count as a match.
    by_stem: dict[str, str] = {}
    for word in content:
        for form in forms(word):
            by_stem.setdefault(stem(form), form)
    groups = [f'"{form}"' for form in by_stem.values()]
    if "us" in content:
        groups.append('"u s"')  # the tokenizer writes U.S. as two words
    return " OR ".join(groups)


def _lemmas_by_dictionary(word: str) -> set[str]:
    if not word.isalpha() or not word.isascii() or len(word) < 3:
        return set()
    from lemminflect import getAllLemmas

    return {lemma.lower() for found in getAllLemmas(word).values() for lemma in found}
