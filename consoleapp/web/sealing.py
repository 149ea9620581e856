"""Encryption of secrets at rest: a sealed text opens only for what it was sealed for.

A sealed text begins with the fingerprint of its key, so that the database can tell which keys are in use without
opening anything; the oldest ones do not, and get it with the next rotation. Which rows hold sealed secrets, and when
they are wiped, is decided in wizard/vault.py and orders/; each app registers its fields here, for rotation and for the
check that no key in use is dropped.

`cryptography` is loaded with the first secret: it takes 8 MiB of every process, and most pages need none of it.
"""

from __future__ import annotations

import base64
import functools
import hashlib
import hmac
import json
import re
from collections import Counter
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, Final

from django.apps import apps
from django.conf import settings
from django.db.models import Count, Model, QuerySet
from django.db.models.functions import Substr
from django.views.decorators.debug import sensitive_variables

from consoleapp.domain.secret import Secret

if TYPE_CHECKING:
    from cryptography.fernet import Fernet

FINGERPRINT_LENGTH: Final = 8
# Texts from before the fingerprints are a token alone.
_SEALED: Final = re.compile(r"(?:(?P<key>[0-9a-f]{8}):)?(?P<token>[A-Za-z0-9_-]+={0,2})", re.ASCII)
_fields: dict[str, str] = {}
_inside: dict[str, tuple[str, tuple[str, ...]]] = {}


class SealBroken(Exception):
    """A sealed secret cannot be opened: the key is gone, it was altered, or it was sealed for something else."""


@functools.lru_cache(maxsize=16)
def _fernet(key: str) -> Fernet:
    from cryptography.fernet import Fernet

    return Fernet(key)


def fingerprint(key: str) -> str:
    """Return eight hexadecimal digits that tell keys apart and say nothing about them."""
    return hashlib.sha256(b"fingerprint of " + key.encode()).hexdigest()[:FINGERPRINT_LENGTH]


@sensitive_variables()
def seal(secret: Secret, bound_to: str) -> str:
    """Encrypt the secret with the first key; `bound_to` names the one row and use that may open it."""
    return _sealed_bytes(json.dumps([bound_to, secret.reveal()]).encode())


@sensitive_variables()
def _sealed_bytes(clear: bytes) -> str:
    first = settings.STORED_SECRET_KEYS[0]
    return f"{fingerprint(first)}:{_fernet(first).encrypt(clear).decode()}"


@sensitive_variables()
def unseal(sealed: str, bound_to: str) -> Secret:
    """Return the secret that was sealed for `bound_to`. Raise SealBroken."""
    try:
        sealed_for, value = json.loads(_opened(sealed, bound_to))
    except (ValueError, TypeError):
        raise SealBroken(bound_to) from None
    if sealed_for != bound_to or not isinstance(value, str):
        raise SealBroken(bound_to)
    return Secret(value)


@sensitive_variables()
def _opened(sealed: str, name: str) -> bytes:
    """Return the clear text, by the key that the sealed text names. Raise SealBroken(name).

    Only the very text that was written opens: the base64 decoder that Fernet uses would skip letters that are none of
    its own, and ignore the bits that its last letter leaves unused.
    """
    from cryptography.fernet import InvalidToken

    parts = _SEALED.fullmatch(sealed)
    if parts is None or not _is_exact(parts["token"]):
        raise SealBroken(name)
    for key in settings.STORED_SECRET_KEYS:
        if parts["key"] in (None, fingerprint(key)):
            try:
                return _fernet(key).decrypt(parts["token"])
            except InvalidToken:
                continue
    raise SealBroken(name)


def _is_exact(token: str) -> bool:
    """Tell whether the text is the one way to write its bytes."""
    try:
        return base64.urlsafe_b64encode(base64.urlsafe_b64decode(token)).decode() == token
    except ValueError:
        return False


def register(model: str, field: str) -> None:
    """Say that this field of this model ("app.Model") holds a sealed text, or "" when it holds none."""
    _fields[model] = field


def register_inside(model: str, field: str, names: tuple[str, ...]) -> None:
    """Say that the JSON object in this field of this model ("app.Model") may hold sealed texts under these names."""
    _inside[model] = (field, names)


def rotate() -> int:
    """Encrypt anew with the first key all that another key had sealed; return how many texts that were.

    A row that somebody changes meanwhile is left as it is. Raise SealBroken for one that no key opens.
    """
    first, rotated = fingerprint(settings.STORED_SECRET_KEYS[0]), 0
    for rows, field in _sealed():
        old = rows.exclude(**{f"{field}__startswith": f"{first}:"})
        for key, sealed in old.values_list("pk", field).iterator(chunk_size=500):
            renewed = _renewed(sealed, f"{rows.model._meta.label} {key}")
            rotated += rows.filter(pk=key, **{field: sealed}).update(**{field: renewed})
    for rows, key, field, data, sealed_names in _sealed_inside():
        label = f"{rows.model._meta.label} {key}"
        changed = {name: _renewed(data[name], label) for name in sealed_names if not data[name].startswith(f"{first}:")}
        if changed and rows.filter(pk=key, **{field: data}).update(**{field: {**data, **changed}}):
            rotated += len(changed)
    return rotated


@sensitive_variables()
def _renewed(sealed: str, name: str) -> str:
    """Return the sealed text under the first key; it opens to the very bytes that the old one opens to."""
    clear = _opened(sealed, name)
    renewed = _sealed_bytes(clear)
    if not hmac.compare_digest(_opened(renewed, name), clear):
        raise SealBroken(name)
    return renewed


def missing_keys() -> dict[str, int]:
    """Return the number of sealed texts by the fingerprint of the key that they need and the settings do not hold.

    Under "" are those that name no key, because they were sealed before texts did, and that no key opens.
    """
    held = {fingerprint(key) for key in settings.STORED_SECRET_KEYS}
    missing: Counter[str] = Counter()
    for rows, field in _sealed():
        texts = rows.annotate(key_used=Substr(field, 1, FINGERPRINT_LENGTH + 1)).order_by()
        named = texts.filter(key_used__endswith=":")
        for used, count in named.values_list("key_used").annotate(Count("pk")):
            if used[:-1] not in held:
                missing[used[:-1]] += count
        unnamed = texts.exclude(key_used__endswith=":").values_list(field, flat=True)
        missing[""] += sum(not _is_opened(sealed) for sealed in unnamed.iterator(chunk_size=500))
    for _rows, _key, _field, data, sealed_names in _sealed_inside():
        missing.update(used for name in sealed_names if (used := data[name].partition(":")[0]) not in held)
    return {key: count for key, count in missing.items() if count}


def _is_opened(sealed: str) -> bool:
    try:
        return bool(_opened(sealed, ""))
    except SealBroken:
        return False


def _sealed() -> Iterator[tuple[QuerySet[Model], str]]:
    for label, field in _fields.items():
        yield apps.get_model(label)._base_manager.exclude(**{field: ""}), field


def _sealed_inside() -> Iterator[tuple[QuerySet[Model], Any, str, dict[str, Any], list[str]]]:
    """Yield each row whose JSON holds sealed texts: its model's rows, key, field and JSON, and the texts' names."""
    for label, (field, names) in _inside.items():
        rows = apps.get_model(label)._base_manager.all()
        for key, data in rows.values_list("pk", field).iterator(chunk_size=500):
            if sealed_names := [name for name in names if name in data]:
                yield rows, key, field, data, sealed_names
