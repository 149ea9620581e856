"""Both official SDKs, unchanged, drive the simulator over loopback."""

import json
import threading
import time
from collections.abc import Iterator
from typing import Any

import pytest
from alibabacloud_eci20180808 import models
from alibabacloud_eci20180808.client import Client
from alibabacloud_tea_openapi.models import Config, OpenApiRequest, Params
from aliyunsdkcore.acs_exception.exceptions import ServerException
from aliyunsdkcore.client import AcsClient
from aliyunsdkcore.request import RoaRequest
from aliyunsdkeci.request.v20180808.CreateContainerGroupRequest import CreateContainerGroupRequest
from aliyunsdkeci.request.v20180808.DeleteContainerGroupRequest import DeleteContainerGroupRequest
from aliyunsdkeci.request.v20180808.DescribeContainerGroupEventsRequest import DescribeContainerGroupEventsRequest
from aliyunsdkeci.request.v20180808.DescribeContainerGroupPriceRequest import DescribeContainerGroupPriceRequest
from aliyunsdkeci.request.v20180808.DescribeContainerGroupsRequest import DescribeContainerGroupsRequest
from aliyunsdkeci.request.v20180808.DescribeContainerLogRequest import DescribeContainerLogRequest
from darabonba.runtime import RuntimeOptions
from Tea.exceptions import TeaException

from consoleapp.simulator.app import FixedKeys, Limits, make_app
from consoleapp.simulator.server import Server

REGION = "cn-hangzhou"
SPEED = 200
IMAGE = "registry-vpc.cn-hangzhou.aliyuncs.com/eci_open/nginx:1.14.2"

pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::PendingDeprecationWarning")


@pytest.fixture(scope="module")
def port() -> Iterator[int]:
    keys = FixedKeys({"testid": "testsecret", "throttled": "testsecret", "throttled-too": "testsecret"})
    app = make_app(state=None, keys=keys, speed=SPEED, limits=Limits(create_burst=20, create_per_second=0.001))
    with Server(app) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield int(server.port)
        server.shutdown()
        thread.join()


def new_client(port: int, *, key: str = "testid", secret: str = "testsecret", algorithm: str | None = None) -> Client:
    return Client(
        Config(
            access_key_id=key,
            access_key_secret=secret,
            region_id=REGION,
            endpoint=f"127.0.0.1:{port}",
            protocol="http",
            signature_algorithm=algorithm,
        )
    )


def new_request(token: str) -> models.CreateContainerGroupRequest:
    container = models.CreateContainerGroupRequestContainer(
        name="nginx",
        image=IMAGE,
        arg=['echo "a b*~ 中文" && sleep 1'],
        command=["/bin/sh", "-c"],
        tty=False,
        port=[models.CreateContainerGroupRequestContainerPort(port=80, protocol="TCP")],
        environment_var=[models.CreateContainerGroupRequestContainerEnvironmentVar(key="MODE", value="blue & green")],
    )
    return models.CreateContainerGroupRequest(
        region_id=REGION,
        container_group_name="sdk-test",
        cpu=2.0,
        memory=4.0,
        client_token=token,
        auto_match_image_cache=True,
        restart_policy="Never",
        container=[container],
        image_registry_credential=[
            models.CreateContainerGroupRequestImageRegistryCredential(
                server="registry.example.com", user_name="demo", password="p+w/=&% 密码"
            )
        ],
        acr_registry_info=[
            models.CreateContainerGroupRequestAcrRegistryInfo(
                instance_id="cri-1", region_id="cn-beijing", domain=["a-registry.cn-beijing.cr.aliyuncs.com"]
            )
        ],
    )


def new_group(client: Client, group_id: str) -> Any:
    request = models.DescribeContainerGroupsRequest(region_id=REGION, container_group_ids=json.dumps([group_id]))
    return client.describe_container_groups(request).body.container_groups


@pytest.mark.parametrize("algorithm", [None, "v2"])
def test_the_new_sdk_goes_the_whole_way(port: int, algorithm: str | None) -> None:
    client = new_client(port, algorithm=algorithm)
    created = client.create_container_group(new_request(f"token-{algorithm}")).body
    again = client.create_container_group(new_request(f"token-{algorithm}")).body
    assert created.container_group_id == again.container_group_id
    assert created.request_id != again.request_id
    time.sleep(20 / SPEED)
    (found,) = new_group(client, created.container_group_id)
    assert found.status == "Succeeded"
    assert (found.cpu, found.memory, found.containers[0].environment_vars[0].value) == (2.0, 4.0, "blue & green")
    asked = models.DescribeContainerGroupEventsRequest(
        region_id=REGION, container_group_ids=json.dumps([created.container_group_id])
    )
    events = client.describe_container_group_events(asked).body.data[0].events
    assert [event.reason for event in events] == [
        "UserInstanceTypeSpec",
        "ImageCacheMissed",
        "Pulling",
        "Pulled",
        "Created",
        "Started",
    ]
    log = client.describe_container_log(
        models.DescribeContainerLogRequest(
            region_id=REGION, container_group_id=created.container_group_id, container_name="nginx"
        )
    ).body
    assert log.content == "a b*~ 中文\n"
    client.delete_container_group(
        models.DeleteContainerGroupRequest(region_id=REGION, container_group_id=created.container_group_id)
    )
    assert new_group(client, created.container_group_id) == []


