"""Probes and lifecycle handlers of a container, and what they do: an HTTP request, a TCP connection, a command.

Source: the vendor's OpenAPI metadata of Eci 2018-08-08.
"""

from dataclasses import dataclass
from typing import Annotated, ClassVar, Final

from consoleapp.domain import limits
from consoleapp.domain.choices import (
    Scheme,
)
from consoleapp.domain.errors import DomainError, Reason, _
from consoleapp.domain.kinds import (
    PORT,
    SECONDS,
    SECONDS_OR_NONE,
    TEXT,
    Choice,
    Many,
    One,
    Whole,
    words,
)
from consoleapp.domain.schema import Alternatives, Case, Field, Record, fields_of
from consoleapp.domain.typed import Typed, lines
from consoleapp.domain.validation import Problems

# The hint of every command.
COMMAND_HINT: Final = _("As in a shell, with quotes around what belongs together; or a JSON list.")
_PORT: Final = Field("Port", PORT, _("Port"), line="request", width="s")


@dataclass(frozen=True)
class HttpHeader(Record):
    name: Annotated[str, Field("Name", TEXT)]
    value: Annotated[str, Field("Value", TEXT)] = ""


def _headers(text: str) -> tuple[HttpHeader, ...]:
    headers = []
    for line in lines(text):
        name, colon, value = line.partition(":")
        if not colon or not name.strip():
            raise DomainError(Reason.MALFORMED, kind="Name: value")
        headers.append(HttpHeader(name.strip(), value.strip()))
    return tuple(headers)


_HEADERS: Final = Typed(_headers, lambda headers: "\n".join(f"{each.name}: {each.value}" for each in headers))


@dataclass(frozen=True)
class HttpGet(Record):
    """An HTTP request of a probe or handler. ``host`` and ``http_headers`` exist for handlers only."""

    port: Annotated[int, _PORT]
    path: Annotated[str, Field("Path", TEXT, _("Path"), line="request", example="/healthz")] = ""
    scheme: Annotated[
        str, Field("Scheme", Choice(Scheme, is_folded=True), _("Scheme"), line="request", width="s", initial="HTTP")
    ] = ""
    host: Annotated[str, Field("Host", TEXT, _("Host"), line="request", example="127.0.0.1")] = ""
    http_headers: Annotated[
        tuple[HttpHeader, ...],
        Field(
            "HttpHeader",
            Many(One(HttpHeader), limits.HTTP_HEADERS_MAX, _HEADERS),
            _("Headers"),
            width="l",
            hint=_("One header a line, as in Name: value."),
        ),
    ] = ()


@dataclass(frozen=True)
class TcpSocket(Record):
    """A TCP connection of a probe or handler. ``host`` exists for handlers only."""

    port: Annotated[int, _PORT]
    host: Annotated[str, Field("Host", TEXT, _("Host"), line="request", example="127.0.0.1")] = ""


_ACTIONS: Final = (
    Case("http", _("HTTP request"), ("http_get",)),
    Case("tcp", _("TCP connection"), ("tcp_socket",)),
    Case("exec", _("Command"), ("exec_commands",)),
)


def _check_one_action(problems: Problems, *actions: object) -> None:
    if sum(1 for action in actions if action) != 1:
        problems.add(Reason.EXACTLY_ONE, "", choices="HTTP request, TCP connection, command")


@dataclass(frozen=True)
class Probe(Record):
    """A liveness or readiness probe: exactly one of HTTP request, TCP connection and command."""

    http_get: Annotated[
        HttpGet | None, Field("HttpGet", One(HttpGet, without=("host", "http_headers")), _("HTTP request"))
    ] = None
    tcp_socket: Annotated[
        TcpSocket | None, Field("TcpSocket", One(TcpSocket, without=("host",)), _("TCP connection"))
    ] = None
    exec_commands: Annotated[
        tuple[str, ...],
        Field(
            "Exec.Command",
            words(limits.ARG_LENGTH_MAX, limits.PROBE_COMMANDS_MAX),
            _("Command"),
            width="l",
            hint=COMMAND_HINT,
        ),
    ] = ()
    initial_delay_seconds: Annotated[
        int | None, Field("InitialDelaySeconds", SECONDS_OR_NONE, _("Initial delay"), line="timing", unit="s")
    ] = None
    period_seconds: Annotated[
        int | None, Field("PeriodSeconds", SECONDS, _("Period"), line="timing", unit="s", example="10")
    ] = None
    timeout_seconds: Annotated[
        int | None, Field("TimeoutSeconds", SECONDS, _("Timeout"), line="timing", unit="s", example="1")
    ] = None
    success_threshold: Annotated[
        int | None, Field("SuccessThreshold", Whole(1, 1), _("Success threshold"), line="timing", example="1")
    ] = None
    failure_threshold: Annotated[
        int | None, Field("FailureThreshold", SECONDS, _("Failure threshold"), line="timing", example="3")
    ] = None

    one_of: ClassVar[Alternatives] = Alternatives("kind", _("Check"), (Case("", _("None"), is_nothing=True), *_ACTIONS))

    def rules(self, problems: Problems) -> None:
        _check_one_action(problems, self.http_get, self.tcp_socket, self.exec_commands)
        if self.http_get and (self.http_get.host or self.http_get.http_headers):
            problems.add(Reason.ONLY_WITH, "http_get.host", other="lifecycle handlers")
        if self.tcp_socket and self.tcp_socket.host:
            problems.add(Reason.ONLY_WITH, "tcp_socket.host", other="lifecycle handlers")


# The numbers of a probe, in their order.
TIMES: Final = tuple(name for name, field in fields_of(Probe).items() if field.line == "timing")


@dataclass(frozen=True)
class LifecycleHandler(Record):
    """What runs after the start or before the stop: exactly one of HTTP request, TCP connection and command."""

    # vendor: the names of a handler have no dots: LifecyclePreStopHandlerHttpGetPort, LifecyclePreStopHandlerExec.1.
    http_get: Annotated[HttpGet | None, Field("HttpGet", One(HttpGet, joint=""), _("HTTP request"))] = None
    tcp_socket: Annotated[TcpSocket | None, Field("TcpSocket", One(TcpSocket, joint=""), _("TCP connection"))] = None
    exec_commands: Annotated[
        tuple[str, ...],
        Field(
            "Exec",
            words(limits.ARG_LENGTH_MAX, limits.HANDLER_COMMANDS_MAX),
            _("Command"),
            width="l",
            hint=COMMAND_HINT,
        ),
    ] = ()

    one_of: ClassVar[Alternatives] = Alternatives(
        "kind", _("Does"), (Case("", _("Nothing"), is_nothing=True), _ACTIONS[2], *_ACTIONS[:2])
    )

    def rules(self, problems: Problems) -> None:
        _check_one_action(problems, self.http_get, self.tcp_socket, self.exec_commands)
