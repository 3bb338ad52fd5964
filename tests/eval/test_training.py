"""What the reader is trained on and by, without any data set."""

from __future__ import annotations

import json
import math
import random
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from eval.data import is_held, is_test
from eval.reader_table import average_precision
from eval.training import reports, sentences
from eval.training.alterations import Vocabulary, names_of, swapped
from eval.training.curve import SHOWN
from eval.training.curve import draw as draw_curve
from eval.training.curve import read as read_curve
from eval.training.events import Clause, first_clause
from eval.training.examples import (
    NEITHER,
    NO,
    WINDOW_CHARS,
    YES,
    Example,
    untokenized,
    window,
    windowed,
)
from eval.training.questions import as_question
from eval.training.sayings import found_in
from eval.training.verdicts import as_polar
from index import UsageError, split_sentences

if TYPE_CHECKING:
    from eval.training.network import Encoded, Outputs

# -- questions ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("claim", "question"),
    [
        ("The council rejected the plan.", "Did the council reject the plan?"),
        ("Elena wrote three books.", "Did Elena write three books?"),
        ("Rosa believes in ghosts", "Does Rosa believe in ghosts?"),
        ("Keller is the mayor of Halden.", "Is Keller the mayor of Halden?"),
        ("She was born in Corva.", "Was she born in Corva?"),
        ("The bridge can carry trains.", "Can the bridge carry trains?"),
        ("The court has approved the merger.", "Has the court approved the merger?"),
        ("Nina has a brother.", "Does Nina have a brother?"),
        ("They had a long meeting.", "Did they have a long meeting?"),
    ],
)
def test_a_claim_becomes_the_question_it_answers_with_yes(claim: str, question: str) -> None:
    assert as_question(claim) == question


@pytest.mark.parametrize(
    "claim",
    [
        "Keller is not the mayor.",
        "Keller did not resign.",
        "The court has never approved it.",
        "The committee won't meet.",
        "The mayor never resigned.",
    ],
)
def test_a_negated_claim_becomes_no_question(claim: str) -> None:
    assert as_question(claim) is None


@pytest.mark.parametrize(
    "claim", ["Birds.", "The player who scored won the cup", "Is it? It was.", "He left; she stayed.", "One " * 31 + "was."]
)
def test_what_the_code_cannot_tell_becomes_no_question(claim: str) -> None:
    assert as_question(claim) is None


# -- made reports ------------------------------------------------------------------------------------------------------


def test_made_reports_are_whole_and_the_same_for_a_seed() -> None:
    rng, again = random.Random(3), random.Random(3)
    found = [reports.made(rng) for _ in range(2000)]
    assert found == [reports.made(again) for _ in range(2000)]
    for one in found:
        assert one.stance in (YES, NO, NEITHER)
        assert one.question.strip() and one.passage.strip()
        assert not set("{}") & set(one.question + one.passage), one
        assert one.question[-1] in "?." and one.question[:1].isupper()
    counts = [sum(one.stance == stance for one in found) for stance in (YES, NO, NEITHER)]
    assert all(abs(count / 2000 - share) < 0.05 for count, share in zip(counts, (0.4, 0.4, 0.2), strict=True)), counts


def test_every_template_of_a_report_can_be_filled() -> None:
    rng = random.Random(3)
    for asked, kind, *texts, weight in reports._FRAMES:
        assert isinstance(kind, str) and isinstance(weight, float) and len(texts) == 3
        for template in (*asked, *(template for group in texts for template in group)):
            filled = template.format(**reports._drawn(rng, kind))
            assert not set("{}") & set(filled) and "  " not in filled, template


def test_no_template_of_a_report_has_two_stances_to_one_question() -> None:
    for asked, _, yes, no, neither, _ in reports._FRAMES:
        assert len({*yes, *no, *neither}) == len(set(yes)) + len(set(no)) + len(set(neither)), asked


