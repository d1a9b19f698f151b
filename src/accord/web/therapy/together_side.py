"""What the client's page says about working together: the way there, and a wish that changed since the last look."""

from dataclasses import dataclass

from django.utils.translation import gettext as _

from accord.web.attention.words import address
from accord.web.people.viewer import Viewer
from accord.web.therapy.client_reading import PREFERENCES, ClientFile
from accord.web.therapy.together_axes import changed_from, ends, place_words


@dataclass(frozen=True)
class Beside:
    """The link to the page, and each wish that changed, in words; none once this person has seen the answers."""

    url: str
    changed: tuple[str, ...]


def beside(viewer: Viewer, file: ClientFile) -> Beside:
    """The hook of the client's page; one query, and only where a wish changed at the last time it was asked.

    Call it before the answers of the page are noted as opened.
    """
    url = f"{address('therapy:together', file.client)}?course={file.course_key}"
    asked = [one for one in file.given if one.instrument == PREFERENCES and one.axes and not one.superseded]
    changed = []
    for one in ends():
        values = [given.axes.get(one.item) for given in asked]
        if values and changed_from(values)[-1] is not None:
            changed.append(_("Changed: now %(place)s.") % {"place": place_words(one, values[-1])})
    if changed and _seen(viewer, asked[-1].key):
        changed = []
    return Beside(url, tuple(changed))


def _seen(viewer: Viewer, response: str) -> bool:
    return viewer.responses.filter(key=response, openings__by=viewer.staff).exists()
