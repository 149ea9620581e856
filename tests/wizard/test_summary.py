"""What Confirm says about a container group, from its spec alone."""

from decimal import Decimal
from typing import Any

import pytest

from consoleapp.domain.network import NatGateway, SecurityGroup, SnatEntry, Vpc, VSwitch
from consoleapp.domain.secret import Secret
from consoleapp.domain.spec import (
    AcrRegistryInfo,
    Container,
    ContainerGroupSpec,
    ContainerPort,
    DnsConfig,
    DnsOption,
    EmptyDirVolume,
    EnvironmentVar,
    FlexVolume,
    FlexVolumeOption,
    HttpGet,
    ImageRegistryCredential,
    InitContainer,
    NFSVolume,
    Probe,
    Tag,
    VolumeMount,
)
from consoleapp.wizard.draft.encoding import to_draft
from consoleapp.wizard.services.network import NetworkChoices
from consoleapp.wizard.summary import Summary, summarise
from tests.wizard.complete import CANARY, COMMON, PRIVATE, private_spec, spec

VSWITCH = VSwitch("vsw-simhzdefaulth", "default-h", "vpc-1", "cn-hangzhou-h", "10.0.0.0/24", 9)
NETWORK = NetworkChoices(
    "cn-hangzhou",
    "vpc-1",
    vpcs=(Vpc("vpc-1", "web", "10.0.0.0/8"),),
    vswitches=(VSWITCH,),
    security_groups=(SecurityGroup("sg-simhzdefault", "default", "vpc-1"),),
)
WAY = {
    "nat_gateways": (NatGateway("ngw-1", "vpc-1", "internet", "Available", "Normal", ("stb-1",)),),
    "snat_entries": (SnatEntry("snat-1", "ngw-1", "vsw-simhzdefaulth", "", "203.0.113.1"),),
}


def of(group: ContainerGroupSpec, network: NetworkChoices | None = NETWORK) -> Summary:
    return summarise(group, to_draft(group).data, network)


def one(image: str, **changed: Any) -> ContainerGroupSpec:
    return spec(containers=(Container(name="web", image=image),), **changed)


def rows(group: ContainerGroupSpec, network: NetworkChoices | None = NETWORK) -> dict[str, str]:
    summary = of(group, network)
    return {str(row.label): str(row.value) for part in (summary.head, *summary.sections) for row in part.rows}


def titles(group: ContainerGroupSpec, network: NetworkChoices | None = NETWORK) -> list[str]:
    return [str(notice.title) for notice in of(group, network).warnings]


LOGIN = ImageRegistryCredential("registry.example.com", "ci", Secret("x"))
PROOFS = [
    (one(COMMON), "Offered by ECI", ""),
    (one("nginx:1.27"), "Docker official image", ""),
    (one("someone/app:1"), "Taken as public, not checked", "hollow"),
    (
        one("registry-vpc.cn-hangzhou.aliyuncs.com/shop/api:1"),
        "Same account, no credential needed",
        "",
    ),
    (
        one(
            "images.shop.example/api:1",
            acr_registry_infos=(AcrRegistryInfo("cri-1", "", "cn-hangzhou", ("images.shop.example",)),),
        ),
        "Through its instance, no credential needed",
        "",
    ),
    (one(PRIVATE, image_registry_credentials=(LOGIN,)), "Credential entered, not checked", "hollow"),
    (
        one("someone/app:1", image_registry_credentials=(ImageRegistryCredential("docker.io", "me", Secret("x")),)),
        "Credential entered, not checked",
        "hollow",
    ),
    (one(PRIVATE), "Not checked", "hollow"),
]


@pytest.mark.parametrize(("group", "proof", "kind"), PROOFS, ids=[str(proof) for _group, proof, _kind in PROOFS])
def test_says_what_is_known_about_pulling(group: ContainerGroupSpec, proof: str, kind: str) -> None:
    (line,) = of(group).images

    assert (str(line.proof), line.kind) == (proof, kind)


