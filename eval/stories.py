"""Invented stories, each told by several articles that agree, differ and move on, with questions (`stories/`): `stories`.

No network learns from them: what is not of the test split is for fitting how answers that differ are weighed.
`stories/README.md` tells the form.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any, Literal

from assistant.understand import is_polar
from eval.data import is_test
from eval.invented import ways
from eval.published import Split
from eval.records import Suite
from eval.suite import from_records
from eval.training.written import paragraphs, texts
from index import Article, UsageError

Kind = Literal["open", "one", "list", "differ", "moved"]
"""What a story says to a question: nothing; one thing; several that stand together; several of which one at most is
right; an earlier and a later one."""

_QUESTION = re.compile(r"\? (?P<question>[^|]+\?) \| (?P<answer>[^|]+?) \|(?P<places>(?: +[A-D]\d+[+-]?)*)")
_SENTENCE = re.compile(r"(\d+) (\S.*)")
_HEAD = re.compile(r"= (?P<title>[^|]+?) \| (?P<source>[^|]+?) \| (?P<published>\d{4}-\d\d-\d\d|-)")
_SIGNS: dict[str, Kind] = {"<>": "differ", "~>": "moved", "//": "list"}
_VERDICTS: dict[str, Kind] = {"yes": "one", "no": "one", "mixed": "differ", "changed": "moved"}
_LETTERS = "ABCD"


@dataclass(frozen=True)
class Place:
    """A sentence of a story."""

    article: int
    sentence: int
    verdict: str | None
    """What it says to a yes/no question."""


@dataclass(frozen=True)
class Asked:
    """A question with what its story says to it."""

    question: str
    kind: Kind
    answers: tuple[str, ...]
    """Verbatim; none for yes/no questions. In the order of time where the matter moved."""
    places: tuple[Place, ...]
    """The sentences that say it."""

    @property
    def polar(self) -> bool:
        """Whether it is a yes/no question."""
        return not self.answers and is_polar(self.question)

    @property
    def verdict(self) -> str | None:
        """yes, no, mixed; None for other questions and where it is left open."""
        said = {place.verdict for place in self.places} - {None}
        return "mixed" if len(said) > 1 else next(iter(said), None)


@dataclass(frozen=True)
class Told:
    """One article of a story."""

    title: str
    source: str
    published: str | None
    sentences: tuple[str, ...]

    @property
    def article(self) -> Article:
        """As it is added to an index: three sentences to a paragraph."""
        return Article(paragraphs(self.sentences), title=self.title, source=self.source, published=self.published)


@dataclass(frozen=True)
class Story:
    """Articles on one matter, and questions."""

    name: str
    articles: tuple[Told, ...]
    questions: tuple[Asked, ...]


@cache
def stories() -> tuple[Story, ...]:
    """All stories. Raises UsageError where a file breaks the form."""
    found = []
    for name, text in texts("eval", "stories"):
        found += parsed(text, name)
    return tuple(found)


def pile() -> tuple[Article, ...]:
    """All articles of all stories."""
    return tuple(told.article for story in stories() for told in story.articles)


def stories_suite(split: Split = "test") -> Suite:
    """Questions of the stories of one split, asked of the articles of all."""
    found = []
    for number, story in enumerate(stories()):
        if split == "all" or is_test(story.name) == (split == "test"):
            found += [_case(f"{number}-{at}", story, asked) for at, asked in enumerate(story.questions)]
    return from_records("stories", found, pile())


def parsed(text: str, name: str) -> list[Story]:
    """The stories of one file; `name` for errors. Raises UsageError: file, line and what is amiss."""
    found = []
    numbered = list(enumerate(text.splitlines(), 1))
    starts = [at for at, (_, line) in enumerate(numbered) if line.startswith("== ")]
    if not starts or any(line.strip() for _, line in numbered[: starts[0]]):
        raise UsageError(f"{name}, line 1: a story («== ...») comes first.")
    for start, end in zip(starts, [*starts[1:], len(numbered)], strict=True):
        found.append(_story(numbered[start][1][3:].strip(), numbered[start + 1 : end], name))
    return found


def _story(title: str, lines: Sequence[tuple[int, str]], name: str) -> Story:
    articles: list[tuple[tuple[str, str, str | None], list[str]]] = []
    asked: list[Asked] = []
    for number, line in lines:
        if not line.strip():
            continue
        if head := _HEAD.fullmatch(line.rstrip()):
            day = None if head["published"] == "-" else head["published"]
            articles.append(((head["title"].strip(), head["source"].strip(), day), []))
        elif articles and (found := _SENTENCE.fullmatch(line)) and int(found[1]) == len(articles[-1][1]) + 1:
            articles[-1][1].append(found[2].strip())
        else:
            try:
                asked.append(_asked(line, [sentences for _, sentences in articles]))
            except ValueError as error:
                raise UsageError(f"{name}, line {number}: {error}") from error
    return Story(title, tuple(Told(*head, tuple(sentences)) for head, sentences in articles), tuple(asked))


def _asked(line: str, articles: Sequence[Sequence[str]]) -> Asked:
    """Raises ValueError."""
    found = _QUESTION.fullmatch(line.rstrip())
    if not found:
        raise ValueError(
            "neither a headline («= ... | outlet | day»), the next sentence nor a question («? ... | answer | A1»)"
        )
    question, answer = found["question"].strip(), found["answer"].strip()
    places = tuple(_places(found["places"].split(), answer, articles))
    if bool(places) == (answer == "-"):
        raise ValueError("an answer names its sentences, an open question none")
    if answer == "-":
        return Asked(question, "open", (), ())
    if answer in _VERDICTS:
        if (_VERDICTS[answer] != "one") != (len({place.verdict for place in places}) > 1):
            raise ValueError("«mixed» and «changed» name sentences for both sides (A1+ B2-), «yes» and «no» for one")
        return Asked(question, _VERDICTS[answer], (), places)
    sign = next((sign for sign in _SIGNS if sign in answer), None)
    answers = tuple(part.strip() for part in answer.split(sign)) if sign else (answer,)
    texts = [articles[place.article][place.sentence] for place in places]
    if not all(any(part in text for text in texts) for part in answers):
        raise ValueError(f"«{answer}» doesn't stand in the sentences named")
    return Asked(question, _SIGNS[sign] if sign else "one", answers, places)


def _places(marks: Sequence[str], answer: str, articles: Sequence[Sequence[str]]) -> Iterator[Place]:
    for mark in marks:
        article, sentence = _LETTERS.index(mark[0]), int(mark[1:].rstrip("+-")) - 1
        if article >= len(articles) or not 0 <= sentence < len(articles[article]):
            raise ValueError(f"there is no sentence {mark}")
        verdict = {"+": "yes", "-": "no"}.get(mark[-1], answer if answer in ("yes", "no") else None)
        yield Place(article, sentence, verdict)


def _case(name: str, story: Story, asked: Asked) -> dict[str, Any]:
    case: dict[str, Any] = {"id": name, "question": asked.question, "tags": [asked.kind]}
    if asked.kind == "open":
        return {**case, "kind": "unanswerable"}
    case["evidence"] = [{"quote": story.articles[place.article].sentences[place.sentence]} for place in asked.places]
    if not asked.answers:
        return {**case, "kind": "yes_no", "verdict": asked.verdict}
    kind = {"one": "fact", "list": "list"}.get(asked.kind, "conflict")
    return {**case, "kind": kind, "answers": [ways(one) for one in asked.answers]}
