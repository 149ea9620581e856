"""From a refused order back to the field that mends it and what is said there; the addresses of places in a draft."""

import uuid
from urllib.parse import urlencode

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from consoleapp.domain.errors import DomainError
from consoleapp.gateways.errors import AccessDenied
from consoleapp.orders.models import Order, OrderState
from consoleapp.orders.services import find_order, orders_of_press
from consoleapp.teams.actors import actor_of
from consoleapp.teams.services import actor_for_saving
from consoleapp.wizard.draft import refusals
from consoleapp.wizard.draft.places import BASIC, Place, place_of_wire_key
from consoleapp.wizard.draft.problems import FieldError
from consoleapp.wizard.models import Draft
from consoleapp.wizard.services import drafts, similar
from consoleapp.wizard.services.draft_limits import TooMuch
from consoleapp.wizard.views.room import no_room, tell_displaced, tell_taken


def address_of(draft: Draft, place: Place, order: Order | None = None) -> str:
    """Return a step's address with the card open and the control in view, marked with the cloud's word on `order`."""
    query = {"open": place.container_key, "at": place.field_id, "refused": str(order.pk) if order else ""}
    kept = {name: value for name, value in query.items() if value}
    anchor = f"#{place.field_id}" if place.field_id else ""
    return f"{reverse(f'wizard:{place.step}', args=[draft.pk])}{'?' + urlencode(kept) if kept else ''}{anchor}"


@require_POST
def mend(request: HttpRequest, order_id: uuid.UUID) -> HttpResponse:
    """Lead to the field in the order's draft; where the draft is gone, to the same field of a new one."""
    try:
        order = find_order(actor_of(request), order_id)
    except Order.DoesNotExist:
        raise Http404(_("There is no such order.")) from None
    key = request.POST.get("field", "")[:255] or refusals.FIELDS.get(order.error_kind, "")
    try:
        draft, place = _draft_and_place(request, order, key)
    except DomainError:
        messages.error(request, _("This request was made by other rules than today's and cannot be copied."))
        return redirect("orders:detail", order_id=order.pk)
    except TooMuch as refused:
        return no_room(request, refused)
    tell_displaced(request, draft)
    tell_taken(request, draft)
    return redirect(address_of(draft, place, order if place.field_id else None))


def refusal_of(request: HttpRequest, draft: Draft) -> FieldError | None:
    """Return what the cloud said against the order that the address names, while the draft is as it was ordered."""
    try:
        order = find_order(actor_of(request), uuid.UUID(request.GET.get("refused", "")))
    except (ValueError, Order.DoesNotExist):
        return None
    is_changed = order.draft_id == draft.pk and order.draft_version != draft.version
    if order.state != OrderState.REFUSED or is_changed:
        return None
    # Of a denial it is the missing permission, which no field mends.
    named = "" if order.error_kind == AccessDenied.kind else order.error_field
    key = named or refusals.FIELDS.get(order.error_kind, "")
    return refusals.problem_of(draft.typed, key, order.error_message, order.error_code, order.request_id)


def _draft_of(request: HttpRequest, order: Order) -> Draft | None:
    """Return the order's draft; None if gone, or become other groups of the same press: one is mended alone."""
    if orders_of_press(actor_of(request), order.press_id).exclude(state=OrderState.REFUSED).exists():
        return None
    try:
        return drafts.find_draft(actor_of(request), order.draft_id or uuid.UUID(int=0))
    except Draft.DoesNotExist:
        return None


def _draft_and_place(request: HttpRequest, order: Order, key: str) -> tuple[Draft, Place]:
    draft = _draft_of(request, order)
    if draft is None:
        change = similar.change_field(key) if key else None
        actor, session_key = actor_for_saving(request), request.session.session_key
        return similar.draft_of_order(actor, order, change, session_key, replaces=order.replaces)
    return draft, place_of_wire_key(draft.typed, key) if key else BASIC
