"""Questions that ask for several things, and the items that a sentence lists."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from itertools import takewhile

from assistant.reader import Evidence
from assistant.spans import NO_NAME
from assistant.words import HELPER
from index import Hit, terms

_ASKS = re.compile(
    r"^(?:list|name|enumerate)\b|\b(?:who|what|which) (?:all )?(?:are|were)\b|"
    r"\bwho else\b|\b(?:what|which) (?:two|three|four|five|six|several)\b|"
    r"\bwho did .+ (?:pick|choose|name|appoint|nominate|select|invite)\b",
    re.I,
)
_KIND = re.compile(r"\b(?P<asks>which|what)(?P<words>(?: [\w-]+\b(?! ?['’]))+)", re.I)
"""«Which three towns lost ...»: what is asked for stands behind it."""
_NOUN_WITHIN = 4
_NO_PART = re.compile(
    rf"(?:{HELPER}|of|in|on|at|by|to|from|with|about|and|or|the|an?|his|her|its|their|it|him|them|\w+ly)", re.I
)
"""What no name of a kind holds: behind «share of» stands no longer what is asked for."""
_OBJECT = re.compile(r"(?:the|an?|his|her|its|their|it|him|them|for)", re.I)
"""What follows a verb: «What makes the ...», «Which firm pays for ...»."""
_PART = re.compile(r"\s*(?:;|,? and (?:also )?|,? (?:as well as|along with|together with) |, )\s*")
_MARKS = ("“", "”", '"')
_POINT = re.compile(r"\s*(?:[-–—•*·▪]|\d{1,2}[.)])\s+")
_NOT_A_LIST = re.compile(r"\b(?:said|says|told|who|which|because|while|but)\b")


def is_list(question: str) -> bool:
    """Whether it asks for several things («Which hospitals ...», «Who are the members ...», «Name the ...»)."""
    return _ASKS.search(question) is not None or any(_asks_for_many(found) for found in _KIND.finditer(question))


def _asks_for_many(found: re.Match[str]) -> bool:
    """Whether what follows «which» or «what» names a kind of things, in the plural."""
    from lemminflect import getAllLemmas

    words = [word.rpartition("-")[2] for word in found["words"].split()]
    for at, word in enumerate(words[:_NOUN_WITHIN]):
        kinds = getAllLemmas(word) if word.islower() else {}
        if _NO_PART.fullmatch(word) or (
            at > 0 and kinds.keys() == {"VERB"}
        ):  # «Which stolen cars ...», «Which firm lost ...»
            return False
        if word == "people" or _is_plural(word, kinds.get("NOUN", ()) if kinds else None):
            verb = "VERB" in kinds and (at > 0 or found["asks"].casefold() == "what")
            behind = words[at + 1] if at + 1 < len(words) else ""
            return not (verb and _OBJECT.fullmatch(behind))
    return False


def _is_plural(word: str, lemmas: Sequence[str] | None) -> bool:
    """`lemmas`: of the noun; none where it is no noun, None where the dictionary lacks the word."""
    if lemmas is None:
        return word.endswith("s") and not word.endswith("ss") and (word.islower() or word[:-1].isupper())
    if word in lemmas:  # «sports»
        return word.endswith("s") and word[:-1] in lemmas
    return bool(lemmas)


def items(hit: Hit, evidence: Evidence) -> list[str]:
    """The items of the enumeration that the span is part of, in the sentence's own words; else of the one enumeration of
    names that the sentence has; else the span alone."""
    sentence, begin, end = _placed(hit, evidence)
    if _is_quotation(sentence, begin, end):
        return [sentence[begin:end]]
    found = _named_series(sentence, begin, end)
    things = _series(sentence, begin, end)
    if len(found) < 2 or (len(things) > len(found) and set(found) <= set(things)):  # «Halden, Corva and parts of Pell»
        found = things or found
    others = [match.group() for match in _ENUMERATION.finditer(sentence)]
    return _parts(others[0]) if len(found) < 2 and len(others) == 1 else found


def bulleted(hit: Hit, evidence: Evidence) -> list[tuple[int, int]]:
    """The points of the list that the sentence is a point of or announces with a colon, as offsets into the article's text,
    without their marks; empty where there is none. As far as the passage reaches, which may be one of them."""
    lines = _lines(hit)
    begin, end = evidence.start - hit.start, evidence.end - hit.start
    at = next((number for number, (start, stop, _) in enumerate(lines) if start <= begin < stop), None)
    if at is None:
        return []
    first = last = at
    if lines[at][2]:
        while first and lines[first - 1][2]:
            first -= 1
    elif hit.text[:end].rstrip().endswith(":") and not hit.text[end : lines[at][1]].strip():
        first = at + 1
    else:
        return []
    while last + 1 < len(lines) and lines[last + 1][2]:
        last += 1
    return [(hit.start + start, hit.start + stop) for start, stop in _unmarked(lines[first : last + 1])]


def continued(hit: Hit, points: Sequence[tuple[int, int]], others: Iterable[Hit]) -> list[tuple[Hit, list[tuple[int, int]]]]:
    """The points of a list that a passage cuts in two: those given, with the points at the end of the passage before and at
    the beginning of the next one, where these are among `others`."""
    found = [(hit, list(points))]
    for other in others:
        if other.article_id != hit.article_id:
            continue
        lines = _lines(other)
        if _ends(points[-1][1], hit) and 0 <= other.start - (hit.start + len(hit.text)) <= MAX_GAP:
            chosen, place = list(takewhile(_is_point, lines)), len(found)
        elif _begins(points[0][0], hit) and 0 <= hit.start - (other.start + len(other.text)) <= MAX_GAP:
            chosen, place = list(takewhile(_is_point, reversed(lines)))[::-1], 0
        else:
            continue
        if chosen:
            found.insert(place, (other, [(other.start + start, other.start + stop) for start, stop in _unmarked(chosen)]))
    return found


MAX_GAP = 4
"""Characters between two passages: the ends of lines."""
_Line = tuple[int, int, "re.Match[str] | None"]
"""Where a line begins and ends in its passage, and the mark of a point."""


def _lines(hit: Hit) -> list[_Line]:
    return [(found.start(), found.end(), _POINT.match(found.group())) for found in re.finditer(r"[^\n]+", hit.text)]


def _is_point(line: _Line) -> bool:
    return line[2] is not None


def _unmarked(lines: Iterable[_Line]) -> list[tuple[int, int]]:
    return [(start + (mark.end() if mark else 0), stop) for start, stop, mark in lines]


def _ends(end: int, hit: Hit) -> bool:
    return not hit.text[end - hit.start :].strip()


def _begins(start: int, hit: Hit) -> bool:
    return "\n" not in hit.text[: start - hit.start].strip() and _POINT.fullmatch(hit.text[: start - hit.start]) is not None


def _is_quotation(sentence: str, begin: int, end: int) -> bool:
    """Whether a stretch is a whole quotation: «“lengthy and highly productive”» is one thing that was said."""
    opens = sentence[begin : begin + 1] in _MARKS or sentence[begin - 1 : begin] in _MARKS
    closes = sentence[end - 1 : end] in _MARKS or re.match(r"[,.]?[“”\"]", sentence[end:]) is not None
    return opens and closes


def together(hit: Hit, evidence: Evidence) -> list[str]:
    """The names of which the span is one, joined by «and» or «or»; empty when it stands alone."""
    sentence, begin, end = _placed(hit, evidence)
    found = _named_series(sentence, begin, end)
    if len(found) < 2:
        return []
    first, last = sentence.find(found[0]), sentence.rfind(found[-1])
    return found if re.search(rf" (?:{_JOINS}) ", sentence[first:last]) else []


def several(hit: Hit, evidence: Evidence) -> list[str]:
    """The items of an enumeration of three or more of which the span is one («a caravan, school fees and a holiday»); empty
    when it stands alone. Two may be two statements."""
    sentence, begin, end = _placed(hit, evidence)
    if _is_quotation(sentence, begin, end):
        return []
    for found in (_named_series(sentence, begin, end), _series(sentence, begin, end)):
        if len(found) > MANY:
            return found
    return []


def _placed(hit: Hit, evidence: Evidence) -> tuple[str, int, int]:
    """The sentence, and the span in it."""
    assert evidence.span is not None
    sentence = hit.text[evidence.start - hit.start : evidence.end - hit.start]
    return sentence, evidence.span[0] - evidence.start, evidence.span[1] - evidence.start


def _parts(text: str) -> list[str]:
    """What commas and «and» divide. Beside names, what has none says who they are («Rosa Keller, its chair, and ...»)."""
    found = [part for part in (one.strip(' .“”"') for one in _PART.split(text)) if part]
    if sum(part[0].isupper() for part in found) > 1:
        return [part for part in found if not _SAYS_WHO.match(part)]
    return found


# -- enumerations of names ---------------------------------------------------------------------------------------------

_NAMED = r"(?:the |a |an )?[A-ZÀ-Þ][\w’'.&-]*(?: (?:of |the |de |for )?[A-ZÀ-Þ][\w’'.&-]*)*"
_ENUMERATION = re.compile(rf"{_NAMED}(?:, {_NAMED})*,? (?:and|or) {_NAMED}")
_JOINS = "and|or|along with|as well as|together with|followed by"
_WHO = (
    r"(?:(?:, (?:(?:a|an|the|its|his|her|their|our|who|whose|now|then|formerly|head|chief|chair|president|director|leader|"
    r"founder|owner|member)\b|\d)| (?:of [A-ZÀ-Þ][\w’'-]* )?as (?:a |an |the )?[a-zà-þ])[^,;:.“”()]{0,80}(?=[,;])|"
    r" \([^()]{1,40}\))?"
)
"""What says who somebody is: «, the company's director,», «, 34,», « (Labour)», « as secretary of state,»."""
_TITLE = r"(?P<title>(?:[a-z][\w’'-]* ){0,3})"
_BEHIND = re.compile(
    rf"(?P<who>{_WHO})(?:(?:[,;]? (?P<join>{_JOINS}) |[,;] )){_TITLE}(?P<name>{_NAMED})"
    rf"(?=(?P<whole>[,.;”\")]|$| \(| (?:{_JOINS}|to|of|from|for|in|at|on|as|who|are|is|were|was|will|would|have|had) )|\s)"
)
_BETWEEN = re.compile(rf"{_WHO}(?:[,;]? (?:{_JOINS}) |[,;] ){_TITLE}$")
_OF_TITLE = re.compile(r"(?:[A-ZÀ-Þ][\w’'-]* )+of $")
_SAYS_WHO = re.compile(r"(?:a|an|the|its|his|her|their|our|who|whose|then|now|\d+\b)[^A-ZÀ-Þ]*$")


