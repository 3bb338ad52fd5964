"""Runs: anything can be asked, what fails is told, what was stopped goes on, and the same is found twice."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from assistant import Answer, Citation
from eval import Case, Run, Suite, evaluate, read_run
from eval.gate import check, floors_of
from eval.page import marked, page, write_page
from eval.suite import from_records
from index import Article, Index, UsageError
from tests.conftest import ROOT

ARTICLES = (
    Article("The ferry to Tern Island stayed in port on Monday because of thick fog.", title="Ferry stays in port"),
    Article("The market hall of Harwick opens again in May, the council said.", title="Market hall to open"),
)
ROWS = [
    {"id": "1", "question": "Why did the ferry to Tern Island stay in port?", "kind": "fact", "answers": ["fog"]},
    {"id": "2", "question": "When does the market hall of Harwick open?", "kind": "fact", "answers": ["May"], "tags": ["when"]},
    {"id": "3", "question": "Who won the chess championship?", "kind": "unanswerable"},
    {"id": "4", "question": "Does the hall open in May?", "kind": "yes_no", "verdict": "no",  # it does: one case is lost
     "evidence": [{"quote": "The market hall of Harwick opens again in May", "article": "nowhere.md"}]},
]  # fmt: skip
SUITE = from_records("harbor", ROWS, ARTICLES)


def echo(question: str) -> Answer:
    if "ferry" in question:
        return Answer(question, question, "answered", short="thick fog")
    return Answer(question, question, "not_on_record")


@pytest.fixture(scope="module")
def ours(tmp_path_factory: pytest.TempPathFactory) -> Run:
    folder = tmp_path_factory.mktemp("run")
    return evaluate(SUITE, out=folder / "run", cache=folder / "cache")


def test_ours_on_the_suite_s_own_articles(ours: Run) -> None:
    assert ours.complete and [one.right for one in ours.results] == [True, True, True, False]
    assert ours.metrics()["citation validity"] == 1 and ours.metrics()["recall@5"] == 1
    assert ours.results[3].why == "verdict yes, true is no"
    assert ours.results[3].warnings == ("the evidence names an article that is not there: nowhere.md",)
    assert ours.about["articles_count"] == 2 and ours.about["peak_mb"] > 50 and ours.about["settings"]["reader"]


def test_the_same_numbers_twice(ours: Run, tmp_path: Path) -> None:
    again = evaluate(SUITE, cache=tmp_path)
    untimed = {name: value for name, value in again.metrics().items() if "seconds" not in name}
    assert untimed == {name: value for name, value in ours.metrics().items() if "seconds" not in name}
    assert [one.scores for one in again.results] == [one.scores for one in ours.results]


def test_a_page_of_furniture_alone_is_left_out_and_told(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    suite = from_records("harbor", ROWS[:1], (*ARTICLES, Article("Advertisement", title="Notice")))
    run = evaluate(suite, cache=tmp_path)
    assert run.about["articles_count"] == 2 and run.metrics()["right"] == 1
    assert "furniture stands in them: 1" in caplog.text and "Notice" in caplog.text


def test_any_function_can_be_asked() -> None:
    run = evaluate(Suite("echo", SUITE.cases), echo)
    assert run.about["system"] == "echo"
    assert [one.right for one in run.results] == [True, False, True, False]
    assert "citation validity" not in run.metrics()


def test_a_function_is_given_what_it_takes() -> None:
    seen: list[dict[str, Any]] = []

    def system(question: str, history: Any = (), articles: Any = ()) -> Answer:
        seen.append({"history": history, "articles": articles})
        return Answer(question, question, "not_on_record")

    case = Case("1", "Why?", "unanswerable", history=(("Who?", "Ada"),), since="2025-01-01", articles=ARTICLES[:1])
    evaluate(Suite("s", (case, Case("2", "Who?", "unanswerable"))), system)
    assert seen == [{"history": (("Who?", "Ada"),), "articles": ARTICLES[:1]}, {"history": (), "articles": ()}]


def test_cases_with_their_own_articles() -> None:
    rows = [{**row, "articles": [{"text": ARTICLES[at].text}]} for at, row in enumerate(ROWS[:2])]
    run = evaluate(from_records("own", [*rows, {**ROWS[2], "articles": [{"text": ARTICLES[0].text}]}]))
    assert [one.right for one in run.results] == [True, True, True]
    assert run.results[0].answer is not None and run.results[0].answer["searched"]["articles"] == 1


def test_what_fails_is_a_result() -> None:
    def fails(question: str) -> Answer:
        if "ferry" in question:
            raise RuntimeError("no fuel")
        return "a text"  # type: ignore[return-value]

    run = evaluate(Suite("s", SUITE.cases), fails)
    assert [one.error for one in run.results[:2]] == ["RuntimeError: no fuel", "fails returned str, not an Answer."]
    assert [one.right for one in run.results] == [False] * 4
    assert (run.metrics()["silence recall"], run.metrics()["failed"]) == (0, 1)
    with pytest.raises(UsageError, match=r"s brings no articles for 4 of its cases \(1, \.\.\.\); name an index"):
        evaluate(Suite("s", SUITE.cases))


def test_a_bad_citation_is_told(tmp_path: Path) -> None:
    with Index(tmp_path / "i") as index:
        index.add(ARTICLES[0])
        (article,) = index.articles()

        def shifted(question: str) -> Answer:
            return Answer(question, question, "answered", citations=(Citation(1, article.id, 1, 4, "The"),))

        run = evaluate(Suite("s", SUITE.cases[:1]), shifted, index=index)
    assert run.results[0].warnings == ("citation [1] is not what its article says at that place",)
    assert run.metrics()["citation validity"] == 0


def test_evidence_that_is_not_in_its_article_is_told(tmp_path: Path) -> None:
    (tmp_path / "articles").mkdir()
    (tmp_path / "articles" / "ferry.txt").write_text(ARTICLES[0].text)
    row = {**ROWS[0], "evidence": [{"article": "ferry.txt", "quote": "because of a strike"}]}
    (tmp_path / "questions.jsonl").write_text(json.dumps(row) + "\n")
    (result,) = evaluate(tmp_path, cache=tmp_path / "cache").results
    assert result.warnings == ("the evidence is not in its article ferry.txt: because of a strike",)


def test_a_killed_run_goes_on_to_the_same_result(ours: Run, tmp_path: Path) -> None:
    code = (
        "import os, sys; sys.path.insert(0, '.')\n"
        "from eval import evaluate; from tests.eval.test_run import SUITE\n"
        f"evaluate(SUITE, out={str(tmp_path / 'run')!r}, cache={str(tmp_path / 'cache')!r},\n"
        "         on_progress=lambda done, total, one: done == 2 and os.kill(os.getpid(), 9))"
    )
    killed = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True)
    assert killed.returncode == -9, killed.stderr
    kept = tmp_path / "run" / "results.jsonl"
    kept.write_bytes(kept.read_bytes() + b'{"id": "3", "question": "Who w')  # a line that the kill cut off
    assert len(read_run(tmp_path / "run").results) == 2 and not read_run(tmp_path / "run").complete
    asked = []
    run = evaluate(SUITE, out=tmp_path / "run", cache=tmp_path / "cache", on_progress=lambda *step: asked.append(step[0]))
    assert run.complete and asked == [1, 2, 3, 4]
    assert [(one.id, one.scores, one.answer and one.answer["text"]) for one in run.results] == [
        (one.id, one.scores, one.answer and one.answer["text"]) for one in ours.results
    ]
    assert len(kept.read_text().splitlines()) == 4
    assert read_run(tmp_path / "run").results == run.results


def test_what_failed_is_tried_again(tmp_path: Path) -> None:
    down = [True]

    def system(question: str) -> Answer:
        if down[0] and "ferry" in question:
            raise ConnectionError("down")
        return echo(question)

    first = evaluate(Suite("s", SUITE.cases), system, out=tmp_path / "run")
    assert first.results[0].error == "ConnectionError: down" and first.results[0].scores["contains answer"] == 0
    down[0] = False
    again = evaluate(Suite("s", SUITE.cases), system, out=tmp_path / "run")
    assert again.results[0].right and not again.results[0].error
    assert read_run(tmp_path / "run").results == again.results


def test_another_function_is_another_run(tmp_path: Path) -> None:
    names = [evaluate(Suite("s", SUITE.cases), one, runs=tmp_path).path for one in (echo, echo, lambda q: echo(q))]
    assert names[0] == names[1] != names[2]


@pytest.mark.parametrize("broken", [{"confidence": float("nan")}, {"confidence": 85.0}, {"short": 1856}])
def test_an_answer_that_breaks_its_rules_is_a_failure(broken: dict[str, Any], tmp_path: Path) -> None:
    run = evaluate(
        Suite("s", SUITE.cases[:1]), lambda q: Answer(q, q, "answered", text="\ud800", **broken), out=tmp_path / "run"
    )
    assert run.results[0].error and run.metrics()["failed"] == 1
    assert read_run(tmp_path / "run").results == run.results


def test_reading_a_run_changes_nothing(tmp_path: Path) -> None:
    evaluate(Suite("s", SUITE.cases), echo, out=tmp_path / "run")
    path = tmp_path / "run" / "results.jsonl"
    path.write_bytes(path.read_bytes()[:-5])
    before = path.read_bytes()
    assert len(read_run(tmp_path / "run").results) == 3 and path.read_bytes() == before


def test_a_folder_with_other_files_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "results.jsonl").write_text("mine")
    with pytest.raises(UsageError, match="holds other files"):
        evaluate(Suite("s", SUITE.cases), echo, out=tmp_path)
    assert (tmp_path / "results.jsonl").read_text() == "mine"
    (tmp_path / "results.jsonl").unlink()
    (tmp_path / "run.json").write_text("{}")
    with pytest.raises(UsageError, match=r"no suite, digest, drawn"):
        read_run(tmp_path)


def test_another_program_gets_an_index_of_its_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    evaluate(Suite("s", SUITE.cases[:1], ARTICLES), "bm25", cache=tmp_path)
    monkeypatch.setattr("eval.run.build_digest", lambda: "another")
    evaluate(Suite("s", SUITE.cases[:1], ARTICLES), "bm25", cache=tmp_path)
    assert len(list(tmp_path.glob("*.complete"))) == 2


def test_a_run_of_something_else_is_not_gone_on_with(tmp_path: Path) -> None:
    evaluate(Suite("s", SUITE.cases), echo, out=tmp_path / "run")
    with pytest.raises(UsageError, match=r"something else \(other drawn\)"):
        evaluate(Suite("s", SUITE.cases[:2]), echo, out=tmp_path / "run")
    assert len(evaluate(Suite("s", SUITE.cases[:2]), echo, out=tmp_path / "run", again=True).results) == 2
    with pytest.raises(UsageError, match="There is no run at"):
        read_run(tmp_path)


def test_a_damaged_run_is_told(tmp_path: Path) -> None:
    evaluate(Suite("s", SUITE.cases), echo, out=tmp_path / "run")
    results = tmp_path / "run" / "results.jsonl"
    results.write_text("junk\n" + results.read_text())
    with pytest.raises(UsageError, match=r"results\.jsonl line 1 can't be read"):
        read_run(tmp_path / "run")


def test_a_limit_draws_the_same_cases() -> None:
    suite = Suite("s", tuple(Case(str(n), f"Question {n}?", "unanswerable") for n in range(50)))
    first, second, other = (evaluate(suite, "silent", limit=10, seed=seed).results for seed in (1, 1, 2))
    assert [one.id for one in first] == [one.id for one in second] != [one.id for one in other]
    assert len(first) == 10
    with pytest.raises(UsageError, match="limit is 0"):
        evaluate(suite, "silent", limit=0)
    with pytest.raises(UsageError, match="no system 'gpt'"):
        evaluate(suite, "gpt")


@pytest.mark.parametrize(("name", "right"), [("silent", [False, False, True, False]), ("no", [False, False, False, True])])
def test_constant_baselines(name: str, right: list[bool]) -> None:
    assert [one.right for one in evaluate(Suite("s", SUITE.cases), name).results] == right


def test_retrieval_baselines_answer_what_they_find(tmp_path: Path) -> None:
    for name, silent in (("bm25", True), ("dense", False)):  # no word of the third question stands in an article
        run = evaluate(SUITE, name, cache=tmp_path)
        assert [one.right for one in run.results] == [True, True, silent, False]
        assert run.metrics()["citation validity"] == 1


def test_the_page_holds_everything_and_needs_nothing(ours: Run, tmp_path: Path) -> None:
    text = write_page(ours, tmp_path / "deep" / "page.html", before=ours).read_text("utf-8")
    assert "http" not in text.replace("http://www.w3.org", "") and "<script src" not in text
    for one in ours.results:
        assert one.question in text
    assert "thick <mark>fog.</mark>" in text and "verdict yes, true is no" in text
    assert text.count("<svg") >= 2


def test_accepted_answers_are_marked_word_for_word() -> None:
    told = marked("In port, thick fog (fog) and foggy fog", [["Thick fog", "haze"], ["fog"]])
    assert told == [("In port, ", False), ("thick fog (fog)", True), (" and foggy ", False), ("fog", True)]
    assert marked("fog", [["fog"]]) == [("fog", True)] and marked("", [["fog"]]) == [("", False)]


def test_the_page_escapes_what_articles_say() -> None:
    article = Article("The <script>alert(1)</script> ferry stayed in port because of fog & wind.")
    rows = [{**ROWS[0], "articles": [{"text": article.text}]}]
    rows[0] |= {"tags": ["<script>alert(2)</script>", "$\\frac$"], "answers": ["fog <script>alert(3)</script>", "fog"]}
    text = page(evaluate(from_records("own", [*rows, {**rows[0], "id": "again"}])))
    assert "<script>alert" not in text
    for number in (1, 2, 3):
        assert f"&lt;script&gt;alert({number})" in text.replace("<mark>", "").replace("</mark>", "")


def test_the_gate(ours: Run) -> None:
    floors = {"digest": ours.about["digest"], "cases": 4, "floors": floors_of(ours)}
    assert check(ours, floors) == []
    higher = {**floors, "floors": {**floors["floors"], "right": 0.9, "verdict": 0.1}}
    assert [str(one) for one in check(ours, higher)] == [
        "right: 0.750, the floor is 0.900",
        "verdict: 0.000, the floor is 0.100",
    ]
    with pytest.raises(UsageError, match="floors are of other data"):
        check(ours, {**floors, "digest": "0"})
    with pytest.raises(UsageError, match="floors are of other data"):
        check(Run(ours.about, ours.results[:2]), floors)


def test_gold_evidence_is_found_by_what_it_is_called(tmp_path: Path) -> None:
    path = tmp_path / "articles"
    path.mkdir()
    (path / "ferry.txt").write_text(ARTICLES[0].text)
    (tmp_path / "questions.jsonl").write_text(
        json.dumps({**ROWS[0], "evidence": [{"article": "ferry.txt", "quote": "because of thick fog"}]}) + "\n"
    )
    (result,) = evaluate(tmp_path, cache=tmp_path / "cache").results
    assert result.warnings == () and result.scores["citation recall"] == 1
