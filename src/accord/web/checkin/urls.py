"""Addresses of the client's pages; everything under /c/ works without an account and without a cookie."""

from django.urls import path

from accord.web.checkin import views
from accord.web.voice import concern_views

app_name = "checkin"
urlpatterns = [
    path("sw.js", views.service_worker, name="service_worker"),
    path("<str:link_token>/", views.form, name="form"),
    path("<str:link_token>/sent", views.sent, name="sent"),
    path("<str:link_token>/who", views.who, name="who"),
    path("<str:link_token>/decline", views.decline, name="decline"),
    path("<str:link_token>/off", concern_views.off_by_link, name="off"),
]
