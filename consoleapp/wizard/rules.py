"""What a draft must keep to besides what its fields declare: sizes that are sold, nothing meaningless, the mark of the
order among the tags, the logins that its images need.
"""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext

from consoleapp.domain import limits
from consoleapp.domain.credentials import RequirementReason
from consoleapp.domain.errors import DomainError, Reason
from consoleapp.domain.group import ContainerGroupSpec
from consoleapp.domain.registry import ImageRegistryCredential
from consoleapp.domain.schema import fields_of
from consoleapp.domain.secret import Secret
from consoleapp.domain.sizes import billed_size
from consoleapp.domain.typed import entries
from consoleapp.web.domain_words import said_later
from consoleapp.wizard.access.requirements import HostNeed, host_needs, image_needs, is_covered
from consoleapp.wizard.access.saved_logins import saved_of, trouble_of
from consoleapp.wizard.draft import raw
from consoleapp.wizard.draft.decoding import Reading
from consoleapp.wizard.draft.problems import ErrorCollector, FieldError
from consoleapp.wizard.layout import OTHER
from consoleapp.wizard.shape import (
    CONTAINER_LISTS,
    SAVED,
    Data,
    credential_name,
    credential_of,
    credential_prefix,
    saved_name,
)

_LABELS = {name: said_later(field.label) for name, field in fields_of(ImageRegistryCredential).items()}


def note_early(spec: Mapping[str, Any], group: ContainerGroupSpec, reading: Reading) -> None:
    """Note what counts before the group is judged as a whole, because it is said better here."""
    _note_waiting_lines(spec, reading)
    _note_tags(spec, group, reading)
    _note_meaningless(group, reading)
    if group.cpu and group.memory_gib and group.region_id:
        _note_size(group.cpu, group.memory_gib, group, reading)


def size_said(spec: Mapping[str, Any]) -> Mapping[str, None]:
    """Return what counts instead of vCPU and memory as chosen: nothing, where instance types say the size. The cloud
    would not look at them; the choice is kept for who takes the types away again."""
    return {"cpu": None, "memory_gib": None} if entries(str(spec.get("instance_type") or "")) else {}


def _note_size(cpu: Decimal, memory_gib: Decimal, group: ContainerGroupSpec, reading: Reading) -> None:
    """Note a pair of vCPU and memory that nothing sold covers; what is no such number is marked by itself."""
    if not (0 < cpu <= limits.CPU_MAX and 0 < memory_gib <= limits.MEMORY_GIB_MAX):
        return
    try:
        billed_size(cpu, memory_gib, group.region_id, spot=group.is_spot)
    except DomainError as error:
        for each in error.all_errors:
            reading.note((each.path,), each)


def _note_meaningless(group: ContainerGroupSpec, reading: Reading) -> None:
    """Note what the API takes and nobody can mean. It does not say what it would make of either."""
    if group.spot_duration_hours is not None and not group.is_spot:
        error = DomainError(Reason.ONLY_WITH, other=gettext("a preemptible instance"))
        reading.note(("spot_duration_hours",), error)
    # An address belongs to one vSwitch. Of several the cloud would choose one that may not have it.
    if group.private_ip_address and len(group.vswitch_ids) > 1:
        reading.note(("private_ip_address",), DomainError(Reason.ONLY_WITH, other=gettext("a single vSwitch")))


def note_single(group: ContainerGroupSpec, reading: Reading) -> None:
    """Note what only one group can have, where several are asked for."""
    for name in ("private_ip_address", "eip_instance_id"):
        if getattr(group, name):
            reading.note((name,), DomainError(Reason.ONLY_WITH, other=gettext("a quantity of 1")))


def _note_waiting_lines(spec: Mapping[str, Any], reading: Reading) -> None:
    """Note pasted lines that found no room among the variables of a container."""
    for name in CONTAINER_LISTS:
        for container in spec.get(name, []):
            waiting = str(container.get("environment_vars_waiting") or "").strip()
            if waiting.isdecimal() and int(waiting):
                most, count = limits.ENVIRONMENT_VARS_MAX, len(container.get("environment_vars", [])) + int(waiting)
                path = (name, container["_key"], "environment_vars_paste")
                reading.note(path, DomainError(Reason.TOO_MANY, limit=most, count=count))


