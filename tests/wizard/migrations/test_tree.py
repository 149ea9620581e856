"""wizard/migrations/0007: drafts of the shape before, made by its own code, become the tree of the request."""

import gzip
import json
import logging
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.contrib.auth.hashers import make_password
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.loader import MigrationLoader
from django.test import Client
from django.utils import timezone

from consoleapp.accounts.models import User
from consoleapp.domain import wire
from consoleapp.domain.secret import Secret
from consoleapp.wizard import vault
from consoleapp.wizard.models import Draft, DraftCheck
from consoleapp.wizard.upgrades import SHAPE
from consoleapp.wizard.validation import to_spec
from tests.wizard.draft.test_vectors import VECTORS

pytestmark = pytest.mark.django_db(transaction=True)
_GRAPH = MigrationLoader(None).graph
# People are as the present version has them, also before.
BEFORE = [("wizard", "0006_replaces"), *_GRAPH.leaf_nodes("accounts")]
# To the present tables, which is what the models know.
AFTER = _GRAPH.leaf_nodes("wizard")
# Of another shape than any version has stored, each in its own way.
UNREADABLE: tuple[Any, ...] = ({"shape": 9}, {}, {"basic": []}, ["text"], {"shape": SHAPE, "spec": []})


def migrate(targets: list[tuple[str, str]]) -> Any:
    """The models as they were after these migrations."""
    executor = MigrationExecutor(connection)
    executor.migrate(targets)
    return executor.loader.project_state(targets).apps


@pytest.fixture
def before() -> Iterator[Any]:
    """The database of the version before; left as the present one has it."""
    yield migrate(BEFORE)
    migrate(AFTER)


def orderable() -> list[dict[str, Any]]:
    """The vectors of drafts that the code of then could order."""
    with gzip.open(VECTORS, "rt", encoding="utf-8", errors="surrogatepass", newline="\n") as lines:
        vectors = [json.loads(line) for line in lines]
    return [vector for vector in vectors if "parameters" in vector]


def owner_in(apps: Any) -> Any:
    return apps.get_model("accounts", "User").objects.create(username="alice", password=make_password(None))


def aged(drafts: Any) -> datetime:
    """When the drafts were saved: long ago."""
    moment = timezone.now() - timedelta(days=40)
    drafts.update(saved_at=moment)
    return moment


def test_every_draft_asks_for_what_it_did_and_was_saved_when_it_was(before: Any, monkeypatch: Any) -> None:
    monkeypatch.setattr("consoleapp.wizard.migrations.0007_tree.PIECE", 7, raising=False)
    owner, model = owner_in(before), before.get_model("wizard", "Draft")
    vectors = {model.objects.create(owner=owner, data=each["data"], version=3).pk: each for each in orderable()[:200]}
    moment = aged(model.objects.all())

    migrate(AFTER)

    assert len(vectors) == 200
    for draft in Draft.objects.all():
        vector = vectors[draft.pk]
        assert draft.data["shape"] == SHAPE
        assert (draft.version, draft.saved_at) == (3, moment)
        spec, problems = to_spec(draft.typed, {name: Secret(text) for name, text in vector["secrets"].items()})
        assert spec is not None, problems
        assert [list(each) for each in wire.written(spec)[0].items()] == vector["parameters"]