def _named_series(sentence: str, begin: int, end: int) -> list[str]:
    """The parts of the span, with the names that stand in a row with it before and behind it."""
    if office := _OF_TITLE.search(sentence[:begin]):  # «Secretary of | State Rosa Keller»
        begin = office.start() if sentence[begin : begin + 1].isupper() else begin
    found = _parts(sentence[begin:end])
    if not found or not any(char.isupper() for char in sentence[begin:end]):
        return found
    while (behind := _BEHIND.match(sentence, end)) and _continues(behind):
        found.append((behind["title"] + behind["name"]).strip(' .“”"'))
        end = behind.end("name")
    while before := _name_before(sentence, begin):
        begin = before.start()
        found.insert(0, before.group().strip(' .“”"'))
    if len(found) < 2:
        return found
    found[0] = _OFFICES_OF.sub("", found[0])
    return [one for one in found if not _SAYS_WHO.match(one)]


_OFFICES_OF = re.compile(r"^(?:the )?[A-Z]{2,}s of ")
"""«the CEOs of Sollen Air, Norrik and ...»: of each of them."""
_NEAR = 3
"""Names before another one among which its neighbour is looked for: «Ivan Petrov (Halden) and Wei Tanaka»."""


def _name_before(sentence: str, begin: int) -> re.Match[str] | None:
    for name in reversed(list(_RUN.finditer(sentence, 0, begin))[-_NEAR:]):
        between = _BETWEEN.fullmatch(sentence, name.end(), begin)
        if between and _is_title(between["title"]):
            words = name.group().split()
            return None if all(NO_NAME.match(word) or word.casefold() in terms.STOPWORDS for word in words) else name
    return None


