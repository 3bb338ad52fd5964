"""What the untrained reader sees of a sentence beside a question: a row of numbers, each with a reason."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from assistant.attribution import QUOTED, SAYS, named_speakers
from assistant.words import DAY, MONTH
from index import Hit, Sentence, terms

FEATURES = (
    "covered",
    "covered_near",
    "covered_passage",
    "covered_rare",
    "uncovered_peak",
    "type_match",
    "sentence_cosine",
    "passage_cosine",
    "rank",
    "length",
)
"""In the order of `Candidate.values`."""

OPENING_CHARS = 400
"""About the first two sentences of an article."""

NUMBER_WORDS = (
    r"(?:one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|(?:thir|four|fif|six|seven|eigh|nine)teen|"
    r"(?:twen|thir|for|fif|six|seven|eigh|nine)ty|dozens?|hundreds?|thousands?|millions?|billions?)"
)
_NUMBER = re.compile(rf"\d|\b(?:{NUMBER_WORDS}|half|twice|third|quarter)\b", re.I)
_TIME = re.compile(
    rf"\b(?:{DAY}|{MONTH}|(?:jan|feb|mar|apr|jun|jul|aug|sept?|oct|nov|dec)\.|(?:19|20)\d\d|today|yesterday|tomorrow|tonight|"
    r"noon|midnight|\d{1,2}(?::\d\d)? ?[ap]\.?m\.?|(?:last|next|this|earlier|later) (?:week|month|year|night|spring|summer|"
    r"autumn|fall|winter)|(?:days?|weeks?|months?|years?|hours?|minutes?) (?:ago|later|earlier|after|before))\b",
    re.I,
)
_DATELINE = re.compile(r"^[A-ZÀ-Þ][A-ZÀ-Þ .'’-]{2,40}(?:,[^—–]{2,30})? ?[—–-]+ ")
SAYING = (
    r"\bwhat(?: \w+){0,2} (?:did|does|do|has|have|had|will|would|was|were|is) .*\b(?:say|says|said|saying|tell|told|thinks?|"
    r"thought|argued?|warn(?:ed)?|promised?|claim(?:ed)?|respond(?:ed)?|announced?|described?|admit(?:ted)?|acknowledged?|"
    r"demand(?:ed)?|suggest(?:ed)?|urged?|predict(?:ed)?|write|wrote)\b|"
    r"\bhow (?:did|does|do|has|have|had) .*\b(?:respond(?:ed)?|react(?:ed)?|described?|comment(?:ed)?|explain(?:ed)?)\b"
)
"""A question for what somebody says."""
SPEAKER = (
    r"\bwho (?:was it that |\w+ly )?(?:said|says|told|described|warned|argued|claimed|predicted|announced|denied|insisted|"
    r"suggested|promised|complained|admitted|wrote|acknowledged|explained|added|vowed|conceded|remarked)\b"
)
"""A question for the one who says something."""
_WHO_SAYS = re.compile(
    r"\b(?:did|does|do|has|have|had|will|would) (?P<who>(?:\S+ ){0,6}?\S+?)(?:['’]s)? (?:say|said|tell|told|think|thought|"
    r"argue|warn|promise|claim|respond|announce|describe|admit|acknowledge|demand|suggest|urge|predict|write|react|comment|explain)",
    re.I,
)
_ASKED = (
    (re.compile(r"\bhow (?:many|much|long|old|far|often|tall|big|high|large|fast|deep|wide|heavy)\b|\bwhat "
                r"(?:percentage|percent|share|number|amount|price|age|rate|proportion)\b", re.I), "number"),
    (re.compile(r"\bwhen\b|\b(?:what|which) (?:year|date|day|month|time|week)\b", re.I), "time"),
    (re.compile(SAYING, re.I), "saying"),
    (re.compile(SPEAKER, re.I), "speaker"),
    (re.compile(r"\bwho(?:m|se)?\b|\bwhere\b|\b(?:what|which) (?:city|town|country|state|company|man|woman|person|team|"
                r"president|minister|actor|singer|place|nation|island|river)\b", re.I), "name"),
)  # fmt: skip


@dataclass(frozen=True)
class Asked:
    """A question, prepared once for all sentences."""

    weights: Mapping[str, float]
    """Inverse document frequency of each content word, summing to 1."""
    keys: Mapping[str, frozenset[str]]
    kind: str | None
    """Expected kind of answer: number, time, name, saying, speaker, or None (Li and Roth 2002 use a finer set)."""
    words: frozenset[str]
    who: frozenset[str] = frozenset()
    """The words that name the one whose sayings are asked for."""


def asked(question: str, content: Sequence[str], frequency: Mapping[str, int], passages: int) -> Asked:
    """`frequency`: in how many of the `passages` each content word stands."""
    # 20 pseudo-passages keep the weights of a pile of two articles from collapsing to zero.
    raw = {word: math.log(1 + (passages + 20) / (frequency.get(word, 0) + 1)) for word in content}
    total = sum(raw.values()) or 1.0
    kind = next((kind for pattern, kind in _ASKED if pattern.search(question)), None)
    return Asked(
        {word: value / total for word, value in raw.items()},
        {word: word_keys(word) for word in content},
        kind,
        frozenset(terms.words(question)),
        _who_says(question) if kind == "saying" else frozenset(),
    )


def _who_says(question: str) -> frozenset[str]:
    found = _WHO_SAYS.search(question)
    return frozenset(terms.content_words(found["who"])) - terms.STOPWORDS if found else frozenset()


def lexical(
    wanted: Asked, hit: Hit, sentences: Sequence[Sentence], topic: frozenset[str], rank: int
) -> Iterator[tuple[Sentence, tuple[float, ...]]]:
    """The features of each sentence of a passage, all but its cosine. Headlines are not evidence and are left out."""
    texts = [hit.text[sentence.start - hit.start : sentence.end - hit.start] for sentence in sentences]
    keys = [text_keys(text) for text in texts]
    whole = frozenset[str]().union(topic, *keys)
    counts = {word: sum(bool(wanted.keys[word] & own) for own in keys) for word in wanted.weights}
    shared = (covered(wanted, whole), uncovered_peak(wanted, whole))
    before: frozenset[str] = frozenset()
    for sentence, text, own in zip(sentences, texts, keys, strict=True):
        if not sentence.heading:
            values = (
                covered(wanted, own), covered(wanted, own | before | topic), shared[0], covered_rare(wanted, own, counts),
                shared[1], type_match(wanted, text), hit.scores.get("dense", 0.0), 1 / (1 + rank),
                math.log(1 + len(text.split())) / 4,
            )  # fmt: skip
            yield sentence, values
        before = own


@lru_cache(maxsize=65536)
def word_keys(word: str) -> frozenset[str]:
    """What a word is matched by: its dictionary forms and their stems («deployment» and «deployed» meet in `deploy`)."""
    found = terms.lemmas(word)
    return found | {terms.stem(form) for form in found}


def text_keys(text: str) -> frozenset[str]:
    """The keys of every word of a text."""
    return frozenset(key for word in terms.words(text) for key in word_keys(word))


def covered(question: Asked, keys: frozenset[str]) -> float:
    """Share of the question's weight whose words stand in a text with these keys, 0..1."""
    return sum(weight for word, weight in question.weights.items() if question.keys[word] & keys)


