"""What the command line prints: pure functions from records to text, and a progress bar.

Text of articles is data: control characters and direction overrides in it are made visible, never sent to the
terminal. Styles are ANSI codes, which click takes off where the output is no terminal or NO_COLOR is set.
"""

from __future__ import annotations

import json
import re
import shutil
import sys
import textwrap
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict

import click

from assistant import Answer, Citation
from index import (
    AddReport,
    Article,
    BackupReport,
    CheckReport,
    CleanReport,
    Hit,
    IndexInfo,
    Progress,
    Removed,
    RepairReport,
    Version,
)
from ui.plain import counted, cut, safe

_LEAD = re.compile(r"^\*\*(.+?)\*\*", re.S)
SHOWN_FAILURES = 20
NEAREST_CHARS = 220


def answer(found: Answer) -> str:
    """An answer with its quotes, and where each is from."""
    if found.status == "not_on_record":
        return "\n".join([bold(_wrapped(safe(found.text), ""), "yellow"), *_nearest(found.nearest)])
    lines = [_LEAD.sub(lambda lead: bold(lead[1]), _wrapped(safe(part), "")) for part in found.text.split("\n\n")]
    if found.confidence is not None:
        lines.append(dim(f"Confidence {found.confidence:.2f}"))
    return "\n\n".join([*lines, "\n".join(_citation(citation) for citation in found.citations)])


def report(found: AddReport) -> str:
    """What an `add` did, with each failure's reason."""
    lines = [f"{found} in {_duration(found.seconds)}"]
    if found.unchanged and not (found.added or found.updated or found.failed or found.duplicates or found.older):
        lines = [f"Nothing to do: all {found.unchanged:,} are in the index already."]
    for label, color, rows in (
        ("failed", "red", found.failed),
        ("skipped", "yellow", found.skipped),
        ("note", "yellow", found.warnings),
    ):
        lines += [f"  {bold(label, color)}  {safe(what)}: {safe(why)}" for what, why in rows[:SHOWN_FAILURES]]
        if len(rows) > SHOWN_FAILURES:
            lines.append(f"  ... and {len(rows) - SHOWN_FAILURES:,} more {label}")
    return "\n".join(lines)


def cleaning(found: CleanReport, *, only_said: bool) -> str:
    """Which lines were learned to be furniture, and what became of the articles that hold them."""
    lines = [
        f"  {one.articles:>6,}  {cut(safe(one.source), 22):22}  {cut(safe(one.line), _width() - 34)}"
        for one in found.learned
    ]
    if not found.learned:
        return "No line recurs on any site: there is nothing to take out."
    verb = "would have" if only_said else "have" if found.changed != 1 else "has"
    lines.insert(0, bold("articles  source                  line"))
    lines.append(f"{counted(found.changed, 'article')} {verb} a new version without these lines.")
    if found.emptied:
        lines.append(
            f"Of {counted(len(found.emptied), 'article')} nothing would be left, so they stay: "
            f"{', '.join(found.emptied[:5])}{' ...' if len(found.emptied) > 5 else ''}"
        )
    return "\n".join(lines)


def as_json(found: AddReport | CleanReport) -> str:
    """The same as JSON."""
    return json.dumps(asdict(found), ensure_ascii=False, indent=2)


def listing(articles: Sequence[Article]) -> str:
    """One line an article."""
    if not articles:
        return "No articles."
    width = max(40, _width() - 62)
    return "\n".join(
        f"{dim(article.id)}  {(article.published or 'undated')[:10]:10}  "
        f"{cut(safe(article.source or '-'), 22):22}  {cut(safe(article.title or '(no title)'), width)}"
        for article in articles
    )


def article(found: Article, removed: Sequence[Removed], versions: Sequence[Version] = ()) -> str:
    """An article with its metadata, what was removed from it, and its other versions."""
    about = [("id", found.id), ("source", found.source), ("author", found.author), ("published", found.published)]
    about += [("updated", found.updated), ("place", found.place), ("url", found.url), ("section", found.section)]
    about += [("language", found.language), ("versions", _versions(found.id, versions))]
    lines = [bold(safe(found.title or "(no title)"))]
    lines += [f"{dim(f'{name:9}')} {safe(value)}" for name, value in about if value]
    lines += ["", *(_wrapped(safe(part), "") + "\n" for part in found.text.split("\n") if part)]
    if removed:
        lines.append(bold("Removed by cleaning"))
        lines += [f"  {dim(f'at {stretch.at:,}, {stretch.rule}:')} {safe(stretch.text)}" for stretch in removed]
    return "\n".join(lines)


def history(versions: Sequence[Version]) -> str:
    """One line a version, the oldest first."""
    rows = []
    for one in versions:
        dates = [f"{word} {day[:10]}" for word, day in (("published", one.published), ("updated", one.updated)) if day]
        told = ", ".join([*dates, f"added {one.added[:16].replace('T', ' ')}"])
        rows.append(f"{dim(one.id)}  {told}{'  (current)' if one.current else ''}  {safe(one.title or '(no title)')}")
    return "\n".join(rows)


def _versions(shown: str, versions: Sequence[Version]) -> str | None:
    """What the other versions of a shown one are."""
    newest = next((one.id for one in versions if one.current), None)
    older = [one.id for one in versions if not one.current]
    if newest and newest != shown:
        return f"an older version; the newest is {newest}"
    return f"{len(older)} older version{'s' if len(older) > 1 else ''}: {', '.join(older)}" if older else None


