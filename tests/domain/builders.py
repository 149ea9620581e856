"""Small valid parts of a container group; what a test is about is given by name."""

from decimal import Decimal
from typing import Any

import pytest

from consoleapp.domain.errors import DomainError
from consoleapp.domain.secret import Secret
from consoleapp.domain.spec import Container, ContainerGroupSpec, ImageRegistryCredential, InitContainer


def container(**changes: Any) -> Container:
    return Container(**{"name": "web", "image": "nginx:1.27", **changes})


def init_container(**changes: Any) -> InitContainer:
    return InitContainer(**{"name": "prepare", "image": "busybox:1.36", **changes})


def group(**changes: Any) -> ContainerGroupSpec:
    values = {"region_id": "cn-hangzhou", "container_group_name": "web", "containers": (container(),), **changes}
    return ContainerGroupSpec(**values)


def credential(server: str = "registry.example.com", **changes: Any) -> ImageRegistryCredential:
    values = {"server": server, "user_name": "alice", "password": Secret("open sesame"), **changes}
    return ImageRegistryCredential(**values)


def sized(cpu: str, memory_gib: str) -> dict[str, Decimal]:
    return {"cpu": Decimal(cpu), "memory_gib": Decimal(memory_gib)}


def refusals(make: Any, *args: Any, **values: Any) -> dict[str, str]:
    """Path -> reason of every error that ``make`` raises."""
    with pytest.raises(DomainError) as caught:
        make(*args, **values)
    return {error.path: str(error.reason) for error in caught.value.all_errors}
