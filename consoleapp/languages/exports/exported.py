"""What an exporter is given and what it gives: a container group without its secrets, and a text with what to know.

An exporter never receives a secret: a Blank with a name stands in its place (``without_secrets``).
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import Enum
from typing import Any, Final

from consoleapp.domain.group import ContainerGroupSpec
from consoleapp.domain.kinds import SecretFile
from consoleapp.domain.schema import Field, Record, fields_of, unchecked
from consoleapp.domain.secret import Secret
from consoleapp.domain.volume import DriverVolume, as_flex_volume
from consoleapp.domain.wire import wire_key

_ODD: Final = re.compile(r"[^A-Z0-9]+")
# Variables that mean something to a shell, to Python or to a tool of the cloud, some of them with a key in them.
_OF_OTHERS: Final = re.compile(r"(?:ALIBABA_CLOUD|ALIBABACLOUD|ALICLOUD|ALIYUN|BASH|COMP|DYLD|LC|LD|PYTHON|TF)_")


class Holds(Enum):
    """What has to be put in the place of a Blank."""

    TEXT = "text"
    # The content of a file, which the request has in Base64.
    FILE = "file"


class Blank(Secret):
    """Stands where a secret was; its own text is its name in angle brackets, so that whatever writes secrets writes it.

    ``name`` is unique in the group: capitals, digits and underscores, no digit first.
    """

    __slots__ = ("holds", "name", "path")
    name: str
    path: str
    holds: Holds

    def __init__(self, name: str, path: str, holds: Holds = Holds.TEXT) -> None:
        super().__init__(f"<{name}>")
        for attribute, value in (("name", name), ("path", path), ("holds", holds)):
            object.__setattr__(self, attribute, value)

    @property
    def variable(self) -> str:
        """Return what the variable is called that gives it to a program: its text, or the path of its file."""
        return f"{self.name}_FILE" if self.holds is Holds.FILE else self.name


@dataclass(frozen=True)
class Lost:
    """What a language cannot say: the field's path and the value as a text, "" for one that is secret or long."""

    path: str
    value: str = ""


@dataclass(frozen=True)
class Told:
    """A sentence (marked for translation, with {names}) that a user has to know, and what its names stand for."""

    says: str
    params: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Exported:
    """A request in a language. ``blanks`` are those that have to be filled in, ``told`` says what else there is to do.

    ``lost`` is what the language cannot say, in the order of the request.
    """

    text: str
    blanks: tuple[Blank, ...] = ()
    lost: tuple[Lost, ...] = ()
    told: tuple[Told, ...] = ()


def sent(record: Record) -> Iterator[tuple[str, Field, Any]]:
    """Yield name, declaration and value of every field that is sent, in the order of the request."""
    for name, declared in fields_of(type(record)).items():
        value = getattr(record, name)
        if value is None or value is False or (not declared.keeps_empty and value in ("", ())):
            continue
        if isinstance(value, Record) and not any(sent(value)):
            continue
        yield name, declared, value


def without_secrets(spec: ContainerGroupSpec) -> tuple[ContainerGroupSpec, tuple[Blank, ...]]:
    """Return the group with a Blank in the place of every secret, volumes of a driver as they are sent; and the Blanks.

    The records of it are unchecked: they were checked before.
    """
    blanks: list[Blank] = []
    volumes = tuple(as_flex_volume(each) if isinstance(each, DriverVolume) else each for each in spec.volumes)
    plain = _blanked(spec, {"volumes": volumes}, (), (), blanks)
    return plain, tuple(blanks)


def blanks_of(record: Record) -> Iterator[Blank]:
    """Yield the Blanks in a record, in order."""
    for name, declared in fields_of(type(record)).items():
        value = getattr(record, name)
        if isinstance(value, Blank):
            yield value
        else:
            for _below, item in declared.kind.items(value or ()) if isinstance(value, Record | tuple) else ():
                yield from blanks_of(item)


def blank_values(spec: ContainerGroupSpec) -> dict[str, Blank]:
    """Return the Blanks by the wire keys whose whole value they are; not those inside the JSON text of a driver."""
    found = {wire_key(blank.path): blank for blank in blanks_of(spec)}
    return {key: blank for key, blank in found.items() if not key.endswith(".Options")}


def files(spec: ContainerGroupSpec) -> tuple[Blank, ...]:
    """Return the Blanks that stand for the content of a file."""
    return tuple(blank for blank in blanks_of(spec) if blank.holds is Holds.FILE)


def _blanked(
    record: Any, instead: Mapping[str, Any], path: tuple[str, ...], names: tuple[str, ...], blanks: list[Blank]
) -> Any:
    """Return the record without secrets; ``names`` are what the records around it are called."""
    own = next((str(getattr(record, word)) for word in ("name", "key", "path") if getattr(record, word, "")), "")
    inside = (*names, own) if own and not isinstance(record, ContainerGroupSpec) else names
    values = {}
    for name, declared in fields_of(type(record)).items():
        value = instead.get(name, getattr(record, name))
        values[name] = _value(value, declared, (*path, name), inside, blanks)
    return unchecked(type(record), values)


def _value(value: Any, declared: Field, path: tuple[str, ...], names: tuple[str, ...], blanks: list[Blank]) -> Any:
    if isinstance(value, Secret):
        holds = Holds.FILE if isinstance(declared.kind, SecretFile) else Holds.TEXT
        taken = {word for each in blanks for word in (each.name, each.variable)}
        blank = Blank(_name(path, names, taken), ".".join(path), holds)
        blanks.append(blank)
        return blank
    if isinstance(value, tuple):
        return tuple(_value(item, declared, (*path, str(index)), names, blanks) for index, item in enumerate(value))
    if isinstance(value, Record):
        return _blanked(value, {}, path, names, blanks)
    return value


def _name(path: tuple[str, ...], names: tuple[str, ...], taken: set[str]) -> str:
    """Return a name for the secret at the path: that of its variable or file, below those of what it is in."""
    if path[0] == "image_registry_credentials":
        wanted = f"REGISTRY_PASSWORD_{int(path[1]) + 1}"
    else:
        wanted = _ODD.sub("_", "_".join(names).upper()).strip("_")
    if not wanted or wanted[0].isdigit() or _OF_OTHERS.match(wanted):
        wanted = f"_{wanted}"
    number, name = 2, wanted
    # With the name of a variable for its file, should it have one.
    while name in taken or f"{name}_FILE" in taken:
        number, name = number + 1, f"{wanted}_{number}"
    return name
