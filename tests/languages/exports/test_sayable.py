"""What a language can say of a group."""

from consoleapp.domain.probe import LifecycleHandler
from consoleapp.domain.secret import Secret
from consoleapp.domain.spec import (
    Container,
    ContainerGroupSpec,
    DnsConfig,
    EmptyDirVolume,
    EnvironmentVar,
    NFSVolume,
    VolumeMount,
)
from consoleapp.languages.exports.exported import Lost
from consoleapp.languages.exports.sayable import sayable
from tests.domain.builders import container, group, sized


def _refuses_nothing(record: object, path: tuple[str, ...], value: object) -> bool:
    return False


def test_a_group_of_which_all_can_be_said_stays_as_it_is() -> None:
    spec = group(containers=(container(args=("a",)),))
    said, lost = sayable(spec, {}, (), _refuses_nothing)
    assert (said, lost) == (spec, ())


def test_fields_that_are_lost_are_shown_but_no_secret_nothing_long_and_no_records() -> None:
    spec = group(
        **sized("1.50", "2"),
        core_pattern="/" + "a" * 80,
        ntp_servers=("a.example", "b.example"),
        share_process_namespace=True,
        dns_config=DnsConfig(("192.0.2.1",)),
        containers=(
            container(
                environment_vars=(EnvironmentVar("A", Secret("hush")), EnvironmentVar("B", "b")),
                lifecycle_pre_stop=LifecycleHandler(exec_commands=("a",)),
            ),
        ),
    )
    fields = {
        ContainerGroupSpec: "cpu core_pattern ntp_servers share_process_namespace dns_config active_deadline_seconds",
        Container: "lifecycle_pre_stop",
        EnvironmentVar: "value",
    }
    said, lost = sayable(spec, fields, (), _refuses_nothing)
    assert lost == (
        Lost("cpu", "1.5"),
        Lost("containers.0.environment_vars.0.value"),
        Lost("containers.0.environment_vars.1.value", "b"),
        Lost("containers.0.lifecycle_pre_stop"),
        Lost("dns_config"),
        Lost("ntp_servers", "a.example, b.example"),
        Lost("core_pattern"),
        Lost("share_process_namespace", "true"),
    )
    assert (said.cpu, said.ntp_servers, said.memory_gib) == (None, (), spec.memory_gib)


def test_items_that_are_refused_are_gone_and_volumes_take_their_mounts() -> None:
    web = container(args=("a", "b", "c"), volume_mounts=(VolumeMount("x", "/x"), VolumeMount("y", "/y")))
    spec = group(containers=(web,), volumes=(EmptyDirVolume("x"), NFSVolume("y", "nas.example", "/")))
    said, lost = sayable(spec, {}, (EmptyDirVolume,), lambda record, path, value: value == "b")
    assert lost == (
        Lost("volumes.0"),
        Lost("containers.0.args.1", "b"),
        Lost("containers.0.volume_mounts.0"),
    )
    [left] = said.containers
    assert (left.args, left.volume_mounts) == (("a", "c"), web.volume_mounts[1:])
