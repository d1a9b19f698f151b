"""Links: signed, for one form, forged in no way that opens anything."""

import pytest
import segno

from accord.web.checkin.links import address, link_behind, make_link, open_beside, qr_svg, token


@pytest.fixture
def link(clinic):
    return make_link(clinic.client().session, "accord-check-in")


def test_a_token_opens_its_link_with_everything_a_page_needs(link, django_assert_num_queries):
    text = token(link)
    link_behind(text)  # makes the SQL
    with django_assert_num_queries(1):
        found = link_behind(text)
        assert found == link
        assert found.session.course.client.code == "Ana"
        assert found.session.course.therapist.name == "Therapist Harbour"
        assert found.service.name == "Harbour"
        assert found.expires_at == link.expires_at


@pytest.mark.parametrize(
    "forge",
    [
        lambda text: text[:-1] + ("A" if text[-1] != "A" else "B"),
        lambda text: text.split(".")[0],
        lambda text: "0" * 32 + "." + text.split(".")[1],
        lambda text: text + "A",
        lambda text: text.upper(),
        lambda text: "",
        lambda text: "." * 300,
        lambda text: "\x00" + text,
    ],
)
def test_a_forged_token_opens_nothing(link, forge):
    assert link_behind(forge(token(link))) is None


def test_the_same_form_of_the_same_session_has_one_link(link):
    assert make_link(link.session, "accord-check-in") == link


def test_the_code_is_the_address(link):
    code = segno.make(address(link), error="m")
    drawn = code.svg_inline(
        scale=4, border=2, dark="#000", light="#fff", svgclass="qr", lineclass="", omitsize=True
    )
    assert qr_svg(link) == drawn
    assert token(link) in address(link)


def test_forms_that_wait_beside_this_one(link):
    other = make_link(link.session, "accord-wellbeing")
    assert open_beside(link) == [other]
    other.withdrawn_at = link.made_at
    other.save()
    assert open_beside(link) == []
