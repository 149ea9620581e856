"""A valid and a wrong value for every field that a page asks for, and container groups that have them."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from consoleapp.domain.container import Container, ContainerPort, EnvironmentVar, InitContainer
from consoleapp.domain.errors import Reason
from consoleapp.domain.expert import InstanceTypes, OneOrNone
from consoleapp.domain.group import ContainerGroupSpec
from consoleapp.domain.host import ETC_HOSTS, DnsConfig, DnsOption, HostAlias
from consoleapp.domain.kinds import (
    AbsolutePath,
    Choice,
    Flag,
    ImageAddress,
    IpAddress,
    Many,
    Matching,
    MaybeSecretText,
    Number,
    RegistryHost,
    RelativePath,
    SecretFile,
    SecretText,
    Text,
    Whole,
)
from consoleapp.domain.probe import HttpGet, HttpHeader, LifecycleHandler, Probe, TcpSocket
from consoleapp.domain.registry import AcrRegistryInfo, ImageRegistryCredential
from consoleapp.domain.schema import Field, Kind, Record, fields_of, is_required
from consoleapp.domain.secret import Secret
from consoleapp.domain.typed import COMMAND
from consoleapp.domain.volume import VOLUME_LABELS, ConfigFile, DiskFlexVolume, EmptyDirVolume, OssVolume
from consoleapp.wizard.draft.paths import is_single
from tests.wizard.complete import COMMON, PRIVATE, spec


@dataclass(frozen=True)
class Leaf:
    """A field with a control: the records on the way to it, each with the name of its field, and its declaration."""

    way: tuple[tuple[type[Record], str], ...]
    declared: Field

    @property
    def at(self) -> tuple[type[Record], str]:
        """The record and the name of the field itself."""
        return self.way[-1]

    @property
    def name(self) -> str:
        """The path, with the kind of a volume."""
        kinds = (record.__name__ for record, _name in self.way if record.__name__ in VOLUME_LABELS)
        return ".".join((*(name for _record, name in self.way), *kinds))

    @property
    def spec_path(self) -> str:
        """The path in a group that has one of everything."""
        words: list[str] = []
        for record, name in self.way:
            kind = fields_of(record)[name].kind
            words += [name, "0"] if isinstance(kind, Many) and kind.is_rows else [name]
        return ".".join(words)


def leaves(record: type[Record] = ContainerGroupSpec, *above: tuple[type[Record], str]) -> Iterator[Leaf]:
    """Every field that a page asks for. What is left of an imported FlexVolume has no page."""
    without = getattr(fields_of(above[-1][0])[above[-1][1]].kind, "without", ()) if above else ()
    for name, declared in fields_of(record).items():
        way = (*above, (record, name))
        if name in without or not declared.label:
            continue
        if is_single(declared):
            yield Leaf(way, declared)
            continue
        for word, below in declared.kind.records().items():
            if not word or word in VOLUME_LABELS:
                yield from leaves(below, *way)


# A text that matches, by what is said against one that does not.
_MATCHING = {
    Reason.REGION_FORMAT: "cn-hangzhou",
    Reason.ENVIRONMENT_KEY_FORMAT: "SAMPLE_NAME",
    Reason.FILE_MODE_FORMAT: "0640",
    Reason.SIZE_LIMIT_FORMAT: "256Mi",
    Reason.ROLE_ARN_FORMAT: "acs:ram::1234567890123456:role/sample",
}
_SAMPLES: Mapping[type[Kind], Any] = {
    Number: Decimal("0.5"),
    OneOrNone: 1,
    Flag: True,
    Text: "sample text",
    InstanceTypes: "ecs.c6.large",
    AbsolutePath: "/sample/path",
    RelativePath: "sample/path",
    IpAddress: "192.168.0.20",
    RegistryHost: "sample.example.com",
    ImageAddress: COMMON,
    SecretText: Secret("sample-secret"),
    MaybeSecretText: "sample value",
    SecretFile: Secret("sample content"),
}
# Fields that need a value of their own, because the cloud of the tests knows only some, or others lean on them.
_OWN: Mapping[tuple[type[Record], str], Any] = {
    (ContainerGroupSpec, "vswitch_ids"): ("vsw-simhzdefaulth",),
    (ContainerGroupSpec, "security_group_id"): "sg-simhzdefault",
    (ContainerGroupSpec, "zone_id"): "cn-hangzhou-h",
    (ContainerGroupSpec, "cpu"): Decimal(4),
    (ContainerGroupSpec, "memory_gib"): Decimal(8),
    (ImageRegistryCredential, "server"): "registry.example.com",
}
_LIMITED = {"spot_strategy": "SpotWithPriceLimit", "spot_price_limit": Decimal("0.5")}
_EIP = {"auto_create_eip": True}
# What a field cannot be without: other fields of its record. The record alone: any of its fields.
_COMPANY: Mapping[tuple[type[Record], str] | type[Record], dict[str, Any]] = {
    (ContainerGroupSpec, "cpu"): {"memory_gib": Decimal(8)},
    (ContainerGroupSpec, "instance_type"): {"cpu": None, "memory_gib": None},
    (ContainerGroupSpec, "spot_price_limit"): _LIMITED,
    (ContainerGroupSpec, "spot_duration_hours"): _LIMITED,
    (ContainerGroupSpec, "eip_bandwidth_mbps"): _EIP,
    (ContainerGroupSpec, "eip_isp"): _EIP | {"eip_bandwidth_mbps": 5},
    (ContainerGroupSpec, "eip_common_bandwidth_package"): _EIP | {"eip_bandwidth_mbps": 5},
    (ContainerGroupSpec, "dns_policy"): {"dns_config": DnsConfig(("10.0.0.2",))},
    (ContainerGroupSpec, "image_registry_credentials"): {
        "containers": (Container(name="web", image=PRIVATE, image_pull_policy="IfNotPresent"),)
    },
    (ContainerGroupSpec, "containers"): {"volumes": (EmptyDirVolume("sample"),)},
    (ContainerGroupSpec, "init_containers"): {"volumes": (EmptyDirVolume("sample"),)},
    Container: {"image_pull_policy": "IfNotPresent"},
    InitContainer: {"name": "first", "image_pull_policy": "IfNotPresent"},
    (Container, "stdin_once"): {"stdin": True},
    # What a form begins with where nothing is the same.
    ContainerPort: {"protocol": "TCP"},
    HttpGet: {"scheme": "HTTP"},
    EnvironmentVar: {"value": "sample value"},
    ConfigFile: {"content": Secret("sample content")},
    (AcrRegistryInfo, "arn_user"): {"arn_service": "acs:ram::1234567890123456:role/own"},
    AcrRegistryInfo: {"instance_id": "cri-1"},
    (OssVolume, "ak_id"): {"ak_secret": Secret("x")},
    (OssVolume, "ak_secret"): {"ak_id": "LTAI"},
    DiskFlexVolume: {"size": "20"},
    **{
        (record, name): {"tcp_socket": TcpSocket(80)}
        for record in (Probe, LifecycleHandler)
        for name, declared in fields_of(record).items()
        if name not in ("http_get", "tcp_socket", "exec_commands")
    },
}
_TYPED_RECORDS: Mapping[type[Record], Record] = {
    DnsOption: DnsOption("ndots", "2"),
    HostAlias: HostAlias("10.0.0.9", ("db", "db.example.com")),
    HttpHeader: HttpHeader("X-Sample", "yes"),
}


def sample(kind: Kind, declared: Field | None = None) -> Any:
    """A valid value, not the one that a form begins with."""
    match kind:
        case Many(item=item):
            return (sample(item),) if not item.records() else (_record_sample(item),)
        case Choice():
            usual = declared.initial if declared else ""
            return next(word for word in kind.labels() if word not in ("", usual))
        case OneOrNone():
            return 1
        case Whole(least=least, most=most):
            return max(least, min(most, 7))
        case Matching(reason=reason):
            return _MATCHING.get(reason, "SAMPLE" if not kind.pattern.fullmatch("sample") else "sample")
    return _SAMPLES[type(kind)]


def _record_sample(kind: Kind) -> Record:
    (record,) = kind.records().values()
    return _TYPED_RECORDS.get(record) or made(record)


def made(record: type[Record], name: str = "", value: Any = None) -> Any:
    """A record with this value and what it cannot be without."""
    values: dict[str, Any] = {
        each: sample(declared.kind, declared)
        for each, declared in fields_of(record).items()
        if is_required(record, each)
    }
    values |= _COMPANY.get(record, {}) | _COMPANY.get((record, name), {})
    values |= {each: own for (owner, each), own in _OWN.items() if owner is record and each in values}
    return record(**{**values, name: value} if name else values)


def sample_of(leaf: Leaf) -> Any:
    """The value of the field in its group."""
    return _OWN.get(leaf.at, None) or sample(leaf.declared.kind, leaf.declared)


def group_with(leaf: Leaf) -> ContainerGroupSpec:
    """A container group in which the field has its sample."""
    value = sample_of(leaf)
    for record, name in reversed(leaf.way[1:]):
        is_inside = (record, name) != leaf.at
        value = made(record, name, _in_list(record, name, value) if is_inside else value)
    first, name = leaf.way[0]
    value = _in_list(first, name, value) if len(leaf.way) > 1 else value
    return spec(**{**_COMPANY.get((first, name), {}), name: value})


def _in_list(record: type[Record], name: str, value: Any) -> Any:
    return (value,) if fields_of(record)[name].kind.is_list else value


_WRONG: Mapping[type[Kind], Any] = {
    Choice: "no-such-word",
    Whole: "many",
    Number: "much",
    Matching: "$ $",
    AbsolutePath: "relative",
    RelativePath: "/absolute",
    IpAddress: "nowhere",
    RegistryHost: "no/host",
    ImageAddress: "NO IMAGE",
    InstanceTypes: "big",
    SecretFile: Secret("\x07"),
}


def wrong(kind: Kind) -> Any:
    """What somebody could type that is no such value."""
    match kind:
        case SecretText(longest=longest):
            return Secret("x" * (longest + 1))
        case InstanceTypes():
            return "big"
        case Text(longest=longest) | MaybeSecretText(longest=longest):
            return "x" * (longest + 1)
        case Many(typed=typed) if typed is COMMAND:
            return '"open'
        case Many(typed=typed) if typed is ETC_HOSTS:
            return "nowhere db"
        case Many(item=item, typed=None):
            return [wrong(item)]
        case Many(item=item):
            (record,) = item.records().values() or (None,)
            # A line without its sign, or a name that is too long.
            return wrong(item) if record is None else "x" * 5000
    return _WRONG[type(kind)]
