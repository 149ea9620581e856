"""Other Settings: what the chosen images require stands first and cannot be skipped; the rest is optional and folded.

The mechanism of saving and moving is in step.py, what the page shows of the needs in requirements_panel.py.
"""

from collections.abc import Mapping
from typing import Any

from django.forms import BaseForm
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.debug import sensitive_variables

from consoleapp.domain import limits
from consoleapp.domain.credentials import RequirementReason
from consoleapp.gateways.errors import Unreachable
from consoleapp.web.formats import first_few
from consoleapp.web.http import ConsoleRequest
from consoleapp.wizard.access.answers import drop_unlisted_pins
from consoleapp.wizard.access.registry_lists import INSECURE, LISTS, PLAIN_HTTP, add_host, not_listed
from consoleapp.wizard.access.requirements import (
    acr_row_for,
    acr_rows,
    drop_unused,
    host_needs,
    hosts_of_images,
    image_needs,
)
from consoleapp.wizard.draft import raw
from consoleapp.wizard.draft.logs import log_rows, remove_log, take_log
from consoleapp.wizard.draft.problems import FieldError, Kind
from consoleapp.wizard.forms import other as forms
from consoleapp.wizard.forms.credentials import bind_credential
from consoleapp.wizard.forms.declared import held
from consoleapp.wizard.forms.found import bind_exceptions, written
from consoleapp.wizard.forms.log import LogForm
from consoleapp.wizard.forms.other_rows import FORMS as ROW_FORMS
from consoleapp.wizard.forms.other_rows import AcrForm, TagForm, add_other_row, bind_other_rows
from consoleapp.wizard.services.elastic_ips import unbound_eips
from consoleapp.wizard.services.network import NetworkChoices
from consoleapp.wizard.shape import (
    CREDENTIALS,
    EIP_CREATE,
    EIP_EXISTING,
    Data,
    Fields,
    containers_of,
    credential_name,
    rows_of,
    typed_rows,
)
from consoleapp.wizard.views import access_actions, cards, judging, sidebar
from consoleapp.wizard.views.basic import chosen_network
from consoleapp.wizard.views.judging import account_name
from consoleapp.wizard.views.page_context import PageState, frame
from consoleapp.wizard.views.requirements_panel import shown_needs
from consoleapp.wizard.views.step import StepPage
from consoleapp.wizard.views.submission import Action, Gone, Submission

TEMPLATE = "wizard/other.html"


@sensitive_variables()
def bind(change: Submission) -> None:
    """Take everything that the page holds into the change."""
    data, post = change.data, change.post
    for need in host_needs(image_needs(data)):
        bind_credential(post, data, need, change.secrets, change.forgotten)
    forms.bind_other(post, data["spec"])
    bind_other_rows(post, data["spec"])
    LogForm.bind(post, data["page"])
    bind_exceptions(post, data)
    if change.is_saving:
        take_log(data)
    drop_unlisted_pins(data)
    for host in drop_unused(data):
        change.forgotten.add(credential_name(host))
        change.secrets.pop(credential_name(host), None)


# --- the page's own verbs


def _row_added(change: Submission, name: str, fields: Fields | None = None) -> Fields:
    if name not in ROW_FORMS or len(rows_of(change.data["spec"], name)) >= ROW_FORMS[name].most:
        raise Gone
    return add_other_row(change.data, name, fields)


def _row_add(change: Submission, name: str) -> None:
    row = _row_added(change, name)
    change.at = f"{row['_key']}-{next(iter(ROW_FORMS[name].base_fields))}"


def _row_remove(change: Submission, name: str, key: str) -> None:
    if name not in ROW_FORMS:
        raise Gone
    spec = change.data["spec"]
    spec[name] = [row for row in rows_of(spec, name) if row["_key"] != key]
    change.at = name


def _eip_create(change: Submission) -> None:
    change.data["spec"]["eip"] = EIP_CREATE
    change.at = "eip_bandwidth_mbps"