_RUN = re.compile(rf"(?:^|(?<=[\s(“\"])){_NAMED}")


def _continues(behind: re.Match[str]) -> bool:
    """Whether a name behind another one is one more of a row, and no beginning of another statement."""
    plain = behind.group().replace(behind["who"], "", 1)
    if _NOT_A_LIST.search(plain) or not _is_title(behind["title"]):
        return False
    sure = behind["whole"] is not None
    if behind["join"] is None:  # after a mere comma another one must come
        rest = behind.string[behind.end() :]
        return sure and not re.match(r"[.”\")]|$", rest)
    return sure or not (behind["who"] or behind["title"])


def _is_title(words: str) -> bool:
    """Whether small words before a name can be what somebody is («treasurer Wei Tanaka») and no verb («met Wei Tanaka»)."""
    from lemminflect import getAllLemmas

    for word in words.split():
        kinds = getAllLemmas(word)
        inflected = any(lemma != word for lemma in kinds.get("VERB", ()))
        other = bool(kinds) and not kinds.keys() & {"NOUN", "ADJ"}  # what the dictionary lacks is no verb: «congressman»
        if word not in ("the", "a", "an", "former", "then") and (inflected or other or word in terms.STOPWORDS):
            return False
    return True


# -- enumerations of other things --------------------------------------------------------------------------------------

