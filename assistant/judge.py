"""Judging: from the readings of all passages to what may be said, or silence."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from rapidfuzz import fuzz

from assistant.answer_types import EXACT, expected
from assistant.attribution import is_told, named_speakers, sayer
from assistant.features import text_keys
from assistant.lists import bulleted, continued, is_list, items, several, together
from assistant.reader import Evidence, Reading
from assistant.records import Stance, Status, Verdict
from assistant.rivals import CORRECTION, Pair, opponents, particulars, rivals, says_yes
from assistant.short import fitting, names_something, quoted, span_of
from assistant.values import same
from index import Hit, split_sentences, terms

MAX_QUOTES = 3
MIN_SHARE = 0.4
"""A further sentence is quoted when its score is at least this share of the best one's."""
SAME_QUOTE = 90.0
"""Token-sort similarity (0..100) from which two quotes say the same: wire copies with a changed word score 92 and up,
two sentences of one story about the same people 40 to 75."""
POLAR_SHARE = 0.6
"""For a yes/no question, evidence counts when its support is at least this share of the best one's."""
MAX_NEITHER = 0.6
"""A sentence that more likely than this says neither yes nor no counts for neither."""

_NEGATIONS = frozenset("no not never nor neither none nobody nothing without cannot".split())
_TURN = re.compile(
    r"\b(?:later|initially|at first|earlier|by then|since then|reversed?|backtrack\w*|walked back|softened|no longer|"
    r"until now|but by|changed (?:his|her|its|their) (?:mind|position|tune)|withdrew|retract\w*|took back|"
    r"taken back|corrected)\b",
    re.I,
)
"""Words by which one article says that a position moved."""
_MOVED = re.compile(
    rf"{_TURN.pattern}|\b(?:now|since|meanwhile|after all|originally|previous\w*|corrects?|correction|revis\w*|risen|rose|"
    r"raised|first (?:said|declared|given|announced|reported|thought|put|told|named)|up from|down from|withdrawn?|put off|"
    r"postponed|pushed back|brought forward|abandoned|dropped|gave up|given up|admit\w*|acknowledg\w*|conced\w*|instead of|"
    r"mistake\w*|wrong\w*)\b",
    re.I,
)
"""Words by which a later article says so: of two sentences of different days the later one has some .6 of the time where a
story's matter moved on, .2 where its sources disagree."""
_HEARSAY = re.compile(
    r"\b(?:rumou?r\w*|unconfirmed|unverified|speculat\w+|could not be (?:independently )?(?:verified|confirmed))\b", re.I
)
"""Words by which a sentence says that it reports no fact."""
_PRESENT = re.compile(r"\b(?:still|now|any ?(?:more|longer)|no longer|at present|currently)\b", re.I)
"""«Does he still ...?» asks where a matter that moved stands; «Did he ...?» for both ends of the way."""
_FOR_ONE = re.compile(r"\W*(?:who|what|which [\w’'-]+) (?:is|was) (?:the|an?) ", re.I)
"""«Who is the first ...?» asks for one, whatever stands beside the name."""


@dataclass(frozen=True)
class Support:
    """A quoted sentence, and the sentences elsewhere that say the same in nearly the same words."""

    hit: Hit
    evidence: Evidence
    same: tuple[Pair, ...] = ()
    stance: Stance | None = None


@dataclass(frozen=True)
class Judgement:
    """What the record says about a question."""

    status: Status
    supports: tuple[Support, ...]
    """Best first, or in the order of time when the position changed; empty when silent."""
    verdict: Verdict | None = None
    short: tuple[str, ...] = ()
    """The answer alone: one span; the items of a list; each side of a disagreement."""
    changed: bool = False
    confidence: float | None = None
    """P(the answer is right), as the reader's support of its best evidence says."""


SILENT = Judgement("not_on_record", ())


def judge(
    readings: Sequence[Reading], threshold: float, *, question: str = "", polar: bool = False,
    opinion: Callable[[Hit], bool] = lambda hit: False,  # noqa: ARG005
) -> Judgement:  # fmt: skip
    """What the evidence says, or silence when none is supported well enough.

    `polar`: a yes/no question is owed what speaks for and against. `opinion` tells hits of opinion pieces: they are
    quoted, but don't stand against reports.
    """
    every = best_first(readings)
    ranked = [pair for pair in every if pair[1].stance is None or pair[1].stance[2] <= MAX_NEITHER]
    if not ranked or ranked[0][1].support < threshold:
        return SILENT
    if polar and ranked[0][1].stance is not None:
        return _polar(_of_one_thing(ranked, question), every, threshold, question, opinion)
    return _plain(ranked, threshold, question, polar=polar)


