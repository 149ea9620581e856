"""Where a connection may go: the text of an origin first, then each address its name resolves to.

The order is fixed: the list that nobody can override, the server's own addresses, what an admin has listed, and only
then public addresses of known registries (of any host, when the admin has switched that on) over HTTPS at port 443.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass

from consoleapp.gateways.oci import known
from consoleapp.gateways.oci.addresses import Address, is_never_allowed, is_public
from consoleapp.gateways.oci.dial import Origin
from consoleapp.gateways.oci.policy import AccessPolicy, ListedNetwork
from consoleapp.gateways.proof import Refusal

HTTPS_PORT = 443


def address_of(text: str) -> Address | None:
    """Return the IP address that the text is, written as ``ipaddress`` accepts it; None for a name."""
    try:
        return ipaddress.ip_address(text)
    except ValueError:
        return None


@dataclass(frozen=True)
class Guard:
    """The rules over one policy; ``own_addresses`` tells the addresses of this machine's name when asked."""

    policy: AccessPolicy
    own_addresses: Callable[[], Collection[str]] = frozenset

    def refusal(self, origin: Origin) -> Refusal | None:
        """Return which rule forbids the origin by its text alone; None if its addresses are to be looked at."""
        literal = address_of(origin.host)
        if literal is not None:
            # An address needs no resolver, so saying which rule it breaks tells nothing.
            return self._text_refusal(origin) or (None if self.permits(origin, literal) else Refusal.ADDRESS)
        return self._text_refusal(origin)

    def permits(self, origin: Origin, address: Address) -> bool:
        """Return whether a connection for this origin may go to this address."""
        if is_never_allowed(address, allows_loopback=self.policy.allows_loopback):
            return False
        if not address.is_loopback and self._is_own(address):
            return False
        for entry in self._entries(origin):
            if is_public(address) if entry.network is None else address in entry.network:
                return True
        return self._is_open(origin) and is_public(address)

    def is_listed(self, origin: Origin) -> bool:
        """Return whether an admin has listed the origin, so that telling about its addresses gives nothing away."""
        return any(self._entries(origin))

    def probe_refusal(self, origin: Origin) -> Refusal | None:
        """Return what ``refusal`` does, for the one anonymous request that tells whether a host speaks plain HTTP."""
        return self.refusal(probed_as(origin)) if not self.is_listed(origin) else self.refusal(origin)

    def _text_refusal(self, origin: Origin) -> Refusal | None:
        if self.is_listed(origin) or self._is_open(origin):
            return None
        if origin.scheme != "https":
            return Refusal.PLAIN_HTTP
        is_known = self._is_open_host(origin.host) or any(e.matches_host(origin.host) for e in self.policy.networks)
        return Refusal.PORT if is_known else Refusal.HOST_NOT_LISTED

    def _entries(self, origin: Origin) -> Iterator[ListedNetwork]:
        for entry in self.policy.networks:
            is_scheme = origin.scheme == "https" or entry.scheme == "http"
            if is_scheme and entry.port == origin.port and entry.matches_host(origin.host):
                yield entry

    def _is_open(self, origin: Origin) -> bool:
        return origin.scheme == "https" and origin.port == HTTPS_PORT and self._is_open_host(origin.host)

    def _is_open_host(self, host: str) -> bool:
        return (
            self.policy.allows_unlisted_hosts
            or known.is_public_registry(host)
            or known.is_token_server(host)
            or any(realm.split("/")[2] == host for _, realm in self.policy.token_servers)
        )

    def _is_own(self, address: Address) -> bool:
        own = (*self.policy.own_addresses, *self.own_addresses())
        return any(address_of(text) == address for text in own)


def probed_as(origin: Origin) -> Origin:
    """Return the HTTPS origin whose rules the plain HTTP probe of the same host and port falls under."""
    return Origin("https", origin.host, origin.port)