MANY = 2
"""An enumeration of more than these is one for certain."""
MAX_WORDS = 10
"""Of an item."""
_MORE = re.compile(
    rf"(?P<rest>(?: (?:to|of|for|with|in|on|at|from) [^,;:.“”()]{{2,40}}?)?)(?P<middle>(?:, [^,;:.“”()]{{2,60}})*?)"
    rf",? (?:{_JOINS}) (?P<last>[^,;:.“”()]{{2,70}})"
)
_VERB = re.compile(
    r"\b(?:was|were|is|are|has|have|had|would|will|could|can|may|might|must|should|did|does|do|said|says|told|that|which|who|"
    r"because|while|but|when|where|if|after|before|he|she|they|it|we)\b"
)
"""What no item has: it is part of another statement."""
_LEADS = re.compile(
    r"^.*\b(?:on|of|in|for|with|by|to|from|at|into|are|is|were|was|be|includ\w+|like|as|than|them|has|have|had|between)\b ",
    re.S,
)
"""What stands before the first item."""


def _series(sentence: str, begin: int, end: int) -> list[str]:
    """The items of an enumeration of things, of which the span is one or more; empty where it is none, or can't be told."""
    found = _parts(sentence[begin:end])
    before = sentence[:begin]
    subject = _VERB.match(sentence, end + 1) is not None
    if behind := _MORE.match(sentence, end):
        last = behind["last"]
        if verb := _VERB.search(
            last
        ):  # «a barn and two people were hurt» are two statements, unless the list is the subject
            last, subject = last[: verb.start()], True
        found[-1:] = [found[-1] + behind["rest"]] if found else []
        found += [*filter(None, behind["middle"].split(", ")), last]
    elif not (re.search(r"(?:,| and| or) $", before) or re.search(r" (?:and|or) ", sentence[begin:end])):
        return []
    joined = re.search(r",? (?:and|or) $", before)
    if joined or before.endswith(", "):
        stretch = re.split(r"[;:.“”()]", before[: joined.start()] if joined else before[:-2])[-1]
        ahead = _ahead(stretch, subject=subject)
        if not ahead:
            return []
        found = ahead + found
    elif subject and before.strip() and before.rstrip()[-1] not in ",;:—–“":
        return []
    found = [one.strip(' .“”"') for one in found]
    named = sum(one[:1].isupper() for one in found)
    if len(found) < MANY or any(not _is_item(one) or (named and _SAYS_WHO.match(one)) for one in found):
        return []
    return found


def _ahead(stretch: str, *, subject: bool) -> list[str]:
    """The items before the span, as far as what leads up to the first one; empty where that can't be told. A list that is
    the subject of its sentence begins with it."""
    parts = stretch.split(", ")
    if subject:
        return parts
    found: list[str] = []
    for part in reversed(parts):
        lead = _LEADS.match(part)
        found.insert(0, part[lead.end() :] if lead else part)
        if lead:
            return found
    return []


def _is_item(text: str) -> bool:
    """Whether a stretch can be one item: of few words, without a verb of its own."""
    from lemminflect import getAllLemmas, getInflection

    words = text.split()
    if not words or _VERB.search(text) or len(words) > MAX_WORDS:
        return False
    for at, word in enumerate(words):
        lemmas = getAllLemmas(word) if word.islower() else {}
        if at == 0 and any(word == lemma and word in getInflection(lemma, "VBD") for lemma in lemmas.get("VERB", ())):
            return False  # «set fire to it»
        if lemmas.keys() != {"VERB"} or word in lemmas["VERB"]:
            continue
        if at == 0 or not any(word in getInflection(lemma, "VBN") + getInflection(lemma, "VBG") for lemma in lemmas["VERB"]):
            return False  # «went»; «taken from the wreck» may follow a noun
    return True
