"""Addresses for staff who ask and answer: codes, cards, sending, paper forms, the therapist's own rating."""

from django.urls import URLPattern

app_name = "ask"
urlpatterns: list[URLPattern] = []
