"""What is measured of one case. Each metric is a pure function of the truth and what came of it.

All of them return None where they say nothing («no score»), and such a case counts in no mean.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from assistant import Answer
from eval.matching import exact_match, holds, normalised, token_f1
from eval.records import Case
from index import Article, Hit, terms

BUDGETS = (180, 540, 900, 1800)
"""Words read, for the answer among the first words that retrieval returns."""
CUTOFFS = (5, 10)
SAME_QUOTE = 0.6
"""Token F1 from which a quote counts as the gold evidence: the same sentence cut a little differently scores above it,
two sentences of one story about the same people 0.2 to 0.5."""


@dataclass(frozen=True)
class Outcome:
    """What a system made of a case."""

    answer: Answer
    hits: tuple[Hit, ...] | None = None
    """Best first; None when the system doesn't tell what it retrieved."""
    articles: Mapping[str, Article] = field(default_factory=dict)
    """The cited articles that could be looked up, by id."""
    checked: bool = False
    """Whether articles could be looked up at all."""
    seconds: float | None = None
    """Wall-clock seconds of answering alone."""

    @property
    def silent(self) -> bool:
        """Whether the answer is «not on record»."""
        return self.answer.status == "not_on_record"

    @property
    def quotes(self) -> str:
        """All quoted words."""
        return "\n".join(citation.quote for citation in self.answer.citations)

    @property
    def given(self) -> str:
        """What is given as the answer: the short answer, or the quotes where there is none."""
        return self.answer.short if self.answer.short is not None else self.quotes


Metric = Callable[[Case, Outcome], float | None]


def right(case: Case, found: Outcome) -> float | None:
    """1 when the answer is right, else 0; what floors, comparisons, risk and calibration rest on.

    unanswerable: silence. yes_no: the verdict is the true one. fact: an accepted string stands in the short answer, or
    in the quotes where there is no short answer. list: every item does. conflict: every side does, and a verdict, where
    there is a true one, is it (for «mixed» it is enough that the sources are shown as disagreeing). Without accepted
    strings the gold evidence is quoted instead: any of it for a fact, else all. Where a wrong answer is known, it is not
    given. No score: nothing is known of the truth.
    """
    if case.kind is None:
        return None
    if case.kind == "unanswerable":
        return float(found.silent)
    if found.silent:
        return 0.0
    if case.kind == "yes_no":
        return verdict_accuracy(case, found)
    if holds(found.given, case.wrong):
        return 0.0
    if case.kind == "conflict" and case.verdict and not _shows(case.verdict, found):
        return 0.0
    if not case.answers:
        return float(citation_recall(case, found) in (None, 1.0))
    if case.kind == "fact":
        return float(holds(found.given, case.accepted))
    return float(answer_recall(case, found) == 1.0)


def exact(case: Case, found: Outcome) -> float | None:
    """Exact match of what is given, 0 or 1 (Rajpurkar et al. 2016; silence on an unanswerable question is 1, 2018).

    What is given is the short answer, or all quoted words where there is none. No score: other kinds than fact and
    unanswerable, no accepted strings.
    """
    return _span(case, found, exact_match)


def span_f1(case: Case, found: Outcome) -> float | None:
    """Token F1 of what is given, 0..1, as `exact` otherwise."""
    return _span(case, found, token_f1)


def contains(case: Case, found: Outcome) -> float | None:
    """1 when an accepted string stands in the short answer or the quotes, else 0. No score: no accepted strings."""
    if not case.answers or case.kind == "unanswerable":
        return None
    return float(holds(f"{found.answer.short or ''}\n{found.quotes}", case.accepted))


def answer_recall(case: Case, found: Outcome) -> float | None:
    """Share of the items of a list, or the sides of a conflict, that are given, 0..1. No score: other kinds."""
    if case.kind not in ("list", "conflict") or not case.answers:
        return None
    return sum(holds(found.given, group) for group in case.answers) / len(case.answers)


def answer_precision(case: Case, found: Outcome) -> float | None:
    """Share of the items given in the short answer that are right, 0..1; an item given twice is right once.

    Items end at a semicolon, a comma or «and», unless an accepted answer has these words. No score: other kinds than
    list, no short answer.
    """
    if case.kind != "list" or not found.answer.short:
        return None
    items = [item for item in re.split(r";|\n|, and |,| and ", found.answer.short) if normalised(item).strip()]
    if not items:
        return None
    given = [normalised(item) for item in items]
    groups = [[normalised(answer) for answer in group] for group in case.answers]
    met = sum(any(item in answer or answer in item for item in given for answer in group) for group in groups)
    return min(met, len(items)) / len(items)


