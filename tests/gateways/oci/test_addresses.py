"""consoleapp/gateways/oci/addresses.py: what nobody may reach, in every form it can be written, and what is public."""

from ipaddress import IPv4Address, IPv6Address, ip_address

import pytest
from hypothesis import given
from hypothesis import strategies as st

from consoleapp.gateways.oci.addresses import carried_addresses, is_never_allowed, is_public

NEVER = (
    "100.100.100.200",
    "100.100.2.0",
    "100.100.2.255",
    "169.254.0.0",
    "169.254.169.254",
    "168.63.129.16",
    "192.0.0.192",
    "127.0.0.1",
    "127.255.255.254",
    "0.0.0.0",
    "0.1.2.3",
    "224.0.0.1",
    "239.255.255.255",
    "255.255.255.255",
    "240.0.0.1",
    "::",
    "::1",
    "fe80::1",
    "febf::1",
    "fec0::1",
    "ff02::1",
    "fd00:ec2::254",
    "fd20:ce::254",
    "64:ff9b:1::1",
    "fe80::1%eth0",
    "2606:4700::1%1",
)


def _forms(text: str) -> tuple[str, ...]:
    """Every IPv6 address that carries the IPv4 address."""
    bits = int(IPv4Address(text))
    high, low = bits >> 16, bits & 0xFFFF
    opposite = bits ^ 0xFFFF_FFFF
    return (
        f"::ffff:{text}",
        f"::{text}",
        f"::ffff:0:{text}",
        f"64:ff9b::{text}",
        f"2002:{high:x}:{low:x}::1",
        f"2001:0:{high:x}:{low:x}:0:0:3f57:fefe",
        f"2001:0:0808:0808:0:0:{opposite >> 16:x}:{opposite & 0xFFFF:x}",
        f"2606:4700::5efe:{high:x}:{low:x}",
        f"2606:4700::200:5efe:{high:x}:{low:x}",
    )


@pytest.mark.parametrize("text", NEVER)
def test_nobody_reaches_metadata_loopback_link_local_or_groups(text: str) -> None:
    assert is_never_allowed(ip_address(text))


@pytest.mark.parametrize("text", [text for text in NEVER if ":" not in text])
def test_nobody_reaches_them_in_the_disguise_of_another_address(text: str) -> None:
    for form in _forms(text):
        assert is_never_allowed(ip_address(form)), form
        assert is_never_allowed(ip_address(form), allows_loopback=True), form


def test_loopback_is_reached_only_where_it_is_allowed_and_never_in_disguise() -> None:
    for text in ("127.0.0.1", "127.1.2.3", "::1"):
        assert is_never_allowed(ip_address(text))
        assert not is_never_allowed(ip_address(text), allows_loopback=True)


@pytest.mark.parametrize("text", ["8.8.8.8", "47.97.242.12", "2606:4700::1", "2400:3200::1", "64:ff9b::8.8.8.8"])
def test_an_address_of_the_internet_is_public(text: str) -> None:
    assert is_public(ip_address(text))
    assert not is_never_allowed(ip_address(text))


@pytest.mark.parametrize(
    "text",
    [
        *NEVER[:-2],
        "10.0.0.1",
        "172.16.0.1",
        "172.31.255.255",
        "192.168.1.1",
        "100.64.0.1",
        "100.127.255.255",
        "198.18.0.1",
        "192.0.2.1",
        "203.0.113.9",
        "192.88.99.1",
        "fc00::1",
        "fd12::1",
        "2001:db8::1",
        "2001:10::1",
        "3fff::1",
        "64:ff9b::10.0.0.1",
        "::ffff:8.8.8.8",
        "::8.8.8.8",
        "2002:808:808::1",
        "4000::1",
        "1::1",
    ],
)
def test_what_is_special_reserved_or_unknown_is_not_public(text: str) -> None:
    if text != "168.63.129.16" and text not in {"100.100.2.0", "100.100.100.200"}:
        assert not is_public(ip_address(text))
    assert is_never_allowed(ip_address(text)) or not is_public(ip_address(text))


@given(st.ip_addresses(v=4))
def test_each_form_carries_the_address(address: IPv4Address) -> None:
    for form in _forms(str(address)):
        carried = carried_addresses(IPv6Address(form))
        assert address in carried or (int(address) < 2 and form.startswith("::"))


@given(st.ip_addresses())
def test_nothing_is_both_public_and_a_private_network(address: IPv4Address | IPv6Address) -> None:
    if is_public(address):
        assert not address.is_multicast
        assert not address.is_loopback
        assert not address.is_link_local
        assert not address.is_unspecified
