"""The short form of a template: the few fields that it asks for, what comes with it, the price. A POST makes the draft.

It is one more page of the wizard's first step: what is posted is taken in, refused, saved and led on by the wizard
(wizard/views/step.py). Nothing that was typed is lost: what lacks something leads back here, or to the step it is on.
"""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, cast

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from consoleapp.catalogue.forms.asked import AskedFields, asked_of
from consoleapp.catalogue.services import fit, prefill
from consoleapp.catalogue.services.lines import Line, lines_of
from consoleapp.catalogue.services.samples import SAMPLE, Sample, sample_of
from consoleapp.launch_templates import services
from consoleapp.launch_templates.locks import ASKED, FIXED
from consoleapp.launch_templates.models import LaunchTemplate, LaunchTemplateVersion
from consoleapp.teams.actors import actor_of
from consoleapp.web.formats import listed
from consoleapp.web.http import ConsoleRequest
from consoleapp.web.origins import carried, left_out, read_origin
from consoleapp.wizard.draft import raw
from consoleapp.wizard.draft.problems import FieldError, Kind
from consoleapp.wizard.draft.template import new_data
from consoleapp.wizard.forms.basic import SizePicker, size_pickers, with_problems
from consoleapp.wizard.forms.found import bind_exceptions
from consoleapp.wizard.models import Draft
from consoleapp.wizard.services import saved_logins
from consoleapp.wizard.services.network import NetworkChoices, with_defaults
from consoleapp.wizard.shape import Data
from consoleapp.wizard.views import judging, sidebar
from consoleapp.wizard.views.basic import chosen_network, network_source
from consoleapp.wizard.views.page_context import PageState, frame
from consoleapp.wizard.views.step import StepPage, draft_or_404, receive
from consoleapp.wizard.views.step import render as render_step
from consoleapp.wizard.views.submission import Submission, Way

# So many names that a link has and the template does not know are told.
IGNORED_SHOWN = 5


@dataclass(frozen=True)
class Source:
    """What a short form is of: a version of a template, or a sample."""

    name: str
    text: str
    fields: Mapping[str, Mapping[str, Any]]
    address: str
    version: LaunchTemplateVersion | None = None


def _all_settings(change: Submission) -> None:
    change.way = Way("basic")


class ShortForm(StepPage):
    """The page of one template."""

    slug = "basic"
    actions = {"all-settings": _all_settings, **judging.ACTIONS}

    def __init__(self, source: Source) -> None:
        self.source = source
        self.template_version = source.version

    def bind(self, change: Submission) -> None:
        self._asked(change.data).bind(change)
        bind_exceptions(change.post, change.data)

    def network(self, request: ConsoleRequest, data: Data) -> NetworkChoices:
        return chosen_network(request, data)

    def address(self, request: ConsoleRequest, draft: Draft, way: Way) -> str:
        """Return this page for what is mended here, else the step of the wizard."""
        if way.name != self.slug or way.is_held:
            return way.address(draft)
        data, secrets = draft.typed, saved_logins.secrets_of(draft)
        evaluation = judging.evaluated(request, data, secrets, self.network(request, data))
        problem = next(iter(evaluation.of(self.slug)), None)
        if problem is None or problem.field_id in self._asked(data).controls:
            return _fill_address(draft) + (f"#{problem.field_id}" if problem else "")
        return replace(way, open=problem.container_key, at=problem.field_id.removeprefix("id_")).address(draft)

    def render(self, request: ConsoleRequest, shown: PageState, status: int = 200) -> HttpResponse:
        network = self.network(request, shown.data)
        shown = replace(shown, data=with_defaults(shown.data, network))
        data, asked = shown.data, self._asked(shown.data)
        found = judging.judged(request, data, shown.secrets, network)
        said = self._said(shown, found, network)
        marks = [mark for mark in said[1] if mark.field_id in asked.controls]
        wrong = [mark for mark in marks if mark.is_wrong and not mark.is_choice]
        context: dict[str, Any] = {
            **frame(self.slug, shown, found.evaluation),
            **sidebar.price(found.quote, data),
            "quota": judging.forecast(found),
            "nav": "templates",
            "source": self.source,
            "action": _fill_address(shown.draft) if shown.draft else request.path + carried(request.GET.dict()),
            "sections": asked.sections(data, shown.secrets, marks, network, said[0]),
            "errors": [
                {"label": "" if each.is_missing else each.label, "text": each.message, "href": f"#{each.field_id}"}
                for each in wrong
                if self.slug in data["shown_errors"]
            ],
            "required": sum(line.mode == "required" for line in asked.lines),
            **_told(lines_of(data, self.source.fields)),
            "where": sidebar.network_text(data, network),
        }
        return render(request, "catalogue/short_form.html", context, status=status)

    def _said(
        self, shown: PageState, found: judging.Judged, network: NetworkChoices
    ) -> tuple[list[SizePicker], list[FieldError]]:
        """Return the sizes, and what is said at the controls: mistakes once they are shown, and what rules say."""
        spec = shown.data["spec"]
        barred = judging.barred(found.judgement, network)
        pickers, sizes = judging.sized(size_pickers(spec, raw.word(spec, "region_id")), found.judgement)
        problems = found.evaluation.of(self.slug) if self.slug in shown.data["shown_errors"] else ()
        mistakes = [problem for problem in problems if problem.kind == Kind.MISTAKE]
        told = [*mistakes, *judging.beside("", found, barred, sizes, at=shown.at)]
        return [with_problems(picker, told) for picker in pickers], told

    def _asked(self, data: Data) -> AskedFields:
        return AskedFields(asked_of(data, self.source.fields))


