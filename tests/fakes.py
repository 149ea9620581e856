"""A fake of every port: in memory, without HTTP, held to the same behaviour by the tests in `tests/contract`.

Prime them: `fake.failures["create"] = OutOfStock("none left")` makes every call of that method raise until the entry
is removed; `FakeContainerGroups.lost_answers = 1` lets the next creation happen but raises `OutcomeUnknown`.
"""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import TypeVar

from consoleapp.domain import host
from consoleapp.domain.network import Eip, NatGateway, SecurityGroup, SecurityRule, SnatEntry, Vpc, VSwitch
from consoleapp.gateways.errors import Conflict, GatewayError, InvalidParameter, NotFound, OutcomeUnknown
from consoleapp.gateways.ports.container_groups import (
    ContainerGroup,
    ContainerGroupPage,
    ContainerStatus,
    CreatedContainerGroup,
    Event,
    Price,
    Region,
    Spot,
    State,
)
from consoleapp.gateways.ports.images import (
    CatalogueImage,
    EnterpriseEndpoint,
    EnterpriseInstance,
    Namespace,
    Page,
    Repository,
    Tag,
)

REGION = Region("cn-hangzhou", ("cn-hangzhou-h", "cn-hangzhou-i"))
START_SECONDS = 20

T = TypeVar("T")


@dataclass
class _Primed:
    failures: dict[str, GatewayError] = field(default_factory=dict)

    def _called(self, method: str) -> None:
        if method in self.failures:
            raise self.failures[method]


def _page(items: Collection[T], page: int, size: int = 20) -> Page[T]:
    page = max(1, page)
    return Page(tuple(items)[(page - 1) * size : page * size], page, size, len(items))


