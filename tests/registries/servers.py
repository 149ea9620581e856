"""Runs Debian's docker-registry on a free loopback port."""

import json
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from tests.registries.authority import Pair

ATTEMPTS = 5
START_SECONDS = 15


@contextmanager
def running_registry(folder: Path, *, tls: Pair | None = None, auth: dict[str, Any] | None = None) -> Iterator[int]:
    """The port of a registry with an empty storage of its own; ended at the end."""
    folder.mkdir(parents=True, exist_ok=True)
    process, port = _start(folder, tls, auth)
    try:
        yield port
    finally:
        process.terminate()
        process.wait(10)


def _start(folder: Path, tls: Pair | None, auth: dict[str, Any] | None) -> tuple[subprocess.Popen[bytes], int]:
    for _ in range(ATTEMPTS):
        port = _free_port()
        configuration = folder / "registry.yml"
        configuration.write_text(json.dumps(_configuration(folder, port, tls, auth)))  # JSON is YAML
        with (folder / "registry.log").open("wb") as log:
            command = ["docker-registry", "serve", str(configuration)]
            process = subprocess.Popen(command, stdout=log, stderr=subprocess.STDOUT)
        if _is_up(process, port):
            return process, port
        process.kill()
        process.wait(10)
    raise RuntimeError((folder / "registry.log").read_text()[-2000:])


def _configuration(folder: Path, port: int, tls: Pair | None, auth: dict[str, Any] | None) -> dict[str, Any]:
    http: dict[str, Any] = {"addr": f"127.0.0.1:{port}", "secret": "only-for-tests"}
    if tls is not None:
        http["tls"] = {"certificate": str(tls.certificate), "key": str(tls.key)}
    configuration: dict[str, Any] = {
        "version": "0.1",
        "log": {"level": "error", "accesslog": {"disabled": True}},
        "storage": {"filesystem": {"rootdirectory": str(folder / "storage")}},
        "http": http,
    }
    return configuration | ({"auth": auth} if auth else {})


def _is_up(process: subprocess.Popen[bytes], port: int) -> bool:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline and process.poll() is None:
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
            return process.poll() is None
        except OSError:
            time.sleep(0.02)
    return False


def _free_port() -> int:
    with socket.socket() as sock:
        sock.bind(("127.0.0.1", 0))
        return int(sock.getsockname()[1])


def htpasswd(folder: Path, user: str, password: str) -> dict[str, Any]:
    """The registry's setting for a login with this user."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / "htpasswd"
    made = subprocess.run(["htpasswd", "-Bbn", user, password], capture_output=True, check=True)
    path.write_bytes(made.stdout)
    return {"htpasswd": {"realm": "Registry of the tests", "path": str(path)}}
