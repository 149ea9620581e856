"""Terraform: a resource `alicloud_eci_container_group`, with the region of its provider.

An argument is named by the wire key: its words in snake case, a list in the plural, a dot opens a block. Source:
terraform-provider-alicloud (2026-08), the resource's schema. Where an argument is absent the provider sends zeroes of
its own, such as user 0: that is not taken over.
"""

import json
import re
from collections.abc import Collection, Iterable
from typing import Any, Final

from consoleapp.domain import wire
from consoleapp.domain.errors import _
from consoleapp.languages.imports.given import Given, Notes, add, read_group, shown
from consoleapp.languages.imports.hcl import document
from consoleapp.languages.imports.hcl_tree import Block, Number
from consoleapp.languages.imports.hcl_values import Partly, Unknown, Values
from consoleapp.languages.imports.imported import Choice, Imported, NotReadable

RESOURCE: Final = "alicloud_eci_container_group"
_START: Final = re.compile(
    r'^(?:resource|data)[ \t]+"?[\w-]{1,80}"?[ \t]+"?[\w-]{1,80}"?[ \t]{0,20}\{', re.MULTILINE | re.ASCII
)
# Of Terraform itself, in any resource.
_META: Final = frozenset(
    {"count", "for_each", "provider", "depends_on", "lifecycle", "timeouts", "provisioner", "connection"}
)
_SILENT: Final = frozenset({"terraform", "provider", "variable", "locals"})
# The provider takes zero for not set.
_ZERO_IS_NOTHING: Final = re.compile(r"(?:Init)?Container\.N\.(?:Cpu|Memory)")
_COMMAS: Final = frozenset({"VSwitchId", "PlainHttpRegistry", "InsecureRegistry"})
_N: Final = re.compile(r"(?<=\.)N(?=\.|$)")
_OPTIONS: Final = "Volume.N.FlexVolume.Options"


def recognizes(text: str) -> bool:
    """Tell whether the text declares a resource of Terraform."""
    return _START.search(text.lstrip("\ufeff")) is not None


def read(text: str, chosen: Collection[str] | None = None) -> Imported:
    """Return the container group of a resource, the first where none is chosen. Raise NotReadable and nothing else."""
    whole = document(text)
    groups = {_name(each): each for each in whole.blocks if each.kind == "resource" and each.labels[:1] == (RESOURCE,)}
    if not groups:
        raise NotReadable(_("There is no resource {known} in it."), known=RESOURCE)
    own = next((name for name in groups if name in (chosen or ())), next(iter(groups)))
    notes, values = Notes(), Values(whole)
    found = _Walk(values, notes).parameters(groups[own], _region(whole))
    for name in values.used:
        notes.change(name, _("The default of the variable was taken."))
    for each in whole.blocks:
        if each.kind not in _SILENT and not (each.kind == "resource" and each.labels[:1] == (RESOURCE,)):
            notes.leave(".".join((each.kind, *each.labels)), _("Only container groups are read."), each.line)
    spec = read_group(found, notes)
    choices = tuple(Choice(name, shown(name), name == own) for name in groups) if len(groups) > 1 else ()
    return Imported(spec, tuple(notes.changed), tuple(notes.left_out), choices)


def _name(block: Block) -> str:
    return block.labels[1] if len(block.labels) > 1 else ""


def _region(whole: Block) -> Block | None:
    """Return the provider that says a region; one without an alias before the others."""
    providers = [
        each
        for each in whole.blocks
        if each.kind == "provider" and each.labels == ("alicloud",) and "region" in each.arguments
    ]
    return min(providers, key=lambda each: "alias" in each.arguments, default=None)


# --- names


def _same(name: str) -> str:
    """Return a name as it stands for itself and its plural."""
    return name.removesuffix("es") if name.endswith("ches") else name.removesuffix("s")


def _words(pattern: str) -> Iterable[tuple[str, bool]]:
    """Yield the beginnings of a key as names joined by underscores, and whether each is a list."""
    joined, words = "", pattern.replace("VSwitch", "Vswitch").split(".")
    for word, following in zip(words, [*words[1:], ""], strict=True):
        if word != "N":
            joined = f"{joined}_{_same(wire.snake_case(word))}".lstrip("_")
            yield joined, following == "N"


# Every key by its name, and the names of lists; a volume's names have underscores in the place of blocks.
_KEYS: Final[dict[str, str]] = {}
_IS_LIST: Final[dict[str, bool]] = {}
for _pattern in sorted(wire.KEY_PATTERNS):
    _names = dict(_words(_pattern))
    _IS_LIST.update(_names)
    _KEYS[list(_names)[-1]] = _pattern


