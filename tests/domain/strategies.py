"""Hypothesis strategies for everything a spec can say."""

from collections.abc import Collection
from dataclasses import replace
from decimal import Decimal
from typing import Any, TypeVar

from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from consoleapp.domain import limits, spec
from consoleapp.domain.secret import Secret

ALPHANUMERIC = "abcdefghijklmnopqrstuvwxyz0123456789"

# Control characters but tabs and line breaks cannot be sent; surrogates cannot be encoded.
lines = st.text(st.characters(exclude_categories=("Cs", "Cc")) | st.sampled_from("\t\n\r"), max_size=40)
line = st.text(st.characters(exclude_categories=("Cs", "Cc")), max_size=40)
full_line = line.filter(bool)
names = st.from_regex(r"[a-z0-9]([a-z0-9-]{0,8}[a-z0-9])?", fullmatch=True)
ids = st.from_regex(r"(vsw|sg|eip|rg|imc|cbwp)-[a-z0-9]{1,12}", fullmatch=True)
regions = st.sampled_from(["cn-hangzhou", "cn-beijing", "ap-southeast-1"])
ports = st.integers(limits.PORT_MIN, limits.PORT_MAX)
seconds = st.integers(1, limits.SECONDS_MAX)
host_names = st.from_regex(r"[a-z0-9]{1,8}(\.[a-z0-9]{1,8}){1,2}", fullmatch=True)
registry_hosts = st.builds(
    lambda host, port: f"{host}.example{port}", host_names, st.just("") | ports.map(lambda port: f":{port}")
)
addresses = st.ip_addresses().map(str).filter(lambda text: "%" not in text)
relative_paths = st.lists(st.text(ALPHANUMERIC, min_size=1, max_size=5), min_size=1, max_size=3).map("/".join)
paths = relative_paths.map(lambda text: f"/{text}")
modes = st.just("") | st.from_regex(r"0[0-7]{3}", fullmatch=True)
flags = st.booleans()
arns = st.from_regex(r"acs:ram::[0-9]{16}:role/[a-z0-9-]{1,8}", fullmatch=True)


def amounts(most: str, places: int = limits.DECIMAL_PLACES) -> SearchStrategy[Decimal]:
    return st.decimals(Decimal(10) ** -places, Decimal(most), allow_nan=False, allow_infinity=False, places=places)


def tuples(item: SearchStrategy[Any], most: int = 2, unique_by: Any = None) -> SearchStrategy[tuple[Any, ...]]:
    return st.lists(item, max_size=most, unique_by=unique_by).map(tuple)


def choices(kind: type) -> SearchStrategy[str]:
    return st.just("") | st.sampled_from([str(item) for item in kind])  # type: ignore[attr-defined]


# Container addresses; made from their parts, so that every shape of the grammar turns up.
components = st.from_regex(r"[a-z0-9]{1,4}((\.|_|__|-{1,3})[a-z0-9]{1,4})?", fullmatch=True)
tags = st.from_regex(r"[A-Za-z0-9_][A-Za-z0-9_.-]{0,12}", fullmatch=True)
digests = st.from_regex(r"sha256:[0-9a-f]{64}|sha512:[0-9a-f]{128}|sha384:[0-9a-f]{96}", fullmatch=True)
image_hosts = (
    registry_hosts
    | st.sampled_from(["localhost", "Registry", "docker.io", "index.docker.io", "192.168.1.9:5000", "harbor:80"])
    | st.sampled_from(["registry-vpc.cn-hangzhou.aliyuncs.com", "crpi-a1.cn-beijing.personal.cr.aliyuncs.com"])
)


@st.composite
def image_texts(draw: st.DrawFn) -> str:
    host = draw(st.just("") | image_hosts.map(lambda text: f"{text}/"))
    first = draw(components.filter(lambda text: host or ("." not in text and text != "localhost")))
    rest = draw(st.lists(components, max_size=2))
    tag = draw(st.just("") | tags.map(lambda text: f":{text}"))
    digest = draw(st.just("") | digests.map(lambda text: f"@{text}"))
    return host + "/".join([first, *rest]) + tag + digest


