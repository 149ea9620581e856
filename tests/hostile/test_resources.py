"""A registry that wants time or memory: every check ends inside its budget, with a cause."""

import gzip
import hashlib
import json
import socket
import threading
import time
import zlib
from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest

from consoleapp.gateways.oci import resolver
from consoleapp.gateways.proof import AccessResult, Cause, Fault, FaultEvidence
from tests.hostile.conftest import SetScene
from tests.hostile.listeners import Asked, Listener, Reply, answer, forever, silence, slowly
from tests.hostile.scene import IMAGE, Scene, honest
from tests.registries.authority import Authority, Pair

BUDGET_SECONDS = 0.7
# For the thread to be scheduled on a busy machine; without a budget most of these attacks would last minutes.
SLACK_SECONDS = 2.0
HEAD = b"HTTP/1.1 200 OK\r\n"
CHUNKED = HEAD + b"Transfer-Encoding: chunked\r\n\r\n"
MANY_HEADERS = b"X-A: " + b"b" * 60_000 + b"\r\nX-B: " + b"b" * 20_000 + b"\r\n\r\n"
DEEP = 1_000_000
BOMB = gzip.compress(b"\0" * (200 * 1024 * 1024 // 16))  # large enough to tell, small enough to make

TIME: dict[str, Callable[[Asked], Reply]] = {
    "silence": lambda asked: silence(),
    "one byte of the headers at a time": lambda asked: slowly(answer(200, IMAGE.manifest)),
    "one byte of the body at a time": lambda asked: _after(HEAD + b"Content-Length: 900\r\n\r\n", slowly(b"{" * 900)),
    "one chunk at a time": lambda asked: _after(CHUNKED, _chunks(0.05)),
    "headers that never end, slowly": lambda asked: _after(HEAD, _slow_headers()),
    "a body without an end": lambda asked: _after(HEAD + b"\r\n{", silence()),
    "a length that is never reached": lambda asked: _after(HEAD + b"Content-Length: 900\r\n\r\n{", silence()),
    "continue, for ever": lambda asked: _paused(b"HTTP/1.1 100 Continue\r\n\r\n"),
    "trailers that never end, slowly": lambda asked: _after(CHUNKED + b"2\r\n{}\r\n0\r\n", _slow_headers()),
    "chunk sizes written slowly": lambda asked: _after(CHUNKED, slowly(b"0" * 900)),
}

SIZE: dict[str, Callable[[Asked], Reply]] = {
    "a status line without an end": lambda asked: forever(b"H" * 65536, b"HTTP/1.1 200 "),
    "a header without an end": lambda asked: forever(b"x" * 65536, HEAD + b"X: "),
    "headers without an end": lambda asked: forever(b"X-A: b\r\n" * 4096, HEAD),
    "more than 64 KiB of headers": lambda asked: HEAD + MANY_HEADERS,
    "ten thousand headers": lambda asked: HEAD + b"A: b\r\n" * 10_000 + b"\r\n",
    "continue at full speed": lambda asked: forever(b"HTTP/1.1 100 Continue\r\n\r\n" * 1000),
    "continue with headers at full speed": lambda asked: forever(b"HTTP/1.1 100 Continue\r\nA: b\r\n\r\n" * 1000),
    "a body of 64 MiB": lambda asked: forever(b" " * 65536, HEAD + b"\r\n"),
    "a declared length of an exabyte": lambda asked: HEAD + b"Content-Length: 1152921504606846976\r\n\r\n{}",
    "a manifest of 5 MiB": lambda asked: answer(200, b'{"a": "' + b"x" * 5 * 1024 * 1024 + b'"}'),
    "chunks without an end": lambda asked: forever(b"1\r\n \r\n" * 8192, CHUNKED),
    "one giant chunk": lambda asked: forever(b" " * 65536, CHUNKED + b"fffffffffff\r\n"),
    "a chunk size without an end": lambda asked: forever(b"0" * 65536, CHUNKED),
    "a chunk extension without an end": lambda asked: forever(b"x" * 65536, CHUNKED + b"1;"),
    "trailers without an end": lambda asked: forever(b"A: b\r\n" * 4096, CHUNKED + b"2\r\n{}\r\n0\r\n"),
    "a body after HEAD": lambda asked: answer(200, b"x" * 10_000_000),
}

SHAPE: dict[str, Callable[[Asked], Reply]] = {
    "a gzip bomb": lambda asked: answer(200, BOMB, "Content-Encoding: gzip"),
    "a deflate bomb": lambda asked: answer(200, zlib.compress(b"\0" * 10_000_000), "Content-Encoding: deflate"),
    "brotli": lambda asked: answer(200, b"\x0b\x02\x80", "Content-Encoding: br"),
    "gzip by the transfer": lambda asked: HEAD + b"Transfer-Encoding: gzip, chunked\r\n\r\n" + BOMB[:1000],
    "gzip without saying so": lambda asked: answer(200, BOMB),
    "arrays nested a million deep": lambda asked: answer(200, b"[" * DEEP),
    "objects nested a hundred thousand deep": lambda asked: answer(200, b'{"a":' * 100_000 + b"1" + b"}" * 100_000),
    "nested 33 deep": lambda asked: answer(200, b'{"manifests": ' + b"[" * 32 + b"]" * 32 + b"}"),
    "closed more often than opened": lambda asked: answer(200, b"}" * 90_000),
    "half a million empty objects": lambda asked: answer(200, b'{"manifests": [' + b"{}," * 300_000 + b"{}]}"),
    "escaped quotes without an end": lambda asked: answer(200, b'"' + b'\\"' * 500_000),
    "backslashes without an end": lambda asked: answer(200, b'"' + b"\\" * 999_999),
    "quotes without an end": lambda asked: answer(200, b'"' * 999_999),
    "a number of a million digits": lambda asked: answer(200, b'{"schemaVersion": ' + b"1" * 1_000_000 + b"}"),
    "text that is no UTF-8": lambda asked: answer(200, b'{"a": "\xff\xfe"}'),
    "UTF-16": lambda asked: answer(200, '{"manifests": []}'.encode("utf-16")),
    "a list instead of an object": lambda asked: answer(200, b"[]"),
    "HTML": lambda asked: answer(200, b"<html><script>alert(1)</script></html>", "Content-Type: text/html"),
    "nothing": lambda asked: answer(200),
    "a chart instead of an image": lambda asked: answer(200, _manifest(mediaType="application/vnd.cncf.helm.config")),
    "a negative size": lambda asked: answer(200, _manifest(size=-1)),
    "a size beyond all bounds": lambda asked: answer(200, _manifest(size=10**30)),
    "a size that is a fraction": lambda asked: answer(200, _manifest(size=1.5)),
    "a size that is true": lambda asked: answer(200, _manifest(size=True)),
    "a size that is a text": lambda asked: answer(200, _manifest(size="1e309")),
    "a size that is not a number": lambda asked: answer(200, b'{"config": {"size": NaN}, "layers": []}'),
    "a digest that walks up the path": lambda asked: answer(200, _manifest(digest="sha256:../../../etc/passwd")),
    "a digest with a query": lambda asked: answer(200, _manifest(digest=f"sha256:{'0' * 64}?x=1")),
    "a length shorter than the body is": lambda asked: _length(asked, b"{}", 1),
    "a length longer than the body is": lambda asked: _length(asked, b"{}", 50),
    "a negative length": lambda asked: HEAD + b"Content-Length: -5\r\n\r\n[]",
    "two lengths": lambda asked: HEAD + b"Content-Length: 2\r\nContent-Length: 3\r\n\r\n[]]",
    "a negative chunk": lambda asked: CHUNKED + b"-5\r\n{}\r\n0\r\n\r\n",
    "a chunk that is cut off": lambda asked: CHUNKED + b"ff\r\n{}",
    "HTTP/0.9": lambda asked: b"hello\r\n",
    "the greeting of SSH": lambda asked: b"SSH-2.0-OpenSSH_9.2\r\n",
    "status 99": lambda asked: b"HTTP/1.1 99 X\r\n\r\n",
    "status 600": lambda asked: b"HTTP/1.1 600 X\r\nContent-Length: 0\r\n\r\n",
    "status 101": lambda asked: b"HTTP/1.1 101 Switching\r\nUpgrade: h2c\r\n\r\n",
    "only the status": lambda asked: HEAD,
    "hanging up": lambda asked: b"",
}


@pytest.mark.parametrize("name", TIME)
def test_time_is_bounded(scene_of: SetScene, name: str) -> None:
    result = _check(scene_of(TIME[name]))
    assert result.cause in {Cause.NO_ANSWER, Cause.MALFORMED_ANSWER}


@pytest.mark.parametrize("name", SIZE)
def test_size_is_bounded(scene_of: SetScene, name: str) -> None:
    result = _check(scene_of(SIZE[name]))
    assert result.cause in {Cause.NO_ANSWER, Cause.MALFORMED_ANSWER}


@pytest.mark.parametrize("name", SHAPE)
def test_shape_is_checked(scene_of: SetScene, name: str) -> None:
    result = _check(scene_of(SHAPE[name]))
    assert result.cause in {Cause.MALFORMED_ANSWER, Cause.NO_ANSWER}
    assert result.image.digest == ""


def test_a_tls_handshake_that_never_comes_ends_in_time(authority: Authority, certificate: Pair) -> None:
    with Listener(lambda asked: silence()).running() as mute, Listener(honest, certificate).running() as other:
        result = _check(Scene(mute, other, other, authority))
    assert result.cause is Cause.NO_ANSWER


def test_a_client_that_is_not_read_from_ends_in_time(authority: Authority) -> None:
    with socket.socket() as server:
        server.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1)
        server.bind(("127.0.0.1", 0))
        server.listen()
        deaf = Listener(honest, port=server.getsockname()[1])
        assert _check(Scene(deaf, deaf, deaf, authority)).cause is Cause.NO_ANSWER


def test_a_reset_in_the_middle_is_tried_once_more(scene_of: SetScene) -> None:
    scenes: list[Scene] = []
    scenes.append(scene_of(lambda asked: b"" if len(scenes[0].registry.asked) < 2 else honest(asked)))
    assert _check(scenes[0]).cause is Cause.CAN_BE_PULLED


def test_a_slow_token_server_ends_in_time(scene_of: SetScene) -> None:
    def reply(asked: Asked) -> Reply:
        if asked.path == "/t":
            return slowly(answer(200, b'{"token": "x"}'))
        return answer(401, b"", scenes[0].fill('WWW-Authenticate: Bearer realm="https://{R}/t"'))

    scenes: list[Scene] = []
    scenes.append(scene_of(reply))
    assert _check(scenes[0]).cause is Cause.NO_ANSWER


def test_a_token_of_70_kb_is_not_read(scene_of: SetScene) -> None:
    def reply(asked: Asked) -> Reply:
        if asked.path == "/t":
            return answer(200, json.dumps({"token": "x" * 70_000}).encode())
        return answer(401, b"", scenes[0].fill('WWW-Authenticate: Bearer realm="https://{R}/t"'))

    scenes: list[Scene] = []
    scenes.append(scene_of(reply))
    assert _check(scenes[0]).evidence == FaultEvidence(scenes[0].host, Fault.TOO_LARGE)


@pytest.mark.parametrize("wait", ["3600", "1000000000", "3", "-1", "1e9", "Wed, 21 Oct 2065 07:28:00 GMT", ""])
def test_a_long_wait_is_not_waited_for(scene_of: SetScene, wait: str) -> None:
    scene = scene_of(lambda asked: answer(429, b"", f"Retry-After: {wait}"))
    result = _check(scene)
    assert result.cause is Cause.RATE_LIMITED
    assert len(scene.registry.asked) == 1


def test_a_short_wait_is_waited_for_once(scene_of: SetScene) -> None:
    scene = scene_of(lambda asked: answer(429, b"", "Retry-After: 0"))
    assert _check(scene).cause is Cause.RATE_LIMITED
    assert len(scene.registry.asked) == 2


def test_a_registry_in_trouble_is_asked_once_more(scene_of: SetScene) -> None:
    scene = scene_of(lambda asked: answer(503, b"", "Retry-After: 0"))
    assert _check(scene).cause is Cause.REGISTRY_ERROR
    assert len([asked for asked in scene.registry.asked if asked.method == "GET"]) <= 2


def test_near_names_of_many_similar_tags_cost_little(scene_of: SetScene) -> None:
    tags = [f"{'ab' * 62}{number:04}" for number in range(5000)]

    def reply(asked: Asked) -> Reply:
        if asked.path.endswith("/tags/list"):
            return answer(200, json.dumps({"tags": tags}).encode())
        return answer(404, b'{"errors": [{"code": "MANIFEST_UNKNOWN"}]}')

    assert _check(scene_of(reply)).cause is Cause.TAG_NOT_FOUND


def test_texts_of_the_configuration_are_cut_and_printable(scene_of: SetScene) -> None:
    told = {
        "architecture": "amd64",
        "created": "9999-99-99T99:99:99Z",
        "config": {
            "Entrypoint": ["\x1b[31mred\ud800", "x" * 100_000, 5, None],
            "Cmd": [f"{number}" for number in range(10_000)],
            "User": "root\0\r\n<b>",
            "ExposedPorts": {"80/tcp": {}, "<script>": {}, "99999999/tcp": {}},
        },
    }
    blob = json.dumps(told).encode()
    manifest = _manifest(body=blob)

    def reply(asked: Asked) -> Reply:
        body = blob if "/blobs/" in asked.path else manifest
        return answer(200, b"" if asked.method == "HEAD" else body)

    result = _check(scene_of(reply))
    assert result.cause is Cause.CAN_BE_PULLED
    assert result.entrypoint == ("[31mred", "x" * 256)
    assert (len(result.command), result.user, result.exposed_ports) == (64, "root<b>", ("80/tcp",))
    assert result.created is None


def test_bytes_other_than_the_digest_promises_are_refused(scene_of: SetScene) -> None:
    def reply(asked: Asked) -> Reply:
        body = b"{}" if "/blobs/" in asked.path else IMAGE.manifest
        return answer(200, b"" if asked.method == "HEAD" else body)

    result = _check(scene_of(reply))
    assert (result.cause, result.created, result.architectures) == (Cause.CAN_BE_PULLED, None, ())


def test_a_resolver_that_hangs_is_a_refusal(monkeypatch: pytest.MonkeyPatch) -> None:
    release = threading.Event()
    monkeypatch.setattr(socket, "getaddrinfo", lambda *arguments, **named: release.wait(10) and [])
    with pytest.raises(resolver.NotResolved):
        resolver.resolve("slow.example", 0.1)
    release.set()


def _check(scene: Scene) -> AccessResult:
    result = scene.check(scene.access(total_seconds=BUDGET_SECONDS, dial_seconds=0.4))
    assert result.duration < timedelta(seconds=BUDGET_SECONDS + SLACK_SECONDS)
    assert scene.visits() == 0 or scene.evil is scene.registry
    return result


def _after(start: bytes, rest: Iterator[bytes]) -> Iterator[bytes]:
    yield start
    yield from rest


def _chunks(pause: float) -> Iterator[bytes]:
    for _ in range(1000):
        yield b"1\r\n \r\n"
        time.sleep(pause)


def _slow_headers() -> Iterator[bytes]:
    for _ in range(1000):
        yield b"A: b\r\n"
        time.sleep(0.05)


def _paused(part: bytes) -> Iterator[bytes]:
    for _ in range(1000):
        yield part
        time.sleep(0.01)


def _length(asked: Asked, body: bytes, length: int) -> bytes:
    return HEAD + f"Content-Length: {length}\r\n\r\n".encode() + body


def _manifest(body: bytes = b"{}", **changes: object) -> bytes:
    configuration = {
        "mediaType": "application/vnd.oci.image.config.v1+json",
        "digest": f"sha256:{hashlib.sha256(body).hexdigest()}",
        "size": len(body),
        **changes,
    }
    return json.dumps({"schemaVersion": 2, "config": configuration, "layers": []}).encode()
