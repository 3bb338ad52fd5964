"""Judging: from the readings of all passages to what may be said, or silence."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from rapidfuzz import fuzz

from assistant.answer_types import EXACT, expected, fits
from assistant.attribution import QUOTED, sayer, speaker, tellers
from assistant.features import NUMBER_WORDS, text_keys
from assistant.lists import bulleted, continued, is_list, items, several, together
from assistant.reader import Evidence, Reading
from assistant.records import Stance, Status, Verdict
from assistant.spans import NO_NAME
from assistant.values import differ, same
from index import Hit, split_sentences, terms

MAX_QUOTES = 3
MIN_SHARE = 0.4
"""A further sentence is quoted when its score is at least this share of the best one's."""
SAME_QUOTE = 90.0
"""Token-sort similarity (0..100) from which two quotes say the same: wire copies with a changed word score 92 and up,
two sentences of one story about the same people 40 to 75."""
RIVAL_SHARE = 0.6
"""Another answer stands beside the best one when its score is at least this share of it."""
LIST_SHARE = 0.5
"""A further sentence adds its items to a list when its score is at least this share of the best one's."""
POLAR_SHARE = 0.6
"""For a yes/no question, evidence counts when its support is at least this share of the best one's."""
MAX_NEITHER = 0.6
"""A sentence that more likely than this says neither yes nor no counts for neither."""
DECIDED = 0.2
"""A sentence stands against others when it leans one way by this much, of 1; others contradict nothing."""
MIXED_SHARE = 0.6
"""Evidence against counts beside evidence for when it is at least this share of it, and the other way round."""

NAMED_SHARE = 0.7
"""The same for an answer without an amount: another name or year of the kind that is asked for."""
NAMED = frozenset(("person", "name", "year", "country"))
"""Kinds of which two different ones are two answers; a place may lie within another, a day be told in two ways."""
COUNTED = frozenset(("percentage", "duration", "age", "money", "count", "number"))

_NEGATIONS = frozenset("no not never nor neither none nobody nothing without cannot".split())
_TURN = re.compile(
    r"\b(?:later|initially|at first|earlier|by then|since then|reversed?|backtrack\w*|walked back|softened|no longer|"
    r"until now|but by|changed (?:his|her|its|their) (?:mind|position|tune)|withdrew|retract\w*|took back|"
    r"taken back|corrected)\b",
    re.I,
)
"""Words by which one article says that a position moved."""
_HEARSAY = re.compile(
    r"\b(?:rumou?r\w*|unconfirmed|unverified|speculat\w+|could not be (?:independently )?(?:verified|confirmed))\b", re.I
)
"""Words by which a sentence says that it reports no fact."""
_BARE_NUMBER = re.compile(rf"(?:^|\s)(?:\d[\d,.]*|{NUMBER_WORDS})$", re.I)
_COUNTED = re.compile(r" ([a-z][a-z-]{2,})\b")
COUNTED_WORDS = 3
"""Within which the plural is looked for that a number counts: «3,300 flight attendants»."""
_NUMBERED = re.compile(r"\b([A-ZÀ-Þ][\w’'-]*) $")
_FOR_ONE = re.compile(r"\W*(?:who|what|which [\w’'-]+) (?:is|was) (?:the|an?) ", re.I)
"""«Who is the first ...?» asks for one, whatever stands beside the name."""
_DEFINITE = frozenset("the this that these those".split())
_CORRECTION = re.compile(r"^\W*(?:corrections?|corrected|clarifications?|editors?['’]s? note)\b", re.I)


@dataclass(frozen=True)
class Support:
    """A quoted sentence, and the sentences elsewhere that say the same in nearly the same words."""

    hit: Hit
    evidence: Evidence
    same: tuple[tuple[Hit, Evidence], ...] = ()
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
    found = [pair for pair in _all(readings) if pair[1].stance is None or pair[1].stance[2] <= MAX_NEITHER]
    ranked = sorted(found, key=lambda pair: (-pair[1].score, pair[0].article_id, pair[1].start))
    if not ranked or ranked[0][1].support < threshold:
        return SILENT
    if polar and ranked[0][1].stance is not None:
        return _polar(_of_one_thing(ranked, question), threshold, opinion)
    return _plain(ranked, threshold, question, polar=polar)


# -- yes or no ---------------------------------------------------------------------------------------------------------


