"""The request as Terraform: parsed, held against the provider's schema, and sent as the provider would send it."""

import base64
import json
import re
from decimal import Decimal
from pathlib import Path
from typing import Any

import hcl2
import pytest

from consoleapp.domain.flat import decimal_text
from consoleapp.domain.secret import Secret
from consoleapp.domain.spec import (
    AcrRegistryInfo,
    ConfigFile,
    ConfigFileVolume,
    ContainerGroupSpec,
    EnvironmentVar,
    HostPathVolume,
    HttpGet,
    Probe,
    SecurityContext,
    VolumeMount,
)
from consoleapp.languages.exports.exported import Lost
from consoleapp.languages.exports.languages import LANGUAGES, export
from tests.domain.builders import container, credential, group, init_container
from tests.languages.exports.collected import on_random_groups
from tests.languages.exports.left import as_sets, left

TERRAFORM = next(each for each in LANGUAGES if each.word == "terraform")
PROVIDER: dict[str, Any] = json.loads(
    (Path(__file__).parents[2] / "vectors" / "terraform_arguments.json").read_text(encoding="utf-8")
)
PROBE = {
    "InitialDelaySeconds": "0",
    "PeriodSeconds": "10",
    "TimeoutSeconds": "1",
    "SuccessThreshold": "1",
    "FailureThreshold": "3",
}


def parsed(text: str) -> dict[str, Any]:
    # The parser takes an escaped template for one that has to end.
    return hcl2.loads(text.replace("$${", "\\u0024{").replace("%%{", "\\u0025{"))


def unquoted(text: str) -> str:
    """A text in quotes, decoded."""
    known = {"n": "\n", "r": "\r", "t": "\t"}

    def character(found: re.Match[str]) -> str:
        return chr(int(found[1][1:], 16)) if len(found[1]) > 1 else known.get(found[1], found[1])

    assert text[0] == text[-1] == '"'
    return re.sub(r"\\(u[0-9a-f]{4}|U[0-9a-f]{8}|.)", character, text[1:-1])


def evaluated(value: Any) -> str:
    """What the expression is worth, as the provider sends it; a variable is the Blank that it stands for."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if not isinstance(value, str):
        return decimal_text(Decimal(str(value)))
    if value.startswith('"'):
        return unquoted(value)
    if value.startswith("${base64encode("):
        return base64.b64encode(evaluated("${" + value[len("${base64encode(") : -2] + "}").encode()).decode()
    if value.startswith("${jsonencode("):
        pairs = hcl2.loads(f"pairs = {value[len('${jsonencode(') : -2]}\n")["pairs"]
        return json.dumps({unquoted(name): evaluated(each) for name, each in pairs.items()})
    name = re.fullmatch(r"\$\{var\.(\w+)\}", value)
    assert name, value
    return f"<{name[1].rstrip('_').upper()}>"


def created(block: dict[str, Any], path: str = "", indices: tuple[int, ...] = ()) -> dict[str, str]:
    """What the provider's Create sends for the block: its own defaults and zeroes too. KeyError: not in its schema."""
    found: dict[str, str] = {}
    arguments = {name: value for name, value in block.items() if not name.startswith("__")}
    assert set(PROVIDER["required"].get(path.rstrip("."), ())) <= set(arguments)
    for name, value in arguments.items():
        key = path + name
        if key == PROVIDER["map"]:
            for number, (tag, text) in enumerate(value.items(), 1):
                found |= {f"Tag.{number}.Key": unquoted(tag), f"Tag.{number}.Value": evaluated(text)}
        elif isinstance(value, list) and any(isinstance(item, dict) for item in value):
            is_single = name in PROVIDER["single_blocks"]
            assert not is_single or len(value) == 1
            for number, item in enumerate(value, 1):
                found |= created(item, f"{key}.", indices if is_single else (*indices, number))
        elif isinstance(value, list):
            found |= {sent_as(key, (*indices, number)): evaluated(item) for number, item in enumerate(value, 1)}
        elif key not in PROVIDER["zero_is_not_sent"] or value != 0:
            found[sent_as(key, indices)] = evaluated(value)
    for key, value in PROVIDER["sent_when_absent"].items():
        above, _dot, name = key.rpartition(".")
        if above == path.rstrip(".") and name not in block:
            found[sent_as(key, indices)] = value
    return found


