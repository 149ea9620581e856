"""consoleapp/web/management/commands/serve.py: what the server's processes may hold, and where it starts."""

import os
import resource
import subprocess
import sys
from pathlib import Path

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from django.test import override_settings

from consoleapp.web.management.commands import serve

UNLIMITED = resource.RLIM_INFINITY
WANTED = 2048 + serve.OTHER_FILES


@pytest.mark.parametrize(
    ("soft", "hard", "raised_to"),
    [
        (1024, 4096, WANTED),
        (1024, 2000, 2000),
        (1024, UNLIMITED, WANTED),
        (8192, 8192, None),
        (UNLIMITED, UNLIMITED, None),
    ],
)
def test_every_connection_may_have_a_file_as_far_as_the_system_allows(
    monkeypatch: pytest.MonkeyPatch, soft: int, hard: int, raised_to: int | None
) -> None:
    raised: list[tuple[int, int]] = []
    monkeypatch.setattr(resource, "getrlimit", lambda _which: (soft, hard))
    monkeypatch.setattr(resource, "setrlimit", lambda _which, limits: raised.append(limits))

    serve.allow_files(2048)

    assert raised == ([] if raised_to is None else [(raised_to, hard)])


HTTPS: dict[str, str] = {"CONSOLE_HTTPS": "true"}
CLEAR: dict[str, str] = {}
DEBUG: dict[str, str] = {"CONSOLE_HTTPS": "true", "CONSOLE_DEBUG": "true"}
REAL_CLOUD = {
    "CONSOLE_CLOUD": "alibaba",
    "ALIBABA_CLOUD_ACCESS_KEY_ID": "id",
    "ALIBABA_CLOUD_ACCESS_KEY_SECRET": "secret",
}


@pytest.fixture
def served(monkeypatch: pytest.MonkeyPatch) -> list[list[str]]:
    """The commands by which `serve` would have become a server."""
    commands: list[list[str]] = []
    monkeypatch.setattr(os, "execv", lambda _path, command: commands.append(command))
    monkeypatch.setattr(serve, "allow_files", lambda _connections: None)
    monkeypatch.setenv("CONSOLE_WORKER_THREAD", "")
    monkeypatch.setenv("CONSOLE_BOUND_TO", "")
    return commands


@pytest.mark.django_db
@pytest.mark.parametrize("host", ["0.0.0.0", "10.0.0.1", "::"])
@pytest.mark.parametrize("how", [{"HTTPS": False}, {"HTTPS": True, "DEBUG": True}], ids=["no HTTPS", "debug"])
def test_with_the_real_cloud_serve_refuses_the_network_in_the_clear_or_with_debug(
    served: list[list[str]], how: dict[str, bool], host: str
) -> None:
    with override_settings(CLOUD="alibaba", **how), pytest.raises(CommandError, match="CONSOLE_HTTPS=true"):
        call_command("serve", host=host, no_migrate=True)
    assert served == []


@pytest.mark.django_db
@pytest.mark.parametrize(("how", "host"), [({"HTTPS": True}, "0.0.0.0"), ({"HTTPS": False}, "127.0.0.1")])
def test_it_serves_over_https_or_to_this_machine_and_tells_its_processes_where(
    served: list[list[str]], how: dict[str, bool], host: str
) -> None:
    with override_settings(CLOUD="alibaba", **how):
        call_command("serve", host=host, no_migrate=True)
    assert len(served) == 1
    assert os.environ["CONSOLE_BOUND_TO"] == host


def _loaded(**variables: str) -> subprocess.CompletedProcess[str]:
    """What becomes of a server of another make that loads the application."""
    environment = {**os.environ, "DJANGO_SETTINGS_MODULE": "consoleapp.settings", **variables}
    command = [sys.executable, "-c", "import consoleapp.asgi"]
    return subprocess.run(command, env=environment, capture_output=True, text=True, timeout=60)


@pytest.mark.parametrize("bound_to", ["", "0.0.0.0", "10.0.0.1", "::", "console.example.com"])
@pytest.mark.parametrize("how", [CLEAR, DEBUG], ids=["without HTTPS", "with debug"])
def test_another_server_that_loads_the_application_is_refused_too(how: dict[str, str], bound_to: str) -> None:
    answer = _loaded(CONSOLE_BOUND_TO=bound_to, **REAL_CLOUD, **how)
    assert answer.returncode == 1
    assert "CONSOLE_HTTPS=true" in answer.stderr


@pytest.mark.parametrize(
    "variables",
    [
        {**REAL_CLOUD, **HTTPS},
        {**REAL_CLOUD, "CONSOLE_BOUND_TO": "127.0.0.1"},
        {**REAL_CLOUD, "CONSOLE_BOUND_TO": "::1"},
        {**REAL_CLOUD, **DEBUG, "CONSOLE_BOUND_TO": "localhost"},
        {"CONSOLE_BOUND_TO": "0.0.0.0"},
    ],
    ids=["HTTPS", "loopback", "loopback of IPv6", "debug on loopback", "the simulator"],
)
def test_the_others_start(variables: dict[str, str]) -> None:
    answer = _loaded(**variables)
    assert (answer.returncode, answer.stderr) == (0, "")


def test_files_are_collected_anew_once_another_app_brings_some(tmp_path: Path) -> None:
    for name in ("consoleapp/settings.py", "static/x.css", "requirements.txt", "collected/staticfiles.json"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).touch()
    with override_settings(BASE_DIR=tmp_path, STATIC_ROOT=tmp_path / "collected"):
        os.utime(tmp_path / "collected" / "staticfiles.json", (2**31, 2**31))
        assert not serve.static_files_changed()
        os.utime(tmp_path / "consoleapp" / "settings.py", (2**32, 2**32))
        assert serve.static_files_changed()
