"""The port of Elastic Container Instance, and what it answers."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Final, Protocol

from consoleapp.domain.host import Tag

# Nothing of such a group runs any more, or ever will.
FINAL_STATUSES: Final = frozenset({"Succeeded", "Failed", "ScheduleFailed", "Expired"})


@dataclass(frozen=True)
class Region:
    region_id: str
    zones: tuple[str, ...] = ()


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

    @property
    def has_started(self) -> bool:
        """Tell whether it runs or has run, so that it may have written a log."""
        return self.state.state in ("Running", "Terminated") or self.restart_count > 0


@dataclass(frozen=True)
class Event:
    """One thing that happened. ``type`` is Normal or Warning."""

    type: str
    reason: str
    message: str
    count: int
    first_timestamp: datetime
    last_timestamp: datetime
    source: str = ""


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

    @property
    def all_containers(self) -> tuple[ContainerStatus, ...]:
        """Return init containers and containers, in the order in which they start."""
        return (*self.init_containers, *self.containers)


@dataclass(frozen=True)
class ContainerGroupPage:
    """Up to ``limit`` groups; ``next_token`` is "" on the last page."""

    items: tuple[ContainerGroup, ...]
    next_token: str
    total_count: int


@dataclass(frozen=True)
class Spot:
    """How a preemptible instance is asked for: its strategy, the most that an hour may cost, its protected time."""

    strategy: str
    price_limit: Decimal | None = None
    duration_hours: int | None = None


@dataclass(frozen=True)
class Price:
    """Price of a size or type while it runs, that of the market for what is preemptible; what an elastic IP transfers
    is not in it."""

    currency: str
    per_second: Decimal

    @property
    def per_hour(self) -> Decimal:
        return self.per_second * 3600


class ContainerGroups(Protocol):
    """Elastic Container Instance. ``parameters`` are those of ``domain.wire.to_parameters``, RegionId among them.

    ``secret_keys`` names the parameters whose values must appear in no log line and no error.
    """

    def create(
        self, parameters: Mapping[str, str], *, client_token: str, secret_keys: Collection[str] = ()
    ) -> CreatedContainerGroup:
        """Return the id of the one container group that belongs to ``client_token``.

        The same token and parameters give the same answer again; the token with others raises ``Conflict``.
        Raise ``OutcomeUnknown`` whenever it cannot be told whether the group exists.
        """
        ...

    def dry_run(self, parameters: Mapping[str, str], *, secret_keys: Collection[str] = ()) -> str:
        """Return the request id of a passed validation; raise what ``create`` would raise. Create nothing."""
        ...

    def list(
        self,
        region_id: str,
        *,
        container_group_ids: Collection[str] = (),
        name: str = "",
        tag: Tag | None = None,
        limit: int = 20,
        next_token: str = "",
    ) -> ContainerGroupPage:
        """Return one page, newest first as in the cloud; at most 20 ids and 20 a page. With ids, events come along.

        Of a `tag` without a value only the key counts.
        """
        ...

    def get(self, region_id: str, container_group_id: str) -> ContainerGroup:
        """Return the group with its events; raise ``NotFound``."""
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
        """Return a container's last ``tail`` lines (at most 2,000, 1 MB); ``previous``: before its last restart."""
        ...

    def restart(self, region_id: str, container_group_id: str, *, client_token: str = "") -> str:
        """Return the request id; raise ``Refused`` unless the group is Pending or Running."""
        ...

    def delete(self, region_id: str, container_group_id: str, *, client_token: str = "") -> str:
        """Return the request id; an elastic IP that was made with the group goes with it."""
        ...

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
        """Return the price a second. With an instance type the size does not count."""
        ...

    def regions(self) -> tuple[Region, ...]: ...
