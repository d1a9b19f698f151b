"""Django's name for this room."""

from django.apps import AppConfig


class Room(AppConfig):
    """The app `therapy`."""

    name = "accord.web.therapy"
    label = "therapy"
