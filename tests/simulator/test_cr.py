from typing import Any

import pytest

from consoleapp.simulator.actions.cr import ACTIONS, PERSONAL_ACTIONS
from consoleapp.simulator.catalog import Catalog
from consoleapp.simulator.container_registry import repository_id
from consoleapp.simulator.errors import ApiError
from tests.simulator.calls import NOW, ask, strays

ACME = {"InstanceId": "cri-simacmehz01"}
HANGZHOU = {"RegionId": "cn-hangzhou"}


def enterprise(action: str, **parameters: str) -> Any:
    return ask(ACTIONS[action], parameters)


def personal(action: str, **parameters: str) -> Any:
    return ask(PERSONAL_ACTIONS[action], parameters)["data"]


def refusal(action: str, **parameters: str) -> str:
    with pytest.raises(ApiError) as caught:
        enterprise(action, **parameters)
    return caught.value.code


class TestPersonalEdition:
    def test_lists_the_namespaces_of_a_region_or_of_all(self) -> None:
        here = personal("GetNamespaceList", **HANGZHOU)["namespaces"]
        assert [row["namespace"] for row in here] == ["acme", "acme-public", "acme-empty", "acme-lab"]
        everywhere = personal("GetNamespaceList")["namespaces"]
        assert [row["namespace"] for row in everywhere][-1] == "acme-sh"
        assert set(here[0]) == {"namespace", "authorizeType", "namespaceStatus"}
        assert personal("GetNamespaceList", RegionId="us-west-1")["namespaces"] == []

    def test_lists_repositories_with_their_hosts(self) -> None:
        data = personal("GetRepoList", **HANGZHOU)
        assert (data["page"], data["pageSize"], data["total"]) == (1, 30, len(data["repos"]))
        rows = {row["repoName"]: row for row in data["repos"]}
        assert rows["order-api"]["repoType"] == "PRIVATE"
        assert rows["toolbox"]["repoType"] == "PUBLIC"
        assert rows["order-api"]["repoDomainList"] == {
            "public": "registry.cn-hangzhou.aliyuncs.com",
            "vpc": "registry-vpc.cn-hangzhou.aliyuncs.com",
            "internal": "registry-internal.cn-hangzhou.aliyuncs.com",
        }
        assert rows["notebook"]["repoDomainList"] == {
            "public": "crpi-simacme0001.cn-hangzhou.personal.cr.aliyuncs.com",
            "vpc": "crpi-simacme0001-vpc.cn-hangzhou.personal.cr.aliyuncs.com",
            "internal": "",
        }
        assert "rates" not in rows

    def test_pages_without_gap_or_repetition(self) -> None:
        pages = [personal("GetRepoList", Page=str(number), PageSize="4", **HANGZHOU)["repos"] for number in (1, 2, 3)]
        ids = [row["repoId"] for page in pages for row in page]
        assert [len(page) for page in pages] == [4, 4, 1]
        assert len(set(ids)) == 9

    def test_lists_the_repositories_of_one_namespace(self) -> None:
        data = personal("GetRepoListByNamespace", RepoNamespace="acme-public", **HANGZHOU)
        assert [row["repoName"] for row in data["repos"]] == ["hello-eci", "toolbox"]
        assert personal("GetRepoListByNamespace", RepoNamespace="acme-empty")["repos"] == []
        with pytest.raises(ApiError, match="NAMESPACE_NOT_EXIST"):
            personal("GetRepoListByNamespace", RepoNamespace="partner")

    def test_lists_tags_newest_first(self) -> None:
        data = personal("GetRepoTags", RepoNamespace="acme", RepoName="order-api")
        tags = data["tags"]
        assert tags[0]["tag"] == "latest"
        assert [row["tag"] for row in tags if row["tag"].count(".") == 2 and "-" not in row["tag"]] == [
            "1.12.0",
            "1.11.3",
            "1.11.2",
        ]
        moments = [row["imageUpdate"] for row in tags]
        assert moments == sorted(moments, reverse=True)
        assert tags[0]["digest"].startswith("sha256:")
        assert tags[0]["imageSize"] > 1_000_000

    def test_refuses_an_unknown_repository(self) -> None:
        with pytest.raises(ApiError, match="REPO_NOT_EXIST"):
            personal("GetRepoTags", RepoNamespace="acme", RepoName="nothing")
        assert personal("GetRepo", RepoNamespace="acme", RepoName="order-api")["repo"]["summary"] == "Orders over HTTP"

    def test_what_is_listed_can_be_pulled(self) -> None:
        catalog = Catalog.load()
        for row in personal("GetRepoList", **HANGZHOU)["repos"]:
            if row["repoName"] == "sensor-gateway":
                continue
            image = f"{row['repoDomainList']['vpc']}/{row['repoNamespace']}/{row['repoName']}"
            for tag in personal("GetRepoTags", RepoNamespace=row["repoNamespace"], RepoName=row["repoName"])["tags"]:
                named = f"{image}:{tag['tag']}"
                assert catalog.pull(named, region_id="cn-hangzhou", vpc_reaches_internet=False).error == ""

    def test_gives_a_temporary_log_in(self) -> None:
        data = personal("GetAuthorizationToken")
        assert data["expireDate"] == (int(NOW) + 3600) * 1000
        owner = Catalog.load().container_registry.accounts[0]
        assert owner.accepts(data["tempUserName"], data["authorizationToken"], NOW)