# -- events ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "clause"),
    [
        (
            "The Supreme Court rejects an appeal by two former ministers, after months of talks. Another sentence.",
            Clause("The Supreme Court", "rejects", "reject", "an appeal by two former ministers"),
        ),
        (
            "President Keller signs the budget into law.",
            Clause("President Keller", "signs", "sign", "the budget into law"),
        ),
        (
            "A court in Halden sentences three officials to ten years while others go free.",
            Clause("A court in Halden", "sentences", "sentence", "three officials to ten years"),
        ),
        (
            "A court for claims in Corva rejects an appeal by miners.",
            Clause("A court for claims in Corva", "rejects", "reject", "an appeal by miners"),
        ),
    ],
)
def test_first_clause(text: str, clause: Clause) -> None:
    assert first_clause(text) == clause


@pytest.mark.parametrize(
    "text",
    [
        "Gunmen kill twelve people in Corva.",  # no third person
        "The strike, which began on Monday, closes schools in Halden.",  # something stands between subject and verb
        "The minister who resigned rejects the report of the court.",
        "The court rejects it.",  # one word is no predicate to ask for
        f"The court rejects {'very ' * 20}old appeals.",
    ],
)
def test_no_clause_where_the_code_cannot_tell(text: str) -> None:
    assert first_clause(text) is None


# -- passages ----------------------------------------------------------------------------------------------------------

_SENTENCES = [f"Town number {at} voted on {'many ' * (at % 7)}old matters on day {at}." for at in range(40)]
_TEXT = " ".join(_SENTENCES)


def _span(text: str) -> tuple[int, int]:
    return _TEXT.index(text), _TEXT.index(text) + len(text)


@pytest.mark.parametrize("seed", range(20))
@pytest.mark.parametrize("answer", [None, "Town number 0 ", "Town number 17 ", "on day 39.", "day 20. Town number 21"])
def test_a_window_is_whole_sentences_around_the_span(seed: int, answer: str | None) -> None:
    found = window(random.Random(seed), _TEXT, _span(answer) if answer else None)
    assert len(found) <= WINDOW_CHARS[1]
    assert answer is None or answer in found
    begin = _TEXT.index(found)
    bounds = split_sentences(_TEXT)
    assert begin in {start for start, _ in bounds} and begin + len(found) in {end for _, end in bounds}


def test_windows_are_filled_and_stand_anywhere_around_the_span() -> None:
    span = _span("Town number 17 ")
    found = [window(random.Random(seed), _TEXT, span) for seed in range(100)]
    longest = max(map(len, _SENTENCES)) + 1
    assert all(len(one) > WINDOW_CHARS[0] - longest for one in found)
    shares = [one.index("Town number 17 ") / len(one) for one in found]
    assert min(shares) < 0.3 and max(shares) > 0.6


def test_a_window_keeps_its_limit_for_each_length() -> None:
    for seed in range(50):
        limit = random.Random(seed).randint(*WINDOW_CHARS)
        assert len(window(random.Random(seed), _TEXT, _span("Town number 17 "))) <= limit


def test_a_short_text_is_its_own_window() -> None:
    text = " ".join(_SENTENCES[:3])
    assert window(random.Random(1), text, None) == text


def test_a_span_longer_than_any_window_stays_whole() -> None:
    span = (_TEXT.index("Town number 3 "), _TEXT.index("day 30."))
    assert _TEXT[slice(*span)] in window(random.Random(1), _TEXT, span)


@pytest.mark.parametrize("seed", range(20))
def test_a_windowed_span_has_the_same_text(seed: int) -> None:
    span = _span("Town number 23 voted")
    found = windowed(random.Random(seed), Example("Who voted?", _TEXT, "Towns", 1.0, span))
    assert found.span is not None and found.passage[slice(*found.span)] == "Town number 23 voted"
    assert (found.question, found.title, found.relevant) == ("Who voted?", "Towns", 1.0)
    assert windowed(random.Random(seed), Example("Who voted?", _TEXT)).span is None


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("The man ca n't swim , he said .", "The man can't swim, he said."),
        ("`` Go ! '' she said .", '"Go!" she said.'),
        ("It ( the plan ) cost $ 5 -LRB- gross -RRB- .", "It (the plan) cost $5 (gross)."),
        ("He 's a -- well -- doctor .", "He's a – well – doctor."),
        ("some 5 %  of\n them ", "some 5% of them"),
        ("Nothing to mend here.", "Nothing to mend here."),
    ],
)
def test_untokenized(text: str, written: str) -> None:
    assert untokenized(text) == written


