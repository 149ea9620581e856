from decimal import Decimal
from typing import Any

import pytest

from consoleapp.domain import spec
from consoleapp.domain.secret import Secret
from consoleapp.domain.spec import (
    ConfigFile,
    ConfigFileVolume,
    DnsConfig,
    EmptyDirVolume,
    HostAlias,
    Sysctl,
    Tag,
    VolumeMount,
)
from tests.domain.builders import container, credential, group, init_container, refusals, sized

KIB = 1024


def boxes(*cpus: str) -> tuple[spec.Container, ...]:
    return tuple(container(name=f"c{number}", cpu=Decimal(cpu)) for number, cpu in enumerate(cpus))


def many(count: int) -> tuple[spec.Container, ...]:
    return tuple(container(name=f"c{number}") for number in range(count))


@pytest.mark.parametrize(
    ("changes", "reasons"),
    [
        ({"region_id": ""}, {"region_id": "required"}),
        ({"region_id": "cn-hangzhou.evil.example"}, {"region_id": "region_format"}),
        ({"zone_id": "cn hangzhou"}, {"zone_id": "region_format"}),
        ({"vswitch_ids": tuple(f"vsw-{n}" for n in range(11))}, {"vswitch_ids": "too_many"}),
        ({"vswitch_ids": ("vsw-1", "vsw-1,vsw-2")}, {"vswitch_ids.1": "id_format"}),
        ({"vswitch_ids": ("vsw-1", "vsw-1")}, {"vswitch_ids.1": "duplicate"}),
        ({"security_group_id": "sg 1"}, {"security_group_id": "id_format"}),
        ({"schedule_strategy": "Any"}, {"schedule_strategy": "not_a_choice"}),
        ({"private_ip_address": "::1"}, {"private_ip_address": "ip_address_format"}),
        ({"ipv6_address_count": 2}, {"ipv6_address_count": "out_of_range"}),
        ({"container_group_name": ""}, {"container_group_name": "required"}),
        ({"container_group_name": "a"}, {"container_group_name": "group_name_format"}),
        ({"container_group_name": "a" * 129}, {"container_group_name": "group_name_format"}),
        ({"container_group_name": "Web"}, {"container_group_name": "group_name_format"}),
        ({"container_group_name": "web-"}, {"container_group_name": "group_name_format"}),
        ({"container_group_name": '"><script>'}, {"container_group_name": "group_name_format"}),
        ({"restart_policy": "Sometimes"}, {"restart_policy": "not_a_choice"}),
        ({"cpu": Decimal("NaN"), "memory_gib": Decimal(4)}, {"cpu": "not_a_number"}),
        ({"cpu": Decimal("Infinity"), "memory_gib": Decimal(4)}, {"cpu": "not_a_number"}),
        ({"cpu": Decimal(2), "memory_gib": Decimal(513)}, {"memory_gib": "out_of_range"}),
        ({"cpu": Decimal(2)}, {"cpu": "needs"}),
        ({"memory_gib": Decimal(2)}, {"memory_gib": "needs"}),
        ({"instance_type": ",".join(["ecs.c6.large"] * 6)}, {"instance_type": "too_many"}),
        ({"instance_type": "ecs.c6.large,"}, {"instance_type": "instance_type_format"}),
        ({"instance_type": "big"}, {"instance_type": "instance_type_format"}),
        ({"compute_categories": ("cheap",)}, {"compute_categories.0": "not_a_choice"}),
        ({"compute_categories": ("economy", "economy")}, {"compute_categories.1": "duplicate"}),
        ({"compute_categories": ("economy",), "spot_strategy": "SpotAsPriceGo"}, {"compute_categories": "conflict"}),
        ({"compute_categories": ("general",), "cpu_architecture": "ARM64"}, {"compute_categories": "conflict"}),
        ({"compute_categories": ("economy",), **sized("12", "24")}, {"compute_categories": "not_in_category"}),
        ({"compute_categories": ("general",), **sized("0.5", "1")}, {"compute_categories": "not_in_category"}),
        (
            {"compute_categories": ("economy",), "instance_type": "16-32Gi"},
            {"compute_categories": "not_in_category"},
        ),
        (
            {"compute_categories": ("economy",), "containers": boxes("16")},
            {"compute_categories": "not_in_category"},
        ),
        ({"containers": boxes("40", "40")}, {"containers.1.cpu": "sum_exceeded"}),
        ({"cpu_architecture": "MIPS"}, {"cpu_architecture": "not_a_choice"}),
        ({"spot_strategy": "Bid"}, {"spot_strategy": "not_a_choice"}),
        ({"spot_strategy": "SpotWithPriceLimit"}, {"spot_price_limit": "required"}),
        ({"spot_price_limit": Decimal(1)}, {"spot_price_limit": "only_with"}),
        (
            {"spot_strategy": "SpotWithPriceLimit", "spot_price_limit": Decimal("0.0001")},
            {"spot_price_limit": "too_precise"},
        ),
        ({"spot_duration_hours": 2}, {"spot_duration_hours": "out_of_range"}),
        ({"image_snapshot_id": "imc 1"}, {"image_snapshot_id": "id_format"}),
        ({"ephemeral_storage_gib": 5001}, {"ephemeral_storage_gib": "out_of_range"}),
        ({"eip_instance_id": "eip 1"}, {"eip_instance_id": "id_format"}),
        ({"eip_instance_id": "eip-1", "auto_create_eip": True}, {"eip_instance_id": "conflict"}),
        ({"eip_bandwidth_mbps": 5}, {"eip_bandwidth_mbps": "only_with"}),
        ({"eip_bandwidth_mbps": 0}, {"eip_bandwidth_mbps": "only_with"}),
        ({"eip_isp": "BGP"}, {"eip_isp": "only_with"}),
        ({"eip_common_bandwidth_package": "cbwp-1"}, {"eip_common_bandwidth_package": "only_with"}),
        ({"auto_create_eip": True, "eip_bandwidth_mbps": 1_000_001}, {"eip_bandwidth_mbps": "out_of_range"}),
        ({"auto_create_eip": True, "eip_isp": "DSL"}, {"eip_isp": "not_a_choice"}),
        (
            {"image_registry_credentials": tuple(credential(f"r{n}.example") for n in range(11))},
            {"image_registry_credentials": "too_many"},
        ),
        (
            {"image_registry_credentials": (credential("a.example"), credential("A.Example"))},
            {"image_registry_credentials.1.server": "duplicate"},
        ),
        (
            {"acr_registry_infos": tuple(spec.AcrRegistryInfo(f"cri-{n}") for n in range(21))},
            {"acr_registry_infos": "too_many"},
        ),
        ({"plain_http_registries": ("http://a.example",)}, {"plain_http_registries.0": "scheme"}),
        ({"plain_http_registries": ("a.example", "")}, {"plain_http_registries.1": "required"}),
        ({"insecure_registries": ("a.example", "a.example")}, {"insecure_registries.1": "duplicate"}),
        ({"insecure_registries": tuple(f"r{n}.example" for n in range(21))}, {"insecure_registries": "too_many"}),
        ({"ram_role_name": "my role"}, {"ram_role_name": "role_name_format"}),
        ({"resource_group_id": "rg,1"}, {"resource_group_id": "id_format"}),
        ({"tags": tuple(Tag(f"k{n}") for n in range(21))}, {"tags": "too_many"}),
        ({"tags": (Tag("a", "1"), Tag("a", "2"))}, {"tags.1.key": "duplicate"}),
        ({"dns_policy": "ClusterFirst"}, {"dns_policy": "not_a_choice"}),
        ({"dns_policy": "None"}, {"dns_config.name_servers": "required"}),
        ({"host_aliases": (HostAlias("10.0.0.1", ("a",)),) * 101}, {"host_aliases": "too_many"}),
        ({"host_name": "my host"}, {"host_name": "host_name_format"}),
        ({"ntp_servers": tuple(f"ntp{n}" for n in range(21))}, {"ntp_servers": "too_many"}),
        ({"ntp_servers": ("ntp example",)}, {"ntp_servers.0": "host_name_format"}),
        ({"termination_grace_period_seconds": -1}, {"termination_grace_period_seconds": "out_of_range"}),
        ({"active_deadline_seconds": 0}, {"active_deadline_seconds": "out_of_range"}),
        ({"max_pending_minutes": 9}, {"max_pending_minutes": "out_of_range"}),
        ({"max_pending_minutes": 1441}, {"max_pending_minutes": "out_of_range"}),
        ({"ingress_bandwidth": -1}, {"ingress_bandwidth": "out_of_range"}),
        ({"egress_bandwidth": 2**63}, {"egress_bandwidth": "out_of_range"}),
        ({"core_pattern": "|/bin/sh"}, {"core_pattern": "forbidden_character"}),
        ({"sysctls": (Sysctl("a.b", "1"), Sysctl("a.b", "2"))}, {"sysctls.1.name": "duplicate"}),
        ({"host_sysctls": tuple(Sysctl(f"a.b{n}", "1") for n in range(101))}, {"host_sysctls": "too_many"}),
        ({"containers": ()}, {"containers": "no_container"}),
        ({"containers": many(21)}, {"containers": "too_many"}),
        ({"containers": many(20), "init_containers": (init_container(),)}, {"init_containers": "too_many"}),
        ({"containers": (container(), container())}, {"containers.1.name": "duplicate"}),
        ({"init_containers": (init_container(name="web"),)}, {"init_containers.0.name": "duplicate"}),
        ({"volumes": tuple(EmptyDirVolume(f"v{n}") for n in range(21))}, {"volumes": "too_many"}),
        ({"volumes": (EmptyDirVolume("a"), EmptyDirVolume("a"))}, {"volumes.1.name": "duplicate"}),
        (
            {"containers": (container(volume_mounts=(VolumeMount("data", "/data"),)),)},
            {"containers.0.volume_mounts.0.name": "unknown_volume"},
        ),
        (
            {"init_containers": (init_container(volume_mounts=(VolumeMount("data", "/data"),)),)},
            {"init_containers.0.volume_mounts.0.name": "unknown_volume"},
        ),
    ],
)
def test_refuses_an_impossible_group(changes: dict[str, Any], reasons: dict[str, str]) -> None:
    assert refusals(group, **changes) == reasons


