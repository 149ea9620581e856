from typing import Any

import pytest

from consoleapp.simulator.catalog import Catalog
from consoleapp.simulator.container_registry import TEMPORARY_USER
from consoleapp.simulator.pulls import Pull
from tests.simulator.calls import NOW

CATALOG = Catalog.load()
DEMO = ("demo", "demo-password")
PARTNER = ("partner", "partner-password")
ROLES = {
    "ArnService": "acs:ram::1000000000000001:role/eci-pull",
    "ArnUser": "acs:ram::2000000000000002:role/acr-for-acme",
}
PRIVATE = "registry.example.com/team/api:1.4.2"
PAYMENTS = "registry.example.com/billing/payments:3.1.0"
PLAIN = "plain.example.com:5000/lab/web:1.0.0"
SELF_ISSUED = "selfsigned.example.com/internal/portal:1.2.0"
CUSTOM = "images.example.com/platform/gateway:4.8.0"
SHANGHAI = "acme-shanghai-registry.cn-shanghai.cr.aliyuncs.com/analytics/etl:1.9.0"
NOTEBOOK = "crpi-simacme0001-vpc.cn-hangzhou.personal.cr.aliyuncs.com/acme-lab/notebook:2025.11"
PARTNER_PERSONAL = "registry-vpc.cn-hangzhou.aliyuncs.com/partner/rates:5.1.0"
PARTNER_DEFAULT = "partner-registry-vpc.cn-hangzhou.cr.aliyuncs.com/shared/connector:1.4.0"
PARTNER_CUSTOM = "partner-images.example.com/shared/connector:1.4.0"


def pull(image: str, **changes: Any) -> Pull:
    arguments: dict[str, Any] = {"region_id": "cn-hangzhou", "vpc_reaches_internet": True} | changes
    return CATALOG.pull(image, **arguments)


def login(host: str, pair: tuple[str, str] = DEMO) -> dict[str, Any]:
    return {"credentials": {host: pair}}


@pytest.mark.parametrize(
    ("image", "changes", "cause", "text"),
    [
        (PRIVATE, {}, "no_credential", "unauthorized: authentication required"),
        (PRIVATE, login("registry.example.com", ("demo", "wrong")), "wrong_password", "incorrect username or password"),
        (PRIVATE, login("registry.example.com", ("nobody", "x")), "wrong_password", "401 Unauthorized"),
        (PRIVATE, login("other.example.com"), "no_credential", "pull access denied"),
        (
            PAYMENTS,
            login("registry.example.com", ("viewer", "viewer-password")),
            "not_allowed",
            "denied: requested access to the resource is denied",
        ),
        (
            "registry.example.com/team/nothing:1",
            login("registry.example.com"),
            "repository_not_found",
            "name unknown: repository name not known to registry",
        ),
        ("registry.example.com/team/nothing:1", {}, "no_credential", "unauthorized: authentication required"),
        ("registry.example.com/team/api:9", login("registry.example.com"), "tag_not_found", "manifest unknown"),
        ("nginx:0.0.1", {}, "tag_not_found", "docker.io/library/nginx:0.0.1: not found: manifest unknown"),
        (f"nginx@sha256:{'0' * 64}", {}, "tag_not_found", "manifest unknown"),
        ("no-such-image", {}, "repository_not_found", "insufficient_scope: authorization failed"),
        ("acme/private-api:1.0.1", {}, "no_credential", "unauthorized: authentication required"),
        ("acme/private-api:1.0.1", login("docker.io", ("viewer", "viewer-password")), "not_allowed", "denied"),
        ("nginx", login("docker.io", ("demo", "wrong")), "wrong_password", "https://auth.docker.io/token"),
        (PLAIN, {}, "plain_http", "http: server gave HTTP response to HTTPS client"),
        (PLAIN, {"plain_http": {"plain.example.com"}}, "plain_http", 'Head "https://plain.example.com:5000/v2/lab/web'),
        ("plain.example.com/lab/web:1.0.0", {}, "connection_refused", ":443: connect: connection refused"),
        ("registry.example.com:5000/team/api:1", {}, "connection_refused", ":5000: connect: connection refused"),
        (
            "open.example.com/public/web:1.0.0",
            {"plain_http": {"open.example.com"}},
            "not_plain_http",
            "400 Bad Request",
        ),
        (SELF_ISSUED, login("selfsigned.example.com"), "untrusted_certificate", "x509: certificate signed by unknown"),
        (SELF_ISSUED, {"insecure": {"selfsigned.example.com"}}, "no_credential", "authentication required"),
        ("nginx", {"vpc_reaches_internet": False}, "no_way_out", ":443: i/o timeout"),
        (PLAIN, {"vpc_reaches_internet": False}, "no_way_out", ":5000: i/o timeout"),
        (CUSTOM, {"vpc_reaches_internet": False}, "no_way_out", ":443: i/o timeout"),
        (
            "registry.cn-hangzhou.aliyuncs.com/eci_open/nginx:1.14.2",
            {"vpc_reaches_internet": False},
            "no_way_out",
            "dial tcp",
        ),
        ("nowhere.example.com/a:1", {}, "unknown_host", "lookup nowhere.example.com on 100.100.2.136:53: no such host"),
        ("nowhere.example.com/a:1", {"vpc_reaches_internet": False}, "unknown_host", "no such host"),
        ("registry-vpc.cn-beijing.aliyuncs.com/eci_open/nginx:1.14.2", {}, "unknown_host", "no such host"),
        (NOTEBOOK, {"region_id": "cn-beijing"}, "unknown_host", "no such host"),
        ("open.example.com/edge/agent:0.5.0", {}, "no_platform", "no matching manifest for linux/amd64"),
        ("nginx", {"architecture": "riscv128"}, "no_platform", "no matching manifest for linux/riscv128"),
        ("clefos:7", {}, "no_platform", "no match for platform in manifest"),
    ],
)  # fmt: skip
def test_says_what_the_container_runtime_would_say(image: str, changes: dict[str, Any], cause: str, text: str) -> None:
    refused = pull(image, **changes)
    assert (refused.ok, refused.cause, refused.reason) == (False, cause, "ErrImagePull")
    assert refused.error.startswith("rpc error: code = ")
    assert text in refused.error
    assert "demo-password" not in refused.error


