"""Addresses of the room `people`: settings, the plan, staff, teams, clients and what they agreed to."""

from django.urls import path

from accord.web.people import client_views as clients
from accord.web.people import noting_views as noting
from accord.web.people import views
from accord.web.voice.library import staff_views as library

app_name = "people"
urlpatterns = [
    path("", views.settings, name="settings"),
    path("plan/", views.plan, name="plan"),
    path("mail/", views.mail, name="mail"),
    path("noted/", noting.noted, name="noted"),
    path("noted/training/", noting.training_new, name="training_new"),
    path("noted/training/<str:key>/end/", noting.training_end, name="training_end"),
    path("words/", views.words, name="words"),
    path("articles/", library.articles, name="articles"),
    path("people/", views.staff, name="staff"),
    path("people/new/", views.staff_new, name="staff_new"),
    path("people/<str:key>/", views.staff_edit, name="staff_edit"),
    path("teams/", views.teams, name="teams"),
    path("teams/new/", views.team_new, name="team_new"),
    path("teams/<str:key>/", views.team_edit, name="team_edit"),
    path("teams/<str:key>/end/", views.team_end, name="team_end"),
    path("switch/<slug:slug>/", views.switch, name="switch"),
    path("clients/new/", clients.new, name="client_new"),
    path("clients/<str:key>/", clients.edit, name="client_edit"),
    path("clients/<str:key>/course/", clients.course, name="course_new"),
    path("clients/<str:key>/consent/", clients.consent, name="consent"),
]
