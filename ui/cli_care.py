"""Commands that keep an index whole: check, backup, restore."""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING

import click

from ui.options import INDEX, JSON, common, told

if TYPE_CHECKING:
    from assistant.settings import Settings


@click.command()
@click.option("--repair", is_flag=True, help="Mend what can be mended. Stop other programs on this index first.")
@JSON
@common
def check(settings: Settings, repair: bool, as_json: bool) -> None:
    """Examine the whole index: exit 0 when nothing is wrong, 1 when something is."""
    import ui.terminal as terminal
    from index import check_index, repair_index

    if repair:
        done = repair_index(settings.index, chroma=settings.chroma, model=settings.model)
        told_ = terminal.repaired(done)
        whole = done.after.whole
        found = done.to_dict()
    else:
        report = check_index(settings.index, chroma=settings.chroma)
        told_, whole, found = terminal.checked(report), report.whole, report.to_dict()
    click.echo(json.dumps(found, ensure_ascii=False, indent=2) if as_json else told_)
    if not whole:
        sys.exit(1)


@click.command()
@click.argument("file", metavar="FILE")
@JSON
@common
def backup(settings: Settings, file: str, as_json: bool) -> None:
    """Write a backup of the index to one file; others may use the index meanwhile."""
    import ui.terminal as terminal
    from assistant import wire

    with wire.index(settings) as index:
        report = index.backup(file)
    click.echo(json.dumps(report.to_dict(), ensure_ascii=False, indent=2) if as_json else terminal.saved(report))


@click.command()
@click.argument("file", metavar="FILE")
@click.option("--force", is_flag=True, help="In the place of an index that is there. Stop other programs on it first.")
@INDEX
@JSON
def restore(file: str, force: bool, index: str | None, as_json: bool) -> None:
    """Make an index of a backup."""
    from assistant.settings import load

    with told("stopped; nothing was changed", "used"):
        import ui.terminal as terminal
        from index import restore as restored

        folder = load({"index": index}).index
        report = restored(file, folder, force=force)
        shown = terminal.brought_back(report, str(folder))
        click.echo(json.dumps(report.to_dict(), ensure_ascii=False, indent=2) if as_json else shown)
