import http.client
import socket
import threading
from collections.abc import Callable, Iterable, Iterator
from typing import Any

import pytest

from consoleapp.simulator.server import Server


def echo(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
    body = environ["wsgi.input"].read()
    told = [
        environ["REQUEST_METHOD"],
        environ["PATH_INFO"],
        environ["QUERY_STRING"],
        environ.get("HTTP_X_ACS_DATE", ""),
    ]
    answer = "|".join(told).encode("latin-1") + b"|" + body
    start_response("200 OK", [("Content-Length", str(len(answer))), ("X-Echo", "yes")])
    return [answer]


@pytest.fixture
def port() -> Iterator[int]:
    with Server(echo) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield int(server.port)
        server.shutdown()
        thread.join()


def raw(port: int, request: bytes) -> bytes:
    with socket.create_connection(("127.0.0.1", port), timeout=10) as connection:
        connection.sendall(request)
        connection.shutdown(socket.SHUT_WR)
        return b"".join(iter(lambda: connection.recv(65536), b""))


def test_hands_over_method_path_query_headers_and_body(port: int) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    connection.request("POST", "/a%20b?c=%20d", b"body", {"X-Acs-Date": "today"})
    assert connection.getresponse().read() == b"POST|/a b|c=%20d|today|body"
    connection.close()


def test_joins_repeated_headers(port: int) -> None:
    answer = raw(port, b"GET /a HTTP/1.1\r\nHost: x\r\nX-Acs-Date: one\r\nx-acs-date: two\r\n\r\n")
    assert answer.endswith(b"GET|/a||one,two|")


def test_keeps_a_connection_open_for_the_next_request(port: int) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    connection.request("GET", "/1")
    connection.getresponse().read()
    first = connection.sock
    connection.request("GET", "/2")
    assert connection.getresponse().read() == b"GET|/2|||"
    assert connection.sock is first
    connection.close()


def test_two_open_connections_do_not_wait_for_each_other(port: int) -> None:
    idle = socket.create_connection(("127.0.0.1", port), timeout=10)
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    connection.request("GET", "/")
    assert connection.getresponse().status == 200
    connection.close()
    idle.close()


def test_takes_a_request_line_of_two_hundred_kilobytes(port: int) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    connection.request("GET", f"/?a={'x' * 200_000}")
    assert len(connection.getresponse().read()) > 200_000
    connection.close()


def test_closes_when_asked_to_or_for_an_older_client(port: int) -> None:
    assert b"Connection: close" in raw(port, b"GET / HTTP/1.1\r\nConnection: close\r\n\r\n")
    assert b"Connection: close" in raw(port, b"GET / HTTP/1.0\r\n\r\n")


def test_a_head_answer_has_no_body(port: int) -> None:
    assert raw(port, b"HEAD / HTTP/1.0\r\n\r\n").endswith(b"\r\n\r\n")


def test_tells_a_waiting_client_to_go_on(port: int) -> None:
    request = b"POST / HTTP/1.0\r\nExpect: 100-continue\r\nContent-Length: 1\r\n\r\nx"
    assert raw(port, request).startswith(b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK")


@pytest.mark.parametrize(
    "request_bytes",
    [
        b"nonsense\r\n\r\n",
        b"GET http://elsewhere/ HTTP/1.1\r\n\r\n",
        b"GET / HTTP/2\r\n\r\n",
        b"GET / HTTP/1.1\r\nno colon\r\n\r\n",
        b"POST / HTTP/1.1\r\nContent-Length: ten\r\n\r\n",
        b"POST / HTTP/1.1\r\nContent-Length: 99999999999\r\n\r\n",
        b"POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        b"GET / HTTP/1.1\r\n" + b"a: b\r\n" * 200 + b"\r\n",
    ],
)
def test_answers_what_is_no_request_with_400(port: int, request_bytes: bytes) -> None:
    assert raw(port, request_bytes).startswith(b"HTTP/1.1 400 ")
