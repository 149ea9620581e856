"""Other Settings as parts of the spec: what is required is enforced, every limit stands at its control."""

from typing import Any, NamedTuple

import pytest

from consoleapp.domain.errors import Reason
from consoleapp.domain.group import ContainerGroupSpec
from consoleapp.domain.secret import Secret
from consoleapp.domain.spec import DnsOption, HostAlias, Tag
from consoleapp.wizard.draft.places import place_of_path
from consoleapp.wizard.draft.problems import FieldError
from consoleapp.wizard.shape import Data, credential_row
from consoleapp.wizard.validation import read, to_spec
from tests.wizard.access.test_requirements import draft

PRIVATE = "registry.example.com/shop/api"
ID = "id_image_registry_credentials-registry.example.com"


def with_fields(**fields: Any) -> Data:
    data = draft("nginx")
    data["spec"] |= fields
    return data


def with_tags(*tags: tuple[str, str]) -> Data:
    data = draft("nginx")
    data["spec"]["tags"] = [
        {"_key": f"t{number}", "key": key, "value": value} for number, (key, value) in enumerate(tags)
    ]
    return data


class Parts(NamedTuple):
    group: ContainerGroupSpec
    problems: tuple[FieldError, ...]


def other_parts(data: Data, secrets: dict[str, Secret]) -> Parts:
    group, problems = read(data, secrets)
    return Parts(group, tuple(each for each in problems if each.step == "other"))


def marked(data: Data, secrets: dict[str, Secret] | None = None) -> list[tuple[str, str]]:
    """(control, reason) of every problem."""
    return [(problem.field_id, problem.error.reason) for problem in other_parts(data, secrets or {}).problems]


def test_a_draft_without_other_settings_has_nothing_wrong() -> None:
    parts = other_parts(draft("nginx"), {})
    assert parts.problems == ()
    assert parts.group.image_registry_credentials == ()
    assert not parts.group.auto_create_eip


def test_a_private_image_is_stopped_without_a_credential() -> None:
    assert marked(draft(PRIVATE)) == [(f"{ID}-user_name", "login_not_known")]


def test_a_private_image_passes_with_the_credential_of_its_host() -> None:
    data = draft(PRIVATE, "init:registry.example.com/b", credentials={"registry.example.com": {"user_name": " ci "}})
    parts = other_parts(data, {"credential/registry.example.com": Secret(" p+w ")})
    assert parts.problems == ()
    (credential,) = parts.group.image_registry_credentials
    assert (credential.server, credential.user_name, credential.password.reveal()) == (
        "registry.example.com",
        " ci ",
        " p+w ",
    )


@pytest.mark.parametrize("password", ["a\rb", "a\nb", "a\0b", "x" * 4097, "\ud800"])
def test_refuses_a_password_that_cannot_be_sent_without_repeating_it(password: str) -> None:
    data = draft(PRIVATE, credentials={"registry.example.com": {"user_name": "ci"}})
    parts = other_parts(data, {"credential/registry.example.com": Secret(password)})
    assert [problem.field_id for problem in parts.problems] == [f"{ID}-password"]
    assert password not in parts.problems[0].message


@pytest.mark.parametrize("password", ["%41%0d%0a", "+ &=?#/", "пароль😀", "x" * 4096])
def test_keeps_a_password_byte_for_byte(password: str) -> None:
    data = draft(PRIVATE, credentials={"registry.example.com": {"user_name": "ci"}})
    parts = other_parts(data, {"credential/registry.example.com": Secret(password)})
    assert parts.group.image_registry_credentials[0].password.reveal() == password


def test_an_optional_credential_needs_both_parts_or_none() -> None:
    data = draft("bitnami/redis", credentials={"docker.io": {"user_name": "ci"}})
    assert marked(data) == [("id_image_registry_credentials-docker.io-password", "password_missing")]
    credential_row(data, "docker.io")["user_name"] = ""
    assert marked(data) == []


def test_an_instance_of_another_region_wants_the_instance_or_a_credential() -> None:
    host = "acme-registry.cn-beijing.cr.aliyuncs.com"
    data = draft(f"{host}/shop/api")
    assert marked(data) == [(f"id_image_registry_credentials-{host}-user_name", "needs")]
    data["spec"]["acr_registry_infos"] = [{"_key": "a1", "region_id": "cn-beijing", "domains": host}]
    assert marked(data) == [("id_a1-instance_id", "required")]
    data["spec"]["acr_registry_infos"][0]["instance_id"] = "cri-1"
    parts = other_parts(data, {})
    assert parts.problems == ()
    assert parts.group.acr_registry_infos[0].domains == (host,)
    del data["spec"]["acr_registry_infos"]
    credential_row(data, host)["user_name"] = "ci"
    assert marked(data, {f"credential/{host}": Secret("pw")}) == []


