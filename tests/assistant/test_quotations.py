"""A quotation by «he» is quoted with the sentence that says who he is."""

import pytest

from assistant.quotations import introduced, is_bare
from index import Article, Hit, Index, Sentence


@pytest.mark.parametrize(
    ("sentence", "bare"),
    [
        ("“It won't happen,” she said.", True),
        ('"It won\'t happen," she told the council.', True),
        ("“It won't happen,” said he.", True),
        ("“It won't happen.”", True),
        ("“A sentence of hers,” he said, “and its end.”", True),
        ("“It won't happen,” the minister said.", False),
        ("“It won't happen,” Ms. Aldous said.", False),
        ("“Silver Fleece” won the show in Harwick on Monday.", False),
        ("She said it won't happen.", False),
        ("“It won't happen,” she said, adding that the harbor belonged to the town.", False),
        ("", False),
    ],
)
def test_what_names_no_speaker(sentence: str, bare: bool) -> None:
    assert is_bare(sentence) is bare


TEXT = "The minister ruled it out. “It won't happen,” she said. “Never,” she added. The council met."


def _sentences() -> tuple[Sentence, ...]:
    parts = ["The minister ruled it out.", "“It won't happen,” she said.", "“Never,” she added.", "The council met."]
    return tuple(Sentence(TEXT.index(part), TEXT.index(part) + len(part)) for part in parts)


def test_a_quotation_goes_with_the_sentence_before_it_and_no_further() -> None:
    hit = Hit("a", None, None, None, TEXT, 0, len(TEXT), 1.0)
    both = (0, TEXT.index(" “Never"))
    assert introduced(hit, _sentences(), []) == {0: both, both[1] - len("“It won't happen,” she said."): both}


def test_no_stretch_spans_what_was_removed() -> None:
    hit = Hit("a", None, None, None, TEXT, 0, len(TEXT), 1.0)
    assert introduced(hit, _sentences(), [TEXT.index("“It won't")]) == {}


def test_an_answer_quotes_both() -> None:
    from assistant import Assistant

    text = (
        "The harbor authority of Sandwick met on Tuesday.\n\nIts director ruled out a night ferry to Tern Island.\n\n"
        "“There will be no boat after dark,” she told reporters.\n\nThe town council was not asked."
    )
    with Index.temporary([Article(text, title="Sandwick harbor authority meets")]) as index:
        answer = Assistant(index).answer("Did the director rule out a night ferry to Tern Island?")
    assert any("ruled out a night ferry" in one.quote and "no boat after dark" in one.quote for one in answer.citations)
