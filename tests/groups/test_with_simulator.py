"""From an order to the explained state of its group, over the embedded simulator running a thousand times faster."""

import sqlite3
import time
from typing import Any

import pytest
from django.conf import settings
from django.core.cache import caches
from django.test import Client

from consoleapp.accounts.models import User
from consoleapp.domain import wire
from consoleapp.domain.secret import Secret
from consoleapp.domain.spec import Container, ContainerGroupSpec, ImageRegistryCredential
from consoleapp.gateways import connect
from consoleapp.gateways.breaker import FAILURES as ENOUGH_FAILURES
from consoleapp.gateways.errors import CircuitOpen, OutcomeUnknown
from consoleapp.gateways.ports.container_groups import ContainerGroups
from consoleapp.groups.services.detail import Detail, delete, describe, restart
from consoleapp.groups.services.diagnosis import Cause
from consoleapp.groups.services.listing import Show, list_groups
from consoleapp.orders import delivery, services
from consoleapp.orders.models import Order
from consoleapp.simulator import faults
from consoleapp.simulator.store import ALWAYS, Store
from consoleapp.teams.actors import Actor
from consoleapp.web import clouds
from consoleapp.wizard.services.ordering import form_key
from tests.groups.builders import text
from tests.orders.builders import created
from tests.wizard.complete import COMMON, PRIVATE, draft, private_spec, spec

pytestmark = pytest.mark.django_db


@pytest.fixture
def port() -> ContainerGroups:
    fast = connect.CloudSettings(simulator_key="k", simulator_speed=1000)
    return connect.cloud_for(connect.simulator_account("k", "groups"), fast).container_groups


def order(owner: User, port: ContainerGroups, group: ContainerGroupSpec) -> Order:
    press = services.Press(group.container_group_name)
    recorded = services.record_order(Actor(owner), wire.to_parameters(group), wire.secret_keys(group), press)
    return delivery.deliver(recorded.pk, port)


def settled(made: Order, port: ContainerGroups, wanted: Any) -> Detail:
    """The group as soon as it is as wanted, within two seconds (half an hour of its own time)."""
    deadline = time.monotonic() + 2
    while not wanted(found := describe(made, port)) and time.monotonic() < deadline:
        time.sleep(0.005)
    return found


def one(image: str, **changed: Any) -> ContainerGroupSpec:
    return spec(containers=(Container(name="api", image=image),), **changed)


ISOLATED = {"vswitch_ids": ("vsw-simhzisolatedb",), "security_group_id": "sg-simhzisolated"}
VIEWER = ImageRegistryCredential("registry.example.com", "viewer", Secret("viewer-password"))
FAILURES = [
    (private_spec("wrong"), Cause.WRONG_PASSWORD),
    (one(PRIVATE), Cause.MISSING_CREDENTIAL),
    (
        one("registry.example.com/billing/payments:3.1.0", image_registry_credentials=(VIEWER,)),
        Cause.NOT_ALLOWED,
    ),
    (private_spec(image="registry.example.com/team/api:9.9.9"), Cause.TAG_NOT_FOUND),
    (private_spec(image="registry.example.com/team/nothing:1"), Cause.REPOSITORY_NOT_FOUND),
    (private_spec(image="registry.example.com/team/edge-agent:0.5.0"), Cause.NO_ARCHITECTURE),
    (private_spec(image="registry.example.com/team/crash-loop:1.0.0"), Cause.KEEPS_ENDING),
    (one("plain.example.com:5000/lab/web:1.0.0"), Cause.PLAIN_HTTP),
    (
        one("open.example.com/public/web:1.0.0", plain_http_registries=("open.example.com",)),
        Cause.NOT_PLAIN_HTTP,
    ),
    (one("selfsigned.example.com/internal/portal:1.2.0"), Cause.CERTIFICATE),
    (one("nginx:1.27", **ISOLATED), Cause.NO_WAY_OUT),
    (one("nobody.example.net/a/b:1"), Cause.UNKNOWN_HOST),
]


@pytest.mark.parametrize(("group", "cause"), FAILURES, ids=[cause.value for _group, cause in FAILURES])
def test_the_simulators_failures_are_explained(
    alice: User, port: ContainerGroups, group: ContainerGroupSpec, cause: Cause
) -> None:
    made = order(alice, port, group)

    found = settled(made, port, lambda detail: detail.diagnosis and detail.diagnosis.cause != Cause.PULL_FAILED)

    assert found.diagnosis is not None
    assert (found.diagnosis.cause, found.diagnosis.container_name) == (cause, "api")
    assert found.diagnosis.evidence


def test_a_group_runs_restarts_and_is_deleted(alice: User, port: ContainerGroups) -> None:
    made = order(alice, port, one(COMMON))

    running = settled(made, port, lambda detail: detail.group and detail.group.status == "Running")
    assert running.group
    assert running.diagnosis is None
    assert running.may_restart

    restart(made, port)
    again = settled(made, port, lambda detail: detail.group and detail.group.status == "Running")
    assert again.group

    delete(made, port, again.group)
    gone = settled(made, port, lambda detail: detail.is_forgotten)
    assert (gone.is_forgotten, gone.is_final) == (True, True)


def test_the_list_joins_orders_with_the_cloud(alice: User, port: ContainerGroups) -> None:
    made = order(alice, port, one(COMMON))
    settled(made, port, lambda detail: detail.group and detail.group.status == "Running")

    (row,) = list_groups(Actor(alice), port, show=Show.ALL, query="", page=1).rows

    assert row.group
    assert row.group.status == "Running"
    assert not row.is_forgotten


def test_a_full_disk_of_the_simulator_is_a_cloud_that_gives_no_usable_answer(
    alice: User, alice_client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = draft(alice, private_spec(container_group_name="while-it-was-full"))
    group = f"/groups/{created(alice, 'eci-sim-1').container_group_id}/"

    def full(_store: Store) -> None:
        raise sqlite3.OperationalError("database or disk is full")

    with monkeypatch.context() as trouble:
        trouble.setattr(Store, "_open", full)
        for path in ("/", "/buy/", f"/buy/{made.pk}/basic/", f"/buy/{made.pk}/confirm/", group):
            assert alice_client.get(path).status_code == 200, path
        assert "HTTP 503" in alice_client.get(f"/buy/{made.pk}/basic/").content.decode()
        assert "Not restarted" in alice_client.post(f"{group}restart/", follow=True).content.decode()
        press = {"do": "order", "terms": "on", "form_key": form_key(made)}
        page = alice_client.post(f"/buy/{made.pk}/confirm/", press)
        assert page["Location"].startswith("/orders/")
    # Nobody asks a cloud that has not answered for a while; here that while is over.
    caches["shared"].clear()
    answer = alice_client.post(f"{page['Location']}again/")
    assert answer["Location"].startswith("/groups/")


def test_one_visitors_lost_answers_leave_the_page_of_another_alone(
    alice: User, mallory: User, mallory_client: Client
) -> None:
    made = created(mallory, "eci-1")
    with Store(settings.SIMULATOR_STATE).transaction(0) as transaction:
        transaction.set_fault(f"simulated-{alice.world}", faults.LOST_ANSWER, ALWAYS)
    port = clouds.cloud_of(alice.world).container_groups
    for number in range(ENOUGH_FAILURES):
        with pytest.raises(OutcomeUnknown):
            port.create(wire.to_parameters(one(COMMON)), client_token=f"token-{number}")
    with pytest.raises(CircuitOpen):
        port.get(made.region_id, made.container_group_id)

    assert "No longer known to the cloud" in text(mallory_client)