def info(found: IndexInfo) -> str:
    """What an index holds."""
    span = f"{found.first} to {found.last}" if found.first else "no dates known"
    rows = [
        ("index", found.path),
        ("articles", f"{found.articles:,} ({span}; {found.undated:,} undated)"),
        ("passages", f"{found.passages:,}"),
        ("size", f"{found.bytes / 1e6:,.1f} MB"),
        ("model", found.model),
        ("versions", f"cleaner {found.cleaner}, schema {found.schema}"),
    ]
    lines = [f"{dim(f'{name:9}')} {value}" for name, value in rows]
    lines += [f"{dim('source   ')} {count:6,}  {safe(name or '(unknown)')}" for name, count in found.sources.items()]
    return "\n".join(lines)


def checked(found: CheckReport) -> str:
    """What a check found."""
    held = f"{found.articles:,} articles, {found.passages:,} passages"
    if found.whole:
        return f"Nothing is wrong with {found.path}: {held} ({_duration(found.seconds)})."
    lines = [f"  {bold('wrong', 'red')}  {safe(fault.text)}" for fault in found.faults]
    return "\n".join([*lines, dim("`onrecord check --repair` mends what can be mended.")])


def repaired(done: RepairReport) -> str:
    """What a repair found, lost, and left."""
    if done.before.whole:
        return checked(done.before)
    lines = [f"  {bold('wrong', 'yellow')}  {safe(fault.text)}" for fault in done.before.faults]
    lines += [f"  {bold('lost', 'red')}   {safe(line)}" for line in done.lost]
    if done.kept:
        lines.append(f"The damaged file is kept as {done.kept}.")
    lines += [f"  {bold('still', 'red')}  {safe(fault.text)}" for fault in done.after.faults]
    if done.after.whole:
        lines.append(f"Mended: {done.after.articles:,} articles, {done.after.passages:,} passages.")
    return "\n".join(lines)


def saved(report: BackupReport) -> str:
    """What a backup holds."""
    files = "1 file" if len(report.files) == 1 else f"{len(report.files):,} files"
    return f"{report.file}: {report.articles:,} articles, {files}, {report.bytes / 1e6:,.1f} MB"


def brought_back(report: BackupReport, folder: str) -> str:
    """What was restored."""
    return f"{folder}: {report.articles:,} articles as of {report.created}; vectors are copied to Chroma when first asked."


@contextmanager
def bar(what: str) -> Iterator[Callable[[int, int], None] | None]:
    """A progress bar with an estimate, on standard error; takes (done, total). Nothing where that is no terminal."""
    if not sys.stderr.isatty():
        yield None
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as shown:
        task = shown.add_task(what, total=None)
        yield lambda done, total: shown.update(task, completed=done, total=total)


@contextmanager
def progress() -> Iterator[Callable[[Progress], None] | None]:
    """A progress bar on standard error; nothing where that is no terminal."""
    if not sys.stderr.isatty():
        yield None
        return
    from rich.console import Console
    from rich.progress import BarColumn, TextColumn, TimeRemainingColumn
    from rich.progress import Progress as Bar

    columns = (TextColumn("{task.description}"), BarColumn(), TextColumn("{task.percentage:>3.0f} %"), TimeRemainingColumn())
    with Bar(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("reading", total=None)

        def on_progress(step: Progress) -> None:
            ahead = f", {step.read:,} read" if step.read else ""
            told = f"{step.articles:,} articles{ahead}"
            bar.update(task, description=told, completed=step.done, total=max(step.total, 1))

        yield on_progress


def _citation(citation: Citation) -> str:
    origin = ", ".join(filter(None, (citation.source, citation.author, citation.published and citation.published[:10])))
    about = ". ".join(safe(part).rstrip(".") for part in (citation.title or "(no title)", origin) if part)
    copies = f", also printed by {citation.copies}" if citation.copies else ""
    where = f"{citation.article_id} at {citation.start}-{citation.end}"
    return _wrapped(f"[{citation.marker}] {about}{copies}. {dim(where)}", "    ")


def _nearest(hits: Sequence[Hit]) -> list[str]:
    if not hits:
        return []
    lines = ["", dim("The closest passages (they do not answer it):")]
    for hit in hits:
        origin = ", ".join(filter(None, (hit.source, hit.published and hit.published[:10]))) or hit.title or hit.article_id
        lines.append(_wrapped(f"  - {safe(origin)}: {cut(safe(' '.join(hit.text.split())), NEAREST_CHARS)}", "    "))
    return lines


def _wrapped(text: str, indent: str) -> str:
    return textwrap.fill(text, _width(), subsequent_indent=indent, break_long_words=False, break_on_hyphens=False)


def _width() -> int:
    return min(100, shutil.get_terminal_size((100, 24)).columns)


def _duration(seconds: float) -> str:
    return f"{seconds:.1f} s" if seconds < 120 else f"{seconds / 60:.0f} min"


def bold(text: str, color: str | None = None) -> str:
    """Bold, in a colour where one is given."""
    return click.style(text, bold=True, fg=color)


def dim(text: str) -> str:
    """Less bright."""
    return click.style(text, dim=True)
