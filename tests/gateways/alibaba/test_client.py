"""The one client against answers made by hand; the port is that of `responses`, no socket is opened."""

import json
import logging
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from urllib.parse import parse_qsl, urlsplit

import pytest
import responses

from consoleapp.gateways import errors
from consoleapp.gateways.alibaba.account import Account
from consoleapp.gateways.alibaba.client import Client, Idempotency
from consoleapp.gateways.alibaba.endpoints import CR_ENTERPRISE, CR_PERSONAL, ECI, Endpoints
from consoleapp.gateways.alibaba.error_codes import DryRunPassed
from consoleapp.gateways.errors import GatewayError
from tests.gateways.clients import NONCE, client, transport

URL = "https://eci.cn-hangzhou.aliyuncs.com/"
PARAMS = {
    "RegionId": "cn-hangzhou",
    "Container.1.Arg.1": "a b*~ 中文",
    "ImageRegistryCredential.1.Password": "canary+&=",
}


@pytest.fixture
def cloud() -> Iterator[responses.RequestsMock]:
    with responses.RequestsMock(assert_all_requests_are_fired=False) as mock:
        yield mock


def _answers(cloud: responses.RequestsMock, body: str | bytes = "{}", status: int = 200, **headers: str) -> None:
    cloud.add(responses.POST, URL, body=body, status=status, headers=headers, content_type="application/json")


def _call(idempotency: Idempotency = Idempotency.READ, own: Client | None = None) -> object:
    return (own or client()).call(ECI, "CreateContainerGroup", PARAMS, region_id="cn-hangzhou", idempotency=idempotency)


def _refused(idempotency: Idempotency = Idempotency.READ) -> GatewayError:
    with pytest.raises(GatewayError) as caught:
        _call(idempotency)
    return caught.value


def test_the_answer_is_the_parsed_object(cloud: responses.RequestsMock) -> None:
    _answers(cloud, '{"RequestId": "R-1", "ContainerGroupId": "eci-1"}')
    assert _call() == {"RequestId": "R-1", "ContainerGroupId": "eci-1"}


def test_parameters_stand_in_the_query_exactly_as_they_were_signed(cloud: responses.RequestsMock) -> None:
    _answers(cloud)
    _call()
    sent = cloud.calls[0].request
    query = urlsplit(str(sent.url)).query
    assert query == (
        "Container.1.Arg.1=a%20b%2A~%20%E4%B8%AD%E6%96%87&ImageRegistryCredential.1.Password=canary%2B%26%3D&RegionId=cn-hangzhou"
    )
    assert sent.body is None
    assert sent.headers["Content-Length"] == "0"
    assert sent.headers["x-acs-action"] == "CreateContainerGroup"
    assert sent.headers["x-acs-version"] == "2018-08-08"
    assert sent.headers["x-acs-date"] == "2026-10-12T08:00:00Z"
    assert sent.headers["x-acs-signature-nonce"] == NONCE
    assert "Action" not in dict(parse_qsl(query))


def test_parameters_may_stand_in_a_form_body_instead(cloud: responses.RequestsMock) -> None:
    _answers(cloud)
    _call(own=client(parameters_in="body"))
    sent = cloud.calls[0].request
    assert sent.url == URL
    assert dict(parse_qsl(sent.body.decode())) == PARAMS  # type: ignore[union-attr]
    assert sent.headers["Content-Type"] == "application/x-www-form-urlencoded"
    assert "content-type" in sent.headers["Authorization"]


def test_reads_by_path_keep_their_parameters_in_the_query(cloud: responses.RequestsMock) -> None:
    cloud.add(responses.GET, "https://cr.cn-hangzhou.aliyuncs.com/repos?Page=1", json={"data": {}})
    own = client(parameters_in="body")
    own.call(CR_PERSONAL, "GetRepoList", {"Page": "1"}, region_id="cn-hangzhou", method="GET", path="/repos")
    assert cloud.calls[0].request.method == "GET"
    assert cloud.calls[0].request.body is None


def test_a_temporary_key_sends_its_token(cloud: responses.RequestsMock) -> None:
    _answers(cloud)
    _call(own=client(account=Account("id", "secret", "sts")))
    assert cloud.calls[0].request.headers["x-acs-security-token"] == "sts"


