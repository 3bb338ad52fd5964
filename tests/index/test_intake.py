"""Taking in: unchanged files passed over without being read, other processes that read, windows."""

from collections.abc import Callable
from pathlib import Path

import pytest

import index.intake as intake
from index import Article, Index
from index.intake import Known, take, windows
from index.places import Failure, Origin, origins
from index.read import Found
from index.records import Metadata
from index.store import KnownFile

Write = Callable[..., str]
PAGE = """<html><head><title>Ferry {n} ran late</title></head><body><article><h1>Ferry {n} ran late</h1>
<p>Ferry number {n} to Tarn ran {n} minutes late on Monday, the harbour master said.</p>
<p>Passengers waited on the quay for ferry {n} until the storm had passed.</p></article></body></html>"""


def found_in(paths: list[str], known: Callable[[str, str], KnownFile | None] = lambda *_: None) -> list[object]:
    places, _ = origins(paths)
    return [one.found for one in take(places, Metadata(), intake._NoFetcher(), known)]


def test_other_processes_read_the_same_in_the_same_order(write: Write, monkeypatch: pytest.MonkeyPatch) -> None:
    paths = [write(f"{n:02d}.html", PAGE.format(n=n)) for n in range(9)]
    paths[4:4] = [write("notes.txt", "Rain fell on Tarn.")]
    Path(write("05.html", b"\x00\x01")).chmod(0o600)
    here = found_in(paths)
    monkeypatch.setattr(intake, "PARALLEL_FROM", 2)
    monkeypatch.setattr("os.cpu_count", lambda: 2)
    assert found_in(paths) == here
    kinds = [type(found) for found in here if found is not None]
    assert kinds.count(Found) == 9 and kinds.count(Failure) == 1


def test_stopping_early_leaves_no_reader_behind(write: Write, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(intake, "PARALLEL_FROM", 2)
    monkeypatch.setattr("os.cpu_count", lambda: 2)
    places, _ = origins([write(f"{n:02d}.html", PAGE.format(n=n)) for n in range(40)])
    taken = take(places, Metadata(), intake._NoFetcher(), lambda *_: None)
    assert isinstance(next(taken).found, Found)
    taken.close()  # type: ignore[attr-defined]
    assert len(found_in([str(place.path) for place in places])) == 80, "the next one reads as if nothing had been"


def test_an_unchanged_file_is_not_read_again(
    index: Index, write: Write, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    path = write("a.jsonl", '{"text": "Two ferries went."}\n{"text": "Three ferries stayed."}')
    index.add(path)
    monkeypatch.setattr(intake, "read", lambda *_: pytest.fail("it was read"))
    report = index.add(path)
    assert (report.unchanged, report.added) == (2, 0)
    assert index.add(str(tmp_path)).unchanged == 2, "by another way to it"


@pytest.mark.parametrize("how", ["content", "sidecar", "flags"])
def test_a_file_is_read_again_when_something_of_it_changed(index: Index, write: Write, how: str) -> None:
    path = write("a.txt", "Two ferries went.")
    index.add(path)
    if how == "content":
        write("a.txt", "Two ferries sank.")
    elif how == "sidecar":
        write("a.txt.meta.json", '{"author": "Ann Lee"}')
    report = index.add(path, author="Bo Ek") if how == "flags" else index.add(path)
    assert (report.updated, report.unchanged, len(index.articles())) == (1, 0, 1)


def test_a_broken_record_is_told_each_time_and_read_once(
    index: Index, write: Write, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = write("a.jsonl", '{"text": "Two ferries went."}\nnot JSON\n{"text": "***"}')
    first = index.add(path)
    assert (first.added, len(first.failed)) == (1, 2)
    monkeypatch.setattr(intake, "read", lambda *_: pytest.fail("it was read"))
    again = index.add(path)
    assert (again.added, again.unchanged, again.failed) == (0, 1, first.failed)


def test_what_another_machine_might_read_is_tried_again(index: Index, write: Write, monkeypatch: pytest.MonkeyPatch) -> None:
    path, read = write("a.pdf", b"%PDF-1.7 and nothing else"), []
    real = intake.read
    monkeypatch.setattr(intake, "read", lambda *args: read.append(args) or real(*args))
    assert [len(index.add(path).failed) for _ in range(2)] == [1, 1]
    assert len(read) == 2


def test_a_file_of_which_nothing_is_left_tells_it_each_time(index: Index, write: Write) -> None:
    path = write("a.txt", "***")
    assert [index.add(path).failed[0][1] for _ in range(2)] == ["nothing is left of it after cleaning"] * 2


def test_what_was_removed_comes_back_with_its_file(index: Index, write: Write) -> None:
    path = write("a.jsonl", '{"text": "Two ferries went."}\n{"text": "Three ferries stayed."}')
    index.add(path)
    index.remove(index.articles()[0].id)
    assert (index.add(path).added, len(index.articles())) == (1, 2)


def test_windows_hold_so_many_articles() -> None:
    place, page = Origin("a", Path("a"), 1), Origin("b", None, 0, url="http://b.example")
    story = Found("a", "text", Metadata(), "", b"text")
    taken = [intake.Taken(place, story, 1)] * (intake.WINDOW + 1) + [intake.Taken(page, story, 1)] * 30
    assert [len(window) for window in windows(taken)] == [intake.WINDOW, intake.FETCHED_WINDOW, 11]
    big = Found("a", "x" * intake.WINDOW_BYTES, Metadata(), "", b"")
    assert [len(window) for window in windows([intake.Taken(place, one, 1) for one in (big, story)])] == [1, 1]
    assert [len(window) for window in windows([intake.Taken(place, Known(2), 1)] * 3)] == [3]


def test_articles_need_no_file(index: Index) -> None:
    assert [index.add(Article("Rain fell.")).added for _ in range(2)] == [1, 0]
