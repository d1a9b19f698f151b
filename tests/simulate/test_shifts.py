"""Treatments, groups, trainings and therapists' own effects: off by default, and each does what it is named for."""

import hashlib
from dataclasses import replace
from io import BytesIO

import numpy as np
import pyarrow as pa
import pytest

from accord.simulate.answers import Gap
from accord.simulate.block import make_block, make_blocks
from accord.simulate.parameters import read_parameters
from accord.simulate.shifts import treatment_effects
from accord.simulate.tables import RATED, Numbering, make_tables

OURS = read_parameters()


def blocks(count: int = 20, **changes):
    return [make_block(replace(OURS, **changes), 5, place) for place in range(count)]


def stacked(made, name: str):
    return np.concatenate([getattr(block.truth, name) for block in made])


def same_but(**changes):
    """A block as it is by default, and as it is with these parameters."""
    return make_block(OURS, 5, 0), make_block(replace(OURS, **changes), 5, 0)


def fingerprint(seed: int, **changes) -> str:
    """Of all tables of 600 clients."""
    digest, before = hashlib.sha256(), Numbering()
    for block in make_blocks(replace(OURS, **changes), seed, clients=600):
        for _, table in make_tables(block, before, RATED).items():
            out = BytesIO()
            with pa.ipc.new_stream(out, table.schema) as writer:
                writer.write_table(table.combine_chunks())
            digest.update(out.getvalue())
        before = before.after(block)
    return digest.hexdigest()[:16]


def test_the_services_of_old_seeds_are_what_they_always_were():
    """Taken before there were shifts; another NumPy may draw otherwise, then take them anew from the older code."""
    assert fingerprint(1) == "4609bd6b9a9118cf"
    assert fingerprint(7, missing=0.3) == "fb7b7a0ae12b4d8a"


def test_treatments_lie_evenly_apart_with_the_spread_asked_for():
    shares = ((1.0, 0.5), (2.0, 0.3), (3.0, 0.2))
    effects = treatment_effects(shares, 0.3)
    assert effects[2] - effects[1] == pytest.approx(effects[3] - effects[2])
    weights = np.array([share for _, share in shares])
    values = np.array([effects[int(key)] for key, _ in shares])
    assert weights @ values == pytest.approx(0)
    assert np.sqrt(weights @ values**2) == pytest.approx(0.3)
    assert treatment_effects(((1.0, 1.0),), 0.3) == {1: 0.0}


def test_treatments_and_therapists_move_the_outcome_and_nothing_else():
    usual, changed = same_but(treatments=((1.0, 0.5), (2.0, 0.5)), treatment_sd=0.4, therapist_outcome_sd=0.3)
    added = changed.truth.treatment_part + changed.truth.therapist_outcome_part
    np.testing.assert_allclose(changed.truth.outcome, usual.truth.outcome + added)
    np.testing.assert_array_equal(changed.truth.alliance, usual.truth.alliance)
    np.testing.assert_array_equal(changed.appointments.day, usual.appointments.day)
    per_therapist = {}
    for therapist, own in zip(
        changed.truth.therapist, changed.truth.therapist_outcome_part.tolist(), strict=True
    ):
        assert per_therapist.setdefault(therapist, own) == own
    made = blocks(60, therapist_outcome_sd=0.3)
    owns = [own for block in made for own in set(block.truth.therapist_outcome_part.tolist())]
    assert np.std(owns) == pytest.approx(0.3, abs=0.03)


def test_groups_differ_as_asked():
    groups = ((1.0, 0.8), (2.0, 0.2))
    usual, changed = same_but(groups=groups, group_alliance=-0.5)
    others = changed.truth.group == 2
    np.testing.assert_allclose(changed.truth.alliance[~others], usual.truth.alliance[~others])
    np.testing.assert_allclose(changed.truth.alliance[others], usual.truth.alliance[others] - 0.5)
    made = blocks(groups=groups, group_missing=0.3, group_leaving=0.8)
    others = stacked(made, "group") == 2
    assert others.mean() == pytest.approx(0.2, abs=0.02)
    gone = np.concatenate([block.answers.gap != Gap.NONE for block in made])
    assert gone[others].mean() - gone[~others].mean() == pytest.approx(0.3 * 0.88, abs=0.02)
    hazard, stays = stacked(made, "hazard"), stacked(made, "planned") > 1
    logit = np.log(hazard[stays, 0] / (1 - hazard[stays, 0]))
    assert logit[others[stays]].mean() - logit[~others[stays]].mean() == pytest.approx(0.8, abs=0.03)


def test_the_training_works_from_the_day_after_it():
    made = blocks(20, trained=0.5, training_effect=0.6, training_day=300, training_day_spread=90)
    ever = 0
    for block in made:
        rows, truth = block.appointments, block.truth
        held = rows.held
        at = rows.client[held], rows.session[held]
        after = rows.day[held] > truth.trained_on[at[0]]
        np.testing.assert_array_equal(truth.training_part[at], np.where(after, 0.6, 0.0))
        assert np.isfinite(truth.trained_on).any() == block.truth.training_part.any() or not after.any()
        ever += int(after.sum())
    days = stacked(made, "trained_on")
    assert ever > 1000
    assert days.min() >= 210 and days[np.isfinite(days)].max() <= 390
    assert np.isfinite(days).mean() == pytest.approx(0.5, abs=0.1)


def test_days_with_training_are_in_order_on_weekdays():
    rows = make_block(replace(OURS, trained=0.5, training_effect=0.5), 5, 0).appointments
    same = rows.client[1:] == rows.client[:-1]
    assert (np.diff(rows.day)[same] >= 1).all()
    assert (rows.day % 7 < 5).all()
