"""Reading a suite: JSON lines or CSV, checked record by record.

A suite is a file, or a folder with `questions.jsonl` (or `.csv`) and `articles/`. In JSON lines a first record without
a question may speak for the whole suite: `{"name": ..., "articles": "folder or file", "index": "folder"}`, paths taken
from the file's own folder.
"""

from __future__ import annotations

import csv
import hashlib
import io
import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError, field_validator, model_validator

from eval.matching import normalised
from eval.records import KINDS, VERDICTS, Case, Gold, Suite
from index import Article, UsageError, check_filters, check_question

SHOWN_PROBLEMS = 10
SEPARATOR = "|"
"""Between the items of one CSV cell."""


def _listed(value: object) -> object:
    """A single value where a list is meant."""
    return [value] if isinstance(value, str | dict) else (value or [])


Strings = Annotated[list[str], BeforeValidator(_listed)]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True)


class _Evidence(_Strict):
    quote: str = Field(min_length=1)
    article: str | None = None


class _Article(_Strict):
    text: str = Field(min_length=1)
    title: str | None = None
    source: str | None = None
    author: str | None = None
    url: str | None = None
    published: str | None = None


class _Record(_Strict):
    """One line of a suite, as it is written."""

    id: str = Field(min_length=1)
    question: str
    kind: str | None = None
    answers: Annotated[list[str | list[str]], BeforeValidator(_listed)] = []
    wrong: Strings = []
    verdict: str | None = None
    evidence: Annotated[list[_Evidence], BeforeValidator(_listed)] = []
    history: list[tuple[str, str]] = []
    standalone: str | None = None
    since: str | None = None
    until: str | None = None
    sources: Strings = []
    tags: Strings = []
    articles: list[_Article] = []

    @field_validator("id", mode="before")
    @classmethod
    def _numbered(cls, value: object) -> object:
        return str(value) if isinstance(value, int) and not isinstance(value, bool) and abs(value) < 10**18 else value

    @field_validator("question")
    @classmethod
    def _asked(cls, value: str) -> str:
        try:
            return check_question(value)
        except UsageError as error:
            raise ValueError(str(error)) from error

    @model_validator(mode="after")
    def _sound(self) -> _Record:
        if self.kind is not None and self.kind not in KINDS:
            raise ValueError(f"kind is {self.kind!r}; it is one of {', '.join(KINDS)}")
        if self.verdict is not None and self.verdict not in VERDICTS:
            raise ValueError(f"verdict is {self.verdict!r}; it is one of {', '.join(VERDICTS)}")
        if self.kind == "unanswerable" and (self.answers or self.verdict):
            raise ValueError("it is unanswerable and has an answer")
        if self.kind == "conflict" and not (self.answers or self.evidence or self.verdict):
            raise ValueError("kind is conflict and there is neither an answer nor evidence nor a verdict")
        if self.kind in ("fact", "list") and not (self.answers or self.evidence):
            raise ValueError(f"kind is {self.kind} and there is neither an answer nor evidence")
        if self.kind == "yes_no" and self.verdict is None:
            raise ValueError("kind is yes_no and there is no verdict")
        groups = [[group] if isinstance(group, str) else group for group in self.answers]
        if not all(groups) or any(not normalised(text).strip() for text in [*self.wrong, *(t for g in groups for t in g)]):
            raise ValueError(
                "an answer has no word that could be found (case, punctuation, «a», «an» and «the» don't count)"
            )
        try:
            check_filters(self.since, self.until, self.sources)
        except UsageError as error:
            raise ValueError(str(error)) from error
        return self


class _Header(_Strict):
    """The record that speaks for the whole suite."""

    name: str | None = None
    articles: Strings = []
    index: str | None = None


