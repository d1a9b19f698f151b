"""Django's name for this room."""

from django.apps import AppConfig


class Room(AppConfig):
    """The app `learning`."""

    name = "accord.web.learning"
    label = "learning"
