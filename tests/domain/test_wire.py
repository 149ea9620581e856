import json
import re
from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings

from consoleapp.domain import spec, wire
from consoleapp.domain.errors import DomainError, Reason
from consoleapp.domain.secret import Secret
from consoleapp.domain.spec import ContainerGroupSpec
from tests.domain.builders import container, credential, group, init_container, refusals, sized
from tests.domain.strategies import groups

VECTORS = Path(__file__).parents[1] / "vectors" / "eci_parameters.json"
KNOWN = frozenset(json.loads(VECTORS.read_text())["parameters"])
SMALLEST = {
    "RegionId": "cn-hangzhou",
    "ContainerGroupName": "web",
    "Container.1.Name": "web",
    "Container.1.Image": "nginx:1.27",
}
whole_specs = settings(deadline=None, max_examples=15, suppress_health_check=list(HealthCheck))


def pattern_of(key: str) -> str:
    return re.sub(r"(?<=\.)\d+(?=\.|$)", "N", key)


def secrets_in(value: object) -> Iterator[str]:
    if isinstance(value, Secret):
        yield value.reveal()
    elif isinstance(value, tuple):
        for item in value:
            yield from secrets_in(item)
    elif is_dataclass(value):
        for field in fields(value):
            yield from secrets_in(getattr(value, field.name))


@settings(whole_specs, max_examples=50)
@given(groups())
def test_what_was_written_reads_back_as_the_same_spec(group_spec: ContainerGroupSpec) -> None:
    parameters = wire.to_parameters(group_spec)
    again = wire.from_parameters(parameters, secret_keys=wire.secret_keys(group_spec))
    assert again == group_spec
    assert wire.to_parameters(again) == parameters


@whole_specs
@given(groups())
def test_every_key_is_known_to_the_vendor(group_spec: ContainerGroupSpec) -> None:
    assert {pattern_of(key) for key in wire.to_parameters(group_spec)} <= KNOWN


@whole_specs
@given(groups())
def test_a_secret_stands_under_secret_keys_only(group_spec: ContainerGroupSpec) -> None:
    parameters, keys = wire.to_parameters(group_spec), wire.secret_keys(group_spec)
    assert keys <= parameters.keys()
    shown = [value for key, value in parameters.items() if key not in keys]
    # Short secrets turn up in other values by chance.
    assert not [secret for secret in secrets_in(group_spec) if len(secret) > 12 and secret in shown]


@whole_specs
@given(groups())
def test_every_written_key_leads_back_to_its_field(group_spec: ContainerGroupSpec) -> None:
    for key in wire.to_parameters(group_spec):
        path = wire.field_path(key)
        assert path is not None
        if not path.startswith("volumes."):
            assert wire.wire_key(path) == key


def test_every_key_that_can_be_written_is_known_to_the_vendor() -> None:
    assert wire.KEY_PATTERNS <= KNOWN
    assert len(wire.KEY_PATTERNS) > 160


# What the cloud takes and no field declares, with the reason.
UNDECLARED = {
    "ClientToken": "made anew for each order, see orders/",
    "DryRun": "a question of its own, not a part of the group",
    "StrictSpot": "goes with the preemptible instances that no page asks for yet",
    "OsType": "Linux alone",
    "ContainerResourceView": "shows the container its own size; asked for by nobody yet",
    "CpuOptionsCore": "needs an ECS instance type, which no page offers",
    "CpuOptionsNuma": "needs an ECS instance type, which no page offers",
    "CpuOptionsThreadsPerCore": "needs an ECS instance type, which no page offers",
    "DataCacheBucket": "a service of its own, made elsewhere",
    "DataCacheBurstingEnabled": "a service of its own, made elsewhere",
    "DataCachePL": "a service of its own, made elsewhere",
    "DataCacheProvisionedIops": "a service of its own, made elsewhere",
    "FixedIp": "keeps an address after the group; asked for by nobody yet",
    "FixedIpRetainHour": "keeps an address after the group; asked for by nobody yet",
    "GpuDriverVersion": "needs a GPU instance type, which no page offers",
    "ImageAccelerateMode": "needs images that were converted for it",
    "Ipv6GatewayBandwidth": "no page asks for IPv6 yet",
    "Ipv6GatewayBandwidthEnable": "no page asks for IPv6 yet",
    "OverheadReservationOption.EnableOverheadReservation": "asked for by nobody yet",
}


