"""The page that helps to write links into the console."""

from collections.abc import Mapping
from typing import Final

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from consoleapp.portal.summary import Asked, Link
from consoleapp.teams.actors import actor_of
from consoleapp.web.origins import RETURN_TO
from consoleapp.wizard.draft.links import SHORT
from consoleapp.wizard.draft.new import PREFILLED_MAX
from consoleapp.wizard.draft.paths import label_of

# What a field of the form is called: names of links are words of the address itself elsewhere.
SET: Final = "set-"
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
    team = actor_of(request).team
    if team is None or team.slug != slug:
        raise Http404(_("There is no such team."))
    link = _link(request, slug)
    context = {
        "team": team,
        "link": link,
        "backstage": link.backstage(slug),
        "origins": settings.RETURN_ORIGINS,
        "chosen": request.GET.get(RETURN_TO, ""),
        "frames": settings.FRAME_ANCESTORS,
    }
    return render(request, "portal/links.html", context)


def _link(request: HttpRequest, slug: str) -> Link:
    is_first = not any(name.startswith(SET) for name in request.GET)
    values = EXAMPLE if is_first else {name: request.GET.get(f"{SET}{name}", "").strip() for name in SHORT}
    fields = [
        Asked(name, _BESIDE.get(name) or _(label_of(path)), values.get(name, "")[:PREFILLED_MAX])
        for name, path in SHORT.items()
    ]
    always = {"team": slug}
    if request.GET.get(RETURN_TO) in settings.RETURN_ORIGINS:
        always[RETURN_TO] = f"{request.GET[RETURN_TO]}/"
    title = _("Order a container group")
    return Link(request.build_absolute_uri(reverse("wizard:start")), title, always, fields)
