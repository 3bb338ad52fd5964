"""What the reader learns from: questions or claims with a passage, and what is known of the two.

Every function yields units of the train split, or of the test split with `testing`; what `is_held` is kept for fitting. A
unit is a tuple of examples that stay together in a batch: a question with a passage that answers it and passages that
don't.
"""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from eval.data import is_taken, is_test, records
from eval.training.alterations import names_of, swapped
from eval.training.questions import as_question
from index import split_sentences

YES, NO, NEITHER = 0, 1, 2
STANCES = {"supports": YES, "refutes": NO, "neutral": NEITHER, "NOTENOUGHINFO": NEITHER}
PAIR_CHARS = 350
"""Of evidence for a claim: whole sentences up to here."""
WINDOW_CHARS = (300, 850)
"""A passage is cut to whole sentences of a random length between these, around the answer: shorter is cheaper, and the
reader must not learn where in a passage answers stand."""
ASKED_SHARE = 0.5
"""Of claims that can be turned into a question by code, so many are."""
SENTENCE_SHARE = 0.35
"""Of SQuAD's questions, so many are asked of single sentences of their passage."""
CONTEXT_SHARE = 0.35
"""Of short pairs, so many get an unrelated sentence before or behind the evidence, as passages have."""
SWAPPED_SHARE = 0.3
"""Of SQuAD's questions with a name or a year, so many are also asked with another one: the passage doesn't answer that."""


@dataclass(frozen=True)
class Example:
    """A question or claim, a passage, and the truth as far as it is known."""

    question: str
    passage: str
    title: str = ""
    relevant: float | None = None
    """1: the passage answers; 0: it doesn't."""
    span: tuple[int, int] | None = None
    """Offsets into `passage`."""
    stance: int | None = None
    """YES, NO or NEITHER: what the passage says to it."""


Unit = tuple[Example, ...]
Source = Callable[[random.Random, bool], Iterator[Unit]]


def snli(rng: random.Random, testing: bool) -> Iterator[Unit]:
    """SNLI (Bowman et al. 2015)."""
    return _pairs(rng, testing, "stance/snli_dev.jsonl.gz")


def cad(rng: random.Random, testing: bool) -> Iterator[Unit]:
    """Counterfactually augmented SNLI (Kaushik et al. 2020)."""
    return _pairs(rng, testing, "stance/cad_nli.jsonl.gz")


def perspectrum(rng: random.Random, testing: bool) -> Iterator[Unit]:
    """Perspectrum (Chen et al. 2019): opinions for and against a claim."""
    return _pairs(rng, testing, "stance/perspectrum.jsonl.gz")


def fever(rng: random.Random, testing: bool) -> Iterator[Unit]:
    """FEVER (Thorne et al. 2018). It has no neutral pairs here: evidence that shares a name with the claim makes them."""
    rows = [row for row in records("stance/fever.jsonl.gz") if is_test(row["claim"]) == testing]
    by_name: dict[str, list[str]] = {}
    for row in rows:
        for name in _names(row["claim"]):
            by_name.setdefault(name, []).append(row["context"])
    own: dict[str, set[str]] = {}
    for row in rows:
        own.setdefault(row["claim"], set()).add(row["context"])
    for row in rows:
        yield from _pair(rng, testing, row["claim"], row["context"], STANCES[row["label"]])
        if rng.random() < 0.4:
            others = [one for name in _names(row["claim"]) for one in by_name[name] if one not in own[row["claim"]]]
            other = rng.choice(others) if others else rng.choice(rows)["context"]
            if other not in own[row["claim"]]:
                yield from _pair(rng, testing, row["claim"], other, NEITHER)


def fool_me_twice(rng: random.Random, testing: bool) -> Iterator[Unit]:
    """FoolMeTwice (Eisenschlos et al. 2021), with what was retrieved and is no evidence as neutral."""
    for row in records("stance/fool_me_twice.jsonl.gz"):
        if is_test(row["claim"]) == testing:
            yield from _pair(rng, testing, row["claim"], " ".join(row["contexts"]), STANCES[row["label"]])
            others = [one for one in row["retrieved"] if one not in row["contexts"]]
            if others and rng.random() < 0.5:
                yield from _pair(rng, testing, row["claim"], rng.choice(others), NEITHER)


