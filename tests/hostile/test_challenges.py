"""A registry that sends logins elsewhere: no byte of the typed password reaches anybody but the registry.

In each variant {R} is the registry, {E} a stranger with a trusted certificate, {H} a stranger on plain HTTP.
"""

import pytest

from consoleapp.gateways.oci import realm
from consoleapp.gateways.oci.guard import Guard
from consoleapp.gateways.proof import Cause, Refusal
from tests.hostile.conftest import SetChallenge
from tests.hostile.scene import BASIC, TOKEN, Scene

W = "WWW-Authenticate: "

# Plainly elsewhere: these reach the stranger as soon as nobody holds the rules.
ELSEWHERE = (
    f'{W}Bearer realm="https://{{E}}/t"',
    f'{W}Bearer realm="https://{{E}}/t",service="registry.test",scope="repository:team/api:pull"',
    f'{W}Bearer realm="https://{{E}}/t",scope="repository:team/api:pull,push registry:catalog:*"',
    f'{W}BEARER REALM="https://{{E}}/t"',
    f'{W}bearer realm = "https://{{E}}/t"',
    f'{W}Bearer realm="https://{{E}}"',
    f'{W}Bearer realm="https://{{E}}/{{R}}/t"',
    f'{W}Bearer realm="https://{{E}}/t?registry={{R}}"',
    f'{W}Bearer realm="http://{{H}}/t"',
    f'{W}Bearer realm="https://registry.test.evil.test:{{P}}/t"',
    f'{W}Bearer realm="https://evil-registry.test:{{P}}/t"',
    f'{W}Bearer realm="https://auth.registry.test:{{P}}/t"',
    f'{W}Bearer realm="https://dockerauth.registry.test:{{P}}/auth"',
    f'{W}Bearer realm="https://registry.test:{{P}}/t"',
    f'{W}Bearer realm="https://127.0.0.1:{{P}}/t"',
    f'{W}Bearer realm="https://localhost:{{P}}/t"',
    f'{W}Bearer realm="https:\\/\\/{{E}}\\/t"',
    f'{W}Negotiate, Bearer realm="https://{{E}}/t"',
    f'{W}Digest realm="x", nonce="y", Bearer realm="https://{{E}}/t"',
    f'{W},, ,Bearer realm="https://{{E}}/t",,',
)
# Told so that one reader takes them for the registry and another for the stranger, or nobody can read them.
CONFUSING = (
    f'{W}Bearer realm="https://{{R}}@{{E}}/t"',
    f'{W}Bearer realm="https://{{R}}:pw@{{E}}/t"',
    f'{W}Bearer realm="https://user@{{E}}/t"',
    f'{W}Bearer realm="https://{{E}}\\\\@{{R}}/t"',
    f'{W}Bearer realm="https://{{E}}\\@{{R}}/t"',
    f'{W}Bearer realm="https://{{E}}#@{{R}}/t"',
    f'{W}Bearer realm="https://{{R}}#@{{E}}/t"',
    f'{W}Bearer realm="https://{{E}}?@{{R}}/t"',
    f'{W}Bearer realm="https://{{R}}%40{{E}}/t"',
    f'{W}Bearer realm="https://{{R}}%2f@{{E}}/t"',
    f'{W}Bearer realm="//{{E}}/t"',
    f'{W}Bearer realm="/t"',
    f'{W}Bearer realm="t"',
    f'{W}Bearer realm=""',
    f"{W}Bearer",
    f'{W}Bearer service="registry.test"',
    f'{W}Bearer realm="ftp://{{E}}/t"',
    f'{W}Bearer realm="gopher://{{E}}/_t"',
    f'{W}Bearer realm="file:///etc/passwd"',
    f'{W}Bearer realm="javascript:alert(1)"',
    f'{W}Bearer realm="HTTPS://{{E}}/t"',
    f'{W}Bearer realm=" https://{{E}}/t"',
    f'{W}Bearer realm="\thttps://{{E}}/t"',
    f'{W}Bearer realm="https:/{{E}}/t"',
    f'{W}Bearer realm="https:{{E}}/t"',
    f'{W}Bearer realm="https:///{{E}}/t"',
    f"{W}Bearer realm=https://{{E}}/t",
    f'{W}Bearer realm="https://{{E}}/t',
    f"{W}Bearer realm='https://{{E}}/t'",
    f'{W}Bearer realm="https://{{R}}/t",realm="https://{{E}}/t"',
    f'{W}Bearer realm="https://{{E}}/t",realm="https://{{R}}/t"',
    f'{W}Bearer realm="https://{{R}}/t" realm="https://{{E}}/t"',
    f'{W}Bearer realm="https://[::1]:{{P}}/t"',
    f'{W}Bearer realm="https://[::ffff:127.0.0.1]:{{P}}/t"',
    f'{W}Bearer realm="https://2130706433:{{P}}/t"',
    f'{W}Bearer realm="https://0x7f000001:{{P}}/t"',
    f'{W}Bearer realm="https://0x7f.1:{{P}}/t"',
    f'{W}Bearer realm="https://0177.0.0.1:{{P}}/t"',
    f'{W}Bearer realm="https://127.1:{{P}}/t"',
    f'{W}Bearer realm="https://127.0.0.1.:{{P}}/t"',
    f'{W}Bearer realm="https://evil.test.:{{P}}/t"',
    f'{W}Bearer realm="https://１２７.0.0.1:{{P}}/t"',
    f'{W}Bearer realm="https://еvil.test:{{P}}/t"',
    f'{W}Bearer realm="https://evil.test:0{{P}}/t"',
    f'{W}Bearer realm="https://evil.test:{{P}}0/t"',
    f'{W}Bearer realm="https://{{R}}:{{P}}/t"',
    f'{W}Bearer realm="http://{{R}}/t"',
    f'{W}Bearer realm="https://{{R}}\r\n.evil.test:{{P}}/t"',
    f'{W}Bearer\r\n realm="https://{{E}}/t"',
    f'{W}Bearer realm="https://{{E}}/\0t"',
    f'{W}Bearer realm="https://{{E}}/{"a" * 200_000}"',
    f"{W}{'Negotiate, ' * 40}" + 'Bearer realm="https://{E}/t"',
    f'{W}Bearer {",".join(f"a{n}=b" for n in range(40))},realm="https://{{E}}/t"',
    f"{W}Bearer realm=\"https://{{E}}/t\",realm*=UTF-8''https%3A%2F%2F{{R}}%2Ft",
    f"{W}Negotiate YII=",
    f'{W}Digest realm="https://{{E}}/t", nonce="n"',
    f"{W}NTLM",
    "X-Nothing: here",
)
# Something for the registry itself is among them; it may have the login, and nobody else.
MIXED = (
    (f'{W}Basic realm="https://{{E}}/t"',),
    (f'{W}Basic realm="https://{{E}}/t", Bearer realm="https://{{R}}/t"',),
    (f'{W}Bearer realm="https://{{E}}/t", Basic realm="x"',),
    (f'{W}Bearer realm="https://{{E}}/t", Bearer realm="https://{{R}}/t"',),
    (f'{W}Bearer realm="https://{{E}}/t"', f'{W}Bearer realm="https://{{R}}/t"'),
    (f'{W}Basic realm="https://{{E}}/t"', f'{W}Bearer realm="https://{{R}}/t"'),
    (f'{W}Bearer realm="https://{{R}}/t?next=https://{{E}}/t"',),
    (f'{W}Bearer realm="https://{{R}}/t",service="https://{{E}}/t"',),
    (f'{W}Bearer realm="https://{{R}}/t"', "Location: https://{E}/t", "Refresh: 0; url=https://{E}/t"),
    (f'{W}Bearer realm="https://{{R}}/t"', 'Link: <https://{E}/t>; rel="token"', "Set-Cookie: a=b; Domain=.test"),
)


