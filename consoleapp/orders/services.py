"""Orders: recorded once for each form key, found through their owner or because they are due, asked for again, stopped.
Sending is in delivery.py.
"""

import re
import uuid
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Final, NamedTuple

from django.db import IntegrityError, transaction
from django.db.models import Exists, OuterRef, QuerySet, Window
from django.db.models.functions import RowNumber
from django.views.decorators.debug import sensitive_variables

from consoleapp.accounts.models import User
from consoleapp.audit import services as audit
from consoleapp.cloud_accounts.models import CloudAccount
from consoleapp.domain import wire
from consoleapp.domain.secret import Secret
from consoleapp.orders import answers, clock, delivery, payload, rate_limit
from consoleapp.orders.models import DeleteReplaced, Order, OrderState
from consoleapp.teams.actors import Actor
from consoleapp.web import origins
from consoleapp.web.routes import Belongs
from consoleapp.web.sealing import SealBroken

# Kinds of an ended order beside those of gateways/errors.py.
STOPPED: Final = "stopped"
EXPIRED: Final = "expired"
IDLE: Final = timedelta(days=7)
CLOSED_AT_ONCE: Final = 500
# Few, so that what becomes due meanwhile does not wait long for its look.
DUE_AT_ONCE: Final = 20
LEFT_ALONE: Final = timedelta(minutes=1)
CONTAINER_NAME_KEY = re.compile(r"Container\.\d+\.Name")


@dataclass(frozen=True)
class Press:
    """One confirmed press: where it comes from and what was shown beside the button.

    A press for several groups records an order for each, with a form key of its own and `press_id` in all.
    """

    form_key: str
    press_id: uuid.UUID | None = None
    draft_id: uuid.UUID | None = None
    draft_version: int = 0
    replaces_id: uuid.UUID | None = None
    template_version_id: int | None = None
    deletes_replaced: bool = False
    is_held: bool = False
    account: CloudAccount | None = None
    origin: Mapping[str, str] = field(default_factory=dict)
    vpc_id: str = ""
    no_login: tuple[str, ...] = ()
    cpu: Decimal | None = None
    memory_gib: Decimal | None = None
    price_per_second: Decimal | None = None
    currency: str = ""


def orders_of(actor: Actor) -> QuerySet[Order]:
    """Return the orders of the space in which the actor acts, newest first; none for visitors."""
    return Order.objects.filter(actor.theirs())


def find_order(actor: Actor, order_id: uuid.UUID) -> Order:
    """Return the order. Raise Order.DoesNotExist for a missing one, one of another space, and for visitors."""
    return orders_of(actor).get(pk=order_id)


def whose_order(order_id: uuid.UUID, **_of_address: object) -> Belongs | None:
    """Return whose the order is; None for a missing one."""
    return _whose(Order.objects.filter(pk=order_id))


def whose_group(group_id: str) -> Belongs | None:
    """Return whose the container group is; None where no order made it."""
    return _whose(Order.objects.filter(container_group_id=group_id)) if group_id else None


def whose_press(press_id: uuid.UUID) -> Belongs | None:
    """Return whose the orders of a press for several groups are."""
    return _whose(Order.objects.filter(press_id=press_id))


def _whose(orders: QuerySet[Order]) -> Belongs | None:
    found = orders.values_list("team_id", "owner_id").first()
    return Belongs(*found) if found else None


def find_by_form_key(actor: Actor, form_key: str) -> Order | None:
    """Return what became of the page with this form key, if it was ever sent from this space."""
    return orders_of(actor).filter(form_key=form_key).first()


def order_of_group(actor: Actor, container_group_id: str) -> Order:
    """Return the order that made this container group. Raise Order.DoesNotExist."""
    if not container_group_id:
        raise Order.DoesNotExist
    order = orders_of(actor).filter(container_group_id=container_group_id).first()
    if order is None:
        raise Order.DoesNotExist
    return order


def replacement_of(order: Order) -> Order | None:
    """Return the newest order that deletes, or has deleted, the group of this one once its own runs; None without."""
    deleting = (DeleteReplaced.WAITING, DeleteReplaced.DONE)
    return orders_of(Actor.behind(order)).filter(replaces=order, delete_replaced__in=deleting).first()


def orders_of_press(actor: Actor, press_id: uuid.UUID | None) -> QuerySet[Order]:
    """Return the orders of one press for several groups, by their names; none for a press for one."""
    return orders_of(actor).filter(press_id=press_id, press_id__isnull=False).order_by("group_name")


def orders_of_draft(actor: Actor, draft_id: uuid.UUID, draft_version: int) -> QuerySet[Order]:
    """Return the orders that were made of this version of the draft, newest first."""
    return orders_of(actor).filter(draft_id=draft_id, draft_version=draft_version)