# -- yes or no ---------------------------------------------------------------------------------------------------------


def _polar(
    ranked: Sequence[Pair], every: Sequence[Pair], threshold: float, question: str, opinion: Callable[[Hit], bool]
) -> Judgement:  # fmt: skip
    """The design's table: one thing; first one thing and later another; both.

    `ranked`: the evidence on the thing that is meant; `every`: all there is, for the other side may name it otherwise.
    """

    def reported(pairs: Sequence[Pair]) -> list[Pair]:
        return [pair for pair in pairs if not opinion(pair[0]) and not _HEARSAY.search(quoted(*pair))]

    best = ranked[0][1].support
    kept = [pair for pair in ranked if pair[1].support >= max(threshold, POLAR_SHARE * best)]
    reports = reported(kept)
    sides: dict[Stance, list[Support]] = {
        side: _grouped([pair for pair in reports or kept if _stance(pair[1]) == side], MAX_QUOTES) for side in ("yes", "no")
    }
    strong: Stance = "yes" if _weight(sides["yes"]) >= _weight(sides["no"]) else "no"
    weak: Stance = "no" if strong == "yes" else "yes"
    said = [replace(support, stance=strong) for support in sides[strong]]
    first = said[0]
    against = opponents(question, (first.hit, first.evidence), reported(every) if reports else every)
    denied = [replace(support, stance=weak) for support in _grouped(against, MAX_QUOTES) if _may_disagree(first, support)]
    if not denied:
        return Judgement("answered", tuple(said), strong, (strong.capitalize(),), confidence=best)
    both = (*said[:2], *denied[:2])
    if order := _in_time(first, denied[0]):
        others = [one for one in both if one is not order[0] and one is not order[1]]
        verdict: Verdict = (_PRESENT.search(question) and order[1].stance) or "mixed"
        quotes = (*order, *others[:1])
        return Judgement("answered", quotes, verdict, (verdict.capitalize(),), changed=True, confidence=best)
    return Judgement("conflicting", both, "mixed", ("Mixed",), confidence=best)


def _may_disagree(one: Support, other: Support) -> bool:
    """Whether two statements may stand against each other: of two articles, of somebody who says it, or before and after a
    turn. In its own words an article does not contradict itself; one of the two was read wrongly."""
    if one.hit.article_id != other.hit.article_id:
        return True
    texts = [quoted(support.hit, support.evidence) for support in (one, other)]
    return any(is_told(text) or _TURN.search(text) for text in texts)


def _stance(evidence: Evidence) -> Stance:
    return "yes" if says_yes(evidence) else "no"


def _weight(supports: Sequence[Support]) -> float:
    """1 - the chance that all independent statements are wrong; one article speaks once."""
    strongest: dict[str, float] = {}
    for support in supports:
        article = support.hit.article_id
        strongest[article] = max(strongest.get(article, 0.0), support.evidence.support)
    missed = 1.0
    for value in strongest.values():
        missed *= 1 - value
    return 1 - missed


def _in_time(one: Support, other: Support) -> tuple[Support, Support] | None:
    """The two with the earlier first, where the matter moved on: a correction comes last; the later article's sentence, or
    the one article's, tells of a turn; or the same person says one thing and days later another. Two outlets that differ on
    two days disagree."""
    corrections = [bool(CORRECTION.match(support.hit.title or "")) for support in (one, other)]
    if corrections[0] != corrections[1]:
        return (other, one) if corrections[0] else (one, other)
    if one.hit.article_id == other.hit.article_id:
        first, second = sorted((one, other), key=lambda support: support.evidence.start)
        turned = any(_TURN.search(quoted(support.hit, support.evidence)) for support in (first, second))
        return (first, second) if turned else None
    days = [(support.hit.published or "")[:10] for support in (one, other)]
    if not all(days) or days[0] == days[1]:
        return None
    first, second = (one, other) if days[0] < days[1] else (other, one)
    moved = _MOVED.search(quoted(second.hit, second.evidence)) or _sayers(first) & _sayers(second)
    return (first, second) if moved else None


def _sayers(support: Support) -> set[str]:
    """The last names of those who say a statement, by its own words."""
    return {name.split()[-1] for name in named_speakers(quoted(support.hit, support.evidence))}


