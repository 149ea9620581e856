"""ContainerGroupSpec as the flat parameters of CreateContainerGroup, and back. The only file that spells wire keys.

How a value is written is not here (``flat.py``). Source of the names: the vendor's OpenAPI metadata of Eci 2018-08-08
(2024-07), MaxPendingMinute from the metadata of 2026-04. Spellings that break the rule are marked ``# vendor:``.
"""

import re
from collections.abc import Collection, Mapping
from typing import Final

from consoleapp.domain import spec
from consoleapp.domain.errors import DomainError, Reason
from consoleapp.domain.flat import (
    COMMA_LIST,
    DECIMAL,
    FLAG,
    SECRET,
    SECRET_BASE64,
    TEXT,
    TEXT_OR_SECRET,
    WHOLE,
    Field,
    ListOf,
    OneOf,
    Part,
    Reading,
    Writing,
    json_pairs,
)
from consoleapp.domain.secret import Secret
from consoleapp.domain.spec import ContainerGroupSpec
from consoleapp.domain.volume import SECRET_FLEX_OPTIONS

_HTTP_HEADER = Part(spec.HttpHeader, Field("name", "Name", TEXT), Field("value", "Value", TEXT))

_PROBE = Part(
    spec.Probe,
    Field(
        "http_get",
        "HttpGet",
        Part(spec.HttpGet, Field("port", "Port", WHOLE), Field("path", "Path", TEXT), Field("scheme", "Scheme", TEXT)),
    ),
    Field("tcp_socket", "TcpSocket", Part(spec.TcpSocket, Field("port", "Port", WHOLE))),
    Field("exec_commands", "Exec.Command", ListOf(TEXT)),
    Field("initial_delay_seconds", "InitialDelaySeconds", WHOLE),
    Field("period_seconds", "PeriodSeconds", WHOLE),
    Field("timeout_seconds", "TimeoutSeconds", WHOLE),
    Field("success_threshold", "SuccessThreshold", WHOLE),
    Field("failure_threshold", "FailureThreshold", WHOLE),
)

# vendor: the names of a handler have no dots: LifecyclePreStopHandlerHttpGetPort, LifecyclePreStopHandlerExec.1.
_HANDLER = Part(
    spec.LifecycleHandler,
    Field(
        "http_get",
        "HttpGet",
        Part(
            spec.HttpGet,
            Field("port", "Port", WHOLE),
            Field("path", "Path", TEXT),
            Field("scheme", "Scheme", TEXT),
            Field("host", "Host", TEXT),
            Field("http_headers", "HttpHeader", ListOf(_HTTP_HEADER)),
            joint="",
        ),
    ),
    Field(
        "tcp_socket",
        "TcpSocket",
        Part(spec.TcpSocket, Field("port", "Port", WHOLE), Field("host", "Host", TEXT), joint=""),
    ),
    Field("exec_commands", "Exec", ListOf(TEXT)),
    joint="",
)

_SHARED_SECURITY = (
    Field("capabilities_add", ".Capability.Add", ListOf(TEXT)),
    Field("read_only_root_filesystem", ".ReadOnlyRootFilesystem", FLAG),
    Field("run_as_user", ".RunAsUser", WHOLE),
)
_INIT_SECURITY_CONTEXT = Part(spec.SecurityContext, *_SHARED_SECURITY, joint="")
_SECURITY_CONTEXT = Part(
    spec.SecurityContext,
    *_SHARED_SECURITY,
    # vendor: these three have no dot after SecurityContext.
    Field("run_as_group", "RunAsGroup", WHOLE),
    Field("run_as_non_root", "RunAsNonRoot", FLAG),
    Field("privileged", "Privileged", FLAG),
    joint="",
)

_ENVIRONMENT_VAR = Part(
    spec.EnvironmentVar,
    Field("key", "Key", TEXT),
    # A variable may be empty, which is not the same as absent.
    Field("value", "Value", TEXT_OR_SECRET, keeps_empty=True),
    Field("field_path", "FieldRef.FieldPath", TEXT),
)

