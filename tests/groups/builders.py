"""Container groups as the cloud tells them, and the page of one."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from django.test import Client

from consoleapp.gateways.ports.container_groups import ContainerGroup, ContainerStatus, Event, State

NOON = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
PAGE = "/groups/eci-1/"
IMAGE = "registry.example.com/shop/api:2.3"
# Of an image that is there, a version that is not.
WRONG_IMAGE = "nginx:1.92"


def event(reason: str, message: str = "", seconds: int = 0, kind: str = "Warning", count: int = 1) -> Event:
    """Something that happened so many seconds after noon."""
    moment = NOON + timedelta(seconds=seconds)
    return Event(kind, reason, message, count, moment, moment, "kubelet")


def waiting(reason: str, image: str = IMAGE, message: str = "", name: str = "api") -> ContainerStatus:
    """A container that waits."""
    return ContainerStatus(name, image, state=State("Waiting", reason, message))


def group(*containers: ContainerStatus, status: str = "Pending", **changed: Any) -> ContainerGroup:
    """A group made at noon."""
    made = ContainerGroup("eci-1", "shop-api", "cn-hangzhou", status, creation_time=NOON, containers=tuple(containers))
    return replace(made, **changed)


def failing(error: str, image: str = IMAGE, reason: str = "ImagePullBackOff", count: int = 3) -> ContainerGroup:
    """A group whose one image is not pulled, for what the runtime said."""
    message = f'Failed to pull image "{image}": {error}'
    events = (
        event("Pulling", f'Pulling image "{image}"', 2, "Normal"),
        event("Failed", message, 3, count=count),
        event("Failed", "Error: ErrImagePull", 3),
        event("BackOff", f'Back-off pulling image "{image}"', 7, "Normal"),
    )
    return group(waiting(reason, image, f'Back-off pulling image "{image}"'), events=events)


RUNNING = group(ContainerStatus("api", IMAGE, ready=True, state=State("Running")), status="Running")
REFUSED = failing("unauthorized: incorrect username or password")


def text(client: Client, address: str = PAGE) -> str:
    """The page at the address."""
    answer = client.get(address)
    assert answer.status_code == 200
    return answer.content.decode()
