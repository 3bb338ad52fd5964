"""Questions that we wrote on news articles that we invented (`texts/`): how news affirms, denies, hedges and leaves open.

The other sources ask of encyclopedias and captions, or in words that a grammar made. Here people ask about news in words of
their own, of the same article that leaves the next question open. `texts/README.md` tells the form.
"""

from __future__ import annotations

import math
import random
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources

from assistant.features import text_keys, word_keys
from assistant.understand import is_polar
from eval.data import is_taken
from eval.training.alterations import names_of
from eval.training.examples import NEITHER, NO, YES, Example, Unit
from index import Article, UsageError, terms

NEGATIVES, POOL = 3, 5
"""Beside a sentence that answers stand so many of the hardest POOL of its article."""
OPEN = 2
"""Sentences beside a question that the article leaves open."""
CROSSED_SHARE, CROSSED_POOL = 0.6, 3
"""Of questions with a name, so many also stand beside a sentence of another article without that name, one of the hardest
CROSSED_POOL: it is what retrieval brings of a large pile, and the headline shows that it is another matter."""
COMMON = 400
"""A word that more sentences hold finds none."""
WINDOW_SENTENCES = (2, 7)
"""Of a passage."""
WINDOW_SHARE = 0.5
"""Of the questions, so many are also asked of a passage."""

_QUESTION = re.compile(r"\? (?P<question>[^|]+\?) \| (?P<answer>[^|]+?) \|(?P<where>(?: +\d+[+-]?)*)")
_SENTENCE = re.compile(r"(\d+) (\S.*)")


@dataclass(frozen=True)
class Asked:
    """A question with what its article says to it."""

    question: str
    answers: tuple[str, ...]
    """Verbatim; none for a yes/no question and for one that the article leaves open."""
    stances: tuple[tuple[int, int], ...]
    """(number of a sentence, YES or NO) for a yes/no question."""
    where: tuple[int, ...]
    """Numbers of the sentences that answer, each by itself; from 0. None: it is left open."""
    polar: bool

    @property
    def verdict(self) -> str | None:
        """yes, no, mixed; None where it is left open or is no yes/no question."""
        said = {stance for _, stance in self.stances}
        return None if not said else "mixed" if len(said) > 1 else "yes" if YES in said else "no"


@dataclass(frozen=True)
class Written:
    """An article with its questions."""

    headline: str
    sentences: tuple[str, ...]
    questions: tuple[Asked, ...]

    @property
    def text(self) -> str:
        """The sentences, three to a paragraph."""
        return paragraphs(self.sentences)

    def hardest(self, question: str, among: Sequence[int]) -> list[int]:
        """Sentences by how much of the question's words they share, each word weighed by how few sentences have it."""
        words = [word_keys(word) for word in dict.fromkeys(terms.content_words(question))]
        keys = [text_keys(sentence) for sentence in self.sentences]
        weights = [1 / (1 + sum(bool(word & key) for key in keys)) for word in words]

        def shared(at: int) -> float:
            return -sum(weight for word, weight in zip(words, weights, strict=True) if word & keys[at])

        return sorted(among, key=shared)


@cache
def written() -> tuple[Written, ...]:
    """All articles. Raises UsageError where a file breaks the form."""
    found = []
    for name, text in texts("eval.training", "texts"):
        found += parsed(text, name)
    return tuple(found)


def texts(package: str, folder: str) -> Iterator[tuple[str, str]]:
    """(name, text) of a package's text files, by name."""
    for path in sorted(resources.files(package).joinpath(folder).iterdir(), key=lambda one: one.name):
        if path.name.endswith(".txt"):
            yield path.name, path.read_text("utf-8")


def paragraphs(sentences: Sequence[str]) -> str:
    """A text of these sentences, three to a paragraph."""
    return "\n\n".join(" ".join(sentences[at : at + 3]) for at in range(0, len(sentences), 3))


def pile() -> tuple[Article, ...]:
    """All articles as they are added to an index."""
    return tuple(Article(article.text, title=article.headline) for article in written())


