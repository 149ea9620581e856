"""The request as a ROS template: loaded, held against the type's properties and limits, and mapped back to the call."""

import base64
import json
import re
from decimal import Decimal
from pathlib import Path
from typing import Any

import yaml

from consoleapp.domain.flat import decimal_text
from consoleapp.domain.secret import Secret
from consoleapp.domain.spec import (
    AcrRegistryInfo,
    ConfigFile,
    ConfigFileVolume,
    ContainerGroupSpec,
    DiskVolume,
    EmptyDirVolume,
    EnvironmentVar,
    SecurityContext,
    Sysctl,
    VolumeMount,
)
from consoleapp.languages.exports.exported import Exported
from consoleapp.languages.exports.languages import LANGUAGES, export
from tests.domain.builders import container, credential, group, init_container
from tests.languages.exports.collected import on_random_groups
from tests.languages.exports.left import left

ROS = next(each for each in LANGUAGES if each.word == "ros")
TYPE: dict[str, Any] = json.loads(
    (Path(__file__).parents[2] / "vectors" / "ros_properties.json").read_text(encoding="utf-8")
)


def properties_of(exported: Exported) -> dict[str, Any]:
    properties: dict[str, Any] = yaml.safe_load(exported.text)["Resources"]["ContainerGroup"]["Properties"]
    return properties


def evaluated(value: Any, blanks: dict[str, str]) -> str:
    """What the value is worth in the call; a parameter is the Blank that it stands for."""
    if isinstance(value, bool):
        assert value
        return "true"
    if isinstance(value, dict) and set(value) == {"Ref"}:
        return f"<{blanks[value['Ref']]}>"
    if isinstance(value, dict) and "Fn::Replace" in value:
        lines, encoded = value["Fn::Replace"]
        assert lines == {"\n": ""}
        text = evaluated(encoded["Fn::Base64Encode"], blanks)
        return base64.encodebytes(text.encode()).decode().replace("\n", "")
    if isinstance(value, dict):
        return json.dumps({name: evaluated(each, blanks) for name, each in value.items()})
    return value if isinstance(value, str) else decimal_text(Decimal(str(value)))


def called(value: Any, blanks: dict[str, str], path: str = "") -> dict[str, str]:
    """The parameters of the call. KeyError: not a property of the type."""
    pattern = re.sub(r"/\d+(?=/|$)", "/N", path)
    found: dict[str, str] = {}
    if isinstance(value, list):
        assert value
        assert len(value) <= TYPE["most"].get(pattern.rpartition("/")[2], len(value))
        for number, item in enumerate(value, 1):
            found |= called(item, blanks, f"{path}/{number}")
    elif isinstance(value, dict) and pattern not in TYPE["properties"]:
        for name, item in value.items():
            found |= called(item, blanks, f"{path}/{name}" if path else name)
    else:
        assert value in TYPE["only"].get(pattern, [value])
        key = TYPE["properties"][pattern]
        for number in re.findall(r"/(\d+)(?=/|$)", path):
            key = re.sub(r"\bN\b", number, key, count=1)
        found[key] = evaluated(value, blanks)
    return found


def comparable(parameters: dict[str, str]) -> dict[str, Any]:
    """The parameters with the words of a command in one list: which of them are arguments is all the same."""
    found: dict[str, Any] = {}
    for key, value in parameters.items():
        words = re.fullmatch(r"((?:Init)?Container\.\d+)\.(Command|Arg)\.\d+", key)
        # A command without any, and arguments: the image's own command is kept.
        has_command = words and f"{words[1]}.Command.1" in parameters
        if words and has_command:
            found.setdefault(f"{words[1]}.words", []).append(value)
        else:
            found[key] = json.loads(value) if key.endswith(".Options") else value
    return found


@on_random_groups
def test_the_template_asks_for_what_was_asked_for_but_for_what_is_listed(spec: ContainerGroupSpec) -> None:
    exported = export(ROS, spec)
    template = yaml.safe_load(exported.text)
    assert template["ROSTemplateFormatVersion"] == "2015-09-01"
    parameters = template.get("Parameters", {})
    assert all(each == {"Type": "String", "NoEcho": True} for each in parameters.values())
    assert all(re.fullmatch(r"[A-Za-z][A-Za-z0-9]*", name) for name in parameters)
    blanks = dict(zip(parameters, (blank.name for blank in exported.blanks), strict=True))
    properties = template["Resources"]["ContainerGroup"]["Properties"]
    assert set(TYPE["required"]) <= set(properties)
    expected = left(spec, exported)
    del expected["RegionId"]
    assert comparable(called(properties, blanks)) == comparable(expected)
    assert {"region": spec.region_id} in [each.params for each in exported.told]