def test_a_text_that_is_no_unicode_is_refused_at_its_field(cloud: responses.RequestsMock) -> None:
    params = {"RegionId": "cn-hangzhou", "Container.1.Arg.1": "canary \ud800"}
    with pytest.raises(errors.InvalidParameter) as caught:
        client().call(ECI, "CreateContainerGroup", params, region_id="cn-hangzhou")
    assert caught.value.field == "Container.1.Arg.1"
    assert caught.value.__context__ is None
    assert len(cloud.calls) == 0


def test_another_place_for_parameters_is_refused() -> None:
    with pytest.raises(ValueError, match="query or in the body"):
        Client(transport(), Account("a", "b"), endpoints=Endpoints(), parameters_in="header")


def test_an_error_answer_becomes_its_kind_with_all_that_it_told(cloud: responses.RequestsMock) -> None:
    body = '{"RequestId":"R-2","Message":"sold out","HostId":"eci","Code":"OperationDenied.NoStock"}'
    _answers(cloud, body, 403, Date="Mon, 12 Oct 2026 08:00:05 GMT")
    error = _refused()
    assert isinstance(error, errors.OutOfStock)
    assert (error.code, error.message, error.request_id, error.http_status, error.action) == (
        "OperationDenied.NoStock",
        "sold out",
        "R-2",
        403,
        "CreateContainerGroup",
    )
    assert error.response_date == datetime(2026, 10, 12, 8, 0, 5, tzinfo=UTC)


@pytest.mark.parametrize("status", [400, 403, 404, 500, 503])
def test_the_code_counts_and_not_the_status(cloud: responses.RequestsMock, status: int) -> None:
    _answers(cloud, '{"Code": "Throttling.User", "Message": "slow down"}', status)
    assert isinstance(_refused(Idempotency.CHANGE), errors.Throttled)


def test_the_request_id_is_taken_from_the_header_when_the_body_has_none(cloud: responses.RequestsMock) -> None:
    _answers(cloud, "<html>", 502, **{"x-acs-request-id": "R-3"})
    assert _refused().request_id == "R-3"


def test_a_denial_names_the_permission_that_is_missing(cloud: responses.RequestsMock) -> None:
    _answers(cloud, '{"Code": "Forbidden.RAM", "Message": "no"}', 403)
    error = _refused()
    assert isinstance(error, errors.AccessDenied)
    assert error.permission == "eci:CreateContainerGroup"


def test_a_refused_value_names_its_field(cloud: responses.RequestsMock) -> None:
    _answers(cloud, '{"Code": "InvalidParameter", "Message": "Container.1.Arg.1 is too long"}', 400)
    error = _refused()
    assert isinstance(error, errors.InvalidParameter)
    assert error.field == "Container.1.Arg.1"


@pytest.mark.parametrize("code", ["DryRun.Success", "DryRunOperation"])
def test_a_passed_dry_run_has_a_kind_of_its_own(cloud: responses.RequestsMock, code: str) -> None:
    _answers(cloud, f'{{"Code": "{code}", "RequestId": "R-4"}}', 400)
    assert isinstance(_refused(), DryRunPassed)


def test_the_registry_may_fail_with_status_200(cloud: responses.RequestsMock) -> None:
    cloud.add(
        responses.POST,
        "https://cr.cn-hangzhou.aliyuncs.com/",
        json={"IsSuccess": False, "Code": "INSTANCE_NOT_EXIST", "RequestId": "R"},
    )
    with pytest.raises(errors.NotFound):
        client().call(CR_ENTERPRISE, "ListInstance", {}, region_id="cn-hangzhou")


UNUSABLE = [
    ("<html><body>Bad gateway</body></html>", 200),
    ("<html>", 502),
    ('{"RequestId": "R-1", "ContainerGr', 200),
    ("", 200),
    ("", 500),
    ("[]", 200),
    ("{}", 302),
    ('{"Code": "InternalError", "Message": "oops"}', 500),
    ('{"Code": "ServiceUnavailable", "Message": "later"}', 503),
    ('{"Code": "SignatureNonceUsed", "Message": "again"}', 400),
    ('{"Message": "no code"}', 400),
]


@pytest.mark.parametrize(("body", "status"), UNUSABLE)
def test_nobody_knows_what_a_change_without_a_usable_answer_did(
    cloud: responses.RequestsMock, body: str, status: int
) -> None:
    _answers(cloud, body, status)
    error = _refused(Idempotency.CHANGE)
    assert type(error) is errors.OutcomeUnknown
    assert error.http_status == status


