"""Confirm: everything that will be sent, a dry run, and the one press that makes an order of it.

What an order is and how it is sent is in orders/; which page belongs to which order in services/ordering.py.
"""

import copy
import logging
import uuid
from contextlib import suppress
from dataclasses import replace
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
from consoleapp.governance.quotas import NoRoom
from consoleapp.orders import services as orders
from consoleapp.orders.billing import still_billed
from consoleapp.orders.views import press_address_of, send_all
from consoleapp.teams.actors import actor_of
from consoleapp.web.domain_words import region_name
from consoleapp.web.http import ConsoleRequest
from consoleapp.web.request_in import ACTION, part_of
from consoleapp.wizard import steps
from consoleapp.wizard.access.images import checked_images
from consoleapp.wizard.draft import raw
from consoleapp.wizard.draft.marks import REASON_MAX, place_of
from consoleapp.wizard.forms.confirm import ConfirmForm
from consoleapp.wizard.forms.found import bind_exceptions
from consoleapp.wizard.forms.stored import clean_text
from consoleapp.wizard.models import Draft
from consoleapp.wizard.services import access_checks, drafts, logins, ordering, saved_logins
from consoleapp.wizard.services.judgement import TEXT_MAX
from consoleapp.wizard.services.ordering import Presses
from consoleapp.wizard.shape import Data
from consoleapp.wizard.summary import summarise
from consoleapp.wizard.summary.verdict import verdict_of
from consoleapp.wizard.views import access_actions, access_check, judging, order_feedback, order_sheet
from consoleapp.wizard.views.basic import chosen_network
from consoleapp.wizard.views.dry_run import DryRun, try_out
from consoleapp.wizard.views.link import link_to
from consoleapp.wizard.views.order_sheet import SLUG, Confirmable
from consoleapp.wizard.views.page_context import FORM_ID, template_of
from consoleapp.wizard.views.step import SeeOther, draft_or_404
from consoleapp.wizard.views.submission import Submission, Way, press
from consoleapp.wizard.views.template_notice import template_notice

logger = logging.getLogger(__name__)

# What is said to who decides about the order: the name of its control, and in the draft.
TEXT: Final = "approval_text"
# What is to be ticked: the terms always, the other one under a bad verdict.
BOXES: Final = ("anyway", "terms")
# What is pressed to have an order recorded: it is sent, or held for an approval.
PRESSES: Final = ("order", "ask")
# In the session: the service terms were agreed to with an order.
AGREED: Final = "terms_agreed"


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
        _keep_tick(draft, request)
        return SeeOther(reverse(f"wizard:{argument}", args=[draft.pk]))
    if request.method == "POST" and (changed := _except(console_request, draft, verb)):
        return changed
    if request.method == "POST" and verb in access_actions.ACTIONS:
        return _check(console_request, draft)
    ready = confirmable(console_request, presses)
    if isinstance(ready, str):
        return SeeOther(reverse(f"wizard:{ready}", args=[draft.pk]))
    if request.method == "POST" and verb in PRESSES:
        return _order(console_request, ready)
    if request.method == "POST" and verb == "dry-run":
        answer = try_out(console_request, draft, ready.groups)
        return _page(console_request, ready, ConfirmForm(_unjudged(request)), dry_run=answer)
    return _page(console_request, ready, ConfirmForm())


def _check(request: ConsoleRequest, draft: Draft) -> HttpResponse:
    """Have images checked, and what the pressed button changes for it saved first; then show the page again."""
    change = Submission(copy.deepcopy(draft.typed), request.POST, saved_logins.secrets_of(draft))
    _take_tick(change.data, request)
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


def _except(request: ConsoleRequest, draft: Draft, verb: str) -> HttpResponse | None:
    """Take in the exceptions that are asked for on the page, or taken back, and show it again; None where there are
    none."""
    change = Submission(copy.deepcopy(draft.typed), request.POST, {})
    bind_exceptions(request.POST, change.data)
    press(change, judging.ACTIONS, request.POST.get("do", ""))
    is_asked = verb in judging.ACTIONS
    if change.data == draft.typed and not is_asked:
        return None
    _take_tick(change.data, request)
    if change.data != draft.typed:
        with suppress(drafts.StaleDraft):
            drafts.save_draft(draft, change.data, expected_version=draft.version)
    return SeeOther(Way(SLUG, at=change.at).address(draft))


