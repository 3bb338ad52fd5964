"""Questions made by code from dated news items (Wikipedia's current events): who, how many, where, and yes or no.

Each comes with a passage of several items that holds the answer, and with one on the same matters that doesn't: the
right names beside a thing that is not reported are what a reader must be silent on.
"""

from __future__ import annotations

import random
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from eval.data import is_test, records
from eval.training.alterations import names_of, swapped
from eval.training.examples import NEITHER, NO, YES, Example, Unit
from index import split_sentences

MAX_CLAUSE_WORDS = 16
NEAREST = 14
"""Items that share most names with an item, of which others are drawn."""
ITEMS = (1, 4)
"""Others in a passage."""
SWAPPED_SHARE = 0.5
"""Of items, so many are also asked about somebody or something else."""
_NUMBER = re.compile(r"^(?:(?:at least|more than|over|nearly|about|some|up to) )?(\d[\d,.]*|two|three|four|five|six|"
                     r"seven|eight|nine|ten|eleven|twelve|dozens of|hundreds of|thousands of)$")  # fmt: skip
_CLAUSE_END = re.compile(
    r",| (?:after|amid|as|and|but|while|when|following|because|who|which|that|where|during|despite|with) "
)
_PEOPLE = re.compile(r"\b(?:president|minister|police|court|judge|leader|mayor|governor|senator|king|queen|singer|actor|"
                     r"player|voters|officials|man|woman|people|troops|militants|gunmen|protesters|lawmakers|pope|general)\b",
                     re.I)  # fmt: skip
_ONES = {"two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9, "ten": 10,
         "eleven": 11, "twelve": 12}  # fmt: skip


Asked = tuple[str, tuple[int, int] | None, int | None, str]


@dataclass(frozen=True)
class Made:
    """A made question with its truth."""

    question: str
    span: tuple[int, int] | None
    stance: int | None
    lacks: str
    """What a passage that doesn't answer must not hold."""


@dataclass(frozen=True)
class Clause:
    """The first clause of an item: «The court | rejects | an appeal by ...»."""

    subject: str
    verb: str
    """As it stands, third person present."""
    lemma: str
    rest: str


def events(rng: random.Random, testing: bool) -> Iterator[Unit]:
    """Units of a question with a passage that answers it and one that doesn't."""
    items = [row for row in records("news/current_events_2024_2026.jsonl.gz") if 40 < len(row["text"]) < 500]
    by_key: dict[str, list[int]] = {}
    for at, row in enumerate(items):
        for key in _keys(row):
            by_key.setdefault(key, []).append(at)
    order = list(range(len(items)))
    rng.shuffle(order)
    for at in order:
        text = _plain(items[at]["text"])
        clause = first_clause(text)
        if clause is None:
            continue
        asked = list(_questions(rng, text, clause))
        if not asked:
            continue
        shared = Counter(other for key in _keys(items[at]) if len(by_key[key]) < 400 for other in by_key[key] if other != at)
        near = [one for one, _ in shared.most_common(NEAREST)]
        found = [_plain(items[one]["text"]) for one in rng.sample(near, min(len(near), 8))]
        for question, span, stance, answer in rng.sample(asked, min(len(asked), 2)):
            if is_test(question) == testing:
                yield _unit(rng, items[at]["topic"] or "", text, found, items, Made(question, span, stance, answer))
        if rng.random() < SWAPPED_SHARE:
            misled = _misleading(rng, text, clause, asked, found)
            if misled and is_test(misled.question) == testing:
                yield (misled,)


def _unit(rng: random.Random, topic: str, text: str, found: list[str], items: list[dict[str, str]], made: Made) -> Unit:
    """The question with a passage that holds the item, and with one of items that share its names."""
    others = [one for one in found if made.lacks.casefold() not in one.casefold() and one != text]
    if len(others) < 2:
        others += [_plain(rng.choice(items)["text"]) for _ in range(2)]
    count = rng.randint(*ITEMS)
    before, behind = _split(rng, others[:count])
    passage = "".join(f"{one} " for one in before)
    span = (made.span[0] + len(passage), made.span[1] + len(passage)) if made.span else None
    passage = f"{passage}{text}" + "".join(f" {one}" for one in behind)
    positive = Example(made.question, passage, topic, 1.0, span, made.stance)
    lacking = " ".join(others[count:] or others)
    return positive, Example(made.question, lacking, "", 0.0, None, NEITHER if made.stance is not None else None)


def _misleading(rng: random.Random, text: str, clause: Clause, asked: Sequence[Asked], found: list[str]) -> Example | None:
    """A question about somebody or something else that the item doesn't report: another name in the place of one of the
    question's, or another one's deed."""
    others = [one for one in found if one != text]
    question, _, stance, _ = rng.choice(asked)
    other: str | None
    if stance == YES and rng.random() < 0.5:
        doers = [one.subject for one in map(first_clause, others) if one]
        doers = [one for one in doers if not set(re.findall(r"[A-Z]\w+", one)) & set(re.findall(r"[A-Z]\w+", text))]
        other = f"Did {rng.choice(doers)} {clause.lemma} {clause.rest}?" if doers else None
    else:
        other = swapped(rng, question, [name for one in others for name in names_of(one) if name not in text])
    if other is None:
        return None
    before, behind = _split(rng, [one for one in others if not set(names_of(other)) & set(names_of(one))][:2])
    passage = " ".join([*before, text, *behind])
    return Example(other, passage, "", 0.0, None, NEITHER if stance is not None else None)


