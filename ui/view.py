"""Markup for the page: pure functions from records to HTML.

Everything that comes from an article, a file, a person or an error passes through `text` (or `attribute`), so that it
shows as the words it is. What can be clicked is a button with `data-` attributes; `page.js` turns clicks into events.
"""

from __future__ import annotations

import html
import re
from collections.abc import Sequence
from urllib.parse import quote as url_quote
from urllib.parse import urlsplit

from assistant import Answer, Citation, Finding
from assistant.compose import long_date
from assistant.records import Step
from index import AddReport, Article, Hit, IndexInfo, Removed, Version
from ui.conversation import Turn, footnotes, headline
from ui.plain import cut, safe

CONTEXT_CHARS = 20000
"""Of an article longer than twice this, so much is shown on either side of the quote."""
NEAREST_CHARS = 280
CARD_TITLE_CHARS = 110
SHOWN_FAILURES = 100
REASONS = {
    "wrong": "The answer is wrong",
    "not_on_record": "It should be “not on record”",
    "on_record": "The record does answer this",
    "quote": "The quote doesn't show it",
    "misunderstood": "My question was misunderstood",
}
"""Why a thumb goes down."""
STATUSES = {"answered": "On record", "conflicting": "Sources disagree", "not_on_record": "Not on record"}
_THUMB = (
    '<svg viewBox="0 0 24 24" width="17" height="17" fill="none" stroke="currentColor" stroke-width="2" '
    'stroke-linejoin="round" aria-hidden="true"><path d="M2 11h4v10H2zM6 11l5-9c2 0 3 1.3 3 3v4h5.6c1.6 0 2.6 1.2 2.3 2.7'
    'l-1.4 7c-.3 1.4-1.2 2.3-2.6 2.3H6"/></svg>'
)
LEVELS = ((0.8, "Very likely right"), (0.6, "Probably right"), (0.4, "Uncertain"), (0.0, "Doubtful"))
"""Confidence in words; the first whose bound it reaches."""
_LINE_END = re.compile(r"\s*\n\s*")


def text(value: str | None) -> str:
    """Text as it may stand between tags."""
    return html.escape(safe(value or ""), quote=False)


def attribute(value: str | None) -> str:
    """Text as it may stand in a quoted attribute."""
    return html.escape(safe(value or ""), quote=True)


# -- the conversation --------------------------------------------------------------------------------------------------


def conversation(turns: Sequence[Turn]) -> str:
    """All turns, oldest first."""
    return "".join(turn(one) for one in turns)


def turn(one: Turn) -> str:
    """A question with its answer, or how far it has come."""
    asked = (
        f'<div class="or-asked"><h2 dir="auto">{text(one.question)}</h2>'
        f'<button type="button" class="or-quiet" data-do="edit" data-question="{attribute(one.question)}" '
        f'aria-label="Edit this question and ask again">Edit</button></div>'
    )
    if one.error:
        body = f'<p class="or-error" role="alert">{text(one.error)}</p>'
    elif one.answer:
        body = answer(one.answer, one.number, one.rating)
    else:
        body = progress(one.steps)
    return f'<article class="or-turn" data-turn="{one.number}">{asked}{body}</article>'


def progress(steps: Sequence[Step]) -> str:
    """The steps taken so far; the last one is under way."""
    if not steps:
        return '<p class="or-steps">Starting…</p>'
    last = steps[-1]
    items = "".join(f'<li class="{"or-now" if step is last else "or-done"}">{text(_step(step))}</li>' for step in steps)
    share = round(100 * (last.done + 0.5) / max(1, last.total))
    return f'<ol class="or-steps">{items}</ol><div class="or-bar" aria-hidden="true"><i style="width:{share}%"></i></div>'


_STEPS = {"understand": "Understanding the question"}


def _step(step: Step) -> str:
    told = _STEPS.get(step.name) or step.detail
    return told[:1].upper() + told[1:]


