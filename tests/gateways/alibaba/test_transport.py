"""One exchange over real sockets on loopback: what the other side does, and what we make of it."""

import gzip
import socket
import time
from pathlib import Path

import pytest

from consoleapp.gateways.alibaba.transport import MAX_ANSWER_BYTES, Answer, Failure, prepared
from tests.gateways import scripted
from tests.gateways.clients import transport


def _exchange(base: str, read_timeout: float = 2, target: str = "/?a=1") -> Answer | Failure:
    return transport(read_timeout).exchange(base, prepared("POST", base + target, {"Accept": "application/json"}))


def test_an_answer_comes_back_whole() -> None:
    with scripted.serving(scripted.http(b'{"a": 1}', "404 Not Found")) as base:
        outcome = _exchange(base)
    assert isinstance(outcome, Answer)
    assert (outcome.status, outcome.body) == (404, b'{"a": 1}')
    assert outcome.headers["content-type"] == "application/json"


def test_nobody_listening_means_not_sent() -> None:
    assert _exchange(scripted.closed_port()) == Failure(
        was_sent=False, reason="no connection: host name not found or connection refused"
    )


@pytest.mark.parametrize("host", ["no-such-host.invalid", "x" * 70 + ".invalid"])
def test_a_host_without_an_address_means_not_sent(host: str) -> None:
    outcome = _exchange(f"http://{host}")
    assert isinstance(outcome, Failure)
    assert not outcome.was_sent


def test_a_server_that_speaks_no_tls_means_not_sent() -> None:
    with scripted.serving(scripted.http(b"{}")) as base:
        outcome = _exchange(base.replace("http:", "https:"))
    assert outcome == Failure(was_sent=False, reason="no secure connection (TLS)")


@pytest.mark.parametrize(
    ("behaviour", "reason"),
    [
        (scripted.silent, "no answer in time"),
        (scripted.reset, "the connection broke off"),
        (scripted.raw(b""), "the connection broke off"),
        (scripted.raw(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{"), "the connection broke off"),
        (scripted.raw(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\n{"), "the connection broke off"),
        (scripted.raw(b"SSH-2.0-OpenSSH\r\n"), "the connection broke off"),
        (scripted.http(b"not gzip", "200 OK", "text/plain", "Content-Encoding: gzip"), "the connection broke off"),
        (scripted.dripping, "the answer did not end in time"),
    ],
)
def test_no_usable_answer_means_sent(behaviour: scripted.Behaviour, reason: str) -> None:
    started = time.monotonic()
    with scripted.serving(behaviour) as base:
        assert _exchange(base, read_timeout=0.5) == Failure(was_sent=True, reason=reason)
    assert time.monotonic() - started < 8


def test_an_answer_without_an_end_is_not_read_to_it() -> None:
    large = b"x" * (MAX_ANSWER_BYTES + 1)
    for body, more in ((large, ()), (gzip.compress(large), ("Content-Encoding: gzip",))):
        with scripted.serving(scripted.http(body, "200 OK", "text/plain", *more)) as base:
            assert _exchange(base) == Failure(was_sent=True, reason="the answer is larger than 4 MiB")


def test_a_redirect_is_an_answer_like_any_other() -> None:
    moved = scripted.http(b"", "302 Found", "text/plain", "Location: http://127.0.0.1:1/")
    with scripted.serving(moved) as base:
        outcome = _exchange(base)
    assert isinstance(outcome, Answer)
    assert outcome.status == 302


@pytest.mark.parametrize(
    "target", ["/", "/?a=%7e%41&b=a%2fb", "/repos/a/b?x=%E4%B8%AD", "/?" + "&".join(f"k{i}={i}" for i in range(900))]
)
def test_the_target_arrives_byte_for_byte(target: str) -> None:
    received: list[bytes] = []
    with scripted.serving(scripted.http(b"{}"), seen=received.append) as base:
        _exchange(base, target=target)
    line, *headers = received[0].partition(b"\r\n\r\n")[0].decode().split("\r\n")
    assert line == f"POST {target} HTTP/1.1"
    names = [header.partition(":")[0].lower() for header in headers]
    assert sorted(names) == ["accept", "accept-encoding", "content-length", "host", "user-agent"]


def test_connections_are_kept_for_the_next_call() -> None:
    answer = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}"
    accepted: list[socket.socket] = []

    def answer_twice(connection: socket.socket) -> None:
        accepted.append(connection)
        connection.sendall(answer)
        connection.recv(65536)
        connection.sendall(answer)

    with scripted.serving(answer_twice) as base:
        shared = transport()
        outcomes = [shared.exchange(base, prepared("POST", f"{base}/", {})) for _ in range(2)]
    assert all(isinstance(outcome, Answer) for outcome in outcomes)
    assert len(accepted) == 1


def test_a_proxy_of_the_environment_is_used(monkeypatch: pytest.MonkeyPatch) -> None:
    received: list[bytes] = []
    with scripted.serving(scripted.http(b'{"via": "proxy"}'), seen=received.append) as base:
        monkeypatch.setenv("http_proxy", base)
        monkeypatch.setenv("no_proxy", "")
        outcome = transport().exchange(
            "http://cloud.example", prepared("POST", "http://cloud.example/?a=%7e", {"host": "cloud.example"})
        )
    assert isinstance(outcome, Answer)
    assert received[0].startswith(b"POST http://cloud.example/?a=")


def test_a_login_of_the_environment_never_replaces_the_signature(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    netrc = tmp_path / "netrc"
    netrc.write_text("machine 127.0.0.1 login alice password canary\n")
    monkeypatch.setenv("NETRC", str(netrc))
    received: list[bytes] = []
    with scripted.serving(scripted.http(b"{}"), seen=received.append) as base:
        transport().exchange(base, prepared("POST", f"{base}/", {"Authorization": "ACS3 mine"}))
    assert b"Authorization: ACS3 mine\r\n" in received[0]


def test_cookies_are_not_kept() -> None:
    received: list[bytes] = []
    with scripted.serving(
        scripted.http(b"{}", "200 OK", "text/plain", "Set-Cookie: a=b"), seen=received.append
    ) as base:
        shared = transport()
        for _ in range(2):
            shared.exchange(base, prepared("POST", f"{base}/", {}))
    assert b"ookie" not in received[1]