@pytest.mark.parametrize(
    ("fields", "control", "reason"),
    [
        ({"eip": "create", "eip_bandwidth_mbps": "1000001"}, "eip_bandwidth_mbps", "out_of_range"),
        ({"eip": "create", "eip_bandwidth_mbps": "fast"}, "eip_bandwidth_mbps", "not_a_number"),
        ({"eip": "existing"}, "eip_instance_id", "required"),
        ({"eip": "existing", "eip_instance_id": "a b"}, "eip_instance_id", "id_format"),
        ({"eip": "steal"}, "eip", "not_a_choice"),
        ({"plain_http_registries": "http://reg/a"}, "plain_http_registries", "scheme"),
        ({"insecure_registries": "a.com\\@b.com"}, "insecure_registries", "invalid_character"),
        ({"insecure_registries": "reg.example@169.254.169.254"}, "insecure_registries", "user_info"),
        ({"insecure_registries": "0x7f.1"}, "insecure_registries", "numeric_host"),
        ({"insecure_registries": "169.254.169.254"}, "insecure_registries", "forbidden_host"),
        ({"plain_http_registries": "a.example:5000\nA.example:5000"}, "plain_http_registries", "duplicate"),
        ({"ram_role_name": "no blank"}, "ram_role_name", "role_name_format"),
        ({"resource_group_id": "rg/1"}, "resource_group_id", "id_format"),
        ({"dns_policy": "None"}, "dns_config-name_servers", "required"),
        ({"dns_policy": "Whatever"}, "dns_policy", "not_a_choice"),
        ({"dns_config": {"name_servers": "dns.example.com"}}, "dns_config-name_servers", "ip_address_format"),
        ({"dns_config": {"searches": "-a-"}}, "dns_config-searches", "host_name_format"),
        (
            {"dns_config": {"options": " ".join(f"o{number}" for number in range(21))}},
            "dns_config-options",
            "too_many",
        ),
        ({"host_aliases": "10.0.0.8"}, "host_aliases", "required"),
        ({"host_aliases": "db 10.0.0.8"}, "host_aliases", "ip_address_format"),
        ({"ntp_servers": "\n".join(f"n{number}" for number in range(21))}, "ntp_servers", "too_many"),
        ({"max_pending_minutes": "9"}, "max_pending_minutes", "out_of_range"),
        ({"active_deadline_seconds": "0"}, "active_deadline_seconds", "out_of_range"),
        ({"termination_grace_period_seconds": "-1"}, "termination_grace_period_seconds", "out_of_range"),
        ({"termination_grace_period_seconds": "1e309"}, "termination_grace_period_seconds", "not_a_number"),
    ],
)
def test_each_limit_stands_at_its_control(fields: dict[str, Any], control: str, reason: str) -> None:
    assert (f"id_{control}", reason) in marked(with_fields(**fields))


def test_everything_optional_reaches_the_spec() -> None:
    data = with_fields(
        eip="create",
        eip_bandwidth_mbps="",
        plain_http_registries="a.example:5000, b.example",
        dns_policy="None",
        dns_config={
            "name_servers": "10.0.0.2\n10.0.0.3",
            "searches": "svc.example.com",
            "options": "ndots:2 rotate",
        },
        host_aliases="10.0.0.8 db db.internal\r\n\r\n10.0.0.9 cache",
        ntp_servers="ntp.example.com",
        max_pending_minutes="30",
    )
    group = other_parts(data, {}).group
    assert (group.auto_create_eip, group.eip_bandwidth_mbps) == (True, 5)
    assert group.plain_http_registries == ("a.example:5000", "b.example")
    assert group.dns_config.options == (DnsOption("ndots", "2"), DnsOption("rotate"))
    assert group.host_aliases == (HostAlias("10.0.0.8", ("db", "db.internal")), HostAlias("10.0.0.9", ("cache",)))
    assert group.max_pending_minutes == 30


def test_a_name_server_that_is_none_is_not_said_to_be_missing() -> None:
    data = with_fields(dns_policy="None", dns_config={"name_servers": "foo bar"})
    _spec, problems = to_spec(data, {})
    (found,) = (problem for problem in problems if problem.field_id == "id_dns_config-name_servers")
    assert found.error.reason == Reason.IP_ADDRESS_FORMAT


def test_a_tag_that_is_there_twice_is_marked_at_the_second_even_beside_a_wrong_one() -> None:
    data = with_tags(("aliyun-x", ""), ("team", "a"), ("", ""), ("team", "b"))
    assert marked(data) == [("id_t0-key", "tag_key_format"), ("id_t3-key", "duplicate")]


@pytest.mark.parametrize("count", [20, 21])
def test_the_twentieth_tag_is_marked_at_the_list_because_the_order_s_own_needs_its_place(count: int) -> None:
    data = with_tags(*((f"k{number}", "") for number in range(count)))
    assert marked(data) == [("id_tags", "too_many")]


@pytest.mark.parametrize("key", ["console-order", "Console-Order", " console-order "])
def test_nobody_types_the_tag_that_marks_an_order(key: str) -> None:
    assert marked(with_tags((key, "8f3c"))) == [("id_t0-key", "tag_key_ours")]


def test_tags_and_empty_rows_are_told_apart() -> None:
    assert other_parts(with_tags(("team", "shop"), ("", "")), {}).group.tags == (Tag("team", "shop"),)


def test_a_path_into_the_spec_leads_to_the_control_of_its_row() -> None:
    data = with_tags(("a", ""), ("", ""), ("b", ""))
    assert place_of_path(data, "tags.1.value").field_id == "id_t2-value"
    assert place_of_path(data, "dns_config.name_servers.3").field_id == "id_dns_config-name_servers"
