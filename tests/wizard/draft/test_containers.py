"""Cards as containers, and each problem at its control."""

from typing import Any, NamedTuple

import pytest

from consoleapp.domain.secret import Secret
from consoleapp.domain.spec import Container, InitContainer
from consoleapp.wizard.draft.problems import FieldError
from consoleapp.wizard.shape import CONTAINERS, INIT_CONTAINERS, Fields, env_name
from consoleapp.wizard.validation import read
from tests.wizard.access.test_requirements import draft


def card(_key: str = "c1", **fields: Any) -> Fields:
    return {"_key": _key, "name": "web", "image": "nginx", **fields}


def row(_key: str, **fields: Any) -> Fields:
    return {"_key": _key, **fields}


class MappedContainer(NamedTuple):
    """One card: its container when nothing is wrong with it, and what is."""

    key: str
    container: Container | InitContainer | None
    problems: tuple[FieldError, ...]


def map_containers(cards: list[Fields], secrets: dict[str, Secret], name: str = CONTAINERS) -> list[MappedContainer]:
    data = draft("nginx")
    data["spec"] |= {CONTAINERS: [], name: cards}
    # What is mounted is there.
    mounted = {str(each.get("name")) for one in cards for each in one.get("volume_mounts", [])}
    data["spec"]["volumes"] = [{"_key": f"v-{each}", "_kind": "EmptyDirVolume", "name": each} for each in mounted]
    group, problems = read(data, secrets)
    own = {one["_key"]: tuple(each for each in problems if each.container_key == one["_key"]) for one in cards}
    return [
        MappedContainer(one["_key"], None if own[one["_key"]] else each, own[one["_key"]])
        for one, each in zip(cards, getattr(group, name), strict=True)
    ]


def mapped(one: Fields, secrets: dict[str, Secret] | None = None, name: str = CONTAINERS) -> MappedContainer:
    return map_containers([one], secrets or {}, name)[0]


def container(one: Fields, secrets: dict[str, Secret] | None = None) -> Container:
    found = mapped(one, secrets)
    assert isinstance(found.container, Container), found.problems
    return found.container


def controls(one: Fields) -> list[str]:
    return [problem.field_id for problem in mapped(one).problems]


def test_image_and_version_are_sent_as_one_address() -> None:
    assert container(card(image="nginx", image_version="1.27")).image == "nginx:1.27"
    digest = "sha256:" + "a" * 64
    assert container(card(image="nginx", image_version=digest)).image == f"nginx@{digest}"


def test_commands_and_arguments_are_split_as_a_shell_would() -> None:
    made = container(card(commands='sh -c "echo hello > /work/index.html"', args="'a b'\nc"))
    assert made.commands == ("sh", "-c", "echo hello > /work/index.html")
    assert made.args == ("a b", "c")


@pytest.mark.parametrize("field", ["commands", "args"])
@pytest.mark.parametrize("typed", ['sh -c "echo', "a \\", '["a", 1]', "[a", '["\\ud800"]'])
def test_a_command_that_cannot_be_read_is_marked_at_its_field(field: str, typed: str) -> None:
    fields: dict[str, Any] = {field: typed}
    assert controls(card(**fields)) == [f"id_c1-{field}"]


def test_a_probes_command_that_cannot_be_read_is_marked_at_its_field() -> None:
    probe = {"kind": "exec", "exec_commands": "cat '"}
    assert controls(card(liveness_probe=probe)) == ["id_c1-liveness_probe-exec_commands"]


def test_a_variable_whose_value_is_missing_is_called_by_its_name() -> None:
    rows = [row("r1", key="DB_PASSWORD", value="", value_secret=True, source="value")]
    (problem,) = mapped(card(environment_vars=rows)).problems
    assert problem.label == "web: DB_PASSWORD: Value"
    assert problem.message == "Value of DB_PASSWORD of web is missing."


def test_variables_are_typed_secret_or_the_address_of_the_group() -> None:
    rows = [
        row("r1", key="MODE", value="fast", source="value"),
        row("r2", key="TOKEN", value="", value_secret=True, source="value"),
        row("r3", key="IP", source="status.podIP"),
        row("r4", key="", value="", source="value"),
    ]
    made = container(card(environment_vars=rows), {env_name("c1", "r2"): Secret("s3cret")})
    plain, secret, address = made.environment_vars
    assert plain.value == "fast"
    assert secret.value == Secret("s3cret")
    assert address.field_path == "status.podIP"


