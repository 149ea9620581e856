"""Container Registry: Personal Edition by path (2016-06-07) and Enterprise Edition by action (2018-12-01).

Answers of the Personal Edition are in lower camel case under `data`; those of the Enterprise Edition carry Code and
IsSuccess, and most of their totals are strings. Both are served per region by the vendor; here RegionId tells the
region, and without it every region is shown. Another account's registries are never listed.
"""

from collections.abc import Mapping, Sequence
from hashlib import sha256
from typing import Any, Final

from consoleapp.simulator import timings
from consoleapp.simulator.actions.paging import Page, page_of
from consoleapp.simulator.call import Answer, Call, Handler
from consoleapp.simulator.container_registry import (
    TEMPORARY_USER,
    EnterpriseInstance,
    PersonalEdition,
    repository_id,
)
from consoleapp.simulator.errors import ApiError, missing
from consoleapp.simulator.images import Repository, Tag
from consoleapp.simulator.network import DEFAULT_RESOURCE_GROUP

# 2024-03-01T00:00:00Z
CREATED_MS: Final = 1_709_251_200_000


def get_namespace_list(call: Call) -> Answer:
    """Return the namespaces of Personal Edition."""
    namespaces = [
        {"namespace": item.name, "authorizeType": "ADMIN", "namespaceStatus": "NORMAL"}
        for edition in _editions(call)
        for item in edition.namespaces
    ]
    return {"data": {"namespaces": namespaces}}


def get_repo_list(call: Call) -> Answer:
    """Return the repositories of Personal Edition."""
    return _personal_repositories(call, "")


def get_repo_list_by_namespace(call: Call) -> Answer:
    """Return the repositories of one namespace of Personal Edition."""
    namespace = call.get("RepoNamespace")
    if all(namespace != known.name for edition in _editions(call) for known in edition.namespaces):
        raise ApiError("NAMESPACE_NOT_EXIST")
    return _personal_repositories(call, namespace)


def get_repo(call: Call) -> Answer:
    """Return one repository of Personal Edition."""
    edition, repository = _personal_repository(call)
    return {"data": {"repo": _personal_row(edition, repository)}}


def get_repo_tags(call: Call) -> Answer:
    """Return the tags of a repository of Personal Edition, newest first."""
    _, repository = _personal_repository(call)
    page = _personal_page(call, repository.tags)
    return {"data": {**_personal_paging(page), "tags": [_personal_tag(tag) for tag in page.rows]}}


def get_personal_token(call: Call) -> Answer:
    """Issue a temporary log-in for the registries of the account."""
    expires_at, password = _temporary_login(call)
    token = {"authorizationToken": password, "tempUserName": TEMPORARY_USER, "expireDate": expires_at * 1000}
    return {"data": token}


def _editions(call: Call) -> Sequence[PersonalEdition]:
    return call.catalog.container_registry.own_personal.get(call.get("RegionId"), ())


def _personal_page(call: Call, rows: Sequence[Any]) -> Page[Any]:
    return page_of(call, rows, number_key="Page", default_size=30, most=100)


def _personal_paging(page: Page[Any]) -> dict[str, int]:
    return {"page": page.number, "pageSize": page.size, "total": page.total}


def _personal_repositories(call: Call, namespace: str) -> Answer:
    rows = call.catalog.container_registry.own_personal_rows(call.get("RegionId"), namespace)
    page = _personal_page(call, rows)
    return {"data": {**_personal_paging(page), "repos": [_personal_row(*row) for row in page.rows]}}


def _personal_repository(call: Call) -> tuple[PersonalEdition, Repository]:
    path = f"{call.get('RepoNamespace')}/{call.get('RepoName')}"
    for edition in _editions(call):
        repository = edition.index.at(path)
        if repository is not None:
            return edition, repository
    raise ApiError("REPO_NOT_EXIST")


def _personal_row(edition: PersonalEdition, repository: Repository) -> dict[str, Any]:
    return {
        "repoId": repository.serial,
        "repoNamespace": repository.namespace,
        "repoName": repository.name,
        "repoType": "PRIVATE" if repository.is_private else "PUBLIC",
        "repoStatus": "NORMAL",
        "repoBuildType": "MANUAL",
        "repoOriginType": "ALI_HUB",
        "repoAuthorizeType": "ADMIN",
        "regionId": edition.region_id,
        "summary": repository.summary,
        "logo": "",
        "stars": 0,
        "downloads": repository.serial % 500,
        "gmtCreate": CREATED_MS,
        "gmtModified": repository.updated * 1000,
        "repoDomainList": edition.hosts,
    }


