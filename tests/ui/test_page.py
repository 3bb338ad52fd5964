"""What happens when somebody acts on the page, without a browser."""

from __future__ import annotations

import json
import stat
import time
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import gradio as gr
import pytest
from click.testing import CliRunner

from assistant import Answer, Assistant
from assistant.feedback import FeedbackStore, as_suite
from eval.suite import from_records
from index import Article, Index, UsageError
from ui import users
from ui.cli import main
from ui.limits import RateLimit
from ui.page import Site, exported, who

STORY = Article("The ferry stays in port until Monday, the harbor office said. Rosa Keller called the repair overdue.",
                title="Ferry stays in port", source="Harbor Ledger", published="2025-03-01")  # fmt: skip


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    with Index(tmp_path_factory.mktemp("page") / "index") as index:
        index.add([STORY])
        yield Site(Assistant(index), FeedbackStore(index.path), RateLimit(0))


def event(**values: Any) -> Any:
    return SimpleNamespace(**values)


def visitor(name: str | None = None, host: str = "10.0.0.1") -> Any:
    return SimpleNamespace(username=name, client=SimpleNamespace(host=host), query_params={}, session_hash=f"{name} {host}")


def ask(site: Site, question: str, turns: list[Any] | None = None, since: str = "") -> list[Any]:
    return list(site.converse(question, turns or [], since, "", [], visitor()))


def test_a_question_streams_its_steps_and_then_the_answer(site: Site) -> None:
    states = ask(site, "Until when does the ferry stay in port?")
    said = [state[3] for state in states]
    assert said[0] == "Starting"
    assert any("searching" in one.casefold() for one in said)
    assert said[-1].startswith("On record.")
    assert "or-marker" in states[-1][2]
    [turn] = states[-1][4]
    assert isinstance(turn.answer, Answer)


def test_a_follow_up_is_understood_from_the_conversation(site: Site) -> None:
    turns = ask(site, "What did Rosa Keller call overdue?")[-1][4]
    state = ask(site, "When did she say that?", turns)[-1]
    assert state[4][-1].answer.understood == "When did Rosa Keller say that?"
    assert "Understood as" in state[2]
    first = ask(site, "When did she say that?", turns)[0]
    assert first[1].count('class="or-turn"') == 1  # the first question has moved up


def test_a_bad_question_costs_one_sentence_and_is_given_back(site: Site) -> None:
    state = ask(site, "Why?", since="yesterday")[-1]
    assert "since" in state[4][-1].error
    assert state[0]["value"] == "Why?"
    assert ask(site, "   ")[-1][3] == "Write a question first."


def test_what_breaks_inside_is_told_and_logged(site: Site, monkeypatch: pytest.MonkeyPatch, caplog: Any) -> None:
    def broken(*args: Any, **options: Any) -> Any:
        raise RuntimeError("secret detail")

    monkeypatch.setattr(site.desk, "stream", broken)
    turn = ask(site, "Why did it break?")[-1][4][-1]
    assert turn.error and "secret" not in turn.error
    assert "secret detail" in caplog.text


def test_a_thumb_is_kept_once_and_becomes_a_suite(site: Site) -> None:
    turns = ask(site, "Until when does the ferry stay in port?")[-1][4]
    _, now, turns = site.rate_answer(turns, visitor("ada"), event(turn="1", rating="up"))
    assert "Thank you" in now
    above, _, _ = site.rate_answer(turns, visitor("ada"), event(turn="1", rating="up", above=1))
    assert isinstance(above, dict)  # rated already: nothing changes
    site.rate_answer(turns, visitor("ada"), event(turn="7", rating="up"))
    [kept] = site.feedback.all()
    assert (kept.person, kept.rating, kept.question) == ("ada", "up", "Until when does the ferry stay in port?")
    [row] = as_suite([kept])
    assert row["kind"] == "fact" and "Monday" in row["evidence"][0]["quote"]
    assert from_records("feedback", [row]).cases[0].tags == ("rated-up",)


def test_a_rating_that_is_none_of_the_reasons_is_not_kept(site: Site) -> None:
    turns = ask(site, "Until when does the ferry stay in port?")[-1][4]
    before = len(site.feedback.all())
    site.rate_answer(turns, visitor(), event(turn="1", rating="<script>"))
    assert len(site.feedback.all()) == before