def _polar(ranked: Sequence[tuple[Hit, Evidence]], threshold: float, opinion: Callable[[Hit], bool]) -> Judgement:
    """The design's table: one thing; first one thing and later another; both."""
    best = ranked[0][1].support
    kept = [pair for pair in ranked if pair[1].support >= max(threshold, POLAR_SHARE * best)]
    reports = [pair for pair in kept if not opinion(pair[0]) and not _HEARSAY.search(quoted(*pair))] or kept
    sides: dict[Stance, list[Support]] = {"yes": [], "no": []}
    for side in sides:
        grouped = _grouped([pair for pair in reports if _stance(pair[1]) == side], MAX_QUOTES)
        sides[side] = [replace(support, stance=side) for support in grouped]
    weight = {side: _weight(supports) for side, supports in sides.items()}
    strong: Stance = "yes" if weight["yes"] >= weight["no"] else "no"
    weak: Stance = "no" if strong == "yes" else "yes"
    sides[weak] = [support for support in sides[weak] if _leaning(support.evidence) >= DECIDED]
    weight[weak] = _weight(sides[weak])
    if (
        weight[weak] < MIXED_SHARE * weight[strong]
        or not any(_may_disagree(one, other) for one in sides[strong] for other in sides[weak])
    ):  # fmt: skip
        return Judgement("answered", tuple(sides[strong]), strong, (strong.capitalize(),), confidence=best)
    both = (*sides[strong][:2], *sides[weak][:2])
    if order := _in_time(sides[strong][0], sides[weak][0]):
        first, second = order
        others = [one for one in both if one is not first and one is not second]
        return Judgement("answered", (first, second, *others[:1]), "mixed", ("Mixed",), changed=True, confidence=best)
    return Judgement("conflicting", both, "mixed", ("Mixed",), confidence=best)


def _may_disagree(one: Support, other: Support) -> bool:
    """Whether two statements may stand against each other: of two articles, of somebody who says it, or before and after a
    turn. In its own words an article does not contradict itself; one of the two was read wrongly."""
    if one.hit.article_id != other.hit.article_id:
        return True
    texts = [quoted(support.hit, support.evidence) for support in (one, other)]
    return any(QUOTED.search(text) or tellers(text) or speaker(text) or _TURN.search(text) for text in texts)


def _leaning(evidence: Evidence) -> float:
    """How much more a sentence says one thing than the other, 0..1."""
    assert evidence.stance is not None
    yes, no, _ = evidence.stance
    return abs(yes - no) / max(1e-6, yes + no)


def _stance(evidence: Evidence) -> Stance:
    assert evidence.stance is not None
    return "yes" if evidence.stance[0] >= evidence.stance[1] else "no"


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
    """The two with the earlier first, when their order is known: a correction comes last; by the articles' days; or because
    one article tells of a turn."""
    corrections = [bool(_CORRECTION.match(support.hit.title or "")) for support in (one, other)]
    if corrections[0] != corrections[1]:
        return (other, one) if corrections[0] else (one, other)
    days = [(support.hit.published or "")[:10] for support in (one, other)]
    if one.hit.article_id == other.hit.article_id:
        first, second = sorted((one, other), key=lambda support: support.evidence.start)
        if _TURN.search(quoted(first.hit, first.evidence)) or _TURN.search(quoted(second.hit, second.evidence)):
            return first, second
        return None
    if all(days) and days[0] != days[1]:
        return (one, other) if days[0] < days[1] else (other, one)
    return None


# -- other questions ---------------------------------------------------------------------------------------------------


def _plain(ranked: Sequence[tuple[Hit, Evidence]], threshold: float, question: str, *, polar: bool) -> Judgement:
    best = ranked[0][1]
    if best.span and is_list(question):
        return _list(ranked, question)
    kind = expected(question)
    if not polar:
        ranked = _of_one_thing(_of_the_kind(ranked, kind), question)
        best = ranked[0][1]
    rivals = [] if polar else _rivals(ranked, kind)
    if rivals:
        chosen = _grouped([ranked[0], *rivals], MAX_QUOTES)
        in_time = _in_time(chosen[0], chosen[1]) if len(chosen) == 2 else None
        short = tuple(_span(support.hit, support.evidence) for support in in_time or chosen)
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


def _sayer(hit: Hit, evidence: Evidence) -> tuple[str, tuple[Hit, Evidence] | None] | None:
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