@dataclass
class FakeContainerGroups(_Primed):
    """Groups are Pending for 20 seconds by `clock` and Running from then on."""

    clock: Callable[[], datetime] = lambda: datetime.now(UTC)
    groups: dict[str, ContainerGroup] = field(default_factory=dict)
    tokens: dict[str, tuple[dict[str, str], CreatedContainerGroup]] = field(default_factory=dict)
    lost_answers: int = 0
    requests: int = 0
    # Instance type, zone and terms of each price that was asked for.
    asked_prices: list[tuple[str, str, Spot | None]] = field(default_factory=list)

    def create(
        self, parameters: Mapping[str, str], *, client_token: str, secret_keys: Collection[str] = ()
    ) -> CreatedContainerGroup:
        self._called("create")
        if not client_token:
            raise ValueError("a container group is never created without a client token")
        asked = dict(parameters)
        if client_token in self.tokens:
            first, created = self.tokens[client_token]
            if first != asked:
                raise Conflict("The token was used with other parameters.", code="IdempotentParameterMismatch")
            return replace(created, request_id=self._request_id())
        self._check(asked)
        group = self._group(asked)
        created = CreatedContainerGroup(group.container_group_id, self._request_id())
        self.groups[group.container_group_id] = group
        self.tokens[client_token] = (asked, created)
        if self.lost_answers:
            self.lost_answers -= 1
            raise OutcomeUnknown("no answer in time")
        return created

    def dry_run(self, parameters: Mapping[str, str], *, secret_keys: Collection[str] = ()) -> str:
        self._called("dry_run")
        self._check(parameters)
        return self._request_id()

    def list(
        self,
        region_id: str,
        *,
        container_group_ids: Collection[str] = (),
        name: str = "",
        tag: host.Tag | None = None,
        limit: int = 20,
        next_token: str = "",
    ) -> ContainerGroupPage:
        self._called("list")
        found = [
            self._now(group)
            for group in reversed(self.groups.values())
            if group.region_id == region_id
            and (not container_group_ids or group.container_group_id in container_group_ids)
            and (not name or group.name == name)
            and (tag is None or (tag.key in group.tags and tag.value in ("", group.tags[tag.key])))
        ]
        start = int(next_token or 0)
        rest = str(start + limit) if start + limit < len(found) else ""
        return ContainerGroupPage(tuple(found[start : start + limit]), rest, len(found))

    def get(self, region_id: str, container_group_id: str) -> ContainerGroup:
        self._called("get")
        group = self.groups.get(container_group_id)
        if group is None or group.region_id != region_id:
            raise NotFound("The cloud knows no such container group.")
        return self._now(group)

    def log(
        self,
        region_id: str,
        container_group_id: str,
        container_name: str,
        *,
        tail: int = 500,
        since_seconds: int | None = None,
        previous: bool = False,
        timestamps: bool = False,
    ) -> str:
        self._called("log")
        group = self.get(region_id, container_group_id)
        if container_name not in [container.name for container in group.containers]:
            raise NotFound("The container does not exist.")
        return "".join(f"line {number}\n" for number in range(1, 6)[-tail:])

    def restart(self, region_id: str, container_group_id: str, *, client_token: str = "") -> str:
        self._called("restart")
        self.get(region_id, container_group_id)
        return self._request_id()

    def delete(self, region_id: str, container_group_id: str, *, client_token: str = "") -> str:
        self._called("delete")
        self.get(region_id, container_group_id)
        del self.groups[container_group_id]
        return self._request_id()

    def price(
        self,
        region_id: str,
        cpu: Decimal,
        memory_gib: Decimal,
        *,
        instance_type: str = "",
        zone_id: str = "",
        compute_category: str = "",
        ephemeral_storage_gib: int = 0,
        spot: Spot | None = None,
    ) -> Price:
        self._called("price")
        self.asked_prices.append((instance_type, zone_id, spot))
        if instance_type or spot:
            return Price("CNY", Decimal("0.0002") if instance_type else Decimal("0.00001"))
        per_cpu = Decimal("0.000027") if compute_category == "economy" else Decimal("0.000049")
        return Price("CNY", cpu * per_cpu + memory_gib * Decimal("0.00000613"))

    def regions(self) -> tuple[Region, ...]:
        self._called("regions")
        return (REGION,)

    def _request_id(self) -> str:
        self.requests += 1
        return f"REQUEST-{self.requests}"

    @staticmethod
    def _check(parameters: Mapping[str, str]) -> None:
        for name in ("RegionId", "ContainerGroupName", "Container.1.Name", "Container.1.Image"):
            if not parameters.get(name):
                raise InvalidParameter(f"{name} is missing.", field=name, code="MissingParameter")

    def _group(self, asked: Mapping[str, str]) -> ContainerGroup:
        names = [asked[name] for name in sorted(asked) if name.startswith("Container.") and name.endswith(".Name")]
        images = [asked[name] for name in sorted(asked) if name.startswith("Container.") and name.endswith(".Image")]
        tags = {
            value: asked.get(name.replace(".Key", ".Value"), "")
            for name, value in asked.items()
            if name.startswith("Tag.") and name.endswith(".Key")
        }
        return ContainerGroup(
            container_group_id=f"eci-fake-{len(self.tokens) + 1}",
            name=asked["ContainerGroupName"],
            region_id=asked["RegionId"],
            status="Pending",
            zone_id=REGION.zones[0],
            creation_time=self.clock(),
            cpu=Decimal(asked.get("Cpu", "2")),
            memory_gib=Decimal(asked.get("Memory", "4")),
            restart_policy=asked.get("RestartPolicy", "Always"),
            containers=tuple(map(ContainerStatus, names, images)),
            tags=tags,
        )

    def _now(self, group: ContainerGroup) -> ContainerGroup:
        began = group.creation_time or self.clock()
        ready_at = began + timedelta(seconds=START_SECONDS)
        events = [_event("Pulling", began)]
        if self.clock() < ready_at:
            waiting = State("Waiting", reason="ContainerCreating")
            return replace(
                group, events=tuple(events), containers=tuple(replace(each, state=waiting) for each in group.containers)
            )
        running = State("Running", start_time=ready_at)
        return replace(
            group,
            status="Running",
            events=(*events, _event("Started", ready_at)),
            containers=tuple(replace(each, ready=True, state=running) for each in group.containers),
        )


def _event(reason: str, at: datetime) -> Event:
    return Event("Normal", reason, f"{reason} it", 1, at, at, "kubelet")


