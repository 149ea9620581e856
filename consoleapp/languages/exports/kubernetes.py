"""The group as a Pod for a virtual node of Container Service for Kubernetes.

A Pod and not a Deployment, which restarts always and has its annotations elsewhere. Secrets are references: the
commands that make them stand on top. What the keys are called is not here (``domain/kubernetes.py``).

Source: the vendor's page on ECI Pod annotations (2024 to 2026-03), the API of Kubernetes 1.34.
"""

from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any, Final

from consoleapp.domain.choices import DnsPolicy, ImagePullPolicy
from consoleapp.domain.container import Container, ContainerParts, EnvironmentVar, InitContainer, VolumeMount
from consoleapp.domain.errors import _
from consoleapp.domain.flat import decimal_text
from consoleapp.domain.group import ContainerGroupSpec
from consoleapp.domain.host import DnsConfig
from consoleapp.domain.kubernetes import (
    ARCHITECTURE_LABEL,
    ECI_LABEL,
    GPU_RESOURCE,
    NAME_SERVERS_MAX,
    VOLUME_KEYS,
    cpu_text,
    key_of,
    memory_text,
)
from consoleapp.domain.probe import HttpHeader
from consoleapp.domain.registry import ImageRegistryCredential
from consoleapp.domain.schema import Record
from consoleapp.domain.secret import Secret
from consoleapp.domain.volume import ConfigFile, ConfigFileVolume, DiskVolume, FlexVolume, HostPathVolume
from consoleapp.languages.exports.exported import Blank, Exported, Lost, Told, blanks_of, sent
from consoleapp.languages.exports.kubernetes_annotations import annotations_of, is_annotation
from consoleapp.languages.exports.kubernetes_text import Octal, dump, escaped, shell_word

_SHOWN_MAX: Final = 80
_COMMENT: Final = "Create the Secrets first; each variable holds what its name says, that of a file the path to it:"
_AMOUNTS: Final[Mapping[str, tuple[str, Callable[[Any], str | None]]]] = {
    "cpu": ("cpu", cpu_text),
    "memory_gib": ("memory", memory_text),
    "gpu": (GPU_RESOURCE, str),
}


def write(spec: ContainerGroupSpec) -> Exported:
    """Return a Pod; the group has no secrets any more (``exported.without_secrets``)."""
    pod = _Pod(spec.container_group_name)
    tree = pod.tree(spec)
    comments = [_COMMENT, *pod.commands()] if pod.commands() else []
    return Exported(dump(tree, comments), lost=tuple(pod.lost), told=tuple(_told(spec, bool(comments))))


def _told(spec: ContainerGroupSpec, has_secrets: bool) -> list[Told]:
    told = [Told(_("It runs where the label {label} leads pods to a virtual node."), {"label": ECI_LABEL})]
    if has_secrets:
        told.append(Told(_("Create its Secrets first: the commands stand at the top.")))
    if any(isinstance(volume, HostPathVolume) for volume in spec.volumes):
        told.append(Told(_("A virtual node refuses paths of its host.")))
    if any(container.security_context.privileged for container in spec.containers):
        told.append(Told(_("A virtual node refuses privileged containers unless the cloud has admitted the account.")))
    if spec.ingress_bandwidth is not None or spec.egress_bandwidth is not None:
        told.append(Told(_("Kubernetes takes the bandwidth for bits a second.")))
    return told


