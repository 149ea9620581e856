"""A loopback server that keeps what it is sent and answers every call with the id of a group."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl

from consoleapp.simulator.server import Server

_ANSWER = b'{"RequestId":"REQUEST-1","ContainerGroupId":"eci-captured"}'


@dataclass(frozen=True)
class Captured:
    """A request as it arrived; header names in lower case."""

    method: str
    path: str
    query: str
    headers: dict[str, str]
    body: bytes

    @property
    def parameters(self) -> dict[str, str]:
        """Decoded, from the query and a form body."""
        return dict(
            parse_qsl(self.query, keep_blank_values=True) + parse_qsl(self.body.decode(), keep_blank_values=True)
        )


class CaptureServer:
    """`url` is where it listens, `requests` what it got."""

    def __init__(self, url: str, requests: list[Captured]) -> None:
        self.url = url
        self.requests = requests


@contextmanager
def capture_server() -> Iterator[CaptureServer]:
    requests: list[Captured] = []

    def application(environ: dict[str, Any], start_response: Any) -> list[bytes]:
        headers = {name[5:].replace("_", "-").lower(): value for name, value in environ.items() if name[:5] == "HTTP_"}
        if environ.get("CONTENT_TYPE"):
            headers["content-type"] = environ["CONTENT_TYPE"]
        requests.append(
            Captured(
                environ["REQUEST_METHOD"],
                environ["PATH_INFO"],
                environ["QUERY_STRING"],
                headers,
                environ["wsgi.input"].read(),
            )
        )
        start_response("200 OK", [("Content-Type", "application/json"), ("Content-Length", str(len(_ANSWER)))])
        return [_ANSWER]

    with Server(application) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
        thread.start()
        yield CaptureServer(server.url, requests)
        server.shutdown()
        thread.join()