# -- batches -----------------------------------------------------------------------------------------------------------

BUDGET = 200
LENGTHS = random.Random(5).choices(range(5, 99), k=299)


def _encoded(lengths: Sequence[int], span: tuple[int, int] | None = None) -> list[Encoded]:
    from eval.training.network import Encoded

    return [Encoded([at] * length, 1, 1, span) for at, length in enumerate(lengths)]


def _units(count: int) -> list[list[int]]:
    """Numbers 0 to `count`, in units of one to four."""
    rng, units, first = random.Random(6), [], 0
    while first < count:
        last = min(count, first + rng.randint(1, 4))
        units.append(list(range(first, last)))
        first = last
    return units


def _batches(seed: int, monkeypatch: pytest.MonkeyPatch, lengths: Sequence[int]) -> list[list[tuple[int, Encoded]]]:
    from eval.training import recipe
    from eval.training.train import shuffled_batches

    monkeypatch.setattr(recipe, "BATCH_TOKENS", BUDGET)
    units = _units(len(lengths))
    return list(shuffled_batches(random.Random(seed), units, lengths, _encoded(lengths), 10 * BUDGET))


def test_batches_lose_nothing_and_divide_no_unit(monkeypatch: pytest.MonkeyPatch) -> None:
    batches = [[at for at, _ in batch] for batch in _batches(1, monkeypatch, LENGTHS)]
    assert sorted(at for batch in batches for at in batch) == list(range(len(LENGTHS)))
    home = {at: number for number, batch in enumerate(batches) for at in batch}
    assert all(len({home[at] for at in unit}) == 1 for unit in _units(len(LENGTHS)))


def test_batches_hold_the_budget(monkeypatch: pytest.MonkeyPatch) -> None:
    unit_of = {at: tuple(unit) for unit in _units(len(LENGTHS)) for at in unit}
    batches = _batches(1, monkeypatch, LENGTHS)
    lengths = [sum(len(one.ids) for _, one in batch) for batch in batches]
    over = [batch for batch, tokens in zip(batches, lengths, strict=True) if tokens > BUDGET]
    assert over, "some units must be too large for this to be tested"
    assert all(len({unit_of[at] for at, _ in batch}) == 1 for batch in over)
    assert any(len({unit_of[at] for at, _ in batch}) > 1 for batch in batches)


def test_batches_pair_numbers_with_their_ids_and_follow_the_seed(monkeypatch: pytest.MonkeyPatch) -> None:
    batches = _batches(1, monkeypatch, LENGTHS)
    assert all(one.ids == [at] * LENGTHS[at] for batch in batches for at, one in batch)
    assert batches == _batches(1, monkeypatch, LENGTHS)
    assert batches != _batches(2, monkeypatch, LENGTHS)


# -- loss --------------------------------------------------------------------------------------------------------------


def _outputs(relevance: Sequence[float], stance: Sequence[Sequence[float]], ends: Sequence[tuple[int, int]]) -> Outputs:
    """Logits; `ends` are the tokens, of eight, that are held for the first and the last of the span."""
    import torch

    from eval.training.network import Outputs

    spans = torch.zeros(len(ends), 8, 2)
    for at, (first, last) in enumerate(ends):
        spans[at, first, 0] = spans[at, last, 1] = 3.0
    return Outputs(torch.tensor(relevance), torch.tensor(stance), spans)


def _losses(outputs: Outputs, examples: Sequence[Example], spans: Sequence[tuple[int, int] | None]) -> dict[str, float]:
    from eval.training.train import loss_of

    encoded = [_encoded([8], span)[0] for span in spans]
    return {name: float(value) for name, value in loss_of(outputs, list(zip(examples, encoded, strict=True))).items()}


EVEN = (0.0, 0.0, 0.0)
OPEN, POLAR = Example("Who?", "He.", relevant=1.0), Example("Did he?", "He did.", stance=YES)


