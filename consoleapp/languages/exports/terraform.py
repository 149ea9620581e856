"""The request as Terraform: a resource alicloud_eci_container_group.

An argument is named by the wire key: its words in snake case, a list with an s behind it, a dot opens a block. What
does not follow the rule stands in the tables here.

Source: terraform-provider-alicloud (2026-08), the resource's schema and Create; the defaults of probes from the
vendor's page on them.
"""

import unicodedata
from collections.abc import Mapping
from functools import cache
from typing import Any, Final

from consoleapp.domain.container import Container, ContainerParts, SecurityContext, VolumeMount
from consoleapp.domain.errors import _
from consoleapp.domain.group import ContainerGroupSpec
from consoleapp.domain.kinds import JsonPairs, Many, OneOf
from consoleapp.domain.probe import TIMES, LifecycleHandler, Probe
from consoleapp.domain.registry import AcrRegistryInfo
from consoleapp.domain.schema import Field, Kind, Record, fields_of, unchecked
from consoleapp.domain.volume import ConfigFile, ConfigFileVolume, DiskVolume, EmptyDirVolume, HostPathVolume
from consoleapp.domain.wire import snake_case
from consoleapp.languages.exports import hcl
from consoleapp.languages.exports.exported import Blank, Exported, Holds, Told, blanks_of, sent
from consoleapp.languages.exports.sayable import Fields, sayable

_UNSAID: Final[Fields] = {
    ContainerGroupSpec: """schedule_strategy private_ip_address ipv6_address_count compute_categories cpu_architecture
        spot_duration_hours image_snapshot_id eip_isp eip_common_bandwidth_package host_name ntp_servers
        active_deadline_seconds max_pending_minutes ingress_bandwidth egress_bandwidth core_pattern
        share_process_namespace host_sysctls""",
    ContainerParts: "termination_message_path termination_message_policy",
    Container: "lifecycle_post_start stdin stdin_once tty environment_var_hide",
    LifecycleHandler: "http_get tcp_socket",
    SecurityContext: "read_only_root_filesystem run_as_group run_as_non_root",
    VolumeMount: "sub_path mount_propagation",
    EmptyDirVolume: "medium size_limit",
    ConfigFile: "mode",
    ConfigFileVolume: "default_mode",
    DiskVolume: "disk_size_gib",
    AcrRegistryInfo: "arn_service arn_user",
}
_UNSAID_VOLUMES: Final = (HostPathVolume,)
# Names that do not follow from the wire key, by its last word.
_NAMES: Final = {
    "VSwitchId": "vswitch_id",
    "Search": "searches",
    "ImageRegistryCredential": "image_registry_credential",
    "AcrRegistryInfo": "acr_registry_info",
    "Sysctl": "sysctl",
    "Add": "add",
    "LifecyclePreStopHandlerExec": "lifecycle_pre_stop_handler_exec",
}
# The provider has it inside the block, the wire beside it.
_KEYS: Final = {"SecurityContextPrivileged": "SecurityContext.Privileged"}
_REQUIRED: Final = ("container_group_name", "vswitch_id", "security_group_id")
# The provider sends zero for a number of a probe that is absent, so what the cloud takes stands there. No page names
# a default of the initial delay: no delay is none.
_PROBE: Final = {
    "initial_delay_seconds": 0,
    "period_seconds": 10,
    "timeout_seconds": 1,
    "success_threshold": 1,
    "failure_threshold": 3,
}
_PULL_POLICY: Final = {"image_pull_policy": "IfNotPresent"}
# Terraform keeps these names of variables for itself.
_RESERVED: Final = frozenset(
    {"source", "version", "providers", "count", "for_each", "lifecycle", "depends_on", "locals", *_REQUIRED}
)


def write(spec: ContainerGroupSpec) -> Exported:
    """Return the configuration: provider, a sensitive variable a secret, one for what is required and not chosen."""
    said, lost = sayable(spec, _UNSAID, _UNSAID_VOLUMES, _refuses)
    group = hcl.Block('resource "alicloud_eci_container_group" "group"')
    _fill(group, said)
    region = group.arguments.pop("region_id", None)
    missing = [name for name in _REQUIRED if name not in group.arguments]
    group.arguments |= {name: f"var.{name}" for name in missing}
    blanks = tuple(blanks_of(said))
    variables = [_variable(name) for name in missing] + [
        _variable(_variable_name(each), secret=True) for each in blanks
    ]
    # Without its address Terraform looks for the provider among HashiCorp's own.
    alicloud = hcl.mapping({"source": hcl.text("aliyun/alicloud")})
    providers = hcl.Block("terraform", blocks=[hcl.Block("required_providers", {"alicloud": alicloud})])
    provider = hcl.Block('provider "alicloud"', {"region": region} if region else {})
    text = hcl.document([providers, provider, *variables, group])
    return Exported(text, lost=lost, told=_told(said, missing, bool(blanks), text))


def _refuses(record: Any, path: tuple[str, ...], value: Any) -> bool:
    if isinstance(record, SecurityContext):
        # A block without a user would be sent as user 0.
        return record.run_as_user is None
    # The provider takes zero for nothing.
    return path[-1] == "termination_grace_period_seconds" and value == 0


