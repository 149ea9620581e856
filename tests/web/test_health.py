"""consoleapp/web/health.py: what a load balancer asks."""

import pytest
from django.test import Client, override_settings

from consoleapp.web import health


@pytest.mark.django_db
@pytest.mark.parametrize("path", ["/healthz", "/readyz"])
def test_answers_anybody_even_where_sign_in_is_required(client: Client, path: str) -> None:
    with override_settings(SIGN_IN="required"):
        answer = client.get(path)
    assert (answer.status_code, answer.content) == (200, b"ok\n")


@pytest.mark.django_db
def test_is_not_ready_without_its_database(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken() -> None:
        raise ConnectionError

    monkeypatch.setattr(health, "_probe_database", broken)
    answer = client.get("/readyz")
    assert (answer.status_code, answer.content) == (503, b"database does not answer\n")
