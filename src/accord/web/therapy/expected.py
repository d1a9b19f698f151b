"""The outcome of one client beside this service's expected course: the band in the picture, the pill, and the words.

The band is that of the rule ``off_track``: seen from the first rating alone, of people who are still there at each
session. Where the service has no expected course, or none for this client, the words say why: too little to know it, or
bands that do not hold here, are different absences.
"""

from collections.abc import Mapping

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _l

from accord.course.expected import NEEDED, THERAPISTS, Band, ExpectedCourse, Lack, NoCourse
from accord.signals.known import TOTAL, WELLBEING
from accord.signals.reading import rated
from accord.signals.rules.off_track import INTAKE_BY, bands_of, begun
from accord.signals.run import Rated
from accord.web.attention.signal_words import Pill
from accord.web.therapy.client_reading import ClientFile
from accord.web.therapy.sentences import voice


def expected_bands(file: ClientFile) -> Mapping[str, Band]:
    """The band at each session after the first rating, the talk to come too, by the session's key."""
    expected, points = file.learnt.expected, _points(file)
    if isinstance(expected, NoCourse) or not begun(points):
        return {}
    intake, from_on = points[0][1], points[0][0].number or 0
    found = {
        one.key: expected.band(intake, {}, one.number)
        for one in file.course.sessions
        if one.number is not None and one.number > from_on
    }
    return {key: band for key, band in found.items() if band is not None}


def expected_pill(file: ClientFile) -> Pill | None:
    """Whether the last rating lies on the expected course; None where that cannot be told."""
    expected, points = file.learnt.expected, _points(file)
    band = _last(expected, points)
    if isinstance(expected, NoCourse) or band is None:
        return None
    value = points[-1][1]
    if expected.worse(value, band):
        return Pill("off-course", _("Off the expected course"))
    if band.low <= value <= band.high:
        return Pill("on-course", _("On the expected course"))
    return Pill("on-course", _("Better than the expected course"))


def expected_words(file: ClientFile) -> str:
    """What the last rating says beside the expected course, or why nothing can be said."""
    expected, points = file.learnt.expected, _points(file)
    if not points:
        return ""
    if isinstance(expected, NoCourse):
        return no_course_words(expected)
    if not begun(points):
        return _(
            "It was first answered after session %(number)s, too late to compare it with the expected course."
        ) % {"number": INTAKE_BY}
    if len(points) == 1:
        return _("From the next answer on it is compared with people here who began alike.")
    band = _last(expected, points)
    if band is None:
        return _("Too few people here were rated at a session this late to compare it with.")
    facts = {
        **voice(file.pronoun).words,
        "session": points[-1][0].number,
        "low": round(band.low),
        "high": round(band.high),
        "count": expected.courses,
    }
    if expected.worse(points[-1][1], band):
        said = _(
            "It is lower than what people who started like %(them)s usually report by session %(session)s."
        )
    elif band.low <= points[-1][1] <= band.high:
        said = _("It is inside what people who started like %(them)s usually report by session %(session)s.")
    else:
        said = _(
            "It is higher than what people who started like %(them)s usually report by session %(session)s."
        )
    range_ = _("Eight of ten lie between %(low)s and %(high)s; n = %(count)s, this service.")
    return f"{said % facts} {range_ % facts}"


NO_COURSE = {
    Lack.COURSES: _l(
        "There is no expected course to compare it with yet: it takes %(courses)s courses that have ended, of "
        "%(therapists)s therapists or more."
    ),
    Lack.THERAPISTS: _l(
        "There is no expected course to compare it with yet: whether one holds is asked of clients of other "
        "therapists, and it takes %(therapists)s therapists or more, none of them with most of the courses."
    ),
    Lack.RATINGS: _l(
        "There is no expected course to compare it with yet: too few people here answer at their second to sixth "
        "session to see whether it would hold."
    ),
    Lack.FIT: _l(
        "There is no expected course to compare it with: the courses that have ended here follow no line that could be "
        "worked out."
    ),
    Lack.BANDS: _l(
        "There is no expected course to compare it with: the range meant to hold 80 of 100 people here held "
        "%(inside)s, so nobody is judged by it."
    ),
}


def no_course_words(none: NoCourse) -> str:
    """Why this service has no expected course."""
    inside = "?" if none.inside is None else round(100 * none.inside)
    return str(NO_COURSE[none.lack]) % {"courses": NEEDED, "therapists": THERAPISTS, "inside": inside}


def _points(file: ClientFile) -> Rated:
    return [one for one in rated(file.course, WELLBEING, TOTAL) if one[0].number is not None]


def _last(expected: ExpectedCourse | NoCourse, points: Rated) -> Band | None:
    if isinstance(expected, NoCourse) or not begun(points):
        return None
    return bands_of(expected, points)[-1]
