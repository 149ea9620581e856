"""ContainerGroupSpec: everything CreateContainerGroup is asked for. A spec that exists may be sent.

Containers, volumes, registry access, the host's names and the words to choose from have modules of their own and are
offered here too. Not covered, because no page asks for them: Windows, GPU drivers, CPU options, the data cache, fixed
addresses, image acceleration, overhead reservation. Wire names are not here (``wire.py``). Source: the vendor's OpenAPI
metadata of Eci 2018-08-08.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from functools import partial

from consoleapp.domain import limits
from consoleapp.domain.checks import Problems
from consoleapp.domain.choices import (
    CATEGORY_CPU,
    ComputeCategory,
    CpuArchitecture,
    DnsPolicy,
    EipIsp,
    FlexDriver,
    ImagePullPolicy,
    Medium,
    MountPropagation,
    Protocol,
    RestartPolicy,
    ScheduleStrategy,
    Scheme,
    SpotStrategy,
    TerminationMessagePolicy,
)
from consoleapp.domain.container import (
    Container,
    ContainerParts,
    ContainerPort,
    EnvironmentVar,
    HttpGet,
    HttpHeader,
    InitContainer,
    LifecycleHandler,
    Probe,
    SecurityContext,
    TcpSocket,
    VolumeMount,
)
from consoleapp.domain.errors import Reason
from consoleapp.domain.host import DnsConfig, DnsOption, HostAlias, Sysctl, Tag
from consoleapp.domain.image import parse_registry_host
from consoleapp.domain.registry import AcrRegistryInfo, ImageRegistryCredential
from consoleapp.domain.sizes import DEFAULT_CPU, DEFAULT_MEMORY_GIB
from consoleapp.domain.volume import (
    ConfigFile,
    ConfigFileVolume,
    DiskVolume,
    EmptyDirVolume,
    FlexVolume,
    FlexVolumeOption,
    HostPathVolume,
    NFSVolume,
    Volume,
)

__all__ = [
    "AcrRegistryInfo",
    "ComputeCategory",
    "ConfigFile",
    "ConfigFileVolume",
    "Container",
    "ContainerGroupSpec",
    "ContainerParts",
    "ContainerPort",
    "CpuArchitecture",
    "DiskVolume",
    "DnsConfig",
    "DnsOption",
    "DnsPolicy",
    "EipIsp",
    "EmptyDirVolume",
    "EnvironmentVar",
    "FlexDriver",
    "FlexVolume",
    "FlexVolumeOption",
    "HostAlias",
    "HostPathVolume",
    "HttpGet",
    "HttpHeader",
    "ImagePullPolicy",
    "ImageRegistryCredential",
    "InitContainer",
    "LifecycleHandler",
    "Medium",
    "MountPropagation",
    "NFSVolume",
    "Probe",
    "Protocol",
    "RestartPolicy",
    "ScheduleStrategy",
    "Scheme",
    "SecurityContext",
    "SpotStrategy",
    "Sysctl",
    "Tag",
    "TcpSocket",
    "TerminationMessagePolicy",
    "Volume",
    "VolumeMount",
]


# Keeps a container out of the size of the group. Source: the vendor's page on resource adjustment.
RESOURCE_IGNORE = EnvironmentVar("__ECI_RESOURCE_IGNORE__", "TRUE")


@dataclass(frozen=True, kw_only=True)
class ContainerGroupSpec:
    """What is asked for, in the order of the wizard. None, "", False and () are not sent: the cloud's default holds."""

    # Region and network
    region_id: str
    zone_id: str = ""
    vswitch_ids: tuple[str, ...] = ()
    security_group_id: str = ""
    schedule_strategy: str = ""
    private_ip_address: str = ""
    ipv6_address_count: int | None = None
    # Container group
    container_group_name: str
    restart_policy: str = ""
    cpu: Decimal | None = None
    memory_gib: Decimal | None = None
    instance_type: str = ""
    compute_categories: tuple[str, ...] = ()
    cpu_architecture: str = ""
    spot_strategy: str = ""
    spot_price_limit: Decimal | None = None
    spot_duration_hours: int | None = None
    # Advanced
    auto_match_image_cache: bool = False
    image_snapshot_id: str = ""
    ephemeral_storage_gib: int | None = None
    volumes: tuple[Volume, ...] = ()
    containers: tuple[Container, ...]
    init_containers: tuple[InitContainer, ...] = ()
    # Elastic IP
    eip_instance_id: str = ""
    auto_create_eip: bool = False
    eip_bandwidth_mbps: int | None = None
    eip_isp: str = ""
    eip_common_bandwidth_package: str = ""
    # Registry access
    image_registry_credentials: tuple[ImageRegistryCredential, ...] = ()
    acr_registry_infos: tuple[AcrRegistryInfo, ...] = ()
    plain_http_registries: tuple[str, ...] = ()
    insecure_registries: tuple[str, ...] = ()
    # Other settings
    ram_role_name: str = ""
    resource_group_id: str = ""
    tags: tuple[Tag, ...] = ()
    dns_policy: str = ""
    dns_config: DnsConfig = field(default_factory=DnsConfig)
    host_aliases: tuple[HostAlias, ...] = ()
    host_name: str = ""
    ntp_servers: tuple[str, ...] = ()
    termination_grace_period_seconds: int | None = None
    active_deadline_seconds: int | None = None
    max_pending_minutes: int | None = None
    # No unit in the name: the vendor's manual says bytes/s in Chinese and bit/s in English.
    ingress_bandwidth: int | None = None
    egress_bandwidth: int | None = None
    core_pattern: str = ""
    share_process_namespace: bool = False
    sysctls: tuple[Sysctl, ...] = ()
    host_sysctls: tuple[Sysctl, ...] = ()

    def __post_init__(self) -> None:
        problems = Problems()
        _check_network(self, problems)
        _check_size(self, problems)
        _check_containers(self, problems)
        _check_volumes(self, problems)
        _check_eip(self, problems)
        _check_registries(self, problems)
        _check_other(self, problems)
        problems.raise_any()

    @property
    def all_containers(self) -> Iterator[tuple[str, ContainerParts]]:
        """(path, container) of every container, then of every init container."""
        for index, container in enumerate(self.containers):
            yield f"containers.{index}", container
        for index, init_container in enumerate(self.init_containers):
            yield f"init_containers.{index}", init_container

    @property
    def has_eip(self) -> bool:
        return self.auto_create_eip or bool(self.eip_instance_id)

    @property
    def requested_size(self) -> tuple[Decimal, Decimal] | None:
        """(vCPU, GiB) to be rounded up to a sold size; None when instance types decide."""
        if self.instance_type:
            return None
        if self.cpu is not None and self.memory_gib is not None:
            return self.cpu, self.memory_gib
        counted = [container for container in self.containers if RESOURCE_IGNORE not in container.environment_vars]
        cpu = sum((container.cpu or Decimal(0) for container in counted), Decimal(0))
        memory_gib = sum((container.memory_gib or Decimal(0) for container in counted), Decimal(0))
        return cpu or DEFAULT_CPU, memory_gib or DEFAULT_MEMORY_GIB


