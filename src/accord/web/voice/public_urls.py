"""Addresses that anybody may open, without a link and without an account."""

from django.urls import path

from accord.web.voice import concern_views as concerns
from accord.web.voice.fit import views as fit
from accord.web.voice.library import views as library

app_name = "public"
urlpatterns = [
    path("complaints/<slug:slug>/", concerns.complaints, name="complaints"),
    path("fit/", fit.fit, name="fit"),
    path("fit/<slug:slug>/", fit.fit, name="fit_of"),
    path("about/", library.about, name="about"),
    path("about/<slug:slug>/", library.about, name="about_of"),
    path("library/", library.library, name="library"),
    path("library/feed.xml", library.feed, name="feed"),
    path("library/claims.json", library.claims_json, name="claims_json"),
    path("library/claims/", library.claims, name="claims"),
    path("library/claims/<slug:id>/", library.claim, name="claim"),
    path("library/<slug:slug>/", library.article, name="article"),
    path("honesty/", library.honesty, name="honesty"),
]
