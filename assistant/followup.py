"""Follow-ups made standalone: pronouns, «when was that?», «what about ...?», «who else?», from the conversation alone.

A question is changed only where it points outside itself. What it points to is looked for in the questions before it (as
they were understood) and in what was answered, the latest first. There is no grammar here, only closed classes of words.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import lru_cache

from assistant.words import BODY_OR_PLACE
from index import terms

MAX_TOPIC_WORDS = 8
MAX_TAKING_UP = 4
"""Content words of a question that takes up «the bill» and says no more of it."""
MAX_SHORT_ANSWER = 60
"""Characters; a longer answer is no name."""
MAX_QUESTION_CHARS = 200
"""A longer turn of a conversation is no question."""
_AUXILIARY = r"(?:is|are|was|were|am|do|does|did|has|have|had|can|could|will|would|shall|should|may|might|must)(?:n['’]t)?"
_WH = r"(?:who|whom|whose|what|when|where|why|which|how(?: (?:much|many|long|old|often|far))?)"
_CONNECTIVE = re.compile(r"^(?:and|but|so|or|then|also|ok(?:ay)?|well)\b,? ", re.I)
_BARE = re.compile(rf"^(?P<wh>{_WH})(?: (?:so|exactly|not|then))?\s*\??$", re.I)
_THAT_EVENT = re.compile(
    rf"^(?P<wh>when|where|why|how) (?:{_AUXILIARY}) (?:that|this|it)"
    r"(?: (?:happen|be|done|decided|said|announced|take place))?\s*\??$",
    re.I,
)
_ELSE = re.compile(r"^(?P<wh>who|what|where|when|how|why|any(?:one|body|thing|where))(?: else)(?P<rest>\b.*?)\s*\??$", re.I)
_ABOUT = re.compile(r"^(?:what|how) about (?P<what>.+?)\s*\??$", re.I)
_AND = re.compile(r"^(?:and|or) (?:(?:in|on|at|for|by|from|to) )?(?P<what>[^?]{2,60}?)\s*\??$", re.I)
_NAME = re.compile(r"[A-ZÀ-Þ0-9][\w’'&.-]*(?:(?: (?:of|de|van|von|the|and|&|for|der|la|al))* [A-ZÀ-Þ][\w’'&.-]*)*")
_NUMBER_NAME = re.compile(r"^\d")
_PERSONAL = {
    "he": "he", "him": "he", "his": "he", "himself": "he", "she": "she", "her": "she", "hers": "she", "herself": "she",
    "it": "it", "its": "it", "itself": "it", "they": "they", "them": "they", "their": "they", "theirs": "they",
    "themselves": "they",
}  # fmt: skip
_POSSESSIVE = frozenset({"his", "its", "their"})
_POINTING = re.compile(
    r"\b(?P<word>he|him|his|himself|she|her|hers|it|its|they|them|their|theirs)\b(?!['’](?:ll|d|ve)\b)", re.I
)
_THIS = re.compile(
    rf"\b(?:about|of|for|to|after|before|with|by|from|on|like|since|{_AUXILIARY}) (?P<word>this|that|these|those)\b"
    r"(?= *\?|,|\.|$| (?:mean|happen|affect|cause|work|come|take|make|\w+ed|\w+en)\b)",
    re.I,
)
_THIS_NOUN = re.compile(r"\b(?:this|that|these|those|the same|such) (?P<noun>[a-z]{3,})\b", re.I)
_THERE = re.compile(
    r"(?<!is )(?<!are )(?<!was )(?<!were )\bthere\b(?= *\?|,|\.| (?:in|on|to|for|and|when|at|after|before)\b)", re.I
)
_OTHER = re.compile(r"\b(?:other|another|any more|anything more)\b", re.I)
_EXPLETIVE = re.compile(
    r"\b(?:is|was|would|will|be|does|did|has|make|made|makes) it (?:\w+ )?(?:true|possible|likely|clear|legal|"
    r"safe|known|take|cost|rain\w*|"
    r"that|important|necessary|common|difficult|hard|easy|mean to)\b|\bit (?:takes?|is (?:\w+ )?(?:that|to))\b|time is it",
    re.I,
)
_DEED = re.compile(
    r"^did (?:(?:the|a|an) )?(?:[A-ZÀ-Þ][\w’'.-]* ?)+ ?(?:[a-z]+ (?=[a-z]+ ))??(?P<verb>[a-z]+)\b(?P<rest>.*)$"
)
"""«did Keller say about the bridge», and who says it."""
_JOINED = re.compile(r"(?:\b(?:and|if|when|because|although|that)\b|[,;?])", re.I)
_SPEECH = (
    "say|says|said|tell|told|think|call|called|meet|met|resign|want|promise|ask|claim|deny|announce|describe|reject|rule|do"
)
_WITHIN = r"(?:in|at|near|across|inside|outside|into|around)"
_EXISTS = re.compile(r"\b(?:is|are|was|were) there\b|\bthere (?:is|are|was|were)\b", re.I)
_PLACE = re.compile(r"\b(?:in|at|to|from|near|around) (?P<name>(?:the )?[A-ZÀ-Þ][\w’'.-]+(?: [A-ZÀ-Þ][\w’'.-]+)*)")
_OPENING = re.compile(
    rf"^(?:{_WH}|{_AUXILIARY}|tell me|describe|explain|name|list|give me|the|a|an|in|on|at|i|please)\b", re.I
)
_CHUNK_BREAK = re.compile(
    rf"^(?:{_WH}|{_AUXILIARY}|tell|me|us|about|describe|explain|give|name|list|more|some|any|please|there|i|you|we|he|she|it|they|his|her|its|"
    r"their|my|your|our|that|this|these|those|by|with|from|to|into|if|when|than|as|so|such|become|became|get|got|happen\w*|say|said|"
    r"told|mean\w*|know\w*|learn|work\w*|use[ds]?|called|cause[ds]?|make|made|do|done|go|went|come|came|like|want\w*|need\w*)$",
    re.I,
)
_INSIDE = frozenset("of the a an and for in 's".split())


@dataclass
class _Spoken:
    """What a conversation has named so far, latest last."""

    names: list[str] = field(default_factory=list)
    people: list[str] = field(default_factory=list)
    """Those of the names that may be a person's; of one question, whom it asks of comes last."""
    answered: list[str] = field(default_factory=list)
    """Names in answers."""
    topics: list[str] = field(default_factory=list)
    """Runs of content words in questions, names included."""
    last: list[str] = field(default_factory=list)
    """The runs of the last question that named any."""
    places: list[str] = field(default_factory=list)
    bound: dict[str, str] = field(default_factory=dict)
    """What «he», «she», «it» and «they» have meant: what was spoken of stays the subject until another one is named."""
    words: set[str] = field(default_factory=set)
    question: str = ""
    """The last one, standalone."""