def _check_network(spec: ContainerGroupSpec, problems: Problems) -> None:
    if problems.required("region_id", spec.region_id):
        problems.matches("region_id", spec.region_id, limits.REGION, Reason.REGION_FORMAT)
    problems.matches("zone_id", spec.zone_id, limits.REGION, Reason.REGION_FORMAT)
    problems.names(
        "vswitch_ids", spec.vswitch_ids, most=limits.VSWITCHES_MAX, pattern=limits.ID, reason=Reason.ID_FORMAT
    )
    problems.matches("security_group_id", spec.security_group_id, limits.ID, Reason.ID_FORMAT)
    problems.choice("schedule_strategy", spec.schedule_strategy, ScheduleStrategy)
    problems.ip_address("private_ip_address", spec.private_ip_address, version=4)
    problems.whole_number("ipv6_address_count", spec.ipv6_address_count, 1, 1)


def _check_size(spec: ContainerGroupSpec, problems: Problems) -> None:
    if problems.required("container_group_name", spec.container_group_name):
        problems.matches("container_group_name", spec.container_group_name, limits.GROUP_NAME, Reason.GROUP_NAME_FORMAT)
    problems.choice("restart_policy", spec.restart_policy, RestartPolicy)
    problems.decimal("cpu", spec.cpu, limits.CPU_MAX)
    problems.decimal("memory_gib", spec.memory_gib, limits.MEMORY_GIB_MAX)
    if spec.cpu is None and spec.memory_gib is not None:
        problems.add(Reason.NEEDS, "memory_gib", other="vCPU")
    if spec.memory_gib is None and spec.cpu is not None:
        problems.add(Reason.NEEDS, "cpu", other="memory")
    types = spec.instance_type.split(",") if spec.instance_type else []
    problems.count("instance_type", types, limits.INSTANCE_TYPES_MAX)
    if not all(limits.INSTANCE_TYPE.fullmatch(word) for word in types):
        problems.add(Reason.INSTANCE_TYPE_FORMAT, "instance_type")
    _check_categories(spec, problems)
    _check_spot(spec, problems)
    problems.matches("image_snapshot_id", spec.image_snapshot_id, limits.ID, Reason.ID_FORMAT)
    problems.whole_number("ephemeral_storage_gib", spec.ephemeral_storage_gib, 0, limits.EPHEMERAL_STORAGE_GIB_MAX)