@pytest.mark.parametrize(
    "image", ["Nginx", "nginx:", "http://a.example/c", " nginx", "", f"nginx:{'a' * 129}", "a" * 64 + "@x"]
)
def test_a_name_that_cannot_be_read_is_not_pulled_at_all(image: str) -> None:
    refused = pull(image)
    assert (refused.ok, refused.reason, refused.cause) == (False, "InvalidImageName", "invalid_reference")
    assert "invalid reference format" in refused.error


@pytest.mark.parametrize(
    ("image", "changes"),
    [
        (PRIVATE, login("registry.example.com")),
        (PRIVATE, login("registry.example.com", ("viewer", "viewer-password"))),
        (PAYMENTS, login("registry.example.com")),
        ("registry.example.com:443/team/api:1.4.2", login("registry.example.com:443")),
        ("acme/private-api:1.0.1", login("docker.io")),
        ("acme/private-api:1.0.1", login("index.docker.io")),
        ("docker.io/library/nginx:1.29", {}),
        ("index.docker.io/nginx", {}),
        ("bitnami/redis:8.2", {}),
        ("quay.io/prometheus/prometheus:v3.7.3", {}),
        (PLAIN, {"plain_http": {"plain.example.com:5000"}}),
        (PLAIN, {"plain_http": {"plain.example.com:5000"}} | login("plain.example.com:5000", ("any", "thing"))),
        (SELF_ISSUED, {"insecure": {"selfsigned.example.com"}} | login("selfsigned.example.com")),
        ("open.example.com/public/web:1.0.0", {}),
        ("open.example.com/edge/agent:0.5.0", {"architecture": "arm64"}),
        ("registry.cn-beijing.aliyuncs.com/eci_open/nginx:1.14.2", {}),
    ],
)  # fmt: skip
def test_pulls_what_may_be_pulled(image: str, changes: dict[str, Any]) -> None:
    found = pull(image, **changes)
    assert found.error == ""
    assert found.ok
    assert found.digest.startswith("sha256:")
    assert found.size_bytes > 0


def test_pulls_by_the_digest_that_the_tag_has() -> None:
    by_tag = pull("nginx:1.28")
    by_digest = pull(f"nginx@{by_tag.digest}")
    assert (by_digest.ok, by_digest.digest, by_digest.size_bytes) == (True, by_tag.digest, by_tag.size_bytes)


