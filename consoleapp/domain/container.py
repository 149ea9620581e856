"""Container, InitContainer and their parts: Container.N.* and InitContainer.N.* of CreateContainerGroup.

Whatever spans several containers (unique names, sums, volumes that exist) is not here but in ``spec.py``.
"""

from dataclasses import dataclass
from decimal import Decimal

from consoleapp.domain import limits
from consoleapp.domain.checks import Problems
from consoleapp.domain.choices import ImagePullPolicy, MountPropagation, Protocol, Scheme, TerminationMessagePolicy
from consoleapp.domain.errors import Reason
from consoleapp.domain.image import parse_image_reference
from consoleapp.domain.secret import Secret

POD_IP = "status.podIP"


@dataclass(frozen=True)
class EnvironmentVar:
    """One variable: a value (possibly empty, possibly secret) or ``field_path``, never both."""

    key: str
    value: str | Secret | None = None
    field_path: str = ""

    def __post_init__(self) -> None:
        problems = Problems()
        if problems.required("key", self.key):
            problems.matches("key", self.key, limits.ENVIRONMENT_KEY, Reason.ENVIRONMENT_KEY_FORMAT)
        if (self.value is None) == (not self.field_path):
            problems.add(Reason.EXACTLY_ONE, "value", choices="value, field path")
        if self.value is not None:
            text = self.value.reveal() if isinstance(self.value, Secret) else self.value
            problems.text("value", text, longest=limits.ENVIRONMENT_VALUE_MAX, lines=True)
        if self.field_path and self.field_path != POD_IP:
            problems.add(Reason.NOT_A_CHOICE, "field_path", choices=POD_IP)
        problems.raise_any()


@dataclass(frozen=True)
class ContainerPort:
    """A declared port. ECI maps no ports: the declaration informs, the security group decides."""

    port: int
    protocol: str = Protocol.TCP

    def __post_init__(self) -> None:
        problems = Problems()
        problems.whole_number("port", self.port, limits.PORT_MIN, limits.PORT_MAX)
        if problems.required("protocol", self.protocol):
            problems.choice("protocol", self.protocol, Protocol)
        problems.raise_any()


@dataclass(frozen=True)
class VolumeMount:
    name: str
    mount_path: str
    sub_path: str = ""
    read_only: bool = False
    mount_propagation: str = ""

    def __post_init__(self) -> None:
        problems = Problems()
        if problems.required("name", self.name):
            problems.matches("name", self.name, limits.CONTAINER_NAME, Reason.CONTAINER_NAME_FORMAT)
        if problems.required("mount_path", self.mount_path):
            problems.absolute_path("mount_path", self.mount_path)
        problems.relative_path("sub_path", self.sub_path)
        problems.choice("mount_propagation", self.mount_propagation, MountPropagation)
        problems.raise_any()


@dataclass(frozen=True)
class HttpHeader:
    name: str
    value: str = ""

    def __post_init__(self) -> None:
        problems = Problems()
        problems.name_and_value(self.name, self.value)
        problems.raise_any()


@dataclass(frozen=True)
class HttpGet:
    """An HTTP request of a probe or handler. ``host`` and ``http_headers`` exist for handlers only."""

    port: int
    path: str = ""
    scheme: str = ""
    host: str = ""
    http_headers: tuple[HttpHeader, ...] = ()

    def __post_init__(self) -> None:
        problems = Problems()
        problems.whole_number("port", self.port, limits.PORT_MIN, limits.PORT_MAX)
        problems.text("path", self.path)
        problems.choice("scheme", self.scheme, Scheme)
        problems.text("host", self.host)
        problems.count("http_headers", self.http_headers, limits.HTTP_HEADERS_MAX)
        problems.raise_any()


@dataclass(frozen=True)
class TcpSocket:
    """A TCP connection of a probe or handler. ``host`` exists for handlers only."""

    port: int
    host: str = ""

    def __post_init__(self) -> None:
        problems = Problems()
        problems.whole_number("port", self.port, limits.PORT_MIN, limits.PORT_MAX)
        problems.text("host", self.host)
        problems.raise_any()


