"""What few people need of a container group, declared: preemptible instances, instance types, fixed addresses, line and
bandwidth, kernel settings. The pages fold it away as *Expert*.

Which record has these fields, by which names and in which order is said in ``group.py``. Source of what the hints say:
the vendor's pages on CreateContainerGroup, preemptible instances and billing.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from consoleapp.domain import limits
from consoleapp.domain.choices import EipIsp, SpotStrategy
from consoleapp.domain.errors import Reason, _
from consoleapp.domain.host import SYSCTL_LINES, Sysctl
from consoleapp.domain.kinds import FLAG, ID, REGION, TEXT, Choice, IpAddress, Many, Number, One, Text, Whole
from consoleapp.domain.schema import Field
from consoleapp.domain.secret import Secret
from consoleapp.domain.typed import entries
from consoleapp.domain.validation import Problems


@dataclass(frozen=True)
class InstanceTypes(Text):
    """Types of ECS or pairs such as 2-4Gi, in the order in which they are tried; on the wire with commas between."""

    def parse(self, text: str) -> str:
        return ",".join(entries(text))

    def show(self, value: str) -> str:
        return value.replace(",", ", ")

    def check(self, problems: Problems, path: str, value: str) -> None:
        types = value.split(",") if value else []
        problems.count(path, types, limits.INSTANCE_TYPES_MAX)
        if not all(limits.INSTANCE_TYPE.fullmatch(word) for word in types):
            problems.add(Reason.INSTANCE_TYPE_FORMAT, path)


@dataclass(frozen=True)
class OneOrNone(Whole):
    """The number one or nothing: a box on the pages, because the cloud takes no other number."""

    is_box = True

    def read(self, raw: Mapping[str, Any], name: str, secret: Secret | None = None) -> int | None:
        return 1 if raw.get(name) is True else None

    def write(self, raw: dict[str, Any], name: str, value: int | None) -> None:
        raw[name] = value is not None


_BANDWIDTH: Final = Whole(0, limits.BANDWIDTH_MAX)
_SYSCTLS: Final = Many(One(Sysctl), limits.SYSCTLS_MAX, SYSCTL_LINES, unique=("name",))

# --- Basic Settings

ZONE_ID: Final = Field(
    "ZoneId",
    REGION,
    _("Zone"),
    at="expert",
    width="m",
    example="cn-hangzhou-b",
    hint=_("Only vSwitches of this zone can be used then. Empty: the chosen vSwitch says it."),
)
PRIVATE_IP_ADDRESS: Final = Field(
    "PrivateIpAddress",
    IpAddress(4),
    _("Private address"),
    at="expert",
    width="m",
    example="192.168.0.20",
    hint=_("An IPv4 address of the vSwitch that nobody uses. Empty: any free one."),
)
IPV6_ADDRESS_COUNT: Final = Field(
    "Ipv6AddressCount",
    OneOrNone(1, 1),
    _("IPv6"),
    at="expert",
    says=_("With an IPv6 address; the vSwitch must have IPv6"),
)
INSTANCE_TYPE: Final = Field(
    "InstanceType",
    InstanceTypes(),
    _("Instance types"),
    at="expert",
    width="l",
    example="ecs.c6.large, ecs.g6.large, 2-4Gi",
    hint=_(
        "Types of ECS or pairs of vCPU and GiB, up to 5; tried in this order. They take the place of vCPU and memory "
        "above, and a type is billed at its own price."
    ),
)
SPOT_STRATEGY: Final = Field(
    "SpotStrategy",
    Choice(SpotStrategy, _("No"), (SpotStrategy.SPOT_AS_PRICE_GO, SpotStrategy.SPOT_WITH_PRICE_LIMIT)),
    _("Preemptible instance"),
    at="expert",
    hint=_(
        "Costs less and can be taken away: once its protected time is over, when the market price passes the limit or "
        "the stock runs out. Has no compute category."
    ),
)
SPOT_PRICE_LIMIT: Final = Field(
    "SpotPriceLimit",
    Number(places=limits.SPOT_PRICE_DECIMAL_PLACES),
    _("Price limit"),
    at="expert",
    width="s",
    unit=_("an hour"),
    hint=_("The most that an hour may cost, in the currency of the account; up to 3 decimal places."),
)
SPOT_DURATION_HOURS: Final = Field(
    "SpotDuration",
    Whole(0, limits.SPOT_DURATION_HOURS_MAX),
    _("Protected time"),
    at="expert",
    width="s",
    unit=_("hours"),
    example=str(limits.SPOT_DURATION_HOURS_MAX),
    hint=_("For so long it is not taken away: 1 hour when left empty, 0 for none."),
)
IMAGE_SNAPSHOT_ID: Final = Field(
    "ImageSnapshotId",
    ID,
    _("Image cache by ID"),
    at="expert",
    width="m",
    example="imc-…",
    hint=_("An image cache that is ready. Its images are not pulled."),
)

# --- Other Settings

EIP_ISP: Final = Field(
    # vendor: ISP in capitals here, Eip elsewhere.
    "EipISP",
    Choice(EipIsp, _("Cloud's default")),
    _("Line type"),
    at="eip",
    hint=_("Of a new Elastic IP. The default is BGP; BGP Pro is not sold in every region."),
)
EIP_COMMON_BANDWIDTH_PACKAGE: Final = Field(
    "EipCommonBandwidthPackage",
    ID,
    _("Bandwidth package"),
    at="eip",
    width="m",
    example="cbwp-…",
    hint=_("A shared bandwidth of the same region and line type that the new Elastic IP joins."),
)
INGRESS_BANDWIDTH: Final = Field(
    "IngressBandwidth",
    _BANDWIDTH,
    _("Incoming bandwidth"),
    at="system",
    width="m",
    # No unit: the vendor's manual says bytes/s in Chinese and bit/s in English.
    hint=_("The most that comes in. The cloud's manual says bytes a second in Chinese and bits a second in English."),
)
EGRESS_BANDWIDTH: Final = Field(
    "EgressBandwidth",
    _BANDWIDTH,
    _("Outgoing bandwidth"),
    at="system",
    width="m",
    hint=_("The most that goes out, in the same unit."),
)
SYSCTLS: Final = Field(
    "SecurityContext.Sysctl",
    _SYSCTLS,
    _("Kernel parameters"),
    at="system",
    width="l",
    example="net.ipv4.ip_unprivileged_port_start=80",
    hint=_(
        "name=value, one a line, at most 100. For the containers: net.ipv4.ping_group_range and "
        "net.ipv4.ip_unprivileged_port_start."
    ),
)
HOST_SYSCTLS: Final = Field(
    "HostSecurityContext.Sysctl",
    _SYSCTLS,
    _("Kernel parameters of the host"),
    at="system",
    width="l",
    example="kernel.shmmax=68719476736",
    hint=_("The same for kernel.shm*, kernel.msg*, kernel.sem, fs.mqueue.* and most of net.*"),
)
SHARE_PROCESS_NAMESPACE: Final = Field(
    "ShareProcessNamespace",
    FLAG,
    _("Processes"),
    at="system",
    says=_("The containers see each other's processes"),
)
CORE_PATTERN: Final = Field(
    "CorePattern",
    TEXT,
    _("Core pattern"),
    at="system",
    width="l",
    example="/data/dump/core.%p",
    hint=_("Where a core dump is written to, a mounted volume for instance. A pipe (|) is refused."),
)
