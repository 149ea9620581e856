"""My drafts: resume, copy, discard; and the logins that are kept for the session: forget."""

import uuid
from datetime import timedelta

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from consoleapp.accounts.models import User
from consoleapp.wizard.draft import raw
from consoleapp.wizard.draft.images import image_text
from consoleapp.wizard.draft.sizes import instance_types
from consoleapp.wizard.forms.basic import region_name
from consoleapp.wizard.models import Draft
from consoleapp.wizard.services import drafts, logins
from consoleapp.wizard.services.draft_limits import DRAFTS_MAX, TooMuch
from consoleapp.wizard.services.ordering import resumable_drafts
from consoleapp.wizard.shape import containers_of
from consoleapp.wizard.upgrades import CannotUpgrade
from consoleapp.wizard.views.room import no_room, tell_displaced
from consoleapp.wizard.views.step import SeeOther, draft_or_404, raw_draft_or_404


@require_safe
def list_drafts(request: HttpRequest) -> HttpResponse:
    """List the actor's drafts not ordered as they are now, last saved first, and the logins kept for the session."""
    found = resumable_drafts(request.user)[:DRAFTS_MAX] if isinstance(request.user, User) else []
    context = {
        "nav": "drafts",
        "drafts": [_line(draft) for draft in found],
        "logins": logins.kept(request.user, request.session.session_key),
        "hours": logins.KEPT_FOR // timedelta(hours=1),
    }
    return render(request, "wizard/drafts.html", context)


def _line(draft: Draft) -> dict[str, object]:
    try:
        data = draft.typed
    except CannotUpgrade:
        return {"draft": draft, "is_unreadable": True}
    images = [image_text(card) for card in containers_of(data) if image_text(card)]
    return {
        "draft": draft,
        "region": region_name(raw.word(data["spec"], "region_id")),
        "types": ", ".join(instance_types(data["spec"]))[:40],
        "cpu": raw.word(data["spec"], "cpu")[:8],
        "memory": raw.word(data["spec"], "memory_gib")[:8],
        "images": images[:2],
        "more": len(images[2:]),
    }


@require_POST
def copy(request: HttpRequest, draft_id: uuid.UUID) -> HttpResponse:
    """Make a second draft with the same content and open it."""
    try:
        twin = drafts.copy_draft(draft_or_404(request, draft_id))
    except TooMuch as refused:
        return no_room(request, refused)
    tell_displaced(request, twin)
    return SeeOther(reverse("wizard:basic", args=[twin.pk]))


@require_http_methods(["GET", "HEAD", "POST"])
def discard(request: HttpRequest, draft_id: uuid.UUID) -> HttpResponse:
    """Ask, then delete the draft and its secrets."""
    draft = raw_draft_or_404(request, draft_id)
    if request.method != "POST":
        return render(request, "wizard/discard.html", {"nav": "drafts", "draft": draft})
    name = str(draft)
    drafts.discard_draft(draft)
    messages.success(request, _("The draft %(name)s is discarded.") % {"name": name})
    return SeeOther(reverse("wizard:drafts"))


@require_POST
def forget_login(request: HttpRequest) -> HttpResponse:
    """Wipe the login of one host from those that are kept for the session."""
    host = request.POST.get("host", "")
    if logins.forget(request.user, request.session.session_key, host):
        messages.success(request, _("The login for %(host)s is forgotten.") % {"host": host})
    return SeeOther(reverse("wizard:drafts"))
