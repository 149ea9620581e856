"""Addresses of the wizard, under `/buy/`."""

from django.urls import path

from consoleapp.wizard.views import (
    access_check,
    confirm,
    drafts,
    forget,
    images,
    order_feedback,
    pasted,
    start,
    versions,
)
from consoleapp.wizard.views.basic import PAGE as BASIC
from consoleapp.wizard.views.other import PAGE as OTHER
from consoleapp.wizard.views.step import step_view

app_name = "wizard"
urlpatterns = [
    path("", start.start, name="start"),
    path("paste/", pasted.paste, name="paste"),
    path("_/look/", pasted.look, name="look"),
    path("_/versions/<str:key>/", versions.version_list, name="new-version-list"),
    path("drafts/", drafts.list_drafts, name="drafts"),
    path("drafts/discard/", drafts.discard_several, name="discard-several"),
    path("drafts/forget-login/", drafts.forget_login, name="forget-login"),
    path("forget/", forget.forget, name="forget"),
    path("mend/<uuid:order_id>/", order_feedback.mend, name="mend"),
    path("<uuid:draft_id>/basic/", step_view(BASIC), name="basic"),
    path("<uuid:draft_id>/other/", step_view(OTHER), name="other"),
    path("<uuid:draft_id>/confirm/", confirm.confirm, name="confirm"),
    path("<uuid:draft_id>/images/<str:key>/<slug:tab>/", images.images, name="images"),
    path("<uuid:draft_id>/versions/<str:key>/", versions.versions, name="versions"),
    path("<uuid:draft_id>/_/versions/<str:key>/", versions.version_list, name="version-list"),
    path("<uuid:draft_id>/_/check/<str:keys>/", access_check.check, name="check"),
    path("<uuid:draft_id>/copy/", drafts.copy, name="copy"),
    path("<uuid:draft_id>/discard/", drafts.discard, name="discard"),
    path("<uuid:draft_id>/restore/", drafts.restore, name="restore"),
]
