"""Who may do what with a repair. What may be seen is the viewer's (`Viewer.repairs`, `Viewer.repair_notes`)."""

from django.db.models import Q, QuerySet

from accord.repair.state import Stage
from accord.web.people.models import Role, Staff
from accord.web.people.viewer import Viewer
from accord.web.repair.models import Repair
from accord.web.therapy.models import Course


def may_begin(viewer: Viewer) -> QuerySet[Course]:
    """Courses in which this person may begin a repair: their own, and those they supervise."""
    own = Q(therapist=viewer.staff)
    supervised = Q(pk__in=viewer.supervised.order_by().values("pk"))
    return viewer.courses.filter(own | supervised).distinct()


def may_change(viewer: Viewer) -> QuerySet[Repair]:
    """Repairs this person may add to: of their own courses, and while one is in supervision those they supervise.

    Others who may open the course, such as a lead, look and change nothing: it is between two people.
    """
    own = Q(course__therapist=viewer.staff)
    asked = Q(stage=Stage.SUPERVISION.value, course__in=viewer.supervised.order_by().values("pk"))
    return viewer.repairs.filter(own | asked).distinct()


def supervisors(course: Course) -> tuple[Staff, ...]:
    """Who would see a repair of this course in supervision: of the therapist's teams, as the client agreed."""
    if course.therapist is None:
        return ()
    rows = (
        Staff.objects.filter(
            service_id=course.service_id,
            active=True,
            roles__role=Role.SUPERVISOR,
            teams__in=course.therapist.teams.all(),
        )
        .exclude(pk=course.therapist_id)
        .distinct()
        .order_by("name", "pk")
    )
    return tuple(one for one in rows if Viewer(one).supervised.filter(pk=course.pk).exists())
