"""What the images of a draft need: grouping by host, and which credential rows stay."""

from typing import Any

import pytest

from consoleapp.domain.credentials import RequirementKind
from consoleapp.wizard.access import requirements as needs
from consoleapp.wizard.draft.images import image_text
from consoleapp.wizard.shape import (
    CONTAINERS,
    CREDENTIALS,
    INIT_CONTAINERS,
    Data,
    as_data,
    credential_row,
    empty_data,
    rows_of,
)


def draft(*images: str, credentials: dict[str, Any] | None = None) -> Data:
    """A draft with one container for each image address; `init:` before it makes an init container."""
    data = as_data(empty_data())
    data["spec"]["region_id"] = "cn-hangzhou"
    for number, image in enumerate(images, start=1):
        name = INIT_CONTAINERS if image.startswith("init:") else CONTAINERS
        card = {"_key": f"c{number}", "name": f"box-{number}", "image": image.removeprefix("init:")}
        rows_of(data["spec"], name).append(card)
    for host, fields in (credentials or {}).items():
        credential_row(data, host).update(fields)
    return data


@pytest.mark.parametrize(
    ("image", "kind"),
    [
        ("registry-vpc.cn-hangzhou.aliyuncs.com/eci_open/nginx", RequirementKind.NOTHING),
        ("nginx", RequirementKind.NOTHING),
        ("bitnami/redis", RequirementKind.NOTHING),
        ("crpi-abc-vpc.cn-hangzhou.personal.cr.aliyuncs.com/shop/api", RequirementKind.NOTHING),
        ("acme-registry-vpc.cn-hangzhou.cr.aliyuncs.com/shop/api", RequirementKind.NOTHING),
        ("acme-registry.cn-beijing.cr.aliyuncs.com/shop/api", RequirementKind.ACR_REGISTRY_INFO),
        ("registry.example.com/shop/api", RequirementKind.CREDENTIAL),
        ("10.0.0.9:5000/shop/api", RequirementKind.CREDENTIAL),
    ],
)
def test_says_what_each_kind_of_image_needs(image: str, kind: RequirementKind) -> None:
    (need,) = needs.image_needs(draft(image))
    assert need.requirement is not None
    assert need.requirement.kind is kind


@pytest.mark.parametrize(
    ("image", "version", "text"),
    [
        ("nginx", "", "nginx"),
        ("nginx", "1.27", "nginx:1.27"),
        ("nginx", "sha256:" + "a" * 64, "nginx@sha256:" + "a" * 64),
        (" nginx ", " 1.27 ", "nginx:1.27"),
        ("", "1.27", ""),
        ("nginx", "1.27@sha256:" + "a" * 64, "nginx:1.27@sha256:" + "a" * 64),
    ],
)
def test_puts_the_version_behind_the_image(image: str, version: str, text: str) -> None:
    assert image_text({"image": image, "image_version": version}) == text


def test_one_host_need_serves_containers_and_init_containers() -> None:
    data = draft("registry.example.com/shop/api", "init:registry.example.com/shop/setup", "nginx")
    found = needs.host_needs(needs.image_needs(data))
    assert [need.host for need in found] == ["registry.example.com", "docker.io"]
    assert found[0].container_names == ("box-2", "box-1")  # init containers first
    assert found[0].is_credential_required
    assert not found[1].is_credential_required


def test_docker_hub_asks_for_a_credential_once_its_repositories_are_said_to_be_private() -> None:
    data = draft("shop/api", "nginx", credentials={"docker.io": {"private_docker_hub": True}})
    (hub,) = needs.host_needs(needs.image_needs(data))
    assert hub.is_docker_hub
    assert hub.is_credential_required
    official = needs.image_needs(data)[1].requirement
    assert official is not None
    assert official.kind is RequirementKind.NOTHING


def test_a_custom_domain_named_by_an_instance_needs_no_credential() -> None:
    data = draft("images.example.com/shop/api")
    assert needs.image_needs(data)[0].requirement.kind is RequirementKind.CREDENTIAL  # type: ignore[union-attr]
    data["spec"]["acr_registry_infos"] = [{"_key": "a1", "instance_id": "cri-1", "domains": "images.example.com"}]
    (need,) = needs.host_needs(needs.image_needs(data))
    assert need.is_acr_registry_info_required
    assert needs.is_covered(need, data)


def test_an_instance_of_another_region_is_covered_by_a_row_of_that_region_only() -> None:
    data = draft("acme-registry.cn-beijing.cr.aliyuncs.com/shop/api")
    (need,) = needs.host_needs(needs.image_needs(data))
    assert not needs.is_covered(need, data)
    data["spec"]["acr_registry_infos"] = [{"_key": "a1", "instance_id": "cri-1", "region_id": "cn-shanghai"}]
    assert not needs.is_covered(need, data)
    data["spec"]["acr_registry_infos"][0]["region_id"] = "cn-beijing"
    assert needs.is_covered(need, data)


def test_drops_the_row_of_a_host_that_no_image_uses_any_more() -> None:
    credentials = {"old.example.com": {"user_name": "ci"}, "registry.example.com": {"user_name": "ci"}}
    data = draft("registry.example.com/shop/api", credentials=credentials)
    assert needs.drop_unused(data) == {"old.example.com"}
    assert [row["_key"] for row in data["spec"][CREDENTIALS]] == ["registry.example.com"]


def test_keeps_every_row_while_an_image_cannot_be_read() -> None:
    data = draft("registry.example.com/Shop", credentials={"registry.example.com": {"user_name": "ci"}})
    assert needs.drop_unused(data) == frozenset()
    (need,) = needs.image_needs(data)
    assert need.error is not None
    assert need.requirement is None


def test_only_private_images_can_be_on_self_managed_registries() -> None:
    data = draft("nginx", "10.0.0.9:5000/a", "registry.example.com/b", "registry.example.com/c")
    assert needs.hosts_of_images(needs.image_needs(data)) == ("10.0.0.9:5000", "registry.example.com")
