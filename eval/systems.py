"""What can be evaluated: ours, simple baselines, and anything that turns a question into an Answer."""

from __future__ import annotations

import hashlib
import inspect
import time
import uuid
from collections.abc import Callable, Sequence
from contextlib import nullcontext
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, Protocol

from assistant import Answer, Assistant, Citation, Finding, wire
from assistant.settings import Settings
from eval.metrics import Outcome
from eval.records import Case
from index import Article, Hit, Index, UsageError, default_embedder

HITS = 24
"""Passages asked of retrieval, as many as are read for an answer: 1,800 words in passages of some 130, and more."""
Ask = Callable[..., Answer]


class System(Protocol):
    """What is evaluated."""

    name: str

    def about(self) -> dict[str, Any]:
        """Its settings: what a run must share to be resumed."""

    def ask(self, case: Case, *, retrieval: bool) -> Outcome:
        """Its answer to a case, and what it retrieved when `retrieval`."""


class Ours:
    """The assistant on an index, or on each case's own articles."""

    def __init__(self, index: Index | None, reader: str | None = None) -> None:
        """`reader` as in the settings: None is the one that ships."""
        self.name = f"onrecord, {reader}" if reader else "onrecord"
        self._index = index
        self._settings = Settings(reader=reader)
        self._reader = wire.reader_name() if reader is None else reader
        self._desk = Assistant(index, settings=self._settings) if index else None
        self._embedder = index.embedder if index else default_embedder()
        self._embedder.encode_query("Loading the model is no part of the first question's time.")

    def about(self) -> dict[str, Any]:
        """Reader, embedding model, cleaner."""
        if self._index is None:
            return {"reader": self._reader, "model": self._embedder.name}
        found = self._index.info()
        return {"reader": self._reader, "model": found.model, "cleaner": found.cleaner, "schema": found.schema}

    def ask(self, case: Case, *, retrieval: bool) -> Outcome:
        """Answers as a user would be answered."""
        with _index_for(case, self._index, self._embedder) as index:
            desk = self._desk if index is self._index and self._desk else Assistant(index, settings=self._settings)
            began = time.perf_counter()
            answer = desk.answer(
                case.question, case.history, since=case.since, until=case.until, sources=case.sources or None
            )
            seconds = time.perf_counter() - began
            hits = tuple(self._hits(desk, answer, case)) if retrieval else None
            return Outcome(answer, hits, _cited(answer, index), checked=True, seconds=seconds)

    def _hits(self, desk: Assistant, answer: Answer, case: Case) -> Sequence[Hit]:
        return desk.search(answer.understood, HITS, since=case.since, until=case.until, sources=case.sources or None)


class FirstSentence:
    """A baseline: quotes the first sentence of the best passage of one retrieval method, where there is one."""

    def __init__(self, index: Index | None, method: Literal["bm25", "dense", "hybrid"]) -> None:
        self.name = f"{method}, first sentence"
        self._index = index
        self._method = method
        self._embedder = index.embedder if index else default_embedder()

    def about(self) -> dict[str, Any]:
        """Method and model."""
        return {"method": self._method, "model": self._embedder.name}

    def ask(self, case: Case, *, retrieval: bool) -> Outcome:
        """The first sentence of the best hit."""
        with _index_for(case, self._index, self._embedder) as index:
            began = time.perf_counter()
            hits = index.search(
                case.question, HITS, since=case.since, until=case.until, sources=case.sources or None, method=self._method
            )
            answer = silence(case)
            sentences = [(hit, one) for hit in hits[:3] for one in index.sentences(hit) if not one.heading]
            if sentences:
                hit, one = sentences[0]
                answer = quoting(case, hit, one.start, one.end)
            seconds = time.perf_counter() - began
            shown = tuple(hits) if retrieval else None
            return Outcome(answer, shown, _cited(answer, index), checked=True, seconds=seconds)


class Constant:
    """A baseline that looks at nothing: always silent, or always one verdict."""

    def __init__(self, verdict: Literal["yes", "no"] | None) -> None:
        self.name = f"always {verdict or 'silent'}"
        self._verdict = verdict

    def about(self) -> dict[str, Any]:
        """Nothing."""
        return {}

    def ask(self, case: Case, *, retrieval: bool) -> Outcome:  # noqa: ARG002
        """The same every time."""
        if self._verdict is None:
            return Outcome(silence(case))
        return Outcome(Answer(case.question, case.question, "answered", self._verdict, text=self._verdict))


