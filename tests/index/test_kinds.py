"""Tables, feeds, PDF, Word and ZIP: each read, and one broken file of each told and stopping nothing."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from docx import Document
from pypdf import PdfWriter

import index.archives as archives
import index.feeds as feeds
from index import Index
from index.documents import _paragraphs

Write = Callable[[str, str | bytes], str]
ATOM = """<?xml version="1.0" encoding="iso-8859-1"?><feed xmlns="http://www.w3.org/2005/Atom"><title>Kelmar Post</title>
<entry><title>Ferry &amp; storm</title><link href="https://kelmar.example/ferry"/><updated>2025-03-02T08:00:00Z</updated>
<author><name>Rosa Keller</name></author><content type="html">&lt;p&gt;{}&lt;/p&gt;&lt;p&gt;It sank.&lt;/p&gt;</content></entry>
<entry><title>Trees</title><summary>Two hundred lime trees are planted in Averly.</summary></entry>
<entry><title>Only a headline</title></entry></feed>"""


def pdf(*lines: str) -> bytes:
    """A page with these lines, each drawn by itself, as pypdf can't write text."""
    drawn = " ".join(f"BT /F1 12 Tf 72 {720 - 14 * at} Td ({line}) Tj ET" for at, line in enumerate(lines))
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>", b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Contents 4 0 R /Resources << /Font << /F1 5 0 R >> >> >>",
        b"<< /Length %d >>\nstream\n%s\nendstream" % (len(drawn), drawn.encode()),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>", b"<< /Title (Pier closed) /Author (R. Moss) >>",
    ]  # fmt: skip
    data, places = b"%PDF-1.4\n", []
    for number, body in enumerate(objects, 1):
        places.append(len(data))
        data += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    return data + b"xref\n0 7\n0000000000 65535 f \n%strailer << /Size 7 /Root 1 0 R /Info 6 0 R >>\nstartxref\n%d\n%%%%EOF" % (
        table, len(data),
    )  # fmt: skip


