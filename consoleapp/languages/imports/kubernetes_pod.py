"""The pod of a workload as the fields of a container group."""

from collections.abc import Mapping
from decimal import ROUND_CEILING, Decimal
from typing import Any, Final

from consoleapp.domain.choices import CpuArchitecture, DnsPolicy, ImagePullPolicy, RestartPolicy
from consoleapp.domain.container import (
    NOT_OF_INIT,
    Container,
    ContainerParts,
    ContainerPort,
    InitContainer,
    SecurityContext,
)
from consoleapp.domain.errors import DomainError, _
from consoleapp.domain.group import ContainerGroupSpec
from consoleapp.domain.image import DOCKER_HUB, parse_image_reference
from consoleapp.domain.kubernetes import ARCHITECTURE_LABEL, GPU_RESOURCE, cpu_of, gib_of, key_of, quantity
from consoleapp.domain.registry import ImageRegistryCredential
from consoleapp.domain.schema import fields_of
from consoleapp.domain.secret import Secret
from consoleapp.languages.imports.kubernetes_environment import Environment
from consoleapp.languages.imports.kubernetes_objects import Given
from consoleapp.languages.imports.kubernetes_reading import NOT_READ, Reader, made
from consoleapp.languages.imports.kubernetes_volumes import Volumes
from consoleapp.languages.imports.yaml_tree import Mapped, Word, line_of

_OF_CLUSTER: Final = ("ClusterFirst", "ClusterFirstWithHostNet")
# What a pod may say for all its containers.
_SHARED: Final = ("run_as_user", "run_as_group", "run_as_non_root")
_ARCHITECTURES: Final = (ARCHITECTURE_LABEL, f"beta.{ARCHITECTURE_LABEL}")
_NO_NODE: Final = _("A container group has no node to choose.")
_VIRTUAL_NODE: Final = ("type", "virtual-kubelet")
_AMOUNTS: Final = {"cpu": ("cpu", cpu_of), "memory": ("memory_gib", gib_of), GPU_RESOURCE: ("gpu", quantity)}
_POD_OWN: Final = frozenset(
    {"containers", "initContainers", "volumes", "imagePullSecrets", "nodeSelector", "dnsPolicy"}
    | {f"securityContext.{key_of(SecurityContext, name)}" for name in _SHARED}
)
_CONTAINER_OWN: Final = frozenset({"env", "envFrom", "ports", "resources", "securityContext"})


