"""Yes/no questions made of SQuAD's questions and answers: «Who won the cup?», «Ada Marsh» - «Did Ada Marsh win the cup?».

People asked them in their own words of a passage, which claims made of its sentences don't have. With another answer of the
same kind the passage says no; a sentence that only shares the question's words says neither.
"""

from __future__ import annotations

import random
import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

from assistant.answer_types import expected
from assistant.words import HELPER
from eval.training import articles
from eval.training.examples import NEITHER, NO, YES, Unit, windowed
from eval.training.questions import finite
from index import terms

SENTENCE_SHARE = 0.7
"""Of the questions, so many are asked of the sentence with the answer, the others of a window of the passage."""
NEITHER_SHARE = 0.5
"""So many come with a sentence that says neither."""
MAX_ANSWER_WORDS = 6

_SUBJECT = re.compile(rf"(?:who|(?:what|which)(?: [\w’'-]+){{1,4}}?) (?P<helper>{HELPER}) (?P<rest>.+)", re.I)
_ACTS = re.compile(r"(?:who|(?:what|which)(?P<noun>(?: [\w’'-]+){1,4}?)) (?P<verb>[a-z]+)(?P<rest> .+)?", re.I)
_OBJECT = re.compile(r"(?:who|whom|what|which(?: [\w’'-]+){1,3}?) (?P<helper>do|does|did) (?P<rest>.+)", re.I)
_WHEN = re.compile(
    rf"(?:when|(?:in|on) (?:what|which) (?:year|month|day|date)|(?:what|which) year) (?P<helper>{HELPER}) (?P<rest>.+)",
    re.I,
)
_WHERE = re.compile(rf"where (?P<helper>{HELPER}) (?P<rest>.+)", re.I)
_COUNT = re.compile(r"how many (?P<what>[\w’'-]+(?: [\w’'-]+)??) (?P<verb>[\w’'-]+)(?P<rest> .+)?", re.I)
_PLACED = re.compile(
    r"(?:in|on|at|during|after|before|by|since|until|from|near|between|around|under|over|outside|across) ", re.I
)
_YEAR = re.compile(r"(?:(?:early|mid|late)[ -])?(?:[A-Z][a-z]+,? )?\d{3,4}s?")
_DAY = re.compile(r"(?:[A-Z][a-z]+ \d{1,2}(?:st|nd|rd|th)?|\d{1,2}(?:st|nd|rd|th)? [A-Z][a-z]+)(?:,? \d{4})?")
_LEFT_OPEN = frozenset("from to at in on for of with by about into go come move travel".split())
_DETERMINERS = frozenset("the a an this that these those his her its their our my your".split())


def squad(rng: random.Random, testing: bool) -> Iterator[Unit]:
    """Units of one question: with the answer, with another one, and of a sentence that says neither."""
    for article in articles.of_squad(testing):
        kinds = [expected(row["question"]) for row in article.rows]
        for row, kind in zip(article.rows, kinds, strict=True):
            whole = article.whole(row)
            made = whole and as_polar(row["question"], row["answers"][0])
            if not whole or not made:
                continue
            own = (articles.sentence_of(whole) if rng.random() < SENTENCE_SHARE else None) or windowed(rng, whole)
            own = replace(own, span=None)
            unit = [replace(own, question=made, stance=YES)]
            alike = [other for other, known in zip(article.rows, kinds, strict=True) if known == kind]
            if wrong := _another(rng, row, alike):
                unit.append(replace(own, question=wrong, stance=NO))
            others = article.hardest(row["question"], row["answers"])
            if others and rng.random() < NEITHER_SHARE:
                _, text = rng.choice(others[: articles.POOL])
                unit.append(replace(own, question=made, passage=text, relevant=0.0, stance=NEITHER))
            yield tuple(unit)


