"""`ports.Catalogue`: what every implementation owes its callers."""

import pytest

from consoleapp.gateways.errors import NotFound
from tests.contract.conftest import World

REGION = "cn-hangzhou"


def test_common_images_are_pulled_over_the_vpc(world: World) -> None:
    images = world.cloud.catalogue.common_images(REGION)
    nginx = images.items[0]
    assert (nginx.name, nginx.source) == ("nginx", "ALI_HUB")
    assert nginx.address_prefix == "registry-vpc.cn-hangzhou.aliyuncs.com/eci_open/nginx"
    assert nginx.tag_names[0] == "1.14.2"
    assert all(image.description for image in images.items)


def test_common_images_are_searched(world: World) -> None:
    found = world.cloud.catalogue.common_images(REGION, query="busy")
    assert [image.name for image in found.items] == ["busybox"]


def test_the_versions_of_a_common_image_begin_with_the_one_to_offer(world: World) -> None:
    assert world.cloud.catalogue.common_tags(REGION, "nginx")[0].name == "1.14.2"
    with pytest.raises(NotFound):
        world.cloud.catalogue.common_tags(REGION, "mysql")


def test_docker_images_come_in_pages_of_twenty(world: World) -> None:
    catalogue = world.cloud.catalogue
    first = catalogue.docker_official_images()
    assert len(first.items) == 20
    names = [
        image.name
        for number in range(1, first.pages + 1)
        for image in catalogue.docker_official_images(page=number).items
    ]
    assert len(set(names)) == len(names) == first.total >= 60
    assert not first.has_previous
    assert first.has_next


def test_a_docker_image_is_addressed_by_its_bare_name(world: World) -> None:
    found = world.cloud.catalogue.docker_official_images(query="nginx").items[0]
    assert (found.name, found.address_prefix, found.source) == ("nginx", "nginx", "DOCKER_HUB")


def test_docker_versions_tell_digest_size_and_architectures(world: World) -> None:
    tags = world.cloud.catalogue.docker_official_tags("nginx")
    tag = tags.items[0]
    assert tag.digest.startswith("sha256:")
    assert tag.size_bytes > 0
    assert {"amd64", "arm64"} <= set(tag.architectures)
    assert tag.updated is not None
    assert tags.total >= len(tags.items)


@pytest.mark.parametrize("name", ["no-such-image", "../library/nginx", "nginx?x=1", "Nginx", "-"])
def test_an_image_that_docker_does_not_offer_is_not_found(world: World, name: str) -> None:
    with pytest.raises(NotFound):
        world.cloud.catalogue.docker_official_tags(name)
