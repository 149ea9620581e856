"""The words that CreateContainerGroup takes where it offers a choice.

Source: the vendor's OpenAPI metadata of Eci 2018-08-08. Numbers and patterns are not here (``limits.py``).
"""

from decimal import Decimal
from enum import StrEnum
from types import MappingProxyType
from typing import Self

from consoleapp.domain.errors import _


class Word(StrEnum):
    """One word of a choice, with what it is called on the pages; a word without a label is called by itself."""

    label: str

    def __new__(cls, value: str, label: str = "") -> Self:
        word = str.__new__(cls, value)
        word._value_ = value
        word.label = label or value
        return word


class RestartPolicy(Word):
    ALWAYS = "Always", _("Always")
    ON_FAILURE = "OnFailure", _("On failure")
    NEVER = "Never", _("Never")


class ScheduleStrategy(Word):
    VSWITCH_ORDERED = "VSwitchOrdered", _("In order")
    VSWITCH_RANDOM = "VSwitchRandom", _("Best stock")


class ComputeCategory(Word):
    ECONOMY = "economy", _("Economy")
    GENERAL = "general", _("General purpose")


class CpuArchitecture(Word):
    AMD64 = "AMD64"
    ARM64 = "ARM64"


class SpotStrategy(Word):
    NO_SPOT = "NoSpot", _("No")
    SPOT_WITH_PRICE_LIMIT = "SpotWithPriceLimit", _("Up to a price limit")
    SPOT_AS_PRICE_GO = "SpotAsPriceGo", _("At the market price")


class EipIsp(Word):
    BGP = "BGP"
    BGP_PRO = "BGP_PRO", _("BGP Pro")


class DnsPolicy(Word):
    DEFAULT = "Default"
    NONE = "None", _("Only the servers below")


class ImagePullPolicy(Word):
    IF_NOT_PRESENT = "IfNotPresent", _("If not present")
    ALWAYS = "Always", _("Always")
    NEVER = "Never", _("Never")


class Protocol(Word):
    TCP = "TCP"
    UDP = "UDP"


class Scheme(Word):
    HTTP = "HTTP"
    HTTPS = "HTTPS"


class MountPropagation(Word):
    NONE = "None"
    HOST_TO_CONTAINER = "HostToContainer"
    BIDIRECTIONAL = "Bidirectional"


class TerminationMessagePolicy(Word):
    FILE = "File", _("From the file")
    FALLBACK_TO_LOGS_ON_ERROR = "FallbackToLogsOnError", _("From the log after an error")


class FieldPath(Word):
    """What a variable takes from the container group instead of a value."""

    POD_IP = "status.podIP"


class Medium(Word):
    DISK = "", _("Disk")
    MEMORY = "Memory", _("Memory")
    LOCAL_RAID0 = "LocalRaid0", _("Local RAID 0")


class FlexDriver(Word):
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
