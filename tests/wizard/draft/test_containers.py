"""Cards as containers, and each problem at its control."""

from typing import Any, NamedTuple

import pytest

from consoleapp.domain.secret import Secret
from consoleapp.domain.spec import Container, InitContainer
from consoleapp.wizard.draft import read
from consoleapp.wizard.mapping.problems import Problem
from consoleapp.wizard.shape import ContainerData, Row, env_name
from tests.wizard.mapping.test_needs import draft


def card(
    key: str = "c1", *, init: bool = False, rows: dict[str, list[Row]] | None = None, **fields: Any
) -> ContainerData:
    return {"key": key, "init": init, "fields": {"name": "web", "image": "nginx", **fields}, "rows": rows or {}}


class MappedContainer(NamedTuple):
    """One card: its container when nothing is wrong with it, and what is."""

    key: str
    container: Container | InitContainer | None
    problems: tuple[Problem, ...]


def map_containers(cards: list[ContainerData], secrets: dict[str, Secret]) -> list[MappedContainer]:
    data = draft("nginx")
    data["containers"] = cards
    # What is mounted is there.
    names = {str(row["fields"].get("volume")) for one in cards for row in one["rows"].get("mounts", [])}
    data["volumes"] = [{"key": f"v-{name}", "fields": {"kind": "EmptyDirVolume", "name": name}} for name in names]
    group, problems = read(data, secrets)
    found: dict[bool, list[Any]] = {False: list(group.containers), True: list(group.init_containers)}
    own = {one["key"]: tuple(each for each in problems if each.container_key == one["key"]) for one in cards}
    made = [found[one["init"]].pop(0) for one in cards]
    return [
        MappedContainer(one["key"], None if own[one["key"]] else each, own[one["key"]])
        for one, each in zip(cards, made, strict=True)
    ]


def mapped(one: ContainerData, secrets: dict[str, Secret] | None = None) -> MappedContainer:
    return map_containers([one], secrets or {})[0]


def container(one: ContainerData, secrets: dict[str, Secret] | None = None) -> Container:
    found = mapped(one, secrets)
    assert isinstance(found.container, Container), found.problems
    return found.container


def controls(one: ContainerData) -> list[str]:
    return [problem.field_id for problem in mapped(one).problems]


def row(key: str, **fields: Any) -> Row:
    return {"key": key, "fields": fields}


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
    assert controls(card(liveness_kind="exec", liveness_command="cat '")) == ["id_c1-liveness-command"]


def test_a_variable_whose_value_is_missing_is_called_by_its_name() -> None:
    rows = [row("r1", name="DB_PASSWORD", value="", secret=True, source="value")]
    (problem,) = mapped(card(rows={"env": rows})).problems
    assert problem.label == "web: DB_PASSWORD: Value"


def test_variables_are_typed_secret_or_the_address_of_the_group() -> None:
    rows = [
        row("r1", name="MODE", value="fast", source="value"),
        row("r2", name="TOKEN", value="", secret=True, source="value"),
        row("r3", name="IP", source="status.podIP"),
        row("r4", name="", value="", source="value"),
    ]
    made = container(card(rows={"env": rows}), {env_name("c1", "r2"): Secret("s3cret")})
    plain, secret, address = made.environment_vars
    assert plain.value == "fast"
    assert secret.value == Secret("s3cret")
    assert address.field_path == "status.podIP"


@pytest.mark.parametrize(
    ("rows", "control"),
    [
        ({"env": [row("r1", name="1A", value="x")]}, "id_c1-env-r1-name"),
        ({"env": [row("r1", name="A B", value="x")]}, "id_c1-env-r1-name"),
        ({"env": [row("r1", name="A", value="x" * 257)]}, "id_c1-env-r1-value"),
        ({"ports": [row("r1", port="70000", protocol="TCP")]}, "id_c1-ports-r1-port"),
        ({"ports": [row("r1", port="http", protocol="TCP")]}, "id_c1-ports-r1-port"),
        ({"mounts": [row("r1", volume="data", mount_path="relative")]}, "id_c1-mounts-r1-mount_path"),
        ({"mounts": [row("r1", mount_path="/data")]}, "id_c1-mounts-r1-volume"),
    ],
)
def test_a_wrong_row_is_marked_at_its_control(rows: dict[str, list[Row]], control: str) -> None:
    assert controls(card(rows=rows)) == [control]


@pytest.mark.parametrize(
    ("fields", "control"),
    [
        ({"name": "Web"}, "id_c1-name"),
        ({"image": ""}, "id_c1-image"),
        ({"image": "a//b"}, "id_c1-image"),
        ({"working_dir": "here"}, "id_c1-working_dir"),
        ({"commands": " ".join("x" * 21)}, "id_c1-commands"),
        ({"cpu": "many"}, "id_c1-cpu"),
        ({"run_as_user": "-1"}, "id_c1-run_as_user"),
        ({"run_as_user": "0", "run_as_non_root": True}, "id_c1-run_as_non_root"),
        ({"capabilities_add": "NET!"}, "id_c1-capabilities_add"),
        ({"stdin_once": True}, "id_c1-stdin_once"),
        ({"env_waiting": "3"}, "id_c1-env_paste"),
        ({"liveness_kind": "http"}, "id_c1-liveness-port"),
        ({"liveness_kind": "exec"}, "id_c1-liveness-command"),
        (
            {"readiness_kind": "tcp", "readiness_port": "80", "readiness_period_seconds": "0"},
            "id_c1-readiness-period_seconds",
        ),
        (
            {"readiness_kind": "tcp", "readiness_port": "80", "readiness_timeout_seconds": "x"},
            "id_c1-readiness-timeout_seconds",
        ),
        (
            {"post_start_kind": "http", "post_start_port": "80", "post_start_headers": "no colon"},
            "id_c1-post_start-headers",
        ),
        ({"pre_stop_kind": "tcp", "pre_stop_port": "0"}, "id_c1-pre_stop-port"),
    ],
)
def test_a_wrong_field_is_marked_at_its_control(fields: dict[str, Any], control: str) -> None:
    assert controls(card(**fields)) == [control]


def test_probes_and_handlers_are_what_was_chosen() -> None:
    made = container(
        card(
            liveness_kind="http",
            liveness_port="8080",
            liveness_path="/healthz",
            liveness_scheme="HTTP",
            liveness_period_seconds="5",
            pre_stop_kind="exec",
            pre_stop_command="nginx -s quit",
            post_start_kind="http",
            post_start_port="80",
            post_start_headers="X-Who: me",
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
    assert container(card(liveness_kind="", liveness_port="nonsense")).liveness_probe is None


def test_an_init_container_has_no_probes_and_no_terminal() -> None:
    found = mapped(card(init=True, liveness_kind="exec", stdin_once=True))
    assert isinstance(found.container, InitContainer)


def test_a_name_that_was_used_before_is_a_problem_of_the_later_card() -> None:
    first, second = map_containers([card("c1"), card("c2")], {})
    assert first.problems == ()
    assert [problem.field_id for problem in second.problems] == ["id_c2-name"]
    assert second.problems[0].container_key == "c2"
