"""A quotation by «he» is quoted with the sentence that says who he is."""

import pytest

from assistant.quotations import is_bare, stretches
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


def _cut(*parts: str) -> tuple[Hit, tuple[Sentence, ...]]:
    """A passage of these sentences; a part that begins with a line break opens a paragraph."""
    text, found = "", []
    for part in parts:
        text += ("" if not text else "\n\n" if part.startswith("\n") else " ") + part.lstrip("\n")
        found.append(Sentence(len(text) - len(part.lstrip("\n")), len(text)))
    return Hit("a", None, None, None, text, 0, len(text), 1.0), tuple(found)


def _together(hit: Hit, sentences: tuple[Sentence, ...], seams: tuple[int, ...] = ()) -> list[str]:
    return sorted({hit.text[start:end] for start, end in stretches(hit, sentences, seams).values()})


@pytest.mark.parametrize(
    ("parts", "together"),
    [
        (("“Was it arson?", "No.", "It was a cable,” Ott said.", "He left."), ["“Was it arson? No. It was a cable,” Ott said."]),
        (('"We will not close.', 'We will not cut.", Marsh told them.'.replace('."', ',"')), ['"We will not close. We will not cut,", Marsh told them.']),
        (('She said: "No.', 'That is over."'), ['She said: "No. That is over."']),
        (("The board met.", "“It is over.", "We go home,” she said."), ["The board met. “It is over. We go home,” she said."]),
        (("“One opens.", "It goes on.", "\n“Two closes,” Ott said."), ["“One opens. It goes on."]),
        (("A 6-foot-2\" man.", "He ran."), ["A 6-foot-2\" man. He ran."]),
        (("No marks.", "None here."), []),
        (("“Open.", *["On it goes and goes."] * 9, "End,” she said."), []),
    ],
)  # fmt: skip
def test_a_quotation_is_not_cut_within_its_marks(parts: tuple[str, ...], together: list[str]) -> None:
    assert _together(*_cut(*parts)) == together


def test_a_quotation_is_not_joined_over_what_was_removed() -> None:
    hit, sentences = _cut("“Was it arson?", "No.", "It was a cable,” Ott said.")
    assert _together(hit, sentences, (sentences[1].start,)) == []


def _sentences() -> tuple[Sentence, ...]:
    parts = ["The minister ruled it out.", "“It won't happen,” she said.", "“Never,” she added.", "The council met."]
    return tuple(Sentence(TEXT.index(part), TEXT.index(part) + len(part)) for part in parts)


def test_a_quotation_goes_with_the_sentence_before_it_and_no_further() -> None:
    hit = Hit("a", None, None, None, TEXT, 0, len(TEXT), 1.0)
    both = (0, TEXT.index(" “Never"))
    assert stretches(hit, _sentences(), []) == {0: both, both[1] - len("“It won't happen,” she said."): both}


def test_no_stretch_spans_what_was_removed() -> None:
    hit = Hit("a", None, None, None, TEXT, 0, len(TEXT), 1.0)
    assert stretches(hit, _sentences(), [TEXT.index("“It won't")]) == {}


def test_an_answer_quotes_both() -> None:
    from assistant import Assistant

    text = (
        "The harbor authority of Sandwick met on Tuesday.\n\nIts director ruled out a night ferry to Tern Island.\n\n"
        "“There will be no boat after dark,” she told reporters.\n\nThe town council was not asked."
    )
    with Index.temporary([Article(text, title="Sandwick harbor authority meets")]) as index:
        answer = Assistant(index).answer("Did the director rule out a night ferry to Tern Island?")
    assert any("ruled out a night ferry" in one.quote and "no boat after dark" in one.quote for one in answer.citations)