def docx(*paragraphs: str, title: str = "") -> bytes:
    document = Document()
    document.core_properties.title = title
    for paragraph in paragraphs:
        document.add_paragraph(paragraph)
    table = document.add_table(1, 2)
    table.rows[0].cells[0].text, table.rows[0].cells[1].text = "Trees", "200"
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def zipped(files: dict[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return out.getvalue()


def texts(index: Index) -> set[str]:
    return {article.text for article in index.articles()}


@pytest.mark.parametrize("between", [",", ";", "\t"])
def test_a_table_has_an_article_a_row(index: Index, write: Write, between: str) -> None:
    rows = [("Headline", "Date", "Body"), ("Pier", "2025-03-01", '"The pier closed, ""for weeks"".\nDivers came."'),
            ("Trees", "2025-03-02", "Limes are planted."), ("Nothing", "2025-03-02", "")]  # fmt: skip
    report = index.add(write("a.csv", "\n".join(between.join(row) for row in rows)))
    assert (report.added, [why for _, why in report.failed]) == (2, ["the text is empty"])
    assert report.failed[0][0].endswith("a.csv row 4")
    pier = next(article for article in index.articles() if article.title == "Pier")
    assert (pier.text, pier.published) == ('The pier closed, "for weeks".\n\nDivers came.', "2025-03-01")


def test_a_table_without_a_text_says_what_it_has(index: Index, write: Write) -> None:
    report = index.add(write("a.csv", "day,number\n1,2\n"))
    assert report.failed[0][1] == (
        "no column holds the text: say which one does with --column text=NAME (it has day, number)"
    )


def test_a_saved_feed_gives_what_it_holds(index: Index, write: Write) -> None:
    story = "The Kelmar ferry stays in port, says the café of the harbor. " * 25
    report = index.add(write("feed.xml", ATOM.format(story)))
    assert report.added == 2
    assert [(name[-7:], why) for name, why in report.failed] == [("entry 3", "it has no text, only a headline")]
    assert [why for _, why in report.warnings] == ["only what the feed announces of it is read"]
    ferry = next(article for article in index.articles() if article.title == "Ferry & storm")
    assert ferry.text.endswith("\n\nIt sank.") and "café" in ferry.text
    assert (ferry.source, ferry.author, ferry.url, (ferry.published or "")[:10]) == (
        "Kelmar Post", "Rosa Keller", "https://kelmar.example/ferry", "2025-03-02",
    )  # fmt: skip


def test_a_feed_without_end_is_cut_and_says_so(index: Index, write: Write, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(feeds, "MAX_ENTRIES", 3)
    items = "".join(
        f"<item><title>{at}</title><description>Story {at} of the harbor.</description></item>" for at in range(9)
    )
    report = index.add(write("feed.rss", f"<rss version='2.0'><channel>{items}</channel></rss>"))
    assert (report.added, [why for _, why in report.failed]) == (3, ["only the first 3 entries of a feed are read"])


def test_a_pdf_has_its_lines_joined(index: Index, write: Write) -> None:
    lines = ("The northern pier of Port Kelmar is", "closed, the harbor of-", "fice said.", "Repairs take six weeks.")
    assert index.add(write("a.pdf", pdf(*lines))).failed == ()
    (article,) = index.articles()
    assert " ".join(article.text.split()) == (
        "The northern pier of Port Kelmar is closed, the harbor office said. Repairs take six weeks."
    )
    assert (article.title, article.author, article.published) == ("Pier closed", "R. Moss", None)


def test_lines_of_a_page() -> None:
    assert _paragraphs("It went\non. \n“Yes,” he said.\n\n\nA Franco-\nGerman plan") == (
        "It went on.\n“Yes,” he said.\n\nA Franco- German plan"
    )


def test_a_word_document_has_paragraphs_and_tables(index: Index, write: Write) -> None:
    index.add(write("a.docx", docx("The pier closed.", "", "Divers came.", title="Pier")))
    (article,) = index.articles()
    assert (article.title, article.text) == ("Pier", "The pier closed.\n\nDivers came.\n\nTrees | 200")


def test_an_archive_holds_files_of_every_kind(index: Index, write: Write) -> None:
    files = {
        "a.md": b"---\ntitle: Pier\n---\nThe pier closed.", "in/b.csv": b"text\nLimes are planted.\n",
        "c.docx": docx("The ferry sank."), "d.pdf": pdf("The mill burned down."), "e.json": b"{broken",
        "__MACOSX/a.md": b"hidden", "f.jpg": b"....", "inner.zip": zipped({"g.txt": b"deeper"}), "../../up.txt": b"It is read.",
    }  # fmt: skip
    path = write("pile.zip", zipped(files))
    report = index.add(path)
    assert {text.splitlines()[0] for text in texts(index)} == {
        "The pier closed.", "Limes are planted.", "The ferry sank.", "The mill burned down.", "It is read.",
    }  # fmt: skip
    assert [name.rsplit("/", 1)[1] for name, _ in report.failed] == ["e.json"]
    assert sorted(name.rsplit("/", 1)[1] for name, _ in report.skipped) == ["f.jpg", "inner.zip"]
    assert not Path(path).parent.parent.joinpath("up.txt").exists()
    again = index.add(path)
    assert (again.added, again.unchanged) == (0, 5)


def test_an_archive_that_is_much_larger_than_it_looks(index: Index, write: Write, monkeypatch: pytest.MonkeyPatch) -> None:
    report = index.add(write("bomb.zip", zipped({"a.txt": b"x" * 20_000_000, "b.txt": b"The pier closed."})))
    assert (report.added, report.failed[0][1]) == (1, "it has more than 10 MB; split it")
    monkeypatch.setattr(archives, "MAX_UNPACKED_BYTES", 1000)
    report = index.add(write("many.zip", zipped({f"{at}.txt": b"The pier closed. " * 20 for at in range(9)})))
    assert "it unpacks to more than" in report.failed[-1][1]
    monkeypatch.setattr(archives, "MAX_FILES", 3)
    assert "is the limit" in index.add(write("more.zip", zipped({f"{at}.txt": b"x" for at in range(4)}))).failed[0][1]


def encrypted() -> bytes:
    writer = PdfWriter()
    writer.add_blank_page(100, 100)
    writer.encrypt("secret", algorithm="RC4-128")
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def blank() -> bytes:
    writer = PdfWriter()
    writer.add_blank_page(100, 100)
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def test_a_broken_pdf_is_told_once(index: Index, write: Write, caplog: pytest.LogCaptureFixture) -> None:
    """Its library would print a line of its own beside the failure."""
    assert len(index.add(write("a.pdf", b"%PDF-1.4 and nothing else")).failed) == 1
    assert not [one for one in caplog.records if one.name.startswith("pypdf")]


@pytest.mark.parametrize(
    ("name", "content", "why"),
    [
        ("a.pdf", b"%PDF-1.7 and nothing else", "this PDF is broken"),
        ("a.pdf", pdf("The pier closed.")[:300], "PDF"),
        ("a.pdf", encrypted(), "this PDF is encrypted"),
        ("a.pdf", blank(), "no text is found in this PDF; it may be a scan"),
        ("a.docx", zipped({"word/document.xml": b"<broken"}), "this Word document is broken"),
        ("a.docx", docx()[:400], "this ZIP file is broken"),
        ("a.zip", b"PK\x03\x04 and nothing else", "this ZIP file is broken"),
        ("a.zip", zipped({".hidden": b"x"}), "no file is in this archive"),
        ("a.csv", b"", "the file is empty"),
        ("a.pdf", b"The pier closed.", "this is not a PDF"),
        ("a.docx", b"The pier closed.", "this is not a Word document"),
        ("a.rss", b"<rss><channel></channel></rss>", "no entry is in this feed"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_a_broken_file_of_each_kind_is_one_failure(index: Index, write: Write, name: str, content: bytes, why: str) -> None:
    broken = write(name, content)
    report = index.add([broken, write("good.txt", "The pier closed.")])
    assert report.added == 1
    assert len(report.failed) == 1
    assert why in report.failed[0][1]


def sentence(subject: str) -> str:
    return f"The {subject} of Port Kelmar is closed for six weeks, the harbor office said on Saturday."


GOOD = {
    "a.txt": sentence("pier"), "b.md": f"---\ntitle: Mill\n---\n{sentence('mill')}", "c.csv": f"text\n\"{sentence('bakery')}\"\n",
    "d.tsv": f"body\n{sentence('tannery')}\n", "e.json": f'[{{"text": "{sentence("museum")}"}}]',
    "f.jsonl": f'{{"text": "{sentence("library")}"}}\n', "g.ndjson": f'{{"text": "{sentence("school")}"}}\n',
    "h.html": f"<html><body><article><p>{sentence('theater')}</p></article></body></html>",
    "i.xml": ATOM.format(f"{sentence('ferry')} " * 15), "j.pdf": pdf(sentence("market")), "k.docx": docx(sentence("chapel")),
    "l.zip": zipped({"in.txt": sentence("lighthouse").encode()}), "m": sentence("brewery"),
}  # fmt: skip
SUBJECTS = ("pier mill bakery tannery museum library school theater ferry market chapel lighthouse brewery").split()
BAD = {
    "a.txt": (b"\x00\x01\x02\x03" * 20, "this is a binary file"),
    "b.md": (b"---\ntitle: [\n---\nText.", "front matter"),
    "c.csv": (b"day,number\n1,2\n", "no column holds the text"),
    "d.tsv": (b"", "the file is empty"),
    "e.json": (b"[{", "broken JSON"),
    "f.jsonl": (b'{"text": \n', "broken JSON"),
    "g.ndjson": (b"3\n", "not an object with a text"),
    "h.html": (b"<html><body></body></html>", "no article text is found in this page"),
    "i.xml": (b"<rss><channel></channel></rss>", "no entry is in this feed"),
    "j.pdf": (b"%PDF-1.7 and nothing else", "this PDF is broken"),
    "k.docx": (docx()[:400], "this ZIP file is broken"),
    "l.zip": (b"PK\x03\x04 and nothing else", "this ZIP file is broken"),
    "m": (b"\x89PNG and nothing else", "this is a PNG image"),
}


def test_a_folder_of_every_kind_with_a_broken_one_of_each(index: Index, write: Write) -> None:
    for name, content in GOOD.items():
        folder = Path(write(f"all/good/{name}", content)).parent.parent
    for name, (content, _) in BAD.items():
        write(f"all/bad/{name}", content)
    report = index.add(folder)
    told = {name.split("/bad/")[1].split(" ")[0]: why for name, why in report.failed if "/bad/" in name}
    assert {name: why for name, (_, why) in BAD.items() if why not in told.get(name, "")} == {}
    assert [name for name, _ in report.failed if "/bad/" not in name] == [f"{folder}/good/i.xml entry 3"], "a headline alone"
    assert report.added == len(GOOD) + 1, "the feed has two"
    for subject in SUBJECTS:
        assert subject in index.search(f"Which {subject} is closed?")[0].text


def test_an_archive_whose_first_byte_is_gone_is_told() -> None:
    [broken] = archives.members(zipped({"a.txt": b"The pier closed."})[1:], 1000)
    assert isinstance(broken, archives.Broken) and "can't be unpacked" in broken.why
