"""Container, InitContainer and their parts: Container.N.* and InitContainer.N.* of CreateContainerGroup.

Whatever spans several containers (unique names, sums, volumes that exist) is not here but in ``rules.py``.
"""

from dataclasses import dataclass
from decimal import Decimal
from typing import Annotated, Final

from consoleapp.domain import limits
from consoleapp.domain.checks import Problems
from consoleapp.domain.choices import (
    FieldPath,
    ImagePullPolicy,
    MountPropagation,
    Protocol,
    Scheme,
    TerminationMessagePolicy,
)
from consoleapp.domain.errors import Reason
from consoleapp.domain.kinds import (
    FLAG,
    LABEL,
    PORT,
    SECONDS,
    SECONDS_OR_NONE,
    TEXT,
    AbsolutePath,
    Choice,
    ImageAddress,
    Many,
    Matching,
    MaybeSecretText,
    Number,
    One,
    RelativePath,
    Whole,
    words,
)
from consoleapp.domain.schema import Field, Record
from consoleapp.domain.secret import Secret

_USER_ID: Final = Whole(0, limits.USER_ID_MAX)


@dataclass(frozen=True)
class EnvironmentVar(Record):
    """One variable: a value (possibly empty, possibly secret) or ``field_path``, never both."""

    key: Annotated[str, Field("Key", Matching(limits.ENVIRONMENT_KEY, Reason.ENVIRONMENT_KEY_FORMAT))]
    # A variable may be empty, which is not the same as absent.
    value: Annotated[
        str | Secret | None,
        Field("Value", MaybeSecretText(limits.ENVIRONMENT_VALUE_MAX, lines=True), keeps_empty=True),
    ] = None
    field_path: Annotated[str, Field("FieldRef.FieldPath", Choice(FieldPath))] = ""

    def rules(self, problems: Problems) -> None:
        if (self.value is None) == (not self.field_path):
            problems.add(Reason.EXACTLY_ONE, "value", choices="value, field path")


@dataclass(frozen=True)
class ContainerPort(Record):
    """A declared port. ECI maps no ports: the declaration informs, the security group decides."""

    port: Annotated[int, Field("Port", PORT)]
    protocol: Annotated[str, Field("Protocol", Choice(Protocol), needed=True)] = Protocol.TCP


@dataclass(frozen=True)
class VolumeMount(Record):
    name: Annotated[str, Field("Name", LABEL)]
    mount_path: Annotated[str, Field("MountPath", AbsolutePath())]
    sub_path: Annotated[str, Field("SubPath", RelativePath())] = ""
    read_only: Annotated[bool, Field("ReadOnly", FLAG)] = False
    mount_propagation: Annotated[str, Field("MountPropagation", Choice(MountPropagation))] = ""


@dataclass(frozen=True)
class HttpHeader(Record):
    name: Annotated[str, Field("Name", TEXT)]
    value: Annotated[str, Field("Value", TEXT)] = ""


@dataclass(frozen=True)
class HttpGet(Record):
    """An HTTP request of a probe or handler. ``host`` and ``http_headers`` exist for handlers only."""

    port: Annotated[int, Field("Port", PORT)]
    path: Annotated[str, Field("Path", TEXT)] = ""
    scheme: Annotated[str, Field("Scheme", Choice(Scheme))] = ""
    host: Annotated[str, Field("Host", TEXT)] = ""
    http_headers: Annotated[
        tuple[HttpHeader, ...], Field("HttpHeader", Many(One(HttpHeader), limits.HTTP_HEADERS_MAX))
    ] = ()


@dataclass(frozen=True)
class TcpSocket(Record):
    """A TCP connection of a probe or handler. ``host`` exists for handlers only."""

    port: Annotated[int, Field("Port", PORT)]
    host: Annotated[str, Field("Host", TEXT)] = ""