class _Pod:
    """Writes one group; remembers what cannot be said and which Secrets it refers to."""

    def __init__(self, name: str) -> None:
        self.lost: list[Lost] = []
        self._name = name
        self._variables: list[str] = []
        self._other_commands: list[str] = []
        self._lost_volumes: set[str] = set()
        self._known: set[str] = set()

    def tree(self, spec: ContainerGroupSpec) -> dict[str, Any]:
        annotations: dict[str, str] = {}
        body: dict[str, Any] = {}
        for name, declared, value in sent(spec):
            if is_annotation(name):
                annotations |= annotations_of(spec, name, declared, value, self.lose)
            elif name == "cpu_architecture":
                body["nodeSelector"] = {ARCHITECTURE_LABEL: value.lower()}
            elif name == "image_registry_credentials":
                body["imagePullSecrets"] = [self._credential(*each) for each in enumerate(value, 1)]
            elif name == "host_name" and "." in value:
                self.lose(name, value)
            elif name != "container_group_name":
                self._put(body, spec, name, value, name)
        # Without it Kubernetes would ask the cluster's DNS.
        body.setdefault("dnsPolicy", DnsPolicy.DEFAULT.value)
        metadata: dict[str, Any] = {"name": self._name, "labels": {ECI_LABEL: "true"}}
        if annotations:
            metadata["annotations"] = annotations
        return {"apiVersion": "v1", "kind": "Pod", "metadata": metadata, "spec": body}

    def commands(self) -> list[str]:
        """Return the commands that make the Secrets."""
        values = " ".join(f'--from-literal={name}="${name}"' for name in self._variables)
        own = [f"kubectl create secret generic {self._name}-env {values}"] if values else []
        return own + self._other_commands

    def lose(self, path: str, value: Any) -> None:
        text = _shown(value)
        self.lost.append(Lost(path, text if len(text) <= _SHOWN_MAX else ""))

    def _put(self, made: dict[str, Any], record: Record, name: str, value: Any, path: str) -> None:
        """Put a field under its key."""
        *above, key = key_of(type(record), name).split(".")
        if not key:
            self.lose(path, value)
            return
        said = self._value(value, path)
        # An empty text, such as that of a variable, is a value; a list of which all was lost is none.
        if said is not None and said != []:
            for word in above:
                made = made.setdefault(word, {})
            made[key] = said

    def _value(self, value: Any, path: str) -> Any:
        if isinstance(value, tuple):
            items = (self._value(item, f"{path}.{index}") for index, item in enumerate(value))
            return [item for item in items if item is not None]
        if isinstance(value, Record):
            return _WRITERS.get(type(value), _Pod._object)(self, value, path)
        return value

    def _object(self, record: Any, path: str) -> dict[str, Any]:
        made: dict[str, Any] = {}
        for name, _declared, value in sent(record):
            self._put(made, record, name, value, f"{path}.{name}")
        return made

    def _container(self, container: ContainerParts, path: str) -> dict[str, Any]:
        self._known = {each.key for each in container.environment_vars}
        # Kubernetes would always pull `latest` where nothing is said.
        made: dict[str, Any] = {"name": "", "image": "", "imagePullPolicy": ImagePullPolicy.IF_NOT_PRESENT.value}
        for name, _declared, value in sent(container):
            if name in _AMOUNTS:
                self._amount(made, name, value, f"{path}.{name}")
            elif name in ("commands", "args"):
                made[key_of(type(container), name)] = [escaped(word, self._known) for word in value]
            else:
                self._put(made, container, name, value, f"{path}.{name}")
        return made

    def _amount(self, made: dict[str, Any], name: str, value: Any, path: str) -> None:
        resource, write_amount = _AMOUNTS[name]
        text = write_amount(value)
        if text is None:
            self.lose(path, value)
            return
        # The requests are billed and the limits hold; a container group knows one of the two.
        for word in ("requests", "limits"):
            made.setdefault("resources", {}).setdefault(word, {})[resource] = text

    def _variable(self, variable: EnvironmentVar, path: str) -> dict[str, Any]:
        value = variable.value
        if isinstance(value, Blank):
            self._variables.append(value.name)
            reference = {"name": f"{self._name}-env", "key": value.name}
            return {"name": variable.key, "valueFrom": {"secretKeyRef": reference}}
        made = self._object(variable, path)
        if isinstance(value, str):
            made["value"] = escaped(value, self._known)
        return made

    def _mount(self, mount: VolumeMount, path: str) -> dict[str, Any] | None:
        if mount.name in self._lost_volumes:
            self.lose(path, mount)
            return None
        return self._object(mount, path)

    def _dns(self, config: DnsConfig, path: str) -> dict[str, Any]:
        made = self._object(config, path)
        for index, server in enumerate(config.name_servers[NAME_SERVERS_MAX:], NAME_SERVERS_MAX):
            self.lose(f"{path}.name_servers.{index}", server)
            made[key_of(DnsConfig, "name_servers")].pop()
        return made

    def _header(self, header: HttpHeader, path: str) -> dict[str, Any]:
        # Kubernetes wants the value, were it empty.
        return {"name": header.name, "value": header.value}

    def _credential(self, number: int, credential: ImageRegistryCredential) -> dict[str, str]:
        name = f"{self._name}-registry-{number}"
        password = credential.password.name if isinstance(credential.password, Blank) else ""
        words = {
            "server": shell_word(credential.server, f"REGISTRY_SERVER_{number}"),
            "username": shell_word(credential.user_name, f"REGISTRY_USER_{number}"),
            "password": f'"${password}"',
        }
        options = " ".join(f"--docker-{word}={text}" for word, text in words.items())
        self._other_commands.append(f"kubectl create secret docker-registry {name} {options}")
        return {"name": name}

    def _volume(self, volume: Any, path: str) -> dict[str, Any]:
        key = next(key for key, kind in VOLUME_KEYS.items() if isinstance(volume, kind))
        made = self._object(volume, path)
        return {"name": made.pop("name"), key: made}

    def _flex_volume(self, volume: FlexVolume, path: str) -> dict[str, Any]:
        made: dict[str, Any] = {"driver": volume.driver}
        if volume.fs_type:
            made["fsType"] = volume.fs_type
        options = {}
        for index, option in enumerate(volume.options):
            # The driver's page knows no reference to a Secret.
            if isinstance(option.value, Secret):
                self.lose(f"{path}.options.{index}", option)
            else:
                options[option.name] = option.value
        return {"name": volume.name, "flexVolume": {**made, "options": options} if options else made}

    def _config_files(self, volume: ConfigFileVolume, path: str) -> dict[str, Any]:
        """Return a Secret, because their contents are secret to us; its keys are the names of the Blanks."""
        name = f"{self._name}-{volume.name}-files"
        made: dict[str, Any] = {"secretName": name}
        if volume.default_mode:
            made["defaultMode"] = Octal(volume.default_mode, 8)
        made["items"] = [_item(file) for file in volume.config_files]
        keys = " ".join(f'--from-file={item["key"]}="${item["key"]}"' for item in made["items"])
        self._other_commands.append(f"kubectl create secret generic {name} {keys}")
        return {"name": volume.name, "secret": made}

    def _disk(self, volume: DiskVolume, path: str) -> None:
        self._lost_volumes.add(volume.name)
        self.lose(path, volume)


