"""How a container group gets into a registry: ImageRegistryCredential.N.* and AcrRegistryInfo.N.*.

Which image needs which of the two is not here (``credentials.py``).
"""

from dataclasses import dataclass
from typing import Annotated

from consoleapp.domain import limits
from consoleapp.domain.errors import Reason, _
from consoleapp.domain.kinds import ID, REGION, Many, Matching, RegistryHost, SecretText, Text
from consoleapp.domain.schema import Field, Record
from consoleapp.domain.secret import Secret
from consoleapp.domain.typed import ENTRIES
from consoleapp.domain.validation import Problems

# CR, LF and NUL end or cut a line somewhere on the way; every other byte is kept as typed.
FORBIDDEN_IN_PASSWORD = "\r\n\0"  # noqa: S105

_ROLE_ARN = Matching(limits.ROLE_ARN, Reason.ROLE_ARN_FORMAT)


@dataclass(frozen=True)
class ImageRegistryCredential(Record):
    """A login for the registry host ``server`` (host[:port], no scheme), used by every container of that host."""

    server: Annotated[str, Field("Server", RegistryHost(), _("Server"))]
    user_name: Annotated[str, Field("UserName", Text(limits.USER_NAME_MAX, is_exact=True), _("User name"), width="m")]
    password: Annotated[
        Secret, Field("Password", SecretText(limits.PASSWORD_MAX, FORBIDDEN_IN_PASSWORD), _("Password"), width="m")
    ]

    def rules(self, problems: Problems) -> None:
        if ":" in self.user_name:  # RFC 7617: what follows the first one is the password
            problems.add(Reason.USER_NAME_COLON, "user_name")


@dataclass(frozen=True)
class AcrRegistryInfo(Record):
    """Pull without a secret from Container Registry: an Enterprise instance, a pair of role ARNs, or both.

    No domains means all of the instance. ``arn_service`` is the role in the account of the container group,
    ``arn_user`` the one in the account of the registry.
    """

    instance_id: Annotated[str, Field("InstanceId", ID, _("Instance ID"), width="m", example="cri-…")] = ""
    instance_name: Annotated[str, Field("InstanceName", ID, _("Instance name"), width="m")] = ""
    region_id: Annotated[
        str, Field("RegionId", REGION, _("Region of the instance"), width="m", example="cn-hangzhou")
    ] = ""
    domains: Annotated[
        tuple[str, ...],
        Field(
            "Domain",
            Many(RegistryHost(), limits.ACR_DOMAINS_MAX, ENTRIES),
            _("Domains"),
            width="l",
            hint=_("One a line; empty: all of the instance. Images of a domain named here need no credential."),
        ),
    ] = ()
    arn_service: Annotated[
        str,
        Field(
            "ArnService",
            _ROLE_ARN,
            _("Role in this account"),
            width="l",
            example="acs:ram::1234567890123456:role/eci-pulls",
        ),
    ] = ""
    arn_user: Annotated[
        str,
        Field(
            "ArnUser",
            _ROLE_ARN,
            _("Role in the registry's account"),
            width="l",
            example="acs:ram::6543210987654321:role/acr-reader",
            hint=_("Both roles, when the registry belongs to another account."),
        ),
    ] = ""

    def rules(self, problems: Problems) -> None:
        if not self.arn_service:
            problems.required("instance_id", self.instance_id)
        if self.arn_user and not self.arn_service:
            problems.add(Reason.NEEDS, "arn_user", other="ArnService")
