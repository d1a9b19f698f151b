"""Addresses of the room `audit`."""

from django.urls import path

from accord.web.audit import views

app_name = "audit"
urlpatterns = [path("", views.trail, name="trail")]
