import sys
import threading
from pathlib import Path

import pytest

from consoleapp.gateways import connect
from consoleapp.gateways.breaker import FAILURES
from consoleapp.gateways.connect import CloudSettings, cloud_for, simulator_account, simulator_secret
from consoleapp.gateways.errors import AccessDenied, CircuitOpen, GatewayError, OutcomeUnknown, Unreachable
from consoleapp.simulator.app import FixedKeys, make_app
from consoleapp.simulator.server import Server
from consoleapp.simulator.store import Store
from consoleapp.web.clouds import SharedCache
from tests.gateways import scripted

REGION = "cn-hangzhou"
ASKED = {
    "RegionId": REGION,
    "ContainerGroupName": "web",
    "Container.1.Name": "nginx",
    "Container.1.Image": "nginx:1.27",
}


def _settings(key: str, **changes: object) -> CloudSettings:
    return CloudSettings(simulator_key=key, **changes)  # type: ignore[arg-type]


def test_the_simulator_runs_in_this_process_behind_the_real_client() -> None:
    cloud = cloud_for(simulator_account("key-1", "alice"), _settings("key-1"))
    created = cloud.container_groups.create(ASKED, client_token="token-1")
    assert created.container_group_id.startswith("eci-sim")


def test_every_account_has_a_world_of_its_own() -> None:
    settings = _settings("key-2")
    alice, bob = (cloud_for(simulator_account("key-2", name), settings) for name in ("alice", "bob"))
    alice.container_groups.create(ASKED, client_token="token-1")
    assert alice.container_groups.list(REGION).total_count == 1
    assert bob.container_groups.list(REGION).total_count == 0


def test_a_key_that_was_not_derived_does_not_open_a_world() -> None:
    cloud = cloud_for(connect.Account("simulated-alice", "guessed"), _settings("key-3"))
    with pytest.raises(AccessDenied) as caught:
        cloud.container_groups.regions()
    assert caught.value.code == "SignatureDoesNotMatch"


def test_the_world_is_kept_in_its_file(tmp_path: Path) -> None:
    account = simulator_account("key-4", "alice")
    first = cloud_for(account, _settings("key-4", simulator_state=tmp_path / "world.sqlite3"))
    first.container_groups.create(ASKED, client_token="token-1")
    again = cloud_for(account, _settings("key-4", simulator_state=tmp_path / "world.sqlite3", simulator_speed=2))
    assert again.container_groups.list(REGION).total_count == 1


def test_connections_are_made_once_a_process() -> None:
    settings = _settings("key-5")
    clouds: list[connect.Cloud] = []
    threads = [
        threading.Thread(target=lambda: clouds.append(cloud_for(simulator_account("key-5", "alice"), settings)))
        for _ in range(8)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len({id(cloud.catalogue._docker_hub) for cloud in clouds}) == 1  # type: ignore[attr-defined]


def test_secrets_are_derived_from_the_key_and_the_id() -> None:
    secret = simulator_secret("key", "simulated-alice")
    assert len(secret) == 64
    assert secret != simulator_secret("key", "simulated-bob")
    assert secret != simulator_secret("other", "simulated-alice")
    assert simulator_account("key", "alice").access_key_secret.reveal() == secret


@pytest.mark.parametrize("name", ["", "a b", "a,Signature=", "../x", "a" * 65, "ä"])
def test_a_world_name_that_could_break_the_header_is_refused(name: str) -> None:
    with pytest.raises(ValueError, match="name"):
        simulator_account("key", name)


def test_without_a_key_there_is_no_embedded_simulator() -> None:
    with pytest.raises(ValueError, match="key"):
        simulator_account("", "alice")


def test_an_unknown_mode_is_refused() -> None:
    with pytest.raises(ValueError, match="mode"):
        CloudSettings(mode="azure")


def test_the_settings_do_not_show_their_key() -> None:
    assert "canary" not in repr(CloudSettings(simulator_key="canary"))


@pytest.mark.parametrize("mode", ["alibaba", "simulator"])
def test_one_address_takes_the_calls_of_both_modes(mode: str) -> None:
    app = make_app(state=None, keys=FixedKeys({"alice-key": "alice-secret"}))
    with Server(app) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
        thread.start()
        cloud = cloud_for(connect.Account("alice-key", "alice-secret"), CloudSettings(mode=mode, endpoint=server.url))
        assert cloud.container_groups.regions()
        assert cloud.catalogue.docker_official_images().total > 100
        server.shutdown()
        thread.join()
    app.store.close()


def test_only_the_simulator_may_be_reached_over_plain_http_beyond_this_machine() -> None:
    account, elsewhere = connect.Account("a", "b"), "http://simulator:8099"
    assert cloud_for(account, CloudSettings(mode="simulator", endpoint=elsewhere)).container_groups
    with pytest.raises(ValueError, match="https"):
        cloud_for(account, CloudSettings(mode="alibaba", endpoint=elsewhere))


def test_an_address_where_nobody_listens_is_unreachable() -> None:
    endpoint = scripted.closed_port()
    cloud = cloud_for(connect.Account("a", "b"), CloudSettings(mode="alibaba", endpoint=endpoint))
    for call in (cloud.container_groups.regions, cloud.catalogue.docker_official_images):
        with pytest.raises(Unreachable) as caught:
            call()
        assert caught.value.kind == "unreachable"


def test_it_knows_no_web_framework() -> None:
    source = Path(str(sys.modules[connect.__name__].__file__)).read_text(encoding="utf-8")
    assert "django" not in source


def test_a_simulated_account_that_gets_no_answers_stops_nobody_else() -> None:
    settings = CloudSettings(mode="simulator", endpoint=scripted.closed_port(), shared=SharedCache())
    alice, bob = (cloud_for(connect.Account(name, "secret"), settings) for name in ("alice", "bob"))
    for _ in range(FAILURES):
        with pytest.raises(Unreachable):
            alice.container_groups.regions()

    assert type(_trouble(alice)) is CircuitOpen
    assert type(_trouble(bob)) is Unreachable


def test_the_accounts_of_the_real_cloud_share_what_is_known_of_an_address() -> None:
    settings = CloudSettings(mode="alibaba", endpoint=scripted.closed_port(), shared=SharedCache())
    one, other = (cloud_for(connect.Account(name, "secret"), settings) for name in ("one", "other"))
    for _ in range(FAILURES):
        _trouble(one)

    assert type(_trouble(other)) is CircuitOpen


def _trouble(cloud: connect.Cloud) -> GatewayError:
    with pytest.raises(GatewayError) as caught:
        cloud.container_groups.regions()
    return caught.value


@pytest.mark.parametrize("fault", ["late-answer", "dropped-answer"])
def test_an_answer_that_does_not_come_in_time_keeps_no_thread_of_this_process(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture, fault: str
) -> None:
    slept: list[float] = []
    monkeypatch.setattr("time.sleep", slept.append)
    state = tmp_path / "world.sqlite3"
    cloud = cloud_for(simulator_account("key-6", "alice"), _settings("key-6", simulator_state=state))
    with Store(state).transaction(0) as transaction:
        transaction.set_fault("simulated-alice", fault, 1)

    with pytest.raises(OutcomeUnknown) as caught:
        cloud.container_groups.create(ASKED, client_token="token-1")

    assert (slept, caught.value.http_status) == ([], 0)
    assert "Traceback" not in caplog.text
    assert cloud.container_groups.list(REGION).total_count == 1
