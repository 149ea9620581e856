"""The request as a template of Resource Orchestration Service: a resource ALIYUN::ECI::ContainerGroup, in YAML.

A property is named by the wire key; only what stands directly in the group or in an item of a list is a mapping of its
own, deeper dots stay in the name. What does not follow the rule stands in the tables here.

Sources: the type's specification (ros-cdk-eci 1.15.0); the vendor's pages on parameters and on Fn::Base64Encode.
"""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any, Final

import yaml

from consoleapp.domain.container import Container, ContainerParts, SecurityContext, VolumeMount
from consoleapp.domain.errors import _
from consoleapp.domain.group import ContainerGroupSpec
from consoleapp.domain.host import Sysctl
from consoleapp.domain.kinds import JsonPairs, Many, OneOf
from consoleapp.domain.registry import AcrRegistryInfo
from consoleapp.domain.schema import Field, Record
from consoleapp.domain.volume import ConfigFile, ConfigFileVolume, DiskVolume, EmptyDirVolume, HostPathVolume
from consoleapp.languages.exports.exported import Blank, Exported, Holds, Told, blanks_of, sent
from consoleapp.languages.exports.sayable import Fields, sayable

_STR: Final = "tag:yaml.org,2002:str"
_DUMPER: Final[Any] = type("Dumper", (getattr(yaml, "CSafeDumper", yaml.SafeDumper),), {})
# Nothing stands there twice.
_DUMPER.ignore_aliases = lambda dumper, value: True
# Line ends are easier to see as \\n than as blank lines.
_DUMPER.add_representer(
    str, lambda dumper, text: dumper.represent_scalar(_STR, text, style='"' if "\n" in text else None)
)
_RESOURCE: Final = "ContainerGroup"
_UNSAID: Final[Fields] = {
    ContainerGroupSpec: """schedule_strategy private_ip_address compute_categories cpu_architecture spot_duration_hours
        ephemeral_storage_gib auto_create_eip eip_bandwidth_mbps eip_isp eip_common_bandwidth_package
        plain_http_registries insecure_registries dns_policy host_name ntp_servers max_pending_minutes
        ingress_bandwidth egress_bandwidth core_pattern share_process_namespace host_sysctls""",
    ContainerParts: "gpu termination_message_path termination_message_policy",
    Container: "lifecycle_post_start lifecycle_pre_stop environment_var_hide",
    SecurityContext: "run_as_group run_as_non_root privileged",
    EmptyDirVolume: "size_limit",
    ConfigFile: "mode",
    ConfigFileVolume: "default_mode",
    AcrRegistryInfo: "arn_service arn_user",
}
_UNSAID_VOLUMES: Final = (DiskVolume, HostPathVolume)
# How many items a list may have, by the field's name; where the call admits no more the domain has seen to it.
_MOST: Final = {"environment_vars": 100, "volume_mounts": 16, "volumes": 20, "tags": 20}
# Words of a command: the first is the command, the others are arguments.
_COMMANDS_MOST: Final = 1
_ARGS_MOST: Final = 10
_SYSCTLS: Final = ("kernel.shm_rmid_forced", "kernel.msgmax")
_CAPABILITIES: Final = ("NET_ADMIN",)
_INIT_USER: Final = 1337
_NAMES: Final = {"SecurityContext.Sysctl": "SecurityContextSysctl"}
_OUTPUTS: Final = ("ContainerGroupId", "IntranetIp", "InternetIp")


def write(spec: ContainerGroupSpec) -> Exported:
    """Return the template; a secret is a parameter that is not echoed."""
    said, lost = sayable(spec, _UNSAID, _UNSAID_VOLUMES, _refuses)
    blanks = tuple(blanks_of(said))
    names = _parameter_names(blanks)
    properties = _properties(said, names)
    region = properties.pop("RegionId", "")
    parameters = {names[blank.name]: {"Type": "String", "NoEcho": True} for blank in blanks}
    template = {
        "ROSTemplateFormatVersion": "2015-09-01",
        **({"Parameters": parameters} if parameters else {}),
        "Resources": {_RESOURCE: {"Type": "ALIYUN::ECI::ContainerGroup", "Properties": properties}},
        "Outputs": {name: {"Value": {"Fn::GetAtt": [_RESOURCE, name]}} for name in _OUTPUTS},
    }
    # One line a text: a folded one is hard to read.
    text = yaml.dump(template, Dumper=_DUMPER, sort_keys=False, allow_unicode=True, width=1_000_000)
    return Exported(text, lost=lost, told=_told(said, region, blanks))


