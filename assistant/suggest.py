"""Questions to begin with, made from what is in an index and kept only when the record answers them."""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Iterator
from itertools import islice

from assistant.assistant import Assistant
from assistant.attribution import speaker
from index import Article, split_sentences, terms

LOOKED_AT = 40
"""Newest articles among which quotations are looked for."""
TRIED = 12
_PERSON = re.compile(r"^[A-ZÀ-Þ][\w’'.-]+(?: [A-ZÀ-Þ][\w’'.-]+){1,2}$")
_CALENDAR = re.compile(
    r"^(?:(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day|Jan\w*|Feb\w*|March|April|May|June|July|Aug\w*|Sept\w*|Oct\w*|Nov\w*|Dec\w*)\b"
)
_NAME = re.compile(r"(?<=[a-zà-þ,] )[A-ZÀ-Þ][\w’'-]{3,}(?: [A-ZÀ-Þ][\w’'-]+)*")


def suggestions(desk: Assistant, count: int = 4, stopped: Callable[[], bool] = lambda: False) -> list[str]:
    """At most `count` questions that the record answers, on different articles; the same ones for the same record.

    `stopped` is asked between questions: what was found by then is returned.
    """
    articles = desk.index.articles(limit=LOOKED_AT)
    random.Random(len(articles)).shuffle(articles)
    kept: list[str] = []
    for question in islice(_questions(articles), TRIED):
        if len(kept) == count or stopped():
            break
        if desk.answer(question).status != "not_on_record":
            kept.append(question)
    return kept


def _questions(articles: list[Article]) -> Iterator[str]:
    """One a person: what they said about something that their article names."""
    seen: set[str] = set()
    for article in articles:
        for start, end in split_sentences(article.text[:6000]):
            who = speaker(article.text[start:end])
            if not who or not _PERSON.match(who) or who in seen:
                continue
            topic = _topic(article, who)
            seen.add(who)
            yield f"What did {who} say about {topic}?" if topic else f"What did {who} say?"
            break


def _topic(article: Article, who: str) -> str | None:
    """A name that the article has oftenest, other than the speaker's own."""
    own = {word.casefold() for word in who.split()}
    names = [
        name.removesuffix("’s").removesuffix("'s") for name in _NAME.findall(article.text)
        if not own & {word.casefold() for word in name.split()} and terms.fold(name) not in terms.STOPWORDS
        and not _CALENDAR.match(name)
    ]  # fmt: skip
    counted = sorted(set(names), key=lambda name: (-names.count(name), name))
    return counted[0] if counted and names.count(counted[0]) > 1 else None