def test_takes_a_group_at_every_limit() -> None:
    taken = group(
        container_group_name="a" * 128,
        vswitch_ids=tuple(f"vsw-{n}" for n in range(10)),
        containers=many(19),
        init_containers=(init_container(),),
        volumes=tuple(EmptyDirVolume(f"v{n}") for n in range(20)),
        tags=tuple(Tag(f"k{n}") for n in range(20)),
        image_registry_credentials=tuple(credential(f"r{n}.example") for n in range(10)),
        acr_registry_infos=tuple(spec.AcrRegistryInfo(f"cri-{n}") for n in range(20)),
        ephemeral_storage_gib=5000,
        max_pending_minutes=1440,
        dns_policy="None",
        dns_config=DnsConfig(("10.0.0.1",)),
        **sized("64", "512"),
    )
    assert len(list(taken.all_containers)) == 20


def test_marks_the_container_at_which_the_sum_exceeds_the_group() -> None:
    containers = (
        container(name="a", **sized("1", "1")),
        container(name="b", **sized("0.5", "2.5")),
        container(name="c", **sized("1", "1")),
    )
    assert refusals(group, containers=containers, **sized("2", "4")) == {
        "containers.2.cpu": "sum_exceeded",
        "containers.2.memory_gib": "sum_exceeded",
    }
    assert group(containers=containers, **sized("2.5", "4.5"))


