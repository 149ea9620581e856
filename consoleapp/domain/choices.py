"""The words that CreateContainerGroup takes where it offers a choice.

Source: the vendor's OpenAPI metadata of Eci 2018-08-08. Numbers and patterns are not here (``limits.py``).
"""

from decimal import Decimal
from enum import StrEnum
from types import MappingProxyType


class RestartPolicy(StrEnum):
    ALWAYS = "Always"
    ON_FAILURE = "OnFailure"
    NEVER = "Never"


class ScheduleStrategy(StrEnum):
    VSWITCH_ORDERED = "VSwitchOrdered"
    VSWITCH_RANDOM = "VSwitchRandom"


class ComputeCategory(StrEnum):
    ECONOMY = "economy"
    GENERAL = "general"


class CpuArchitecture(StrEnum):
    AMD64 = "AMD64"
    ARM64 = "ARM64"


class SpotStrategy(StrEnum):
    NO_SPOT = "NoSpot"
    SPOT_WITH_PRICE_LIMIT = "SpotWithPriceLimit"
    SPOT_AS_PRICE_GO = "SpotAsPriceGo"


class EipIsp(StrEnum):
    BGP = "BGP"
    BGP_PRO = "BGP_PRO"


class DnsPolicy(StrEnum):
    DEFAULT = "Default"
    NONE = "None"


class ImagePullPolicy(StrEnum):
    ALWAYS = "Always"
    IF_NOT_PRESENT = "IfNotPresent"
    NEVER = "Never"


class Protocol(StrEnum):
    TCP = "TCP"
    UDP = "UDP"


class Scheme(StrEnum):
    HTTP = "HTTP"
    HTTPS = "HTTPS"


class MountPropagation(StrEnum):
    NONE = "None"
    HOST_TO_CONTAINER = "HostToContainer"
    BIDIRECTIONAL = "Bidirectional"


class TerminationMessagePolicy(StrEnum):
    FILE = "File"
    FALLBACK_TO_LOGS_ON_ERROR = "FallbackToLogsOnError"


class FieldPath(StrEnum):
    """What a variable takes from the container group instead of a value."""

    POD_IP = "status.podIP"


class Medium(StrEnum):
    DISK = ""
    MEMORY = "Memory"
    LOCAL_RAID0 = "LocalRaid0"


class FlexDriver(StrEnum):
    DISK = "alicloud/disk"
    NAS = "alicloud/nas"
    OSS = "alicloud/oss"


# vCPU that a compute category offers. Source: the vendor's page on compute categories.
CATEGORY_CPU = MappingProxyType(
    {
        ComputeCategory.ECONOMY: (Decimal("0.25"), Decimal(8)),
        ComputeCategory.GENERAL: (Decimal(1), Decimal(64)),
    }
)