def answer(found: Answer, number: int, rating: str | None = None) -> str:
    """An answer with its markers, cards, and what can be done with it."""
    parts = [_chips(found)]
    if found.understood != found.question:
        parts.append(f'<p class="or-understood">Understood as: <q dir="auto">{text(found.understood)}</q></p>')
    if found.status == "not_on_record":
        parts.append(_silence(found))
    else:
        lead = headline(found)
        if lead and not found.verdict:
            parts.append(f'<p class="or-lead" dir="auto">{text(lead)}</p>')
        parts.append(_findings(found))
        parts.append(_timeline(found))
        cards = "".join(_card(one) for one in found.citations)
        parts.append(f'<ul class="or-cards" aria-label="Sources">{cards}</ul>')
    parts.append(_actions(found, number, rating))
    return "".join(parts)


def _chips(found: Answer) -> str:
    status = "Position changed" if found.changed else STATUSES[found.status]
    kind = "changed" if found.changed else found.status
    chips = [f'<span class="or-chip or-{kind}">{status}</span>']
    if found.verdict:
        chips.append(f'<span class="or-chip or-verdict or-{found.verdict}">{found.verdict.capitalize()}</span>')
    if found.confidence is not None:
        chips.append(_confidence(found.confidence))
    return f'<div class="or-chips">{"".join(chips)}</div>'


def confidence_words(value: float) -> str:
    """What a confidence means, in words."""
    return next(words for bound, words in LEVELS if value >= bound)


def _confidence(value: float) -> str:
    return (
        f'<details class="or-confidence"><summary>{confidence_words(value)}</summary>'
        f"<span>About {round(100 * value)} in 100 answers with evidence like this were right when it was "
        f"measured.</span></details>"
    )


def _marker(one: Citation) -> str:
    where = ", ".join(filter(None, (one.source, long_date(one.published)))) or "open the article"
    return (
        f'<button type="button" class="or-marker" {_opens(one.article_id, one.start, one.end)} '
        f'aria-label="Source {one.marker}: {attribute(where)}">{one.marker}</button>'
    )


def _opens(article_id: str, start: int, end: int) -> str:
    return f'data-do="open" data-article="{attribute(article_id)}" data-start="{start}" data-end="{end}"'


def _finding(found: Answer, one: Finding) -> str:
    by_marker = {citation.marker: citation for citation in found.citations}
    markers = "".join(_marker(by_marker[marker]) for marker in one.markers if marker in by_marker)
    lines = "<br>".join(text(line) for line in _LINE_END.split(one.text))
    return f'<p class="or-finding" dir="auto">{lines}&nbsp;{markers}</p>'


def _findings(found: Answer) -> str:
    """One below the other; side by side where sources disagree or a position changed."""
    if found.status != "conflicting" and not found.changed:
        return "".join(_finding(found, one) for one in found.findings)
    return f'<div class="or-sides">{"".join(_side(label, found, ones) for label, ones in sides(found))}</div>'


def sides(found: Answer) -> list[tuple[str, list[Finding]]]:
    """The findings of an answer by side: yes and no, earlier and later, or one each."""
    if found.changed:
        labels = ["Earlier", "Later"]
        return [
            (label, [one]) for label, one in zip(labels, found.findings, strict=False)
        ] + ([("Also on record", list(found.findings[2:]))] if len(found.findings) > 2 else [])  # fmt: skip
    if any(one.stance for one in found.findings):
        grouped = [(label, [one for one in found.findings if one.stance == stance])
                   for stance, label in (("yes", "Says yes"), ("no", "Says no"))]  # fmt: skip
        return [(label, ones) for label, ones in grouped if ones]
    return [(_outlet(found, one), [one]) for one in found.findings]


def _outlet(found: Answer, one: Finding) -> str:
    first = next((citation for citation in found.citations if citation.marker in one.markers), None)
    return (first and first.source) or "One source"


def _side(label: str, found: Answer, ones: Sequence[Finding]) -> str:
    return f'<section class="or-side"><h3>{text(label)}</h3>{"".join(_finding(found, one) for one in ones)}</section>'