def _another(rng: random.Random, row: dict[str, Any], alike: Sequence[dict[str, Any]]) -> str | None:
    """The question asked with another answer of the article's, of the same passage if there is one."""
    answer = row["answers"][0]
    own = set(terms.words(answer)) | set(terms.words(row["question"]))
    fitting = [one for one in alike if not own.intersection(terms.words(one["answers"][0]))]
    near = [one for one in fitting if one["context"] == row["context"]] or fitting
    return as_polar(row["question"], rng.choice(near)["answers"][0]) if near else None


def as_polar(question: str, answer: str) -> str | None:
    """The yes/no question that has the answer in the place of the question word; None where the code can't tell how."""
    text = " ".join(question.split()).rstrip("? ")
    answer = answer.strip(" .,")
    if not answer or len(answer.split()) > MAX_ANSWER_WORDS or not re.fullmatch(r"[\w’' .,$£€%&/–-]+", answer):
        return None
    for make in (_when, _where, _how_many, _who, _object):
        if made := make(text, answer):
            return f"{made[:1].upper()}{made[1:]}?"
    return None


def _when(text: str, answer: str) -> str | None:
    found = _WHEN.fullmatch(text)
    if not found or found["rest"].split()[-1].casefold() in _LEFT_OPEN:
        return None
    if _PLACED.match(answer):
        placed = answer
    elif _YEAR.fullmatch(answer):
        placed = f"in the {answer}" if answer[-1] == "s" else f"in {answer}"
    elif _DAY.fullmatch(answer):
        placed = f"on {answer}"
    else:
        return None
    return f"{found['helper'].lower()} {found['rest']} {placed}"


def _where(text: str, answer: str) -> str | None:
    found = _WHERE.fullmatch(text)
    if not found or found["rest"].split()[-1].casefold() in _LEFT_OPEN:
        return None
    if not _PLACED.match(answer):
        answer = f"in {answer}" if answer[0].isupper() or answer.startswith("the ") else ""
    return f"{found['helper'].lower()} {found['rest']} {answer}" if answer else None


def _how_many(text: str, answer: str) -> str | None:
    found = _COUNT.fullmatch(text)
    if not found or not re.search(r"\d|^[a-z]+(?:-[a-z]+)?$", answer) or len(answer.split()) > 2:
        return None
    what, verb, rest = found["what"], found["verb"], found["rest"] or ""
    if verb in ("is", "are", "was", "were") and rest and not re.match(r" (?:there|in)\b", rest):
        return f"{verb} {answer} {what}{rest}"
    if verb in ("do", "does", "did") and _ends_in_verb(rest):
        return f"{verb}{rest} {answer} {what}"
    return _acting(f"{answer} {what}", verb, what.split()[-1], rest)


def _who(text: str, answer: str) -> str | None:
    if (not answer[0].isupper() and not answer.startswith("the ")) or text.split()[-1].casefold() in _LEFT_OPEN:
        return None
    found = _SUBJECT.fullmatch(text)
    if found and found["helper"].lower() not in ("do", "does", "did"):
        return f"{found['helper'].lower()} {answer} {found['rest']}"
    found = _ACTS.fullmatch(text)
    return _acting(answer, found["verb"], (found["noun"] or "who").split()[-1], found["rest"] or "") if found else None


def _object(text: str, answer: str) -> str | None:
    found = _OBJECT.fullmatch(text)
    if not found or not _ends_in_verb(found["rest"]):
        return None
    return f"{found['helper'].lower()} {found['rest']} {answer}"


def _acting(subject: str, verb: str, before: str, rest: str) -> str | None:
    """«Did SUBJECT VERB REST», where the verb is surely a finite one."""
    known = None if re.fullmatch(HELPER, verb) else finite(verb, before)
    return f"{known[0].lower()} {subject} {known[1]}{rest}" if known else None


def _ends_in_verb(text: str) -> bool:
    from lemminflect import getAllLemmas

    *before, word = text.split() or [""]
    noun = bool(before) and before[-1].casefold() in _DETERMINERS
    return not noun and word in getAllLemmas(word, upos="VERB").get("VERB", ())
