"""What each of the vendor's error codes means for the user: one table, code → kind.

Errors are classified by their code, never by the HTTP status: throttling, for one, comes with status 400.
Source: the vendor's OpenAPI metadata (Eci 2018-08-08 and the calls of vpc, ecs and cr that we make) and its list of
common client error codes. A field is the wire name the user's value was sent under; "N" stands for an index that the
code does not tell.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass

from consoleapp.gateways import errors
from consoleapp.gateways.errors import GatewayError


class DryRunPassed(GatewayError):
    """A passed dry run, which the cloud reports as an error. Never leaves this package."""

    kind = "dry_run_passed"


@dataclass(frozen=True)
class Meaning:
    """``permission`` is the RAM action that is missing; "*" stands for the action that was called."""

    kind: type[GatewayError]
    field: str = ""
    permission: str = ""


def _value(field: str = "") -> Meaning:
    return Meaning(errors.InvalidParameter, field)


def _denied(permission: str = "") -> Meaning:
    return Meaning(errors.AccessDenied, permission=permission)


_REFUSED = Meaning(errors.Refused)
_QUOTA = Meaning(errors.QuotaExceeded)
_SOLD_OUT = Meaning(errors.OutOfStock)
_SLOW_DOWN = Meaning(errors.Throttled)
_GONE = Meaning(errors.NotFound)
_UNKNOWN = Meaning(errors.OutcomeUnknown)

MEANINGS: dict[str, Meaning] = {
    "DryRun.Success": Meaning(DryRunPassed),
    "DryRunOperation": Meaning(DryRunPassed),
    "IdempotentParameterMismatch": Meaning(errors.Conflict),
    "containerRepositoryAuthorizationFailed": Meaning(errors.MissingCredential),
    # --- values
    "MissingParameter": _value(),
    "MissingParameter.RegionId": _value("RegionId"),
    "InvalidParameter": _value(),
    "InvalidParameter.Format": _value(),
    "InvalidParameter.LengthExceeded": _value(),
    "InvalidParameter.ValueExceeded": _value(),
    "InvalidParameter.CPU.Memory": _value("Cpu"),
    "InvalidParam.CpuOrMemorySpec": _value("Cpu"),
    "InvalidParameter.DuplicatedName": _value("Container.N.Name"),
    "InvalidParameter.DuplicatedVolumeName": _value("Volume.N.Name"),
    "InvalidParameter.KMS.EncryptedIllegal": _value("Volume.N.Type"),
    "InvalidParameter.KMS.KeyId.NotFound": _value("Volume.N.Type"),
    "InvalidOperation.KMS.InstanceTypeNotSupport": _value("InstanceType"),
    "HighCpuMemConfigRequired": _value("Cpu"),
    "FeatureBasedConstraintConflict": _value(),
    "InvalidSpotCpuMemorySpec": _value("Cpu"),
    "InvalidInstanceTypeForEciSpotDurationBuy": _value("SpotDuration"),
    "InvalidInstanceTypeForEciBuy": _value("InstanceType"),
    "InstanceTypeNotMatchCpuArch": _value("InstanceType"),
    "TradeBidCommodityNotMatch": _value("InstanceType"),
    "Ipv6AddressNotSupport": _value("Ipv6AddressCount"),
    "Ipv6AddressNotSupportVsw": _value("Ipv6AddressCount"),
    "Ipv6AddressNotSupportInstanceType": _value("Ipv6AddressCount"),
    "ImageSnapshot.IncorrectStatus": _value("ImageSnapshotId"),
    "ImageSnapshot.NotSupport": _value("ImageSnapshotId"),
    "ImageSnapshot.NotFound": _value("ImageSnapshotId"),
    "DiskVolume.NotSupport": _value("Volume.N.Type"),
    "DiskVolume.NotInSameZone": _value("Volume.N.DiskVolume.DiskId"),
    "CloudDisk.NotInSameZone": _value("Volume.N.DiskVolume.DiskId"),
    "InvalidDiskId.NotFound": _value("Volume.N.DiskVolume.DiskId"),
    "DiskNumber.LimitExceed": _value("Volume.N.Type"),
    "LocalDiskAmountNotMatch": _value("Volume.N.Type"),
    "BatchCreateNotSupportExistingCloudDisk": _value("Volume.N.DiskVolume.DiskId"),
    "RamRole.NotSupport": _value("RamRoleName"),
    "CorePattern.UpdateFail": _value("CorePattern"),
    "PrivateIpAddress.Already.InUse": _value("PrivateIpAddress"),
    "OperationDenied.VswZoneMisMatch": _value("VSwitchId"),
    "OperationDenied.SecurityGroupMisMatch": _value("SecurityGroupId"),
    "InvalidVSwitchId.IpNotEnough": _value("VSwitchId"),
    "InvalidVSwitchId.NotFound": _value("VSwitchId"),
    "InvalidSecurityGroupId.NotFound": _value("SecurityGroupId"),
    "InvalidAllocationId.NotFound": _value("EipInstanceId"),
    "InvalidZoneId.NotFound": _value("ZoneId"),
    "InvalidRegionId.NotFound": _value("RegionId"),
    "Forbidden.RegionNotFound": _value("RegionId"),
    "DESCRIBE_SNAT_PARAM_INVALID": _value("NatGatewayId"),
    "NotSupported.PageNumberAndPageSize": _value("NextToken"),
    # --- who may what
    "NoPermission": _denied("*"),
    "NoPrivilege": _denied("*"),
    "Forbidden.RAM": _denied("*"),
    "Forbidden.SubUser": _denied("*"),
    "Forbidden.NotSupportRAM": _denied(),
    "Forbidden.AccessKeyDisabled": _denied(),
    "InvalidUser.PassRoleForbidden": _denied("ram:PassRole"),
    "CreateServiceLinkedRole.Denied": _denied("ram:CreateServiceLinkedRole"),
    "InvalidParameter.KMS.KeyId.Forbidden": _denied("kms:DescribeKey"),
    "InvalidAccessKeyId.NotFound": _denied(),
    "InvalidAccessKeyId.Inactive": _denied(),
    "InvalidAccessKeySecret": _denied(),
    "MissingSecurityToken": _denied(),
    "InvalidSecurityToken.Expired": _denied(),
    "InvalidSecurityToken.Malformed": _denied(),
    "InvalidSecurityToken.MismatchWithAccessKey": _denied(),
    "SignatureDoesNotMatch": _denied(),
    "IncompleteSignature": _denied(),
    "InvalidSignatureMethod": _denied(),
    # --- how much
    "QuotaExceeded": _QUOTA,
    "ValueExceeded": _QUOTA,
    "DedicatedHostQuotaExceeded": _QUOTA,
    "Throttling.Vcpu.PerDay": _QUOTA,
    "EipPurchaseFlowControl": _QUOTA,
    "OperationDenied.NoStock": _SOLD_OUT,
    "Zone.NotOnSale": _SOLD_OUT,
    "Spot.NotMatched": _SOLD_OUT,
    "RecommendEmpty.InstanceTypeFamilyNotMatched": _SOLD_OUT,
    "EipAddressPoolIpNotEnough": _SOLD_OUT,
    "Throttling": _SLOW_DOWN,
    "Throttling.User": _SLOW_DOWN,
    "Throttling.Api": _SLOW_DOWN,
    "Degrade.Api": _SLOW_DOWN,
    # --- what is not there
    "InvalidParameter.NotFound": _GONE,
    "InvalidVpcId.NotFound": _GONE,
    "Forbidden.VpcNotFound": _GONE,
    "InvalidSnatTableId.NotFound": _GONE,
    "InvalidNatGatewayId.NotFound": _GONE,
    "NAMESPACE_NOT_EXIST": _GONE,
    "REPO_NOT_EXIST": _GONE,
    "INSTANCE_NOT_EXIST": _GONE,
    "EntityNotExist.Role": _GONE,
    # --- any other no
    "Account.Arrearage": _REFUSED,
    "InvalidPaymentMethod.InsufficientBalance": _REFUSED,
    "Payfor.CreditPayInsufficientBalance": _REFUSED,
    "EipPayInsufficientBalance": _REFUSED,
    "IncorrectStatus": _REFUSED,
    "IncorrectOperation": _REFUSED,
    "OperationConflict": _REFUSED,
    "NoNeedUpdate": _REFUSED,
    "InvalidAction": _REFUSED,
    "ServiceNotEnabled": _REFUSED,
    "FeatureAccessRestricted": _REFUSED,
    "OperationFailed.RiskControl": _REFUSED,
    "SecurityRisk.3DVerification": _REFUSED,
    "Forbidden.RiskControl": _REFUSED,
    "Forbidden.OnlyForInvitedTest": _REFUSED,
    "Forbidden.UserBussinessStatus": _REFUSED,
    "Forbidden.UserNotRealNameAuthentication": _REFUSED,
    "Forbidden.AccountClosed": _REFUSED,
    "InvalidOperation.ResourceManagedByCloudProduct": _REFUSED,
    "InvalidParameter.Encrypted.KmsNotEnabled": _REFUSED,
    "PrivatePoolInstanceSpotNotSupport": _REFUSED,
    "JobInstanceBatchCreateNotSupport": _REFUSED,
    "JobInstanceDiskNotSupport": _REFUSED,
    "JobInstanceEipNotSupport": _REFUSED,
    "JobInstanceImageCacheNotSupport": _REFUSED,
    "JobInstanceIPv6NotSupport": _REFUSED,
    "JobInstanceRamRoleNotSupport": _REFUSED,
    "JobInstanceRegionNotSupport": _REFUSED,
    "JobInstanceSpotNotSupport": _REFUSED,
    "JobInstanceEcsInstanceTypeNotSupport": _REFUSED,
    "JobInstanceFeatureNotMatch": _REFUSED,
    # --- our own faults: the clock, the address, the method
    "InvalidTimeStamp.Format": _REFUSED,
    "InvalidTimeStamp.Expired": _REFUSED,
    "IllegalTimestamp": _REFUSED,
    "InvalidApi.NotFound": _REFUSED,
    "InvalidProduct.NotFound": _REFUSED,
    "InvalidProtocol.NeedSsl": _REFUSED,
    "UnsupportedHTTPMethod": _REFUSED,
    # --- nobody can say. A nonce comes twice when something on the way repeated our request: it may have run.
    "SignatureNonceUsed": _UNKNOWN,
    "InternalError": _UNKNOWN,
    "ServiceUnavailable": _UNKNOWN,
    "SystemError": _UNKNOWN,
}

# Families whose members are not listed one by one; the first that fits counts.
_FAMILIES: tuple[tuple[str, Meaning], ...] = (
    ("Throttling", _SLOW_DOWN),
    ("QuotaExceeded", _QUOTA),
    ("Forbidden", _denied()),
    ("InvalidAccessKeyId", _denied()),
    ("InvalidSecurityToken", _denied()),
    ("Missing", _value()),
    ("Invalid", _value()),
    # vendor: spelled like this.
    ("InValid", _value()),
    ("Illegal", _value()),
    ("Iellgal", _value()),
)


def meaning_of(code: str) -> Meaning | None:
    """Return what the code means; None for one that neither the table nor a family knows."""
    if found := MEANINGS.get(code):
        return found
    return next((meaning for prefix, meaning in _FAMILIES if code.startswith(prefix)), None)


# Characters. The longest real one has half of it; what is found in a message is stored.
_LONGEST_NAME = 200
# "Container.1.Image" anywhere, "RegionId" in quotes.
_wire_names = re.compile(r"[A-Z][A-Za-z]*\.\d+(?:\.[A-Za-z0-9]+)*|(?<=\")[A-Z][A-Za-z0-9.]*(?=\")").findall


def field_of(code: str, message: str, sent: Collection[str]) -> str:
    """Return the wire name that an ``InvalidParameter`` is about, "" when neither code nor message tells.

    A sent name inside the message says most, then a name of the right shape, then the code ("MissingVSwitchId").
    """
    words = {word.strip(".,:;'\"`[](){}<>") for word in message.split()}
    shaped = (name for name in _wire_names(message) if len(name) <= _LONGEST_NAME)
    if named := [name for name in sent if name in words] or [*shaped]:
        return max(named, key=len)
    if told := MEANINGS.get(code, _REFUSED).field:
        return told
    for prefix in ("Missing", "Invalid"):
        name = code.removeprefix(prefix).partition(".")[0] if code.startswith(prefix) else ""
        if name in sent or (prefix == "Missing" and name not in {"", "Parameter"}):
            return name
    return ""