def standalone(question: str, history: Sequence[tuple[str, str, str | None]]) -> str:
    """The question as it would be asked without the conversation; the question itself when it points to nothing.

    `history`: (question, answer in words, the question as it was understood or None), oldest first.
    """
    spoken = _Spoken()
    for asked, answered, understood in history:
        before = dict(spoken.bound)
        resolved = _resolved(asked, spoken)
        pointed = resolved != asked and (
            spoken.bound != before or any(spoken.bound.get(kind, resolved) in resolved for kind in before)
        )
        _hear(spoken, understood or resolved, answered, pointed=pointed)
    return _resolved(question, spoken) if spoken.question else question


def _hear(spoken: _Spoken, question: str, answer: str, *, pointed: bool) -> None:
    """Takes in one turn. `pointed`: it spoke of what was spoken of before, which stays the subject."""
    if len(question) > MAX_QUESTION_CHARS:  # no question: something that was said in between
        question, answer = spoken.question, f"{question} {answer}"
    spoken.question = question
    spoken.answered += names(answer)
    found = [topic for topic in topics(question) if not _taken_up(topic, spoken)]
    if found and not pointed and not _EXISTS.search(question):
        spoken.bound.pop("it", None)
        spoken.bound.pop("they", None)
    new = [name for name in names(question) if not _no_person(name) and name not in spoken.bound.values()]
    if any(re.search(rf"\b(?:{_AUXILIARY}|about) {re.escape(name)}", question) for name in new):
        spoken.bound.pop("he", None)
        spoken.bound.pop("she", None)
    if re.match(r"who\b", question, re.I) and len(answer) <= MAX_SHORT_ANSWER:
        for name in names(f", {answer}")[:1]:  # who was asked for is who is spoken of
            spoken.bound |= {"he": name, "she": name}
    spoken.names += names(question)
    spoken.people += sorted(
        (
            name
            for name in names(question)
            if not _no_person(name) and not re.search(rf"\b{_WITHIN} (?:the )?{re.escape(name)}", question)
        ),
        key=lambda name: bool(re.search(rf"\b{_AUXILIARY} (?:the )?{re.escape(name)}", question, re.I)),
    )
    spoken.topics += found
    spoken.last = found or spoken.last
    spoken.places += [match["name"] for text in (question, answer) for match in _PLACE.finditer(text)]
    spoken.words |= set(terms.content_words(question)) | set(terms.content_words(answer))