def _fill_address(draft: Draft) -> str:
    return reverse("launch_templates:fill", args=[draft.pk])


def _told(lines: list[Line]) -> dict[str, list[Line]]:
    """Return what the template sets: what is locked, and what can be changed under All settings. What is hidden is not
    shown here; Confirm has all of it."""
    told = [line for line in lines if line.mode not in ASKED and line.mode != "hidden" and line.value]
    shown = [line for line in told if line.path[0] not in ("region_id", "vpc_id", "vswitch_ids", "security_group_id")]
    locked = [line for line in shown if line.mode in FIXED or line.mode == "fixed"]
    return {
        "locked": [line for line in locked if line.key not in ("containers", "init_containers")],
        "defaults": [
            line for line in shown if line not in locked and not line.is_list and line.key != "container_group_name"
        ],
    }


# --- the addresses


@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
def use(request: HttpRequest, team_slug: str, slug: str) -> HttpResponse:
    """Show the short form of a team's template; a POST makes the draft."""
    version = services.find_current(actor_of(request), slug)
    if version is None or fit.misfits_of(actor_of(request), version):
        # Its page says why, and the way on.
        template = template_or_404(request, slug)
        return redirect("launch_templates:detail", template.team.slug, template.slug)
    source = source_of(version)
    return _begin(cast(ConsoleRequest, request), source, new_data(version))


@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
def sample(request: HttpRequest, slug: str) -> HttpResponse:
    """Show the short form of a sample; a POST makes the draft."""
    found = sample_of(slug)
    if found is None:
        raise Http404(_("There is no such template."))
    data = found.data
    return _begin(cast(ConsoleRequest, request), _source_of_sample(found, data), data)


@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
def fill(request: HttpRequest, draft_id: uuid.UUID) -> HttpResponse:
    """Show a draft in the short form of what it was made of; a POST saves it."""
    draft = draft_or_404(request, draft_id)
    known = sample_of(raw.word(draft.typed["page"], SAMPLE))
    if draft.template_version is not None:
        source = source_of(draft.template_version)
    elif known is not None and draft.typed["spec"].get("containers"):
        source = _source_of_sample(known, draft.typed)
    else:
        raise Http404(_("This draft was not made of a template."))
    page, console_request = ShortForm(source), cast(ConsoleRequest, request)
    if request.method == "POST":
        return receive(console_request, page, draft)
    return render_step(page, console_request, PageState(draft.typed, saved_logins.secrets_of(draft), draft))


def _begin(request: ConsoleRequest, source: Source, data: Data) -> HttpResponse:
    page, query = ShortForm(source), {name: str(value) for name, value in request.GET.items()}
    if origin := read_origin(query):
        data["origin"] = origin
    if request.method == "POST":
        # Where it runs is in the page only where the template asks for it.
        return receive(request, page, None, with_defaults(data, chosen_network(request, data)))
    asked = asked_of(data, source.fields)
    ignored = [*prefill.fill(data, query, asked), *left_out(query)]
    if linked := [line.control for name, line in prefill.names_of(asked).items() if query.get(name)]:
        data["from_link"] = linked
    if not network_source(request).is_region(raw.word(data["spec"], "region_id")):
        data["spec"].pop("region_id")
        ignored.append("region_id")
    if ignored:
        names = listed(ignored[:IGNORED_SHOWN])
        text = _("The link says something about %(names)s, which this template does not ask. It was left out.")
        messages.info(request, text % {"names": names})
    return render_step(page, request, PageState(data, {}))


def template_or_404(request: HttpRequest, slug: str) -> LaunchTemplate:
    """Return the template of the actor's team; one that they may not know of is like one that is not there."""
    try:
        return services.find_template(actor_of(request), slug)
    except LaunchTemplate.DoesNotExist:
        raise Http404(_("There is no such template.")) from None


def source_of(version: LaunchTemplateVersion) -> Source:
    """Return what the short form of a version is of."""
    template = version.template
    address = reverse("launch_templates:detail", args=[template.team.slug, template.slug])
    return Source(template.name, template.text, version.fields, address, version)


def _source_of_sample(known: Sample, data: Data) -> Source:
    address = reverse("launch_templates:list")
    return Source(str(known.name), str(known.text), known.fields(data), address)
