"""consoleapp/gateways/oci/realm.py: which token server a registry may name, and how it is asked.

What is refused is tried at length in tests/hostile/test_challenges.py.
"""

import pytest

from consoleapp.gateways.oci.challenge import Challenge
from consoleapp.gateways.oci.dial import Origin
from consoleapp.gateways.oci.policy import AccessPolicy
from consoleapp.gateways.oci.realm import RealmRefused, TokenRequest, token_request

HUB = Origin("https", "registry-1.docker.io", 443)
SCOPE = "scope=repository%3Ateam%2Fapi%3Apull"


def _asked(registry: Origin, realm: str, service: str = "", policy: AccessPolicy | None = None) -> TokenRequest:
    parameters = {"realm": realm} | ({"service": service} if service else {})
    return token_request(Challenge("bearer", parameters), "team/api", registry, policy or AccessPolicy())


def test_docker_hub_sends_logins_to_its_token_server() -> None:
    found = _asked(HUB, "https://auth.docker.io/token", "registry.docker.io")
    assert found == TokenRequest(Origin("https", "auth.docker.io", 443), f"/token?service=registry.docker.io&{SCOPE}")


@pytest.mark.parametrize(
    ("registry", "realm"),
    [
        ("registry.cn-beijing.aliyuncs.com", "https://dockerauth.cn-beijing.aliyuncs.com/auth"),
        ("registry.cn-shenzhen.aliyuncs.com", "https://dockerauth.cn-hangzhou.aliyuncs.com/auth"),
        ("registry.cn-zhangjiakou.aliyuncs.com", "https://dockerauth-cn-zhangjiakou.aliyuncs.com/auth"),
        ("crpi-a1.cn-guangzhou.personal.cr.aliyuncs.com", "https://dockerauth-cn-guangzhou.aliyuncs.com/auth"),
        ("acme-registry.cn-hangzhou.cr.aliyuncs.com", "https://dockerauth-ee.cn-hangzhou.aliyuncs.com/auth"),
        ("registry-vpc.cn-hangzhou.aliyuncs.com", "https://dockerauth-vpc.cn-hangzhou.aliyuncs.com/auth"),
        ("registry.gitlab.com", "https://gitlab.com/jwt/auth"),
        ("ghcr.io", "https://ghcr.io/token"),
    ],
)
def test_a_known_pair_is_allowed(registry: str, realm: str) -> None:
    found = _asked(Origin("https", registry, 443), realm)
    assert str(found.origin) == realm.rpartition("/")[0].removesuffix("/jwt")


@pytest.mark.parametrize(
    ("registry", "realm"),
    [
        ("ghcr.io", "https://auth.docker.io/token"),
        ("registry-1.docker.io", "https://auth.docker.io/other"),
        ("registry-1.docker.io", "https://auth.docker.io:8443/token"),
        ("registry-1.docker.io", "http://auth.docker.io/token"),
        ("registry-1.docker.io", "https://auth.docker.io.evil.example/token"),
        ("registry.cn-hangzhou.aliyuncs.com", "https://dockerauth.oss-cn-hangzhou.aliyuncs.com/auth"),
        ("registry.cn-hangzhou.aliyuncs.com", "https://dockerauth.cn-beijing.aliyuncs.com/auth"),
        ("registry.cn-hangzhou.aliyuncs.com", "https://evil.cn-hangzhou.aliyuncs.com/auth"),
        ("registry.oss-cn-hangzhou.aliyuncs.com", "https://dockerauth.oss-cn-hangzhou.aliyuncs.com/auth"),
        ("registry.example", "https://auth.registry.example/token"),
    ],
)
def test_anything_but_an_exact_pair_is_refused(registry: str, realm: str) -> None:
    with pytest.raises(RealmRefused):
        _asked(Origin("https", registry, 443), realm)


def test_an_admin_adds_pairs_that_are_as_exact() -> None:
    policy = AccessPolicy(token_servers=(("registry.example:5000", "https://auth.example:8443/token"),))
    registry = Origin("https", "registry.example", 5000)
    assert _asked(registry, "https://auth.example:8443/token?x=1", policy=policy).target == f"/token?x=1&{SCOPE}"
    for realm in ("https://auth.example/token", "https://auth.example:8443/", "http://auth.example:8443/token"):
        with pytest.raises(RealmRefused):
            _asked(registry, realm, policy=policy)


def test_plain_http_is_only_for_registries_on_plain_http() -> None:
    assert _asked(Origin("http", "registry.example", 5000), "http://registry.example:5000/t").origin.scheme == "http"
    with pytest.raises(RealmRefused):
        _asked(Origin("https", "registry.example", 5000), "http://registry.example:5000/t")


def test_the_scope_is_ours_and_the_service_is_encoded_anew() -> None:
    found = _asked(HUB, "https://registry-1.docker.io/t?scope=all&a=1&service=evil", "x&scope=repository:other:push")
    assert found.target == f"/t?a=1&service=x%26scope%3Drepository%3Aother%3Apush&{SCOPE}"
