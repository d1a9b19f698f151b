"""Every address of the application: the client's door under /c/, sign-in, and one part per room."""

from django.contrib import admin
from django.http import Http404
from django.urls import include, path


def nowhere(request, **_):
    """For a sign-in page that Accord does not offer: an administrator changes an address."""
    raise Http404


handler400 = "accord.web.problems.bad_request"
handler403 = "accord.web.problems.forbidden"
handler404 = "accord.web.problems.not_found"
handler500 = "accord.web.problems.our_fault"

urlpatterns = [
    path("c/me/", include("accord.web.voice.client_urls")),
    path("c/", include("accord.web.checkin.urls")),
    path("accounts/email/", nowhere, name="account_email_closed"),
    path("accounts/", include("allauth.urls")),
    path("admin/", admin.site.urls),
    path("", include("accord.web.attention.urls")),
    path("clients/", include("accord.web.therapy.urls")),
    path("ask/", include("accord.web.checkin.staff_urls")),
    path("settings/", include("accord.web.people.urls")),
    path("learning/", include("accord.web.learning.urls")),
    path("", include("accord.web.repair.urls")),
    path("voice/", include("accord.web.voice.urls")),
    path("", include("accord.web.voice.public_urls")),
    path("trail/", include("accord.web.audit.urls")),
]
