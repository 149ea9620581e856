"""The rules that a policy can have: the sentence of each, what it takes, and how it is typed and stored."""

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal, InvalidOperation
from types import MappingProxyType
from typing import Any, Final

from consoleapp.domain import policy_checks as checks
from consoleapp.domain.errors import DomainError, Reason, _
from consoleapp.domain.image_pattern import ImagePattern, read_pattern
from consoleapp.domain.policy import PolicyRule, Rule, Takes, Verdict

VALUES_MAX: Final = 100
VALUE_MAX: Final = 300

_D, _A = Verdict.DENY, Verdict.APPROVE
_N: Final = Takes.NOTHING

RULES: Final[tuple[Rule, ...]] = (
    # The image
    Rule("images_only_from", "containers.image", _("Images come from {value} alone."), Takes.IMAGES, checks.only_from),
    Rule("images_never_from", "containers.image", _("No image comes from {value}."), Takes.IMAGES, checks.never_from),
    Rule("no_latest", "containers.image", _("No image is called latest."), _N, checks.not_latest),
    Rule("digest_required", "containers.image", _("Every image is pinned by its digest."), _N, checks.digest),
    Rule("proof_required", "containers.image", _("Every image has been proved within a day."), _N, checks.proof, _A),
    Rule(
        "no_plain_http",
        "plain_http_registries",
        _("No registry is asked over plain HTTP."),
        _N,
        checks.each_of("plain_http_registries"),
    ),
    Rule(
        "no_insecure",
        "insecure_registries",
        _("No registry has an unverified certificate."),
        _N,
        checks.each_of("insecure_registries"),
    ),
    # Where it runs
    Rule("regions", "region_id", _("Groups run in {value}."), Takes.NAMES, checks.one_of("region_id")),
    Rule("vpcs", "vswitch_ids", _("Groups run in the VPC {value}."), Takes.NAMES, checks.vpcs),
    Rule(
        "vswitches", "vswitch_ids", _("Groups run in the vSwitches {value}."), Takes.NAMES, checks.one_of("vswitch_ids")
    ),
    Rule(
        "security_groups",
        "security_group_id",
        _("Groups are in the security group {value}."),
        Takes.NAMES,
        checks.one_of("security_group_id"),
    ),
    # Size
    Rule("cpu_at_most", "cpu", _("At most {value} vCPU."), Takes.NUMBER, checks.most("cpu", "cpu"), unit="vCPU"),
    Rule(
        "memory_at_most",
        "memory_gib",
        _("At most {value} GiB of memory."),
        Takes.NUMBER,
        checks.most("memory_gib", "memory_gib"),
        unit="GiB",
    ),
    Rule("gpu_at_most", "containers.gpu", _("At most {value} GPU."), Takes.NUMBER, checks.gpus),
    Rule("instance_types", "instance_type", _("Instance types are among {value}."), Takes.NAMES, checks.instance_types),
    Rule(
        "compute_categories",
        "compute_categories",
        _("Compute categories are among {value}."),
        Takes.NAMES,
        checks.one_of("compute_categories"),
    ),
    Rule("no_spot", "spot_strategy", _("No preemptible instances."), _N, checks.spot),
    Rule(
        "storage_at_most",
        "ephemeral_storage_gib",
        _("At most {value} GiB of extra storage."),
        Takes.NUMBER,
        checks.most("ephemeral_storage_gib"),
        unit="GiB",
    ),
    Rule(
        "containers_at_most",
        "containers",
        _("At most {value} containers in a group."),
        Takes.NUMBER,
        checks.container_count,
    ),
    # Rights
    Rule(
        "no_privileged",
        "containers.security_context",
        _("No container is privileged."),
        _N,
        checks.rights("privileged", "privileged"),
    ),
    Rule(
        "no_capabilities",
        "containers.security_context",
        _("No container gets added capabilities."),
        _N,
        checks.rights("capabilities_add", "capabilities_add"),
    ),
    Rule("no_root", "containers.security_context", _("No container runs as root."), _N, checks.root),
    Rule("no_host_path", "volumes", _("No volume is a path of the host."), _N, checks.host_path),
    Rule("no_host_sysctls", "host_sysctls", _("No kernel parameter of the host is changed."), _N, checks.sysctls),
    Rule("ram_roles", "ram_role_name", _("RAM roles are among {value}."), Takes.NAMES, checks.one_of("ram_role_name")),
    # Order in the house
    Rule("tags_required", "tags", _("Every group has the tags {value}."), Takes.NAMES, checks.tags),
    Rule("deadline_required", "active_deadline_seconds", _("Every group has an active deadline."), _N, checks.deadline),
    Rule("template_required", "container_group_name", _("Groups are ordered from templates."), _N, checks.template),
    # Money and the outside
    Rule("price_at_most", "cpu", _("At most {value} an hour without approval."), Takes.NUMBER, checks.price, _A),
    Rule("no_public_ip", "auto_create_eip", _("No public address without approval."), _N, checks.public_ip, _A),
    Rule(
        "bandwidth_at_most",
        "eip_bandwidth_mbps",
        _("At most {value} Mbit/s without approval."),
        Takes.NUMBER,
        checks.bandwidth,
        _A,
        unit="Mbit/s",
    ),
    Rule(
        "quota_at_most",
        "cpu",
        _("At most {value} % of the quota without approval."),
        Takes.NUMBER,
        checks.quota,
        _A,
        unit="%",
    ),
)
BY_NAME: Final[Mapping[str, Rule]] = MappingProxyType({rule.name: rule for rule in RULES})