class Called:
    """A user's own function.

    It is called with the question and, by name, with what the case has of `history`, `since`, `until`, `sources` and
    `articles` as far as it takes them. What has a method `search` is asked for its hits too.
    """

    def __init__(self, function: Any, index: Index | None = None) -> None:
        answer = getattr(function, "answer", None)
        self._ask: Ask = answer if callable(answer) else function
        self._search = getattr(function, "search", None)
        self._index = index
        self.name = str(getattr(function, "name", None) or getattr(function, "__name__", type(function).__name__))
        if not callable(self._ask):
            raise UsageError(f"system is {type(function).__name__}; give a function from a question to an Answer.")
        self._takes = _parameters(self._ask)

    def about(self) -> dict[str, Any]:
        """Its name, and a digest of the file it stands in: an edited function is another one.

        What it has from elsewhere (a closure, an attribute) is not seen: name another folder when that changes.
        """
        try:
            source = Path(inspect.getsourcefile(inspect.unwrap(self._ask)) or "").read_bytes()
            told = hashlib.sha256(source + inspect.getsource(self._ask).encode()).hexdigest()[:12]
        except (TypeError, OSError):
            told = uuid.uuid4().hex  # typed at a prompt, or built in: never taken for one that was measured before
        return {"function": self.name, "source": told}

    def ask(self, case: Case, *, retrieval: bool) -> Outcome:
        """Calls it. Raises UsageError when what comes back is no Answer."""
        offered = {
            "history": case.history, "since": case.since, "until": case.until, "sources": case.sources,
            "articles": case.articles,
        }  # fmt: skip
        given = {name: value for name, value in offered.items() if value and name in self._takes}
        began = time.perf_counter()
        answer = self._ask(case.question, **given)
        seconds = time.perf_counter() - began
        if not isinstance(answer, Answer):
            raise UsageError(f"{self.name} returned {type(answer).__name__}, not an Answer.")
        hits = None
        if retrieval and callable(self._search):
            takes = _parameters(self._search)
            filters = {name: value for name, value in offered.items() if value and name in takes}
            hits = tuple(self._search(case.question, HITS, **filters))
        if self._index is None or case.articles:  # its own articles are known to it alone
            return Outcome(answer, hits, seconds=seconds)
        return Outcome(answer, hits, _cited(answer, self._index), checked=True, seconds=seconds)


@dataclass(frozen=True)
class Named:
    """A system that the command line knows by name."""

    make: Callable[[Index | None], System]
    about: str


def _elsewhere(name: str, index: Index | None) -> System:
    from eval.baselines import elsewhere  # other programs are imported where they are asked for

    return elsewhere(name, index)


SYSTEMS: dict[str, Named] = {
    "onrecord": Named(Ours, "the assistant itself"),
    "untrained": Named(lambda index: Ours(index, "untrained"), "the assistant with the reader that has no network"),
    "bm25": Named(lambda index: FirstSentence(index, "bm25"), "BM25, first sentence of the best passage"),
    "dense": Named(lambda index: FirstSentence(index, "dense"), "embeddings, first sentence of the best passage"),
    "llama-index": Named(
        lambda index: _elsewhere("llama-index", index), "LlamaIndex as it comes, first sentence (bench extra)"
    ),
    "txtai": Named(lambda index: _elsewhere("txtai", index), "txtai, vectors and BM25, first sentence (bench extra)"),
    "silent": Named(lambda _: Constant(None), "always not on record"),
    "yes": Named(lambda _: Constant("yes"), "always yes"),
    "no": Named(lambda _: Constant("no"), "always no"),
}


INDEXED = ("onrecord", "untrained", "bm25", "dense", "llama-index", "txtai")
"""Those that need articles."""


def named(name: str, index: Index | None) -> System:
    """A system by its name. Raises UsageError for an unknown one."""
    if name not in SYSTEMS:
        raise UsageError(f"There is no system {name!r}; one of {', '.join(SYSTEMS)}.")
    return SYSTEMS[name].make(index)


def _index_for(case: Case, index: Index | None, embedder: Any) -> Any:
    """A context with the index that a case is asked of."""
    if case.articles or (index is None and case.standalone):  # how a question is understood takes no articles
        return Index.temporary(case.articles, embedder_=embedder)
    if index is None:
        raise UsageError("There are no articles to ask: the suite brings none; name an index.")
    return nullcontext(index)


def _cited(answer: Answer, index: Index) -> dict[str, Article]:
    ids = {citation.article_id for citation in answer.citations}
    return {article_id: article for article_id in ids if (article := index.article(article_id))}


def quoting(case: Case, hit: Hit, start: int, end: int) -> Answer:
    """An answer that is one quoted stretch of a passage; `start` and `end` are its article's offsets."""
    quote = hit.text[start - hit.start : end - hit.start]
    citation = Citation(1, hit.article_id, start, end, quote, hit.title, hit.source)
    return Answer(
        case.question, case.question, "answered", text=f"{quote} [1]",
        findings=(Finding(quote, None, (1,)),), citations=(citation,),
    )  # fmt: skip


def silence(case: Case) -> Answer:
    """An answer that says nothing."""
    return Answer(case.question, case.question, "not_on_record", text="Not on record.")


def _parameters(function: Ask) -> frozenset[str]:
    try:
        found = inspect.signature(function).parameters.values()
    except (TypeError, ValueError):  # some built-ins have none
        return frozenset()
    if any(one.kind is one.VAR_KEYWORD for one in found):
        return frozenset(("history", "since", "until", "sources", "articles"))
    return frozenset(one.name for one in found)
