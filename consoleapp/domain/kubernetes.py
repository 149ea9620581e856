"""What Kubernetes calls the fields of a container group, and how it writes amounts; for a Pod of a virtual node.

A field's key is its name in camel case; what is called otherwise stands in ``KEYS``, what is an annotation of the pod
in ``ANNOTATIONS``. Source: the vendor's page on ECI Pod annotations (2024 to 2026-03) and the API of Kubernetes 1.34.
"""

import re
from collections.abc import Callable, Mapping
from decimal import Decimal
from functools import cache
from typing import Final

from consoleapp.domain.schema import Record, fields_of
from consoleapp.domain.typed import rounded_up
from consoleapp.domain.volume import EmptyDirVolume, FlexVolume, HostPathVolume, NFSVolume

PREFIX: Final = "k8s.aliyun.com/"
# The label that sends a pod to the virtual node, and that of a node's processor.
ECI_LABEL: Final = "alibabacloud.com/eci"
ARCHITECTURE_LABEL: Final = "kubernetes.io/arch"
GPU_RESOURCE: Final = "nvidia.com/gpu"
NAME_SERVERS_MAX: Final = 3
CUSTOM_TAGS_MAX: Final = 3

USE_SPECS: Final = f"{PREFIX}eci-use-specs"
CUSTOM_TAGS: Final = f"{PREFIX}eci-custom-tags"
EXTRA_STORAGE: Final = f"{PREFIX}eci-extra-ephemeral-storage"
# Lists with commas; what stands at the same place belongs together [ours: the vendor's page does not say].
ACR_INSTANCE_IDS: Final = f"{PREFIX}acr-instance-ids"
ACR_ROLES: Final = {"arn_service": f"{PREFIX}acr-service-arns", "arn_user": f"{PREFIX}acr-user-arns"}
# Fields of the group that are annotations, with the same text as on the wire, a list with commas between.
ANNOTATIONS: Final[Mapping[str, str]] = {
    **{
        name: PREFIX + annotation
        for name, annotation in {
            "vswitch_ids": "eci-vswitch",
            "security_group_id": "eci-security-group",
            "schedule_strategy": "eci-schedule-strategy",
            "private_ip_address": "eci-private-ip-address",
            "ipv6_address_count": "eci-enable-ipv6",
            "instance_type": "eci-use-specs",
            "compute_categories": "eci-compute-category",
            "spot_strategy": "eci-spot-strategy",
            "spot_price_limit": "eci-spot-price-limit",
            "spot_duration_hours": "eci-spot-duration",
            "auto_match_image_cache": "eci-auto-imc",
            "image_snapshot_id": "eci-imc-id",
            "ephemeral_storage_gib": "eci-extra-ephemeral-storage",
            "eip_instance_id": "eci-eip-instanceid",
            "auto_create_eip": "eci-with-eip",
            "eip_bandwidth_mbps": "eip-bandwidth",
            "eip_isp": "eip-isp",
            "eip_common_bandwidth_package": "eip-common-bandwidth-package-id",
            "plain_http_registries": "plain-http-registry",
            "insecure_registries": "insecure-registry",
            "ram_role_name": "eci-ram-role-name",
            "tags": "eci-custom-tags",
            "ntp_servers": "eci-ntp-server",
            "max_pending_minutes": "eci-max-pending-minute",
            "core_pattern": "eci-core-pattern",
        }.items()
    },
    # Bits a second there; for ours the vendor's manual contradicts itself, so the number stays as it is.
    "ingress_bandwidth": "kubernetes.io/ingress-bandwidth",
    "egress_bandwidth": "kubernetes.io/egress-bandwidth",
}
# Names of former editions of the page, which are still met.
OLD_ANNOTATIONS: Final[Mapping[str, str]] = {
    f"{PREFIX}eci-image-cache": f"{PREFIX}eci-auto-imc",
    f"{PREFIX}eci-image-snapshot-id": f"{PREFIX}eci-imc-id",
    f"{PREFIX}acr-instance-id": ACR_INSTANCE_IDS,
    f"{PREFIX}eci-instance-type": USE_SPECS,
}

