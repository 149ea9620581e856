"""Logins for registries that were ordered with in this session, so that its next order need not ask for them again.

The secrets of an order and of its draft are wiped when the order is final; these stay for a while. Each is sealed for
one session, person, host and user name. The row goes with its session: at sign-out, when the sign-in is ended from
elsewhere, by a new password, when its time is over.
"""

from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Final

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.views.decorators.debug import sensitive_variables

from consoleapp.accounts.models import User
from consoleapp.domain.secret import Secret
from consoleapp.domain.spec import ImageRegistryCredential
from consoleapp.web import sealing
from consoleapp.wizard.access.registry_lists import LISTS, is_listed
from consoleapp.wizard.models import KeptLogin
from consoleapp.wizard.shape import Data

KEPT_MAX: Final = 20
# A guest's session lasts for a month.
KEPT_FOR: Final = timedelta(hours=12)


def _bound_to(owner: User, session_key: str, host: str, user_name: str) -> str:
    return f"login/{owner.pk}/{session_key}/{host}/{user_name}"


@transaction.atomic
@sensitive_variables()
def keep(owner: User, session_key: str, logins: Collection[ImageRegistryCredential]) -> None:
    """Keep these logins for the session, one a host; the oldest go where there are too many."""
    if not logins or not session_key:
        return
    for login in logins:
        bound_to = _bound_to(owner, session_key, login.server, login.user_name)
        KeptLogin.objects.update_or_create(
            session_id=session_key,
            host=login.server,
            defaults={
                "owner": owner,
                "user_name": login.user_name,
                "sealed": sealing.seal(login.password, bound_to),
                "kept_at": timezone.now(),
            },
        )
    mine = KeptLogin.objects.filter(session=session_key)
    newest = mine.order_by("-kept_at", "-pk").values_list("pk", flat=True)
    mine.filter(pk__in=list(newest[KEPT_MAX:])).delete()


def kept(owner: object, session_key: str | None) -> QuerySet[KeptLogin]:
    """Return what is kept for this person in this session, by host; nothing for visitors."""
    if not isinstance(owner, User) or not session_key:
        return KeptLogin.objects.none()
    since = timezone.now() - KEPT_FOR
    return KeptLogin.objects.filter(owner=owner, session=session_key, kept_at__gt=since).order_by("host")


def is_safe(data: Data, host: str) -> bool:
    """Tell whether a login may be sent to this registry that nobody types: something proves that nobody listens."""
    return not any(is_listed(data, name, host) for name in LISTS)


def offered(owner: object, session_key: str | None, data: Data, host: str) -> KeptLogin | None:
    """Return what is kept for this host, where it may be sent there."""
    return kept(owner, session_key).filter(host=host).first() if is_safe(data, host) else None


@sensitive_variables()
def password(owner: User, session_key: str | None, host: str, user_name: str) -> Secret | None:
    """Return the password that is kept for this very host and user name; None where there is none."""
    row = kept(owner, session_key).filter(host=host).first()
    if row is None or session_key is None:
        return None
    try:
        return sealing.unseal(row.sealed, _bound_to(owner, session_key, host, user_name))
    except sealing.SealBroken:
        return None


def forget(owner: object, session_key: str | None, host: str) -> bool:
    """Wipe the login for this host and tell whether one was kept."""
    return bool(kept(owner, session_key).filter(host=host).delete()[0])


def drop_old(now: datetime | None = None, **_told: object) -> None:
    """Wipe the logins whose time is over, whoever they belong to."""
    KeptLogin.objects.filter(kept_at__lte=(now or timezone.now()) - KEPT_FOR).delete()
