"""Who says a quoted sentence, and when: only where the sentence itself says so."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date, timedelta

from assistant.words import BODY_OR_PLACE, DAY, DAYS, MONTH, MONTHS

_VERBS = (
    "said|says|told|tells|stated|states|added|adds|wrote|writes|announced|announces|declared|declares|insisted|insists|"
    "warned|warns|argued|argues|acknowledged|acknowledges|admitted|admits|conceded|concedes|replied|confirmed|confirms|"
    "denied|denies|explained|explains|noted|notes|claimed|claims|suggested|suggests|vowed|promised|promises|testified|posted|"
    "tweeted|asked|continued|called|maintained|maintains|remarked|reported|reports"
)
SAYS = re.compile(rf"\b(?:{_VERBS})\b")
"""A verb of saying."""
QUOTED = re.compile(r"[“”\"]")
"""Words of somebody else."""
_QUOTE_END = r"[,.?!]?[”\"»]"
_AFTER = re.compile(rf"{_QUOTE_END}(?:,)? (?P<who>(?:the |an? |[A-ZÀ-Þ])[^“”\",;:]{{1,70}}?),? (?:{_VERBS})\b")
_BEHIND = re.compile(
    rf"{_QUOTE_END}(?:,)? (?:{_VERBS}) (?P<who>(?:the |an? |[A-ZÀ-Þ])[^“”\";:]{{1,60}}?)"
    r"(?=[,.;]| (?:on|in|at|to|during|after|of)\b|$)"
)
_BEFORE = re.compile(rf"^(?P<who>(?:The |An? )?[A-ZÀ-Þ][^“”\",;:]{{1,60}}?)(?:, [^“”\",]{{2,60}},)? (?:{_VERBS})\b")
_WHEN = re.compile(
    r"^(?:(?:[\w-]+ ){0,4}(?:later|afterwards)|(?:[\w-]+ ){1,4}(?:earlier|ago|before)|(?:yester|to)day|then|still|also|"
    r"meanwhile|however|(?:on|late on|early on) \w+day(?: (?:morning|afternoon|evening|night))?),? (?=[A-ZÀ-Þ]|the |an? )",
    re.I,
)
"""What may stand before the one who speaks: «Hours later President ...»."""
_TRAILING = re.compile(r" (?:later|earlier|also|then|still|repeatedly|recently|reportedly|again|already|once|first)$")
_PREPOSITION = re.compile(r"^(?:before|after|during|in|at|for|with|under|despite|following|since|by|from)\b", re.I)
_LAST_NAME = re.compile(r"(?<= )[A-ZÀ-Þ][\w’'.-]*(?: [A-ZÀ-Þ][\w’'.-]*)+$")
_PRONOUN = re.compile(
    r"^(?:he|she|they|it|we|i|you|this|that|there|which|who|what|one|some|many|others|but|and|as|in|on|at|when|if)\b", re.I
)
_SAID_DAY = re.compile(rf"\b(?:{_VERBS})\b[^“”\".;]{{0,60}}?\b(?:on |late |early )?(?P<day>{DAY}|yesterday|today)\b")
_DATED = re.compile(
    rf"\b(?:{_VERBS})\b[^“”\".;]{{0,60}}?\bon (?P<month>{MONTH}) (?P<number>\d{{1,2}})"
    r"(?:, (?P<year>\d{4}))?\b"
)
_ON_DAY = re.compile(rf"^(?:On|Late on|Early on) (?P<day>{DAY})\b,?")


def speaker(sentence: str) -> str | None:
    """The name or office that the sentence says speaks; None when it names none (a pronoun is none)."""
    for pattern in (_BEHIND, _AFTER, _BEFORE):
        match = pattern.search(sentence)
        if match is None:
            continue
        who = _TRAILING.sub("", _WHEN.sub("", match["who"].strip(" ,")))
        if _PREPOSITION.match(who):
            named = _LAST_NAME.search(who)
            if named is None:
                continue
            who = named[0]
        if pattern is _BEFORE and "“" in sentence[: match.start("who")]:
            continue
        if not _PRONOUN.match(who) and len(who.split()) <= 9:
            return who
    return None


def said_on(sentence: str, published: str | None) -> str | None:
    """The day on which the sentence says it was said: ISO when the article's own day resolves it, else the words."""
    match = _DATED.search(sentence)
    if match:
        year = match["year"] or (published[:4] if published else None)
        words = f"{match['month']} {match['number']}"
        if year is None:
            return words
        try:
            found = date(int(year), MONTHS.index(match["month"]) + 1, int(match["number"]))
        except ValueError:
            return words
        if not match["year"] and published and found > date.fromisoformat(published[:10]):
            found = found.replace(year=found.year - 1)
        return found.isoformat()
    match = _SAID_DAY.search(sentence) or _ON_DAY.search(sentence)
    return resolved(match["day"], published) if match else None


