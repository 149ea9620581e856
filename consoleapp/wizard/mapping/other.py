"""Other Settings of a draft as parts of the spec, and what is wrong with them, each at its control.

What the images require is not decided here but in needs.py; here it is enforced. Control ids are those of
forms/other.py and forms/credentials.py. There is no parameter for log collection: containers ask for it by environment
variables (see logs.py), which are the containers' business.
"""

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any, TypeVar

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from consoleapp.domain import limits
from consoleapp.domain.credentials import RequirementReason
from consoleapp.domain.errors import DomainError, Reason
from consoleapp.domain.secret import Secret
from consoleapp.domain.spec import (
    AcrRegistryInfo,
    Container,
    ContainerGroupSpec,
    DnsConfig,
    DnsOption,
    HostAlias,
    ImageRegistryCredential,
    Tag,
)
from consoleapp.wizard.mapping import raw
from consoleapp.wizard.mapping.logs import log_problems
from consoleapp.wizard.mapping.needs import HostNeed, acr_rows, host_needs, image_needs, is_covered
from consoleapp.wizard.mapping.parts import Parts
from consoleapp.wizard.mapping.problems import Findings, Problem
from consoleapp.wizard.shape import Data, Fields, Row, credential_name

T = TypeVar("T")
# Keys of the rows that stand behind a list in the spec, in its order, by the spec's name of the list.
RowKeys = Mapping[str, Sequence[str]]

STEP = "other"
DEFAULTS: Fields = {
    "eip": "none",
    "eip_bandwidth_mbps": str(limits.EIP_BANDWIDTH_MBPS_DEFAULT),
    "dns_policy": "",
}
EIP_NONE, EIP_CREATE, EIP_EXISTING = "none", "create", "existing"

# Every single control of the step by the last word of its id: what it is called.
LABELS = {
    "eip": _("Elastic IP"),
    "eip_bandwidth_mbps": _("Peak bandwidth"),
    "eip_instance_id": _("Unbound Elastic IP"),
    "plain_http_registries": _("Registries on plain HTTP"),
    "insecure_registries": _("Registries with a self-issued certificate"),
    "ram_role_name": _("RAM role"),
    "resource_group_id": _("Resource group"),
    "dns_policy": _("DNS policy"),
    "name_servers": _("Name servers"),
    "searches": _("Search domains"),
    "options": _("DNS options"),
    "host_aliases": _("Host aliases"),
    "ntp_servers": _("NTP servers"),
    "termination_grace_period_seconds": _("Termination grace period"),
    "active_deadline_seconds": _("Active deadline"),
    "max_pending_minutes": _("Maximum pending time"),
    "key": _("Tag key"),
    "value": _("Tag value"),
    "other-tags-add": _("Tags"),
    "other-acr-add": _("Pull without a secret"),
    "instance_id": _("Instance ID"),
    "instance_name": _("Instance name"),
    "region_id": _("Region of the instance"),
    "domains": _("Domains"),
    "arn_service": _("Role in this account"),
    "arn_user": _("Role in the registry's account"),
    "user_name": _("User name"),
    "password": _("Password"),
}


def credential_prefix(host: str) -> str:
    """The prefix of the controls of a host's credential. It names the host, so that a password that is posted can
    never be taken for another host's."""
    return f"credential-{host}"


def other_parts(data: Data, secrets: Mapping[str, Secret]) -> Parts:
    """What Other Settings contributes to the spec, and everything that is wrong with it.

    `secrets` are the stored ones by their names. What has a problem is left out.
    """
    findings = Findings(STEP, labels=LABELS)
    fields = data["other"]["fields"]
    credentials, problems = _credentials(data, secrets)
    infos = _made_of_rows(acr_rows(data), "acr", _acr_registry_info, findings)
    tags = _made_of_rows(typed_rows(data, "tags"), "tags", _tag, findings)
    values: dict[str, Any] = {
        "image_registry_credentials": credentials,
        "acr_registry_infos": tuple(infos.values()),
        "tags": _no_more_tags_than_free([*tags.values()], findings),
        **_elastic_ip(fields, findings),
        **_names(fields, findings),
        **_times(fields, findings),
        "ram_role_name": raw.word(fields, "ram_role_name"),
        "resource_group_id": raw.word(fields, "resource_group_id"),
    }
    _check_together(values, {"tags": [*tags], "acr_registry_infos": [*infos]}, findings)
    return Parts(values, (*problems, *findings.problems, *log_problems(data)))


