from dataclasses import replace
from typing import Any

import pytest

from consoleapp.domain.credentials import (
    SHOWN,
    TRUTH_TABLE,
    Circumstance,
    EnterpriseDomain,
    LoginNeed,
    Requirement,
    RequirementKind,
    RequirementReason,
    requirement,
)
from consoleapp.domain.image import ImageSource, parse_image_reference

HANGZHOU, BEIJING = "cn-hangzhou", "cn-beijing"
ARN = "acs:ram::1234567890123456:role/pull"
CUSTOM = EnterpriseDomain("cri-custom", HANGZHOU)
DOMAINS = {
    "images.example.com": CUSTOM,
    "far.example.com": EnterpriseDomain("cri-far", BEIJING),
    "inner.example.com": replace(CUSTOM, network="vpc"),
    "theirs.example.com": replace(CUSTOM, instance_id="cri-theirs", same_account=False),
    "theirs-registry.cn-hangzhou.cr.aliyuncs.com": EnterpriseDomain("cri-theirs", HANGZHOU, same_account=False),
    "team-registry.cn-hangzhou.cr.aliyuncs.com": EnterpriseDomain("cri-team", HANGZHOU),
}


def asked(text: str, **values: Any) -> Requirement:
    values = {"region_id": HANGZHOU, "enterprise_domains": DOMAINS, **values}
    return requirement(parse_image_reference(text), **values)


# Row by row: image, what it needs, why, over the Internet, whether a credential is allowed.
ROWS = [
    ("registry-vpc.cn-hangzhou.aliyuncs.com/eci_open/nginx:1.14.2", "nothing", "common_image", False, False),
    ("registry.cn-hangzhou.aliyuncs.com/eci_open/nginx", "nothing", "common_image", True, False),
    ("nginx", "nothing", "docker_official", True, True),
    ("bitnami/redis:7", "nothing", "docker_hub_public", True, True),
    ("registry.cn-hangzhou.aliyuncs.com/team/app", "nothing", "acr_personal", True, True),
    ("registry-vpc.cn-hangzhou.aliyuncs.com/team/app", "nothing", "acr_personal", False, True),
    ("registry.cn-beijing.aliyuncs.com/team/app", "nothing", "acr_personal", True, True),
    ("crpi-a1-vpc.cn-hangzhou.personal.cr.aliyuncs.com/team/app", "nothing", "acr_personal", False, True),
    ("team-registry-vpc.cn-hangzhou.cr.aliyuncs.com/team/app", "nothing", "acr_enterprise", False, True),
    ("team-registry.cn-hangzhou.cr.aliyuncs.com/team/app", "nothing", "acr_enterprise", True, True),
    ("unknown-registry.cn-hangzhou.cr.aliyuncs.com/team/app", "nothing", "acr_enterprise", True, True),
    ("images.example.com/team/app", "acr_registry_info", "acr_enterprise_custom_domain", True, True),
    ("Images.Example.com/team/app", "acr_registry_info", "acr_enterprise_custom_domain", True, True),
    ("far.example.com/team/app", "acr_registry_info", "acr_enterprise_custom_domain", True, True),
    ("inner.example.com/team/app", "acr_registry_info", "acr_enterprise_custom_domain", False, True),
    ("team-registry.cn-beijing.cr.aliyuncs.com/a/b", "acr_registry_info", "acr_enterprise_other_region", True, True),
    ("theirs.example.com/team/app", "acr_registry_info", "acr_enterprise_other_account", True, True),
    (
        "theirs-registry.cn-hangzhou.cr.aliyuncs.com/a/b",
        "acr_registry_info",
        "acr_enterprise_other_account",
        True,
        True,
    ),
    ("harbor.example.com/team/app:1", "credential", "private_image", True, True),
    ("192.168.1.9:5000/team/app", "credential", "private_image", False, True),
    ("localhost:5000/app", "credential", "private_image", False, True),
]


@pytest.mark.parametrize(("text", "kind", "reason", "internet", "allowed"), ROWS)
def test_every_row_of_the_rule(text: str, kind: str, reason: str, internet: bool, allowed: bool) -> None:
    found = asked(text)
    assert (found.kind, found.reason, found.needs_internet, found.credential_allowed) == (
        kind,
        reason,
        internet,
        allowed,
    )
    assert found.sentence