_CONTAINER_PARTS = (
    Field("name", "Name", TEXT),
    Field("image", "Image", TEXT),
    Field("image_pull_policy", "ImagePullPolicy", TEXT),
    Field("cpu", "Cpu", DECIMAL),
    Field("memory_gib", "Memory", DECIMAL),
    Field("gpu", "Gpu", WHOLE),
    Field("working_dir", "WorkingDir", TEXT),
    Field("commands", "Command", ListOf(TEXT)),
    Field("args", "Arg", ListOf(TEXT)),
    Field("environment_vars", "EnvironmentVar", ListOf(_ENVIRONMENT_VAR)),
    Field(
        "ports",
        "Port",
        ListOf(Part(spec.ContainerPort, Field("port", "Port", WHOLE), Field("protocol", "Protocol", TEXT))),
    ),
    Field(
        "volume_mounts",
        "VolumeMount",
        ListOf(
            Part(
                spec.VolumeMount,
                Field("name", "Name", TEXT),
                Field("mount_path", "MountPath", TEXT),
                Field("sub_path", "SubPath", TEXT),
                Field("read_only", "ReadOnly", FLAG),
                Field("mount_propagation", "MountPropagation", TEXT),
            )
        ),
    ),
    Field("termination_message_path", "TerminationMessagePath", TEXT),
    Field("termination_message_policy", "TerminationMessagePolicy", TEXT),
)

_CONTAINER = Part(
    spec.Container,
    *_CONTAINER_PARTS,
    Field("security_context", "SecurityContext", _SECURITY_CONTEXT),
    Field("liveness_probe", "LivenessProbe", _PROBE),
    Field("readiness_probe", "ReadinessProbe", _PROBE),
    Field("lifecycle_post_start", "LifecyclePostStartHandler", _HANDLER),
    Field("lifecycle_pre_stop", "LifecyclePreStopHandler", _HANDLER),
    Field("stdin", "Stdin", FLAG),
    Field("stdin_once", "StdinOnce", FLAG),
    Field("tty", "Tty", FLAG),
    Field("environment_var_hide", "EnvironmentVarHide", FLAG),
)

_INIT_CONTAINER = Part(
    spec.InitContainer, *_CONTAINER_PARTS, Field("security_context", "SecurityContext", _INIT_SECURITY_CONTEXT)
)


def _flex_option(name: str, value: str) -> spec.FlexVolumeOption:
    return spec.FlexVolumeOption(name, Secret(value) if name in SECRET_FLEX_OPTIONS else value)


_VOLUME_NAME = Field("name", "Name", TEXT)
_VOLUME = OneOf(
    "Type",
    {
        "EmptyDirVolume": Part(
            spec.EmptyDirVolume,
            _VOLUME_NAME,
            Field("medium", "EmptyDirVolume.Medium", TEXT),
            Field("size_limit", "EmptyDirVolume.SizeLimit", TEXT),
        ),
        "NFSVolume": Part(
            spec.NFSVolume,
            _VOLUME_NAME,
            Field("server", "NFSVolume.Server", TEXT),
            Field("path", "NFSVolume.Path", TEXT),
            Field("read_only", "NFSVolume.ReadOnly", FLAG),
        ),
        "ConfigFileVolume": Part(
            spec.ConfigFileVolume,
            _VOLUME_NAME,
            Field(
                "config_files",
                # vendor: a list named ConfigFileToPath.
                "ConfigFileVolume.ConfigFileToPath",
                ListOf(
                    Part(
                        spec.ConfigFile,
                        Field("path", "Path", TEXT),
                        Field("content", "Content", SECRET_BASE64, keeps_empty=True),
                        # vendor: the metadata calls a mode a whole number, the manual gives 0644. We send the digits.
                        Field("mode", "Mode", TEXT),
                    )
                ),
            ),
            Field("default_mode", "ConfigFileVolume.DefaultMode", TEXT),
        ),
        "FlexVolume": Part(
            spec.FlexVolume,
            _VOLUME_NAME,
            Field("driver", "FlexVolume.Driver", TEXT),
            Field("fs_type", "FlexVolume.FsType", TEXT),
            # vendor: a JSON object in one parameter.
            Field("options", "FlexVolume.Options", json_pairs(_flex_option)),
        ),
        "HostPathVolume": Part(
            spec.HostPathVolume,
            _VOLUME_NAME,
            Field("path", "HostPathVolume.Path", TEXT),
            Field("path_type", "HostPathVolume.Type", TEXT),
        ),
        "DiskVolume": Part(
            spec.DiskVolume,
            _VOLUME_NAME,
            Field("disk_id", "DiskVolume.DiskId", TEXT),
            Field("fs_type", "DiskVolume.FsType", TEXT),
            Field("disk_size_gib", "DiskVolume.DiskSize", WHOLE),
        ),
    },
)

