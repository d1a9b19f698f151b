"""Addresses that anybody may open, without a link and without an account."""

from django.urls import path

from accord.web.voice import concern_views as concerns
from accord.web.voice.fit import views as fit

app_name = "public"
urlpatterns = [
    path("complaints/<slug:slug>/", concerns.complaints, name="complaints"),
    path("fit/", fit.fit, name="fit"),
    path("fit/<slug:slug>/", fit.fit, name="fit_of"),
]
