"""Questions among sentences that answer in many words, and near misses, that we wrote (`contrast_texts/`).

Yes/no questions stand beside sentences that say yes and sentences that say no: what means the same and what the opposite in
the words of news, for the embedder that the reader began from puts opposites side by side, and an article seldom holds both
answers to a question. Other questions stand beside sentences that answer and sentences that have the right names, words and
kind of answer, and don't. `contrast_texts/README.md` tells the form.
"""

from __future__ import annotations

import random
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache

from assistant.understand import is_polar
from eval.data import is_taken
from eval.training.examples import NEITHER, NO, YES, Example, Unit
from eval.training.written import texts
from index import UsageError

_LINE = re.compile(r"([?!+0-]) (\S.*)")
_ANSWER = re.compile(r"([^\[\]]*)\[([^\[\]]+)\]([^\[\]]*)")
_SAYS = {"+": YES, "-": NO, "0": NEITHER}
_AS_MARKED = {YES: YES, NO: NO, NEITHER: NEITHER}
_AGAINST = {YES: NO, NO: YES, NEITHER: NEITHER}


@dataclass(frozen=True)
class Sentence:
    """What stands beside a question."""

    text: str
    stance: int
    """YES, NO or NEITHER to a yes/no question; YES or NEITHER, whether it answers, to another one."""
    answer: tuple[int, int] | None = None
    """Offsets of the answer to a question other than yes/no."""


@dataclass(frozen=True)
class Contrast:
    """Questions that mean the same, and sentences."""

    questions: tuple[str, ...]
    opposites: tuple[str, ...]
    """What says yes to the questions says no to these."""
    sentences: tuple[Sentence, ...]

    @property
    def polar(self) -> bool:
        """Whether it is of yes/no questions."""
        return any(sentence.stance == NO for sentence in self.sentences)


@cache
def contrasts() -> tuple[Contrast, ...]:
    """All of them. Raises UsageError where a file breaks the form."""
    return tuple(one for name, text in texts("eval.training", "contrast_texts") for one in parsed(text, name))


def parsed(text: str, name: str) -> list[Contrast]:
    """The contrasts of one file; `name` for errors. Raises UsageError: file, line and what is amiss."""
    found = []
    lines: list[tuple[str, str]] = []
    began = 0
    for number, line in enumerate([*text.splitlines(), ""], 1):
        if not line.strip():
            if lines:
                try:
                    found.append(_contrast(lines))
                except ValueError as error:
                    raise UsageError(f"{name}, line {began}: {error}") from error
            lines = []
            continue
        known = _LINE.fullmatch(line.rstrip())
        if not known or (known[1] in "?!" and not known[2].endswith("?")):
            raise UsageError(
                f"{name}, line {number}: neither a question («? ...?», «! ...?») nor a sentence («+», «-», «0»)."
            )
        began = began if lines else number
        lines.append((known[1], known[2]))
    return found


def _contrast(lines: Sequence[tuple[str, str]]) -> Contrast:
    """Raises ValueError."""
    questions = tuple(text for mark, text in lines if mark == "?")
    opposites = tuple(text for mark, text in lines if mark == "!")
    sentences = tuple(_sentence(mark, text) for mark, text in lines if mark in _SAYS)
    says = {sentence.stance for sentence in sentences}
    if not questions or YES not in says:
        raise ValueError("a question («?») and a sentence that answers it («+») belong together")
    if NO not in says and (opposites or any(one.answer is None for one in sentences if one.stance == YES)):
        raise ValueError("a yes/no question has sentences that say no («-») too, another one [brackets] around its answers")
    if (NO in says) != all(is_polar(question) for question in (*questions, *opposites)):
        raise ValueError("sentences that say no («-») belong to yes/no questions, and only to these")
    return Contrast(questions, opposites, sentences)


def _sentence(mark: str, text: str) -> Sentence:
    """Raises ValueError."""
    marked = _ANSWER.fullmatch(text)
    if ("[" in text or "]" in text) and not (marked and mark == "+"):
        raise ValueError("one pair of brackets at most, in a sentence that answers")
    if not marked:
        return Sentence(text, _SAYS[mark])
    before, answer, after = marked.groups()
    return Sentence(before + answer + after, YES, (len(before), len(before) + len(answer)))


def verdicts(rng: random.Random, testing: bool) -> Iterator[Unit]:
    """Each yes/no question among all its sentences; in the test split each of these by itself."""
    for contrast in of_split(testing):
        if contrast.polar:
            for questions, says in ((contrast.questions, _AS_MARKED), (contrast.opposites, _AGAINST)):
                for question in questions:
                    unit = [
                        Example(question, one.text, "", float(one.stance != NEITHER), None, says[one.stance])
                        for one in contrast.sentences
                    ]
                    rng.shuffle(unit)
                    yield from ((one,) for one in unit) if testing else (tuple(unit),)


def answers(rng: random.Random, testing: bool) -> Iterator[Unit]:  # noqa: ARG001
    """Each other question among all its sentences, those that answer first."""
    for contrast in of_split(testing):
        if not contrast.polar:
            ordered = sorted(contrast.sentences, key=lambda one: one.stance)
            for question in contrast.questions:
                yield tuple(Example(question, one.text, "", float(one.stance == YES), one.answer) for one in ordered)


def of_split(testing: bool) -> Iterator[Contrast]:
    """The contrasts of the train or the test split, by their first question; what is held is in neither."""
    for contrast in contrasts():
        if is_taken(contrast.questions[0], testing):
            yield contrast
