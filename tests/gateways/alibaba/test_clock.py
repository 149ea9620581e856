"""A wrong clock of ours is found out by the answer and mended for the next call."""

import time
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from consoleapp.gateways.alibaba.account import Account
from consoleapp.gateways.alibaba.client import Client
from consoleapp.gateways.alibaba.clock import CloudClock
from consoleapp.gateways.alibaba.eci import ElasticContainerInstance
from consoleapp.gateways.alibaba.endpoints import Endpoints
from consoleapp.gateways.alibaba.transport import Transport, http_session
from consoleapp.gateways.embedded import WSGIAdapter
from consoleapp.gateways.errors import Refused
from consoleapp.simulator.app import FixedKeys, make_app


@pytest.fixture
def late_clock() -> CloudClock:
    return CloudClock(lambda: time.time() - 7200)


@pytest.fixture
def groups(late_clock: CloudClock) -> Iterator[ElasticContainerInstance]:
    session = http_session(WSGIAdapter(make_app(state=None, keys=FixedKeys({"alice": "secret"}))))
    transport = Transport(session, connect_timeout=1, read_timeout=5)
    client = Client(transport, Account("alice", "secret"), endpoints=Endpoints(), clock=late_clock)
    yield ElasticContainerInstance(client)
    session.close()


def test_takes_the_offset_from_the_answers_date(groups: ElasticContainerInstance, late_clock: CloudClock) -> None:
    with pytest.raises(Refused) as caught:
        groups.regions()
    assert caught.value.code == "InvalidTimeStamp.Expired"
    assert 7190 < late_clock.offset_seconds < 7210

    assert groups.regions()


def test_learns_the_difference() -> None:
    clock = CloudClock(lambda: 1_000.0)
    clock.learn(datetime.fromtimestamp(1_900, UTC))

    assert (clock(), clock.offset_seconds) == (1_900, 900)
