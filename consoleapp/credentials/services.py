"""Saved credentials: written, replaced and deleted, never read; opened for the host that they were saved for alone."""

from collections.abc import Iterable
from datetime import timedelta
from typing import Final, NamedTuple, cast

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django.dispatch import Signal
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.debug import sensitive_variables

from consoleapp.accounts.models import User
from consoleapp.audit import services as audit
from consoleapp.credentials.models import IMAGE_MAX, REFUSED, RegistryCredential
from consoleapp.domain.image import (
    ImageReference,
    ImageReferenceError,
    parse_image_reference,
    parse_registry_host,
)
from consoleapp.domain.image_pattern import is_below
from consoleapp.domain.secret import Secret
from consoleapp.gateways.oci.policy import ListedNetwork
from consoleapp.gateways.proof import AccessResult
from consoleapp.orders.models import Order, OrderState
from consoleapp.teams.models import Team
from consoleapp.web import sealing
from consoleapp.web.routes import Belongs

SAVED_MAX: Final = 200


# In use is what was ordered with so lately.
IN_USE: Final = timedelta(days=30)
USES_MAX: Final = 1000
# Sent with `team` and `user`, who looks; receivers return pairs of a credential's number and a Use.
asked_for_uses = Signal()


class Use(NamedTuple):
    """Something that names a credential; `url` is "" where it is not for everybody to open."""

    label: str
    url: str = ""


class NameTaken(Exception):
    """Another credential of the team has this name."""


class Awaited(Exception):
    """An order with the login waits for approval, and would be sent with what nobody has any more."""


class TooMany(Exception):
    """The team has as many credentials as any may have."""


def whose_credential(slug: str, number: int) -> Belongs | None:
    """Return whose the credential of this team is; None for a missing one, and one of another team."""
    found = RegistryCredential.objects.filter(pk=number, team__slug=slug, team__archived_at=None)
    belongs = found.values_list("team_id", "by_id").first()
    return Belongs(*belongs) if belongs else None


def find_credential(team: Team | None, number: int) -> RegistryCredential:
    """Return the team's credential. Raise RegistryCredential.DoesNotExist."""
    return credentials_of(team).select_related("by").get(pk=number)


def credentials_of(team: Team | None) -> QuerySet[RegistryCredential]:
    """Return the team's credentials, by host and path; who acts for themselves has none."""
    return RegistryCredential.objects.filter(team=team) if team else RegistryCredential.objects.none()


def fits(credential: RegistryCredential, image: ImageReference) -> bool:
    """Tell whether the credential is for this image: its very host, and a path that begins with its segments."""
    return is_below(image, credential.host, credential.path_prefix)


def offered(team: Team | None, images: Iterable[str]) -> list[RegistryCredential]:
    """Return the team's credentials that are for all of these images of one host, the most particular first."""
    try:
        wanted = [parse_image_reference(image) for image in images]
    except ImageReferenceError:
        return []
    if not wanted:
        return []
    found = [each for each in credentials_of(team) if all(fits(each, image) for image in wanted)]
    return sorted(found, key=lambda each: -len(each.path_prefix))


@transaction.atomic
@sensitive_variables("password")
def save(
    by: User, team: Team, name: str, host: str, path_prefix: str, user_name: str, password: Secret
) -> RegistryCredential:
    """Save a login for the team. Raise NameTaken, TooMany, and ImageReferenceError for what can be no host or path."""
    parse_registry_host(host)
    if path_prefix:
        parse_image_reference(f"{host}/{path_prefix}")
    Team.objects.select_for_update(no_key=True).get(pk=team.pk)
    if credentials_of(team).count() >= SAVED_MAX:
        raise TooMany
    credential = RegistryCredential(
        team=team, name=name, host=host, path_prefix=path_prefix, user_name=user_name, by=by
    )
    try:
        with transaction.atomic():
            credential.save()
    except IntegrityError:
        raise NameTaken from None
    _seal(credential, password)
    audit.record(by, "credential.saved", credential.pk, _told(credential))
    return credential


@transaction.atomic
def rename(by: User, credential: RegistryCredential, name: str) -> None:
    """Give the credential another name. Raise NameTaken."""
    if name == credential.name:
        return
    audit.record(by, "credential.renamed", credential.pk, {**_told(credential), "to": name})
    credential.name = name
    try:
        with transaction.atomic():
            credential.save(update_fields=["name"])
    except IntegrityError:
        raise NameTaken from None


