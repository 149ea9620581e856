"""ApiError and the table of the vendor's error codes: code → HTTP status and standard message.

Sources: the error lists of the vendor's OpenAPI metadata (Eci 2018-08-08, Vpc 2016-04-28, Ecs 2014-05-26,
cr 2018-12-01), its pages on STS and its public lists of gateway codes. Where the vendor documents no code for a case
(an unknown vSwitch, security group or EIP in CreateContainerGroup) the code is the one that the owning product uses.
The envelope around an error is made in app.py.
"""

from typing import Final

CODES: Final[dict[str, tuple[int, str]]] = {
    # The gateway in front of every product.
    "InvalidApi.NotFound": (404, "Specified api is not found, please check your url and method."),
    "InvalidProduct.NotFound": (404, "Cannot find product according to your specified domain."),
    "UnsupportedHTTPMethod": (400, "This http method is not supported."),
    "InvalidParameter.Format": (400, "The specified parameter format is not valid."),
    "RequestEntityTooLarge": (413, "The request is larger than the gateway takes."),
    "InvalidAccessKeyId.NotFound": (404, "Specified access key is not found."),
    "InvalidTimeStamp.Format": (400, "Specified time stamp or date value is not well formatted."),
    "InvalidTimeStamp.Expired": (400, "Specified time stamp or date value is expired."),
    "SignatureNonceUsed": (400, "Specified signature nonce was used already."),
    "SignatureDoesNotMatch": (400, "Specified signature is not matched with our calculation."),
    "IncompleteSignature": (400, "The request signature does not conform to Aliyun standards."),
    "InvalidSignatureMethod": (400, "Specified signature method is not valid."),
    "MissingAccessKeyId": (400, "AccessKeyId is mandatory for this action."),
    "MissingSignature": (400, "Signature is mandatory for this action."),
    "MissingSignatureNonce": (400, "SignatureNonce is mandatory for this action."),
    "MissingTimestamp": (400, "Timestamp is mandatory for this action."),
    "Throttling": (400, "Request was denied due to request throttling."),
    "Throttling.User": (400, "Request was denied due to user flow control."),
    "MissingSecurityToken": (400, "SecurityToken is mandatory for this action."),
    "InvalidSecurityToken.Expired": (400, "Specified SecurityToken is expired."),
    "InvalidSecurityToken.Malformed": (400, "Specified SecurityToken is malformed."),
    "InvalidSecurityToken.MismatchWithAccessKey": (400, "Specified SecurityToken mismatch with the AccessKey."),
    "Forbidden.RAM": (403, "User not authorized to operate on the specified resource."),
    "InternalError": (500, "The request processing has failed due to some unknown error."),
    "ServiceUnavailable": (503, "The request has failed due to a temporary failure of the server."),
    # Parameters.
    "MissingParameter": (400, "The input parameter that is mandatory for processing this request is not supplied."),
    "InvalidParameter": (400, "The specified parameter is not valid."),
    "InvalidParameter.LengthExceeded": (400, "The length of the specified parameter exceeds the limit."),
    "InvalidParameter.ValueExceeded": (400, "The value of the specified parameter exceeds the limit."),
    "InvalidParameter.NotFound": (404, "The specified resource is not found."),
    "InvalidParameter.CPU.Memory": (400, "The specified cpu and memory are not allowed."),
    "InvalidParam.CpuOrMemorySpec": (400, "The specified cpu or memory is not allowed."),
    "InvalidParameter.DuplicatedName": (400, "The container group includes containers with the same name."),
    "InvalidParameter.DuplicatedVolumeName": (400, "The container group includes volumes with the same name."),
    # Its HTTP status is not documented; 400 like the other answers to a wrong request.
    "IdempotentParameterMismatch": (
        400,
        "The request uses the same client token as a previous, but non-identical request. "
        "Do not reuse a client token with different requests, unless the requests are identical.",
    ),
    # Elastic Container Instance.
    "DryRun.Success": (400, "This request is a dryrun request with successful result."),
    "IncorrectStatus": (400, "The current status of the resource does not support this operation."),
    "OperationConflict": (400, "The operation conflicts with another operation on the resource."),
    "FeatureBasedConstraintConflict": (400, "The specified features conflict with each other."),
    "InvalidInstanceTypeForEciBuy": (400, "The specified instance type cannot be used for a container group."),
    "InstanceTypeNotMatchCpuArch": (400, "The specified instance type does not match the CPU architecture."),
    "InvalidSpotCpuMemorySpec": (400, "The specified cpu and memory cannot be bought as a preemptible instance."),
    "Spot.NotMatched": (403, "No preemptible instance matches the specified price limit."),
    "PrivateIpAddress.Already.InUse": (400, "The specified private IP address is used already."),
    "InvalidDiskId.NotFound": (404, "The specified disk does not exist."),
    "ImageSnapshot.NotFound": (404, "The specified image cache does not exist."),
    "Account.Arrearage": (400, "Your account has an outstanding payment."),
    "QuotaExceeded": (403, "The quota is exceeded."),
    "InvalidAction": (403, "The specified action is not valid for this resource."),
    "OperationDenied.NoStock": (403, "The requested resource is sold out in the specified zone; try other zones."),
    "OperationDenied.VswZoneMisMatch": (403, "The specified VSwitchId is not in the specified zone."),
    "OperationDenied.SecurityGroupMisMatch": (403, "The specified VSwitchId and SecurityGroupId are not in one VPC."),
    "InvalidVSwitchId.IpNotEnough": (403, "The specified vSwitch has not enough IP addresses."),
    # The owning products' codes for an id that is not there.
    "InvalidRegionId.NotFound": (404, "The specified RegionId does not exist."),
    "InvalidZoneId.NotFound": (404, "The specified zone does not exist."),
    "InvalidVSwitchId.NotFound": (404, "The specified vSwitch does not exist."),
    "InvalidVpcId.NotFound": (404, "The specified VPC does not exist."),
    "InvalidSecurityGroupId.NotFound": (404, "The specified security group does not exist."),
    "InvalidAllocationId.NotFound": (404, "The specified EIP does not exist."),
    "InvalidSnatTableId.NotFound": (404, "The specified SNAT table does not exist."),
    "Forbidden.VpcNotFound": (400, "The specified VPC does not exist."),
    "InvalidLockReason.NotFound": (404, "The specified LockReason does not exist."),
    "InvalidFilterKey.NotFound": (404, "The specified filter key does not exist."),
    "InvalidFilterValue": (404, "The specified filter value is not valid."),
    "DryRunOperation": (400, "Request validation has been passed with DryRun flag set."),
    "Forbidden.RegionNotFound": (404, "The specified region does not exist."),
    "DESCRIBE_SNAT_PARAM_INVALID": (400, "NatGatewayId or SnatTableId has to be specified."),
    "NotSupported.PageNumberAndPageSize": (400, "PageNumber and PageSize cannot be mixed with NextToken."),
    "MissingParameter.RegionId": (400, "The input parameter RegionId is mandatory for processing this request."),
    "InValidParameter.NextToken": (400, "The specified NextToken is not valid."),
    "InvalidParameter.SecurityGroupType": (400, "The specified SecurityGroupType is not valid."),
    # Security Token Service.
    "NoPermission": (403, "You are not authorized to do this action. You should be authorized by RAM."),
    "EntityNotExist.Role": (404, "The specified Role not exists."),
    "MissingParameter.RoleArn": (400, "Parameter RoleArn is required."),
    "MissingParameter.RoleSessionName": (400, "Parameter RoleSessionName is required."),
    "InvalidParameter.RoleArn": (400, "The parameter RoleArn is wrongly formed."),
    "InvalidParameter.RoleSessionName": (400, "The parameter RoleSessionName is wrongly formed."),
    "InvalidParameter.ExternalId": (400, "The parameter ExternalId is wrongly formed."),
    "InvalidParameter.DurationSeconds": (400, "The parameter DurationSeconds is out of its range."),
    "InvalidParameter.PolicySize": (400, "The max size of policy string is 2048."),
    "InvalidParameter.PolicyGrammar": (400, "The parameter Policy has not passed grammar check."),
    # Container Registry.
    "NAMESPACE_NOT_EXIST": (404, "The namespace does not exist."),
    "REPO_NOT_EXIST": (404, "The repository does not exist."),
    "INSTANCE_NOT_EXIST": (404, "The instance does not exist."),
}


class ApiError(Exception):
    """An answer of the vendor's that is an error: a code of CODES and a sentence."""

    def __init__(self, code: str, message: str = "") -> None:
        status, standard = CODES[code]
        self.code = code
        self.status = status
        self.message = message or standard
        super().__init__(f"{code}: {self.message}")


def missing(parameter: str) -> ApiError:
    """Return the error for a mandatory parameter that is absent; the message names it."""
    return ApiError("MissingParameter", f'The parameter "{parameter}" is mandatory for this action.')


def invalid(parameter: str, reason: str, *, code: str = "InvalidParameter") -> ApiError:
    """Return the error for a parameter whose value is refused; the message names it and says why."""
    return ApiError(code, f'The specified parameter "{parameter}" is not valid: {reason}.')