@pytest.mark.parametrize(
    ("rows", "control"),
    [
        ({"environment_vars": [row("r1", key="1A", value="x")]}, "id_c1-r1-key"),
        ({"environment_vars": [row("r1", key="A B", value="x")]}, "id_c1-r1-key"),
        ({"environment_vars": [row("r1", key="A", value="x" * 257)]}, "id_c1-r1-value"),
        ({"ports": [row("r1", port="70000", protocol="TCP")]}, "id_c1-r1-port"),
        ({"ports": [row("r1", port="http", protocol="TCP")]}, "id_c1-r1-port"),
        ({"volume_mounts": [row("r1", name="data", mount_path="relative")]}, "id_c1-r1-mount_path"),
        ({"volume_mounts": [row("r1", mount_path="/data")]}, "id_c1-r1-name"),
    ],
)
def test_a_wrong_row_is_marked_at_its_control(rows: dict[str, Any], control: str) -> None:
    assert controls(card(**rows)) == [control]


@pytest.mark.parametrize(
    ("fields", "control"),
    [
        ({"name": "Web"}, "id_c1-name"),
        ({"image": ""}, "id_c1-image"),
        ({"image": "a//b"}, "id_c1-image"),
        ({"working_dir": "here"}, "id_c1-working_dir"),
        ({"commands": " ".join("x" * 21)}, "id_c1-commands"),
        ({"cpu": "many"}, "id_c1-cpu"),
        ({"security_context": {"run_as_user": "-1"}}, "id_c1-security_context-run_as_user"),
        (
            {"security_context": {"run_as_user": "0", "run_as_non_root": True}},
            "id_c1-security_context-run_as_non_root",
        ),
        ({"security_context": {"capabilities_add": "NET!"}}, "id_c1-security_context-capabilities_add"),
        ({"stdin_once": True}, "id_c1-stdin_once"),
        ({"environment_vars_waiting": "3"}, "id_c1-environment_vars_paste"),
        ({"liveness_probe": {"kind": "http"}}, "id_c1-liveness_probe-http_get-port"),
        ({"liveness_probe": {"kind": "exec"}}, "id_c1-liveness_probe-exec_commands"),
        (
            {"readiness_probe": {"kind": "tcp", "tcp_socket": {"port": "80"}, "period_seconds": "0"}},
            "id_c1-readiness_probe-period_seconds",
        ),
        (
            {"readiness_probe": {"kind": "tcp", "tcp_socket": {"port": "80"}, "timeout_seconds": "x"}},
            "id_c1-readiness_probe-timeout_seconds",
        ),
        (
            {"lifecycle_post_start": {"kind": "http", "http_get": {"port": "80", "http_headers": "no colon"}}},
            "id_c1-lifecycle_post_start-http_get-http_headers",
        ),
        (
            {"lifecycle_pre_stop": {"kind": "tcp", "tcp_socket": {"port": "0"}}},
            "id_c1-lifecycle_pre_stop-tcp_socket-port",
        ),
    ],
)
def test_a_wrong_field_is_marked_at_its_control(fields: dict[str, Any], control: str) -> None:
    assert controls(card(**fields)) == [control]


def test_probes_and_handlers_are_what_was_chosen() -> None:
    made = container(
        card(
            liveness_probe={
                "kind": "http",
                "http_get": {"port": "8080", "path": "/healthz", "scheme": "HTTP"},
                "period_seconds": "5",
            },
            lifecycle_pre_stop={"kind": "exec", "exec_commands": "nginx -s quit"},
            lifecycle_post_start={"kind": "http", "http_get": {"port": "80", "http_headers": "X-Who: me"}},
        )
    )
    assert made.liveness_probe
    assert made.liveness_probe.http_get
    assert (made.liveness_probe.http_get.port, made.liveness_probe.period_seconds) == (8080, 5)
    assert made.readiness_probe is None
    assert made.lifecycle_pre_stop
    assert made.lifecycle_pre_stop.exec_commands == ("nginx", "-s", "quit")
    assert made.lifecycle_post_start
    assert made.lifecycle_post_start.http_get
    assert made.lifecycle_post_start.http_get.http_headers[0].value == "me"


def test_what_a_kind_does_not_need_is_not_looked_at() -> None:
    nothing = {"kind": "", "http_get": {"port": "nonsense"}}
    connection = {**nothing, "kind": "tcp", "tcp_socket": {"port": "80"}}
    made = container(card(liveness_probe=nothing, readiness_probe=connection))
    assert made.liveness_probe is None
    assert made.readiness_probe is not None
    assert made.readiness_probe.http_get is None


def test_an_init_container_has_no_probes_and_no_terminal() -> None:
    found = mapped(card(liveness_probe={"kind": "exec"}, stdin_once=True), name=INIT_CONTAINERS)
    assert isinstance(found.container, InitContainer)


def test_a_name_that_was_used_before_is_a_problem_of_the_later_card() -> None:
    first, second = map_containers([card("c1"), card("c2")], {})
    assert first.problems == ()
    assert [problem.field_id for problem in second.problems] == ["id_c2-name"]
    assert second.problems[0].container_key == "c2"