def covered_rare(question: Asked, keys: frozenset[str], counts: Mapping[str, int]) -> float:
    """As `covered`, with each word worth less the more sentences of the passage hold it (`counts`), 0..1.

    A story names its subject in the first lines and goes on with «she» and «the line»: the words that tell one of its
    sentences from another are those that few of them hold.
    """
    local = {word: weight / (1 + counts.get(word, 0)) for word, weight in question.weights.items()}
    total = sum(local.values()) or 1.0
    return sum(weight for word, weight in local.items() if question.keys[word] & keys) / total


def uncovered_peak(question: Asked, keys: frozenset[str]) -> float:
    """The largest weight of a question word that the text lacks, times the number of words: 1 for an average word."""
    missing = [weight for word, weight in question.weights.items() if not question.keys[word] & keys]
    return max(missing, default=0.0) * len(question.weights)


def type_match(question: Asked, sentence: str) -> float:
    """1 when the sentence holds the expected kind of answer beyond the question's own words, -1 when not, 0 unknown."""
    if question.kind == "number":
        return 1.0 if any(_fresh(question, found) for found in _NUMBER.findall(sentence)) else -1.0
    if question.kind == "time":
        return 1.0 if _TIME.search(sentence) else -1.0
    if question.kind in ("saying", "speaker"):
        return _said(question, sentence)
    sentence = _DATELINE.sub("", sentence)
    if question.kind == "name":
        names = re.findall(r"(?<=[\w,;:’'”\"] )[“\"(]?([A-ZÀ-Þ][\w’'-]+)|^[“\"(]?([A-ZÀ-Þ][\w’'-]+)(?= [A-ZÀ-Þ])", sentence)
        return 1.0 if any(_fresh(question, first or second) for first, second in names) else -1.0
    return 0.0


def _said(question: Asked, sentence: str) -> float:
    """1 when somebody says something whom the question means, or somebody without a name; -1 when only another one does, or
    nobody says anything."""
    named = named_speakers(sentence)
    if named and question.who:
        return 1.0 if any(set(terms.content_words(name)) & question.who for name in named) else -1.0
    return 1.0 if named or QUOTED.search(sentence) or SAYS.search(sentence) else -1.0


def _fresh(question: Asked, word: str) -> bool:
    return not set(terms.words(word)) <= question.words