def _check_categories(spec: ContainerGroupSpec, problems: Problems) -> None:
    problems.choice("cpu_architecture", spec.cpu_architecture, CpuArchitecture)
    for index, category in enumerate(spec.compute_categories):
        if problems.required(f"compute_categories.{index}", category):
            problems.choice(f"compute_categories.{index}", category, ComputeCategory)
    problems.unique((f"compute_categories.{i}", word) for i, word in enumerate(spec.compute_categories))
    if not spec.compute_categories:
        return
    # The cloud answers FeatureBasedConstraintConflict to both.
    if spec.spot_strategy not in ("", SpotStrategy.NO_SPOT):
        problems.add(Reason.CONFLICT, "compute_categories", other="a preemptible instance")
    if spec.cpu_architecture == CpuArchitecture.ARM64:
        problems.add(Reason.CONFLICT, "compute_categories", other="ARM64")
    ranges = [CATEGORY_CPU[category] for category in ComputeCategory if category in spec.compute_categories]
    cpu = _asked_cpu(spec)
    if ranges and cpu is not None and cpu.is_finite():
        least, most = min(low for low, _ in ranges), max(high for _, high in ranges)
        # What containers ask for is rounded up, so it is never too little.
        if cpu > most or (cpu < least and spec.cpu is not None):
            problems.add(Reason.NOT_IN_CATEGORY, "compute_categories", least=f"{least:f}", most=f"{most:f}")


def _asked_cpu(spec: ContainerGroupSpec) -> Decimal | None:
    """The vCPU of the group, of its first instance type, or of its containers; None where none of them says."""
    if spec.cpu is not None:
        return spec.cpu
    if spec.instance_type:
        number = spec.instance_type.split(",")[0].partition("-")[0]
        return Decimal(number) if number.replace(".", "", 1).isdecimal() else None
    asked = [container.cpu for container in spec.containers if container.cpu is not None]
    return sum(asked, Decimal(0)) if asked else None


