"""Versions that the registry has, near to one that it has not: asked for while a page with a failing group is made."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any, Final

from consoleapp.domain.image import TAG, ImageReferenceError, parse_image_reference
from consoleapp.gateways.ports.images import ImageAccess
from consoleapp.gateways.proof import AccessResult, Cause, TagEvidence
from consoleapp.groups.services import diagnosis as causes
from consoleapp.groups.services.listing import Row
from consoleapp.orders.models import Order
from consoleapp.web.asking import in_time, remembered
from consoleapp.web.buffering import lend_place

SECONDS: Final = 300
# No longer waits a page with several groups; what is told later stands on it the next time.
PATIENCE_SECONDS: Final = 1
# The port allows one user no more.
SIDE_BY_SIDE: Final = 2


def near_versions(order: Order, found: causes.Diagnosis | None, access: ImageAccess) -> tuple[str, ...]:
    """Return the versions, the nearest first; () where the version is not what fails, or the registry does not say."""
    ask = _asking(order, found, access)
    return ask() if ask else ()


def near_versions_of(rows: Iterable[Row], access: ImageAccess) -> Mapping[Any, tuple[str, ...]]:
    """Return the same for several groups, by their order, as far as the registries are quick."""
    asking = {row.order.pk: ask for row in rows if (ask := _asking(row.order, row.diagnosis, access))}
    if not asking:
        return {}
    with lend_place():
        told = in_time(list(asking.values()), SIDE_BY_SIDE, PATIENCE_SECONDS)
    return {pk: versions for pk, versions in zip(asking, told, strict=True) if versions}


def _asking(order: Order, found: causes.Diagnosis | None, access: ImageAccess) -> Callable[[], tuple[str, ...]] | None:
    if found is None or found.cause != causes.Cause.TAG_NOT_FOUND:
        return None

    def ask() -> tuple[str, ...]:
        result = remembered(
            ("near versions", order.owner_id, order.pk, found.image),
            SECONDS,
            lambda: _ask(order, found.image, access),
            is_worth=lambda result: result is None or result.cause is not Cause.TOO_MANY_CHECKS,
        )
        if result is None or not isinstance(result.evidence, TagEvidence):
            return ()
        return tuple(name for name in result.evidence.near if TAG.fullmatch(name))

    return ask


def _ask(order: Order, image: str, access: ImageAccess) -> AccessResult | None:
    try:
        reference = parse_image_reference(image)
    except ImageReferenceError:
        return None
    declared = order.public_parameters.get("PlainHttpRegistry", "").lower().split(",")
    host = reference.registry_host
    with lend_place():
        return access.check(reference, credential=None, plain_http={host} if host.lower() in declared else ())