def test_readings_that_nobody_knows_are_left_out() -> None:
    outputs = _outputs([0.0, 0.0], [EVEN, EVEN], [(1, 2), (1, 2)])
    assert set(_losses(outputs, [POLAR, POLAR], [None, None])) == {"stance"}
    assert set(_losses(outputs, [OPEN, OPEN], [None, None])) == {"relevance"}
    assert set(_losses(outputs, [OPEN, OPEN], [(1, 2), None])) == {"relevance", "span"}
    assert set(_losses(outputs, [Example("Who?", "He.")] * 2, [None, None])) == set()


def test_a_reading_weighs_as_the_share_of_the_batch_that_knows_it() -> None:
    """Of evenly split logits the cross-entropies are ln 2 and ln 3."""
    found = _losses(_outputs([0.0] * 4, [EVEN] * 4, [(1, 2)] * 4), [OPEN, POLAR, OPEN, OPEN], [None] * 4)
    assert found == pytest.approx({"relevance": math.log(2) * 3 / 4, "stance": math.log(3) / 4})


def test_what_is_unknown_of_an_example_changes_no_loss() -> None:
    one = _outputs([1.0, -9.0], [(0.0, 0.0, 9.0), (1.0, 0.0, 0.0)], [(1, 2), (5, 6)])
    other = _outputs([1.0, 9.0], [(9.0, 0.0, 0.0), (1.0, 0.0, 0.0)], [(1, 2), (0, 0)])
    assert _losses(one, [OPEN, POLAR], [(1, 2), None]) == _losses(other, [OPEN, POLAR], [(1, 2), None])


@pytest.mark.parametrize(("truth", "right", "wrong"), [(1.0, 2.0, -2.0), (0.0, -2.0, 2.0)])
def test_right_relevance_costs_less(truth: float, right: float, wrong: float) -> None:
    example = [Example("Who?", "He.", relevant=truth)]
    costs = [_losses(_outputs([logit], [EVEN], [(1, 2)]), example, [None])["relevance"] for logit in (right, wrong)]
    assert costs[0] < costs[1]


@pytest.mark.parametrize("truth", [YES, NO, NEITHER])
def test_right_stance_costs_less(truth: int) -> None:
    example = [Example("Did he?", "He did.", stance=truth)]
    costs = [
        _losses(_outputs([0.0], [[2.0 * (at == said) for at in range(3)]], [(1, 2)]), example, [None])["stance"]
        for said in range(3)
    ]
    assert costs.index(min(costs)) == truth and sorted(costs)[0] < sorted(costs)[1]


def test_right_span_costs_less_at_either_end() -> None:
    right, first, last, none = (
        _losses(_outputs([0.0], [EVEN], [ends]), [OPEN], [(3, 5)])["span"] for ends in ((3, 5), (2, 5), (3, 6), (1, 7))
    )
    assert right < first < none and right < last < none
    assert first == pytest.approx(last)


def test_passages_of_one_question_are_held_against_one_another() -> None:
    examples = [Example("Who?", "He.", relevant=1.0), Example("Who?", "She.", relevant=0.0)]
    right, wrong = (
        _losses(_outputs(said, [EVEN] * 2, [(1, 2)] * 2), examples, [None, None]) for said in ([2.0, 1.0], [1.0, 2.0])
    )
    assert right["listwise"] < wrong["listwise"]
    assert right["listwise"] == pytest.approx(math.log(1 + math.exp(-1)))
    apart = [examples[0], Example("Where?", "She.", relevant=0.0)]
    assert "listwise" not in _losses(_outputs([2.0, 1.0], [EVEN] * 2, [(1, 2)] * 2), apart, [None, None])