def _short(best: tuple[Hit, Evidence], kind: str | None, question: str) -> tuple[str, ...]:
    """The span; with its neighbours where it is one of several in a row and the question may mean several."""
    many = not _FOR_ONE.match(question)
    if many and kind in ("person", "speaker", "name") and (names := together(*best)):
        return tuple(dict.fromkeys(names))
    if many and kind in (None, "deed", "person", "name") and (things := several(*best)):
        return tuple(dict.fromkeys(things))
    if kind in EXACT and not _fits(kind, *best):
        return ()
    given = _span(*best)
    return (given,) if _names_something(given) else ()


def _of_the_kind(ranked: Sequence[tuple[Hit, Evidence]], kind: str | None) -> Sequence[tuple[Hit, Evidence]]:
    """The best sentence with an answer of the kind that is asked for first, where the kind can be told: «seven years» is not
    how old somebody is. As they are where none of the likely ones has it."""
    if kind not in EXACT:
        return ranked
    for pair in ranked:
        if pair[1].score < MIN_SHARE * ranked[0][1].score:
            break
        if _fits(kind, *pair):
            return [pair, *(one for one in ranked if one is not pair)]
    return ranked


def _fits(kind: str | None, hit: Hit, evidence: Evidence) -> bool:
    if evidence.span is None:
        return False
    return fits(kind, _span(hit, evidence), hit.text[: evidence.span[0] - hit.start]) > 0


def _of_one_thing(ranked: Sequence[tuple[Hit, Evidence]], question: str) -> list[tuple[Hit, Evidence]]:
    """The evidence whose passage and headline name the thing that is meant, as far as the best sentence and its headline do.

    What the harbour of another town cost neither answers nor contradicts. A correction need not name again what it corrects.
    """
    hit, best = ranked[0]
    named = text_keys(f"{quoted(hit, best)} {hit.title or ''}")
    shared = [keys for word in _particulars(question) if (keys := text_keys(word)) & named]
    passages = {(hit.article_id, hit.start): text_keys(f"{hit.text} {hit.title or ''}") for hit, _ in ranked}
    return [
        (other, one) for other, one in ranked
        if all(keys & passages[other.article_id, other.start] for keys in shared) or _CORRECTION.match(other.title or "")
    ]  # fmt: skip


def _particulars(question: str) -> list[str]:
    """The words that say which thing is meant: names, numbers, what follows «the» or «Halden's» up to the next small word.

    Not the rest: «hurt» may be «injured» elsewhere.
    """
    words = re.findall(r"[\w’'-]+", question)
    found = [word for word in words[1:] if word[0].isupper() or word[0].isdigit()]
    inside = False
    for before, word in pairwise(words):
        if before.casefold() in _DEFINITE or before.casefold().endswith(("'s", "’s")):
            inside = True
        if inside and before.casefold() == "of" and word[0].isupper():
            inside = False  # «the library of Halden» ends there
        elif inside and word.casefold() not in terms.STOPWORDS:
            found.append(word)
        elif word.casefold() not in ("of", *_DEFINITE):
            inside = False
    return [word for word in dict.fromkeys(found) if word.casefold() not in terms.STOPWORDS]


def _rivals(ranked: Sequence[tuple[Hit, Evidence]], kind: str | None) -> list[tuple[Hit, Evidence]]:
    """Evidence of other articles for an answer that excludes the best one's."""
    hit, best = ranked[0]
    if best.span is None:
        return []
    found: list[tuple[Hit, Evidence]] = []
    for other, evidence in ranked[1:]:
        if other.article_id == hit.article_id or evidence.span is None:
            continue
        # By score: support counts a rival against both.
        share = evidence.score / max(best.score, 1e-9)
        if all(_excludes((other, evidence), one, kind, share) for one in (ranked[0], *found)):
            found.append((other, evidence))
    return found[: MAX_QUOTES - 1]


def _excludes(one: tuple[Hit, Evidence], other: tuple[Hit, Evidence], kind: str | None, share: float) -> bool:
    """Whether two answers exclude one another, `share` being the first one's score beside the best one's."""
    first, second = _span(*one), _span(*other)
    if share >= RIVAL_SHARE and differ(first, second):
        return True
    if share < NAMED_SHARE or kind not in NAMED | COUNTED or not (_fits(kind, *one) and _fits(kind, *other)):
        return False
    return not same(first, second) and (kind in NAMED or differ(first, second, bare=True))