environment_values = st.text(
    st.characters(exclude_categories=("Cs", "Cc")) | st.sampled_from("\t\n"), max_size=limits.ENVIRONMENT_VALUE_MAX
)
environment_keys = st.from_regex(r"[A-Za-z_][A-Za-z0-9_]{0,12}", fullmatch=True)
environment_vars = st.builds(
    spec.EnvironmentVar, environment_keys, environment_values | environment_values.map(Secret)
) | st.builds(spec.EnvironmentVar, environment_keys, field_path=st.just("status.podIP"))

headers = st.builds(spec.HttpHeader, full_line, line)
probe_actions = st.one_of(
    st.fixed_dictionaries({"http_get": st.builds(spec.HttpGet, ports, line, choices(spec.Scheme))}),
    st.fixed_dictionaries({"tcp_socket": st.builds(spec.TcpSocket, ports)}),
    st.fixed_dictionaries({"exec_commands": st.lists(lines, min_size=1, max_size=3).map(tuple)}),
)
handler_actions = st.one_of(
    st.fixed_dictionaries(
        {"http_get": st.builds(spec.HttpGet, ports, line, choices(spec.Scheme), line, tuples(headers))}
    ),
    st.fixed_dictionaries({"tcp_socket": st.builds(spec.TcpSocket, ports, line)}),
    st.fixed_dictionaries({"exec_commands": st.lists(lines, min_size=1, max_size=3).map(tuple)}),
)


@st.composite
def probes(draw: st.DrawFn) -> spec.Probe:
    numbers: SearchStrategy[dict[str, Any]] = st.fixed_dictionaries(
        {},
        optional={
            "initial_delay_seconds": st.integers(0, limits.SECONDS_MAX),
            "period_seconds": seconds,
            "timeout_seconds": seconds,
            "success_threshold": st.just(1),
            "failure_threshold": seconds,
        },
    )
    return spec.Probe(**draw(probe_actions), **draw(numbers))


handlers = handler_actions.map(lambda action: spec.LifecycleHandler(**action))
user_ids = st.none() | st.integers(1, limits.USER_ID_MAX)
capabilities = tuples(st.sampled_from(["NET_ADMIN", "NET_RAW", "SYS_PTRACE"]), unique_by=lambda word: word)


# Strategies are built once, over a fixed set of volume names; a group then keeps the mounts of the volumes it has.
VOLUME_NAMES = ("data", "logs", "config-1")

volume_mounts = st.builds(
    spec.VolumeMount,
    st.sampled_from(VOLUME_NAMES),
    paths,
    st.just("") | relative_paths,
    flags,
    choices(spec.MountPropagation),
)
# Optional fields that containers and init containers share.
parts: dict[str, SearchStrategy[Any]] = {
    "name": st.just("unnamed"),
    "image": image_texts(),
    "image_pull_policy": choices(spec.ImagePullPolicy),
    "cpu": st.none() | amounts("1"),
    "memory_gib": st.none() | amounts("1"),
    "gpu": st.none() | st.integers(1, limits.GPU_MAX),
    "working_dir": st.just("") | paths,
    "commands": tuples(lines),
    "args": tuples(lines),
    "environment_vars": tuples(environment_vars, unique_by=lambda item: item.key),
    "ports": tuples(
        st.builds(spec.ContainerPort, ports, st.sampled_from(["TCP", "UDP"])),
        unique_by=lambda item: (item.port, item.protocol),
    ),
    "volume_mounts": tuples(volume_mounts, unique_by=lambda item: item.mount_path),
    "termination_message_path": st.just("") | paths,
    "termination_message_policy": choices(spec.TerminationMessagePolicy),
}
containers = st.builds(
    spec.Container,
    **parts,
    security_context=st.builds(
        spec.SecurityContext, capabilities, flags, user_ids, user_ids, run_as_non_root=flags, privileged=flags
    ),
    liveness_probe=st.none() | probes(),
    readiness_probe=st.none() | probes(),
    lifecycle_post_start=st.none() | handlers,
    lifecycle_pre_stop=st.none() | handlers,
    stdin=st.just(True),
    stdin_once=flags,
    tty=flags,
    environment_var_hide=flags,
)
init_containers = st.builds(
    spec.InitContainer, **parts, security_context=st.builds(spec.SecurityContext, capabilities, flags, user_ids)
)
AnyContainer = TypeVar("AnyContainer", spec.Container, spec.InitContainer)


