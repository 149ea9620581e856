"""The four tabs over the ports: what they list, which address they produce, and what they show when a list fails."""

from dataclasses import dataclass, field, replace

import pytest

from consoleapp.gateways.errors import AccessDenied, GatewayError, Throttled, Unreachable
from consoleapp.gateways.ports.images import Repository
from consoleapp.wizard.services.image_tabs import (
    COMMON,
    DOCKER,
    ENTERPRISE,
    LAST,
    MINE,
    Question,
    address_in,
    build_tab,
    choose_endpoint,
    host_of_repository,
    tab_of,
)
from consoleapp.wizard.services.images import Shelf
from tests.fakes import FakeCatalogue, FakeContainerGroups, FakeRegistries

REGION = "cn-hangzhou"


@dataclass(frozen=True)
class Ports:
    """The fakes behind a shelf, to be primed."""

    catalogue: FakeCatalogue = field(default_factory=FakeCatalogue)
    registries: FakeRegistries = field(default_factory=FakeRegistries)
    container_groups: FakeContainerGroups = field(default_factory=FakeContainerGroups)

    def shelf(self, account: str = "alice") -> Shelf:
        return Shelf(self.catalogue, self.registries, self.container_groups, account)

    def fail(self, *methods: str, error: GatewayError) -> None:
        for port in (self.catalogue, self.registries, self.container_groups):
            port.failures.update(dict.fromkeys(methods, error))

    def mend(self) -> None:
        for port in (self.catalogue, self.registries, self.container_groups):
            port.failures.clear()


def shelf(account: str = "alice") -> Shelf:
    return Ports().shelf(account)


def test_common_images_show_the_versions_of_the_first_without_being_asked() -> None:
    tab = build_tab(COMMON, shelf(), REGION, Question())
    assert tab.entries is not None
    assert [entry.name for entry in tab.entries.items] == ["nginx", "busybox"]
    assert tab.picked is not None
    assert tab.picked.address == "registry-vpc.cn-hangzhou.aliyuncs.com/eci_open/nginx"
    assert tab.picked.tags is not None
    assert [tag.name for tag in tab.picked.tags.items] == ["1.14.2", "latest"]


def test_docker_official_images_are_searched_and_paged() -> None:
    second = build_tab(DOCKER, shelf(), REGION, Question(page=2))
    assert second.entries is not None
    assert (second.entries.page, second.entries.pages, len(second.entries.items)) == (2, 3, 20)
    found = build_tab(DOCKER, shelf(), REGION, Question(query="redis", image="redis"))
    assert found.picked is not None
    assert found.picked.address == "redis"


def test_my_images_take_the_vpc_host_inside_the_region_and_the_public_one_elsewhere() -> None:
    question = Question(namespace="acme", image="acme/app-1")
    inside = build_tab(MINE, shelf(), REGION, question).picked
    assert inside is not None
    assert inside.address == "registry-vpc.cn-hangzhou.aliyuncs.com/acme/app-1"
    outside = build_tab(MINE, shelf(), "cn-beijing", replace(question, region=REGION)).picked
    assert outside is not None
    assert outside.address == "registry.cn-hangzhou.aliyuncs.com/acme/app-1"


def test_private_repositories_are_marked() -> None:
    entries = build_tab(MINE, shelf(), REGION, Question()).entries
    assert entries is not None
    assert {entry.is_private for entry in entries.items} == {True, False}


def test_enterprise_images_start_with_the_default_domain_of_the_vpc() -> None:
    tab = build_tab(ENTERPRISE, shelf(), REGION, Question(image="acme/app-1"))
    assert [choice.name for choice in tab.filters] == ["region", "instance", "namespace"]
    assert tab.picked is not None
    assert tab.picked.address == "acme-registry-vpc.cn-hangzhou.cr.aliyuncs.com/acme/app-1"
    assert not tab.picked.needs_acr_registry_info


def test_a_custom_domain_is_noted_as_needing_its_instance() -> None:
    tab = build_tab(ENTERPRISE, shelf(), REGION, Question(image="acme/app-1", domain="images.example.com"))
    assert tab.picked is not None
    assert tab.picked.address == "images.example.com/acme/app-1"
    assert tab.picked.needs_acr_registry_info
    assert tab.picked.is_custom_domain


