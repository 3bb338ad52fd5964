"""Markup: what an answer shows, and that nothing of an article is ever obeyed."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import html
from markdown_it import MarkdownIt

import ui.view as view
from assistant import Answer, Citation, Finding
from assistant.records import Step
from index import AddReport, Article, Hit, IndexInfo, Version
from ui.conversation import Turn, as_json, as_markdown, footnotes, headline

ONE = Citation(1, "a1", 4, 12, "No deal.", "The talks", "Harbor Ledger", "R. Moss", "2025-02-12", "https://ledger.example/1",
               "Keller", "2025-02-12", 2)  # fmt: skip
TWO = Citation(2, "a2", 0, 9, "It is on.", "Later talks", "Meridian Post", None, "2025-02-14")
FOUND = Answer(
    "Is there a deal?", "Is there a deal?", "answered", "no", "No", "**No.**\n\nHarbor Ledger: “No deal.” [1]",
    (Finding("Harbor Ledger: “No deal.”", "no", (1,)),), (ONE,), confidence=0.63, seconds={"total": 0.2},
)  # fmt: skip
DISAGREE = replace(
    FOUND, status="conflicting", verdict="mixed", short="Mixed",
    findings=(*FOUND.findings, Finding("Meridian Post: “It is on.”", "yes", (2,))), citations=(ONE, TWO),
)  # fmt: skip
HIT = Hit("a1", "The talks", "Harbor Ledger", "2025-02-12", "No deal was made.", 0, 17, 1.0)
SILENT = Answer(
    "Who won?", "Who won?", "not_on_record", text="Not on record. Nothing in 3 articles answers this.", nearest=(HIT,)
)
EVIL = "</mark></button><script>alert(1)</script><img src=x onerror=alert(1)>\"'` {{x}} ${x} [a](javascript:b) \u202egnp"


def tree(markup: str) -> html.HtmlElement:
    return html.fragment_fromstring(markup, create_parent="div")


def test_an_answer_shows_status_verdict_confidence_quote_and_card() -> None:
    page = tree(view.answer(FOUND, 1))
    assert [chip.text for chip in page.find_class("or-chip")] == ["On record", "No"]
    assert page.find_class("or-confidence")[0].findtext("summary") == "Probably right"
    assert "63 in 100" in page.find_class("or-confidence")[0].text_content()
    marker = page.find_class("or-marker")[0]
    assert (marker.get("data-article"), marker.get("data-start"), marker.get("data-end")) == ("a1", "4", "12")
    assert marker.get("aria-label") == "Source 1: Harbor Ledger, 12 February 2025"
    card = page.find_class("or-card")[0].text_content()
    assert all(
        part in card for part in ("The talks", "Harbor Ledger", "R. Moss", "12 February 2025", "also printed by 2 others")
    )


def test_disagreeing_sources_stand_side_by_side_with_a_timeline() -> None:
    page = tree(view.answer(DISAGREE, 1))
    assert [side.findtext("h3") for side in page.find_class("or-side")] == ["Says yes", "Says no"]
    assert [time.get("datetime") for time in page.iter("time")] == ["2025-02-12", "2025-02-14"]


def test_a_changed_position_is_told_in_order() -> None:
    page = tree(view.answer(replace(DISAGREE, status="answered", changed=True), 1))
    assert [side.findtext("h3") for side in page.find_class("or-side")] == ["Earlier", "Later"]
    assert page.find_class("or-chip")[0].text == "Position changed"


def test_a_timeline_survives_two_statements_of_one_day() -> None:
    same = replace(DISAGREE, changed=True, citations=(ONE, replace(TWO, published="2025-02-12"), replace(TWO, marker=3)))
    assert len(tree(view.answer(same, 1)).xpath("//time")) == 3


def test_silence_shows_what_was_searched_and_the_nearest_passages() -> None:
    page = tree(view.answer(SILENT, 1))
    assert page.find_class("or-chip")[0].text == "Not on record"
    assert "3 articles" in page.text_content()
    assert "No deal was made." in page.find_class("or-nearest")[0].text_content()
    assert not page.find_class("or-finding")


def test_the_marked_words_are_the_quote() -> None:
    article = Article("The end. No deal.\nMore <b>text</b>.", title="T", id="a1")
    page = tree(view.article(article, 9, 17))
    assert [mark.text_content() for mark in page.iter("mark")] == ["No deal."]
    crossing = tree(view.article(article, 9, 22))
    assert "".join(mark.text_content() for mark in crossing.iter("mark")) == "No deal.More"


@given(st.text(max_size=200), st.integers(-5, 300), st.integers(-5, 300))
def test_any_stretch_of_any_article_is_marked(text: str, start: int, end: int) -> None:
    page = tree(view.article(Article(text, title="T"), start, end))
    begin, stop = max(0, min(start, len(text))), max(0, min(end, len(text)))
    wanted = view.safe(text[begin:stop]) if stop > begin else ""
    shown = "".join(mark.text_content() for mark in page.iter("mark"))
    assert re.sub(r"\s", "", shown) == re.sub(r"\s", "", wanted)


def hostile(markup: str) -> None:
    page = tree(markup)
    assert not page.xpath(".//script | .//img | .//iframe | .//style")
    for element in page.iter():
        assert not any(name.startswith("on") for name in element.attrib), element.attrib
        assert not (element.get("href") or "").startswith(("javascript:", "data:"))
    assert "\u202e" not in markup


def test_hostile_text_shows_as_text() -> None:
    one = Citation(1, EVIL, 0, 9, EVIL, EVIL, EVIL, EVIL, "2025-02-12", "javascript:alert(1)", EVIL, EVIL)
    found = Answer(EVIL, EVIL + "?", "answered", None, EVIL, EVIL, (Finding(EVIL, None, (1,)),), (one,), confidence=0.1)
    silent = replace(
        SILENT, question=EVIL, text=EVIL, nearest=(replace(HIT, title=EVIL, text=EVIL, source=EVIL, article_id=EVIL),)
    )
    for answer in (found, replace(found, status="conflicting"), replace(found, changed=True), silent):
        hostile(view.turn(Turn(1, EVIL, answer)))
        hostile(view.announcement(Turn(1, EVIL, answer)))
    hostile(view.turn(Turn(1, EVIL, steps=(Step("read", EVIL, 1, 6),))))
    hostile(view.turn(Turn(1, EVIL, error=EVIL)))
    hostile(view.article(Article(EVIL, EVIL, EVIL, EVIL, "javascript:alert(1)", "2025-02-12", None, EVIL), 3, 60))
    hostile(view.listing([Article(EVIL, EVIL, EVIL, EVIL, id=EVIL)], 1, 0, may_remove=True))
    hostile(view.report(AddReport(failed=((EVIL, EVIL),), skipped=((EVIL, EVIL),), warnings=((EVIL, EVIL),))))
    hostile(view.welcome(IndexInfo("x", 1, 1, {EVIL: 1}, None, None, 1, "m", "1", 1, 1)))
    hostile(view.examples([EVIL]))
    hostile(view.problem(EVIL))


def test_only_web_addresses_become_links() -> None:
    assert view.web_address("https://a.example/x") == "https://a.example/x"
    for bad in ("javascript:alert(1)", "data:text/html,x", "//a.example", "file:///etc/passwd", "https://", "https://a b", None,
                "https://[x", "java\nscript:alert(1)"):  # fmt: skip
        assert view.web_address(bad) is None


@pytest.mark.parametrize(
    ("value", "words"), [(0.95, "Very likely right"), (0.6, "Probably right"), (0.45, "Uncertain"), (0.1, "Doubtful")]
)
def test_confidence_in_words(value: float, words: str) -> None:
    assert view.confidence_words(value) == words


def test_a_report_names_each_failure() -> None:
    shown = tree(view.report(AddReport(added=1, failed=(("a.html", "it is empty"),)))).text_content()
    assert "1 added" in shown and "a.html: it is empty" in shown


def test_an_answer_is_copied_with_footnotes() -> None:
    told = footnotes(FOUND)
    assert told.startswith("No.\n\nHarbor Ledger: “No deal.” [1]")
    assert told.endswith(
        "[1] R. Moss, “The talks”, Harbor Ledger, 12 February 2025, https://ledger.example/1 (also printed by 2 others)"
    )


def test_a_conversation_is_exported_whole() -> None:
    turns = [Turn(1, "Is there a deal?", FOUND), Turn(2, "Who won?", SILENT), Turn(3, "?", error="The question is empty.")]
    told = as_markdown(turns)
    assert "## Is there a deal?" in told and "[^1-1]: R. Moss" in told and "Characters 4 to 12" in told
    assert "The question is empty." in told and "Not on record." in told
    assert '"quote": "No deal."' in as_json(turns)


def test_markdown_of_a_hostile_title_is_escaped() -> None:
    told = as_markdown([Turn(1, EVIL, replace(FOUND, citations=(replace(ONE, title=EVIL),)))])
    page = tree(MarkdownIt().render(told))
    assert not page.xpath(".//script | .//img | .//a")
    assert "<script>alert(1)</script>" in page.text_content()


def test_the_headline_is_the_direct_answer() -> None:
    assert headline(FOUND) == "No."
    fact = replace(FOUND, verdict=None, short="Keller", citations=(replace(ONE, quote="Keller won the vote on Friday."),))
    assert headline(fact) == "Keller"
    assert headline(replace(fact, citations=(replace(ONE, quote="Keller won."),))) == "Keller"
    assert headline(replace(fact, short="Keller won the vote on Friday", citations=fact.citations)) == ""
    listed = replace(fact, short="Keller: 34; Marsh: 12", citations=(replace(ONE, quote="- Keller: 34\n\n- Marsh: 12"),))
    assert headline(listed) == "Keller: 34; Marsh: 12", "the points of a list are told apart"


def test_the_lines_of_a_quote_stay_lines() -> None:
    quote = "“- Keller: 34\n\n- Marsh <b>: 12”"
    page = tree(view.answer(replace(FOUND, findings=(Finding(f"The Hall: {quote}", None, (1,)),)), 1))
    (finding,) = page.xpath("//*[contains(@class, 'or-finding')]")
    assert len(finding.xpath(".//br")) == 1 and not finding.xpath(".//b")
    assert "- Keller: 34- Marsh <b>: 12" in finding.text_content()


def test_an_article_tells_its_last_change_its_place_and_its_versions() -> None:
    newest = Version("b2", "Hall", "2025-02-12", "2025-02-15", "2025-02-16T10:00:00+00:00", True)
    older = Version("a1", EVIL, "2025-02-12", None, "2025-02-13T10:00:00+00:00", False)
    found = Article("It is saved.", "Hall", published="2025-02-12", id="b2", updated="2025-02-15", place="HARWICK")
    page = tree(view.article(found, versions=(older, newest)))
    assert [one.text for one in page.find_class("or-about")[0]] == [
        "12 February 2025",
        "updated 15 February 2025",
        "HARWICK",
    ]
    (note,) = page.find_class("or-note")
    assert note.text_content() == "1 older version: 12 February 2025."
    assert note.find("button").get("data-article") == "a1"
    page = tree(view.article(replace(found, id="a1"), versions=(older, newest)))
    assert page.find_class("or-note")[0].text_content() == "This is an older version; open the newest."
    assert not tree(view.article(found, versions=(newest,))).find_class("or-note")
