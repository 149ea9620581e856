"""Slow clients against the shipped server: 300 connections that send headers, bodies or read answers drop by drop.

slowhttptest is used where it is installed, besides our own connections.
"""

import shutil
import socket
import subprocess
import threading
import time
from collections.abc import Callable
from contextlib import suppress

from tests.campaigns import people
from tests.campaigns.report import Report, percentile
from tests.e2e.server import free_port
from tests.topology import PYTHON, Server, Topology

CONNECTIONS = 300
ONE_THREAD = (
    "import sys; from wsgiref.simple_server import *;"
    "make_server('127.0.0.1', int(sys.argv[1]), demo_app).serve_forever()"
)
# A page may be slower than usual under attack, and must come.
PAGE_SECONDS = 2.0


def run(*, is_short: bool) -> Report:
    """The report."""
    seconds = 3 if is_short else 60
    report = Report(f"{CONNECTIONS} slow connections for {seconds} s each way", "a server of one thread", not is_short)
    with Topology(database="sqlite", has_cache=False, servers=1, workers=0) as topology:
        server = topology.servers[0]
        for way, drip in WAYS.items():
            answers = _under_attack(server.url, drip, seconds)
            report.exactly(f"{way}: pages that did not come", sum(answer.status != 200 for answer in answers), 0)
            report.at_most_time(f"{way}: page, p95", percentile([a.seconds for a in answers], 0.95), PAGE_SECONDS, " s")
            report.add(f"{way}: pages", len(answers), len(answers) > 0)
        if shutil.which("slowhttptest"):
            report.add("slowhttptest", _slowhttptest(server.url, seconds))
        report.finds_defect = _finds(topology)
    return report


def _slow_headers(connection: socket.socket) -> None:
    connection.sendall(b"X-a: b\r\n")


def _slow_body(connection: socket.socket) -> None:
    connection.sendall(b"a")


def _slow_read(connection: socket.socket) -> None:
    connection.recv(1)


_HEAD = b"Host: localhost\r\nUser-Agent: slow\r\n"
BEGIN: dict[Callable[[socket.socket], None], bytes] = {
    _slow_headers: b"GET / HTTP/1.1\r\n" + _HEAD,
    # With a cookie that makes the console read the body.
    _slow_body: b"POST /buy/ HTTP/1.1\r\n" + _HEAD + b"Cookie: csrf=" + b"c" * 32 + b"\r\n"
    b"Content-Type: application/x-www-form-urlencoded\r\nContent-Length: 8192\r\n\r\n",
    _slow_read: b"GET / HTTP/1.1\r\n" + _HEAD + b"\r\n",
}
WAYS: dict[str, Callable[[socket.socket], None]] = {
    "slow headers": _slow_headers,
    "slow bodies": _slow_body,
    "slow reading": _slow_read,
}


def _under_attack(
    url: str, drip: Callable[[socket.socket], None], seconds: float, patience: float = 60
) -> list[people.Answer]:
    """What somebody gets who asks for pages meanwhile, after a first one for which there is patience, in seconds."""
    host, _colon, port = url.removeprefix("http://").partition(":")
    ended = threading.Event()
    attacker = threading.Thread(target=_drip, args=((host, int(port)), drip, ended))
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


def _drip(address: tuple[str, int], drip: Callable[[socket.socket], None], ended: threading.Event) -> None:
    open_connections: list[socket.socket] = []
    try:
        while not ended.is_set():
            while len(open_connections) < CONNECTIONS and not ended.is_set():
                with suppress(OSError):
                    connection = socket.create_connection(address, timeout=1)
                    connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1024)
                    connection.sendall(BEGIN[drip])
                    open_connections.append(connection)
            for connection in list(open_connections):
                try:
                    drip(connection)
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
        answers = _under_attack(server.url, _slow_headers, 3, patience=1)
        return any(answer.status != 200 for answer in answers)
    finally:
        server.end()