def _taken_up(topic: str, spoken: _Spoken) -> bool:
    """Whether a run of words («the test») takes up what was spoken of rather than naming something new."""
    return bool(spoken.question) and topic.startswith("the ") and len(terms.content_words(topic)) == 1


def _no_person(name: str) -> bool:
    return bool(BODY_OR_PLACE.search(name) or _NUMBER_NAME.match(name))


def _resolved(question: str, spoken: _Spoken) -> str:
    if not spoken.question:
        return question
    text = question.strip()
    for rule in (_bare, _else, _about):
        found = rule(text, spoken)
        if found:
            return found
    text = _CONNECTIVE.sub("", text)
    changed = _completed(_pointed(text, spoken), spoken)
    if changed != text:
        return _asked(changed)
    return question


def _completed(text: str, spoken: _Spoken) -> str:
    """The text with a last name written out, when a question before gave the whole one: «Keller» -> «Rosa Keller»."""
    for name in names(text):
        whole = {one for one in spoken.names if one.endswith(f" {name}") and 2 <= len(one.split()) <= 3}
        if len(whole) == 1 and not _NUMBER_NAME.match(name):
            full = whole.pop()
            if full not in text:
                return re.sub(rf"\b{re.escape(name)}\b", full, text, count=1)
    return text


# -- what is left out --------------------------------------------------------------------------------------------------


def _bare(text: str, spoken: _Spoken) -> str | None:
    """«Why?», «When was that?»: the last question again, asked for this."""
    plain = _CONNECTIVE.sub("", text)
    match = _BARE.match(plain) or _THAT_EVENT.match(plain)
    if not match:
        return None
    rest = _clause(spoken.question)
    if re.match(r"who (?:is|are|was|were|has|have|had) ", spoken.question, re.I):  # the subject was asked for
        who = spoken.bound.get("he")
        helper, _, predicate = rest.partition(" ")
        rest = f"{helper} {who} {predicate}" if who else rest
    return _asked(f"{match['wh']} {rest}") if rest else None


def _else(text: str, spoken: _Spoken) -> str | None:
    """«Who else?»: the last question again; with words of its own it is a question about the same topic."""
    match = _ELSE.match(_CONNECTIVE.sub("", text))
    if not match:
        return None
    if not match["rest"].strip():
        rest = _clause(spoken.question)
        deed = _DEED.match(rest)
        if deed and match["wh"].casefold() in ("who", "anyone", "anybody") and _is_verb(deed["verb"]):
            return _asked(f"who else {_past(deed['verb'])}{deed['rest']}")
        return _asked(f"{match['wh']} else {rest}") if rest else None
    changed = _pointed(text, spoken)
    if changed != text or names(match["rest"]):
        return None
    return _with_topic(text, spoken)


def _about(text: str, spoken: _Spoken) -> str | None:
    """«What about Vance?», «And in 2020?»: the last question with this in the place of its like."""
    match = _ABOUT.match(_CONNECTIVE.sub("", text)) or _AND.match(text)
    if len(spoken.question) > MAX_QUESTION_CHARS:
        return None
    if not match or re.search(rf"\b{_AUXILIARY}\b", match["what"], re.I) or re.match(_WH, match["what"], re.I):
        return None
    what = re.sub(r"^(?:the )?(?:in|on|at|for|by|with) ", "", match["what"])
    what = _pointed(what, spoken)
    new = names(what)
    old = names(spoken.question)
    if new:
        like = [name for name in old if bool(_NUMBER_NAME.match(name)) == bool(_NUMBER_NAME.match(new[0]))]
        like = [name for name in like if bool(BODY_OR_PLACE.search(name)) == bool(BODY_OR_PLACE.search(new[0]))] or like
        if like:
            # The one asked of comes first: «What did Hegseth say about Kyiv?» - «And Vance?»
            return _asked(spoken.question.replace(like[0], what, 1))
    return _asked(f"{spoken.question.rstrip('?. ')} {what}") if len(what.split()) <= MAX_TOPIC_WORDS else None


