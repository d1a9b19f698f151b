"""What must hold for every scale of every instrument, whatever was answered."""

from hypothesis import given, settings
from hypothesis import strategies as st

from accord.instruments.definition import ItemKind, Missing
from accord.instruments.registry import all_instruments, instrument
from accord.instruments.scoring import out_of_range, reverse, risk_items, score

SCALES = [(one, scale) for one in all_instruments() for scale in one.scales]


def an_answer(item):
    """An answer that the item takes."""
    steps = int((item.high - item.low) / (item.step or 1))
    whole = st.integers(0, steps).map(lambda step: item.low + step * item.step)
    return whole if item.stepped else st.one_of(whole, st.floats(item.low, item.high))


@st.composite
def answered(draw, less_than_whole=True):
    """An instrument with answers to its items, some of them missing for each of the three reasons."""
    one = draw(st.sampled_from([one for one in all_instruments() if one.scales]))
    often = draw(st.sampled_from((0, 1, 4))) if less_than_whole else 0
    answers = {}
    for item in one.items:
        if item.kind is ItemKind.TEXT:
            continue
        gone = draw(st.integers(0, 9)) < often
        answers[item.number] = draw(st.sampled_from(Missing) if gone else an_answer(item))
    return one, answers


@given(st.sampled_from(SCALES), st.data())
def test_reversing_twice_is_identity(pair, data):
    one, scale = pair
    item = one.item(data.draw(st.sampled_from(scale.items)))
    value = data.draw(an_answer(item))
    once = reverse(item, value)
    assert item.low <= once <= item.high
    assert abs(reverse(item, once) - value) <= 1e-12 * max(1, abs(item.high))
    if item.stepped:
        assert reverse(item, once) == value


@given(answered())
def test_scores_stay_in_range(case):
    one, answers = case
    for scale in one.scales:
        value = score(one, answers)[scale.id].value
        if value is not None:
            assert scale.low - 1e-9 <= value <= scale.high + 1e-9


@settings(max_examples=300)
@given(answered(), st.data())
def test_more_missing_never_yields_a_score_that_less_missing_refused(case, data):
    one, answers = case
    before = score(one, answers)
    fewer = dict(answers)
    for number in data.draw(st.sets(st.sampled_from(sorted(answers)), min_size=1, max_size=4)):
        fewer[number] = data.draw(st.sampled_from(Missing))
    after = score(one, fewer)
    for scale in one.scales:
        if before[scale.id].value is None:
            assert after[scale.id].value is None


@given(answered())
def test_a_score_or_a_reason_and_never_both(case):
    one, answers = case
    for found in score(one, answers).values():
        assert (found.value is None) == bool(found.reason)


@given(answered())
def test_a_missing_safety_item_refuses_every_scale_that_holds_it(case):
    one, answers = case
    gone = {n for n in one.risk_numbers if isinstance(answers[n], Missing)}
    for scale in one.scales:
        if gone & set(scale.items):
            assert score(one, answers)[scale.id].value is None


@given(answered())
def test_a_positive_safety_answer_is_told_whatever_else_is_missing(case):
    one, answers = case
    alone = {n: answers[n] for n in one.risk_numbers}
    assert risk_items(one, answers) == risk_items(one, alone)


@given(answered(less_than_whole=False))
def test_every_complete_answer_of_an_enabled_key_has_every_score(case):
    one, answers = case
    for found in score(one, answers).values():
        assert (found.value is None) == (not one.enabled)
    assert out_of_range(one, answers) == ()


def test_missing_is_never_zero():
    phq = instrument("phq-9")
    whole = dict.fromkeys(range(1, 10), 1.0)
    for kind in Missing:
        part = score(phq, {**whole, 1: kind, 2: kind})["TOTAL"]
        assert (part.value, part.answered) == (9.0, 7)
    assert score(phq, {})["TOTAL"].reason.startswith("item 9 without an answer")


def test_the_reason_counts_each_kind_of_missing():
    found = score(instrument("who-5"), {1: 3.0, 2: Missing.DECLINED, 3: Missing.NOT_ASKED})["TOTAL"]
    expected = "4 of 5 items without an answer (declined: 1, not reached: 2, not asked: 1); none may be"
    assert found.reason == expected


def test_out_of_range_is_told_by_item_and_refuses_the_scale():
    answers = {1: 4.0, 2: 1.5, 12: 1.0}
    told = [str(fault) for fault in out_of_range(instrument("phq-9"), answers)]
    assert told == [
        "item 1: the answer is out of range. It takes 0 to 3, in steps of 1.",
        "item 2: the answer is out of range. It takes 0 to 3, in steps of 1.",
        "item 12: phq-9 has no such item. It has items 1 to 9.",
    ]
