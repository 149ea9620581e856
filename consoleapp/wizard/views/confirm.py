"""Confirm: everything that will be sent, a dry run, and the one press that makes an order of it.

What an order is and how it is sent is in orders/; which page belongs to which order in services/ordering.py.
"""

import copy
import logging
import uuid
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any, Final, cast

from django.conf import settings
from django.db import DatabaseError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_variables
from django.views.decorators.http import require_http_methods

from consoleapp.accounts.models import User
from consoleapp.domain import limits, wire
from consoleapp.domain.spec import ContainerGroupSpec
from consoleapp.gateways.errors import GatewayError, InvalidParameter, MissingCredential, OutcomeUnknown, Unreachable
from consoleapp.orders import services as orders
from consoleapp.orders.billing import still_billed
from consoleapp.orders.summary import REFUSALS
from consoleapp.orders.views import press_address_of, send_all
from consoleapp.web.http import ConsoleRequest
from consoleapp.web.missing_permission import lacking
from consoleapp.web.request_text import request_rows, request_text
from consoleapp.wizard import steps, vault
from consoleapp.wizard.access.images import checked_images
from consoleapp.wizard.draft import raw
from consoleapp.wizard.draft.places import Place, place_of_credential, place_of_wire_key
from consoleapp.wizard.draft.quantity import LABEL as QUANTITY
from consoleapp.wizard.forms.basic import region_name
from consoleapp.wizard.forms.confirm import ConfirmForm
from consoleapp.wizard.models import Draft
from consoleapp.wizard.services import access_checks, drafts, logins, ordering
from consoleapp.wizard.services.network import NetworkChoices
from consoleapp.wizard.services.ordering import Presses
from consoleapp.wizard.services.pricing import Quote, quote
from consoleapp.wizard.summary import ImageLine, Notice, Section, summarise
from consoleapp.wizard.summary.parts import Row
from consoleapp.wizard.summary.verdict import verdict_of
from consoleapp.wizard.views import access_actions, access_check, sidebar
from consoleapp.wizard.views.access_panel import note_of
from consoleapp.wizard.views.basic import account_name, chosen_network
from consoleapp.wizard.views.order_feedback import address_of
from consoleapp.wizard.views.page_context import FORM_ID, rail
from consoleapp.wizard.views.step import ASKED_FIRST_MAX, SeeOther, draft_or_404
from consoleapp.wizard.views.submission import Submission, Way, press

logger = logging.getLogger(__name__)

SLUG = "confirm"
ACTION = "CreateContainerGroup"
REMEDIES_SHOWN: Final = 2
# What is to be ticked: the terms always, the other one under a bad verdict.
BOXES: Final = ("anyway", "terms")


@dataclass(frozen=True)
class Confirmable:
    """A complete draft and what it will send: one group, or several that differ in name and mark alone."""

    draft: Draft
    groups: tuple[ContainerGroupSpec, ...]
    evaluation: steps.Evaluation
    network: NetworkChoices
    quote: Quote | None
    presses: Presses

    @property
    def spec(self) -> ContainerGroupSpec:
        """Return the first group."""
        return self.groups[0]


@require_http_methods(["GET", "HEAD", "POST"])
def confirm(request: HttpRequest, draft_id: uuid.UUID) -> HttpResponse:
    """Return the page; what became of it where it was confirmed before; the first incomplete step where one is."""
    console_request = cast(ConsoleRequest, request)
    if request.method == "POST" and (earlier := _earlier_result(request)):
        return earlier
    draft = draft_or_404(request, draft_id)
    presses = ordering.presses_of(draft)
    if presses.order:
        return SeeOther(press_address_of(presses.order))
    verb, _colon, argument = request.POST.get("do", "").partition(":")
    if verb == "goto" and argument in steps.SLUGS and argument != SLUG:
        return SeeOther(reverse(f"wizard:{argument}", args=[draft.pk]))
    if request.method == "POST" and verb in access_actions.ACTIONS:
        return _check(console_request, draft)
    ready = _evaluate(console_request, presses)
    if isinstance(ready, str):
        return SeeOther(reverse(f"wizard:{ready}", args=[draft.pk]))
    if request.method == "POST" and verb == "order":
        return _order(console_request, ready)
    if request.method == "POST" and verb == "dry-run":
        return _page(console_request, ready, ConfirmForm(_unjudged(request)), dry_run=_dry_run(console_request, ready))
    return _page(console_request, ready, ConfirmForm())


