"""Django's name for this room."""

from django.apps import AppConfig


class Room(AppConfig):
    """The app `repair`."""

    name = "accord.web.repair"
    label = "repair"
