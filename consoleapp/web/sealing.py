"""Encryption of secrets at rest: a sealed text opens only for what it was sealed for.

A sealed text begins with the fingerprint of its key, so that the database can tell which keys are in use without
opening anything. Which rows hold sealed secrets, and when they are wiped, is decided in wizard/vault.py and orders/;
each app registers its fields here, for rotation and for the check that no key in use is dropped.

`cryptography` is loaded with the first secret: it takes 8 MiB of every process, and most pages need none of it.
"""

from __future__ import annotations

import functools
import hashlib
import json
from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

from django.apps import apps
from django.conf import settings
from django.db.models import Model, QuerySet
from django.db.models.functions import Substr
from django.views.decorators.debug import sensitive_variables

from consoleapp.domain.secret import Secret

if TYPE_CHECKING:
    from cryptography.fernet import MultiFernet

FINGERPRINT_LENGTH: Final = 8
_fields: dict[str, str] = {}


class SealBroken(Exception):
    """A sealed secret cannot be opened: the key is gone, or it was sealed for something else."""


@functools.cache
def _fernet() -> MultiFernet:
    from cryptography.fernet import Fernet, MultiFernet

    return MultiFernet([Fernet(key) for key in settings.STORED_SECRET_KEYS])


def fingerprint(key: str) -> str:
    """Eight hexadecimal digits that tell keys apart and say nothing about them."""
    return hashlib.sha256(b"fingerprint of " + key.encode()).hexdigest()[:FINGERPRINT_LENGTH]


def _prefixed(token: bytes) -> str:
    return f"{fingerprint(settings.STORED_SECRET_KEYS[0])}:{token.decode()}"


def _token(sealed: str) -> bytes:
    return sealed[FINGERPRINT_LENGTH + 1 :].encode()


@sensitive_variables()
def seal(secret: Secret, bound_to: str) -> str:
    """The secret, encrypted with the first key; `bound_to` names the one row and use that may open it."""
    return _prefixed(_fernet().encrypt(json.dumps([bound_to, secret.reveal()]).encode()))


@sensitive_variables()
def unseal(sealed: str, bound_to: str) -> Secret:
    """The secret that was sealed for `bound_to`. Raises SealBroken."""
    sealed_for, value = json.loads(_opened(sealed, bound_to))
    if sealed_for != bound_to:
        raise SealBroken(bound_to)
    return Secret(value)


@sensitive_variables()
def _opened(sealed: str, name: str, *, renewed: bool = False) -> bytes:
    """The clear text, or the token encrypted anew with the first key. Raises SealBroken(name)."""
    from cryptography.fernet import InvalidToken

    try:
        return _fernet().rotate(_token(sealed)) if renewed else _fernet().decrypt(_token(sealed))
    except InvalidToken:
        raise SealBroken(name) from None


def register(model: str, field: str) -> None:
    """Says that this field of this model ("app.Model") holds a sealed text, or "" when it holds none."""
    _fields[model] = field


def rotate() -> int:
    """How many sealed texts were encrypted anew with the first key: all that another key had sealed.

    A row that somebody changes meanwhile is left as it is. Raises SealBroken for one that no key opens.
    """
    first, rotated = fingerprint(settings.STORED_SECRET_KEYS[0]), 0
    for rows, field in _sealed():
        old = rows.exclude(**{f"{field}__startswith": f"{first}:"})
        for key, sealed in old.values_list("pk", field).iterator(chunk_size=500):
            renewed = _prefixed(_opened(sealed, f"{rows.model._meta.label} {key}", renewed=True))
            rotated += rows.filter(pk=key, **{field: sealed}).update(**{field: renewed})
    return rotated


def missing_keys() -> dict[str, int]:
    """Number of sealed texts by the fingerprint of the key that they need and that the settings do not hold."""
    held = {fingerprint(key) for key in settings.STORED_SECRET_KEYS}
    missing: dict[str, int] = {}
    for rows, field in _sealed():
        named = rows.annotate(key_used=Substr(field, 1, FINGERPRINT_LENGTH)).order_by()
        for used in named.values_list("key_used", flat=True).distinct():
            if used not in held:
                missing[used] = missing.get(used, 0) + named.filter(key_used=used).count()
    return missing


def _sealed() -> Iterator[tuple[QuerySet[Model], str]]:
    for label, field in _fields.items():
        yield apps.get_model(label)._base_manager.exclude(**{field: ""}), field
