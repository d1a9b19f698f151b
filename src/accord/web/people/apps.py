"""Django's name for this room."""

from django.apps import AppConfig


class Room(AppConfig):
    """The app `people`."""

    name = "accord.web.people"
    label = "people"
