"""From a container group back to a draft's raw data: what had to be typed to get exactly this request. Pure functions.

The way there is in the sibling modules. What the wizard has no control for (a zone, a fixed address ...) is dropped; a
spec that came from a draft has none of it.
"""

from dataclasses import dataclass, field
from decimal import Decimal
from typing import Final

from consoleapp.domain import limits
from consoleapp.domain.image import split_image
from consoleapp.domain.secret import Secret
from consoleapp.domain.spec import (
    AcrRegistryInfo,
    ConfigFileVolume,
    Container,
    ContainerGroupSpec,
    ContainerParts,
    EmptyDirVolume,
    EnvironmentVar,
    FlexVolume,
    HttpGet,
    InitContainer,
    LifecycleHandler,
    NFSVolume,
    Probe,
    Volume,
)
from consoleapp.wizard.mapping.command_line import join_line
from consoleapp.wizard.mapping.volumes import DRIVERS, OPTIONS
from consoleapp.wizard.shape import (
    ContainerData,
    Data,
    Fields,
    Row,
    ak_secret_name,
    as_data,
    config_file_name,
    credential_name,
    empty_data,
    env_name,
    new_key,
)

POD_IP: Final = "status.podIP"
DOCKER_HUB: Final = "docker.io"


@dataclass
class Reversed:
    """A draft's data, and its secrets by their names in the vault."""

    data: Data
    secrets: dict[str, Secret] = field(default_factory=dict)


def to_draft(spec: ContainerGroupSpec, vpc_id: str = "") -> Reversed:
    """The data and secrets of a draft that describes this container group. `vpc_id` is not part of a spec."""
    made = Reversed(as_data(empty_data()))
    made.data["basic"] = _basic(spec, vpc_id)
    made.data["volumes"] = [row for volume in spec.volumes if (row := _volume(volume, made)) is not None]
    everyone: tuple[ContainerParts, ...] = (*spec.containers, *spec.init_containers)
    made.data["containers"] = [_container(container, made) for container in everyone]
    _other(spec, made)
    return made


def _basic(spec: ContainerGroupSpec, vpc_id: str) -> Fields:
    return {
        "region_id": spec.region_id,
        "vpc_id": vpc_id,
        "vswitch_ids": list(spec.vswitch_ids),
        "security_group_id": spec.security_group_id,
        "schedule_strategy": spec.schedule_strategy,
        "container_group_name": spec.container_group_name,
        "restart_policy": spec.restart_policy,
        "cpu": _number(spec.cpu),
        "memory_gib": _number(spec.memory_gib),
        "compute_categories": list(spec.compute_categories),
        "cpu_architecture": spec.cpu_architecture,
        "auto_match_image_cache": spec.auto_match_image_cache,
        "ephemeral_storage_gib": _number(spec.ephemeral_storage_gib),
    }


def _number(value: Decimal | int | None) -> str:
    if value is None:
        return ""
    text = f"{value:f}" if isinstance(value, Decimal) else str(value)
    return text.rstrip("0").rstrip(".") if "." in text else text


# --- containers


def _container(container: ContainerParts, made: Reversed) -> ContainerData:
    key = new_key(made.data, "c")
    image, version = split_image(container.image)
    fields: Fields = {
        "name": container.name,
        "image": image,
        "image_version": version,
        "image_pull_policy": container.image_pull_policy,
        "cpu": _number(container.cpu),
        "memory_gib": _number(container.memory_gib),
        "working_dir": container.working_dir,
        "commands": join_line(container.commands),
        "args": join_line(container.args),
        **_security(container),
    }
    if isinstance(container, Container):
        fields |= _own_fields(container)
    rows = {
        "env": [_environment_var(item, key, made) for item in container.environment_vars],
        "ports": [_row(made, "r", {"port": str(item.port), "protocol": item.protocol}) for item in container.ports],
        "mounts": [
            _row(
                made,
                "r",
                {
                    "volume": item.name,
                    "mount_path": item.mount_path,
                    "sub_path": item.sub_path,
                    "read_only": item.read_only,
                    "propagation": item.mount_propagation,
                },
            )
            for item in container.volume_mounts
        ],
    }
    return {"key": key, "init": isinstance(container, InitContainer), "fields": fields, "rows": rows}


def _security(container: ContainerParts) -> Fields:
    context = container.security_context
    return {
        "capabilities_add": " ".join(context.capabilities_add),
        "read_only_root_filesystem": context.read_only_root_filesystem,
        "run_as_user": _number(context.run_as_user),
        "run_as_group": _number(context.run_as_group),
        "run_as_non_root": context.run_as_non_root,
        "privileged": context.privileged,
    }


def _own_fields(container: Container) -> Fields:
    return {
        "stdin": container.stdin,
        "stdin_once": container.stdin_once,
        "tty": container.tty,
        "environment_var_hide": container.environment_var_hide,
        **_action("liveness", container.liveness_probe),
        **_action("readiness", container.readiness_probe),
        **_action("post_start", container.lifecycle_post_start),
        **_action("pre_stop", container.lifecycle_pre_stop),
    }


def _action(which: str, action: Probe | LifecycleHandler | None) -> Fields:
    if action is None:
        return {}
    fields: Fields = {}
    if action.http_get:
        fields = {f"{which}_kind": "http", **_http_get(which, action.http_get)}
    elif action.tcp_socket:
        socket = action.tcp_socket
        fields = {f"{which}_kind": "tcp", f"{which}_port": str(socket.port), f"{which}_host": socket.host}
    else:
        fields = {f"{which}_kind": "exec", f"{which}_command": join_line(action.exec_commands)}
    if isinstance(action, Probe):
        for name in (
            "initial_delay_seconds",
            "period_seconds",
            "timeout_seconds",
            "success_threshold",
            "failure_threshold",
        ):
            fields[f"{which}_{name}"] = _number(getattr(action, name))
    return fields