def check_covid(rng: random.Random, testing: bool) -> Iterator[Unit]:
    """Check-COVID (Wang et al. 2023)."""
    for row in records("stance/check_covid.jsonl.gz"):
        if is_test(row["claim"]) == testing:
            text = " ".join(row["evidence"]) or row["context"]
            yield from _pair(rng, testing, row["claim"], text, STANCES[row["label"]])


def strategyqa(rng: random.Random, testing: bool) -> Iterator[Unit]:  # noqa: ARG001
    """StrategyQA (Geva et al. 2021), all facts of a question together."""
    for row in records("yes_no/strategyqa.jsonl.gz"):
        if is_test(row["question"]) == testing:
            stance = YES if row["answer"] == "yes" else NO
            yield (Example(row["question"], " ".join(row["contexts"]), stance=stance),)


def boolq(rng: random.Random, testing: bool) -> Iterator[Unit]:
    """BoolQ (Clark et al. 2019), each with the passage of another question as neutral now and then."""
    rows = [row for row in records("yes_no/boolq.jsonl.gz") if is_taken(row["context"], testing)]
    for row in rows:
        question, stance = _asked(row["question"]), YES if row["answer"] == "yes" else NO
        yield (Example(question, row["context"], row["title"], 1.0, None, stance),)
        if not testing and rng.random() < 0.25:
            other = rng.choice(rows)
            if other["context"] != row["context"]:
                yield (Example(question, window(rng, other["context"], None), other["title"], 0.0, None, NEITHER),)


def condaqa(rng: random.Random, testing: bool) -> Iterator[Unit]:  # noqa: ARG001
    """CondaQA (Ravichander et al. 2022): questions that turn on a negation."""
    labels = {"yes": YES, "no": NO, "don't know": NEITHER}
    for row in records("yes_no/condaqa.jsonl.gz"):
        stance = labels.get(str(row["answer"]).casefold())
        if stance is not None and is_taken(row["context"], testing):
            yield (Example(row["question"], row["context"], stance=stance),)


def qamr(rng: random.Random, testing: bool) -> Iterator[Unit]:
    """QAMR (Michael et al. 2018), with another sentence of the same text as one that doesn't answer."""
    rows = [
        row
        for row in records("reading/qamr.jsonl.gz")
        if row["contiguous"] and is_test(row["question"]) == testing and len(row["answer"]) > 2
    ]
    by_text: dict[str, list[str]] = {}
    for row in rows:
        by_text.setdefault(_text_of(row["id"]), []).append(row["context"])
    for row in rows:
        passage, answer = untokenized(row["context"]), untokenized(row["answer"])
        at = passage.find(answer)
        if at < 0 or passage.count(answer) != 1:
            continue
        question = untokenized(row["question"])
        other = untokenized(rng.choice(rows)["context"])
        before = f"{other} " if rng.random() < CONTEXT_SHARE else ""
        span = (at + len(before), at + len(before) + len(answer))
        positive = Example(question, before + passage, relevant=1.0, span=span)
        near = [one for one in dict.fromkeys(by_text[_text_of(row["id"])]) if one != row["context"]]
        lacking = untokenized(rng.choice(near or [rng.choice(rows)["context"]]))
        if rng.random() < 0.5 or answer.casefold() in lacking.casefold():
            yield (positive,)
        else:
            yield (positive, Example(question, f"{other} {lacking}" if before else lacking, relevant=0.0))


def _text_of(name: str) -> str:
    """«Wiki1k:wikipedia:16016:90:8|3 4»: the sentences of text 16016."""
    return name.split("|")[0].rsplit(":", 2)[0]


