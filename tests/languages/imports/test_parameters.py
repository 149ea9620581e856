"""Raw parameters: what our own export writes comes back, and so does what others print."""

import json
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings

from consoleapp.domain.group import ContainerGroupSpec
from consoleapp.domain.schema import Record, fields_of, unchecked
from consoleapp.domain.secret import Secret, sounds_secret
from consoleapp.domain.spec import (
    Container,
    EnvironmentVar,
    FlexVolume,
    OssVolume,
    SecurityContext,
)
from consoleapp.domain.volume import DriverVolume, as_flex_volume
from consoleapp.domain.wire import from_parameters, secret_keys, to_parameters
from consoleapp.languages.exports.languages import LANGUAGES, export
from consoleapp.languages.imports import parameters
from consoleapp.languages.imports.given import Given, Notes, read_group
from consoleapp.languages.imports.imported import Imported, NotReadable
from consoleapp.web.request_text import request_rows, request_text
from tests.domain.builders import container, credential, group
from tests.domain.strategies import groups
from tests.languages.exports.collected import on_random_groups

BLANK = Secret("blank")


def blanked(value: Any) -> Any:
    """The same with every secret alike, those of variables whose name sounds like one too; volumes as they are sent."""
    if isinstance(value, Secret):
        return BLANK
    if isinstance(value, tuple):
        return tuple(map(blanked, value))
    if not isinstance(value, Record):
        return value
    values = {name: blanked(getattr(value, name)) for name in fields_of(type(value))}
    if isinstance(value, EnvironmentVar) and value.value and sounds_secret(value.key):
        values["value"] = BLANK
    made = unchecked(type(value), values)
    return as_flex_volume(made) if isinstance(made, DriverVolume) else made


def plain(value: Any) -> Any:
    """The same with every secret as a text."""
    if isinstance(value, Secret):
        return value.reveal()
    if isinstance(value, tuple):
        return tuple(map(plain, value))
    if not isinstance(value, Record):
        return value
    return unchecked(type(value), {name: plain(getattr(value, name)) for name in fields_of(type(value))})


few = settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))


def left_out(found: Imported) -> list[str]:
    return [note.subject for note in found.left_out]


@on_random_groups
def test_what_we_export_comes_back(spec: ContainerGroupSpec) -> None:
    found = parameters.read(export(LANGUAGES[0], spec).text)
    assert blanked(found.spec) == blanked(spec)
    assert found.left_out == ()


@few
@given(groups())
def test_reads_the_same_as_the_strict_reader_where_nothing_is_wrong(spec: ContainerGroupSpec) -> None:
    found = to_parameters(spec)
    notes = Notes()
    read = read_group({key: Given(value) for key, value in found.items()}, notes)
    # Which variables are secret is not in the parameters.
    assert plain(read) == plain(from_parameters(found))
    assert notes.left_out == []


def nested(found: dict[str, str]) -> Any:
    """The parameters as objects and lists inside each other."""
    tree: dict[str, Any] = {}
    for key, value in found.items():
        *above, last = key.split(".")
        place = tree
        for word in above:
            place = place.setdefault(word, {})
        place[last] = value
    return listed(tree)


def listed(tree: Any) -> Any:
    if not isinstance(tree, dict):
        return tree
    if tree and all(key.isdigit() for key in tree):
        return [listed(tree[str(number)]) for number in range(1, len(tree) + 1)]
    return {key: listed(value) for key, value in tree.items()}


@few
@given(groups())
def test_reads_objects_and_lists_inside_each_other(spec: ContainerGroupSpec) -> None:
    found = parameters.read(json.dumps(nested(to_parameters(spec))))
    assert plain(found.spec) == plain(from_parameters(to_parameters(spec)))
    assert found.left_out == ()


def test_reads_what_an_sdk_prints() -> None:
    found = parameters.read(
        """{
        "RegionId": "cn-beijing", "ContainerGroupName": "shop", "Cpu": 2, "Memory": 4.0, "AutoCreateEip": true,
        "VSwitchId": ["vsw-1", "vsw-2"], "ZoneId": null, "Tag": [],
        "Volume": [{"Name": "site", "Type": "FlexVolume", "FlexVolume": {"Driver": "alicloud/oss",
            "Options": {"bucket": "b", "url": "oss.example.com"}}}],
        "Container": [{"Name": "web", "Image": "nginx:1.27", "Command": ["sh", "-c"],
            "Port": [{"Port": 80, "Protocol": "TCP"}], "LivenessProbe": {"HttpGet": {"Path": "/", "Port": 80}},
            "SecurityContextRunAsGroup": 7,
            "EnvironmentVar": [{"Key": "MODE", "Value": "a"}, {"Key": "DB_PASSWORD", "Value": "hidden"}]}]
        }"""
    )
    web = found.spec.containers[0]
    assert (web.name, web.commands, web.ports[0].port, web.security_context.run_as_group) == (
        "web",
        ("sh", "-c"),
        80,
        7,
    )
    assert web.liveness_probe is not None
    assert web.liveness_probe.http_get is not None
    assert found.spec.vswitch_ids == ("vsw-1", "vsw-2")
    assert found.spec.volumes == (OssVolume("site", "b", "oss.example.com"),)
    assert web.environment_vars == (EnvironmentVar("MODE", "a"), EnvironmentVar("DB_PASSWORD", Secret("hidden")))
    assert (found.left_out, found.changed) == ((), ())


