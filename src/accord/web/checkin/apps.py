"""Django's name for this room."""

from django.apps import AppConfig


class Room(AppConfig):
    """The app `checkin`."""

    name = "accord.web.checkin"
    label = "checkin"
