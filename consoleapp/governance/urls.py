"""Addresses of policies and quotas: those of a team below its own, those of the site beside them."""

from consoleapp.domain.roles import Permission
from consoleapp.governance import quota_views, views
from consoleapp.teams.services import whose_team
from consoleapp.web.routes import route

app_name = "governance"
_POLICY = "teams/<slug:slug>/policies/<int:policy_id>/"
_SITE = "policies/<int:policy_id>/"
_SEE, _ADMIN, _OF_SITE = Permission.SEE, Permission.ADMIN, Permission.SITE
urlpatterns = [
    route("teams/<slug:slug>/policies/", views.list_policies, _SEE, whose_team, name="policies", site_too=True),
    route("teams/<slug:slug>/policies/new/", views.edit, _ADMIN, whose_team, name="new-policy", site_too=True),
    route(_POLICY, views.detail, _SEE, whose_team, name="policy", site_too=True),
    route(f"{_POLICY}edit/", views.edit, _ADMIN, whose_team, name="edit-policy", site_too=True),
    route(f"{_POLICY}end/", views.end, _ADMIN, whose_team, name="end-policy", site_too=True),
    route(f"{_POLICY}exempt/", views.exempt, _ADMIN, whose_team, name="exempt", site_too=True),
    route("policies/", views.list_policies, _OF_SITE, name="site-policies"),
    route("policies/new/", views.edit, _OF_SITE, name="site-new-policy"),
    route(_SITE, views.detail, _OF_SITE, name="site-policy"),
    route(f"{_SITE}edit/", views.edit, _OF_SITE, name="site-edit-policy"),
    route(f"{_SITE}end/", views.end, _OF_SITE, name="site-end-policy"),
    route(f"{_SITE}exempt/", views.exempt, _OF_SITE, name="site-exempt"),
    route("teams/<slug:slug>/quota/", quota_views.quota, _SEE, whose_team, name="quota", site_too=True),
    route("teams/<slug:slug>/quota/limits/", quota_views.limits, _OF_SITE, name="limits"),
    route("teams/<slug:slug>/quota/give-back/", quota_views.give_back, _OF_SITE, name="give-back"),
]
