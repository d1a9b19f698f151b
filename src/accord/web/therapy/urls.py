"""Addresses of the room `therapy`: the list of clients, one client, and what is done with a course."""

from django.urls import path

from accord.web.therapy import ending_views, list_views, pattern_views, together_views, views

app_name = "therapy"
urlpatterns = [
    path("", list_views.clients, name="clients"),
    path("sessions/<str:key>/", views.session, name="session"),
    path("<str:key>/", views.client, name="client"),
    path("<str:key>/chart.json", views.chart, name="chart"),
    path("<str:key>/numbers.csv", views.numbers, name="numbers"),
    path("<str:key>/review/", views.review, name="review"),
    path("<str:key>/review/looked-at/", views.reviewed, name="reviewed"),
    path("<str:key>/together/", together_views.together, name="together"),
    path("<str:key>/together/gives/", together_views.gives, name="gives"),
    path("<str:key>/patterns/<str:pattern>/", pattern_views.pattern, name="pattern"),
    path("<str:key>/book/", views.book, name="book"),
    path("<str:key>/transfer/", views.transfer, name="transfer"),
    path("<str:key>/end/", ending_views.end, name="end"),
]
