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
        ("picture credit", "The hall, emptied, on Friday. (Harwick Ledger/R. Sund)"),
        ("picture credit", "A shadow on the water. Ann Lee via The Ledger"),
        ("page machinery", "Video Ad Feedback Mayor shows the empty hall 03:40 - Source: CNN"),
        ("page machinery", "JUST WATCHED Hall closes Replay More Videos ... MUST WATCH Hall closes 02:12"),
        ("page machinery", "Photos: The hall Swimmers leave on the last day. Hide Caption 20 of 226"),
        ("page machinery", "View this post on Instagram"),
        ("page machinery", "2h ago"),
        ("page machinery", "This story has been updated with additional details and reaction."),
        ("page machinery", "This is a breaking news story and will be updated."),
        ("related stories", "More:The bus to the sea costs more"),
        ("related stories", ">> READ MORE: The bus to the sea"),
        ("torn link", "Roof trouble:Why the halls of the county are falling in"),
        ("torn link", "What will it cost?:Here is what the council says about it."),
        (
            "request to the reader",
            "Get Ledger Health's weekly newsletter Sign up here to get The Tide every Tuesday from our team.",
        ),
        ("request to the reader", "(You can get “Five Things” delivered to your inbox daily. Sign up here.)"),
        ("request to the reader", "How much do you pay for a swim? Share your thoughts with The Ledger on the form below."),
        ("request to the reader", "Follow Ledger reporter Ann Lee on Twitter."),
        ("request to the reader", "Contact Ann Lee at 555-010-7788 or alee@ledger.example. Follow her on Twitter @annlee."),
        (
            "request to the reader",
            "This content is not shown because of your cookie settings. To view it, please change your cookie preferences.",
        ),
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
        "Residents can sign up for updates on the repair at the council's office.",
        "You can sign up for lessons at the new hall from May, at four pounds each.",
        "We will alert you, the mayor told the swimmers, and you can sign up for e-mail updates.",
        "“Sign up for our newsletter and you will never swim alone again,” the mayor said.",
        "The mayor shared a clip at 03:40 from an unnamed source: CNN",
        "CORRECTION: An earlier version of this story gave the wrong year.",
        "This story has been updated to correct the name of the mayor.",
        'Quote:"No, but eleven other guys did." -- the mayor, on the roof',
        "The mayor said:The hall will be closed before the winter comes",
        "Monday:Rain at first, then sunshine over Harwick",
        "The poll (more: twelve of thirty) was close, and the council voted on Monday.",
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


# -- requests, links and stamps beside the article's words -------------------------------------------------------------


@pytest.mark.parametrize(
    ("rule", "line", "cut"),
    [
        ("request in a paragraph", "{} (Click here to view)", "(Click here to view)"),
        ("request in a paragraph", "{} (Sign up here)", "(Sign up here)"),
        (
            "request in a paragraph",
            "{} Sign up for our newsletter to hear more.",
            "Sign up for our newsletter to hear more.",
        ),
        ("link in a paragraph", "{} READ MORE: The bus to the sea", "READ MORE: The bus to the sea"),
        ("link in a paragraph", "{} (Read more: The bus to the sea)", "(Read more: The bus to the sea)"),
    ],
)
def test_what_stands_in_a_paragraph_is_cut_and_the_paragraph_stays(rule: str, line: str, cut: str) -> None:
    whole = "The council of Harwick voted on Monday to close the old swimming hall before the winter."
    found = clean(f"{STORY}\n\n{line.format(whole)}\n\n{ENDING}", Metadata())
    assert found.text == f"{STORY}\n\n{whole}\n\n{ENDING}"
    assert [(part.rule, part.text) for part in found.removed] == [(rule, cut)]


@pytest.mark.parametrize("head", ["CNN —\n\n", "(CNN) ", "(Reuters) - ", "Ann Lee and Jo Park\n\nSpecial for USA TODAY\n\n"])
def test_the_outlets_stamp_before_the_text_goes(head: str) -> None:
    found = clean(f"{head}{STORY}", Metadata())
    assert found.text == STORY
    assert {part.rule for part in found.removed} == {"outlet's stamp"}


@pytest.mark.parametrize(
    "head", ["LONDON —", "London CNN —", "The Ledger", "(Harwick) The hall is closed to swimmers for good."]
)
def test_a_place_before_the_text_stays(head: str) -> None:
    assert cleaned(f"{head}\n\n{STORY}") == f"{head}\n\n{STORY}"


def test_a_run_of_entries_with_lost_spaces_is_a_list() -> None:
    rows = "\n\n".join(f"Band {name}:Playing the big stage on the last night" for name in "ABCD")
    assert rows in cleaned(f"{STORY}\n\n{rows}\n\n{ENDING}")


def test_how_to_reach_somebody_in_the_middle_is_the_articles() -> None:
    line = "Contact The Beach Institute at 555-010-8868 or engage@beach.example."
    after = "\n\n".join(f"Paragraph {n} tells of the hall and the sea." for n in range(6))
    assert line in cleaned(f"{STORY}\n\n{line}\n\n{after}")


def test_an_agencys_long_caption_goes() -> None:
    caption = (
        "HARWICK - MAY 2: "
        + "The mayor stands in the empty hall with the swimmers. " * 8
        + "(Photo by Ann Lee/Getty Images) Ann Lee/Getty Images"
    )
    assert cleaned(f"{STORY}\n\n{caption}\n\n{ENDING}") == f"{STORY}\n\n{ENDING}"


def test_contributors_and_a_wires_initials_go_from_the_end() -> None:
    end = "Contributing: Ann Lee, The Ledger; The Associated Press\n\nba/lm"
    assert cleaned(f"{STORY}\n\n{ENDING}\n\n{end}") == f"{STORY}\n\n{ENDING}"