def test_silence_that_was_right_becomes_an_unanswerable_case(site: Site) -> None:
    silent = Answer("Who won?", "Who won?", "not_on_record")
    site.feedback.keep(silent, "up")
    site.feedback.keep(silent, "on_record")
    rows = as_suite(site.feedback.all()[-2:])
    assert [row.get("kind") for row in rows] == ["unanswerable", None]
    from_records("feedback", rows)


def test_an_article_opens_at_its_words(site: Site) -> None:
    [article] = site.index.articles()
    assert "<mark" in site.open(event(article=article.id, start="0", end="9"))
    assert "no longer" in site.open(event(article="nothing", start="0", end="9"))
    assert "<mark" not in site.open(event(article=article.id, start="-3", end="x"))


def test_articles_are_added_listed_found_and_removed(tmp_path: Path) -> None:
    with Index(tmp_path / "index") as index:
        site = Site(Assistant(index), FeedbackStore(index.path), RateLimit(0))
        progress = lambda *args, **options: None  # noqa: E731
        assert "1 added" in site.add_text(
            "The bridge in Pell opens on Friday.", "Bridge", "Post", "", "2025-01-02", "", progress
        )
        good, bad = tmp_path / "good.txt", tmp_path / "empty.txt"
        good.write_text("The mayor of Pell resigned on Tuesday after the vote.")
        bad.write_text("")
        shown = site.add_files([str(good), str(bad)], progress)
        assert "1 added" in shown and "empty.txt" in shown
        assert "date" in site.add_text("Text of an article.", "", "", "", "someday", "", progress)
        assert "Paste" in site.add_text(" ", "", "", "", "", "", progress)
        assert "no web address" in site.add_pages("ftp://ledger.example/a", progress)
        assert "Write addresses" in site.add_pages(" ", progress)
        assert "at most" in site.add_pages("\n".join(f"https://ledger.example/{at}" for at in range(60)), progress)
        assert "private network" in site.add_pages("http://127.0.0.1:1/a", progress)
        assert "1–2 of 2" in site.listed("", "", "", [], 0)[0]
        assert "1–1 of 1" in site.listed("bridge", "", "", [], 0)[0]
        assert "No articles" in site.listed("zebra", "", "", [], 0)[0]
        assert "since" in site.listed("", "soon", "", [], 0)[0]
        [one] = index.articles(sources=["Post"])
        assert "Removed" in site.remove(event(article=one.id))
        assert "No article" in site.remove(event(article=one.id))
        site.may_change = False
        with pytest.raises(gr.Error):
            site.add_text("More.", "", "", "", "", "", progress)
        with pytest.raises(gr.Error):
            site.remove(event(article=one.id))


def test_programs_get_the_answer_as_json(site: Site) -> None:
    found = site.api_ask("Until when does the ferry stay in port?", request=visitor())
    assert json.loads(json.dumps(found))["citations"][0]["quote"].startswith("The ferry")
    assert site.api_search("ferry", 1, request=visitor())[0]["title"] == "Ferry stays in port"
    with pytest.raises(gr.Error, match="k is 99"):
        site.api_search("ferry", 99)


def test_too_many_questions_are_refused_by_person() -> None:
    limit = RateLimit(2)
    limit.spend("ada")
    limit.spend("ada")
    limit.spend("bob")
    with pytest.raises(UsageError, match="2 questions"):
        limit.spend("ada")


def test_a_stopped_question_ends_and_is_given_back(site: Site) -> None:
    states = site.converse("Until when does the ferry stay in port?", [], "", "", [], visitor("ada"))
    next(states)
    assert site.stop(visitor("bob")) == "Stopping"
    assert next(states)[3] != "Stopped", "another visitor stopped theirs"
    site.stop(visitor("ada"))
    box, past, now, said, turns = next(states)
    assert (box["value"], past, now, said, turns) == ("Until when does the ferry stay in port?", "", "", "Stopped", [])
    assert next(states, None) is None
    again = list(site.converse("Until when does the ferry stay in port?", [], "", "", [], visitor("ada")))
    assert again[-1][4][0].answer, "the next question is answered"


