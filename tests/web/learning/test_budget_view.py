"""The lead looks at another setting and keeps it: audited, undone, and for the lead alone."""

import pytest

from accord.signals.learnt import PUBLISHED
from accord.web.attention.learnt import learnt_of
from accord.web.attention.models import Learnt
from accord.web.audit.models import Entry

BUDGET = "/learning/alarms/"


@pytest.fixture
def lead(clinic, signed_in):
    return signed_in(clinic.staff["lead"])


def looked(shown):
    return next(one for one in shown.context["page"].choices if one.shown)


def test_looking_changes_nothing(clinic, lead):
    assert looked(lead.get(BUDGET)).now
    assert looked(lead.get(BUDGET, {"at": "0.02"})).at == "0.02"
    assert looked(lead.get(BUDGET, {"at": "0.5"})).now  # no such setting
    assert not Learnt.objects.exists()


def test_keeping_a_setting_is_in_force_in_the_trail_and_can_be_undone(clinic, lead):
    kept = lead.post(BUDGET, {"at": "0.02"}, follow=True)
    assert "Kept: 2 of 100 steady sessions." in kept.text
    assert learnt_of(clinic.service).chosen == 0.02
    (line,) = Entry.objects.filter(kind="alarms", verb="chose")
    assert (line.actor, line.detail["before"], line.detail["now"]) == (clinic.of("lead").key, 0.04, 0.02)
    lead.post(BUDGET, {"at": "0.03"})
    page = lead.get(BUDGET).context["page"]
    assert page.back == "0.02"
    lead.post(BUDGET, {"at": page.back})
    assert learnt_of(clinic.service).chosen == 0.02
    assert [one.sentence for one in lead.get(BUDGET).context["page"].changes] == [
        "Lead Harbour: 2 of 100 instead of 3",
        "Lead Harbour: 3 of 100 instead of 2",
        "Lead Harbour: 2 of 100 instead of 4",
    ]


def test_the_first_change_can_be_undone_too(clinic, lead):
    lead.post(BUDGET, {"at": "0.02"})
    assert lead.get(BUDGET).context["page"].back == f"{PUBLISHED.chosen:g}"


@pytest.mark.parametrize("sent", ["", "0.5", "many", "nan", "-1", "\x00"])
def test_what_is_no_setting_is_refused_and_nothing_changes(clinic, lead, sent):
    told = lead.post(BUDGET, {"at": sent})
    assert told.status_code == 422 and "nothing was changed" in told.text.lower()
    assert not Learnt.objects.exists()


@pytest.mark.parametrize("role", ["therapist", "supervisor", "administrator", "researcher"])
def test_it_is_for_the_lead(clinic, signed_in, role):
    person = signed_in(clinic.staff[role])
    assert person.get(BUDGET).status_code == person.post(BUDGET, {"at": "0.02"}).status_code == 403
    assert not Learnt.objects.exists()
