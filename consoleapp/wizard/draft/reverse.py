"""From a container group back to a draft's raw data: what had to be typed to get exactly this request. Pure functions.

The way there is in the sibling modules. What the wizard has no control for (a zone, a fixed address ...) is dropped; a
spec that came from a draft has none of it.
"""

from dataclasses import dataclass, field
from decimal import Decimal
from typing import Final

from consoleapp.domain import limits
from consoleapp.domain.flat import decimal_text
from consoleapp.domain.schema import Record, fields_of, unchecked
from consoleapp.domain.secret import Secret
from consoleapp.domain.spec import (
    ConfigFileVolume,
    Container,
    ContainerGroupSpec,
    ContainerParts,
    EnvironmentVar,
    HttpGet,
    InitContainer,
    LifecycleHandler,
    OssVolume,
    Probe,
    Volume,
)
from consoleapp.domain.typed import join_line
from consoleapp.domain.volume import VOLUME_LABELS, FlexVolume, driver_values
from consoleapp.wizard.draft.controls import step_of
from consoleapp.wizard.draft.paths import is_single
from consoleapp.wizard.draft.upgrades import DRIVER_KINDS
from consoleapp.wizard.layout import BASIC
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


def _single(record: Record, *without: str) -> Fields:
    """The single fields of a record as they were typed; what no page asks for is left out."""
    fields: Fields = {}
    for name, declared in fields_of(type(record)).items():
        if declared.label and name not in without and is_single(declared):
            declared.kind.write(fields, name, getattr(record, name))
    return fields


def _basic(spec: ContainerGroupSpec, vpc_id: str) -> Fields:
    own = _single(spec)
    return {name: own[name] for name in own if step_of((name,)) == BASIC} | {"vpc_id": vpc_id}


def _number(value: Decimal | int | None) -> str:
    return "" if value is None else decimal_text(Decimal(value))


# --- containers


def _container(container: ContainerParts, made: Reversed) -> ContainerData:
    key = new_key(made.data, "c")
    fields: Fields = {**_single(container), **_single(container.security_context)}
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


def _own_fields(container: Container) -> Fields:
    return {
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
    if isinstance(volume, FlexVolume):
        # As much of it as its form has fields for.
        record, values = driver_values(volume)
        volume = unchecked(record, {"name": volume.name, **values})
    name = type(volume).__name__
    kind = next((word for word, other in DRIVER_KINDS.items() if other == name), name)
    if name not in VOLUME_LABELS:
        return None
    if isinstance(volume, ConfigFileVolume):
        return _config_file_volume(volume, made)
    row = _row(made, "v", {"kind": kind, **_single(volume)})
    if isinstance(volume, OssVolume) and volume.ak_secret:
        made.secrets[ak_secret_name(row["key"])] = volume.ak_secret
    return row


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


# --- Other Settings


def _other(spec: ContainerGroupSpec, made: Reversed) -> None:
    other = made.data["other"]
    own = {**_single(spec), **_single(spec.dns_config)}
    other["fields"] = {**{name: own[name] for name in own if step_of((name,)) != BASIC}, "eip": _eip(spec)}
    for credential in spec.image_registry_credentials:
        other["credentials"][credential.server] = {
            "user_name": credential.user_name,
            "private_docker_hub": credential.server == DOCKER_HUB,
        }
        made.secrets[credential_name(credential.server)] = credential.password
    other["rows"] = {
        "acr": [_row(made, "a", _single(info)) for info in spec.acr_registry_infos],
        "tags": [_row(made, "t", _single(tag)) for tag in spec.tags if tag.key != limits.ORDER_TAG_KEY],
    }


def _eip(spec: ContainerGroupSpec) -> str:
    return ContainerGroupSpec.one_of.case_of(spec).word
