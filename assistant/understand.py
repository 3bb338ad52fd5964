"""Understanding: the question as it will be asked of the record."""

from __future__ import annotations

import re
from collections.abc import Sequence

from assistant.followup import standalone
from assistant.records import Answer
from index import terms

_AUXILIARIES = frozenset(
    "is are was were am do does did has have had can could will would shall should may might must isn't aren't wasn't "
    "weren't don't doesn't didn't hasn't haven't hadn't can't couldn't won't wouldn't shouldn't".split()
)
"""The closed class of verbs that an English yes/no question begins with."""

Turn = tuple[str, Answer | str]


def understand(question: str, history: Sequence[Turn]) -> str:
    """The standalone question: what «he», «it», «there», «why?» and the like point to is put in their place.

    `history` is the conversation so far, oldest first. A question that points nowhere stays as it is.
    """
    turns: list[tuple[str, str, str | None]] = []
    for asked, answered in history:
        if isinstance(answered, Answer):
            silent = answered.status == "not_on_record"
            said = "" if silent or answered.verdict else answered.short or ""
            turns.append((asked, said, answered.understood))
        else:
            turns.append((asked, answered, None))
    return standalone(question, turns)


_ASIDE = frozenset(
    "if when after before since until unless once while as although though because given considering assuming supposing "
    "knowing based according judging despite besides in on at by of from for to with without under during between "
    "per".split()
)
"""What may stand before the clause that asks: a condition, a time or a source."""
_ASKS = re.compile(
    r"(?:^|[,:;] )(?:who|whom|whose|what|which|where|why|how)\b"
    r"|\b(?:about|after|against|among|as|at|before|behind|between|by|during|for|from|in|into|of|on|over|since|than|through|"
    r"to|under|until|with|within|without) (?:which|what|whom|whose)\b|\bwhere\?"
)
"""A question word in a place where it asks, so that the commas enclose an aside («In which year, he was told, ...?»)."""
_CHOICE = re.compile(
    r"\bor\b(?! (?:any|above|earlier|else|fewer|higher|later|less|longer|lower|more|not|older|otherwise|over|so|younger)\b)"
)
"""«Is it red or blue?», but not «... 65 seats or more?»."""
_CLAUSE = re.compile(r"[,)]\s+(?=(?P<verb>[^\W\d_]+(?:'t)?) )")


def is_polar(question: str) -> bool:
    """Whether it asks for yes or no: an auxiliary opens it, and it offers no choice («Is it red or blue?»).

    What stands before it may be a condition, a time or a source: «If it passes, will the school close?».
    """
    return _polar_clause(question) is not None


def _polar_clause(question: str) -> str | None:
    """The clause that asks for yes or no, from its auxiliary on."""
    clause, folded = question.strip(), question.strip().replace("’", "'").casefold()
    opening = folded.split(" ", 1)[0]
    if opening not in _AUXILIARIES:
        opened = [found.end() for found in _CLAUSE.finditer(folded) if found["verb"] in _AUXILIARIES]
        if not opened or opening not in _ASIDE or _ASKS.search(folded) or len(folded) != len(clause):
            return None
        clause, folded = clause[opened[0] :], folded[opened[0] :]
    return None if _CHOICE.search(folded) else clause


_POSSESSIVE = re.compile(r"['’]s$")
_SUBJECT = re.compile(r"^\S+ (?:the )?(?P<name>[A-ZÀ-Þ][\w’'.-]*(?: [A-ZÀ-Þ][\w’'.-]*)*)")


def asked_of(question: str) -> str | None:
    """Whom a yes/no question is asked of, by the last word of a leading name: «Did Rosa Keller resign?» -> «Keller».

    None where its subject is no name.
    """
    found = _SUBJECT.match(_polar_clause(question) or "")
    return _POSSESSIVE.sub("", found["name"].split()[-1]) if found else None


_WORD = re.compile(r"[\w’'-]+")


def names_of(question: str) -> list[tuple[str, ...]]:
    """The names in a question, each as its words: «Did Rosa Keller meet Marsh's brother?» -> (Rosa, Keller), (Marsh,).

    Its first word is capital anyway and is left out.
    """
    found: list[tuple[str, ...]] = []
    run: list[str] = []
    for word in [*_WORD.findall(question)[1:], ""]:
        bare = _POSSESSIVE.sub("", word)
        named = bare[:1].isupper() and bare.casefold() not in terms.STOPWORDS
        if named:
            run.append(bare)
        if run and (not named or bare != word):
            found.append(tuple(run))
            run = []
    return found
