"""Within and between therapists: what made the data comes back from the shrunken form, not from the observed one."""

import numpy as np
import pyarrow as pa
import pytest

from accord.statistics.estimate import NotFitted
from accord.studies.therapists.alliance import baldwin
from accord.studies.therapists.case_mix import CaseMix

WITHIN, BETWEEN = 0.2, 1.0


def mix(therapists=150, people=8, seed=2, within=WITHIN, between=BETWEEN) -> CaseMix:
    random = np.random.default_rng(seed)
    whom = np.repeat(np.arange(therapists), people)
    level = random.normal(0, 0.4, therapists)[whom]
    alliance = level + random.normal(0, 1, len(whom))
    intake = random.normal(0, 1, len(whom))
    outcome = within * (alliance - level) + between * level + 0.5 * intake
    outcome += random.normal(0, 0.3, therapists)[whom] + random.normal(0, 1, len(whom))
    given = [None if n % 17 == 0 else float(one) for n, one in enumerate(alliance)]
    rows = pa.table(
        {
            "therapist": [f"t{one}" for one in whom],
            "outcome": outcome,
            "intake": intake,
            "alliance": pa.array(given, pa.float64()),
        }
    )
    return CaseMix(rows, ("intake",), {}, 0)


def test_the_observed_mean_draws_the_two_together_and_the_shrunken_form_does_not():
    found = [baldwin(mix(seed=seed)) for seed in range(6)]
    observed = np.mean([one.observed.between.value for one in found])
    shrunken = np.mean([one.shrunken.between.value for one in found])
    assert observed < BETWEEN - 0.15  # about .65: eight people tell a therapist's level to .56
    assert shrunken == pytest.approx(BETWEEN, abs=0.12)
    assert np.mean([one.shrunken.within.value for one in found]) == pytest.approx(WITHIN, abs=0.03)
    assert np.mean([one.shrunken.context.value for one in found]) == pytest.approx(BETWEEN - WITHIN, abs=0.12)


def test_where_it_is_the_same_within_and_between_there_is_no_context():
    found = baldwin(mix(within=0.4, between=0.4))
    for form in (found.observed, found.shrunken):
        assert form.context.low < 0 < form.context.high
        assert form.within.low < 0.4 < form.within.high


def test_people_without_an_early_rating_are_not_counted():
    told = mix()
    found = baldwin(told)
    assert found.courses == told.rows.num_rows - told.rows.column("alliance").null_count
    assert found.therapists == 150
    assert found.share == pytest.approx(0.16 / 1.16, abs=0.06)


def test_no_ratings_at_all_are_no_fit():
    told = mix(therapists=12)
    empty = told.rows.set_column(3, "alliance", pa.nulls(told.rows.num_rows, pa.float64()))
    assert isinstance(baldwin(CaseMix(empty, told.columns, {}, 0)), NotFitted)
