"""The command line: parses, calls, renders; never decides."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable
from typing import TYPE_CHECKING

import click

from ui.cli_care import backup, check, restore
from ui.options import CHROMA as _CHROMA
from ui.options import JSON as _JSON
from ui.options import MODEL as _MODEL
from ui.options import Command
from ui.options import common as _common
from ui.options import told as _told

if TYPE_CHECKING:
    from assistant.settings import Settings

_SINCE = click.option("--since", metavar="DATE", help="Only articles of this day or later, as 2025-02-14.")
_UNTIL = click.option("--until", metavar="DATE", help="Only articles of this day or earlier.")


def _sources(help_: str) -> Callable[[Command], Command]:
    return click.option("--source", "sources", multiple=True, metavar="NAME", help=help_)


def _columns(_: click.Context, __: click.Parameter, told: tuple[str, ...]) -> dict[str, str]:
    found: dict[str, str] = {}
    for one in told:
        field, between, name = one.partition("=")
        if not between or field in found:
            why = f"{field} is named twice" if between else f"{one!r} is not FIELD=NAME, as text=Inhalt"
            raise click.BadParameter(f"{why}.")
        found[field] = name
    return found


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="onrecord")
@click.pass_context
def main(context: click.Context) -> None:
    """Ask a question of a pile of news articles; get what is on record, in exact quotes."""
    if os.environ.get("NO_COLOR"):
        context.color = False


for _command in (check, backup, restore):
    main.add_command(_command)


@main.command()
@click.argument("paths", nargs=-1, required=True, metavar="PATH|URL...")
@click.option("--source", metavar="NAME", help="Outlet of articles that don't name one.")
@click.option("--author", metavar="NAME", help="Author of articles that don't name one.")
@click.option("--published", metavar="DATE", help="Date of articles that don't give one, as 2025-02-14.")
@click.option("--column", "columns", multiple=True, metavar="FIELD=NAME", callback=_columns, help="What an export (csv, "
              "json, jsonl) calls a field: text=Inhalt, published=meta.date (may be repeated).")  # fmt: skip
@click.option("--allow-private", is_flag=True, help="Also fetch pages from this machine's own network.")
@_JSON
@_common
def add(
    settings: Settings,
    paths: tuple[str, ...],
    source: str | None,
    author: str | None,
    published: str | None,
    columns: dict[str, str],
    allow_private: bool,
    as_json: bool,
) -> None:
    """Add articles: files, folders, web addresses, or - for standard input.

    Text, Markdown, HTML, JSON, JSON lines, CSV, feeds, ZIP; with the extra `documents` PDF and Word.
    """
    import ui.terminal as terminal
    from assistant import wire

    with wire.index(settings, create=True) as index, terminal.progress() as on_progress:
        report = index.add(
            paths, source=source, author=author, published=published, on_progress=on_progress, allow_private=allow_private,
            columns=columns,
        )  # fmt: skip
    click.echo(terminal.as_json(report) if as_json else terminal.report(report))
    if report.failed:
        sys.exit(1)


@main.command()
@click.argument("question", nargs=-1, required=True)
@_SINCE
@_UNTIL
@_sources("Only articles of this outlet (may be repeated).")
@_JSON
@_common
def ask(
    settings: Settings,
    question: tuple[str, ...],
    since: str | None,
    until: str | None,
    sources: tuple[str, ...],
    as_json: bool,
) -> None:
    """Ask a question: what is on record, with exact quotes, or "not on record"."""
    import ui.terminal as terminal
    from assistant import Assistant, wire

    with wire.index(settings) as index:
        answer = Assistant(index).answer(" ".join(question), since=since, until=until, sources=sources)
    click.echo(json.dumps(answer.to_dict(), ensure_ascii=False, indent=2) if as_json else terminal.answer(answer))


@main.command("list")
@_SINCE
@_UNTIL
@_sources("Only articles of this outlet (may be repeated).")
@click.option("--limit", type=click.IntRange(1), default=None, metavar="N", help="At most so many, newest first.")
@_JSON
@_common
def listed(
    settings: Settings, since: str | None, until: str | None, sources: tuple[str, ...], limit: int | None, as_json: bool
) -> None:
    """List the articles, newest first."""
    import ui.terminal as terminal
    from assistant import wire

    with wire.index(settings) as index:
        articles = index.articles(since=since, until=until, sources=sources, limit=limit, with_text=False)
    if as_json:
        rows = [{name: value for name, value in vars(article).items() if name != "text"} for article in articles]
        click.echo(json.dumps(rows, ensure_ascii=False, indent=2))
    else:
        click.echo(terminal.listing(articles))


@main.command()
@click.argument("article_id", metavar="ID")
@click.option("--removed", is_flag=True, help="Also what cleaning took out, and by which rule.")
@click.option("--history", is_flag=True, help="Its versions instead, the oldest first.")
@click.option("--raw", is_flag=True, help="The bytes as they were read, nothing else.")
@_JSON
@_common
def show(settings: Settings, article_id: str, removed: bool, history: bool, raw: bool, as_json: bool) -> None:
    """Show one article as it is stored."""
    import ui.terminal as terminal
    from assistant import wire
    from index import UsageError

    with wire.index(settings) as index:
        article = index.article(article_id)
        if article is None:
            raise UsageError(f"No article has the id {article_id}; `onrecord list` shows the ids.")
        stretches = index.removed(article_id) if removed or as_json else ()
        versions = index.history(article_id)
        if raw:
            sys.stdout.buffer.write(index.raw(article_id) or b"")
        elif as_json:
            found = {
                **vars(article),
                "removed": [vars(one) for one in stretches],
                "history": [vars(one) for one in versions],
            }
            click.echo(json.dumps(found, ensure_ascii=False, indent=2))
        else:
            click.echo(terminal.history(versions) if history else terminal.article(article, stretches, versions))


@main.command()
@click.argument("ids", nargs=-1, required=True, metavar="ID...")
@click.option("--yes", is_flag=True, help="Don't ask.")
@_common
def remove(settings: Settings, ids: tuple[str, ...], yes: bool) -> None:
    """Remove articles and everything made of them."""
    from assistant import wire
    from ui.plain import counted

    with wire.index(settings) as index:
        if not yes and sys.stdin.isatty():
            click.confirm(f"Remove {counted(len(ids), 'article')} from {settings.index}?", abort=True)
        click.echo(f"{counted(index.remove(ids), 'article')} removed")


@main.command()
@click.option("--dry-run", is_flag=True, help="Only say what would be taken out.")
@_JSON
@_common
def clean(settings: Settings, dry_run: bool, as_json: bool) -> None:
    """Take out lines that recur on a site and say nothing.

    Newsletter boxes, appeals, notices: learned from all articles. Those that change get a new version; the old one stays as
    history.
    """
    import ui.terminal as terminal
    from assistant import wire

    with wire.index(settings) as index:
        report = index.clean(only_say=dry_run)
    click.echo(terminal.as_json(report) if as_json else terminal.cleaning(report, only_said=dry_run))


@main.command()
@_JSON
@_common
def info(settings: Settings, as_json: bool) -> None:
    """Say what the index holds."""
    import ui.terminal as terminal
    from assistant import wire

    with wire.index(settings) as index:
        found = index.info()
    click.echo(json.dumps(found.to_dict(), ensure_ascii=False, indent=2) if as_json else terminal.info(found))


@main.command("ui")
@click.option(
    "--host", default="127.0.0.1", metavar="NAME", help="Address to serve at (default 127.0.0.1: this machine alone)."
)
@click.option(
    "--port", type=click.IntRange(1, 65535), default=None, metavar="N", help="Port (default: the first free one from 7860)."
)
@click.option("--root-path", metavar="PATH", help="Where a reverse proxy shows the page, as /record.")
@click.option("--users", metavar="FILE", help="Only those may use it who are named in this file; see `onrecord user`.")
@click.option(
    "--questions-per-minute",
    type=click.IntRange(0),
    default=30,
    metavar="N",
    help="Of one person (default 30; 0: no limit).",
)
@click.option(
    "--max-upload", type=click.IntRange(1), default=50, metavar="MB", help="Largest file that may be added (default 50)."
)
@click.option("--read-only", is_flag=True, help="Nobody may add or remove articles.")
@click.option("--open", "browser", is_flag=True, help="Open the page in the browser.")
@click.option("--index", "index", metavar="DIR", help="Folder of the index (default: ./onrecord.index).")
@_MODEL
@_CHROMA
def ui_(
    host: str,
    port: int | None,
    root_path: str | None,
    users: str | None,
    questions_per_minute: int,
    max_upload: int,
    read_only: bool,
    browser: bool,
    **flags: str | None,
) -> None:
    """Serve the web chat."""
    from assistant.settings import load

    with _told("the page is closed", "used"):
        settings = load({"users": users, **flags})
        from ui.serve import Server, Serving

        how = Serving(host, port, root_path, questions_per_minute, max_upload, read_only, browser)
        server = Server(settings, how)
        click.echo(f"On Record is at {server.url} (stop with Ctrl+C)")
        click.echo(f"Tools for language models (MCP): {server.url.rstrip('/')}/gradio_api/mcp/")
        try:
            server.wait()
        finally:
            server.close(patience=5)
            # Threads of the server's libraries may wait for visitors who keep a page open: nothing is left to lose.
            sys.stdout.flush()
            os._exit(0)


@main.command()
@click.argument("name")
@click.option("--users", metavar="FILE", default=None, help="File of users (default: the setting, or onrecord.users).")
@click.password_option(help="Asked for when not given; only give it here where nobody sees your command line.")
def user(name: str, users: str | None, password: str) -> None:
    """Add a user of the web chat, or change a password."""
    from pathlib import Path

    from assistant.settings import load

    with _told("stopped; the file is as it was", "used"):
        from ui.users import put

        path = Path(users or load().users or "onrecord.users")
        fresh = put(path, name, password)
        click.echo(f"{name} {'may log in' if fresh else 'has a new password'} ({path}).")


@main.command()
@_JSON
@_common
def feedback(settings: Settings, as_json: bool) -> None:
    """Print what people thought of answers, as an evaluation suite (--json: as it was kept)."""
    from dataclasses import asdict

    from assistant import wire
    from assistant.feedback import FeedbackStore, as_suite

    with wire.index(settings) as index:
        kept = FeedbackStore(index.path).all()
    rows = [asdict(one) for one in kept] if as_json else as_suite(kept)
    for row in rows:
        click.echo(json.dumps(row, ensure_ascii=False))


@main.command("eval")
@click.argument("suite", metavar="SUITE")
@click.option("--index", "index", metavar="DIR", help="Index to ask (default: the suite's own articles).")
@click.option("--system", default="onrecord", metavar="NAME", help="What is asked: onrecord, or a baseline: bm25, dense, "
              "silent, yes, no.")  # fmt: skip
@click.option("--limit", type=click.IntRange(1), default=None, metavar="N", help="So many cases, drawn with --seed.")
@click.option("--seed", type=int, default=0, metavar="N", help="Of the draw (default 0).")
@click.option("--split", type=click.Choice(["test", "train", "all"]), default="test", help="Of a published data set.")
@click.option("--out", metavar="DIR", help="Folder of the run (default: one in onrecord.runs, named after what "
              "is measured on what). A run that was stopped there goes on.")  # fmt: skip
@click.option("--again", is_flag=True, help="Measure anew what is complete, or was something else.")
@click.option("--no-retrieval", is_flag=True, help="Leave out what retrieval is measured by: twice as fast.")
@click.option("--compare", metavar="RUN", help="Folder of an earlier run: what was won and lost against it.")
@click.option("--report", metavar="FILE.html", help="Also write a page with plots and every case.")
@_JSON
def evaluate_(
    suite: str,
    index: str | None,
    system: str,
    limit: int | None,
    seed: int,
    split: str,
    out: str | None,
    again: bool,
    no_retrieval: bool,
    compare: str | None,
    report: str | None,
    as_json: bool,
) -> None:
    """Measure on a suite of questions: a file, a folder, "samples", or a published data set of ONRECORD_DATA.

    Data sets: realtimeqa, squad, squad-own-passage, boolq, condaqa, ramdocs, multihop, canard, cast.
    """
    import ui.tables as tables
    import ui.terminal as terminal

    with _told("stopped; the same command goes on where it was", "written"):
        from eval.compare import compare as compared
        from eval.page import write_page
        from eval.run import evaluate, read_run
        from eval.suites import find_suite

        before = read_run(compare) if compare else None
        with terminal.bar("asking") as on_progress:
            run = evaluate(
                find_suite(suite, split), system, index=index, limit=limit, seed=seed, out=out, runs="onrecord.runs",
                again=again, retrieval=not no_retrieval,
                on_progress=on_progress and (lambda done, total, _: on_progress(done, total)),
            )  # fmt: skip
        comparison = compared(before, run) if before else None
        if as_json:
            click.echo(tables.as_json(run, comparison))
        else:
            click.echo(tables.run(run))
        if before and comparison and not as_json:
            click.echo(tables.comparison(comparison, before))
        if report:
            click.echo(f"\npage: {write_page(run, report, before)}", err=as_json)
        click.echo(f"kept in {run.path}", err=as_json)
        if all(one.error for one in run.results):
            sys.exit(1)


if __name__ == "__main__":
    main()
