"""My drafts: resume, copy, discard and undo that; and the logins that are kept for the session: forget."""

import re
import uuid
from datetime import timedelta
from typing import Final

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

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

# The parameter that says which draft was put away just now.
DISCARDED: Final = "discarded"
_UUID: Final = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")


@require_safe
def list_drafts(request: HttpRequest) -> HttpResponse:
    """List the actor's drafts not ordered as they are now, last saved first, and the logins kept for the session."""
    asked = request.GET.get(DISCARDED, "")
    found = resumable_drafts(request.user)[:DRAFTS_MAX] if isinstance(request.user, User) else []
    context = {
        "nav": "drafts",
        "drafts": [_line(draft) for draft in found],
        "discarded": _put_away(request, uuid.UUID(asked)) if _UUID.fullmatch(asked) else None,
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


@require_POST
def discard(request: HttpRequest, draft_id: uuid.UUID) -> HttpResponse:
    """Put the draft away, and offer to undo that."""
    draft = raw_draft_or_404(request, draft_id)
    drafts.discard_draft(draft)
    return SeeOther(f"{reverse('wizard:drafts')}?{DISCARDED}={draft.pk}")


@require_POST
def restore(request: HttpRequest, draft_id: uuid.UUID) -> HttpResponse:
    """Bring a discarded draft back."""
    draft = _put_away(request, draft_id)
    if draft is None:
        raise Http404(_("There is no such draft."))
    try:
        drafts.restore_draft(draft)
    except TooMuch as refused:
        return no_room(request, refused)
    messages.success(request, _("The draft %(name)s is back.") % {"name": draft})
    return SeeOther(reverse("wizard:drafts"))


def _put_away(request: HttpRequest, draft_id: uuid.UUID) -> Draft | None:
    return drafts.discarded_draft(request.user, draft_id) if isinstance(request.user, User) else None


@require_POST
def forget_login(request: HttpRequest) -> HttpResponse:
    """Wipe the login of one host from those that are kept for the session."""
    host = request.POST.get("host", "")
    if logins.forget(request.user, request.session.session_key, host):
        messages.success(request, _("The login for %(host)s is forgotten.") % {"host": host})
    return SeeOther(reverse("wizard:drafts"))
