"""The web page: its parts, and what happens when somebody acts. Handlers take values, make one call on the assistant or the
index, and return values; what they show is made in `view.py`."""

from __future__ import annotations

import asyncio
import logging
import tempfile
import threading
import time
from collections.abc import AsyncIterator, Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import cache, partial
from importlib import resources
from pathlib import Path
from typing import Any

import gradio as gr
from gradio.events import api

import ui.view as view
from assistant import Answer, Assistant
from assistant.feedback import FeedbackStore
from assistant.records import Step
from assistant.suggest import suggestions
from index import AddReport, Article, Index, Progress, RecordError, UsageError
from ui.conversation import Turn, as_json, as_markdown, history
from ui.limits import RateLimit

log = logging.getLogger("onrecord")

PAGE = 50
"""Articles on one page of the pile."""
KINDS = "text, Markdown, HTML pages, JSON, CSV, feeds, PDF, Word, or a ZIP of them"
MAX_ADDRESSES = 50
HINT_SECONDS = 60
"""A page waits so long for example questions."""
MAX_TURNS = 200
"""A conversation keeps so many questions; older ones leave the page."""


def busy() -> Any:
    """The question's box while it is being answered. Made anew each time: gradio changes what it is given."""
    return gr.update(value="", submit_btn=False, stop_btn="Stop")


def ready(**values: Any) -> Any:
    """The question's box when the next one may be asked."""
    return gr.update(submit_btn="Ask", stop_btn=False, **values)


@dataclass
class Running:
    """What a visitor does while their question is being answered."""

    stopped: bool = False
    ratings: dict[int, str] = field(default_factory=dict)
    """Of earlier answers, by the turn's number."""

    def rated(self, turns: Sequence[Turn]) -> list[Turn]:
        """The turns before the question, with these ratings."""
        return [replace(one, rating=self.ratings.get(one.number, one.rating)) for one in turns]


