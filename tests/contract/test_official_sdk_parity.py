"""Our CreateContainerGroup beside the official SDK's for the same group, as a server receives them.

Three differences are the SDK's own and are evened out: it writes booleans as Python prints them (`True`), numbers of
type float with a fraction (`2.0`), and a file's mode without the 0 in front (`640`, the vendor's manual has `0640`).
The service takes both spellings; ours are those of the API reference.
"""

import json
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import pytest
from alibabacloud_eci20180808.client import Client as OfficialClient
from alibabacloud_openapi_util.client import Client as OfficialUtil
from alibabacloud_tea_openapi import models as open_api_models
from Tea.request import TeaRequest

from consoleapp.domain import wire
from consoleapp.domain.spec import ContainerGroupSpec
from consoleapp.gateways.alibaba.account import Account
from consoleapp.gateways.alibaba.client import Client
from consoleapp.gateways.alibaba.eci import ElasticContainerInstance
from consoleapp.gateways.alibaba.endpoints import Endpoints
from consoleapp.gateways.alibaba.transport import Transport, http_session
from tests.contract import parity_inputs as inputs
from tests.contract.capture import Captured, CaptureServer, capture_server
from tests.contract.parity_inputs import PASSWORD, TOKEN

KEY_ID, SECRET = "testid", "testsecret"
FLOATS = {"Cpu", "Memory"}


@pytest.fixture
def server() -> Iterator[CaptureServer]:
    with capture_server() as capture:
        yield capture


def sent_by_the_official_sdk(server: CaptureServer, request: Any = None) -> Captured:
    config = open_api_models.Config(
        access_key_id=KEY_ID,
        access_key_secret=SECRET,
        region_id="cn-hangzhou",
        endpoint=server.url.removeprefix("http://"),
        protocol="http",
    )
    OfficialClient(config).create_container_group(request or inputs.official_everyday())
    return server.requests[-1]


def sent_by_us(
    server: CaptureServer, parameters_in: str = "query", group: ContainerGroupSpec | None = None
) -> Captured:
    group = group or inputs.our_everyday()
    with http_session() as session:
        client = Client(
            Transport(session, connect_timeout=3, read_timeout=10),
            Account(KEY_ID, SECRET),
            endpoints=Endpoints(server.url),
            parameters_in=parameters_in,
        )
        ElasticContainerInstance(client).create(
            wire.to_parameters(group), client_token=TOKEN, secret_keys=wire.secret_keys(group)
        )
    return server.requests[-1]


def evened_out(parameters: dict[str, str]) -> dict[str, str]:
    """The SDK's `True` becomes `true`, its `2.0` becomes `2` where the API wants a float, `0640` becomes `640`; nothing
    else changes."""

    def one(name: str, value: str) -> str:
        if value in {"True", "False"}:
            return value.lower()
        if name.rpartition(".")[2] in FLOATS:
            return format(Decimal(value).normalize(), "f")
        return value.lstrip("0") if name.endswith("ConfigFileToPath.1.Mode") else value

    return {name: one(name, value) for name, value in parameters.items()}


def test_both_send_the_same_parameters(server: CaptureServer) -> None:
    official = evened_out(sent_by_the_official_sdk(server).parameters)
    ours = evened_out(sent_by_us(server).parameters)
    assert len(ours) > 70
    assert ours == official


def test_both_spell_the_irregular_keys_alike(server: CaptureServer) -> None:
    official = evened_out(sent_by_the_official_sdk(server, inputs.official_irregular()).parameters)
    ours = evened_out(sent_by_us(server, group=inputs.our_irregular()).parameters)
    assert len(ours) > 45
    assert ours == official


def test_both_send_them_the_same_way(server: CaptureServer) -> None:
    official, ours = sent_by_the_official_sdk(server), sent_by_us(server)
    assert (ours.method, ours.path, ours.body) == (official.method, official.path, official.body) == ("POST", "/", b"")
    for name in ("x-acs-action", "x-acs-version", "x-acs-content-sha256", "host", "accept"):
        assert ours.headers[name] == official.headers[name], name
    assert "Action=" not in ours.query


def test_with_parameters_in_the_body_the_address_carries_none(server: CaptureServer) -> None:
    in_query = sent_by_us(server)
    in_body = sent_by_us(server, "body")
    assert in_body.query == ""
    assert in_body.body.decode() == in_query.query
    assert in_body.headers["content-type"] == "application/x-www-form-urlencoded"


@pytest.mark.parametrize("parameters_in", ["query", "body"])
def test_the_official_signer_comes_to_our_signature(server: CaptureServer, parameters_in: str) -> None:
    ours = sent_by_us(server, parameters_in)
    scheme, _, rest = ours.headers["authorization"].partition(" ")
    told = dict(part.split("=", 1) for part in rest.split(","))
    request = TeaRequest()
    request.method, request.pathname = ours.method, ours.path
    request.query = dict(ours.parameters) if parameters_in == "query" else {}
    request.headers = {name: ours.headers[name] for name in told["SignedHeaders"].split(";")}
    expected = OfficialUtil.get_authorization(request, scheme, ours.headers["x-acs-content-sha256"], KEY_ID, SECRET)
    assert ours.headers["authorization"] == expected
    hashed = OfficialUtil.hex_encode(OfficialUtil.hash(ours.body, scheme))
    assert ours.headers["x-acs-content-sha256"] == hashed


def test_the_official_sdk_is_a_fair_judge(server: CaptureServer) -> None:
    """It must really send what the comparison is about: the password, a nested key, a dotted one."""
    official = sent_by_the_official_sdk(server).parameters
    assert official["ImageRegistryCredential.1.Password"] == PASSWORD
    assert official["AcrRegistryInfo.1.Domain.2"] == "more.example.com"
    assert json.dumps(official["Container.1.Tty"]) == '"True"'