def _check_spot(spec: ContainerGroupSpec, problems: Problems) -> None:
    problems.choice("spot_strategy", spec.spot_strategy, SpotStrategy)
    problems.decimal("spot_price_limit", spec.spot_price_limit, places=limits.SPOT_PRICE_DECIMAL_PLACES)
    problems.whole_number("spot_duration_hours", spec.spot_duration_hours, 0, limits.SPOT_DURATION_HOURS_MAX)
    limited = spec.spot_strategy == SpotStrategy.SPOT_WITH_PRICE_LIMIT
    if limited and spec.spot_price_limit is None:
        problems.add(Reason.REQUIRED, "spot_price_limit")
    if spec.spot_price_limit is not None and not limited:
        problems.add(Reason.ONLY_WITH, "spot_price_limit", other=SpotStrategy.SPOT_WITH_PRICE_LIMIT)


def _check_containers(spec: ContainerGroupSpec, problems: Problems) -> None:
    if not spec.containers:
        problems.add(Reason.NO_CONTAINER, "containers")
    # The manual limits a group to 20 containers and does not say whether init containers count. We count both
    # together: a group that passes here passes under either reading.
    everyone = list(spec.all_containers)
    if len(everyone) > limits.CONTAINERS_MAX:
        field = "containers" if len(spec.containers) > limits.CONTAINERS_MAX else "init_containers"
        problems.add(Reason.TOO_MANY, field, limit=limits.CONTAINERS_MAX, count=len(everyone))
    problems.unique((f"{path}.name", container.name) for path, container in everyone)
    _check_sums(spec, problems, "cpu", limits.CPU_MAX if spec.cpu is None else spec.cpu)
    _check_sums(spec, problems, "memory_gib", limits.MEMORY_GIB_MAX if spec.memory_gib is None else spec.memory_gib)


def _check_sums(spec: ContainerGroupSpec, problems: Problems, field: str, limit: Decimal) -> None:
    """Containers run at once, so they share the group's size; init containers run one by one before them."""
    if not limit.is_finite():
        return
    total = Decimal(0)
    for index, container in enumerate(spec.containers):
        total += getattr(container, field) or 0
        if total > limit:
            problems.add(Reason.SUM_EXCEEDED, f"containers.{index}.{field}", total=f"{total:f}", limit=f"{limit:f}")
            break
    for index, init_container in enumerate(spec.init_containers):
        asked = getattr(init_container, field) or Decimal(0)
        if asked > limit:
            path = f"init_containers.{index}.{field}"
            problems.add(Reason.SUM_EXCEEDED, path, total=f"{asked:f}", limit=f"{limit:f}")


def _check_volumes(spec: ContainerGroupSpec, problems: Problems) -> None:
    problems.count("volumes", spec.volumes, limits.VOLUMES_MAX)
    problems.unique((f"volumes.{i}.name", volume.name) for i, volume in enumerate(spec.volumes))
    names = {volume.name for volume in spec.volumes}
    for path, container in spec.all_containers:
        for index, mount in enumerate(container.volume_mounts):
            if mount.name not in names:
                problems.add(Reason.UNKNOWN_VOLUME, f"{path}.volume_mounts.{index}.name", name=mount.name)
    size = 0
    for index, volume in enumerate(spec.volumes):
        if isinstance(volume, ConfigFileVolume):
            size += sum(file.size_bytes for file in volume.config_files)
            if size > limits.CONFIG_FILES_BYTES_MAX:
                path = f"volumes.{index}.config_files"
                problems.add(Reason.TOO_LARGE, path, limit=limits.CONFIG_FILES_BYTES_MAX, size=size)
                break


def _check_eip(spec: ContainerGroupSpec, problems: Problems) -> None:
    problems.matches("eip_instance_id", spec.eip_instance_id, limits.ID, Reason.ID_FORMAT)
    if spec.eip_instance_id and spec.auto_create_eip:
        problems.add(Reason.CONFLICT, "eip_instance_id", other="a new Elastic IP")
    problems.whole_number("eip_bandwidth_mbps", spec.eip_bandwidth_mbps, 0, limits.EIP_BANDWIDTH_MBPS_MAX)
    problems.choice("eip_isp", spec.eip_isp, EipIsp)
    package = "eip_common_bandwidth_package"
    problems.matches(package, spec.eip_common_bandwidth_package, limits.ID, Reason.ID_FORMAT)
    if not spec.auto_create_eip:
        for field in ("eip_bandwidth_mbps", "eip_isp", package):
            if getattr(spec, field) not in (None, ""):
                problems.add(Reason.ONLY_WITH, field, other="a new Elastic IP")


