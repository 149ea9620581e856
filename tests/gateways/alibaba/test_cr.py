from typing import Any

from consoleapp.gateways.alibaba.cr import ContainerRegistry
from tests.gateways.alibaba.recorded import Recorded

REGION = "cn-hangzhou"


def _repos(first: int, count: int, total: int) -> dict[str, Any]:
    repos = [{"repoNamespace": "acme", "repoName": f"app-{number}"} for number in range(first, first + count)]
    return {"data": {"total": total, "repos": repos}}


def test_a_page_without_a_search_is_one_question() -> None:
    recorded = Recorded(_repos(20, 20, 10_000))
    page = ContainerRegistry(recorded.as_client).personal_repositories(REGION, page=2)
    assert (page.page, page.total, len(page.items)) == (2, 10_000, 20)
    assert recorded.asked == [("GetRepoList", {"Page": "2", "PageSize": "20"})]
    assert recorded.paths == ["/repos"]


def test_a_namespace_has_a_path_of_its_own() -> None:
    recorded = Recorded(_repos(0, 1, 1))
    ContainerRegistry(recorded.as_client).personal_repositories(REGION, "acme")
    assert recorded.asked[0][0] == "GetRepoListByNamespace"
    assert recorded.paths == ["/repos/acme"]


def test_a_search_reads_the_whole_list_in_large_pages() -> None:
    recorded = Recorded(_repos(0, 100, 150), _repos(100, 50, 150))
    page = ContainerRegistry(recorded.as_client).personal_repositories(REGION, query="APP-14", page=1)
    assert [item.name for item in page.items] == ["app-14", *(f"app-14{digit}" for digit in range(10))]
    assert page.total == 11
    assert [params["PageSize"] for _, params in recorded.asked] == ["100", "100"]


def test_a_page_below_the_first_is_the_first() -> None:
    recorded = Recorded(_repos(0, 1, 1))
    ContainerRegistry(recorded.as_client).personal_repositories(REGION, page=-3)
    assert recorded.asked[0][1]["Page"] == "1"


def test_counts_may_arrive_as_texts() -> None:
    recorded = Recorded({"TotalCount": "45", "Repositories": [{"RepoName": "a", "RepoType": "PUBLIC"}]})
    page = ContainerRegistry(recorded.as_client).enterprise_repositories(REGION, "cri-1", "ns", "a", 3)
    assert (page.total, page.page, page.items[0].is_private) == (45, 3, False)
    assert recorded.asked[0][1] == {
        "InstanceId": "cri-1",
        "RepoStatus": "NORMAL",
        "RepoNamespaceName": "ns",
        "RepoName": "a",
        "PageNo": "3",
        "PageSize": "20",
    }


def test_a_bare_digest_gets_its_algorithm() -> None:
    tags = [{"Tag": "a", "Digest": "a" * 64}, {"Tag": "b", "Digest": "sha256:" + "b" * 64}, {"Tag": "c"}]
    recorded = Recorded({"TotalCount": "3", "Images": tags})
    page = ContainerRegistry(recorded.as_client).enterprise_tags(REGION, "cri-1", "crr-1")
    assert [tag.digest for tag in page.items] == ["sha256:" + "a" * 64, "sha256:" + "b" * 64, ""]


def test_closed_doors_of_an_instance_are_not_offered() -> None:
    inside = {"Enable": False, "Domains": ["acme-registry-vpc.cn-hangzhou.cr.aliyuncs.com"]}
    outside = {
        "Endpoints": [
            {"EndpointType": "internet", "Enable": False, "Domains": [{"Domain": "closed.example.com"}]},
            {"EndpointType": "vpc", "Enable": True, "Domains": [{"Domain": "inside.example.com"}]},
            {
                "EndpointType": "internet",
                "Enable": True,
                "Domains": [{"Domain": "acme-registry.cn-hangzhou.cr.aliyuncs.com"}],
            },
        ]
    }
    endpoints = ContainerRegistry(Recorded(inside, outside).as_client).enterprise_domains(REGION, "cri-1")
    assert [(endpoint.domain, endpoint.network, endpoint.custom) for endpoint in endpoints] == [
        ("inside.example.com", "vpc", True),
        ("acme-registry.cn-hangzhou.cr.aliyuncs.com", "public", False),
    ]
