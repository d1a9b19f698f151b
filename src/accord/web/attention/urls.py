"""Addresses of the room `attention`."""

from django.urls import path

from accord.web.attention import views

app_name = "attention"
urlpatterns = [
    path("", views.today, name="today"),
    path("welcome/", views.welcome, name="welcome"),
    path("safety/", views.safety, name="risk"),
    path("safety/<str:key>/acknowledge/", views.acknowledge, name="acknowledge"),
    path("raised/<str:key>/talked-about/", views.talked_about, name="talked_about"),
    path("due/", views.due, name="due"),
]