@dataclass
class FakeNetworks(_Primed):
    """One region with one VPC that reaches the Internet and one that does not."""

    all_vpcs: tuple[Vpc, ...] = (
        Vpc("vpc-open", "open", "172.16.0.0/12", True, ("ngw-1",)),
        Vpc("vpc-shut", "shut", "10.0.0.0/8"),
    )
    all_vswitches: tuple[VSwitch, ...] = (
        VSwitch("vsw-open", "open", "vpc-open", REGION.zones[0], "172.16.0.0/20", 4000),
        VSwitch("vsw-shut", "shut", "vpc-shut", REGION.zones[1], "10.0.0.0/20", 0),
    )
    all_security_groups: tuple[SecurityGroup, ...] = (
        SecurityGroup("sg-open", "open", "vpc-open", "for tests"),
        SecurityGroup("sg-shut", "shut", "vpc-shut"),
    )
    all_nat_gateways: tuple[NatGateway, ...] = (
        NatGateway("ngw-1", "vpc-open", "internet", "Available", "Normal", ("stb-1",)),
    )
    all_snat_entries: tuple[SnatEntry, ...] = (SnatEntry("snat-1", "ngw-1", "", "172.16.0.0/12", "203.0.113.1"),)
    all_eips: tuple[Eip, ...] = (Eip("eip-1", "203.0.113.9", "spare", "Available", 5, "BGP"),)

    def vpcs(self, region_id: str) -> tuple[Vpc, ...]:
        self._called("vpcs")
        return self.all_vpcs

    def vswitches(self, region_id: str, vpc_id: str) -> tuple[VSwitch, ...]:
        self._called("vswitches")
        return tuple(item for item in self.all_vswitches if item.vpc_id == vpc_id)

    def security_groups(self, region_id: str, vpc_id: str) -> tuple[SecurityGroup, ...]:
        self._called("security_groups")
        return tuple(item for item in self.all_security_groups if item.vpc_id == vpc_id)

    def rules_in(self, region_id: str, security_group_id: str) -> tuple[SecurityRule, ...]:
        self._called("rules_in")
        if security_group_id not in {item.security_group_id for item in self.all_security_groups}:
            raise InvalidParameter("no such security group", code="InvalidSecurityGroupId.NotFound")
        return (SecurityRule("TCP", "0.0.0.0/0", True, 1, 80, 80),) if security_group_id == "sg-open" else ()

    def nat_gateways(self, region_id: str, vpc_id: str) -> tuple[NatGateway, ...]:
        self._called("nat_gateways")
        return tuple(item for item in self.all_nat_gateways if item.vpc_id == vpc_id)

    def snat_entries(self, region_id: str, nat_gateway_id: str) -> tuple[SnatEntry, ...]:
        self._called("snat_entries")
        return tuple(item for item in self.all_snat_entries if item.nat_gateway_id == nat_gateway_id)

    def unbound_eips(self, region_id: str) -> tuple[Eip, ...]:
        self._called("unbound_eips")
        return tuple(item for item in self.all_eips if item.status == "Available")


_MADE = datetime(2026, 10, 1, 8, 0, tzinfo=UTC)
_TAGS = (
    Tag("2.0", "sha256:" + "2" * 64, 20_000_000, created=_MADE, updated=_MADE),
    Tag("1.0", "sha256:" + "1" * 64, 10_000_000, created=_MADE, updated=_MADE),
)


