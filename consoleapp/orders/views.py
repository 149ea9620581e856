"""The pages of an order: what became of it, its state while that may change, asking for it again, stopping it."""

import logging
import time
import uuid
from collections.abc import Iterable
from typing import Any, Final, cast

from django.db import DatabaseError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_variables
from django.views.decorators.http import require_GET, require_POST, require_safe

from consoleapp.domain.spec import ContainerGroupSpec
from consoleapp.orders import payload, services, summary
from consoleapp.orders.billing import still_billed
from consoleapp.orders.destination import own_port
from consoleapp.orders.models import Order, OrderState
from consoleapp.teams.actors import actor_of
from consoleapp.web.http import ActorRequest, ConsoleRequest
from consoleapp.web.polling import polled
from consoleapp.web.request_in import Asked, answer, part_of

logger = logging.getLogger(__name__)

POLL_SECONDS = 2
# People decide more slowly than the cloud.
HELD_POLL_SECONDS = 5
# A press for several groups sends for so long and leaves the others to the worker.
SENDS_SECONDS: Final = 3


def _find(request: HttpRequest, order_id: uuid.UUID) -> Order:
    try:
        order = services.find_order(actor_of(request), order_id)
        cast(ConsoleRequest, request).place.enter(order)
        return order
    except Order.DoesNotExist as err:
        raise Http404 from err


def _group_url(order: Order) -> str:
    return reverse("groups:detail", args=[order.container_group_id])


def address_of(order: Order) -> str:
    """Return the page that shows what became of the order: its group once there is one."""
    return _group_url(order) if order.state == OrderState.CREATED else reverse("orders:detail", args=[order.pk])


def press_address_of(order: Order) -> str:
    """Return the page that shows what became of the press: all its orders where it was for several groups."""
    return reverse("groups:together", args=[order.press_id]) if order.press_id else address_of(order)


def _context(order: Order) -> dict[str, Any]:
    outcome = summary.outcome_of(order)
    return {
        "nav": "groups",
        "order": order,
        "outcome": outcome,
        "history": summary.history_of(order),
        "next_try_seconds": summary.seconds_to_next_try(order),
        "poll_seconds": _poll_seconds(order, outcome),
        "may_stop": services.may_stop(order),
        "group_url": _group_url(order) if order.state == OrderState.CREATED else "",
        "mend_url": reverse("wizard:mend", args=[order.pk]) if outcome.mend else "",
        **part_of(asked_of(order)),
    }


def asked_of(order: Order) -> Asked:
    """Return the request of an order as pages show it in each language."""

    def group() -> ContainerGroupSpec:
        # Secrets that were wiped are stand-ins; no language has any of them.
        return payload.spec_of(order, services.stored_secrets(order))

    return Asked(
        order.public_parameters,
        order.secret_keys,
        group,
        lambda word: reverse("orders:request", args=[order.pk, word]),
    )


def _poll_seconds(order: Order, outcome: summary.Outcome) -> int:
    """Return the seconds until the page looks again; 0 where nothing changes by itself."""
    if order.state == OrderState.HELD:
        return HELD_POLL_SECONDS
    return POLL_SECONDS if outcome.is_busy or (order.next_try_at and not order.is_final) else 0


def sent(request: HttpRequest, order: Order) -> Order:
    """Make one (more) attempt and return the order; as it was where what became of it could not be stored.

    It may be on its way then, and nobody may say that nothing was done: its page tells what is known.
    """
    try:
        return services.ask_again(order, cast(ConsoleRequest, request).cloud.container_groups, own_port)
    except DatabaseError:
        logger.exception("What became of order %s could not be stored", order.pk)
        return order


def send_all(request: HttpRequest, recorded: Iterable[Order]) -> Order:
    """Return the first order of a press, after one attempt for each while there is time; the others are due at once."""
    first, *others = recorded
    until = time.monotonic() + SENDS_SECONDS
    first = sent(request, first)
    for order in others:
        if time.monotonic() < until:
            sent(request, order)
    return first


@require_GET
def detail(request: HttpRequest, order_id: uuid.UUID) -> HttpResponse:
    """Show what became of the order, with everything that was sent."""
    order = _find(request, order_id)
    replaced = still_billed(order.replaces, cast(ConsoleRequest, request).cloud.container_groups, order.account_id)
    return render(
        request,
        "orders/detail.html",
        {**_context(order), "replaced": replaced, "replacement": services.replacement_of(order)},
    )


@polled
@require_GET
def state(request: HttpRequest, order_id: uuid.UUID) -> HttpResponse:
    """Answer with the fragment a page polls while its order is being sent; lead to the group once there is one."""
    order = _find(request, order_id)
    response = render(request, "orders/_state.html", _context(order))
    if order.state == OrderState.CREATED:
        response["HX-Redirect"] = _group_url(order)
    return response


@require_safe
@sensitive_variables()
def in_language(request: HttpRequest, order_id: uuid.UUID, language: str) -> HttpResponse:
    """Show what was ordered in a language, or give it as a file."""
    order = _find(request, order_id)
    page = {"heading": order.group_name, "back_url": address_of(order), "back": _("Back to the order")}
    return answer(request, asked_of(order), language, page)


@require_POST
def again(request: HttpRequest, order_id: uuid.UUID) -> HttpResponse:
    """Ask once more with the same token, then show what came of it."""
    order = _find(request, order_id)
    if services.may_ask_again(order):
        services.note_asked_again(cast(ActorRequest, request).user, order)
        order = sent(request, order)
    return redirect(address_of(order))


@require_POST
def stop(request: HttpRequest, order_id: uuid.UUID) -> HttpResponse:
    """Stop an order of which surely nothing was sent; its page tells when that came too late."""
    order = _find(request, order_id)
    services.stop(order)
    return redirect("orders:detail", order.pk)
