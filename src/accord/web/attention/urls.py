"""Addresses of the room `attention`."""

from django.urls import path

from accord.web.attention import signal_views as signals
from accord.web.attention import supervision_views as supervision
from accord.web.attention import views

app_name = "attention"
urlpatterns = [
    path("", views.today, name="today"),
    path("welcome/", views.welcome, name="welcome"),
    path("safety/", views.safety, name="risk"),
    path("safety/<str:key>/acknowledge/", views.acknowledge, name="acknowledge"),
    path("raised/<str:key>/talked-about/", views.talked_about, name="talked_about"),
    path("due/", views.due, name="due"),
    path("signals/<str:key>/snooze/", signals.snooze, name="snooze"),
    path("signals/<str:key>/unsnooze/", signals.unsnooze, name="unsnooze"),
    path("signals/<str:key>/say/", signals.say, name="say"),
    path("supervision/", supervision.agenda, name="agenda"),
    path("supervision/open/", supervision.meeting_open, name="meeting_open"),
    path("supervision/close/", supervision.meeting_close, name="meeting_close"),
    path("supervision/talk/<str:key>/", supervision.talk, name="talk"),
    path("supervision/agreed/<str:key>/", supervision.agreed_done, name="agreed_done"),
    path("supervision/<str:key>/", supervision.meeting, name="meeting"),
]
