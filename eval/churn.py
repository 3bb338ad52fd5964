"""How an index grows while its articles change: `python -m eval.churn`.

Every day a share of the articles gets a new text, is taken down or comes anew; printed are the sizes of the record and
of Chroma's files. Vectors are random and cost nothing, because it is sizes that are measured.
"""

from __future__ import annotations

import argparse
import random
import re
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import numpy.typing as npt

from index import Article, Index, split_sentences

SAMPLES = Path(__file__).parent / "samples" / "articles"
SENTENCES = 14
"""Of an article: some 2,000 characters, three passages."""
DIMENSIONS = 384


class RandomEmbedder:
    """`index.embed.Embedder` of random unit vectors: equal texts get equal ones."""

    name = "random"
    max_tokens = 256

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        """Words and marks."""
        return [len(re.findall(r"\w+|[^\w\s]", text)) for text in texts]

    def encode_passages(self, texts: Sequence[str]) -> npt.NDArray[np.float32]:
        """(n, DIMENSIONS) float32, unit length."""
        rows = [np.random.default_rng(zlib.crc32(text.encode())).standard_normal(DIMENSIONS) for text in texts]
        found: npt.NDArray[np.float32] = np.array([row / np.linalg.norm(row) for row in rows], dtype=np.float32)
        return found

    def encode_sentences(self, texts: Sequence[str]) -> npt.NDArray[np.float32]:
        """As passages."""
        return self.encode_passages(texts)

    def encode_query(self, text: str) -> npt.NDArray[np.float32]:
        """One vector."""
        vector: npt.NDArray[np.float32] = self.encode_passages([text])[0]
        return vector


@dataclass
class Pile:
    """Made-up articles: sentences of the samples in random order, each article under an address of its own."""

    draw: random.Random
    sentences: list[str] = field(default_factory=lambda: list(_sample_sentences()))
    made: int = 0

    def fresh(self) -> Article:
        """An article that was never there."""
        self.made += 1
        return self.changed(f"https://news.example/{self.made}")

    def changed(self, url: str) -> Article:
        """Another text at an address."""
        text = " ".join(self.draw.sample(self.sentences, SENTENCES))
        return Article(text, title=f"Story at {url}", source="Example", url=url)


def _sample_sentences() -> Iterator[str]:
    for path in sorted(SAMPLES.glob("*.md")):
        text = path.read_text("utf-8").split("---")[-1]
        yield from (text[start:end] for start, end in split_sentences(text, ()))


def one_day(index: Index, pile: Pile, share: float) -> None:
    """Three fifths of the changes are new texts, one fifth goes, one fifth comes."""
    articles = index.articles(with_text=False)
    chosen = pile.draw.sample(articles, round(len(articles) * share * 4 / 5))
    gone = chosen[: len(chosen) // 4]
    index.add([pile.changed(article.url or "") for article in chosen[len(gone) :]])
    index.remove([article.id for article in gone])
    index.add([pile.fresh() for _ in gone])


def sizes(folder: Path) -> tuple[float, float, float]:
    """MB of the record, of Chroma's database, and of Chroma's graph."""
    record = sum(file.stat().st_size for file in folder.glob("record.sqlite3*"))
    chroma = [(file, file.stat().st_size) for file in (folder / "chroma").rglob("*") if file.is_file()]
    database = sum(size for file, size in chroma if file.name.startswith("chroma.sqlite3"))
    return record / 1e6, database / 1e6, (sum(size for _, size in chroma) - database) / 1e6


def main() -> None:
    """Prints a row a day."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--articles", type=int, default=400)
    parser.add_argument("--days", type=int, default=30)
    parser.add_argument("--share", type=float, default=0.05, help="of the articles that change in a day")
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    pile = Pile(random.Random(given.seed))
    print("  day  articles  passages  record, MB  Chroma's database, MB  Chroma's graph, MB", flush=True)
    with TemporaryDirectory() as scratch, Index(Path(scratch) / "churn.index", embedder_=RandomEmbedder()) as index:
        index.add([pile.fresh() for _ in range(given.articles)])
        for day in range(given.days + 1):
            if day:
                one_day(index, pile, given.share)
            record, database, graph = sizes(index.path)
            counts = f"{day:5}  {len(index.articles(with_text=False)):8,}  {index.passage_count():8,}"
            print(f"{counts}  {record:10.2f}  {database:21.2f}  {graph:18.2f}", flush=True)


if __name__ == "__main__":
    main()
