"""Volumes of all kinds, and each problem at its control."""

from typing import Any, NamedTuple

import pytest

from consoleapp.domain.secret import Secret
from consoleapp.domain.spec import ConfigFile, ConfigFileVolume, EmptyDirVolume, NFSVolume, OssVolume
from consoleapp.domain.volume import as_flex_volume
from consoleapp.wizard.draft import read
from consoleapp.wizard.mapping.problems import Problem
from consoleapp.wizard.shape import Row, ak_secret_name, config_file_name
from tests.wizard.mapping.test_needs import draft


def row(kind: str, **fields: Any) -> Row:
    return {"key": "v1", "fields": {"kind": kind, "name": "data", **fields}}


class Parts(NamedTuple):
    volumes: tuple[Any, ...]
    problems: tuple[Problem, ...]


def volume_parts(rows: list[Row], secrets: dict[str, Secret]) -> Parts:
    data = draft("nginx")
    data["volumes"] = rows
    group, problems = read(data, secrets)
    return Parts(group.volumes, tuple(each for each in problems if each.field_id.startswith("id_v1-")))


def only(one: Row, secrets: dict[str, Secret] | None = None) -> Any:
    parts = volume_parts([one], secrets or {})
    assert parts.problems == ()
    return parts.volumes[0]


def test_an_empty_directory() -> None:
    assert only(row("EmptyDirVolume", medium="Memory", size_limit="256Mi")) == EmptyDirVolume("data", "Memory", "256Mi")


def test_a_file_system() -> None:
    made = only(row("NFSVolume", server="nas.example.com", path="/", read_only=True))
    assert made == NFSVolume("data", "nas.example.com", "/", True)


def test_config_files_have_their_contents_from_the_vault() -> None:
    fields = {"keys": ["f2", "f3"], "paths": ["a.conf", "b/c"], "modes": ["0600", ""]}
    contents = {config_file_name("v1", "f2"): Secret("x\ny"), config_file_name("v1", "f3"): Secret("\n")}
    made = only(row("ConfigFileVolume", **fields), contents)
    assert made == ConfigFileVolume(
        "data", (ConfigFile("a.conf", Secret("x\ny"), "0600"), ConfigFile("b/c", Secret("\n")))
    )


def test_a_bucket_has_its_access_key_secret_from_the_vault() -> None:
    fields = {"bucket": "logs", "url": "oss.example.com", "ak_id": "id"}
    made = only(row("oss", **fields), {ak_secret_name("v1"): Secret("s3cret")})
    assert isinstance(made, OssVolume)
    sent = as_flex_volume(made)
    assert sent.driver == "alicloud/oss"
    assert {option.name: option.value for option in sent.options} == {
        "bucket": "logs",
        "url": "oss.example.com",
        "akId": "id",
        "akSecret": Secret("s3cret"),
    }


@pytest.mark.parametrize(
    ("kind", "fields", "control"),
    [
        ("EmptyDirVolume", {"size_limit": "lots"}, "id_v1-size_limit"),
        ("EmptyDirVolume", {"name": "Not Valid"}, "id_v1-name"),
        ("NFSVolume", {"server": "nas.example.com"}, "id_v1-path"),
        ("ConfigFileVolume", {}, "id_v1-config_files"),
        ("ConfigFileVolume", {"keys": ["f2"], "paths": ["../up"], "modes": [""]}, "id_v1-f2-path"),
        ("ConfigFileVolume", {"keys": ["f3"], "paths": ["a"], "modes": [""]}, "id_v1-f3-content"),
        ("ConfigFileVolume", {"keys": ["f4"], "paths": ["a"], "modes": [""]}, "id_v1-f4-content"),
        ("oss", {"bucket": "logs"}, "id_v1-url"),
        ("oss", {"bucket": "logs", "url": "oss.example.com", "ak_id": "id"}, "id_v1-ak_secret"),
        ("nas", {"server": "nas.example.com"}, "id_v1-path"),
        ("disk", {}, "id_v1-volume_id"),
        ("unheard-of", {}, "id_v1-name"),
    ],
)
def test_a_wrong_volume_is_marked_at_its_control(kind: str, fields: dict[str, Any], control: str) -> None:
    contents = {config_file_name("v1", "f2"): Secret("x"), config_file_name("v1", "f4"): Secret("x" * 33_000)}
    assert [problem.field_id for problem in volume_parts([row(kind, **fields)], contents).problems] == [control]
