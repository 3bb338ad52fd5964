"""The steps of a question, each alone."""

from __future__ import annotations

import pytest

from assistant.compose import compose, long_date, silence, text_of
from assistant.judge import judge
from assistant.reader import Evidence, Reading
from assistant.records import Citation, Finding
from assistant.settings import Settings, load
from assistant.verify import verify
from index import Article, Hit, Removed, UsageError

TEXT = "The bridge will open in May. Cars may cross it at once. The toll is two dollars."
OTHER = "The bridge will open in May! Trucks must wait."


def _hit(article_id: str, text: str, score: float = 1.0) -> Hit:
    return Hit(article_id, "Bridge", "Ledger", "2025-05-02", text, 0, len(text), score)


def _reading(article_id: str, text: str, *evidence: tuple[str, float, float]) -> Reading:
    found = [
        Evidence(text.index(quote), text.index(quote) + len(quote), score, support) for quote, score, support in evidence
    ]
    return Reading(_hit(article_id, text), 1.0, tuple(found))


def test_silence_below_the_threshold() -> None:
    reading = _reading("a", TEXT, ("The toll is two dollars.", 0.9, 0.4))
    assert judge([reading], 0.5).status == "not_on_record"
    assert judge([reading], 0.3).status == "answered"
    assert judge([], 0.0).status == "not_on_record"


def test_near_identical_quotes_are_one_finding_with_both_sources() -> None:
    readings = [
        _reading("a", TEXT, ("The bridge will open in May.", 0.9, 0.9)),
        _reading("b", OTHER, ("The bridge will open in May!", 0.8, 0.9)),
    ]
    articles = {"a": Article(TEXT, source="Ledger", id="a"), "b": Article(OTHER, source="Post", id="b")}
    composed = compose(judge(readings, 0.5), articles.get)
    assert [finding.markers for finding in composed.findings] == [(1, 2)]
    assert [citation.source for citation in composed.citations] == ["Ledger", "Post"]


def test_quotes_that_differ_in_a_number_are_two() -> None:
    first, second = "Twelve people, or 12 by count, were hurt.", "Twelve people, or 19 by count, were hurt."
    readings = [_reading("a", first, (first, 0.9, 0.9)), _reading("b", second, (second, 0.8, 0.9))]
    assert len(judge(readings, 0.5).supports) == 2


def test_at_most_three_quotes_and_none_far_below_the_best() -> None:
    text = "One fell. Two fell down. Three of them fell over. Four dogs barked at night. Five came."
    scores = [
        ("One fell.", 0.9),
        ("Two fell down.", 0.8),
        ("Three of them fell over.", 0.7),
        ("Four dogs barked at night.", 0.65),
    ]
    reading = _reading("a", text, *((quote, score, 0.9) for quote, score in scores), ("Five came.", 0.1, 0.9))
    assert [support.evidence.score for support in judge([reading], 0.5).supports] == [0.9, 0.8, 0.7]


def test_a_quote_that_opens_with_its_own_marks_gets_no_others() -> None:
    text = "“We will wait,” she said. He left."
    composed = compose(
        judge([_reading("a", text, ("“We will wait,” she said.", 0.9, 0.9))], 0.5), {"a": Article(text, id="a")}.get
    )
    assert composed.findings[0].text == "“We will wait,” she said."
    assert text_of(composed.findings) == "“We will wait,” she said. [1]"


def test_a_citation_that_fails_its_check_reaches_nobody() -> None:
    article = Article(TEXT, id="a")
    good = Citation(1, "a", 0, 28, "The bridge will open in May.")
    wrong = Citation(2, "a", 0, 28, "The bridge will open in June.")
    gone = Citation(3, "z", 0, 3, "The")
    findings = (
        Finding("“The bridge will open in May.”", None, (1, 3)),
        Finding("“The bridge will open in June.”", None, (2,)),
    )
    kept, citations = verify(findings, (good, wrong, gone), {"a": article}.get, lambda _: ())
    assert [finding.markers for finding in kept] == [(1,)] and citations == (good,)


def test_a_quote_across_a_removed_stretch_is_refused() -> None:
    good = Citation(1, "a", 0, 28, "The bridge will open in May.")
    kept, citations = verify(
        (Finding("“The bridge will open in May.”", None, (1,)),), (good,), {"a": Article(TEXT, id="a")}.get,
        lambda _: (Removed(10, "Advertisement", "call to action"),),
    )  # fmt: skip
    assert not kept and not citations


def test_an_article_removed_meanwhile_is_not_cited() -> None:
    composed = compose(judge([_reading("a", TEXT, ("The toll is two dollars.", 0.9, 0.9))], 0.5), lambda _: None)
    assert composed.findings == () and composed.citations == ()


def test_silence_says_what_was_searched() -> None:
    assert silence({"articles": 0}) == "Not on record: there is no article to search."
    told = silence({"articles": 1200, "first": "2025-01-02", "last": "2025-03-04"})
    assert told == "Not on record. Nothing in 1,200 articles dated 2 January 2025 to 4 March 2025 answers this."
    assert long_date(None) == ""


def test_settings_flags_over_environment_over_file(tmp_path, monkeypatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "onrecord.toml").write_text('index = "from-file"\nmodel = "m-file"\nchroma = "http://file"\n')
    found = load(
        {"index": "from-flag", "model": None}, {"ONRECORD_INDEX": "from-env", "ONRECORD_MODEL": "m-env", "HOME": "/"}
    )
    assert found == Settings("from-flag", "m-env", "http://file")


@pytest.mark.parametrize(
    ("file", "environment", "told"),
    [
        ('indexx = "a"', {}, "unknown setting 'indexx'"),
        ("index = 3", {}, "takes a text"),
        ("index = ", {}, "not valid TOML"),
        ("", {"ONRECORD_MODLE": "x"}, "ONRECORD_MODLE"),
    ],
)
def test_wrong_settings_are_named(tmp_path, monkeypatch, file: str, environment: dict[str, str], told: str) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "onrecord.toml").write_text(file)
    with pytest.raises(UsageError, match=told):
        load({}, environment)


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("The council will approve the new budget on Tuesday night, the mayor said.", "The council will not approve the new budget on Tuesday night, the mayor said."),
        ("Anna Smith won the mayoral race in Riverton on Tuesday night.", "Anna Jones won the mayoral race in Riverton on Tuesday night."),
        ("The bridge won’t open to cars before the winter, the office said.", "The bridge will open to cars before the winter, the office said."),
    ],
)  # fmt: skip
def test_quotes_that_contradict_each_other_are_never_merged(first: str, second: str) -> None:
    readings = [_reading("a", first, (first, 0.9, 0.9)), _reading("b", second, (second, 0.8, 0.9))]
    assert len(judge(readings, 0.5).supports) == 2