def gives_wrong(case: Case, found: Outcome) -> float | None:
    """1 when a known wrong answer is given, else 0. No score: none is known."""
    return float(holds(found.given, case.wrong)) if case.wrong else None


def sides_found(case: Case, found: Outcome) -> float | None:
    """Share of the right answers that stand in short answer or quotes, 0..1 (cf. RAMDocs, Wang et al. 2025).

    No score: a case without known wrong answers and of another kind than conflict.
    """
    if not case.answers or not (case.wrong or case.kind == "conflict"):
        return None
    text = f"{found.answer.short or ''}\n{found.quotes}"
    return sum(holds(text, group) for group in case.answers) / len(case.answers)


def verdict_accuracy(case: Case, found: Outcome) -> float | None:
    """1 when the verdict is the true one, else 0; silence and no verdict are 0. No score: no true verdict."""
    return float(found.answer.verdict == case.verdict) if case.kind == "yes_no" and case.verdict else None


def citation_precision(case: Case, found: Outcome) -> float | None:
    """Share of the quotes that are gold evidence, 0..1. No score: no gold evidence, or nothing is quoted."""
    citations = found.answer.citations
    if not case.evidence or not citations:
        return None
    return sum(any(is_gold(gold.quote, citation.quote) for gold in case.evidence) for citation in citations) / len(citations)


def citation_recall(case: Case, found: Outcome) -> float | None:
    """Share of the gold evidence that is quoted, 0..1; for a fact any one of it will do. No score: no gold evidence."""
    if not case.evidence:
        return None
    quoted = [any(is_gold(gold.quote, one.quote) for one in found.answer.citations) for gold in case.evidence]
    return float(any(quoted)) if case.kind == "fact" else sum(quoted) / len(quoted)


def citation_validity(case: Case, found: Outcome) -> float | None:  # noqa: ARG001
    """Share of the citations whose quote equals its stretch of the cited article; must be 1.

    No score: nothing is cited, or the system gives no access to its articles.
    """
    citations = found.answer.citations
    if not citations or not found.checked:
        return None
    return 1 - len(invalid_citations(found)) / len(citations)


def independent_sources(case: Case, found: Outcome) -> float | None:  # noqa: ARG001
    """Different outlets that are quoted (an article without one counts by itself). No score: silence."""
    if found.silent:
        return None
    return float(len({citation.source or citation.article_id for citation in found.answer.citations}))


def understood_f1(case: Case, found: Outcome) -> float | None:
    """F1 of the content words that understanding added, against those a person added, 0..1; 1 when both added none.

    No score: no rewriting by a person is known.
    """
    if not case.standalone:
        return None
    asked = set(terms.content_words(case.question))
    wanted = set(terms.content_words(case.standalone)) - asked
    added = set(terms.content_words(found.answer.understood)) - asked
    if not wanted and not added:
        return 1.0
    return 2 * len(wanted & added) / (len(wanted) + len(added))


def answer_within(case: Case, found: Outcome, words: int) -> float | None:
    """1 when an accepted string is among the first `words` words retrieved, else 0. No score: as `contains`; no hits."""
    if not case.answers or case.kind == "unanswerable" or found.hits is None:
        return None
    read: list[str] = []
    for hit in found.hits:
        read += hit.text.split()
        if len(read) >= words:
            break
    return float(holds(" ".join(read[:words]), case.accepted))


