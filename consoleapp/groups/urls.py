"""Addresses of container groups; the list is the home page."""

from consoleapp.domain.roles import Permission
from consoleapp.groups.views import actions, commands, demo, detail, home, live, together
from consoleapp.orders.services import whose_group, whose_press
from consoleapp.web.routes import route

app_name = "groups"
urlpatterns = [
    route("", home.home, Permission.SEE, name="list"),
    route("go/", commands.commands, Permission.SEE, name="commands"),
    route("demo/", demo.demo, Permission.SEE, name="demo"),
    route("_/live/", home.live, Permission.SEE, name="list-live"),
    route("groups/together/<uuid:press_id>/", together.together, Permission.SEE, whose_press, name="together"),
    route("groups/together/<uuid:press_id>/_/live/", together.live, Permission.SEE, whose_press, name="together-live"),
    route("groups/<slug:group_id>/", detail.detail, Permission.SEE, whose_group, name="detail"),
    route("groups/<slug:group_id>/restart/", actions.restart, Permission.OPERATE, whose_group, name="restart"),
    route("groups/<slug:group_id>/delete/", actions.delete, Permission.OPERATE, whose_group, name="delete"),
    route("groups/<slug:group_id>/similar/", actions.similar, Permission.ORDER, whose_group, name="similar"),
    route("groups/<slug:group_id>/retry/", actions.retry, Permission.ORDER, whose_group, name="retry"),
    route("groups/<slug:group_id>/log/", live.download, Permission.SEE, whose_group, name="log"),
    route("groups/<slug:group_id>/_/log/", live.live_log, Permission.SEE, whose_group, name="live-log"),
    route("groups/<slug:group_id>/_/live/", live.live, Permission.SEE, whose_group, name="live"),
]
