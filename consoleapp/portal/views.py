"""The page that helps to write links into the console."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Final

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from consoleapp.catalogue.forms.asked import asked_of
from consoleapp.catalogue.services.prefill import short_name
from consoleapp.launch_templates.models import LaunchTemplateVersion, State
from consoleapp.launch_templates.services import current_of, templates_of
from consoleapp.portal.summary import Asked, Link
from consoleapp.teams.actors import actor_of
from consoleapp.web.domain_words import said
from consoleapp.web.origins import RETURN_TO
from consoleapp.wizard.draft.links import SHORT
from consoleapp.wizard.draft.new import PREFILLED_MAX
from consoleapp.wizard.draft.paths import label_of
from consoleapp.wizard.draft.template import new_data

# What a field of the form is called: names of links are words of the address itself elsewhere.
SET: Final = "set-"
# Which template the link opens; without it the wizard.
OPENS: Final = "opens"
# What the page begins with.
EXAMPLE: Final = {"image": "nginx:1.29", "cpu": "1", "memory": "2"}
_BESIDE: Final[Mapping[str, str | Promise]] = {
    "vpc": gettext_lazy("VPC"),
    "version": gettext_lazy("Image version"),
    "quantity": gettext_lazy("Quantity"),
}


@require_safe
def links(request: HttpRequest, slug: str) -> HttpResponse:
    """Show a link of the team in the forms that other portals take; what it says is chosen in the address."""
    actor = actor_of(request)
    if actor.team is None or actor.team.slug != slug:
        raise Http404(_("There is no such team."))
    templates = list(templates_of(actor).exclude(state=State.RETIRED))
    template = next((each for each in templates if each.slug == request.GET.get(OPENS)), None)
    version = current_of(template) if template else None
    link = _link(request, _fields_of(version) if version else _fields(), version)
    context = {
        "team": actor.team,
        "templates": templates,
        "opens": template,
        "link": link,
        "backstage": link.backstage(slug),
        "origins": settings.RETURN_ORIGINS,
        "chosen": request.GET.get(RETURN_TO, ""),
        "frames": settings.FRAME_ANCESTORS,
    }
    return render(request, "portal/links.html", context)


def _fields() -> list[Asked]:
    """Return the fields that the wizard takes by short names, with the values of an example."""
    return [
        Asked(name, _BESIDE.get(name) or said(label_of(path)), EXAMPLE.get(name, "")) for name, path in SHORT.items()
    ]


def _fields_of(version: LaunchTemplateVersion) -> list[Asked]:
    """Return the fields that the template asks for, with its own values; no link holds a secret."""
    lines = asked_of(new_data(version), version.fields)
    return [Asked(short_name(line, lines), line.label, line.value) for line in lines if not line.is_secret]


def _link(request: HttpRequest, fields: Sequence[Asked], version: LaunchTemplateVersion | None) -> Link:
    """Return the link with the values that the address says, where it says any of these fields."""
    asked = {field.name: request.GET.get(f"{SET}{field.name}") for field in fields}
    if any(value is not None for value in asked.values()):
        fields = [replace(field, value=(asked[field.name] or "").strip()[:PREFILLED_MAX]) for field in fields]
    team = actor_of(request).team
    always = {} if version or team is None else {"team": team.slug}
    if request.GET.get(RETURN_TO) in settings.RETURN_ORIGINS:
        always[RETURN_TO] = f"{request.GET[RETURN_TO]}/"
    title, address = _("Order a container group"), reverse("wizard:start")
    if version is not None and team is not None:
        title = _("Order %(name)s") % {"name": version.template.name}
        address = reverse("launch_templates:use", args=[team.slug, version.template.slug])
    return Link(request.build_absolute_uri(address), title, always, fields)
