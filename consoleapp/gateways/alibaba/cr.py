"""``ports.Registries`` over Container Registry: Personal Edition (2016-06-07) and Enterprise Edition (2018-12-01).

The Personal Edition speaks in paths and lower camel case, the Enterprise Edition like the other products; its counts
arrive as numbers or as texts. What an image of a registry needs to be pulled is decided in ``domain/credentials.py``.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import TypeVar
from urllib.parse import quote

from consoleapp.domain.acr import acr_host
from consoleapp.gateways.alibaba import answers
from consoleapp.gateways.alibaba.answers import Json
from consoleapp.gateways.alibaba.client import Client
from consoleapp.gateways.alibaba.endpoints import CR_ENTERPRISE, CR_PERSONAL
from consoleapp.gateways.errors import NotFound
from consoleapp.gateways.ports.images import EnterpriseEndpoint, EnterpriseInstance, Namespace, Page, Repository, Tag

PAGE_SIZE = 20
# Lists that are wanted whole are fetched in pages of the largest size that both editions take.
_LARGE_PAGE = 100
_PAGES_AT_MOST = 100

_is_name = re.compile(r"[A-Za-z0-9]+(?:[._-]+[A-Za-z0-9]+)*").fullmatch

T = TypeVar("T")


class ContainerRegistry:
    """Registries of one account."""

    def __init__(self, client: Client) -> None:
        self._client = client

    # --- Personal Edition

    def personal_namespaces(self, region_id: str) -> tuple[Namespace, ...]:
        answer = self._personal("GetNamespaceList", region_id, "/namespace", {})
        return tuple(
            # The list does not tell the default visibility; the edition's own default is private.
            Namespace(answers.text(item, "namespace"))
            for item in answers.objects(answer, "data", "namespaces")
        )

    def personal_repositories(
        self, region_id: str, namespace: str = "", query: str = "", page: int = 1
    ) -> Page[Repository]:
        action = "GetRepoListByNamespace" if namespace else "GetRepoList"
        path = f"/repos/{_segment(namespace)}" if namespace else "/repos"

        def fetch(number: int, size: int) -> Page[Repository]:
            answer = self._personal(action, region_id, path, _paging("Page", number, size))
            data = answers.mapping(answer, "data")
            items = tuple(_personal_repository(item, region_id) for item in answers.objects(data, "repos"))
            return Page(items, number, size, answers.integer(data, "total", len(items)))

        if not query:
            return fetch(page, PAGE_SIZE)
        # The edition cannot search: the whole list is read and searched here.
        wanted = query.lower()
        found = tuple(item for item in _whole(fetch) if wanted in f"{item.namespace}/{item.name}".lower())
        return page_of(found, page)

    def personal_tags(self, region_id: str, namespace: str, name: str, page: int = 1) -> Page[Tag]:
        path = f"/repos/{_segment(namespace)}/{_segment(name)}/tags"
        answer = self._personal("GetRepoTags", region_id, path, _paging("Page", page, PAGE_SIZE))
        data = answers.mapping(answer, "data")
        tags = tuple(
            Tag(
                name=answers.text(item, "tag"),
                digest=_digest(answers.text(item, "digest")),
                size_bytes=answers.integer(item, "imageSize"),
                created=answers.moment(item, "imageCreate"),
                updated=answers.moment(item, "imageUpdate"),
            )
            for item in answers.objects(data, "tags")
        )
        return Page(tags, page, PAGE_SIZE, answers.integer(data, "total", len(tags)))

    def _personal(self, action: str, region_id: str, path: str, params: Mapping[str, str]) -> Json:
        return self._client.call(CR_PERSONAL, action, params, region_id=region_id, method="GET", path=path)

    # --- Enterprise Edition

    def enterprise_instances(self, region_id: str) -> tuple[EnterpriseInstance, ...]:
        def fetch(number: int, size: int) -> Page[EnterpriseInstance]:
            answer = self._enterprise("ListInstance", region_id, _paging("PageNo", number, size))
            items = tuple(
                EnterpriseInstance(
                    instance_id=answers.text(item, "InstanceId"),
                    name=answers.text(item, "InstanceName"),
                    region_id=answers.text(item, "RegionId") or region_id,
                    status=answers.text(item, "InstanceStatus"),
                    specification=answers.text(item, "InstanceSpecification"),
                )
                for item in answers.objects(answer, "Instances")
            )
            return Page(items, number, size, answers.integer(answer, "TotalCount", len(items)))

        return tuple(_whole(fetch))

    def enterprise_domains(self, region_id: str, instance_id: str) -> tuple[EnterpriseEndpoint, ...]:
        asked = {"InstanceId": instance_id, "ModuleName": "Registry"}
        inside = self._enterprise("GetInstanceVpcEndpoint", region_id, asked)
        outside = self._enterprise("ListInstanceEndpoint", region_id, asked)
        found = {}
        if answers.flag(inside, "Enable"):
            for domain in answers.texts(inside, "Domains"):
                found[domain] = EnterpriseEndpoint(domain, "vpc", acr_host(domain) is None)
        for endpoint in answers.objects(outside, "Endpoints"):
            network = "public" if answers.text(endpoint, "EndpointType") == "internet" else "vpc"
            for item in answers.objects(endpoint, "Domains") if answers.flag(endpoint, "Enable") else ():
                domain = answers.text(item, "Domain")
                found.setdefault(domain, EnterpriseEndpoint(domain, network, acr_host(domain) is None))
        return tuple(sorted(found.values(), key=lambda endpoint: endpoint.network != "vpc"))

    def enterprise_namespaces(self, region_id: str, instance_id: str) -> tuple[Namespace, ...]:
        def fetch(number: int, size: int) -> Page[Namespace]:
            params = {"InstanceId": instance_id, **_paging("PageNo", number, size)}
            answer = self._enterprise("ListNamespace", region_id, params)
            items = tuple(
                Namespace(answers.text(item, "NamespaceName")) for item in answers.objects(answer, "Namespaces")
            )
            return Page(items, number, size, answers.integer(answer, "TotalCount", len(items)))

        return tuple(_whole(fetch))

    def enterprise_repositories(
        self, region_id: str, instance_id: str, namespace: str = "", query: str = "", page: int = 1
    ) -> Page[Repository]:
        params = {"InstanceId": instance_id, "RepoStatus": "NORMAL", **_paging("PageNo", page, PAGE_SIZE)}
        if namespace:
            params["RepoNamespaceName"] = namespace
        if query:
            params["RepoName"] = query
        answer = self._enterprise("ListRepository", region_id, params)
        items = tuple(_enterprise_repository(item, region_id) for item in answers.objects(answer, "Repositories"))
        return Page(items, page, PAGE_SIZE, answers.integer(answer, "TotalCount", len(items)))

    def enterprise_tags(self, region_id: str, instance_id: str, repository_id: str, page: int = 1) -> Page[Tag]:
        params = {"InstanceId": instance_id, "RepoId": repository_id, **_paging("PageNo", page, PAGE_SIZE)}
        answer = self._enterprise("ListRepoTag", region_id, params)
        tags = tuple(
            Tag(
                name=answers.text(item, "Tag"),
                digest=_digest(answers.text(item, "Digest")),
                size_bytes=answers.integer(item, "ImageSize"),
                created=answers.moment(item, "ImageCreate"),
                updated=answers.moment(item, "ImageUpdate"),
            )
            for item in answers.objects(answer, "Images")
        )
        return Page(tags, page, PAGE_SIZE, answers.integer(answer, "TotalCount", len(tags)))

    def _enterprise(self, action: str, region_id: str, params: Mapping[str, str]) -> Json:
        return self._client.call(CR_ENTERPRISE, action, params, region_id=region_id)


def page_of(items: tuple[T, ...], page: int) -> Page[T]:
    """Return one page cut from a whole list."""
    start = (max(1, page) - 1) * PAGE_SIZE
    return Page(items[start : start + PAGE_SIZE], max(1, page), PAGE_SIZE, len(items))


def _whole(fetch: Callable[[int, int], Page[T]]) -> list[T]:
    found: list[T] = []
    for number in range(1, _PAGES_AT_MOST + 1):
        page = fetch(number, _LARGE_PAGE)
        found += page.items
        if not page.items or len(found) >= page.total:
            break
    return found


def _paging(name: str, page: int, size: int) -> dict[str, str]:
    return {name: str(max(1, page)), "PageSize": str(size)}


def _segment(name: str) -> str:
    # A name comes from an address bar and becomes part of a signed path: "..", "a/b" and the like never go out.
    if not _is_name(name):
        raise NotFound("There is no such repository.")
    return quote(name, safe="")


def _digest(told: str) -> str:
    # Some answers leave the algorithm out.
    return f"sha256:{told}" if len(told) == 64 and ":" not in told else told


def _personal_repository(item: Json, region_id: str) -> Repository:
    hosts = answers.mapping(item, "repoDomainList")
    return Repository(
        repository_id=answers.text(item, "repoId"),
        namespace=answers.text(item, "repoNamespace"),
        name=answers.text(item, "repoName"),
        is_private=answers.text(item, "repoType") != "PUBLIC",
        region_id=answers.text(item, "regionId") or region_id,
        summary=answers.text(item, "summary"),
        hosts={
            network: answers.text(hosts, network) for network in ("public", "vpc", "internal") if hosts.get(network)
        },
        modified=answers.moment(item, "gmtModified"),
    )


def _enterprise_repository(item: Json, region_id: str) -> Repository:
    return Repository(
        repository_id=answers.text(item, "RepoId"),
        namespace=answers.text(item, "RepoNamespaceName"),
        name=answers.text(item, "RepoName"),
        is_private=answers.text(item, "RepoType") != "PUBLIC",
        region_id=region_id,
        summary=answers.text(item, "Summary"),
        modified=answers.moment(item, "ModifiedTime"),
    )