@transaction.atomic
@sensitive_variables("password")
def replace(by: User, credential: RegistryCredential, user_name: str, password: Secret) -> None:
    """Store another user name and password; what the old ones have proved counts no more."""
    credential.user_name, credential.by, credential.replaced_at = user_name, by, timezone.now()
    credential.checked_at, credential.cause, credential.image = None, "", ""
    credential.save()
    _seal(credential, password)
    audit.record(by, "credential.replaced", credential.pk, _told(credential))


@sensitive_variables()
def stored_password(credential: RegistryCredential) -> Secret | None:
    """Return the password to be stored again under another user name; None where the seal does not open."""
    try:
        return sealing.unseal(credential.sealed, _bound_to(credential))
    except sealing.SealBroken:
        return None


@transaction.atomic
def delete(by: User, credential: RegistryCredential) -> None:
    """Wipe the login; drafts that name it have to be given another. Raise Awaited."""
    if credential.orders.filter(state=OrderState.HELD).exists():
        raise Awaited
    audit.record(by, "credential.deleted", credential.pk, _told(credential))
    credential.delete()


@sensitive_variables()
def password(credential: RegistryCredential, image: ImageReference) -> Secret | None:
    """Return the password for pulling this image; None for an image that it is not for, and where the seal does not
    open, because the row was changed by other hands."""
    return stored_password(credential) if fits(credential, image) else None


def may_go_over_plain_http(host: str) -> bool:
    """Tell whether the admin of the console has listed this registry as one that is spoken to without encryption."""
    name, _colon, port = host.lower().partition(":")
    listed = (ListedNetwork.of(*entry) for entry in settings.REGISTRY_NETWORKS)
    return any(each.scheme == "http" and each.matches_host(name) and each.port == int(port or 80) for each in listed)


def without_certificate(host: str) -> bool:
    """Tell whether the admin of the console vouches for a registry whose certificate the cloud cannot verify."""
    return host.lower() in {listed for listed, _file in settings.REGISTRY_AUTHORITIES}


def note_check(credential: RegistryCredential, image: ImageReference, result: AccessResult) -> bool:
    """Keep what a registry has said to it, if the credential is still the one that was asked with; tell whether it has
    said anything: who lets everybody in has not looked at it, and who does not answer says nothing."""
    is_let_in = result.cause.is_answer and bool(result.checked_as)
    if not (is_let_in or result.cause in REFUSED):
        return False
    unchanged = RegistryCredential.objects.filter(pk=credential.pk, sealed=credential.sealed)
    told = {"checked_at": timezone.now(), "image": str(image)[:IMAGE_MAX], "cause": result.cause.value}
    return bool(unchanged.update(**told))


def note_use(credential: RegistryCredential, orders: Iterable[Order]) -> bool:
    """Keep that it was ordered with now; False where it was replaced or deleted since it was opened."""
    unchanged = RegistryCredential.objects.filter(pk=credential.pk, sealed=credential.sealed)
    if not unchanged.update(used_at=timezone.now()):
        return False
    credential.orders.add(*orders)
    return True


def uses_of(team: Team, user: User) -> dict[int, list[Use]]:
    """Return what uses the team's credentials, by their numbers: orders of the last days, and what other features say
    of theirs."""
    uses: dict[int, list[Use]] = {}
    for _receiver, told in asked_for_uses.send(sender=None, team=team, user=user):
        for number, use in cast(list[tuple[int, Use]], told):
            uses.setdefault(number, []).append(use)
    since = timezone.now() - IN_USE
    rows = RegistryCredential.orders.through.objects.filter(
        registrycredential__team=team, order__created_at__gte=since
    ).order_by("-order__created_at")
    named = rows.values_list("registrycredential_id", "order_id", "order__group_name")[:USES_MAX]
    for number, order_id, name in named:
        uses.setdefault(number, []).append(Use(name, reverse("orders:detail", args=[order_id])))
    return uses


def _bound_to(credential: RegistryCredential) -> str:
    return f"credential/{credential.pk}/{credential.host}/{credential.path_prefix}/{credential.user_name}"


@sensitive_variables()
def _seal(credential: RegistryCredential, password: Secret) -> None:
    credential.sealed = sealing.seal(password, _bound_to(credential))
    credential.save(update_fields=["sealed"])


def _told(credential: RegistryCredential) -> dict[str, str]:
    return {
        "team": credential.team.slug,
        "name": credential.name,
        "host": credential.host,
        "path_prefix": credential.path_prefix,
        "user_name": credential.user_name,
    }