def ranking(case: Case, found: Outcome) -> dict[str, float | None]:
    """Recall at 5 and 10, reciprocal rank and nDCG at 10 of the gold evidence among the hits, 0..1.

    A hit holds a piece of evidence when it has its words. recall@k: share of the pieces held by the first k hits. mrr:
    1 / rank of the first hit that holds one. ndcg@10 (Järvelin and Kekäläinen 2002): a hit's gain is the number of pieces
    that no earlier hit held; pieces that no hit holds count in the ideal, one a passage. The last two are computed by
    ir_measures. No score: no gold evidence, or no hits.
    """
    names = [*(f"recall@{k}" for k in CUTOFFS), "mrr", "ndcg@10"]
    if not case.evidence or found.hits is None:
        return dict.fromkeys(names)
    import ir_measures
    from ir_measures import RR, Qrel, ScoredDoc, nDCG

    missing = set(filter(str.strip, (normalised(gold.quote) for gold in case.evidence)))
    pieces = len(missing) or 1
    gains = []
    for hit in found.hits:
        text = normalised(hit.text)
        held = {quote for quote in missing if quote in text}
        missing -= held
        gains.append(len(held))
    qrels = [Qrel("q", f"hit-{rank}", gain) for rank, gain in enumerate(gains) if gain]
    qrels += [Qrel("q", f"missing-{at}", 1) for at in range(len(missing))]
    run = [ScoredDoc("q", f"hit-{rank}", float(-rank)) for rank in range(len(gains))]
    values = ir_measures.calc_aggregate([RR, nDCG @ 10], qrels, run) if run and qrels else {}
    ranked: dict[str, float | None] = {"mrr": float(values.get(RR, 0.0)), "ndcg@10": float(values.get(nDCG @ 10, 0.0))}
    return {f"recall@{k}": sum(gains[:k]) / pieces for k in CUTOFFS} | ranked


def _within(words: int) -> Metric:
    return lambda case, found: answer_within(case, found, words)


METRICS: dict[str, Metric] = {
    "right": right,
    "exact match": exact,
    "span F1": span_f1,
    "contains answer": contains,
    "list recall": answer_recall,
    "list precision": answer_precision,
    "verdict": verdict_accuracy,
    "sides found": sides_found,
    "wrong answer given": gives_wrong,
    "citation precision": citation_precision,
    "citation recall": citation_recall,
    "citation validity": citation_validity,
    "independent sources": independent_sources,
    "understood F1": understood_f1,
    **{f"answer in {words} words": _within(words) for words in BUDGETS},
}


def scores(case: Case, found: Outcome) -> dict[str, float | None]:
    """Every metric of a case."""
    return {name: metric(case, found) for name, metric in METRICS.items()} | ranking(case, found)


def invalid_citations(found: Outcome) -> list[int]:
    """Markers of the citations that are not what their article says at that place."""
    bad = []
    for citation in found.answer.citations:
        article = found.articles.get(citation.article_id)
        if article is None or article.text[citation.start : citation.end] != citation.quote or not citation.quote:
            bad.append(citation.marker)
    return bad


def why_not(case: Case, found: Outcome, values: Mapping[str, float | None]) -> str:
    """In a few words, why an answer is not right."""
    if case.kind == "unanswerable":
        return "answered, though it is not on record"
    if found.silent:
        return "silent, though it is on record" + _unread(values)
    if case.kind == "yes_no":
        given = found.answer.verdict
        return f"verdict {given}, true is {case.verdict}" if given else f"no verdict; true is {case.verdict}"
    if values.get("wrong answer given"):
        return "a wrong answer is given"
    if case.kind in ("list", "conflict") and (values.get("list recall") or 0) > 0:
        return f"{values['list recall']:.0%} of the right answers are given" + (
            "" if values["list recall"] != 1 else ", the disagreement is not shown"
        )
    if values.get("contains answer"):
        return "quoted, but not given as the short answer"
    return "other words are quoted" + _unread(values)


def _unread(values: Mapping[str, float | None]) -> str:
    missed = values.get("answer in 1800 words") == 0 or values.get("recall@10") == 0
    return "; its passage was not retrieved" if missed else ""


def _span(case: Case, found: Outcome, score: Callable[[str, Sequence[str]], float]) -> float | None:
    if case.kind == "unanswerable":
        return float(found.silent)
    if case.kind != "fact" or not case.answers:
        return None
    if found.silent:
        return 0.0
    return score(found.given, case.accepted)


def _shows(verdict: str, found: Outcome) -> bool:
    divided = found.answer.status == "conflicting" or found.answer.changed
    return found.answer.verdict == verdict or (verdict == "mixed" and divided)


def is_gold(gold: str, quote: str) -> bool:
    """Whether a quote is a piece of gold evidence: one holds the other, or their tokens are nearly the same."""
    left, right_ = normalised(gold), normalised(quote)
    if not left.strip() or not right_.strip():
        return False
    return left in right_ or right_ in left or token_f1(gold, [quote]) >= SAME_QUOTE
