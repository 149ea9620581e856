"""consoleapp/web/metrics.py: who may read the metrics."""

import pytest
from django.test import Client, override_settings

from consoleapp.domain.roles import Permission
from consoleapp.web.metrics import metrics
from consoleapp.web.routes import route

TOKEN = "canary-of-the-scraper"
ELSEWHERE = "203.0.113.9"

urlpatterns = [route("metrics", metrics, Permission.OPEN, name="metrics")]

pytestmark = [pytest.mark.django_db, pytest.mark.urls(__name__)]


@pytest.mark.parametrize("address", ["127.0.0.1", "127.8.8.8", "::1"])
def test_this_machine_reads_them(client: Client, address: str) -> None:
    answer = client.get("/metrics", REMOTE_ADDR=address)
    assert answer.status_code == 200
    assert b"django_" in answer.content


@override_settings(METRICS_TOKEN=TOKEN)
@pytest.mark.parametrize("scheme", ["Bearer", "bearer"])
def test_who_knows_the_token_reads_them_from_anywhere(client: Client, scheme: str) -> None:
    answer = client.get("/metrics", REMOTE_ADDR=ELSEWHERE, headers={"Authorization": f"{scheme} {TOKEN}"})
    assert answer.status_code == 200


@pytest.mark.parametrize("known", ["", TOKEN])
@pytest.mark.parametrize(
    "authorization", ["", "Bearer", "Bearer ", "Bearer wrong", TOKEN, f"Basic {TOKEN}", f"Bearer {TOKEN}x", "Bearer é"]
)
def test_nobody_else_does(client: Client, known: str, authorization: str) -> None:
    with override_settings(METRICS_TOKEN=known):
        answer = client.get("/metrics", REMOTE_ADDR=ELSEWHERE, headers={"Authorization": authorization})
    assert (answer.status_code, answer["WWW-Authenticate"]) == (401, "Bearer")
    assert b"django_" not in answer.content


@pytest.mark.parametrize("address", ["", "10.0.0.1", "::ffff:203.0.113.9", "localhost.evil.test"])
def test_a_neighbour_in_the_network_is_not_this_machine(client: Client, address: str) -> None:
    assert client.get("/metrics", REMOTE_ADDR=address).status_code == 401


@pytest.mark.parametrize(
    "header",
    [
        {"X-Forwarded-For": ELSEWHERE},
        {"X-Forwarded-For": "127.0.0.1"},
        {"X-Forwarded-Proto": "https"},
        {"X-Forwarded-Host": "console.example.com"},
        {"Forwarded": "for=127.0.0.1"},
        {"X-Real-IP": "127.0.0.1"},
        {"Via": "1.1 proxy"},
    ],
    ids=str,
)
def test_what_a_proxy_on_this_machine_passes_on_is_not_from_this_machine(
    client: Client, header: dict[str, str]
) -> None:
    assert client.get("/metrics", REMOTE_ADDR="127.0.0.1", headers=header).status_code == 401
