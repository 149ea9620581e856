"""Versions that the registry has, near to one that it has not: asked for while a page with a failing group is made."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from django.views.decorators.debug import sensitive_variables

from consoleapp.accounts.models import User
from consoleapp.domain.image import TAG, ImageReference, ImageReferenceError, parse_image_reference
from consoleapp.domain.registry import ImageRegistryCredential
from consoleapp.gateways.ports.images import ImageAccess
from consoleapp.gateways.proof import AccessResult, Cause, TagEvidence
from consoleapp.groups.services import diagnosis as causes
from consoleapp.groups.services.listing import Row
from consoleapp.orders.models import Order
from consoleapp.web.asking import in_time, remembered
from consoleapp.web.buffering import lend_place
from consoleapp.wizard.services import logins

SECONDS: Final = 300
# No longer waits a page with several groups; what is told later stands on it the next time.
PATIENCE_SECONDS: Final = 1
# The port allows one user no more.
SIDE_BY_SIDE: Final = 2


@dataclass(frozen=True)
class Looker:
    """Who looks at the page, in which session, and the port that asks the registries for them."""

    user: User
    session_key: str | None
    access: ImageAccess


def near_versions(order: Order, found: causes.Diagnosis | None, looker: Looker) -> tuple[str, ...]:
    """Return the versions, the nearest first; () where the version is not what fails, or the registry does not say."""
    ask = _asking(order, found, looker)
    return ask() if ask else ()


def near_versions_of(rows: Iterable[Row], looker: Looker) -> Mapping[Any, tuple[str, ...]]:
    """Return the same for several groups, by their order, as far as the registries are quick."""
    asking = {row.order.pk: ask for row in rows if (ask := _asking(row.order, row.diagnosis, looker))}
    if not asking:
        return {}
    with lend_place():
        told = in_time(list(asking.values()), SIDE_BY_SIDE, PATIENCE_SECONDS)
    return {pk: versions for pk, versions in zip(asking, told, strict=True) if versions}


@sensitive_variables("login")
def _asking(order: Order, found: causes.Diagnosis | None, looker: Looker) -> Callable[[], tuple[str, ...]] | None:
    if found is None or found.cause != causes.Cause.TAG_NOT_FOUND:
        return None
    try:
        reference = parse_image_reference(found.image)
    except ImageReferenceError:
        return None
    login = _login(order, reference.registry_host, looker)
    about = (order.owner_id, order.pk, found.image, *((looker.session_key, login.user_name) if login else ()))

    def ask() -> tuple[str, ...]:
        result = remembered(
            ("near versions", *about),
            SECONDS,
            lambda: _ask(order, reference, login, looker.access),
            is_worth=lambda result: result.cause is not Cause.TOO_MANY_CHECKS,
        )
        near = result.evidence.near if isinstance(result.evidence, TagEvidence) else ()
        return tuple(name for name in near if TAG.fullmatch(name))

    return ask


@sensitive_variables()
def _login(order: Order, host: str, looker: Looker) -> ImageRegistryCredential | None:
    """Return the login that was ordered with, where it is kept for the session and nobody can listen on the way."""
    key = causes.login_key(host, order.public_parameters)
    if not key or any(_is_listed(order, name, host) for name in ("PlainHttpRegistry", "InsecureRegistry")):
        return None
    user_name = order.public_parameters.get(f"{key}UserName", "")
    password = logins.password(looker.user, looker.session_key, host, user_name)
    return ImageRegistryCredential(host, user_name, password) if password else None


def _is_listed(order: Order, name: str, host: str) -> bool:
    return host.lower() in order.public_parameters.get(name, "").lower().split(",")


@sensitive_variables("login")
def _ask(
    order: Order, reference: ImageReference, login: ImageRegistryCredential | None, access: ImageAccess
) -> AccessResult:
    host = reference.registry_host
    with lend_place():
        return access.check(
            reference, credential=login, plain_http={host} if _is_listed(order, "PlainHttpRegistry", host) else ()
        )
