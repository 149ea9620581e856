"""Canary passwords, every way a call can fail, and every place where text of ours may end up.

The proof for logs is taken at DEBUG with all loggers open; the proof for errors covers the text, the `repr`, the
attributes, the formatted traceback, and whatever hangs on `__cause__` and `__context__`.
"""

import json
import logging
import traceback
from collections.abc import Callable, Iterator
from contextlib import ExitStack

import pytest

from consoleapp.gateways.alibaba.account import Account
from consoleapp.gateways.alibaba.eci import ElasticContainerInstance
from consoleapp.gateways.alibaba.signing import percent_encode
from consoleapp.gateways.errors import GatewayError
from tests.gateways import scripted
from tests.gateways.clients import client

CANARIES = {
    "ImageRegistryCredential.1.Password": "canary-one p+w/=&%",
    "ImageRegistryCredential.2.Password": "canary-two-пароль😀",
    "Container.1.EnvironmentVar.1.Value": "canary-three",
    "Container.1.Arg.1": "--token=canary-four",
    "Volume.1.ConfigFileVolume.ConfigFileToPath.1.Content": "canary-five",
}
PARAMETERS = {
    "RegionId": "cn-hangzhou",
    "ContainerGroupName": "web",
    "ImageRegistryCredential.1.Server": "registry.example.com",
    **CANARIES,
}
ACCOUNT = Account("testid", "canary-secret-key", "canary-sts-token")

_echo = json.dumps(
    {
        "Code": "InvalidParameter",
        "Message": "cannot use "
        + " or ".join(
            [
                *CANARIES.values(),
                *map(percent_encode, CANARIES.values()),
                "https://eci.example.com/?Password=canary-one",
            ]
        ),
        "RequestId": "R-1",
    }
).encode()

FAILURES: dict[str, scripted.Behaviour | None] = {
    "nobody listens": None,
    "silent": scripted.silent,
    "reset": scripted.reset,
    "end of file": scripted.raw(b""),
    "no HTTP": scripted.raw(b"SSH-2.0-OpenSSH\r\n"),
    "cut off": scripted.raw(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{"),
    "HTML": scripted.http(b"<html>", "200 OK", "text/html"),
    "redirect": scripted.http(b"", "302 Found", "text/html", "Location: https://evil.example/?canary"),
    "internal error": scripted.http(b'{"Code": "InternalError", "Message": "oops"}', "500 Oops"),
    "unknown code": scripted.http(b'{"Code": "BrandNew", "Message": "new"}', "400 Bad"),
    "no id": scripted.http(b'{"RequestId": "R-1"}'),
    "the cloud repeats the values": scripted.http(_echo, "400 Bad Request"),
    "the cloud repeats what was signed": scripted.http(
        b'{"Code": "SignatureDoesNotMatch", "Message": "no match: POST&%2F&Password%3Dcanary-one"}',
        "400 Bad Request",
    ),
    "the cloud repeats the token": scripted.http(
        b'{"Code": "InvalidSecurityToken.Malformed", "Message": "canary-sts-token is malformed"}', "400 Bad Request"
    ),
}


@pytest.fixture
def log(caplog: pytest.LogCaptureFixture) -> Iterator[pytest.LogCaptureFixture]:
    with caplog.at_level(logging.DEBUG), caplog.at_level(logging.DEBUG, logger="urllib3"):
        yield caplog


def _everything_about(error: BaseException) -> Iterator[str]:
    seen: BaseException | None = error
    while seen is not None:
        yield from (str(seen), repr(seen), repr(seen.args), repr(vars(seen)))
        yield "".join(traceback.format_exception(seen))
        seen = seen.__cause__ or seen.__context__


def _call(name: str, parameters_in: str, stack: ExitStack) -> Callable[[], object]:
    behaviour = FAILURES[name]
    base = stack.enter_context(scripted.serving(behaviour)) if behaviour else scripted.closed_port()
    own = client(base, parameters_in=parameters_in, account=ACCOUNT, read_timeout=0.5)
    groups = ElasticContainerInstance(own)
    return lambda: groups.create(PARAMETERS, client_token="token-1", secret_keys=frozenset(CANARIES))


@pytest.mark.parametrize("parameters_in", ["query", "body"])
@pytest.mark.parametrize("name", FAILURES)
def test_a_failed_call_tells_no_secret(log: pytest.LogCaptureFixture, name: str, parameters_in: str) -> None:
    with ExitStack() as stack:
        call = _call(name, parameters_in, stack)
        with pytest.raises(GatewayError) as caught:
            call()
    told = [*_everything_about(caught.value), log.text, *map(str, (record.args for record in log.records))]
    for text in told:
        assert "canary" not in text
        assert "пароль" not in text
        assert percent_encode("пароль") not in text
    assert caught.value.__cause__ is None
    assert caught.value.__context__ is None
    assert "http://" not in str(caught.value)
    assert "CreateContainerGroup" in log.text


def test_a_call_that_succeeds_tells_no_secret_either(log: pytest.LogCaptureFixture) -> None:
    answer = scripted.http(b'{"RequestId": "R-1", "ContainerGroupId": "eci-1"}')
    received: list[bytes] = []
    with scripted.serving(answer, seen=received.append) as base:
        groups = ElasticContainerInstance(client(base, account=ACCOUNT))
        groups.create(PARAMETERS, client_token="token-1", secret_keys=frozenset(CANARIES))
    assert b"canary-one" in received[0]
    assert "canary" not in log.text
    assert "urllib3.connectionpool" in {record.name for record in log.records}
