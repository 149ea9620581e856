"""Addresses of launch templates, under `/templates/`."""

from consoleapp.catalogue.views import detail, listing, newer, save, short_form
from consoleapp.domain.roles import Permission
from consoleapp.launch_templates.services import whose_template
from consoleapp.orders.services import whose_order
from consoleapp.web.routes import route
from consoleapp.wizard.services.drafts import whose_draft

app_name = "launch_templates"
urlpatterns = [
    route("", listing.templates, Permission.SEE, name="list"),
    route("fill/<uuid:draft_id>/", short_form.fill, Permission.DRAFT, whose_draft, name="fill"),
    route("newer/<uuid:draft_id>/", newer.newer, Permission.DRAFT, whose_draft, name="newer"),
    route("save/draft/<uuid:draft_id>/", save.of_draft, Permission.ORDER, whose_draft, name="save-draft"),
    route("save/order/<uuid:order_id>/", save.of_order, Permission.ORDER, whose_order, name="save-order"),
    route("<slug:slug>/", short_form.sample, Permission.DRAFT, name="sample"),
    route("<slug:team_slug>/<slug:slug>/", short_form.use, Permission.ORDER, whose_template, name="use"),
    route("<slug:team_slug>/<slug:slug>/about/", detail.detail, Permission.SEE, whose_template, name="detail"),
    route("<slug:team_slug>/<slug:slug>/edit/", save.of_version, Permission.ADMIN, whose_template, name="edit"),
    route("<slug:team_slug>/<slug:slug>/change/", detail.change, Permission.ADMIN, whose_template, name="change"),
    route("<slug:team_slug>/<slug:slug>/revise/", detail.revise, Permission.ADMIN, whose_template, name="revise"),
]
