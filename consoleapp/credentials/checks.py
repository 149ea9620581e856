"""Asking registries about saved credentials: when somebody asks for it, and once a day for those in use.

No transaction is open while the network is. What may be asked is the business of the port; what counts of an answer is
decided in services.py: a registry that does not answer says nothing against a credential.
"""

from datetime import datetime, timedelta
from typing import Final

from django.db.models import F, Q, QuerySet
from django.utils import timezone
from django.views.decorators.debug import sensitive_variables

from consoleapp.credentials.models import RegistryCredential
from consoleapp.credentials.services import IN_USE, may_go_over_plain_http, note_check, password, without_certificate
from consoleapp.domain.image import ImageReference, ImageReferenceError, parse_image_reference
from consoleapp.domain.registry import ImageRegistryCredential
from consoleapp.gateways.ports.images import ImageAccess
from consoleapp.gateways.proof import AccessResult, Cause
from consoleapp.web.buffering import lend_place
from consoleapp.web.clouds import image_access_of

DAILY: Final = timedelta(days=1)
# Of one round: each may take ten seconds, and a round comes every ten minutes.
AT_ONCE: Final = 5


@sensitive_variables("login", "secret")
def check(access: ImageAccess, credential: RegistryCredential, image: ImageReference) -> AccessResult | None:
    """Return what the registry says to this login about the image, and keep it; None for an image that it is not for,
    and where its seal does not open."""
    secret = password(credential, image)
    if secret is None:
        return None
    login = ImageRegistryCredential(credential.host, credential.user_name, secret)
    insecure = {credential.host: ""} if without_certificate(credential.host) else None
    with lend_place():
        result = access.check(image, credential=login, insecure=insecure)
        if result.cause is Cause.SPEAKS_PLAIN_HTTP and may_go_over_plain_http(credential.host):
            result = access.check(image, credential=login, plain_http={credential.host})
    note_check(credential, image, result)
    return result


def check_those_in_use(**_told: object) -> None:
    """Check a few of the credentials that are in use and were not asked about for a day, the longest ago first."""
    now = timezone.now()
    for credential in _due(now)[:AT_ONCE]:
        # Another worker may have taken it.
        mine = RegistryCredential.objects.filter(pk=credential.pk, looked_at=credential.looked_at)
        if not mine.update(looked_at=now):
            continue
        try:
            image = parse_image_reference(credential.image)
        except ImageReferenceError:
            continue
        check(image_access_of(credential.by), credential, image)


def _due(now: datetime) -> QuerySet[RegistryCredential]:
    is_old = Q(checked_at=None) | Q(checked_at__lte=now - DAILY)
    was_left_alone = Q(looked_at=None) | Q(looked_at__lte=now - DAILY)
    in_use = RegistryCredential.objects.filter(used_at__gt=now - IN_USE, team__archived_at=None).exclude(image="")
    return in_use.filter(is_old, was_left_alone).select_related("by").order_by(F("looked_at").asc(nulls_first=True))