@dataclass
class FakeRegistries(_Primed):
    """A Personal Edition with 45 repositories in two namespaces, one Enterprise instance with a custom domain."""

    repositories: tuple[Repository, ...] = tuple(
        Repository(
            repository_id=str(number),
            namespace="acme" if number % 2 else "lab",
            name=f"app-{number}",
            is_private=bool(number % 3),
            region_id=REGION.region_id,
            summary=f"Application {number}",
            hosts={"public": "registry.cn-hangzhou.aliyuncs.com", "vpc": "registry-vpc.cn-hangzhou.aliyuncs.com"},
            modified=_MADE,
        )
        for number in range(1, 46)
    )
    instances: tuple[EnterpriseInstance, ...] = (EnterpriseInstance("cri-1", "acme", REGION.region_id, "RUNNING"),)
    endpoints: tuple[EnterpriseEndpoint, ...] = (
        EnterpriseEndpoint("acme-registry-vpc.cn-hangzhou.cr.aliyuncs.com", "vpc", False),
        EnterpriseEndpoint("acme-registry.cn-hangzhou.cr.aliyuncs.com", "public", False),
        EnterpriseEndpoint("images.example.com", "public", True),
    )

    def personal_namespaces(self, region_id: str) -> tuple[Namespace, ...]:
        self._called("personal_namespaces")
        return tuple(Namespace(name) for name in sorted({item.namespace for item in self.repositories}))

    def personal_repositories(
        self, region_id: str, namespace: str = "", query: str = "", page: int = 1
    ) -> Page[Repository]:
        self._called("personal_repositories")
        return _page(self._found(namespace, query), page)

    def personal_tags(self, region_id: str, namespace: str, name: str, page: int = 1) -> Page[Tag]:
        self._called("personal_tags")
        if not any((item.namespace, item.name) == (namespace, name) for item in self.repositories):
            raise NotFound("There is no such repository.")
        return _page(_TAGS, page)

    def enterprise_instances(self, region_id: str) -> tuple[EnterpriseInstance, ...]:
        self._called("enterprise_instances")
        return self.instances

    def enterprise_domains(self, region_id: str, instance_id: str) -> tuple[EnterpriseEndpoint, ...]:
        self._called("enterprise_domains")
        self._check_instance(instance_id)
        return self.endpoints

    def enterprise_namespaces(self, region_id: str, instance_id: str) -> tuple[Namespace, ...]:
        self._called("enterprise_namespaces")
        self._check_instance(instance_id)
        return self.personal_namespaces(region_id)

    def enterprise_repositories(
        self, region_id: str, instance_id: str, namespace: str = "", query: str = "", page: int = 1
    ) -> Page[Repository]:
        self._called("enterprise_repositories")
        self._check_instance(instance_id)
        return _page([replace(item, hosts={}) for item in self._found(namespace, query)], page)

    def enterprise_tags(self, region_id: str, instance_id: str, repository_id: str, page: int = 1) -> Page[Tag]:
        self._called("enterprise_tags")
        self._check_instance(instance_id)
        if not any(item.repository_id == repository_id for item in self.repositories):
            raise NotFound("There is no such repository.")
        return _page(_TAGS, page)

    def _found(self, namespace: str, query: str) -> tuple[Repository, ...]:
        if namespace and namespace not in {item.namespace for item in self.repositories}:
            raise NotFound("The namespace does not exist.")
        return tuple(
            item
            for item in self.repositories
            if (not namespace or item.namespace == namespace) and query.lower() in item.name
        )

    def _check_instance(self, instance_id: str) -> None:
        if instance_id not in {item.instance_id for item in self.instances}:
            raise NotFound("The instance does not exist.")


@dataclass
class FakeCatalogue(_Primed):
    """Two common images, and 60 official ones."""

    def common_images(self, region_id: str, query: str = "", page: int = 1) -> Page[CatalogueImage]:
        self._called("common_images")
        prefix = f"registry-vpc.{region_id}.aliyuncs.com/eci_open"
        images = [
            CatalogueImage("nginx", "Web server", f"{prefix}/nginx", ("1.14.2", "latest"), "ALI_HUB"),
            CatalogueImage("busybox", "Unix tools", f"{prefix}/busybox", ("1.30",), "ALI_HUB"),
        ]
        return _page([image for image in images if query in image.name], page)

    def common_tags(self, region_id: str, name: str) -> tuple[Tag, ...]:
        self._called("common_tags")
        for image in self.common_images(region_id).items:
            if image.name == name:
                return tuple(map(Tag, image.tag_names))
        raise NotFound("ECI offers no such common image.")

    def docker_official_images(self, query: str = "", page: int = 1) -> Page[CatalogueImage]:
        self._called("docker_official_images")
        names = ["nginx", "redis", *(f"image-{number}" for number in range(58))]
        images = [CatalogueImage(name, "An image", name, (), "DOCKER_HUB") for name in names if query in name]
        return _page(images, page)

    def docker_official_tags(self, name: str, page: int = 1) -> Page[Tag]:
        self._called("docker_official_tags")
        if name not in [image.name for image in self.docker_official_images(name).items]:
            raise NotFound("Docker Hub has no such official image.")
        return _page([replace(tag, architectures=("amd64", "arm64")) for tag in _TAGS], page)
