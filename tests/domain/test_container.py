from decimal import Decimal
from typing import Any

import pytest

from consoleapp.domain.secret import Secret
from consoleapp.domain.spec import (
    ContainerPort,
    EnvironmentVar,
    HttpGet,
    HttpHeader,
    LifecycleHandler,
    Probe,
    SecurityContext,
    TcpSocket,
    VolumeMount,
)
from tests.domain.builders import container, init_container, refusals

COMMAND = ("true",)


def variables(count: int) -> tuple[EnvironmentVar, ...]:
    return tuple(EnvironmentVar(f"V{number}", "") for number in range(count))


@pytest.mark.parametrize(
    ("changes", "path", "reason"),
    [
        ({"name": ""}, "name", "required"),
        ({"name": "Web"}, "name", "container_name_format"),
        ({"name": "-web"}, "name", "container_name_format"),
        ({"name": "web\n"}, "name", "container_name_format"),
        ({"name": "w" * 64}, "name", "container_name_format"),
        ({"image": ""}, "image", "required"),
        ({"image": "a" * 256}, "image", "too_long"),
        ({"image": "Nginx"}, "image", "upper_case"),
        ({"image": "100.100.100.200/latest/x"}, "image", "forbidden_host"),
        ({"image_pull_policy": "Sometimes"}, "image_pull_policy", "not_a_choice"),
        ({"cpu": Decimal("NaN")}, "cpu", "not_a_number"),
        ({"cpu": Decimal("64.5")}, "cpu", "out_of_range"),
        ({"cpu": Decimal("-0")}, "cpu", "not_positive"),
        ({"memory_gib": Decimal("1e309")}, "memory_gib", "out_of_range"),
        ({"gpu": 0}, "gpu", "out_of_range"),
        ({"working_dir": "app"}, "working_dir", "absolute_path"),
        ({"working_dir": "/a\0"}, "working_dir", "forbidden_character"),
        ({"commands": COMMAND * 21}, "commands", "too_many"),
        ({"commands": ("true", "c" * 257)}, "commands.1", "too_long"),
        ({"args": COMMAND * 11}, "args", "too_many"),
        ({"args": ("a\0",)}, "args.0", "forbidden_character"),
        ({"environment_vars": variables(241)}, "environment_vars", "too_many"),
        (
            {"environment_vars": (EnvironmentVar("A", "1"), EnvironmentVar("A", "2"))},
            "environment_vars.1.key",
            "duplicate",
        ),
        ({"ports": tuple(ContainerPort(number) for number in range(1, 102))}, "ports", "too_many"),
        ({"ports": (ContainerPort(80), ContainerPort(80, "TCP"))}, "ports.1.port", "duplicate"),
        (
            {"volume_mounts": tuple(VolumeMount("data", f"/{number}") for number in range(101))},
            "volume_mounts",
            "too_many",
        ),
        (
            {"volume_mounts": (VolumeMount("a", "/x"), VolumeMount("b", "/x"))},
            "volume_mounts.1.mount_path",
            "duplicate",
        ),
        ({"termination_message_path": "x"}, "termination_message_path", "absolute_path"),
        ({"termination_message_policy": "x"}, "termination_message_policy", "not_a_choice"),
    ],
)
def test_refuses_an_impossible_container(changes: dict[str, Any], path: str, reason: str) -> None:
    assert refusals(container, **changes) == {path: reason}
    assert refusals(init_container, **changes) == {path: reason}


def test_takes_a_container_at_every_limit() -> None:
    taken = container(
        name="w" * 63,
        image="a" * 255,
        cpu=Decimal(64),
        memory_gib=Decimal(512),
        commands=("c" * 256,) * 20,
        args=("line\nbreak\t",) * 10,
        environment_vars=variables(240),
        ports=(ContainerPort(80, "TCP"), ContainerPort(80, "UDP"), ContainerPort(65535)),
    )
    assert taken.commands[19] == "c" * 256


def test_names_every_fault_of_a_container_in_one_pass() -> None:
    assert refusals(container, name="", image="a//b", cpu=Decimal(0), working_dir="x") == {
        "name": "required",
        "image": "empty_component",
        "cpu": "not_positive",
        "working_dir": "absolute_path",
    }


def test_standard_input_once_needs_standard_input() -> None:
    assert refusals(container, stdin_once=True) == {"stdin_once": "only_with"}
    assert container(stdin=True, stdin_once=True).stdin_once


@pytest.mark.parametrize("right", ["run_as_group", "run_as_non_root", "privileged"])
def test_an_init_container_has_fewer_rights_to_ask_for(right: str) -> None:
    rights: dict[str, Any] = {right: 0 if right == "run_as_group" else True}
    context = SecurityContext(**rights)
    assert refusals(init_container, security_context=context) == {f"security_context.{right}": "conflict"}
    assert container(security_context=context)


@pytest.mark.parametrize("key", ["1A", "A B", "A-B", "Ä", "a" * 129, "A\n"])
def test_refuses_an_environment_key_outside_the_pattern(key: str) -> None:
    assert refusals(EnvironmentVar, key, "") == {"key": "environment_key_format"}


