"""Composing: findings and citations from what was judged. Fixed phrases and quotes; quotes are never altered."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from assistant.attribution import referent, said_on, speaker
from assistant.judge import Judgement, Support
from assistant.reader import Evidence
from assistant.records import Citation, Finding
from assistant.short import quoted
from index import Article, Hit, split_sentences

MAX_LEAD_SHARE = 0.6
"""A span that is a larger part of its sentence says nothing that the quote doesn't say at once."""
NEIGHBOUR_CHARS = 600
"""Where the sentence before a quote is looked for."""
QUOTATION_MARKS = "\"“”„«»‘'"

GetArticle = Callable[[str], Article | None]


@dataclass(frozen=True)
class Composed:
    """The parts of an answer that carry words."""

    findings: tuple[Finding, ...]
    citations: tuple[Citation, ...]
    short: str | None = None


def compose(judgement: Judgement, article: GetArticle) -> Composed:
    """One finding for each supported sentence: the best one first, or in the order of time when a position changed."""
    findings: list[Finding] = []
    citations: list[Citation] = []
    ordered = judgement.supports if judgement.changed else tuple(_in_order(judgement.supports))
    for place, support in enumerate(ordered):
        markers = []
        for hit, evidence in [(support.hit, support.evidence), *support.same]:
            citation = _citation(len(citations) + 1, hit, evidence, article(hit.article_id))
            if citation:
                citations.append(citation)
                markers.append(citation.marker)
        if markers:
            text = _finding_text(support, citations[markers[0] - 1], article(support.hit.article_id))
            if judgement.changed and place < 2:
                text = f"{('Earlier', 'Later')[place]}, {text}"
            findings.append(Finding(text, support.stance, tuple(markers)))
    return Composed(tuple(findings), tuple(citations), _short(judgement))


def lead(judgement: Judgement) -> str:
    """The direct answer, in bold: what comes before the quotes. '' where the quote is the answer."""
    short = judgement.short
    if judgement.verdict:
        told = {"yes": "Yes.", "no": "No.", "mixed": "Mixed."}[judgement.verdict]
        return f"**{told}**" + (" Sources disagree." if judgement.status == "conflicting" else "")
    if not short:
        return ""
    if judgement.status == "conflicting":
        return f"**Sources disagree: {' or '.join(short)}.**"
    if judgement.changed:
        return f"**{_sentence(', later '.join(short))}**"
    if len(short) == 1:
        best = judgement.supports[0]
        if len(short[0]) > MAX_LEAD_SHARE * len(quoted(best.hit, best.evidence)):
            return ""
    return f"**{_sentence(_listed(short))}**"


def _listed(items: tuple[str, ...]) -> str:
    return items[0] if len(items) == 1 else f"{', '.join(items[:-1])} and {items[-1]}"


def _sentence(text: str) -> str:
    return f"{text[:1].upper()}{text[1:]}{'' if text.endswith(('.', '!', '?')) else '.'}"


def text_of(findings: tuple[Finding, ...], lead: str = "") -> str:
    """The answer in words: the lead, then one finding a paragraph with its markers behind it."""
    told = [f"{finding.text} {''.join(f'[{marker}]' for marker in finding.markers)}" for finding in findings]
    return "\n\n".join([lead, *told] if lead else told)


def _short(judgement: Judgement) -> str | None:
    if judgement.verdict:
        return judgement.verdict.capitalize()
    if judgement.changed:
        return ", later ".join(judgement.short)
    return (" or " if judgement.status == "conflicting" else "; ").join(judgement.short) or None


def silence(searched: Mapping[str, Any]) -> str:
    """What is said when nothing answers: what was searched, and what the filters left out."""
    articles = int(searched.get("articles", 0))
    filters = searched.get("filters") or {}
    if not articles:
        return f"Not on record: there is no article to search{_filtered(filters)}.{_undated(searched)}"
    count = "the one article" if articles == 1 else f"{articles:,} articles"
    first, last = searched.get("first"), searched.get("last")
    span = f" of {long_date(first)}" if first and first == last else ""
    if first and last and first != last:
        span = f" dated {long_date(first)} to {long_date(last)}"
    return f"Not on record. Nothing in {count}{span}{_filtered(filters)} answers this.{_undated(searched)}"


def _filtered(filters: Mapping[str, Any]) -> str:
    """The filters in force, in words."""
    told = [f"since {long_date(filters['since'])}"] if filters.get("since") else []
    told += [f"until {long_date(filters['until'])}"] if filters.get("until") else []
    told += [f"from {' or '.join(filters['sources'])}"] if filters.get("sources") else []
    return f" (only {', '.join(told)})" if told else ""


def _undated(searched: Mapping[str, Any]) -> str:
    excluded = int(searched.get("excluded_unknown_date") or 0)
    if not excluded:
        return ""
    return (
        f" {excluded:,} article{'s' if excluded > 1 else ''} of unknown date {'were' if excluded > 1 else 'was'} left out."
    )


def long_date(published: str | None) -> str:
    """«14 February 2025»; '' when unknown."""
    if not published:
        return ""
    day = date.fromisoformat(published[:10])
    return f"{day.day} {day:%B %Y}"


def _in_order(supports: tuple[Support, ...]) -> Iterator[Support]:
    """The best one first; then the others, its article's before those of other articles, in the order each has them."""
    yield from supports[:1]
    seen: list[str] = [support.hit.article_id for support in supports[:1]]
    for support in supports:
        if support.hit.article_id not in seen:
            seen.append(support.hit.article_id)
    for article_id in seen:
        own = [support for support in supports[1:] if support.hit.article_id == article_id]
        yield from sorted(own, key=lambda support: support.evidence.start)


def _citation(marker: int, hit: Hit, evidence: Evidence, article: Article | None) -> Citation | None:
    if article is None:  # removed while the question was being answered
        return None
    quote = article.text[evidence.start : evidence.end]
    return Citation(
        marker, hit.article_id, evidence.start, evidence.end, quote, article.title, article.source, article.author,
        article.published, article.url, speaker(quote), said_on(quote, article.published), article.copies,
    )  # fmt: skip


def _finding_text(support: Support, citation: Citation, article: Article | None) -> str:
    origin = ", ".join(filter(None, (citation.source, long_date(citation.published))))
    quote = quoted(support.hit, support.evidence)
    if article and (who := referent(quote, _sentence_before(article.text, support.evidence.start))):
        origin = f"{origin}, on {who}" if origin else f"On {who}"
    if quote[0] not in QUOTATION_MARKS:  # a sentence that opens with its own marks needs no others around it
        quote = f"“{quote}”"
    return f"{origin}: {quote}" if origin else quote


def _sentence_before(text: str, start: int) -> str:
    """The sentence that ends before `start`, in the same paragraph or the one before."""
    begin = max(0, start - NEIGHBOUR_CHARS)
    bounds = split_sentences(text[begin:start])
    return text[begin:start][slice(*bounds[-1])] if bounds else ""
