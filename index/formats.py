"""One function a format: decoded text in, raw articles out. Adding a format: one function, one row in `FORMATS`."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import index.addresses as addresses
import index.columns as column_names
import index.page_head as page_head
from index.columns import NONE, Columns
from index.errors import ReadError
from index.metadata import TEXT_KEYS, metadata_from
from index.records import Metadata


@dataclass(frozen=True)
class Raw:
    """An article as its format gave it: before cleaning."""

    body: str
    metadata: Metadata
    warnings: tuple[str, ...] = ()
    part: str = ""
    """Which record of its file, where a file holds many («line 12»)."""


@dataclass(frozen=True)
class Broken:
    """A record of a file that could not be read; its neighbours can."""

    part: str
    why: str


MAX_CELL_CHARS = 10_000_000
"""Of one cell of a table."""
MAX_DEPTH = 8
"""Of lists and objects around the articles of a JSON file."""

Reader = Callable[[str], Iterator[Raw | Broken]]


def read_text(text: str) -> Iterator[Raw | Broken]:
    """Plain text or Markdown, with or without front matter; text that is JSON after all is read as JSON."""
    body, metadata, warnings = _front_matter(text)
    if body is text and text.lstrip()[:1] in "[{":
        try:
            value = json.loads(text)
        except (ValueError, RecursionError):
            pass  # it only begins like JSON
        else:
            yield from _from_json(value)
            return
    if _looks_like_html(body):
        yield from read_html(body)
        return
    yield Raw(body, metadata, warnings)


def read_markdown(text: str) -> Iterator[Raw | Broken]:
    """Markdown: front matter, then text whose marks are taken off."""
    for raw in read_text(text):
        yield Raw(_unmarked(raw.body), raw.metadata, raw.warnings, raw.part) if isinstance(raw, Raw) else raw


def read_html(text: str) -> Iterator[Raw | Broken]:
    """A saved page: its main text by trafilatura, its metadata by what it says of itself, then by trafilatura."""
    import trafilatura  # 0.6 s: only where there is HTML

    found = trafilatura.bare_extraction(
        text,
        include_comments=False,
        include_tables=True,
        favor_recall=True,  # else lists are lost on pages without an <article>; the cleaner takes off what it lets through
        with_metadata=True,
        date_extraction_params={"extensive_search": False, "original_date": True, "outputformat": "%Y-%m-%d"},
    )
    fields = found.as_dict() if found else {}
    body = fields.get("text") or ""
    if not body.strip():
        raise ReadError("no article text is found in this page")
    url = fields.get("url") if addresses.names_article(fields.get("url") or "") else None
    names = {
        "title": fields.get("title"),
        "source": fields.get("sitename") or fields.get("hostname"),
        "author": fields.get("author"),
        "url": url,
        "published": fields.get("date"),
        "language": fields.get("language") or _html_language(text),
        "section": fields.get("categories"),
    }
    found_in_text, _ = metadata_from({key: value for key, value in names.items() if value})
    metadata, warnings = metadata_from(page_head.told(text))
    metadata = metadata.filled_from(found_in_text)
    yield Raw(body, metadata.filled_from(Metadata(published=page_head.day_in(metadata.url))), warnings)


def read_json(text: str, columns: Columns = NONE) -> Iterator[Raw | Broken]:
    """An article object, a list of them (nested or not), or an object that holds such a list."""
    try:
        value = json.loads(text)
    except ValueError as error:
        raise ReadError(f"broken JSON ({_where(error)})") from error
    except RecursionError as error:
        raise ReadError("the JSON is nested too deeply to be a list of articles") from error
    yield from _from_json(value, columns)


def read_jsonl(text: str, columns: Columns = NONE) -> Iterator[Raw | Broken]:
    """One article object a line; a broken line is named and the others are read."""
    if columns:
        column_names.found((one for _, one in _lines(text) if isinstance(one, dict)), columns)
    for part, value in _lines(text):
        if isinstance(value, Broken):
            yield value
        elif isinstance(value, dict):
            yield _article(column_names.renamed(value, columns), part)
        else:
            yield Broken(part, "not an object with a text")


def _lines(text: str) -> Iterator[tuple[str, Any]]:
    for number, line in enumerate(text.split("\n"), 1):
        if not line.strip():
            continue
        part = f"line {number}"
        try:
            yield part, json.loads(line)
        except (ValueError, RecursionError) as error:
            yield part, Broken(part, f"broken JSON ({_where(error)})")


def read_csv(text: str, columns: Columns = NONE) -> Iterator[Raw | Broken]:
    """A table with one article a row, its columns named in the first; commas, semicolons or tabs between them."""
    csv.field_size_limit(MAX_CELL_CHARS)
    first = text.lstrip("\ufeff").split("\n", 1)[0]
    between = max(",;\t", key=first.count)
    rows = csv.DictReader(io.StringIO(text.lstrip("\ufeff"), newline=""), delimiter=between)
    names = [name for name in rows.fieldnames or () if name]
    header = {name.strip(): "text" for name in names}
    column_names.found([header], columns)
    if _body(column_names.renamed(header, columns)) is None:
        told = ", ".join(names)[:80]
        raise ReadError(f"no column holds the text: say which one does with --column text=NAME (it has {told})")
    try:
        for number, row in enumerate(rows, 2):
            fields = {key.strip(): value for key, value in row.items() if key and isinstance(value, str)}
            yield _article(column_names.renamed(fields, columns), f"row {number}")
    except csv.Error as error:
        yield Broken(f"after line {rows.line_num}", f"broken CSV ({error})")


FORMATS: dict[str, Reader] = {
    ".txt": read_text,
    ".text": read_text,
    ".md": read_markdown,
    ".markdown": read_markdown,
    ".html": read_html,
    ".htm": read_html,
    ".xhtml": read_html,
    ".json": read_json,
    ".jsonl": read_jsonl,
    ".ndjson": read_jsonl,
    ".csv": read_csv,
    ".tsv": read_csv,
}


WITH_COLUMNS: dict[Reader, Callable[[str, Columns], Iterator[Raw | Broken]]] = {
    read_json: read_json,
    read_jsonl: read_jsonl,
    read_csv: read_csv,
}
"""Readers of exports, whose columns may be named."""


def sniffed(text: str) -> Reader:
    """The reader for text of unknown kind (standard input, a file without a known ending)."""
    if _looks_like_html(text):
        return read_html
    first = text.lstrip().split("\n", 1)[0]
    if first.startswith("{"):
        try:
            json.loads(first)
        except (ValueError, RecursionError):
            return read_text
        return read_jsonl if "\n" in text.strip() else read_json
    return read_text


def _from_json(value: Any, columns: Columns = NONE) -> Iterator[Raw | Broken]:
    if columns:
        column_names.found(_dicts(value), columns)
    found = list(_objects(value, columns))
    if not found:
        raise ReadError(f"no article in this JSON: an article is an object with one of {', '.join(TEXT_KEYS[:4])}")
    for number, fields in enumerate(found, 1):
        yield _article(fields, f"record {number}" if len(found) > 1 else "")


def _objects(value: Any, columns: Columns = NONE, depth: int = 0) -> Iterator[dict[str, Any]]:
    """The article objects in a JSON value: lists are opened, and objects that only hold lists."""
    if isinstance(value, list) and depth < MAX_DEPTH:
        for part in value:
            yield from _objects(part, columns, depth + 1)
    elif isinstance(value, dict):
        if _body(fields := column_names.renamed(value, columns)) is not None:
            yield fields
        elif depth < MAX_DEPTH:
            for part in value.values():
                if isinstance(part, list):
                    yield from _objects(part, columns, depth + 1)


def _dicts(value: Any, depth: int = 0) -> Iterator[dict[str, Any]]:
    """Every object that may be a record, outermost first."""
    if isinstance(value, dict):
        yield value
    if depth < MAX_DEPTH:
        for part in value if isinstance(value, list) else value.values() if isinstance(value, dict) else ():
            if isinstance(part, list) or (isinstance(part, dict) and isinstance(value, list)):
                yield from _dicts(part, depth + 1)


def _body(fields: dict[str, Any]) -> str | None:
    low = {key.casefold().replace("-", "_"): value for key, value in fields.items()}
    for key in TEXT_KEYS:
        value = low.get(key)
        if isinstance(value, str):
            return value
        if isinstance(value, list) and value and all(isinstance(part, str) for part in value):
            return "\n\n".join(value)
    return None


def _article(fields: dict[str, Any], part: str) -> Raw | Broken:
    body = _body(fields)
    if body is None:
        return Broken(part, f"no text: an article has one of {', '.join(TEXT_KEYS[:4])}")
    if not body.strip():
        return Broken(part, "the text is empty")
    metadata, warnings = metadata_from({key: value for key, value in fields.items() if value is not body})
    if _looks_like_html(body):
        try:
            page = next(read_html(body))
        except ReadError as error:
            return Broken(part, str(error))
        if isinstance(page, Raw):
            return Raw(page.body, metadata.filled_from(page.metadata), warnings, part)
    return Raw(body, metadata, warnings, part)


def _front_matter(text: str) -> tuple[str, Metadata, tuple[str, ...]]:
    if not re.match(r"\ufeff?---[ \t]*\r?\n", text):
        return text, Metadata(), ()
    import frontmatter
    import yaml

    try:
        post = frontmatter.loads(text.lstrip("\ufeff"))
    except (yaml.YAMLError, ValueError) as error:  # ValueError: a date that no calendar has
        raise ReadError(f"the front matter between the --- lines is not valid YAML ({_where(error)})") from error
    if not post.metadata:
        return text, Metadata(), ()
    metadata, warnings = metadata_from(post.metadata)
    return post.content, metadata, warnings


def _unmarked(text: str) -> str:
    """Markdown without its marks: headings, emphasis, links (their words stay), images, quotes, rules."""
    text = re.sub(r"(?m)^ {0,3}#{1,6}[ \t]+(.*?)[ \t#]*$", r"\1", text)
    text = re.sub(r"(?m)^ {0,3}>[ \t]?", "", text)
    text = re.sub(r"!\[[^\]\n]*\]\([^)\n]*\)", "", text)
    text = re.sub(r"(?<!!)\[([^\]\n]+)\]\((?:[^()\n]|\([^()\n]*\))*\)", r"\1", text)
    text = re.sub(r"(?<![\w*])(\*{1,3})(?=\S)([^*\n]+?)(?<=\S)\1(?![\w*])", r"\2", text)
    text = re.sub(r"(?<![\w_])(_{1,2})(?=\S)([^_\n]+?)(?<=\S)\1(?![\w_])", r"\2", text)
    text = re.sub(r"(?m)^ {0,3}(?:[-*_][ \t]*){3,}$", "", text)
    return re.sub(r"\\([\\`*_{}\[\]()#+.!>-])", r"\1", text)


def _looks_like_html(text: str) -> bool:
    head = text[:2000].lstrip().casefold()
    if head.startswith(("<!doctype html", "<html", "<head", "<body", "<article", "<?xml")):
        return True
    return len(re.findall(r"<(?:p|div|br|span|h[1-6]|li|article|section)\b[^>]*>", head)) >= 3


def _html_language(text: str) -> str | None:
    found = re.search(r"<html[^>]*\blang\s*=\s*[\"']?([A-Za-z]{2,3})", text[:2000])
    return found.group(1).lower() if found else None


def _where(error: BaseException) -> str:
    if isinstance(error, json.JSONDecodeError):
        return f"{error.msg.lower().removesuffix(' at')} at line {error.lineno}, column {error.colno}"
    mark = getattr(error, "problem_mark", None)
    if mark is not None:
        return f"line {mark.line + 1}"
    return "nested too deeply" if isinstance(error, RecursionError) else str(error)[:80]