def test_a_rating_given_while_a_question_runs_is_kept_on_the_page(site: Site) -> None:
    turns = ask(site, "Until when does the ferry stay in port?")[-1][4]
    states = site.converse("Who called the ferry repair overdue?", turns, "", "", [], visitor())
    next(states)
    above, _, _ = site.rate_answer(turns, visitor(), event(turn="1", rating="up", above=1))
    assert "or-thanks" in above
    assert [one.rating for one in list(states)[-1][4]] == ["up", None]


def test_people_are_told_apart_by_login_then_address() -> None:
    assert who(visitor("ada")) == "ada"
    assert who(visitor(None, "10.0.0.9")) == "10.0.0.9"
    assert who(None) == "local"


def test_an_empty_conversation_is_not_exported(site: Site) -> None:
    assert exported([], "md") is None
    turns = ask(site, "Until when does the ferry stay in port?")[-1][4]
    assert "Monday" in Path(str(exported(turns, "json"))).read_text("utf-8")


def test_examples_are_questions_that_the_record_answers(site: Site) -> None:
    site.suggest()
    assert site.suggested.is_set()
    for question in site.examples:
        assert site.desk.answer(question).status != "not_on_record"


# -- users -------------------------------------------------------------------------------------------------------------


def test_a_password_is_hashed_and_checked(tmp_path: Path) -> None:
    path = tmp_path / "users"
    assert users.put(path, "ada", "correct horse")
    assert not users.put(path, "ada", "battery staple")
    known = users.Users(path)
    assert known.may_enter("ada", "battery staple")
    assert not known.may_enter("ada", "correct horse")
    assert not known.may_enter("bob", "battery staple")
    assert not known.may_enter("ada", "x" * 100)
    assert "staple" not in path.read_text()
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_an_unknown_name_takes_as_long_as_a_wrong_password(tmp_path: Path) -> None:
    users.put(tmp_path / "users", "ada", "correct horse")
    known = users.Users(tmp_path / "users")

    def taken(name: str) -> float:
        """Of three: a busy machine may hold one up."""
        times = []
        for _ in range(3):
            began = time.perf_counter()
            known.may_enter(name, "wrong password")
            times.append(time.perf_counter() - began)
        return min(times)

    assert 0.2 < taken("ada") / taken("nobody") < 5


@pytest.mark.parametrize(
    ("name", "password", "words"),
    [
        ("a b", "long enough", "spaces"),
        ("a:b", "long enough", "colons"),
        ("ada", "short", "too short"),
        ("ada", "x" * 80, "too long"),
    ],
)
def test_bad_names_and_passwords_are_refused(tmp_path: Path, name: str, password: str, words: str) -> None:
    with pytest.raises(UsageError, match=words):
        users.put(tmp_path / "users", name, password)


def test_bad_files_of_users_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "users"
    with pytest.raises(UsageError, match="can't be read"):
        users.Users(path)
    path.write_text("# nobody\n")
    with pytest.raises(UsageError, match="names no user"):
        users.Users(path)
    path.write_text("ada:plain password\n")
    with pytest.raises(UsageError, match="line 1"):
        users.Users(path)


def test_the_commands_of_the_page(tmp_path: Path) -> None:
    runner = CliRunner()
    path = str(tmp_path / "users")
    made = runner.invoke(main, ["user", "ada", "--users", path, "--password", "correct horse"])
    assert made.exit_code == 0 and "may log in" in made.output
    refused = runner.invoke(main, ["user", "ada", "--users", path, "--password", "short"])
    assert refused.exit_code == 2 and "too short" in refused.output
    missing = runner.invoke(main, ["ui", "--read-only", "--index", str(tmp_path / "none")])
    assert missing.exit_code == 1 and "no index" in missing.output
    unreadable = runner.invoke(main, ["ui", "--users", str(tmp_path / "nobody"), "--index", str(tmp_path / "new")])
    assert unreadable.exit_code == 2 and "can't be read" in unreadable.output


def test_feedback_is_printed_as_a_suite(site: Site) -> None:
    site.feedback.keep(Answer("Who won?", "Who won?", "not_on_record"), "up")
    shown = CliRunner().invoke(main, ["feedback", "--index", str(site.index.path)])
    assert json.loads(shown.output.splitlines()[-1])["kind"] == "unanswerable"