def _clause(question: str) -> str:
    """A question from its auxiliary on, for another question word: «What did Vance say?» -> «did Vance say»."""
    text = question.strip().rstrip("?. ")
    match = re.search(rf"(?:^|(?<= )){_AUXILIARY}\b", text, re.I)
    if match is None:
        return ""
    if match.start() and not re.match(_WH, text, re.I):
        return ""
    rest = re.sub(r"\bsay about\b", "speak about", text[match.start() :])
    # «Who rejected it»: the question word was the subject; there is no auxiliary to begin with.
    return rest[:1].lower() + rest[1:]


# -- what points elsewhere ---------------------------------------------------------------------------------------------


def _pointed(text: str, spoken: _Spoken) -> str:
    """The text with its pronouns resolved."""
    found = text
    expletive = [match.span() for match in _EXPLETIVE.finditer(text)]
    for match in _POINTING.finditer(text):
        word = match["word"].casefold()
        kind = _PERSONAL[word]
        own = names(text[: match.start()])
        if kind in ("he", "she") and any(not _no_person(name) for name in own):
            continue  # «Did Keller say she ...»: meant within the question
        if kind == "it" and any(start <= match.start() < end for start, end in expletive):
            continue
        if kind == "they" and own:
            continue
        if kind in ("it", "they") and _JOINED.search(text[: match.start()]) and next(topics(text[: match.start()]), None):
            continue  # «What is the bill and when will it pass?»
        meant = _meant(kind, spoken, text)
        if not meant:
            continue
        after = text[match.end() :].lstrip()
        before_noun = bool(re.match(r"[a-z]{3,}", after)) and not _CHUNK_BREAK.match(re.split(r"\W", after)[0])
        owns = word in _POSSESSIVE or (word == "her" and before_noun)
        new = f"{meant}’s" if owns and not meant.endswith(("’s", "'s")) else meant
        found = f"{text[: match.start()]}{new}{text[match.end() :]}"
        spoken.bound[kind] = meant
        break
    if found == text and (place := _THERE.search(text)) and spoken.places:
        found = f"{text[: place.start()]}in {spoken.places[-1]}{text[place.end() :]}"
    if found == text and (this := _THIS.search(text)):
        meant = _meant("it", spoken, text)
        if meant:
            found = f"{text[: this.start('word')]}{meant}{text[this.end('word') :]}"
    if found == text and not names(text):
        pointing = any(match["noun"] not in terms.STOPWORDS for match in _THIS_NOUN.finditer(text))
        if pointing or _OTHER.search(text) or _takes_up(text, spoken):
            return _with_topic(text, spoken) or text
    return found


def _takes_up(text: str, spoken: _Spoken) -> bool:
    """Whether the text names by «the ...» what was spoken of before."""
    if len(terms.content_words(text)) > MAX_TAKING_UP:
        return False
    return any(terms.fold(match[1]) in spoken.words for match in re.finditer(r"\bthe ([a-z]{3,})\b", text))


def _with_topic(text: str, spoken: _Spoken) -> str | None:
    """The text with what the conversation is about at its end."""
    topic = spoken.names[-1] if spoken.names else (spoken.topics[-1] if spoken.topics else None)
    if not topic or topic.casefold() in text.casefold():
        return None
    return _asked(f"{text.rstrip('?. ')} ({topic})")


def _meant(kind: str, spoken: _Spoken, text: str) -> str | None:
    """What a pronoun in `text` stands for: the first candidate that the text doesn't name itself."""
    held = text.casefold()
    return next((one for one in _candidates(kind, spoken) if one.casefold() not in held), None)


def _candidates(kind: str, spoken: _Spoken) -> Iterator[str]:
    """What a pronoun may stand for, likeliest first: what it has meant, then the last question, then what came before."""
    if kind in spoken.bound:
        yield spoken.bound[kind]
        return
    others = {meant for other, meant in spoken.bound.items() if other in ("he", "she")}
    if kind in ("he", "she"):
        for pool in (spoken.people, spoken.answered):
            yield from (_fullest(name, spoken) for name in reversed(pool) if not _no_person(name) and name not in others)
        return
    asked = names(spoken.question)
    if kind == "they":
        people = [name for name in asked if not _no_person(name)]
        if len(people) == 2:
            yield " and ".join(people)
    if kind == "it" and (thing := _thing(spoken.question)):
        yield thing
    found = [re.sub(r" in \d{4}$", "", topic) for topic in spoken.last if topic not in others]
    yield from (topic for topic in reversed(found) if topic.startswith(("the ", "a ", "an ")))
    # Who says or meets somebody is a person; another name is likelier meant than a bare word.
    yield from (name for name in asked if name not in others and not _NUMBER_NAME.match(name) and not _speaks(name, spoken))
    yield from reversed(found)
    yield from (topic for topic in reversed(spoken.topics) if topic not in others)
    yield from (name for name in reversed(spoken.names) if name not in others and not _NUMBER_NAME.match(name))