def test_the_new_sdk_reads_price_regions_usage_and_status(port: int) -> None:
    client = new_client(port)
    price = client.describe_container_group_price(
        models.DescribeContainerGroupPriceRequest(region_id=REGION, cpu=2.0, memory=4.0)
    ).body.price_info.price
    assert (price.currency, price.trade_price) == ("CNY", 0.00012252)
    regions = client.describe_regions(models.DescribeRegionsRequest()).body.regions
    assert REGION in [region.region_id for region in regions]
    assert client.list_usage(models.ListUsageRequest(region_id=REGION)).body.attributes["MaxCpu"] == 1000
    client.create_container_group(new_request("token-status"))
    status = client.describe_container_group_status(models.DescribeContainerGroupStatusRequest(region_id=REGION)).body
    assert status.data[0].pod_status.container_statuses[0].name == "nginx"


def test_the_new_sdk_sees_the_vendors_errors(port: int) -> None:
    for client, code, status in (
        (new_client(port, secret="wrong"), "SignatureDoesNotMatch", 400),
        (new_client(port, key="nobody"), "InvalidAccessKeyId.NotFound", 404),
        (new_client(port, secret="wrong", algorithm="v2"), "SignatureDoesNotMatch", 400),
    ):
        with pytest.raises(TeaException) as caught:
            client.describe_regions(models.DescribeRegionsRequest())
        assert (caught.value.code, caught.value.data["statusCode"]) == (code, status)


def test_the_new_sdk_sees_a_passed_dry_run_and_a_throttle(port: int) -> None:
    client, codes = new_client(port, key="throttled"), []
    request = new_request("token-dry")
    request.dry_run = True
    for _ in range(21):
        with pytest.raises(TeaException) as caught:
            client.create_container_group(request)
        codes.append(caught.value.code)
    assert codes == ["DryRun.Success"] * 20 + ["Throttling"]


class OldSdk:
    """The older SDK pointed at the simulator."""

    def __init__(self, port: int, *, key: str = "testid", secret: str = "testsecret") -> None:
        self._client = AcsClient(key, secret, REGION, port=port)

    def call(self, request: Any, method: str = "GET") -> dict[str, Any]:
        request.set_accept_format("json")
        request.set_endpoint("127.0.0.1")
        request.set_protocol_type("http")
        request.set_method(method)
        answer: dict[str, Any] = json.loads(self._client.do_action_with_exception(request))
        return answer


def old_request(**changed: Any) -> CreateContainerGroupRequest:
    request = CreateContainerGroupRequest()
    request.set_ContainerGroupName("sdk-test")
    request.set_Containers(
        [{"Name": "nginx", "Image": IMAGE, "Tty": True, "Cpu": 1.0, "Ports": [{"Port": 80, "Protocol": "TCP"}]}]
    )
    request.set_ImageRegistryCredentials([{"Server": "registry.example.com", "UserName": "demo", "Password": "p w"}])
    request.set_AcrRegistryInfos([{"InstanceId": "cri-1", "Domains": ["a.example.com"]}])
    for name, value in changed.items():
        getattr(request, f"set_{name}")(value)
    return request


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_the_older_sdk_goes_the_whole_way(port: int, method: str) -> None:
    sdk = OldSdk(port)
    group_id = sdk.call(old_request(), method)["ContainerGroupId"]
    time.sleep(20 / SPEED)
    describe = DescribeContainerGroupsRequest()
    describe.set_ContainerGroupIds(json.dumps([group_id]))
    found = sdk.call(describe, method)["ContainerGroups"][0]
    assert (found["Status"], found["Containers"][0]["Tty"]) == ("Running", True)
    log = DescribeContainerLogRequest()
    log.set_ContainerGroupId(group_id)
    log.set_ContainerName("nginx")
    assert sdk.call(log, method)["ContainerName"] == "nginx"
    asked = DescribeContainerGroupEventsRequest()
    asked.set_ContainerGroupIds(json.dumps([group_id]))
    events = sdk.call(asked, method)["Data"][0]["Events"]
    assert [event["Reason"] for event in events][-3:] == ["Pulled", "Created", "Started"]
    price = DescribeContainerGroupPriceRequest()
    price.set_Cpu(2.0)
    price.set_Memory(4.0)
    assert sdk.call(price, method)["PriceInfo"]["Price"]["TradePrice"] == 0.00012252
    delete = DeleteContainerGroupRequest()
    delete.set_ContainerGroupId(group_id)
    assert sdk.call(delete, method)["RequestId"]
    assert sdk.call(describe, method)["ContainerGroups"] == []


