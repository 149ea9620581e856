"""What the last check of an account showed, in words, and what to do about it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from django.conf import settings
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from consoleapp.cloud_accounts.models import AccountGrant, CloudAccount, State
from consoleapp.cloud_accounts.services import ELSEWHERE
from consoleapp.web.domain_words import region_name

Text = str | Promise

_SILENT: Final = gettext_lazy("The cloud did not answer. Check again in a moment.")
# By the cloud's code first, then by the kind of the error.
_CAUSES: Final[Mapping[str, Text]] = {
    "NoPermission": gettext_lazy(
        "The role does not trust this key or this external ID, or the key is a root account's, which may assume no "
        "role. Mend the role's trust policy, or let a RAM user with AliyunSTSAssumeRoleAccess assume it."
    ),
    "EntityNotExist.Role": gettext_lazy("There is no such role. Compare the ARN with the RAM console."),
    "InvalidParameter.RoleArn": gettext_lazy("The role's ARN is not well formed. Compare it with the RAM console."),
    "InvalidParameter.DurationSeconds": gettext_lazy("The role's sessions may not last as long as is asked for."),
    "SignatureDoesNotMatch": gettext_lazy("The AccessKey secret is wrong, or does not open any more. Replace the key."),
    "InvalidAccessKeyId.NotFound": gettext_lazy("There is no such AccessKey. Replace the key."),
    "InvalidAccessKeyId.Inactive": gettext_lazy("The AccessKey is disabled. Enable it, or replace the key."),
    ELSEWHERE: gettext_lazy(
        "The key belongs to another account by now. Nothing is sent there; put the account's own key back."
    ),
    "access_denied": gettext_lazy("The cloud does not take this key."),
    "throttled": gettext_lazy("The cloud is asked too often at the moment. Check again in a moment."),
    "unreachable": _SILENT,
    "unavailable": _SILENT,
    "circuit_open": _SILENT,
}
_DOTS: Final = {State.UNCHECKED: "", State.WORKS: "ok", State.FAILS: "bad"}


@dataclass(frozen=True)
class Status:
    """The state of an account: a word with its colour, and the way on where it fails."""

    kind: str
    word: str
    trouble: str = ""


def status_of(account: CloudAccount) -> Status:
    """Return what the last check showed."""
    state = State(account.state)
    trouble = ""
    if state == State.FAILS:
        told = _CAUSES.get(account.code) or _CAUSES.get(account.cause)
        trouble = str(told or _("The cloud refuses to say whose key this is."))
    return Status(_DOTS[state], str(state.label), trouble)


def trust_policy(account: CloudAccount) -> str:
    """Return the trust policy that lets the account's base assume its role, for pasting into the RAM console."""
    principal = account.base.identity if account.base else ""
    return f"""{{
  "Version": "1",
  "Statement": [
    {{
      "Effect": "Allow",
      "Action": "sts:AssumeRole",
      "Principal": {{ "RAM": ["{principal}"] }},
      "Condition": {{ "StringEquals": {{ "sts:ExternalId": "{account.external_id}" }} }}
    }}
  ]
}}"""


def limits_of(grant: AccountGrant) -> list[dict[str, str]]:
    """Return what of the account the team may use, as rows of labels and values."""
    regions = ", ".join(f"{region_name(each)} ({each})" for each in grant.regions)
    rows = [(_("Regions"), regions or _("all")), (_("VPCs"), ", ".join(grant.vpc_ids) or _("all"))]
    if grant.resource_group_id:
        rows.append((_("Resource group"), grant.resource_group_id))
    return [{"label": label, "value": value} for label, value in rows]


def configured() -> str:
    """Return where a team works that was granted no account."""
    if settings.CLOUD == "alibaba":
        return _("The team works in the account that the console is configured with, without limits of its own.")
    return _("The team works in a simulated account of its own, where nothing is billed.")