def test_a_common_image_has_no_use_for_a_credential() -> None:
    host = "registry-vpc.cn-hangzhou.aliyuncs.com"
    group = one(COMMON, image_registry_credentials=(ImageRegistryCredential(host, "me", Secret("x")),))

    assert str(of(group).images[0].proof) == "Offered by ECI"


def test_names_the_network_as_the_cloud_does() -> None:
    named = rows(spec())

    assert named["VPC"] == "web"
    assert named["vSwitch"] == "default-h (cn-hangzhou-h)"
    assert named["Security group"] == "default"


def test_shows_ids_where_the_lists_are_missing() -> None:
    named = rows(spec(), None)

    assert "VPC" not in named
    assert named["vSwitch"] == "vsw-simhzdefaulth"
    assert named["Security group"] == "sg-simhzdefault"


def test_says_which_size_is_billed() -> None:
    asked = spec(cpu=Decimal(7), memory_gib=Decimal(13))

    assert of(asked).size == "8 vCPU · 14 GiB"
    assert rows(asked)["Billed size"] == "8 vCPU · 14 GiB"
    assert "Billed size" not in rows(spec())


@pytest.mark.parametrize(
    ("changed", "text"),
    [
        ({}, "none"),
        ({"auto_create_eip": True, "eip_bandwidth_mbps": 10}, "created with the group, 10 Mbit/s, billed by traffic"),
        ({"eip_instance_id": "eip-1"}, "eip-1"),
    ],
)
def test_says_where_the_elastic_ip_comes_from(changed: dict[str, Any], text: str) -> None:
    assert rows(spec(**changed))["Elastic IP"] == text


def test_tells_the_facts_of_each_container_and_no_secret() -> None:
    container = Container(
        name="api",
        image=COMMON,
        image_pull_policy="Always",
        cpu=Decimal("0.5"),
        ports=(ContainerPort(80), ContainerPort(53, "UDP")),
        environment_vars=(EnvironmentVar("A", "1"), EnvironmentVar("TOKEN", Secret(CANARY))),
        volume_mounts=(VolumeMount("scratch", "/tmp/x"),),
        commands=("/bin/app",),
        working_dir="/app",
        readiness_probe=Probe(http_get=HttpGet(8080, "/ready")),
    )
    first = InitContainer(name="first", image=COMMON)
    summary = of(spec(containers=(container,), init_containers=(first,), volumes=(EmptyDirVolume("scratch"),)))

    assert list(summary.images[0].facts) == [
        "Pull policy Always",
        "0.5 vCPU",
        "Working directory /app",
        "Command /bin/app",
        "Ports 80/TCP, 53/UDP",
        "Volume mounts scratch → /tmp/x",
        "Readiness: HTTP /ready :8080",
    ]
    assert summary.images[0].variables.title == "2 variables, 1 secret"
    assert [line.is_init for line in summary.images] == [False, True]
    assert CANARY not in repr(summary)


def test_shows_every_volume_and_every_variable_and_no_secret() -> None:
    volumes = (
        FlexVolume("bucket", "alicloud/oss", options=(FlexVolumeOption("akSecret", Secret(CANARY)),)),
        NFSVolume("shared", "nas.example.com", "/shop"),
    )
    summary = of(private_spec(volumes=volumes))
    shown = {str(row.label): row.hint for row in summary.sections[0].rows}

    assert shown == {
        "bucket": "alicloud/oss · AccessKey secret ••••••••",
        "shared": "Server nas.example.com · Path /shop",
    }
    assert [(row.label, row.value) for row in summary.images[0].variables.rows] == [
        ("TOKEN", "••••••••"),
        ("PLAIN", "1"),
    ]
    assert CANARY not in repr(summary)