def _acr_for(change: Submission, *host_parts: str) -> None:
    """Prepare the row that names the instance of a registry; its host may have a port, hence the parts."""
    host = ":".join(host_parts)
    if host not in {need.host for need in host_needs(image_needs(change.data))}:
        raise Gone
    row = _row_added(change, "acr_registry_infos", acr_row_for(host))
    change.at = f"{row['_key']}-instance_id"


def _host_add(change: Submission, name: str, *host_parts: str) -> None:
    """Add a host of the images to one of the registry lists."""
    host = ":".join(host_parts)
    if name not in LISTS or host not in hosts_of_images(image_needs(change.data)):
        raise Gone
    add_host(change.data, name, host)
    change.at = name


def _log_add(change: Submission) -> None:
    # A row that is right was taken when the page was bound.
    change.at = "log_logstore"


def _log_remove(change: Submission, container_key: str, row_key: str) -> None:
    remove_log(change.data, container_key, row_key)
    change.at = "log_logstore"


ACTIONS: dict[str, Action] = {
    "row-add": _row_add,
    "row-remove": _row_remove,
    "eip-create": _eip_create,
    "acr-for": _acr_for,
    "check-credential": lambda change, key: access_actions.enter_credential(change, key, "other"),
    "host-add": _host_add,
    "log-add": _log_add,
    "log-remove": _log_remove,
}


class OtherPage(StepPage):
    """The page and what can be done on it."""

    slug = "other"
    actions = {**access_actions.ACTIONS, **judging.ACTIONS, **ACTIONS}

    def bind(self, change: Submission) -> None:
        bind(change)

    def network(self, request: ConsoleRequest, data: Data) -> NetworkChoices:
        return chosen_network(request, data)

    def render(self, request: ConsoleRequest, shown: PageState, status: int = 200) -> HttpResponse:
        network = self.network(request, shown.data)
        found = judging.judged(request, shown.data, shown.secrets, network)
        evaluation = found.evaluation.with_refusal(shown.refusal)
        mistakes = evaluation.shown_at(self.slug, with_mistakes=self.slug in shown.data["shown_errors"])
        told = judging.beside(self.slug, found, at=shown.at)
        problems = (*(each for each in mistakes if each.kind == Kind.MISTAKE), *told)
        context: dict[str, Any] = {
            **frame(self.slug, shown, evaluation),
            **shown_needs(shown, problems, network),
            "folds": _folds(request, shown, problems, network),
            "hosts_max": limits.REGISTRIES_MAX,
            "network_error": network.error,
            "quota": judging.forecast(found),
            "judges": found.has_rules and shown.draft is not None,
        }
        is_unknown = any(each.need.requirement.reason is RequirementReason.LOGIN_UNKNOWN for each in context["allowed"])
        context["allowed_is_open"] = is_unknown or shown.at.startswith(CREDENTIALS)
        context["held_place"] = _place_of_answer(context)
        context["open_count"] = sum(not need.is_met for need in context["required"])
        listed = cards.cards_of(shown.data, shown.secrets, evaluation.problems, shown.needs)
        context |= sidebar.aside(self.slug, shown.data, listed, evaluation, network)
        context |= sidebar.price(found.quote, shown.data)
        return render(request, TEMPLATE, context, status=status)


def _place_of_answer(context: Mapping[str, Any]) -> str:
    """Return where the answer that held a press back stands: an image has a line of its own, or shares its host's."""
    held = context["held"]
    if not held or held[0] in {proof.key for proof in context["proofs"]}:
        return str(context["held_place"])
    shared = (
        each.check_id for each in context["required"] if held[0] in {need.container_key for need in each.need.needs}
    )
    return next(shared, "")


# --- the folded parts


