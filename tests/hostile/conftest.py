"""The certificate of the hostile scene, and the scene itself with a registry that a test chooses."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack

import pytest

from tests.hostile.listeners import Asked, Reply
from tests.hostile.scene import Scene, challenging, make_certificate, set_scene
from tests.registries.authority import Authority, Pair

SetScene = Callable[[Callable[[Asked], Reply]], Scene]
SetChallenge = Callable[..., Scene]


@pytest.fixture(scope="session")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return Authority(tmp_path_factory.mktemp("hostile-authority"))


@pytest.fixture(scope="session")
def certificate(authority: Authority) -> Pair:
    return make_certificate(authority)


@pytest.fixture
def scene_of(authority: Authority, certificate: Pair) -> Iterator[SetScene]:
    """Sets a scene whose registry answers with the given function."""
    with ExitStack() as stack:
        yield lambda reply: stack.enter_context(set_scene(authority, certificate, reply))


@pytest.fixture
def challenged(scene_of: SetScene) -> SetChallenge:
    """Sets a scene whose registry answers with the given 401 headers."""

    def set_challenge(*headers: str) -> Scene:
        scenes: list[Scene] = []
        scenes.append(scene_of(challenging(*headers, scene=lambda: scenes[0])))
        return scenes[0]

    return set_challenge
