"""Addresses of container groups; the list is the home page."""

from django.urls import path

from consoleapp.groups.views import actions, commands, demo, detail, home, live, together

app_name = "groups"
urlpatterns = [
    path("", home.home, name="list"),
    path("go/", commands.commands, name="commands"),
    path("demo/", demo.demo, name="demo"),
    path("_/live/", home.live, name="list-live"),
    path("groups/together/<uuid:press_id>/", together.together, name="together"),
    path("groups/together/<uuid:press_id>/_/live/", together.live, name="together-live"),
    path("groups/<slug:group_id>/", detail.detail, name="detail"),
    path("groups/<slug:group_id>/restart/", actions.restart, name="restart"),
    path("groups/<slug:group_id>/delete/", actions.delete, name="delete"),
    path("groups/<slug:group_id>/similar/", actions.similar, name="similar"),
    path("groups/<slug:group_id>/retry/", actions.retry, name="retry"),
    path("groups/<slug:group_id>/log/", live.download, name="log"),
    path("groups/<slug:group_id>/_/log/", live.live_log, name="live-log"),
    path("groups/<slug:group_id>/_/live/", live.live, name="live"),
]
