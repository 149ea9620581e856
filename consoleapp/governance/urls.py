"""Addresses of governance: below a team, and of the site."""

from consoleapp.domain.roles import Permission
from consoleapp.governance.views import exemptions, policies, quota
from consoleapp.teams.services import whose_team
from consoleapp.web.routes import route

app_name = "governance"
TEAM = "teams/<slug:slug>"
EXEMPT = f"{TEAM}/policies/<int:policy_id>/exemptions"
SEE, ADMIN, SITE = Permission.SEE, Permission.ADMIN, Permission.SITE
urlpatterns = [
    route(f"{TEAM}/policies/", policies.of_team, SEE, whose_team, name="policies", site_too=True),
    route(f"{TEAM}/policies/new/", policies.edit, ADMIN, whose_team, name="policy-new"),
    route(f"{TEAM}/policies/<int:policy_id>/", policies.edit, ADMIN, whose_team, name="policy"),
    route(f"{EXEMPT}/", exemptions.grant, ADMIN, whose_team, name="exempt", site_too=True),
    route(f"{EXEMPT}/<int:exemption_id>/end/", exemptions.end, ADMIN, whose_team, name="end-exemption", site_too=True),
    route(f"{TEAM}/quota/", quota.show, SEE, whose_team, name="quota", site_too=True),
    route(f"{TEAM}/quota/limits/", quota.limits, SITE, name="limits"),
    route(f"{TEAM}/quota/<int:booking_id>/release/", quota.release, SITE, name="release"),
    route("policies/", policies.of_site, SITE, name="site"),
    route("policies/new/", policies.edit, SITE, name="site-policy-new"),
    route("policies/<int:policy_id>/", policies.edit, SITE, name="site-policy"),
]
