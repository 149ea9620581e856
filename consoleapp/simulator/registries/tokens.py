"""Bearer tokens: opaque to clients, checked by their seal alone, so that nothing has to be remembered.

The form of the token server's answer is that of https://distribution.github.io/distribution/spec/auth/token/.
Who gets which token is access.py.
"""

import base64
import hmac
import json
from dataclasses import asdict, dataclass
from hashlib import sha256
from typing import Final

MAX_LENGTH: Final = 8_192


@dataclass(frozen=True, slots=True)
class Token:
    """Who asked which registry for which repositories, and which of them may be pulled; an empty caller is nobody."""

    host: str
    caller: str
    asked: tuple[str, ...]
    granted: tuple[str, ...]
    expires: int


class Sealer:
    """Seals tokens with a key and opens only its own."""

    def __init__(self, key: bytes) -> None:
        self._key = key

    def seal(self, token: Token) -> str:
        """Return the token as it is handed out."""
        payload = _encode(json.dumps(asdict(token), separators=(",", ":")).encode())
        return f"{payload}.{self._proof(payload)}"

    def open(self, text: str, now: float) -> Token | None:
        """Return the token, if it was sealed here and has not expired."""
        payload, _, proof = text.partition(".")
        if len(text) > MAX_LENGTH or not hmac.compare_digest(proof.encode(), self._proof(payload).encode()):
            return None
        fields = json.loads(base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))
        token = Token(**fields | {"asked": tuple(fields["asked"]), "granted": tuple(fields["granted"])})
        return token if now < token.expires else None

    def _proof(self, payload: str) -> str:
        return _encode(hmac.new(self._key, payload.encode(), sha256).digest())


def _encode(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).decode().rstrip("=")
