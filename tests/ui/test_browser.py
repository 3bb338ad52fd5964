"""The page in a real browser: Chromium by Playwright. Skipped, saying so, where there is no Chromium."""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from assistant.feedback import FeedbackStore
from index import Article, Index

CHROMIUM = (
    os.environ.get("CHROMIUM")
    or shutil.which("chromium")
    or shutil.which("chromium-browser")
    or shutil.which("google-chrome")
)
pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="no Chromium: install Debian's chromium, or name one in CHROMIUM")
ARGUMENTS = ["--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
             "--disable-component-update", "--disable-sync"]  # fmt: skip
EVIL = "<img src=x onerror=window.pwned=1><script>window.pwned=1</script> ${window.pwned=1} {{this}}"
STORIES = [
    Article("The Kelmar ferry stays in port until Monday, the harbor office said on Saturday. Rosa Keller, who runs the line, "
            "called the repair overdue.\n\nTwo hundred passengers were booked for the weekend.",
            title="Ferry stays in port", source="Harbor Ledger", author="R. Moss", published="2025-03-01"),
    Article(f"The mayor of Grimsford said the bridge cost 14 million pounds. {EVIL} </mark></p>", title=EVIL, source=EVIL,
            author=EVIL, url="javascript:window.pwned=1", published="2025-03-02"),
]  # fmt: skip
PATIENCE = 60_000


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield opened
        opened.close()


def interruptible() -> None:
    """Takes interrupts again where the tests themselves were started without them, as in the background of a script."""
    signal.signal(signal.SIGINT, signal.default_int_handler)


class Served:
    """The command, running in a process of its own."""

    def __init__(self, folder: Path, *options: str) -> None:
        with Index(folder) as index:
            index.add(STORIES)
        self.folder = folder
        command = [sys.executable, "-m", "ui.cli", "ui", "--index", str(folder), *options]
        self._process = subprocess.Popen(
            command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
            env={**os.environ, "PYTHONUNBUFFERED": "1"}, preexec_fn=interruptible,
        )  # fmt: skip
        assert self._process.stdout
        self.printed = ""
        for line in self._process.stdout:
            self.printed += line
            if found := re.search(r"On Record is at (\S+)", line):
                self.url = found[1]
                return
        raise AssertionError(self.printed)

    def articles(self) -> int:
        with Index(self.folder) as index:
            return len(index.articles())

    def ratings(self) -> list[Any]:
        return FeedbackStore(self.folder).all()

    def close(self) -> None:
        self._process.send_signal(signal.SIGINT)
        rest, _ = self._process.communicate(timeout=60)
        assert "Traceback" not in rest, rest


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    running = Served(tmp_path_factory.mktemp("web") / "index", "--questions-per-minute", "0")
    yield running
    running.close()


@pytest.fixture
def page(browser: Any, server: Served) -> Iterator[Any]:
    context = browser.new_context(viewport={"width": 1400, "height": 1000}, accept_downloads=True)
    opened = context.new_page()
    wrong: list[str] = []
    asked: list[str] = []
    opened.on("pageerror", lambda error: wrong.append(str(error)))
    opened.on("console", lambda message: wrong.append(message.text) if message.type == "error" else None)
    opened.on("request", lambda request: asked.append(request.url))
    opened.set_default_timeout(PATIENCE)
    opened.goto(server.url)
    opened.wait_for_selector(".or-welcome")
    yield opened
    assert not wrong
    assert opened.evaluate("window.pwned") is None
    assert not [url for url in asked if not url.startswith((server.url.rstrip("/"), "data:", "blob:"))]
    context.close()


def ask(page: Any, question: str) -> None:
    page.fill("#or-question textarea", question)
    page.keyboard.press("Enter")
    page.wait_for_function(
        "asked => document.querySelector('#or-now h2')?.textContent === asked && "
        "document.querySelector('#or-now .or-actions, #or-now .or-error')",
        arg=question,
    )


def test_ask_read_open_and_follow_up(page: Any) -> None:
    assert "2 articles" in page.inner_text("#or-top")
    ask(page, "Who called the ferry repair overdue?")
    assert "On record" in page.inner_text("#or-now .or-chips")
    assert "Rosa Keller" in page.inner_text("#or-now")
    page.click("#or-now .or-marker")
    page.wait_for_selector("#or-paper mark")
    quoted = page.inner_text("#or-now .or-finding")
    assert page.inner_text("#or-paper mark") in quoted
    assert page.evaluate("document.activeElement.tagName") == "MARK"
    page.keyboard.press("Escape")
    page.wait_for_selector("#or-paper .or-paper", state="detached")
    assert "or-marker" in page.evaluate("document.activeElement.className")
    ask(page, "What did she call overdue?")
    assert "What did Rosa Keller call overdue?" in page.inner_text("#or-now .or-understood")
    assert page.inner_text("#or-past h2") == "Who called the ferry repair overdue?"


def test_by_keyboard_alone(page: Any) -> None:
    page.focus("#or-question textarea")
    page.keyboard.type("How many passengers were booked?")
    page.keyboard.press("Enter")
    page.wait_for_selector("#or-now .or-marker")
    page.focus("#or-now .or-marker")
    page.keyboard.press("Enter")
    page.wait_for_selector("#or-paper mark")
    assert "Two hundred passengers" in page.inner_text("#or-paper mark")


