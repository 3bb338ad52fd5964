"""Furniture learned from the pile: which recurring lines are taken for it, and what taking them out leaves."""

import itertools
from collections.abc import Callable
from pathlib import Path

import pytest

from index import Article, Index
from index.furniture import RULE, Lines, learn, line_key, lines_of, source_of, without
from index.pieces import folded
from index.records import Metadata, Removed

Write = Callable[..., str]
BOX = "Our paper is brought by bicycle to nine towns, rain or shine."
BACKGROUND = "The ferry terminal at Tarn burned down in 2019 and was never rebuilt."
TOPICS = (
    "harbour dredging", "school meals", "river levels", "bus fares", "library opening", "hospital parking",
    "council housing", "market stalls", "street lighting", "museum tickets", "swimming lessons", "allotment rents",
)  # fmt: skip


def article(at: int, *extra: str, day: str | None = None) -> Lines:
    topic = TOPICS[at % len(TOPICS)]
    own = (f"The council voted on {topic} on day {at} of the month.", f"Nobody had asked for {topic} for {at + 3} years.")
    return Lines(
        "the courier", day or f"2025-02-{at + 1:02d}", tuple(folded(line) for line in (*own, *extra)), folded(topic)
    )


def ferry(at: int, *extra: str) -> Lines:
    own = (f"Plan {at} for the ferry terminal was shown in Tarn.", f"It burned down, and {at} rebuilt sheds are left.")
    return Lines(
        "the courier", f"2025-03-{at + 1:02d}", tuple(folded(line) for line in (*own, *extra)), f"plan {at} for tarn"
    )


def learned(articles: list[Lines]) -> list[str]:
    return [one.line for one in learn(articles)]


def test_a_line_that_has_nothing_to_do_with_its_articles_is_furniture() -> None:
    found = learn([article(at, BOX) if at % 2 else article(at) for at in range(12)])
    assert [(one.source, one.articles, one.line) for one in found] == [("the courier", 6, folded(BOX))]
    assert found[0].key == line_key(folded(BOX))


def test_background_that_its_stories_share_stays() -> None:
    assert learned([ferry(at, BACKGROUND) for at in range(6)] + [article(at) for at in range(12)]) == []


@pytest.mark.parametrize(
    "articles",
    [
        pytest.param([article(at, BOX) for at in range(4)] + [article(at) for at in range(4, 12)], id="too few"),
        pytest.param([article(at, BOX, day=f"2025-02-0{at % 3 + 1}") for at in range(9)], id="on three days only"),
        pytest.param([article(at, "Our rating: false") for at in range(9)], id="a label"),
        pytest.param([article(3, BOX, day=f"2025-02-{day:02d}") for day in range(1, 10)], id="one article, printed again"),
        pytest.param([Lines("", None, article(at, BOX).lines) for at in range(9)], id="nobody knows whose"),
        pytest.param([Lines(f"paper {at}", None, article(at, BOX).lines) for at in range(9)], id="each of another source"),
    ],
)
def test_what_teaches_nothing(articles: list[Lines]) -> None:
    assert learned(articles) == []


def test_a_notice_saved_in_place_of_many_articles_is_furniture() -> None:
    notice = tuple(folded(line) for line in (BOX, "You agree to the storage and use of what you told us."))
    pages = [Lines("the courier", f"2025-02-{at + 1:02d}", notice, folded(topic)) for at, topic in enumerate(TOPICS)]
    assert learned([*pages, *(article(at) for at in range(12))]) == sorted(notice, key=line_key)


def test_whose_lines_they_are() -> None:
    assert source_of(Metadata(source="The  Courier", url="https://www.courier.example/a")) == "the courier"
    assert source_of(Metadata(url="https://www.courier.example/a")) == "courier.example"
    assert source_of(Metadata()) == ""


def test_whole_lines_alone_are_taken_out() -> None:
    text = f"Rain fell.\n\n{BOX} It did.\n\n{BOX}\n\n«{BOX}» it said at the door."
    cleaned, removed = without(text, (), {line_key(folded(BOX))})
    assert cleaned == f"Rain fell.\n\n{BOX} It did.\n\n«{BOX}» it said at the door."
    assert removed == (Removed(cleaned.index("\n\n«"), BOX, RULE),)