# What rules are about, as a policy is read: each heading with the first of its rules.
SUBJECTS: Final = (
    ("images_only_from", _("Image")),
    ("regions", _("Where it runs")),
    ("cpu_at_most", _("Size")),
    ("no_privileged", _("Rights")),
    ("tags_required", _("Order in the house")),
    ("price_at_most", _("Money and the outside")),
)


def subject_of(rule: Rule) -> str:
    """Return the heading under which a rule stands."""
    place = RULES.index(rule)
    return next(heading for first, heading in reversed(SUBJECTS) if RULES.index(BY_NAME[first]) <= place)


def read_rule(name: str, text: str, verdict: str) -> PolicyRule:
    """Return a rule of a policy, of what was typed: a number, or names or image patterns separated by commas, blanks or
    lines. Raise DomainError."""
    rule = BY_NAME.get(name)
    if rule is None:
        raise DomainError(Reason.NOT_A_CHOICE, "rule", choices=", ".join(BY_NAME))
    if verdict not in list(Verdict):
        raise DomainError(Reason.NOT_A_CHOICE, "verdict", choices=", ".join(Verdict))
    return PolicyRule(rule, _read_value(rule, text), Verdict(verdict))


def _read_value(rule: Rule, text: str) -> Any:
    if rule.takes == Takes.NOTHING:
        return None
    if rule.takes == Takes.NUMBER:
        return _read_number(text)
    words = tuple(dict.fromkeys(text.replace(",", " ").split()))
    if not words:
        raise DomainError(Reason.REQUIRED, "value")
    if len(words) > VALUES_MAX:
        raise DomainError(Reason.TOO_MANY, "value", limit=VALUES_MAX, count=len(words))
    if longest := next((word for word in words if len(word) > VALUE_MAX), None):
        raise DomainError(Reason.TOO_LONG, "value", limit=VALUE_MAX, length=len(longest))
    return words if rule.takes == Takes.NAMES else _read_patterns(words)


def _read_patterns(words: Iterable[str]) -> tuple[ImagePattern, ...]:
    found = []
    for word in words:
        try:
            found.append(read_pattern(word))
        except DomainError as error:
            error.move_under("value")
            raise
    return tuple(found)


def _read_number(text: str) -> Decimal:
    try:
        number = Decimal(text.strip())
    except InvalidOperation:
        number = Decimal("NaN")
    if not number.is_finite():
        raise DomainError(Reason.NOT_A_NUMBER, "value")
    if not 0 <= number <= 1_000_000:
        raise DomainError(Reason.OUT_OF_RANGE, "value", least=0, most=1_000_000)
    return number


def written(rules: Sequence[PolicyRule]) -> list[dict[str, str]]:
    """Return rules as they are stored."""
    return [
        {
            "rule": each.rule.name,
            "value": _written_value(each.value),
            "verdict": each.verdict.value,
        }
        for each in rules
    ]


def _written_value(value: Any) -> str:
    if value is None:
        return ""
    return f"{value:f}" if isinstance(value, Decimal) else " ".join(map(str, value))
