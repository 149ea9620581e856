"""What of a group that was brought in has a place in a draft, and what is made storable before."""

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings

from consoleapp.domain.group import ContainerGroupSpec
from consoleapp.domain.schema import Record, unchecked
from consoleapp.domain.secret import Secret
from consoleapp.domain.spec import (
    ConfigFile,
    ConfigFileVolume,
    Container,
    EmptyDirVolume,
    EnvironmentVar,
    FlexVolume,
    FlexVolumeOption,
    HttpGet,
    ImageRegistryCredential,
    InitContainer,
    OssVolume,
    Probe,
    SecurityContext,
    TcpSocket,
)
from consoleapp.wizard.draft.encoding import to_draft
from consoleapp.wizard.draft.fitting import fitting, storable
from consoleapp.wizard.validation import read
from tests.domain.strategies import groups
from tests.wizard.draft.test_encoding import FULL


def group(**values: Any) -> ContainerGroupSpec:
    return unchecked(ContainerGroupSpec, values)


def taken(**values: Any) -> Any:
    return fitting(storable(group(**values)))


@given(groups())
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_a_group_as_it_is_sent_is_kept_but_for_volumes_without_a_form(spec: ContainerGroupSpec) -> None:
    kept = fitting(storable(spec))
    for name in vars(spec):
        if name not in ("volumes", "containers", "init_containers"):
            assert getattr(kept, name) == getattr(spec, name), name
    assert len(kept.containers) == len(spec.containers)


@given(groups())
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_what_has_a_place_makes_a_draft(spec: ContainerGroupSpec) -> None:
    made = to_draft(fitting(storable(spec)), is_whole=False)
    assert len(read(made.data, made.secrets)[0].containers) == len(spec.containers)


def test_nothing_is_lost_of_a_group_that_came_from_a_draft() -> None:
    kept = fitting(storable(FULL))
    assert to_draft(kept) == to_draft(FULL)


def test_a_login_stands_once_for_a_host_and_not_without_one() -> None:
    def login(server: str | None) -> ImageRegistryCredential:
        return unchecked(ImageRegistryCredential, {"server": server, "user_name": "demo", "password": Secret("x")})

    hosts = ("registry.example.com", "", None, "Registry.example.com")
    kept = taken(image_registry_credentials=tuple(map(login, hosts)))
    assert [each.server for each in kept.image_registry_credentials] == ["registry.example.com"]


@pytest.mark.parametrize("driver", [None, "alicloud/unknown"])
def test_a_volume_of_an_unknown_driver_has_no_place(driver: str | None) -> None:
    assert taken(volumes=(unchecked(FlexVolume, {"name": "a", "driver": driver}),)).volumes == ()


def test_a_volume_of_a_known_driver_becomes_its_form() -> None:
    options = tuple(FlexVolumeOption.from_text(*each) for each in (("bucket", "b"), ("akSecret", "s")))
    volume = unchecked(FlexVolume, {"name": "a", "driver": "alicloud/oss", "options": options})
    (made,) = taken(volumes=(volume,)).volumes
    assert (type(made), made.bucket, made.ak_secret) == (OssVolume, "b", Secret("s"))


def test_a_volume_with_an_option_of_no_form_has_no_place() -> None:
    options = (FlexVolumeOption("nonsense", "1"),)
    volume = unchecked(FlexVolume, {"name": "a", "driver": "alicloud/oss", "options": options})
    assert taken(volumes=(volume, EmptyDirVolume("b"))).volumes == (EmptyDirVolume("b"),)


def container(**values: Any) -> Container:
    return unchecked(Container, {"name": "web", **values})


def first(**values: Any) -> Any:
    return taken(containers=(container(**values),)).containers[0]


def test_of_several_ways_to_fill_a_record_one_counts() -> None:
    probe = unchecked(Probe, {"http_get": HttpGet(80), "tcp_socket": TcpSocket(80)})
    assert first(liveness_probe=probe).liveness_probe == unchecked(Probe, {"http_get": HttpGet(80)})


def test_a_probe_that_does_nothing_is_none() -> None:
    assert first(liveness_probe=unchecked(Probe, {"period_seconds": 3})).liveness_probe is None


@pytest.mark.parametrize(("path", "is_kept"), [("status.podIP", True), ("metadata.name", False)])
def test_a_variable_is_filled_in_with_what_its_form_offers(path: str, is_kept: bool) -> None:
    (variable,) = first(
        environment_vars=(unchecked(EnvironmentVar, {"key": "A", "field_path": path}),)
    ).environment_vars
    assert (variable.field_path == path) is is_kept


def test_what_a_record_lacks_where_it_stands_has_no_place() -> None:
    context = unchecked(SecurityContext, {"run_as_user": 5, "privileged": True})
    made = taken(init_containers=(unchecked(InitContainer, {"name": "a", "security_context": context}),))
    assert made.init_containers[0].security_context == SecurityContext(run_as_user=5)


def test_texts_that_no_database_stores_are_marked() -> None:
    values: tuple[str | Secret, ...] = ("a\x00b\ud800c", Secret("\udfff"))
    made = first(environment_vars=tuple(unchecked(EnvironmentVar, {"key": "A", "value": each}) for each in values))
    assert "\x00" not in made.environment_vars[0].value
    assert made.environment_vars[0].value.encode()
    assert made.environment_vars[1].value.reveal().encode()


def test_what_only_the_vault_keeps_is_a_secret() -> None:
    file = unchecked(ConfigFile, {"path": "a", "content": "text"})
    made = taken(volumes=(unchecked(ConfigFileVolume, {"name": "a", "config_files": (file,)}),))
    assert made.volumes[0].config_files[0].content == Secret("text")


def test_a_secret_where_none_is_kept_has_no_place() -> None:
    assert first(working_dir=Secret("/x")).working_dir == ""


WRONG: list[dict[str, Any]] = [
    {},
    {"containers": None, "volumes": None, "tags": None},
    {"cpu": Decimal("NaN"), "memory_gib": Decimal("-1")},
    {"cpu": Decimal("1E+400")},
    {"restart_policy": "Sometimes", "dns_policy": "x", "region_id": "cn-hangzhou", "compute_categories": ("x",)},
    {
        "containers": (container(name=None, image="A b:c", ports=(None,)[:0], commands=("'", "\r"), cpu=Decimal(0)),)
        * 25
    },
    {"ephemeral_storage_gib": -5, "termination_grace_period_seconds": 0, "active_deadline_seconds": 10**30},
]


@pytest.mark.parametrize("values", WRONG)
def test_wrong_values_make_a_draft_that_can_be_read(values: dict[str, Any]) -> None:
    made = to_draft(taken(**values), is_whole=False)
    assert isinstance(read(made.data, made.secrets)[0], Record)


def test_zero_is_said() -> None:
    made = to_draft(taken(termination_grace_period_seconds=0, restart_policy="", containers=()), is_whole=False)
    assert made.data["spec"]["termination_grace_period_seconds"] == "0"
    assert "restart_policy" not in made.data["spec"]