def test_secrets_checks_and_links_keep_their_meaning(before: Any) -> None:
    owner, model = owner_in(before), before.get_model("wizard", "Draft")
    card = {
        "key": "c1",
        "init": False,
        "fields": {
            "name": "api",
            "image": "registry.example.com/team/api",
            "liveness_kind": "tcp",
            "liveness_port": "0",
        },
        "rows": {"env": [{"key": "r2", "fields": {"name": "TOKEN", "value": "", "secret": True, "source": "value"}}]},
    }
    data = {
        "basic": {"region_id": "cn-hangzhou", "vpc_id": "vpc-1"},
        "volumes": [{"key": "v3", "fields": {"kind": "oss", "name": "assets", "ak_id": "id"}}],
        "containers": [card],
        "other": {
            "fields": {"options": "ndots:2", "log_path": "/a.log"},
            "credentials": {"registry.example.com": {"user_name": "ci"}},
            "rows": {"tags": [{"key": "t4", "fields": {"key": "team", "value": "shop"}}]},
            "pins": {"registry.example.com": "ab" * 32},
        },
        "shown_errors": ["basic"],
        "next_key": 5,
        "page": "abc.1",
    }
    draft_id = model.objects.create(owner=owner, data=data).pk
    stored = Draft.objects.only("owner").get(pk=draft_id)
    names = ("env/c1/r2", "volume/v3/ak_secret", "credential/registry.example.com")
    for name in names:
        vault.put(stored, name, Secret(f"canary of {name}"))
    DraftCheck.objects.create(draft=stored, key="k" * 64, image="registry.example.com/team/api:latest", asked=1)

    migrate(AFTER)

    draft = Draft.objects.get(pk=draft_id)
    assert {name: secret.reveal() for name, secret in vault.get_all(draft).items()} == {
        name: f"canary of {name}" for name in names
    }
    assert draft.checks.count() == 1
    assert (draft.typed["pins"], draft.typed["saved_by"]) == ({"registry.example.com": "ab" * 32}, "abc.1")
    client = Client()
    client.force_login(User.objects.get(pk=draft.owner_id))
    # The card that was open is open, the tag and the secret are at their controls, and a wrong port at its own.
    page = client.get(f"/buy/{draft_id}/basic/?open=c1").content.decode()
    assert 'name="c1-r2-value"' in page
    assert "Stored. Leave empty to keep it." in page
    assert 'id="id_c1-liveness_probe-tcp_socket-port_error"' in page
    assert draft.typed["spec"]["tags"] == [{"_key": "t4", "key": "team", "value": "shop"}]
    assert draft.typed["spec"]["dns_config"] == {"options": "ndots:2"}
    assert draft.typed["page"] == {"vpc_id": "vpc-1", "log_path": "/a.log"}


def test_a_draft_of_no_known_shape_is_reported_and_the_others_go_on(
    before: Any, caplog: pytest.LogCaptureFixture
) -> None:
    owner, model = owner_in(before), before.get_model("wizard", "Draft")
    broken = [model.objects.create(owner=owner, data=data) for data in UNREADABLE]
    good = model.objects.create(owner=owner, data=orderable()[0]["data"])

    with caplog.at_level(logging.WARNING):
        migrate(AFTER)

    assert Draft.objects.get(pk=good.pk).data["shape"] == SHAPE
    for draft in broken:
        assert Draft.objects.get(pk=draft.pk).data == draft.data
        assert str(draft.pk) in caplog.text


def test_a_draft_that_a_server_of_before_has_saved_since_is_upgraded_when_it_is_loaded(alice: User) -> None:
    vector = orderable()[0]
    draft = Draft.objects.create(owner=alice, data=vector["data"])
    client = Client()
    client.force_login(alice)

    assert client.get(f"/buy/{draft.pk}/basic/").status_code == 200
    assert client.get("/buy/drafts/").status_code == 200
    assert Draft.objects.get(pk=draft.pk).typed["shape"] == SHAPE


@pytest.mark.parametrize("data", UNREADABLE, ids=str)
def test_a_draft_of_no_known_shape_is_shown_as_such_with_its_raw_data(alice: User, data: Any) -> None:
    draft = Draft.objects.create(owner=alice, data=data)
    client = Client()
    client.force_login(alice)

    for page in ("basic/", "other/", "confirm/", "images/c1/common/", "versions/c1/"):
        for answer in (client.get(f"/buy/{draft.pk}/{page}"), client.post(f"/buy/{draft.pk}/{page}", {"do": "save"})):
            assert answer.status_code in (422, 405), page
            assert answer.status_code == 405 or "This draft cannot be read" in answer.content.decode()
    listed = client.get("/buy/drafts/").content.decode()
    assert "cannot be read" in listed
    assert client.get("/").status_code == 200
    assert client.post(f"/buy/{draft.pk}/copy/").status_code == 422
    assert Draft.objects.get().data == data
    assert client.post(f"/buy/{draft.pk}/discard/").status_code == 303
    assert not Draft.objects.filter(discarded_at=None).exists()
