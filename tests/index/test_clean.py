"""Cleaning, rule by rule: an article with something on it, and what is left."""

import pytest

from index.clean import clean
from index.records import Metadata, Removed

STORY = (
    "The council of Harwick voted on Monday to close the old swimming hall, although residents wanted a repair.\n\n"
    "“The roof can’t be saved,” the mayor, Ines Dahl, told the meeting."
)
ENDING = "The hall was opened in 1962 by the old king himself."


def cleaned(body: str, **metadata: str) -> str:
    return clean(body, Metadata(**metadata)).text


def taken(body: str) -> list[tuple[str, str]]:
    return [(part.rule, part.text) for part in clean(body, Metadata()).removed]


def test_a_plain_article_stays_as_it_is() -> None:
    found = clean(STORY, Metadata())
    assert (found.text, found.removed, found.metadata) == (STORY, (), Metadata())


# -- wrapping ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("head", "tail"),
    [("[{“content”: “", "”}]"), ('[[{"value":"', '"}]]'), ('{"text": "', '"}'), ("[[“", "”]]")],
)
def test_remains_of_a_broken_json_export_are_taken_off(head: str, tail: str) -> None:
    found = clean(f"{head}{STORY}{tail}", Metadata())
    assert found.text == STORY
    assert {part.rule for part in found.removed} == {"serialisation"}


def test_a_text_that_opens_with_an_honest_bracket_keeps_it() -> None:
    text = "[Editor] Ines Dahl spoke to the press.\n\n(See the map.)"
    assert cleaned(text) == text


@pytest.mark.parametrize("marks", ["“`", '"', "”", "''"])
def test_a_stray_quotation_mark_leaves_the_headline(marks: str) -> None:
    found = clean(f"Harwick closes its hall {marks}\n\n{STORY}", Metadata())
    assert found.text == f"Harwick closes its hall\n\n{STORY}"
    assert found.removed == (Removed(23, marks, "stray quotation mark"),)


def test_a_quotation_keeps_its_marks() -> None:
    text = "“It is over,” she said. “Go home.”\n\n'Never!' he cried, and ’twas late."
    assert cleaned(text) == text


def test_french_quotation_marks_stand_apart_and_stay() -> None:
    text = "« Non », dit le maire.\n\nElle répondit : « Oui. »"
    assert cleaned(text) == text


def test_literal_escapes_become_what_they_stand_for() -> None:
    assert (
        cleaned(r"Hall closes\n\nThe mayor said \"no\" at the caf\u00e9.")
        == 'Hall closes\n\nThe mayor said "no" at the café.'
    )


def test_line_breaks_of_every_kind_are_paragraphs() -> None:
    assert cleaned("One came.\r\n\r\nTwo went.\rThree stayed.\u2028Four slept.") == (
        "One came.\n\nTwo went.\n\nThree stayed.\n\nFour slept."
    )


def test_hard_wrapped_mail_is_put_together_again() -> None:
    mail = (
        "From the council we learn that the old hall is to be closed before\n"
        "the winter, as its roof could not be repaired at a price that this\n"
        "town can pay, and that a new hall will be built by the harbour.\n\n"
        "The mayor was sad."
    )
    assert cleaned(mail) == (
        "From the council we learn that the old hall is to be closed before the winter, as its roof could not be repaired "
        "at a price that this town can pay, and that a new hall will be built by the harbour.\n\nThe mayor was sad."
    )


def test_lines_of_a_list_are_not_put_together() -> None:
    text = "- two hundred kilos of the best bread in the town\n- three hundred litres of milk from the farms nearby"
    assert cleaned(text) == text.replace("\n", "\n\n")


def test_html_entities_are_read_and_ampersands_stay() -> None:
    assert cleaned("Dahl &amp; Sons paid &pound;5 to AT&T &#8220;today&#8221;, R&D; said.") == (
        "Dahl & Sons paid £5 to AT&T “today”, R&D; said."
    )


def test_mojibake_is_mended() -> None:
    assert cleaned("The mayor\u00e2\u20ac\u2122s caf\u00c3\u00a9 closed.") == "The mayor’s café closed."


def test_invisible_and_control_characters_go_and_joiners_stay() -> None:
    assert (
        cleaned("The coun\u00adcil\u200b \x00vo\x07ted.\ufeff 👩\u200d🔬 می\u200cخواهم")
        == "The council voted. 👩\u200d🔬 می\u200cخواهم"
    )


# -- repeats -------------------------------------------------------------------------------------------------------


def test_headline_and_standfirst_printed_twice_stand_once() -> None:
    top = "Harwick closes its hall\n\nResidents wanted a repair instead of a closure"
    found = clean(f"{top}\n\n{top}\n\n{STORY}", Metadata())
    assert found.text == f"{top}\n\n{STORY}"
    assert found.metadata.title == "Harwick closes its hall"
    assert {part.at for part in found.removed} == {len(top)}


