"""Composing: findings and citations from what was judged. Fixed phrases and quotes; quotes are never altered."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from assistant.judge import Judgement, Support, quoted
from assistant.reader import Evidence
from assistant.records import Citation, Finding
from index import Article, Hit

QUOTATION_MARKS = "\"“”„«»‘'"

GetArticle = Callable[[str], Article | None]


@dataclass(frozen=True)
class Composed:
    """The parts of an answer that carry words."""

    findings: tuple[Finding, ...]
    citations: tuple[Citation, ...]


def compose(judgement: Judgement, article: GetArticle) -> Composed:
    """One finding for each supported sentence, the best one first."""
    findings: list[Finding] = []
    citations: list[Citation] = []
    for support in _in_order(judgement.supports):
        markers = []
        for hit, evidence in [(support.hit, support.evidence), *support.same]:
            citation = _citation(len(citations) + 1, hit, evidence, article(hit.article_id))
            if citation:
                citations.append(citation)
                markers.append(citation.marker)
        if markers:
            findings.append(Finding(_finding_text(support, citations[markers[0] - 1]), None, tuple(markers)))
    return Composed(tuple(findings), tuple(citations))


def text_of(findings: tuple[Finding, ...]) -> str:
    """The answer in words, one finding a paragraph, with its markers behind it."""
    return "\n\n".join(f"{finding.text} {''.join(f'[{marker}]' for marker in finding.markers)}" for finding in findings)


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
    return Citation(
        marker, hit.article_id, evidence.start, evidence.end, article.text[evidence.start : evidence.end],
        article.title, article.source, article.author, article.published, article.url, copies=article.copies,
    )  # fmt: skip


def _finding_text(support: Support, citation: Citation) -> str:
    origin = ", ".join(filter(None, (citation.source, long_date(citation.published))))
    quote = quoted(support.hit, support.evidence)
    if quote[0] not in QUOTATION_MARKS:  # a sentence that opens with its own marks needs no others around it
        quote = f"“{quote}”"
    return f"{origin}: {quote}" if origin else quote
