"""Names that groups are given by themselves, and those of copies."""

import pytest

from consoleapp.domain import limits
from consoleapp.wizard.draft.naming import FIELD, follow_image, name_copy, new_suffix
from consoleapp.wizard.draft.new import add_container, first_data
from consoleapp.wizard.shape import Data


def name_of(data: Data) -> str:
    return str(data["spec"][FIELD])


@pytest.mark.parametrize(
    ("image", "name"),
    [
        ("", "group-7f3a"),
        ("nginx", "nginx-7f3a"),
        ("nginx:1.27", "nginx-7f3a"),
        ("registry.example.com:5000/team/my.api_server:v1", "my-api-server-7f3a"),
        ("docker.io/library/busybox@sha256:" + "a" * 64, "busybox-7f3a"),
        ("Nginx", "group-7f3a"),
        ("team/" + "a" * 39 + "__b", "a" * 39 + "-7f3a"),
    ],
)
def test_a_group_is_named_after_its_image(image: str, name: str) -> None:
    data = first_data({"image": image}, suffix="7f3a")
    assert name_of(data) == data["given_name"] == name
    assert limits.GROUP_NAME.fullmatch(name)


def test_the_name_follows_the_first_container_and_keeps_its_digits() -> None:
    data = first_data({}, suffix="7f3a")
    add_container(data, is_init=True)["image"] = "busybox"
    follow_image(data)
    assert name_of(data) == "busybox-7f3a"
    data["spec"]["containers"][0]["image"] = "team/web"
    follow_image(data)
    assert name_of(data) == "web-7f3a"


def test_a_typed_name_stays() -> None:
    data = first_data({"name": "shop", "image": "nginx"}, suffix="7f3a")
    assert name_of(data) == "shop"
    for typed in ("shop", "nginx-7f3b", ""):
        data["spec"][FIELD] = typed
        follow_image(data)
        assert name_of(data) == typed


@pytest.mark.parametrize("given", ["", "nginx", "nginx-zzzz", "Nginx-7f3a"])
def test_what_is_no_name_that_was_given_is_not_followed(given: str) -> None:
    data = first_data({}, suffix="7f3a")
    data["given_name"] = data["spec"][FIELD] = given
    data["spec"]["containers"][0]["image"] = "redis"
    follow_image(data)
    assert name_of(data) == given


def test_a_draft_from_before_names_were_given_keeps_its_name() -> None:
    data = first_data({"image": "nginx"})
    del data["given_name"]
    data["spec"][FIELD] = "container-group-1795876175535"
    follow_image(data)
    assert name_of(data) == "container-group-1795876175535"


def test_two_drafts_have_different_digits() -> None:
    assert len({new_suffix() for _ in range(20)}) > 10


@pytest.mark.parametrize(
    ("name", "taken", "copy"),
    [
        ("web", (), "web-2"),
        ("web-2", (), "web-3"),
        ("web", ("web", "web-2", "web-3"), "web-4"),
        ("nginx-7f3a", (), "nginx-7f3a-2"),
        ("nginx-1234", (), "nginx-1234-2"),
        ("web-0", (), "web-0-2"),
        ("a" * 128, (), "a" * 126 + "-2"),
        ("a" * 126 + "-9", (), "a" * 125 + "-10"),
        ("", (), ""),
    ],
)
def test_a_copy_gets_the_next_number_that_is_free(name: str, taken: tuple[str, ...], copy: str) -> None:
    data = first_data({"image": "nginx"}, suffix="7f3a")
    data["spec"][FIELD] = name
    name_copy(data, taken)
    assert name_of(data) == copy
    data["spec"]["containers"][0]["image"] = "redis"
    follow_image(data)
    assert name_of(data) == copy
