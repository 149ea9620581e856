"""*Save as template*: a page on which each field that was set is given a way of being governed, and the version saved.

It is made of a draft, of an order, or of the version that counts, of which it becomes the next one.
"""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from consoleapp.catalogue.forms.saving import NameForm
from consoleapp.catalogue.services import saving
from consoleapp.catalogue.services.keys import with_keys_of
from consoleapp.catalogue.services.lines import Line, lines_of, rest_of
from consoleapp.catalogue.views.detail import REVISES
from consoleapp.catalogue.views.short_form import template_or_404
from consoleapp.domain.errors import DomainError
from consoleapp.domain.roles import Permission
from consoleapp.launch_templates import services
from consoleapp.launch_templates.models import LaunchTemplate, LaunchTemplateVersion
from consoleapp.orders.models import Order
from consoleapp.orders.services import find_order
from consoleapp.teams.actors import Actor, actor_of
from consoleapp.wizard.draft import raw
from consoleapp.wizard.shape import Data, Fields, as_data
from consoleapp.wizard.upgrades import upgraded
from consoleapp.wizard.views.step import draft_or_404


@dataclass(frozen=True)
class Making:
    """What is to become a template: its data, where it comes from, and the template that it is a version of."""

    data: Data
    back_url: str
    back: str
    only: LaunchTemplate | None = None
    # The template that is offered first, by its short name.
    target: str = ""


@require_http_methods(["GET", "HEAD", "POST"])
def of_draft(request: HttpRequest, draft_id: uuid.UUID) -> HttpResponse:
    """Make a template of a draft."""
    draft = draft_or_404(request, draft_id)
    _team_or_404(request)
    target = raw.word(draft.typed["page"], REVISES)
    back_url = reverse("wizard:confirm", args=[draft.pk])
    return _page(request, Making(saving.data_of_draft(draft.typed), back_url, draft.name, target=target))


@require_http_methods(["GET", "HEAD", "POST"])
def of_order(request: HttpRequest, order_id: uuid.UUID) -> HttpResponse:
    """Make a template of an order."""
    _team_or_404(request)
    try:
        order = find_order(actor_of(request), order_id)
        data = saving.data_of_order(order)
    except (Order.DoesNotExist, DomainError):
        raise Http404(_("There is no such order.")) from None
    group_id = order.container_group_id
    back = reverse("groups:detail", args=[group_id]) if group_id else reverse("orders:detail", args=[order.pk])
    return _page(request, Making(data, back, order.group_name))


@require_http_methods(["GET", "HEAD", "POST"])
def of_version(request: HttpRequest, team_slug: str, slug: str) -> HttpResponse:
    """Make the next version of a template with the values of the one that counts, governed otherwise."""
    template = template_or_404(request, slug)
    version = services.current_of(template) or template.versions.first()
    if version is None:
        raise Http404
    back_url = reverse("launch_templates:detail", args=[template.team.slug, template.slug])
    return _page(request, Making(as_data(upgraded(version.data)), back_url, template.name, template), version)


def _team_or_404(request: HttpRequest) -> None:
    if actor_of(request).team is None:
        raise Http404(_("Templates are a team's."))


def _page(request: HttpRequest, making: Making, version: LaunchTemplateVersion | None = None) -> HttpResponse:
    actor = actor_of(request)
    may_add = actor.may(Permission.ADMIN) and making.only is None
    known = list(services.templates_of(actor)) if may_add else []
    target = request.POST.get("target", "") if request.method == "POST" else making.target
    version = version or _current(actor, next((each for each in known if each.slug == target), None))
    data = with_keys_of(making.data, as_data(upgraded(version.data))) if version and not making.only else making.data
    before: Mapping[str, Fields] = version.fields if version else {}
    lines = lines_of(data, {})
    fields = {**saving.proposed(lines), **{key: said for key, said in before.items() if key in {e.key for e in lines}}}
    form = NameForm(
        request.POST if request.method == "POST" else None,
        templates=known,
        only=making.only,
        initial={"target": making.target, "name": making.back[:60], "slug": _slug_of(making.back)},
    )
    wrong: dict[str, str] = {}
    rest = rest_of(before)
    if request.method == "POST":
        posted, wrong = saving.read_fields(request.POST.dict(), lines)
        fields, rest = {**fields, **posted}, rest_of(posted)
        if form.is_valid() and not wrong and (saved := _saved(request, making, form, data, posted, version)):
            return saved
    context: dict[str, Any] = {
        "nav": "templates",
        "making": making,
        "form": form,
        "sections": _sections(lines, fields, wrong),
        "rest": rest,
        "wrong_count": len(wrong) + len(form.errors),
        "required_advised": saving.REQUIRED_ADVISED,
        "name_max": saving.HELP_MAX,
    }
    return render(request, "catalogue/save.html", context, status=422 if request.method == "POST" else 200)


def _current(actor: Actor, template: LaunchTemplate | None) -> LaunchTemplateVersion | None:
    return services.current_of(template) or template.versions.first() if template is not None else None


def _saved(
    request: HttpRequest,
    making: Making,
    form: NameForm,
    data: Data,
    fields: Mapping[str, Fields],
    version: LaunchTemplateVersion | None,
) -> HttpResponse | None:
    """Save the version and lead to its template; None where the short name is taken."""
    actor, said = actor_of(request), form.cleaned_data
    told = {"data": dict(saving.emptied(data, fields)), "fields": fields, "note": said.get("note", "")}
    template = making.only or (version.template if version is not None and said.get("target") else None)
    try:
        if template is None:
            made = services.create(actor, name=said["name"], slug=said["slug"], text=said["text"], **told)
        else:
            made = services.add_version(actor, template, **told)
    except services.SlugTaken:
        form.add_error("slug", _("Another template of the team has this short name."))
        return None
    name = made.template.name
    messages.success(request, _("%(name)s is saved as version %(number)d.") % {"name": name, "number": made.number})
    count = saving.required_count(fields)
    if count > saving.REQUIRED_ADVISED:
        text = ngettext(
            "It asks for %(count)d field that must be filled in. Most people give up above five: set what can be set.",
            "It asks for %(count)d fields that must be filled in. Most people give up above five: set what can be set.",
            count,
        )
        messages.warning(request, text % {"count": count})
    team = actor.team
    return redirect("launch_templates:detail", team.slug if team else "", made.template.slug)


def _sections(lines: list[Line], fields: Mapping[str, Fields], wrong: Mapping[str, str]) -> list[dict[str, Any]]:
    """Return the lines by what they are of, each with its ways of being governed and what was said of it."""
    made: dict[str, list[dict[str, Any]]] = {}
    for line in lines:
        said = fields.get(line.key, {})
        bounds = {name: said.get(name, "") for name in ("help", "min", "max", "pattern")}
        bounds["choices"] = ", ".join(said.get("choices") or [])
        errors = {name: wrong.get(f"{name}-{line.control}", "") for name in ("mode", "min", "max")}
        row = {
            "line": line,
            "modes": saving.modes_for(line),
            "mode": said.get("mode"),
            "bounds": bounds,
            "errors": errors,
            "is_said": any(bounds.values()) or any(errors.values()),
        }
        made.setdefault(line.section, []).append(row)
    return [{"title": title, "rows": rows} for title, rows in made.items()]


def _slug_of(name: str) -> str:
    return "".join(letter if letter.isalnum() and letter.isascii() else "-" for letter in name.lower())[:40].strip("-")