def _check(request: ConsoleRequest, draft: Draft) -> HttpResponse:
    """Have images checked, and what the pressed button changes for it saved first; then show the page again."""
    change = Submission(copy.deepcopy(draft.typed), request.POST, vault.get_all(draft))
    press(change, access_actions.ACTIONS, request.POST.get("do", ""))
    if change.data != draft.typed:
        try:
            drafts.save_draft(draft, change.data, expected_version=draft.version, forgotten=change.forgotten)
        except drafts.StaleDraft:
            return SeeOther(reverse("wizard:confirm", args=[draft.pk]))
    if running := access_check.running(request, draft, change.checks, SLUG):
        return running
    access_check.run(request, draft, change.checks)
    return SeeOther((change.way or Way(SLUG)).address(draft))


def _earlier_result(request: HttpRequest) -> HttpResponse | None:
    """Return what the same page led to when it was sent the first time, even if its draft is gone by now."""
    key = request.POST.get("form_key", "")
    if request.POST.get("do") != "order" or len(key) > 64 or not key.isalnum():
        return None
    order = orders.find_by_form_key(request.user, key)
    return SeeOther(press_address_of(order)) if order else None


@sensitive_variables("secrets")
def _evaluate(request: ConsoleRequest, presses: Presses) -> Confirmable | str:
    """Return the draft with its spec, or the step that must be completed first."""
    draft = presses.draft
    secrets, network = vault.get_all(draft), chosen_network(request, draft.typed)
    evaluation = steps.evaluate(draft.typed, secrets, network)
    if evaluation.spec is None:
        return steps.first_incomplete(evaluation) or steps.SLUGS[0]
    port = request.cloud.container_groups if network.error is None else None
    told = quote(port, account_name(request), raw.word(draft.typed["spec"], "region_id"), draft.typed["spec"])
    groups = ordering.groups_of(draft, evaluation.spec, presses.form_key)
    return Confirmable(draft, groups, evaluation, network, told, presses)


def _unjudged(request: HttpRequest) -> dict[str, str]:
    """Return the boxes as they were left; not ticking them is no mistake yet."""
    return {name: "on" for name in BOXES if request.POST.get(name)}


def _order(request: ConsoleRequest, ready: Confirmable) -> HttpResponse:
    """Record the orders, all or none, send them once, and show what became of them."""
    if not ConfirmForm(request.POST).is_valid():
        return _page(request, ready, _judged(request, ready), status=422)
    asked = _ask_first(request, ready)
    if isinstance(asked, str):
        return SeeOther(reverse(f"wizard:{asked}", args=[ready.draft.pk]))
    ready, form = asked, _judged(request, asked)
    if not form.is_valid():
        return _page(request, ready, form, status=422)
    try:
        access_checks.continue_anyway(ready.draft)
        recorded = ordering.record(ready.draft, ready.groups, form.cleaned_data["form_key"], ready.quote)
    except ordering.PageTooOld:
        return _too_old(request, ready.draft)
    except DatabaseError:
        logger.exception("An order could not be recorded")
        trouble = _("Nothing was ordered: the console's database does not take it at the moment. Try again.")
        return _page(request, ready, form, trouble=trouble, status=503)
    _keep_logins(request, ready.spec)
    return SeeOther(press_address_of(send_all(request, recorded)))


def _keep_logins(request: ConsoleRequest, spec: ContainerGroupSpec) -> None:
    """Keep what was ordered with for the next order of this session; no order fails for that."""
    try:
        logins.keep(cast(User, request.user), request.session.session_key or "", spec.image_registry_credentials)
    except DatabaseError:
        logger.warning("The logins of an order could not be kept for its session")


