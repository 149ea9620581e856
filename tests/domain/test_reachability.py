import pytest

from consoleapp.domain.image import parse_image_reference
from consoleapp.domain.network import NatGateway, SnatEntry, VSwitch
from consoleapp.domain.reachability import WayOut, WayOutReason, is_foreign_vpc_host, needs_internet, way_out


def vswitch(vswitch_id: str = "vsw-1", vpc_id: str = "vpc-1", cidr_block: str = "10.0.1.0/24") -> VSwitch:
    return VSwitch(vswitch_id, "", vpc_id, "cn-hangzhou-b", cidr_block, 250)


def gateway(
    vpc_id: str = "vpc-1",
    *,
    nat_gateway_id: str = "ngw-1",
    network_type: str = "internet",
    status: str = "Available",
    business_status: str = "Normal",
) -> NatGateway:
    return NatGateway(nat_gateway_id, vpc_id, network_type, status, business_status)


def snat(
    vswitch_id: str = "", cidr: str = "", *, nat_gateway_id: str = "ngw-1", status: str = "Available"
) -> SnatEntry:
    return SnatEntry("snat-1", nat_gateway_id, vswitch_id, cidr, "203.0.113.1", status)


def closed(reason: WayOutReason, *lacking: str) -> WayOut:
    return WayOut(False, reason, lacking)


OPEN = WayOut(True, WayOutReason.SNAT)


def test_an_elastic_ip_is_a_way_out_by_itself() -> None:
    assert way_out([vswitch()], [], [], eip=True) == WayOut(True, WayOutReason.EIP)


def test_nothing_is_known_without_a_vswitch() -> None:
    assert way_out([], [gateway()], [snat("vsw-1")]) == closed(WayOutReason.NO_VSWITCH)


def test_a_vpc_without_gateway_has_no_way_out() -> None:
    assert way_out([vswitch()], [], []) == closed(WayOutReason.NO_NAT_GATEWAY, "vsw-1")


@pytest.mark.parametrize(
    "unusable",
    [
        gateway(network_type="intranet"),
        gateway(status="Creating"),
        gateway(business_status="FinancialLocked"),
        gateway("vpc-2"),
    ],
)
def test_a_gateway_that_does_not_serve_the_vpc_is_none(unusable: NatGateway) -> None:
    assert way_out([vswitch()], [unusable], [snat("vsw-1")]) == closed(WayOutReason.NO_NAT_GATEWAY, "vsw-1")


@pytest.mark.parametrize(
    "entry",
    [
        snat("vsw-1"),
        snat(cidr="10.0.1.0/24"),
        snat(cidr="10.0.0.0/16"),
        snat(cidr="0.0.0.0/0"),
    ],
)
def test_an_snat_entry_that_covers_the_vswitch_is_a_way_out(entry: SnatEntry) -> None:
    assert way_out([vswitch()], [gateway()], [entry]) == OPEN


@pytest.mark.parametrize(
    "entry",
    [
        snat("vsw-2"),
        snat("vsw-2", "10.0.0.0/16"),
        snat(cidr="10.0.2.0/24"),
        snat(cidr="10.0.1.0/25"),
        snat(cidr="10.0.1.7/32"),
        snat(cidr="nonsense"),
        snat(),
        snat("vsw-1", nat_gateway_id="ngw-2"),
        snat("vsw-1", status="Pending"),
    ],
)
def test_an_snat_entry_that_does_not_cover_the_vswitch_is_none(entry: SnatEntry) -> None:
    assert way_out([vswitch()], [gateway()], [entry]) == closed(WayOutReason.NO_SNAT_ENTRY, "vsw-1")


def test_every_chosen_vswitch_needs_a_way_out() -> None:
    chosen = [vswitch(), vswitch("vsw-2", cidr_block="10.0.2.0/24")]
    assert way_out(chosen, [gateway()], [snat("vsw-1")]) == closed(WayOutReason.NO_SNAT_ENTRY, "vsw-2")
    assert way_out(chosen, [gateway()], [snat("vsw-1"), snat("vsw-2")]) == OPEN


def test_the_entry_of_an_unusable_gateway_does_not_count_for_the_usable_one() -> None:
    gateways = [gateway(), gateway(nat_gateway_id="ngw-2", status="Deleting")]
    entries = [snat("vsw-1", nat_gateway_id="ngw-2")]
    assert way_out([vswitch()], gateways, entries) == closed(WayOutReason.NO_SNAT_ENTRY, "vsw-1")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("nginx", True),
        ("bitnami/redis", True),
        ("harbor.example.com/a/b", True),
        ("8.8.8.8:5000/a", True),
        ("registry.cn-hangzhou.aliyuncs.com/a/b", True),
        ("crpi-a1.cn-hangzhou.personal.cr.aliyuncs.com/a/b", True),
        ("team-registry.cn-hangzhou.cr.aliyuncs.com/a/b", True),
        ("registry-vpc.cn-hangzhou.aliyuncs.com/eci_open/nginx", False),
        ("registry-internal.cn-hangzhou.aliyuncs.com/a/b", False),
        ("team-registry-vpc.cn-hangzhou.cr.aliyuncs.com/a/b", False),
        ("192.168.1.9:5000/ns/app", False),
        ("localhost/a", False),
        ("harbor:80/a/b", False),
    ],
)
def test_knows_which_images_are_pulled_over_the_internet(text: str, expected: bool) -> None:
    assert needs_internet(parse_image_reference(text)) is expected


def test_the_vpc_host_of_another_region_does_not_resolve() -> None:
    vpc = parse_image_reference("registry-vpc.cn-beijing.aliyuncs.com/a/b")
    public = parse_image_reference("registry.cn-beijing.aliyuncs.com/a/b")
    assert is_foreign_vpc_host(vpc, "cn-hangzhou")
    assert not is_foreign_vpc_host(vpc, "cn-beijing")
    assert not is_foreign_vpc_host(public, "cn-hangzhou")
    assert not is_foreign_vpc_host(parse_image_reference("nginx"), "cn-hangzhou")
