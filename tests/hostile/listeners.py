"""Fake servers that write whatever bytes they like, and canaries that only record who came."""

import contextlib
import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field

from tests.registries.authority import Pair

Reply = bytes | Iterable[bytes]
HEAD_MAX = 256 * 1024


@dataclass(frozen=True)
class Asked:
    """A request as it came."""

    method: str
    target: str
    raw: bytes

    @property
    def path(self) -> str:
        return self.target.partition("?")[0]

    def header(self, name: str) -> str:
        """The value of a header, "" when there is none."""
        for line in self.raw.decode("latin-1").split("\r\n")[1:]:
            key, _, value = line.partition(":")
            if key.lower() == name:
                return value.strip()
        return ""


def answer(status: int, body: bytes = b"", *headers: str) -> bytes:
    """A whole, well-formed answer."""
    lines = [f"HTTP/1.1 {status} X", f"Content-Length: {len(body)}", *headers]
    return "\r\n".join(lines).encode("utf-8") + b"\r\n\r\n" + body


@dataclass
class Listener:
    """A server on a loopback port; ``received`` is every byte that ever came, decrypted where it speaks TLS."""

    reply: Callable[[Asked], Reply]
    tls: Pair | None = None
    address: str = "127.0.0.1"
    port: int = 0
    connections: int = 0
    received: bytearray = field(default_factory=bytearray)
    asked: list[Asked] = field(default_factory=list)
    _stop: threading.Event = field(default_factory=threading.Event)

    @contextlib.contextmanager
    def running(self) -> Iterator["Listener"]:
        family = socket.AF_INET6 if ":" in self.address else socket.AF_INET
        with socket.socket(family, socket.SOCK_STREAM) as server:
            server.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            if family == socket.AF_INET6:
                server.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
            server.bind((self.address, self.port))
            server.listen(64)
            server.settimeout(0.02)
            self.port = server.getsockname()[1]
            thread = threading.Thread(target=self._accept, args=(server,), daemon=True)
            thread.start()
            try:
                yield self
            finally:
                self._stop.set()
                thread.join(5)

    def _accept(self, server: socket.socket) -> None:
        while not self._stop.is_set():
            try:
                connection, _ = server.accept()
            except TimeoutError:
                continue
            self.connections += 1
            threading.Thread(target=self._serve, args=(connection,), daemon=True).start()

    def _serve(self, connection: socket.socket) -> None:
        connection.settimeout(5)
        with contextlib.suppress(OSError, ValueError), contextlib.closing(connection):
            if self.tls is not None:
                context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
                context.load_cert_chain(self.tls.certificate, self.tls.key)
                connection = context.wrap_socket(connection, server_side=True)
            with contextlib.closing(connection):
                self._answer(connection)

    def _answer(self, connection: socket.socket) -> None:
        raw = b""
        while b"\r\n\r\n" not in raw and len(raw) < HEAD_MAX:
            part = connection.recv(65536)
            if not part:
                break
            self.received += part
            raw += part
        method, _, rest = raw.partition(b" ")
        asked = Asked(method.decode("latin-1"), rest.partition(b" ")[0].decode("latin-1"), raw)
        self.asked.append(asked)
        reply = self.reply(asked)
        for part in (reply,) if isinstance(reply, bytes) else reply:
            if self._stop.is_set():
                return
            connection.sendall(part)


def slowly(data: bytes, pause: float = 0.05) -> Iterator[bytes]:
    """One byte at a time."""
    for at in range(len(data)):
        yield data[at : at + 1]
        time.sleep(pause)


def forever(part: bytes, start: bytes = b"") -> Iterator[bytes]:
    """The same bytes again and again, at most 64 MiB."""
    yield start
    for _ in range(64 * 1024 * 1024 // len(part)):
        yield part


def silence(seconds: float = 3) -> Iterator[bytes]:
    """Nothing, for longer than a check may take."""
    yield b""
    time.sleep(seconds)
