"""What each rule of a policy looks at: where a group breaks it.

Each check yields the paths of the values, as far as they can be read. Sizes are those that will be billed where the
cloud has said them, else those that were typed.
"""

from collections.abc import Iterator
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any, Final

from consoleapp.domain.container import ContainerParts
from consoleapp.domain.group import ContainerGroupSpec
from consoleapp.domain.image import ImageReference, ImageReferenceError, parse_image_reference
from consoleapp.domain.policy import Facts, Find, Found
from consoleapp.domain.volume import HostPathVolume

# How old a proof may be before it counts as none.
PROOF_LASTS: Final = timedelta(hours=24)


def images(spec: ContainerGroupSpec) -> Iterator[tuple[str, ContainerParts, ImageReference]]:
    """Yield what can be read: the path of the address, its container, and the address."""
    for path, container in containers(spec):
        if container.image:
            try:
                yield f"{path}.image", container, parse_image_reference(container.image)
            except ImageReferenceError:
                continue


def containers(spec: ContainerGroupSpec) -> Iterator[tuple[str, ContainerParts]]:
    for name, rows in (("containers", spec.containers), ("init_containers", spec.init_containers)):
        for index, container in enumerate(rows or ()):
            yield f"{name}.{index}", container


def only_from(spec: ContainerGroupSpec, _facts: Facts, allowed: Any, _now: datetime) -> Iterator[Found]:
    for path, container, image in images(spec):
        if not any(pattern.covers(image) for pattern in allowed):
            yield Found(path, container.image)


def never_from(spec: ContainerGroupSpec, _facts: Facts, forbidden: Any, _now: datetime) -> Iterator[Found]:
    for path, container, image in images(spec):
        if any(pattern.covers(image) for pattern in forbidden):
            yield Found(path, container.image)


def not_latest(spec: ContainerGroupSpec, _facts: Facts, _value: Any, _now: datetime) -> Iterator[Found]:
    for path, container, image in images(spec):
        if image.normalised().tag == "latest" and image.digest is None:
            yield Found(path, container.image)


def digest(spec: ContainerGroupSpec, _facts: Facts, _value: Any, _now: datetime) -> Iterator[Found]:
    for path, container, image in images(spec):
        if image.digest is None:
            yield Found(path, container.image)


def proof(spec: ContainerGroupSpec, facts: Facts, _value: Any, now: datetime) -> Iterator[Found]:
    for path, container, _image in images(spec):
        proof = facts.proofs.get(container.image)
        if proof is None and not facts.is_last:
            continue
        is_proved = proof is not None and proof.proved_at is not None and now - proof.proved_at <= PROOF_LASTS
        if not is_proved:
            yield Found(path, container.image)


def each_of(name: str) -> Find:
    """Return a rule that wants a list to be empty."""

    def find(spec: ContainerGroupSpec, _facts: Facts, _value: Any, _now: datetime) -> Iterator[Found]:
        said = tuple(getattr(spec, name) or ())
        if said:
            yield Found(name, ", ".join(map(str, said)))

    return find


def one_of(name: str) -> Find:
    """Return a rule that wants a value, or every one of a list, to be among some; nothing said is fine."""

    def find(spec: ContainerGroupSpec, _facts: Facts, allowed: Any, _now: datetime) -> Iterator[Found]:
        said = getattr(spec, name)
        for value in (said,) if isinstance(said, str) else said or ():
            if value and value not in allowed:
                yield Found(name, str(value))

    return find


def vpcs(_spec: ContainerGroupSpec, facts: Facts, allowed: Any, _now: datetime) -> Iterator[Found]:
    if facts.vpc_id and facts.vpc_id not in allowed:
        yield Found("vswitch_ids", facts.vpc_id)


def most(name: str, fact: str = "") -> Find:
    """Return a rule that wants a number to be at most so much; ``fact`` names the one that will be billed.

    The size of an instance type is told by nobody: it might be any.
    """

    def find(spec: ContainerGroupSpec, facts: Facts, most: Any, _now: datetime) -> Iterator[Found]:
        number = (getattr(facts, fact) if fact else None) or getattr(spec, name)
        if number is not None and Decimal(number) > most:
            yield Found(name, f"{Decimal(number):f}")
        elif number is None and fact and spec.instance_type:
            yield Found(name, spec.instance_type)

    return find