def test_stop_gives_the_question_back_and_edit_takes_it_up(page: Any, server: Served) -> None:
    from gradio_client import Client

    ask(page, "Until when does the ferry stay in port?")
    long = "Who called the ferry repair overdue? " * 20
    page.fill("#or-question textarea", long)
    others = Client(server.url, verbose=False)
    # Others ask as well, and two questions are read at a time: so Stop comes before the answer on any machine.
    jobs = [others.submit(f"{long} {n}", api_name="/ask") for n in range(8)]
    page.keyboard.press("Enter")
    page.get_by_role("button", name="Stop").click()
    page.wait_for_selector("#or-question button:has-text('Ask')")
    assert page.inner_text("#or-said") == "Stopped"
    assert page.input_value("#or-question textarea").strip() == long.strip()
    assert page.inner_text("#or-now") == ""
    assert all(job.result(timeout=120) for job in jobs), "nobody else was stopped"
    page.click("#or-past [data-do=edit] >> nth=0")
    assert page.input_value("#or-question textarea") == "Until when does the ferry stay in port?"
    page.keyboard.press("Enter")
    page.wait_for_selector("#or-now .or-marker")


def test_an_example_is_asked_with_a_click(page: Any) -> None:
    page.wait_for_selector("#or-hints .or-example")
    question = page.get_attribute("#or-hints .or-example", "data-question")
    page.click("#or-hints .or-example")
    page.wait_for_selector("#or-now .or-marker")
    assert page.inner_text("#or-now h2") == question
    assert not page.is_visible("#or-hints")


def test_silence_and_errors_are_told(page: Any) -> None:
    ask(page, "What is the population of Vienna?")
    assert "Not on record" in page.inner_text("#or-now .or-chips")
    assert page.query_selector("#or-now .or-nearest")
    assert "Not on record" in page.inner_text("#or-said")
    ask(page, "?!")
    assert "empty" in page.inner_text("#or-now .or-error")


def test_hostile_text_shows_as_text(page: Any) -> None:
    ask(page, f"How much did the Grimsford bridge cost? {EVIL}")
    assert "<script>" in page.inner_text("#or-now h2")
    page.click("#or-now .or-card")
    page.wait_for_selector("#or-paper .or-paper")
    assert EVIL in page.inner_text("#or-paper h2")
    assert not page.query_selector("#or-paper a")
    page.get_by_role("tab", name="Articles", exact=True).click()
    page.wait_for_selector("#or-listing .or-list")
    assert EVIL[:20] in page.inner_text("#or-listing")


def test_add_ask_and_remove(page: Any, server: Served, tmp_path: Path) -> None:
    story = tmp_path / "story.md"
    story.write_text(
        "---\ntitle: Lighthouse sold\nsource: Meridian Post\n---\nThe lighthouse of Oren was sold to Helen Abbas in June.\n"
    )
    page.get_by_role("tab", name="Add articles").click()
    page.set_input_files("input[type=file]", str(story))
    page.wait_for_selector("text=story.md")
    page.get_by_role("button", name="Add these files").click()
    page.wait_for_selector("#or-added >> text=1 added")
    page.wait_for_function("document.querySelector('#or-top').textContent.includes('3 articles')")
    page.get_by_role("tab", name="Ask", exact=True).click()
    ask(page, "Who bought the lighthouse of Oren?")
    assert "Helen Abbas" in page.inner_text("#or-now")
    page.get_by_role("tab", name="Articles", exact=True).click()
    page.get_by_label("Search titles").fill("lighthouse")
    page.wait_for_selector("#or-listing >> text=1–1 of 1")
    page.once("dialog", lambda dialog: dialog.dismiss())
    page.click("#or-listing .or-remove")
    page.wait_for_timeout(300)
    assert server.articles() == 3
    page.once("dialog", lambda dialog: dialog.accept())
    page.click("#or-listing .or-remove")
    page.wait_for_selector("text=No articles match")
    assert server.articles() == 2


def test_an_older_version_opens_from_the_newer_one(page: Any, server: Served) -> None:
    url = "https://ledger.example/windmill"
    with Index(server.folder) as index:
        index.add([Article(f"The windmill of Oren will {what}.", f"Windmill to {what}", url=url, updated=day)
                   for what, day in (("close", "2025-03-01"), ("stay", "2025-03-02"))])  # fmt: skip
        page.get_by_role("tab", name="Articles", exact=True).click()
        page.get_by_label("Search titles").fill("windmill")
        page.wait_for_selector("#or-listing >> text=1–1 of 1")
        page.click("#or-listing .or-row")
        page.wait_for_selector(".or-paper >> text=updated 2 March 2025")
        page.click(".or-paper .or-note [data-do=open]")
        page.wait_for_selector(".or-paper >> text=The windmill of Oren will close.")
        page.click(".or-paper .or-note [data-do=open]")
        page.wait_for_selector(".or-paper >> text=The windmill of Oren will stay.")
        index.remove(index.find(url))