def parsed(text: str, name: str) -> list[Written]:
    """The articles of one file; `name` for errors. Raises UsageError: file, line and what is amiss."""
    found: list[tuple[str, list[str], list[Asked]]] = []
    for number, line in enumerate(text.splitlines(), 1):
        if line.startswith("= "):
            found.append((line[2:].strip(), [], []))
        elif not line.strip():
            continue
        elif not found:
            raise UsageError(f"{name}, line {number}: a headline («= ...») comes first.")
        elif (sentence := _SENTENCE.fullmatch(line)) and int(sentence[1]) == len(found[-1][1]) + 1:
            found[-1][1].append(sentence[2].strip())
        else:
            try:
                found[-1][2].append(_asked(line, found[-1][1]))
            except ValueError as error:
                raise UsageError(f"{name}, line {number}: {error}") from error
    return [Written(headline, tuple(sentences), tuple(questions)) for headline, sentences, questions in found]


def _asked(line: str, sentences: Sequence[str]) -> Asked:
    """Raises ValueError."""
    found = _QUESTION.fullmatch(line.rstrip())
    if not found:
        raise ValueError("neither the next sentence («3 ...») nor a question («? ... | answer | sentences»)")
    question, answer, marks = found["question"].strip(), found["answer"].strip(), found["where"].split()
    where = tuple(int(mark.rstrip("+-")) - 1 for mark in marks)
    if any(not 0 <= at < len(sentences) for at in where):
        raise ValueError("no such sentence")
    if bool(where) == (answer == "-"):
        raise ValueError("an answer names its sentences, an open question none")
    if answer == "-":
        return Asked(question, (), (), (), is_polar(question))
    if answer in ("yes", "no", "mixed"):
        said = {"+": YES, "-": NO}
        stances = tuple(
            (at, said.get(mark[-1], YES if answer == "yes" else NO)) for at, mark in zip(where, marks, strict=True)
        )
        return Asked(question, (), stances, where, polar=True)
    answers = tuple(part.strip() for part in answer.split("//"))
    if not all(any(part in sentences[at] for at in where) for part in answers):
        raise ValueError(f"«{answer}» doesn't stand in the sentences named")
    if is_polar(question):
        raise ValueError("a yes/no question is answered by yes, no, mixed or «-»")
    return Asked(question, answers, (), where, polar=False)


# -- units -------------------------------------------------------------------------------------------------------------


def answers(rng: random.Random, testing: bool) -> Iterator[Unit]:
    """Questions other than yes/no: with the sentence that answers and others, and with a passage."""
    return _units(rng, testing, polar=False)


def verdicts(rng: random.Random, testing: bool) -> Iterator[Unit]:
    """Yes/no questions: what each sentence that settles one says to it; the others say neither."""
    return _units(rng, testing, polar=True)


def _units(rng: random.Random, testing: bool, *, polar: bool) -> Iterator[Unit]:
    units = _polar_units if polar else _open_units
    others = Others(() if testing else of_split(testing))
    for article in of_split(testing):
        for asked in article.questions:
            if asked.polar == polar:
                for unit in units(rng, article, asked, testing):
                    yield unit if testing else _crossed(rng, unit, article, others)


def of_split(testing: bool) -> Iterator[Written]:
    """The articles of the train or the test split, by headline; what is held is in neither."""
    for article in written():
        if is_taken(article.headline, testing):
            yield article


def _open_units(rng: random.Random, article: Written, asked: Asked, testing: bool) -> Iterator[Unit]:
    others = [at for at in range(len(article.sentences)) if at not in asked.where]
    others = [at for at in others if not any(one in article.sentences[at] for one in asked.answers)]
    hard = article.hardest(asked.question, others)[:POOL]
    if not asked.where:
        yield tuple(Example(asked.question, article.sentences[at], article.headline, 0.0) for at in hard[:OPEN])
    else:
        at = rng.choice(asked.where)
        span = _span(article.sentences[at], asked.answers)
        own = Example(asked.question, article.sentences[at], article.headline, 1.0, span)
        chosen = rng.sample(hard, min(len(hard), NEGATIVES))
        yield (own, *(Example(asked.question, article.sentences[one], article.headline, 0.0) for one in chosen))
    if not testing and rng.random() < WINDOW_SHARE:
        at = rng.choice(asked.where) if asked.where else hard[0] if hard else 0
        before, passage = _window(rng, article, at)
        span = _span(article.sentences[at], asked.answers)
        span = (span[0] + before, span[1] + before) if span else None
        yield (Example(asked.question, passage, article.headline, float(bool(asked.where)), span),)


