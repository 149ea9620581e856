"""Where a request comes from, for limits that are counted by address.

Behind proxies of ours the address is what the outermost of them has seen: each appends the address of its client to
`X-Forwarded-For`, so CONSOLE_PROXIES entries from the right. What stands further left is the client's own word.
"""

from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from typing import Final

from django.conf import settings
from django.http import HttpRequest

# A household or a virtual machine is given a /64; single addresses of it are free to change.
IPV6_PREFIX: Final = 64


def source_of(request: HttpRequest) -> str:
    """Return the IPv4 address, or the IPv6 network of 64 bits, that the request comes from; "" where none is told."""
    address = address_of(request)
    if isinstance(address, IPv6Address):
        return str(ip_network((address, IPV6_PREFIX), strict=False))
    return str(address or "")


def address_of(request: HttpRequest) -> IPv4Address | IPv6Address | None:
    """Return the address that the request comes from, an IPv4 one wherever it is one; None where nothing tells it."""
    try:
        address = ip_address(_client_address(request).partition("%")[0])
    except ValueError:
        return None
    return (address.ipv4_mapped or address) if isinstance(address, IPv6Address) else address


def _client_address(request: HttpRequest) -> str:
    """Return the address as text. A request that has not come through all proxies is known by its connection."""
    direct = str(request.META.get("REMOTE_ADDR") or "")
    if not settings.PROXIES:
        return direct
    entries = str(request.META.get("HTTP_X_FORWARDED_FOR") or "").split(",")
    return entries[-settings.PROXIES].strip() if len(entries) >= settings.PROXIES and entries != [""] else direct
