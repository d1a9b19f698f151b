"""Django's own administration: for those who run the installation, never for a service (decision 0008).

It knows no services and no consent, so only a superuser of the machine may open it, through the same sign-in with its
second step and its lock against guessing. It lists rows by key and time and opens none: raw answers are immutable,
scores are computed, the trail is sealed, and nobody who runs a machine needs a client's name.
"""

from django.contrib import admin
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse

from accord.web.accounts.models import User
from accord.web.attention.models import Alert, Raised
from accord.web.audit.models import Chain, Entry
from accord.web.checkin.models import Beat, Decline, Link, Message, Opening, Response, Score, Skip
from accord.web.people.models import Client, Consent, Service, Staff, StaffRole, Team
from accord.web.therapy.models import Course, PlanLine, Review, Session, TherapistPeriod


def only_superusers(request: HttpRequest) -> bool:
    """Whether this person runs the installation."""
    return bool(request.user.is_active and request.user.is_superuser)


def sign_in(request: HttpRequest, extra_context=None) -> HttpResponse:
    """The sign-in of everybody, for nobody; a 403 for those who are signed in and have no business here."""
    if request.user.is_authenticated:
        raise PermissionDenied
    return redirect_to_login(request.GET.get("next", "/admin/"))


admin.site.site_header = admin.site.site_title = "Accord, the installation"
admin.site.has_permission = only_superusers  # "staff" is not enough: a member of staff works for one service
admin.site.login = sign_in


class Listed(admin.ModelAdmin):
    """A table whose rows are listed: they are made and changed by actions, which write the trail."""

    list_display_links = None
    list_per_page = 50
    show_full_result_count = False
    actions = None

    def has_view_permission(self, request, obj=None):
        return obj is None and super().has_view_permission(request)

    def has_add_permission(self, request, obj=None):
        return False

    def has_change_permission(self, request, obj=None):
        return False

    def has_delete_permission(self, request, obj=None):
        return False


# What a list may show: never a name of a client, an address, an answer or a score.
SHOWN = {
    User: ("email", "is_active", "is_superuser", "last_login"),
    Service: ("name", "slug", "simulated", "timezone"),
    Staff: ("name", "service", "active"),
    Client: ("code", "service"),
    Message: ("kind", "service", "not_before", "attempts", "sent_at", "outcome"),
    Entry: ("number", "service", "at", "actor", "verb", "kind", "subject"),
}
USUAL = (
    "key",
    "service",
    "instrument",
    "scale",
    "version",
    "channel",
    "at",
    "day",
    "made_at",
    "received_at",
    "raised_at",
)

for model in (
    *(
        User,
        Service,
        Staff,
        StaffRole,
        Team,
        Client,
        Consent,
        Course,
        TherapistPeriod,
        Session,
        PlanLine,
        Review,
    ),
    *(Link, Response, Score, Skip, Opening, Decline, Message, Beat, Alert, Raised, Entry, Chain),
):
    usual = tuple(name for name in USUAL if name in {field.name for field in model._meta.fields})
    columns = {"list_display": SHOWN.get(model, usual or ("pk",)), "list_select_related": True}
    admin.site.register(model, type(f"{model.__name__}Admin", (Listed,), columns))
