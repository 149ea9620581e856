import pytest

from consoleapp.domain.errors import DomainError
from consoleapp.domain.registry import AcrRegistryInfo
from consoleapp.domain.secret import Secret
from tests.domain.builders import credential, refusals

ARN = "acs:ram::1234567890123456:role/pull"


@pytest.mark.parametrize("text", ["%41%0d%0a", "+ &=?#/", "пароль😀", " ", "\t", "x" * 4096])
def test_keeps_a_password_as_typed(text: str) -> None:
    assert credential(password=Secret(text)).password.reveal() == text


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "required"),
        ("a\rb", "forbidden_character"),
        ("a\nb", "forbidden_character"),
        ("a\0b", "forbidden_character"),
        ("a\ud800", "forbidden_character"),
        ("x" * 4097, "too_long"),
    ],
)
def test_refuses_a_password_that_cannot_be_sent(text: str, reason: str) -> None:
    assert refusals(credential, password=Secret(text)) == {"password": reason}


def test_a_refused_password_is_not_in_the_error() -> None:
    with pytest.raises(DomainError) as caught:
        credential(password=Secret("canary\n"))
    assert "canary" not in f"{caught.value!r}{caught.value}{caught.value.params}"


@pytest.mark.parametrize(
    ("server", "reason"),
    [
        ("", "required"),
        ("https://a.example", "scheme"),
        ("a.example/team", "path_after_host"),
        ("registry.example@169.254.169.254", "user_info"),
        ("a.com\\@b.com", "invalid_character"),
    ],
)
def test_refuses_a_server_that_is_no_host(server: str, reason: str) -> None:
    assert refusals(credential, server) == {"server": reason}


def test_names_all_three_fields_when_all_are_missing() -> None:
    assert refusals(credential, "", user_name="", password=Secret("")) == {
        "server": "required",
        "user_name": "required",
        "password": "required",
    }


def test_refuses_a_user_name_that_cannot_be_sent() -> None:
    assert refusals(credential, user_name="alice\n") == {"user_name": "forbidden_character"}
    assert refusals(credential, user_name="alice:x") == {"user_name": "user_name_colon"}
    assert refusals(credential, user_name="a" * 257) == {"user_name": "too_long"}


@pytest.mark.parametrize(
    ("values", "reasons"),
    [
        ({}, {"instance_id": "required"}),
        ({"arn_user": ARN}, {"instance_id": "required", "arn_user": "needs"}),
        ({"instance_id": "cri 1"}, {"instance_id": "id_format"}),
        ({"instance_id": "cri-1", "region_id": "Hangzhou"}, {"region_id": "region_format"}),
        ({"instance_id": "cri-1", "instance_name": "my name"}, {"instance_name": "id_format"}),
        ({"instance_id": "cri-1", "domains": ("a.example", "http://b")}, {"domains.1": "scheme"}),
        ({"instance_id": "cri-1", "domains": ("a.example",) * 101}, {"domains": "too_many"}),
        ({"arn_service": "acs:ram::1:user/x"}, {"arn_service": "role_arn_format"}),
        ({"arn_service": ARN, "arn_user": "x"}, {"arn_user": "role_arn_format"}),
    ],
)
def test_refuses_an_impossible_registry_info(values: dict[str, str], reasons: dict[str, str]) -> None:
    assert refusals(AcrRegistryInfo, **values) == reasons


def test_takes_an_instance_or_a_pair_of_roles() -> None:
    assert AcrRegistryInfo("cri-1", domains=("a.example",) * 100)
    assert AcrRegistryInfo(arn_service=ARN, arn_user=ARN)
    assert AcrRegistryInfo(arn_service=ARN)
