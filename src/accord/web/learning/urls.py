"""Addresses of the room `learning`: what a service learns from its own sessions."""

from django.urls import path

from accord.web.learning import views

app_name = "learning"
urlpatterns = [path("alarms/", views.budget, name="budget")]
