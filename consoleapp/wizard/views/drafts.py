"""My drafts: resume, copy, discard; and the logins that are kept for the session: forget."""

import uuid
from datetime import timedelta
from typing import Any

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.debug import sensitive_variables
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from consoleapp.accounts.models import User
from consoleapp.wizard import steps, vault
from consoleapp.wizard.draft import raw
from consoleapp.wizard.draft.images import image_text
from consoleapp.wizard.draft.quantity import quantity_of
from consoleapp.wizard.draft.sizes import instance_types
from consoleapp.wizard.forms.basic import region_name
from consoleapp.wizard.models import Draft
from consoleapp.wizard.services import access_checks, drafts, logins
from consoleapp.wizard.services.draft_limits import DRAFTS_MAX, TooMuch
from consoleapp.wizard.services.ordering import resumable_drafts
from consoleapp.wizard.shape import containers_of, is_empty
from consoleapp.wizard.upgrades import CannotUpgrade
from consoleapp.wizard.views.room import no_room, tell_displaced
from consoleapp.wizard.views.step import SeeOther, draft_or_404, raw_draft_or_404


@require_safe
def list_drafts(request: HttpRequest) -> HttpResponse:
    """List the actor's drafts not ordered as they are now, last saved first, and the logins kept for the session."""
    found = resumable_drafts(request.user) if isinstance(request.user, User) else Draft.objects.none()
    lines = lines_of(found, DRAFTS_MAX)
    context = {
        "nav": "drafts",
        "drafts": lines,
        "empty_count": sum(bool(line.get("is_empty")) for line in lines),
        "logins": logins.kept(request.user, request.session.session_key),
        "hours": logins.KEPT_FOR // timedelta(hours=1),
    }
    return render(request, "wizard/drafts.html", context)


def lines_of(found: QuerySet[Draft], most: int) -> list[dict[str, Any]]:
    """Return the first of these drafts as the lists show them, with what each lacks, in three queries at any number."""
    return [_line(draft) for draft in found.prefetch_related("secrets", "checks")[:most]]


@sensitive_variables()
def _line(draft: Draft) -> dict[str, Any]:
    try:
        data = access_checks.attach(draft).typed
    except CannotUpgrade:
        return {"draft": draft, "is_unreadable": True, "url": reverse("wizard:basic", args=[draft.pk])}
    images = [image_text(card) for card in containers_of(data) if image_text(card)]
    problems = steps.evaluate(data, vault.get_all(draft)).problems
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
def discard_several(request: HttpRequest) -> HttpResponse:
    """Delete the drafts into which nothing was typed; or ask about those that are ticked, then delete them."""
    mine = drafts.drafts_of(request.user) if isinstance(request.user, User) else Draft.objects.none()
    do = request.POST.get("do", "")
    if do == "empty":
        return _discarded(request, drafts.discard_empty(mine))
    chosen = [draft for draft in mine if str(draft.pk) in request.POST.getlist("draft")]
    if not chosen:
        messages.info(request, _("No draft was ticked."))
        return SeeOther(reverse("wizard:drafts"))
    if do != "discard":
        return render(request, "wizard/discard.html", {"nav": "drafts", "drafts": chosen})
    for draft in chosen:
        drafts.discard_draft(draft)
    return _discarded(request, len(chosen))


def _discarded(request: HttpRequest, count: int) -> HttpResponse:
    told = ngettext("%(count)d draft is discarded.", "%(count)d drafts are discarded.", count)
    messages.success(request, told % {"count": count})
    return SeeOther(reverse("wizard:drafts"))


@require_POST
def forget_login(request: HttpRequest) -> HttpResponse:
    """Wipe the login of one host from those that are kept for the session."""
    host = request.POST.get("host", "")
    if logins.forget(request.user, request.session.session_key, host):
        messages.success(request, _("The login for %(host)s is forgotten.") % {"host": host})
    return SeeOther(reverse("wizard:drafts"))
