"""Container, InitContainer and their parts: Container.N.* and InitContainer.N.* of CreateContainerGroup.

Whatever spans several containers (unique names, sums, volumes that exist) is not here but in ``rules.py``.
"""

from dataclasses import dataclass
from decimal import Decimal
from typing import Annotated, ClassVar, Final

from consoleapp.domain import limits
from consoleapp.domain.choices import (
    FieldPath,
    ImagePullPolicy,
    MountPropagation,
    Protocol,
    TerminationMessagePolicy,
)
from consoleapp.domain.errors import Reason, _
from consoleapp.domain.kinds import (
    FLAG,
    LABEL,
    PORT,
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
from consoleapp.domain.probe import COMMAND_HINT, LifecycleHandler, Probe
from consoleapp.domain.schema import Alternatives, Case, Field, Record
from consoleapp.domain.secret import Secret
from consoleapp.domain.typed import CAPITALS
from consoleapp.domain.validation import Problems

_PORT: Final = Field("Port", PORT, _("Port"), width="s")
_PROPAGATION: Final = Choice(
    MountPropagation,
    nothing=_("None"),
    offered=(MountPropagation.HOST_TO_CONTAINER, MountPropagation.BIDIRECTIONAL),
    is_folded=True,
)
_USER_ID: Final = Whole(0, limits.USER_ID_MAX)


@dataclass(frozen=True)
class EnvironmentVar(Record):
    """One variable: a value (possibly empty, possibly secret) or ``field_path``, never both."""

    key: Annotated[str, Field("Key", Matching(limits.ENVIRONMENT_KEY, Reason.ENVIRONMENT_KEY_FORMAT), _("Name"))]
    # A variable may be empty, which is not the same as absent.
    value: Annotated[
        str | Secret | None,
        Field("Value", MaybeSecretText(limits.ENVIRONMENT_VALUE_MAX, lines=True), _("Value"), keeps_empty=True),
    ] = None
    field_path: Annotated[str, Field("FieldRef.FieldPath", Choice(FieldPath))] = ""

    one_of: ClassVar[Alternatives] = Alternatives(
        "source",
        _("Source"),
        (
            Case("value", _("Value"), ("value",)),
            Case(FieldPath.POD_IP, _("Pod IP address"), values=(("field_path", FieldPath.POD_IP.value),)),
        ),
    )

    def rules(self, problems: Problems) -> None:
        if (self.value is None) == (not self.field_path):
            problems.add(Reason.EXACTLY_ONE, "value", choices="value, field path")


@dataclass(frozen=True)
class ContainerPort(Record):
    """A declared port. ECI maps no ports: the declaration informs, the security group decides."""

    port: Annotated[int, _PORT]
    protocol: Annotated[
        str, Field("Protocol", Choice(Protocol, is_folded=True), _("Protocol"), needed=True, width="s", initial="TCP")
    ] = Protocol.TCP


@dataclass(frozen=True)
class VolumeMount(Record):
    name: Annotated[str, Field("Name", LABEL, _("Volume"))]
    mount_path: Annotated[str, Field("MountPath", AbsolutePath(), _("Mount path"), example="/data")]
    sub_path: Annotated[str, Field("SubPath", RelativePath(), _("Sub path"), example=_("sub path"))] = ""
    read_only: Annotated[bool, Field("ReadOnly", FLAG, _("Access"), says=_("Read only"))] = False
    mount_propagation: Annotated[str, Field("MountPropagation", _PROPAGATION, _("Propagation"), width="s")] = ""


@dataclass(frozen=True)
class SecurityContext(Record):
    """Rights of one container; the empty one is not sent. Init containers have only the first three."""

    capabilities_add: Annotated[
        tuple[str, ...],
        Field(
            ".Capability.Add",
            Many(Matching(limits.CAPABILITY, Reason.ID_FORMAT), limits.CAPABILITIES_MAX, CAPITALS, unique=()),
            _("Added capabilities"),
            at="security",
            width="m",
            example="NET_ADMIN NET_RAW",
            hint=_("Separated by blanks or commas."),
        ),
    ] = ()
    read_only_root_filesystem: Annotated[
        bool, Field(".ReadOnlyRootFilesystem", FLAG, _("Root file system"), at="security", says=_("Read only"))
    ] = False
    run_as_user: Annotated[int | None, Field(".RunAsUser", _USER_ID, _("User ID"), at="security", width="s")] = None
    # vendor: these three have no dot after SecurityContext.
    run_as_group: Annotated[int | None, Field("RunAsGroup", _USER_ID, _("Group ID"), at="security", width="s")] = None
    run_as_non_root: Annotated[
        bool, Field("RunAsNonRoot", FLAG, _("Refuse root"), at="security", says=_("Refuse to start as root"))
    ] = False
    privileged: Annotated[
        bool, Field("Privileged", FLAG, _("Privileged"), at="security", says=_("All rights of the host"))
    ] = False

    def rules(self, problems: Problems) -> None:
        if self.run_as_non_root and self.run_as_user == 0:
            problems.add(Reason.CONFLICT, "run_as_non_root", other="user 0")


@dataclass(frozen=True, kw_only=True)
class ContainerParts(Record):
    """What containers and init containers share. ``image`` is the address as it will be sent."""

    name: Annotated[
        str,
        Field(
            "Name",
            LABEL,
            _("Name"),
            at="head",
            width="m",
            hint=_("Up to 63 characters: a–z, 0–9, hyphen inside. Unique in the group."),
        ),
    ]
    image: Annotated[
        str, Field("Image", ImageAddress(), _("Image"), at="image", example="registry.example.com/team/app")
    ]
    image_pull_policy: Annotated[
        str, Field("ImagePullPolicy", Choice(ImagePullPolicy), _("Pull policy"), at="policy", initial="IfNotPresent")
    ] = ""
    cpu: Annotated[
        Decimal | None,
        Field("Cpu", Number(limits.CPU_MAX), _("vCPU"), at="size", line="limits", width="s", unit="vCPU"),
    ] = None
    memory_gib: Annotated[
        Decimal | None,
        Field("Memory", Number(limits.MEMORY_GIB_MAX), _("Memory"), at="size", line="limits", width="s", unit="GiB"),
    ] = None
    gpu: Annotated[
        int | None,
        Field(
            "Gpu",
            Whole(1, limits.GPU_MAX),
            _("GPU"),
            at="expert",
            width="s",
            unit=_("cards"),
            hint=_("1 to 16. The group needs an instance type with as many, which is billed at the price of the type."),
        ),
    ] = None
    working_dir: Annotated[
        str, Field("WorkingDir", AbsolutePath(), _("Working directory"), at="process", width="m", example="/app")
    ] = ""
    commands: Annotated[
        tuple[str, ...],
        Field(
            "Command",
            words(limits.COMMAND_LENGTH_MAX, limits.COMMANDS_MAX),
            _("Command"),
            at="command",
            width="l",
            hint=_("As in a shell; replaces the image's entry point. Empty: the image decides."),
        ),
    ] = ()
    args: Annotated[
        tuple[str, ...],
        Field(
            "Arg",
            words(limits.ARG_LENGTH_MAX, limits.ARGS_MAX),
            _("Arguments"),
            at="command",
            width="l",
            hint=COMMAND_HINT,
        ),
    ] = ()
    environment_vars: Annotated[
        tuple[EnvironmentVar, ...],
        Field(
            "EnvironmentVar",
            Many(One(EnvironmentVar), limits.ENVIRONMENT_VARS_MAX, unique=("key",), drops_blank=True),
            _("Environment variables"),
            at="environment",
        ),
    ] = ()
    ports: Annotated[
        tuple[ContainerPort, ...],
        Field(
            "Port",
            Many(One(ContainerPort), limits.PORTS_MAX, unique=("port", "protocol"), drops_blank=True),
            _("Ports"),
            at="ports",
        ),
    ] = ()
    volume_mounts: Annotated[
        tuple[VolumeMount, ...],
        Field(
            "VolumeMount",
            Many(One(VolumeMount), limits.VOLUME_MOUNTS_MAX, unique=("mount_path",), drops_blank=True),
            _("Volume mounts"),
            at="mounts",
        ),
    ] = ()
    termination_message_path: Annotated[
        str,
        Field(
            "TerminationMessagePath",
            AbsolutePath(),
            _("Termination message"),
            at="expert",
            width="m",
            example="/dev/termination-log",
            hint=_("The file from which the cloud reads why the container ended."),
        ),
    ] = ""
    termination_message_policy: Annotated[
        str,
        Field(
            "TerminationMessagePolicy",
            Choice(TerminationMessagePolicy, _("Cloud's default")),
            _("Message comes"),
            at="expert",
            hint=_("With the second, the end of the log stands in when the file is empty and the container failed."),
        ),
    ] = ""
    security_context: Annotated[
        SecurityContext, Field("SecurityContext", One(SecurityContext, joint=""), _("Security context"), at="security")
    ] = SecurityContext()


@dataclass(frozen=True, kw_only=True)
class Container(ContainerParts):
    liveness_probe: Annotated[Probe | None, Field("LivenessProbe", One(Probe), _("Liveness"), at="health")] = None
    readiness_probe: Annotated[Probe | None, Field("ReadinessProbe", One(Probe), _("Readiness"), at="health")] = None
    lifecycle_post_start: Annotated[
        LifecycleHandler | None,
        Field("LifecyclePostStartHandler", One(LifecycleHandler, joint=""), _("After the start"), at="lifecycle"),
    ] = None
    lifecycle_pre_stop: Annotated[
        LifecycleHandler | None,
        Field("LifecyclePreStopHandler", One(LifecycleHandler, joint=""), _("Before the stop"), at="lifecycle"),
    ] = None
    stdin: Annotated[
        bool, Field("Stdin", FLAG, _("Standard input"), at="process", says=_("Keep standard input open"))
    ] = False
    stdin_once: Annotated[
        bool,
        Field(
            "StdinOnce", FLAG, _("Close after first client"), at="process", says=_("Close it after the first client")
        ),
    ] = False
    tty: Annotated[
        bool, Field("Tty", FLAG, _("Terminal"), at="process", says=_("Allocate a terminal (needed by /bin/bash)"))
    ] = False
    # Hides the variables in what the cloud tells about the group later.
    environment_var_hide: Annotated[
        bool,
        Field(
            "EnvironmentVarHide",
            FLAG,
            _("Hiding"),
            at="hiding",
            says=_("Hide values in the cloud's own answers"),
        ),
    ] = False

    def rules(self, problems: Problems) -> None:
        if self.stdin_once and not self.stdin:
            problems.add(Reason.ONLY_WITH, "stdin_once", other="standard input")


# What the security context of an init container lacks.
NOT_OF_INIT: Final = ("run_as_group", "run_as_non_root", "privileged")


@dataclass(frozen=True, kw_only=True)
class InitContainer(ContainerParts):
    """Runs to its end before the containers start; has no probes, no handlers and no terminal."""

    security_context: Annotated[
        SecurityContext,
        Field(
            "SecurityContext",
            One(SecurityContext, joint="", without=NOT_OF_INIT),
            _("Security context"),
            at="security",
        ),
    ] = SecurityContext()

    def rules(self, problems: Problems) -> None:
        for name in NOT_OF_INIT:
            value = getattr(self.security_context, name)
            # Group 0 is asked for too.
            if value is not None and value is not False:
                problems.add(Reason.CONFLICT, f"security_context.{name}", other="init containers")
