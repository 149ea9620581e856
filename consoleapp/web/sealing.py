"""Encryption of secrets at rest: a sealed text opens only for what it was sealed for.

Which rows hold sealed secrets, and when they are wiped, is decided in wizard/vault.py and orders/.
"""

import functools
import json

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.conf import settings
from django.views.decorators.debug import sensitive_variables

from consoleapp.domain.secret import Secret


class SealBroken(Exception):
    """A sealed secret cannot be opened: the key is gone, or it was sealed for something else."""


@functools.cache
def _fernet() -> MultiFernet:
    return MultiFernet([Fernet(key) for key in settings.STORED_SECRET_KEYS])


@sensitive_variables()
def seal(secret: Secret, bound_to: str) -> str:
    """The secret, encrypted with the first key; `bound_to` names the one row and use that may open it."""
    return _fernet().encrypt(json.dumps([bound_to, secret.reveal()]).encode()).decode()


@sensitive_variables()
def unseal(sealed: str, bound_to: str) -> Secret:
    """The secret that was sealed for `bound_to`. Raises SealBroken."""
    try:
        sealed_for, value = json.loads(_fernet().decrypt(sealed.encode()))
    except InvalidToken:
        raise SealBroken(bound_to) from None
    if sealed_for != bound_to:
        raise SealBroken(bound_to)
    return Secret(value)