def was_ordered(draft_pk: str = "pk", version: str = "version") -> Exists:
    """Return a condition for a queryset of drafts: this very version has an order that was not refused."""
    return Exists(_of_version(draft_pk, version).exclude(state=OrderState.REFUSED))


def was_created(draft_pk: str = "pk", version: str = "version") -> Exists:
    """Return a condition for a queryset of drafts: this very version has become a container group."""
    return Exists(_of_version(draft_pk, version).filter(state=OrderState.CREATED))


def was_pressed(draft_pk: str = "pk", version: str = "version") -> Exists:
    """Return a condition for a queryset of drafts: this very version has an order, be it a refused one."""
    return Exists(_of_version(draft_pk, version))


def _of_version(draft_pk: str, version: str) -> QuerySet[Order]:
    return Order.objects.filter(owner=OuterRef("owner"), draft_id=OuterRef(draft_pk), draft_version=OuterRef(version))


@sensitive_variables("parameters")
def record_order(actor: Actor, parameters: Mapping[str, str], secret_keys: Collection[str], press: Press) -> Order:
    """Return the order of this form key: a new one, or the one that an earlier press made. Nothing is sent.

    `parameters` are those of wire.to_parameters, secrets in clear; RegionId and ContainerGroupName are among them. They
    are frozen with the order's mark.
    The order is committed on return unless the caller has a transaction open.
    """
    order = _frozen(actor, parameters, secret_keys, press)
    try:
        with transaction.atomic():
            order.save(force_insert=True)
            audit.record(actor.person, "order.recorded", order.pk, _audit_payload(order), team_id=order.team_id)
    except IntegrityError:
        earlier = find_by_form_key(actor, press.form_key)
        if earlier is None:
            raise
        return earlier
    return order


def _audit_payload(order: Order) -> dict[str, object]:
    """Return what the audit trail keeps of the press: everything but the secrets."""
    told = {"account": order.account.name, "account_uid": order.account_uid} if order.account else {}
    return {
        "group_name": order.group_name,
        **told,
        "draft_id": str(order.draft_id or ""),
        "draft_version": order.draft_version,
        "replaces": str(order.replaces_id or ""),
        "deletes_replaced": bool(order.delete_replaced),
        "client_token": order.client_token,
        "external_ref": order.external_ref,
        "parameters": dict(order.public_parameters),
        "secret_keys": list(order.secret_keys),
    }


@sensitive_variables("parameters")
def _frozen(actor: Actor, parameters: Mapping[str, str], secret_keys: Collection[str], press: Press) -> Order:
    order_id = payload.order_id_of(press.form_key)
    hidden = sorted(set(secret_keys) & set(parameters))
    public = {key: value for key, value in parameters.items() if key not in hidden}
    public = wire.with_tag(public, payload.mark_of(order_id))
    order = Order(
        id=order_id,
        owner=actor.person,
        team=actor.team,
        account=press.account,
        account_uid=press.account.uid if press.account else "",
        draft_id=press.draft_id,
        draft_version=press.draft_version,
        form_key=press.form_key,
        press_id=press.press_id,
        replaces_id=press.replaces_id,
        template_version_id=press.template_version_id,
        delete_replaced=DeleteReplaced.WAITING if press.deletes_replaced and press.replaces_id else DeleteReplaced.NO,
        origin={name: value for name, value in press.origin.items() if name != origins.EXTERNAL_REF},
        external_ref=press.origin.get(origins.EXTERNAL_REF, ""),
        parameters=public,
        secret_keys=hidden,
        payload_hash=payload.payload_hash(public, hidden, press.account.uid if press.account else ""),
        client_token=uuid.uuid4().hex,
        next_try_at=None if press.is_held else _first_look(press),
        state=OrderState.HELD if press.is_held else OrderState.RECORDED,
        region_id=public["RegionId"],
        group_name=public["ContainerGroupName"],
        first_image=public.get("Container.1.Image", ""),
        container_count=len([key for key in public if CONTAINER_NAME_KEY.fullmatch(key)]),
        vpc_id=press.vpc_id,
        no_login=list(press.no_login),
        cpu=press.cpu,
        memory_gib=press.memory_gib,
        price_per_second=press.price_per_second,
        currency=press.currency,
    )
    order.sealed_secrets = payload.seal_secrets(order, {key: parameters[key] for key in hidden})
    return order


def _first_look(press: Press) -> datetime:
    # Who has pressed for several waits for no more than some of them to be sent: the others are the worker's.
    return clock.now() + (timedelta() if press.press_id else delivery.LOOK_AFTER)


