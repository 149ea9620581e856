"""Volumes of all kinds, and each problem at its control."""

from typing import Any, NamedTuple

import pytest

from consoleapp.domain.secret import Secret
from consoleapp.domain.spec import ConfigFile, ConfigFileVolume, EmptyDirVolume, NFSVolume, OssVolume
from consoleapp.domain.volume import as_flex_volume
from consoleapp.wizard.draft.problems import FieldError
from consoleapp.wizard.shape import Fields, ak_secret_name, config_file_name
from consoleapp.wizard.validation import read
from tests.wizard.access.test_requirements import draft


def row(kind: str, **fields: Any) -> Fields:
    return {"_key": "v1", "_kind": kind, "name": "data", **fields}


def file(key: str, path: str, mode: str = "") -> Fields:
    return {"_key": key, "path": path, "mode": mode}


class Parts(NamedTuple):
    volumes: tuple[Any, ...]
    problems: tuple[FieldError, ...]


def volume_parts(rows: list[Fields], secrets: dict[str, Secret]) -> Parts:
    data = draft("nginx")
    data["spec"]["volumes"] = rows
    group, problems = read(data, secrets)
    return Parts(group.volumes, tuple(each for each in problems if each.field_id.startswith("id_v1-")))


def only(one: Fields, secrets: dict[str, Secret] | None = None) -> Any:
    parts = volume_parts([one], secrets or {})
    assert parts.problems == ()
    return parts.volumes[0]


def test_an_empty_directory() -> None:
    assert only(row("EmptyDirVolume", medium="Memory", size_limit="256Mi")) == EmptyDirVolume("data", "Memory", "256Mi")


def test_a_file_system() -> None:
    made = only(row("NFSVolume", server="nas.example.com", path="/", read_only=True))
    assert made == NFSVolume("data", "nas.example.com", "/", True)


def test_config_files_have_their_contents_from_the_vault() -> None:
    files = [file("f2", "a.conf", "0600"), file("f3", "b/c")]
    contents = {config_file_name("v1", "f2"): Secret("x\ny"), config_file_name("v1", "f3"): Secret("\n")}
    made = only(row("ConfigFileVolume", config_files=files), contents)
    assert made == ConfigFileVolume(
        "data", (ConfigFile("a.conf", Secret("x\ny"), "0600"), ConfigFile("b/c", Secret("\n")))
    )


def test_a_bucket_has_its_access_key_secret_from_the_vault() -> None:
    fields = {"bucket": "logs", "url": "oss.example.com", "ak_id": "id"}
    made = only(row("OssVolume", **fields), {ak_secret_name("v1"): Secret("s3cret")})
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
        ("ConfigFileVolume", {"config_files": [file("f2", "../up")]}, "id_v1-f2-path"),
        ("ConfigFileVolume", {"config_files": [file("f3", "a")]}, "id_v1-f3-content"),
        ("ConfigFileVolume", {"config_files": [file("f4", "a")]}, "id_v1-f4-content"),
        ("OssVolume", {"bucket": "logs"}, "id_v1-url"),
        ("OssVolume", {"bucket": "logs", "url": "oss.example.com", "ak_id": "id"}, "id_v1-ak_secret"),
        ("NasVolume", {"server": "nas.example.com"}, "id_v1-path"),
        ("DiskFlexVolume", {}, "id_v1-volume_id"),
        ("unheard-of", {}, "id_v1-name"),
    ],
)
def test_a_wrong_volume_is_marked_at_its_control(kind: str, fields: dict[str, Any], control: str) -> None:
    contents = {config_file_name("v1", "f2"): Secret("x"), config_file_name("v1", "f4"): Secret("x" * 33_000)}
    assert [problem.field_id for problem in volume_parts([row(kind, **fields)], contents).problems] == [control]
