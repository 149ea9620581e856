"""What several fields of a container group say together: sums, names over all containers, volumes, categories, EIP.

What one field may hold stands at its declaration (``spec.py``).
"""

from decimal import Decimal
from typing import TYPE_CHECKING

from consoleapp.domain import limits
from consoleapp.domain.choices import CATEGORY_CPU, ComputeCategory, CpuArchitecture, DnsPolicy, SpotStrategy
from consoleapp.domain.errors import Reason
from consoleapp.domain.validation import Problems
from consoleapp.domain.volume import ConfigFileVolume

if TYPE_CHECKING:
    from consoleapp.domain.group import ContainerGroupSpec


def check_group(spec: "ContainerGroupSpec", problems: Problems) -> None:
    """Mark every rule that the group breaks."""
    _check_size(spec, problems)
    _check_categories(spec, problems)
    _check_spot(spec, problems)
    _check_containers(spec, problems)
    _check_volumes(spec, problems)
    _check_eip(spec, problems)
    if spec.dns_policy == DnsPolicy.NONE and not spec.dns_config.name_servers:
        problems.add(Reason.REQUIRED, "dns_config.name_servers")
    if spec.core_pattern.startswith("|"):
        problems.add(Reason.FORBIDDEN_CHARACTER, "core_pattern", position=0)


def _check_size(spec: "ContainerGroupSpec", problems: Problems) -> None:
    if spec.cpu is None and spec.memory_gib is not None and not problems.is_unread("cpu"):
        problems.add(Reason.NEEDS, "memory_gib", other="vCPU")
    if spec.memory_gib is None and spec.cpu is not None and not problems.is_unread("memory_gib"):
        problems.add(Reason.NEEDS, "cpu", other="memory")


def _check_categories(spec: "ContainerGroupSpec", problems: Problems) -> None:
    if not spec.compute_categories:
        return
    # The cloud answers FeatureBasedConstraintConflict to both.
    if spec.is_spot:
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


def _asked_cpu(spec: "ContainerGroupSpec") -> Decimal | None:
    """Return the vCPU of the group, of its first instance type, or of its containers; None where none of them says."""
    if spec.cpu is not None:
        return spec.cpu
    if spec.instance_type:
        number = spec.instance_type.split(",")[0].partition("-")[0]
        return Decimal(number) if number.replace(".", "", 1).isdecimal() else None
    asked = [container.cpu for container in spec.containers if container.cpu is not None]
    return sum(asked, Decimal(0)) if asked else None


def _check_spot(spec: "ContainerGroupSpec", problems: Problems) -> None:
    limited = spec.spot_strategy == SpotStrategy.SPOT_WITH_PRICE_LIMIT
    if limited and spec.spot_price_limit is None and not problems.is_unread("spot_price_limit"):
        problems.add(Reason.REQUIRED, "spot_price_limit")
    if spec.spot_price_limit is not None and not limited:
        problems.add(Reason.ONLY_WITH, "spot_price_limit", other="the choice of a price limit")


def _check_containers(spec: "ContainerGroupSpec", problems: Problems) -> None:
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


def _check_sums(spec: "ContainerGroupSpec", problems: Problems, field: str, limit: Decimal) -> None:
    """Check the sums: containers run at once and share the group's size; init containers run one by one before them."""
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


def _check_volumes(spec: "ContainerGroupSpec", problems: Problems) -> None:
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


def _check_eip(spec: "ContainerGroupSpec", problems: Problems) -> None:
    if spec.eip_instance_id and spec.auto_create_eip:
        problems.add(Reason.CONFLICT, "eip_instance_id", other="a new Elastic IP")
    if not spec.auto_create_eip:
        for field in ("eip_bandwidth_mbps", "eip_isp", "eip_common_bandwidth_package"):
            if getattr(spec, field) not in (None, ""):
                problems.add(Reason.ONLY_WITH, field, other="a new Elastic IP")
