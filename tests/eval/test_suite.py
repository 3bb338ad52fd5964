"""Reading suites: what is accepted, and how what is not is told."""

import json
from pathlib import Path

import pytest

from eval import read_suite
from index import UsageError


def _write(path: Path, *rows: object) -> Path:
    path.write_text("\n".join(row if isinstance(row, str) else json.dumps(row) for row in rows) + "\n", encoding="utf-8")
    return path


def test_a_suite_of_every_kind(tmp_path: Path) -> None:
    (tmp_path / "articles").mkdir()
    path = _write(
        tmp_path / "s.jsonl",
        {"name": "mine", "articles": "articles"},
        {
            "id": 1,
            "question": "Who?",
            "kind": "fact",
            "answers": "Ada",
            "evidence": [{"article": "a.md", "quote": "Ada did."}],
        },
        {"id": "l", "question": "Which?", "kind": "list", "answers": [["Ada", "Ms. A."], "Bo"], "tags": ["x"]},
        {"id": "y", "question": "Did she?", "verdict": "yes", "history": [["Who?", "Ada"]], "since": "2025-01-01"},
        {"id": "u", "question": "When?", "kind": "unanswerable"},
        {
            "id": "own",
            "question": "Why?",
            "answers": ["fog"],
            "articles": [{"text": "Because of fog.", "published": "2025-02-01"}],
        },
        {"id": "open", "question": "Anything?"},
    )
    suite = read_suite(path)
    assert (suite.name, suite.articles) == ("mine", (tmp_path / "articles",))
    assert [case.kind for case in suite.cases] == ["fact", "list", "yes_no", "unanswerable", "fact", None]
    assert suite.cases[0].id == "1" and suite.cases[0].answers == (("Ada",),)
    assert suite.cases[1].answers == (("Ada", "Ms. A."), ("Bo",)) and suite.cases[1].accepted == ("Ada", "Ms. A.", "Bo")
    assert suite.cases[2].history == (("Who?", "Ada"),)
    assert suite.cases[4].articles[0].text == "Because of fog."


def test_each_bad_record_is_told_with_its_line(tmp_path: Path) -> None:
    path = _write(
        tmp_path / "s.jsonl",
        {"id": "good", "question": "Who?"},
        '{"id": "cut"',
        ["no object"],
        {"id": "good", "question": "Again?"},
        {"id": "a", "question": "?!"},
        {"id": "b", "question": "Who?", "kind": "guess"},
        {"id": "c", "question": "Who?", "answer": "Ada"},
        {"id": "d", "question": "Who?", "kind": "unanswerable", "answers": ["Ada"]},
        {"id": "e", "kind": "fact"},
        {"id": "f", "question": "Who?", "kind": "fact"},
        {"id": "g", "question": "Who?", "verdict": "perhaps"},
        {"id": "h", "question": "Who?", "since": "yesterday"},
    )
    with pytest.raises(UsageError) as told:
        read_suite(path)
    lines = str(told.value).splitlines()
    assert lines[0] == "s.jsonl: 11 records can't be used:"
    for line, words in (
        (1, "line 2: it is no JSON"),
        (2, "line 3: it is no JSON object"),
        (3, "line 4: the id good is taken by line 1"),
        (4, "line 5: question: The question is empty"),
        (5, "line 6: kind is 'guess'; it is one of fact, list, yes_no, unanswerable, conflict"),
        (6, "line 7: answer: it is not a field of a suite"),
        (7, "line 8: it is unanswerable and has an answer"),
        (8, "line 9: question: it is missing"),
        (9, "line 10: kind is fact and there is neither"),
        (10, "line 11: verdict is 'perhaps'"),
    ):
        assert words in lines[line]
    assert lines[11] == "  ... and 1 more"


@pytest.mark.parametrize(
    ("name", "text", "words"),
    [
        ("none.jsonl", "", "holds no questions"),
        ("h.jsonl", '{"articles": "nowhere"}\n{"id": "a", "question": "Who?"}', "nowhere"),
    ],
)
def test_a_suite_that_is_not_there(tmp_path: Path, name: str, text: str, words: str) -> None:
    (tmp_path / name).write_text(text)
    with pytest.raises(UsageError, match=words):
        read_suite(tmp_path / name)
    with pytest.raises(UsageError, match="There is no suite"):
        read_suite(tmp_path / "missing.jsonl")
    with pytest.raises(UsageError, match="neither questions"):
        read_suite(tmp_path)


def test_csv_with_several_items_in_a_cell(tmp_path: Path) -> None:
    path = tmp_path / "s.csv"
    path.write_text(
        'id,question,kind,answers,evidence,tags\n1,"Which\ntwo?",list,Ada | Bo,"Ada, and Bo, did.",x|y\n2,When?,unanswerable,,,\n'
    )
    first, second = read_suite(path).cases
    assert first.question == "Which two?" and first.answers == (("Ada",), ("Bo",)) and first.tags == ("x", "y")
    assert first.evidence[0].quote == "Ada, and Bo, did." and second.kind == "unanswerable"


@pytest.mark.parametrize("answers", [[[]], ["A"], ["the"], ["?!"], [["Ada", " "]]])
def test_an_answer_that_could_never_be_found_is_refused(tmp_path: Path, answers: list[object]) -> None:
    path = _write(tmp_path / "s.jsonl", {"id": "a", "question": "Who?", "kind": "fact", "answers": answers})
    with pytest.raises(UsageError, match="no word that could be found"):
        read_suite(path)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("id,question\n1,Who did it, and why?\n", "line 2: it has more cells than columns"),
        ("id;question\n1;Who?\n", "separated by commas"),
        ('id,question\n1,"Who?\n', "can't be read at line"),
    ],
)
def test_csv_that_is_not_what_it_seems(tmp_path: Path, text: str, words: str) -> None:
    (tmp_path / "s.csv").write_text(text)
    with pytest.raises(UsageError, match=words):
        read_suite(tmp_path / "s.csv")


def test_the_digest_names_questions_and_articles(tmp_path: Path) -> None:
    (tmp_path / "articles").mkdir()
    article = tmp_path / "articles" / "a.txt"
    article.write_text("Ada did.")
    path = _write(tmp_path / "questions.jsonl", {"id": "a", "question": "Who?"})
    before = read_suite(tmp_path).digest
    assert read_suite(tmp_path).digest == before
    article.write_text("Bo did.")
    other = read_suite(tmp_path).digest
    _write(path, {"id": "a", "question": "Whom?"})
    assert len({before, other, read_suite(tmp_path).digest}) == 3
