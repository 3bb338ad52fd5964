"""How well copies of a story are told from other stories: `python -m eval.copies`. Prints the tables.

Built pairs: each of our own articles beside changed versions of itself, and beside articles that only share words with it.
With ONRECORD_DATA also 200 articles of its news, and pairs of them that a person judged (`copies.jsonl`: whether the
shorter text is the other's text, edited, cut, continued or taken from it; of all pairs within a week whose likeness is .7
or more, without pages that hold no article).
"""

from __future__ import annotations

import json
import random
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import frontmatter

from eval.data import records
from index import UsageError, copies

HERE = Path(__file__).parent
SEED = 20250301
EDITED = 14
"""One word of so many is another one in an edited copy."""
OTHER_WORDS = "however officials later reportedly around several nearly announced local earlier".split()


@dataclass(frozen=True)
class Pair:
    """Two texts and whether they are copies."""

    kind: str
    one: str
    other: str
    copies: bool


def own_articles() -> list[str]:
    """The texts of the articles that ship with the project."""
    return [
        frontmatter.load(str(path)).content
        for suite in ("samples", "newsroom")
        for path in sorted((HERE / suite / "articles").glob("*.md"))
    ]


def built(texts: Sequence[str], seed: int = SEED) -> Iterator[Pair]:
    """Copies made of each text, and as many pairs that are none."""
    rng = random.Random(seed)
    for at, text in enumerate(texts):
        other, third = (texts[(at + step) % len(texts)] for step in (len(texts) // 2, len(texts) // 3))
        paragraphs, strange = _paragraphs(text), _paragraphs(other)
        yield Pair("small edits", text, edited(text, rng), True)
        yield Pair("cut to its first half", text, "\n\n".join(paragraphs[: max(1, len(paragraphs) // 2)]), True)
        yield Pair("two paragraphs added", text, "\n\n".join([*strange[:1], *paragraphs, *strange[-1:]]), True)
        yield Pair("names spelled otherwise", text, respelled(text), True)
        yield Pair("in a longer piece", text, "\n\n".join([*strange, *paragraphs, *_paragraphs(third)]), True)
        cut = paragraphs[: max(1, 3 * len(paragraphs) // 4)]
        yield Pair("cut, edited, continued", text, edited("\n\n".join([*cut, *strange[:1]]), rng), True)
        yield Pair("another story", text, other, False)
        yield Pair("one paragraph in common", text, "\n\n".join([*paragraphs[:1], *strange]), False)
        quarter = paragraphs[: max(1, len(paragraphs) // 4)]
        yield Pair("a quarter in common", text, "\n\n".join([*quarter, *strange, *_paragraphs(third)]), False)
        yield Pair("the same words in another order", text, shuffled(text, rng), False)


def _paragraphs(text: str) -> list[str]:
    return [one for one in re.split(r"\n\s*\n", text) if one.strip()]


def edited(text: str, rng: random.Random) -> str:
    """With one word of `EDITED` replaced, left out or doubled by another."""
    found = []
    for word in re.split(r"(\s+)", text):
        if word.strip() and rng.random() < 1 / EDITED:
            word = rng.choice(("", rng.choice(OTHER_WORDS), f"{rng.choice(OTHER_WORDS)} {word}"))
        found.append(word)
    return "".join(found)


def respelled(text: str) -> str:
    """Every name with its vowels changed, as transliterations differ."""
    shift = str.maketrans("aeiou", "eiyua")
    return re.sub(r"(?<=[a-z,] )[A-ZÀ-Þ][\w’-]+", lambda found: found[0].translate(shift), text)


def shuffled(text: str, rng: random.Random) -> str:
    """The same words in another order."""
    words = text.split()
    rng.shuffle(words)
    return " ".join(words)


def judged() -> Iterator[Pair]:
    """The pairs of real articles that a person judged."""
    texts = {row["url"]: row["text"] for row in records("news/realtimeqa_2022_articles.jsonl.gz")}
    for line in (HERE / "copies.jsonl").read_text("utf-8").splitlines():
        row = json.loads(line)
        yield Pair("judged by hand", texts[row["one"]], texts[row["other"]], bool(row["copies"]))


def table(pairs: Sequence[Pair]) -> tuple[list[str], float, float]:
    """Lines of a table by kind, and precision and recall over all."""
    lines = ["| pairs | copies | told to be copies |", "|---|---|---|"]
    said = [copies.alike(pair.one, pair.other) for pair in pairs]
    for kind, true in dict.fromkeys((pair.kind, pair.copies) for pair in pairs):
        told = [one for one, pair in zip(said, pairs, strict=True) if (pair.kind, pair.copies) == (kind, true)]
        lines.append(f"| {kind} | {'yes' if true else 'no'} | {sum(told)} of {len(told)} |")
    right = sum(one and pair.copies for one, pair in zip(said, pairs, strict=True))
    return lines, right / max(1, sum(said)), right / max(1, sum(pair.copies for pair in pairs))


def main() -> None:
    """The command."""
    sets = {"our own articles": list(built(own_articles()))}
    try:
        rows = list(records("news/realtimeqa_2022_articles.jsonl.gz"))
    except UsageError as error:
        print(error)
    else:
        chosen = random.Random(SEED).sample([row["text"] for row in rows if len(row["text"].split()) > 100], 200)
        sets |= {"200 real articles": list(built(chosen)), "real pairs": list(judged())}
    for name, pairs in sets.items():
        lines, precision, recall = table(pairs)
        print(f"\n{name}: precision {precision:.3f}, recall {recall:.3f} ({len(pairs):,} pairs)\n", *lines, sep="\n")


if __name__ == "__main__":
    main()
