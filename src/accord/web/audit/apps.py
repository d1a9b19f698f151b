"""Django's name for this room."""

from django.apps import AppConfig


class Room(AppConfig):
    """The app `audit`."""

    name = "accord.web.audit"
    label = "audit"
