"""What staff do about what deserves attention, besides safety answers (`risk.py`)."""

from django.db import transaction

from accord.basics.clock import now
from accord.web.attention.judge import judge_course
from accord.web.attention.models import Raised
from accord.web.checkin.models import Response
from accord.web.people.viewer import Viewer


@transaction.atomic
def talked_about(*, viewer: Viewer, response: Response) -> Raised:
    """The concern that a client raised in this response has been talked about."""
    raised, new = Raised.objects.get_or_create(
        response=response, defaults={"service_id": response.service_id, "by": viewer.staff, "at": now()}
    )
    if new:
        viewer.did("talked about", "response", response.key)
        judge_course(response.session.course_id, now())
    return raised