def _timeline(found: Answer) -> str:
    """Who said what when, where sources disagree or a position changed and at least two days are known."""
    if found.status != "conflicting" and not found.changed:
        return ""
    rows = sorted(((_day(one), one) for one in found.citations if _day(one)), key=lambda row: row[0])
    if len({day for day, _ in rows}) < 2:
        return ""
    items = "".join(
        f'<li><time datetime="{day}">{long_date(day)}</time> <b>{text(one.speaker or one.source or "Unnamed source")}</b> '
        f'<span dir="auto">{text(cut(one.quote, 160))}</span> {_marker(one)}</li>'
        for day, one in rows
    )
    return f'<section class="or-timeline"><h3>Who said what when</h3><ol>{items}</ol></section>'


def _day(one: Citation) -> str:
    """The day of a statement where it is known, else of its article."""
    told = one.said_on or ""
    return told if len(told) == 10 and told[4] == "-" else (one.published or "")[:10]


def _card(one: Citation) -> str:
    about = [f'<span class="or-outlet">{text(one.source or "Unknown outlet")}</span>']
    about.append(f"<span>{text(long_date(one.published) or 'undated')}</span>")
    if one.author:
        about.append(f"<span>{text(one.author)}</span>")
    if one.speaker:
        about.append(f"<span>says {text(one.speaker)}</span>")
    if one.copies:
        about.append(f"<span>also printed by {one.copies} other{'s' if one.copies > 1 else ''}</span>")
    title = text(cut(one.title, CARD_TITLE_CHARS) if one.title else "(no title)")
    return (
        f'<li><button type="button" class="or-card" {_opens(one.article_id, one.start, one.end)}>'
        f'<span class="or-number" aria-hidden="true">{one.marker}</span><span class="or-title" dir="auto">{title}</span>'
        f'<span class="or-about">{"".join(about)}</span></button></li>'
    )


def _silence(found: Answer) -> str:
    parts = [f'<p class="or-lead or-silent">{text(found.text)}</p>']
    if found.nearest:
        items = "".join(_near(hit) for hit in found.nearest)
        parts.append(
            f'<section class="or-nearest"><h3>Closest passages <small>they don\'t answer the question</small></h3>'
            f'<ul class="or-cards">{items}</ul></section>'
        )
    return "".join(parts)


def _near(hit: Hit) -> str:
    about = ", ".join(filter(None, (hit.source, long_date(hit.published)))) or "undated"
    return (
        f'<li><button type="button" class="or-card" {_opens(hit.article_id, hit.start, hit.end)}>'
        f'<span class="or-title" dir="auto">{text(cut(hit.title or "(no title)", CARD_TITLE_CHARS))}</span>'
        f'<span class="or-about"><span>{text(about)}</span></span>'
        f'<span class="or-excerpt" dir="auto">{text(cut(hit.text, NEAREST_CHARS))}</span></button></li>'
    )


def _actions(found: Answer, number: int, rating: str | None) -> str:
    link = f"?q={url_quote(found.question)}"
    if rating:
        rated = '<span class="or-thanks" role="status">Thank you, kept.</span>'
    else:
        reasons = "".join(
            f'<button type="button" class="or-quiet" data-do="rate" data-turn="{number}" data-rating="{reason}">'
            f"{text(words)}</button>"
            for reason, words in REASONS.items()
            if not (found.status == "not_on_record" and reason in ("not_on_record", "quote", "wrong"))
            and not (found.status != "not_on_record" and reason == "on_record")
        )
        rated = (
            f'<button type="button" class="or-quiet" data-do="rate" data-turn="{number}" data-rating="up" '
            f'aria-label="Good answer">{_THUMB}</button>'
            f'<details class="or-reasons"><summary aria-label="Bad answer">{_THUMB}</summary>'
            f'<div role="group" aria-label="What is wrong with it">{reasons}</div></details>'
        )
    return (
        f'<div class="or-actions"><button type="button" class="or-quiet" data-do="copy" '
        f'data-copy="{attribute(footnotes(found))}">Copy</button>'
        f'<button type="button" class="or-quiet" data-do="link" data-link="{attribute(link)}">Copy link</button>'
        f'{rated}<span class="or-took">{found.seconds.get("total", 0):.1f} s</span></div>'
    )


