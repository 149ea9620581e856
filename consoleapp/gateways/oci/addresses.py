"""Which IP addresses nobody may reach, which are public, and which IPv4 address an IPv6 address carries.

The tables are our own because ``ipaddress`` answers other questions: its ``is_private`` is False for 100.64.0.0/10,
where Alibaba Cloud keeps its metadata service, its ``is_global`` is True for ::ffff:100.100.100.200, and both change
with the version of Python. Sources: IANA's special-purpose address registries, and the clouds' pages on metadata.
"""

from __future__ import annotations

from collections.abc import Iterator
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_network
from typing import Final

Address = IPv4Address | IPv6Address
Network = IPv4Network | IPv6Network


def _networks(*blocks: str) -> tuple[Network, ...]:
    return tuple(ip_network(block) for block in blocks)


LOOPBACK: Final = _networks("127.0.0.0/8", "::1/128")

# Beats every list of an admin.
NEVER: Final = _networks(
    "0.0.0.0/8",
    "100.100.2.0/24",  # Alibaba Cloud: resolvers and other services of the host
    "100.100.100.200/32",  # Alibaba Cloud: metadata
    "168.63.129.16/32",  # Azure: metadata
    "169.254.0.0/16",  # link-local, and the metadata of nearly everybody
    "192.0.0.0/24",  # protocol assignments; Oracle Cloud: metadata
    "224.0.0.0/4",
    "240.0.0.0/4",  # reserved, broadcast
    "::/128",
    "64:ff9b:1::/48",  # local-use NAT64: where the IPv4 address stands is not known
    "fd00:ec2::/32",  # AWS: metadata, time, resolver
    "fd20:ce::/32",  # Google Cloud: metadata
    "fe80::/10",
    "fec0::/10",
    "ff00::/8",
)

NOT_PUBLIC_IPV4: Final = _networks(
    "0.0.0.0/8",
    "10.0.0.0/8",
    "100.64.0.0/10",
    "127.0.0.0/8",
    "169.254.0.0/16",
    "172.16.0.0/12",
    "192.0.0.0/24",
    "192.0.2.0/24",
    "192.88.99.0/24",
    "192.168.0.0/16",
    "198.18.0.0/15",
    "198.51.100.0/24",
    "203.0.113.0/24",
    "224.0.0.0/4",
    "240.0.0.0/4",
)
PUBLIC_IPV6: Final = ip_network("2000::/3")
NOT_PUBLIC_IPV6: Final = _networks("2001::/23", "2001:db8::/32", "2002::/16", "3fff::/20")

MAPPED: Final = ip_network("::ffff:0:0/96")
COMPATIBLE: Final = ip_network("::/96")
TRANSLATED: Final = ip_network("::ffff:0:0:0/96")
NAT64: Final = ip_network("64:ff9b::/96")
TEREDO: Final = ip_network("2001::/32")
SIX_TO_FOUR: Final = ip_network("2002::/16")
ISATAP: Final = frozenset({0x00005EFE, 0x02005EFE})
LOW: Final = 0xFFFF_FFFF


def carried_addresses(address: IPv6Address) -> tuple[IPv4Address, ...]:
    """Return every IPv4 address that some machine on the way may take this address for."""
    return tuple(IPv4Address(bits) for bits in _carried(address))


def _carried(address: IPv6Address) -> Iterator[int]:
    bits = int(address)
    low = bits & LOW
    if any(address in block for block in (MAPPED, TRANSLATED, NAT64)):
        yield low
    if address in COMPATIBLE and bits > 1:
        yield low
    if address in SIX_TO_FOUR:
        yield bits >> 80 & LOW
    if address in TEREDO:
        yield bits >> 64 & LOW
        yield low ^ LOW
    if bits >> 32 & LOW in ISATAP:
        yield low


def is_never_allowed(address: Address, *, allows_loopback: bool = False) -> bool:
    """Tell whether the address, or one that it carries, is on the list that no admin can override."""
    if isinstance(address, IPv6Address):
        if address.scope_id is not None:
            return True
        if any(is_never_allowed(carried) for carried in carried_addresses(address)):
            return True
    if any(address in block for block in LOOPBACK):
        return not allows_loopback
    return any(address in block for block in NEVER)


def is_public(address: Address) -> bool:
    """Tell whether the address is one of the Internet; everything special, reserved or unknown is not."""
    if isinstance(address, IPv4Address):
        return not any(address in block for block in NOT_PUBLIC_IPV4)
    if address in NAT64:
        return all(is_public(carried) for carried in carried_addresses(address))
    return address in PUBLIC_IPV6 and not any(address in block for block in NOT_PUBLIC_IPV6)
