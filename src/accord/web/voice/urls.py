"""Addresses for staff: what clients wrote to them, what was changed, doors to clients' own pages, requests to erase."""

from django.urls import URLPattern

app_name = "voice"
urlpatterns: list[URLPattern] = []