def test_the_rows_above_and_the_private_repository_are_the_whole_table() -> None:
    assert {row[2] for row in ROWS} | {"docker_hub_private"} == {rule.reason for rule in TRUTH_TABLE.values()}
    shown = {rule.reason for rule in SHOWN.values()}
    assert set(RequirementReason) == {rule.reason for rule in TRUTH_TABLE.values()} | shown
    assert {source for source, _ in TRUTH_TABLE} == set(ImageSource)
    assert {circumstance for _, circumstance in TRUTH_TABLE} == set(Circumstance)


def test_a_private_repository_on_docker_hub_needs_a_credential() -> None:
    found = asked("team/app", private_docker_hub=True)
    assert (found.kind, found.reason, found.server) == ("credential", "docker_hub_private", "docker.io")


def test_an_official_image_is_never_private() -> None:
    assert asked("nginx", private_docker_hub=True).kind is RequirementKind.NOTHING


@pytest.mark.parametrize(
    "text", ["harbor.example.com/team/app", "images.example.com/team/app", "theirs.example.com/team/app", "team/app"]
)
def test_what_the_registry_lets_everybody_read_needs_nothing(text: str) -> None:
    found = asked(text, login=LoginNeed.NONE, private_docker_hub=True)
    assert (found.kind, found.reason, found.credential_allowed) == ("nothing", "proved_anonymous", True)


def test_a_custom_domain_nobody_told_us_about_is_a_private_image() -> None:
    found = asked("images.example.com/team/app", enterprise_domains={})
    assert (found.kind, found.reason) == ("credential", "private_image")


@pytest.mark.parametrize(
    ("text", "server"),
    [
        ("harbor.example.com:8443/team/app:1", "harbor.example.com:8443"),
        ("Harbor.Example.com/team/app", "Harbor.Example.com"),
        ("index.docker.io/team/app", "docker.io"),
    ],
)
def test_the_server_is_the_host_of_the_image(text: str, server: str) -> None:
    assert asked(text).server == server


def test_offers_the_vpc_host_in_the_region_of_the_registry_only() -> None:
    image = "registry.cn-hangzhou.aliyuncs.com/team/app"
    assert asked(image).vpc_host == "registry-vpc.cn-hangzhou.aliyuncs.com"
    assert asked(image, region_id=BEIJING).vpc_host is None
    assert asked("registry-vpc.cn-hangzhou.aliyuncs.com/team/app").vpc_host is None
    assert asked("nginx").vpc_host is None


def test_says_what_is_known_of_the_instance() -> None:
    known = asked("theirs.example.com/team/app")
    assert (known.instance_id, known.region_id, known.needs_role_arns) == ("cri-theirs", HANGZHOU, True)
    unknown = asked("team-registry.cn-beijing.cr.aliyuncs.com/a/b")
    assert (unknown.instance_id, unknown.region_id, unknown.needs_role_arns) == ("", BEIJING, False)


@pytest.mark.parametrize(
    ("login", "kind", "reason"),
    [
        (LoginNeed.NOT_ASKED, "credential", "private_image"),
        (LoginNeed.ASKED_FOR, "credential", "login_asked_for"),
        (LoginNeed.UNKNOWN, "nothing", "login_unknown"),
        (LoginNeed.NONE, "nothing", "proved_anonymous"),
    ],
)
def test_a_private_images_registry_decides_whether_a_login_is_needed(login: LoginNeed, kind: str, reason: str) -> None:
    found = asked("harbor.example.com/team/app", login=login)
    assert (found.kind, found.reason, found.credential_allowed) == (kind, reason, True)


@pytest.mark.parametrize("login", [LoginNeed.ASKED_FOR, LoginNeed.UNKNOWN])
@pytest.mark.parametrize("text", ["images.example.com/team/app", "nginx", "team/app"])
def test_a_registry_that_says_no_changes_nothing_where_the_rule_knows_better(text: str, login: LoginNeed) -> None:
    assert asked(text, login=login) == asked(text)
