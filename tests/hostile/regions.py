"""A hundred region ids that a stranger would like the console to believe in, and a cloud that notes who is dialled.

Most have the very form of a region's id: only the list of the regions that exist can tell them apart.
"""

import json
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from consoleapp.gateways.alibaba.account import Account
from consoleapp.gateways.alibaba.catalogue import DockerHub, ImageCatalogue
from consoleapp.gateways.alibaba.client import Client
from consoleapp.gateways.alibaba.cr import ContainerRegistry
from consoleapp.gateways.alibaba.eci import ElasticContainerInstance
from consoleapp.gateways.alibaba.endpoints import Endpoints
from consoleapp.gateways.alibaba.transport import Answer, Failure, Transport, http_session
from consoleapp.gateways.alibaba.vpc import VirtualPrivateCloud
from consoleapp.gateways.connect import Cloud

CENTRAL = "eci.aliyuncs.com"
_PLACES = ("hangzhou", "shanghai", "beijing", "shenzhen", "qingdao", "hongkong", "chengdu", "guangzhou")

HOSTILE = (
    # A bucket of the object storage may be called eci, vpc, ecs or cr.
    *(f"oss-cn-{place}" for place in _PLACES),
    *(f"oss-cn-{place}-internal" for place in _PLACES),
    *(f"s3-oss-cn-{place}" for place in _PLACES),
    *(f"vpc-oss-cn-{place}" for place in _PLACES),
    *(f"img-cn-{place}" for place in _PLACES),
    *("oss-ap-southeast-1", "oss-us-west-1", "oss-eu-central-1", "oss-me-east-1", "oss-ap-northeast-1"),
    *("oss-accelerate", "oss-accelerate-overseas", "oss-cn-hzfinance", "oss-cn-szfinance", "oss-cn-north-2-gov-1"),
    # Other services of the vendor, and regions that only look like some.
    *("fc-cn-hangzhou", "log-cn-hangzhou", "mns-cn-hangzhou", "ots-cn-hangzhou", "sls-cn-hangzhou", "api-gateway"),
    *("cn-evil", "cn-hangzhou-evil", "cn-hangzhou-1", "cn-hangzou", "ap-southeast-99", "us-west-11", "eu-west-1-oxs"),
    *("cn-hangzhou-h", "hangzhou-cn", "xx-evil-1", "cn-hangzhou-internal-test-1", "aa-a", "abc-d-e-f-g"),
    # Texts that are no id at all.
    *("cn-hangzhou.evil.test", "cn-hangzhou.aliyuncs.com.evil.test", "evil.test/", "evil.test#", "evil.test?", "a@b"),
    *("cn-hangzhou@evil.test", "cn-hangzhou:8443", "cn-hangzhou/../x", "cn-hangzhou%2eevil", "//evil.test", "\\evil"),
    *("CN-HANGZHOU", "Cn-Hangzhou", "cn_hangzhou", "cn-hangzhou-", "-cn-hangzhou", "cn--hangzhou", "cn", "-", "."),
    *("cn-hangzhóu", "сn-hangzhou", "ｃn-hangzhou", "cn-hangzhou\u200b", "cn hangzhou", "cn-hangzhou\tx"),
    *("127.0.0.1", "169.254.169.254", "[::1]", "localhost", "cn-" + "a" * 300, "{{7*7}}", "<b>cn-hangzhou</b>"),
)


@dataclass
class WatchedTransport(Transport):
    """Sends nothing: notes the host, and answers what was primed for the action; else that the account may not."""

    told: dict[str, dict[str, Any]] = field(default_factory=dict)
    dialled: list[tuple[str, str]] = field(default_factory=list)

    def __post_init__(self) -> None:
        super().__init__(http_session(), connect_timeout=1, read_timeout=1)

    def exchange(self, base: str, request: Any) -> Answer | Failure:
        action = str(request.headers.get("x-acs-action", ""))
        self.dialled.append((str(urlsplit(request.url).hostname), action))
        refusal = {"Code": "Forbidden.RAM", "Message": "no", "RequestId": "R-1"}
        answer = self.told.get(action, refusal)
        return Answer(403 if answer is refusal else 200, {}, json.dumps(answer).encode())

    @property
    def hosts(self) -> set[str]:
        """Everything that was dialled."""
        return {host for host, _action in self.dialled}

    def tells_regions(self, *region_ids: str) -> None:
        """From now on the central address lists these."""
        self.told["DescribeRegions"] = {
            "RequestId": "R-2",
            "Regions": [{"RegionId": region_id, "Zones": []} for region_id in region_ids],
        }


def real_cloud(transport: WatchedTransport, endpoints: Endpoints | None = None) -> Cloud:
    """The real cloud's ports over this transport."""
    endpoints = endpoints or Endpoints()
    client = Client(transport, Account("testid", "testsecret"), endpoints=endpoints)
    return Cloud(
        ElasticContainerInstance(client),
        VirtualPrivateCloud(client),
        ContainerRegistry(client),
        ImageCatalogue(DockerHub(transport, endpoints), client.common_images_address),
    )