def _check_registries(spec: ContainerGroupSpec, problems: Problems) -> None:
    credentials = spec.image_registry_credentials
    problems.count("image_registry_credentials", credentials, limits.REGISTRY_CREDENTIALS_MAX)
    problems.unique(
        (f"image_registry_credentials.{i}.server", item.server.lower()) for i, item in enumerate(credentials)
    )
    problems.count("acr_registry_infos", spec.acr_registry_infos, limits.ACR_REGISTRY_INFOS_MAX)
    for name in ("plain_http_registries", "insecure_registries"):
        hosts: tuple[str, ...] = getattr(spec, name)
        problems.count(name, hosts, limits.REGISTRIES_MAX)
        for index, host in enumerate(hosts):
            if problems.required(f"{name}.{index}", host):
                problems.attempt(f"{name}.{index}", partial(parse_registry_host, host))
        problems.unique((f"{name}.{i}", host.lower()) for i, host in enumerate(hosts))


def _check_other(spec: ContainerGroupSpec, problems: Problems) -> None:
    problems.matches("ram_role_name", spec.ram_role_name, limits.ROLE_NAME, Reason.ROLE_NAME_FORMAT)
    problems.matches("resource_group_id", spec.resource_group_id, limits.ID, Reason.ID_FORMAT)
    problems.count("tags", spec.tags, limits.TAGS_MAX)
    problems.unique((f"tags.{i}.key", tag.key) for i, tag in enumerate(spec.tags))
    _check_names(spec, problems)
    seconds = limits.SECONDS_MAX
    problems.whole_number("termination_grace_period_seconds", spec.termination_grace_period_seconds, 0, seconds)
    problems.whole_number("active_deadline_seconds", spec.active_deadline_seconds, 1, seconds)
    problems.whole_number(
        "max_pending_minutes", spec.max_pending_minutes, limits.PENDING_MINUTES_MIN, limits.PENDING_MINUTES_MAX
    )
    problems.whole_number("ingress_bandwidth", spec.ingress_bandwidth, 0, limits.BANDWIDTH_MAX)
    problems.whole_number("egress_bandwidth", spec.egress_bandwidth, 0, limits.BANDWIDTH_MAX)
    if problems.text("core_pattern", spec.core_pattern) and spec.core_pattern.startswith("|"):
        problems.add(Reason.FORBIDDEN_CHARACTER, "core_pattern", position=0)
    for name in ("sysctls", "host_sysctls"):
        items: tuple[Sysctl, ...] = getattr(spec, name)
        problems.count(name, items, limits.SYSCTLS_MAX)
        problems.unique((f"{name}.{i}.name", item.name) for i, item in enumerate(items))


def _check_names(spec: ContainerGroupSpec, problems: Problems) -> None:
    problems.choice("dns_policy", spec.dns_policy, DnsPolicy)
    if spec.dns_policy == DnsPolicy.NONE and not spec.dns_config.name_servers:
        problems.add(Reason.REQUIRED, "dns_config.name_servers")
    problems.count("host_aliases", spec.host_aliases, limits.HOST_ALIASES_MAX)
    problems.matches("host_name", spec.host_name, limits.HOST_NAME, Reason.HOST_NAME_FORMAT)
    problems.names(
        "ntp_servers",
        spec.ntp_servers,
        most=limits.NTP_SERVERS_MAX,
        pattern=limits.HOST_NAME,
        reason=Reason.HOST_NAME_FORMAT,
    )