def _personal_tag(tag: Tag) -> dict[str, Any]:
    return {
        "tag": tag.name,
        "imageId": _image_id(tag),
        "digest": tag.digest,
        "status": "NORMAL",
        "imageSize": tag.size_bytes,
        "imageCreate": tag.created * 1000,
        "imageUpdate": tag.created * 1000,
    }


def list_instance(call: Call) -> Answer:
    """Return the account's Enterprise Edition instances."""
    registry, region_id = call.catalog.container_registry, call.get("RegionId")
    name, status = call.get("InstanceName"), call.get("InstanceStatus")
    rows = [
        item
        for item in registry.enterprise
        if item.account_id == registry.own_account_id
        and call.get("ResourceGroupId") in ("", DEFAULT_RESOURCE_GROUP)
        and region_id in ("", item.region_id)
        and name in ("", item.instance_name)
        and status in ("", "RUNNING")
    ]
    page = _enterprise_page(call, rows)
    instances = [_instance(item) for item in page.rows]
    return _success(PageNo=page.number, PageSize=page.size, TotalCount=page.total, Instances=instances)


def list_instance_endpoint(call: Call) -> Answer:
    """Return the ways to an instance: its Internet entry with all domains, its VPC entry with the linked VPCs."""
    instance = _own_instance(call)
    internet = {
        "EndpointType": "internet",
        "Enable": True,
        "AclEnable": False,
        "Status": "RUNNING",
        "Domains": _internet_domains(instance),
        "LinkedVpcs": [],
        "AclEntries": [],
    }
    vpc = internet | {
        "EndpointType": "vpc",
        "Domains": [{"Domain": instance.vpc_domain, "Type": "SYSTEM"}],
        "LinkedVpcs": [{"VpcId": vpc_id} for vpc_id in instance.linked_vpc_ids],
    }
    return _success(Endpoints=[internet, vpc])


def get_instance_endpoint(call: Call) -> Answer:
    """Return the Internet entry of an instance."""
    if not call.get("EndpointType"):
        raise missing("EndpointType")
    domains = _internet_domains(_own_instance(call))
    return _success(Enable=True, AclEnable=False, Status="RUNNING", Domains=domains, AclEntries=[])


def get_instance_vpc_endpoint(call: Call) -> Answer:
    """Return the VPC entry of an instance: its domains, and the VPCs from which they can be reached."""
    instance = _own_instance(call)
    linked = []
    for number, vpc_id in enumerate(instance.linked_vpc_ids, 1):
        vpc = call.catalog.vpc(vpc_id)
        linked.append(
            {
                "VpcId": vpc_id,
                "VswitchId": vpc.vswitch_ids[0] if vpc else "",
                "Ip": f"100.103.0.{number}",
                "Status": "RUNNING",
                "DefaultAccess": number == 1,
            }
        )
    return _success(Enable=True, Domains=[instance.vpc_domain], LinkedVpcs=linked, ModuleName="Registry")


def list_namespace(call: Call) -> Answer:
    """Return the namespaces of an instance."""
    instance, name = _own_instance(call), call.get("NamespaceName")
    rows = [item for item in instance.namespaces if name in item.name]
    if call.get("NamespaceStatus") not in ("", "NORMAL"):
        rows = []
    page = _enterprise_page(call, rows)
    namespaces = [
        {
            "NamespaceId": f"crn-sim{sha256(f'{instance.instance_id}/{item.name}'.encode()).hexdigest()[:12]}",
            "NamespaceName": item.name,
            "NamespaceStatus": "NORMAL",
            "DefaultRepoType": item.default_repo_type,
            "AutoCreateRepo": True,
            "InstanceId": instance.instance_id,
            "ResourceGroupId": DEFAULT_RESOURCE_GROUP,
        }
        for item in page.rows
    ]
    return _success(**_enterprise_paging(page), Namespaces=namespaces)


def list_repository(call: Call) -> Answer:
    """Return the repositories of an instance, of one namespace if asked, whose name contains RepoName."""
    instance = _own_instance(call)
    rows = instance.index.matching(call.get("RepoNamespaceName"), call.get("RepoName"))
    if call.get("RepoStatus") not in ("", "NORMAL", "ALL"):
        rows = []
    page = _enterprise_page(call, rows)
    return _success(**_enterprise_paging(page), Repositories=[_enterprise_row(instance, item) for item in page.rows])


def get_repository(call: Call) -> Answer:
    """Return one repository of an instance, by its id or by namespace and name."""
    instance = _own_instance(call)
    repo_id, path = call.get("RepoId"), f"{call.get('RepoNamespaceName')}/{call.get('RepoName')}"
    repository = instance.repository(repo_id) if repo_id else instance.index.at(path)
    if repository is None:
        raise ApiError("REPO_NOT_EXIST")
    return _success(**_enterprise_row(instance, repository), Detail="")


