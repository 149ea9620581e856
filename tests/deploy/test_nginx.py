"""deploy/nginx.conf: what the servers hear of a request, whatever the client says. Runs the real proxy."""

import contextlib
import re
import socket
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.e2e.server import free_port
from tests.hostile.listeners import Asked, Listener, answer
from tests.registries.install import has_nginx

CONFIGURATION = Path(__file__).resolve().parent.parent.parent / "deploy" / "nginx.conf"
START_SECONDS = 10

# Forged by a client that would like to pass for somebody else, or for one that speaks HTTPS.
FORGED = {
    "X-Forwarded-Proto": "https",
    "X-Forwarded-For": "127.0.0.1",
    "X-Forwarded-Host": "evil.test",
    "X-Forwarded-Port": "443",
    "X-Real-IP": "127.0.0.1",
    "Forwarded": "for=127.0.0.1;proto=https",
}


class Proxy:
    """A running nginx with the shipped settings, moved to free ports; `server` is what it passes requests on to."""

    def __init__(self, folder: Path, server: Listener) -> None:
        self.server = server
        self.ports = {8080: free_port(), 8081: free_port()}
        text = CONFIGURATION.read_text(encoding="utf-8").replace("/tmp/", f"{folder}/")
        text = re.sub(r"server server-\d:8000", f"server 127.0.0.1:{server.port}", text)
        for shipped, port in self.ports.items():
            text = re.sub(rf"\b{shipped}\b", str(port), text)
        self.file = folder / "nginx.conf"
        self.file.write_text(text, encoding="utf-8")

    def ask(self, path: str = "/", port: int = 8080, **headers: str) -> int:
        """The status of the answer."""
        request = urllib.request.Request(f"http://127.0.0.1:{self.ports[port]}{path}", headers=headers)
        try:
            with urllib.request.urlopen(request, timeout=5) as told:
                return int(told.status)
        except urllib.error.HTTPError as error:
            return error.code

    def heard(self, port: int, **headers: str) -> Asked:
        """What the server heard of a request that came in at this port."""
        assert self.ask(port=port, **headers) == 200
        return self.server.asked[-1]


@pytest.fixture
def proxy(tmp_path: Path) -> Iterator[Proxy]:
    if not has_nginx():
        pytest.skip("nginx is not installed: make registry")
    with Listener(lambda asked: answer(200, b"ok", "Connection: close")).running() as server:
        proxy = Proxy(tmp_path, server)
        process = subprocess.Popen(["nginx", "-c", str(proxy.file), "-p", str(tmp_path), "-g", "daemon off;"])
        try:
            _wait(proxy.ports[8080])
            yield proxy
        finally:
            process.terminate()
            process.wait(10)


def _wait(port: int) -> None:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline:
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
            return
        time.sleep(0.05)
    raise RuntimeError("nginx did not start")


@pytest.mark.parametrize("forged", [{}, FORGED, {"X-Forwarded-Proto": "https, http"}], ids=["nothing", "all", "a list"])
@pytest.mark.parametrize(("port", "scheme"), [(8080, "http"), (8081, "https")])
def test_the_scheme_is_that_of_the_door_and_never_the_clients_word(
    proxy: Proxy, port: int, scheme: str, forged: dict[str, str]
) -> None:
    assert proxy.heard(port, **forged).header("x-forwarded-proto") == scheme


def test_nothing_else_that_a_client_has_forged_is_passed_on(proxy: Proxy) -> None:
    heard = proxy.heard(8080, **FORGED)
    for name in ("x-forwarded-host", "x-forwarded-port", "x-real-ip", "forwarded"):
        assert heard.header(name) == ""
    # The last entry is what the proxy has seen; those before it are the client's word, and counted as such.
    assert heard.header("x-forwarded-for") == "127.0.0.1, 127.0.0.1"
    assert heard.raw.lower().count(b"x-forwarded-proto:") == 1


@pytest.mark.parametrize("path", ["/metrics", "/%6detrics", "//metrics", "/./metrics", "/x/../metrics", "/metrics?x=1"])
def test_the_metrics_stay_inside(proxy: Proxy, path: str) -> None:
    assert proxy.ask(path) == 404
    assert proxy.server.asked == []