def test_learning_again_finds_what_was_taken_out_before() -> None:
    removed = (Removed(10, BOX, RULE), Removed(10, "Share", "call to action"))
    assert lines_of("Rain fell.", removed, Metadata()).lines == ("rain fell", folded(BOX))


def old(*parts: str | tuple[str, str]) -> tuple[str, tuple[Removed, ...]]:
    """A text from its kept lines and removed (line, rule)s, as cleaning joins them."""
    text, removed = "", []
    for part in parts:
        if isinstance(part, tuple):
            removed.append(Removed(len(text), *part))
        else:
            text += ("\n\n" if text else "") + part
    return text, tuple(removed)


@pytest.mark.parametrize("parts", list(itertools.permutations(["Rain fell.", BOX, "It stopped.", ("Share", "button")])))
def test_taking_lines_out_of_a_stored_text_is_as_if_they_had_been_known(parts: tuple[str | tuple[str, str], ...]) -> None:
    expected = old(*((part, RULE) if part == BOX else part for part in parts))
    assert without(*old(*parts), {line_key(folded(BOX))}) == expected


def test_nothing_to_take_out_changes_nothing() -> None:
    text, removed = old(("Share", "button"), "Rain fell.", ("Print", "button"), "It stopped.", ("Mail", "button"))
    assert without(text, removed, set()) == (text, removed)


# -- in an index ---------------------------------------------------------------------------------------------------


def courier(at: int, *extra: str) -> Article:
    topic = TOPICS[at % len(TOPICS)]
    text = f"The council voted on {topic} on day {at} of the month.\n\nNobody had asked for {topic} for {at + 3} years."
    return Article("\n\n".join((text, *extra)), f"A vote on {topic}", "The Courier", published=f"2025-02-{at + 1:02d}")


def test_furniture_is_learned_from_what_is_added_together(index: Index) -> None:
    report = index.add([courier(at, BOX) for at in range(8)])
    assert (report.added, len(index.search("vote", k=50))) == (8, 8)
    for article_ in index.articles():
        assert BOX not in article_.text
        assert [(one.text, one.rule) for one in index.removed(article_.id)] == [(BOX, RULE)]
    assert index.add(courier(9, BOX)).added == 1
    assert not any(BOX in article_.text for article_ in index.articles()), "what was learned holds for what comes"


def test_articles_that_come_one_by_one_are_cleaned_when_asked(index: Index) -> None:
    for at in range(8):
        index.add(courier(at, BOX))
    before = index.articles()
    assert all(BOX in article_.text for article_ in before)
    report = index.clean(only_say=True)
    assert [(one.source, one.articles, one.line) for one in report.learned] == [("the courier", 8, folded(BOX))]
    assert (report.changed, [article_.id for article_ in index.articles()]) == (8, [article_.id for article_ in before])
    assert index.clean().changed == 8
    after = index.articles()
    assert not {article_.id for article_ in after} & {article_.id for article_ in before}, "offsets in use keep their text"
    for article_ in before:
        kept = index.article(article_.id)
        assert kept is not None and kept.text == article_.text
    assert index.search("brought by bicycle", method="bm25") == []
    assert index.clean().changed == 0
    assert index.add([courier(at, BOX) for at in range(8)]).unchanged == 8


def test_a_file_cleaned_anew_is_known_again(index: Index, write: Write) -> None:
    texts = [courier(at, BOX) for at in range(8)]
    front = "---\ntitle: {}\nsource: The Courier\npublished: {}\n---\n{}"
    paths = [write(f"{at}.md", front.format(one.title, one.published, one.text)) for at, one in enumerate(texts)]
    for path in paths:
        index.add(path)
    assert index.clean().changed == 8
    assert index.add(paths).unchanged == 8
    Path(paths[0]).touch()
    again = index.add(paths, author="Ann Lee")
    assert (again.updated, len(index.articles())) == (8, 8)
    assert not any(BOX in article_.text for article_ in index.articles())