def _fill(block: hcl.Block, record: Record, prefix: str = "", *, dot: str = ".") -> None:
    """Write the fields of a record into the block. Their keys begin with ``prefix``, ``dot`` stands for a dot."""
    for _name, declared, value in sent(_complete(record)):
        key = (prefix + declared.wire).replace(".", dot)
        if isinstance(value, Record):
            _fill(block, value, key + declared.kind.joint, dot=dot)  # type: ignore[attr-defined]  # a One
            continue
        is_list = isinstance(value, tuple) and _is_list(declared.kind)
        place, name = _place(block, _KEYS.get(key, key), is_list=is_list)
        if name == "tags":
            place.arguments[name] = hcl.mapping({hcl.text(each.key): hcl.text(each.value or "") for each in value})
        elif is_list and isinstance(value[0], Record):
            for item in value:
                _fill_item(place.add(name), item, declared.kind)
        else:
            place.arguments[name] = _expression(declared, value)


def _fill_item(block: hcl.Block, item: Record, listed: Kind) -> None:
    kind = listed.item if isinstance(listed, Many) else listed
    if isinstance(kind, OneOf):
        # A volume: its kind is an argument, and no dot opens a block.
        word = next(word for word, record in kind.choices.items() if record is type(item))
        block.arguments[snake_case(kind.selector)] = hcl.text(word)
        _fill(block, item, dot="_")
    else:
        _fill(block, item)


def _place(block: hcl.Block, key: str, *, is_list: bool) -> tuple[hcl.Block, str]:
    """Return the block in which a key stands, and its name there."""
    above, name = _named(key, is_list)
    for each in above:
        block = block.inside(each)
    return block, name


@cache
def _named(key: str, is_list: bool) -> tuple[tuple[str, ...], str]:
    """Return the names of the blocks around a key, and its own."""
    *above, word = key.split(".")
    return tuple(map(snake_case, above)), _NAMES.get(word, snake_case(word) + "s" * is_list)


def _is_list(kind: Kind) -> bool:
    """Tell whether the values of a kind are a list here too, neither one text nor one JSON object."""
    return isinstance(kind, Many) and not kind.commas and not isinstance(kind, JsonPairs)


def _expression(declared: Field, value: Any) -> str:
    """Return the expression for a value that is one argument."""
    kind = declared.kind
    if isinstance(value, str | Blank):
        return _text(value)
    if isinstance(kind, JsonPairs):
        pairs = {hcl.text(each.name): _text(each.value or "") for each in value}
        return f"jsonencode({hcl.mapping(pairs)})"
    if _is_list(kind):
        return hcl.items(map(hcl.text, value))
    text = str(kind.codec.to_text(value))  # type: ignore[attr-defined]  # what is no list is one parameter
    return hcl.text(text) if isinstance(value, tuple) else text


def _text(value: str | Blank) -> str:
    if not isinstance(value, Blank):
        return hcl.text(value)
    name = f"var.{_variable_name(value)}"
    return f"base64encode({name})" if value.holds is Holds.FILE else name


def _complete(record: Record) -> Record:
    """Return the record with what the provider would otherwise add by itself."""
    if isinstance(record, Probe):
        added: Mapping[str, object] = _PROBE
    elif isinstance(record, ContainerParts):
        added = _PULL_POLICY
    else:
        return record
    own = {name: getattr(record, name) for name in fields_of(type(record))}
    return unchecked(type(record), own | {name: value for name, value in added.items() if own[name] in (None, "")})


def _variable_name(blank: Blank) -> str:
    name = blank.name.lower()
    # No name of a Blank ends in an underscore, so this one is not taken.
    return f"{name}_" if name in _RESERVED else name


def _variable(name: str, *, secret: bool = False) -> hcl.Block:
    return hcl.Block(f'variable "{name}"', {"type": "string"} | ({"sensitive": "true"} if secret else {}))


def _told(said: ContainerGroupSpec, missing: list[str], has_secrets: bool, text: str) -> tuple[Told, ...]:
    parts = [each for _path, each in said.all_containers]
    probes = [probe for each in said.containers for probe in (each.liveness_probe, each.readiness_probe) if probe]
    unset = [each.name for each in parts if not each.image_pull_policy]
    told = []
    if has_secrets:
        told.append(
            Told(_("Terraform keeps the secrets in clear text in its state: guard the state as you guard them."))
        )
    told += [Told(_("The provider requires {name}: Terraform asks for it."), {"name": name}) for name in missing]
    if unset:
        says = _("The provider sends the pull policy IfNotPresent where none is set: {containers}.")
        told.append(Told(says, {"containers": ", ".join(unset)}))
    if any(getattr(probe, name) is None for probe in probes for name in TIMES):
        told.append(Told(_("Numbers of a probe that are not set stand there as the cloud's defaults.")))
    if not unicodedata.is_normalized("NFC", text):
        told.append(Told(_("Terraform changes texts to the Unicode form NFC: some of these have another one.")))
    return tuple(told)
