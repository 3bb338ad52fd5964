"""Exports whose columns have names of their own."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest

from index import Index, UsageError

Write = Callable[[str, str | bytes], str]
HALL, PIER = "The council closed the hall.", "The harbor office closed the pier."
RECORDS = [
    {"Kopf": {"Titel": "Hall", "Datum": "2025-02-14"}, "Inhalt": HALL, "title": "not this"},
    {"Kopf": {"Titel": "Pier", "Datum": "2025-02-15"}, "Inhalt": PIER},
]
COLUMNS = {"text": "Inhalt", "title": "Kopf.Titel", "published": "Kopf.Datum"}


def told(index: Index) -> list[tuple[str, str | None, str | None]]:
    return [(article.text, article.title, article.published) for article in index.articles()]


@pytest.mark.parametrize("between", [",", ";"])
def test_a_table(index: Index, write: Write, between: str) -> None:
    rows = [
        ("Titel ", "Inhalt", "Datum", "text"),
        ("Hall", HALL, "2025-02-14", "not this"),
        ("Pier", PIER, "2025-02-15", ""),
    ]
    path = write("a.csv", "\n".join(between.join(row) for row in rows))
    report = index.add(path, columns={"text": "Inhalt", "title": "Titel", "published": "Datum"})
    assert (report.added, report.failed) == (2, ())
    assert told(index) == [(PIER, "Pier", "2025-02-15"), (HALL, "Hall", "2025-02-14")]


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.json", json.dumps(RECORDS)), ("a.json", json.dumps({"data": [{"rows": RECORDS}]})),
        ("a.jsonl", "\n".join(map(json.dumps, RECORDS))),
    ],
    ids=["list", "nested", "lines"],
)  # fmt: skip
def test_json_with_paths(index: Index, write: Write, name: str, content: str) -> None:
    assert index.add(write(name, content), columns=COLUMNS).failed == ()
    assert told(index) == [(PIER, "Pier", "2025-02-15"), (HALL, "Hall", "2025-02-14")]


def test_one_json_object_whose_text_lies_within(index: Index, write: Write) -> None:
    index.add(write("a.json", json.dumps({"article": {"body": HALL}, "id": 1})), columns={"text": "article.body"})
    assert [article.text for article in index.articles()] == [HALL]


def test_a_name_with_a_dot_in_it(index: Index, write: Write) -> None:
    index.add(write("a.json", json.dumps([{"article.body": HALL}])), columns={"text": "article.body"})
    assert [article.text for article in index.articles()] == [HALL]


def test_a_record_that_lacks_a_column_fails_alone(index: Index, write: Write) -> None:
    report = index.add(write("a.jsonl", "\n".join(map(json.dumps, [*RECORDS, {"text": "not this"}]))), columns=COLUMNS)
    assert (report.added, len(report.failed)) == (2, 1)
    assert report.failed[0][0].endswith("line 3")


@pytest.mark.parametrize(
    ("name", "content", "listed"),
    [
        ("a.csv", f"Titel,Inhalt\nHall,{HALL}\n", "Titel, Inhalt"),
        ("a.json", json.dumps(RECORDS), "Kopf, Kopf.Titel, Kopf.Datum, Inhalt, title"),
        ("a.jsonl", json.dumps(RECORDS[1]), "Kopf, Kopf.Titel, Kopf.Datum, Inhalt"),
    ],
)
def test_a_column_that_no_record_has(index: Index, write: Write, name: str, content: str, listed: str) -> None:
    report = index.add(write(name, content), columns={"text": "Inhalt", "published": "Tag"})
    assert report.added == 0
    assert report.failed[0][1] == f"no record has the column 'Tag', which is named for published; its columns are {listed}"


def test_a_field_that_no_article_has(index: Index) -> None:
    with pytest.raises(UsageError, match="an article has no field 'txt'; its fields are text, title, source, author, url"):
        index.add([], columns={"txt": "Inhalt"})
    with pytest.raises(UsageError, match="name the column that holds the text"):
        index.add([], columns={"text": ""})


def test_other_files_are_read_as_ever(index: Index, write: Write) -> None:
    report = index.add([write("a.txt", HALL), write("b.csv", f"Inhalt\n{PIER}\n")], columns={"text": "Inhalt"})
    assert (report.added, report.failed) == (2, ())
