"""`ports.Networks`: what every implementation owes its callers."""

from ipaddress import ip_address, ip_network

import pytest

from consoleapp.domain.network import sources_let_in
from consoleapp.gateways.errors import InvalidParameter
from tests.contract.conftest import World

REGION = "cn-hangzhou"


def test_every_vpc_has_its_own_vswitches_and_security_groups(world: World) -> None:
    networks = world.cloud.networks
    vpcs = networks.vpcs(REGION)
    assert len({vpc.vpc_id for vpc in vpcs}) == len(vpcs) >= 2
    assert [vpc.is_default for vpc in vpcs].count(True) == 1
    for vpc in vpcs:
        vswitches = networks.vswitches(REGION, vpc.vpc_id)
        assert {vswitch.vpc_id for vswitch in vswitches} <= {vpc.vpc_id}
        assert all(ip_network(each.cidr_block).subnet_of(ip_network(vpc.cidr_block)) for each in vswitches)  # type: ignore[arg-type]
        assert {group.vpc_id for group in networks.security_groups(REGION, vpc.vpc_id)} <= {vpc.vpc_id}


def test_some_vswitch_has_free_addresses_and_one_has_none(world: World) -> None:
    networks = world.cloud.networks
    free = [
        vswitch.available_ip_address_count
        for vpc in networks.vpcs(REGION)
        for vswitch in networks.vswitches(REGION, vpc.vpc_id)
    ]
    assert max(free) > 0
    assert min(free) == 0


def test_gateways_and_their_snat_rules_are_told(world: World) -> None:
    networks = world.cloud.networks
    default = next(vpc for vpc in networks.vpcs(REGION) if vpc.is_default)
    gateways = networks.nat_gateways(REGION, default.vpc_id)
    assert [gateway.nat_gateway_id for gateway in gateways] == list(default.nat_gateway_ids)
    assert (gateways[0].network_type, gateways[0].status, gateways[0].business_status) == (
        "internet",
        "Available",
        "Normal",
    )
    entries = networks.snat_entries(REGION, gateways[0].nat_gateway_id)
    assert entries
    assert all(entry.nat_gateway_id == gateways[0].nat_gateway_id for entry in entries)
    assert all(entry.source_cidr or entry.source_vswitch_id for entry in entries)


def test_only_unbound_addresses_are_offered(world: World) -> None:
    eips = world.cloud.networks.unbound_eips(REGION)
    assert eips
    assert {eip.status for eip in eips} == {"Available"}
    assert all(ip_address(eip.ip_address) and eip.bandwidth_mbps > 0 for eip in eips)


def test_the_rules_of_a_security_group_tell_what_is_let_in(world: World) -> None:
    networks = world.cloud.networks
    groups = [group for vpc in networks.vpcs(REGION) for group in networks.security_groups(REGION, vpc.vpc_id)]
    ids = [group.security_group_id for group in groups]
    let_in = {
        port: {each: sources_let_in(networks.rules_in(REGION, each), port, "TCP") for each in ids} for port in (80, 81)
    }

    assert any(sources and sources[0] == "0.0.0.0/0" for sources in let_in[80].values())
    # Nobody but the members of the group itself, and not even they in one that keeps them apart.
    assert all(sources in ((), (each,)) for each, sources in let_in[81].items())
    assert () in let_in[81].values()
    with pytest.raises(InvalidParameter):
        networks.rules_in(REGION, "sg-nowhere")