def fitted(container: AnyContainer, name: str, volume_names: Collection[str]) -> AnyContainer:
    mounts = tuple(mount for mount in container.volume_mounts if mount.name in volume_names)
    return replace(container, name=name, volume_mounts=mounts)


@st.composite
def flex_volumes(draw: st.DrawFn, name: str) -> spec.FlexVolume:
    plain = draw(st.dictionaries(st.sampled_from(["bucket", "url", "path", "otherOpts", "akId"]), line, max_size=3))
    options = [spec.FlexVolumeOption(key, value) for key, value in plain.items()]
    if draw(flags):
        options.append(spec.FlexVolumeOption("akSecret", Secret(draw(line))))
    driver = draw(st.sampled_from([str(item) for item in spec.FlexDriver]))
    return spec.FlexVolume(name, driver, draw(st.sampled_from(["", "ext4"])), tuple(options))


config_files = st.builds(spec.ConfigFile, relative_paths, lines.map(Secret), modes)


def volumes(name: str) -> SearchStrategy[Any]:
    own = st.just(name)
    return st.one_of(
        st.builds(spec.EmptyDirVolume, own, choices(spec.Medium), st.sampled_from(["", "256Mi", "1.5Gi"])),
        st.builds(spec.NFSVolume, own, host_names, paths, flags),
        st.builds(
            spec.ConfigFileVolume,
            own,
            st.lists(config_files, min_size=1, max_size=3, unique_by=lambda item: item.path).map(tuple),
            modes,
        ),
        flex_volumes(name),
        st.builds(spec.HostPathVolume, own, paths, st.sampled_from(["", "Directory"])),
        st.builds(spec.DiskVolume, own, ids, st.sampled_from(["", "ext4"]), st.none() | st.integers(1, 100)),
    )


volumes_by_name = {name: volumes(name) for name in VOLUME_NAMES}

