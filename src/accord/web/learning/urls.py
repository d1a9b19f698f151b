"""Addresses of the room `learning`: what a service learns from its own sessions."""

from django.urls import path, register_converter

from accord.studies.texts import study_ids
from accord.web.learning import study_views, views, word_views


class StudyId:
    """The id of a study that there is: other addresses under `learning/` are other pages, or none."""

    regex = "|".join(study_ids())

    def to_python(self, value: str) -> str:
        """The id."""
        return value

    def to_url(self, value: str) -> str:
        """The id."""
        return value


register_converter(StudyId, "study")
app_name = "learning"
urlpatterns = [
    path("", study_views.home, name="home"),
    path("state/", study_views.state, name="state"),
    path("run/", study_views.ask, name="run"),
    path("names/", study_views.names, name="names"),
    path("alarms/", views.budget, name="budget"),
    path("annual-report.<slug:form>", study_views.report, name="report"),
    path("leaving/looked/", word_views.looked, name="looked"),
    path("words/<str:key>/", word_views.talked, name="talked"),
    path("<study:study>/", study_views.study, name="study"),
    path("<study:study>.<slug:form>", study_views.take, name="take"),
]