def test_init_containers_run_alone_and_may_each_use_the_whole_group() -> None:
    fitting = tuple(init_container(name=f"i{n}", **sized("2", "4")) for n in range(2))
    assert group(containers=(container(**sized("2", "4")),), init_containers=fitting, **sized("2", "4"))
    large = (init_container(**sized("3", "4")),)
    assert refusals(group, init_containers=large, **sized("2", "4")) == {"init_containers.0.cpu": "sum_exceeded"}


def test_without_a_group_size_the_containers_make_the_sum() -> None:
    assert group(containers=tuple(container(name=f"c{n}", **sized("30", "100")) for n in range(2)))


def test_config_files_of_all_volumes_share_one_limit() -> None:
    large = (ConfigFile("a", Secret("x" * 31 * KIB)),)
    volumes = (ConfigFileVolume("a", large), ConfigFileVolume("b", large))
    assert refusals(group, volumes=volumes) == {"volumes.1.config_files": "too_large"}


def test_names_every_fault_in_one_pass() -> None:
    assert refusals(group, region_id="", container_group_name="A", tags=(Tag("a"), Tag("a"))) == {
        "region_id": "required",
        "container_group_name": "group_name_format",
        "tags.1.key": "duplicate",
    }


def test_says_whether_it_has_an_elastic_ip() -> None:
    assert not group().has_eip
    assert group(auto_create_eip=True).has_eip
    assert group(eip_instance_id="eip-1").has_eip
