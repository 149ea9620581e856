"""The same cloud four ways: the simulator embedded, by its own key and by a role's, over loopback, and the fakes."""

import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime

import pytest
import requests

from consoleapp.gateways import connect
from consoleapp.gateways.alibaba.account import Keys
from consoleapp.gateways.alibaba.catalogue import DockerHub, ImageCatalogue
from consoleapp.gateways.alibaba.client import Client
from consoleapp.gateways.alibaba.cr import ContainerRegistry
from consoleapp.gateways.alibaba.eci import ElasticContainerInstance
from consoleapp.gateways.alibaba.endpoints import Endpoints
from consoleapp.gateways.alibaba.sts import KeyStore, Role, RoleKeys
from consoleapp.gateways.alibaba.transport import Transport, http_session
from consoleapp.gateways.alibaba.vpc import VirtualPrivateCloud
from consoleapp.gateways.embedded import WSGIAdapter
from consoleapp.simulator.app import FixedKeys, Simulator, make_app
from consoleapp.simulator.server import Server
from consoleapp.simulator.sessions import uid_of
from tests.fakes import FakeCatalogue, FakeContainerGroups, FakeNetworks, FakeRegistries

ACCOUNT = connect.Account("alice-key", "alice-secret")
ROLE = Role(ACCOUNT, f"acs:ram::{uid_of('alice-key')}:role/console", "console-qa-bob", "console/1")


@dataclass
class Clock:
    """Real time plus what a test has let pass: the cloud refuses signatures that are half an hour off."""

    passed: float = 0

    def __call__(self) -> float:
        return time.time() + self.passed

    def utc(self) -> datetime:
        return datetime.fromtimestamp(self(), UTC)


@dataclass
class World:
    """A cloud under test and the hand of its clock."""

    cloud: connect.Cloud
    clock: Clock

    def pass_seconds(self, seconds: float) -> None:
        self.clock.passed += seconds


def simulator(clock: Callable[[], float]) -> Simulator:
    return make_app(state=None, keys=FixedKeys({"alice-key": "alice-secret"}), clock=clock)


def cloud(
    session: requests.Session,
    clock: Callable[[], float],
    endpoint: str = "",
    parameters_in: str = "query",
    *,
    by_role: bool = False,
) -> connect.Cloud:
    transport = Transport(session, connect_timeout=3, read_timeout=20)
    endpoints = Endpoints(endpoint)

    def client_of(keys: Keys) -> Client:
        return Client(transport, keys, endpoints=endpoints, parameters_in=parameters_in, clock=clock)

    own = client_of(ACCOUNT)
    client = client_of(RoleKeys(ROLE, own, clock, KeyStore())) if by_role else own
    return connect.Cloud(
        ElasticContainerInstance(client),
        VirtualPrivateCloud(client),
        ContainerRegistry(client),
        ImageCatalogue(DockerHub(transport, endpoints), client.common_images_address),
    )


def _embedded(clock: Clock, parameters_in: str, *, by_role: bool = False) -> Iterator[connect.Cloud]:
    app = simulator(clock)
    with http_session(WSGIAdapter(app)) as session:
        yield cloud(session, clock, parameters_in=parameters_in, by_role=by_role)
    app.store.close()


def _loopback(clock: Clock, parameters_in: str) -> Iterator[connect.Cloud]:
    app = simulator(clock)
    with Server(app) as server, http_session() as session:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
        thread.start()
        yield cloud(session, clock, server.url, parameters_in)
        server.shutdown()
        thread.join()
    app.store.close()


def _fake(clock: Clock) -> Iterator[connect.Cloud]:
    yield connect.Cloud(FakeContainerGroups(clock=clock.utc), FakeNetworks(), FakeRegistries(), FakeCatalogue())


@pytest.fixture(params=["embedded", "embedded, parameters in the body", "embedded, by a role", "loopback", "fake"])
def world(request: pytest.FixtureRequest) -> Iterator[World]:
    clock = Clock()
    makers: dict[str, Callable[[], Iterator[connect.Cloud]]] = {
        "embedded": lambda: _embedded(clock, "query"),
        "embedded, parameters in the body": lambda: _embedded(clock, "body"),
        "embedded, by a role": lambda: _embedded(clock, "query", by_role=True),
        "loopback": lambda: _loopback(clock, "query"),
        "fake": lambda: _fake(clock),
    }
    for made in makers[request.param]():
        yield World(made, clock)
