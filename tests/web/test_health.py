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
@pytest.mark.parametrize("part", ["database", "cache"])
def test_is_not_ready_without_its_stores(client: Client, monkeypatch: pytest.MonkeyPatch, part: str) -> None:
    def broken() -> None:
        raise ConnectionError

    monkeypatch.setattr(health, f"_probe_{part}", broken)
    answer = client.get("/readyz")
    assert (answer.status_code, answer.content.decode()) == (503, f"{part} does not answer\n")
