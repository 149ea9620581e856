"""Whether a login may go to the token server that a registry names, and the request that asks it for a token.

Allowed is the registry's own scheme, host and port, or an exact pair: shipped (``known.py``) or an admin's. A sibling
host is not enough. The scope is ours; of the challenge only the service is taken over, encoded anew. Whether the token
server may be connected to at all is a second question (``guard.py``).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final
from urllib.parse import parse_qsl, urlencode

from consoleapp.domain.image import ImageReferenceError, parse_registry_host
from consoleapp.gateways.oci import known
from consoleapp.gateways.oci.challenge import Challenge
from consoleapp.gateways.oci.dial import Origin
from consoleapp.gateways.oci.policy import AccessPolicy

REALM_MAX: Final = 2048
SERVICE_MAX: Final = 256
QUERY_FIELDS_MAX: Final = 20

_realm = re.compile(
    r"(?P<scheme>https?)://(?P<netloc>[a-zA-Z0-9.:-]+)(?P<path>(?:/[A-Za-z0-9._~!$&'()*+,;=:%-]*)*)(?:\?(?P<query>[!-~]*))?"
)
OURS: Final = frozenset({"scope", "service", "account", "client_id", "offline_token"})


@dataclass(frozen=True)
class TokenRequest:
    """Where to ask for a token, and the request target: path and query."""

    origin: Origin
    target: str


class RealmRefused(Exception):
    """No login goes there; ``host`` is the token server's host[:port], "" when its address cannot be read."""

    def __init__(self, host: str) -> None:
        super().__init__("the token server is refused")
        self.host = host


def token_request(challenge: Challenge, repository: str, registry: Origin, policy: AccessPolicy) -> TokenRequest:
    """Return the request that the challenge asks for, for reading this repository; raise RealmRefused."""
    realm = challenge.parameters.get("realm", "")
    found = _realm.fullmatch(realm) if len(realm) <= REALM_MAX and "#" not in realm else None
    if found is None:
        raise RealmRefused("")
    origin = _origin(found["netloc"], found["scheme"])
    path = found["path"] or "/"
    if not is_allowed(origin, path, registry, policy):
        raise RealmRefused(origin.netloc)
    service = challenge.parameters.get("service", "")
    query = [(key, value) for key, value in _query(found["query"] or "") if key not in OURS]
    if service:
        query.append(("service", service[:SERVICE_MAX]))
    query.append(("scope", f"repository:{repository}:pull"))
    return TokenRequest(origin, f"{path}?{urlencode(query)}")


def is_allowed(origin: Origin, path: str, registry: Origin, policy: AccessPolicy) -> bool:
    """Tell whether the registry may send a login to this address."""
    if origin.scheme != "https" and registry.scheme != "http":
        return False
    if (origin.host, origin.port) == (registry.host, registry.port):
        return True
    realm = f"{origin}{path}"
    return realm in known.token_servers(registry.netloc) or (registry.netloc, realm) in policy.token_servers


def _origin(netloc: str, scheme: str) -> Origin:
    try:
        return Origin.of(parse_registry_host(netloc), scheme)
    except ImageReferenceError as error:
        raise RealmRefused("") from error


def _query(text: str) -> list[tuple[str, str]]:
    try:
        return parse_qsl(text, keep_blank_values=True, max_num_fields=QUERY_FIELDS_MAX)
    except ValueError as error:
        raise RealmRefused("") from error