def _judged(request: ConsoleRequest, ready: Confirmable) -> ConfirmForm:
    return ConfirmForm(request.POST, needs_anyway=verdict_of(ready.draft.typed).is_bad)


def _ask_first(request: ConsoleRequest, ready: Confirmable) -> Confirmable | str:
    """Ask the registries that nobody has asked yet, where checks may run by themselves: the quickest press is no way
    around the verdict. Return the draft as it stands then, or the step that must be completed."""
    unasked = [item.container_key for item in checked_images(ready.draft.typed) if item.is_worth_asking]
    if not settings.CHECK_ON_INPUT or not unasked:
        return ready
    access_check.run(request, ready.draft, unasked[:ASKED_FIRST_MAX])
    return _evaluate(request, ready.presses)


def _too_old(request: ConsoleRequest, draft: Draft) -> HttpResponse:
    """Show the page anew, for the draft as it is now: what was looked at is not what would be sent."""
    current = draft_or_404(request, draft.pk)
    ready = _evaluate(request, ordering.presses_of(current))
    if isinstance(ready, str):
        return SeeOther(reverse(f"wizard:{ready}", args=[current.pk]))
    trouble = _("The draft was changed after this page was opened. Nothing was ordered: look again, then confirm.")
    return _page(request, ready, ConfirmForm(), trouble=trouble, status=409)


@dataclass(frozen=True)
class DryRun:
    """What the cloud said when it was asked to validate only."""

    kind: str
    title: str
    text: str = ""
    words: str = ""
    code: str = ""
    request_id: str = ""
    url: str = ""


@sensitive_variables("parameters")
def _dry_run(request: ConsoleRequest, ready: Confirmable) -> DryRun:
    parameters, secret_keys = wire.written(ready.spec)
    try:
        request_id = request.cloud.container_groups.dry_run(parameters, secret_keys=secret_keys)
    except GatewayError as error:
        return _failed_dry_run(ready.draft, error)
    title = _("Dry run passed: the cloud would take this order. Nothing was created.")
    text = _("It was asked about the first of the container groups.") if len(ready.groups) > 1 else ""
    return DryRun("ok", title, text, request_id=request_id)


def _failed_dry_run(draft: Draft, error: GatewayError) -> DryRun:
    if isinstance(error, Unreachable | OutcomeUnknown):
        title = _("The dry run told nothing: the cloud did not answer.")
        return DryRun("warn", title, words=error.message, code=error.code, request_id=error.request_id)
    place: Place | None = None
    if isinstance(error, InvalidParameter) and error.field:
        place = place_of_wire_key(draft.typed, error.field)
    if isinstance(error, MissingCredential) and error.host:
        place = place_of_credential(error.host)
    text = f"{REFUSALS.get(error.kind, REFUSALS['refused'])[0]} {lacking(error)}"
    return DryRun(
        "bad",
        _("Dry run failed: the cloud would refuse this order."),
        text,
        error.message,
        error.code,
        error.request_id,
        address_of(draft, place) if place else "",
    )


