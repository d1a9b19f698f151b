"""The published keys, against what is published about them, and the rules that every key obeys."""

import pytest

from accord.instruments.definition import Confidence, ItemKind
from accord.instruments.registry import all_instruments, instrument
from accord.instruments.text import NoText, languages, text_pack

OWN = {
    "accord-check-in",
    "accord-check-in-therapist",
    "accord-matters",
    "accord-preferences-therapist",
    "accord-arrival",
    "accord-alliance",
    "accord-alliance-therapist",
    "accord-preferences",
    "accord-profile",
    "accord-wellbeing",
    "accord-tension",
    "accord-tension-therapist",
}
PUBLISHED = {
    *("wai-sr", "wai-s", "wai-36", "srs", "sai", "arm-5", "haq-ii", "calpas-12", "c-nip"),
    *("ors", "phq-9", "gad-7", "core-10", "core-om", "oq-45", "who-5", "k10", "psychlops"),
}


def test_all_are_here_and_nothing_else():
    assert {one.id for one in all_instruments() if one.own} == OWN
    assert {one.id for one in all_instruments() if not one.own} == PUBLISHED


def test_wai_36_parts_share_out_the_items_and_14_are_reversed():
    wai = instrument("wai-36")
    parts = [wai.scale(name) for name in ("BOND", "GOALS", "TASKS")]
    assert sorted(n for part in parts for n in part.items) == list(range(1, 37))
    assert sorted(n for part in parts for n in part.reversed) == sorted(wai.scale("TOTAL").reversed)
    assert len(wai.scale("TOTAL").reversed) == 14


def test_wai_36_bond_reverses_item_29_and_not_28():
    bond = instrument("wai-36").scale("BOND")
    assert {28, 29} <= set(bond.items)
    assert set(bond.reversed) == {1, 20, 29}


def test_wai_sr_and_wai_s_have_different_keys():
    revised, short = instrument("wai-sr"), instrument("wai-s")
    assert revised.scale("GOALS").items == (4, 6, 8, 11)
    assert revised.scale("TASKS").items == (1, 2, 10, 12)
    assert revised.scale("BOND").items == short.scale("BOND").items == (3, 5, 7, 9)
    assert short.scale("GOALS").items == (4, 6, 10, 11)
    assert short.scale("TASKS").items == (1, 2, 8, 12)
    assert revised.scale("TOTAL").reversed == ()
    assert short.scale("TOTAL").reversed == (4, 10)
    assert (revised.scale("TOTAL").low, revised.scale("TOTAL").high) == (12, 60)
    assert (short.scale("TOTAL").low, short.scale("TOTAL").high) == (12, 84)


def test_wai_sr_has_no_cut_offs():
    assert all(scale.cutoffs == () and scale.bands is None for scale in instrument("wai-sr").scales)


def test_core_om_shares_out_its_34_items():
    core = instrument("core-om")
    sizes = {name: len(core.scale(name).items) for name in ("WELLBEING", "PROBLEMS", "FUNCTIONING", "RISK")}
    assert sizes == {"WELLBEING": 4, "PROBLEMS": 12, "FUNCTIONING": 12, "RISK": 6}
    assert sorted(n for name in sizes for n in core.scale(name).items) == list(range(1, 35))
    assert set(core.scale("NONRISK").items) == set(range(1, 35)) - set(core.scale("RISK").items)
    assert core.risk_numbers == core.scale("RISK").items == (6, 9, 16, 22, 24, 34)
    reversed_in_parts = {n for name in sizes for n in core.scale(name).reversed}
    assert reversed_in_parts == set(core.scale("TOTAL").reversed) == {3, 4, 7, 12, 19, 21, 31, 32}


@pytest.mark.parametrize(
    ("name", "items"), [("phq-9", (9,)), ("core-10", (6,)), ("oq-45", (8, 11, 26, 32, 44)), ("gad-7", ())]
)
def test_safety_items(name, items):
    assert instrument(name).risk_numbers == items


@pytest.mark.parametrize(
    ("name", "reversed_items"),
    [
        ("core-10", (2, 3)),
        ("haq-ii", (4, 8, 11, 16, 19)),
        ("arm-5", (3,)),
        ("oq-45", (1, 12, 13, 20, 21, 24, 31, 37, 43)),
    ],
)
def test_reversals(name, reversed_items):
    assert instrument(name).scale("TOTAL").reversed == reversed_items


