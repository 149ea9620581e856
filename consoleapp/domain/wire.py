"""ContainerGroupSpec as the flat parameters of CreateContainerGroup, and back.

The keys stand where the fields are declared (``spec.py``, ``container.py`` ...), how a value is written in ``flat.py``.
"""

import re
from collections.abc import Collection, Mapping
from typing import Any, Final

from consoleapp.domain.errors import DomainError, Reason
from consoleapp.domain.flat import Reading, Writing
from consoleapp.domain.group import ContainerGroupSpec
from consoleapp.domain.host import Tag
from consoleapp.domain.schema import part

_CONTAINER_GROUP: Final = part(ContainerGroupSpec)
_TAG_KEY: Final = re.compile(r"Tag\.\d+\.Key")
_WORD_END: Final = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")

# Every key that can be written, with N for an index.
KEY_PATTERNS: Final = frozenset(_CONTAINER_GROUP.patterns(""))


def to_parameters(group: ContainerGroupSpec) -> dict[str, str]:
    """Return the parameters of CreateContainerGroup, secrets in clear text; without ClientToken and DryRun."""
    return _written(group).parameters


def secret_keys(group: ContainerGroupSpec) -> frozenset[str]:
    """Return the keys of ``to_parameters(group)`` whose value must not be shown, logged or stored in clear text."""
    return frozenset(_written(group).secret_keys)


def written(group: ContainerGroupSpec) -> tuple[dict[str, str], frozenset[str]]:
    """Return both ``to_parameters(group)`` and ``secret_keys(group)``, in one go through the group."""
    out = _written(group)
    return out.parameters, frozenset(out.secret_keys)


def to_values(group: ContainerGroupSpec) -> dict[str, tuple[Any, str]]:
    """Return the parameters of ``to_parameters(group)``, each with the value it was written from before its text.

    A value is as the spec has it: a Decimal, a Secret, the records of a JSON text.
    """
    out = _written(group)
    return {key: (out.values[key], text) for key, text in out.parameters.items()}


def from_parameters(parameters: Mapping[str, str], *, secret_keys: Collection[str] = frozenset()) -> ContainerGroupSpec:
    """Return the spec that these parameters ask for; ``secret_keys`` are read as Secret. Passwords always are.

    Raise DomainError with the field's path; a parameter that is not known, or an index after a gap, is refused with
    its key as the path.
    """
    reading = Reading(parameters, secret_keys)
    values = _CONTAINER_GROUP.read_values("", reading)
    if reading.unread:
        key = min(reading.unread)
        raise DomainError(Reason.UNKNOWN_PARAMETER, key, name=key)
    return ContainerGroupSpec(**{**_CONTAINER_GROUP.blanks, **values})


def tags_of(parameters: Mapping[str, str]) -> dict[str, str]:
    """Return the tags among the parameters, values by key."""
    keys = filter(_TAG_KEY.fullmatch, parameters)
    return {parameters[name]: parameters.get(_value_of(name), "") for name in keys}


def with_tag(parameters: Mapping[str, str], tag: Tag) -> dict[str, str]:
    """Return the parameters with this tag, in the place of one with the same key or behind all others."""
    keys = [name for name in parameters if _TAG_KEY.fullmatch(name)]
    place = next((name for name in keys if parameters[name] == tag.key), f"Tag.{len(keys) + 1}.Key")
    return {**parameters, place: tag.key, _value_of(place): tag.value}


def _value_of(tag_key: str) -> str:
    return f"{tag_key.removesuffix('Key')}Value"


def wire_key(path: str) -> str:
    """Return the wire key of a field path, as far as it is known: ``containers.0.image`` is ``Container.1.Image``."""
    return _CONTAINER_GROUP.key_of("", path.split("."))


def snake_case(word: str) -> str:
    """Return a word of a wire key in snake case: ``NFSVolume`` is ``nfs_volume``."""
    return _WORD_END.sub("_", word).lower()


def field_path(key: str) -> str | None:
    """Return the field path of a wire key: ``Container.1.Image`` is ``containers.0.image``; None for an unknown key."""
    return _CONTAINER_GROUP.path_of("", key)


def _written(group: ContainerGroupSpec) -> Writing:
    out = Writing()
    _CONTAINER_GROUP.write("", group, out)
    return out
