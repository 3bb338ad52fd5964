"""The command `python -m eval.cleaning`: a table by group, half and system; with -v the worst texts of ours."""

from __future__ import annotations

from collections.abc import Sequence

import click

from eval.cleaning.marked import HALVES, Marked, pages, texts
from eval.cleaning.measure import SYSTEMS, Kept, macro, measured, micro, ours
from eval.intervals import Estimate
from index import UsageError

WORST = 8
HEAD = "| marked | half | system | n | precision | recall | precision, mean | recall, mean | furniture left |"


@click.command(help=__doc__)
@click.option("-v", "--verbose", is_flag=True, help="List the texts that ours does worst on, with what was lost and left.")
@click.option("--half", type=click.Choice(HALVES), help="One half alone.")
def main(verbose: bool, half: str | None) -> None:
    """The command."""
    found = list(pages())
    try:
        found = [*texts(), *found]
    except UsageError as error:
        click.echo(f"Texts are left out. {error}")
    click.echo(HEAD + "\n" + "|---" * (HEAD.count("|") - 1) + "|")
    for group, systems in SYSTEMS.items():
        for each in [half] if half else HALVES:
            chosen = [one for one in found if one.group == group and one.half == each]
            for name, system in systems.items() if chosen else ():
                click.echo(_row(group, each, name, [measured(system, one) for one in chosen]))
    if verbose:
        _tell_worst([one for one in found if half in (None, one.half)])


def _row(group: str, half: str, name: str, rows: Sequence[Kept]) -> str:
    left = sum(row.kept - row.both for row in rows) / max(1, sum(row.furniture for row in rows))
    told = [average(rows, "both", whole) for average in (micro, macro) for whole in ("kept", "article")]
    return f"| {group} | {half} | {name} | {len(rows)} | {' | '.join(map(_shown, told))} | {left:.3f} |"


def _shown(value: Estimate | None) -> str:
    return "–" if value is None else f"{value.value:.3f} ({value.low:.3f}–{value.high:.3f})"


def _tell_worst(chosen: Sequence[Marked]) -> None:
    rows = [(one, measured(ours, one)) for one in chosen]
    rows.sort(key=lambda row: row[1].both - row[1].kept + row[1].both - row[1].article)
    for one, kept in rows[:WORST]:
        click.echo(f"\n{one.name} ({one.half}): {kept.article - kept.both} lost, {kept.kept - kept.both} left too much")
        for stretch in kept.lost:
            click.echo(f"  - {stretch}")
        for stretch in kept.strange:
            click.echo(f"  + {stretch}")


if __name__ == "__main__":
    main()