def _check_one_action(problems: Problems, *actions: object) -> None:
    if sum(1 for action in actions if action) != 1:
        problems.add(Reason.EXACTLY_ONE, "", choices="HTTP request, TCP connection, command")


@dataclass(frozen=True)
class Probe:
    """A liveness or readiness probe: exactly one of HTTP request, TCP connection and command."""

    http_get: HttpGet | None = None
    tcp_socket: TcpSocket | None = None
    exec_commands: tuple[str, ...] = ()
    initial_delay_seconds: int | None = None
    period_seconds: int | None = None
    timeout_seconds: int | None = None
    success_threshold: int | None = None
    failure_threshold: int | None = None

    def __post_init__(self) -> None:
        problems = Problems()
        _check_one_action(problems, self.http_get, self.tcp_socket, self.exec_commands)
        if self.http_get and (self.http_get.host or self.http_get.http_headers):
            problems.add(Reason.ONLY_WITH, "http_get.host", other="lifecycle handlers")
        if self.tcp_socket and self.tcp_socket.host:
            problems.add(Reason.ONLY_WITH, "tcp_socket.host", other="lifecycle handlers")
        problems.texts(
            "exec_commands",
            self.exec_commands,
            most=limits.PROBE_COMMANDS_MAX,
            longest=limits.ARG_LENGTH_MAX,
            lines=True,
        )
        problems.whole_number("initial_delay_seconds", self.initial_delay_seconds, 0, limits.SECONDS_MAX)
        problems.whole_number("period_seconds", self.period_seconds, 1, limits.SECONDS_MAX)
        problems.whole_number("timeout_seconds", self.timeout_seconds, 1, limits.SECONDS_MAX)
        problems.whole_number("success_threshold", self.success_threshold, 1, 1)
        problems.whole_number("failure_threshold", self.failure_threshold, 1, limits.SECONDS_MAX)
        problems.raise_any()


@dataclass(frozen=True)
class LifecycleHandler:
    """What runs after the start or before the stop: exactly one of HTTP request, TCP connection and command."""

    http_get: HttpGet | None = None
    tcp_socket: TcpSocket | None = None
    exec_commands: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        problems = Problems()
        _check_one_action(problems, self.http_get, self.tcp_socket, self.exec_commands)
        problems.texts(
            "exec_commands",
            self.exec_commands,
            most=limits.HANDLER_COMMANDS_MAX,
            longest=limits.ARG_LENGTH_MAX,
            lines=True,
        )
        problems.raise_any()


@dataclass(frozen=True)
class SecurityContext:
    """Rights of one container; the empty one is not sent. Init containers have only the first three."""

    capabilities_add: tuple[str, ...] = ()
    read_only_root_filesystem: bool = False
    run_as_user: int | None = None
    run_as_group: int | None = None
    run_as_non_root: bool = False
    privileged: bool = False

    def __post_init__(self) -> None:
        problems = Problems()
        problems.names(
            "capabilities_add",
            self.capabilities_add,
            most=limits.CAPABILITIES_MAX,
            pattern=limits.CAPABILITY,
            reason=Reason.ID_FORMAT,
        )
        problems.whole_number("run_as_user", self.run_as_user, 0, limits.USER_ID_MAX)
        problems.whole_number("run_as_group", self.run_as_group, 0, limits.USER_ID_MAX)
        if self.run_as_non_root and self.run_as_user == 0:
            problems.add(Reason.CONFLICT, "run_as_non_root", other="user 0")
        problems.raise_any()


