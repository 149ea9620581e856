"""Versions that the registry has, near to one that it has not: asked for while the page of a failing group is made."""

from typing import Final

from consoleapp.domain.image import TAG, ImageReferenceError, parse_image_reference
from consoleapp.gateways.ports.images import ImageAccess
from consoleapp.gateways.proof import AccessResult, Cause, TagEvidence
from consoleapp.groups.services import diagnosis as causes
from consoleapp.orders.models import Order
from consoleapp.web.asking import remembered
from consoleapp.web.buffering import lend_place

SECONDS: Final = 300


def near_versions(order: Order, found: causes.Diagnosis | None, access: ImageAccess) -> tuple[str, ...]:
    """Return the versions, the nearest first; () where the version is not what fails, or the registry does not say."""
    if found is None or found.cause != causes.Cause.TAG_NOT_FOUND:
        return ()
    result = remembered(
        ("near versions", order.owner_id, order.pk, found.image),
        SECONDS,
        lambda: _ask(order, found.image, access),
        is_worth=lambda result: result is None or result.cause is not Cause.TOO_MANY_CHECKS,
    )
    if result is None or not isinstance(result.evidence, TagEvidence):
        return ()
    return tuple(name for name in result.evidence.near if TAG.fullmatch(name))


def _ask(order: Order, image: str, access: ImageAccess) -> AccessResult | None:
    try:
        reference = parse_image_reference(image)
    except ImageReferenceError:
        return None
    declared = order.public_parameters.get("PlainHttpRegistry", "").lower().split(",")
    host = reference.registry_host
    with lend_place():
        return access.check(reference, credential=None, plain_http={host} if host.lower() in declared else ())