def _check_one_action(problems: Problems, *actions: object) -> None:
    if sum(1 for action in actions if action) != 1:
        problems.add(Reason.EXACTLY_ONE, "", choices="HTTP request, TCP connection, command")


@dataclass(frozen=True)
class Probe(Record):
    """A liveness or readiness probe: exactly one of HTTP request, TCP connection and command."""

    http_get: Annotated[HttpGet | None, Field("HttpGet", One(HttpGet, without=("host", "http_headers")))] = None
    tcp_socket: Annotated[TcpSocket | None, Field("TcpSocket", One(TcpSocket, without=("host",)))] = None
    exec_commands: Annotated[
        tuple[str, ...], Field("Exec.Command", words(limits.ARG_LENGTH_MAX, limits.PROBE_COMMANDS_MAX))
    ] = ()
    initial_delay_seconds: Annotated[int | None, Field("InitialDelaySeconds", SECONDS_OR_NONE)] = None
    period_seconds: Annotated[int | None, Field("PeriodSeconds", SECONDS)] = None
    timeout_seconds: Annotated[int | None, Field("TimeoutSeconds", SECONDS)] = None
    success_threshold: Annotated[int | None, Field("SuccessThreshold", Whole(1, 1))] = None
    failure_threshold: Annotated[int | None, Field("FailureThreshold", SECONDS)] = None

    def rules(self, problems: Problems) -> None:
        _check_one_action(problems, self.http_get, self.tcp_socket, self.exec_commands)
        if self.http_get and (self.http_get.host or self.http_get.http_headers):
            problems.add(Reason.ONLY_WITH, "http_get.host", other="lifecycle handlers")
        if self.tcp_socket and self.tcp_socket.host:
            problems.add(Reason.ONLY_WITH, "tcp_socket.host", other="lifecycle handlers")


@dataclass(frozen=True)
class LifecycleHandler(Record):
    """What runs after the start or before the stop: exactly one of HTTP request, TCP connection and command."""

    # vendor: the names of a handler have no dots: LifecyclePreStopHandlerHttpGetPort, LifecyclePreStopHandlerExec.1.
    http_get: Annotated[HttpGet | None, Field("HttpGet", One(HttpGet, joint=""))] = None
    tcp_socket: Annotated[TcpSocket | None, Field("TcpSocket", One(TcpSocket, joint=""))] = None
    exec_commands: Annotated[
        tuple[str, ...], Field("Exec", words(limits.ARG_LENGTH_MAX, limits.HANDLER_COMMANDS_MAX))
    ] = ()

    def rules(self, problems: Problems) -> None:
        _check_one_action(problems, self.http_get, self.tcp_socket, self.exec_commands)


@dataclass(frozen=True)
class SecurityContext(Record):
    """Rights of one container; the empty one is not sent. Init containers have only the first three."""

    capabilities_add: Annotated[
        tuple[str, ...],
        Field(
            ".Capability.Add",
            Many(Matching(limits.CAPABILITY, Reason.ID_FORMAT), limits.CAPABILITIES_MAX, unique=()),
        ),
    ] = ()
    read_only_root_filesystem: Annotated[bool, Field(".ReadOnlyRootFilesystem", FLAG)] = False
    run_as_user: Annotated[int | None, Field(".RunAsUser", _USER_ID)] = None
    # vendor: these three have no dot after SecurityContext.
    run_as_group: Annotated[int | None, Field("RunAsGroup", _USER_ID)] = None
    run_as_non_root: Annotated[bool, Field("RunAsNonRoot", FLAG)] = False
    privileged: Annotated[bool, Field("Privileged", FLAG)] = False

    def rules(self, problems: Problems) -> None:
        if self.run_as_non_root and self.run_as_user == 0:
            problems.add(Reason.CONFLICT, "run_as_non_root", other="user 0")