@dataclass
class Site:
    """What the handlers work with: one for the server, shared by all visitors."""

    desk: Assistant
    feedback: FeedbackStore
    rate: RateLimit
    may_change: bool = True
    """Whether visitors may add and remove articles."""
    login: bool = False
    examples: list[str] = field(default_factory=list)
    suggested: threading.Event = field(default_factory=threading.Event)
    """Set when the examples are there."""
    closing: threading.Event = field(default_factory=threading.Event)
    """Set when the server stops."""
    _visited: float = 0.0
    """When a page began to load, by the monotonic clock."""
    _running: dict[str, Running] = field(default_factory=dict)
    """By visit."""

    @property
    def index(self) -> Index:
        """The index that is asked."""
        return self.desk.index

    def warm(self) -> None:
        """Loads the models, so that the first question doesn't wait for that."""
        try:
            if self.index.passage_count():
                self.desk.answer("What is on record?")
        except RecordError as error:
            log.warning("%s", error)

    def suggest(self, patience: float = 0.0) -> None:
        """Finds example questions. `patience`: seconds for which the cores are left to a visitor whose page is loading."""
        self._visited = time.monotonic()  # the first visitor is expected at once
        try:
            if not self._page_loads(patience) and self.index.passage_count():
                self.examples = suggestions(self.desk, stopped=lambda: self._page_loads(patience))
        except RecordError as error:
            log.warning("%s", error)
        finally:
            self.suggested.set()

    def _page_loads(self, patience: float) -> bool:
        """Waits until no page has begun to load for so many seconds, or for three times as long at most where visitors
        follow one another. Returns whether the server stops."""
        latest = time.monotonic() + 3 * patience
        while not self.closing.is_set() and (left := min(self._visited + patience, latest) - time.monotonic()) > 0:
            self.closing.wait(left)
        return self.closing.is_set()

    # -- asking ------------------------------------------------------------------------------------------------------

    def converse(
        self, question: str, turns: list[Turn], since: str, until: str, sources: list[str], request: gr.Request
    ) -> Iterator[tuple[Any, ...]]:
        """Streams a question: (box, past, now, said, turns)."""
        question = (question or "").strip()
        if not question:
            yield ready(), gr.skip(), gr.skip(), "Write a question first.", turns
            return
        turns = turns[-MAX_TURNS:]
        past = view.conversation(turns)
        now = Turn(turns[-1].number + 1 if turns else 1, question)
        running = self._running[str(request.session_hash)] = Running()
        try:
            yield busy(), past, view.turn(now), view.announcement(now), turns
            self.rate.spend(who(request))
            steps = self.desk.stream(
                question, history(turns), since=since or None, until=until or None, sources=sources or None
            )
            for step in steps:
                if running.stopped:
                    turns = running.rated(turns)
                    yield ready(value=question), view.conversation(turns), "", "Stopped", turns
                    return
                if isinstance(step, Answer):
                    now = replace(now, answer=step)
                    yield ready(), gr.skip(), view.turn(now), view.announcement(now), [*running.rated(turns), now]
                else:
                    assert isinstance(step, Step)
                    now = replace(now, steps=(*now.steps, step))
                    yield gr.skip(), gr.skip(), view.turn(now), view.announcement(now), gr.skip()
        except Exception as error:
            if not isinstance(error, RecordError):
                log.exception("a question could not be answered")
            told = str(error) if isinstance(error, RecordError) else "Something went wrong here; the server's log says what."
            now = replace(now, error=told)
            yield ready(value=question), gr.skip(), view.turn(now), view.announcement(now), [*running.rated(turns), now]
        finally:
            self._running.pop(str(request.session_hash), None)

    def stop(self, request: gr.Request) -> str:
        """Lets a visitor's question end with the step it is at.

        Not by gradio's cancelling: the page would take no further question until that step is done, and not say so.
        """
        if running := self._running.get(str(request.session_hash)):
            running.stopped = True
        return "Stopping"

    def linked(self, request: gr.Request) -> str:
        """The question of a link (`?q=`)."""
        return str(dict(request.query_params).get("q", ""))[:2000]

    def rate_answer(self, turns: list[Turn], request: gr.Request, event: gr.EventData) -> tuple[Any, ...]:
        """Keeps a thumb: (past, now, turns).

        The event says how many turns stand above the running one: while a question is answered all of them do.
        """
        number, rating, above = _number(event, "turn"), str(getattr(event, "rating", "")), _number(event, "above")
        turn = next((one for one in turns if one.number == number), None)
        if turn is None or turn.answer is None or turn.rating or (rating != "up" and rating not in view.REASONS):
            return gr.skip(), gr.skip(), turns
        try:
            self.feedback.keep(turn.answer, rating, request.username)
        except RecordError as error:
            raise gr.Error(str(error), print_exception=False) from error
        if running := self._running.get(str(request.session_hash)):
            running.ratings[number] = rating
        turns = [replace(one, rating=rating) if one.number == number else one for one in turns]
        if above:
            return view.conversation(turns[:above]), gr.skip(), turns
        return gr.skip(), view.turn(turns[-1]), turns

    def open(self, event: gr.EventData) -> str:
        """An article, with the words of a citation marked."""
        found = self.index.article(str(getattr(event, "article", "")))
        if found is None:
            return view.problem("This article is no longer in the index.")
        start, end = _number(event, "start"), _number(event, "end")
        return view.article(found, start, end, self.index.removed(found.id), self.index.history(found.id))

    def welcome(self) -> str:
        """What a new visitor sees."""
        return view.welcome(self.index.info())

    async def hints(self) -> AsyncIterator[str]:
        """The examples, as soon as there are any. The page shows them beneath the welcome only."""
        for _ in range(HINT_SECONDS * 2):
            if self.suggested.is_set():
                break
            await asyncio.sleep(0.5)
        yield view.examples(self.examples)

    def summary(self) -> str:
        """What there is to ask, in one line: what a page asks for first."""
        self._visited = time.monotonic()
        return head(view.summary(self.index.info()), login=self.login)

    # -- the pile ----------------------------------------------------------------------------------------------------

    def listed(self, words: str, since: str, until: str, sources: list[str], first: float) -> tuple[str, int]:
        """A page of the pile, and the number of its first article."""
        try:
            found = self.index.articles(since=since or None, until=until or None, sources=sources or None, with_text=False)
        except RecordError as error:
            return view.problem(str(error)), 0
        wanted = (words or "").casefold().split()
        found = [one for one in found if all(word in _about(one) for word in wanted)]
        start = max(0, min(int(first), (len(found) - 1) // PAGE * PAGE)) if found else 0
        return view.listing(found[start : start + PAGE], len(found), start, may_remove=self.may_change), start

    def turned(self, by: int, words: str, since: str, until: str, sources: list[str], first: float) -> tuple[str, int]:
        """The page of the pile that lies `by` articles further; the first one when `by` is 0."""
        return self.listed(words, since, until, sources, first + by if by else 0)

    def sources(self) -> Any:
        """The outlets, for the filter."""
        return gr.update(choices=[name for name in self.index.info().sources if name])

    def remove(self, event: gr.EventData) -> str:
        """Removes an article; the list is shown anew by whoever called."""
        self._changing()
        article = str(getattr(event, "article", ""))
        try:
            self.index.remove(article)
        except RecordError as error:
            return view.problem(str(error))
        return '<p role="status">Removed.</p>'

    def add_files(self, files: list[str] | None, progress: gr.Progress = gr.Progress()) -> str:  # noqa: B008
        """Adds files that were dropped on the page."""
        if not files:
            return view.problem(f"Choose files first: {KINDS}.")
        return self._added([Path(one) for one in files], progress)

    def add_text(
        self, words: str, title: str, source: str, author: str, published: str, url: str,
        progress: gr.Progress = gr.Progress(),  # noqa: B008
    ) -> str:  # fmt: skip
        """Adds a text that was pasted."""
        if not (words or "").strip():
            return view.problem("Paste the article's text first.")
        article = Article(words, _given(title), url=_given(url))
        about = {"source": _given(source), "author": _given(author), "published": _given(published)}
        return self._added([article], progress, **about)

    def add_pages(self, addresses: str, progress: gr.Progress = gr.Progress()) -> str:  # noqa: B008
        """Adds pages by their addresses, one a line. Only public ones: visitors must not look into the server's network."""
        listed = list(dict.fromkeys((addresses or "").split()))
        wrong = [one for one in listed if not one.lower().startswith(("http://", "https://"))]
        if not listed:
            return view.problem("Write addresses first, one a line, as https://….")
        if wrong:
            return view.problem(f"{wrong[0][:80]} is no web address; it begins with https:// or http://.")
        if len(listed) > MAX_ADDRESSES:
            return view.problem(f"These are {len(listed)} addresses; add at most {MAX_ADDRESSES} at once.")
        return self._added(listed, progress)

    def _added(self, sources: list[Any], progress: gr.Progress, **about: Any) -> str:
        self._changing()

        def on_progress(so_far: Progress) -> None:
            progress((so_far.done, max(1, so_far.total)), desc=f"{so_far.articles} articles")

        try:
            report: AddReport = self.index.add(sources, on_progress=on_progress, **about)
        except RecordError as error:
            return view.problem(str(error))
        return view.report(report)

    def _changing(self) -> None:
        if not self.may_change:
            raise gr.Error("Articles can't be added or removed here.", print_exception=False)

    # -- for programs ------------------------------------------------------------------------------------------------

    def api_ask(
        self, question: str, since: str | None = None, until: str | None = None, sources: list[str] | None = None,
        history: list[list[str]] | None = None, request: gr.Request | None = None,
    ) -> dict[str, Any]:  # fmt: skip
        """Ask a question of the indexed news articles. Returns the answer with its exact quotes, or status "not_on_record".

        Args:
            question: the question, in English.
            since: only articles of this day or later, as 2025-02-14.
            until: only articles of this day or earlier.
            sources: only articles of these outlets.
            history: earlier questions with their answers, oldest first, as [question, answer] pairs.
        """
        with _told():
            self.rate.spend(who(request))
            turns = [(str(one[0]), str(one[1])) for one in history or () if len(one) == 2]
            found = self.desk.answer(question, turns, since=since, until=until, sources=sources)
        return found.to_dict()

    def api_search(
        self, question: str, k: int = 10, since: str | None = None, until: str | None = None,
        sources: list[str] | None = None, request: gr.Request | None = None,
    ) -> list[dict[str, Any]]:  # fmt: skip
        """Find the passages of the indexed news articles that are nearest to a question, best first.

        Args:
            question: the question, in English.
            k: how many passages, 1 to 50.
            since: only articles of this day or later, as 2025-02-14.
            until: only articles of this day or earlier.
            sources: only articles of these outlets.
        """
        with _told():
            self.rate.spend(who(request))
            if not 1 <= int(k) <= 50:
                raise UsageError(f"k is {k}; ask for 1 to 50 passages.")
            hits = self.desk.search(question, int(k), since=since, until=until, sources=sources)
        return [vars(hit) for hit in hits]


class _told:
    """Errors of ours as one sentence to the client, without a traceback in the log."""

    def __enter__(self) -> None: ...

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: object) -> None:
        if isinstance(error, RecordError):
            raise gr.Error(str(error), print_exception=False) from error


def who(request: gr.Request | None) -> str:
    """Whose questions are counted together: the login's, else the address's."""
    if request is None:
        return "local"
    return request.username or (request.client.host if request.client else "unknown")


def exported(turns: list[Turn], kind: str) -> str | None:
    """The conversation as a file to download; None when there is none."""
    if not turns:
        return None
    folder = Path(tempfile.mkdtemp(dir=_exports().name))
    path = folder / f"on-record-conversation.{kind}"
    path.write_text(as_markdown(turns) if kind == "md" else as_json(turns), encoding="utf-8")
    return str(path)


@cache
def _exports() -> tempfile.TemporaryDirectory[str]:
    """Where exports are written; gone when the server ends."""
    return tempfile.TemporaryDirectory(prefix="onrecord-")


def head(summary: str, *, login: bool) -> str:
    """The line on top of the page."""
    leave = '<a href="logout">Log out</a>' if login else ""
    return f'<div class="or-brand"><b>On Record</b><span>{summary}</span>{leave}</div>'


def _number(event: gr.EventData, name: str) -> int:
    """A number that the browser sent; 0 for anything else."""
    value = str(getattr(event, name, "") or "")
    return int(value) if value.isdecimal() and len(value) < 12 else 0


def _given(value: str | None) -> str | None:
    return (value or "").strip() or None


def _about(article: Article) -> str:
    return f"{article.title or ''} {article.source or ''} {article.author or ''}".casefold()


def _asset(name: str) -> str:
    return resources.files("ui").joinpath(name).read_text("utf-8")


def _markup(value: str = "", **options: Any) -> gr.HTML:
    return gr.HTML(value, js_on_load=_asset("page.js"), elem_classes=["or-html"], apply_default_css=False, **options)


def build(site: Site) -> gr.Blocks:
    """The page."""
    page: gr.Blocks
    with gr.Blocks(title="On Record", analytics_enabled=False, fill_width=True, delete_cache=(3600, 86400)) as page:
        top = gr.HTML(head("", login=site.login), elem_id="or-top", apply_default_css=False)
        turns = gr.State([])
        gr.HTML('<div id="or-said" role="status" aria-live="polite"></div>', apply_default_css=False, elem_id="or-saidbox")
        said = gr.Textbox(visible="hidden", elem_id="or-announce")
        with gr.Accordion("Filters", open=False), gr.Row():
            since = gr.Textbox(label="From day", placeholder="2025-02-01", max_length=10, min_width=120)
            until = gr.Textbox(label="To day", placeholder="2025-02-28", max_length=10, min_width=120)
            sources = gr.Dropdown(label="Outlets", multiselect=True, choices=[], min_width=200)
        with gr.Tab("Ask", id="ask"), gr.Row(equal_height=False):
            with gr.Column(scale=3, min_width=320, elem_id="or-column"):
                past = _markup(elem_id="or-past")
                now = _markup(elem_id="or-now")
                hints = _markup(elem_id="or-hints")
                with gr.Row(elem_id="or-askrow"):
                    box = gr.Textbox(
                        label="Your question", placeholder="What did … say about …?", lines=1, max_lines=4, scale=5,
                        elem_id="or-question", submit_btn="Ask", autofocus=True, max_length=2000,
                    )  # fmt: skip
                with gr.Row():
                    new = gr.Button("New conversation", size="sm", min_width=120)
                    markdown = gr.Button("Export as Markdown", size="sm", min_width=120)
                    as_data = gr.Button("Export as JSON", size="sm", min_width=120)
                    file = gr.DownloadButton("Download", visible="hidden", elem_id="or-file")
            with gr.Column(scale=2, min_width=320, elem_id="or-beside", visible=True):
                paper = _markup(elem_id="or-paper")
        with gr.Tab("Articles", id="articles") as pile:
            with gr.Row():
                words = gr.Textbox(label="Search titles, outlets and authors", scale=3, max_length=200)
                earlier = gr.Button("Previous page", size="sm", scale=0, min_width=120)
                later = gr.Button("Next page", size="sm", scale=0, min_width=120)
            first = gr.State(0)
            done = gr.HTML("", elem_classes=["or-html"], apply_default_css=False)
            with gr.Row(equal_height=False):
                listing = _markup(elem_id="or-listing")
                sheet = _markup(elem_id="or-sheet")
        if site.may_change:
            with gr.Tab("Add articles", id="add"):
                files = gr.File(label=f"Files: {KINDS}", file_count="multiple")
                add_files = gr.Button("Add these files", variant="primary")
                with gr.Accordion("Paste an article", open=False):
                    pasted = gr.Textbox(label="Text", lines=8, max_lines=30)
                    with gr.Row():
                        title = gr.Textbox(label="Headline", max_length=500)
                        source = gr.Textbox(label="Outlet", max_length=200)
                        author = gr.Textbox(label="Author", max_length=200)
                        published = gr.Textbox(label="Day", placeholder="2025-02-14", max_length=40)
                        url = gr.Textbox(label="Address", placeholder="https://…", max_length=2000)
                    add_text = gr.Button("Add this text", variant="primary")
                with gr.Accordion("Fetch pages", open=False):
                    addresses = gr.Textbox(label="Addresses, one a line", lines=4, max_lines=20, placeholder="https://…")
                    add_pages = gr.Button("Fetch and add", variant="primary")
                added = gr.HTML("", elem_classes=["or-html"], apply_default_css=False, elem_id="or-added")

        private: dict[str, Any] = {"api_visibility": "private", "show_progress": "hidden"}
        asking = [box, turns, since, until, sources]
        shown = [box, past, now, said, turns]
        limits: dict[str, Any] = {"concurrency_limit": 2, "concurrency_id": "asking"}
        box.submit(site.converse, asking, shown, **private, **limits)
        hints.ask(_picked, None, box, **private).then(site.converse, asking, shown, **private, **limits)
        box.stop(site.stop, None, said, **private)
        said.change(None, said, None, js="(words) => { document.getElementById('or-said').textContent = words; }", **private)
        for part in (past, now):
            part.open(site.open, None, paper, **private)
            part.rate(site.rate_answer, turns, [past, now, turns], **private)
        paper.open(site.open, None, paper, **private)  # another version of it
        paper.close(lambda: "", None, paper, **private)
        listing.open(site.open, None, sheet, **private)
        sheet.open(site.open, None, sheet, **private)
        sheet.close(lambda: "", None, sheet, **private)
        new.click(lambda: ([], "", site.welcome(), "", ""), None, [turns, past, now, paper, box], **private)
        # The file is made when it is asked for; a hidden button then downloads it.
        download = "() => setTimeout(() => document.querySelector('#or-file')?.click(), 100)"
        for button, kind in ((markdown, "md"), (as_data, "json")):
            button.click(partial(exported, kind=kind), turns, file, **private).then(None, None, None, js=download, **private)

        filters = [words, since, until, sources, first]
        listed = [listing, first]
        pile.select(site.listed, filters, listed, **private)
        for narrowed in (words, since, until, sources):
            narrowed.change(lambda *given: site.turned(0, *given), filters, listed, **private)
        earlier.click(lambda *given: site.turned(-PAGE, *given), filters, listed, **private)
        later.click(lambda *given: site.turned(PAGE, *given), filters, listed, **private)
        listing.remove(site.remove, None, done, **private).then(site.listed, filters, listed, **private).then(
            site.summary, None, top, **private
        )
        if site.may_change:
            for trigger, handler, given in (
                (add_files, site.add_files, [files]),
                (add_pages, site.add_pages, [addresses]),
                (add_text, site.add_text, [pasted, title, source, author, published, url]),
            ):
                trigger.click(handler, given, added, api_visibility="private", concurrency_limit=1).then(
                    site.summary, None, top, **private
                ).then(site.sources, None, sources, **private)
        page.load(site.summary, None, top, **private).then(site.sources, None, sources, **private)
        page.load(site.hints, None, hints, concurrency_limit=None, **private)
        page.load(site.welcome, None, now, **private).then(site.linked, None, box, **private).then(
            _if_asked(site), asking, shown, **private, **limits
        )
        api(site.api_ask, api_name="ask", **limits)
        api(site.api_search, api_name="search", **limits)
    return page


def _picked(event: gr.EventData) -> str:
    """The question of a button."""
    return str(getattr(event, "question", ""))[:2000]


def _if_asked(site: Site) -> Any:
    """Asks what a link brought, and nothing when it brought nothing."""

    def first(
        question: str, turns: list[Turn], since: str, until: str, sources: list[str], request: gr.Request
    ) -> Iterator[tuple[Any, ...]]:
        if question.strip() and not turns:
            yield from site.converse(question, turns, since, until, sources, request)
        else:
            yield (gr.skip(),) * 5

    return first