class Pod:
    """Reads one pod."""

    def __init__(self, reader: Reader, given: Given) -> None:
        self._reader, self._given = reader, given
        self._shared: dict[str, Any] = {}

    def read(self, tree: Mapped, path: str) -> dict[str, Any]:
        """Return the values of the group's fields that the pod says."""
        reader = self._reader
        values = reader.values(ContainerGroupSpec, tree, path, own=_POD_OWN)
        values.setdefault("restart_policy", RestartPolicy.ALWAYS.value)
        context = tree.get("securityContext")
        self._shared = self._shared_context(context if isinstance(context, Mapped) else Mapped(), path)
        values["dns_policy"] = self._dns_policy(tree.get("dnsPolicy"), f"{path}.dnsPolicy")
        values["cpu_architecture"] = self._architecture(tree.get("nodeSelector"), f"{path}.nodeSelector")
        values["volumes"] = Volumes(reader, self._given).read(tree.get("volumes"), f"{path}.volumes")
        values |= self._all_containers(tree, path)
        secrets = tree.get("imagePullSecrets")
        if secrets is not None:
            images = [each.image for key in ("containers", "init_containers") for each in values[key]]
            found = self._credentials(secrets, f"{path}.imagePullSecrets", images)
            values["image_registry_credentials"] = tuple(found.values())
        return values

    def _shared_context(self, tree: Mapped, path: str) -> dict[str, Any]:
        found: dict[str, Any] = {}
        for name in _SHARED:
            key = key_of(SecurityContext, name)
            if tree.get(key) is not None:
                kind = fields_of(SecurityContext)[name].kind
                found[name] = self._reader.value(kind, tree[key], f"{path}.securityContext.{key}", tree.lines.get(key))
        return {name: value for name, value in found.items() if value is not None}

    def _dns_policy(self, word: Any, path: str) -> str:
        if word is None or word == DnsPolicy.DEFAULT:
            return ""
        if word in _OF_CLUSTER:
            self._reader.change(path, _("There is no DNS of a cluster: that of the VPC is asked."), line_of(word))
        elif word == DnsPolicy.NONE:
            return DnsPolicy.NONE.value
        else:
            self._reader.leave(path, line_of(word), NOT_READ)
        return ""

    def _architecture(self, tree: Any, path: str) -> str:
        found = ""
        selector = self._reader.mapping(tree, path)
        for key, value in selector.items():
            if key in _ARCHITECTURES and value in ("arm64", "amd64"):
                # The pages say nothing for the usual one.
                found = CpuArchitecture.ARM64.value if value == "arm64" else found
            elif (key, value) != _VIRTUAL_NODE:
                self._reader.leave(f"{path}.{key}", selector.lines.get(key), _NO_NODE)
        return found

    def _all_containers(self, tree: Mapped, path: str) -> dict[str, Any]:
        containers = self._containers(tree, "containers", path)
        init_containers = self._containers(tree, "initContainers", path)
        # An init container that stays is a sidecar.
        sidecars = [each for each in init_containers if isinstance(each, Container)]
        init_containers = [each for each in init_containers if isinstance(each, InitContainer)]
        return {"containers": (*containers, *sidecars), "init_containers": tuple(init_containers)}

    def _containers(self, tree: Mapped, key: str, path: str) -> list[Any]:
        found = []
        for word, item, line in self._reader.items(tree.get(key), f"{path}.{key}"):
            subject = f"{path}.{key}.{word}"
            found.append(self._container(self._reader.mapping(item, subject, line), subject, key == "initContainers"))
        return found

    def _container(self, tree: Mapped, path: str, is_init: bool) -> Any:
        own = set(_CONTAINER_OWN)
        record: type[ContainerParts] = Container
        if is_init:
            own.add("restartPolicy")
            if tree.get("restartPolicy") == "Always":
                says = _("A sidecar: it is a container, which starts with the others.")
                self._reader.change(path, says, tree.lines.get("restartPolicy"))
            else:
                record = InitContainer
                if tree.get("restartPolicy") is not None:
                    self._reader.leave(f"{path}.restartPolicy", tree.lines.get("restartPolicy"))
        elif tree.get("startupProbe") is not None:
            own.add("startupProbe")
            self._startup(tree, path)
        environment = Environment(self._reader, self._given)
        variables = environment.read(tree, path)
        ports = self._ports(tree, path)
        values = self._reader.values(record, tree, path, own=own)
        values |= {"environment_vars": variables, "ports": ports, **self._amounts(tree, path)}
        values["security_context"] = self._security(tree, path, record)
        for name in ("commands", "args"):
            key = key_of(record, name)
            values[name] = environment.filled_in(values.get(name, ()), f"{path}.{key}", tree.lines.get(key))
        values.setdefault("image_pull_policy", _pull_policy(values.get("image", "")))
        return made(record, values)

    def _ports(self, tree: Mapped, path: str) -> tuple[ContainerPort, ...]:
        """Return the ports; remember their names, which probes may use."""
        ports, names = [], {}
        for word, item, line in self._reader.items(tree.get("ports"), f"{path}.ports"):
            subject = f"{path}.ports.{word}"
            if isinstance(item, Mapped) and item.get("protocol") == "SCTP":
                self._reader.leave(subject, line)
                continue
            port = self._reader.record(ContainerPort, item, subject, line, own={"name"})
            if port is not None:
                ports.append(port)
                if isinstance(item.get("name"), Word):
                    names[str(item["name"])] = port.port
                    says = _("A port has no name: probes that use it get the number.")
                    self._reader.leave(f"{subject}.name", item.lines.get("name"), says)
        self._reader.port_names = names
        return tuple(ports)

    def _startup(self, tree: Mapped, path: str) -> None:
        probe = tree["startupProbe"] if isinstance(tree["startupProbe"], Mapped) else Mapped()
        numbers = {"initialDelaySeconds": 0, "periodSeconds": 10, "failureThreshold": 3}
        for key in numbers:
            word = probe.get(key)
            if isinstance(word, Word) and word.isascii() and word.isdecimal():
                numbers[key] = int(word[:9])
        seconds = numbers["initialDelaySeconds"] + numbers["periodSeconds"] * numbers["failureThreshold"]
        says = _("Give the liveness probe an initial delay instead: a start was given {seconds} s.")
        self._reader.leave(f"{path}.startupProbe", tree.lines.get("startupProbe"), says, seconds=seconds)

    def _security(self, tree: Mapped, path: str, record: type[ContainerParts]) -> Any:
        without = NOT_OF_INIT if record is InitContainer else ()
        subject = f"{path}.securityContext"
        context = self._reader.mapping(tree.get("securityContext"), subject)
        own = self._reader.values(SecurityContext, context, subject, without=without)
        for name in [each for each in self._shared if each in without]:
            says = _("Of an init container only the user can be said, not what the pod says of others.")
            self._reader.leave(f"{subject}.{key_of(SecurityContext, name)}", line_of(tree), says)
        shared = {name: value for name, value in self._shared.items() if name not in without}
        return made(SecurityContext, {**shared, **own})

    def _amounts(self, tree: Mapped, path: str) -> dict[str, Any]:
        """Return what a container asks for: its requests, which are billed; its limits where it has none."""
        path = f"{path}.resources"
        resources = self._reader.mapping(tree.get("resources"), path)
        asked: dict[str, dict[str, Any]] = {}
        for key, value in resources.items():
            if key not in ("requests", "limits"):
                self._reader.leave(f"{path}.{key}", resources.lines.get(key))
                continue
            asked[key] = self._resources(self._reader.mapping(value, f"{path}.{key}"), f"{path}.{key}")
        limits, requests = asked.get("limits", {}), asked.get("requests", {})
        for name in requests:
            if requests[name] != limits.get(name, requests[name]):
                says = _("What it requests is taken, {requested}; its limit is {limit}.")
                words = {"requested": f"{requests[name]:f}", "limit": f"{limits[name]:f}"}
                self._reader.change(f"{path}.{name.partition('_')[0]}", says, resources.line, **words)
        found: dict[str, Any] = {**limits, **requests}
        return {**found, "gpu": int(found["gpu"])} if "gpu" in found else found

    def _resources(self, tree: Mapped, path: str) -> dict[str, Decimal]:
        found = {}
        for key, value in tree.items():
            name, read = _AMOUNTS.get(key, ("", quantity))
            amount = read(value) if isinstance(value, Word) else None
            if not name or amount is None or amount > 10**9:
                self._reader.leave(f"{path}.{key}", tree.lines.get(key), NOT_READ if name else "")
            elif amount:
                found[name] = amount.to_integral_value(ROUND_CEILING) if name == "gpu" else amount
        return found

    def _credentials(self, tree: Any, path: str, images: list[str]) -> dict[str, ImageRegistryCredential]:
        """Return logins by server: those in the text, for each other Secret an empty one for a host of an image."""
        found: dict[str, ImageRegistryCredential] = {}
        unknown = []
        for word, _item, line in self._reader.items(tree, path):
            logins = self._given.credentials(word)
            self._reader.count(len(logins))
            found |= {login.server: login for login in logins}
            unknown += [] if logins else [(word, line)]
        hosts = iter([host for host in _hosts(images) if host not in found])
        for word, line in unknown:
            host = next(hosts, "")
            if host:
                found[host] = made(ImageRegistryCredential, {"server": host, "password": Secret("")})
                says = _("The Secret is not in this text: type the login for {host}.")
                self._reader.change(f"{path}.{word}", says, line, host=host)
            else:
                says = _("The Secret is not in this text, and no image needs another login.")
                self._reader.leave(f"{path}.{word}", line, says)
        return found


def _hosts(images: list[str]) -> list[str]:
    """Return the hosts that the images name; Docker Hub, which need not be named, at the end."""
    hosts: Mapping[str, None] = dict.fromkeys(host for image in images if (host := _host(image)))
    return sorted(hosts, key=lambda host: host == DOCKER_HUB)


def _host(image: str) -> str:
    try:
        return parse_image_reference(image).normalised().host or ""
    except DomainError:
        return ""


def _pull_policy(image: str) -> str:
    """Return what Kubernetes does where nothing is said."""
    try:
        reference = parse_image_reference(image)
    except DomainError:
        return ImagePullPolicy.IF_NOT_PRESENT.value
    is_latest = not reference.digest and (reference.tag or "latest") == "latest"
    return ImagePullPolicy.ALWAYS.value if is_latest else ImagePullPolicy.IF_NOT_PRESENT.value
