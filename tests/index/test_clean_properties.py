"""What holds for cleaning whatever the article: nothing is lost, nothing moves, nothing is reworded."""

import re

from hypothesis import given, settings
from hypothesis import strategies as st

from index.clean import CHAIN, Cleaned, clean
from index.records import Metadata
from index.rules_wrapping import normalised

WORDS = st.sampled_from(
    "council mayor Harwick voted closed hall roof money the a of on Monday Friday said it winter".split()
)
SENTENCES = st.lists(WORDS, min_size=1, max_size=14).map(lambda words: " ".join(words).capitalize() + ".")
FURNITURE = st.sampled_from(
    ["Read more: Another story", "Related", "More from The Ledger", "•", "- an item", "Sign up for our newsletter today.",
     "The hall. Photo: Ann Lee/Agency", "* * *", "Ida Berg is a reporter for The Ledger.", "A headline without a stop “`",
     "The post A hall appeared first on The Ledger.", "Advertisement", '[{"value": "It began', 'It ended"}]',
     '"No," he said.', "The council voted on Monday to close the..."]
)  # fmt: skip
PARAGRAPHS = st.one_of(st.lists(SENTENCES, min_size=1, max_size=3).map(" ".join), FURNITURE)
ARTICLES = st.tuples(st.lists(PARAGRAPHS, max_size=12), st.sampled_from(["\n\n", "\n", "\r\n"])).map(
    lambda p: p[1].join(p[0])
)


def words(text: str) -> list[str]:
    return re.findall(r"\w+", text)


def put_back(found: Cleaned) -> str:
    """The article with every removed stretch at its place."""
    rows, last = [], 0
    for part in found.removed:
        rows += [found.text[last : part.at], part.text]
        last = part.at
    return "\n".join([*rows, found.text[last:]])


@settings(max_examples=100, deadline=None)
@given(ARTICLES)
def test_what_stays_and_what_goes_are_the_whole_article_in_order(body: str) -> None:
    found = clean(body, Metadata())
    assert words(put_back(found)) == words(body)


@settings(max_examples=100, deadline=None)
@given(st.text(max_size=300))
def test_the_same_holds_for_any_text(body: str) -> None:
    found = clean(body, Metadata())
    assert words(put_back(found)) == words(normalised(body))


@settings(max_examples=60, deadline=None)
@given(ARTICLES)
def test_every_removal_has_a_place_in_the_text_and_a_rule(body: str) -> None:
    found = clean(body, Metadata())
    places = [part.at for part in found.removed]
    assert places == sorted(places)
    assert all(0 <= at <= len(found.text) for at in places)
    assert {part.rule for part in found.removed} <= {name for name, _ in CHAIN}
    assert found.text == found.text.strip()


@settings(max_examples=60, deadline=None)
@given(ARTICLES)
def test_normalising_a_normal_text_changes_nothing(body: str) -> None:
    assert normalised(normalised(body)) == normalised(body)
