"""Each metric against cases worked out by hand."""

import math

import pytest

from assistant import Answer, Citation
from eval.matching import exact_match, holds, token_f1
from eval.metrics import METRICS, Outcome, invalid_citations, ranking, scores
from eval.records import Case, Gold
from index import Article, Hit

TEXT = "The ferry stayed in port on Monday because of fog. It sailed on Tuesday at 9 a.m."
FERRY = Article(TEXT, id="ferry")
FIRST, SECOND = "The ferry stayed in port on Monday because of fog.", "It sailed on Tuesday at 9 a.m."


def _citation(quote: str, marker: int = 1) -> Citation:
    start = TEXT.index(quote)
    return Citation(marker, "ferry", start, start + len(quote), quote)


def _found(*quotes: str, short: str | None = None, verdict: object = None, status: object = "answered") -> Outcome:
    citations = tuple(_citation(quote, at) for at, quote in enumerate(quotes, 1))
    answer = Answer("?", "?", status, verdict, short, " ".join(quotes), (), citations)  # type: ignore[arg-type]
    return Outcome(answer, None, {"ferry": FERRY}, checked=True)


SILENT = _found(status="not_on_record")


def _hit(text: str) -> Hit:
    return Hit("a", None, None, None, text, 0, len(text), 1.0)