def squad(rng: random.Random, testing: bool, negatives: Mapping[str, Sequence[str]] | None = None) -> Iterator[Unit]:
    """SQuAD (Rajpurkar et al. 2016, 2018). `negatives`: by question id, passages that retrieval brings for it and that
    don't hold its answer; «title<tab>text» each."""
    for name in ("reading/squad.jsonl.gz", "reading/squad_train_subset.jsonl.gz"):
        rows = [row for row in records(name) if is_taken(row["title"], testing)]
        named: dict[str, list[str]] = {}
        for row in rows:
            named.setdefault(row["title"], []).extend(names_of(row["question"]))
        for row in rows:
            title = row["title"].replace("_", " ")
            if not row["answerable"]:
                passage = row["context"] if testing else window(rng, row["context"], None)
                yield (Example(row["question"], passage, title, 0.0),)
                continue
            answer = min(row["answers"], key=len)
            start = row["context"].find(answer)
            span = (start, start + len(answer))
            positive = Example(row["question"], row["context"], title, 1.0, span)
            if testing:
                yield (positive,)
                continue
            if rng.random() < SENTENCE_SHARE and (unit := _by_sentence(rng, positive, row["answers"])):
                yield unit
                continue
            found = (negatives or {}).get(row["id"], ())
            chosen = rng.sample(list(found), min(len(found), 1 if rng.random() < 0.75 else 2))
            others = []
            for other in chosen:
                other_title, text = other.split("\t", 1)
                others.append(Example(row["question"], window(rng, text, None), other_title, 0.0))
            yield (windowed(rng, positive), *others)
            other_question = swapped(rng, row["question"], named[row["title"]]) if rng.random() < SWAPPED_SHARE else None
            if other_question:
                yield (replace(windowed(rng, positive), question=other_question, relevant=0.0, span=None),)


def _by_sentence(rng: random.Random, example: Example, answers: Sequence[str]) -> Unit | None:
    """The sentence that answers, with others of its passage as the hardest that don't: evidence is a sentence."""
    assert example.span is not None
    own, others = None, []
    for start, end in split_sentences(example.passage):
        text = example.passage[start:end]
        if start <= example.span[0] and example.span[1] <= end:
            own = replace(example, passage=text, span=(example.span[0] - start, example.span[1] - start))
        elif end - start > 40 and not any(answer.casefold() in text.casefold() for answer in answers):
            others.append(replace(example, passage=text, relevant=0.0, span=None))
    if own is None or not others:
        return None
    return (own, *rng.sample(others, min(len(others), 3)))


def onestop(rng: random.Random, testing: bool) -> Iterator[Unit]:
    """OneStopQA (Berzak et al. 2020): Guardian paragraphs. The sentences that decide a question answer it; the others of
    the paragraph and other paragraphs of the article don't."""
    rows = [row for row in records("reading/onestop_qa.jsonl.gz") if is_test(row["question"]) == testing]
    by_article: dict[tuple[str, str], list[str]] = {}
    for row in rows:
        by_article.setdefault((row["title"], row["level"]), []).append(row["context"])
    for row in rows:
        start = row["context"].find(row["critical_span"])
        if start < 0:
            continue
        span = (start, start + len(row["critical_span"]))
        whole = Example(row["question"], row["context"], row["title"], 1.0)
        own, others = [], []
        for begin, end in split_sentences(row["context"]):
            if begin < span[1] and end > span[0]:
                own += [begin, end]
            else:
                others.append(replace(whole, passage=row["context"][begin:end]))
        if testing or not others or rng.random() < SENTENCE_SHARE:
            elsewhere = [one for one in by_article[row["title"], row["level"]] if one != row["context"]]
            lacking = [replace(whole, passage=window(rng, rng.choice(elsewhere), None), relevant=0.0)] if elsewhere else []
            yield (replace(whole, passage=window(rng, row["context"], span)), *lacking)
        else:
            chosen = rng.sample(others, min(len(others), 2))
            answering = replace(whole, passage=row["context"][own[0] : own[-1]])
            yield (answering, *(replace(one, relevant=0.0) for one in chosen))


# -- making passages ---------------------------------------------------------------------------------------------------


def windowed(rng: random.Random, example: Example) -> Example:
    """The example with its passage cut to a window of whole sentences around the span."""
    start, end = _bounds(rng, example.passage, example.span)
    span = (example.span[0] - start, example.span[1] - start) if example.span else None
    return replace(example, passage=example.passage[start:end], span=span)


