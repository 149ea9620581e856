"""What the shipped server does with the wire before any page is made."""

import http.client
import socket
from contextlib import closing

import pytest

from tests.e2e.server import ConsoleServer

# How a client says without TLS that it will speak HTTP/2 (RFC 9113, 3.4), and its first, empty SETTINGS frame.
HTTP2_PREFACE = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n" + b"\0\0\0\4\0\0\0\0\0"


def ask(server: ConsoleServer, path: str, **headers: str) -> tuple[int, bytes, str]:
    """Status, content and request id of the answer."""
    with closing(http.client.HTTPConnection("127.0.0.1", server.port, timeout=20)) as connection:
        connection.request("GET", path, headers=headers)
        answer = connection.getresponse()
        return answer.status, answer.read(), answer.getheader("X-Request-Id") or ""


def test_http_2_is_not_spoken(server: ConsoleServer) -> None:
    with socket.create_connection(("127.0.0.1", server.port), timeout=20) as connection:
        connection.sendall(HTTP2_PREFACE)
        assert connection.recv(4096) == b""


def test_liveness_is_answered_whatever_host_is_asked(server: ConsoleServer) -> None:
    assert ask(server, "/healthz", Host="elsewhere.example")[:2] == (200, b"ok\n")


@pytest.mark.parametrize("path", ["/%ff", "/%00", "/buy/%ed%a0%80/", "//", "/?q=%ff"])
def test_any_bytes_in_an_address_get_a_page_with_its_request_id(server: ConsoleServer, path: str) -> None:
    status, _content, request_id = ask(server, path)
    assert status in {200, 404}
    assert request_id


def test_a_body_of_unknown_length_is_not_waited_for(server: ConsoleServer) -> None:
    with socket.create_connection(("127.0.0.1", server.port), timeout=20) as connection:
        connection.sendall(b"POST /buy/ HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nabc")
        assert connection.recv(4096).startswith(b"HTTP/1.1 403 ")
