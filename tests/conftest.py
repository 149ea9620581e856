"""What tests share: empty caches, plain static files, a fast password hash, and the people of the tests."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from django.core.cache import caches
from django.db import connection
from django.test import Client, override_settings
from hypothesis import HealthCheck, settings
from pytest_django.plugin import DjangoDbBlocker

from consoleapp.accounts.models import User
from consoleapp.audit import triggers
from tests.teams.people import People, team

# How fast a machine is, and what else it does, is no property of the code.
settings.register_profile("untimed", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("untimed")


@pytest.fixture(autouse=True, scope="session")
def _quick_settings() -> Iterator[None]:
    plain = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    files = {"BACKEND": "django.core.files.storage.FileSystemStorage"}
    fast = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    with override_settings(STORAGES={"default": files, "staticfiles": plain}, PASSWORD_HASHERS=fast):
        yield


@pytest.fixture(autouse=True)
def _nothing_known_of_the_cloud() -> None:
    """A test's cloud leaves nothing for the next one: no open circuit breaker, and no list that it told."""
    for name in ("shared", "local"):
        caches[name].clear()


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> dict[str, tuple[str, str]]:
    """Tests that commit empty all tables afterwards; the triggers of the audit trail would refuse that.

    They are taken away, and returned as all migrations have left them.
    """
    with django_db_blocker.unblock():
        migrated = triggers.installed(connection)
        triggers.remove(connection)
    return migrated


def _user(name: str) -> User:
    return User.objects.create_user(username=name, password=f"{name}-and-a-long-password")


@pytest.fixture
def alice(db: None) -> User:
    """The owner of what a test makes."""
    return _user("alice")


@pytest.fixture
def mallory(db: None) -> User:
    """Somebody who belongs elsewhere."""
    return _user("mallory")


@pytest.fixture
def carol(db: None) -> User:
    """A site admin."""
    return User.objects.create_superuser(username="carol", password="carol-and-a-long-password")


@pytest.fixture
def alice_client(alice: User) -> Client:
    client = Client()
    client.force_login(alice)
    return client


@pytest.fixture
def mallory_client(mallory: User) -> Client:
    client = Client()
    client.force_login(mallory)
    return client


@pytest.fixture
def database_file(tmp_path: Path, transactional_db: None) -> Iterator[Path]:
    """A database that every thread opens for itself. SQLite's is copied from memory, which locks differently, into the
    file; PostgreSQL's is one already, and there is no file.
    """
    path = tmp_path / "orders.sqlite3"
    if connection.vendor != "sqlite":
        yield path
        return
    connection.ensure_connection()
    memory, name = connection.connection, connection.settings_dict["NAME"]
    connection.connection = None
    connection.settings_dict["NAME"] = str(path)
    connection.ensure_connection()
    memory.backup(connection.connection)
    yield path
    connection.close()
    connection.connection, connection.settings_dict["NAME"] = memory, name


@pytest.fixture
def people(alice: User) -> People:
    """The team QA, with alice as its admin."""
    return team(admin=alice)