def read_suite(path: str | Path) -> Suite:
    """The suite in a file or folder. Raises UsageError naming each bad record's line and what is wrong with it."""
    place = Path(path)
    folder: Path | None = None
    if place.is_dir():
        folder = place
        named = [place / name for name in ("questions.jsonl", "questions.csv") if (place / name).is_file()]
        if not named:
            raise UsageError(f"{place} holds neither questions.jsonl nor questions.csv.")
        place = named[0]
    if not place.is_file():
        raise UsageError(f"There is no suite at {place}; name a .jsonl or .csv file of questions.")
    try:
        text = place.read_text("utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(f"{place} can't be read as UTF-8 text ({error}).") from error
    header, cases = _cases(text, place)
    articles = [place.parent / name for name in header.articles]
    if folder and not articles and (folder / "articles").is_dir():
        articles = [folder / "articles"]
    for missing in (one for one in articles if not one.exists()):
        raise UsageError(f"{place.name}: its articles are not at {missing}.")
    index = place.parent / header.index if header.index else None
    suite = Suite(header.name or (folder or place).stem, tuple(cases), tuple(articles), index)
    return replace(suite, digest=digest_of(suite))


def from_records(name: str, rows: Iterable[Any], articles: Sequence[Path | Article] = (), **about: str) -> Suite:
    """A suite of records as they would stand in a file. Raises UsageError as `read_suite` does."""
    _, cases = _checked(((number, row) for number, row in enumerate(rows, 1)), name, "record")
    suite = Suite(name, tuple(cases), tuple(articles), about=about)
    return replace(suite, digest=digest_of(suite))


def digest_of(suite: Suite) -> str:
    """Names questions and articles: first 16 hex digits of a SHA-256."""
    found = hashlib.sha256()
    for case in suite.cases:
        found.update(repr(case).encode())
    for digest in articles_digests(suite.articles):
        found.update(digest)
    return found.hexdigest()[:16]


def articles_digests(articles: Iterable[Path | Article]) -> Iterator[bytes]:
    """SHA-256 of every article and of every file, with its name, in order."""
    for one in articles:
        if isinstance(one, Article):
            yield hashlib.sha256(repr(one).encode()).digest()
            continue
        for file in sorted(one.rglob("*")) if one.is_dir() else [one]:
            if file.is_file() and not file.name.startswith("."):
                yield hashlib.sha256(file.name.encode() + b"\0" + file.read_bytes()).digest()


def _cases(text: str, place: Path) -> tuple[_Header, list[Case]]:
    rows = _csv_rows(text) if place.suffix.lower() == ".csv" else _json_rows(text)
    return _checked(rows, place.name, "line")


def _checked(rows: Iterable[tuple[int, Any]], name: str, unit: str) -> tuple[_Header, list[Case]]:
    header = _Header()
    cases: list[Case] = []
    problems: list[str] = []
    lines: dict[str, int] = {}
    for number, row in rows:
        try:
            if isinstance(row, dict) and number == 1 and not {"question", "kind", "answers"} & row.keys():
                header = _Header.model_validate(row)
                continue
            record = _record(row, number)
        except ValueError as error:
            problems.append(f"  {unit} {number}: {_reason(error)}")
            continue
        if record.id in lines:
            problems.append(f"  {unit} {number}: the id {record.id} is taken by {unit} {lines[record.id]}")
            continue
        lines[record.id] = number
        cases.append(_case(record))
    if problems:
        more = len(problems) - SHOWN_PROBLEMS
        told = "\n".join([*problems[:SHOWN_PROBLEMS], *([f"  ... and {more:,} more"] if more > 0 else [])])
        count = f"{len(problems):,} record{'s' if len(problems) > 1 else ''}"
        raise UsageError(f"{name}: {count} can't be used:\n{told}")
    if not cases:
        raise UsageError(f"{name} holds no questions.")
    return header, cases


def _record(row: Any, number: int) -> _Record:
    """Raises ValueError saying what is wrong."""
    if isinstance(row, ValueError):
        raise row
    if not isinstance(row, dict):
        raise ValueError("it is no JSON object")  # noqa: TRY004  a bad record, as all the others
    return _Record.model_validate({"id": str(number), **row})


def _reason(error: ValueError) -> str:
    if isinstance(error, json.JSONDecodeError):
        return f"it is no JSON ({error.msg.removesuffix(' at')} at column {error.colno})"
    if not isinstance(error, ValidationError):
        return str(error)
    told = []
    for problem in error.errors():
        where = ".".join(str(part) for part in problem["loc"] if not str(part).startswith(("str", "list[")))
        what = problem["msg"].removeprefix("Value error, ")
        what = {"extra_forbidden": "it is not a field of a suite", "missing": "it is missing"}.get(problem["type"], what)
        line = f"{where}: {what}" if where else what
        if line not in told:
            told.append(line)
    return "; ".join(told).rstrip(".")


def _json_rows(text: str) -> Iterator[tuple[int, Any]]:
    for number, line in enumerate(text.split("\n"), 1):
        if line.strip():
            try:
                yield number, json.loads(line)
            except ValueError as error:
                yield number, error
            except RecursionError:
                yield number, ValueError("it is nested too deeply")


def _csv_rows(text: str) -> Iterator[tuple[int, Any]]:
    """Cells with several items separate them by |; evidence in CSV is quotes alone."""
    head = text.split("\n", 1)[0]
    if ";" in head and "," not in head:
        raise UsageError("The columns of a CSV suite are separated by commas, and these by semicolons.")
    reader = csv.DictReader(io.StringIO(text, newline=""), strict=True)
    while True:
        try:
            row = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            raise UsageError(f"The CSV can't be read at line {reader.line_num} ({error}).") from error
        if None in row:
            yield (
                reader.line_num,
                ValueError("it has more cells than columns; put quotation marks around a cell with a comma"),
            )
            continue
        found: dict[str, Any] = {key: value for key, value in row.items() if value}
        for name in ("answers", "wrong", "tags", "sources", "evidence"):
            if name in found:
                found[name] = [part.strip() for part in found[name].split(SEPARATOR) if part.strip()]
        if "evidence" in found:
            found["evidence"] = [{"quote": quote} for quote in found["evidence"]]
        yield reader.line_num, found


def _case(record: _Record) -> Case:
    answers = tuple((group,) if isinstance(group, str) else tuple(group) for group in record.answers)
    return Case(
        record.id, record.question, record.kind or _kind(record), answers, tuple(record.wrong), record.verdict,
        tuple(Gold(one.quote, one.article) for one in record.evidence), tuple(record.history), record.standalone,
        record.since, record.until, tuple(record.sources), tuple(record.tags),
        tuple(Article(**one.model_dump()) for one in record.articles),
    )  # fmt: skip


def _kind(record: _Record) -> str | None:
    """What the truth looks like, where the suite doesn't say."""
    if record.verdict:
        return "yes_no"
    return "fact" if record.answers or record.evidence else None