class _Walk:
    """Goes through a resource and collects its parameters."""

    def __init__(self, values: Values, notes: Notes) -> None:
        self.values, self.notes = values, notes
        self.found: dict[str, Given] = {}

    def parameters(self, group: Block, provider: Block | None) -> dict[str, Given]:
        """Return the parameters of a container group."""
        if provider is not None:
            node, line = provider.arguments["region"]
            self._put("RegionId", [], self.values.of(node), "provider.region", line)
        self._block(group, "", [], "")
        return self.found

    def _block(self, block: Block, above: str, numbers: list[int], shown_above: str) -> None:
        for name, (node, line) in block.arguments.items():
            subject, joined = f"{shown_above}{name}", f"{above}{_same(name)}"
            if not above and name in _META:
                self.notes.leave(subject, _("It belongs to Terraform, not to the container group."), line)
            elif joined == "tag":
                self._tags(self.values.of(node), subject, line)
            elif joined in _KEYS:
                self._put(_KEYS[joined], numbers, self.values.of(node), subject, line)
            else:
                self.notes.leave(subject, _("This console has no place for it."), line)
        counted: dict[str, int] = {}
        for each in block.blocks:
            number = counted.get(each.kind, 0) + 1
            counted[each.kind] = number
            self._inner(each, f"{above}{_same(each.kind)}", numbers, f"{shown_above}{each.kind}", number)

    def _inner(self, block: Block, joined: str, numbers: list[int], subject: str, number: int) -> None:
        if block.kind in _META:
            self.notes.leave(subject, _("It belongs to Terraform, not to the container group."), block.line)
        elif block.kind == "dynamic":
            says = _("Blocks that Terraform makes of a list cannot be read.")
            self.notes.leave(".".join((subject, *block.labels)), says, block.line)
        elif joined not in _IS_LIST or (number > 1 and not _IS_LIST[joined]):
            self.notes.leave(subject, _("This console has no place for it."), block.line)
        elif _IS_LIST[joined]:
            self._block(block, f"{joined}_", [*numbers, number], f"{subject}[{number - 1}].")
        else:
            self._block(block, f"{joined}_", numbers, f"{subject}.")

    def _tags(self, value: Any, subject: str, line: int) -> None:
        if not isinstance(value, dict):
            self._put("Tag.N", [1], value if isinstance(value, Unknown) else [], subject, line)
            return
        for number, (name, each) in enumerate(value.items(), 1):
            self._put("Tag.N.Key", [number], name, f"{subject}.{name}", line)
            self._put("Tag.N.Value", [number], each, f"{subject}.{name}", line)

    def _put(self, pattern: str, numbers: list[int], value: Any, subject: str, line: int) -> None:
        """Add the parameters of a value; ``numbers`` are those of the lists it stands in."""
        key = _numbered(pattern, numbers)
        if key.endswith(".N") and isinstance(value, list):
            for number, each in enumerate(value, 1):
                self._add(_numbered(key, [number]), each, f"{subject}[{number - 1}]", line)
            return
        if pattern in _COMMAS and isinstance(value, list) and all(type(each) is str for each in value):
            value = ",".join(value)
        elif pattern == _OPTIONS and isinstance(value, dict):
            value = json.dumps({name: _plain(each) for name, each in value.items()}, ensure_ascii=False)
        elif _ZERO_IS_NOTHING.fullmatch(pattern) and isinstance(value, Number) and not float(value):
            return
        self._add(_numbered(key, [1]), value, subject, line)

    def _add(self, key: str, value: Any, subject: str, line: int) -> None:
        if value is None:
            return
        if isinstance(value, Unknown):
            add(self.found, key, Given("", f"{subject} = {value.name}", line, is_asked=True))
            return
        if isinstance(value, list | dict):
            self.notes.leave(subject, _("It cannot be read."), line)
            return
        if isinstance(value, Partly):
            says = _("It refers to {names}: fill in what they stand for.")
            self.notes.change(subject, says, line, names=shown(", ".join(value.names[:10])))
        add(self.found, key, Given(_plain(value), subject, line))


def _numbered(pattern: str, numbers: Iterable[int]) -> str:
    """Return the key with numbers in the places of N, from the first on."""
    rest = iter(numbers)
    return _N.sub(lambda found: str(next(rest, found[0])), pattern)


def _plain(value: Any) -> str:
    if isinstance(value, Unknown):
        return value.mark
    return str(value).lower() if isinstance(value, bool) else str(value)