def _folds(
    request: ConsoleRequest, shown: PageState, problems: tuple[FieldError, ...], network: NetworkChoices
) -> dict[str, Any]:
    data, spec, at = shown.data, shown.data["spec"], shown.at
    region_id = raw.word(spec, "region_id")
    # Nobody waits twice for a cloud that does not answer.
    is_silent = isinstance(network.error, Unreachable)
    eips = None if is_silent else unbound_eips(request.cloud.networks, account_name(request), region_id)
    tags = [TagForm(row, problems) for row in spec.get("tags", [])]
    acr = [AcrForm(row, problems) for row in spec.get("acr_registry_infos", [])]
    plain, insecure = forms.PlainHttpForm(spec, problems), forms.InsecureForm(spec, problems)
    eip, log = forms.EipForm(spec, problems, eips=eips), LogForm(data, problems)
    role, names, times, system = (
        kind(spec, problems) for kind in (forms.RoleForm, forms.NamesForm, forms.TimesForm, forms.SystemForm)
    )
    hosts = hosts_of_images(shown.needs)
    wrong = {problem.field_id.removeprefix("id_") for problem in problems if problem.is_wrong}
    marked = {problem.field_id.removeprefix("id_") for problem in problems}
    tags_found = written([problem for problem in problems if problem.field_id == "id_tags"], "id_tags")

    def fold(holds: str, *shown_forms: BaseForm, name: str = "", **content: Any) -> dict[str, Any]:
        inside = {name, *(form.add_prefix(field) for form in shown_forms for field in form.fields)} - {""}
        has_error = bool(wrong & inside)
        return {"holds": holds, "has_error": has_error, "is_open": bool(marked & inside) or at in inside, **content}

    return {
        "eip": fold(_eip_holds(spec), eip, form=eip),
        "acr": fold(_acr_holds(data), *acr, name="acr_registry_infos", rows=acr, is_full=len(acr) >= AcrForm.most),
        "plain_http": fold(_list_holds(spec, PLAIN_HTTP), plain, form=plain, hosts=not_listed(data, PLAIN_HTTP, hosts)),
        "insecure": fold(_list_holds(spec, INSECURE), insecure, form=insecure, hosts=not_listed(data, INSECURE, hosts)),
        "role": fold(held(spec, forms.ROLE) or _("none"), role, form=role),
        "tags": fold(
            _tags_holds(data), *tags, name="tags", rows=tags, is_full=len(tags) >= TagForm.most, found=tags_found
        ),
        "names": fold(held(spec, *forms.NAMES) or _("defaults"), names, form=names),
        "times": fold(held(spec, forms.TIMES) or _no_times(), times, form=times),
        "system": fold(held(spec, forms.SYSTEM) or _("nothing"), system, form=system),
        "log": fold(_log_holds(data), log, form=log, rows=log_rows(data), is_single=len(containers_of(data)) == 1),
    }


def _eip_holds(fields: Fields) -> str:
    choice = raw.word(fields, "eip")
    if choice == EIP_CREATE:
        bandwidth = raw.word(fields, "eip_bandwidth_mbps", str(limits.EIP_BANDWIDTH_MBPS_DEFAULT))[:8]
        return _("a new one, %(mbps)s Mbit/s") % {"mbps": bandwidth}
    if choice == EIP_EXISTING:
        return raw.word(fields, "eip_instance_id")[:40] or _("not chosen yet")
    return _("none")


def _acr_holds(data: Data) -> str:
    count = len(acr_rows(data))
    return ngettext("%(count)d instance", "%(count)d instances", count) % {"count": count} if count else _("automatic")


def _list_holds(fields: Fields, name: str) -> str:
    return first_few([host[:40] for host in raw.entries(fields, name)], 2) or _("none")


def _tags_holds(data: Data) -> str:
    return first_few([raw.word(row, "key")[:20] for row in typed_rows(data, "tags")]) or _("none")


def _no_times() -> str:
    return _("pending at most %(minutes)s minutes") % {"minutes": limits.PENDING_MINUTES_DEFAULT}


def _log_holds(data: Data) -> str:
    return first_few([row.logstore[:24] for row in log_rows(data)]) or _("none")


PAGE = OtherPage()