def test_writes_parameters_resource_and_outputs() -> None:
    web = container(environment_vars=(EnvironmentVar("DB_PASSWORD", Secret("hush")),))
    assert export(ROS, group(containers=(web,))).text == (
        """\
ROSTemplateFormatVersion: '2015-09-01'
Parameters:
  WebDbPassword:
    Type: String
    NoEcho: true
Resources:
  ContainerGroup:
    Type: ALIYUN::ECI::ContainerGroup
    Properties:
      ContainerGroupName: web
      Container:
      - Name: web
        Image: nginx:1.27
        EnvironmentVar:
        - Key: DB_PASSWORD
          Value:
            Ref: WebDbPassword
Outputs:
  ContainerGroupId:
    Value:
      Fn::GetAtt:
      - ContainerGroup
      - ContainerGroupId
  IntranetIp:
    Value:
      Fn::GetAtt:
      - ContainerGroup
      - IntranetIp
  InternetIp:
    Value:
      Fn::GetAtt:
      - ContainerGroup
      - InternetIp
"""
    )


def test_no_secret_is_in_the_text_and_files_are_encoded_on_one_line() -> None:
    spec = group(
        volumes=(ConfigFileVolume("conf", (ConfigFile("app.conf", Secret("hush")),)),),
        image_registry_credentials=(credential(password=Secret("hush")),),
    )
    exported = export(ROS, spec)
    assert "hush" not in repr(exported)
    content = properties_of(exported)["Volume"][0]["ConfigFileVolume.ConfigFileToPath"][0]["Content"]
    assert content == {"Fn::Replace": [{"\n": ""}, {"Fn::Base64Encode": {"Ref": "ConfAppConf"}}]}
    assert any("Base64" in each.says for each in exported.told)


def test_names_of_parameters_differ_and_are_not_that_of_the_resource() -> None:
    spec = group(
        containers=(
            container(name="a-b", environment_vars=(EnvironmentVar("C", Secret("1")),)),
            container(
                name="a", environment_vars=(EnvironmentVar("B2", Secret("2")), EnvironmentVar("B_2", Secret("3")))
            ),
            container(name="container", environment_vars=(EnvironmentVar("GROUP", Secret("4")),)),
            container(name="1", environment_vars=(EnvironmentVar("A", Secret("5")),)),
        )
    )
    names = list(yaml.safe_load(export(ROS, spec).text)["Parameters"])
    assert names == ["ABC", "AB2", "AB2X2", "ContainerGroupX2", "Secret1A"]


def test_the_words_of_a_command_but_the_first_stand_before_the_arguments() -> None:
    exported = export(ROS, group(containers=(container(commands=("sh", "-c"), args=("ls",)),)))
    [web] = properties_of(exported)["Container"]
    assert (web["Command"], web["Arg"]) == (["sh"], ["-c", "ls"])
    assert any("command" in each.says for each in exported.told)
    assert not exported.lost


def test_what_is_over_a_limit_is_lost() -> None:
    web = container(
        commands=tuple(f"c{number}" for number in range(8)),
        args=tuple(f"a{number}" for number in range(6)),
        environment_vars=tuple(EnvironmentVar(f"E{number}", "") for number in range(102)),
        volume_mounts=tuple(VolumeMount("data", f"/{number}") for number in range(17)),
    )
    exported = export(ROS, group(containers=(web,), volumes=(EmptyDirVolume("data"),)))
    assert [each.path.removeprefix("containers.0.") for each in exported.lost] == [
        "args.3",
        "args.4",
        "args.5",
        "environment_vars.100",
        "environment_vars.101",
        "volume_mounts.16",
    ]
    [web_properties] = properties_of(exported)["Container"]
    assert web_properties["Arg"] == [f"c{number}" for number in range(1, 8)] + ["a0", "a1", "a2"]


def test_a_long_command_is_lost_from_its_own_words_on() -> None:
    exported = export(ROS, group(containers=(container(commands=tuple("abcdefghijklm"), args=("x",)),)))
    assert [each.path for each in exported.lost] == [
        "containers.0.commands.11",
        "containers.0.commands.12",
        "containers.0.args.0",
    ]


def test_values_that_the_type_does_not_take_are_lost() -> None:
    rights = SecurityContext(("NET_ADMIN", "SYS_PTRACE"), run_as_user=1000)
    spec = group(
        containers=(container(security_context=rights),),
        init_containers=(init_container(security_context=rights),),
        volumes=(DiskVolume("disk", "d-1"), EmptyDirVolume("raid", "LocalRaid0"), EmptyDirVolume("ram", "Memory")),
        sysctls=(Sysctl("kernel.sem", "1"), Sysctl("kernel.msgmax", "2")),
        acr_registry_infos=(AcrRegistryInfo(arn_service="acs:ram::1:role/a"),),
    )
    exported = export(ROS, spec)
    assert properties_of(exported)["SecurityContextSysctl"] == [{"Name": "kernel.msgmax", "Value": "2"}]
    assert {each.path: each.value for each in exported.lost} == {
        "volumes.0": "",
        "volumes.1.medium": "LocalRaid0",
        "containers.0.security_context.capabilities_add.1": "SYS_PTRACE",
        "init_containers.0.security_context.capabilities_add.1": "SYS_PTRACE",
        "init_containers.0.security_context.run_as_user": "1000",
        "acr_registry_infos.0": "",
        "sysctls.0": "",
    }
