"""Annotations of a virtual node, read back into the fields of the group; former names too."""

from collections.abc import Callable, Mapping
from decimal import ROUND_CEILING, Decimal
from itertools import zip_longest
from typing import Any, Final

from consoleapp.domain import flat
from consoleapp.domain.errors import DomainError
from consoleapp.domain.group import ContainerGroupSpec
from consoleapp.domain.host import Tag
from consoleapp.domain.kinds import Choice, Many
from consoleapp.domain.kubernetes import (
    ACR_INSTANCE_IDS,
    ACR_ROLES,
    ANNOTATIONS,
    CUSTOM_TAGS,
    EXTRA_STORAGE,
    OLD_ANNOTATIONS,
    USE_SPECS,
    gib_of,
    quantity,
)
from consoleapp.domain.registry import AcrRegistryInfo
from consoleapp.domain.schema import Kind, fields_of
from consoleapp.domain.sizes import size_of_pair
from consoleapp.languages.imports.kubernetes_reading import NOT_READ, Reader, entries, made
from consoleapp.languages.imports.yaml_tree import Mapped

_NAMES: Final = {annotation: name for name, annotation in ANNOTATIONS.items()}
_ACR: Final = (ACR_INSTANCE_IDS, *ACR_ROLES.values())


def read_annotations(tree: Mapped, path: str, reader: Reader) -> dict[str, Any]:
    """Return the values of the group's fields; what is no annotation of the virtual node is left out."""
    found: dict[str, Any] = {}
    acr: dict[str, list[str]] = {}
    for key, value in tree.items():
        annotation, subject, line = OLD_ANNOTATIONS.get(key, key), f"{path}.{key}", tree.lines.get(key)
        if annotation not in _NAMES and annotation not in _ACR:
            reader.leave(subject, line)
            continue
        text = reader.text(value, subject, line)
        if not text:
            continue
        if annotation in _ACR:
            acr[annotation] = list(entries(text))
            continue
        try:
            found |= _values(annotation, text)
        except DomainError:
            reader.leave(subject, line, NOT_READ)
    return {**found, "acr_registry_infos": _acr_infos(acr)} if acr else found


def _values(annotation: str, text: str) -> dict[str, Any]:
    special = _SPECIAL.get(annotation)
    if special:
        return special(text)
    name = _NAMES[annotation]
    kind = fields_of(ContainerGroupSpec)[name].kind
    if isinstance(kind, Many):
        return {name: tuple(_checked(kind.item, word) for word in entries(text))}
    codec = kind.codec
    return {name: codec.from_text(_checked(kind, text)) if isinstance(codec, flat.Leaf) else text}


def _checked(kind: Kind, text: str) -> str:
    """Return the text, unless it is none of the words of a choice."""
    if isinstance(kind, Choice) and text not in list(kind.words):
        raise DomainError("malformed", kind="a word")
    return text


def _specs(text: str) -> dict[str, Any]:
    """Return vCPU and memory where one pair of them is said, else the instance types."""
    size = size_of_pair(text.strip())
    return {"cpu": size.cpu, "memory_gib": size.memory_gib} if size else {"instance_type": ",".join(entries(text))}


def _tags(text: str) -> dict[str, Any]:
    pairs = (entry.partition(":") for entry in entries(text))
    return {"tags": tuple(made(Tag, {"key": key, "value": value}) for key, _colon, value in pairs)}


def _storage(text: str) -> dict[str, Any]:
    return {"ephemeral_storage_gib": _whole(gib_of(text))}


def _whole(amount: Decimal | None) -> int:
    if amount is None or amount > 2**63:
        raise DomainError("malformed", kind="a whole number")
    return int(amount.to_integral_value(ROUND_CEILING))


_SPECIAL: Final[Mapping[str, Callable[[str], dict[str, Any]]]] = {
    USE_SPECS: _specs,
    CUSTOM_TAGS: _tags,
    EXTRA_STORAGE: _storage,
    ANNOTATIONS["ipv6_address_count"]: lambda text: {"ipv6_address_count": 1} if text == "true" else {},
    ANNOTATIONS["ingress_bandwidth"]: lambda text: {"ingress_bandwidth": _whole(quantity(text))},
    ANNOTATIONS["egress_bandwidth"]: lambda text: {"egress_bandwidth": _whole(quantity(text))},
}


def _acr_infos(lists: Mapping[str, list[str]]) -> tuple[AcrRegistryInfo, ...]:
    """Return the registries; what stands at the same place of the lists belongs together."""
    infos = []
    for instance, *roles in zip_longest(*(lists.get(key, []) for key in _ACR), fillvalue=""):
        region_id, _colon, instance_id = instance.rpartition(":")
        values = dict(zip(ACR_ROLES, roles, strict=True))
        infos.append(made(AcrRegistryInfo, {**values, "instance_id": instance_id, "region_id": region_id}))
    return tuple(infos)
