"""Whose cloud it is: the key that calls are signed with. Where the key comes from is the business of the caller."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from consoleapp.domain.secret import Secret


class Keys(Protocol):
    """Where a client has its key from: the key itself, or a role whose temporary keys come and go (sts.py)."""

    @property
    def name(self) -> str:
        """Return what tells the account from others."""

    def current(self) -> Account:
        """Return the key to sign the next call with. Raise GatewayError where none can be had."""

    def forget(self, key: Account) -> None:
        """Take no more of this key, which the cloud has refused."""


@dataclass(frozen=True, init=False)
class Account:
    """An access key; a security token goes with temporary (STS) keys only. Keeps the secret parts as ``Secret``."""

    access_key_id: str
    access_key_secret: Secret
    security_token: Secret | None

    def __init__(self, access_key_id: str, access_key_secret: str, security_token: str = "") -> None:
        object.__setattr__(self, "access_key_id", access_key_id)
        object.__setattr__(self, "access_key_secret", Secret(access_key_secret))
        object.__setattr__(self, "security_token", Secret(security_token) if security_token else None)

    @property
    def name(self) -> str:
        """Return what tells the account from others."""
        return self.access_key_id

    def current(self) -> Account:
        """Return the key itself."""
        return self

    def forget(self, key: Account) -> None:
        """Do nothing: there is no other."""
