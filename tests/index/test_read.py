"""Reading: files of every kind on disk, and what each gives or why it doesn't."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest

import index.read
from index import Article, ReadError, UsageError
from index.decode import decode
from index.fetch import Page
from index.metadata import article_id, metadata_from
from index.places import Failure, Source, origins
from index.read import Found, read
from index.records import Metadata

Write = Callable[..., str]
TEXT = "The council of Harwick voted on Monday to close the old swimming hall."


class Pages:
    """A fetcher that has one page, and remembers nothing."""

    def note(self, *told: object) -> None: ...

    def page(self, url: str) -> Page:
        return Page(
            "https://ledger.example/the-hall", f"<html><body><p>{TEXT}</p></body></html>".encode(), "text/html", None
        )


def both(sources: Source | list[Source], /, **given: str) -> tuple[list[Found], list[Failure]]:
    places, failures = origins(sources)
    rows = [row for place in places for row in read(place, Metadata(**given), Pages())]
    return [row for row in rows if isinstance(row, Found)], failures + [row for row in rows if isinstance(row, Failure)]


def one(source: Source, /, **given: str) -> Found:
    (found,), failures = both(source, **given)
    assert failures == []
    return found


def why(source: Source) -> str:
    found, (failure,) = both(source)
    assert found == []
    return failure.why


# -- formats -------------------------------------------------------------------------------------------------------


def test_plain_text_is_its_own_body(write: Write) -> None:
    path = write("a.txt", TEXT)
    found = one(path)
    assert (found.name, found.body, found.metadata, found.raw) == (path, TEXT, Metadata(), TEXT.encode())


def test_front_matter_gives_metadata_and_markdown_loses_its_marks(write: Write) -> None:
    found = one(
        write(
            "a.md",
            "---\ntitle: Hall closes\nauthors: [Ida Berg, Tom Lind]\ndate: 2025-02-14\npublisher: {name: The Ledger}\n---\n"
            "# Hall *closes*\n\n> The [council](https://x.example/a_(b)) voted.\n\n"
            "![map](m.png)\n\n***\n\nIt is 2 * 3 * 4 \\*.\n",
        )
    )
    assert found.metadata == Metadata("Hall closes", "The Ledger", "Ida Berg, Tom Lind", None, "2025-02-14")
    assert found.body.split("\n") == ["Hall closes", "", "The council voted.", "", "", "", "", "", "It is 2 * 3 * 4 *."]


def test_a_moment_in_front_matter_keeps_its_zone(write: Write) -> None:
    found = one(write("a.md", f"---\npublished: 2025-02-14T09:30:00+01:00\n---\n{TEXT}"))
    assert found.metadata.published == "2025-02-14T09:30:00+01:00"


def test_dashes_that_are_no_front_matter_are_text(write: Write) -> None:
    assert one(write("a.txt", f"---\n{TEXT}")).body == f"---\n{TEXT}"


def test_broken_front_matter_is_one_failure(write: Write) -> None:
    write("a.md", f"---\ntitle: [Hall\n---\n{TEXT}")
    good = write("b.md", TEXT)
    found, (failure,) = both(str(Path(good).parent))
    assert [row.name for row in found] == [good]
    assert "front matter between the --- lines is not valid YAML" in failure.why


def test_a_day_that_never_was_is_one_failure_or_an_unknown_date(write: Write) -> None:
    found, failures = both([write("a.md", f"---\npublished: 2025-02-30\n---\n{TEXT}"), write("b.md", TEXT)])
    assert len(found) + len(failures) == 2
    assert not any(row.metadata.published for row in found)


PAGE = f"""<!DOCTYPE html><html lang="en"><head><title>Hall closes - The Ledger</title>
<meta property="og:title" content="Harwick closes its hall"><meta property="og:site_name" content="The Ledger">
<meta name="author" content="Ida Berg"><meta property="article:published_time" content="2025-02-14T09:30:00+01:00">
<link rel="canonical" href="https://ledger.example/hall"></head><body>
<nav><ul><li><a href="/">Home</a></li><li><a href="/sport">Sport</a></li></ul></nav>
<article><h1>Harwick closes its hall</h1><p>{TEXT} Residents had asked for a repair instead, in letters to the mayor.</p>
<p>The mayor, Ines Dahl, said that the roof could not be saved at a price that the town would be able to pay.</p></article>
<footer><p>Imprint and privacy</p><p>Cookie settings</p></footer></body></html>"""


def test_a_page_gives_its_article_and_metadata(write: Write) -> None:
    found = one(write("a.html", PAGE))
    assert TEXT in found.body
    assert "roof could not be saved" in found.body
    assert not [word for word in ("Sport", "Imprint", "Cookie") if word in found.body]
    assert found.metadata == Metadata(
        "Harwick closes its hall", "The Ledger", "Ida Berg", "https://ledger.example/hall", "2025-02-14T09:30:00+01:00", "en"
    )


def test_a_page_without_its_ending_is_still_a_page(write: Write) -> None:
    assert one(write("saved", PAGE)).metadata.source == "The Ledger"
    assert one(write("a.txt", PAGE)).metadata.source == "The Ledger"


def test_a_page_without_an_article_is_a_failure(write: Write) -> None:
    assert why(write("a.html", "<html><body></body></html>")) == "no article text is found in this page"


RECORD = {
    "headline": "Hall closes",
    "body": TEXT,
    "source": {"name": "The Ledger"},
    "publishedAt": "2025-02-14",
    "link": "https://x.example",
}


@pytest.mark.parametrize(
    "value",
    [
        RECORD, [RECORD], [[RECORD]], {"articles": [RECORD]}, {"status": "ok", "data": [{"items": [RECORD]}]},
        {**RECORD, "body": TEXT.split("\n")},
    ],
    ids=["object", "list", "nested list", "articles", "nested objects", "paragraphs"],
)  # fmt: skip
def test_json_gives_its_article_wherever_it_stands(write: Write, value: object) -> None:
    found = one(write("a.json", json.dumps(value)))
    assert found.body == TEXT
    assert found.metadata == Metadata("Hall closes", "The Ledger", None, "https://x.example", "2025-02-14")


def test_json_of_many_names_each_and_fails_alone(write: Write) -> None:
    path = write("a.json", json.dumps([{"text": TEXT}, {"text": " "}, {"text": "Another."}]))
    found, failures = both(path)
    assert [(row.name, row.body) for row in found] == [("", TEXT), ("", "Another.")], "a number is no identity"
    assert failures == [Failure(f"{path} record 2", "the text is empty", lasting=True)]


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        ('{"text": "a"', "broken JSON (expecting ',' delimiter at line 1, column 13)"),
        ('{"name": "a"}', "no article in this JSON: an article is an object with one of text, body, content, article_text"),
        ("[1, 2]", "no article in this JSON: an article is an object with one of text, body, content, article_text"),
        ("[" * 100_000, "the JSON is nested too deeply to be a list of articles"),
    ],
    ids=["broken", "no text", "numbers", "deep"],
)
def test_json_without_an_article_says_so(write: Write, content: str, reason: str) -> None:
    assert why(write("a.json", content)) == reason


@pytest.mark.parametrize("content", ["[" * 100_000, '{"a":' * 100_000])
def test_a_text_of_brackets_alone_stops_nothing(write: Write, content: str) -> None:
    found, failures = both([write("a.txt", content), write("b.txt", TEXT)])
    assert len(found) + len(failures) == 2
    assert found[-1].body == TEXT


def test_a_broken_line_of_json_lines_is_named_and_the_others_are_read(write: Write) -> None:
    lines = ['{"text": "One."}', '{"text": "Two', "", "[3]", '{"text": "Four\\u2028."}']
    found, failures = both(write("a.jsonl", "\r\n".join(lines)))
    assert [row.body for row in found] == ["One.", "Four\u2028."]
    assert [failure.name.rpartition(" line ")[2] for failure in failures] == ["2", "4"]
    assert failures[1].why == "not an object with a text"


def test_json_under_the_name_of_a_text_is_read_as_json(write: Write) -> None:
    assert one(write("a.txt", json.dumps(RECORD))).metadata.title == "Hall closes"
    assert one(write("saved", json.dumps(RECORD))).metadata.title == "Hall closes"


# -- metadata ------------------------------------------------------------------------------------------------------


def test_a_sidecar_fills_gaps_and_flags_fill_what_is_left(write: Write) -> None:
    write("a.md.meta.yaml", "title: From the sidecar\nsource: The Sidecar\n")
    path = write("a.md", f"---\ntitle: From the file\n---\n{TEXT}")
    found = one(path, title="From a flag", source="The Flag", author="Flag")
    assert found.metadata == Metadata(title="From the file", source="The Sidecar", author="Flag")


@pytest.mark.parametrize("name", ["a.txt.meta.json", "a.meta.json"])
def test_a_json_sidecar_is_found_under_both_names(write: Write, name: str) -> None:
    write(name, json.dumps({"headline": "Hall closes", "date": "2025-02-14"}))
    assert one(write("a.txt", TEXT)).metadata == Metadata(title="Hall closes", published="2025-02-14")


@pytest.mark.parametrize("indent", [None, 2, "\t"])
def test_a_sidecar_is_read_as_python_writes_json(write: Write, indent: int | str | None) -> None:
    write("a.txt.meta.json", json.dumps({"title": "Hall closes 😀", "source": "Łódź Daily"}, indent=indent))
    assert one(write("a.txt", TEXT)).metadata == Metadata(title="Hall closes 😀", source="Łódź Daily")


@pytest.mark.parametrize("content", ["title: [x", "- a list", "published: 2025-02-30"])
def test_a_broken_sidecar_is_one_failure(write: Write, content: str) -> None:
    write("a.txt.meta.yaml", content)
    found, failures = both([write("a.txt", TEXT), write("b.txt", "Another.")])
    assert found[-1].body == "Another."
    assert len(found) + len(failures) == 2


def test_a_sidecar_is_no_article(write: Write) -> None:
    write("a.txt.meta.json", "{}")
    found, failures = both(str(Path(write("a.txt", TEXT)).parent))
    assert (len(found), failures) == (1, [])


def test_names_of_fields_are_known_in_many_spellings() -> None:
    metadata, warnings = metadata_from(
        {"Headline": " Hall\n closes ", "site-name": ["A", {"name": "B"}], "PubDate": "14 Feb 2025"}
    )
    assert metadata == Metadata(title="Hall closes", source="A, B", published="2025-02-14")
    assert warnings == ()


def test_an_uncertain_date_is_a_warning() -> None:
    metadata, warnings = metadata_from({"date": "03/04/2025"})
    assert metadata.published is None
    assert warnings == ("the date '03/04/2025' is not certain, so it stays unknown",)


def test_the_id_names_content_and_metadata() -> None:
    ids = {
        article_id("One.", Metadata()), article_id("Two.", Metadata()), article_id("One.", Metadata(title="T")),
        article_id("One.", Metadata(source="T")),
    }  # fmt: skip
    assert len(ids) == 4
    assert article_id("One.", Metadata()) == article_id("One.", Metadata())


# -- bytes ---------------------------------------------------------------------------------------------------------

CURLY = "The café’s owner, Zoë Müller, said “no” to the plan — prices rose £5 in a week. The mayor wasn’t pleased."


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-32", "cp1252"])
def test_a_text_is_read_in_its_encoding(encoding: str) -> None:
    assert decode(CURLY.encode(encoding)) == CURLY


def test_a_page_is_read_in_the_encoding_that_it_names() -> None:
    page = f'<meta charset="iso-8859-2"><p>{"Zażółć gęślą jaźń. " * 3}</p>'
    assert decode(page.encode("iso-8859-2")) == page


def test_spanish_in_latin_1_is_not_taken_for_polish() -> None:
    text = "The café owner said no to the plan in Málaga. Señor Núñez was not pleased with the façade."
    assert decode(text.encode("latin-1")) == text


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", "the file is empty"),
        (b" \r\n\t ", "the file is empty"),
        (b"PK\x03\x04...", "this is an Office file or a broken ZIP, not text; convert it to text or HTML first"),
        (bytes(range(256)) * 4, "this is a binary file, not text"),
        (b"\x01\x02\x03\x04 abc" * 9, "this is a binary file, not text"),
        (b"\xef\xbb\xbfabc \xff", "it begins as utf-8-sig but byte 4 is not; save it as UTF-8"),
    ],
)
def test_bytes_that_are_no_text_are_refused(data: bytes, reason: str) -> None:
    with pytest.raises(ReadError) as told:
        decode(data)
    assert str(told.value) == reason


@pytest.mark.parametrize("bom", [b"\xff\xfe", b"\xef\xbb\xbf"])
def test_a_byte_order_mark_alone_is_an_empty_text(write: Write, bom: bytes) -> None:
    assert why(write("a.txt", bom)) == "there is no text in it"


# -- places --------------------------------------------------------------------------------------------------------


def test_a_folder_is_walked_in_order_and_what_is_no_article_is_skipped(write: Write) -> None:
    for name in ("b.txt", "a.txt", "c/d.md", ".hidden.txt", ".git/e.txt", "map.png", "README"):
        path = write(name, TEXT)
    root = Path(path).parent
    found, failures = both(str(root))
    assert [Path(row.name).relative_to(root).as_posix() for row in found] == ["README", "a.txt", "b.txt", "c/d.md"]
    assert failures == [Failure(str(root / "map.png"), ".png is not a kind of file that On Record reads", skipped=True)]


def test_a_file_named_by_the_user_is_read_whatever_its_ending(write: Write) -> None:
    assert one(write("a.story", TEXT)).body == TEXT


def test_a_folder_without_files_is_a_failure(tmp_path: Path) -> None:
    assert why(tmp_path) == "no file is in this folder"


@pytest.mark.parametrize(
    "name", ["gone.txt", "The council voted to close the hall. " * 40, "a\0b"], ids=["gone", "a text", "NUL"]
)
def test_a_name_that_is_no_file_is_one_failure(write: Write, name: str) -> None:
    found, failures = both([name, write("b.txt", TEXT)])
    assert [row.body for row in found] == [TEXT]
    assert len(failures) == 1 and failures[0].name and name.startswith(failures[0].name), (
        "a long one is told by its beginning"
    )


def test_a_dangling_link_is_one_failure(write: Write, tmp_path: Path) -> None:
    write("b.txt", TEXT)
    link = tmp_path / "pile" / "a.txt"
    link.symlink_to(tmp_path / "gone.txt")
    found, failures = both(str(tmp_path / "pile"))
    assert len(found) == 1
    assert failures == [Failure(str(link), "there is no such file")]


def test_an_over_large_file_is_refused_before_it_is_read(write: Write, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(index.read, "MAX_ARTICLE_BYTES", 1_000_000)
    assert why(write("a.txt", b"x" * 3_000_000)) == "it has 3 MB, and 1 MB is the limit; split it"
    found, failures = both(write("a.json", json.dumps([{"text": TEXT}, {"text": "x" * 3_000_000}])))
    assert [row.body for row in found] == [TEXT]
    assert "it has 3,000,000 characters" in failures[0].why


def test_an_address_is_fetched_and_is_the_place_of_origin() -> None:
    found = one("https://ledger.example/hall")
    assert (found.name, found.metadata.url) == ("https://ledger.example/hall", "https://ledger.example/the-hall")
    assert TEXT in found.body


def test_an_article_object_is_read_and_flags_fill_its_gaps() -> None:
    found = one(Article(TEXT, title="Hall closes", published="14 February 2025"), title="Flag", source="The Ledger")
    assert (found.name, found.body) == ("", TEXT)
    assert found.metadata == Metadata(title="Hall closes", source="The Ledger", published="2025-02-14")


def test_an_article_object_without_text_is_a_failure() -> None:
    assert both(Article(" ", title="Hall")) == ([], [Failure("Hall", "its text is empty")])


def test_something_else_is_refused() -> None:
    with pytest.raises(UsageError, match="add takes paths and Article objects, not int"):
        origins([1])  # type: ignore[list-item]
