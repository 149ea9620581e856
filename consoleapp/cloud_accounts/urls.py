"""Addresses of cloud accounts: those of the site, and the page of a team."""

from consoleapp.cloud_accounts import views
from consoleapp.domain.roles import Permission
from consoleapp.teams.services import whose_team
from consoleapp.web.routes import route

app_name = "cloud_accounts"
_ONE = "cloud-accounts/<int:account_id>/"
urlpatterns = [
    route("cloud-accounts/", views.accounts, Permission.SITE, name="list"),
    route("cloud-accounts/new/", views.create, Permission.SITE, name="create"),
    route(_ONE, views.detail, Permission.SITE, name="detail"),
    route(f"{_ONE}check/", views.check, Permission.SITE, name="check"),
    route(f"{_ONE}key/", views.replace_key, Permission.SITE, name="key"),
    route(f"{_ONE}delete/", views.delete, Permission.SITE, name="delete"),
    route(f"{_ONE}grants/", views.grant, Permission.SITE, name="grant"),
    route(f"{_ONE}grants/<int:grant_id>/", views.change_grant, Permission.SITE, name="change-grant"),
    route("teams/<slug:slug>/accounts/", views.of_team, Permission.SEE, whose_team, name="team", site_too=True),
]