def _list(ranked: Sequence[tuple[Hit, Evidence]], question: str) -> Judgement:
    """Every item once, from one enumeration or several. Without one the only thing that is named, or the quotes alone."""
    best = ranked[0][1]
    near = [(hit, one) for hit, one in ranked if one.span and one.score >= LIST_SHARE * best.score]
    passages = {(hit.article_id, hit.start): hit for hit, _ in ranked}.values()
    given: list[str] = []
    chosen: list[tuple[Hit, Evidence]] = []
    for hit, evidence in near:
        points = bulleted(hit, evidence)
        whole = continued(hit, points, passages) if points else []
        if sum(len(own) for _, own in whole) > 1:
            pieces = [_points(passage, own, evidence) for passage, own in whole]
        else:
            pieces = [(hit, evidence, items(hit, evidence))]
        found = [item for _, _, own in pieces for item in own]
        fresh = [item for item in found if not any(same(item, known) for known in given)]
        if fresh and len(found) > 1:
            given += fresh
            chosen += [(passage, quote) for passage, quote, _ in pieces]
    if not given:
        chosen = [pair for pair in ranked if pair[1].score >= MIN_SHARE * best.score]
        given = _only(*ranked[0], question)
    return Judgement("answered", tuple(_grouped(chosen, MAX_QUOTES)), None, tuple(given), confidence=best.support)


def _points(hit: Hit, points: Sequence[tuple[int, int]], evidence: Evidence) -> tuple[Hit, Evidence, list[str]]:
    """The points of a bulleted list as one piece of evidence and as items."""
    # With the first point's mark, as the others have theirs.
    line = hit.text.rfind("\n", 0, points[0][0] - hit.start) + 1
    quote = replace(evidence, start=hit.start + line, end=points[-1][1], span=None)
    return hit, quote, [hit.text[start - hit.start : end - hit.start].strip() for start, end in points]


def _only(hit: Hit, evidence: Evidence, question: str) -> list[str]:
    """The span where it is a name or an amount; not how many there are of what is asked for («three libraries»)."""
    span = _span(hit, evidence)
    named = any(word[0].isupper() and word.casefold() not in terms.STOPWORDS for word in re.findall(r"[\w’'-]+", span))
    counts = text_keys(span) & text_keys(question)
    return [span] if named or (any(char.isdigit() for char in span) and not counts) else []


def _names_something(span: str) -> bool:
    """Whether a span holds a name, a number, a noun or an adjective: «remained» answers nothing by itself."""
    from lemminflect import getAllLemmas

    for word in re.findall(r"[\w’'-]+", span):
        if word[0].isupper() or any(char.isdigit() for char in word):
            return True
        if word.casefold() in terms.STOPWORDS:
            continue
        kinds = getAllLemmas(word.casefold())
        if not kinds or kinds.keys() & {"NOUN", "ADJ", "PROPN", "NUM"}:
            return True
    return False


def _span(hit: Hit, evidence: Evidence) -> str:
    """The span's words; a bare number with what it counts, or with the name that it is part of («Category 3»)."""
    assert evidence.span is not None
    start, end = evidence.span[0] - hit.start, evidence.span[1] - hit.start
    text = hit.text[start:end]
    if not _BARE_NUMBER.search(text):
        return text
    named = _NUMBERED.search(hit.text[evidence.start - hit.start : start])
    if named and text.isdigit() and named[1].casefold() not in terms.STOPWORDS and not NO_NAME.match(named[1]):
        return f"{named[1]} {text}"
    return text + _counted(hit.text[end : evidence.end - hit.start])


def _counted(behind: str) -> str:
    """What a number counts, from the text behind it: « miles», « flight attendants»; empty where nothing is counted."""
    words: list[str] = []
    end = 0
    while len(words) < COUNTED_WORDS and (found := _COUNTED.match(behind, end)) and found[1] not in terms.STOPWORDS:
        words.append(found[1])
        end = found.end()
    plural = next((at for at, word in enumerate(words) if _is_plural(word)), 0)
    return "".join(f" {word}" for word in words[: plural + 1])


def _is_plural(word: str) -> bool:
    from lemminflect import getAllLemmas

    return word == "people" or any(lemma != word for lemma in getAllLemmas(word, upos="NOUN").get("NOUN", ()))


# -- quotes ------------------------------------------------------------------------------------------------------------


def _grouped(ranked: Sequence[tuple[Hit, Evidence]], most: int) -> list[Support]:
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


def _all(readings: Sequence[Reading]) -> Iterator[tuple[Hit, Evidence]]:
    for reading in readings:
        for evidence in reading.evidence:
            yield reading.hit, evidence


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


def quoted(hit: Hit, evidence: Evidence) -> str:
    """The words of a piece of evidence."""
    return hit.text[evidence.start - hit.start : evidence.end - hit.start]
