"""The index as its users meet it: articles in, passages out."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from index import Article, Index, Progress, UsageError

Write = Callable[..., str]
HALL = Article(
    "The council of Harwick closed the swimming hall.\n\nThe roof could not be saved.", "Harwick closes its hall",
    "The Ledger", published="2025-02-14",
)  # fmt: skip
FERRY = Article(
    "The ferry to Skarne ran late in the storm.", "Ferry late again", "Coast Times", published="2025-03-01T22:00:00-05:00"
)
BREAD = Article("The baker of Harwick sold bread to the ferry crew.", "Bread for all")


def texts(index: Index, question: str, **filters: object) -> list[str]:
    return [hit.text for hit in index.search(question, **filters)]  # type: ignore[arg-type]


# -- adding and searching ------------------------------------------------------------------------------------------


def test_an_added_article_is_found_with_its_place(index: Index) -> None:
    report = index.add([HALL, FERRY])
    assert (report.added, report.passages, report.failed) == (2, 2, ())
    hit = index.search("Why was the roof of the swimming hall not saved?")[0]
    article = index.article(hit.article_id)
    assert article is not None
    assert (hit.title, hit.source, hit.published) == ("Harwick closes its hall", "The Ledger", "2025-02-14")
    assert hit.text == article.text[hit.start : hit.end] == HALL.text
    assert set(hit.scores) == {"dense", "bm25", "rrf"}


def test_hits_come_best_first_and_as_many_as_wanted(index: Index) -> None:
    index.add([HALL, FERRY, BREAD])
    hits = index.search("late ferry storm", k=2)
    assert [hit.title for hit in hits] == ["Ferry late again", "Bread for all"]
    assert hits[0].score > hits[1].score


def test_an_inflected_and_an_accented_word_are_found(index: Index) -> None:
    index.add([Article("She met the Señor at the café.")])
    assert index.search("Whom did she meet?")[0].scores["bm25"] > 0
    assert index.search("senor cafe")[0].scores["bm25"] > 0


def test_an_empty_index_finds_nothing(index: Index) -> None:
    assert index.search("anything") == []
    assert index.articles() == []
    assert index.info().articles == 0


@pytest.mark.parametrize(
    ("question", "options", "message"),
    [
        ("  ", {}, "empty"),
        ("?!", {}, "empty"),
        ("x" * 2001, {}, "2,001 characters"),
        ("hall", {"k": 0}, "k is 0"),
        ("hall", {"since": "soon"}, "since: 'soon' is not a date"),
        ("hall", {"since": "2025-02-02", "until": "2025-02-01"}, "is after until"),
    ],
)
def test_a_wrong_call_is_refused(index: Index, question: str, options: dict[str, object], message: str) -> None:
    index.add(HALL)
    with pytest.raises(UsageError, match=message.replace("?", r"\?")):
        index.search(question, **options)  # type: ignore[arg-type]


def test_a_question_of_strange_characters_is_a_question(index: Index) -> None:
    index.add(HALL)
    assert texts(index, 'the\x00 "roof" AND (\ud83d * NEAR/3 -- ^hall:') == [HALL.text]


def test_what_cleaning_took_out_is_remembered_and_no_sentence_spans_it(index: Index) -> None:
    index.add(Article("The council voted on the hall.\n\nAdvertisement\n\nIt was close."))
    (article,) = index.articles()
    (removed,) = index.removed(article.id)
    assert (removed.at, removed.text, removed.rule) == (30, "Advertisement", "call to action")
    (hit,) = index.search("council")
    assert [article.text[s.start : s.end] for s in index.sentences(hit)] == [
        "The council voted on the hall.",
        "It was close.",
    ]


def test_sentences_of_a_hit_have_the_article_s_offsets(index: Index) -> None:
    story = "\n\n".join(
        f"Day {n} came and the council met in the hall. Nobody spoke about number {n * 7}." for n in range(30)
    )
    index.add(Article(story))
    hit = index.search("number 203")[0]
    assert hit.start > 0
    assert [story[s.start : s.end] for s in index.sentences(hit)][-1] == "Nobody spoke about number 203."


def test_the_bytes_of_a_file_are_kept(index: Index, write: Write) -> None:
    data = "---\ntitle: Hall\n---\r\nThe café closed.".encode()
    index.add(write("a.md", data))
    assert index.raw(index.articles()[0].id) == data


def test_progress_is_told_in_bytes(index: Index, write: Write) -> None:
    told: list[Progress] = []
    index.add([write("a.txt", "One came."), write("b.txt", "Two went.")], on_progress=told.append)
    assert [(step.what[-5:], step.read) for step in told if not step.done and step.read][:2] == [("a.txt", 1), ("a.txt", 1)]
    done = [(step.done, step.articles, step.read) for step in told if step.done]
    assert (done[0], done[-1]) == ((9, 1, 1), (18, 2, 0))
    assert done == sorted(done, key=lambda one: one[:2]) and {step.total for step in told} == {18}


# -- again, changed, twice -----------------------------------------------------------------------------------------


def test_the_second_add_changes_nothing(index: Index, write: Write) -> None:
    paths = [write("a.txt", "One came."), write("b.jsonl", '{"text": "Two went."}\n{"text": "Three stayed."}')]
    assert index.add([*paths, HALL]).added == 4
    before = index.search("came")
    report = index.add([*paths, HALL])
    assert (report.added, report.unchanged, report.updated, report.duplicates) == (0, 4, 0, 0)
    assert index.search("came") == before


def test_a_changed_file_replaces_its_older_version(index: Index, write: Write) -> None:
    path = write("a.txt", "The vote is on Monday.")
    index.add(path)
    (old,) = index.articles()
    write("a.txt", "The vote is on Tuesday.")
    report = index.add(path)
    assert (report.updated, report.added) == (1, 0)
    assert texts(index, "vote Monday") == ["The vote is on Tuesday."]
    assert [article.text for article in index.articles()] == ["The vote is on Tuesday."]
    again = index.article(old.id)
    assert again is not None
    assert again.text == "The vote is on Monday."


def test_a_version_that_comes_back_is_searched_again(index: Index, write: Write) -> None:
    for text in ("The vote is on Monday.", "The vote is on Tuesday.", "The vote is on Monday."):
        report = index.add(write("a.txt", text))
    assert report.updated == 1
    assert texts(index, "vote") == ["The vote is on Monday."]


def test_the_same_address_with_a_new_text_is_an_update(index: Index) -> None:
    url = "https://ledger.example/hall"
    index.add(Article("The vote is on Monday.", url=url))
    assert index.add(Article("The vote is on Tuesday.", url=url)).updated == 1
    assert texts(index, "vote") == ["The vote is on Tuesday."]


def test_two_versions_of_one_address_in_one_add_leave_the_later(index: Index) -> None:
    url = "https://ledger.example/hall"
    index.add([Article("The vote is on Monday.", url=url), Article("The vote is on Tuesday.", url=url)])
    assert texts(index, "vote") == ["The vote is on Tuesday."]


def test_the_same_article_at_another_place_is_a_duplicate(index: Index, write: Write) -> None:
    report = index.add([write("a.txt", "One came."), write("b.txt", "One came.")])
    assert (report.added, report.duplicates) == (1, 1)
    report = index.add(write("c.txt", "One came."))
    assert (report.added, report.duplicates) == (0, 1)
    assert len(index.articles()) == 1


def test_a_duplicate_that_changes_leaves_the_other_file_s_article(index: Index, write: Write) -> None:
    index.add([write("a.txt", "One came."), write("b.txt", "One came.")])
    index.add(write("b.txt", "Two went."))
    assert sorted(article.text for article in index.articles()) == ["One came.", "Two went."]


def test_a_file_that_becomes_like_another_leaves_no_older_version(index: Index, write: Write) -> None:
    index.add([write("a.txt", "The vote is on Monday."), write("b.txt", "The vote is on Tuesday.")])
    index.add(write("a.txt", "The vote is on Tuesday."))
    assert texts(index, "vote") == ["The vote is on Tuesday."]


def test_new_metadata_is_a_new_version_of_the_same_file(index: Index, write: Write) -> None:
    path = write("a.txt", "One came.")
    index.add(path)
    assert index.add(path, source="The Ledger").updated == 1
    assert [article.source for article in index.articles()] == ["The Ledger"]


def test_a_line_put_before_others_in_an_export_loses_none(index: Index, write: Write) -> None:
    lines = ['{"text": "One came."}', '{"text": "Two went."}']
    index.add(write("a.jsonl", "\n".join(lines)))
    index.add(write("a.jsonl", "\n".join(['{"text": "Zero stood."}', *lines])))
    assert sorted(article.text for article in index.articles()) == ["One came.", "Two went.", "Zero stood."]


# -- what goes wrong stays where it is -----------------------------------------------------------------------------


def test_what_cannot_be_read_is_named_and_the_rest_is_added(index: Index, write: Write) -> None:
    write("a.txt", b"%PDF-1.4")
    write("b.txt", "")
    write("c.zip", "PK")
    write("e.png", "PNG")
    good = Path(write("d.txt", "One came."))
    report = index.add([good.parent, "ftp://ledger.example"])
    assert report.added == 1
    assert [(Path(name).name, why.split(",")[0]) for name, why in report.failed] == [
        ("a.txt", "this PDF is broken (Stream has ended unexpectedly)"),
        ("b.txt", "the file is empty"),
        ("c.zip", "this ZIP file is broken (File is not a zip file)"),
        ("ledger.example", "only http and https addresses are fetched"),
    ]
    assert [Path(name).name for name, _ in report.skipped] == ["e.png"]
    assert str(report) == "1 added, 4 failed"


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.json", r'{"title": "Broken \ud83d emoji", "text": "One came."}'),
        ("a.md", "---\npublished: 2025-02-30\n---\nOne came."),
        ("a.txt", "[" * 100_000),
        (os.fsdecode(b"caf\xe9.txt"), "One came."),
    ],
    ids=["half an emoji", "a day that never was", "brackets", "a name in Latin-1"],
)
def test_a_strange_file_stops_no_other(index: Index, write: Write, name: str, content: str) -> None:
    write(name, content)
    report = index.add(Path(write("z.txt", "Two went.")).parent)
    assert report.added + len(report.failed) == 2
    assert texts(index, "went")[0] == "Two went."


def test_an_article_of_furniture_alone_is_a_failure(index: Index) -> None:
    report = index.add([Article("Advertisement")])
    assert report.added == 0
    assert [why for _, why in report.failed] == ["nothing is left of it after cleaning"]


def test_an_uncertain_date_is_a_warning_in_the_report(index: Index, write: Write) -> None:
    report = index.add(write("a.md", "---\ndate: 03/04/2025\n---\nOne came."))
    assert [why for _, why in report.warnings] == ["the date '03/04/2025' is not certain, so it stays unknown"]
    assert index.articles()[0].published is None


def test_a_flag_that_is_no_date_is_refused(index: Index) -> None:
    with pytest.raises(UsageError, match="published: '03/04/2025' is not a date"):
        index.add(HALL, published="03/04/2025")


# -- filters -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("filters", "expected"),
    [
        ({}, {"hall", "ferry", "bread"}),
        ({"since": "2025-02-14"}, {"hall", "ferry"}),
        ({"since": "2025-02-15"}, {"ferry"}),
        ({"until": "2025-02-14"}, {"hall"}),
        ({"until": "2025-02-13"}, set()),
        ({"since": "2025-03-01", "until": "2025-03-01"}, {"ferry"}),  # a day in the article's own zone
        ({"sources": ["the  LEDGER"]}, {"hall"}),
        ({"sources": ["The Ledger", "Coast Times"]}, {"hall", "ferry"}),
        ({"sources": ["The Ledger"], "since": "2025-03-01"}, set()),
        ({"sources": ["Nobody"]}, set()),
    ],
)
def test_filters_hold_for_search_list_and_count(index: Index, filters: dict[str, object], expected: set[str]) -> None:
    index.add([HALL, FERRY, BREAD])
    names = {"Harwick closes its hall": "hall", "Ferry late again": "ferry", "Bread for all": "bread"}
    assert {names[str(hit.title)] for hit in index.search("ferry hall of Harwick", **filters)} == expected  # type: ignore[arg-type]
    assert {names[str(article.title)] for article in index.articles(**filters)} == expected  # type: ignore[arg-type]
    assert index.searched(**filters)["articles"] == len(expected)  # type: ignore[arg-type]


def test_undated_articles_are_left_out_by_a_date_and_counted(index: Index) -> None:
    index.add([HALL, FERRY, BREAD])
    assert index.searched(since="2025-02-20") == {
        "articles": 1, "sources": 1, "first": "2025-03-01", "last": "2025-03-01", "filters": {"since": "2025-02-20"},
        "excluded_unknown_date": 1,
    }  # fmt: skip
    assert index.searched()["excluded_unknown_date"] == 0


def test_articles_are_listed_newest_first_and_undated_last(index: Index) -> None:
    index.add([BREAD, HALL, FERRY])
    assert [article.title for article in index.articles()] == [
        "Ferry late again",
        "Harwick closes its hall",
        "Bread for all",
    ]
    (second,) = index.articles(limit=1, offset=1, with_text=False)
    assert (second.title, second.text) == ("Harwick closes its hall", "")


def test_info_tells_what_the_index_holds(index: Index) -> None:
    index.add([HALL, FERRY, BREAD])
    info = index.info()
    assert (info.articles, info.passages, info.undated, info.first, info.last) == (3, 3, 1, "2025-02-14", "2025-03-01")
    assert info.sources == {"The Ledger": 1, "Coast Times": 1, "": 1}
    assert (info.model, info.to_dict()["model"]) == ("fake", "fake")
    assert info.bytes > 10_000


def test_a_word_is_counted_in_any_form(index: Index) -> None:
    index.add([HALL, FERRY, BREAD])
    assert index.document_frequency(["ferry", "ferries", "closing", 'no"such']) == {
        "ferry": 2, "ferries": 2, "closing": 1, 'no"such': 0,
    }  # fmt: skip


def test_an_index_opened_again_holds_the_same(index: Index, opened: Callable[..., Index]) -> None:
    index.add([HALL, FERRY])
    before = index.search("ferry")
    index.close()
    assert opened(create=False).search("ferry") == before