def let_go(order_id: uuid.UUID) -> bool:
    """Have a held order sent by the worker, and tell whether it was held; inside the caller's transaction."""
    now = clock.now()
    held = Order.objects.filter(pk=order_id, state=OrderState.HELD)
    return bool(held.update(state=OrderState.RECORDED, next_try_at=now, updated_at=now))


def may_ask_again(order: Order, now: datetime | None = None) -> bool:
    """Tell whether the order may be sent (again) now, with the same token."""
    if order.is_final or order.state == OrderState.HELD:
        return False
    if order.state != OrderState.SENDING:
        return True
    return delivery.is_left_behind(order, now or clock.now())


def ask_again(order: Order, port: delivery.Creation, own_port: delivery.OwnPort | None = None) -> Order:
    """Make one more attempt with the same token and return the order, as it is when it may not be sent now."""
    return delivery.deliver(order.pk, port, own_port)


def note_asked_again(actor: User, order: Order) -> None:
    """Add the audit row of somebody's press of *Ask again*; the answer has a row of its own."""
    with transaction.atomic():
        told = {"group_name": order.group_name}
        audit.record(actor, "order.asked_again", order.pk, told, team_id=order.team_id)


def may_stop(order: Order) -> bool:
    """Tell whether surely nothing was made of the order and nobody is sending it."""
    return order.state == OrderState.RECORDED and not order.is_halted


@transaction.atomic
def stop(order: Order, *, kind: str = STOPPED, state: OrderState = OrderState.RECORDED) -> bool:
    """Stop the order for good and tell whether that was done; not when it has left the state, so something was sent."""
    stopped = Order.objects.filter(pk=order.pk, state=state, is_halted=False).update(
        state=OrderState.REFUSED,
        error_kind=kind,
        error_code="",
        error_message="",
        error_field="",
        request_id="",
        sealed_secrets="",
        next_try_at=None,
        slot_at=None,
        updated_at=clock.now(),
    )
    if stopped:
        answers.tell_final(order.pk, f"order.{kind}")
    return bool(stopped)


class Due(NamedTuple):
    """An order that a worker tries, and the cloud account whose turns it needs."""

    order_id: uuid.UUID
    account: str


def due_orders(now: datetime | None = None) -> list[Due]:
    """Return the orders whose next try is due, as many as a worker takes at a time.

    Everybody's longest due comes first, then everybody's second, and so on: one person's many keep nobody's waiting.
    """
    moment = now or clock.now()
    due = Order.objects.filter(delivery.is_free(moment), delivery.is_due(moment))
    nth = Window(RowNumber(), partition_by="owner_id", order_by=["next_try_at", "created_at"])
    found = (
        due.annotate(nth=nth)
        .order_by("nth", "next_try_at", "created_at")
        .values_list("pk", rate_limit.ACCOUNT, "account_id")[:DUE_AT_ONCE]
    )
    return [Due(order_id, rate_limit.named(account, account_id)) for order_id, account, account_id in found]


def leave_alone(order_id: uuid.UUID) -> None:
    """Keep an order that could not be tried, because of a fault of the console, from being due again at once."""
    Order.objects.filter(pk=order_id, next_try_at__isnull=False).update(next_try_at=clock.now() + LEFT_ALONE)


def let_go_of_idle(now: datetime | None = None, **_kwargs: object) -> int:
    """Close the orders that nobody has asked for in a week, wipe their secrets, and return how many there were."""
    moment, closed = now or clock.now(), 0
    idle = Order.objects.filter(
        state__in=(OrderState.RECORDED, OrderState.UNKNOWN),
        is_halted=False,
        next_try_at=None,
        updated_at__lt=moment - IDLE,
    )
    for order in idle[:CLOSED_AT_ONCE]:
        closed += stop(order, kind=EXPIRED) if order.state == OrderState.RECORDED else _give_up(order)
    return closed


@transaction.atomic
def _give_up(order: Order) -> bool:
    """Give up the order where nobody knows whether it has a group, and tell whether that was done."""
    given_up = Order.objects.filter(pk=order.pk, state=OrderState.UNKNOWN, is_halted=False, next_try_at=None).update(
        is_halted=True, error_kind=EXPIRED, sealed_secrets="", updated_at=clock.now()
    )
    if given_up:
        answers.tell_final(order.pk, "order.expired")
    return bool(given_up)


@sensitive_variables()
def stored_secrets(order: Order) -> dict[str, Secret]:
    """Return the secret parameters still stored, by wire key; none once the order is final or cannot be opened."""
    if not order.sealed_secrets:
        return {}
    try:
        parameters = payload.full_parameters(order)
    except (payload.PayloadChanged, SealBroken):
        return {}
    return {key: Secret(parameters[key]) for key in order.secret_keys}