class TestContainerRegistryOfTheSameAccount:
    @pytest.mark.parametrize(
        "image",
        [
            "registry-vpc.cn-hangzhou.aliyuncs.com/acme/order-api:1.12.0",
            "registry-internal.cn-hangzhou.aliyuncs.com/acme/order-api:1.12.0",
            "registry-vpc.cn-hangzhou.aliyuncs.com/acme-public/hello-eci:1.1.0",
            "crpi-simacme0001-vpc.cn-hangzhou.personal.cr.aliyuncs.com/acme-lab/notebook:2025.11",
            "acme-registry-vpc.cn-hangzhou.cr.aliyuncs.com/platform/gateway:4.8.0",
        ],
    )
    def test_default_domains_need_nothing_and_no_internet(self, image: str) -> None:
        assert pull(image, vpc_reaches_internet=False).error == ""

    @pytest.mark.parametrize(
        "image",
        [
            "registry.cn-shanghai.aliyuncs.com/acme-sh/invoice-api:3.0.2",
            "acme-registry.cn-hangzhou.cr.aliyuncs.com/payments/ledger:7.2.1",
        ],
    )
    def test_public_hosts_need_the_internet_only(self, image: str) -> None:
        assert pull(image).ok
        assert pull(image, vpc_reaches_internet=False).cause == "no_way_out"

    def test_a_custom_domain_needs_the_instance_named(self) -> None:
        assert pull(CUSTOM).cause == "no_credential"
        assert pull(CUSTOM, acr_registry_infos=[{"InstanceId": "cri-simacmehz01"}]).ok
        assert pull(CUSTOM, acr_registry_infos=[{"InstanceId": "cri-simacmesh01"}]).cause == "no_credential"

    def test_named_domains_narrow_the_instance(self) -> None:
        info = {"InstanceId": "cri-simacmehz01", "RegionId": "cn-hangzhou"}
        assert pull(CUSTOM, acr_registry_infos=[info | {"Domain": ["images.example.com"]}]).ok
        other = info | {"Domain": ["acme-registry.cn-hangzhou.cr.aliyuncs.com"]}
        assert pull(CUSTOM, acr_registry_infos=[other]).cause == "no_credential"

    def test_another_region_needs_the_instance_and_its_region_named(self) -> None:
        assert pull(SHANGHAI).cause == "no_credential"
        assert pull(SHANGHAI, acr_registry_infos=[{"InstanceId": "cri-simacmesh01"}]).cause == "no_credential"
        info = {"InstanceId": "cri-simacmesh01", "RegionId": "cn-shanghai"}
        assert pull(SHANGHAI, acr_registry_infos=[info]).ok

    def test_a_credential_does_as_well(self) -> None:
        assert pull(CUSTOM, **login("images.example.com")).ok
        assert pull(CUSTOM, **login("images.example.com", ("demo", "wrong"))).cause == "wrong_password"

    def test_a_public_repository_needs_nothing(self) -> None:
        assert pull("images.example.com/base/python-runtime:3.13").ok

    def test_an_unknown_repository_is_told_apart_by_edition(self) -> None:
        unknown = pull("registry-vpc.cn-hangzhou.aliyuncs.com/acme/nothing:1")
        assert (unknown.cause, "insufficient_scope" in unknown.error) == ("repository_not_found", True)
        unknown = pull("acme-registry-vpc.cn-hangzhou.cr.aliyuncs.com/platform/nothing:1")
        assert (unknown.cause, "name unknown" in unknown.error) == ("repository_not_found", True)

    def test_an_arm64_image_is_not_for_amd64(self) -> None:
        image = "crpi-simacme0001-vpc.cn-hangzhou.personal.cr.aliyuncs.com/acme-lab/sensor-gateway:0.7.2"
        assert pull(image).cause == "no_platform"
        assert pull(image, architecture="arm64").ok

    def test_a_temporary_log_in_works_until_it_expires(self) -> None:
        password = CATALOG.container_registry.accounts[0].temporary_password(int(NOW) + 60)
        changes = login("images.example.com", (TEMPORARY_USER, password))
        assert pull(CUSTOM, now=NOW, **changes).ok
        assert pull(CUSTOM, now=NOW + 61, **changes).cause == "wrong_password"
        changes = login("images.example.com", (TEMPORARY_USER, f"9{password}"))
        assert pull(CUSTOM, now=NOW, **changes).cause == "wrong_password"


class TestContainerRegistryOfAnotherAccount:
    @pytest.mark.parametrize("image", [PARTNER_PERSONAL, PARTNER_DEFAULT])
    def test_needs_both_roles(self, image: str) -> None:
        assert pull(image).cause == "no_credential"
        assert pull(image, acr_registry_infos=[{"ArnUser": ROLES["ArnUser"]}]).cause == "no_credential"
        assert pull(image, acr_registry_infos=[ROLES]).ok

    def test_roles_that_may_not_be_assumed_are_refused(self) -> None:
        wrong = ROLES | {"ArnUser": "acs:ram::2000000000000002:role/unknown"}
        refused = pull(PARTNER_PERSONAL, acr_registry_infos=[wrong])
        assert (refused.cause, "AssumeRole" in refused.error) == ("role_refused", True)

    def test_a_custom_domain_needs_the_instance_too(self) -> None:
        assert pull(PARTNER_CUSTOM, acr_registry_infos=[ROLES]).cause == "no_credential"
        assert pull(PARTNER_CUSTOM, acr_registry_infos=[ROLES | {"InstanceId": "cri-simpartner1"}]).ok

    def test_the_owner_s_log_in_does_as_well(self) -> None:
        host = "registry-vpc.cn-hangzhou.aliyuncs.com"
        assert pull(PARTNER_PERSONAL, **login(host, PARTNER)).ok
        assert pull(PARTNER_PERSONAL, **login(host, DEMO)).cause == "not_allowed"

    def test_public_repositories_need_nothing(self) -> None:
        assert pull("registry-vpc.cn-hangzhou.aliyuncs.com/partner/samples:1.0.0").ok
