"""Addresses for staff: what clients wrote to them, what was changed, doors to clients' own pages, requests to erase."""

from django.urls import path

from accord.web.voice import door_views as doors
from accord.web.voice import erasing_views as erasing
from accord.web.voice import inbox_views as inbox

app_name = "voice"
urlpatterns = [
    path("", inbox.inbox, name="inbox"),
    path("letters/<str:key>/", inbox.letter, name="letter"),
    path("letters/<str:key>/answer/", inbox.answer, name="letter_answer"),
    path("clients/<str:key>/door/", doors.door, name="door"),
    path("clients/<str:key>/door/card/", doors.card, name="door_card"),
    path("courses/<str:key>/changed/", doors.changed, name="changed"),
    path("changed/<str:key>/back/", doors.changed_back, name="changed_back"),
    path("erasures/", erasing.requests, name="erasures"),
    path("erasures/<str:key>/", erasing.decide, name="erasure"),
]