def first_clause(text: str) -> Clause | None:
    """Subject, verb and the rest of the first clause; None where the code can't tell."""
    start, end = split_sentences(text)[0]
    sentence = text[start:end].rstrip(".")
    words = sentence.split(" ")
    for at, word in enumerate(words[1:9], 1):
        if word.endswith(",") or (word.casefold() in ("that", "who", "which") and at):
            return None
        lemma = _third_person(word)
        if lemma and not words[at - 1].endswith(("s", "'s", "’s")):
            subject = " ".join(words[:at])
            if re.search(r"\b(?:of|in|at|by|for|to|and|the|a|an)$", subject, re.I):
                continue
            rest = " ".join(words[at + 1 :])
            cut = _CLAUSE_END.search(f"{rest} ")
            rest = rest[: cut.start()] if cut else rest
            if 2 <= len(rest.split()) <= MAX_CLAUSE_WORDS:
                return Clause(subject, word, lemma, rest)
            return None
    return None


def _questions(rng: random.Random, text: str, clause: Clause) -> Iterator[Asked]:
    """The fields of `Made`, span in `text`."""
    subject, rest = clause.subject, clause.rest
    past = _past(clause.lemma)
    low = subject[:1].lower() + subject[1:] if subject.split()[0] in ("The", "A", "An", "At", "Two", "Three") else subject
    who = "Who" if _PEOPLE.search(subject) or rng.random() < 0.3 else "What"
    where = text.find(subject)
    yield f"{who} {past} {rest}?", (where, where + len(subject)), None, subject
    words = rest.split()
    for at, word in enumerate(words[:-1]):
        if _NUMBER.match(word) and words[at + 1].isalpha() and _is_plural(words[at + 1]):
            noun = words[at + 1]
            left, behind = " ".join(words[:at]), " ".join(words[at + 2 :])
            place = text.find(f"{word} {noun}")
            if place >= 0:
                asked = f"How many {noun} did {low} {clause.lemma} {left} {behind}?"
                yield re.sub(r"\s+", " ", asked).replace(" ?", "?"), (place, place + len(word)), None, f"{word} {noun}"
                other = _other_number(rng, word)
                if other:
                    wrong = f"Did {low} {clause.lemma} {left} {other} {noun} {behind}?"
                    yield re.sub(r"\s+", " ", wrong).replace(" ?", "?"), None, NO, noun
    match = re.search(r" in ((?:the )?[A-Z][\w’'-]+(?:,? [A-Z][\w’'-]+)*)$", f" {rest}")
    if match:
        place = text.find(match[1])
        if place >= 0:
            shorter = rest[: len(rest) - len(match[0])].strip()
            if shorter:
                yield f"Where did {low} {clause.lemma} {shorter}?", (place, place + len(match[1])), None, match[1]
    yield f"Did {low} {clause.lemma} {rest}?", None, YES, rest


def _is_plural(word: str) -> bool:
    return word.islower() and (word == "people" or (word.endswith("s") and len(word) > 3))


def _other_number(rng: random.Random, word: str) -> str | None:
    plain = word.replace(",", "")
    if plain.isdigit():
        value = int(plain)
        return f"{max(2, round(value * rng.choice((0.5, 0.7, 1.5, 2, 3))) + rng.choice((0, 1))):,}"
    if word in _ONES:
        return rng.choice([name for name in _ONES if name != word])
    return None


def _split(rng: random.Random, texts: list[str]) -> tuple[list[str], list[str]]:
    at = rng.randint(0, len(texts))
    return texts[:at], texts[at:]


def _plain(text: str) -> str:
    return re.sub(r"\s+", " ", text).strip()


def _keys(row: dict[str, str]) -> list[str]:
    """What two items on the same matter share: the topic, the names."""
    topic = [f"topic:{row['topic']}"] if row.get("topic") else []
    return [*topic, *sorted(set(re.findall(r"[A-Z][\w’'-]{4,}", row["text"])))]


@lru_cache(maxsize=65536)
def _third_person(word: str) -> str | None:
    if not word.isalpha() or not word.islower() or not word.endswith("s") or word in _NOT_NEWS:
        return None
    from lemminflect import getAllLemmas, getInflection

    nouns = getAllLemmas(word, upos="NOUN").get("NOUN", ())
    lemma: str
    for lemma in getAllLemmas(word, upos="VERB").get("VERB", ()):
        if word in getInflection(lemma, "VBZ") and (not nouns or lemma in _NEWS_VERBS):
            return lemma
    return None


@lru_cache(maxsize=65536)
def _past(lemma: str) -> str:
    from lemminflect import getInflection

    found: str = getInflection(lemma, "VBD")[0]
    return found


_NOT_NEWS = ("is", "says", "has", "does", "was", "as", "its", "this")
_NEWS_VERBS = frozenset(
    "approve arrest attack accuse ban block call cancel capture charge claim close condemn confirm control crash cut "
    "declare defeat demand deny deploy elect evacuate fire hit hold impose issue kill launch lift name open order pass plan "
    "pledge raid reach recall reject release report resign resume return rule sanction say seize sentence shoot sign stop "
    "strike sue support suspend target test threaten vote vow win withdraw urge visit injure defend beat face increase "
    "move request result sink state storm".split()
)
"""Verbs whose third person is also a plural noun; news items open with the verb far oftener."""