def test_a_repeated_paragraph_goes() -> None:
    assert cleaned(f"{STORY}\n\n{ENDING}\n\n{STORY}") == f"{STORY}\n\n{ENDING}"


def test_a_repeated_short_reply_and_repeated_list_items_stay() -> None:
    again = '"No," he said.\n\nLocation: York\n\n- 1 cup of the finest white flour'
    text = f"Was it safe?\n\n{again}\n\nWas it warm?\n\n{again}"
    assert cleaned(text) == text


def test_the_cut_off_beginning_of_a_paragraph_goes() -> None:
    teaser = "The council of Harwick voted on Monday to close..."
    assert cleaned(f"{teaser}\n\n{STORY}") == STORY


# -- furniture -----------------------------------------------------------------------------------------------------

TEASERS = """More from The Ledger

•

Town buys a red bus

A red bus in the depot

•

School gets a new roof

Pupils under the new roof"""


def test_a_block_of_teasers_at_the_end_goes() -> None:
    assert cleaned(f"{STORY}\n\n{TEASERS}") == STORY
    assert [text for _, text in taken(f"{STORY}\n\n{TEASERS}")] == TEASERS.split("\n\n")


def test_teasers_in_the_middle_do_not_take_the_story_with_them() -> None:
    block = "Related stories\n\n- Town buys a red bus\n\n- School gets a new roof"
    after = "Dahl said that a new hall would be built by the harbour before the end of next year, at a cost of four million."
    assert cleaned(f"{STORY}\n\n{block}\n\n{after}") == f"{STORY}\n\n{after}"


@pytest.mark.parametrize(
    ("rule", "line"),
    [
        ("related stories", "Read more: Town buys a red bus"),
        ("related stories", "See also — School gets a new roof"),
        ("call to action", "Sign up for our newsletter to get stories like this in your inbox."),
        ("call to action", "Subscribe to The Ledger today."),
        ("call to action", "Follow us on Facebook and Instagram."),
        ("call to action", "Follow along here."),
        ("call to action", "Advertisement"),
        ("call to action", "© 2025 The Harwick Ledger. All rights reserved."),
        ("call to action", "5 min read"),
        ("picture credit", "The empty hall in March. Photo: Ann Lee/Northern Agency"),
        ("picture credit", "The mayor at the hall. (AP Photo/Jo Park)"),
        ("picture credit", "Ines Dahl in Harwick last year. Ann Lee/Getty Images"),
        ("bare marker", "* * *"),
    ],
)
def test_a_line_of_furniture_goes_and_the_story_around_it_stays(rule: str, line: str) -> None:
    found = clean(f"{STORY}\n\n{line}\n\n{ENDING}", Metadata())
    assert found.text == f"{STORY}\n\n{ENDING}"
    assert found.removed == (Removed(len(STORY), line, rule),)


@pytest.mark.parametrize(
    "line",
    [
        "“There is no plan to sell the hall,” a spokesman told Reuters.",
        "The minister confirmed the figures to AFP.",
        "The theft was caught on video by a neighbour.",
        "Most shared the mayor’s view of the hall.",
        "More from the mayor is expected on Friday.",
        "More — much more — was lost in the fire, she said.",
        "Published in 1962, her first novel sold slowly.",
        "By continuing the strike, the union rejected the council’s policy.",
        "Sign up to the plan or leave, the mayor told them.",
        "Follow the money, the prosecutor told the court.",
        "Ida Berg is a reporter for The Ledger who was in the hall when its roof fell.",
        "Photographs of the hall were shown to the jury.",
    ],
)
def test_a_sentence_of_the_story_stays_though_it_begins_or_ends_like_furniture(line: str) -> None:
    assert cleaned(f"{STORY}\n\n{line}\n\n{ENDING}") == f"{STORY}\n\n{line}\n\n{ENDING}"


def test_notes_about_the_author_go_from_the_end() -> None:
    notes = "Ida Berg is a reporter for The Ledger, covering town halls.\n\nTom Lind contributed reporting."
    assert cleaned(f"{STORY}\n\n{notes}") == STORY
    assert {rule for rule, _ in taken(f"{STORY}\n\n{notes}")} == {"author note"}


def test_a_syndication_footer_tells_headline_and_outlet() -> None:
    found = clean(f"{STORY}\n\nThe post Harwick closes its hall appeared first on The Ledger.", Metadata())
    assert found.text == STORY
    assert found.metadata == Metadata(title="Harwick closes its hall", source="The Ledger")


def test_what_a_footer_tells_wins_over_the_first_line() -> None:
    body = f"A line that stands on top\n\n{STORY}\n\nThe post Harwick closes its hall appeared first on The Ledger."
    assert clean(body, Metadata()).metadata.title == "Harwick closes its hall"


def test_the_place_of_everything_removed_is_a_seam() -> None:
    found = clean(f"{STORY}\n\nAdvertisement\n\n{ENDING}\n\n5 min read", Metadata())
    assert found.seams == (len(STORY), len(found.text))