def announcement(one: Turn) -> str:
    """What a screen reader is told: the step under way, or that the answer is there."""
    if one.error:
        return text(one.error)
    if one.answer is None:
        return text(_step(one.steps[-1])) if one.steps else "Starting"
    found = one.answer
    told = [STATUSES[found.status], headline(found)]
    if found.status != "not_on_record":
        told.append(f"{len(found.citations)} quote{'s' if len(found.citations) != 1 else ''}")
    return text(". ".join(part.rstrip(".") for part in told if part) + ".")


# -- the article beside it ---------------------------------------------------------------------------------------------


def article(
    found: Article, start: int = 0, end: int = 0, removed: Sequence[Removed] = (), versions: Sequence[Version] = ()
) -> str:
    """An article with the words from `start` to `end` marked, and a line on its other versions."""
    length = len(found.text)
    start, end = max(0, min(start, length)), max(0, min(end, length))
    begin = max(0, start - CONTEXT_CHARS) if length > 2 * CONTEXT_CHARS else 0
    stop = min(length, max(end, start) + CONTEXT_CHARS) if length > 2 * CONTEXT_CHARS else length
    before, marked, behind = found.text[begin:start], found.text[start:end], found.text[max(start, end) : stop]
    mark = f'<mark tabindex="-1">{text(marked)}</mark>' if end > start else ""
    body = _paragraphs(f"{text(before)}{mark}{text(behind)}")
    updated = long_date(found.updated)
    about = [found.source, found.author, long_date(found.published) or "undated", updated and f"updated {updated}"]
    about += [found.place, found.section]
    link = web_address(found.url)
    facts = [f"<span>{text(one)}</span>" for one in about if one]
    if link:
        facts.append(f'<a href="{attribute(link)}" target="_blank" rel="noopener noreferrer nofollow">original page</a>')
    cuts = len(removed)
    note = (
        f"<p class=\"or-note\">{cuts} stretch{'es' if cuts != 1 else ''} of page furniture "
        f"{'were' if cuts != 1 else 'was'} set aside when this was added; the page as it came is kept.</p>"
        if cuts else ""
    )  # fmt: skip
    return (
        f'<div class="or-paper" role="region" aria-label="Article"><div class="or-paperhead">'
        f'<h2 tabindex="-1" dir="auto">{text(found.title or "(no title)")}</h2>'
        f'<button type="button" class="or-close" data-do="close" aria-label="Close the article">×</button></div>'
        f'<p class="or-about">{"".join(facts)}</p>{_versions(found.id, versions)}'
        f'<div class="or-text" dir="auto">{"<p>…</p>" if begin else ""}{body}{"<p>…</p>" if stop < length else ""}</div>'
        f"{note}</div>"
    )


def _versions(shown: str, versions: Sequence[Version]) -> str:
    """Where an article has other versions: that this one is older, or which older ones there are."""
    newest = next((one for one in versions if one.current), None)
    if newest and newest.id != shown:
        return f'<p class="or-note">This is an older version; {_version(newest, "open the newest")}.</p>'
    older = [one for one in versions if not one.current]
    if not older:
        return ""
    listed = ", ".join(_version(one, long_date(one.updated or one.published) or "undated") for one in older)
    return f'<p class="or-note">{len(older)} older version{"s" if len(older) > 1 else ""}: {listed}.</p>'


def _version(one: Version, label: str) -> str:
    return f'<button type="button" class="or-quiet" {_opens(one.id, 0, 0)}>{text(label)}</button>'


def _paragraphs(markup: str) -> str:
    """Lines as paragraphs. A mark that crosses them is closed and opened again."""
    lines, inside = [], False
    for line in markup.split("\n"):
        opened = f"<mark>{line}" if inside else line
        inside = opened.rfind("<mark") > opened.rfind("</mark>")
        lines.append(f"<p>{opened}</mark></p>" if inside else f"<p>{opened}</p>")
    return "".join(line for line in lines if line not in ("<p></p>", "<p><mark></mark></p>"))


