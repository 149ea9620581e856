"""Addresses of the wizard, under `/buy/`."""

from consoleapp.domain.roles import Permission
from consoleapp.orders.services import whose_order
from consoleapp.web.routes import route
from consoleapp.wizard.services.drafts import whose_draft
from consoleapp.wizard.views import (
    access_check,
    confirm,
    drafts,
    forget,
    images,
    order_feedback,
    pasted,
    request,
    start,
    versions,
)
from consoleapp.wizard.views.basic import PAGE as BASIC
from consoleapp.wizard.views.other import PAGE as OTHER
from consoleapp.wizard.views.step import step_view

app_name = "wizard"
urlpatterns = [
    route("", start.start, Permission.DRAFT, name="start"),
    route("paste/", pasted.paste, Permission.DRAFT, name="paste"),
    route("_/look/", pasted.look, Permission.DRAFT, name="look"),
    route("_/versions/<str:key>/", versions.version_list, Permission.DRAFT, name="new-version-list"),
    route("drafts/", drafts.list_drafts, Permission.DRAFT, name="drafts"),
    route("drafts/discard/", drafts.discard_several, Permission.DRAFT, name="discard-several"),
    route("drafts/forget-login/", drafts.forget_login, Permission.SELF, name="forget-login"),
    route("forget/", forget.forget, Permission.SELF, name="forget"),
    route("mend/<uuid:order_id>/", order_feedback.mend, Permission.ORDER, whose_order, name="mend"),
    route("<uuid:draft_id>/basic/", step_view(BASIC), Permission.DRAFT, whose_draft, name="basic"),
    route("<uuid:draft_id>/other/", step_view(OTHER), Permission.DRAFT, whose_draft, name="other"),
    route("<uuid:draft_id>/confirm/", confirm.confirm, Permission.DRAFT, whose_draft, name="confirm"),
    route(
        "<uuid:draft_id>/request/<slug:language>/",
        request.in_language,
        Permission.DRAFT,
        whose_draft,
        name="request",
    ),
    route("<uuid:draft_id>/images/<str:key>/<slug:tab>/", images.images, Permission.DRAFT, whose_draft, name="images"),
    route("<uuid:draft_id>/versions/<str:key>/", versions.versions, Permission.DRAFT, whose_draft, name="versions"),
    route(
        "<uuid:draft_id>/_/versions/<str:key>/",
        versions.version_list,
        Permission.DRAFT,
        whose_draft,
        name="version-list",
    ),
    route("<uuid:draft_id>/_/check/<str:keys>/", access_check.check, Permission.DRAFT, whose_draft, name="check"),
    route("<uuid:draft_id>/copy/", drafts.copy, Permission.DRAFT, whose_draft, name="copy"),
    route("<uuid:draft_id>/discard/", drafts.discard, Permission.DRAFT, whose_draft, name="discard"),
    route("<uuid:draft_id>/restore/", drafts.restore, Permission.DRAFT, whose_draft, name="restore"),
]