def _refuses(record: Any, path: tuple[str, ...], value: Any) -> bool:
    """Tell whether the type does not take this value, or not so many of them."""
    is_init = path[0] == "init_containers"
    name = path[-1]
    if isinstance(value, AcrRegistryInfo):
        return not value.instance_id
    if isinstance(record, VolumeMount):
        return is_init and name in ("sub_path", "mount_propagation")
    if isinstance(record, SecurityContext):
        is_other = name.isdecimal() and value not in _CAPABILITIES
        return is_other or (is_init and name == "run_as_user" and value != _INIT_USER)
    if isinstance(value, Sysctl):
        return value.name not in _SYSCTLS
    return (name == "medium" and value != "Memory") or _is_over(record, path)


def _is_over(record: Any, path: tuple[str, ...]) -> bool:
    """Tell whether the item at the path is one too many."""
    *_above, name, last = ("", *path)
    if not last.isdecimal():
        return False
    if isinstance(record, ContainerParts) and name in ("commands", "args"):
        moved = len(record.commands[_COMMANDS_MOST:]) if name == "args" else -_COMMANDS_MOST
        return moved + int(last) >= _ARGS_MOST
    return int(last) >= _MOST.get(name, int(last) + 1)


def _properties(record: Record, names: Mapping[str, str], *, is_inside: bool = False) -> dict[str, Any]:
    """Return the properties of a record; ``is_inside``: it stands in a mapping, so that what is in it has dots."""
    found: dict[str, Any] = {}
    for _name, declared, value in sent(record):
        key = _NAMES.get(declared.wire, declared.wire.removeprefix("."))
        if isinstance(value, Record):
            inner = _properties(value, names, is_inside=True)
            found |= {f"{key}.{name}": each for name, each in inner.items()} if is_inside else {key: inner}
        else:
            found[key] = _value(declared, value, names)
    if isinstance(record, ContainerParts) and len(record.commands or ()) > _COMMANDS_MOST:
        words = [*found["Command"], *found.get("Arg", ())]
        found |= {"Command": words[:_COMMANDS_MOST], "Arg": words[_COMMANDS_MOST:]}
    return found


def _value(declared: Field, value: Any, names: Mapping[str, str]) -> Any:
    kind = declared.kind
    if isinstance(value, str | Blank):
        return _text(value, names)
    if isinstance(kind, JsonPairs):
        return {each.name: _text(each.value or "", names) for each in value}
    if isinstance(kind, Many) and not kind.commas:
        return [_item(kind, item, names) for item in value]
    if isinstance(value, Decimal):
        return int(value) if value == int(value) else float(value)
    return ",".join(value) if isinstance(value, tuple) else value


def _item(kind: Many, item: Any, names: Mapping[str, str]) -> Any:
    if not isinstance(item, Record):
        return str(item)
    found = _properties(item, names)
    if isinstance(kind.item, OneOf):
        word = next(word for word, record in kind.item.choices.items() if record is type(item))
        return {kind.item.selector: word, **found}
    return found


def _text(value: str | Blank, names: Mapping[str, str]) -> Any:
    if not isinstance(value, Blank):
        # A word of an enum is a class of its own to YAML.
        return str(value)
    parameter = {"Ref": names[value.name]}
    if value.holds is Holds.FILE:
        # The type is not said to encode a content, so it is sent as the call takes it. The function breaks lines, at
        # the end too, which the call does not want.
        return {"Fn::Replace": [{"\n": ""}, {"Fn::Base64Encode": parameter}]}
    return parameter


def _parameter_names(blanks: tuple[Blank, ...]) -> dict[str, str]:
    """Return a parameter's name for the name of each Blank: letters and digits only, none twice."""
    names: dict[str, str] = {}
    # A Ref to a resource looks the same.
    taken = {_RESOURCE}
    for blank in blanks:
        wanted = "".join(word.capitalize() for word in blank.name.split("_"))
        wanted = wanted if wanted[:1].isalpha() else f"Secret{wanted}"
        number, name = 2, wanted
        while name in taken:
            number, name = number + 1, f"{wanted}X{number}"
        taken.add(name)
        names[blank.name] = name
    return names


def _told(said: ContainerGroupSpec, region: str, blanks: tuple[Blank, ...]) -> tuple[Told, ...]:
    told = []
    if region:
        told.append(Told(_("The region is that of the stack: create it in {region}."), {"region": region}))
    if any(len(each.commands or ()) > _COMMANDS_MOST for _path, each in said.all_containers):
        told.append(Told(_("A template takes one word as the command: the others stand before the arguments.")))
    if any(blank.holds is Holds.FILE for blank in blanks):
        told.append(Told(_("Give the content of a file as it is: the template turns it into Base64.")))
    return tuple(told)
