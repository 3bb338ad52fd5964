"""Questions made by code from reported speech: «What did Keller say about the bridge?» What people ask of news most.

A sentence in which somebody says something answers for the one who says it and for what it names; the same question about
another speaker, or about something that the sentence doesn't name, is not answered by it.
"""

from __future__ import annotations

import random
import re
from collections.abc import Iterator
from dataclasses import dataclass

from assistant.attribution import speaker
from eval.data import is_taken, is_test, records
from eval.training.examples import Example, Unit, untokenized
from index import split_sentences, terms

DRAWS = 2
"""Questions made from each saying."""
NEIGHBOURS = (0, 2)
"""Sentences of the same text before and behind, as passages have."""
_ABOUT = ("What did {who} say about {what}?", "What did {who} say about {what}?", "What does {who} say about {what}?",
          "How did {who} comment on {what}?", "What is {who} quoted as saying about {what}?",
          "What does {who} think of {what}?", "What did {who} tell reporters about {what}?")  # fmt: skip
_ALONE = ("What did {who} say?", "What does {who} say?", "What has {who} said?")
_SPEAKER = re.compile(
    r"^(?:(?:[Tt]he )?[a-z]+(?: [a-z]+){0,3}|"
    r"(?:(?:[Tt]he )?(?:[a-z]+ ){0,3})?[A-ZÀ-Þ][\w’'.-]{2,}(?: [A-ZÀ-Þ][\w’'.-]+){0,3})$"
)
_QUOTED = re.compile(r"[“\"]([^“”\"]{20,})[”\"]")
_THAT = re.compile(
    r"\b(?:said|says|stated|states|announce[ds]|warn(?:ed|s)|argue[ds]|insist(?:ed|s)|claim(?:ed|s)|add(?:ed|s)|confirm(?:ed|s)|"
    r"den(?:ied|ies)|suggest(?:ed|s)|acknowledge[ds]|(?:told|tells) [\w ]{3,30}?)(?: \w+day)? (?:that )?(.{25,}?)[.]?$"
)


@dataclass(frozen=True)
class Saying:
    """Somebody says something, in a sentence of a text."""

    who: str
    what: tuple[str, ...]
    """Words that the sentence names outside who says it, rarest kinds first: names, then nouns."""
    text: str
    start: int
    end: int
    span: tuple[int, int]
    """The words said."""


def sayings(rng: random.Random, testing: bool) -> Iterator[Unit]:
    """Units of a question with the sentence that answers it among others, and with one that doesn't."""
    found = [one for text in _texts(testing) for one in found_in(text)]
    by_speaker: dict[str, list[Saying]] = {}
    for one in found:
        by_speaker.setdefault(one.who, []).append(one)
    drawn = found * DRAWS
    rng.shuffle(drawn)
    for one in drawn:
        about = rng.choice(one.what) if one.what else None
        template = rng.choice(_ABOUT) if about and rng.random() < 0.85 else rng.choice(_ALONE)
        question = template.format(who=_lowered(one.who), what=about)
        if is_test(question) != testing:
            continue
        passage, shift = _among(rng, one)
        positive = Example(question, passage, "", 1.0, (one.span[0] + shift, one.span[1] + shift))
        yield (positive, *_lacking(rng, one, question, about, template, found, by_speaker))


def _lacking(
    rng: random.Random, one: Saying, question: str, about: str | None, template: str, found: list[Saying],
    by_speaker: dict[str, list[Saying]],
) -> Iterator[Example]:  # fmt: skip
    """The same speaker on something else; somebody else; or the same text about what nobody in it speaks of."""
    kind = rng.random()
    other = rng.choice(found)
    if about and kind < 0.35:
        same = [saying for saying in by_speaker[one.who] if about.casefold() not in saying.text.casefold()]
        if same:
            other = rng.choice(same)
        if about.casefold() not in other.text.casefold():
            yield Example(question, _among(rng, other)[0], "", 0.0)
    elif kind < 0.75 and other.who.split()[-1] not in one.text:
        asked = template.format(who=_lowered(other.who), what=about)  # the right words, another speaker
        yield Example(asked, _among(rng, one)[0], "", 0.0)
    elif other.what and other.what[0].casefold() not in one.text.casefold():
        asked = rng.choice(_ABOUT).format(who=_lowered(one.who), what=other.what[0])
        yield Example(asked, _among(rng, one)[0], "", 0.0)


def _among(rng: random.Random, one: Saying) -> tuple[str, int]:
    """The sentence with neighbours of its own text, and by how much its offsets move."""
    bounds = split_sentences(one.text)
    at = next(number for number, (start, _) in enumerate(bounds) if start == one.start)
    first, last = max(0, at - rng.randint(*NEIGHBOURS)), min(len(bounds) - 1, at + rng.randint(*NEIGHBOURS))
    return one.text[bounds[first][0] : bounds[last][1]], -bounds[first][0]


def found_in(text: str) -> Iterator[Saying]:
    """The sentences of a text in which somebody says something."""
    for start, end in split_sentences(text):
        sentence = text[start:end]
        who = speaker(sentence)
        if who is None or not _SPEAKER.match(who) or who in ("The", "A") or len(sentence) < 50:
            continue
        match = _QUOTED.search(sentence) or _THAT.search(sentence)
        if match is None:
            continue
        begin, stop = match.span(1)
        yield Saying(who, _named(match[1], who), text, start, end, (start + begin, start + stop))


def _named(words: str, who: str) -> tuple[str, ...]:
    """What the words name: names, else the longest plain words with the word before them where it belongs to them."""
    own = set(terms.content_words(who))
    names = [name for name in re.findall(r"(?<=[a-z,] )[A-ZÀ-Þ][\w’'-]{2,}(?: [A-ZÀ-Þ][\w’'-]+)*", words)
             if not own & set(terms.content_words(name))]  # fmt: skip
    nouns = re.findall(r"\b(?:the|a|an|our|their|his|her|its|this|these|no|any|more) ((?:[a-z]{4,} )?[a-z]{4,})\b", words)
    return tuple(dict.fromkeys([*names, *(f"the {noun}" for noun in nouns if not set(noun.split()) & terms.STOPWORDS)]))


def _lowered(who: str) -> str:
    return who[0].lower() + who[1:] if who.startswith("The ") else who


def _texts(testing: bool) -> Iterator[str]:
    """Texts that may be trained on and that report speech."""
    seen: set[str] = set()
    for row in records("reading/qamr.jsonl.gz"):
        text = untokenized(row["context"])
        if text not in seen and is_test(text) == testing:
            seen.add(text)
            yield text
    for row in records("reading/onestop_qa.jsonl.gz"):
        if row["context"] not in seen and is_test(row["title"]) == testing:
            seen.add(row["context"])
            yield row["context"]
    for name in ("reading/squad.jsonl.gz", "reading/squad_train_subset.jsonl.gz"):
        for row in records(name):
            if row["context"] not in seen and is_taken(row["title"], testing):
                seen.add(row["context"])
                yield row["context"]
    for row in records("news/current_events_2024_2026.jsonl.gz"):
        if is_test(row["text"]) == testing:
            yield re.sub(r"\s+", " ", row["text"]).strip()