def _speaks(name: str, spoken: _Spoken) -> bool:
    return bool(re.search(rf"\b{re.escape(name)} (?:{_SPEECH})\b", spoken.question))


def _thing(question: str) -> str | None:
    """The last name in a question that is nobody's: «the University of Brevia», «the Tolland Bridge», «in Brevia»."""
    found = [
        name for name in names(question)
        if (BODY_OR_PLACE.search(name) or re.search(rf"\b(?:the|{_WITHIN}) {re.escape(name)}(?![’'])", question))
        and not _NUMBER_NAME.match(name)
    ]  # fmt: skip
    return _with_article(found[-1], question) if found else None


def _with_article(name: str, question: str) -> str:
    """The name with what belongs to it: «the Tolland Bridge», «the Averly stand collapse»."""
    whole = next((topic for topic in topics(question) if name in topic), name)
    return whole if len(whole.split()) <= len(name.split()) + 3 else name


def _fullest(name: str, spoken: _Spoken) -> str:
    """The longest form of a name that was used: «Keller» -> «Rosa Keller»."""
    longer = [one for one in [*spoken.names, *spoken.answered] if one.endswith(f" {name}") and len(one.split()) <= 4]
    return max(longer, key=len, default=name)


def names(text: str) -> list[str]:
    """The names in a text, in order: runs of capitalised words. The first word counts only when it opens no question."""
    found = []
    for match in _NAME.finditer(text):
        name = match.group().rstrip(".,’'")
        name = re.sub(r"[’']s$", "", name)
        if match.start() == 0 or text[: match.start()].rstrip().endswith((".", "?", "!", "“", '"')):
            name = _OPENING.sub("", name).strip()
        if (
            name
            and (name[0].isupper() or (name[0].isdigit() and len(name) == 4))
            and terms.fold(name) not in terms.STOPWORDS
        ):
            found.append(name)
    return found


def topics(question: str) -> Iterator[str]:
    """Runs of words that a question may be about, in order."""
    run: list[str] = []
    before = subject_of = ""
    for word in [*re.findall(r"[\w’'&.-]+", question.rstrip("?. ")), "?"]:
        low = word.casefold().rstrip(".")
        breaks = word == "?" or bool(_CHUNK_BREAK.match(low)) or (low in terms.STOPWORDS and low not in _INSIDE)
        opens = bool(re.fullmatch(rf"{_AUXILIARY}|{_WH}", before, re.I))
        if not run:
            subject_of = before if opens else ""
        # «did Keller meet Brandt», «were hurt in ...», «who runs the ...»: a verb behind its subject or what opens it.
        if word.islower() and _is_verb(low) and (opens or (subject_of and [one for one in run if one != "the"])):
            breaks = True
        fresh = low in ("the", "a", "an") and run and run[-1].casefold() not in _INSIDE
        before = word
        if not breaks and not fresh:
            run.append(word)
            continue
        found = _trimmed(run)
        if found:
            yield found
        run = [] if breaks else [word]


def _trimmed(run: list[str]) -> str | None:
    """The run without loose words at its ends; None when nothing is left that could be named."""
    words = list(run)
    while words and words[0].casefold() in _INSIDE - {"the"}:
        words.pop(0)
    while words and words[-1].casefold() in _INSIDE:
        words.pop()
    return " ".join(words) if words and words != ["the"] and len(words) <= MAX_TOPIC_WORDS and _is_thing(words[-1]) else None


@lru_cache(maxsize=4096)
def _is_verb(word: str) -> bool:
    from lemminflect import getAllLemmas

    return word.isalpha() and "VERB" in getAllLemmas(word)


@lru_cache(maxsize=4096)
def _is_thing(word: str) -> bool:
    """Whether a word may be a noun: a name, a word that the dictionary has as one, or one that it hasn't at all."""
    if not word.isalpha() or word[0].isupper():
        return True
    from lemminflect import getAllLemmas

    found = getAllLemmas(word)
    return "NOUN" in found or not found


def _past(verb: str) -> str:
    from lemminflect import getInflection

    return str(getInflection(verb, "VBD")[0])


def _asked(text: str) -> str:
    text = text.strip().rstrip("?. ")
    return f"{text[:1].upper()}{text[1:]}?"