_SYSCTLS = ListOf(Part(spec.Sysctl, Field("name", "Name", TEXT), Field("value", "Value", TEXT)))

_REGISTRY_CREDENTIAL = Part(
    spec.ImageRegistryCredential,
    Field("server", "Server", TEXT),
    Field("user_name", "UserName", TEXT),
    Field("password", "Password", SECRET),
)

_ACR_REGISTRY_INFO = Part(
    spec.AcrRegistryInfo,
    Field("instance_id", "InstanceId", TEXT),
    Field("instance_name", "InstanceName", TEXT),
    Field("region_id", "RegionId", TEXT),
    Field("domains", "Domain", ListOf(TEXT)),
    Field("arn_service", "ArnService", TEXT),
    Field("arn_user", "ArnUser", TEXT),
)

_DNS_CONFIG = Part(
    spec.DnsConfig,
    Field("name_servers", "NameServer", ListOf(TEXT)),
    Field("searches", "Search", ListOf(TEXT)),
    Field(
        "options",
        "Option",
        ListOf(Part(spec.DnsOption, Field("name", "Name", TEXT), Field("value", "Value", TEXT))),
    ),
)

_CONTAINER_GROUP = Part(
    ContainerGroupSpec,
    Field("region_id", "RegionId", TEXT),
    Field("zone_id", "ZoneId", TEXT),
    # vendor: several ids in one parameter, separated by commas.
    Field("vswitch_ids", "VSwitchId", COMMA_LIST),
    Field("security_group_id", "SecurityGroupId", TEXT),
    Field("schedule_strategy", "ScheduleStrategy", TEXT),
    Field("private_ip_address", "PrivateIpAddress", TEXT),
    Field("ipv6_address_count", "Ipv6AddressCount", WHOLE),
    Field("container_group_name", "ContainerGroupName", TEXT),
    Field("restart_policy", "RestartPolicy", TEXT),
    Field("cpu", "Cpu", DECIMAL),
    Field("memory_gib", "Memory", DECIMAL),
    Field("instance_type", "InstanceType", TEXT),
    Field("compute_categories", "ComputeCategory", ListOf(TEXT)),
    Field("cpu_architecture", "CpuArchitecture", TEXT),
    Field("spot_strategy", "SpotStrategy", TEXT),
    Field("spot_price_limit", "SpotPriceLimit", DECIMAL),
    Field("spot_duration_hours", "SpotDuration", WHOLE),
    Field("auto_match_image_cache", "AutoMatchImageCache", FLAG),
    Field("image_snapshot_id", "ImageSnapshotId", TEXT),
    Field("ephemeral_storage_gib", "EphemeralStorage", WHOLE),
    Field("volumes", "Volume", ListOf(_VOLUME)),
    Field("containers", "Container", ListOf(_CONTAINER)),
    Field("init_containers", "InitContainer", ListOf(_INIT_CONTAINER)),
    Field("eip_instance_id", "EipInstanceId", TEXT),
    Field("auto_create_eip", "AutoCreateEip", FLAG),
    Field("eip_bandwidth_mbps", "EipBandwidth", WHOLE),
    # vendor: ISP in capitals here, Eip elsewhere.
    Field("eip_isp", "EipISP", TEXT),
    Field("eip_common_bandwidth_package", "EipCommonBandwidthPackage", TEXT),
    Field("image_registry_credentials", "ImageRegistryCredential", ListOf(_REGISTRY_CREDENTIAL)),
    Field("acr_registry_infos", "AcrRegistryInfo", ListOf(_ACR_REGISTRY_INFO)),
    # vendor: singular names, several hosts separated by commas.
    Field("plain_http_registries", "PlainHttpRegistry", COMMA_LIST),
    Field("insecure_registries", "InsecureRegistry", COMMA_LIST),
    Field("ram_role_name", "RamRoleName", TEXT),
    Field("resource_group_id", "ResourceGroupId", TEXT),
    Field("tags", "Tag", ListOf(Part(spec.Tag, Field("key", "Key", TEXT), Field("value", "Value", TEXT)))),
    Field("dns_policy", "DnsPolicy", TEXT),
    Field("dns_config", "DnsConfig", _DNS_CONFIG),
    # vendor: HostAliase.
    Field(
        "host_aliases",
        "HostAliase",
        ListOf(Part(spec.HostAlias, Field("ip", "Ip", TEXT), Field("host_names", "Hostname", ListOf(TEXT)))),
    ),
    Field("host_name", "HostName", TEXT),
    Field("ntp_servers", "NtpServer", ListOf(TEXT)),
    Field("termination_grace_period_seconds", "TerminationGracePeriodSeconds", WHOLE),
    Field("active_deadline_seconds", "ActiveDeadlineSeconds", WHOLE),
    Field("max_pending_minutes", "MaxPendingMinute", WHOLE),
    Field("ingress_bandwidth", "IngressBandwidth", WHOLE),
    Field("egress_bandwidth", "EgressBandwidth", WHOLE),
    Field("core_pattern", "CorePattern", TEXT),
    Field("share_process_namespace", "ShareProcessNamespace", FLAG),
    Field("sysctls", "SecurityContext.Sysctl", _SYSCTLS),
    Field("host_sysctls", "HostSecurityContext.Sysctl", _SYSCTLS),
)