@pytest.mark.parametrize(
    ("metric", "case", "found", "value"),
    [
        ("right", Case("1", "?", "unanswerable"), SILENT, 1),
        ("right", Case("1", "?", "unanswerable"), _found(FIRST), 0),
        ("right", Case("1", "?", "fact", (("fog",),)), _found(FIRST), 1),
        ("right", Case("1", "?", "fact", (("fog",),)), _found(FIRST, short="Monday"), 0),
        ("right", Case("1", "?", "fact", (("fog",),)), SILENT, 0),
        ("right", Case("1", "?", "fact", (), evidence=(Gold(FIRST),)), _found(FIRST), 1),
        ("right", Case("1", "?", "fact", (), evidence=(Gold(FIRST),)), _found(SECOND), 0),
        ("right", Case("1", "?", "yes_no", verdict="yes"), _found(FIRST, verdict="yes"), 1),
        ("right", Case("1", "?", "yes_no", verdict="yes"), _found(FIRST), 0),
        ("right", Case("1", "?", "list", (("Monday",), ("Tuesday", "Tue"))), _found(FIRST, SECOND), 1),
        ("right", Case("1", "?", "list", (("Monday",), ("Tuesday",))), _found(FIRST), 0),
        ("right", Case("1", "?", "conflict", (("Monday",),), ("Tuesday",)), _found(FIRST), 1),
        ("right", Case("1", "?", "conflict", (("Monday",),), ("Tuesday",)), _found(FIRST, SECOND), 0),
        ("right", Case("1", "?", "conflict", (("fog",),), verdict="mixed"), _found(FIRST), 0),
        ("right", Case("1", "?", "conflict", (("fog",),), verdict="mixed"), _found(FIRST, status="conflicting"), 1),
        ("right", Case("1", "?"), _found(FIRST), None),
        ("exact match", Case("1", "?", "fact", (("The fog",),)), _found(FIRST, short="fog!"), 1),
        ("exact match", Case("1", "?", "fact", (("fog",),)), SILENT, 0),
        ("exact match", Case("1", "?", "unanswerable"), SILENT, 1),
        ("exact match", Case("1", "?", "yes_no", verdict="yes"), SILENT, None),
        ("span F1", Case("1", "?", "fact", (("thick fog",),)), _found(FIRST, short="fog"), 2 / 3),
        ("contains answer", Case("1", "?", "fact", (("fog",),)), _found(FIRST, short="Monday"), 1),
        ("contains answer", Case("1", "?", "unanswerable"), _found(FIRST), None),
        ("list recall", Case("1", "?", "list", (("Monday",), ("Tuesday",))), _found(FIRST), 0.5),
        ("list recall", Case("1", "?", "fact", (("Monday",),)), _found(FIRST), None),
        ("list precision", Case("1", "?", "list", (("Monday",), ("Tuesday",))), _found(FIRST, short="Monday, Friday"), 0.5),
        ("list precision", Case("1", "?", "list", (("Berlin",), ("London",))), _found(FIRST, short="lin, o, e"), 0),
        ("list precision", Case("1", "?", "list", (("Ann",),)), _found(FIRST, short="Anna"), 0),
        ("list precision", Case("1", "?", "list", (("Ann",), ("Bo",))), _found(FIRST, short="Ann, Ann; Ann"), 1 / 3),
        ("list precision", Case("1", "?", "list", (("Monday",),)), _found(FIRST), None),
        ("right", Case("1", "?", "list", (), evidence=(Gold(FIRST), Gold(SECOND))), _found(FIRST), 0),
        ("right", Case("1", "?", "list", (), evidence=(Gold(FIRST), Gold(SECOND))), _found(FIRST, SECOND), 1),
        ("right", Case("1", "?", "conflict", verdict="mixed", evidence=(Gold(FIRST),)), _found(FIRST, verdict="yes"), 0),
        ("right", Case("1", "?", "conflict", verdict="mixed"), _found(FIRST, status="conflicting"), 1),
        ("right", Case("1", "?", "fact", (), ("fog",), evidence=(Gold(FIRST),)), _found(FIRST), 0),
        ("verdict", Case("1", "?", "yes_no", verdict="no"), SILENT, 0),
        ("wrong answer given", Case("1", "?", "conflict", (("a",),), ("Monday",)), _found(FIRST), 1),
        ("wrong answer given", Case("1", "?", "fact", (("a",),)), _found(FIRST), None),
        ("sides found", Case("1", "?", "conflict", (("Monday",), ("Sunday",))), _found(FIRST, short="x"), 0.5),
        ("citation precision", Case("1", "?", "fact", evidence=(Gold(FIRST),)), _found(FIRST, SECOND), 0.5),
        ("citation precision", Case("1", "?", "fact", evidence=(Gold(FIRST),)), SILENT, None),
        ("citation recall", Case("1", "?", "fact", evidence=(Gold(FIRST), Gold(SECOND))), _found(FIRST), 1),
        ("citation recall", Case("1", "?", "list", evidence=(Gold(FIRST), Gold(SECOND))), _found(FIRST), 0.5),
        ("citation recall", Case("1", "?", "list", evidence=(Gold(FIRST),)), SILENT, 0),
        ("citation validity", Case("1", "?"), _found(FIRST), 1),
        ("citation validity", Case("1", "?"), SILENT, None),
        ("independent sources", Case("1", "?"), _found(FIRST, SECOND), 1),
    ],
)
def test_metric(metric: str, case: Case, found: Outcome, value: float | None) -> None:
    told = METRICS[metric](case, found)
    assert told == value if value is None else told == pytest.approx(value)


def test_a_citation_that_is_not_in_its_article_is_invalid() -> None:
    good = _citation(FIRST)
    moved = Citation(2, "ferry", 1, 1 + len(FIRST), FIRST)
    nowhere = Citation(3, "gone", 0, 3, "The")
    answer = Answer("?", "?", "answered", citations=(good, moved, nowhere))
    found = Outcome(answer, None, {"ferry": FERRY}, checked=True)
    assert invalid_citations(found) == [2, 3]
    assert METRICS["citation validity"](Case("1", "?"), found) == pytest.approx(1 / 3)
    assert METRICS["citation validity"](Case("1", "?"), Outcome(answer)) is None


def test_what_understanding_added() -> None:
    case = Case("1", "When did she leave?", standalone="When did Ada Lovelace leave London?")
    answer = Answer(case.question, "When did Ada Lovelace leave?", "not_on_record")
    assert METRICS["understood F1"](case, Outcome(answer)) == pytest.approx(2 * 2 / (3 + 2))
    same = Answer(case.question, case.question, "not_on_record")
    assert METRICS["understood F1"](case, Outcome(same)) == 0
    assert METRICS["understood F1"](Case("2", case.question, standalone=case.question), Outcome(same)) == 1


