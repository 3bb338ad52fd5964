"""The citation check: what is served was read back from the stored article, or reaches no user."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import replace

from assistant.records import Citation, Finding
from index import Article, Removed

log = logging.getLogger(__name__)


def verify(
    findings: tuple[Finding, ...],
    citations: tuple[Citation, ...],
    article: Callable[[str], Article | None],
    removed: Callable[[str], tuple[Removed, ...]],
) -> tuple[tuple[Finding, ...], tuple[Citation, ...]]:
    """The findings whose every word stands in the stored articles, with their citations renumbered from 1.

    A finding falls when its first citation (the one it quotes) fails; other failing citations are left out of it.
    """
    good = {citation.marker for citation in citations if _holds(citation, article, removed)}
    by_marker = {citation.marker: citation for citation in citations}
    kept: list[Finding] = []
    renumbered: list[Citation] = []
    for finding in findings:
        if not finding.markers or finding.markers[0] not in good or by_marker[finding.markers[0]].quote not in finding.text:
            continue
        markers = []
        for marker in finding.markers:
            if marker in good:
                renumbered.append(replace(by_marker[marker], marker=len(renumbered) + 1))
                markers.append(len(renumbered))
        kept.append(replace(finding, markers=tuple(markers)))
    return tuple(kept), tuple(renumbered)


def _holds(
    citation: Citation,
    article: Callable[[str], Article | None],
    removed: Callable[[str], tuple[Removed, ...]],
) -> bool:
    stored = article(citation.article_id)
    if stored is None:
        log.info("citation of %s left out: the article was removed meanwhile", citation.article_id)
        return False
    exact = (
        bool(citation.quote)
        and 0 <= citation.start < citation.end
        and (stored.text[citation.start : citation.end] == citation.quote)
    )
    crosses = any(citation.start < stretch.at < citation.end for stretch in removed(citation.article_id))
    if not exact or crosses:
        log.error("citation of %s at %d-%d failed its check", citation.article_id, citation.start, citation.end)
    return exact and not crosses
