"""Made news sentences with questions that they answer yes, no, or not at all: a small grammar of how news says that
something happened, did not happen, or is left open. Names, offices and matters are drawn at random, so that nothing but
the words between them decides."""

from __future__ import annotations

import random
from collections.abc import Iterator
from functools import cache

from eval.data import is_test
from eval.training.examples import NEITHER, NO, YES, Example, Unit

DRAWN = 20000
"""Units; the question decides the split."""

_FIRST = ("Ana Maria Peter John Laura Ahmed Wei Fatima Carlos Elena Ivan Grace Omar Lucy Hans Ingrid Paul "
          "Rosa Kofi Amara Victor Nina Samuel Priya Diego Helen Marco Yuki Tariq Joanna Felix Irene Bruno "
          "Olga Stefan Leila").split()  # fmt: skip
_LAST = ("Keller Moreno Okafor Lindqvist Haddad Petrov Tanaka Brandt Osei Castillo Novak Fischer Mbeki "
         "Delgado Rahman Sorensen Walsh Ibarra Kowalski Demir Chandra Vogel Marsh Ortega Lund Farrell Abbas "
         "Whitlock Duarte Nakamura Bell Serrano Hale Pruitt Quinn Zeller Ames Boyd Carver Dunne").split()  # fmt: skip
_OFFICES = (
    "the finance minister;the mayor;the governor;the prime minister;the foreign secretary;the central bank;the union;"
    "the company;the airline;the city council;the court;the health ministry;the party leader;the committee;the board;"
    "the coach;the regulator;the school district;the opposition leader;the police chief;the agency;the president;"
    "the defence secretary;the treasury;the hospital;the railway;the club;the commission;the senator;the envoy"
).split(";")
_PLACES = ("Halden Norwick Brevia Castell Oren Marwick Lusia Tamora Verrin Ashby Kelmar Dorvale Pell Sandrin "
           "Corva Istran").split()  # fmt: skip

_MATTERS = {
    "plan": "the new stadium;a ban on diesel cars;the pension reform;the harbour bridge;a tax on sugar;the rail merger;"
    "the budget;the peace plan;the trade deal;a ceasefire;the housing bill;a second airport;the water treaty;the wage offer;"
    "the gas pipeline;the climate bill;the school closures;a curfew;new sanctions;the land sale;the data law;"
    "a hiring freeze;the nuclear plant;an early election;the rescue package;a fuel subsidy;the draft constitution;"
    "the evacuation order",
    "act": "send observers;raise taxes;close the border;sell the company;cut jobs;release the report;resign;run again;"
    "expel the diplomats;reopen the schools;pay the ransom;extradite the suspect;drop the charges;join the alliance;"
    "withdraw from the treaty;sign the agreement;meet the rebels;delay the vote;fire the coach;recall the cars;"
    "visit the capital;testify before parliament;publish the tapes;lift the sanctions;freeze the rents;apologize",
}

_DONE = ("approve reject announce cancel delay support oppose block sign abandon welcome criticize propose "
         "publish accept suspend endorse defend condemn veto drop back pass finance praise postpone revive "
         "challenge").split()  # fmt: skip
_OPPOSITE = (
    ("approve", "reject"), ("support", "oppose"), ("accept", "reject"), ("welcome", "condemn"), ("praise", "criticize"),
    ("pass", "veto"), ("endorse", "oppose"), ("sign", "veto"), ("back", "block"), ("defend", "criticize"),
    ("revive", "abandon"),
)  # fmt: skip
_DAYS = ("on Monday;on Tuesday;on Wednesday;on Thursday;on Friday;on Saturday;on Sunday;last week;"
         "this month;in March;late last year").split(";")  # fmt: skip