@pytest.mark.parametrize("header", ELSEWHERE)
def test_a_login_is_not_sent_elsewhere(challenged: SetChallenge, header: str) -> None:
    scene = challenged(header)
    result = scene.check()
    assert result.cause is Cause.REFUSED_BY_POLICY
    assert getattr(result.evidence, "refusal", None) is Refusal.TOKEN_SERVER
    assert _nobody_came(scene)
    assert BASIC not in scene.registry.received, "the registry itself asked for nothing"


@pytest.mark.parametrize("header", CONFUSING)
def test_a_confusing_challenge_leads_nowhere(challenged: SetChallenge, header: str) -> None:
    scene = challenged(header)
    result = scene.check()
    assert result.cause in {Cause.REFUSED_BY_POLICY, Cause.MALFORMED_ANSWER}
    assert _nobody_came(scene)
    assert BASIC not in scene.registry.received


@pytest.mark.parametrize("headers", MIXED)
def test_of_several_offers_only_that_of_the_registry_itself_is_taken(
    challenged: SetChallenge, headers: tuple[str, ...]
) -> None:
    scene = challenged(*headers)
    assert scene.check().cause is Cause.CAN_BE_PULLED
    assert _nobody_came(scene)
    assert b"ookie: a=b" not in scene.registry.received