def _keep_tick(draft: Draft, request: HttpRequest) -> None:
    """Keep what was typed and ticked on the page with the draft, so that it is as it was when the page is back."""
    data = copy.deepcopy(draft.typed)
    _take_tick(data, request)
    if data != draft.typed:
        with suppress(drafts.StaleDraft):
            drafts.save_draft(draft, data, expected_version=draft.version)


def _take_tick(data: Data, request: HttpRequest) -> None:
    bind_exceptions(request.POST, data)
    posted = request.POST.get(order_sheet.DELETE_REPLACED)
    if posted is not None:
        data["page"][order_sheet.DELETE_REPLACED] = posted[:2]
    text = clean_text(request.POST.get(TEXT, "")).strip()[:TEXT_MAX]
    if text or TEXT in data["page"]:
        data["page"][TEXT] = text


def _earlier_result(request: HttpRequest) -> HttpResponse | None:
    """Return what the same page led to when it was sent the first time, even if its draft is gone by now."""
    key = request.POST.get("form_key", "")
    if request.POST.get("do") not in PRESSES or len(key) > 64 or not key.isalnum():
        return None
    order = orders.find_by_form_key(actor_of(request), key)
    return SeeOther(press_address_of(order)) if order else None


@sensitive_variables("secrets")
def confirmable(request: ConsoleRequest, presses: Presses) -> Confirmable | str:
    """Return the draft with its spec, or the step that must be completed first."""
    draft = presses.draft
    secrets, network = saved_logins.secrets_of(draft), chosen_network(request, draft.typed)
    found = judging.judged(request, draft.typed, secrets, network, is_last=True)
    spec = found.mistakes.spec
    if spec is None:
        return steps.first_incomplete(found.mistakes) or steps.SLUGS[0]
    groups = ordering.groups_of(draft, spec, presses.form_key)
    return Confirmable(draft, groups, found, network, presses)


def _unjudged(request: HttpRequest) -> dict[str, str]:
    """Return the boxes as they were left; not ticking them is no mistake yet."""
    ticked = {name: "on" for name in BOXES if request.POST.get(name)}
    kept = order_sheet.DELETE_REPLACED
    return ticked | ({kept: request.POST[kept]} if kept in request.POST else {})


def _order(request: ConsoleRequest, ready: Confirmable) -> HttpResponse:
    """Record the orders, all or none, send them once or ask for their approval, and show what became of them."""
    if not ConfirmForm(request.POST, has_agreed=bool(request.session.get(AGREED))).is_valid():
        return _page(request, ready, _judged(request, ready), status=422)
    # The quickest press is no way around the verdict.
    is_settled = not settings.CHECK_ON_INPUT or access_check.settle(request, ready.draft)
    asked = confirmable(request, ready.presses)
    if isinstance(asked, str):
        return SeeOther(reverse(f"wizard:{asked}", args=[ready.draft.pk]))
    ready, form = asked, _judged(request, asked)
    if not form.is_valid():
        return _page(request, ready, form, status=422)
    if not is_settled and not form.cleaned_data["anyway"]:
        trouble = _("Nothing was ordered: not every registry has answered yet. Look again, then confirm.")
        return _page(request, ready, ConfirmForm(_unjudged(request)), trouble=trouble, status=409)
    if refused := _refused(request, ready, form):
        return refused
    return _recorded(request, ready, form)


