"""`ports.Registries`: what every implementation owes its callers."""

import pytest

from consoleapp.gateways.errors import NotFound
from tests.contract.conftest import World

REGION = "cn-hangzhou"


def test_the_personal_edition_is_walked_from_namespace_to_tag(world: World) -> None:
    registries = world.cloud.registries
    names = [namespace.name for namespace in registries.personal_namespaces(REGION)]
    page = registries.personal_repositories(REGION, names[0])
    repository = page.items[0]
    assert repository.namespace == names[0]
    assert repository.hosts["vpc"].endswith(".aliyuncs.com")
    tag = registries.personal_tags(REGION, repository.namespace, repository.name).items[0]
    assert tag.name
    assert tag.digest.startswith("sha256:")
    assert tag.size_bytes > 0
    assert tag.updated is not None
    assert tag.updated.tzinfo is not None


def test_personal_repositories_come_in_pages_of_twenty(world: World) -> None:
    registries = world.cloud.registries
    first = registries.personal_repositories(REGION)
    assert len(first.items) == min(20, first.total)
    seen = [
        (item.namespace, item.name)
        for number in range(1, first.pages + 1)
        for item in registries.personal_repositories(REGION, page=number).items
    ]
    assert len(set(seen)) == len(seen) == first.total
    assert {item.is_private for item in first.items} == {True, False}


def test_personal_repositories_are_searched_by_any_part_of_their_name(world: World) -> None:
    registries = world.cloud.registries
    some = registries.personal_repositories(REGION).items[-1]
    part = some.name[1:].upper()
    found = registries.personal_repositories(REGION, query=part)
    assert some.name in [item.name for item in found.items]
    assert all(part.lower() in f"{item.namespace}/{item.name}" for item in found.items)
    assert registries.personal_repositories(REGION, query="no-such-thing").total == 0


def test_what_the_personal_edition_does_not_have_is_not_found(world: World) -> None:
    registries = world.cloud.registries
    namespace = registries.personal_namespaces(REGION)[0].name
    with pytest.raises(NotFound):
        registries.personal_repositories(REGION, "no-such-namespace")
    with pytest.raises(NotFound):
        registries.personal_tags(REGION, namespace, "no-such-repository")


@pytest.mark.parametrize("name", ["..", "a/../b", "a?b=c", "a b", "", "x" * 3 + "#"])
def test_a_name_that_would_change_the_path_is_not_found(world: World, name: str) -> None:
    with pytest.raises(NotFound):
        world.cloud.registries.personal_tags(REGION, "acme", name)


def test_an_enterprise_instance_is_walked_from_domain_to_tag(world: World) -> None:
    registries = world.cloud.registries
    instance = registries.enterprise_instances(REGION)[0]
    endpoints = registries.enterprise_domains(REGION, instance.instance_id)
    assert endpoints[0].network == "vpc"
    assert {endpoint.network for endpoint in endpoints} == {"vpc", "public"}
    assert [endpoint.domain for endpoint in endpoints if endpoint.custom] == ["images.example.com"]
    namespace = registries.enterprise_namespaces(REGION, instance.instance_id)[0].name
    repository = registries.enterprise_repositories(REGION, instance.instance_id, namespace).items[0]
    assert repository.namespace == namespace
    tags = registries.enterprise_tags(REGION, instance.instance_id, repository.repository_id)
    assert tags.items[0].digest.startswith("sha256:")
    assert tags.total >= len(tags.items) > 0


def test_enterprise_repositories_are_searched_by_name(world: World) -> None:
    registries = world.cloud.registries
    instance_id = registries.enterprise_instances(REGION)[0].instance_id
    name = registries.enterprise_repositories(REGION, instance_id).items[0].name
    found = registries.enterprise_repositories(REGION, instance_id, query=name)
    assert name in [item.name for item in found.items]
    assert registries.enterprise_repositories(REGION, instance_id, query="no-such-thing").total == 0


def test_what_the_enterprise_edition_does_not_have_is_not_found(world: World) -> None:
    registries = world.cloud.registries
    instance_id = registries.enterprise_instances(REGION)[0].instance_id
    with pytest.raises(NotFound):
        registries.enterprise_domains(REGION, "cri-none")
    with pytest.raises(NotFound):
        registries.enterprise_tags(REGION, instance_id, "crr-none")
