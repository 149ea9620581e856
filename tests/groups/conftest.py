"""A group of alice's and the cloud that answers about it."""

from collections.abc import Iterator
from unittest import mock

import pytest

from consoleapp.accounts.models import User
from consoleapp.orders.models import Order
from tests.groups.builders import RUNNING, WRONG_IMAGE, failing
from tests.orders.builders import created

ECI = "consoleapp.gateways.alibaba.eci.ElasticContainerInstance"


@pytest.fixture
def order(alice: User) -> Order:
    return created(alice, "eci-1")


@pytest.fixture
def port() -> Iterator[mock.Mock]:
    """The cloud's answers, one mock a method."""
    methods = mock.Mock()
    methods.get.return_value = RUNNING
    methods.log.return_value = "one line\n"
    names = ("get", "log", "restart", "delete")
    patches = [mock.patch(f"{ECI}.{name}", getattr(methods, name)) for name in names]
    for patch in patches:
        patch.start()
    yield methods
    for patch in patches:
        patch.stop()


@pytest.fixture
def failing_order(order: Order, port: mock.Mock) -> Order:
    """Alice's, whose image has no such version."""
    port.get.return_value = failing("manifest unknown", WRONG_IMAGE)
    order.parameters = {
        name: value for name, value in order.parameters.items() if not name.startswith("ImageRegistryCredential.")
    } | {"Container.1.Image": WRONG_IMAGE}
    order.secret_keys = []
    order.save()
    return order
