"""What is sent of an order: its frozen parameters, guarded by a hash, and its secrets, sealed beside them.

Every order carries a mark, a tag with its own id. A container group is known as the order's by nothing else than its
mark, or by the cloud's answer to the order's own client token: names are shared by all who use the account.
"""

import hashlib
import json
import uuid
from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from django.views.decorators.debug import sensitive_variables

from consoleapp.domain import limits, wire
from consoleapp.domain.host import Tag
from consoleapp.domain.secret import Secret
from consoleapp.domain.spec import ContainerGroupSpec
from consoleapp.orders.models import Order
from consoleapp.web import sealing


class PayloadChanged(Exception):
    """The stored parameters are not the confirmed ones any more: nothing may be sent."""


_ORDERS: Final = uuid.UUID("5a2f6c1e-8d0b-4c57-9b1a-3e7d40c2f986")

# Stands for a secret that is not known; never leaves the console. It can be read as a text and as Base64.
_STAND_IN: Final = "Z29uZQ=="
# The options of a volume are one secret, with the bucket and all, where an access key is among them.
_OPTIONS_STAND_IN: Final = '{"akSecret": "gone"}'
_GONE: Final = (Secret(_STAND_IN), Secret("gone"))


def order_id_of(form_key: str) -> uuid.UUID:
    """Return the id of the order that a press with this form key makes, known before the press to be shown."""
    return uuid.uuid5(_ORDERS, form_key)


def mark_of(order_id: uuid.UUID) -> Tag:
    """Return the tag by which the order's container group is known."""
    return Tag(limits.ORDER_TAG_KEY, str(order_id))


def is_marked(order: Order) -> bool:
    """Tell whether the order is sent with its mark; those of earlier versions of the console are not."""
    return wire.tags_of(order.public_parameters).get(limits.ORDER_TAG_KEY) == str(order.pk)


def payload_hash(parameters: Mapping[str, str], secret_keys: list[str], account_uid: str = "") -> str:
    """Return a fingerprint of what was confirmed and where it goes, without the secret values: those are sealed against
    change anyway."""
    confirmed = [dict(parameters), sorted(secret_keys), *([account_uid] if account_uid else [])]
    text = json.dumps(confirmed, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


@sensitive_variables()
def spec_of(order: Order, known: Mapping[str, Secret] = MappingProxyType({})) -> ContainerGroupSpec:
    """Return the container group that was confirmed; a stand-in for each secret that is not `known`, by its wire key.

    Raise DomainError.
    """
    clear = {key: known[key].reveal() if key in known else _stand_in(key) for key in order.secret_keys}
    return wire.from_parameters({**order.public_parameters, **clear}, secret_keys=order.secret_keys)


def is_gone(secret: Secret) -> bool:
    """Tell whether a secret of `spec_of` stands for one that was not known."""
    return secret in _GONE


def _stand_in(key: str) -> str:
    return _OPTIONS_STAND_IN if key.endswith(".Options") else _STAND_IN


def _bound_to(order: Order) -> str:
    return f"order/{order.pk}"


@sensitive_variables("secrets")
def seal_secrets(order: Order, secrets: Mapping[str, str]) -> str:
    """Seal all secret values in one text, "" when there are none."""
    return sealing.seal(Secret(json.dumps(dict(secrets))), _bound_to(order)) if secrets else ""


@sensitive_variables()
def full_parameters(order: Order) -> dict[str, str]:
    """Return what is sent, secrets in clear. Raise PayloadChanged, and sealing.SealBroken when a key is gone."""
    if payload_hash(order.public_parameters, order.secret_keys, order.account_uid) != order.payload_hash:
        raise PayloadChanged(str(order.pk))
    secrets = (
        json.loads(sealing.unseal(order.sealed_secrets, _bound_to(order)).reveal()) if order.sealed_secrets else {}
    )
    if sorted(secrets) != sorted(order.secret_keys):
        raise PayloadChanged(str(order.pk))
    return {**order.public_parameters, **secrets}