@pytest.mark.parametrize(
    ("changed", "label", "word"),
    [
        ({"restart_policy": "OnFailure"}, "Restart policy", "On failure"),
        ({"schedule_strategy": "VSwitchOrdered"}, "Choice among vSwitches", "In order"),
        ({"schedule_strategy": "VSwitchRandom"}, "Choice among vSwitches", "Best stock"),
        ({"compute_categories": ("economy", "general")}, "Compute category", "Economy, General purpose"),
        ({"cpu_architecture": "ARM64"}, "CPU architecture", "ARM64"),
        ({"dns_policy": "Default"}, "DNS policy", "Of the VPC"),
        (
            {"dns_policy": "None", "dns_config": DnsConfig(("100.100.2.136",))},
            "DNS policy",
            "Only the servers below",
        ),
    ],
    ids=str,
)
def test_says_a_choice_in_the_words_of_the_form(changed: dict[str, Any], label: str, word: str) -> None:
    assert rows(spec(**changed))[label] == word


def test_tells_the_dns_options() -> None:
    options = (DnsOption("ndots", "2"), DnsOption("rotate"))

    assert rows(spec(dns_config=DnsConfig(options=options)))["DNS options"] == "ndots:2, rotate"


def test_tells_all_of_a_pull_without_a_secret() -> None:
    info = AcrRegistryInfo(
        "cri-1",
        "shop",
        "cn-hangzhou",
        ("images.shop.example",),
        "acs:ram::1234567890123456:role/puller",
        "acs:ram::6543210987654321:role/owner",
    )
    (section,) = of(spec(acr_registry_infos=(info,))).sections

    assert section.rows[0].value == "cri-1"
    assert section.rows[0].hint == (
        "Instance name shop · Region of the instance cn-hangzhou · Domains images.shop.example · "
        "Role in this account acs:ram::1234567890123456:role/puller · "
        "Role in the registry's account acs:ram::6543210987654321:role/owner"
    )


def test_each_part_leads_to_where_it_is_edited() -> None:
    summary = of(private_spec(volumes=(EmptyDirVolume("scratch"),), tags=(Tag("team", "shop"),)))
    places = {str(part.title): part.place.step for part in summary.sections}

    assert summary.head.place.step == "basic"
    assert summary.images[0].place.field_id == "id_c2-image"
    assert places == {"Volumes": "basic", "Registry access": "other", "Other settings": "other"}


def test_leaves_out_what_was_not_set() -> None:
    assert of(spec()).sections == ()
    assert of(spec()).warnings == ()


@pytest.mark.parametrize("image", ["nginx:1.27", "someone/app:1", PRIVATE])
def test_warns_of_an_image_from_the_internet_without_a_way_out(image: str) -> None:
    login = (LOGIN,) if image == PRIVATE else ()
    group = one(image, image_registry_credentials=login)

    assert "No way to the Internet for web" in titles(group)
    assert "No way to the Internet for web" not in titles(one(image, auto_create_eip=True))


def test_does_not_warn_where_there_is_a_way_or_none_is_needed() -> None:
    open_network = NetworkChoices(**{**vars(NETWORK), **WAY})

    assert titles(one("nginx:1.27"), open_network) == []
    assert titles(one(COMMON)) == []
    assert titles(one("nginx:1.27"), None) == []


def test_warns_of_plain_http_certificates_and_unchecked_credentials() -> None:
    group = private_spec(
        auto_create_eip=True,
        plain_http_registries=("plain.example.com:5000",),
        insecure_registries=("self.example.com",),
    )

    assert titles(group) == [
        "Plain HTTP: plain.example.com:5000",
        "Certificate not verified: self.example.com",
        "Not checked: user and password for registry.example.com",
    ]


def test_warns_of_ports_that_the_system_uses() -> None:
    taken = spec(containers=(Container(name="web", image=COMMON, ports=(ContainerPort(10250),)),))

    assert titles(taken) == ["Container web: port 10250"]