def test_rate_export_and_link(page: Any, server: Served) -> None:
    ask(page, "Until when does the Kelmar ferry stay in port?")
    page.click("#or-now [data-rating=up]")
    page.wait_for_selector("#or-now .or-thanks")
    assert server.ratings()[-1].rating == "up"
    with page.expect_download() as saved:
        page.get_by_role("button", name="Export as JSON").click()
    told = json.loads(Path(saved.value.path()).read_text("utf-8"))
    assert "Monday" in told["conversation"][0]["answer"]["citations"][0]["quote"]
    link = page.get_attribute("#or-now [data-do=link]", "data-link")
    page.goto(server.url + link)
    page.wait_for_selector("#or-now .or-marker")
    assert page.inner_text("#or-now h2") == "Until when does the Kelmar ferry stay in port?"


def test_two_visitors_do_not_see_one_another(page: Any, browser: Any, server: Served) -> None:
    ask(page, "Who runs the Kelmar ferry?")
    other = browser.new_context().new_page()
    other.goto(server.url)
    other.wait_for_selector(".or-welcome")
    ask(other, "How many passengers were booked?")
    assert "Kelmar" not in other.inner_text("#or-past")
    ask(other, "Who runs it?")
    assert "Kelmar" not in other.inner_text("#or-now h2")
    other.context.close()


@pytest.mark.parametrize(("width", "scheme"), [(390, "light"), (1600, "dark")])
def test_no_serious_violation_and_no_sideways_scrolling(browser: Any, server: Served, width: int, scheme: Any) -> None:
    from axe_playwright_python.sync_playwright import Axe

    page = browser.new_context(viewport={"width": width, "height": 850}, color_scheme=scheme).new_page()
    page.goto(server.url)
    page.wait_for_selector(".or-welcome")
    ask(page, "Who called the ferry repair overdue?")
    page.wait_for_timeout(400)
    for state in ("answer", "article"):
        if state == "article":
            page.click("#or-now .or-marker")
            page.wait_for_selector("#or-paper mark")
        found = Axe().run(page)
        serious = [(one["id"], [node["html"][:200] for node in one["nodes"]][:3]) for one in found.response["violations"]
                   if one["impact"] in ("serious", "critical")]  # fmt: skip
        assert not serious, state
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth + 1"), state
    page.context.close()


def test_log_in_and_out(browser: Any, tmp_path: Path) -> None:
    from ui import users

    users.put(tmp_path / "users", "ada", "correct horse")
    running = Served(tmp_path / "index", "--users", str(tmp_path / "users"))
    try:
        page = browser.new_context().new_page()
        page.set_default_timeout(PATIENCE)
        page.goto(running.url)
        page.wait_for_selector("input[type=password]")
        assert not page.query_selector("#or-question")
        fields = page.query_selector_all("input")
        fields[0].fill("ada")
        page.fill("input[type=password]", "correct horse")
        page.get_by_role("button", name=re.compile("log ?in", re.I)).click()
        page.wait_for_selector(".or-welcome")
        assert "correct" not in page.url
        ask(page, "Who called the ferry repair overdue?")
        page.click("#or-now [data-rating=up]")
        page.wait_for_selector("#or-now .or-thanks")
        assert running.ratings()[-1].person == "ada"
        page.click("text=Log out")
        page.wait_for_selector("input[type=password]")
    finally:
        running.close()


def test_programs_reach_it_as_well(server: Served) -> None:
    from gradio_client import Client

    client = Client(server.url, verbose=False)
    found = client.predict("Who called the ferry repair overdue?", api_name="/ask")
    assert found["status"] == "answered"
    assert found["citations"][0]["source"] == "Harbor Ledger"
    assert client.predict("ferry", 1, api_name="/search")[0]["title"] == "Ferry stays in port"


def test_tools_for_language_models(server: Served) -> None:
    import anyio
    from mcp import ClientSession
    from mcp.client.streamable_http import streamable_http_client

    async def use() -> tuple[list[str], str]:
        async with (
            streamable_http_client(f"{server.url}gradio_api/mcp/") as (read, write, _),
            ClientSession(read, write) as session,
        ):
            await session.initialize()
            names = [tool.name for tool in (await session.list_tools()).tools]
            answered = await session.call_tool(next(name for name in names if name.endswith("ask")),
                                               {"question": "Who called the ferry repair overdue?"})  # fmt: skip
            return names, str(answered.content[0].text)  # type: ignore[union-attr]

    # Playwright's loop runs in this thread.
    with ThreadPoolExecutor(1) as pool:
        names, told = pool.submit(anyio.run, use).result()
    assert sorted(name.rsplit("_", 1)[-1] for name in names) == ["ask", "search"]
    assert "Rosa Keller" in told


def test_the_page_is_up_and_interactive_soon(browser: Any, server: Served) -> None:
    page = browser.new_context().new_page()
    began = time.perf_counter()
    page.goto(server.url)
    page.wait_for_selector("#or-question textarea")
    assert time.perf_counter() - began < 10  # 2 s on an idle machine; tests share theirs
    page.context.close()
