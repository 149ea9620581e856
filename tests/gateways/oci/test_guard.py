"""consoleapp/gateways/oci/guard.py: which origins may be tried, and which of their addresses."""

from ipaddress import ip_address

import pytest

from consoleapp.gateways.oci.dial import Origin
from consoleapp.gateways.oci.guard import Guard
from consoleapp.gateways.oci.policy import AccessPolicy, ListedNetwork
from consoleapp.gateways.proof import Refusal

CORP = ListedNetwork.of("*.corp.example", "10.0.0.0/8", 5000)
PLAIN = ListedNetwork.of("plain.corp.example", "10.9.0.0/16", 80, "http")


def _guard(*networks: ListedNetwork, own: tuple[str, ...] = (), **settings: object) -> Guard:
    return Guard(AccessPolicy(networks=networks, **settings), lambda: own)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("origin", "refusal"),
    [
        (Origin("https", "ghcr.io", 443), None),
        (Origin("https", "registry.cn-hangzhou.aliyuncs.com", 443), None),
        (Origin("https", "crpi-abc.cn-beijing.personal.cr.aliyuncs.com", 443), None),
        (Origin("https", "auth.docker.io", 443), None),
        (Origin("https", "dockerauth.cn-hangzhou.aliyuncs.com", 443), None),
        (Origin("https", "ghcr.io", 22), Refusal.PORT),
        (Origin("http", "ghcr.io", 80), Refusal.PLAIN_HTTP),
        (Origin("https", "registry.oss-cn-hangzhou.aliyuncs.com", 443), Refusal.HOST_NOT_LISTED),
        (Origin("https", "registry.cn-evil.aliyuncs.com", 443), Refusal.HOST_NOT_LISTED),
        (Origin("https", "dockerauth.cn-evil.aliyuncs.com", 443), Refusal.HOST_NOT_LISTED),
        (Origin("https", "dockerauth.oss-cn-hangzhou.aliyuncs.com", 443), Refusal.HOST_NOT_LISTED),
        (Origin("https", "dockerauth-evil.aliyuncs.com", 443), Refusal.HOST_NOT_LISTED),
        (Origin("https", "ghcr.io.evil.example", 443), Refusal.HOST_NOT_LISTED),
        (Origin("https", "evil-ghcr.io", 443), Refusal.HOST_NOT_LISTED),
        (Origin("https", "registry.corp.example", 443), Refusal.PORT),
        (Origin("https", "registry.corp.example", 5000), None),
        (Origin("https", "a.b.corp.example", 5000), None),
        (Origin("https", "corp.example", 5000), Refusal.HOST_NOT_LISTED),
        (Origin("https", "evilcorp.example", 5000), Refusal.HOST_NOT_LISTED),
        (Origin("http", "registry.corp.example", 5000), Refusal.PLAIN_HTTP),
        (Origin("http", "plain.corp.example", 80), None),
        (Origin("https", "plain.corp.example", 80), None),
        (Origin("https", "8.8.8.8", 443), Refusal.HOST_NOT_LISTED),
    ],
)
def test_an_origin_is_judged_by_its_text(origin: Origin, refusal: Refusal | None) -> None:
    assert _guard(CORP, PLAIN).refusal(origin) is refusal


def test_the_switch_opens_public_hosts_at_https_only() -> None:
    guard = _guard(allows_unlisted_hosts=True)
    origin = Origin("https", "registry.example", 443)
    assert guard.refusal(origin) is None
    assert guard.refusal(Origin("https", "registry.example", 8443)) is Refusal.PORT
    assert guard.refusal(Origin("http", "registry.example", 80)) is Refusal.PLAIN_HTTP
    assert guard.permits(origin, ip_address("8.8.8.8"))
    for text in ("10.0.0.1", "127.0.0.1", "100.64.0.1", "fd12::1", "100.100.100.200"):
        assert not guard.permits(origin, ip_address(text))


@pytest.mark.parametrize("text", ["127.0.0.1", "10.0.0.1", "100.100.100.200"])
def test_an_address_that_is_written_out_is_refused_without_dialling(text: str) -> None:
    assert _guard(allows_unlisted_hosts=True).refusal(Origin("https", text, 443)) is Refusal.ADDRESS


def test_a_listed_host_may_only_be_in_its_network() -> None:
    guard, origin = _guard(CORP), Origin("https", "registry.corp.example", 5000)
    assert guard.permits(origin, ip_address("10.1.2.3"))
    for text in ("192.168.0.1", "8.8.8.8", "::ffff:10.1.2.3", "64:ff9b::10.1.2.3"):
        assert not guard.permits(origin, ip_address(text))


def test_a_host_listed_as_public_may_be_anywhere_on_the_internet() -> None:
    guard = _guard(ListedNetwork.of("registry.partner.example", "public", 8443))
    origin = Origin("https", "registry.partner.example", 8443)
    assert guard.permits(origin, ip_address("8.8.8.8"))
    assert not guard.permits(origin, ip_address("10.0.0.1"))


@pytest.mark.parametrize(
    "text", ["100.100.100.200", "169.254.169.254", "fd00:ec2::254", "127.0.0.1", "::ffff:100.100.100.200", "0.0.0.0"]
)
def test_no_list_opens_what_nobody_may_reach(text: str) -> None:
    everything = (ListedNetwork.of("*", "0.0.0.0/0"), ListedNetwork.of("*", "::/0"))
    assert not _guard(*everything, allows_unlisted_hosts=True).permits(
        Origin("https", "x.example", 443), ip_address(text)
    )


def test_the_servers_own_addresses_are_never_connected_to() -> None:
    listed = ListedNetwork.of("*", "10.0.0.0/8")
    guard = _guard(listed, own=("10.0.0.5",), own_addresses=("10.0.0.6", "8.8.8.8"))
    origin = Origin("https", "x.example", 443)
    assert [guard.permits(origin, ip_address(f"10.0.0.{last}")) for last in (4, 5, 6)] == [True, False, False]


def test_a_realm_of_an_admin_may_be_reached_at_https_only() -> None:
    guard = _guard(token_servers=(("registry.example", "https://auth.example/token"),))
    assert guard.refusal(Origin("https", "auth.example", 443)) is None
    assert guard.refusal(Origin("https", "auth.example", 8443)) is Refusal.PORT


def test_the_probe_for_plain_http_falls_under_the_rules_of_https() -> None:
    guard = _guard(CORP)
    assert guard.refusal(Origin("http", "registry.corp.example", 5000)) is Refusal.PLAIN_HTTP
    assert guard.probe_refusal(Origin("http", "registry.corp.example", 5000)) is None
    assert guard.probe_refusal(Origin("http", "elsewhere.example", 5000)) is Refusal.HOST_NOT_LISTED


@pytest.mark.parametrize(("network", "port", "scheme"), [("10.0.0.1/8", 443, "https"), ("x", 443, "https")])
def test_a_wrong_list_is_refused(network: str, port: int, scheme: str) -> None:
    with pytest.raises(ValueError):
        ListedNetwork.of("a.example", network, port, scheme)
