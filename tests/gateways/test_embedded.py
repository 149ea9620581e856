"""The embedded transport as a WSGI server: what the application sees, and what the caller gets."""

import io
from collections.abc import Callable, Iterable, Iterator
from typing import Any
from wsgiref.validate import validator

import pytest
import requests

from consoleapp.gateways.embedded import WSGIAdapter
from consoleapp.gateways.oci.budget import Budget
from consoleapp.gateways.oci.dial import NoAnswer, Origin, Request
from consoleapp.gateways.oci.embedded import EmbeddedDial

Start = Callable[..., Any]


def _session(application: Any) -> requests.Session:
    session = requests.Session()
    session.trust_env = False
    session.mount("https://", WSGIAdapter(application))
    session.mount("http://", WSGIAdapter(application))
    return session


def _environ_of(method: str, url: str, **sending: Any) -> dict[str, Any]:
    seen: dict[str, Any] = {}

    def application(environ: dict[str, Any], start: Start) -> list[bytes]:
        seen.update(environ, body=environ["wsgi.input"].read())
        start("204 No Content", [])
        return []

    with _session(application) as session:
        session.request(method, url, **sending)
    return seen


def test_the_application_sees_the_request_as_over_a_socket() -> None:
    seen = _environ_of(
        "POST",
        "https://eci.cn-hangzhou.aliyuncs.com/a%2Fb/%E4%B8%AD?x=%E4%B8%AD&y=%2F",
        data=b"a=1",
        headers={"X-Acs-Action": "A"},
    )
    assert (seen["REQUEST_METHOD"], seen["SCRIPT_NAME"], seen["SERVER_PROTOCOL"]) == ("POST", "", "HTTP/1.1")
    assert seen["PATH_INFO"].encode("latin-1").decode() == "/a/b/中"
    assert seen["QUERY_STRING"] == "x=%E4%B8%AD&y=%2F"
    assert (seen["HTTP_HOST"], seen["SERVER_NAME"], seen["SERVER_PORT"]) == (
        "eci.cn-hangzhou.aliyuncs.com",
        "eci.cn-hangzhou.aliyuncs.com",
        "443",
    )
    assert (seen["CONTENT_LENGTH"], seen["body"], seen["HTTP_X_ACS_ACTION"]) == ("3", b"a=1", "A")
    assert seen["wsgi.url_scheme"] == "https"


def test_ports_and_content_type_are_passed_on() -> None:
    seen = _environ_of("PUT", "http://127.0.0.1:8099/", data="ü", headers={"Content-Type": "text/plain"})
    assert (seen["SERVER_PORT"], seen["HTTP_HOST"], seen["CONTENT_TYPE"]) == ("8099", "127.0.0.1:8099", "text/plain")
    assert "HTTP_CONTENT_TYPE" not in seen
    assert seen["body"] == "ü".encode()


def test_the_environment_is_one_that_the_standard_allows() -> None:
    def application(environ: dict[str, Any], start: Start) -> list[bytes]:
        start("200 OK", [("Content-Type", "text/plain"), ("Content-Length", "2")])
        return [b"ok"]

    with _session(validator(application)) as session:
        assert session.get("https://example.com/").text == "ok"


def test_the_caller_gets_a_real_response() -> None:
    def application(environ: dict[str, Any], start: Start) -> list[bytes]:
        headers = [("Content-Type", "application/json;charset=utf-8"), ("X-Twice", "a"), ("X-Twice", "b")]
        start("404 Not Found", headers)
        return [b'{"a": ', b"", b'"\xc3\xbc"}']

    with _session(application) as session:
        response = session.get("https://example.com/x?y=1")
    assert (response.status_code, response.reason, response.url) == (404, "Not Found", "https://example.com/x?y=1")
    assert response.json() == {"a": "ü"}
    assert response.headers["x-twice"] == "a, b"
    assert response.elapsed.total_seconds() >= 0
    assert not response.ok


def test_a_body_in_pieces_comes_whole_and_is_closed() -> None:
    closed: list[bool] = []

    class Chunks:
        def __iter__(self) -> Iterator[bytes]:
            return iter([b"x" * 1000] * 5)

        def close(self) -> None:
            closed.append(True)

    def application(environ: dict[str, Any], start: Start) -> Iterable[bytes]:
        start("200 OK", [("Content-Type", "text/plain")])
        return Chunks()

    with _session(application) as session, session.get("https://example.com/", stream=True) as response:
        assert len(response.raw.read1(500)) == 500
        assert len(response.raw.read()) == 4500
    assert closed == [True]


def test_a_head_is_answered_without_a_body() -> None:
    def application(environ: dict[str, Any], start: Start) -> list[bytes]:
        start("200 OK", [("Content-Length", "2")])
        return [b"ok"]

    with _session(application) as session:
        answer = session.head("https://example.com/")
    assert (answer.headers["content-length"], answer.content) == ("2", b"")


def test_an_application_may_write_and_start_late() -> None:
    def writes(environ: dict[str, Any], start: Start) -> list[bytes]:
        write = start("200 OK", [])
        write(b"first ")
        return [b"second"]

    def starts_late(environ: dict[str, Any], start: Start) -> Iterator[bytes]:
        start("201 Created", [])
        yield b"late"

    with _session(writes) as session:
        assert session.get("https://example.com/").content == b"first second"
    with _session(starts_late) as session:
        assert session.get("https://example.com/").status_code == 201


def test_an_application_that_fails_is_answered_for(caplog: pytest.LogCaptureFixture) -> None:
    def application(environ: dict[str, Any], start: Start) -> list[bytes]:
        raise RuntimeError("a bug")

    with _session(application) as session:
        response = session.get("https://example.com/")
    assert (response.status_code, response.content) == (500, b"")
    assert "a bug" in caplog.text


@pytest.mark.parametrize(
    ("raised", "expected"),
    [(TimeoutError, requests.ReadTimeout), (ConnectionError, requests.ConnectionError)],
)
def test_an_application_whose_answer_is_late_or_lost_is_like_a_network_that_is(
    raised: type[Exception], expected: type[Exception]
) -> None:
    def application(environ: dict[str, Any], start: Start) -> list[bytes]:
        raise raised

    with _session(application) as session, pytest.raises(expected):
        session.get("https://example.com/")


def test_an_answer_shorter_than_promised_is_noticed() -> None:
    def application(environ: dict[str, Any], start: Start) -> list[bytes]:
        start("200 OK", [("Content-Length", "100")])
        return [b"short"]

    with _session(application) as session, pytest.raises(requests.exceptions.ChunkedEncodingError):
        session.get("https://example.com/")


def test_a_body_that_does_not_lie_in_memory_is_refused() -> None:
    def application(environ: dict[str, Any], start: Start) -> list[bytes]:
        start("200 OK", [])
        return []

    with _session(application) as session, pytest.raises(TypeError, match="in memory"):
        session.post("https://example.com/", data=io.BytesIO(b"x"))


@pytest.mark.parametrize("raised", [TimeoutError, ConnectionError])
def test_a_registry_whose_answer_is_late_or_lost_gives_none(raised: type[Exception]) -> None:
    def application(environ: dict[str, Any], start: Start) -> list[bytes]:
        raise raised

    dial = EmbeddedDial(application, scheme_of=lambda host: "https")
    with pytest.raises(NoAnswer):
        dial.start(Budget(5, 100)).send(Request("GET", Origin.of("registry.example.com", "https"), "/v2/", 100))
