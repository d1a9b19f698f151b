"""Addresses of the client's own page, under /c/me/: no account, no cookie; the signed key of a door opens them."""

from django.urls import path

from accord.web.voice import concern_views as concerns
from accord.web.voice import me_views as me

app_name = "me"
urlpatterns = [
    path("letter/<str:letter_token>/", concerns.letter, name="letter"),
    path("<str:door_token>/off", concerns.off_by_door, name="off"),
    path("<str:door_token>/", me.page, name="page"),
    path("<str:door_token>/who", me.who, name="who"),
    path("<str:door_token>/choices", me.choices, name="choices"),
    path("<str:door_token>/copy", me.copy, name="copy"),
    path("<str:door_token>/erasing", me.erasing, name="erasing"),
    path("<str:door_token>/language", me.language, name="language"),
]
