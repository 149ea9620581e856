"""Load from many clients at once: raw keep-alive connections in one thread, so that the client costs little itself."""

import http.client
import re
import selectors
import socket
import time
from collections.abc import Mapping
from contextlib import ExitStack
from dataclasses import dataclass, field
from urllib.parse import urlsplit

BROWSER = {"Accept": "text/html", "Accept-Encoding": "gzip, deflate, br", "Accept-Language": "en"}
_LENGTH = re.compile(rb"\r\ncontent-length: *([0-9]+)", re.IGNORECASE)


@dataclass
class _Connection:
    socket: socket.socket
    got: bytearray = field(default_factory=bytearray)

    @property
    def is_complete(self) -> bool:
        """Whether a whole answer has come; raises for anything but 200 with a length."""
        head, end, body = bytes(self.got).partition(b"\r\n\r\n")
        if not end:
            return False
        length = _LENGTH.search(head)
        if not head.startswith(b"HTTP/1.1 200") or length is None:
            raise RuntimeError(f"not an answer to measure: {head[:200]!r}")
        return len(body) >= int(length[1])


def requests_a_second(url: str, cookie: str = "", clients: int = 16, seconds: float = 2.0) -> float:
    """Answers a second to GET from this many clients, each sending its next request when it has its answer."""
    parts = urlsplit(url)
    request = request_bytes(url, cookie)
    done = 0
    with ExitStack() as stack:
        selector = stack.enter_context(selectors.DefaultSelector())
        for _ in range(clients):
            address = (parts.hostname or "", parts.port or 80)
            client = stack.enter_context(socket.create_connection(address, timeout=10))
            selector.register(client, selectors.EVENT_READ, _Connection(client))
            client.sendall(request)
        started = time.perf_counter()
        while time.perf_counter() - started < seconds:
            for key, _ in selector.select(timeout=seconds):
                connection: _Connection = key.data
                connection.got += connection.socket.recv(1 << 18)
                if connection.is_complete:
                    done += 1
                    connection.got.clear()
                    connection.socket.sendall(request)
        elapsed = time.perf_counter() - started
    return done / elapsed


def request_bytes(url: str, cookie: str = "") -> bytes:
    """A GET as a browser sends it."""
    parts = urlsplit(url)
    headers = {"Host": parts.netloc, **BROWSER, **({"Cookie": cookie} if cookie else {})}
    lines = [f"GET {parts.path or '/'}{'?' + parts.query if parts.query else ''} HTTP/1.1"]
    return "\r\n".join([*lines, *(f"{name}: {value}" for name, value in headers.items()), "", ""]).encode()


class Browserlike:
    """One keep-alive connection that asks one thing after the other; `headers` are those of the last answer."""

    def __init__(self, base: str, cookie: str = "", headers: Mapping[str, str] = BROWSER) -> None:
        self._connection = http.client.HTTPConnection(base.removeprefix("http://"), timeout=20)
        self._sent = {**headers, **({"Cookie": cookie} if cookie else {})}
        self.headers = http.client.HTTPMessage()

    def __enter__(self) -> "Browserlike":
        return self

    def __exit__(self, *_error: object) -> None:
        self._connection.close()

    def get(self, path: str) -> bytes:
        """The body of the answer, as sent; raises for anything but 200."""
        self._connection.request("GET", path, headers=self._sent)
        answer = self._connection.getresponse()
        body, self.headers = answer.read(), answer.headers
        if answer.status != 200:
            raise RuntimeError(f"{path} answered {answer.status}")
        return body
