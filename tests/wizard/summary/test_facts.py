"""What Confirm says about one container, and about its variables."""

from typing import Any

import pytest

from consoleapp.domain.secret import Secret
from consoleapp.domain.spec import (
    Container,
    EnvironmentVar,
    HttpGet,
    HttpHeader,
    InitContainer,
    LifecycleHandler,
    Probe,
    SecurityContext,
    TcpSocket,
    VolumeMount,
)
from consoleapp.wizard.summary.facts import container_facts, variables_of
from tests.wizard.complete import CANARY, COMMON

FACTS: list[tuple[dict[str, Any], list[str]]] = [
    ({}, []),
    ({"security_context": SecurityContext(privileged=True)}, ["Privileged: all rights of the host"]),
    ({"security_context": SecurityContext(run_as_user=0, run_as_group=0)}, ["User ID 0", "Group ID 0"]),
    ({"security_context": SecurityContext(run_as_non_root=True)}, ["Refuse to start as root"]),
    ({"security_context": SecurityContext(read_only_root_filesystem=True)}, ["Root file system read only"]),
    (
        {"security_context": SecurityContext(capabilities_add=("NET_ADMIN", "NET_RAW"))},
        ["Added capabilities NET_ADMIN, NET_RAW"],
    ),
    ({"stdin": True, "tty": True}, ["Standard input stays open", "Allocate a terminal (needed by /bin/bash)"]),
    ({"stdin": True, "stdin_once": True}, ["Standard input stays open until the first client leaves"]),
    ({"environment_var_hide": True}, ["Hide values in the cloud's own answers"]),
    (
        {"lifecycle_post_start": LifecycleHandler(exec_commands=("/bin/warm", "--all"))},
        ["After the start: /bin/warm --all"],
    ),
    (
        {
            "lifecycle_pre_stop": LifecycleHandler(
                http_get=HttpGet(8080, "/drain", "HTTPS", "127.0.0.1", (HttpHeader("X-Why", "stop"),))
            )
        },
        ["Before the stop: HTTPS /drain 127.0.0.1:8080 (Headers X-Why: stop)"],
    ),
    (
        {"lifecycle_pre_stop": LifecycleHandler(tcp_socket=TcpSocket(9000, "db"))},
        ["Before the stop: TCP db:9000"],
    ),
    (
        {
            "liveness_probe": Probe(
                tcp_socket=TcpSocket(80),
                initial_delay_seconds=0,
                period_seconds=10,
                timeout_seconds=2,
                success_threshold=1,
                failure_threshold=3,
            )
        },
        ["Liveness: TCP :80 (Initial delay 0 s, Period 10 s, Timeout 2 s, Success threshold 1, Failure threshold 3)"],
    ),
    ({"termination_message_path": "/tmp/why"}, ["Termination message /tmp/why"]),
    (
        {"termination_message_policy": "FallbackToLogsOnError"},
        ["Message comes From the log after an error"],
    ),
    ({"image_pull_policy": "Never"}, ["Pull policy Never"]),
    ({"gpu": 1}, ["1 GPU"]),
    (
        {"volume_mounts": (VolumeMount("scratch", "/x", "a/b", True, "HostToContainer"),)},
        ["Volume mounts scratch → /x (Sub path a/b, Read only, Propagation HostToContainer)"],
    ),
]


@pytest.mark.parametrize(("changed", "facts"), FACTS, ids=[next(iter(changed), "nothing") for changed, _facts in FACTS])
def test_tells_each_thing_that_is_sent_of_a_container(changed: dict[str, Any], facts: list[str]) -> None:
    container = Container(name="web", image=COMMON, **changed)

    assert list(container_facts(container)) == facts


def test_tells_the_rights_of_an_init_container() -> None:
    first = InitContainer(name="first", image=COMMON, security_context=SecurityContext(run_as_user=7))

    assert list(container_facts(first)) == ["User ID 7"]


def test_lists_every_variable_and_shows_dots_for_a_secret() -> None:
    variables = (
        EnvironmentVar("MODE", "fast"),
        EnvironmentVar("NOTHING", ""),
        EnvironmentVar("TOKEN", Secret(CANARY)),
        EnvironmentVar("MY_IP", field_path="status.podIP"),
    )
    container = Container(name="web", image=COMMON, environment_vars=variables)

    shown = variables_of(container)

    assert shown.title == "4 variables, 1 secret"
    assert [(row.label, row.value, row.hint) for row in shown.rows] == [
        ("MODE", "fast", ""),
        ("NOTHING", "", "empty"),
        ("TOKEN", "••••••••", "secret"),
        ("MY_IP", "status.podIP", "the group's own address, filled in at its start"),
    ]
    assert CANARY not in repr(shown)


def test_a_container_without_variables_lists_none() -> None:
    assert variables_of(Container(name="web", image=COMMON)).rows == ()
