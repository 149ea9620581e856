"""Addresses of teams."""

from consoleapp.domain.roles import Permission
from consoleapp.teams import views
from consoleapp.teams.services import whose_team
from consoleapp.web.routes import route

app_name = "teams"
urlpatterns = [
    route("", views.teams, Permission.SITE, name="list"),
    route("new/", views.create, Permission.SITE, name="create"),
    route("choose/", views.choose, Permission.SELF, name="choose"),
    route("<slug:slug>/", views.detail, Permission.SEE, whose_team, name="detail", site_too=True),
    route("<slug:slug>/members/", views.members, Permission.ADMIN, whose_team, name="members", site_too=True),
    route("<slug:slug>/settings/", views.settings, Permission.ADMIN, whose_team, name="settings", site_too=True),
    route("<slug:slug>/archive/", views.archive, Permission.SITE, name="archive"),
]