def test_the_older_sdk_is_throttled(port: int) -> None:
    sdk, codes = OldSdk(port, key="throttled-too"), []
    for _ in range(21):
        with pytest.raises(ServerException) as caught:
            sdk.call(old_request(DryRun=True))
        codes.append((caught.value.get_error_code(), caught.value.get_http_status()))
    assert codes == [("DryRun.Success", 400)] * 20 + [("Throttling", 400)]


def test_the_older_sdk_recognises_a_wrong_secret_by_the_string_to_sign(port: int) -> None:
    with pytest.raises(ServerException) as caught:
        OldSdk(port, secret="wrong").call(old_request())
    assert caught.value.get_error_code() == "InvalidAccessKeySecret"


def test_the_older_sdk_sees_the_vendors_errors(port: int) -> None:
    with pytest.raises(ServerException) as caught:
        OldSdk(port, key="nobody").call(old_request())
    assert (caught.value.get_error_code(), caught.value.get_http_status()) == ("InvalidAccessKeyId.NotFound", 404)
    with pytest.raises(ServerException) as caught:
        OldSdk(port).call(old_request(DryRun=True))
    assert (caught.value.get_error_code(), caught.value.get_http_status()) == ("DryRun.Success", 400)


def personal_request(path: str, *segments: str) -> RoaRequest:
    """A call of Container Registry Personal Edition as the older SDK's own classes for it are built."""
    names = [f"Segment{number}" for number, _ in enumerate(segments)]
    request = RoaRequest("cr", "2016-06-07", "any", method="GET", uri_pattern=path.format(*(f"[{n}]" for n in names)))
    for name, segment in zip(names, segments, strict=True):
        request.add_path_param(name, segment)
    return request


def test_the_older_sdk_reads_the_personal_edition(port: int) -> None:
    sdk = OldSdk(port)
    namespaces = sdk.call(personal_request("/namespace"))["data"]["namespaces"]
    assert namespaces[0]["namespace"] == "acme"
    asked = personal_request("/repos/{}", "acme")
    asked.add_query_param("PageSize", 2)
    page = sdk.call(asked)["data"]
    assert (page["pageSize"], len(page["repos"])) == (2, 2)
    tags = sdk.call(personal_request("/repos/{}/{}/tags", "acme", page["repos"][0]["repoName"]))["data"]["tags"]
    assert tags[0]["tag"]
    assert sdk.call(personal_request("/tokens"))["data"]["authorizationToken"]


def test_the_older_sdk_is_refused_the_personal_edition_with_a_wrong_secret(port: int) -> None:
    with pytest.raises(ServerException) as caught:
        OldSdk(port, secret="wrong").call(personal_request("/repos"))
    assert caught.value.get_error_code() == "SignatureDoesNotMatch"


def read_personal(port: int, path: str, *, secret: str = "testsecret", **query: str) -> Any:
    """The answer of the newer SDK, which signs a path in the older way when told so."""
    params = Params(
        action="any",
        version="2016-06-07",
        protocol="HTTP",
        pathname=path,
        method="GET",
        auth_type="AK",
        style="ROA",
        req_body_type="json",
        body_type="json",
    )
    client = new_client(port, secret=secret, algorithm="v2")
    return client.call_api(params, OpenApiRequest(query=query), RuntimeOptions())["body"]


def test_the_new_sdk_reads_the_personal_edition_with_the_older_signature(port: int) -> None:
    repos = read_personal(port, "/repos/acme", RegionId=REGION, Status="", Page="1")["data"]["repos"]
    assert {repo["repoNamespace"] for repo in repos} == {"acme"}
    with pytest.raises(TeaException) as caught:
        read_personal(port, "/repos", secret="wrong")
    assert caught.value.code == "SignatureDoesNotMatch"


def test_the_new_sdk_asks_for_a_preemptible_instance_of_a_type(port: int) -> None:
    client = new_client(port)
    price = client.describe_container_group_price(
        models.DescribeContainerGroupPriceRequest(
            region_id=REGION, cpu=2.0, memory=4.0, instance_type="ecs.g7.xlarge", spot_strategy="SpotAsPriceGo"
        )
    ).body.price_info
    zone = price.spot_prices.spot_price[0]
    assert 0 < zone.spot_price < zone.origin_price
    request = new_request("token-preemptible")
    request.cpu = request.memory = None
    request.instance_type = "ecs.g7.xlarge"
    request.spot_strategy, request.spot_price_limit = "SpotWithPriceLimit", 0.5
    request.ipv_6address_count = 1
    request.volume = [
        models.CreateContainerGroupRequestVolume(
            name="disk",
            type="DiskVolume",
            disk_volume=models.CreateContainerGroupRequestVolumeDiskVolume(disk_id="d-1", fs_type="ext4"),
        )
    ]
    (found,) = new_group(client, client.create_container_group(request).body.container_group_id)
    assert (found.instance_type, found.cpu, found.memory) == ("ecs.g7.xlarge", 4.0, 16.0)
    assert (found.spot_strategy, found.spot_price_limit) == ("SpotWithPriceLimit", 0.5)
    assert found.ipv_6address
    assert found.volumes[0].disk_volume_disk_id == "d-1"
