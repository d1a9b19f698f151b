"""Addresses of repairs: one repair, those of a service, what they teach, support tools."""

from django.urls import URLPattern

app_name = "repair"
urlpatterns: list[URLPattern] = []
