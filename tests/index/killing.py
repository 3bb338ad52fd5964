"""A process that adds, changes and removes articles without end, killed at random moments; what it leaves must be whole."""

from __future__ import annotations

import json
import multiprocessing
import random
import signal
import time
from multiprocessing.connection import Connection
from pathlib import Path

from fake_embedder import FakeEmbedder

import index
import index.build
import index.vectors
from index import Article

STORIES, FILES = 120, 12
_started = multiprocessing.get_context("forkserver")
# What the killed process needs is imported once, and each of them is forked from there.
_started.set_forkserver_preload(["chromadb", "fake_embedder", "index.build", "index.vectors", "index.index"])


def work(folder: Path, pile: Path, seed: int, ready: Connection) -> None:
    """What is killed. It never ends by itself."""
    index.build.BATCH_PASSAGES = 8
    index.vectors.LEAST_DROPPED, index.vectors.DROPPED = 60, 0.3  # so that the copy is made anew within a run
    draw = random.Random(seed)
    files = sorted((pile / "files").glob("*.txt"))
    with index.Index(folder, embedder_=FakeEmbedder()) as opened:
        ready.send("ready")
        while True:
            opened.add(pile / "stories.jsonl")
            opened.add([Article(_story(f"u{n}", draw), url=f"https://news.example/{n}") for n in draw.sample(range(30), 6)])
            for file in draw.sample(files, 3):
                fresh = file.with_suffix(".new")
                fresh.write_text(_story(file.stem, draw))
                fresh.replace(file)
                opened.add(file)
            ids = [article.id for article in opened.articles(with_text=False)]
            opened.remove(draw.sample(ids, min(15, len(ids))))


def _story(name: str, draw: random.Random) -> str:
    """Words that no other story has: a search shows one of several copies, and here each is looked for."""
    return (
        f"Story {name} tells of w{name}x. " + " ".join(f"{draw.getrandbits(40):x}" for _ in range(draw.randrange(240))) + "."
    )


def make_pile(place: Path) -> Path:
    """Stories in one export, and files of one story each."""
    (place / "files").mkdir(parents=True)
    stories = [{"text": f"Story {n} tells of w{n}x. " + f"It goes on for line {n}. " * (n % 40)} for n in range(STORIES)]
    (place / "stories.jsonl").write_text("\n".join(map(json.dumps, stories)))
    for n in range(FILES):
        (place / "files" / f"f{n}.txt").write_text(f"Story f{n} tells of wf{n}x.")
    return place


def kill_once(folder: Path, pile: Path, seed: int, longest: float = 1.2) -> int:
    """Lets the process work for a moment, `longest` seconds at most, and kills it; what is left must be whole.

    Returns how many articles there are.
    """
    draw = random.Random(seed)
    ours, theirs = _started.Pipe()
    process = _started.Process(target=work, args=(folder, pile, seed, theirs))
    process.start()
    assert ours.poll(60) and ours.recv() == "ready"
    time.sleep(draw.uniform(0, longest))
    process.kill()
    process.join()
    assert process.exitcode == -signal.SIGKILL, "it failed by itself"
    with index.Index(folder, embedder_=FakeEmbedder()) as opened:
        told = opened.check()
        assert told.whole, (seed, [fault.text for fault in told.faults])
        articles = opened.articles()
        assert len({article.text for article in articles}) == len(articles), "one is doubled"
        urls = [article.url for article in articles if article.url]
        assert len(set(urls)) == len(urls), "an older version is still current"
        for article in draw.sample(articles, min(3, len(articles))):
            word = article.text.split()[4].rstrip(".")
            assert any(hit.article_id == article.id for hit in opened.search(word, k=200)), (seed, word, article)
    return len(articles)
