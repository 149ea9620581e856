"""tests/bench/load.py: counts whole answers, and refuses to measure errors."""

import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from consoleapp.simulator.server import Server
from tests.bench.load import Browserlike, request_bytes, requests_a_second

BODY = b"x" * 300_000


def application(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
    status = "404 Not Found" if environ["PATH_INFO"] == "/missing" else "200 OK"
    start_response(status, [("Content-Length", str(len(BODY)))])
    return [BODY]


@contextmanager
def served() -> Iterator[str]:
    with Server(application) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
        thread.start()
        yield server.url
        server.shutdown()
        thread.join()


def test_counts_answers_that_came_whole() -> None:
    with served() as url:
        assert requests_a_second(url, clients=3, seconds=0.2) > 0
        with Browserlike(url) as client:
            assert client.get("/") == BODY
            assert client.headers["content-length"] == str(len(BODY))


def test_an_error_is_no_answer_to_measure() -> None:
    with served() as url:
        with pytest.raises(RuntimeError, match="404"):
            requests_a_second(f"{url}/missing", clients=1, seconds=0.2)
        with Browserlike(url) as client, pytest.raises(RuntimeError, match="404"):
            client.get("/missing")


def test_asks_as_a_browser_does() -> None:
    sent = request_bytes("http://127.0.0.1:8000/buy/?cpu=2", "session=abc").decode()
    assert sent.startswith("GET /buy/?cpu=2 HTTP/1.1\r\nHost: 127.0.0.1:8000\r\n")
    assert "Cookie: session=abc\r\n" in sent
    assert "Accept-Encoding: gzip" in sent
    assert sent.endswith("\r\n\r\n")
