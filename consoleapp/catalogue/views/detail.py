"""The page of one template: what it asks and sets, its versions, whether it fits; and what its admins do with it."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from consoleapp.catalogue.services import fit
from consoleapp.catalogue.services.lines import changed_lines, lines_of, rest_of
from consoleapp.catalogue.services.prefill import names_of, short_name
from consoleapp.catalogue.views.short_form import template_or_404
from consoleapp.domain.roles import Permission
from consoleapp.launch_templates import services
from consoleapp.launch_templates.locks import ASKED
from consoleapp.launch_templates.models import LaunchTemplate, LaunchTemplateVersion, State
from consoleapp.teams.actors import actor_of
from consoleapp.teams.services import admins_of
from consoleapp.teams.services import names_of as names_of_people
from consoleapp.web.formats import listed
from consoleapp.wizard.draft.template import new_data
from consoleapp.wizard.services import drafts
from consoleapp.wizard.shape import as_data
from consoleapp.wizard.upgrades import upgraded

# In data["page"] of a draft: the template whose next version it is to become.
REVISES = "revises"


@require_safe
def detail(request: HttpRequest, team_slug: str, slug: str) -> HttpResponse:
    """Show the template."""
    template, actor = template_or_404(request, slug), actor_of(request)
    versions = list(template.versions.select_related("by"))
    for each in versions:
        each.template = template
    version = next((each for each in versions if not each.is_withdrawn), None)
    misfits = fit.misfits_of(actor, version) if version else []
    may_change = actor.may(Permission.ADMIN)
    is_usable = version is not None and template.state != State.RETIRED and not misfits
    context: dict[str, Any] = {
        "nav": "templates",
        "template": template,
        "team": template.team,
        "version": version,
        "versions": _told(versions),
        "misfits": misfits,
        "may_change": may_change,
        "may_use": is_usable and actor.may(Permission.ORDER),
        "states": State,
        "admins": listed(names_of_people(admins_of(template.team))) if misfits else "",
        **(_fields(request, version) if version else {}),
    }
    return render(request, "catalogue/detail.html", context)


def _fields(request: HttpRequest, version: LaunchTemplateVersion) -> dict[str, Any]:
    data = as_data(upgraded(version.data))
    lines = [line for line in lines_of(data, version.fields) if line.value]
    asked = [line for line in lines if line.mode in ASKED and not line.is_list]
    template = version.template
    address = request.build_absolute_uri(reverse("launch_templates:use", args=[template.team.slug, template.slug]))
    names = [short_name(line, asked) for line in asked if line in names_of(asked).values()]
    return {
        "asked": asked,
        "set": [line for line in lines if line not in asked],
        "is_rest_locked": rest_of(version.fields) != "open",
        "link": address + ("?" + "&".join(f"{name}=" for name in names) if names else ""),
        "plain_link": address,
    }


def _told(versions: list[LaunchTemplateVersion]) -> list[dict[str, Any]]:
    """Return the versions, newest first, each with what it changed."""
    rows = []
    for version, before in zip(versions, [*versions[1:], None], strict=True):
        lines = [lines_of(as_data(upgraded(each.data)), each.fields) for each in (before, version) if each is not None]
        rows.append({"version": version, "changes": changed_lines(*lines) if before is not None else []})
    return rows


@require_POST
def change(request: HttpRequest, team_slug: str, slug: str) -> HttpResponse:
    """Publish or retire the template, or withdraw one of its versions, as the pressed button says."""
    template, by = template_or_404(request, slug), actor_of(request).person
    verb, _colon, number = request.POST.get("do", "").partition(":")
    if verb in (State.PUBLISHED, State.RETIRED):
        services.set_state(by, template, State(verb))
        told = (
            _("Everybody in %(team)s can order from it now.")
            if verb == State.PUBLISHED
            else _("Nothing new is ordered from it any more. What runs is untouched.")
        )
        messages.success(request, told % {"team": template.team})
    elif verb == "bring-back":
        services.withdraw(by, _version_or_404(template, number), is_withdrawn=False)
    elif verb == "withdraw":
        version = _version_or_404(template, number)
        services.withdraw(by, version)
        messages.success(
            request, _("Version %(number)d is withdrawn. What runs is untouched.") % {"number": version.number}
        )
    else:
        raise Http404
    return redirect("launch_templates:detail", template.team.slug, template.slug)


@require_POST
def revise(request: HttpRequest, team_slug: str, slug: str) -> HttpResponse:
    """Make a draft without locks of the version that counts, in which an admin changes its values; saved from Confirm,
    it becomes the next version."""
    template = template_or_404(request, slug)
    version = services.current_of(template) or template.versions.first()
    if version is None:
        raise Http404
    version.template = template
    data = new_data(version)
    data.pop("template")
    data["page"][REVISES] = template.slug
    draft = drafts.create_draft(actor_of(request), data)
    return redirect("wizard:basic", draft.pk)


def _version_or_404(template: LaunchTemplate, number: str) -> LaunchTemplateVersion:
    found = (
        template.versions.filter(number=int(number)).first()
        if number.isascii() and number.isdigit() and len(number) < 10
        else None
    )
    if found is None:
        raise Http404(_("There is no such version."))
    found.template = template
    return found
