"""Published data sets as suites.

Each function takes the records of a published format as they are and makes a suite of them; `NAMED` reads them from
ONRECORD_DATA by name. The split is `eval.data.is_test`.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from importlib import resources
from typing import Any, Literal

from eval.data import digest, is_test, records
from eval.matching import normalised
from eval.records import Suite
from eval.suite import digest_of, from_records
from index import Article, UsageError

Row = Mapping[str, Any]
Split = Literal["test", "train", "all"]


def squad(rows: Iterable[Row], *, own_passage: bool = False) -> Suite:
    """SQuAD 1.1 and 2.0 (Rajpurkar et al. 2016, 2018): `id, title, question, context, answers, answerable`.

    All contexts are one corpus, so that retrieval matters; with `own_passage` each question brings its own context
    instead. Without it, an unanswerable question may be answered by another context and is left out.
    """
    contexts: dict[str, str] = {}
    found = []
    for row in rows:
        title = str(row["title"]).replace("_", " ")
        contexts.setdefault(row["context"], title)
        case: dict[str, Any] = {"id": row["id"], "question": row["question"], "tags": [f"title:{row['title']}"]}
        if row["answerable"]:
            answers = [answer for answer in dict.fromkeys(row["answers"]) if normalised(answer).strip()]
            if not answers:  # its one answer is «a», which can't be found
                continue
            case |= {"kind": "fact", "answers": [answers]}
        elif own_passage:
            case["kind"] = "unanswerable"
        else:
            continue
        if own_passage:
            case["articles"] = [{"text": row["context"], "title": title}]
        found.append(case)
    articles = () if own_passage else tuple(Article(text, title=title) for text, title in contexts.items())
    return from_records("squad-own-passage" if own_passage else "squad", found, articles)


def boolq(rows: Iterable[Row], name: str = "boolq") -> Suite:
    """Yes/no questions with a passage each, as BoolQ (Clark et al. 2019): `question, context, answer, title`.

    CondaQA (Ravichander et al. 2022) has the same shape; its DON'T KNOW is an unanswerable question, other labels are
    left out.
    """
    found = []
    for number, row in enumerate(rows):
        label = str(row["answer"]).casefold()
        case = {
            "id": f"{name}-{number}", "question": _question(row["question"]),
            "articles": [{"text": row["context"], "title": row.get("title")}],
        }  # fmt: skip
        if label in ("yes", "no"):
            found.append({**case, "kind": "yes_no", "verdict": label})
        elif label == "don't know":
            found.append({**case, "kind": "unanswerable"})
    return from_records(name, found)


def realtimeqa(articles: Iterable[Row], questions: Iterable[Row], checked: Iterable[str] = ()) -> Suite:
    """RealTimeQA (Kasai et al. 2023): articles with `url, title, text, source, published`, questions with
    `id, question, answer, docs, answerable`.

    Questions that are not answerable from their articles may be so from others: only those whose id is in `checked`,
    read by hand, count as unanswerable.
    """
    known = frozenset(checked)
    found = []
    taken: set[str] = set()
    for row in questions:
        if row["id"] in taken:  # a few ids stand twice in the published file
            continue
        taken.add(row["id"])
        case = {"id": row["id"], "question": row["question"], "tags": [f"week:{row['id'].split('_')[0]}"]}
        if row["answerable"]:
            found.append({**case, "kind": "fact", "answers": [row["answer"]]})
        elif row["id"] in known:
            found.append({**case, "kind": "unanswerable"})
    pile = tuple(
        Article(row["text"], title=row["title"], source=row.get("source"), url=row["url"], published=row.get("published"))
        for row in articles
    )
    return from_records("realtimeqa", found, pile)


def ramdocs(rows: Iterable[Row]) -> Suite:
    """RAMDocs (Wang et al. 2025): `question, documents, gold_answers, wrong_answers`. Each case brings its documents.

    Its score is `right`: all right answers are given and no wrong one. Two right answers are one question about two
    things of one name.
    """
    found = []
    for number, row in enumerate(rows):
        right = list(dict.fromkeys(row["gold_answers"]))
        wrong = [one for one in dict.fromkeys(row["wrong_answers"]) if one not in right]
        kinds = sorted({document["type"] for document in row["documents"]})
        found.append({
            "id": f"ramdocs-{number}", "question": row["question"], "kind": "conflict", "answers": right, "wrong": wrong,
            "articles": [{"text": document["text"]} for document in row["documents"] if document["text"].strip()],
            "tags": [f"{len(right)} right", *(kind for kind in kinds if kind != "correct")],
        })  # fmt: skip
    return from_records("ramdocs", found)


def multihop(queries: Iterable[Row], facts: Iterable[Row]) -> Suite:
    """MultiHop-RAG (Tang and Yang 2024): questions over several articles, and the gold sentences of these.

    The sentences of one title are one article of the corpus. `Insufficient information.` is unanswerable.
    """
    bodies: dict[str, list[str]] = {}
    for fact in facts:
        bodies.setdefault(fact["title"], []).append(fact["text"])
    found = []
    for row in queries:
        case: dict[str, Any] = {"id": f"multihop-{row['id']}", "question": row["question"], "tags": [row["kind"]]}
        answer = str(row["answer"]).strip()
        if row["kind"] == "null":
            case["kind"] = "unanswerable"
        else:
            verdict = answer.casefold() if answer.casefold() in ("yes", "no") else None
            case |= {"kind": "yes_no", "verdict": verdict} if verdict else {"kind": "fact", "answers": [answer]}
            case["evidence"] = [{"quote": one["fact"]} for one in row["evidence"]]
        found.append(case)
    articles = tuple(Article("\n\n".join(body), title=title) for title, body in bodies.items())
    return from_records("multihop", found, articles)


def follow_ups(rows: Iterable[Row], name: str = "canard") -> Suite:
    """Questions in a conversation with a person's rewriting, as CANARD (Elgohary et al. 2019) and TREC CAsT (Dalton et al.
    2020): `id, history, question, rewrite`, the history alternating from its first line.

    There is nothing to answer them from; what is measured is how the question was understood.
    """
    found = []
    for row in rows:
        lines = [str(line) for line in row["history"]]
        # CANARD's first two lines name the topic and the section before the first question: a pair like the others.
        pairs = [(lines[at], lines[at + 1] if at + 1 < len(lines) else "") for at in range(0, len(lines), 2)]
        if name != "canard":
            pairs = [(line, "") for line in lines]
        found.append({
            "id": row["id"], "question": row["question"], "standalone": row["rewrite"],
            "history": [pair for pair in pairs if pair[0].strip()],
        })  # fmt: skip
    return from_records(name, found)


def named(name: str, split: Split = "test") -> Suite:
    """A data set of ONRECORD_DATA as a suite. Raises UsageError for an unknown name, or without the data."""
    if name not in NAMED:
        raise UsageError(f"There is no suite {name!r}; one of {', '.join(NAMED)}, or the path of a suite.")
    make, files = NAMED[name]
    suite = replace(make(split), about={"split": split, **{file: digest(file) for file in files}})
    return replace(suite, name=name, digest=digest_of(suite))


SQUAD = "reading/squad.jsonl.gz"
REALTIME = ("news/realtimeqa_2022_articles.jsonl.gz", "news/realtimeqa_2022_questions.jsonl.gz")
BOOLQ, CONDAQA = "yes_no/boolq.jsonl.gz", "yes_no/condaqa.jsonl.gz"
RAMDOCS = "conflict/ramdocs.jsonl.gz"
MULTIHOP = ("news/multihop_rag_queries.jsonl.gz", "news/multihop_rag_facts.jsonl.gz")
CANARD, CAST = "follow_up/canard.jsonl.gz", "follow_up/trec_cast.jsonl.gz"


def checked_unanswerable() -> list[str]:
    """Ids of RealTimeQA questions that were read by hand and found unanswerable from all its articles."""
    text = resources.files("eval").joinpath("realtimeqa_checked.json").read_text("utf-8")
    found: list[str] = json.loads(text)["unanswerable"]
    return found


def _split(rows: Iterable[Row], group: Callable[[Row], str], split: Split) -> Iterator[Row]:
    return (row for row in rows if split == "all" or is_test(group(row)) == (split == "test"))


def _squad(split: Split) -> Suite:
    return squad(_split(records(SQUAD), lambda row: str(row["title"]), split))


def _squad_own(split: Split) -> Suite:
    return squad(_split(records(SQUAD), lambda row: str(row["title"]), split), own_passage=True)


def _boolq(split: Split) -> Suite:
    return boolq(_split(records(BOOLQ), lambda row: str(row["context"]), split))


def _condaqa(split: Split) -> Suite:
    return boolq(_split(records(CONDAQA), lambda row: str(row["context"]), split), "condaqa")


def _realtimeqa(split: Split) -> Suite:
    """All articles, whatever the split: a pile is searched whole."""
    chosen = _split(records(REALTIME[1]), lambda row: str(row["id"]).split("_")[0], split)
    return realtimeqa(records(REALTIME[0]), chosen, checked_unanswerable())


def _ramdocs(split: Split) -> Suite:
    return ramdocs(_split(records(RAMDOCS), lambda row: str(row["question"]), split))


def _multihop(split: Split) -> Suite:
    return multihop(_split(records(MULTIHOP[0]), lambda row: str(row["question"]), split), records(MULTIHOP[1]))


def _canard(split: Split) -> Suite:
    return follow_ups(_split(records(CANARD), lambda row: str(row["question"]), split))


def _cast(split: Split) -> Suite:
    return follow_ups(_split(records(CAST), lambda row: str(row["question"]), split), "cast")


NAMED: dict[str, tuple[Callable[[Split], Suite], tuple[str, ...]]] = {
    "realtimeqa": (_realtimeqa, REALTIME),
    "squad": (_squad, (SQUAD,)),
    "squad-own-passage": (_squad_own, (SQUAD,)),
    "boolq": (_boolq, (BOOLQ,)),
    "condaqa": (_condaqa, (CONDAQA,)),
    "ramdocs": (_ramdocs, (RAMDOCS,)),
    "multihop": (_multihop, MULTIHOP),
    "canard": (_canard, (CANARD,)),
    "cast": (_cast, (CAST,)),
}


def _question(text: str) -> str:
    """With a question mark: BoolQ's questions have none."""
    text = text.strip()
    return text if text.endswith("?") else f"{text}?"
