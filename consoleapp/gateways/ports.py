"""What the product asks of the outside world, as protocols, and the shapes of the answers.

Services take one of these as an argument; ``connect.py`` builds the real ones, ``tests/fakes.py`` the others, and the
tests in ``tests/contract`` hold all of them to the same behaviour. Answers that the rules of the domain work on
(regions, networks) are declared in ``domain/network.py``. Every method raises ``GatewayError`` and nothing else. All
datetimes are in UTC. CPU is in vCPU, memory in GiB.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Generic, Protocol, TypeVar

if TYPE_CHECKING:
    from consoleapp.domain.image import ImageReference
    from consoleapp.domain.network import Eip, NatGateway, Region, SecurityGroup, SnatEntry, Vpc, VSwitch
    from consoleapp.gateways.proof import AccessResult, Credential, TagList

T_co = TypeVar("T_co", covariant=True)


@dataclass(frozen=True)
class Page(Generic[T_co]):
    """One page of a longer list; ``page`` counts from 1, ``total`` is the number of items on all pages."""

    items: tuple[T_co, ...]
    page: int
    page_size: int
    total: int

    @property
    def pages(self) -> int:
        """Number of pages, at least 1."""
        return max(1, -(-self.total // self.page_size))

    @property
    def has_previous(self) -> bool:
        return self.page > 1

    @property
    def has_next(self) -> bool:
        return self.page < self.pages


# --- container groups


@dataclass(frozen=True)
class CreatedContainerGroup:
    container_group_id: str
    request_id: str


@dataclass(frozen=True)
class State:
    """What a container is doing: ``state`` is Waiting, Running or Terminated, "" when the cloud did not say."""

    state: str = ""
    reason: str = ""
    message: str = ""
    exit_code: int | None = None
    start_time: datetime | None = None
    finish_time: datetime | None = None
    detail_status: str = ""


@dataclass(frozen=True)
class ContainerStatus:
    """A container or init container as the cloud describes it."""

    name: str
    image: str
    ready: bool = False
    restart_count: int = 0
    state: State = field(default_factory=State)
    previous_state: State | None = None
    cpu: Decimal | None = None
    memory_gib: Decimal | None = None
    image_pull_policy: str = ""


@dataclass(frozen=True)
class Event:
    """One thing that happened. ``type`` is Normal or Warning; ``object_name`` is the event's own name at the cloud."""

    type: str
    reason: str
    message: str
    count: int
    first_timestamp: datetime
    last_timestamp: datetime
    source: str = ""
    object_name: str = ""


@dataclass(frozen=True)
class ContainerGroup:
    """A container group as the cloud describes it; credentials are never part of it."""

    container_group_id: str
    name: str
    region_id: str
    status: str
    zone_id: str = ""
    creation_time: datetime | None = None
    succeeded_time: datetime | None = None
    failed_time: datetime | None = None
    expired_time: datetime | None = None
    cpu: Decimal | None = None
    memory_gib: Decimal | None = None
    restart_policy: str = ""
    compute_category: str = ""
    ephemeral_storage_gib: int = 0
    vpc_id: str = ""
    vswitch_id: str = ""
    security_group_id: str = ""
    intranet_ip: str = ""
    internet_ip: str = ""
    containers: tuple[ContainerStatus, ...] = ()
    init_containers: tuple[ContainerStatus, ...] = ()
    events: tuple[Event, ...] = ()
    tags: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class ContainerGroupPage:
    """Up to ``limit`` groups; ``next_token`` is "" on the last page."""

    items: tuple[ContainerGroup, ...]
    next_token: str
    total_count: int


@dataclass(frozen=True)
class Price:
    """List price of a size while it runs; what an elastic IP transfers is not in it."""

    currency: str
    per_second: Decimal

    @property
    def per_hour(self) -> Decimal:
        return self.per_second * 3600


@dataclass(frozen=True)
class Usage:
    """How many vCPU run in a region and how many may; None where the cloud did not say."""

    used_cpu: Decimal | None
    max_cpu: Decimal | None


class ContainerGroups(Protocol):
    """Elastic Container Instance. ``parameters`` are those of ``domain.wire.to_parameters``, RegionId among them.

    ``secret_keys`` names the parameters whose values must appear in no log line and no error.
    """

    def create(
        self, parameters: Mapping[str, str], *, client_token: str, secret_keys: Collection[str] = ()
    ) -> CreatedContainerGroup:
        """The id of the one container group that belongs to ``client_token``.

        The same token and parameters give the same answer again; the token with others raises ``Conflict``.
        ``OutcomeUnknown`` whenever it cannot be told whether the group exists.
        """
        ...

    def dry_run(self, parameters: Mapping[str, str], *, secret_keys: Collection[str] = ()) -> str:
        """The request id of a passed validation; raises what ``create`` would raise. Creates nothing."""
        ...

    def list(
        self,
        region_id: str,
        *,
        container_group_ids: Collection[str] = (),
        name: str = "",
        limit: int = 20,
        next_token: str = "",
    ) -> ContainerGroupPage:
        """One page, newest first as the cloud orders it; at most 20 ids and 20 a page. With ids, events come along."""
        ...

    def get(self, region_id: str, container_group_id: str) -> ContainerGroup:
        """The group with its events; raises ``NotFound``."""
        ...

    def events(self, region_id: str, container_group_id: str) -> tuple[Event, ...]:
        """The latest 50 events, newest last; () for a group the cloud does not know (any more)."""
        ...

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
        """The last ``tail`` lines (at most 2,000, 1 MB) a container wrote; ``previous``: before its last restart."""
        ...

    def restart(self, region_id: str, container_group_id: str, *, client_token: str = "") -> str:
        """The request id; ``Refused`` unless the group is Pending or Running."""
        ...

    def delete(self, region_id: str, container_group_id: str, *, client_token: str = "") -> str:
        """The request id; an elastic IP that was made with the group goes with it."""
        ...

    def price(
        self,
        region_id: str,
        cpu: Decimal,
        memory_gib: Decimal,
        *,
        compute_category: str = "",
        ephemeral_storage_gib: int = 0,
    ) -> Price: ...

    def regions(self) -> tuple[Region, ...]: ...

    def usage(self, region_id: str) -> Usage: ...

    def available_zones(self, region_id: str, cpu: Decimal, memory_gib: Decimal) -> tuple[str, ...]:
        """Ids of the zones that have this size in stock."""
        ...