def typed_rows(data: Data, kind: str) -> list[Row]:
    """The rows into which anything was typed; the others are not sent."""
    return [row for row in data["other"]["rows"].get(kind, []) if any(row["fields"].values())]


# --- what the images require


def _credentials(
    data: Data, secrets: Mapping[str, Secret]
) -> tuple[tuple[ImageRegistryCredential, ...], list[Problem]]:
    """One credential for every host that needs one or was given one."""
    made, problems = [], []
    for need in host_needs(image_needs(data)):
        findings = Findings(STEP, credential_prefix(need.host), subject=need.host, labels=LABELS)
        credential = _credential(need, data, secrets.get(credential_name(need.host)) or Secret(""), findings)
        problems += findings.problems
        if credential is not None:
            made.append(credential)
    return tuple(made), problems


def _credential(need: HostNeed, data: Data, password: Secret, findings: Findings) -> ImageRegistryCredential | None:
    user_name = raw.text(data["other"]["credentials"].get(need.host, {}), "user_name")
    if not user_name and not password:
        if need.is_acr_registry_info_required and not is_covered(need, data):
            message = gettext("the instance of this registry, or a credential")
            findings.add("user_name", DomainError(Reason.NEEDS, "user_name", other=message))
        if need.requirement.reason is RequirementReason.PRIVATE_IMAGE:
            error, label = DomainError(Reason.LOGIN_NOT_KNOWN, "user_name"), gettext("Access to %(host)s")
            field_id = f"id_{credential_prefix(need.host)}-user_name"
            findings.problems.append(Problem(STEP, field_id, error, label % {"host": need.host}))
            return None
        if not need.is_credential_required:
            return None
    if user_name or password or need.is_credential_required:
        return findings.attempt(lambda: ImageRegistryCredential(need.host, user_name, password))
    return None


def _made_of_rows(rows: Sequence[Row], kind: str, make: Callable[[Fields], T], findings: Findings) -> dict[str, T]:
    """What was made of each row that has nothing wrong, by the row's key."""
    made = {}
    for row in rows:
        part = findings.attempt(partial(make, row["fields"]), _below(f"other-{kind}-{row['key']}"))
        if part is not None:
            made[row["key"]] = part
    return made


def _acr_registry_info(fields: Fields) -> AcrRegistryInfo:
    return AcrRegistryInfo(
        instance_id=raw.word(fields, "instance_id"),
        instance_name=raw.word(fields, "instance_name"),
        region_id=raw.word(fields, "region_id"),
        domains=raw.entries(fields, "domains"),
        arn_service=raw.word(fields, "arn_service"),
        arn_user=raw.word(fields, "arn_user"),
    )


# --- what everybody may leave as it is


def _tag(fields: Fields) -> Tag:
    key = raw.word(fields, "key")
    if key.lower() == limits.ORDER_TAG_KEY:
        raise DomainError(Reason.TAG_KEY_OURS, "key", name=limits.ORDER_TAG_KEY)
    return Tag(key, raw.word(fields, "value"))


def _no_more_tags_than_free(tags: Sequence[Tag], findings: Findings) -> tuple[Tag, ...]:
    """The tags, as many of them as the order's mark leaves room for."""
    most = limits.OWN_TAGS_MAX
    if len(tags) > most:
        findings.add("other-tags-add", DomainError(Reason.TOO_MANY, "tags", limit=most, count=len(tags)))
    return tuple(tags[:most])