# {a} who, {v} base, {d} past, {p} participle, {g} -ing, {o} what, {b} somebody else, {w} something else, {t} when
_YES = (
    "{A} {d} {o} {t}.", "{A} has {p} {o}, officials said {t}.", "{O} was {p} by {a} {t}.",
    "After {g} {o}, {a} left for {c}.", "{A}, who {d} {o} {t}, said the matter was closed.",
    "In the end {a} did {v} {o}, despite warnings from {b}.", "{B} confirmed that {a} had {p} {o}.",
    "“We have {p} {o} and we stand by it,” {a} said.", "{A} went ahead and {d} {o}.",
    "Having first hesitated, {a} finally {d} {o} {t}.", "{A} admitted {g} {o}.", "It was {a} who {d} {o}, not {b}.",
    "{A} not only {d} {o} but also promised more.", "By {g} {o}, {a} surprised {b}.",
    "{A} made no secret of having {p} {o}.",
)  # fmt: skip
_NO = (
    "{A} did not {v} {o}.", "{A} has not {p} {o}, a spokeswoman said {t}.", "{A} stopped short of {g} {o}.",
    "{A} refused to {v} {o} {t}.", "{A} declined to {v} {o}.", "{A} has yet to {v} {o}.", "{A} avoided {g} {o}.",
    "{A} denied {g} {o}.", "{A} denied having {p} {o}.", "{A} backed away from {g} {o} {t}.", "{A} never {d} {o}.",
    "Contrary to first reports, {a} had not {p} {o}.", "{A} left {c} without {g} {o}.",
    "It was not {a} but {b} who {d} {o}.", "{A} failed to {v} {o}.", "{A} scrapped a plan to {v} {o}.",
    "“I have never {p} {o},” {a} said {t}.", "{A} resisted calls to {v} {o}.",
    "{A} held back from {g} {o}, to the surprise of {b}.", "{A} dismissed as false a report of having {p} {o}.",
    "Neither {a} nor {b} {d} {o}.", "{A} was careful not to {v} {o}.",
)  # fmt: skip
_OPEN = (
    "{A} is considering whether to {v} {o}.", "{B} urged {a} to {v} {o}.",
    "{A} may {v} {o}, two people close to the talks said.", "Asked whether to {v} {o}, {a} would not say.",
    "{B} {d} {o} {t}.", "{A} {d} {w} {t}.", "{B} called on {a} to {v} {o} {t}.", "It is not clear whether {a} {d} {o}.",
    "A report that {a} had {p} {o} could not be verified.", "{A} spoke about {o} in {c} {t}.",
    "{B} and {a} discussed {o} {t}.", "{A} did not answer questions about {o}.", "{B} wondered aloud if {a} would {v} {o}.",
    "{A} has until the end of the month to {v} {o}.", "Protesters in {c} gathered over {o}, and {a} kept silent.",
)  # fmt: skip
_ASKED_DONE = ("Did {a} {v} {o}?", "Has {a} {p} {o}?", "Was {o} {p} by {a}?", "{A} {d} {o}.", "Did {a} {v} {o}?")