# -- other questions ---------------------------------------------------------------------------------------------------


def _plain(ranked: Sequence[Pair], threshold: float, question: str, *, polar: bool) -> Judgement:
    best = ranked[0][1]
    kind = expected(question)
    if best.span and is_list(question):
        return _list(ranked, kind, question)
    others: list[Pair] = []
    if not polar:
        everything = of_the_kind(ranked, kind)
        others = _others(everything, kind, question)
        ranked = _of_one_thing(everything, question)
        best = ranked[0][1]
    if others:
        chosen = _grouped([ranked[0], *others], MAX_QUOTES)
        in_time = _in_time(chosen[0], chosen[1]) if len(chosen) == 2 else None
        short = tuple(span_of(support.hit, support.evidence) for support in in_time or chosen)
        if in_time:
            return Judgement("answered", in_time, None, short, changed=True, confidence=best.support)
        return Judgement("conflicting", tuple(chosen), None, short, confidence=best.support)
    kept = [
        pair for pair in ranked
        if pair[1].score >= MIN_SHARE * best.score or (polar and pair[1].support >= threshold)
    ]  # fmt: skip
    if best.span and kind == "speaker" and (told := _sayer(*ranked[0])):
        who, naming = told
        quotes = [pair for pair in (ranked[0], naming) if pair]
        return Judgement("answered", tuple(_grouped(quotes, MAX_QUOTES)), None, (who,), confidence=best.support)
    short = _short(ranked[0], kind, question) if best.span else ()
    return Judgement("answered", tuple(_grouped(kept, MAX_QUOTES)), None, short, confidence=best.support)


def _sayer(hit: Hit, evidence: Evidence) -> tuple[str, Pair | None] | None:
    """Who says the sentence, and the sentence that names them where it is another one."""
    bounds = split_sentences(hit.text[: evidence.start - hit.start])
    found = sayer(quoted(hit, evidence), [hit.text[start:end] for start, end in bounds])
    if found is None:
        return None
    who, back = found
    if not back:
        return who, None
    start, end = bounds[-back]
    return who, (hit, replace(evidence, start=hit.start + start, end=hit.start + end, span=None))


def _short(best: Pair, kind: str | None, question: str) -> tuple[str, ...]:
    """The span; with its neighbours where it is one of several in a row and the question may mean several."""
    many = not _FOR_ONE.match(question)
    if many and kind in ("person", "speaker", "name") and (names := together(*best)):
        return tuple(dict.fromkeys(names))
    if many and kind in (None, "deed", "person", "name") and (things := several(*best)):
        return tuple(dict.fromkeys(things))
    if kind in EXACT and not fitting(kind, *best):
        return ()
    given = span_of(*best)
    return (given,) if names_something(given) else ()


def of_the_kind(ranked: Sequence[Pair], kind: str | None) -> Sequence[Pair]:
    """The best sentence with an answer of the kind that is asked for first, where the kind can be told: «seven years» is not
    how old somebody is. As they are where none of the likely ones has it."""
    if kind not in EXACT:
        return ranked
    for pair in ranked:
        if pair[1].score < MIN_SHARE * ranked[0][1].score:
            break
        if fitting(kind, *pair):
            return [pair, *(one for one in ranked if one is not pair)]
    return ranked


def _of_one_thing(ranked: Sequence[Pair], question: str) -> list[Pair]:
    """The evidence whose passage and headline name the thing that is meant, as far as the best sentence and its headline do.

    What the harbour of another town cost neither answers nor contradicts. A correction need not name again what it corrects.
    """
    hit, best = ranked[0]
    named = text_keys(f"{quoted(hit, best)} {hit.title or ''}")
    shared = [keys for word in particulars(question) if (keys := text_keys(word)) & named]
    passages = {(hit.article_id, hit.start): text_keys(f"{hit.text} {hit.title or ''}") for hit, _ in ranked}
    return [
        (other, one) for other, one in ranked
        if all(keys & passages[other.article_id, other.start] for keys in shared) or CORRECTION.match(other.title or "")
    ]  # fmt: skip


def _others(ranked: Sequence[Pair], kind: str | None, question: str) -> list[Pair]:
    """Evidence of other articles for other answers than the best one's, each another. Within an article a second figure is
    nearly always of a neighbouring matter (of 223 that differ in the stories 7 stand in one article)."""
    found: list[Pair] = []
    for pair in rivals(question, kind, ranked[0], [one for one in ranked if one[0].article_id != ranked[0][0].article_id]):
        if all(not same(span_of(*pair), span_of(*one)) for one in found):
            found.append(pair)
    return found[: MAX_QUOTES - 1]


