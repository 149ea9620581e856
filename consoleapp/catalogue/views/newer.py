"""A newer version of the template that a draft was made of: what differs, and taking it over."""

import uuid

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from consoleapp.catalogue.services.lines import changed_lines, lines_of
from consoleapp.launch_templates import services
from consoleapp.wizard.services import drafts
from consoleapp.wizard.shape import as_data
from consoleapp.wizard.upgrades import upgraded
from consoleapp.wizard.views.step import draft_or_404


@require_http_methods(["GET", "HEAD", "POST"])
def newer(request: HttpRequest, draft_id: uuid.UUID) -> HttpResponse:
    """Show what the newest version does otherwise; a POST moves the draft to it."""
    draft = draft_or_404(request, draft_id)
    version = services.newer_than(draft.template_version) if draft.template_version else None
    if draft.template_version is None or version is None:
        raise Http404(_("There is no newer version."))
    if request.method == "POST":
        try:
            drafts.move_to_version(draft, version)
        except drafts.StaleDraft:
            messages.info(request, _("The draft was changed meanwhile. Nothing was taken over; look again."))
            return redirect("launch_templates:newer", draft.pk)
        told = {"number": version.number, "name": version.template.name}
        messages.success(request, _("The draft is on version %(number)d of %(name)s now.") % told)
        return redirect("wizard:confirm", draft.pk)
    old, new = (lines_of(as_data(upgraded(each.data)), each.fields) for each in (draft.template_version, version))
    context = {
        "nav": "templates",
        "draft": draft,
        "old": draft.template_version,
        "new": version,
        "changes": changed_lines(old, new),
    }
    return render(request, "catalogue/newer.html", context)