def test_reads_lines_of_keys_and_values() -> None:
    found = parameters.read(
        "# from the manual\r\nAction=CreateContainerGroup\r\nRegionId=cn-hangzhou\r\nContainerGroupName: web\r\n"
        "Container.1.Name = web\r\nContainer.1.Image = registry.example.com/team/app:1\r\n\r\n"
        "Container.1.EnvironmentVar.1.Key=URL\r\nContainer.1.EnvironmentVar.1.Value=http://a:80/?x=y\r\nCpu=\r\n"
        "Timestamp=2026-01-01T00:00:00Z\r\nSpaceship=on\r\nsomething else entirely\r\n"
    )
    assert found.spec.containers == (
        container(
            image="registry.example.com/team/app:1", environment_vars=(EnvironmentVar("URL", "http://a:80/?x=y"),)
        ),
    )
    assert (found.spec.region_id, found.spec.container_group_name) == ("cn-hangzhou", "web")
    assert [(note.subject, note.line) for note in found.left_out] == [("…", 13), ("Timestamp", 11), ("Spaceship", 12)]


def test_reads_what_our_own_pages_copy() -> None:
    spec = group(
        containers=(container(args=("a\nb\\", "c"), environment_vars=(EnvironmentVar("A", Secret("hidden")),)),),
        image_registry_credentials=(credential(),),
    )
    text = request_text(request_rows(to_parameters(spec), secret_keys(spec)), "CreateContainerGroup")
    found = parameters.read(text)
    assert blanked(found.spec) == blanked(spec)
    assert found.left_out == ()
    assert {note.subject for note in found.changed} == {
        "Container.1.Arg.1", "Container.1.EnvironmentVar.1.Value", "ImageRegistryCredential.1.Password",
    }  # fmt: skip


@pytest.mark.parametrize("before", ["", "?", "https://eci.cn-hangzhou.aliyuncs.com/?"])
def test_reads_a_query(before: str) -> None:
    found = parameters.read(
        f"{before}Action=CreateContainerGroup&RegionId=cn-hangzhou&ContainerGroupName=web&Container.1.Name=web"
        "&Container.1.Image=nginx%3A1.27&Container.1.Arg.1=a+b%26c&SignatureNonce=1&Signature=x%3D\n"
    )
    assert found.spec == group(containers=(container(args=("a b&c",)),))
    assert left_out(found) == ["SignatureNonce", "Signature"]


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ('{"RegionId": "a", "RegionId": "b"}', "RegionId"),
        ('{"Container.1.Name": "a", "Container": [{"Name": "b"}]}', "Container.1.Name"),
        ("RegionId=a\nRegionId=b", "RegionId"),
        ("RegionId=a&RegionId=b", "RegionId"),
    ],
)
def test_refuses_a_key_that_stands_twice(text: str, name: str) -> None:
    with pytest.raises(NotReadable) as caught:
        parameters.read(text)
    assert caught.value.says == "{name} stands twice."
    assert caught.value.params == {"name": name}


def test_leaves_out_what_cannot_be_read_and_takes_the_rest_unchecked() -> None:
    found = parameters.read(
        json.dumps(
            {
                "RegionId": "Nowhere!", "Cpu": "many", "Container.1.Image": "nginx:",
                "Container.1.Port.1.Port": "99999",
                "Container.3.Image": "late", "Container.1.Colour": "red", "Volume.1.Name": "v",
                "Volume.1.Type": "Cloud",
                "Volume.2.Name": "w", "FixedIp": "true", "Container.1.Tty": "yes", "Volume.2.Type": "FlexVolume",
                "Volume.2.FlexVolume.Driver": "odd", "Volume.2.FlexVolume.Options": '{"a": "b"}',
            }
        )
    )  # fmt: skip
    spec = found.spec
    assert (spec.region_id, spec.cpu, spec.container_group_name) == ("Nowhere!", None, "")
    assert [each.image for each in spec.containers] == ["nginx:", "late"]
    assert spec.containers[0].ports[0].port == 99999
    assert isinstance(spec.volumes[0], FlexVolume)
    assert sorted(left_out(found)) == [
        "Container.1.Colour", "Container.1.Tty", "Cpu", "FixedIp", "Volume.1.Name", "Volume.1.Type",
    ]  # fmt: skip
    assert [note.subject for note in found.changed] == ["Container"]


