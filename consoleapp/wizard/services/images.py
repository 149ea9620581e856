"""The shelf of the image dialog: the lists that its four tabs show, asked of the cloud and remembered for a short time.

One question to the shelf is at most one call to the cloud, however much lies behind it. Which list a tab shows and how
is in image_tabs.py.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

from consoleapp.gateways.ports.container_groups import ContainerGroups
from consoleapp.gateways.ports.images import (
    Catalogue,
    CatalogueImage,
    EnterpriseEndpoint,
    EnterpriseInstance,
    Namespace,
    Page,
    Registries,
    Repository,
    Tag,
)
from consoleapp.web.asking import remembered

# Long enough for somebody who goes back and forth between tabs, short enough to see an image that was just pushed.
LIST_SECONDS = 30
# Instances, their domains and Docker Hub's official images change by the week.
SLOW_SECONDS = 300

T = TypeVar("T")


@dataclass(frozen=True)
class Shelf:
    """The images that one account sees. `account` keeps what is remembered for one account from all others.

    Every method raises GatewayError; an error is not remembered.
    """

    catalogue: Catalogue
    registries: Registries
    container_groups: ContainerGroups
    account: str

    def regions(self) -> tuple[str, ...]:
        """Return the ids of the regions that can be looked into."""
        return self._ask(
            ("regions",), lambda: tuple(region.region_id for region in self.container_groups.regions()), SLOW_SECONDS
        )

    def common_images(self, region_id: str, query: str, page: int) -> Page[CatalogueImage]:
        return self._ask(
            ("common", region_id, query, page), lambda: self.catalogue.common_images(region_id, query, page)
        )

    def common_tags(self, region_id: str, name: str) -> Page[Tag]:
        """Return all versions as one page."""

        def ask() -> Page[Tag]:
            tags = self.catalogue.common_tags(region_id, name)
            return Page(tags, 1, max(1, len(tags)), len(tags))

        return self._ask(("common-tags", region_id, name), ask)

    def docker_images(self, query: str, page: int) -> Page[CatalogueImage]:
        return self._ask(
            ("docker", query, page), lambda: self.catalogue.docker_official_images(query, page), SLOW_SECONDS
        )

    def docker_tags(self, name: str, page: int) -> Page[Tag]:
        return self._ask(("docker-tags", name, page), lambda: self.catalogue.docker_official_tags(name, page))

    def namespaces(self, region_id: str) -> tuple[Namespace, ...]:
        """Return the namespaces of the Personal Edition."""
        return self._ask(("namespaces", region_id), lambda: self.registries.personal_namespaces(region_id))

    def repositories(self, region_id: str, namespace: str, query: str, page: int) -> Page[Repository]:
        """Return the repositories of the Personal Edition."""
        return self._ask(
            ("repositories", region_id, namespace, query, page),
            lambda: self.registries.personal_repositories(region_id, namespace, query, page),
        )

    def repository_tags(self, region_id: str, namespace: str, name: str, page: int) -> Page[Tag]:
        return self._ask(
            ("tags", region_id, namespace, name, page),
            lambda: self.registries.personal_tags(region_id, namespace, name, page),
        )

    def instances(self, region_id: str) -> tuple[EnterpriseInstance, ...]:
        return self._ask(
            ("instances", region_id), lambda: self.registries.enterprise_instances(region_id), SLOW_SECONDS
        )

    def domains(self, region_id: str, instance_id: str) -> tuple[EnterpriseEndpoint, ...]:
        return self._ask(
            ("domains", region_id, instance_id),
            lambda: self.registries.enterprise_domains(region_id, instance_id),
            SLOW_SECONDS,
        )

    def enterprise_namespaces(self, region_id: str, instance_id: str) -> tuple[Namespace, ...]:
        return self._ask(
            ("enterprise-namespaces", region_id, instance_id),
            lambda: self.registries.enterprise_namespaces(region_id, instance_id),
        )

    def enterprise_repositories(
        self, region_id: str, instance_id: str, namespace: str, query: str, page: int
    ) -> Page[Repository]:
        return self._ask(
            ("enterprise-repositories", region_id, instance_id, namespace, query, page),
            lambda: self.registries.enterprise_repositories(region_id, instance_id, namespace, query, page),
        )

    def enterprise_tags(self, region_id: str, instance_id: str, repository_id: str, page: int) -> Page[Tag]:
        return self._ask(
            ("enterprise-tags", region_id, instance_id, repository_id, page),
            lambda: self.registries.enterprise_tags(region_id, instance_id, repository_id, page),
        )

    def _ask(self, question: tuple[str | int, ...], ask: Callable[[], T], seconds: int = LIST_SECONDS) -> T:
        return remembered(("images", self.account, question), seconds, ask)
