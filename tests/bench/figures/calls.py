"""P4: one CreateContainerGroup with 5 containers, 3 credentials and 20 variables, our client beside the official SDK.

Built and signed: both clients run up to the moment where they would hand the request to the network. The whole call:
both over loopback to a server that does nothing, by the clock on the wall. Import: fresh interpreters with compiled
modules, their own start not counted. What waits for nothing is measured in processor time.
"""

import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from typing import Any

from alibabacloud_eci20180808.client import Client as OfficialClient
from alibabacloud_tea_openapi import client as official_core
from alibabacloud_tea_openapi import models as official_models

from consoleapp.domain import wire
from consoleapp.gateways.alibaba.account import Account
from consoleapp.gateways.alibaba.client import Client
from consoleapp.gateways.alibaba.eci import ElasticContainerInstance
from consoleapp.gateways.alibaba.endpoints import Endpoints
from consoleapp.gateways.alibaba.transport import Transport, http_session
from tests.bench import content, official
from tests.bench.measure import Figure, seconds, take_turns
from tests.bench.processes import served
from tests.e2e.server import free_port

KEY, SECRET = "testid", "testsecret"
CALLS = 100
OUR_MODULES = "consoleapp.domain.wire, consoleapp.gateways.alibaba.eci"
OFFICIAL_MODULES = "alibabacloud_eci20180808.client, alibabacloud_eci20180808.models"


class _Ready(BaseException):
    """The request is signed and would be sent now."""


class _NoTransport(Transport):
    def __init__(self) -> None: ...

    def exchange(self, base: str, request: Any) -> Any:
        raise _Ready


def figures() -> Iterator[Figure]:
    address = "http://127.0.0.1:1"
    ours = _until_sent(_ours(address, _NoTransport()))
    theirs = _until_sent(_theirs(address))
    real_action = official_core.DaraCore.do_action
    official_core.DaraCore.do_action = staticmethod(_raise)
    try:
        measured = take_turns(
            lambda: _milliseconds(ours, time.process_time), lambda: _milliseconds(theirs, time.process_time)
        )
    finally:
        official_core.DaraCore.do_action = real_action
    yield Figure("P4a", "CreateContainerGroup, build and sign ÷ official SDK", "ms", *measured, bar=0.8)
    port = free_port()
    address = f"http://127.0.0.1:{port}"
    with served([sys.executable, "-m", "tests.bench.served.capture", str(port)], port), http_session() as session:
        ours = _ours(address, Transport(session, connect_timeout=3, read_timeout=10))
        theirs = _theirs(address)
        measured = take_turns(lambda: _milliseconds(ours), lambda: _milliseconds(theirs))
    yield Figure("P4b", "CreateContainerGroup, whole call on loopback ÷ official SDK", "ms", *measured, bar=0.45)
    measured = take_turns(lambda: _import_milliseconds(OUR_MODULES), lambda: _import_milliseconds(OFFICIAL_MODULES))
    yield Figure("P4c", "import ÷ official SDK", "ms", *measured, bar=0.5)


def _ours(address: str, transport: Transport) -> Callable[[], object]:
    client = ElasticContainerInstance(Client(transport, Account(KEY, SECRET), endpoints=Endpoints(address)))
    group = content.group(5)

    def call() -> object:
        parameters, keys = wire.written(group)
        return client.create(parameters, client_token="token-1", secret_keys=keys)

    return call


def _theirs(address: str) -> Callable[[], object]:
    client = OfficialClient(
        official_models.Config(
            access_key_id=KEY, access_key_secret=SECRET, region_id=content.REGION, protocol="http",
            endpoint=address.removeprefix("http://"),
        )
    )  # fmt: skip
    request = official.request()
    return lambda: client.create_container_group(request)


def _raise(*_arguments: object) -> None:
    raise _Ready


def _until_sent(call: Callable[[], object]) -> Callable[[], object]:
    def run() -> None:
        try:
            call()
        except _Ready:
            return
        raise RuntimeError("the call came back although nothing was sent")

    return run


def _milliseconds(work: Callable[[], object], clock: Callable[[], float] = time.perf_counter) -> float:
    return seconds(work, CALLS, clock) * 1000


def _import_milliseconds(modules: str) -> float:
    code = f"import time; begun = time.process_time(); import {modules}; print(time.process_time() - begun)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60)
    return float(done.stdout) * 1000
