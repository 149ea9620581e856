"""A saved credential and registries that would like it elsewhere: no byte of its password reaches anybody but its own.

Redirects, token servers and plain HTTP are those of the other tests here; hosts that look alike are strangers, too.
"""

import pytest

from consoleapp.accounts.models import User
from consoleapp.credentials import checks
from consoleapp.credentials import services as credentials
from consoleapp.credentials.models import RegistryCredential
from consoleapp.domain.image import parse_image_reference
from consoleapp.domain.secret import Secret
from consoleapp.gateways.proof import Cause
from consoleapp.teams import services as teams
from tests.hostile.conftest import SetChallenge, SetScene
from tests.hostile.listeners import Asked, answer
from tests.hostile.scene import PASSWORD, USER, Scene
from tests.hostile.test_challenges import CONFUSING, ELSEWHERE

pytestmark = pytest.mark.django_db


def saved(alice: User, host: str) -> RegistryCredential:
    team = teams.create_team(alice, "qa", "QA", alice)
    return credentials.save(alice, team, "Harbor", host, "team", USER, Secret(PASSWORD))


def check(scene: Scene, credential: RegistryCredential, host: str = "") -> Cause | None:
    image = parse_image_reference(f"{host or scene.host}/team/api:1.0")
    result = checks.check(scene.access(), credential, image)
    return result.cause if result else None


def test_its_own_registry_gets_it(alice: User, challenged: SetChallenge) -> None:
    scene = challenged('WWW-Authenticate: Basic realm="registry"')
    assert check(scene, saved(alice, scene.host)) is Cause.CAN_BE_PULLED
    assert scene.visits() == 0


@pytest.mark.parametrize("header", [*ELSEWHERE, *CONFUSING])
def test_no_token_server_of_a_stranger_gets_it(alice: User, challenged: SetChallenge, header: str) -> None:
    scene = challenged(header)
    check(scene, saved(alice, scene.host))
    assert scene.leaks() == []


@pytest.mark.parametrize("location", ["https://{E}/v2/", "http://{H}/v2/", "//{E}/v2/", "https://{R}@{E}/"])
def test_no_redirect_takes_it_along(alice: User, scene_of: SetScene, location: str) -> None:
    scenes: list[Scene] = []

    def reply(asked: Asked) -> bytes:
        if asked.header("authorization"):
            return answer(307, b"", f"Location: {scenes[0].fill(location)}")
        return answer(401, b"", 'WWW-Authenticate: Basic realm="registry"')

    scenes.append(scene_of(reply))
    assert check(scenes[0], saved(alice, scenes[0].host)) is Cause.REDIRECTED
    assert scenes[0].leaks() == []
    assert scenes[0].visits() == 0


def test_no_look_alike_gets_it_whatever_image_is_asked_about(alice: User, challenged: SetChallenge) -> None:
    scene = challenged('WWW-Authenticate: Basic realm="registry"')
    credential = saved(alice, scene.host)
    port = scene.evil.port
    for host in (
        f"evil.test:{port}",
        f"registry.test.evil.test:{port}",
        f"evil-registry.test:{port}",
        f"registry.test:{port}",
        f"auth.registry.test:{port}",
        f"xn--rgistry-9za.test:{port}",
        f"REGISTRY.test:{scene.registry.port}",
        f"127.0.0.1:{port}",
        f"evil.test:{scene.evil_plain.port}",
    ):
        assert check(scene, credential, host) is None
    assert scene.visits() == 0
    assert scene.registry.asked == []


def test_a_row_that_was_pointed_at_a_stranger_opens_for_nobody(alice: User, challenged: SetChallenge) -> None:
    scene = challenged('WWW-Authenticate: Basic realm="registry"')
    saved(alice, scene.host)
    for host in (f"evil.test:{scene.evil.port}", f"evil.test:{scene.evil_plain.port}", scene.host.upper()):
        RegistryCredential.objects.update(host=host)
        assert check(scene, RegistryCredential.objects.get(), host) is None
    assert scene.visits() == 0


def test_plain_http_gets_it_from_nobody_who_is_not_listed_with_it(alice: User, challenged: SetChallenge) -> None:
    scene = challenged('WWW-Authenticate: Basic realm="registry"')
    host = f"registry.test:{scene.evil_plain.port}"
    check(scene, saved(alice, host), host)
    assert scene.leaks() == []