# What somebody means to do: {x} is a bare act («send troops»), {xg} its -ing form.
_WILL_YES = (
    "{A} will {x}, a spokesman said {t}.", "{A} said {t} the decision to {x} was final.", "{A} vowed to {x}.",
    "{A} agreed to {x} {t}.", "{A} is set to {x} next month.", "{A} promised {b} to {x}.",
    "“We will {x}, and soon,” {a} said.", "{A} has decided to {x}.", "{A} pledged {t} to {x}.",
    "{A} plans to {x} by the summer.", "{A} committed to {xg}.",
)  # fmt: skip
_WILL_NO = (
    "{A} will not {x}, a spokesman said {t}.", "{A} ruled out {xg}.", "{A} has no plans to {x}.", "{A} refused to {x}.",
    "{A} rejected calls to {x}.", "“We are not going to {x},” {a} said {t}.", "{A} said {xg} was out of the question.",
    "{A} said {xg} was off the table.", "{A} vowed never to {x}.", "{A} abandoned plans to {x}.",
    "There is no way {a} would {x}, an aide said {t}.", "{A} decided against {xg}.",
    "{A} said {t} it would be wrong to {x} and that it will not happen.",
)  # fmt: skip
_WILL_OPEN = (
    "{A} did not rule out {xg}.", "{A} has not decided whether to {x}.", "{A} declined to say whether to {x}.",
    "{A} said {xg} remained on the table.", "{A} left open the possibility of {xg}.", "{A} is weighing whether to {x}.",
    "{B} will {x}, {a} said.", "{B} wants {a} to {x}.", "{A} stopped short of ruling out {xg}.",
    "{A} said all options, {xg} included, were being looked at.", "Pressure grew on {a} to {x}.",
    "{A} called {xg} unlikely but possible.",
)  # fmt: skip
_ASKED_WILL = ("Will {a} {x}?", "Does {a} plan to {x}?", "{A} will {x}.", "Is {a} going to {x}?", "Has {a} agreed to {x}?")
_ASKED_RULED = ("Did {a} rule out {xg}?", "Has {a} ruled out {xg}?", "Does {a} rule out {xg}?", "{A} ruled out {xg}.")
_ASKED_OPEN = ("Is {a} open to {xg}?", "Would {a} consider {xg}?", "Does {a} consider {xg}?")
_CONSIDER_YES = (*_WILL_OPEN[3:6], _WILL_OPEN[0], _WILL_OPEN[8], _WILL_OPEN[9], _WILL_OPEN[11], *_WILL_YES[:4])
_RULED_NO = (_WILL_OPEN[0], *_WILL_OPEN[3:5], _WILL_OPEN[8], _WILL_OPEN[9], _WILL_OPEN[11], *_WILL_YES[:4],
             "{A} said {xg} “cannot be excluded”.", "Pressed by {b}, {a} avoided a clear no to {xg}.",
             "{A} stepped back {t} from an earlier refusal of {xg}.")  # fmt: skip
_RULED_YES = (*_WILL_NO[:2], *_WILL_NO[5:9], "{A} excluded {xg}.", "{A} said {t} that {xg} would not happen.",
              "{A} flatly dismissed {xg}.", "For {a}, {xg} is not an option.")  # fmt: skip

# Attitudes: {x} as above.
_KEEN = (
    "{A} is eager to {x}.", "{A} is keen on {xg}.", "{A} can hardly wait to {x}, friends say.",
    "{A} has pushed hard for {xg}.", "{A} strongly favours {xg}.", "“I want to {x} as soon as I can,” {a} said.",
    "{A} has long argued for {xg}.", "{A} is enthusiastic about {xg}.",
)  # fmt: skip
_LOATH = (
    "{A} is reluctant to {x}.", "{A} has shown little appetite for {xg}.", "{A} is in no hurry to {x}.",
    "{A} is wary of {xg}.", "{A} strongly opposes {xg}.", "{A} has balked at {xg}.", "{A} has resisted {xg} for months.",
    "{A} sees no reason to {x}.", "“Why would we {x}?” {a} said {t}, shaking his head.",
    "{A} has been anything but eager to {x}.", "{A} warned against {xg}.", "The last thing {a} wants is to {x}.",
)  # fmt: skip
_ASKED_KEEN = ("Is {a} eager to {x}?", "Does {a} want to {x}?", "Is {a} in favour of {xg}?", "Does {a} support {xg}?",
               "Is {a} keen on {xg}?", "{A} wants to {x}.", "Is {a} willing to {x}?")  # fmt: skip
_ASKED_LOATH = ("Is {a} reluctant to {x}?", "Does {a} oppose {xg}?", "Is {a} against {xg}?",
                "{A} opposes {xg}.", "Is {a} wary of {xg}?")  # fmt: skip

_NEUTRAL = (
    "{B} will {x}, {a} said.", "{B} discussed {xg} with {a} {t}.", "{A} did not answer questions about {xg}.",
    "{A} said {t} that a report on {xg} was due.", "{B} asked {a} about {xg} in {c}.",
)  # fmt: skip