_WRITERS: Final[Mapping[type[Record], Callable[[_Pod, Any, str], dict[str, Any] | None]]] = {
    **dict.fromkeys((Container, InitContainer), _Pod._container),
    **dict.fromkeys(VOLUME_KEYS.values(), _Pod._volume),
    EnvironmentVar: _Pod._variable,
    VolumeMount: _Pod._mount,
    DnsConfig: _Pod._dns,
    HttpHeader: _Pod._header,
    FlexVolume: _Pod._flex_volume,
    ConfigFileVolume: _Pod._config_files,
    DiskVolume: _Pod._disk,
}


def _item(file: ConfigFile) -> dict[str, Any]:
    key = file.content.name if isinstance(file.content, Blank) else ""
    made: dict[str, Any] = {"key": key, "path": file.path}
    return {**made, "mode": Octal(file.mode, 8)} if file.mode else made


def _shown(value: Any) -> str:
    """Return a value for people, "" for one that is secret."""
    if isinstance(value, Record):
        return "" if any(blanks_of(value)) else " ".join(_shown(item) for _name, _field, item in sent(value))
    if isinstance(value, tuple):
        return ", ".join(map(_shown, value))
    if isinstance(value, Decimal):
        return decimal_text(value)
    if isinstance(value, Secret):
        return ""
    return "true" if value is True else str(value)
