"""A draft that is made of a request describes that very request again."""

import re
from dataclasses import replace
from decimal import Decimal

import pytest

from consoleapp.domain import wire
from consoleapp.domain.secret import Secret
from consoleapp.domain.spec import (
    AcrRegistryInfo,
    ConfigFile,
    ConfigFileVolume,
    Container,
    ContainerGroupSpec,
    ContainerPort,
    DiskVolume,
    DnsConfig,
    DnsOption,
    EmptyDirVolume,
    EnvironmentVar,
    FlexVolume,
    FlexVolumeOption,
    HostAlias,
    HostPathVolume,
    HttpGet,
    HttpHeader,
    ImageRegistryCredential,
    InitContainer,
    LifecycleHandler,
    NFSVolume,
    Probe,
    SecurityContext,
    Sysctl,
    Tag,
    TcpSocket,
    VolumeMount,
)
from consoleapp.wizard.draft.encoding import to_draft
from consoleapp.wizard.draft.places import Place, place_in_container, place_of_wire_key
from consoleapp.wizard.validation import to_spec

PLAIN = ContainerGroupSpec(
    region_id="cn-hangzhou",
    vswitch_ids=("vsw-1",),
    security_group_id="sg-1",
    container_group_name="web",
    restart_policy="Always",
    cpu=Decimal(2),
    memory_gib=Decimal(4),
    containers=(Container(name="web", image="nginx:1.27", image_pull_policy="IfNotPresent"),),
)

FULL = ContainerGroupSpec(
    region_id="cn-hangzhou",
    vswitch_ids=("vsw-1", "vsw-2"),
    security_group_id="sg-1",
    schedule_strategy="VSwitchRandom",
    container_group_name="shop-frontend",
    restart_policy="OnFailure",
    cpu=Decimal("0.5"),
    memory_gib=Decimal(10),
    compute_categories=("economy", "general"),
    auto_match_image_cache=True,
    ephemeral_storage_gib=20,
    volumes=(
        EmptyDirVolume("scratch", "Memory", "256Mi"),
        NFSVolume("shared", "nas.example.com", "/data", read_only=True),
        ConfigFileVolume("conf", (ConfigFile("app.ini", Secret("a = 1\nb = 2\n"), "0644"),), "0600"),
        FlexVolume(
            "bucket",
            "alicloud/oss",
            "",
            (
                FlexVolumeOption("bucket", "b"),
                FlexVolumeOption("url", "oss-cn-hangzhou-internal.aliyuncs.com"),
                FlexVolumeOption("akId", "id"),
                FlexVolumeOption("akSecret", Secret("oss-secret")),
            ),
        ),
    ),
    containers=(
        Container(
            name="api",
            image="registry.example.com:8443/shop/api@sha256:" + "a" * 64,
            image_pull_policy="Always",
            cpu=Decimal("0.25"),
            memory_gib=Decimal(1),
            working_dir="/app",
            commands=("/bin/sh", "-c"),
            args=("run it",),
            environment_vars=(
                EnvironmentVar("PLAIN", "x=1"),
                EnvironmentVar("EMPTY", ""),
                EnvironmentVar("TOKEN", Secret("env-secret")),
                EnvironmentVar("IP", field_path="status.podIP"),
            ),
            ports=(ContainerPort(80), ContainerPort(53, "UDP")),
            volume_mounts=(VolumeMount("conf", "/etc/app", "sub", True, "HostToContainer"),),
            security_context=SecurityContext(("NET_ADMIN",), True, 1000, 1001, True),
            liveness_probe=Probe(http_get=HttpGet(80, "/", "HTTP"), period_seconds=5, failure_threshold=2),
            readiness_probe=Probe(tcp_socket=TcpSocket(80), initial_delay_seconds=1),
            lifecycle_post_start=LifecycleHandler(
                http_get=HttpGet(80, "/up", "HTTPS", "h.example.com", (HttpHeader("X-A", "b"),))
            ),
            lifecycle_pre_stop=LifecycleHandler(exec_commands=("sleep", "5")),
            stdin=True,
            stdin_once=True,
            tty=True,
            environment_var_hide=True,
        ),
        Container(name="hub", image="someone/private:1", image_pull_policy="Never"),
    ),
    init_containers=(InitContainer(name="first", image="busybox", image_pull_policy="IfNotPresent"),),
    auto_create_eip=True,
    eip_bandwidth_mbps=10,
    # In the order of the images that need them; init containers come first.
    image_registry_credentials=(
        ImageRegistryCredential("docker.io", "me", Secret("hub-secret")),
        ImageRegistryCredential("registry.example.com:8443", "ci", Secret("registry-secret")),
    ),
    acr_registry_infos=(AcrRegistryInfo("cri-1", "name", "cn-beijing", ("a.example.com", "b.example.com")),),
    plain_http_registries=("plain.example.com",),
    insecure_registries=("self.example.com:5000",),
    ram_role_name="role",
    resource_group_id="rg-1",
    tags=(Tag("team", "shop"), Tag("empty")),
    dns_policy="None",
    dns_config=DnsConfig(("10.0.0.2",), ("svc.example.com",), (DnsOption("ndots", "2"), DnsOption("debug"))),
    host_aliases=(HostAlias("10.0.0.9", ("db", "db.example.com")),),
    ntp_servers=("ntp.example.com",),
    termination_grace_period_seconds=60,
    active_deadline_seconds=3600,
    max_pending_minutes=30,
)