@dataclass(frozen=True, kw_only=True)
class ContainerParts:
    """What containers and init containers share. ``image`` is the address as it will be sent."""

    name: str
    image: str
    image_pull_policy: str = ""
    cpu: Decimal | None = None
    memory_gib: Decimal | None = None
    gpu: int | None = None
    working_dir: str = ""
    commands: tuple[str, ...] = ()
    args: tuple[str, ...] = ()
    environment_vars: tuple[EnvironmentVar, ...] = ()
    ports: tuple[ContainerPort, ...] = ()
    volume_mounts: tuple[VolumeMount, ...] = ()
    security_context: SecurityContext = SecurityContext()
    termination_message_path: str = ""
    termination_message_policy: str = ""

    def __post_init__(self) -> None:
        problems = Problems()
        self._check_image(problems)
        self._check_process(problems)
        self._check_lists(problems)
        self._check_own(problems)
        problems.raise_any()

    def _check_image(self, problems: Problems) -> None:
        if problems.required("name", self.name):
            problems.matches("name", self.name, limits.CONTAINER_NAME, Reason.CONTAINER_NAME_FORMAT)
        if len(self.image) > limits.IMAGE_MAX:
            problems.add(Reason.TOO_LONG, "image", limit=limits.IMAGE_MAX, length=len(self.image))
        elif problems.required("image", self.image):
            problems.attempt("image", lambda: parse_image_reference(self.image))
        problems.choice("image_pull_policy", self.image_pull_policy, ImagePullPolicy)

    def _check_process(self, problems: Problems) -> None:
        problems.decimal("cpu", self.cpu, limits.CPU_MAX)
        problems.decimal("memory_gib", self.memory_gib, limits.MEMORY_GIB_MAX)
        problems.whole_number("gpu", self.gpu, 1, limits.GPU_MAX)
        problems.absolute_path("working_dir", self.working_dir)
        problems.texts(
            "commands", self.commands, most=limits.COMMANDS_MAX, longest=limits.COMMAND_LENGTH_MAX, lines=True
        )
        problems.texts("args", self.args, most=limits.ARGS_MAX, longest=limits.ARG_LENGTH_MAX, lines=True)

    def _check_lists(self, problems: Problems) -> None:
        problems.count("environment_vars", self.environment_vars, limits.ENVIRONMENT_VARS_MAX)
        problems.unique((f"environment_vars.{i}.key", item.key) for i, item in enumerate(self.environment_vars))
        problems.count("ports", self.ports, limits.PORTS_MAX)
        problems.unique((f"ports.{i}.port", f"{item.port}/{item.protocol}") for i, item in enumerate(self.ports))
        problems.count("volume_mounts", self.volume_mounts, limits.VOLUME_MOUNTS_MAX)
        problems.unique((f"volume_mounts.{i}.mount_path", item.mount_path) for i, item in enumerate(self.volume_mounts))
        problems.absolute_path("termination_message_path", self.termination_message_path)
        problems.choice("termination_message_policy", self.termination_message_policy, TerminationMessagePolicy)

    def _check_own(self, problems: Problems) -> None:
        """What only the one kind of container has."""


@dataclass(frozen=True, kw_only=True)
class Container(ContainerParts):
    liveness_probe: Probe | None = None
    readiness_probe: Probe | None = None
    lifecycle_post_start: LifecycleHandler | None = None
    lifecycle_pre_stop: LifecycleHandler | None = None
    stdin: bool = False
    stdin_once: bool = False
    tty: bool = False
    # Hides the variables in what the cloud tells about the group later.
    environment_var_hide: bool = False

    def _check_own(self, problems: Problems) -> None:
        if self.stdin_once and not self.stdin:
            problems.add(Reason.ONLY_WITH, "stdin_once", other="standard input")


@dataclass(frozen=True, kw_only=True)
class InitContainer(ContainerParts):
    """Runs to its end before the containers start; has no probes, no handlers and no terminal."""

    def _check_own(self, problems: Problems) -> None:
        context = self.security_context
        # Group 0 is asked for too, so the number is compared with None.
        asked = {
            "run_as_group": context.run_as_group is not None,
            "run_as_non_root": context.run_as_non_root,
            "privileged": context.privileged,
        }
        for name in asked:
            if asked[name]:
                problems.add(Reason.CONFLICT, f"security_context.{name}", other="init containers")