# --- networks


class Networks(Protocol):
    """VPC and ECS as far as a container group needs them. All pages are fetched."""

    def vpcs(self, region_id: str) -> tuple[Vpc, ...]: ...

    def vswitches(self, region_id: str, vpc_id: str) -> tuple[VSwitch, ...]: ...

    def security_groups(self, region_id: str, vpc_id: str) -> tuple[SecurityGroup, ...]: ...

    def nat_gateways(self, region_id: str, vpc_id: str) -> tuple[NatGateway, ...]: ...

    def snat_entries(self, region_id: str, nat_gateway_id: str) -> tuple[SnatEntry, ...]: ...

    def unbound_eips(self, region_id: str) -> tuple[Eip, ...]: ...


# --- registries


@dataclass(frozen=True)
class Namespace:
    name: str
    is_private_by_default: bool = True


@dataclass(frozen=True)
class Repository:
    """``hosts`` has the keys public, vpc and internal where the edition tells them; Enterprise repositories have none
    of their own, their instance's domains count."""

    repository_id: str
    namespace: str
    name: str
    is_private: bool
    region_id: str
    summary: str = ""
    hosts: Mapping[str, str] = field(default_factory=dict)
    modified: datetime | None = None


@dataclass(frozen=True)
class Tag:
    """One version of an image; ``size_bytes`` 0 and () where the registry does not tell."""

    name: str
    digest: str = ""
    size_bytes: int = 0
    architectures: tuple[str, ...] = ()
    created: datetime | None = None
    updated: datetime | None = None


@dataclass(frozen=True)
class EnterpriseInstance:
    instance_id: str
    name: str
    region_id: str
    status: str = ""
    specification: str = ""


@dataclass(frozen=True)
class EnterpriseEndpoint:
    """A domain an Enterprise instance answers on; ``network`` is public or vpc, ``custom`` a domain of the customer."""

    domain: str
    network: str
    custom: bool


class Registries(Protocol):
    """Container Registry: the Personal Edition and Enterprise instances of the account. Pages hold 20 items."""

    def personal_namespaces(self, region_id: str) -> tuple[Namespace, ...]: ...

    def personal_repositories(
        self, region_id: str, namespace: str = "", query: str = "", page: int = 1
    ) -> Page[Repository]:
        """Repositories whose name contains ``query``."""
        ...

    def personal_tags(self, region_id: str, namespace: str, name: str, page: int = 1) -> Page[Tag]: ...

    def enterprise_instances(self, region_id: str) -> tuple[EnterpriseInstance, ...]: ...

    def enterprise_domains(self, region_id: str, instance_id: str) -> tuple[EnterpriseEndpoint, ...]:
        """Open domains only, those in the VPC first."""
        ...

    def enterprise_namespaces(self, region_id: str, instance_id: str) -> tuple[Namespace, ...]: ...

    def enterprise_repositories(
        self, region_id: str, instance_id: str, namespace: str = "", query: str = "", page: int = 1
    ) -> Page[Repository]: ...

    def enterprise_tags(self, region_id: str, instance_id: str, repository_id: str, page: int = 1) -> Page[Tag]: ...


# --- the catalogue of images that need no account


@dataclass(frozen=True)
class CatalogueImage:
    """``address_prefix`` + ":" + a tag is what goes into Container.N.Image; ``source`` is ALI_HUB or DOCKER_HUB.

    ``tag_names`` is () where versions must be asked for.
    """

    name: str
    description: str
    address_prefix: str
    tag_names: tuple[str, ...]
    source: str


class Catalogue(Protocol):
    """Common Images (offered by ECI) and Docker Official Images. Pages hold 20 items; the best known come first."""

    def common_images(self, region_id: str, query: str = "", page: int = 1) -> Page[CatalogueImage]: ...

    def common_tags(self, region_id: str, name: str) -> tuple[Tag, ...]:
        """The one to offer first comes first; raises ``NotFound`` for a name that ECI does not offer."""
        ...

    def docker_official_images(self, query: str = "", page: int = 1) -> Page[CatalogueImage]: ...

    def docker_official_tags(self, name: str, page: int = 1) -> Page[Tag]:
        """Newest first as Docker Hub orders them; raises ``NotFound``."""
        ...


# --- the registries themselves


class ImageAccess(Protocol):
    """The registry's own answer about an image (``proof.py``). It never raises: what went wrong is a cause.

    The credential must be for the reference's registry (else ValueError); the other two are lists of host[:port].
    """

    def check(
        self,
        reference: ImageReference,
        *,
        credential: Credential | None,
        architecture: str = "amd64",
        plain_http: Collection[str] = (),
        insecure: Collection[str] = (),
    ) -> AccessResult:
        """Whether exactly this image can be pulled, anonymously first, then with the credential."""

    def tags(
        self,
        reference: ImageReference,
        *,
        credential: Credential | None,
        plain_http: Collection[str] = (),
        insecure: Collection[str] = (),
    ) -> TagList:
        """The versions of the reference's repository; its tag and digest mean nothing here."""