def _polar_units(rng: random.Random, article: Written, asked: Asked, testing: bool) -> Iterator[Unit]:
    others = [at for at in range(len(article.sentences)) if at not in asked.where]
    hard = article.hardest(asked.question, others)[:POOL]
    says = [
        Example(asked.question, article.sentences[at], article.headline, 1.0, None, stance) for at, stance in asked.stances
    ]
    if testing:
        yield from ((one,) for one in says or _neither(asked.question, article, hard[:1]))
        return
    if not says:
        yield tuple(_neither(asked.question, article, hard[:OPEN]))
    else:
        chosen = rng.sample(hard, min(len(hard), rng.choice((1, 2))))
        yield (*says, *_neither(asked.question, article, chosen))
    if rng.random() < WINDOW_SHARE and asked.verdict != "mixed":
        at = rng.choice(asked.where) if asked.where else hard[0] if hard else 0
        before, passage = _window(rng, article, at)
        stance = says[0].stance if says else NEITHER
        # Where in a passage the question is settled: the sentence is read once more by itself.
        span = (before, before + len(article.sentences[at])) if says else None
        yield (Example(asked.question, passage, article.headline, float(bool(says)), span, stance),)


def _neither(question: str, article: Written, numbers: Sequence[int]) -> list[Example]:
    return [Example(question, article.sentences[at], article.headline, 0.0, None, NEITHER) for at in numbers]


class Others:
    """Sentences of all articles by their words: those that share the most with a question and are on another matter."""

    def __init__(self, articles: Iterable[Written]) -> None:
        self._sentences: list[tuple[Written, str]] = []
        self._holding: dict[str, list[int]] = {}
        self._words: dict[str, frozenset[str]] = {}
        for article in articles:
            self._words[article.headline] = frozenset(terms.words(f"{article.headline} {article.text}"))
            for sentence in article.sentences:
                for word in dict.fromkeys(terms.content_words(sentence)):
                    self._holding.setdefault(word, []).append(len(self._sentences))
                self._sentences.append((article, sentence))

    def hardest(self, question: str, article: Written) -> list[tuple[Written, str]]:
        """(article, sentence) of other articles in which a name of the question's does not stand; none without a name."""
        names = [terms.words(name) for name in names_of(question)]
        if not names:
            return []
        shared: dict[int, float] = {}
        for word in dict.fromkeys(terms.content_words(question)):
            holding = self._holding.get(word, [])
            if len(holding) <= COMMON:
                for number in holding:
                    shared[number] = shared.get(number, 0.0) + math.log(len(self._sentences) / len(holding))
        found = []
        for number in sorted(shared, key=lambda number: -shared[number])[: 8 * CROSSED_POOL]:
            other, sentence = self._sentences[number]
            words = self._words[other.headline]
            if other is not article and any(not words.intersection(name) for name in names):
                found.append((other, sentence))
        return found[:CROSSED_POOL]


def _crossed(rng: random.Random, unit: Unit, article: Written, others: Others) -> Unit:
    if not unit or rng.random() >= CROSSED_SHARE:
        return unit
    hardest = others.hardest(unit[0].question, article)
    if not hardest:
        return unit
    other, sentence = rng.choice(hardest)
    stance = None if unit[0].stance is None else NEITHER
    return (*unit, Example(unit[0].question, sentence, other.headline, 0.0, None, stance))


def _window(rng: random.Random, article: Written, at: int) -> tuple[int, str]:
    """Sentences around one of them, and how many characters stand before it."""
    count = rng.randint(*WINDOW_SENTENCES)
    first = max(0, at - rng.randrange(count))
    chosen = article.sentences[first : max(first + count, at + 1)]
    return sum(len(sentence) + 1 for sentence in article.sentences[first:at]), " ".join(chosen)


def _span(sentence: str, answers: Sequence[str]) -> tuple[int, int] | None:
    """From the first to the last answer that stands in the sentence."""
    found = [(sentence.find(one), sentence.find(one) + len(one)) for one in answers if one in sentence]
    return (min(start for start, _ in found), max(end for _, end in found)) if found else None