EXPERT = replace(
    PLAIN,
    zone_id="cn-hangzhou-b",
    private_ip_address="192.168.0.20",
    ipv6_address_count=1,
    cpu=None,
    memory_gib=None,
    instance_type="ecs.gn6i-c4g1.xlarge,2-4Gi",
    spot_strategy="SpotWithPriceLimit",
    spot_price_limit=Decimal("0.125"),
    spot_duration_hours=0,
    image_snapshot_id="imc-1",
    volumes=(HostPathVolume("host", "/srv", "Directory"), DiskVolume("disk", "d-1", "ext4", 40)),
    containers=(
        replace(
            PLAIN.containers[0],
            gpu=1,
            termination_message_path="/tmp/why",  # of the container
            termination_message_policy="FallbackToLogsOnError",
        ),
    ),
    auto_create_eip=True,
    eip_bandwidth_mbps=5,
    eip_isp="BGP_PRO",
    eip_common_bandwidth_package="cbwp-1",
    ingress_bandwidth=0,
    egress_bandwidth=1_000_000,
    core_pattern="/data/core.%p",
    share_process_namespace=True,
    sysctls=(Sysctl("net.ipv4.ping_group_range", "0 1000"),),
    host_sysctls=(Sysctl("kernel.sem", "250\t32000"), Sysctl("kernel.shmmax", "1")),
)


@pytest.mark.parametrize("spec", [PLAIN, FULL, EXPERT], ids=["plain", "full", "expert"])
def test_the_draft_of_a_request_describes_that_request(spec: ContainerGroupSpec) -> None:
    made = to_draft(spec, "vpc-1")

    again, problems = to_spec(made.data, made.secrets)

    assert problems == ()
    assert again is not None
    assert wire.to_parameters(again) == wire.to_parameters(spec)
    assert made.data["page"] == {"vpc_id": "vpc-1"}


def test_the_mark_of_an_order_is_not_copied_from_it() -> None:
    marked = replace(PLAIN, tags=(Tag("team", "shop"), Tag("console-order", "8f3c")))

    rows = to_draft(marked).data["spec"]["tags"]

    assert rows == [{"_key": rows[0]["_key"], "key": "team", "value": "shop"}]


def test_secrets_are_beside_the_data_never_in_it() -> None:
    made = to_draft(FULL)

    assert not re.search(r"(oss|env|registry|hub)-secret", repr(made.data))
    assert {secret.reveal() for secret in made.secrets.values()} == {
        "oss-secret",
        "env-secret",
        "a = 1\nb = 2\n",
        "registry-secret",
        "hub-secret",
    }


def test_keys_are_given_once() -> None:
    data = to_draft(FULL).data
    keys = re.findall(r"'_key': '([a-z]\d+)'", repr(data))

    assert keys
    assert len(keys) == len(set(keys))
    assert all(int(key[1:]) < data["next_key"] for key in keys)


@pytest.mark.parametrize(
    ("key", "step", "field_id"),
    [
        ("Container.1.Image", "basic", "id_{c1}-image"),
        ("Container.N.Name", "basic", "id_{c1}-name"),
        ("InitContainer.1.Image", "basic", "id_{init}-image"),
        ("VSwitchId", "basic", "id_vswitch_ids"),
        ("Cpu", "basic", "id_cpu"),
        ("EipInstanceId", "other", "id_eip_instance_id"),
        ("ImageRegistryCredential.1.Password", "other", "id_image_registry_credentials-docker.io-password"),
        ("DnsConfig", "other", "id_dns_config-name_servers"),
        ("Container.1.VolumeMount.1", "basic", "id_{c1}-volume_mounts"),
        ("Container.1.SecurityContext", "basic", "id_{c1}-security_context-capabilities_add"),
        ("Container.99.Image", "basic", ""),
        ("NobodyKnows", "basic", ""),
    ],
)
def test_finds_the_control_of_a_wire_key(key: str, step: str, field_id: str) -> None:
    data = to_draft(FULL).data
    keys = {"c1": data["spec"]["containers"][0]["_key"], "init": data["spec"]["init_containers"][0]["_key"]}

    found = place_of_wire_key(data, key)

    assert (found.step, found.field_id) == (step, field_id.format(**keys))


def test_finds_the_version_of_a_containers_image() -> None:
    data = to_draft(FULL).data
    key = data["spec"]["containers"][1]["_key"]

    assert place_in_container(data, "hub", "image") == Place("basic", key, f"id_{key}-image")
    assert place_in_container(data, "nobody", "image") == Place("basic")
