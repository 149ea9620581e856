"""How a container group gets into a registry: ImageRegistryCredential.N.* and AcrRegistryInfo.N.*.

Which image needs which of the two is not here (``credentials.py``).
"""

from dataclasses import dataclass
from functools import partial

from consoleapp.domain import limits
from consoleapp.domain.checks import Problems
from consoleapp.domain.errors import Reason
from consoleapp.domain.image import parse_registry_host
from consoleapp.domain.secret import Secret

# CR, LF and NUL end or cut a line somewhere on the way; every other byte is kept as typed.
FORBIDDEN_IN_PASSWORD = "\r\n\0"  # noqa: S105


@dataclass(frozen=True)
class ImageRegistryCredential:
    """A login for the registry host ``server`` (host[:port], no scheme), used by every container of that host."""

    server: str
    user_name: str
    password: Secret

    def __post_init__(self) -> None:
        problems = Problems()
        if problems.required("server", self.server):
            problems.attempt("server", lambda: parse_registry_host(self.server))
        if problems.required("user_name", self.user_name):
            problems.text("user_name", self.user_name, longest=limits.USER_NAME_MAX)
            if ":" in self.user_name:  # RFC 7617: what follows the first one is the password
                problems.add(Reason.USER_NAME_COLON, "user_name")
        if problems.required("password", self.password):
            self._check_password(problems)
        problems.raise_any()

    def _check_password(self, problems: Problems) -> None:
        text = self.password.reveal()
        if len(text) > limits.PASSWORD_MAX:
            problems.add(Reason.TOO_LONG, "password", limit=limits.PASSWORD_MAX, length=len(text))
        for position, character in enumerate(text):
            if character in FORBIDDEN_IN_PASSWORD or "\ud800" <= character <= "\udfff":
                problems.add(Reason.FORBIDDEN_CHARACTER, "password", position=position)
                return


@dataclass(frozen=True)
class AcrRegistryInfo:
    """Pull without a secret from Container Registry: an Enterprise instance, a pair of role ARNs, or both.

    No domains means all of the instance. ``arn_service`` is the role in the account of the container group,
    ``arn_user`` the one in the account of the registry.
    """

    instance_id: str = ""
    instance_name: str = ""
    region_id: str = ""
    domains: tuple[str, ...] = ()
    arn_service: str = ""
    arn_user: str = ""

    def __post_init__(self) -> None:
        problems = Problems()
        if not self.arn_service:
            problems.required("instance_id", self.instance_id)
        problems.matches("instance_id", self.instance_id, limits.ID, Reason.ID_FORMAT)
        problems.matches("instance_name", self.instance_name, limits.ID, Reason.ID_FORMAT)
        problems.matches("region_id", self.region_id, limits.REGION, Reason.REGION_FORMAT)
        problems.count("domains", self.domains, limits.ACR_DOMAINS_MAX)
        for index, domain in enumerate(self.domains):
            problems.attempt(f"domains.{index}", partial(parse_registry_host, domain))
        problems.matches("arn_service", self.arn_service, limits.ROLE_ARN, Reason.ROLE_ARN_FORMAT)
        problems.matches("arn_user", self.arn_user, limits.ROLE_ARN, Reason.ROLE_ARN_FORMAT)
        if self.arn_user and not self.arn_service:
            problems.add(Reason.NEEDS, "arn_user", other="ArnService")
        problems.raise_any()