@pytest.mark.parametrize(
    "service", ["x&scope=repository:other:push", "a b", "%0d%0aX-Injected: 1", "x" * 2000, "?#/@", "é"]
)
def test_the_scope_is_ours_whatever_the_service_says(challenged: SetChallenge, service: str) -> None:
    scene = challenged(f'{W}Bearer realm="https://{{R}}/t?scope=repository:all:*",service="{service}",scope="all"')
    scene.check()
    targets = [asked.target for asked in scene.registry.asked if asked.path == "/t"]
    assert all(target.count("scope=") == 1 for target in targets)
    assert all(target.endswith("scope=repository%3Ateam%2Fapi%3Apull") for target in targets)
    assert b"X-Injected" not in b"".join(asked.raw.partition(b"\r\n")[2] for asked in scene.registry.asked)


class OpenGuard(Guard):
    """No guard at all."""

    def refusal(self, origin: object) -> None:
        return None

    def permits(self, origin: object, address: object) -> bool:
        return True


def _allow_every_realm(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(realm, "is_allowed", lambda *arguments: True)


@pytest.mark.parametrize("header", ELSEWHERE)
def test_without_the_realm_rule_the_guard_still_holds(
    challenged: SetChallenge, monkeypatch: pytest.MonkeyPatch, header: str
) -> None:
    _allow_every_realm(monkeypatch)
    scene = challenged(header)
    assert scene.check().cause is Cause.REFUSED_BY_POLICY
    assert _nobody_came(scene)


@pytest.mark.parametrize("header", ELSEWHERE)
def test_the_suite_has_teeth(challenged: SetChallenge, monkeypatch: pytest.MonkeyPatch, header: str) -> None:
    _allow_every_realm(monkeypatch)
    scene = challenged(header)
    scene.check(scene.access(guard=OpenGuard))
    assert scene.visits() > 0
    assert any(repr(BASIC) in leak for leak in scene.leaks()), "with no rules the login must have gone to a stranger"


def _nobody_came(scene: Scene) -> bool:
    assert scene.leaks() == []
    assert scene.visits() == 0
    return True


def test_the_token_of_the_registry_stays_there_too(challenged: SetChallenge) -> None:
    scene = challenged(f'{W}Bearer realm="https://{{R}}/t"')
    assert scene.check().cause is Cause.CAN_BE_PULLED
    assert TOKEN.encode() in scene.registry.received
    assert _nobody_came(scene)