def test_every_parameter_of_the_vendor_is_declared_or_left_out_for_a_reason() -> None:
    above = {key for key in KNOWN if any(other.startswith(f"{key}.") for other in KNOWN)}
    assert KNOWN - above - wire.KEY_PATTERNS == UNDECLARED.keys()


def test_every_field_of_the_spec_has_a_key() -> None:
    for field in fields(ContainerGroupSpec):
        assert wire.wire_key(field.name) != "", field.name


def test_writes_the_smallest_group() -> None:
    assert wire.to_parameters(group()) == SMALLEST


def test_writes_every_irregular_key_as_the_vendor_spells_it() -> None:
    hook = spec.HttpGet(80, "/", "HTTP", "localhost", (spec.HttpHeader("Accept", "*/*"),))
    parameters = wire.to_parameters(
        group(
            vswitch_ids=("vsw-1", "vsw-2"),
            plain_http_registries=("10.0.0.1:5000", "harbor:80"),
            host_aliases=(spec.HostAlias("10.0.0.1", ("a.example", "b.example")),),
            acr_registry_infos=(spec.AcrRegistryInfo("cri-1", domains=("r.example.com",)),),
            max_pending_minutes=30,
            sysctls=(spec.Sysctl("kernel.sem", "1"),),
            containers=(
                container(
                    lifecycle_post_start=spec.LifecycleHandler(http_get=hook),
                    lifecycle_pre_stop=spec.LifecycleHandler(exec_commands=("sleep", "1")),
                    security_context=spec.SecurityContext(("NET_RAW",), True, 7, 8, True, True),
                ),
            ),
        )
    )
    assert parameters == {
        **SMALLEST,
        "VSwitchId": "vsw-1,vsw-2",
        "PlainHttpRegistry": "10.0.0.1:5000,harbor:80",
        "HostAliase.1.Ip": "10.0.0.1",
        "HostAliase.1.Hostname.1": "a.example",
        "HostAliase.1.Hostname.2": "b.example",
        "AcrRegistryInfo.1.InstanceId": "cri-1",
        "AcrRegistryInfo.1.Domain.1": "r.example.com",
        "MaxPendingMinute": "30",
        "SecurityContext.Sysctl.1.Name": "kernel.sem",
        "SecurityContext.Sysctl.1.Value": "1",
        "Container.1.LifecyclePostStartHandlerHttpGetPort": "80",
        "Container.1.LifecyclePostStartHandlerHttpGetPath": "/",
        "Container.1.LifecyclePostStartHandlerHttpGetScheme": "HTTP",
        "Container.1.LifecyclePostStartHandlerHttpGetHost": "localhost",
        "Container.1.LifecyclePostStartHandlerHttpGetHttpHeader.1.Name": "Accept",
        "Container.1.LifecyclePostStartHandlerHttpGetHttpHeader.1.Value": "*/*",
        "Container.1.LifecyclePreStopHandlerExec.1": "sleep",
        "Container.1.LifecyclePreStopHandlerExec.2": "1",
        "Container.1.SecurityContext.Capability.Add.1": "NET_RAW",
        "Container.1.SecurityContext.ReadOnlyRootFilesystem": "true",
        "Container.1.SecurityContext.RunAsUser": "7",
        "Container.1.SecurityContextRunAsGroup": "8",
        "Container.1.SecurityContextRunAsNonRoot": "true",
        "Container.1.SecurityContextPrivileged": "true",
    }


@pytest.mark.parametrize(
    ("value", "text"), [("1E+1", "10"), ("0.50", "0.5"), ("2.000", "2"), ("0.000001", "0.000001"), ("64", "64")]
)
def test_writes_a_decimal_without_exponent(value: str, text: str) -> None:
    parameters = wire.to_parameters(group(cpu=Decimal(value), memory_gib=Decimal(value)))
    assert (parameters["Cpu"], parameters["Memory"]) == (text, text)


