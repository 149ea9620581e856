"""My drafts: resume, copy, discard and undo that; and the logins that are kept for the session: forget."""

import re
import uuid
from collections.abc import Sequence
from datetime import timedelta
from typing import Any, Final

from django.contrib import messages
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.debug import sensitive_variables
from django.views.decorators.http import require_POST, require_safe

from consoleapp.teams.actors import actor_of
from consoleapp.web.domain_words import region_name
from consoleapp.wizard import steps
from consoleapp.wizard.draft import raw
from consoleapp.wizard.draft.images import image_text
from consoleapp.wizard.draft.quantity import quantity_of
from consoleapp.wizard.draft.sizes import instance_types
from consoleapp.wizard.models import Draft
from consoleapp.wizard.services import access_checks, drafts, logins, saved_logins
from consoleapp.wizard.services.draft_limits import DRAFTS_MAX, TooMuch, is_empty_draft
from consoleapp.wizard.services.ordering import resumable_drafts
from consoleapp.wizard.shape import containers_of, is_empty
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
    found = resumable_drafts(actor_of(request))
    lines = lines_of(found, DRAFTS_MAX)
    context = {
        "nav": "drafts",
        "drafts": lines,
        "discarded": _put_away(request, uuid.UUID(asked)) if _UUID.fullmatch(asked) else [],
        "empty_count": sum(bool(line.get("is_empty")) for line in lines),
        "logins": logins.kept(request.user, request.session.session_key),
        "hours": logins.KEPT_FOR // timedelta(hours=1),
    }
    return render(request, "wizard/drafts.html", context)


def lines_of(found: QuerySet[Draft], most: int) -> list[dict[str, Any]]:
    """Return the first of these drafts as the lists show them, with what each lacks, in four queries at any number."""
    drafts_found = list(found.prefetch_related("secrets", "checks")[:most])
    saved = saved_logins.named_by(drafts_found)
    return [_line(draft, saved) for draft in drafts_found]


@sensitive_variables()
def _line(draft: Draft, saved: saved_logins.Found) -> dict[str, Any]:
    try:
        data = access_checks.attach(draft).typed
    except CannotUpgrade:
        return {"draft": draft, "is_unreadable": True, "url": reverse("wizard:basic", args=[draft.pk])}
    images = [image_text(card) for card in containers_of(data) if image_text(card)]
    problems = steps.evaluate(data, saved_logins.secrets_of(draft, saved)).problems
    # The image before everything else.
    ordered = sorted(problems, key=lambda problem: not problem.container_key)
    missing = list(dict.fromkeys(problem.label for problem in ordered))
    slug = problems[0].step if problems else steps.SLUGS[-1]
    return {
        "draft": draft,
        "region": region_name(raw.word(data["spec"], "region_id")),
        "types": ", ".join(instance_types(data["spec"]))[:40],
        "cpu": raw.word(data["spec"], "cpu")[:8],
        "memory": raw.word(data["spec"], "memory_gib")[:8],
        "quantity": quantity_of(data),
        "images": images[:2],
        "more": len(images[2:]),
        "is_empty": is_empty(data),
        "step": steps.title_of(slug),
        "url": reverse(f"wizard:{slug}", args=[draft.pk]),
        "missing": missing[:2],
        "more_missing": len(missing[2:]),
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
    return _discarded([raw_draft_or_404(request, draft_id)])


@require_POST
def discard_several(request: HttpRequest) -> HttpResponse:
    """Put away the drafts that are ticked, or those into which nothing was typed, and offer to undo that."""
    mine = drafts.drafts_of(actor_of(request))
    if request.POST.get("do") == "empty":
        chosen = [draft for draft in mine if is_empty_draft(draft)]
    else:
        ticked = request.POST.getlist("draft")
        chosen = [draft for draft in mine if str(draft.pk) in ticked]
    if not chosen:
        messages.info(request, _("No draft was ticked."))
        return SeeOther(reverse("wizard:drafts"))
    return _discarded(chosen)


def _discarded(chosen: Sequence[Draft]) -> HttpResponse:
    drafts.discard_drafts(chosen)
    return SeeOther(f"{reverse('wizard:drafts')}?{DISCARDED}={chosen[0].pk}")


@require_POST
def restore(request: HttpRequest, draft_id: uuid.UUID) -> HttpResponse:
    """Bring back what was discarded with one press."""
    found = _put_away(request, draft_id)
    if not found:
        raise Http404(_("There is no such draft."))
    try:
        drafts.restore_drafts(found)
    except TooMuch as refused:
        return no_room(request, refused)
    told = ngettext("The draft %(name)s is back.", "%(count)d drafts are back.", len(found))
    messages.success(request, told % {"name": found[0], "count": len(found)})
    return SeeOther(reverse("wizard:drafts"))


def _put_away(request: HttpRequest, draft_id: uuid.UUID) -> list[Draft]:
    return drafts.discarded_with(actor_of(request), draft_id)


@require_POST
def forget_login(request: HttpRequest) -> HttpResponse:
    """Wipe the login of one host from those that are kept for the session."""
    host = request.POST.get("host", "")
    if logins.forget(request.user, request.session.session_key, host):
        messages.success(request, _("The login for %(host)s is forgotten.") % {"host": host})
    return SeeOther(reverse("wizard:drafts"))
