"""AccessPolicy: what an admin allows the check to connect to, and what one check may cost.

Only values; the rules over them are in ``guard.py`` (connections) and ``realm.py`` (logins).
"""

from __future__ import annotations

from dataclasses import dataclass
from ipaddress import IPv4Network, IPv6Network, ip_network


@dataclass(frozen=True)
class ListedNetwork:
    """Hosts that match ``host_pattern`` may be reached at ``port`` if all their addresses are in ``network``.

    The pattern is a host name or address, ``*.`` and a suffix, or ``*``. ``network`` None means any public address.
    ``scheme`` http allows plain HTTP, and HTTPS at the same port; https allows HTTPS only.
    """

    host_pattern: str
    network: IPv4Network | IPv6Network | None
    port: int = 443
    scheme: str = "https"

    @classmethod
    def of(cls, host_pattern: str, network: str, port: int = 443, scheme: str = "https") -> ListedNetwork:
        """Make one from texts; ``network`` may be the word public. Raise ValueError if one of them cannot be read."""
        if scheme not in {"http", "https"} or not 0 < port < 65536:
            raise ValueError("the scheme must be http or https, and the port a number from 1 to 65535")
        block = None if network == "public" else ip_network(network)
        return cls(host_pattern.lower(), block, port, scheme)

    def matches_host(self, host: str) -> bool:
        if self.host_pattern.startswith("*."):
            return host.endswith(self.host_pattern[1:])
        return self.host_pattern in {"*", host}


@dataclass(frozen=True)
class AccessPolicy:
    """The admin's decisions and the limits of one check.

    ``token_servers`` are exact pairs of a registry's host[:port] and the realm it may name, without a query.
    ``authorities`` are pairs of a registry's host[:port] and a PEM file: of a registry that a user has listed as one
    whose certificate is not verified, the admin trusts certificates of these authorities all the same. The
    limits are those of a check as a whole, except ``headers_bytes``, ``token_bytes`` and ``document_bytes``, which
    hold for one answer. ``minimum_seconds`` is how long a check takes at least that ends in a refusal, without an
    address or without an answer; it must not be shorter than ``dial_seconds``, so that it hides which it was.
    """

    networks: tuple[ListedNetwork, ...] = ()
    token_servers: tuple[tuple[str, str], ...] = ()
    authorities: tuple[tuple[str, str], ...] = ()
    allows_unlisted_hosts: bool = False
    allows_loopback: bool = False
    # Addresses of the server besides those of its host name: of further interfaces, or in front of it.
    own_addresses: tuple[str, ...] = ()

    total_seconds: float = 10
    resolve_seconds: float = 2
    dial_seconds: float = 3
    minimum_seconds: float = 3
    retry_after_seconds: float = 2
    total_bytes: int = 4 * 1024 * 1024
    headers_bytes: int = 64 * 1024
    token_bytes: int = 64 * 1024
    document_bytes: int = 1024 * 1024
    tag_pages: int = 5
    tags: int = 1000
    checks_per_user: int = 2
    checks: int = 8