@pytest.mark.parametrize(("body", "status"), UNUSABLE)
def test_a_read_without_a_usable_answer_is_unavailable(cloud: responses.RequestsMock, body: str, status: int) -> None:
    _answers(cloud, body, status)
    assert type(_refused()) is errors.Unavailable


def test_an_unheard_of_code_leaves_a_change_open_and_refuses_a_read(cloud: responses.RequestsMock) -> None:
    _answers(cloud, '{"Code": "BrandNew", "Message": "what is this"}', 400)
    assert type(_refused(Idempotency.CHANGE)) is errors.OutcomeUnknown
    assert type(_refused()) is errors.Refused


def test_a_bare_429_is_throttling(cloud: responses.RequestsMock) -> None:
    _answers(cloud, "too many", 429)
    assert type(_refused(Idempotency.CHANGE)) is errors.Throttled


def test_redirects_are_not_followed(cloud: responses.RequestsMock) -> None:
    _answers(cloud, "", 301, Location="https://evil.example/")
    _refused()
    assert len(cloud.calls) == 1


def test_one_line_is_logged_for_a_call(cloud: responses.RequestsMock, caplog: pytest.LogCaptureFixture) -> None:
    _answers(cloud, '{"RequestId": "R-1"}')
    with caplog.at_level(logging.INFO):
        _call()
    (record,) = caplog.records
    assert record.levelno == logging.INFO
    line = record.getMessage()
    assert re.match(
        r"CreateContainerGroup region=cn-hangzhou request_id=R-1 status=200 ms=\d+ code= reason=- parameters=\{", line
    )
    assert '"ImageRegistryCredential.1.Password": "***"' in line
    assert "canary" not in line


def test_a_failed_call_is_logged_with_its_reason_and_without_its_secrets(
    cloud: responses.RequestsMock, caplog: pytest.LogCaptureFixture
) -> None:
    told = "The VSwitch is full; password canary+&= and canary%2B%26%3D\nWARNING forged line \x1b[31m"
    _answers(cloud, json.dumps({"Code": "InvalidVSwitchId.IpNotEnough", "Message": told, "RequestId": "R-7"}), 400)
    with caplog.at_level(logging.WARNING), pytest.raises(GatewayError):
        _call(Idempotency.CHANGE, client())
    (record,) = caplog.records
    assert record.levelno == logging.WARNING
    for part in ("CreateContainerGroup", "R-7", "InvalidVSwitchId.IpNotEnough", "The VSwitch is full"):
        assert part in record.getMessage()
    assert "canary" not in record.getMessage()
    assert record.getMessage().isprintable()


def test_a_call_without_an_answer_is_logged_with_its_reason(
    cloud: responses.RequestsMock, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.WARNING), pytest.raises(GatewayError):
        _call()
    (record,) = caplog.records
    assert "reason=CreateContainerGroup: the connection broke off." in record.getMessage()


def test_a_dry_run_that_passes_is_no_failure_in_the_log(
    cloud: responses.RequestsMock, caplog: pytest.LogCaptureFixture
) -> None:
    _answers(cloud, '{"Code": "DryRun.Success", "Message": "passed", "RequestId": "R-2"}', 400)
    with caplog.at_level(logging.WARNING), pytest.raises(DryRunPassed):
        _call()
    assert caplog.records == []


def test_a_request_id_cannot_forge_a_log_line(cloud: responses.RequestsMock, caplog: pytest.LogCaptureFixture) -> None:
    _answers(cloud, '{"RequestId": "R-1\\nERROR forged", "Code": "x y"}', 400)
    with caplog.at_level(logging.INFO):
        error = _refused()
    assert "forged" not in caplog.text
    assert (error.request_id, error.code) == ("", "")


def test_a_signature_mismatch_does_not_repeat_what_was_signed(cloud: responses.RequestsMock) -> None:
    message = "Specified signature is not matched with our calculation. server string to sign is:POST&%2F&Password%3Dx"
    _answers(cloud, f'{{"Code": "SignatureDoesNotMatch", "Message": "{message}"}}', 400)
    error = _refused()
    assert isinstance(error, errors.AccessDenied)
    assert "Password" not in error.message