def _refused(request: ConsoleRequest, ready: Confirmable, form: ConfirmForm) -> HttpResponse | None:
    """Say why the pressed button does not hold: a rule denies the order, there is no room, or it is another's matter to
    decide than the page said."""
    judgement, asks = ready.found.judgement, request.POST["do"] == "ask"
    if judgement.denied or judgement.lacking:
        trouble = _("Nothing was ordered: rules of the team do not allow it. What they say stands below.")
        return _page(request, ready, form, trouble=trouble, status=422)
    if judgement.needs_approval and not asks:
        trouble = _("Nothing was ordered: by now this needs approval. What the rules say stands below.")
        return _page(request, ready, form, trouble=trouble, status=409)
    if asks and not judgement.needs_approval:
        trouble = _("Nobody has to be asked any more: this can be ordered without approval. Nothing was ordered yet.")
        return _page(request, ready, form, trouble=trouble, status=409)
    return None


def _recorded(request: ConsoleRequest, ready: Confirmable, form: ConfirmForm) -> HttpResponse:
    """Record what the page shows, and send it unless it is held; show the page again where that cannot be."""
    asks = request.POST["do"] == "ask"
    try:
        access_checks.continue_anyway(ready.draft)
        recorded = ordering.record(
            ready.draft,
            ready.groups,
            form.cleaned_data["form_key"],
            ready.quote,
            deletes_replaced=bool(request.POST.get(order_sheet.DELETE_REPLACED)),
            asks=asks,
            text=clean_text(request.POST.get(TEXT, "")),
        )
    except ordering.PageTooOld:
        return _too_old(request, ready.draft)
    except ordering.TemplateGone:
        # The page that comes says why, and the way on.
        return _page(request, ready, form, status=409)
    except (ordering.JudgedOtherwise, NoRoom):
        trouble = _("What the team allows changed meanwhile. Nothing was ordered: look again, then confirm.")
        again = confirmable(request, ready.presses)
        return _page(request, ready if isinstance(again, str) else again, form, trouble=trouble, status=409)
    except DatabaseError:
        logger.exception("An order could not be recorded")
        trouble = _("Nothing was ordered: the console's database does not take it at the moment. Try again.")
        return _page(request, ready, form, trouble=trouble, status=503)
    request.session[AGREED] = True
    _keep_logins(request, ready)
    return SeeOther(press_address_of(recorded[0] if asks else send_all(request, recorded)))


def _keep_logins(request: ConsoleRequest, ready: Confirmable) -> None:
    """Keep what was typed and ordered with for the next order of this session; no order fails for that."""
    saved = ready.draft.saved_credentials
    typed = [each for each in ready.spec.image_registry_credentials if each.server not in saved]
    try:
        logins.keep(cast(User, request.user), request.session.session_key or "", typed)
    except DatabaseError:
        logger.warning("The logins of an order could not be kept for its session")


def _judged(request: ConsoleRequest, ready: Confirmable) -> ConfirmForm:
    return ConfirmForm(
        request.POST,
        needs_anyway=verdict_of(ready.draft.typed).is_bad,
        has_agreed=bool(request.session.get(AGREED)),
    )


def _too_old(request: ConsoleRequest, draft: Draft) -> HttpResponse:
    """Show the page anew, for the draft as it is now: what was looked at is not what would be sent."""
    current = draft_or_404(request, draft.pk)
    ready = confirmable(request, ordering.presses_of(current))
    if isinstance(ready, str):
        return SeeOther(reverse(f"wizard:{ready}", args=[current.pk]))
    trouble = _("The draft was changed after this page was opened. Nothing was ordered: look again, then confirm.")
    return _page(request, ready, ConfirmForm(), trouble=trouble, status=409)


