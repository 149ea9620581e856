"""What a draft begins with, and pasted addresses."""

import pytest

from consoleapp.wizard.draft.new import add_container, first_data, free_name, move_version
from consoleapp.wizard.shape import Fields


def test_a_new_draft_has_a_name_and_one_container() -> None:
    data = first_data({}, suffix="7f3a")
    assert data["spec"]["container_group_name"] == "group-7f3a"
    assert [card["name"] for card in data["spec"]["containers"]] == ["container-1"]


def test_the_query_fills_in_what_it_knows_and_nothing_else() -> None:
    data = first_data({"name": "web", "cpu": "4", "memory": "8", "image": "nginx:1.27", "password": "no"})
    assert (data["spec"]["container_group_name"], data["spec"]["cpu"], data["spec"]["memory_gib"]) == (
        "web",
        "4",
        "8",
    )
    assert data["spec"]["containers"] == [
        {"_key": "c1", "name": "container-1", "image": "nginx", "image_version": "1.27"}
    ]
    assert "no" not in str(data)


@pytest.mark.parametrize(
    ("typed", "image", "version"),
    [
        ("nginx:1.27", "nginx", "1.27"),
        (" reg.example.com:5000/a/b:v1 ", "reg.example.com:5000/a/b", "v1"),
        ("nginx@sha256:" + "a" * 64, "nginx", "sha256:" + "a" * 64),
        ("nginx:1@sha256:" + "a" * 64, "nginx", "1@sha256:" + "a" * 64),
    ],
)
def test_a_whole_address_is_taken_apart(typed: str, image: str, version: str) -> None:
    fields: Fields = {"image": typed, "image_version": "old"}
    move_version(fields)
    assert fields == {"image": image, "image_version": version}


@pytest.mark.parametrize("typed", ["nginx", "", "Nginx:Latest", "nginx:"])
def test_what_has_no_version_or_is_no_address_keeps_the_version(typed: str) -> None:
    fields: Fields = {"image": typed, "image_version": "kept"}
    move_version(fields)
    assert fields == {"image": typed, "image_version": "kept"}


def test_names_and_keys_are_never_given_twice() -> None:
    data = first_data({})
    second = add_container(data, is_init=False)
    data["spec"]["containers"].remove(second)
    third = add_container(data, is_init=False)
    assert third["name"] == "container-2"
    assert third["_key"] != second["_key"]
    assert free_name(data, "container-2") == "container-3"