def sent_as(key: str, indices: tuple[int, ...]) -> str:
    wanted: str = PROVIDER["arguments"][key]
    for number in indices:
        wanted = re.sub(r"\bN\b", str(number), wanted, count=1)
    assert not re.search(r"\bN\b", wanted)
    return wanted


def comparable(parameters: dict[str, str]) -> dict[str, Any]:
    """The parameters without what asks for nothing: an empty one, a "no", no storage."""
    asked = {
        key: value
        for key, value in parameters.items()
        if value not in ("", "false") and (key, value) != ("EphemeralStorage", "0")
    }
    sets = as_sets(asked)
    return {key: json.loads(value) if key.endswith(".Options") else value for key, value in sets.items()}


def with_defaults(parameters: dict[str, str]) -> dict[str, str]:
    """The parameters and what the exporter says that it adds."""
    added: dict[str, str] = {}
    for key in parameters:
        if probe := re.match(r"(Container\.\d+\.\w+Probe)\.", key):
            added |= {f"{probe[1]}.{name}": value for name, value in PROBE.items()}
        if part := re.match(r"(?:Init)?Container\.\d+\.", key):
            added[f"{part[0]}ImagePullPolicy"] = "IfNotPresent"
    return {**added, **parameters}


@on_random_groups
def test_the_provider_sends_what_was_asked_for_but_for_what_is_listed(spec: ContainerGroupSpec) -> None:
    exported = export(TERRAFORM, spec)
    document = parsed(exported.text)
    sent = created(document["resource"][0]['"alicloud_eci_container_group"']['"group"'])
    sent["RegionId"] = evaluated(document["provider"][0]['"alicloud"']["region"])
    missing = {"VSwitchId": "<VSWITCH_ID>"} | {"SecurityGroupId": "<SECURITY_GROUP_ID>"}
    assert comparable(sent) == comparable(missing | with_defaults(left(spec, exported)))
    secrets = {
        unquoted(name).rstrip("_").upper()
        for each in document.get("variable", ())
        for name, variable in each.items()
        if variable.get("sensitive")
    }
    assert secrets == {blank.name for blank in exported.blanks}


def test_writes_a_provider_a_resource_and_blocks() -> None:
    web = container(commands=("sh", "-c"), liveness_probe=Probe(http_get=HttpGet(80, "/"), period_seconds=5))
    text = export(TERRAFORM, group(containers=(web,), vswitch_ids=("vsw-1", "vsw-2"), security_group_id="sg-1")).text
    assert 'provider "alicloud" {\n  region = "cn-hangzhou"\n}' in text
    assert text.endswith(
        """\
resource "alicloud_eci_container_group" "group" {
  vswitch_id           = "vsw-1,vsw-2"
  security_group_id    = "sg-1"
  container_group_name = "web"

  containers {
    name              = "web"
    image             = "nginx:1.27"
    image_pull_policy = "IfNotPresent"
    commands          = ["sh", "-c"]

    liveness_probe {
      initial_delay_seconds = 0
      period_seconds        = 5
      timeout_seconds       = 1
      success_threshold     = 1
      failure_threshold     = 3

      http_get {
        port = 80
        path = "/"
      }
    }
  }
}
"""
    )


def test_no_secret_is_in_the_text_and_files_are_encoded() -> None:
    spec = group(
        containers=(container(environment_vars=(EnvironmentVar("KEY", Secret("hush")),)),),
        volumes=(ConfigFileVolume("conf", (ConfigFile("app.conf", Secret("hush")),)),),
        image_registry_credentials=(credential(password=Secret("hush")),),
    )
    exported = export(TERRAFORM, spec)
    assert "hush" not in repr(exported)
    assert "content = base64encode(var.conf_app_conf)" in exported.text
    assert "password  = var.registry_password_1" in exported.text
    assert "state" in exported.told[0].says


