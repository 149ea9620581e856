"""P5: our simulator through our client beside moto's server through boto3, each over loopback and one call at a time.

Ours creates container groups (verified signature, life cycle, image pulls), moto's describes regions. Every hundred
groups go to another access key: the simulator throttles an account as the cloud does.
"""

import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from itertools import count
from pathlib import Path

from consoleapp.domain import wire
from consoleapp.gateways import connect
from tests.bench import content, peers
from tests.bench.ground import ROOT
from tests.bench.measure import Figure, take_turns
from tests.bench.processes import resident_mebibytes, served
from tests.e2e.server import free_port

# Fewer than an account may create at once.
CALLS = 80
STARTS = 5


def figures() -> Iterator[Figure]:
    python = str(peers.moto_python())
    ports = free_port(), free_port()
    key_file = Path(os.environ["CONSOLE_DATA_DIR"]) / "simulator-key"
    simulator = [sys.executable, "-m", "consoleapp.simulator", "--port", str(ports[0]), "--keys-from", str(key_file)]
    moto = [python, "-m", "moto.server", "-H", "127.0.0.1", "-p", str(ports[1])]
    starts = take_turns(lambda: _start_seconds(simulator, ports[0]), lambda: _start_seconds(moto, ports[1]), STARTS)
    with ExitStack() as stack:
        ours, theirs = (
            stack.enter_context(served(command, port)) for command, port in zip((simulator, moto), ports, strict=True)
        )
        create = _creator(f"http://127.0.0.1:{ports[0]}", key_file)
        describe = stack.enter_context(_Moto(python, f"http://127.0.0.1:{ports[1]}"))
        rates = take_turns(create, describe.calls_a_second)
        weights = [[resident_mebibytes(process.pid)] for process in (ours, theirs)]
    what = "simulator, CreateContainerGroup through our client ÷ moto, DescribeRegions through boto3"
    yield Figure("P5a", what, "calls/s", *rates, bar=4, at_least=True)
    yield Figure("P5b", "simulator, start ÷ moto", "s", *starts, bar=1)
    yield Figure("P5c", "simulator, resident memory after the run ÷ moto", "MiB", weights[0], weights[1], bar=0.5)


def _start_seconds(command: list[str], port: int) -> float:
    started = time.perf_counter()
    with served(command, port):
        return time.perf_counter() - started


def _creator(address: str, key_file: Path) -> Callable[[], float]:
    key = key_file.read_text(encoding="utf-8").strip()
    group = content.group(1)
    parameters, secret_keys = wire.to_parameters(group), wire.secret_keys(group)
    worlds, settings = count(), connect.CloudSettings(endpoint=address)

    def calls_a_second() -> float:
        cloud = connect.cloud_for(connect.simulator_account(key, f"bench-{next(worlds)}"), settings)
        cloud.container_groups.regions()
        started = time.perf_counter()
        for number in range(CALLS):
            cloud.container_groups.create(parameters, client_token=f"token-{number}", secret_keys=secret_keys)
        return CALLS / (time.perf_counter() - started)

    return calls_a_second


class _Moto:
    """boto3 in a process of its own environment."""

    def __init__(self, python: str, address: str) -> None:
        self._command = [python, str(ROOT / "tests" / "bench" / "served" / "moto_client.py"), address]

    def __enter__(self) -> "_Moto":
        self._process = subprocess.Popen(self._command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        return self

    def __exit__(self, *_error: object) -> None:
        self._process.kill()
        self._process.communicate()

    def calls_a_second(self) -> float:
        """One batch."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(f"{CALLS}\n")
        self._process.stdin.flush()
        return CALLS / float(self._process.stdout.readline())