def web_address(url: str | None) -> str | None:
    """The address when it is one of the web; None for anything else."""
    if not url or any(char.isspace() or ord(char) < 32 for char in url):
        return None
    try:
        parts = urlsplit(url)
    except ValueError:
        return None
    return url if parts.scheme in ("http", "https") and parts.netloc else None


# -- the pile ----------------------------------------------------------------------------------------------------------


def summary(found: IndexInfo) -> str:
    """What there is to ask, in one line."""
    if not found.articles:
        return "There are no articles yet: add some under “Add articles”."
    named = [name for name in found.sources if name]
    outlets = f" from {len(named):,} outlet{'s' if len(named) != 1 else ''}" if named else ""
    span = ""
    if found.first and found.last:
        same = found.first[:10] == found.last[:10]
        span = f", {long_date(found.first)}" if same else f", {long_date(found.first)} to {long_date(found.last)}"
    return text(f"{found.articles:,} article{'s' if found.articles != 1 else ''}{outlets}{span}")


def welcome(found: IndexInfo) -> str:
    """What a new visitor sees."""
    return (
        f'<div class="or-welcome"><h1>What is on record?</h1><p>{summary(found)}. Answers are exact quotes with '
        f"their sources, or a plain “not on record”.</p></div>"
    )


def examples(questions: Sequence[str]) -> str:
    """Questions to begin with."""
    buttons = "".join(
        f'<li><button type="button" class="or-example" data-do="ask" data-question="{attribute(one)}" dir="auto">{text(one)}'
        "</button></li>"
        for one in questions
    )
    return f'<div class="or-examples"><p>For example:</p><ul>{buttons}</ul></div>' if buttons else ""


def listing(articles: Sequence[Article], total: int, first: int, *, may_remove: bool) -> str:
    """A page of the pile; `first` is the number of its first article, from 0."""
    if not articles:
        return '<p class="or-empty">No articles match.</p>'
    rows = "".join(_row(one, may_remove=may_remove) for one in articles)
    return (
        f'<p class="or-count" role="status">{first + 1:,}–{first + len(articles):,} of {total:,}</p>'
        f'<ul class="or-list">{rows}</ul>'
    )


def _row(one: Article, *, may_remove: bool) -> str:
    title = cut(one.title or "(no title)", 140)
    about = ", ".join(filter(None, (one.source or "unknown outlet", one.author, long_date(one.published) or "undated")))
    removal = (
        f'<button type="button" class="or-quiet or-remove" data-do="remove" data-article="{attribute(one.id)}" '
        f'data-title="{attribute(title)}" aria-label="Remove {attribute(title)}">Remove</button>'
        if may_remove else ""
    )  # fmt: skip
    return (
        f'<li><button type="button" class="or-row" {_opens(one.id, 0, 0)}><span class="or-title" dir="auto">{text(title)}'
        f'</span><span class="or-about"><span>{text(about)}</span></span></button>{removal}</li>'
    )


def report(found: AddReport) -> str:
    """What an `add` did, with each failure's reason."""
    parts = [f'<p role="status"><b>{text(str(found))}</b> in {found.seconds:.1f} s</p>']
    for label, rows in (("Failed", found.failed), ("Skipped", found.skipped), ("Note", found.warnings)):
        if rows:
            items = "".join(f"<li><b>{text(what)}</b>: {text(why)}</li>" for what, why in rows[:SHOWN_FAILURES])
            more = f"<li>… and {len(rows) - SHOWN_FAILURES:,} more</li>" if len(rows) > SHOWN_FAILURES else ""
            parts.append(f'<h3>{label}</h3><ul class="or-report">{items}{more}</ul>')
    return f'<div class="or-added">{"".join(parts)}</div>'


def problem(sentence: str) -> str:
    """One sentence about what went wrong."""
    return f'<p class="or-error" role="alert">{text(sentence)}</p>'
