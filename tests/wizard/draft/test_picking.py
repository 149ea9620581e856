"""What choosing an image does to a draft."""

from consoleapp.wizard.access.requirements import host_needs, image_needs, is_covered
from consoleapp.wizard.draft.picking import Pick, use_image
from tests.wizard.access.test_requirements import draft

CUSTOM = Pick(
    "images.example.com/shop/api",
    "2.0",
    "images.example.com",
    {"instance_id": "cri-1", "instance_name": "acme", "region_id": "cn-hangzhou", "network": "vpc"},
)


def test_fills_image_and_version_of_that_container_alone() -> None:
    data = draft("nginx", "redis")
    use_image(data, data["spec"]["containers"][1], Pick("busybox", "1.30", "docker.io"))
    assert data["spec"]["containers"][0]["image"] == "nginx"
    assert data["spec"]["containers"][1]["image"] == "busybox"
    assert data["spec"]["containers"][1]["image_version"] == "1.30"
    assert "acr_registry_infos" not in data["spec"]


def test_a_custom_domain_prepares_the_row_that_names_its_instance_once() -> None:
    data = draft("nginx")
    for _twice in range(2):
        use_image(data, data["spec"]["containers"][0], CUSTOM)
    (row,) = data["spec"]["acr_registry_infos"]
    assert row["domains"] == "images.example.com"
    (need,) = host_needs(image_needs(data))
    assert is_covered(need, data)
    assert not need.requirement.needs_internet


def test_a_second_domain_of_the_same_instance_joins_its_row() -> None:
    data = draft("nginx")
    use_image(data, data["spec"]["containers"][0], CUSTOM)
    other = Pick("img.example.com/shop/api", "2.0", "img.example.com", CUSTOM.instance)
    use_image(data, data["spec"]["containers"][0], other)
    (row,) = data["spec"]["acr_registry_infos"]
    assert str(row["domains"]).split() == ["images.example.com", "img.example.com"]