# -- measuring ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("scores", "right", "value"),
    [
        ((4.0, 3.0, 2.0, 1.0), (1, 0, 0, 0), 1.0),
        ((4.0, 3.0, 2.0, 1.0), (0, 0, 0, 1), 1 / 4),
        ((4.0, 3.0, 2.0, 1.0), (0, 1, 0, 1), (1 / 2 + 2 / 4) / 2),
        ((4.0, 3.0, 2.0, 1.0), (1, 0, 1, 1), (1 + 2 / 3 + 3 / 4) / 3),
        ((1.0, -3.0, 2.0, 0.5), (0, 1, 1, 0), (1 + 2 / 4) / 2),
    ],
)
def test_average_precision(scores: Sequence[float], right: Sequence[int], value: float) -> None:
    group = [("Who?", f"Sentence {at}.", bool(one)) for at, one in enumerate(right)]
    assert average_precision(scores, group) == pytest.approx(value)


def test_a_learning_curve_is_read_and_drawn(tmp_path: Path) -> None:
    values = dict.fromkeys(SHOWN, 0.5)
    lines = [
        {"stage": "pairs", "steps": 10},
        {"stage": "passages", "steps": 20},
        {"stage": "pairs", "steps": 10, "again": True},
    ]
    (tmp_path / "curve.jsonl").write_text("\n".join(json.dumps(line | values) for line in lines), "utf-8")
    points = read_curve(tmp_path)
    assert [point["steps"] for point in points] == [10, 20] and points[0]["again"]
    draw_curve(points, tmp_path / "curve.svg")
    drawn = (tmp_path / "curve.svg").read_text("utf-8")
    assert "<svg" in drawn
    with pytest.raises(UsageError, match=r"no curve\.jsonl"):
        read_curve(tmp_path / "elsewhere")


@pytest.mark.parametrize(
    ("question", "answer", "made"),
    [
        ("Who won the cup in 1999?", "Ada Marsh", "Did Ada Marsh win the cup in 1999?"),
        ("Who was the first keeper?", "Ada Marsh", "Was Ada Marsh the first keeper?"),
        ("What ferry sank off Halden?", "the Corva", "Did the Corva sink off Halden?"),
        ("What did Marsh discover?", "the wreck", "Did Marsh discover the wreck?"),
        ("When was the pier built?", "1890", "Was the pier built in 1890?"),
        ("When was the pier built?", "4 May 1890", "Was the pier built on 4 May 1890?"),
        ("When was the pier built?", "1890s", "Was the pier built in the 1890s?"),
        ("When did Marsh leave?", "after the war", "Did Marsh leave after the war?"),
        ("Where was Marsh born?", "Halden", "Was Marsh born in Halden?"),
        ("How many people died in the fire?", "19", "Did 19 people die in the fire?"),
        ("How many crates did the barge carry?", "eleven", "Did the barge carry eleven crates?"),
        ("Who did Marsh replace?", "Keller", "Did Marsh replace Keller?"),
        ("Who did Marsh publicly thank for the gift?", "Keller", None),
        ("Where did Marsh come from?", "Halden", None),
        ("When was the pier built?", "the storm", None),
        ("Why was the pier shut?", "the storm", None),
        ("Who won?", "nobody at all in the whole of that year", None),
    ],
)
def test_a_question_and_its_answer_as_one_yes_no_question(question: str, answer: str, made: str | None) -> None:
    assert as_polar(question, answer) == made


# -- questions about something else, and about who said what ------------------------------------------------------------


def test_names_in_a_question() -> None:
    assert names_of("When did Rosa Keller leave the University of Pell in March 1999?") == [
        "Rosa Keller",
        "University of Pell",
        "1999",
    ]


def test_a_swapped_question_asks_of_another_one() -> None:
    question = "When did Rosa Keller leave Pell?"
    made = {swapped(random.Random(seed), question, ["Keller", "Omar Haddad", "1999"]) for seed in range(20)}
    assert made == {"When did Omar Haddad leave Pell?", "When did Rosa Keller leave Omar Haddad?"}
    assert swapped(random.Random(0), "Who left early?", ["Omar Haddad"]) is None
    assert swapped(random.Random(0), question, ["Rosa Keller"]) is None