def _http_get(which: str, request: HttpGet) -> Fields:
    return {
        f"{which}_port": str(request.port),
        f"{which}_path": request.path,
        f"{which}_scheme": request.scheme,
        f"{which}_host": request.host,
        f"{which}_headers": "\n".join(f"{header.name}: {header.value}" for header in request.http_headers),
    }


def _environment_var(variable: EnvironmentVar, container_key: str, made: Reversed) -> Row:
    is_secret = isinstance(variable.value, Secret)
    row = _row(
        made,
        "r",
        {
            "name": variable.key,
            "value": variable.value if isinstance(variable.value, str) else "",
            "secret": is_secret,
            "source": variable.field_path or "value",
        },
    )
    if isinstance(variable.value, Secret):
        made.secrets[env_name(container_key, row["key"])] = variable.value
    return row


def _row(made: Reversed, letter: str, fields: Fields) -> Row:
    return {"key": new_key(made.data, letter), "fields": fields}


# --- volumes


def _volume(volume: Volume, made: Reversed) -> Row | None:
    """The row of a volume; None for the kinds that the wizard does not offer."""
    if isinstance(volume, EmptyDirVolume):
        fields: Fields = {"kind": "EmptyDirVolume", "medium": volume.medium, "size_limit": volume.size_limit}
    elif isinstance(volume, NFSVolume):
        fields = {
            "kind": "NFSVolume",
            "server": volume.server,
            "path": volume.path,
            "read_only": volume.read_only,
        }
    elif isinstance(volume, ConfigFileVolume):
        return _config_file_volume(volume, made)
    elif isinstance(volume, FlexVolume):
        return _flex_volume(volume, made)
    else:
        return None
    return _row(made, "v", {"name": volume.name, **fields})


def _config_file_volume(volume: ConfigFileVolume, made: Reversed) -> Row:
    fields: Fields = {
        "name": volume.name,
        "kind": "ConfigFileVolume",
        "default_mode": volume.default_mode,
        "paths": [file.path for file in volume.config_files],
        "modes": [file.mode for file in volume.config_files],
    }
    row = _row(made, "v", fields)
    fields["keys"] = keys = [new_key(made.data, "f") for _file in volume.config_files]
    for key, file in zip(keys, volume.config_files, strict=True):
        made.secrets[config_file_name(row["key"], key)] = file.content
    return row


def _flex_volume(volume: FlexVolume, made: Reversed) -> Row:
    kind = next(kind for kind, driver in DRIVERS.items() if driver == volume.driver)
    names = {wire_name: name for name, wire_name in OPTIONS[kind].items()}
    fields: Fields = {"name": volume.name, "kind": kind, "fs_type": volume.fs_type}
    row = _row(made, "v", fields)
    for option in volume.options:
        if isinstance(option.value, Secret):
            made.secrets[ak_secret_name(row["key"])] = option.value
        elif option.name in names:
            fields[names[option.name]] = option.value
    return row


# --- Other Settings


def _other(spec: ContainerGroupSpec, made: Reversed) -> None:
    other = made.data["other"]
    other["fields"] = {
        **_eip(spec),
        "plain_http_registries": "\n".join(spec.plain_http_registries),
        "insecure_registries": "\n".join(spec.insecure_registries),
        "ram_role_name": spec.ram_role_name,
        "resource_group_id": spec.resource_group_id,
        "dns_policy": spec.dns_policy,
        "name_servers": "\n".join(spec.dns_config.name_servers),
        "searches": "\n".join(spec.dns_config.searches),
        "options": "\n".join(
            f"{option.name}:{option.value}" if option.value else option.name for option in spec.dns_config.options
        ),
        "host_aliases": "\n".join(" ".join((alias.ip, *alias.host_names)) for alias in spec.host_aliases),
        "ntp_servers": "\n".join(spec.ntp_servers),
        "termination_grace_period_seconds": _number(spec.termination_grace_period_seconds),
        "active_deadline_seconds": _number(spec.active_deadline_seconds),
        "max_pending_minutes": _number(spec.max_pending_minutes),
    }
    for credential in spec.image_registry_credentials:
        other["credentials"][credential.server] = {
            "user_name": credential.user_name,
            "private_docker_hub": credential.server == DOCKER_HUB,
        }
        made.secrets[credential_name(credential.server)] = credential.password
    other["rows"] = {
        "acr": [_row(made, "a", _acr(info)) for info in spec.acr_registry_infos],
        "tags": [
            _row(made, "t", {"key": tag.key, "value": tag.value})
            for tag in spec.tags
            if tag.key != limits.ORDER_TAG_KEY
        ],
    }


def _eip(spec: ContainerGroupSpec) -> Fields:
    choice = "create" if spec.auto_create_eip else "existing" if spec.eip_instance_id else "none"
    return {
        "eip": choice,
        "eip_bandwidth_mbps": _number(spec.eip_bandwidth_mbps),
        "eip_instance_id": spec.eip_instance_id,
    }


def _acr(info: AcrRegistryInfo) -> Fields:
    return {
        "instance_id": info.instance_id,
        "instance_name": info.instance_name,
        "region_id": info.region_id,
        "domains": "\n".join(info.domains),
        "arn_service": info.arn_service,
        "arn_user": info.arn_user,
    }
