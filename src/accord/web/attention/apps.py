"""Django's name for this room."""

from django.apps import AppConfig


class Room(AppConfig):
    """The app `attention`."""

    name = "accord.web.attention"
    label = "attention"
