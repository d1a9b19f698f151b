"""Django's name for this room."""

from django.apps import AppConfig


class Room(AppConfig):
    """The app `voice`."""

    name = "accord.web.voice"
    label = "voice"
