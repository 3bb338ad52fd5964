"""Measuring cleaning: what is marked, and what is counted."""

from __future__ import annotations

import gzip
import hashlib
import json
from pathlib import Path

import pytest
from click.testing import CliRunner

import eval.cleaning.marked as marked
from eval.cleaning.__main__ import main
from eval.cleaning.measure import compared, macro, measured, micro, nothing, ours
from index import UsageError

PAGE = """<html lang="en"><head><title>Roof falls in</title><script>var a</script></head><body><nav>Home</nav>
<h1 data-truth="article">Roof falls in</h1>
<div data-truth="article">The roof of the hall fell in. <a data-truth="related">READ MORE: Snow</a> Nobody was hurt.</div></body></html>"""


def test_a_page_says_what_is_its_own_and_shows_no_system_the_marks() -> None:
    page = marked.page("roof", "dev", PAGE)
    assert page.article == "Roof falls in\nThe roof of the hall fell in.\nNobody was hurt."
    assert page.whole.split("\n")[0] == "Home" and "var a" not in page.whole
    assert "data-truth" not in page.given and "READ MORE: Snow" in page.given


def test_kept_lost_and_left_over_are_counted_in_characters() -> None:
    found = compared("The roof fell. Share this", "The roof fell. Nobody came.", "The roof fell. Nobody came. Share this")
    assert (found.kept, found.article, found.both, found.furniture) == (21, 23, 12, 9)
    assert found.strange == ("Share this",) and found.lost == ("Nobody came .",)


def test_averages_over_characters_and_over_texts() -> None:
    rows = [compared("aa bb", "aa bb", "aa bb"), compared("cc dddddd", "cc", "cc dddddd"), compared("", "ee", "ee")]
    told, mean = micro(rows, "both", "kept"), macro(rows, "both", "kept")
    assert told is not None and mean is not None
    assert (told.value, told.n) == (6 / 12, 3)
    assert (mean.value, mean.n) == ((1 + 0.25) / 2, 2), "what keeps nothing has no precision"


def test_every_page_is_read_and_keeps_its_article() -> None:
    for page in marked.pages():
        assert len(page.article) > 900 and len(page.whole) > len(page.article), page.name
        kept = measured(ours, page)
        assert kept.both >= 0.99 * kept.article, (page.name, kept.lost)
        assert measured(nothing, page).both == kept.article


def test_texts_are_compared_with_what_was_marked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    text = "(CNN) The roof fell in.\n\nSign up here."
    mark = {"url": "u", "half": "dev", "sha256": hashlib.sha256(text.encode()).hexdigest(),
            "furniture": [[0, 5, "outlet mark"], [25, 38, "newsletter"]]}  # fmt: skip
    (tmp_path / "marks.jsonl").write_text(json.dumps(mark))
    monkeypatch.setattr(marked, "HERE", tmp_path)
    monkeypatch.setenv("ONRECORD_DATA", str(tmp_path))
    (tmp_path / "news").mkdir()
    for stored, whole in ((text, True), (text + " Later.", False)):
        with gzip.open(tmp_path / marked.NEWS, "wt") as file:
            file.write(json.dumps({"url": "u", "text": stored, "title": "Roof"}))
        if whole:
            [one] = marked.texts()
            assert one.article.strip() == "The roof fell in."
        else:
            with pytest.raises(UsageError, match="another text of u"):
                list(marked.texts())


def test_without_data_the_texts_are_left_out_and_that_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("ONRECORD_DATA", raising=False)
    done = CliRunner().invoke(main, ["--half", "dev"], catch_exceptions=False)
    assert "Texts are left out. Set ONRECORD_DATA" in done.output
    assert "| pages | dev | On Record | 15 |" in done.output and "| texts |" not in done.output
