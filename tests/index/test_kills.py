"""Kills at random moments; `make soak` has two hundred."""

from pathlib import Path

from fake_embedder import FakeEmbedder
from killing import FILES, STORIES, kill_once, make_pile

from index import Index


def test_eight_kills_leave_a_whole_index_that_the_next_add_completes(folder: Path, tmp_path: Path) -> None:
    pile = make_pile(tmp_path / "pile")
    left = [kill_once(folder, pile, seed) for seed in range(8)]
    for seed in range(8, 16):  # on a busy machine a moment may be too short for any work
        if max(left) > 20:
            break
        left.append(kill_once(folder, pile, seed, longest=1.2 * (seed - 5)))
    assert max(left) > 20, "it was killed before it had done anything"
    with Index(folder, embedder_=FakeEmbedder()) as index:
        index.add(pile)
        assert len([article for article in index.articles() if not article.url]) == STORIES + FILES
        assert index.check().whole
