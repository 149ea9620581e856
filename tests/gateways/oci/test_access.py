"""consoleapp/gateways/oci/access.py: delays, caps, ways, what is never sent. The conversation: tests/registries."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime

import pytest

from consoleapp.domain.image import parse_image_reference
from consoleapp.domain.registry import ImageRegistryCredential
from consoleapp.domain.secret import Secret
from consoleapp.gateways.oci.access import Access, Timing
from consoleapp.gateways.oci.budget import Budget
from consoleapp.gateways.oci.dial import Answer, HostNotFound, NoAnswer, NotTls, Origin, Request
from consoleapp.gateways.oci.limiter import Limiter
from consoleapp.gateways.oci.policy import AccessPolicy
from consoleapp.gateways.proof import (
    Cause,
    PlainHttpEvidence,
    PolicyEvidence,
    Refusal,
    SilenceEvidence,
    Stage,
    VpcEvidence,
)

Send = Callable[[Request], Answer]
NOW = datetime(2026, 1, 1, tzinfo=UTC)


@dataclass
class FakeDial:
    """Answers by a function; ``listed`` are the origins that an admin has listed, ``open`` those that may be tried."""

    reply: Send
    listed: frozenset[str] = frozenset()
    open: frozenset[str] | None = None
    sent: list[Request] = field(default_factory=list)

    def refusal(self, origin: Origin) -> Refusal | None:
        return None if self.open is None or str(origin) in self.open | self.listed else Refusal.HOST_NOT_LISTED

    def is_listed(self, origin: Origin) -> bool:
        return str(origin) in self.listed

    def start(self, budget: Budget) -> "FakeDial":
        return self

    def send(self, request: Request) -> Answer:
        self.sent.append(request)
        return self.reply(request)

    def close(self) -> None:
        """Nothing is open."""


@dataclass
class FakeTime:
    now: float = 0
    slept: list[float] = field(default_factory=list)

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.now += seconds

    @property
    def timing(self) -> Timing:
        return Timing(lambda: self.now, self.sleep, lambda: NOW)


def _access(dial: FakeDial, time: FakeTime, **named: object) -> Access:
    return Access(AccessPolicy(), dial, timing=time.timing, **named)  # type: ignore[arg-type]


def _not_found(request: Request) -> Answer:
    raise HostNotFound(request.origin)


def _refused(request: Request) -> Answer:
    raise NoAnswer(request.origin, Stage.CONNECT)


def test_policy_no_address_and_no_answer_take_the_same_time() -> None:
    causes = []
    for dial in (FakeDial(_not_found), FakeDial(_refused), FakeDial(_refused, open=frozenset())):
        time = FakeTime()
        result = _access(dial, time).check(parse_image_reference("a.example/b"), credential=None)
        causes.append(result.cause)
        assert (result.duration.total_seconds(), time.slept) == (3, [3])
        assert result.checked_at == NOW
    assert causes == [Cause.HOST_NOT_FOUND, Cause.NO_ANSWER, Cause.REFUSED_BY_POLICY]


def test_the_delay_counts_from_the_start() -> None:
    time = FakeTime()

    def late(request: Request) -> Answer:
        time.now += 2
        raise HostNotFound(request.origin)

    assert (
        _access(FakeDial(late), time).check(parse_image_reference("a.example/b"), credential=None).duration.seconds == 3
    )
    assert time.slept == [1]


def test_an_answer_of_the_registry_is_not_delayed() -> None:
    time = FakeTime()
    dial = FakeDial(lambda request: Answer(301))
    assert _access(dial, time).check(parse_image_reference("a.example/b"), credential=None).cause is Cause.REDIRECTED
    assert time.slept == []


def test_no_more_checks_run_than_may() -> None:
    limiter = Limiter(2, 8)
    dial = FakeDial(_not_found)
    access = _access(dial, FakeTime(), limiter=limiter, actor="alice")
    with limiter.slot("alice"), limiter.slot("alice"):
        assert access.check(parse_image_reference("a.example/b"), credential=None).cause is Cause.TOO_MANY_CHECKS
        assert access.tags(parse_image_reference("a.example/b"), credential=None).cause is Cause.TOO_MANY_CHECKS
    assert dial.sent == []


def test_a_host_inside_a_vpc_is_not_dialled_unless_it_is_listed() -> None:
    host = "registry-vpc.cn-hangzhou.aliyuncs.com"
    reference = parse_image_reference(f"{host}/a/b:1")
    dial = FakeDial(_not_found)
    result = _access(dial, FakeTime()).check(reference, credential=None)
    assert (result.cause, result.evidence) == (Cause.ONLY_INSIDE_VPC, VpcEvidence(host, "cn-hangzhou"))
    assert dial.sent == []
    listed = FakeDial(_not_found, listed=frozenset({f"https://{host}"}))
    assert _access(listed, FakeTime()).check(reference, credential=None).cause is Cause.HOST_NOT_FOUND


def test_docker_hub_is_asked_at_its_api_host() -> None:
    dial = FakeDial(_not_found)
    credential = ImageRegistryCredential("docker.io", "alice", Secret("x"))
    result = _access(dial, FakeTime()).check(parse_image_reference("nginx:1"), credential=credential)
    assert (str(dial.sent[0].origin), dial.sent[0].target) == (
        "https://registry-1.docker.io",
        "/v2/library/nginx/manifests/1",
    )
    assert result.registry == "docker.io"


def test_a_credential_of_another_registry_is_a_bug() -> None:
    dial = FakeDial(_not_found)
    credential = ImageRegistryCredential("b.example", "alice", Secret("x"))
    with pytest.raises(ValueError, match="another registry"):
        _access(dial, FakeTime()).check(parse_image_reference("a.example/b"), credential=credential)
    assert dial.sent == []


def test_finding_out_about_plain_http_is_one_anonymous_request() -> None:
    def reply(request: Request) -> Answer:
        if request.origin.scheme == "https":
            raise NotTls(request.origin)
        return Answer(401, (("www-authenticate", "Basic realm=x"),))

    dial = FakeDial(reply)
    credential = ImageRegistryCredential("a.example:5000", "alice", Secret("x"))
    result = _access(dial, FakeTime()).check(parse_image_reference("a.example:5000/b:1"), credential=credential)
    assert result.evidence == PlainHttpEvidence("a.example:5000", is_declared=False)
    probe = dial.sent[-1]
    assert (probe.method, probe.target, probe.headers, probe.is_probe) == ("GET", "/v2/", (), True)
    assert len(dial.sent) == 2


def test_a_host_that_speaks_neither_is_silent() -> None:
    def reply(request: Request) -> Answer:
        if request.origin.scheme == "https":
            raise NotTls(request.origin)
        return Answer(400)

    result = _access(FakeDial(reply), FakeTime()).check(parse_image_reference("a.example/b"), credential=None)
    assert (result.cause, result.evidence) == (Cause.NO_ANSWER, SilenceEvidence("a.example", Stage.TLS))


def test_a_host_listed_for_plain_http_alone_is_found_out() -> None:
    dial = FakeDial(lambda request: Answer(200), listed=frozenset({"http://a.example"}), open=frozenset())
    result = _access(dial, FakeTime()).check(parse_image_reference("a.example/b"), credential=None)
    assert result.cause is Cause.SPEAKS_PLAIN_HTTP


def test_a_refusal_names_its_rule() -> None:
    dial = FakeDial(_refused, open=frozenset())
    result = _access(dial, FakeTime()).check(parse_image_reference("a.example/b"), credential=None)
    assert result.evidence == PolicyEvidence("a.example", Refusal.HOST_NOT_LISTED)
    assert dial.sent == []


def test_a_challenge_that_head_leaves_out_is_asked_for_with_get() -> None:
    challenge = (("www-authenticate", "Basic realm=x"),)
    dial = FakeDial(lambda request: Answer(401, challenge if request.method == "GET" else ()))
    result = _access(dial, FakeTime()).check(parse_image_reference("a.example/b"), credential=None)
    assert result.cause is Cause.NEEDS_LOGIN


def test_nothing_printed_holds_the_password() -> None:
    dial = FakeDial(lambda request: Answer(401, (("www-authenticate", "Basic realm=x"),)))
    credential = ImageRegistryCredential("a.example", "alice", Secret("canary"))
    result = _access(dial, FakeTime()).check(parse_image_reference("a.example/b"), credential=credential)
    assert result.cause is Cause.WRONG_CREDENTIAL
    assert any(name == "Authorization" for name, _ in dial.sent[-1].headers)
    assert "Authorization" not in repr(dial.sent)
    assert "canary" not in repr(result)