_FRAMES = (
    (_ASKED_DONE, "plan", _YES, _NO, _OPEN, 4.0),
    (_ASKED_WILL, "act", _WILL_YES, _WILL_NO, _WILL_OPEN, 2.0),
    (_ASKED_RULED, "act", _RULED_YES, _RULED_NO, (_WILL_OPEN[2], *_WILL_OPEN[6:8], _WILL_OPEN[10]), 2.0),
    (_ASKED_OPEN, "act", _CONSIDER_YES, (*_WILL_NO[:2], *_WILL_NO[6:9]), (_WILL_OPEN[2], *_WILL_OPEN[6:8]), 1.0),
    (_ASKED_KEEN, "act", _KEEN, _LOATH, _NEUTRAL, 1.5),
    (_ASKED_LOATH, "act", _LOATH, _KEEN, _NEUTRAL, 1.5),
)


def reports(rng: random.Random, testing: bool) -> Iterator[Unit]:
    """The made pairs."""
    for _ in range(DRAWN):
        example = made(rng)
        if is_test(example.question) == testing:
            yield (example,)


def made(rng: random.Random) -> Example:
    """One made question or claim with a made sentence, sometimes between two others on other matters."""
    asked, kind, *texts, _ = rng.choices(_FRAMES, [frame[-1] for frame in _FRAMES])[0]
    values = _drawn(rng, str(kind))
    question = rng.choice(asked).format(**values)
    stance = rng.choices((YES, NO, NEITHER), (2, 2, 1))[0]
    if asked is _ASKED_DONE and stance == NO and rng.random() < 0.3:
        sentence = _opposed(rng, values)
        question = rng.choice(asked).format(**values)
    else:
        sentence = rng.choice(texts[stance]).format(**values)
    if rng.random() < 0.3:
        other = _drawn(rng, "plan")
        aside = rng.choice((*_YES, *_NO)).format(**other)
        if other["a"] != values["a"] and other["o"] != values["o"]:
            sentence = f"{aside} {sentence}" if rng.random() < 0.5 else f"{sentence} {aside}"
    return Example(question, sentence, stance=stance)


def _opposed(rng: random.Random, values: dict[str, str]) -> str:
    """A sentence that the opposite happened; sets the verb of `values` to what it is the opposite of."""
    pair = list(rng.choice(_OPPOSITE))
    rng.shuffle(pair)
    other = values | _inflected(pair[0])
    values.update(_inflected(pair[1]))
    return rng.choice(_YES[:11]).format(**other)


def _drawn(rng: random.Random, kind: str) -> dict[str, str]:
    who = other = _actor(rng)
    while other == who:
        other = _actor(rng)
    values = {"a": who, "b": other, "c": rng.choice(_PLACES), "t": rng.choice(_DAYS)}
    if kind == "plan":
        matter, another = rng.sample(_matters(kind), 2)
        values |= {"o": matter, "w": another} | _inflected(rng.choice(_DONE))
    else:
        act = rng.choice(_matters(kind))
        verb, _, rest = act.partition(" ")
        values |= {"x": act, "xg": f"{_inflected(verb)['g']} {rest}".strip(), "o": act}
    return values | {name.upper(): text[:1].upper() + text[1:] for name, text in values.items() if name in "abo"}


def _matters(kind: str) -> list[str]:
    return _MATTERS[kind].split(";")


def _actor(rng: random.Random) -> str:
    name = rng.choice(_LAST)
    return rng.choice(
        (rng.choice(_OFFICES), name, f"{rng.choice(_FIRST)} {name}", f"{rng.choice(_OFFICES)} of {rng.choice(_PLACES)}")
    )


@cache
def _inflected(verb: str) -> dict[str, str]:
    from lemminflect import getInflection

    forms = {"d": "VBD", "p": "VBN", "g": "VBG"}
    return {"v": verb} | {name: getInflection(verb, tag)[0] for name, tag in forms.items()}
