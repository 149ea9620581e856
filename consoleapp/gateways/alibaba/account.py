"""Whose cloud it is: the key that calls are signed with. Where the key comes from is the business of the caller."""

from __future__ import annotations

from dataclasses import dataclass

from consoleapp.domain.secret import Secret


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
