"""Slow clients against the shipped server: 300 connections that send headers, bodies or read answers drop by drop,
1,100 that send bodies so, and a handful that speak HTTP/2 and announce bodies that never come.

slowhttptest is used where it is installed, besides our own connections.
"""

import shutil
import socket
import subprocess
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass

from tests.campaigns import people
from tests.campaigns.report import Report, percentile
from tests.e2e.server import free_port
from tests.topology import PYTHON, Server, Topology

CONNECTIONS, MORE_CONNECTIONS = 300, 1100
ONE_THREAD = (
    "import sys; from wsgiref.simple_server import *;"
    "make_server('127.0.0.1', int(sys.argv[1]), demo_app).serve_forever()"
)
# A page may be slower than usual under attack, and must come.
PAGE_SECONDS = 2.0


def run(*, is_short: bool) -> Report:
    """The report."""
    seconds = 3 if is_short else 60
    report = Report(
        f"{CONNECTIONS} slow connections and more, {seconds} s each way", "a server of one thread", not is_short
    )
    with Topology(database="sqlite", has_cache=False, servers=1, workers=0) as topology:
        server = topology.servers[0]
        for name, way in WAYS.items():
            answers = _under_attack(server.url, way, seconds)
            report.exactly(f"{name}: pages that did not come", sum(answer.status != 200 for answer in answers), 0)
            report.at_most_time(
                f"{name}: page, p95", percentile([a.seconds for a in answers], 0.95), PAGE_SECONDS, " s"
            )
            report.add(f"{name}: pages", len(answers), len(answers) > 0)
        if shutil.which("slowhttptest"):
            report.add("slowhttptest", _slowhttptest(server.url, seconds))
        report.finds_defect = _finds(topology)
    return report


def _one_header(connection: socket.socket) -> None:
    connection.sendall(b"X-a: b\r\n")


def _one_byte(connection: socket.socket) -> None:
    connection.sendall(b"a")


def _read_one(connection: socket.socket) -> None:
    connection.recv(1)


def _nothing(connection: socket.socket) -> None:
    """Only sees whether the server has ended the connection."""
    connection.settimeout(0.01)
    with suppress(TimeoutError):
        if not connection.recv(4096):
            raise ConnectionError


def _frame(kind: int, flags: int, stream: int, payload: bytes = b"") -> bytes:
    """A frame of HTTP/2 (RFC 9113, 4.1)."""
    return len(payload).to_bytes(3, "big") + bytes([kind, flags]) + stream.to_bytes(4, "big") + payload


def _http2_posts(streams: int) -> bytes:
    """A connection of HTTP/2 without TLS (RFC 9113, 3.3) with so many POSTs whose bodies are still to come."""
    fields = {
        b":path": b"/buy/",
        b":authority": b"localhost",
        b"cookie": b"csrf=" + b"c" * 32,
        b"content-type": b"application/x-www-form-urlencoded",
        b"content-length": b"8192",
    }
    # RFC 7541: POST and http by their numbers in the static table, the others as literals that are not indexed.
    block = b"\x83\x86" + b"".join(
        b"\0" + bytes([len(name)]) + name + bytes([len(value)]) + value for name, value in fields.items()
    )
    posts = (_frame(1, 4, 2 * number + 1, block) for number in range(streams))
    return b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n" + _frame(4, 0, 0) + b"".join(posts)


@dataclass(frozen=True)
class Way:
    """How connections are held: what each begins with, and what it does twice a second."""

    connections: int
    begin: bytes
    drip: Callable[[socket.socket], None]


_HEAD = b"Host: localhost\r\nUser-Agent: slow\r\n"
# With a cookie that makes the console read the body.
_POST = (
    b"POST /buy/ HTTP/1.1\r\n" + _HEAD + b"Cookie: csrf=" + b"c" * 32 + b"\r\n"
    b"Content-Type: application/x-www-form-urlencoded\r\nContent-Length: 8192\r\n\r\n"
)
SLOW_HEADERS = Way(CONNECTIONS, b"GET / HTTP/1.1\r\n" + _HEAD, _one_header)
WAYS = {
    "slow headers": SLOW_HEADERS,
    "slow bodies": Way(CONNECTIONS, _POST, _one_byte),
    "more slow bodies": Way(MORE_CONNECTIONS, _POST, _one_byte),
    "slow reading": Way(CONNECTIONS, b"GET / HTTP/1.1\r\n" + _HEAD + b"\r\n", _read_one),
    "HTTP/2 bodies that never come": Way(5, _http2_posts(120), _nothing),
}


def _under_attack(url: str, way: Way, seconds: float, patience: float = 60) -> list[people.Answer]:
    """What somebody gets who asks for pages meanwhile, after a first one for which there is patience, in seconds."""
    host, _colon, port = url.removeprefix("http://").partition(":")
    ended = threading.Event()
    attacker = threading.Thread(target=_drip, args=((host, int(port)), way, ended))
    attacker.start()
    time.sleep(1)
    # What three hundred honest first requests cost is not what is measured.
    people.ask(url, "/", "", timeout=patience)
    answers, until = [], time.monotonic() + seconds
    while time.monotonic() < until:
        answers.append(people.ask(url, "/", "", timeout=10))
        time.sleep(0.1)
    ended.set()
    attacker.join()
    return answers


def _drip(address: tuple[str, int], way: Way, ended: threading.Event) -> None:
    open_connections: list[socket.socket] = []
    try:
        while not ended.is_set():
            while len(open_connections) < way.connections and not ended.is_set():
                with suppress(OSError):
                    connection = socket.create_connection(address, timeout=1)
                    connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1024)
                    connection.sendall(way.begin)
                    open_connections.append(connection)
            for connection in list(open_connections):
                try:
                    way.drip(connection)
                except OSError:
                    open_connections.remove(connection)
                    connection.close()
            ended.wait(0.5)
    finally:
        for connection in open_connections:
            connection.close()


def _slowhttptest(url: str, seconds: int) -> str:
    command = ["slowhttptest", "-c", str(CONNECTIONS), "-H", "-i", "1", "-r", "200", "-t", "GET", "-u", url, "-x", "24"]
    told = subprocess.run([*command, "-l", str(seconds), "-p", "3"], capture_output=True, text=True, check=False)
    available = [line for line in told.stdout.splitlines() if "service available" in line]
    return available[-1].split(":")[-1].strip() if available else "said nothing"


def _finds(topology: Topology) -> bool:
    """Whether one slow connection too many is noticed on the standard library's simplest server."""
    port = free_port()
    command, log = [PYTHON, "-c", ONE_THREAD, str(port)], topology.folder / "one-thread.log"
    server = Server("one-thread", command, topology.environment, log, port, "/")
    server.start()
    try:
        server.wait()
        answers = _under_attack(server.url, SLOW_HEADERS, 3, patience=1)
        return any(answer.status != 200 for answer in answers)
    finally:
        server.end()