def test_encodes_a_config_file_and_keeps_its_content_secret() -> None:
    files = (spec.ConfigFile("conf/app.ini", Secret("grün=1\n"), "0644"), spec.ConfigFile("empty", Secret("")))
    written = group(volumes=(spec.ConfigFileVolume("config", files, "0400"),))
    parameters = wire.to_parameters(written)
    assert parameters["Volume.1.Type"] == "ConfigFileVolume"
    assert parameters["Volume.1.ConfigFileVolume.DefaultMode"] == "0400"
    assert parameters["Volume.1.ConfigFileVolume.ConfigFileToPath.1.Content"] == "Z3LDvG49MQo="
    assert parameters["Volume.1.ConfigFileVolume.ConfigFileToPath.2.Content"] == ""
    assert wire.secret_keys(written) == {
        f"Volume.1.ConfigFileVolume.ConfigFileToPath.{number}.Content" for number in (1, 2)
    }
    assert wire.from_parameters(parameters) == written


def test_knows_which_keys_are_secret() -> None:
    written = group(
        image_registry_credentials=(credential(),),
        containers=(
            container(environment_vars=(spec.EnvironmentVar("A", "shown"), spec.EnvironmentVar("B", Secret("hidden")))),
        ),
        volumes=(
            spec.FlexVolume("a", "alicloud/oss", options=(spec.FlexVolumeOption("akSecret", Secret("s")),)),
            spec.FlexVolume("b", "alicloud/oss", options=(spec.FlexVolumeOption("bucket", "b"),)),
        ),
    )
    assert wire.secret_keys(written) == {
        "ImageRegistryCredential.1.Password",
        "Container.1.EnvironmentVar.2.Value",
        "Volume.1.FlexVolume.Options",
    }


def test_reads_a_password_as_a_secret_without_being_told() -> None:
    parameters = wire.to_parameters(group(image_registry_credentials=(credential(),)))
    read = wire.from_parameters(parameters).image_registry_credentials[0]
    assert read.password.reveal() == "open sesame"
    assert "sesame" not in repr(read)


@pytest.mark.parametrize(
    ("key", "text", "path", "reason"),
    [
        ("Cpu", "1e309", "cpu", Reason.MALFORMED),
        ("Cpu", "NaN", "cpu", Reason.MALFORMED),
        ("Cpu", "-0", "cpu", Reason.MALFORMED),
        ("Container.1.Memory", "many", "containers.0.memory_gib", Reason.MALFORMED),
        ("Container.1.Port.1.Port", "eighty", "containers.0.ports.0.port", Reason.MALFORMED),
        ("Container.1.Port.1.Port", "٨٠", "containers.0.ports.0.port", Reason.MALFORMED),
        ("Container.1.Tty", "yes", "containers.0.tty", Reason.MALFORMED),
        ("Container.1.LivenessProbe.HttpGet.Port", "0", "containers.0.liveness_probe.http_get.port", "out_of_range"),
        ("Volume.1.Type", "Cloud", "volumes.0", Reason.NOT_A_CHOICE),
        ("Container.1.Colour", "red", "Container.1.Colour", Reason.UNKNOWN_PARAMETER),
        ("Container.3.Name", "late", "Container.3.Name", Reason.UNKNOWN_PARAMETER),
        ("ClientToken", "t", "ClientToken", Reason.UNKNOWN_PARAMETER),
    ],
)
def test_refuses_a_parameter_it_cannot_read(key: str, text: str, path: str, reason: str) -> None:
    assert refusals(wire.from_parameters, {**SMALLEST, key: text}) == {path: reason}


@pytest.mark.parametrize("options", ["[]", "x", '{"a": {"b": 1}}', '{"a": null}', "[" * 100_000])
def test_refuses_volume_options_that_are_no_json_object_of_texts(options: str) -> None:
    volume = {"Name": "v", "Type": "FlexVolume", "FlexVolume.Driver": "alicloud/oss", "FlexVolume.Options": options}
    parameters = {**SMALLEST, **{f"Volume.1.{key}": value for key, value in volume.items()}}
    assert refusals(wire.from_parameters, parameters) == {"volumes.0.options": Reason.MALFORMED}


