import json
from pathlib import Path

import pytest

from consoleapp.gateways import errors
from consoleapp.gateways.alibaba.error_codes import MEANINGS, DryRunPassed, field_of, meaning_of

DOCUMENTED = (Path(__file__).parents[2] / "vectors" / "error_codes.json").read_text(encoding="utf-8")


@pytest.mark.parametrize("code", json.loads(DOCUMENTED))
def test_every_documented_code_has_a_meaning(code: str) -> None:
    assert meaning_of(code) is not None


@pytest.mark.parametrize(
    ("code", "kind"),
    [
        ("DryRun.Success", DryRunPassed),
        ("DryRunOperation", DryRunPassed),
        ("IdempotentParameterMismatch", errors.Conflict),
        ("Throttling", errors.Throttled),
        ("Throttling.User", errors.Throttled),
        ("Throttling.SomethingNew", errors.Throttled),
        ("Throttling.Vcpu.PerDay", errors.QuotaExceeded),
        ("QuotaExceeded", errors.QuotaExceeded),
        ("OperationDenied.NoStock", errors.OutOfStock),
        ("Zone.NotOnSale", errors.OutOfStock),
        ("Account.Arrearage", errors.Refused),
        ("Forbidden.RAM", errors.AccessDenied),
        ("Forbidden.SomethingNew", errors.AccessDenied),
        ("Forbidden.UserBussinessStatus", errors.Refused),
        ("InvalidAccessKeyId.NotFound", errors.AccessDenied),
        ("SignatureDoesNotMatch", errors.AccessDenied),
        ("InvalidTimeStamp.Expired", errors.Refused),
        ("SignatureNonceUsed", errors.OutcomeUnknown),
        ("InternalError", errors.OutcomeUnknown),
        ("ServiceUnavailable", errors.OutcomeUnknown),
        ("containerRepositoryAuthorizationFailed", errors.MissingCredential),
        ("InvalidSomethingNew", errors.InvalidParameter),
        ("MissingVSwitchId", errors.InvalidParameter),
        ("InvalidParameter.NotFound", errors.NotFound),
    ],
)
def test_codes_are_sorted_by_what_the_user_can_do(code: str, kind: type[errors.GatewayError]) -> None:
    meaning = meaning_of(code)
    assert meaning is not None
    assert meaning.kind is kind


def test_an_unheard_of_code_has_no_meaning() -> None:
    assert meaning_of("SomethingNobodyDocumented") is None


def test_only_values_carry_a_field_and_only_denials_a_permission() -> None:
    for code, meaning in MEANINGS.items():
        assert not meaning.field or meaning.kind is errors.InvalidParameter, code
        assert not meaning.permission or meaning.kind is errors.AccessDenied, code


@pytest.mark.parametrize(
    ("code", "message", "field"),
    [
        ("InvalidParameter", 'The specified parameter "Container.2.Image" is not valid.', "Container.2.Image"),
        ("InvalidParameter", "The specified parameter Cpu is not valid.", "Cpu"),
        ("MissingParameter", 'The parameter "Container.9.Name" is mandatory for this action.', "Container.9.Name"),
        ("MissingParameter", 'The parameter "SecurityGroupId" is mandatory for this action.', "SecurityGroupId"),
        ("InvalidParameter.CPU.Memory", "The specified cpu and memory are not allowed.", "Cpu"),
        ("OperationDenied.SecurityGroupMisMatch", "They are not in one VPC.", "SecurityGroupId"),
        ("InvalidVSwitchId.NotFound", "The specified vSwitch vsw-1 does not exist.", "VSwitchId"),
        ("MissingZoneId", "A zone is needed.", "ZoneId"),
        ("InvalidCpu.Malformed", "No.", "Cpu"),
        ("InvalidParameter", "The value is not valid.", ""),
    ],
)
def test_the_field_is_found_in_message_or_code(code: str, message: str, field: str) -> None:
    assert field_of(code, message, ["Cpu", "Memory", "Container.2.Image", "Container.2", "RegionId"]) == field
