"""Published formats as suites, on records of our own in their shapes; and the real files where ONRECORD_DATA has them."""

from pathlib import Path

import pytest

from eval.published import NAMED, boolq, checked_unanswerable, follow_ups, multihop, named, ramdocs, realtimeqa, squad
from eval.records import Suite
from eval.suites import find_suite
from index import Article, UsageError

SQUAD = [
    {"id": "a", "title": "Tern_Island", "question": "Who keeps the light?", "context": "Ada keeps it.", "answers": ["Ada", "Ada"], "answerable": True},
    {"id": "b", "title": "Tern_Island", "question": "Who built it?", "context": "Ada keeps it.", "answers": [], "answerable": False},
]  # fmt: skip


def test_squad_as_one_corpus_and_by_passage() -> None:
    corpus = squad(SQUAD)
    assert [case.id for case in corpus.cases] == ["a"] and corpus.articles == (
        Article("Ada keeps it.", title="Tern Island"),
    )
    own = squad(SQUAD, own_passage=True)
    assert [case.kind for case in own.cases] == ["fact", "unanswerable"] and own.articles == ()
    assert own.cases[0].answers == (("Ada",),) or own.cases[0].accepted == ("Ada",)
    assert own.cases[1].articles[0].text == "Ada keeps it."


def test_yes_no_with_passages() -> None:
    rows = [
        {"question": "is it lit", "context": "It is lit.", "answer": label} for label in ("yes", "NO", "DON'T KNOW", "Tern")
    ]
    suite = boolq(rows)
    assert [(case.question, case.kind, case.verdict) for case in suite.cases] == [
        ("is it lit?", "yes_no", "yes"),
        ("is it lit?", "yes_no", "no"),
        ("is it lit?", "unanswerable", None),
    ]


def test_realtimeqa_counts_only_what_was_read_by_hand_as_unanswerable() -> None:
    articles = [{"url": "u", "title": "t", "text": "It is lit.", "source": "s", "published": "2022-06-01"}]
    rows = [
        {"id": f"w_{n}", "question": "Is it?", "answer": "lit", "docs": ["u"], "answerable": n == 0} for n in (0, 0, 1, 2)
    ]
    suite = realtimeqa(articles, rows, ["w_2"])
    assert [(case.id, case.kind) for case in suite.cases] == [("w_0", "fact"), ("w_2", "unanswerable")]
    assert suite.articles[0].published == "2022-06-01"  # type: ignore[union-attr]
    assert len(checked_unanswerable()) == len(set(checked_unanswerable())) > 50


def test_ramdocs() -> None:
    documents = [
        {"text": "Lit in 1856.", "type": "correct"},
        {"text": "Lit in 1900.", "type": "misinfo"},
        {"text": " ", "type": "noise"},
    ]
    row = {"question": "When?", "documents": documents, "gold_answers": ["1856", "1856"], "wrong_answers": ["1900", "1856"]}
    (case,) = ramdocs([row]).cases
    assert (case.answers, case.wrong, len(case.articles), case.kind) == ((("1856",),), ("1900",), 2, "conflict")


def test_multihop() -> None:
    facts = [{"title": "T", "text": "One."}, {"title": "T", "text": "Two."}]
    queries = [
        {"id": "1", "question": "Who?", "answer": "Ada", "kind": "other", "evidence": [{"title": "T", "fact": "One."}]},
        {"id": "2", "question": "Is it?", "answer": "No", "kind": "yes_no", "evidence": []},
        {"id": "3", "question": "When?", "answer": "Insufficient information.", "kind": "null", "evidence": []},
    ]
    suite = multihop(queries, facts)
    assert [(case.kind, case.verdict) for case in suite.cases] == [("fact", None), ("yes_no", "no"), ("unanswerable", None)]
    assert suite.articles == (Article("One.\n\nTwo.", title="T"),)


def test_follow_ups() -> None:
    row = {
        "id": "c",
        "history": ["Ada", "Work", "What did she do?", "She kept it."],
        "question": "When?",
        "rewrite": "When did Ada?",
    }
    (case,) = follow_ups([row]).cases
    assert case.history == (("Ada", "Work"), ("What did she do?", "She kept it.")) and case.standalone == "When did Ada?"
    (case,) = follow_ups([{**row, "history": ["What is it?", "And why?"]}], "cast").cases
    assert case.history == (("What is it?", ""), ("And why?", "")) and case.kind is None


def test_a_suite_goes_by_name_or_path(tmp_path: Path) -> None:
    assert len(find_suite("samples").cases) >= 80
    assert len(find_suite("newsroom").cases) == 90
    with pytest.raises(
        UsageError, match="neither a file or folder here, nor one of samples, newsroom, invented, stories, realtimeqa"
    ):
        find_suite(str(tmp_path / "none"))
    with pytest.raises(UsageError, match="no suite 'none'"):
        named("none")


@pytest.mark.parametrize("name", NAMED)
def test_every_named_set_is_read_whole(name: str, data_folder: Path) -> None:
    test, train = named(name), named(name, "train")
    assert isinstance(test, Suite) and len(test.cases) > 40 and test.about["split"] == "test"
    assert not {case.id for case in test.cases} & {case.id for case in train.cases} or name in (
        "boolq",
        "condaqa",
        "ramdocs",
    )
    assert test.digest != train.digest