def list_repo_tag(call: Call) -> Answer:
    """Return the tags of a repository of an instance, newest first."""
    instance = _own_instance(call)
    if not call.get("RepoId"):
        raise missing("RepoId")
    repository = instance.repository(call.get("RepoId"))
    if repository is None:
        raise ApiError("REPO_NOT_EXIST")
    page = _enterprise_page(call, repository.tags)
    images = [
        {
            "Tag": tag.name,
            "Digest": tag.digest,
            "ImageId": _image_id(tag),
            "ImageSize": tag.size_bytes,
            "ImageCreate": str(tag.created * 1000),
            "ImageUpdate": str(tag.created * 1000),
            "Status": "NORMAL",
        }
        for tag in page.rows
    ]
    return _success(**_enterprise_paging(page), Images=images)


def get_enterprise_token(call: Call) -> Answer:
    """Issue a temporary log-in for the instance."""
    _own_instance(call)
    expires_at, password = _temporary_login(call)
    return _success(AuthorizationToken=password, TempUsername=TEMPORARY_USER, ExpireTime=expires_at * 1000)


def _temporary_login(call: Call) -> tuple[int, str]:
    expires_at = int(call.now) + timings.TEMPORARY_LOGIN
    return expires_at, call.catalog.container_registry.accounts[0].temporary_password(expires_at)


def _own_instance(call: Call) -> EnterpriseInstance:
    if not call.get("InstanceId"):
        raise missing("InstanceId")
    instance = call.catalog.container_registry.own_instance(call.get("InstanceId"))
    if instance is None:
        raise ApiError("INSTANCE_NOT_EXIST")
    return instance


def _success(**fields: Any) -> Answer:
    return {"Code": "success", "IsSuccess": True, **fields}


def _enterprise_page(call: Call, rows: Sequence[Any]) -> Page[Any]:
    return page_of(call, rows, number_key="PageNo", default_size=30, most=100)


def _enterprise_paging(page: Page[Any]) -> dict[str, Any]:
    return {"PageNo": page.number, "PageSize": page.size, "TotalCount": str(page.total)}


def _internet_domains(instance: EnterpriseInstance) -> list[dict[str, str]]:
    own = [{"Domain": domain, "Type": "USER"} for domain in instance.custom_domains]
    return [{"Domain": instance.public_domain, "Type": "SYSTEM"}, *own]


def _instance(instance: EnterpriseInstance) -> dict[str, Any]:
    return {
        "InstanceId": instance.instance_id,
        "InstanceName": instance.instance_name,
        "InstanceSpecification": instance.specification,
        "InstanceStatus": "RUNNING",
        "InstanceIssue": "",
        "RegionId": instance.region_id,
        "ResourceGroupId": DEFAULT_RESOURCE_GROUP,
        "CreateTime": str(CREATED_MS),
        "ModifiedTime": str(CREATED_MS),
        "Tags": [],
    }


def _enterprise_row(instance: EnterpriseInstance, repository: Repository) -> dict[str, Any]:
    return {
        "RepoId": repository_id(repository),
        "RepoNamespaceName": repository.namespace,
        "RepoName": repository.name,
        "RepoType": "PRIVATE" if repository.is_private else "PUBLIC",
        "RepoStatus": "NORMAL",
        "RepoBuildType": "MANUAL",
        "Summary": repository.summary,
        "TagImmutability": False,
        "CreateTime": CREATED_MS,
        "ModifiedTime": repository.updated * 1000,
        "InstanceId": instance.instance_id,
        "ResourceGroupId": DEFAULT_RESOURCE_GROUP,
    }


def _image_id(tag: Tag) -> str:
    """Return the id of the image's configuration, 64 hex digits."""
    return tag.config_digest.removeprefix("sha256:")


PERSONAL_ACTIONS: Final[Mapping[str, Handler]] = {
    "GetNamespaceList": get_namespace_list,
    "GetRepoList": get_repo_list,
    "GetRepoListByNamespace": get_repo_list_by_namespace,
    "GetRepo": get_repo,
    "GetRepoTags": get_repo_tags,
    "GetAuthorizationToken": get_personal_token,
}
ACTIONS: Final[Mapping[str, Handler]] = {
    "ListInstance": list_instance,
    "ListInstanceEndpoint": list_instance_endpoint,
    "GetInstanceEndpoint": get_instance_endpoint,
    "GetInstanceVpcEndpoint": get_instance_vpc_endpoint,
    "ListNamespace": list_namespace,
    "ListRepository": list_repository,
    "GetRepository": get_repository,
    "ListRepoTag": list_repo_tag,
    "GetAuthorizationToken": get_enterprise_token,
}
