"""A loopback server that misbehaves on purpose: it reads a request and then does what the test says."""

import socket
import struct
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

Behaviour = Callable[[socket.socket], None]


def http(body: bytes, status: str = "200 OK", content_type: str = "application/json", *more: str) -> Behaviour:
    """A whole answer, then the end of the connection."""
    head = [f"HTTP/1.1 {status}", f"Content-Type: {content_type}", f"Content-Length: {len(body)}", *more]
    return raw("\r\n".join([*head, "Connection: close", "", ""]).encode() + body)


def raw(data: bytes) -> Behaviour:
    def behave(connection: socket.socket) -> None:
        connection.sendall(data)

    return behave


def silent(connection: socket.socket) -> None:
    """Reads and never answers, until the client gives up."""
    connection.settimeout(5)
    connection.recv(1)


def reset(connection: socket.socket) -> None:
    """Breaks the connection instead of answering."""
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))


def dripping(connection: socket.socket) -> None:
    """Promises a long answer and sends a byte now and then: every single read is in time."""
    connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 10000\r\n\r\n")
    for _ in range(200):
        connection.sendall(b" ")
        time.sleep(0.05)


@contextmanager
def serving(*behaviours: Behaviour, seen: Callable[[bytes], object] = lambda _: None) -> Iterator[str]:
    """The address of a server that behaves so, one connection after the other; the last behaviour repeats.

    ``seen`` is told the bytes of every request.
    """
    with socket.create_server(("127.0.0.1", 0)) as server:
        stop = threading.Event()
        server.settimeout(0.05)

        def serve() -> None:
            queue = list(behaviours)
            while not stop.is_set():
                try:
                    connection, _ = server.accept()
                except TimeoutError:
                    continue
                with connection:
                    try:
                        seen(_read_request(connection))
                        (queue.pop(0) if len(queue) > 1 else queue[0])(connection)
                    except OSError:
                        continue  # the client left: that is what these tests are about

        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{server.getsockname()[1]}"
        stop.set()
        thread.join()


def _read_request(connection: socket.socket) -> bytes:
    connection.settimeout(2)
    data = b""
    while b"\r\n\r\n" not in data:
        chunk = connection.recv(65536)
        if not chunk:
            return data
        data += chunk
        if data.startswith(b"\x16"):  # a TLS greeting has no end that we would recognise
            return data
    head, _, rest = data.partition(b"\r\n\r\n")
    lengths = [line.split(b":")[1] for line in head.lower().split(b"\r\n") if line.startswith(b"content-length:")]
    missing = int(lengths[0]) - len(rest) if lengths else 0
    while missing > 0:
        chunk = connection.recv(65536)
        data += chunk
        missing -= len(chunk) or missing
    return data


def closed_port() -> str:
    """An address on this machine where nobody listens."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        return f"http://127.0.0.1:{server.getsockname()[1]}"