def test_reads_numbers_and_booleans_in_volume_options_as_texts() -> None:
    volume = {"Name": "v", "Type": "FlexVolume", "FlexVolume.Driver": "alicloud/disk"}
    parameters = {**SMALLEST, **{f"Volume.1.{key}": value for key, value in volume.items()}}
    parameters["Volume.1.FlexVolume.Options"] = '{"size": 20, "encrypted": true}'
    read = wire.from_parameters(parameters).volumes[0]
    assert isinstance(read, spec.FlexVolume)
    assert [(option.name, option.value) for option in read.options] == [("size", "20"), ("encrypted", "true")]


def test_reads_the_booleans_of_older_sdks_and_takes_an_empty_value_as_absent() -> None:
    read = wire.from_parameters(
        {**SMALLEST, "AutoCreateEip": "True", "Container.1.Tty": "FALSE", "Cpu": "", "ZoneId": ""}
    )
    assert (read.auto_create_eip, read.containers[0].tty, read.cpu, read.zone_id) == (True, False, None, "")


def test_says_the_path_of_an_impossible_part() -> None:
    parameters = {**SMALLEST, "InitContainer.1.Name": "Prepare", "InitContainer.1.Image": "nginx:"}
    assert refusals(wire.from_parameters, parameters) == {
        "init_containers.0.name": Reason.CONTAINER_NAME_FORMAT,
        "init_containers.0.image": "empty_tag",
    }


def test_no_parameters_at_all_lack_what_is_required() -> None:
    with pytest.raises(DomainError) as caught:
        wire.from_parameters({})
    assert {error.path for error in caught.value.all_errors} == {"region_id", "container_group_name", "containers"}


@pytest.mark.parametrize(
    ("path", "key"),
    [
        ("containers.0.image", "Container.1.Image"),
        ("containers.19.cpu", "Container.20.Cpu"),
        ("containers.0.environment_vars.2.key", "Container.1.EnvironmentVar.3.Key"),
        ("containers.0.lifecycle_pre_stop.http_get.port", "Container.1.LifecyclePreStopHandlerHttpGetPort"),
        ("containers.0.stdin_once", "Container.1.StdinOnce"),
        ("containers.0.security_context.run_as_user", "Container.1.SecurityContext.RunAsUser"),
        ("containers.0.security_context.run_as_group", "Container.1.SecurityContextRunAsGroup"),
        ("image_registry_credentials.0.password", "ImageRegistryCredential.1.Password"),
        ("compute_categories.1", "ComputeCategory.2"),
        ("host_sysctls.0.name", "HostSecurityContext.Sysctl.1.Name"),
        ("containers", "Container"),
        ("cpu", "Cpu"),
    ],
)
def test_translates_between_field_paths_and_keys(path: str, key: str) -> None:
    assert wire.wire_key(path) == key
    assert wire.field_path(key) == path


def test_does_not_guess_where_a_key_or_path_is_not_known() -> None:
    assert wire.field_path("Container.1.Colour") is None
    assert wire.field_path("Container.0.Name") is None
    assert wire.field_path("Spaceship") is None
    assert wire.wire_key("spaceship") == ""
    # Two kinds of volume have a path.
    assert wire.wire_key("volumes.0.path") == "Volume.1"
    assert wire.wire_key("volumes.0.server") == "Volume.1.NFSVolume.Server"
    assert wire.field_path("Volume.1.Type") == "volumes.0"


def test_an_init_container_is_written_below_its_own_list() -> None:
    parameters = wire.to_parameters(group(init_containers=(init_container(),)))
    assert parameters["InitContainer.1.Image"] == "busybox:1.36"


def test_values_stand_beside_their_texts() -> None:
    spec = group(**sized("2.50", "4"), containers=(container(tty=True),))
    values = wire.to_values(spec)
    assert values["Cpu"] == (Decimal("2.50"), "2.5")
    assert values["Container.1.Tty"] == (True, "true")
    assert {key: text for key, (_value, text) in values.items()} == wire.to_parameters(spec)
