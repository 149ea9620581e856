"""What the group says beside its pod: annotations of the virtual node. Their names are in ``domain/kubernetes.py``."""

import re
from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any, Final

from consoleapp.domain import flat, limits
from consoleapp.domain.group import ContainerGroupSpec
from consoleapp.domain.host import Tag
from consoleapp.domain.kubernetes import (
    ACR_INSTANCE_IDS,
    ACR_ROLES,
    ANNOTATIONS,
    CUSTOM_TAGS,
    CUSTOM_TAGS_MAX,
    EXTRA_STORAGE,
    USE_SPECS,
)
from consoleapp.domain.registry import AcrRegistryInfo
from consoleapp.domain.schema import Field

# Takes the path and the value of what cannot be said.
Lose = Callable[[str, Any], None]
_SAYABLE: Final = re.compile(r"(?!\s)[^:,]*(?<!\s)")


def annotations_of(spec: ContainerGroupSpec, name: str, declared: Field, value: Any, lose: Lose) -> dict[str, str]:
    """Return the annotations that say a field of the group, empty where they cannot."""
    special = _SPECIAL.get(name)
    if special:
        return special(spec, lose)
    codec = declared.kind.codec
    return {ANNOTATIONS[name]: codec.to_text(value) if isinstance(codec, flat.Leaf) else ",".join(value)}


def is_annotation(name: str) -> bool:
    """Tell whether a field of the group is said by annotations."""
    return name in ANNOTATIONS or name in _SPECIAL


def _cpu(spec: ContainerGroupSpec, lose: Lose) -> dict[str, str]:
    return _size(spec, "cpu", lose)


def _memory(spec: ContainerGroupSpec, lose: Lose) -> dict[str, str]:
    return _size(spec, "memory_gib", lose)


def _size(spec: ContainerGroupSpec, name: str, lose: Lose) -> dict[str, str]:
    """Return the pair of vCPU and memory; types of ECS take its place."""
    pair = f"{_number(spec.cpu)}-{_number(spec.memory_gib)}Gi"
    if not spec.instance_type and limits.INSTANCE_TYPE.fullmatch(pair):
        return {USE_SPECS: pair}
    lose(name, getattr(spec, name))
    return {}


def _number(number: Decimal | None) -> str:
    return "" if number is None else flat.decimal_text(number)


def _ipv6(spec: ContainerGroupSpec, lose: Lose) -> dict[str, str]:
    return {ANNOTATIONS["ipv6_address_count"]: "true"}


def _storage(spec: ContainerGroupSpec, lose: Lose) -> dict[str, str]:
    return {EXTRA_STORAGE: f"{spec.ephemeral_storage_gib}Gi"}


def _tags(spec: ContainerGroupSpec, lose: Lose) -> dict[str, str]:
    said: list[str] = []
    for index, tag in enumerate(spec.tags):
        if len(said) < CUSTOM_TAGS_MAX and _is_sayable(tag):
            said.append(f"{tag.key}:{tag.value}")
        else:
            lose(f"tags.{index}", tag)
    return {CUSTOM_TAGS: ",".join(said)} if said else {}


def _is_sayable(tag: Tag) -> bool:
    return all(_SAYABLE.fullmatch(text) for text in (tag.key, tag.value))


def _acr(spec: ContainerGroupSpec, lose: Lose) -> dict[str, str]:
    """Return three lists; an entry that does not stand in the same ones as the first would shift the others."""
    infos: list[AcrRegistryInfo] = []
    for index, info in enumerate(spec.acr_registry_infos):
        path = f"acr_registry_infos.{index}"
        if infos and _lists(info) != _lists(infos[0]):
            lose(path, info)
            continue
        infos.append(info)
        unsaid = ("instance_name", "domains") if info.instance_id else ("instance_name", "region_id", "domains")
        for name in unsaid:
            if getattr(info, name):
                lose(f"{path}.{name}", getattr(info, name))
    ids = (":".join(filter(None, (info.region_id, info.instance_id))) for info in infos if info.instance_id)
    found = {ACR_INSTANCE_IDS: ",".join(ids)}
    found |= {key: ",".join(filter(None, (getattr(info, name) for info in infos))) for name, key in ACR_ROLES.items()}
    return {key: text for key, text in found.items() if text}


def _lists(info: AcrRegistryInfo) -> tuple[bool, ...]:
    return tuple(bool(getattr(info, name)) for name in ("instance_id", *ACR_ROLES))


_SPECIAL: Final[Mapping[str, Callable[[ContainerGroupSpec, Lose], dict[str, str]]]] = {
    "cpu": _cpu,
    "memory_gib": _memory,
    "ipv6_address_count": _ipv6,
    "ephemeral_storage_gib": _storage,
    "tags": _tags,
    "acr_registry_infos": _acr,
}