def test_no_sentence_about_secrets_without_any() -> None:
    chosen = container(image_pull_policy="Always")
    spec = group(containers=(chosen,), vswitch_ids=("vsw-1",), security_group_id="sg-1")
    assert export(TERRAFORM, spec).told == ()


def test_asks_for_what_the_provider_requires_and_says_what_it_adds() -> None:
    spec = group(containers=(container(liveness_probe=Probe(exec_commands=("true",))),))
    exported = export(TERRAFORM, spec)
    assert {each.params["name"] for each in exported.told if "name" in each.params} == {
        "vswitch_id",
        "security_group_id",
    }
    assert {each.params["containers"] for each in exported.told if "containers" in each.params} == {"web"}
    assert "probe" in exported.told[-1].says


def test_a_variable_has_no_name_that_terraform_or_we_need() -> None:
    spec = group(
        containers=(
            container(name="depends", environment_vars=(EnvironmentVar("ON", Secret("a")),)),
            container(name="vswitch", environment_vars=(EnvironmentVar("ID", Secret("b")),)),
        )
    )
    names = [name for each in parsed(export(TERRAFORM, spec).text)["variable"] for name in each]
    assert names == ['"vswitch_id"', '"security_group_id"', '"depends_on_"', '"vswitch_id_"']


def test_rights_without_a_user_are_lost_because_root_would_be_sent() -> None:
    rights = SecurityContext(("NET_ADMIN",), privileged=True)
    exported = export(TERRAFORM, group(containers=(container(security_context=rights),)))
    assert "security_context" not in exported.text
    assert exported.lost == (
        Lost("containers.0.security_context.capabilities_add", "NET_ADMIN"),
        Lost("containers.0.security_context.privileged", "true"),
    )


@pytest.mark.parametrize("user", [0, 1000])
def test_a_user_is_always_written(user: int) -> None:
    web = container(security_context=SecurityContext(("NET_ADMIN",), run_as_user=user))
    exported = export(TERRAFORM, group(containers=(web,)))
    assert f"run_as_user = {user}\n" in exported.text
    assert not exported.lost


def test_a_volume_that_the_provider_lacks_goes_with_its_mounts() -> None:
    mount = VolumeMount("host", "/host")
    spec = group(
        containers=(container(volume_mounts=(mount,)),),
        init_containers=(init_container(volume_mounts=(mount,)),),
        volumes=(HostPathVolume("host", "/data"),),
    )
    exported = export(TERRAFORM, spec)
    assert "volume" not in exported.text
    assert [each.path for each in exported.lost] == [
        "volumes.0",
        "containers.0.volume_mounts.0",
        "init_containers.0.volume_mounts.0",
    ]


def test_a_registry_of_roles_alone_leaves_no_block() -> None:
    spec = group(acr_registry_infos=(AcrRegistryInfo(arn_service="acs:ram::1:role/a"),))
    exported = export(TERRAFORM, spec)
    assert "acr_registry_info" not in exported.text
    assert exported.lost == (Lost("acr_registry_infos.0.arn_service", "acs:ram::1:role/a"),)


def test_no_time_to_end_is_lost_because_the_provider_takes_it_for_nothing() -> None:
    assert export(TERRAFORM, group(termination_grace_period_seconds=0)).lost == (
        Lost("termination_grace_period_seconds", "0"),
    )


@pytest.mark.parametrize(("text", "is_told"), [("e\u0301", True), ("\u00e9", False)])
def test_says_that_terraform_changes_texts(text: str, is_told: bool) -> None:
    spec = group(containers=(container(args=(text,)),))
    assert any("NFC" in each.says for each in export(TERRAFORM, spec).told) is is_told
