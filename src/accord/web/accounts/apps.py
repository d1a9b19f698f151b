"""Django's name for this room."""

from django.apps import AppConfig


class Room(AppConfig):
    """The app `accounts`."""

    name = "accord.web.accounts"
    label = "accounts"