_TAG_KEY: Final = re.compile(r"Tag\.\d+\.Key")

# Every key that can be written, with N for an index.
KEY_PATTERNS: Final = frozenset(_CONTAINER_GROUP.patterns(""))


def to_parameters(group: ContainerGroupSpec) -> dict[str, str]:
    """The parameters of CreateContainerGroup, secrets in clear text; without ClientToken and DryRun."""
    return _written(group).parameters


def secret_keys(group: ContainerGroupSpec) -> frozenset[str]:
    """The keys of ``to_parameters(group)`` whose value must not be shown, logged or stored in clear text."""
    return frozenset(_written(group).secret_keys)


def written(group: ContainerGroupSpec) -> tuple[dict[str, str], frozenset[str]]:
    """Both ``to_parameters(group)`` and ``secret_keys(group)``, in one go through the group."""
    out = _written(group)
    return out.parameters, frozenset(out.secret_keys)


def from_parameters(parameters: Mapping[str, str], *, secret_keys: Collection[str] = frozenset()) -> ContainerGroupSpec:
    """The spec that these parameters ask for; ``secret_keys`` are read as Secret. Passwords always are.

    Raises DomainError with the field's path; a parameter that is not known, or an index after a gap, is refused with
    its key as the path.
    """
    reading = Reading(parameters, secret_keys)
    values = _CONTAINER_GROUP.read_values("", reading)
    if reading.unread:
        key = min(reading.unread)
        raise DomainError(Reason.UNKNOWN_PARAMETER, key, name=key)
    return ContainerGroupSpec(**{**_CONTAINER_GROUP.blanks, **values})


def tags_of(parameters: Mapping[str, str]) -> dict[str, str]:
    """The tags among the parameters, values by key."""
    keys = filter(_TAG_KEY.fullmatch, parameters)
    return {parameters[name]: parameters.get(_value_of(name), "") for name in keys}


def with_tag(parameters: Mapping[str, str], tag: spec.Tag) -> dict[str, str]:
    """The parameters with this tag, in the place of one with the same key or behind all others."""
    keys = [name for name in parameters if _TAG_KEY.fullmatch(name)]
    place = next((name for name in keys if parameters[name] == tag.key), f"Tag.{len(keys) + 1}.Key")
    return {**parameters, place: tag.key, _value_of(place): tag.value}


def _value_of(tag_key: str) -> str:
    return f"{tag_key.removesuffix('Key')}Value"


def wire_key(path: str) -> str:
    """The wire key of a field path, as far as it is known: ``containers.0.image`` is ``Container.1.Image``."""
    return _CONTAINER_GROUP.key_of("", path.split("."))


def field_path(key: str) -> str | None:
    """The field path of a wire key: ``Container.1.Image`` is ``containers.0.image``; None for a key not known."""
    return _CONTAINER_GROUP.path_of("", key)


def _written(group: ContainerGroupSpec) -> Writing:
    out = Writing()
    _CONTAINER_GROUP.write("", group, out)
    return out