def _page(
    request: ConsoleRequest,
    ready: Confirmable,
    form: ConfirmForm,
    *,
    dry_run: DryRun | None = None,
    trouble: str = "",
    status: int = 200,
) -> HttpResponse:
    draft, spec = ready.draft, ready.spec
    summary = summarise(spec, draft.typed, ready.network)
    names = [group.container_group_name for group in ready.groups]
    rows = request_rows(*wire.written(spec))
    wrong = {name: " ".join(map(str, form.errors.get(name, []))) for name in BOXES} if status == 422 else {}
    context: dict[str, Any] = {
        "nav": "groups",
        "step_title": steps.title_of(SLUG),
        "draft": draft,
        "version": draft.version,
        "form_id": FORM_ID,
        "action": reverse("wizard:confirm", args=[draft.pk]),
        "rail": _rail(ready),
        "errors": [
            {"href": f"#id_{name}", "label": form[name].label, "text": text} for name, text in wrong.items() if text
        ],
        "trouble": trouble,
        "replaced": still_billed(draft.replaces, None if ready.network.error else request.cloud.container_groups),
        "summary": summary,
        "region": region_name(spec.region_id),
        "head": _linked(draft, replace(summary.head, rows=(*_number_rows(names), *summary.head.rows))),
        "names": names,
        "sections": [_linked(draft, section) for section in summary.sections],
        "images": _images(draft, summary.images),
        "warnings": [_warned(draft, notice) for notice in summary.warnings],
        "network_error": ready.network.error,
        "unchecked_url": _unchecked_url(draft) if settings.CHECK_ON_INPUT else "",
        "images_hosts": ", ".join(dict.fromkeys(question.host for question in access_checks.questions_of_all(draft))),
        "request_rows": rows,
        "request_text": request_text(rows, ACTION),
        "request_action": ACTION,
        "form_key": ready.presses.form_key,
        "ticked": {name: bool(form.is_bound and form.data.get(name)) for name in BOXES},
        "wrong": wrong,
        "verdict": verdict_of(draft.typed),
        "pending_hours": hours_pending(spec),
        "refusal": ready.presses.last_refusal,
        "dry_run": dry_run,
        **_price(ready),
    }
    return render(request, "wizard/confirm.html", context, status=status)


def _unchecked_url(draft: Draft) -> str:
    """Return where the page has the images checked by itself that nobody has checked yet; "" where there are none."""
    keys = [item.container_key for item in checked_images(draft.typed) if item.is_worth_asking]
    return access_check.address_of(draft, keys, SLUG) if keys else ""


def _rail(ready: Confirmable) -> list[dict[str, Any]]:
    """Return the rail: nothing is missing here, so earlier steps are done even if nobody opened them."""
    rows = rail(SLUG, ready.draft, ready.draft.typed, ready.evaluation)
    return [{**row, "state": "done"} if row["state"] == "open" else row for row in rows]


def _linked(draft: Draft, section: Section) -> dict[str, Any]:
    return {"title": section.title, "rows": section.rows, "url": address_of(draft, section.place)}


def _number_rows(names: Sequence[str]) -> Iterator[Row]:
    """Yield several groups as lines; nothing for one."""
    if len(names) > 1:
        yield Row(QUANTITY, _("%(count)d container groups, each an order of its own") % {"count": len(names)})
        yield Row(_("Names"), ", ".join(names))


def _images(draft: Draft, lines: Iterable[ImageLine]) -> list[dict[str, Any]]:
    """Return each image with the buttons that mend what its registry said; `is_asked`: an answer is there or on its
    way, so that its place is kept free."""
    known = {item.container_key: item for item in checked_images(draft.typed)}
    rows = []
    for line in lines:
        checked = known.get(line.place.container_key)
        note = note_of(checked) if checked is not None and checked.is_failure else None
        is_awaited = settings.CHECK_ON_INPUT and checked is not None and checked.is_worth_asking
        rows.append(
            {
                "line": line,
                "url": address_of(draft, line.place),
                "remedies": note.remedies[:REMEDIES_SHOWN] if note else (),
                "is_asked": is_awaited or line.checked_at is not None,
            }
        )
    return rows


def _warned(draft: Draft, notice: Notice) -> dict[str, Any]:
    return {"notice": notice, "url": address_of(draft, notice.place)}


def hours_pending(spec: ContainerGroupSpec) -> Decimal:
    """Return for how long, in hours, a group that cannot start is billed before the cloud gives it up."""
    return Decimal(spec.max_pending_minutes or limits.PENDING_MINUTES_DEFAULT) / 60


def _price(ready: Confirmable) -> dict[str, Any]:
    told = ready.quote
    if told is None:
        return {"price_note": sidebar.no_price_note(ready.draft.typed) or _("no price could be told")}
    figures = sidebar.figures(told, len(ready.groups))
    return {
        **figures,
        "per_month": figures["per_hour"] * 24 * 30,
        "at_worst": figures["per_hour"] * hours_pending(ready.spec),
        "billed_size": told.size,
        "billed_type": told.instance_type,
        "is_rounded": told.is_rounded,
        "has_eip": ready.spec.has_eip,
    }