def test_ranking_of_gold_evidence() -> None:
    case = Case("1", "?", "list", evidence=(Gold(FIRST), Gold(SECOND)))
    hits = [_hit(f"Other words {n}.") for n in range(4)] + [_hit(f"So. {FIRST}")] + [_hit("More.")] * 5 + [_hit(SECOND)]
    found = Outcome(SILENT.answer, tuple(hits))
    values = ranking(case, found)
    assert values["recall@5"] == 0.5 and values["recall@10"] == 0.5 and values["mrr"] == pytest.approx(1 / 5)
    ideal = 1 + 1 / math.log2(3)
    assert values["ndcg@10"] == pytest.approx(1 / math.log2(6) / ideal)
    assert set(ranking(case, SILENT).values()) == {None}


def test_ranking_with_several_pieces_in_a_hit_and_pieces_repeated() -> None:
    case = Case("1", "?", "list", evidence=(Gold(FIRST), Gold(SECOND)))
    both = ranking(case, Outcome(SILENT.answer, (_hit(TEXT),)))
    assert both == {"recall@5": 1, "recall@10": 1, "mrr": 1, "ndcg@10": 1}
    copies = ranking(case, Outcome(SILENT.answer, tuple([_hit(FIRST)] * 5 + [_hit(SECOND)])))
    assert copies["recall@5"] == 0.5 and copies["recall@10"] == 1 and copies["mrr"] == 1
    ideal = 1 + 1 / math.log2(3)
    assert copies["ndcg@10"] == pytest.approx((1 + 1 / math.log2(7)) / ideal)
    nothing = ranking(case, Outcome(SILENT.answer, ()))
    assert set(nothing.values()) == {0}


def test_words_read() -> None:
    case = Case("1", "?", "fact", (("fog",),))
    hits = (_hit("word " * 170), _hit("the fog came"), _hit("x"))
    found = Outcome(SILENT.answer, hits)
    assert METRICS["answer in 180 words"](case, found) == 1
    assert METRICS["answer in 180 words"](case, Outcome(SILENT.answer, (_hit("word " * 180), *hits))) == 0
    assert METRICS["answer in 540 words"](case, Outcome(SILENT.answer, (_hit("word " * 180), *hits))) == 1


def test_every_metric_is_in_the_scores() -> None:
    assert set(METRICS) < set(scores(Case("1", "?"), SILENT))


@pytest.mark.parametrize(
    ("prediction", "answer", "em", "f1"),
    [
        ("the 1,200 boats", "1200 boats", 1, 1),
        ("Zoë", "zoe", 1, 1),
        ("a", "", 1, 1),
        ("boats boats", "boats", 0, 2 / 3),
        ("x", "y", 0, 0),
    ],
)
def test_matching_as_squad_defines_it(prediction: str, answer: str, em: float, f1: float) -> None:
    assert exact_match(prediction, [answer]) == em
    assert token_f1(prediction, ["q", answer]) == pytest.approx(f1)


def test_containment_respects_words() -> None:
    assert holds("It cost $12 million.", ["12 million"]) and not holds("It cost 112 millions.", ["12 million"])


@pytest.mark.parametrize(
    ("text", "answer", "found"),
    [
        ("It cost $3.5 million.", "5 million", False),
        ("It cost $3.5 million.", "3.5 million", True),
        ("It grew 5%.", "-5%", False),
        ("It fell by -5%.", "-5%", True),
        ("Between 2010-2015.", "2015", True),
        ("the US said", "U.S.", True),
        ("a 12-year plan", "12 year", True),
        ("in v. 3.", "3", True),
        ("version 2.1.3", "1.3", False),
    ],
)
def test_numbers_keep_their_marks(text: str, answer: str, found: bool) -> None:
    assert holds(text, [answer]) is found