class TestEnterpriseEdition:
    @pytest.mark.parametrize(
        ("action", "parameters"),
        [
            ("ListInstance", {}),
            ("ListInstanceEndpoint", ACME),
            ("GetInstanceEndpoint", ACME | {"EndpointType": "internet"}),
            ("GetInstanceVpcEndpoint", ACME),
            ("ListNamespace", ACME),
            ("ListRepository", ACME),
            ("GetRepository", ACME | {"RepoNamespaceName": "platform", "RepoName": "gateway"}),
            ("GetAuthorizationToken", ACME),
        ],
    )
    def test_answers_have_the_vendor_s_shape(self, action: str, parameters: dict[str, str]) -> None:
        answer = enterprise(action, **parameters)
        assert (answer["Code"], answer["IsSuccess"]) == ("success", True)
        assert strays(action, answer) == []

    def test_lists_only_the_account_s_own_instances(self) -> None:
        assert [row["InstanceName"] for row in enterprise("ListInstance")["Instances"]] == ["acme", "acme-shanghai"]
        here = enterprise("ListInstance", RegionId="cn-shanghai")
        assert [row["InstanceId"] for row in here["Instances"]] == ["cri-simacmesh01"]
        assert here["TotalCount"] == 1
        assert enterprise("ListInstance", InstanceStatus="STOPPED")["Instances"] == []
        assert enterprise("ListInstance", ResourceGroupId="rg-other")["Instances"] == []
        assert len(enterprise("ListInstance", ResourceGroupId="rg-simdefault")["Instances"]) == 2

    def test_tells_the_custom_domain_from_the_default_one(self) -> None:
        internet, vpc = enterprise("ListInstanceEndpoint", **ACME)["Endpoints"]
        assert internet["Domains"] == [
            {"Domain": "acme-registry.cn-hangzhou.cr.aliyuncs.com", "Type": "SYSTEM"},
            {"Domain": "images.example.com", "Type": "USER"},
        ]
        assert vpc["LinkedVpcs"][0] == {"VpcId": "vpc-simhzdefault"}
        linked = enterprise("GetInstanceVpcEndpoint", **ACME)
        assert linked["Domains"] == ["acme-registry-vpc.cn-hangzhou.cr.aliyuncs.com"]
        assert linked["LinkedVpcs"][0]["VswitchId"] == "vsw-simhzdefaulth"

    def test_totals_are_strings_here(self) -> None:
        answer = enterprise("ListNamespace", **ACME)
        assert answer["TotalCount"] == "3"
        assert [row["NamespaceName"] for row in answer["Namespaces"]] == ["platform", "payments", "base"]

    def test_lists_repositories_by_namespace_and_part_of_the_name(self) -> None:
        assert enterprise("ListRepository", **ACME)["TotalCount"] == "7"
        rows = enterprise("ListRepository", RepoNamespaceName="platform", **ACME)["Repositories"]
        assert [row["RepoName"] for row in rows] == ["gateway", "identity", "scheduler"]
        rows = enterprise("ListRepository", RepoName="runtime", **ACME)["Repositories"]
        assert [(row["RepoName"], row["RepoType"]) for row in rows] == [
            ("java-runtime", "PUBLIC"),
            ("python-runtime", "PUBLIC"),
        ]
        assert enterprise("ListRepository", RepoNamespaceName="nowhere", **ACME)["Repositories"] == []
        assert enterprise("ListRepository", RepoStatus="DELETED", **ACME)["TotalCount"] == "0"

    def test_lists_the_tags_of_a_repository(self) -> None:
        repo_id = enterprise("ListRepository", RepoName="gateway", **ACME)["Repositories"][0]["RepoId"]
        answer = enterprise("ListRepoTag", RepoId=repo_id, PageSize="5", **ACME)
        assert strays("ListRepoTag", answer) == []
        assert answer["Images"][0]["Tag"] == "latest"
        assert len(answer["Images"]) == 5
        assert int(answer["TotalCount"]) > 5
        assert answer["Images"][0]["ImageUpdate"].isdigit()

    def test_refuses_what_does_not_exist(self) -> None:
        assert refusal("ListRepository") == "MissingParameter"
        assert refusal("ListRepository", InstanceId="cri-nothing") == "INSTANCE_NOT_EXIST"
        assert refusal("ListRepository", InstanceId="cri-simpartner1") == "INSTANCE_NOT_EXIST"
        assert refusal("ListRepoTag", **ACME) == "MissingParameter"
        assert refusal("ListRepoTag", RepoId="crr-nothing", **ACME) == "REPO_NOT_EXIST"
        assert refusal("GetRepository", RepoName="gateway", **ACME) == "REPO_NOT_EXIST"
        assert refusal("ListRepository", PageSize="101", **ACME) == "InvalidParameter.ValueExceeded"


class TestTenThousandRepositories:
    CATALOG = Catalog.load(extra_repositories=10_000)

    def test_are_paged_to_the_end_in_both_editions(self) -> None:
        last = ask(ACTIONS["ListRepository"], ACME | {"PageNo": "101", "PageSize": "100"}, catalog=self.CATALOG)
        assert (last["TotalCount"], len(last["Repositories"])) == ("10007", 7)
        data = ask(
            PERSONAL_ACTIONS["GetRepoList"], HANGZHOU | {"Page": "101", "PageSize": "100"}, catalog=self.CATALOG
        )["data"]
        assert (data["total"], len(data["repos"])) == (10_009, 9)

    def test_are_found_by_name(self) -> None:
        found = ask(ACTIONS["ListRepository"], ACME | {"RepoName": "service-09999"}, catalog=self.CATALOG)[
            "Repositories"
        ]
        assert [(row["RepoNamespaceName"], row["RepoName"]) for row in found] == [("generated", "service-09999")]

    def test_have_ids_of_their_own(self) -> None:
        instance = self.CATALOG.container_registry.enterprise[0]
        assert all(instance.repository(repository_id(item)) is item for item in instance.repositories)