def gpus(spec: ContainerGroupSpec, _facts: Facts, most: Any, _now: datetime) -> Iterator[Found]:
    asked = [(path, each.gpu) for path, each in containers(spec) if each.gpu]
    total = sum(count for _path, count in asked)
    if total > most:
        yield Found(f"{asked[-1][0]}.gpu", str(total))


def instance_types(spec: ContainerGroupSpec, _facts: Facts, allowed: Any, _now: datetime) -> Iterator[Found]:
    for name in (spec.instance_type or "").split(","):
        if name.strip() and name.strip() not in allowed:
            yield Found("instance_type", name.strip())


def spot(spec: ContainerGroupSpec, _facts: Facts, _value: Any, _now: datetime) -> Iterator[Found]:
    if spec.spot_strategy and spec.is_spot:
        yield Found("spot_strategy", spec.spot_strategy)


def container_count(spec: ContainerGroupSpec, _facts: Facts, most: Any, _now: datetime) -> Iterator[Found]:
    paths = [path for path, _container in containers(spec)]
    if len(paths) > most:
        yield Found(paths[int(most)] + ".name", str(len(paths)))


def rights(name: str, path: str) -> Find:
    """Return a rule that wants a right of a container not to be asked for."""

    def find(spec: ContainerGroupSpec, _facts: Facts, _value: Any, _now: datetime) -> Iterator[Found]:
        for where, container in containers(spec):
            context = container.security_context
            said = getattr(context, name, None) if context is not None else None
            if said:
                yield Found(f"{where}.security_context.{path}", ", ".join(said) if isinstance(said, tuple) else "")

    return find


def root(spec: ContainerGroupSpec, _facts: Facts, _value: Any, _now: datetime) -> Iterator[Found]:
    for where, container in containers(spec):
        context = container.security_context
        if context is None or not (context.run_as_non_root or context.run_as_user):
            yield Found(f"{where}.security_context.run_as_non_root", container.name or "")


def host_path(spec: ContainerGroupSpec, _facts: Facts, _value: Any, _now: datetime) -> Iterator[Found]:
    for index, volume in enumerate(spec.volumes or ()):
        if isinstance(volume, HostPathVolume):
            yield Found(f"volumes.{index}", volume.name or "")


def sysctls(spec: ContainerGroupSpec, _facts: Facts, _value: Any, _now: datetime) -> Iterator[Found]:
    if spec.host_sysctls:
        yield Found("host_sysctls")


def tags(spec: ContainerGroupSpec, facts: Facts, wanted: Any, _now: datetime) -> Iterator[Found]:
    there = {tag.key for tag in spec.tags or ()}
    for key in wanted:
        if key not in there:
            yield Found("tags", key)


def deadline(spec: ContainerGroupSpec, _facts: Facts, _value: Any, _now: datetime) -> Iterator[Found]:
    if spec.active_deadline_seconds is None:
        yield Found("active_deadline_seconds")


def template(_spec: ContainerGroupSpec, facts: Facts, _value: Any, _now: datetime) -> Iterator[Found]:
    if not facts.template:
        yield Found("container_group_name")


def price(_spec: ContainerGroupSpec, facts: Facts, most: Any, _now: datetime) -> Iterator[Found]:
    if facts.price_per_hour is None:
        if facts.is_last:
            yield Found("cpu")
    elif facts.price_per_hour > most:
        yield Found("cpu", f"{facts.price_per_hour.quantize(Decimal('0.0001')):f}")


def public_ip(spec: ContainerGroupSpec, _facts: Facts, _value: Any, _now: datetime) -> Iterator[Found]:
    if spec.eip_instance_id:
        yield Found("eip_instance_id", spec.eip_instance_id)
    elif spec.auto_create_eip:
        yield Found("auto_create_eip")


def bandwidth(spec: ContainerGroupSpec, _facts: Facts, most: Any, _now: datetime) -> Iterator[Found]:
    if spec.auto_create_eip and spec.eip_bandwidth_mbps is not None and spec.eip_bandwidth_mbps > most:
        yield Found("eip_bandwidth_mbps", str(spec.eip_bandwidth_mbps))


def quota(_spec: ContainerGroupSpec, facts: Facts, most: Any, _now: datetime) -> Iterator[Found]:
    if facts.quota_percent is not None and facts.quota_percent > most:
        yield Found("cpu", str(facts.quota_percent))
