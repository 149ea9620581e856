"""Orders: recorded once for each form key, found through their owner, asked for again. Sending is in delivery.py."""

import re
import uuid
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from django.db import IntegrityError, transaction
from django.db.models import Exists, OuterRef, QuerySet
from django.utils import timezone
from django.views.decorators.debug import sensitive_variables

from consoleapp.accounts.models import User
from consoleapp.domain.secret import Secret
from consoleapp.orders import delivery
from consoleapp.orders.models import Order, OrderState
from consoleapp.web.sealing import SealBroken

CONTAINER_NAME_KEY = re.compile(r"Container\.\d+\.Name")


@dataclass(frozen=True)
class Press:
    """One confirmed press: where it comes from and what was shown beside the button."""

    form_key: str
    draft_id: uuid.UUID | None = None
    draft_version: int = 0
    vpc_id: str = ""
    cpu: Decimal | None = None
    memory_gib: Decimal | None = None
    price_per_second: Decimal | None = None
    currency: str = ""


def orders_of(owner: object) -> QuerySet[Order]:
    """The owner's orders, newest first; none for visitors."""
    return Order.objects.filter(owner=owner) if isinstance(owner, User) else Order.objects.none()


def find_order(owner: object, order_id: uuid.UUID) -> Order:
    """The owner's order. Raises Order.DoesNotExist for a missing one, another owner's one, and for visitors."""
    return orders_of(owner).get(pk=order_id)


def find_by_form_key(owner: object, form_key: str) -> Order | None:
    """What became of the page with this form key, if it was ever sent by this owner."""
    return orders_of(owner).filter(form_key=form_key).first()


def order_of_group(owner: object, container_group_id: str) -> Order:
    """The owner's order that made this container group. Raises Order.DoesNotExist."""
    if not container_group_id:
        raise Order.DoesNotExist
    order = orders_of(owner).filter(container_group_id=container_group_id).first()
    if order is None:
        raise Order.DoesNotExist
    return order


def orders_of_draft(owner: object, draft_id: uuid.UUID, draft_version: int) -> QuerySet[Order]:
    """The orders that were made of this version of the draft, newest first."""
    return orders_of(owner).filter(draft_id=draft_id, draft_version=draft_version)


def was_ordered(draft_pk: str = "pk", version: str = "version") -> Exists:
    """A condition for a queryset of drafts: this very version has an order that was not refused."""
    orders = Order.objects.filter(draft_id=OuterRef(draft_pk), draft_version=OuterRef(version))
    return Exists(orders.exclude(state=OrderState.REFUSED))


@sensitive_variables("parameters")
def record_order(owner: User, parameters: Mapping[str, str], secret_keys: Collection[str], press: Press) -> Order:
    """The order of this form key: a new one, or the one that an earlier press made. Nothing is sent.

    `parameters` are those of wire.to_parameters, secrets in clear; RegionId and ContainerGroupName are among them.
    The order is committed on return unless the caller has a transaction open.
    """
    order = _frozen(owner, parameters, secret_keys, press)
    try:
        with transaction.atomic():
            order.save(force_insert=True)
    except IntegrityError:
        earlier = find_by_form_key(owner, press.form_key)
        if earlier is None:
            raise
        return earlier
    return order


@sensitive_variables("parameters")
def _frozen(owner: User, parameters: Mapping[str, str], secret_keys: Collection[str], press: Press) -> Order:
    hidden = sorted(set(secret_keys) & set(parameters))
    public = {key: value for key, value in parameters.items() if key not in hidden}
    order = Order(
        owner=owner,
        draft_id=press.draft_id,
        draft_version=press.draft_version,
        form_key=press.form_key,
        parameters=public,
        secret_keys=hidden,
        payload_hash=delivery.payload_hash(public, hidden),
        client_token=uuid.uuid4().hex,
        region_id=public["RegionId"],
        group_name=public["ContainerGroupName"],
        first_image=public.get("Container.1.Image", ""),
        container_count=len([key for key in public if CONTAINER_NAME_KEY.fullmatch(key)]),
        vpc_id=press.vpc_id,
        cpu=press.cpu,
        memory_gib=press.memory_gib,
        price_per_second=press.price_per_second,
        currency=press.currency,
    )
    order.sealed_secrets = delivery.seal_secrets(order, {key: parameters[key] for key in hidden})
    return order


def may_ask_again(order: Order, now: datetime | None = None) -> bool:
    """True when the order may be sent (again) now, with the same token."""
    if order.is_final:
        return False
    if order.state != OrderState.SENDING:
        return True
    moment = now or timezone.now()
    return order.claimed_at is None or order.claimed_at < moment - delivery.LEASE


def ask_again(order: Order, port: delivery.Creation) -> Order:
    """The order after one more attempt with the same token, or as it is when it may not be sent now."""
    return delivery.deliver(order.pk, port)


@sensitive_variables()
def stored_secrets(order: Order) -> dict[str, Secret]:
    """The secret parameters that are still stored, by wire key; none once the order is final or cannot be opened."""
    if not order.sealed_secrets:
        return {}
    try:
        parameters = delivery.full_parameters(order)
    except (delivery.PayloadChanged, SealBroken):
        return {}
    return {key: Secret(parameters[key]) for key in order.secret_keys}