# Keys that are not the field's name in camel case; a dot leads into an object. "" is no key of its own: the field is
# said elsewhere (a size among the resources) or not at all.
KEYS: Final[Mapping[str, str]] = {
    "ContainerGroupSpec.region_id": "",
    "ContainerGroupSpec.zone_id": "",
    "ContainerGroupSpec.container_group_name": "",
    "ContainerGroupSpec.cpu_architecture": "",
    "ContainerGroupSpec.resource_group_id": "",
    "ContainerGroupSpec.image_registry_credentials": "",
    "ContainerGroupSpec.acr_registry_infos": "",
    "ContainerGroupSpec.host_sysctls": "",
    "cpu": "",
    "memory_gib": "",
    "gpu": "",
    "environment_var_hide": "",
    "host_name": "hostname",
    "sysctls": "securityContext.sysctls",
    "name_servers": "nameservers",
    "host_names": "hostnames",
    "commands": "command",
    "environment_vars": "env",
    "EnvironmentVar.key": "name",
    "field_path": "valueFrom.fieldRef.fieldPath",
    "ContainerPort.port": "containerPort",
    "exec_commands": "exec.command",
    "capabilities_add": "capabilities.add",
    "lifecycle_post_start": "lifecycle.postStart",
    "lifecycle_pre_stop": "lifecycle.preStop",
    "path_type": "type",
}
# Kinds of volume whose fields are the keys of one object; those of config files and disks are not such.
VOLUME_KEYS: Final[Mapping[str, type[Record]]] = {
    "emptyDir": EmptyDirVolume,
    "nfs": NFSVolume,
    "flexVolume": FlexVolume,
    "hostPath": HostPathVolume,
}

_BINARY: Final = {unit: 1024**power for power, unit in enumerate(("Ki", "Mi", "Gi", "Ti", "Pi", "Ei"), 1)}
_DECIMAL: Final = {"n": -9, "u": -6, "m": -3, "": 0, "k": 3, "M": 6, "G": 9, "T": 12, "P": 15, "E": 18}
_QUANTITY: Final = re.compile(
    r"\+?([0-9]{1,18}\.?[0-9]{0,18}|\.[0-9]{1,18})(?:([KMGTPE]i)|([numkMGTPE]?)|[eE]([-+]?[0-9]{1,2}))"
)
_GIB: Final = 1024**3


def key_of(record: type[Record], name: str) -> str:
    """Return the key of a field, with a dot where it leads into an object; "" for one without a key of its own."""
    if name in ANNOTATIONS and record.__name__ == "ContainerGroupSpec":
        return ""
    first, *rest = name.split("_")
    camel = first + "".join(map(str.title, rest))
    return KEYS.get(f"{record.__name__}.{name}", KEYS.get(name, camel))


def _names_by_key(record: type[Record]) -> Mapping[str, str]:
    """Return the fields of a record by their keys."""
    return {key: name for name in fields_of(record) if (key := key_of(record, name))}


# Not as a decorator: mypy would ask for an instance's hash.
names_by_key: Callable[[type], Mapping[str, str]] = cache(_names_by_key)


def quantity(text: str) -> Decimal | None:
    """Return the amount that a text such as 100m, 1.5Gi or 1e9 says; None for another text or a negative one."""
    found = _QUANTITY.fullmatch(text)
    if not found:
        return None
    number, binary, decimal, exponent = found.groups()
    if binary:
        return Decimal(number) * Decimal(_BINARY[binary])
    amount: Decimal = Decimal(number).scaleb(_DECIMAL[decimal] if decimal is not None else int(exponent))
    return amount


def cpu_of(text: str) -> Decimal | None:
    """Return the vCPU that a quantity says, rounded up to what the call takes; None where it says none."""
    found = quantity(text)
    return None if found is None else rounded_up(found)


def gib_of(text: str) -> Decimal | None:
    """Return the GiB that a quantity of bytes says, rounded up to what the call takes: 200Mi is 0.195313."""
    found = quantity(text)
    return None if found is None else rounded_up(found / _GIB)


def cpu_text(cpu: Decimal) -> str | None:
    """Return 2 or 500m; None for what is finer than a thousandth of a vCPU, which Kubernetes refuses."""
    thousandths = cpu * 1000
    if thousandths != thousandths.to_integral_value():
        return None
    return f"{cpu:.0f}" if cpu == cpu.to_integral_value() else f"{thousandths:.0f}m"


def memory_text(gib: Decimal) -> str:
    """Return 1Gi, 200Mi or a number of Ki: the largest unit whose whole number ``gib_of`` reads as this amount."""
    for unit, power in (("Gi", 0), ("Mi", 1)):
        number = int(gib * 1024**power)
        if rounded_up(Decimal(number) / 1024**power) == gib:
            return f"{number}{unit}"
    return f"{int(gib * 1024**2)}Ki"
