"""A conversation as the page keeps it, and what it is exported as."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass

from assistant import Answer, Citation
from assistant.compose import long_date
from assistant.records import Step
from ui.plain import safe


@dataclass(frozen=True)
class Turn:
    """One question of a conversation, and what came of it."""

    number: int
    question: str
    answer: Answer | None = None
    steps: tuple[Step, ...] = ()
    """While it is being answered."""
    error: str | None = None
    """One sentence, when it could not be answered."""
    rating: str | None = None
    """«up», or the reason of a thumbs-down."""


def history(turns: Sequence[Turn]) -> list[tuple[str, Answer | str]]:
    """The conversation as `Assistant.answer` takes it."""
    return [(turn.question, turn.answer) for turn in turns if turn.answer]


def footnotes(answer: Answer) -> str:
    """An answer as plain text with its citations as footnotes."""
    notes = [f"[{one.marker}] {reference(one)}" for one in answer.citations]
    return "\n\n".join([safe(answer.text).replace("**", ""), "\n".join(notes)] if notes else [safe(answer.text)])


def reference(one: Citation) -> str:
    """Where a quote is from, on one line."""
    parts = [one.author, f"“{one.title}”" if one.title else None, one.source, long_date(one.published), one.url]
    told = ", ".join(safe(part) for part in parts if part) or "an article without title, outlet or date"
    others = f" (also printed by {one.copies} other{'s' if one.copies > 1 else ''})" if one.copies else ""
    return told + others


def as_markdown(turns: Sequence[Turn]) -> str:
    """A conversation as Markdown, every citation a footnote with its quote and where it stands in the article."""
    parts = ["# On Record: a conversation"]
    for turn in turns:
        parts.append(f"## {_escaped(turn.question)}")
        if turn.error:
            parts.append(_escaped(turn.error))
        if turn.answer is None:
            continue
        found = turn.answer
        if found.understood != found.question:
            parts.append(f"*Understood as: {_escaped(found.understood)}*")
        lead = headline(found)
        if lead:
            parts.append(f"**{_escaped(lead)}**")
        for finding in found.findings:
            parts.append(_escaped(finding.text) + "".join(f"[^{turn.number}-{marker}]" for marker in finding.markers))
        if not found.findings:
            parts.append(_escaped(found.text))
        for one in found.citations:
            parts.append(
                f"[^{turn.number}-{one.marker}]: {_escaped(reference(one))}. Characters {one.start} to {one.end} of "
                f"article {one.article_id}: {_escaped(' '.join(one.quote.split()))}"
            )
    return "\n\n".join(parts) + "\n"


def as_json(turns: Sequence[Turn]) -> str:
    """A conversation as JSON: each question with its answer as `onrecord ask --json` prints it."""
    rows = [
        {"question": turn.question, "error": turn.error, "rating": turn.rating,
         "answer": turn.answer.to_dict() if turn.answer else None}
        for turn in turns
    ]  # fmt: skip
    return json.dumps({"conversation": rows}, ensure_ascii=False, indent=2)


MAX_HEADLINE_SHARE = 0.6


def headline(answer: Answer) -> str:
    """The direct answer alone; '' where it is one thing and most of the quote anyway."""
    if answer.verdict:
        return {"yes": "Yes.", "no": "No.", "mixed": "Mixed."}[answer.verdict]
    if not answer.short or not answer.citations:
        return ""
    single = answer.status == "answered" and "; " not in answer.short
    if single and len(answer.short) > MAX_HEADLINE_SHARE * len(answer.citations[0].quote):
        return ""
    return answer.short


def _escaped(text: str) -> str:
    """Text in which Markdown sees nothing to obey."""
    return "".join(f"\\{char}" if char in "\\`*_{}[]<>#|!~" else char for char in safe(text))