def test_an_init_container_lacks_what_it_lacks() -> None:
    found = parameters.read('{"InitContainer.1.Name": "a", "InitContainer.1.Tty": "true"}')
    assert found.spec.init_containers[0].security_context == SecurityContext()
    assert left_out(found) == ["InitContainer.1.Tty"]


def test_secrets_are_asked_for() -> None:
    found = parameters.read(
        json.dumps(
            {
                "ImageRegistryCredential.1.Server": "registry.example.com",
                "ImageRegistryCredential.1.UserName": "alice",
                "ImageRegistryCredential.1.Password": "<your password>",
                "Container.1.EnvironmentVar.1.Key": "A", "Container.1.EnvironmentVar.1.Value": "<html>",
                "Container.1.EnvironmentVar.2.Key": "B", "Container.1.EnvironmentVar.2.Value": "<WEB_B>",
                "Volume.1.Name": "b", "Volume.1.Type": "FlexVolume", "Volume.1.FlexVolume.Driver": "alicloud/oss",
                "Volume.1.FlexVolume.Options":
                    '{"bucket": "b", "url": "oss.example.com", "akId": "a", "akSecret": "<B_AKSECRET>"}',
            }
        )
    )  # fmt: skip
    assert not found.spec.image_registry_credentials[0].password
    assert [each.value for each in found.spec.containers[0].environment_vars] == ["<html>", Secret("")]
    assert isinstance(found.spec.volumes[0], OssVolume)
    assert found.spec.volumes[0].ak_secret == Secret("")


def test_nothing_that_cannot_be_stored_is_left() -> None:
    found = parameters.read('{"RegionId": "a\\u0000b\\ud800", "\\ud800": "x"}')
    assert found.spec.region_id == "a\ufffdb\ufffd"
    assert left_out(found) == ["\ufffd"]


def test_tells_of_a_change_and_refuses_other_calls() -> None:
    found = parameters.read("Action=UpdateContainerGroup\nContainerGroupId=eci-1\nContainer.1.Name=web")
    assert (found.changed[0].subject, left_out(found)) == ("UpdateContainerGroup", ["ContainerGroupId"])
    with pytest.raises(NotReadable, match="This is a call of"):
        parameters.read("Action=DeleteContainerGroup\nRegionId=cn-hangzhou")


@pytest.mark.parametrize(
    "text", ["", "{", "[]", "{}", "[" * 1000, '{"a":' * 100_00, '{"a": 1}', "hello", "A=b", "\ufeff"]
)
def test_refuses_what_is_none(text: str) -> None:
    with pytest.raises(NotReadable):
        parameters.read(text)


@pytest.mark.parametrize(
    ("text", "is_one"),
    [
        ('{"RegionId": "cn-hangzhou"}', True),
        ('\ufeff\n{ "Container" : [', True),
        ('{"apiVersion": "v1", "kind": "Pod"}', False),
        ("Container.1.Name=web", True),
        ("Action      CreateContainerGroup\nRegionId    cn", True),
        ("?RegionId=cn&Cpu=1", True),
        ("https://eci.aliyuncs.com/?Action=CreateContainerGroup", True),
        ("DB_HOST=a\nDB_PASSWORD=b", False),
        ("services:\n  web:\n    image: nginx", False),
        ("Resources:\n  Volume:\n    Type: x", False),
        ("docker run nginx", False),
        ("", False),
    ],
)
def test_recognizes_parameters(text: str, is_one: bool) -> None:
    assert parameters.recognizes(text) is is_one


def test_no_note_shows_a_value() -> None:
    found = parameters.read(
        "RegionId=cn\nCpu=canary-1\nSignature=canary-2\nTag.x=canary-3\ncanary-4 line\n"
        "Container.1.Name=a\nVolume.1.Type=canary-5\nVolume.1.FlexVolume.Options=canary-6"
    )
    assert len(found.left_out) == 6
    assert "canary" not in repr((found.changed, found.left_out)).replace("canary-5", "")


def test_an_unknown_container_is_a_container() -> None:
    assert isinstance(parameters.read("Container.1.Name=a").spec.containers[0], Container)


def test_refuses_what_is_too_deep() -> None:
    for depth in (40, 100_000):
        with pytest.raises(NotReadable, match="nested"):
            parameters.read('{"RegionId": "a", "b": ' + "[" * depth + "]" * depth + "}")


def test_refuses_what_is_mostly_something_else() -> None:
    with pytest.raises(NotReadable, match="More than"):
        parameters.read("RegionId=a\n" + "x y z\n" * 1_001)