def test_an_altered_question_has_another_word_of_its_form() -> None:
    vocabulary = Vocabulary(["When was the cathedral built?", "Which churches burned?", "When was the museum founded?"])
    question, passage = "When was the cathedral built?", "The cathedral was built in 1890 beside the library."
    made = {vocabulary.altered(random.Random(seed), question, passage) for seed in range(40)}
    assert made == {f"When was the {words}?" for words in ("museum built", "cathedral burned", "cathedral founded")}
    held = f"{passage} The museum was founded before the fire burned it."
    assert vocabulary.altered(random.Random(0), question, held) is None
    assert Vocabulary([]).altered(random.Random(0), question, passage) is None


def test_sayings_of_a_text() -> None:
    text = (
        "The vote was close. “We will rebuild the harbour bridge before the winter,” Rosa Keller said on Monday. "
        "The mayor said that the ferry to Corva would stay in port until the end of the week."
    )
    first, second = found_in(text)
    assert (first.who, text[slice(*first.span)]) == ("Rosa Keller", "We will rebuild the harbour bridge before the winter,")
    assert "the harbour bridge" in first.what
    assert second.who == "The mayor"
    assert "Corva" in second.what


# -- sentences ---------------------------------------------------------------------------------------------------------

PASSAGE = (
    "The old bridge of Halden was built by Rosa Keller in 1931 for the railway. The new bridge of Halden cost four million "
    "crowns and opened in May. Fish are sold at the harbour every Friday morning."
)
OTHER = "A bridge of Marwick was built by nobody known. It is said that Rosa Keller never saw the river at all."
NEAR = "The bridge at Corva was built by prisoners in the winter. Its deck is made of oak from the hills."


def _rows(title: str) -> list[dict[str, object]]:
    return [
        {"id": "1", "title": title, "context": PASSAGE, "question": "Who built the old bridge of Halden?",
         "answerable": True, "answers": ["Rosa Keller", "Keller"]},
        {"id": "2", "title": title, "context": PASSAGE, "question": "Who burned the old bridge of Halden?",
         "answerable": False, "answers": []},
        {"id": "3", "title": title, "context": "Too short.", "question": "Who?", "answerable": False, "answers": []},
    ]  # fmt: skip


def test_sentences_against_the_hardest_that_lack_the_answer(monkeypatch: pytest.MonkeyPatch) -> None:
    title = next(name for name in map(str, range(99)) if not is_test(name) and not is_held(name))
    monkeypatch.setattr(sentences, "records", lambda name: _rows(title) if name.endswith("squad.jsonl.gz") else [])
    monkeypatch.setattr(sentences, "SWAPPED_SHARE", 0.0)
    mined = {"1": [f"Marwick\t{OTHER}", f"Corva\t{NEAR}"]}
    answered, misled = sentences.squad(random.Random(1), False, mined)
    right, *wrong = answered
    assert right.relevant == 1.0 and right.span and right.passage[slice(*right.span)] == "Keller"
    assert {one.question for one in answered} == {"Who built the old bridge of Halden?"}
    assert all(one.relevant == 0.0 and "Keller" not in one.passage for one in wrong)
    assert any(one.passage.startswith("The bridge at Corva") for one in wrong), "of what retrieval brings"
    assert [one.relevant for one in misled] == [0.0, 0.0, 0.0]
    assert misled[0].passage.startswith("The old bridge"), "the one that shares most words comes first"
    assert not list(sentences.squad(random.Random(1), True, mined)), "nothing of another split"


def test_a_batch_in_parts_reads_as_in_one_piece(monkeypatch: pytest.MonkeyPatch) -> None:
    import torch

    from eval.training import network
    from index import default_model_folder

    encoding, net = network.Encoding(default_model_folder()), network.Network(default_model_folder())
    texts = [PASSAGE, OTHER, "It is closed.", NEAR, "Fish are sold."]
    batch = [encoding(Example("Who built the bridge?", text)) for text in texts]
    with torch.inference_mode():
        whole = net(batch)
        monkeypatch.setattr(network, "PART_TOKENS", 40)
        parts = net(batch)
    assert torch.allclose(whole.relevance, parts.relevance, atol=1e-4)
    assert torch.allclose(whole.stance, parts.stance, atol=1e-4)
    assert torch.allclose(whole.spans, parts.spans, atol=1e-3)
