"""Fixtures of the tests of signing in: a provider on loopback, and an authenticator app."""

from collections.abc import Iterator

import pytest
from pytest_django import Settings

from tests.accounts.authenticator import App
from tests.accounts.provider import CLIENT_ID, CLIENT_SECRET, Provider


@pytest.fixture(scope="module")
def started() -> Iterator[Provider]:
    made = Provider()
    yield made
    made.stop()


@pytest.fixture
def provider(started: Provider, settings: Settings) -> Provider:
    """A provider that answers rightly, and the settings that name it."""
    key, origin = started.key, started.origin
    started.signing_key, started.algorithm = key, "RS256"
    started.claims = {"sub": "4711", "preferred_username": "bob", "name": "Bob Operator"}
    started.wrong, started.userinfo, started.error, started.is_down = {}, {}, "", False
    started.token_answer = None
    started.issuer = started.told_issuer = origin
    settings.SIGN_IN = "required"
    settings.OIDC_ISSUER = origin
    settings.OIDC_CLIENT_ID, settings.OIDC_CLIENT_SECRET = CLIENT_ID, CLIENT_SECRET
    settings.OIDC_NAME = "Corp"
    return started


@pytest.fixture
def app(monkeypatch: pytest.MonkeyPatch) -> App:
    return App(monkeypatch)
