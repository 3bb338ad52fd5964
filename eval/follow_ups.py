"""How well follow-up questions are understood: `python -m eval.follow_ups` (needs ONRECORD_DATA). Prints the tables.

CANARD (Elgohary et al. 2019) and TREC CAsT (Dalton et al. 2020): F1 of the content words added, against those a person
added, as `metrics.understood_f1`. Doing nothing and appending the last turn stand beside ours. Questions that need no word
added are told apart: those must stay as they are.

SQuAD: questions that name their article's subject, asked again with a pronoun in its place behind another question that
names it. How much of what retrieval loses by that does understanding bring back?
"""

from __future__ import annotations

import argparse
import random
import re
from collections import Counter
from collections.abc import Callable, Iterator, Sequence

from assistant.followup import standalone
from assistant.understand import understand
from eval.data import is_test, records
from eval.intervals import mean
from eval.metrics import understood_f1
from eval.published import named
from eval.records import Case
from index import Article, Index, terms

Understood = Callable[[str, Sequence[tuple[str, str]]], str]

SHOWN = 5
"""The passage that answers must be among the first so many."""
SYSTEMS: dict[str, Understood] = {
    "as it stands": lambda question, history: question,  # noqa: ARG005
    "with the last turn": lambda question, history: f"{question} {' '.join(history[-1])}" if history else question,
    "On Record": lambda question, history: understand(question, history),
}
KINDS = (
    ("he, she", r"\b(?:he|him|his|she|her|hers)\b"),
    ("it", r"\b(?:it|its)\b"),
    ("they", r"\b(?:they|them|their)\b"),
    ("this, that", r"\b(?:this|that|these|those)\b"),
    ("else, other", r"\b(?:else|other|another|more)\b"),
    ("a word or two", r"^\W*(?:\w+\W+){0,2}\w+\W*$"),
)
"""What makes a question a follow-up; the first that fits."""


def main(arguments: Sequence[str] | None = None) -> None:
    """The command."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--split", choices=("test", "train"), default="test")
    parser.add_argument("--questions", type=int, default=300, help="made from SQuAD, at most (default 300)")
    options = parser.parse_args(arguments)
    print("| data set | questions | as it stands | with the last turn | On Record |")
    print("|---|---|---|---|---|")
    for name in ("canard", "cast"):
        cases = named(name, options.split).cases
        needing = [case for case in cases if _needs(case)]
        alone = [case for case in cases if not _needs(case)]
        print(_row(name, cases))
        print(_row(f"{name}, words missing", needing))
        kept = sum(understand(case.question, case.history) == case.question for case in alone)
        print(f"\n{name}: {kept} of {len(alone)} questions that miss nothing stay as they are.\n")
        for kind, _ in (*KINDS, ("nothing of these", "")):
            part = [case for case in needing if kind_of(case.question) == kind]
            if part:
                print(_row(f"{name}: {kind}", part))
    print()
    print(recovery(options.split, options.questions))


def _row(name: str, cases: Sequence[Case]) -> str:
    cells = []
    for system in SYSTEMS.values():
        scores = [f1(case, system(case.question, case.history)) for case in cases]
        found = mean(scores)
        assert found is not None
        cells.append(f"{found.value:.3f} ({found.low:.3f} to {found.high:.3f})")
    return f"| {name} | {len(cases):,} | {' | '.join(cells)} |"


def f1(case: Case, understood: str) -> float:
    """As `metrics.understood_f1`."""
    from assistant import Answer
    from eval.metrics import Outcome

    score = understood_f1(case, Outcome(Answer(case.question, understood, "not_on_record")))
    assert score is not None
    return score


def kind_of(question: str) -> str:
    """What makes a question a follow-up, by `KINDS`."""
    return next((kind for kind, pattern in KINDS if re.search(pattern, question, re.I)), "nothing of these")


def _needs(case: Case) -> bool:
    return bool(set(terms.content_words(case.standalone or "")) - set(terms.content_words(case.question)))


def made(split: str) -> Iterator[tuple[str, str, str, str]]:
    """(question before, whole question, the same with a pronoun, context that answers) from SQuAD."""
    by_title: dict[str, list[tuple[str, str]]] = {}
    words: dict[str, Counter[str]] = {}
    for row in records("reading/squad.jsonl.gz"):
        if row["answerable"] and is_test(row["title"]) == (split == "test"):
            by_title.setdefault(row["title"], []).append((row["question"].strip(), row["context"]))
            words.setdefault(row["title"], Counter()).update(re.findall(r"\b(?:he|she|it)\b", row["context"].casefold()))
    for title, rows in by_title.items():
        name = re.sub(r"_\(.*", "", title).replace("_", " ")
        # What an article calls its subject: people are «he» or «she» oftener than anything there is «it».
        pronoun = words[title].most_common(1)[0][0] if words[title] else "it"
        owner = {"he": "his", "she": "her", "it": "its"}[pronoun]
        naming = [row for row in rows if re.search(rf"\b{re.escape(name)}\b", row[0]) and not row[0].startswith(name)]
        for at, (question, context) in enumerate(naming):
            before = naming[at - 1][0]
            possessive = re.sub(rf"\b(?:the )?{re.escape(name)}['’]s\b", owner, question, count=1)
            whole = re.sub(rf"\b(?:the )?{re.escape(name)}\b", pronoun, question, count=1)
            asked = possessive if possessive != question else whole
            if before != question and name not in asked:
                yield before, question, asked, context


def recovery(split: str, most: int) -> str:
    """A sentence with the shares of questions whose passage is found: whole, with the pronoun, understood."""
    rows = list(made(split))
    random.Random(0).shuffle(rows)
    rows = rows[:most]
    contexts = list(dict.fromkeys(
        row["context"] for row in records("reading/squad.jsonl.gz") if is_test(row["title"]) == (split == "test")
    ))  # fmt: skip
    found = {"whole": 0, "pronoun": 0, "understood": 0}
    with Index.temporary([Article(context) for context in contexts]) as index:
        for before, whole, asked, context in rows:
            for kind, question in (
                ("whole", whole), ("pronoun", asked), ("understood", standalone(asked, [(before, "", None)]))
            ):  # fmt: skip
                hits = index.search(question, SHOWN)
                found[kind] += any(" ".join(hit.text.split()) in " ".join(context.split()) for hit in hits)
    lost, back = found["whole"] - found["pronoun"], found["understood"] - found["pronoun"]
    shares = {kind: f"{count / len(rows):.3f}" for kind, count in found.items()}
    return (
        f"SQuAD, {split} titles, {len(rows)} questions over {len(contexts):,} passages, the right one among the first "
        f"{SHOWN}: whole {shares['whole']}, with a pronoun {shares['pronoun']}, understood {shares['understood']}; "
        f"{back / lost:.2f} of what was lost is back."
    )


if __name__ == "__main__":
    main()