def _elastic_ip(fields: Fields, findings: Findings) -> dict[str, Any]:
    choice = raw.word(fields, "eip", EIP_NONE)
    if choice == EIP_CREATE:
        bandwidth = findings.attempt(lambda: raw.whole_number(fields, "eip_bandwidth_mbps"), _own)
        return {
            "auto_create_eip": True,
            "eip_bandwidth_mbps": limits.EIP_BANDWIDTH_MBPS_DEFAULT if bandwidth is None else bandwidth,
        }
    if choice == EIP_EXISTING:
        allocation_id = raw.word(fields, "eip_instance_id")
        if not allocation_id:
            findings.add("other-eip_instance_id", DomainError(Reason.REQUIRED, "eip_instance_id"))
        return {"eip_instance_id": allocation_id}
    if choice != EIP_NONE:
        findings.add("other-eip", DomainError(Reason.NOT_A_CHOICE, "eip", choices="none, create, existing"))
    return {}


def _names(fields: Fields, findings: Findings) -> dict[str, Any]:
    aliases = findings.attempt(
        lambda: _host_aliases(raw.lines(fields, "host_aliases")), lambda path: "other-host_aliases"
    )
    return {
        "plain_http_registries": raw.entries(fields, "plain_http_registries"),
        "insecure_registries": raw.entries(fields, "insecure_registries"),
        "ntp_servers": raw.entries(fields, "ntp_servers"),
        "dns_policy": raw.word(fields, "dns_policy"),
        "dns_config": findings.attempt(lambda: _dns_config(fields), _own) or DnsConfig(),
        "host_aliases": aliases or (),
    }


def _dns_config(fields: Fields) -> DnsConfig:
    """Options are written as in resolv.conf: `ndots:2`, or a bare name."""
    options = (entry.partition(":") for entry in raw.entries(fields, "options"))
    return DnsConfig(
        name_servers=raw.entries(fields, "name_servers"),
        searches=raw.entries(fields, "searches"),
        options=tuple(DnsOption(name, value) for name, _colon, value in options),
    )


def _host_aliases(lines: Sequence[str]) -> tuple[HostAlias, ...]:
    """Lines as in /etc/hosts: an address, then its names."""
    return tuple(HostAlias(ip, tuple(names)) for ip, *names in (line.split() for line in lines))


def _times(fields: Fields, findings: Findings) -> dict[str, Any]:
    names = ("termination_grace_period_seconds", "active_deadline_seconds", "max_pending_minutes")
    return {name: findings.attempt(partial(raw.whole_number, fields, name), _own) for name in names}


# --- what only shows when all is put together


def _check_together(values: Mapping[str, Any], row_keys: RowKeys, findings: Findings) -> None:
    """Lets the spec judge these parts beside a group that has nothing wrong, so that they are judged even while
    Basic Settings is not finished."""
    findings.attempt(
        lambda: ContainerGroupSpec(
            region_id="any-region",
            container_group_name="any-name",
            containers=(Container(name="any", image="any"),),
            **values,
        ),
        partial(_control_of_path, row_keys),
    )


def control_of_path(data: Data) -> Callable[[str], str]:
    """A function from a path into the spec of this draft to the name of its control: the control's id without `id_`."""
    row_keys = {
        "tags": [row["key"] for row in typed_rows(data, "tags")],
        "acr_registry_infos": [row["key"] for row in acr_rows(data)],
    }
    return partial(_control_of_path, row_keys)


def other_problem(error: DomainError, data: Data) -> Problem:
    """An error of the whole group at the control of this step that it is about."""
    findings = Findings(STEP, labels=LABELS)
    findings.add(control_of_path(data)(error.path), error)
    return findings.problems[0]


def other_field_id(path: str, data: Data) -> str:
    """The id of the control that a path into the spec of this draft is about."""
    return f"id_{control_of_path(data)(path)}"


def _control_of_path(row_keys: RowKeys, path: str) -> str:
    first, *rest = path.split(".")
    if first == "dns_config":
        return f"other-{rest[0]}" if rest else "other-name_servers"
    if first not in row_keys:
        return f"other-{first}"
    kind = {"acr_registry_infos": "acr"}.get(first, first)
    keys = row_keys[first]
    position = int(rest[0]) if rest and rest[0].isdigit() else len(keys)
    has_control = position < len(keys) and len(rest) > 1
    return f"other-{kind}-{keys[position]}-{rest[1]}" if has_control else f"other-{kind}-add"


def _below(prefix: str) -> Callable[[str], str]:
    return lambda path: f"{prefix}-{path.partition('.')[0]}"


_own = _below("other")
