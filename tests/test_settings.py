"""consoleapp/settings.py: wrong environments stop the start, and say which variable it was."""

import os
import socket
import subprocess
import sys

import pytest

GOOD = {name: value for name, value in os.environ.items() if not name.startswith("ALIBABA_CLOUD_")}


def _start(**variables: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", "import consoleapp.settings"],
        env={**GOOD, **variables},
        capture_output=True,
        text=True,
        timeout=60,
    )


REAL_CLOUD = {
    "CONSOLE_CLOUD": "alibaba",
    "ALIBABA_CLOUD_ACCESS_KEY_ID": "id",
    "ALIBABA_CLOUD_ACCESS_KEY_SECRET": "secret",
}


@pytest.mark.parametrize(
    ("variables", "named"),
    [
        ({"CONSOLE_CLOUD": "aws"}, "CONSOLE_CLOUD"),
        ({"CONSOLE_SIGN_IN": "maybe"}, "CONSOLE_SIGN_IN"),
        ({"CONSOLE_HTTPS": "ja"}, "CONSOLE_HTTPS"),
        ({"CONSOLE_PROXIES": "-1"}, "CONSOLE_PROXIES"),
        ({"CONSOLE_GUESTS_PER_HOUR": "0"}, "CONSOLE_GUESTS_PER_HOUR"),
        ({"CONSOLE_GUESTS_PER_ADDRESS": "many"}, "CONSOLE_GUESTS_PER_ADDRESS"),
        ({"CONSOLE_CLOUD": "alibaba"}, "ALIBABA_CLOUD_ACCESS_KEY_SECRET"),
        ({"CONSOLE_CLOUD": "alibaba", "ALIBABA_CLOUD_ACCESS_KEY_SECRET": "s"}, "ALIBABA_CLOUD_ACCESS_KEY_ID"),
        ({"CONSOLE_CLOUD": "alibaba", "CONSOLE_SIGN_IN": "guest"}, "CONSOLE_SIGN_IN"),
        ({"CONSOLE_ALIBABA_PARAMETERS": "header"}, "CONSOLE_ALIBABA_PARAMETERS"),
        ({"CONSOLE_CLOUD_READ_TIMEOUT": "0"}, "CONSOLE_CLOUD_READ_TIMEOUT"),
        ({"CONSOLE_SECRET_KEYS": "not-a-key"}, "CONSOLE_SECRET_KEYS"),
        ({"CONSOLE_ALIBABA_ENDPOINT": "ftp://cloud.example"}, "CONSOLE_ALIBABA_ENDPOINT"),
        ({**REAL_CLOUD, "CONSOLE_ALIBABA_ENDPOINT": "http://cloud.example"}, "CONSOLE_ALIBABA_ENDPOINT"),
        ({"CONSOLE_ALIBABA_ENDPOINT": "http://127.0.0.1:99999"}, "CONSOLE_ALIBABA_ENDPOINT"),
        ({"CONSOLE_SECRET_KEYS": ","}, "CONSOLE_SECRET_KEYS"),
        ({"CONSOLE_SECRET_KEYS": "", "CONSOLE_SECRET_KEYS_FILE": os.devnull}, "CONSOLE_SECRET_KEYS_FILE"),
        ({"CONSOLE_ALLOWED_HOSTS": "http://x y/"}, "CONSOLE_ALLOWED_HOSTS"),
        ({"CONSOLE_TRUSTED_ORIGINS": "foo"}, "CONSOLE_TRUSTED_ORIGINS"),
        ({"CACHE_URL": "pymemcache://x:1"}, "CACHE_URL"),
        ({"DATABASE_URL": "nonsense"}, "DATABASE_URL"),
        ({"CONSOLE_OIDC_ISSUER": "http://sso.corp.example"}, "CONSOLE_OIDC_ISSUER"),
        ({"CONSOLE_OIDC_ISSUER": "https://sso.corp.example/?realm=1"}, "CONSOLE_OIDC_ISSUER"),
        ({"CONSOLE_OIDC_ISSUER": "https://sso.corp.example"}, "CONSOLE_OIDC_CLIENT_ID"),
        ({"CONSOLE_OIDC_TEAMS": "eci-qa=qa:owner"}, "CONSOLE_OIDC_TEAMS"),
        ({"CONSOLE_OIDC_TEAMS": "qa:operator"}, "CONSOLE_OIDC_TEAMS"),
        ({"CONSOLE_PASSWORDS": "off"}, "CONSOLE_PASSWORDS"),
        ({"CONSOLE_PASSWORDS": "never"}, "CONSOLE_PASSWORDS"),
        ({"CONSOLE_REGISTRY_CA": "registry.example=/nowhere/ca.pem"}, "CONSOLE_REGISTRY_CA"),
    ],
)
def test_a_wrong_value_stops_the_start_and_names_the_variable(variables: dict[str, str], named: str) -> None:
    answer = _start(**variables)
    assert answer.returncode != 0
    assert named in answer.stderr.splitlines()[-1]


def test_the_real_cloud_starts_with_a_key_and_requires_sign_in() -> None:
    answer = _start(CONSOLE_CLOUD="alibaba", ALIBABA_CLOUD_ACCESS_KEY_ID="id", ALIBABA_CLOUD_ACCESS_KEY_SECRET="secret")
    assert (answer.returncode, answer.stderr) == (0, "")


A_PAGE = """
import django
from django.conf import settings
settings.STORAGES["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
django.setup()
from django.test import Client
client = Client(raise_request_exception=False, SERVER_NAME="localhost")
client.cookies[settings.SESSION_COOKIE_NAME] = "a" * 32
print(client.get("/buy/drafts/").status_code)
"""


def test_a_database_that_takes_connections_and_never_answers_is_a_503() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        address = f"postgres://console@127.0.0.1:{listener.getsockname()[1]}/console"
        answer = subprocess.run(
            [sys.executable, "-c", A_PAGE],
            env={**GOOD, "DJANGO_SETTINGS_MODULE": "consoleapp.settings", "DATABASE_URL": address},
            capture_output=True,
            text=True,
            timeout=30,
        )
    assert answer.stdout == "503\n", answer.stderr[-3000:]
