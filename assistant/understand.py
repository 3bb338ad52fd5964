"""Understanding: the question as it will be asked of the record."""

from __future__ import annotations

import re
from collections.abc import Sequence

from assistant.followup import standalone
from assistant.records import Answer

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


def is_polar(question: str) -> bool:
    """Whether it asks for yes or no: an auxiliary opens it, and it offers no choice («Is it red or blue?»)."""
    first, *rest = question.replace("’", "'").casefold().split()
    return first in _AUXILIARIES and "or" not in rest


_SUBJECT = re.compile(r"^\S+ (?:the )?(?P<name>[A-ZÀ-Þ][\w’'.-]*(?: [A-ZÀ-Þ][\w’'.-]*)*)")


def asked_of(question: str) -> str | None:
    """Whom a yes/no question is asked of, by the last word of a leading name: «Did Rosa Keller resign?» -> «Keller».

    None where its subject is no name.
    """
    found = _SUBJECT.match(question) if is_polar(question) else None
    return re.sub(r"['’]s$", "", found["name"].split()[-1]) if found else None