def resolved(day: str, published: str | None) -> str:
    """A day's name as the last such day up to `published`, ISO; the word itself when the article's day is unknown."""
    if not published:
        return day
    today = date.fromisoformat(published[:10])
    if day in DAYS:
        return (today - timedelta(days=(today.weekday() - DAYS.index(day)) % 7)).isoformat()
    return (today - timedelta(days=day == "yesterday")).isoformat()


_TELLS = re.compile(rf"\b([A-ZÀ-Þ][\w’'.-]+(?: [A-ZÀ-Þ][\w’'.-]+)*),? (?:{_VERBS})\b")


def named_speakers(sentence: str) -> list[str]:
    """Everybody whom the sentence names as saying something."""
    return [*tellers(sentence), *filter(None, (speaker(sentence),))]


def is_told(sentence: str) -> bool:
    """Whether a sentence is somebody's statement: quoted, or said by somebody whom it names."""
    return bool(QUOTED.search(sentence) or named_speakers(sentence))


def tellers(sentence: str) -> list[str]:
    """Every name that the sentence says says something, wherever it stands; «Officials said» names nobody."""
    from lemminflect import getAllLemmas

    found = [_TRAILING.sub("", name) for name in _TELLS.findall(sentence)]
    return [name for name in found if " " in name or not getAllLemmas(name.lower(), upos="NOUN")]


_SHE_SAYS = re.compile(rf"^[“\"]?(?:He|She)\b|\b(?:he|she) (?:\w+ )?(?:{_VERBS})\b|{_QUOTE_END},? (?:{_VERBS}) (?:he|she)\b")
MAX_BACK = 3
"""Sentences before «he said» in which he is looked for."""


def sayer(quote: str, before: Sequence[str]) -> tuple[str, int] | None:
    """Who says a quote, and how many sentences before it the name stands (0: in it).

    `before` are the sentences in front of it, nearest last. «He said» is the speaker of the nearest sentence that names one,
    or the only person in it by a name of two words or more; None where several are, or who speaks isn't told.
    """
    if who := speaker(quote):
        return who, 0
    if not _SHE_SAYS.search(quote):
        return None
    for back, sentence in enumerate(reversed(before[-MAX_BACK:]), 1):
        if who := speaker(sentence):
            return who, back
        if people := _people(sentence):
            only = _only(people)
            return (only, back) if only else None
    return None


def _people(sentence: str) -> list[str]:
    """The runs of two or more capitalised words that are no body or place, by their words or by «in» before them."""
    runs = [found for found in _RUN.finditer(sentence) if not _AT.search(sentence[: found.start()])]
    names = (found.group().removesuffix("’s").removesuffix("'s") for found in runs)
    return [name for name in names if not BODY_OR_PLACE.search(name)]


def _only(people: Sequence[str]) -> str | None:
    """The one person that all these names mean, by their last words."""
    return people[0] if len({name.split()[-1] for name in people}) == 1 else None


_AT = re.compile(r"\b(?:in|at|near|outside|across) (?:the )?$")
_LEADING = re.compile(r"^[“\"]?(?:He|She)\b")
_RUN = re.compile(r"[A-ZÀ-Þ][\w’'-]*(?:\.? (?:(?:de|van|von|der|bin|al|el|la) )?[A-ZÀ-Þ][\w’'-]*)+")


def referent(quote: str, before: str) -> str | None:
    """Whom a quote's leading «He» or «She» means, when the sentence before it names one person and no other.

    `before` is that sentence. A person is a run of two or more capitalised words that is no body or place by its last words.
    """
    if not _LEADING.match(quote):
        return None
    return _only(_people(before))