def _list(ranked: Sequence[Pair], kind: str | None, question: str) -> Judgement:
    """Every item once, from one enumeration or several, or from sentences that each name one; the quotes alone where none
    names anything."""
    best = ranked[0][1]
    passages = {(hit.article_id, hit.start): hit for hit, _ in ranked}.values()
    given: list[str] = []
    chosen: list[Pair] = []
    for hit, evidence in (ranked[0], *rivals(question, kind, ranked[0], ranked[1:])):
        points = bulleted(hit, evidence)
        whole = continued(hit, points, passages) if points else []
        if sum(len(own) for _, own in whole) > 1:
            pieces = [_points(passage, own, evidence) for passage, own in whole]
        else:
            found = items(hit, evidence)
            pieces = [(hit, evidence, found if len(found) > 1 else _only(hit, evidence, question))]
        fresh = [item for _, _, own in pieces for item in own if not any(same(item, known) for known in given)]
        if fresh:
            given += fresh
            chosen += [(passage, quote) for passage, quote, _ in pieces]
    if not given:
        chosen = [pair for pair in ranked if pair[1].score >= MIN_SHARE * best.score]
    return Judgement("answered", tuple(_grouped(chosen, MAX_QUOTES)), None, tuple(given), confidence=best.support)


def _points(hit: Hit, points: Sequence[tuple[int, int]], evidence: Evidence) -> tuple[Hit, Evidence, list[str]]:
    """The points of a bulleted list as one piece of evidence and as items."""
    # With the first point's mark, as the others have theirs.
    line = hit.text.rfind("\n", 0, points[0][0] - hit.start) + 1
    quote = replace(evidence, start=hit.start + line, end=points[-1][1], span=None)
    return hit, quote, [hit.text[start - hit.start : end - hit.start].strip() for start, end in points]


def _only(hit: Hit, evidence: Evidence, question: str) -> list[str]:
    """The span where it is a name or an amount; not how many there are of what is asked for («three libraries»)."""
    span = span_of(hit, evidence)
    named = any(word[0].isupper() and word.casefold() not in terms.STOPWORDS for word in re.findall(r"[\w’'-]+", span))
    counts = text_keys(span) & text_keys(question)
    return [span] if named or (any(char.isdigit() for char in span) and not counts) else []


# -- quotes ------------------------------------------------------------------------------------------------------------


def _grouped(ranked: Sequence[Pair], most: int) -> list[Support]:
    """The quotes, those that say the same in nearly the same words as one."""
    supports: list[Support] = []
    for hit, evidence in ranked:
        twin = next((at for at, kept in enumerate(supports) if _same(kept, hit, evidence)), None)
        if twin is not None:
            if all(hit.article_id != other.article_id for other in _hits(supports[twin])):
                kept = supports[twin]
                supports[twin] = Support(kept.hit, kept.evidence, (*kept.same, (hit, evidence)))
        elif len(supports) < most:
            supports.append(Support(hit, evidence))
    return supports


def best_first(readings: Sequence[Reading]) -> list[Pair]:
    """All evidence by its score, always in the same order."""
    found = [(reading.hit, evidence) for reading in readings for evidence in reading.evidence]
    return sorted(found, key=lambda pair: (-pair[1].score, pair[0].article_id, pair[1].start))


def _hits(support: Support) -> list[Hit]:
    return [support.hit, *(hit for hit, _ in support.same)]


def _same(kept: Support, hit: Hit, evidence: Evidence) -> bool:
    first, second = quoted(kept.hit, kept.evidence), quoted(hit, evidence)
    words = (Counter(re.findall(r"[\w’']+", first)), Counter(re.findall(r"[\w’']+", second)))
    differing = (words[0] - words[1]) + (words[1] - words[0])
    if any(_weighty(word) for word in differing):
        return False
    return fuzz.token_sort_ratio(first.casefold(), second.casefold()) >= SAME_QUOTE


def _weighty(word: str) -> bool:
    """Whether one word makes another statement: a number, a name, a negation («12 were hurt», «will not reopen»)."""
    low = word.casefold().replace("’", "'")
    if low in _NEGATIONS or low.endswith("n't") or any(char.isdigit() for char in word):
        return True
    return word[0].isupper() and low not in terms.STOPWORDS
