"""Addresses of asking, for staff: show a code, print a card, send, withdraw, type in from paper, rate a session."""

from django.urls import path

from accord.web.checkin import staff_views as views

app_name = "ask"
urlpatterns = [
    path("links/<str:key>/card/", views.card, name="card"),
    path("links/<str:key>/send/", views.send, name="send"),
    path("links/<str:key>/withdraw/", views.withdraw, name="withdraw"),
    path("links/<str:key>/reopen/", views.reopen, name="reopen"),
    path("clients/<str:key>/again/", views.again, name="again"),
    path("<str:key>/", views.session, name="session"),
    path("<str:key>/rate/", views.rate, name="rate"),
    path("<str:key>/skip/", views.skip, name="skip"),
    path("<str:key>/<str:instrument>/", views.qr, name="qr"),
    path("<str:key>/<str:instrument>/paper/", views.paper, name="paper"),
]
