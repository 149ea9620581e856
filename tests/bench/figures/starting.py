"""P10: `make demo`, second start, until its first page is there; and its memory beside a bare Django project's."""

import os
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager

from tests.bench.ground import ROOT
from tests.bench.load import requests_a_second
from tests.bench.measure import Figure
from tests.bench.processes import granian, resident_mebibytes, served, stop
from tests.e2e.server import free_port

STARTS = 5
PATIENCE_SECONDS = 120


def figures() -> Iterator[Figure]:
    with _demo(free_port()):
        pass
    starts, memory = [], []
    for _ in range(STARTS):
        port = free_port()
        began = time.perf_counter()
        with _demo(port) as process:
            starts.append(time.perf_counter() - began)
            requests_a_second(f"http://127.0.0.1:{port}/buy/", clients=8, seconds=1)
            memory.append(resident_mebibytes(process.pid))
    yield Figure("P10a", "`make demo`, second start, to the first page", "s", starts, bar=4)
    yield Figure("P10b", "resident memory, after a load ÷ a bare project's", "MiB", memory, _bare_memory(), bar=1.5)


@contextmanager
def _demo(port: int) -> "Iterator[subprocess.Popen[bytes]]":
    """The demo as `make` starts it, over the bench's data folder, once its first page is there."""
    environment = {name: value for name, value in os.environ.items() if name != "DJANGO_SETTINGS_MODULE"}
    command = ["make", "--no-print-directory", "demo", f"PORT={port}"]
    process = subprocess.Popen(
        command, cwd=ROOT, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        start_new_session=True,
    )  # fmt: skip
    try:
        _first_page(port)
        yield process
    finally:
        stop(process)


def _first_page(port: int) -> None:
    deadline = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < deadline:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/", timeout=10) as answer:
                answer.read()
                return
        except (urllib.error.URLError, ConnectionError):
            time.sleep(0.02)
    raise RuntimeError("the demo did not start")


def _bare_memory() -> list[float]:
    memory = []
    for _ in range(STARTS):
        port = free_port()
        with served(granian("tests.bench.served.bare:application", port), port) as process:
            requests_a_second(f"http://127.0.0.1:{port}/", clients=8, seconds=1)
            memory.append(resident_mebibytes(process.pid))
    return memory
