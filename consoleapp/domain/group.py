"""ContainerGroupSpec: everything CreateContainerGroup is asked for. A spec that exists may be sent.

Containers, volumes, registry access, the host's names and the words to choose from have modules of their own, what few
people need is declared in ``expert.py``; what several fields say together stands in ``rules.py``. Not covered, because
no page asks for them: Windows, GPU drivers, CPU options, the data cache, addresses that outlive a group, image
acceleration, overhead reservation.

Source of the wire names: the vendor's OpenAPI metadata of Eci 2018-08-08 (2024-07), MaxPendingMinute from the metadata
of 2026-04. Spellings that break the vendor's own rule are marked ``# vendor:``.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Annotated, ClassVar, Final

from consoleapp.domain import expert, limits
from consoleapp.domain.choices import (
    ComputeCategory,
    CpuArchitecture,
    DnsPolicy,
    RestartPolicy,
    ScheduleStrategy,
    SpotStrategy,
)
from consoleapp.domain.container import Container, ContainerParts, InitContainer
from consoleapp.domain.errors import Reason, _
from consoleapp.domain.host import ETC_HOSTS, DnsConfig, HostAlias, Sysctl, Tag
from consoleapp.domain.kinds import (
    FLAG,
    HOST_NAME,
    ID,
    REGION,
    SECONDS,
    SECONDS_OR_NONE,
    Choice,
    Many,
    Matching,
    Number,
    One,
    RegistryHost,
    Whole,
)
from consoleapp.domain.registry import AcrRegistryInfo, ImageRegistryCredential
from consoleapp.domain.rules import check_group
from consoleapp.domain.schema import Alternatives, Case, Field, Record
from consoleapp.domain.typed import ENTRIES
from consoleapp.domain.validation import Problems
from consoleapp.domain.volume import VOLUME_KINDS, Volume, VolumeKinds

_EIP_BANDWIDTH: Final = str(limits.EIP_BANDWIDTH_MBPS_DEFAULT)
_GROUP_NAME: Final = Matching(limits.GROUP_NAME, Reason.GROUP_NAME_FORMAT)
_REGISTRIES: Final = Many(RegistryHost(), limits.REGISTRIES_MAX, ENTRIES, unique=(), commas=True, ignores_case=True)
_NO_DNS: Final = DnsConfig()


@dataclass(frozen=True, kw_only=True)
class ContainerGroupSpec(Record):
    """What is asked for, in the order of the wizard. None, "", False and () are not sent: the cloud's default holds."""

    # Region and network
    region_id: Annotated[str, Field("RegionId", REGION, _("Region"), at="network", width="m")]
    zone_id: Annotated[str, expert.ZONE_ID] = ""
    # vendor: several ids in one parameter, separated by commas.
    vswitch_ids: Annotated[
        tuple[str, ...],
        Field(
            "VSwitchId",
            Many(ID, limits.VSWITCHES_MAX, unique=(), commas=True),
            _("vSwitches"),
            at="network",
            wanted=True,
            hint=_("One or more of the VPC, in different zones if you like. The group runs in one of them."),
        ),
    ] = ()
    security_group_id: Annotated[
        str, Field("SecurityGroupId", ID, _("Security group"), at="network", width="m", wanted=True)
    ] = ""
    schedule_strategy: Annotated[
        str,
        Field(
            "ScheduleStrategy",
            Choice(ScheduleStrategy, _("Cloud's default")),
            _("Choice among vSwitches"),
            at="advanced",
        ),
    ] = ""
    private_ip_address: Annotated[str, expert.PRIVATE_IP_ADDRESS] = ""
    ipv6_address_count: Annotated[int | None, expert.IPV6_ADDRESS_COUNT] = None
    # Container group
    container_group_name: Annotated[
        str,
        Field(
            "ContainerGroupName",
            _GROUP_NAME,
            _("Name"),
            at="group",
            width="m",
            hint=_("2 to 128 characters: a–z, 0–9, hyphen inside."),
        ),
    ]
    restart_policy: Annotated[
        str,
        Field(
            "RestartPolicy",
            Choice(RestartPolicy),
            _("Restart policy"),
            at="policy",
            initial="Always",
            wanted=True,
            hint=_("What happens to a container that has ended."),
        ),
    ] = ""
    cpu: Annotated[
        Decimal | None, Field("Cpu", Number(limits.CPU_MAX), _("vCPU"), at="sizes", initial="2", wanted=True)
    ] = None
    memory_gib: Annotated[
        Decimal | None,
        Field("Memory", Number(limits.MEMORY_GIB_MAX), _("Memory"), at="sizes", initial="4", wanted=True),
    ] = None
    instance_type: Annotated[str, expert.INSTANCE_TYPE] = ""
    compute_categories: Annotated[
        tuple[str, ...],
        Field(
            "ComputeCategory",
            Many(Choice(ComputeCategory), unique=()),
            _("Compute category"),
            at="policy",
            hint=_("None chosen: the cloud decides. Both: they are tried in the order shown."),
        ),
    ] = ()
    cpu_architecture: Annotated[
        str,
        Field(
            "CpuArchitecture",
            Choice(CpuArchitecture, "AMD64", (CpuArchitecture.ARM64,)),
            _("CPU architecture"),
            at="architecture",
            hint=_("All images of the group must be made for it. ARM64 has no compute categories."),
        ),
    ] = ""
    spot_strategy: Annotated[str, expert.SPOT_STRATEGY] = ""
    spot_price_limit: Annotated[Decimal | None, expert.SPOT_PRICE_LIMIT] = None
    spot_duration_hours: Annotated[int | None, expert.SPOT_DURATION_HOURS] = None
    # Advanced
    auto_match_image_cache: Annotated[
        bool,
        Field(
            "AutoMatchImageCache",
            FLAG,
            _("Image cache"),
            at="advanced",
            initial=True,
            says=_("Match an image cache automatically"),
        ),
    ] = False
    image_snapshot_id: Annotated[str, expert.IMAGE_SNAPSHOT_ID] = ""
    ephemeral_storage_gib: Annotated[
        int | None,
        Field(
            "EphemeralStorage",
            Whole(0, limits.EPHEMERAL_STORAGE_GIB_MAX),
            _("Extra ephemeral storage"),
            at="advanced",
            width="s",
            unit="GiB",
            hint=_("Added to the 30 GiB that cost nothing; up to 5000. An image needs about twice its size."),
        ),
    ] = None
    volumes: Annotated[
        tuple[Volume, ...],
        Field(
            "Volume",
            Many(VolumeKinds("Type", VOLUME_KINDS), limits.VOLUMES_MAX, unique=("name",)),
            _("Volumes"),
            at="volumes",
        ),
    ] = ()
    containers: Annotated[
        tuple[Container, ...],
        Field("Container", Many(One(Container)), _("Containers"), keeps_empty=True, at="containers"),
    ]
    init_containers: Annotated[
        tuple[InitContainer, ...],
        Field("InitContainer", Many(One(InitContainer)), _("Init containers"), at="containers"),
    ] = ()
    # Elastic IP
    eip_instance_id: Annotated[str, Field("EipInstanceId", ID, _("Unbound Elastic IP"), at="eip", width="l")] = ""
    auto_create_eip: Annotated[bool, Field("AutoCreateEip", FLAG)] = False
    eip_bandwidth_mbps: Annotated[
        int | None,
        Field(
            "EipBandwidth",
            Whole(0, limits.EIP_BANDWIDTH_MBPS_MAX),
            _("Peak bandwidth"),
            at="eip",
            width="s",
            unit="Mbit/s",
            initial=_EIP_BANDWIDTH,
            otherwise=_EIP_BANDWIDTH,
            hint=_("For a new Elastic IP."),
        ),
    ] = None
    eip_isp: Annotated[str, expert.EIP_ISP] = ""
    eip_common_bandwidth_package: Annotated[str, expert.EIP_COMMON_BANDWIDTH_PACKAGE] = ""
    # Registry access
    image_registry_credentials: Annotated[
        tuple[ImageRegistryCredential, ...],
        Field(
            "ImageRegistryCredential",
            Many(One(ImageRegistryCredential), limits.REGISTRY_CREDENTIALS_MAX, unique=("server",), ignores_case=True),
            _("Image repository credentials"),
            at="credentials",
        ),
    ] = ()
    acr_registry_infos: Annotated[
        tuple[AcrRegistryInfo, ...],
        Field(
            "AcrRegistryInfo",
            Many(One(AcrRegistryInfo), limits.ACR_REGISTRY_INFOS_MAX, drops_blank=True),
            _("Pull without a secret"),
            at="acr",
        ),
    ] = ()
    # vendor: singular names, several hosts separated by commas.
    plain_http_registries: Annotated[
        tuple[str, ...],
        Field(
            "PlainHttpRegistry",
            _REGISTRIES,
            _("Registries on plain HTTP"),
            at="plain_http",
            width="l",
            example="registry.example.com:5000",
            hint=_("Host, with its port when the image address has one; one a line. Passwords travel unencrypted."),
        ),
    ] = ()
    insecure_registries: Annotated[
        tuple[str, ...],
        Field(
            "InsecureRegistry",
            _REGISTRIES,
            _("Registries with a self-issued certificate"),
            at="insecure",
            width="l",
            example="registry.example.com:5000",
            hint=_("Host, with its port when the image address has one; one a line. Their certificate is not checked."),
        ),
    ] = ()
    # Other settings
    ram_role_name: Annotated[
        str,
        Field(
            "RamRoleName",
            Matching(limits.ROLE_NAME, Reason.ROLE_NAME_FORMAT),
            _("RAM role"),
            at="role",
            width="m",
            example="my-instance-role",
            hint=_("Lets the containers call the cloud without an AccessKey."),
        ),
    ] = ""
    resource_group_id: Annotated[
        str,
        Field(
            "ResourceGroupId",
            ID,
            _("Resource group"),
            at="role",
            width="m",
            example="rg-…",
            hint=_("The account's default group when left empty."),
        ),
    ] = ""
    tags: Annotated[
        tuple[Tag, ...],
        Field("Tag", Many(One(Tag), limits.TAGS_MAX, unique=("key",), drops_blank=True), _("Tags"), at="tags"),
    ] = ()
    dns_policy: Annotated[
        str, Field("DnsPolicy", Choice(DnsPolicy, _("Of the VPC"), (DnsPolicy.NONE,)), _("DNS policy"), at="names")
    ] = ""
    dns_config: Annotated[DnsConfig, Field("DnsConfig", One(DnsConfig), _("DNS"), at="names")] = _NO_DNS
    # vendor: HostAliase.
    host_aliases: Annotated[
        tuple[HostAlias, ...],
        Field(
            "HostAliase",
            Many(One(HostAlias), limits.HOST_ALIASES_MAX, ETC_HOSTS),
            _("Host aliases"),
            at="names",
            width="l",
            example="10.0.0.8 db db.internal",
            hint=_("As in /etc/hosts: an address, then its names; one address a line."),
        ),
    ] = ()
    host_name: Annotated[str, Field("HostName", HOST_NAME, _("Host name"), at="names", width="m")] = ""
    ntp_servers: Annotated[
        tuple[str, ...],
        Field(
            "NtpServer",
            Many(HOST_NAME, limits.NTP_SERVERS_MAX, ENTRIES, unique=()),
            _("NTP servers"),
            at="names",
            width="l",
            example="ntp.cloud.aliyuncs.com",
            hint=_("One a line, at most 20."),
        ),
    ] = ()
    termination_grace_period_seconds: Annotated[
        int | None,
        Field(
            "TerminationGracePeriodSeconds",
            SECONDS_OR_NONE,
            _("Termination grace period"),
            at="times",
            width="s",
            unit=_("seconds"),
            example="30",
            hint=_("Between the request to stop and the kill."),
        ),
    ] = None
    active_deadline_seconds: Annotated[
        int | None,
        Field(
            "ActiveDeadlineSeconds",
            SECONDS,
            _("Active deadline"),
            at="times",
            width="s",
            unit=_("seconds"),
            hint=_("The group is ended after this time, whatever it does. Empty: never."),
        ),
    ] = None
    max_pending_minutes: Annotated[
        int | None,
        Field(
            "MaxPendingMinute",
            Whole(limits.PENDING_MINUTES_MIN, limits.PENDING_MINUTES_MAX),
            _("Maximum pending time"),
            at="times",
            width="s",
            unit=_("minutes"),
            example=str(limits.PENDING_MINUTES_DEFAULT),
            hint=_("How long it may wait, billed, for example for an image that cannot be pulled. 10 to 1440."),
        ),
    ] = None
    ingress_bandwidth: Annotated[int | None, expert.INGRESS_BANDWIDTH] = None
    egress_bandwidth: Annotated[int | None, expert.EGRESS_BANDWIDTH] = None
    core_pattern: Annotated[str, expert.CORE_PATTERN] = ""
    share_process_namespace: Annotated[bool, expert.SHARE_PROCESS_NAMESPACE] = False
    sysctls: Annotated[tuple[Sysctl, ...], expert.SYSCTLS] = ()
    host_sysctls: Annotated[tuple[Sysctl, ...], expert.HOST_SYSCTLS] = ()

    one_of: ClassVar[Alternatives] = Alternatives(
        "eip",
        _("Elastic IP"),
        (
            Case("none", _("None")),
            Case(
                "create",
                _("Create one"),
                ("eip_bandwidth_mbps",),
                (("auto_create_eip", True),),
                optional=("eip_isp", "eip_common_bandwidth_package"),
            ),
            Case("existing", _("Use an unbound one"), ("eip_instance_id",)),
        ),
        at="eip",
        hint=_("A new one is made with the group, billed by traffic, and goes with the group."),
    )

    def rules(self, problems: Problems) -> None:
        check_group(self, problems)

    @property
    def all_containers(self) -> Iterator[tuple[str, ContainerParts]]:
        """Yield (path, container) of every container, then of every init container."""
        for index, container in enumerate(self.containers):
            yield f"containers.{index}", container
        for index, init_container in enumerate(self.init_containers):
            yield f"init_containers.{index}", init_container

    @property
    def is_spot(self) -> bool:
        return self.spot_strategy not in ("", SpotStrategy.NO_SPOT)

    @property
    def has_eip(self) -> bool:
        return self.auto_create_eip or bool(self.eip_instance_id)
