"""Addresses of repairs: one repair, those of a service, what they teach, support tools."""

from django.urls import URLPattern, path

from accord.web.repair import learning_views, tools_views, views

app_name = "repair"
urlpatterns: list[URLPattern] = [
    path("repairs/", views.repairs, name="repairs"),
    path("repairs/begin/<str:key>/", views.begin, name="begin"),
    path("repairs/<str:key>/", views.repair, name="repair"),
    path("repairs/<str:key>/do/", views.act, name="act"),
    path("learning/repairs/", learning_views.teaching, name="teaching"),
    path("tools/", tools_views.tools, name="tools"),
    path("settings/tools/", tools_views.settings, name="tools_settings"),
    path("settings/tools/new/", tools_views.new, name="tool_new"),
    path("settings/tools/<str:tool>/", tools_views.edit, name="tool"),
    path("settings/tools/<str:tool>/do/", tools_views.change, name="tool_change"),
]