def _page(
    request: ConsoleRequest,
    ready: Confirmable,
    form: ConfirmForm,
    *,
    dry_run: DryRun | None = None,
    trouble: str = "",
    status: int = 200,
) -> HttpResponse:
    draft = ready.draft
    wrong = {name: " ".join(map(str, form.errors.get(name, []))) for name in BOXES} if status == 422 else {}
    context: dict[str, Any] = {
        "nav": "groups",
        "step_title": steps.title_of(SLUG),
        "draft": draft,
        "template": template_of(draft, draft.typed),
        "template_notice": template_notice(draft),
        "version": draft.version,
        "form_id": FORM_ID,
        "action": reverse("wizard:confirm", args=[draft.pk]),
        "rail": order_sheet.rail_of(ready),
        "errors": [
            {"href": f"#id_{name}", "label": form[name].label, "text": text} for name, text in wrong.items() if text
        ],
        "trouble": trouble,
        "request_action": ACTION,
        **part_of(order_sheet.asked_of(draft, ready.spec)),
        "link": link_to(request, draft, ready.evaluation.spec or ready.spec),
        "form_key": ready.presses.form_key,
        "ticked": _ticked(form, draft),
        "wrong": wrong,
        "has_agreed": bool(request.session.get(AGREED)),
        "terms_url": settings.SERVICE_TERMS_URL,
        "refusal": ready.presses.last_refusal,
        "dry_run": dry_run,
        **_rules(request, ready),
        **_sheet(request, ready, form),
        **order_sheet.price(ready),
    }
    return render(request, "wizard/confirm.html", context, status=status)


def _rules(request: ConsoleRequest, ready: Confirmable) -> dict[str, Any]:
    """Return what rules say of the groups, each with the way to its field, and what is asked for their approval."""
    found, at = ready.found, request.GET.get("at", "")
    marks = judging.beside("", found, at=at)
    told = [{"mark": mark, "url": order_feedback.address_of(ready.draft, place_of(mark))} for mark in marks]
    return {
        "rules": told,
        "denied": any(mark.is_wrong for mark in marks),
        "asks": found.judgement.needs_approval,
        "press": "ask" if found.judgement.needs_approval else "order",
        "quota": judging.forecast(found),
        "approval_text": request.POST.get(TEXT, raw.word(ready.draft.typed["page"], TEXT)),
        "text_max": TEXT_MAX,
        "reason_max": REASON_MAX,
    }


def _ticked(form: ConfirmForm, draft: Draft) -> dict[str, bool]:
    """Return which boxes are ticked. Whoever went on at an earlier step in spite of what registries have said is not
    asked about the same a second time."""
    if form.is_bound:
        return {name: bool(form.data.get(name)) for name in BOXES}
    return {"anyway": not any(item.is_open_failure for item in checked_images(draft.typed))}


def _sheet(request: ConsoleRequest, ready: Confirmable, form: ConfirmForm) -> dict[str, Any]:
    """Return what the sheet says of the groups."""
    draft, spec = ready.draft, ready.spec
    summary = summarise(spec, draft.typed, ready.network)
    names = [group.container_group_name for group in ready.groups]
    port = None if ready.network.error else request.cloud.container_groups
    bills = still_billed(draft.replaces, port, request.place.account_id)
    containers = order_sheet.containers(draft, spec, summary.images)
    added = (*order_sheet.number_rows(names), *order_sheet.account_rows(request.place.grant))
    head = replace(summary.head, rows=(*added, *summary.head.rows))
    return {
        "summary": summary,
        "names": names,
        "region": region_name(spec.region_id),
        "path_out": order_sheet.path_out(spec, ready.network),
        "head": order_sheet.linked(draft, head),
        "sections": [order_sheet.linked(draft, section) for section in summary.sections],
        "containers": containers,
        "container_count": len(summary.images),
        "warnings": [order_sheet.warned(draft, notice) for notice in summary.warnings],
        "network_error": ready.network.error,
        "unchecked_url": order_sheet.unchecked_url(draft) if settings.CHECK_ON_INPUT else "",
        "images_hosts": ", ".join(dict.fromkeys(question.host for question in access_checks.questions_of_all(draft))),
        "verdict": verdict_of(draft.typed),
        "remedy": order_sheet.first_remedy(containers),
        "pending_hours": order_sheet.hours_pending(spec),
        "bills": bills,
        "failing": [bill.order.pk for bill in bills if order_sheet.is_failing(bill)],
        "deletes_replaced": order_sheet.deletes_replaced(draft, bills, form.data),
        **order_sheet.changes(ready),
    }