@pytest.mark.parametrize(
    ("name", "points", "level"),
    [("phq-9", 6, None), ("gad-7", 4, None), ("core-10", 6, 90), ("oq-45", 14, None)],
)
def test_reliable_change(name, points, level):
    change = instrument(name).scale("TOTAL").change
    assert (change.points, change.level) == (points, level)


def test_nothing_known_with_low_confidence_is_enabled():
    assert [one.id for one in all_instruments() if not one.enabled] == ["calpas-12"]
    assert "not verified" in instrument("calpas-12").disabled_reason
    for one in all_instruments():
        for scale in one.scales:
            if one.enabled:
                assert scale.key.confidence is not Confidence.KNOWN_LOW
                assert scale.missing_rule is None or scale.missing_rule.confidence is not Confidence.KNOWN_LOW


def test_k10_allows_no_missing_answer_since_the_rule_is_uncertain():
    assert instrument("k10").scale("TOTAL").may_miss == 0


def test_no_words_of_a_published_instrument_are_shipped(packs):
    for name in PUBLISHED:
        assert languages(name) == ()
        with pytest.raises(NoText, match=r"add-text|Choose another"):
            text_pack(name, "en")


@pytest.mark.parametrize("name", sorted(OWN))
def test_own_words_are_there_in_english_and_spanish_and_marked_unvalidated(name, packs):
    for language in ("en", "es"):
        pack = text_pack(name, language)
        assert pack.unvalidated
        assert pack.direction == "ltr"
        assert set(pack.items) == {item.number for item in instrument(name).items}


def test_arabic_is_a_draft_of_the_check_in_alone(packs):
    assert [name for name in sorted(OWN) if "ar" in languages(name)] == ["accord-check-in"]
    pack = text_pack("accord-check-in", "ar")
    assert pack.direction == "rtl"
    assert pack.note.startswith("Draft.")
    assert pack.unvalidated


@pytest.mark.parametrize("name", sorted(OWN))
def test_own_words_are_short(name, packs):
    for item in text_pack(name, "en").items.values():
        assert len(item.prompt.split()) <= 16, item.prompt
        assert max(map(len, item.prompt.replace(":", " ").split())) <= 12 or "{therapist}" in item.prompt


def test_the_check_in_is_what_other_rooms_rely_on():
    one = instrument("accord-check-in")
    kinds = {item.number: item.kind for item in one.items}
    sliders = dict.fromkeys(range(1, 5), ItemKind.SLIDER)
    assert kinds == {**sliders, 5: ItemKind.YES_NO, 6: ItemKind.TICK, 7: ItemKind.TEXT}
    assert [item.number for item in one.items] == [1, 2, 3, 4, 7, 5, 6]
    assert [one.item(n).domain for n in (1, 2, 3, 4)] == ["bond", "goals", "tasks", None]
    assert one.main_scale == "TOTAL"
    twin = instrument(one.twin)
    assert [scale.id for scale in twin.scales] == [scale.id for scale in one.scales]


def test_the_safety_question_is_part_of_no_score():
    one = instrument("accord-wellbeing")
    assert one.risk_numbers == (5,)
    assert one.item(5).optional
    assert all(5 not in scale.items for scale in one.scales)


def test_the_profile_never_adds_lines_up():
    one = instrument("accord-profile")
    assert [scale.items for scale in one.scales] == [(number,) for number in range(1, 9)]
    assert instrument("accord-profile", 1).scale("QUALITIES").items == (1, 2, 3, 4)  # old answers keep theirs


def test_what_a_therapist_gives_stands_on_the_clients_axes_and_rates_no_session():
    client, therapist = instrument("accord-preferences"), instrument("accord-preferences-therapist")
    assert client.scales == therapist.scales
    assert client.twin is None and therapist.twin is None  # a twin would cover and uncover


def test_what_matters_is_words_alone_and_for_the_therapist():
    assert [one.id for one in all_instruments() if one.therapist_only] == ["accord-matters"]
    one = instrument("accord-matters")
    assert one.scales == () and {item.kind for item in one.items} == {ItemKind.TEXT}
    assert all(item.optional for item in one.items)