user_names = st.text(st.characters(exclude_categories=("Cs", "Cc"), exclude_characters=":"), min_size=1, max_size=20)
passwords = st.text(min_size=1, max_size=30).map(lambda text: Secret(text.translate({10: "", 13: "", 0: ""}) or "%0d"))
credentials = st.builds(spec.ImageRegistryCredential, registry_hosts, user_names, passwords)
acr_registry_infos = st.builds(
    spec.AcrRegistryInfo,
    instance_id=st.from_regex(r"cri-[a-z0-9]{4,10}", fullmatch=True),
    instance_name=st.just("") | names,
    region_id=st.just("") | regions,
    domains=tuples(registry_hosts),
) | st.builds(spec.AcrRegistryInfo, arn_service=arns, arn_user=st.just("") | arns)
dns_configs = st.builds(
    spec.DnsConfig,
    st.lists(addresses, min_size=1, max_size=2).map(tuple),
    tuples(host_names, unique_by=lambda word: word),
    tuples(st.builds(spec.DnsOption, full_line, line)),
)
host_aliases = st.builds(
    spec.HostAlias, addresses, st.lists(host_names, min_size=1, max_size=3, unique=True).map(tuple)
)
group_tags = st.builds(spec.Tag, full_line.filter(lambda text: not limits.TAG_KEY_RESERVED.fullmatch(text)), line)
sysctls = tuples(
    st.builds(spec.Sysctl, st.sampled_from(["kernel.sem", "net.core.somaxconn"]), full_line),
    unique_by=lambda item: item.name,
)
network_fields: dict[str, SearchStrategy[Any]] = {
    "region_id": regions,
    "zone_id": st.sampled_from(["", "cn-hangzhou-b"]),
    "vswitch_ids": tuples(ids, unique_by=lambda word: word),
    "security_group_id": st.just("") | ids,
    "schedule_strategy": choices(spec.ScheduleStrategy),
    "private_ip_address": st.just("") | st.ip_addresses(v=4).map(str),
    "ipv6_address_count": st.none() | st.just(1),
}
size_fields: dict[str, SearchStrategy[Any]] = {
    "container_group_name": st.from_regex(r"[a-z0-9][a-z0-9-]{0,20}[a-z0-9]", fullmatch=True),
    "restart_policy": choices(spec.RestartPolicy),
    "instance_type": st.sampled_from(["", "ecs.c6.large", "2-4Gi,ecs.g6.xlarge"]),
    "auto_match_image_cache": flags,
    "image_snapshot_id": st.just("") | ids,
    "ephemeral_storage_gib": st.none() | st.integers(0, limits.EPHEMERAL_STORAGE_GIB_MAX),
}
market_fields: SearchStrategy[dict[str, Any]] = st.one_of(
    st.fixed_dictionaries({"compute_categories": st.sampled_from([("economy",), ("economy", "general")])}),
    st.fixed_dictionaries({"spot_strategy": st.just("SpotAsPriceGo"), "cpu_architecture": st.just("ARM64")}),
    st.fixed_dictionaries(
        {
            "spot_strategy": st.just("SpotWithPriceLimit"),
            "spot_price_limit": amounts("9", limits.SPOT_PRICE_DECIMAL_PLACES),
            "spot_duration_hours": st.none() | st.integers(0, 1),
        }
    ),
)
eip_fields: SearchStrategy[dict[str, Any]] = st.one_of(
    st.just({}),
    st.fixed_dictionaries({"eip_instance_id": ids}),
    st.fixed_dictionaries(
        {
            "auto_create_eip": st.just(True),
            "eip_bandwidth_mbps": st.none() | st.integers(0, limits.EIP_BANDWIDTH_MBPS_MAX),
            "eip_isp": choices(spec.EipIsp),
            "eip_common_bandwidth_package": st.just("") | ids,
        }
    ),
)
other_fields: dict[str, SearchStrategy[Any]] = {
    "image_registry_credentials": tuples(credentials, unique_by=lambda item: item.server.lower()),
    "acr_registry_infos": tuples(acr_registry_infos),
    "plain_http_registries": tuples(registry_hosts, unique_by=lambda word: word),
    "insecure_registries": tuples(registry_hosts, unique_by=lambda word: word),
    "ram_role_name": st.just("") | names,
    "resource_group_id": st.just("") | ids,
    "tags": tuples(group_tags, unique_by=lambda item: item.key),
    "dns_config": st.just(spec.DnsConfig()) | dns_configs,
    "host_aliases": tuples(host_aliases),
    "host_name": st.just("") | host_names,
    "ntp_servers": tuples(host_names, unique_by=lambda word: word),
    "termination_grace_period_seconds": st.none() | st.integers(0, 600),
    "active_deadline_seconds": st.none() | seconds,
    "max_pending_minutes": st.none() | st.integers(limits.PENDING_MINUTES_MIN, limits.PENDING_MINUTES_MAX),
    "ingress_bandwidth": st.none() | st.integers(0, limits.BANDWIDTH_MAX),
    "egress_bandwidth": st.none() | st.integers(0, limits.BANDWIDTH_MAX),
    "core_pattern": st.sampled_from(["", "/pod/data/dump/core.%p"]),
    "share_process_namespace": flags,
    "sysctls": sysctls,
    "host_sysctls": sysctls,
}


group_fields = st.fixed_dictionaries({**network_fields, **size_fields, **other_fields})
# At least the sum of what the containers may ask for; within what the economy category sells.
sizes: SearchStrategy[dict[str, Any]] = st.just({}) | st.just({"cpu": Decimal("4.50"), "memory_gib": Decimal(8)})


@st.composite
def groups(draw: st.DrawFn) -> spec.ContainerGroupSpec:
    """Any spec: every field of it now and then."""
    volume_names = draw(st.lists(st.sampled_from(VOLUME_NAMES), max_size=3, unique=True))
    own = draw(st.lists(names, min_size=1, max_size=3, unique=True))
    first_init = draw(st.integers(1, len(own)))
    values: dict[str, Any] = {**draw(group_fields), **draw(market_fields), **draw(eip_fields), **draw(sizes)}
    values["dns_policy"] = draw(st.sampled_from(["", "Default"] + ["None"] * bool(values["dns_config"].name_servers)))
    return spec.ContainerGroupSpec(
        **values,
        volumes=tuple(draw(volumes_by_name[name]) for name in volume_names),
        containers=tuple(fitted(draw(containers), name, volume_names) for name in own[:first_init]),
        init_containers=tuple(fitted(draw(init_containers), name, volume_names) for name in own[first_init:]),
    )