@pytest.mark.parametrize("key", ["_", "a" * 128, "__ECI_RESOURCE_IGNORE__"])
def test_takes_an_environment_key_inside_the_pattern(key: str) -> None:
    assert EnvironmentVar(key, "").key == key


@pytest.mark.parametrize(
    ("make", "reasons"),
    [
        (lambda: EnvironmentVar("", "x"), {"key": "required"}),
        (lambda: EnvironmentVar("A"), {"value": "exactly_one"}),
        (lambda: EnvironmentVar("A", "x", "status.podIP"), {"value": "exactly_one"}),
        (lambda: EnvironmentVar("A", "x" * 257), {"value": "too_long"}),
        (lambda: EnvironmentVar("A", Secret("x" * 257)), {"value": "too_long"}),
        (lambda: EnvironmentVar("A", Secret("x\0")), {"value": "forbidden_character"}),
        (lambda: EnvironmentVar("A", field_path="status.hostIP"), {"field_path": "not_a_choice"}),
        (lambda: ContainerPort(0), {"port": "out_of_range"}),
        (lambda: ContainerPort(65536), {"port": "out_of_range"}),
        (lambda: ContainerPort(80, "SCTP"), {"protocol": "not_a_choice"}),
        (lambda: ContainerPort(80, ""), {"protocol": "required"}),
        (lambda: VolumeMount("", ""), {"name": "required", "mount_path": "required"}),
        (lambda: VolumeMount("a", "x"), {"mount_path": "absolute_path"}),
        (lambda: VolumeMount("a", "/x", "/y"), {"sub_path": "relative_path"}),
        (lambda: VolumeMount("a", "/x", "y/../../z"), {"sub_path": "relative_path"}),
        (lambda: VolumeMount("a", "/x", mount_propagation="Both"), {"mount_propagation": "not_a_choice"}),
        (lambda: HttpHeader("", "x\r\ny"), {"name": "required", "value": "forbidden_character"}),
        (lambda: HttpGet(0, "/\n"), {"port": "out_of_range", "path": "forbidden_character"}),
        (lambda: HttpGet(1, scheme="FTP"), {"scheme": "not_a_choice"}),
        (lambda: HttpGet(1, http_headers=(HttpHeader("a"),) * 101), {"http_headers": "too_many"}),
        (lambda: TcpSocket(70000), {"port": "out_of_range"}),
        (lambda: SecurityContext(("NET_RAW", "X;Y")), {"capabilities_add.1": "id_format"}),
        (lambda: SecurityContext(("NET_RAW", "NET_RAW")), {"capabilities_add.1": "duplicate"}),
        (lambda: SecurityContext(run_as_user=-1), {"run_as_user": "out_of_range"}),
        (lambda: SecurityContext(run_as_group=2**32), {"run_as_group": "out_of_range"}),
        (lambda: SecurityContext(run_as_user=0, run_as_non_root=True), {"run_as_non_root": "conflict"}),
    ],
)  # fmt: skip
def test_refuses_an_impossible_part(make: Any, reasons: dict[str, str]) -> None:
    assert refusals(make) == reasons


@pytest.mark.parametrize(
    ("values", "reasons"),
    [
        ({}, {"": "exactly_one"}),
        ({"http_get": HttpGet(80), "exec_commands": COMMAND}, {"": "exactly_one"}),
        ({"tcp_socket": TcpSocket(80), "http_get": HttpGet(80)}, {"": "exactly_one"}),
        ({"exec_commands": COMMAND * 21}, {"exec_commands": "too_many"}),
        ({"http_get": HttpGet(80, host="h")}, {"http_get.host": "only_with"}),
        ({"tcp_socket": TcpSocket(80, "h")}, {"tcp_socket.host": "only_with"}),
        ({"exec_commands": COMMAND, "initial_delay_seconds": -1}, {"initial_delay_seconds": "out_of_range"}),
        ({"exec_commands": COMMAND, "period_seconds": 0}, {"period_seconds": "out_of_range"}),
        ({"exec_commands": COMMAND, "timeout_seconds": 0}, {"timeout_seconds": "out_of_range"}),
        ({"exec_commands": COMMAND, "success_threshold": 2}, {"success_threshold": "out_of_range"}),
        ({"exec_commands": COMMAND, "failure_threshold": 0}, {"failure_threshold": "out_of_range"}),
    ],
)
def test_refuses_an_impossible_probe(values: dict[str, Any], reasons: dict[str, str]) -> None:
    assert refusals(Probe, **values) == reasons


def test_a_handler_does_exactly_one_thing() -> None:
    assert refusals(LifecycleHandler) == {"": "exactly_one"}
    assert refusals(LifecycleHandler, exec_commands=COMMAND * 101) == {"exec_commands": "too_many"}
    assert LifecycleHandler(http_get=HttpGet(80, host="localhost", http_headers=(HttpHeader("a", "b"),)))


def test_a_secret_value_is_not_in_the_text_of_a_container() -> None:
    shown = container(environment_vars=(EnvironmentVar("A", Secret("canary")),))
    assert "canary" not in repr(shown)
