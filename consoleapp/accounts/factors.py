"""The second factors of people: what they have, what they must have, and what is stored of them.

An authenticator app's secret and the seed of recovery codes are sealed for their person. Every change is recorded and
ends the person's other sign-ins. How a code or a passkey is checked is django-allauth's business and forms.py's; what
this file imports of it loads no cryptography.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any, Final

from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.db import transaction
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from consoleapp.accounts import services
from consoleapp.accounts.models import User
from consoleapp.audit import services as audit
from consoleapp.domain.roles import Role
from consoleapp.domain.secret import Secret
from consoleapp.web import sealing

Type: Final = Authenticator.Type
# The key of a session whose person has to set up a second factor before anything else: where they wanted to go.
WANTED: Final = "second-factor-wanted"
PASSKEYS_AT_MOST: Final = 10
_person: ContextVar[int] = ContextVar("person")


class MFAAdapter(DefaultMFAAdapter):  # type: ignore[misc]
    """The library's decisions, as the console wants them."""

    error_messages = {
        **DefaultMFAAdapter.error_messages,
        "incorrect_code": _("This is not right, or was used already. An app shows another code every 30 seconds."),
    }

    def encrypt(self, text: str) -> str:
        """Return the secret sealed for whom `secrets_of` names."""
        return sealing.seal(Secret(text), f"mfa/{_person.get()}")

    def decrypt(self, encrypted_text: str) -> str:
        """Return the secret of whom `secrets_of` names. Raise SealBroken for somebody else's."""
        return sealing.unseal(encrypted_text, f"mfa/{_person.get()}").reveal()


@contextmanager
def secrets_of(user: User) -> Iterator[None]:
    """Within it the library seals and opens this person's secrets, and nobody else's."""
    token = _person.set(user.pk)
    try:
        yield
    finally:
        _person.reset(token)


@dataclass(frozen=True)
class Factors:
    """What a person has set up."""

    app: Authenticator | None
    passkeys: list[Authenticator]
    codes: Authenticator | None

    @property
    def is_any(self) -> bool:
        """Tell whether there is one; recovery codes alone are none."""
        return bool(self.app or self.passkeys)

    @property
    def codes_left(self) -> int:
        """Return how many recovery codes are not used up."""
        used = int(self.codes.data["used_mask"]).bit_count() if self.codes else settings.MFA_RECOVERY_CODE_COUNT
        return int(settings.MFA_RECOVERY_CODE_COUNT - used)


def factors_of(user: User) -> Factors:
    """Return what the person has set up, the oldest passkey first; one query."""
    found = list(Authenticator.objects.filter(user=user).order_by("pk"))
    by_type = {each.type: each for each in found}
    passkeys = [each for each in found if each.type == Type.WEBAUTHN]
    return Factors(by_type.get(Type.TOTP), passkeys, by_type.get(Type.RECOVERY_CODES))


def must_have_one(user: User) -> bool:
    """Tell whether CONSOLE_SECOND_FACTOR asks this person for one: who decides about others' orders, or everybody."""
    if settings.SECOND_FACTOR != "approvers":
        return bool(settings.SECOND_FACTOR == "everyone")
    deciding = {"memberships__role__in": (Role.APPROVER, Role.ADMIN), "memberships__team__archived_at": None}
    return user.is_superuser or User.objects.filter(pk=user.pk, **deciding).exists()


def seal_new_secret(user: User, secret: str) -> str:
    """Return an authenticator app's secret that is not set up yet, for the form that asks for its first code."""
    return sealing.seal(Secret(secret), f"mfa/{user.pk}/new")


def open_new_secret(user: User, sealed: str) -> str | None:
    """Return the secret that a form brings back; None for one that this person was not given."""
    try:
        return sealing.unseal(sealed, f"mfa/{user.pk}/new").reveal()
    except sealing.SealBroken:
        return None


def add_app(request: HttpRequest, user: User, secret: str) -> list[str]:
    """Set up the authenticator app. Return new recovery codes with the first factor. Raise IntegrityError for a second
    app."""
    with secrets_of(user):
        data = {"secret": MFAAdapter().encrypt(secret)}
    return _add(request, user, Type.TOTP, data)


def add_passkey(request: HttpRequest, user: User, name: str, credential: dict[str, Any]) -> list[str]:
    """Set up a passkey that the library has checked. Return new recovery codes with the first factor."""
    return _add(request, user, Type.WEBAUTHN, {"name": name, "credential": credential})


@transaction.atomic
def _add(request: HttpRequest, user: User, kind: str, data: dict[str, Any]) -> list[str]:
    Authenticator.objects.create(user=user, type=kind, data=data)
    _changed(request, user, user, "added", kind)
    has_codes = Authenticator.objects.filter(user=user, type=Type.RECOVERY_CODES).exists()
    return [] if has_codes else new_codes(request, user)


@transaction.atomic
def new_codes(request: HttpRequest, user: User) -> list[str]:
    """Return new recovery codes, which are not shown again; those of before count no more."""
    from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes

    User.objects.select_for_update().get(pk=user.pk)
    Authenticator.objects.filter(user=user, type=Type.RECOVERY_CODES).delete()
    with secrets_of(user):
        codes: list[str] = RecoveryCodes.activate(user).generate_codes()
    _changed(request, user, user, "added", Type.RECOVERY_CODES)
    return codes


@transaction.atomic
def remove(request: HttpRequest, user: User, number: int) -> bool:
    """Remove the factor of this number, and the recovery codes with the last one. Tell whether there was one."""
    found = Authenticator.objects.filter(user=user, pk=number).exclude(type=Type.RECOVERY_CODES).first()
    if found is None:
        return False
    found.delete()
    if not factors_of(user).is_any:
        Authenticator.objects.filter(user=user).delete()
    _changed(request, user, user, "removed", found.type)
    return True


@transaction.atomic
def remove_all(request: HttpRequest, by: User, user: User) -> None:
    """Take all second factors from somebody who has lost them, and end their sign-ins."""
    for kind in Authenticator.objects.filter(user=user).values_list("type", flat=True):
        _changed(request, by, user, "removed", kind)
    Authenticator.objects.filter(user=user).delete()


def _changed(request: HttpRequest, by: User, user: User, what: str, kind: str) -> None:
    here = request.session.session_key if by == user else None
    services.end_all_sign_ins(user, but=here or "")
    audit.record(by, f"account.second-factor-{what}", user.username, {"kind": str(kind)})
