"""What is sent of an order: its frozen parameters, guarded by a hash, and its secrets, sealed beside them."""

import hashlib
import json
from collections.abc import Mapping

from django.views.decorators.debug import sensitive_variables

from consoleapp.domain.secret import Secret
from consoleapp.orders.models import Order
from consoleapp.web import sealing


class PayloadChanged(Exception):
    """The stored parameters are not the confirmed ones any more: nothing may be sent."""


def payload_hash(parameters: Mapping[str, str], secret_keys: list[str]) -> str:
    """A fingerprint of what was confirmed, without the secret values: those are sealed against change anyway."""
    text = json.dumps([dict(parameters), sorted(secret_keys)], sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def _bound_to(order: Order) -> str:
    return f"order/{order.pk}"


@sensitive_variables("secrets")
def seal_secrets(order: Order, secrets: Mapping[str, str]) -> str:
    """All secret values in one sealed text, "" when there are none."""
    return sealing.seal(Secret(json.dumps(dict(secrets))), _bound_to(order)) if secrets else ""


@sensitive_variables()
def full_parameters(order: Order) -> dict[str, str]:
    """What is sent, secrets in clear. Raises PayloadChanged, and sealing.SealBroken when a key is gone."""
    if payload_hash(order.public_parameters, order.secret_keys) != order.payload_hash:
        raise PayloadChanged(str(order.pk))
    secrets = (
        json.loads(sealing.unseal(order.sealed_secrets, _bound_to(order)).reveal()) if order.sealed_secrets else {}
    )
    if sorted(secrets) != sorted(order.secret_keys):
        raise PayloadChanged(str(order.pk))
    return {**order.public_parameters, **secrets}