def test_outside_the_region_the_public_default_domain_comes_first() -> None:
    endpoint = choose_endpoint(FakeRegistries().endpoints, "", is_same_region=False)
    assert endpoint is not None
    assert (endpoint.network, endpoint.custom) == ("public", False)
    assert choose_endpoint((), "", is_same_region=True) is None


def test_a_repository_without_a_vpc_host_is_pulled_from_its_public_one() -> None:
    repository = Repository("1", "a", "b", True, REGION, hosts={"public": "registry.example"})
    assert host_of_repository(repository, REGION) == "registry.example"


@pytest.mark.parametrize("slug", [COMMON, DOCKER, MINE, ENTERPRISE])
def test_hostile_questions_choose_nothing_and_break_nothing(slug: str) -> None:
    hostile = "../../etc/passwd\"><script>'%00"
    question = Question(query=hostile, image=hostile, namespace=hostile, instance=hostile, region=hostile, page=99999)
    tab = build_tab(slug, shelf(), REGION, question)
    assert tab.picked is None
    assert not (tab.entries and tab.entries.items)


@pytest.mark.parametrize(
    ("slug", "method"),
    [
        (COMMON, "common_images"),
        (DOCKER, "docker_official_images"),
        (MINE, "personal_namespaces"),
        (MINE, "personal_repositories"),
        (ENTERPRISE, "enterprise_instances"),
        (ENTERPRISE, "enterprise_repositories"),
    ],
)
def test_a_list_that_fails_is_told_and_asked_again_next_time(slug: str, method: str) -> None:
    ports, error = Ports(), Unreachable("no route")
    ports.fail(method, error=error)
    assert build_tab(slug, ports.shelf(), REGION, Question()).trouble is error
    ports.mend()
    assert build_tab(slug, ports.shelf(), REGION, Question()).trouble is None


def test_versions_that_fail_leave_the_list_in_place() -> None:
    ports = Ports()
    ports.fail("personal_tags", error=Throttled("slow down"))
    tab = build_tab(MINE, ports.shelf(), REGION, Question(image="acme/app-1"))
    assert tab.entries is not None
    assert tab.picked is not None
    assert isinstance(tab.picked.trouble, Throttled)


def test_without_the_list_of_regions_the_own_one_still_works() -> None:
    ports = Ports()
    ports.fail("regions", error=AccessDenied("no"))
    tab = build_tab(MINE, ports.shelf(), REGION, Question())
    assert tab.filters[0].choices == ((REGION, REGION),)
    assert tab.entries is not None


def test_an_account_never_sees_what_is_remembered_of_another() -> None:
    build_tab(MINE, shelf("alice"), REGION, Question())
    other = Ports(registries=FakeRegistries(repositories=()))
    assert build_tab(MINE, other.shelf("mallory"), REGION, Question()).missing == "namespace"


def test_a_question_asked_twice_reaches_the_cloud_once() -> None:
    ports = Ports()
    build_tab(MINE, ports.shelf(), REGION, Question())
    ports.fail("regions", "personal_namespaces", "personal_repositories", error=Unreachable("no route"))
    assert build_tab(MINE, ports.shelf(), REGION, Question()).trouble is None


@pytest.mark.parametrize(
    ("image", "slug"),
    [
        ("", LAST),
        ("registry-vpc.cn-hangzhou.aliyuncs.com/eci_open/nginx", COMMON),
        ("redis", DOCKER),
        ("registry-vpc.cn-hangzhou.aliyuncs.com/shop/api", MINE),
        ("acme-registry.cn-hangzhou.cr.aliyuncs.com/shop/api", ENTERPRISE),
        ("registry.example.com/shop/api", LAST),
        ("Not An Image", LAST),
    ],
)
def test_the_dialog_opens_where_the_image_would_be_found(image: str, slug: str) -> None:
    assert tab_of(image) == slug


@pytest.mark.parametrize(
    ("query", "address"),
    [
        ("nginx", ""),
        ("web server", ""),
        ("nginx:1.27", "nginx:1.27"),
        ("bitnami/redis", "bitnami/redis"),
        ("registry.example.com/shop/api", "registry.example.com/shop/api"),
        ("http://registry.example.com/a", ""),
    ],
)
def test_an_address_in_the_search_is_told_from_a_word(query: str, address: str) -> None:
    assert address_in(query) == address