def window(rng: random.Random, text: str, span: tuple[int, int] | None) -> str:
    """Whole sentences of a text, as many as fit into a random length, around `span` where one is given."""
    start, end = _bounds(rng, text, span)
    return text[start:end]


def _bounds(rng: random.Random, text: str, span: tuple[int, int] | None) -> tuple[int, int]:
    limit = rng.randint(*WINDOW_CHARS)
    if len(text) <= limit:
        return 0, len(text)
    bounds = split_sentences(text)
    if span is None:
        first = last = rng.randrange(len(bounds))
    else:
        first = max(at for at, (start, _) in enumerate(bounds) if start <= span[0] or at == 0)
        last = min((at for at, (_, end) in enumerate(bounds) if end >= span[1]), default=len(bounds) - 1)
        last = max(first, last)
    while True:
        room = [side for side in (-1, 1) if 0 <= (first - 1 if side < 0 else last + 1) < len(bounds)]
        room = [
            side
            for side in room
            if bounds[last if side < 0 else last + 1][1] - bounds[first - 1 if side < 0 else first][0] <= limit
        ]
        if not room:
            return bounds[first][0], bounds[last][1]
        if rng.choice(room) < 0:
            first -= 1
        else:
            last += 1


def untokenized(text: str) -> str:
    """Text of a tokenised data set as people write it."""
    text = text.replace("``", '"').replace("''", '"').replace("-LRB-", "(").replace("-RRB-", ")")
    text = text.replace("-LSB-", "[").replace("-RSB-", "]").replace(" -- ", " – ")
    text = re.sub(r" (n't|'s|'re|'ve|'ll|'d|'m)\b", r"\1", text)
    text = re.sub(r"\s+([.,;:!?%)\]])", r"\1", text)
    text = re.sub(r"([(\[$£€])\s+", r"\1", text)
    text = re.sub(r'"\s*([^"]*?)\s*"', r'"\1"', text)
    return re.sub(r"\s+", " ", text).strip()


def _pairs(rng: random.Random, testing: bool, name: str) -> Iterator[Unit]:
    for row in records(name):
        if is_test(row["claim"]) == testing:
            yield from _pair(rng, testing, row["claim"], row["context"], STANCES[row["label"]])


_unrelated: list[str] = []
"""Sentences seen before, of any set: what is put beside evidence."""


def forget() -> None:
    """Forgets the sentences of other sets: a stage begins the same whether or not another one came before it."""
    _unrelated.clear()


def _pair(rng: random.Random, testing: bool, claim: str, text: str, stance: int) -> Iterator[Unit]:
    claim, text = untokenized(claim), shortened(untokenized(text), PAIR_CHARS)
    if not claim or not text:
        return
    if testing:
        yield (Example(claim, text, stance=stance),)
        return
    asked = as_question(claim) if rng.random() < ASKED_SHARE else None
    passage = text
    if _unrelated and rng.random() < CONTEXT_SHARE and len(text) < 200:
        other = rng.choice(_unrelated)
        passage = f"{other} {text}" if rng.random() < 0.5 else f"{text} {other}"
    if len(text) < 200:
        _unrelated.append(text)
        if len(_unrelated) > 2000:
            _unrelated.pop(rng.randrange(2000))
    yield (Example(asked or claim, passage, stance=stance),)


def shortened(text: str, limit: int) -> str:
    """The first whole sentences that fit into `limit` characters, one at least."""
    if len(text) <= limit:
        return text
    end = 0
    for _, stop in split_sentences(text):
        if end and stop > limit:
            break
        end = stop
    return text[: min(end, 2 * limit)]


def _names(text: str) -> list[str]:
    # Never a set: its order differs from process to process, and with it every draw.
    return sorted(set(re.findall(r"[A-Z][\w'’-]{3,}", text)))


def _asked(question: str) -> str:
    """BoolQ's questions are written without case and mark."""
    question = question.strip()
    return question[:1].upper() + question[1:] + ("" if question.endswith("?") else "?")
