"""A registry that points elsewhere: redirects are reported and not followed, Link stays at the registry."""

import json

import pytest

from consoleapp.gateways.proof import Cause, StatusEvidence
from tests.hostile.conftest import SetScene
from tests.hostile.listeners import Asked, answer
from tests.hostile.scene import TOKEN, Scene, honest

LOCATIONS = (
    "https://{E}/v2/",
    "http://{H}/v2/",
    "//{E}/v2/",
    "https://{R}/v2/team/api/manifests/1.0",
    "/v2/team/api/manifests/1.0",
    "http://{R}/",
    "https://{R}@{E}/",
    "https://canary-user:pw@{E}/",
    "http://169.254.169.254/latest/meta-data/",
    "http://100.100.100.200/latest/meta-data/",
    "http://[::ffff:100.100.100.200]/",
    "file:///etc/passwd",
    "",
)
STATUSES = (301, 302, 303, 307, 308)
# Where in the conversation the redirect comes.
AT_FIRST, AT_TOKEN, AFTER_LOGIN = "first", "token", "after login"


def _redirecting(stage: str, status: int, location: str, scene: list[Scene]) -> object:
    def reply(asked: Asked) -> bytes:
        redirect = answer(status, b"", f"Location: {scene[0].fill(location)}", "Refresh: 0; url=https://evil.test/")
        is_logged_in = bool(asked.header("authorization"))
        if stage == AT_FIRST or (stage == AFTER_LOGIN and is_logged_in and asked.path != "/t"):
            return redirect
        if asked.path == "/t":
            return redirect if stage == AT_TOKEN else answer(200, json.dumps({"token": TOKEN}).encode())
        return answer(401, b"", scene[0].fill('WWW-Authenticate: Bearer realm="https://{R}/t"'))

    return reply


@pytest.mark.parametrize("stage", [AT_FIRST, AT_TOKEN, AFTER_LOGIN])
@pytest.mark.parametrize("location", LOCATIONS)
def test_a_redirect_is_reported_and_not_followed(scene_of: SetScene, location: str, stage: str) -> None:
    status = STATUSES[LOCATIONS.index(location) % len(STATUSES)]
    scenes: list[Scene] = []
    scenes.append(scene_of(_redirecting(stage, status, location, scenes)))  # type: ignore[arg-type]
    scene = scenes[0]
    result = scene.check()
    assert result.cause is Cause.REDIRECTED
    assert isinstance(result.evidence, StatusEvidence)
    assert result.evidence.http_status == status
    assert "@" not in result.evidence.location_host
    assert scene.visits() == 0
    expected = {AT_FIRST: 1, AT_TOKEN: 2}.get(stage)
    assert expected is None or len(scene.registry.asked) == expected


@pytest.mark.parametrize("location", ["https://{E}/blob", "http://{H}/blob", "https://{R}/v2/team/api/blobs/other"])
def test_a_configuration_that_lies_elsewhere_is_left_unread(scene_of: SetScene, location: str) -> None:
    scenes: list[Scene] = []

    def reply(asked: Asked) -> bytes:
        if "/blobs/" in asked.path:
            return answer(307, b"", f"Location: {scenes[0].fill(location)}")
        return honest(asked)

    scenes.append(scene_of(reply))
    result = scenes[0].check()
    assert result.cause is Cause.CAN_BE_PULLED
    assert (result.created, result.architectures) == (None, ())
    assert scenes[0].visits() == 0


LINKS = (
    "https://{E}/v2/_tags",
    "http://{H}/v2/_tags",
    "//{E}/v2/_tags",
    "https://{R}@{E}/v2/",
    "https://user@{R}/v2/",
    "http://{R}/v2/team/api/tags/list",
    "https://registry.test:{P}/v2/team/api/tags/list",
    "https://registry.test/v2/team/api/tags/list",
    "https://{E}\\@{R}/v2/",
    "https://{R}\\@{E}/v2/",
    "/v2/team/api/tags/list?last=é",
    "/v2/team/api/tags/list#fragment",
    "https://[::1]:{P}/",
    "ftp://{R}/",
    "javascript:alert(1)",
)


@pytest.mark.parametrize("link", LINKS)
def test_a_link_to_another_origin_ends_the_list(scene_of: SetScene, link: str) -> None:
    scenes: list[Scene] = []

    def reply(asked: Asked) -> bytes:
        body = b'{"tags": ["1.0", "1.1"]}'
        return answer(200, body, f'Link: <{scenes[0].fill(link)}>; rel="next"')

    scenes.append(scene_of(reply))
    listed = scenes[0].tags()
    assert (listed.cause, listed.is_complete) == (Cause.REDIRECTED, False)
    assert listed.names == ("1.0", "1.1")
    assert scenes[0].visits() == 0
    assert len(scenes[0].registry.asked) == 1


def test_a_link_to_the_registry_itself_is_followed_five_pages_far(scene_of: SetScene) -> None:
    def reply(asked: Asked) -> bytes:
        page = int(asked.target.rpartition("page=")[2]) if "page=" in asked.target else 1
        body = json.dumps({"tags": [f"{page}.{number}" for number in range(10)]}).encode()
        return answer(200, body, f'Link: </v2/team/api/tags/list?page={page + 1}>; rel="next"')

    scene = scene_of(reply)
    listed = scene.tags()
    assert (len(listed.names), listed.is_complete, len(scene.registry.asked)) == (50, False, 5)
    assert listed.cause is Cause.CAN_BE_PULLED


def test_no_more_than_a_thousand_tags_are_kept(scene_of: SetScene) -> None:
    scene = scene_of(lambda asked: answer(200, json.dumps({"tags": [f"t{n}" for n in range(30_000)]}).encode()))
    listed = scene.tags()
    assert (len(listed.names), listed.is_complete) == (1000, False)


def test_what_is_no_tag_is_left_out(scene_of: SetScene) -> None:
    tags = ["ok", "<script>", "../x", "", "a b", 5, None, ["x"], {"a": 1}, "é", "x" * 129, "-a", "1.0\r\nX: y", "v_1.-"]
    scene = scene_of(lambda asked: answer(200, json.dumps({"tags": tags}).encode()))
    assert scene.tags().names == ("ok", "v_1.-")


TOKENS: tuple[object, ...] = (
    {"token": "x\r\nHost: evil.test"},
    {"token": "x y"},
    {"token": ""},
    {"token": None},
    {"token": 5},
    {"token": ["x"]},
    {"token": {"token": "x"}},
    {"token": "é"},
    {"token": "x\0"},
    {"token": "x" * 20_000},
    {"tokens": "x"},
    {},
    [],
    "token",
)


@pytest.mark.parametrize("document", TOKENS)
def test_a_token_that_no_header_can_carry_is_refused(scene_of: SetScene, document: object) -> None:
    scenes: list[Scene] = []

    def reply(asked: Asked) -> bytes:
        if asked.path == "/t":
            return answer(200, json.dumps(document).encode())
        return answer(401, b"", scenes[0].fill('WWW-Authenticate: Bearer realm="https://{R}/t"'))

    scenes.append(scene_of(reply))
    assert scenes[0].check().cause is Cause.MALFORMED_ANSWER
    assert not [asked for asked in scenes[0].registry.asked if asked.header("authorization").startswith("Bearer")]