def _note_tags(spec: Mapping[str, Any], group: ContainerGroupSpec, reading: Reading) -> None:
    """Note a tag with the key of the order's mark, and more tags than it leaves room for."""
    for row in spec.get("tags", []):
        if str(row.get("key") or "").strip().lower() == limits.ORDER_TAG_KEY:
            path = ("tags", row["_key"], "key")
            reading.note(path, DomainError(Reason.TAG_KEY_OURS, name=limits.ORDER_TAG_KEY))
    if len(group.tags) > limits.OWN_TAGS_MAX:
        reading.note(("tags",), DomainError(Reason.TOO_MANY, limit=limits.OWN_TAGS_MAX, count=len(group.tags)))


def credentials(
    data: Data, secrets: Mapping[str, Secret]
) -> tuple[tuple[ImageRegistryCredential, ...], tuple[FieldError, ...]]:
    """Return one credential for every host that needs one or was given one, and what is wrong with them."""
    made, problems = [], []
    for need in host_needs(image_needs(data)):
        findings = ErrorCollector(OTHER, credential_prefix(need.host), subject=need.host, labels=_LABELS)
        if SAVED in credential_of(data, need.host):
            credential = _saved(need, data, secrets.get(saved_name(need.host)), findings)
        else:
            credential = _credential(need, data, secrets.get(credential_name(need.host)) or Secret(""), findings)
        problems += findings.problems
        if credential is not None:
            made.append(credential)
    return tuple(made), tuple(problems)


def _saved(
    need: HostNeed, data: Data, password: Secret | None, findings: ErrorCollector
) -> ImageRegistryCredential | None:
    """Return the login that the team has saved: nothing of it was typed."""
    saved, trouble = saved_of(data, need.host), trouble_of(data, need.host)
    if saved is not None and password and trouble is None:
        return ImageRegistryCredential(need.host, saved.user_name, password)
    findings.problems.append(_at_login(need, "user_name", trouble or Reason.SAVED_LOGIN_GONE))
    return None


def _credential(
    need: HostNeed, data: Data, password: Secret, findings: ErrorCollector
) -> ImageRegistryCredential | None:
    user_name = raw.text(credential_of(data, need.host), "user_name")
    if not user_name and not password:
        if need.is_acr_registry_info_required and not is_covered(need, data):
            message = gettext("the instance of this registry, or a credential")
            findings.add("user_name", DomainError(Reason.NEEDS, "user_name", other=message))
        if need.requirement.reason is RequirementReason.PRIVATE_IMAGE:
            error, label = DomainError(Reason.LOGIN_NOT_KNOWN, "user_name"), gettext("Access to %(host)s")
            field_id = f"id_{credential_prefix(need.host)}-user_name"
            key = need.needs[0].container_key
            findings.problems.append(FieldError(OTHER, field_id, error, label % {"host": need.host}, key))
            return None
        if not need.is_credential_required:
            return None
    if user_name and password:
        return findings.attempt(lambda: ImageRegistryCredential(need.host, user_name, password))
    if user_name or password or need.is_credential_required:
        findings.problems.append(_missing_login(need, user_name, password))
    return None


def _missing_login(need: HostNeed, user_name: str, password: Secret) -> FieldError:
    """Return what a login lacks as one problem, at the first control that is empty."""
    reason = Reason.USER_NAME_MISSING if password else Reason.PASSWORD_MISSING if user_name else Reason.LOGIN_MISSING
    return _at_login(need, "password" if user_name else "user_name", reason)


def _at_login(need: HostNeed, name: str, reason: Reason) -> FieldError:
    label = gettext("Login for %(host)s") % {"host": need.host}
    field_id = f"id_{credential_prefix(need.host)}-{name}"
    return FieldError(OTHER, field_id, DomainError(reason, name), label, need.needs[0].container_key)