@dataclass(frozen=True, kw_only=True)
class ContainerParts(Record):
    """What containers and init containers share. ``image`` is the address as it will be sent."""

    name: Annotated[str, Field("Name", LABEL)]
    image: Annotated[str, Field("Image", ImageAddress())]
    image_pull_policy: Annotated[str, Field("ImagePullPolicy", Choice(ImagePullPolicy))] = ""
    cpu: Annotated[Decimal | None, Field("Cpu", Number(limits.CPU_MAX))] = None
    memory_gib: Annotated[Decimal | None, Field("Memory", Number(limits.MEMORY_GIB_MAX))] = None
    gpu: Annotated[int | None, Field("Gpu", Whole(1, limits.GPU_MAX))] = None
    working_dir: Annotated[str, Field("WorkingDir", AbsolutePath())] = ""
    commands: Annotated[tuple[str, ...], Field("Command", words(limits.COMMAND_LENGTH_MAX, limits.COMMANDS_MAX))] = ()
    args: Annotated[tuple[str, ...], Field("Arg", words(limits.ARG_LENGTH_MAX, limits.ARGS_MAX))] = ()
    environment_vars: Annotated[
        tuple[EnvironmentVar, ...],
        Field("EnvironmentVar", Many(One(EnvironmentVar), limits.ENVIRONMENT_VARS_MAX, unique=("key",))),
    ] = ()
    ports: Annotated[
        tuple[ContainerPort, ...],
        Field("Port", Many(One(ContainerPort), limits.PORTS_MAX, unique=("port", "protocol"))),
    ] = ()
    volume_mounts: Annotated[
        tuple[VolumeMount, ...],
        Field("VolumeMount", Many(One(VolumeMount), limits.VOLUME_MOUNTS_MAX, unique=("mount_path",))),
    ] = ()
    termination_message_path: Annotated[str, Field("TerminationMessagePath", AbsolutePath())] = ""
    termination_message_policy: Annotated[str, Field("TerminationMessagePolicy", Choice(TerminationMessagePolicy))] = ""
    security_context: Annotated[SecurityContext, Field("SecurityContext", One(SecurityContext, joint=""))] = (
        SecurityContext()
    )


@dataclass(frozen=True, kw_only=True)
class Container(ContainerParts):
    liveness_probe: Annotated[Probe | None, Field("LivenessProbe", One(Probe))] = None
    readiness_probe: Annotated[Probe | None, Field("ReadinessProbe", One(Probe))] = None
    lifecycle_post_start: Annotated[
        LifecycleHandler | None, Field("LifecyclePostStartHandler", One(LifecycleHandler, joint=""))
    ] = None
    lifecycle_pre_stop: Annotated[
        LifecycleHandler | None, Field("LifecyclePreStopHandler", One(LifecycleHandler, joint=""))
    ] = None
    stdin: Annotated[bool, Field("Stdin", FLAG)] = False
    stdin_once: Annotated[bool, Field("StdinOnce", FLAG)] = False
    tty: Annotated[bool, Field("Tty", FLAG)] = False
    # Hides the variables in what the cloud tells about the group later.
    environment_var_hide: Annotated[bool, Field("EnvironmentVarHide", FLAG)] = False

    def rules(self, problems: Problems) -> None:
        if self.stdin_once and not self.stdin:
            problems.add(Reason.ONLY_WITH, "stdin_once", other="standard input")


# What the security context of an init container lacks.
_NOT_OF_INIT: Final = ("run_as_group", "run_as_non_root", "privileged")


@dataclass(frozen=True, kw_only=True)
class InitContainer(ContainerParts):
    """Runs to its end before the containers start; has no probes, no handlers and no terminal."""

    security_context: Annotated[
        SecurityContext, Field("SecurityContext", One(SecurityContext, joint="", without=_NOT_OF_INIT))
    ] = SecurityContext()

    def rules(self, problems: Problems) -> None:
        for name in _NOT_OF_INIT:
            value = getattr(self.security_context, name)
            # Group 0 is asked for too.
            if value is not None and value is not False:
                problems.add(Reason.CONFLICT, f"security_context.{name}", other="init containers")
