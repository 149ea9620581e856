"""Servers as processes of their own: started, waited for, weighed, ended."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from tests.bench.ground import ROOT

PATIENCE_SECONDS = 60.0
# In the data folder; what servers say is shown when a figure could not be measured.
LOG = "bench.log"


@contextmanager
def served(command: Sequence[str], port: int, **variables: str) -> Iterator[subprocess.Popen[bytes]]:
    """The running process, once its port takes connections; it and its children are ended afterwards."""
    environment = {**os.environ, **variables}
    with (Path(os.environ["CONSOLE_DATA_DIR"]) / LOG).open("ab") as log:
        process = subprocess.Popen(
            list(command), cwd=ROOT, env=environment, stdout=log, stderr=log, start_new_session=True
        )
    try:
        wait_for(port, process)
        yield process
    finally:
        stop(process)


def wait_for(port: int, process: "subprocess.Popen[bytes]") -> None:
    """Returns once something listens on the port of the loopback interface."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < deadline and process.poll() is None:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.005)
    raise RuntimeError(f"{process.args!r} does not listen on port {port}")


def stop(process: "subprocess.Popen[bytes]") -> None:
    """Ends the process and its children."""
    for step in (signal.SIGTERM, signal.SIGKILL):
        try:
            os.killpg(process.pid, step)
            process.wait(timeout=10)
            return
        except subprocess.TimeoutExpired:
            continue
        except ProcessLookupError:
            process.wait(timeout=10)
            return


def last_words() -> str:
    """The end of what the servers have said so far."""
    log = Path(os.environ["CONSOLE_DATA_DIR"]) / LOG
    return log.read_text(encoding="utf-8", errors="replace")[-3000:] if log.exists() else ""


def granian(application: str, port: int, workers: int = 2, interface: str = "wsgi") -> list[str]:
    """The command that serves an application with the console's server; `asginl` is the console's own interface."""
    threads = ["--blocking-threads", "4"] if interface == "wsgi" else []
    return [
        sys.executable, "-m", "granian", "--interface", interface, "--host", "127.0.0.1", "--port", str(port),
        "--workers", str(workers), *threads, "--backpressure", "64", "--no-ws", "--log-level", "warning", application,
    ]  # fmt: skip


def resident_mebibytes(process_id: int) -> float:
    """The resident memory of the process and all its descendants."""
    return sum(_resident(each) for each in _family(process_id)) / 1024


def _family(process_id: int) -> list[int]:
    children = Path(f"/proc/{process_id}/task/{process_id}/children").read_text(encoding="ascii").split()
    return [process_id, *(each for child in children for each in _family(int(child)))]


def _resident(process_id: int) -> int:
    status = Path(f"/proc/{process_id}/status").read_text(encoding="utf-8")
    return next(int(line.split()[1]) for line in status.splitlines() if line.startswith("VmRSS"))
