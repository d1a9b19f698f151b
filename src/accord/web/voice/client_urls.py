"""Addresses of the client's own page, under /c/me/: no account, no cookie; the signed key of a door opens them."""

from django.urls import URLPattern

app_name = "me"
urlpatterns: list[URLPattern] = []
