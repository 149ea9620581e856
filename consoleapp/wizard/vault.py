"""Secrets of drafts: sealed rows beside the draft, never in its plain data.

What they are called is in shape.py. A secret that cannot be opened any more (its key is gone, or it was sealed for
another row) counts as not stored: the form then asks for it again.
"""

import logging
from collections.abc import Collection, Iterable

from django.db.models import prefetch_related_objects
from django.views.decorators.debug import sensitive_variables

from consoleapp.domain.secret import Secret
from consoleapp.web import sealing
from consoleapp.wizard.models import Draft, DraftSecret
from consoleapp.wizard.shape import credential_name, env_name

__all__ = [
    "copy_all",
    "credential_name",
    "env_name",
    "forget",
    "forget_all",
    "get_all",
    "hold",
    "marks",
    "names",
    "put",
    "take_held",
]

logger = logging.getLogger(__name__)

# Names of what is held aside begin with this.
HELD = "held/"
# Forms of a draft that are held at once.
HELD_MAX = 5


def _bound_to(draft: Draft, name: str) -> str:
    return f"draft/{draft.pk}/{name}"


@sensitive_variables()
def put(draft: Draft, name: str, secret: Secret) -> None:
    """Store the secret under this name, in place of another one; the same one stays as it is stored."""
    row = DraftSecret.objects.filter(draft=draft, name=name).first()
    if row is not None and _opened(draft, row) == secret:
        return
    DraftSecret.objects.update_or_create(
        draft=draft, name=name, defaults={"sealed": sealing.seal(secret, _bound_to(draft, name))}
    )
    _changed(draft)


def _rows(draft: Draft) -> list[DraftSecret]:
    """Return the rows of the draft but for those held aside; asked for once while nothing is changed here."""
    prefetch_related_objects([draft], "secrets")
    return [row for row in draft.secrets.all() if not row.name.startswith(HELD)]


def _changed(draft: Draft) -> None:
    getattr(draft, "_prefetched_objects_cache", {}).pop("secrets", None)


def get_all(draft: Draft) -> dict[str, Secret]:
    """Return every secret of the draft by its name; what is held aside (see `hold`) is not among them."""
    secrets = {}
    for row in _rows(draft):
        secret = _opened(draft, row)
        if secret is None:
            logger.warning("A secret of draft %s cannot be opened; it will be asked for again.", draft.pk)
        else:
            secrets[row.name] = secret
    return secrets


def _opened(draft: Draft, row: DraftSecret) -> Secret | None:
    try:
        return sealing.unseal(row.sealed, _bound_to(draft, row.name))
    except sealing.SealBroken:
        return None


def stored_size(draft: Draft, apart_from: Collection[str] = ()) -> int:
    """Count the bytes of the sealed secrets of the draft, without those of these names."""
    return sum(len(row.sealed) for row in _rows(draft) if row.name not in apart_from)


def names(draft: Draft) -> frozenset[str]:
    """Return the names under which something is stored."""
    return frozenset(row.name for row in _rows(draft))


def marks(draft: Draft, prefix: str) -> dict[str, str]:
    """Return a sign for each secret whose name begins like this; storing another one under the name changes it."""
    return {row.name: row.saved_at.isoformat() for row in _rows(draft) if row.name.startswith(prefix)}


def forget(draft: Draft, names_to_forget: Iterable[str]) -> None:
    """Wipe the secrets with these names."""
    draft.secrets.filter(name__in=list(names_to_forget)).delete()
    _changed(draft)


def forget_all(draft: Draft) -> None:
    """Wipe every secret, and what is held aside."""
    draft.secrets.all().delete()
    _changed(draft)


@sensitive_variables()
def copy_all(source: Draft, target: Draft) -> None:
    """Seal every secret of the source draft again for the target draft."""
    for name, secret in get_all(source).items():
        put(target, name, secret)


@sensitive_variables()
def hold(draft: Draft, token: str, content: Secret) -> None:
    """Keep a whole form that could not be saved, until its writer has decided what becomes of it; few of a draft."""
    put(draft, HELD + token, content)
    newest = draft.secrets.filter(name__startswith=HELD).order_by("-saved_at", "-pk").values_list("pk", flat=True)
    draft.secrets.filter(pk__in=list(newest[HELD_MAX:])).delete()


@sensitive_variables()
def held(draft: Draft, token: str) -> Secret | None:
    """Return what is held under this token."""
    row = draft.secrets.filter(name=HELD + token).first()
    if row is None:
        return None
    try:
        return sealing.unseal(row.sealed, _bound_to(draft, row.name))
    except sealing.SealBroken:
        return None


@sensitive_variables()
def take_held(draft: Draft, token: str) -> Secret | None:
    """Return what was held under this token, and wipe it."""
    content = held(draft, token)
    draft.secrets.filter(name=HELD + token).delete()
    _changed(draft)
    return content
