"""The steps of the wizard in their order, and what a draft still lacks at each of them. Pure functions.

How a step is shown and saved is in views/step.py; what is wrong with a text is found in validation.py.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from consoleapp.domain.errors import DomainError, Reason
from consoleapp.domain.schema import fields_of
from consoleapp.domain.secret import Secret
from consoleapp.domain.spec import ContainerGroupSpec
from consoleapp.web.domain_words import said_later
from consoleapp.wizard.draft import raw
from consoleapp.wizard.draft.problems import ErrorCollector, FieldError, Kind
from consoleapp.wizard.services.network import NetworkChoices
from consoleapp.wizard.shape import Data
from consoleapp.wizard.validation import read


@dataclass(frozen=True)
class Step:
    """One page of the wizard; its address is `wizard:<slug>`."""

    slug: str
    title: Promise | str


FLOW = (
    Step("basic", _("Basic Settings")),
    Step("other", _("Other Settings (Optional)")),
    Step("confirm", _("Confirm")),
)
# Of the choices that the network's lists are for.
_LABELS = {
    "vpc_id": _("VPC"),
    **{
        name: said_later(fields_of(ContainerGroupSpec)[name].label)
        for name in ("region_id", "security_group_id", "vswitch_ids", "zone_id", "resource_group_id")
    },
}
SLUGS = tuple(step.slug for step in FLOW)


def title_of(slug: str) -> Promise | str:
    """Return the title of the step with this slug."""
    return FLOW[SLUGS.index(slug)].title


@dataclass(frozen=True)
class Evaluation:
    """What a draft describes: the container group to be sent, or the problems that stand against it.

    `group` is the same as far as it can be read, judged by nobody. `marks` are what the rules of its team say: those
    that deny something are among the problems, too.
    """

    problems: tuple[FieldError, ...]
    spec: ContainerGroupSpec | None
    group: ContainerGroupSpec
    marks: tuple[FieldError, ...] = ()

    def judged(self, marks: Iterable[FieldError]) -> "Evaluation":
        """Return this evaluation with what the rules say; what they deny comes after the mistakes of its step."""
        told = tuple(marks)
        denied = [mark for mark in told if mark.is_wrong]
        problems = sorted((*self.problems, *denied), key=lambda each: SLUGS.index(each.step))
        return replace(self, problems=tuple(problems), spec=None if denied else self.spec, marks=told)

    def shown_at(self, slug: str, *, with_mistakes: bool) -> tuple[FieldError, ...]:
        """Return what keeps this step from being complete and is to be seen: what rules deny always, mistakes once the
        step was left."""
        return tuple(each for each in self.of(slug) if with_mistakes or each.kind != Kind.MISTAKE)

    def with_refusal(self, refusal: FieldError | None) -> "Evaluation":
        """Return this evaluation with what the cloud said before all else."""
        return replace(self, problems=(refusal, *self.problems), spec=None) if refusal else self

    @property
    def missing_login(self) -> FieldError | None:
        """Return the first problem where it is a login, the one thing of Other Settings that belongs to an image."""
        first = next(iter(self.problems), None)
        return first if first is not None and first.step != SLUGS[0] and first.container_key else None

    def of(self, slug: str) -> tuple[FieldError, ...]:
        """Return the problems that are mended at this step."""
        return tuple(problem for problem in self.problems if problem.step == slug)


def evaluate(data: Data, secrets: Mapping[str, Secret], network: NetworkChoices | None = None) -> Evaluation:
    """Return what the draft describes. With the network's lists at hand, choices it does not have are problems too."""
    group, problems = read(data, secrets)
    if network is not None and not problems and network.limits.resource_group_id and not group.resource_group_id:
        group = replace(group, resource_group_id=network.limits.resource_group_id)
    if network is not None and (found := _network_problems(data, network)):
        known = {problem.field_id for problem in problems}
        problems = (*(each for each in found if each.field_id not in known), *problems)
    return Evaluation(problems, None if problems else group, group)


def _network_problems(data: Data, network: NetworkChoices) -> tuple[FieldError, ...]:
    findings = ErrorCollector("basic", labels=_LABELS)
    if not network.is_region:
        findings.add("region_id", DomainError(Reason.UNKNOWN_REGION, "region_id"))
        return tuple(findings.problems)
    not_granted = _not_granted(data, network)
    if not_granted or network.error is not None or not network.regions:
        return not_granted
    basic = {**data["spec"], "vpc_id": data["page"].get("vpc_id")}
    offered: tuple[tuple[str, set[str]], ...] = (
        ("region_id", {region.region_id for region in network.regions}),
        ("vpc_id", {vpc.vpc_id for vpc in network.vpcs}),
        ("security_group_id", {group.security_group_id for group in network.security_groups}),
    )
    for name, known in offered:
        chosen = basic.get(name)
        if chosen and chosen not in known:
            findings.add(name, DomainError(Reason.NOT_A_CHOICE, name, choices=", ".join(sorted(known)) or "–"))
    free = {vswitch.vswitch_id for vswitch in network.vswitches if not vswitch.is_full}
    chosen_vswitches = basic.get("vswitch_ids")
    for chosen in chosen_vswitches if isinstance(chosen_vswitches, list) else ():
        if chosen not in free:
            choices = ", ".join(sorted(free)) or "–"
            findings.add("vswitch_ids", DomainError(Reason.NOT_A_CHOICE, "vswitch_ids", choices=choices))
            break
    zone_id = raw.word(basic, "zone_id")
    for vswitch in network.vswitches:
        if zone_id not in ("", vswitch.zone_id) and vswitch.vswitch_id in raw.words(basic, "vswitch_ids"):
            other = gettext("a vSwitch of %(zone)s") % {"zone": vswitch.zone_id}
            findings.add("zone_id", DomainError(Reason.CONFLICT, "zone_id", other=other))
            break
    return tuple(findings.problems)


def _not_granted(data: Data, network: NetworkChoices) -> tuple[FieldError, ...]:
    """Return what the team was not granted of its cloud account, also while the lists cannot be had."""
    spec, limits = data["spec"], network.limits
    region_id, vpc_id = raw.word(spec, "region_id"), raw.word(data["page"], "vpc_id")
    findings = ErrorCollector("basic", labels=_LABELS)
    if region_id and not limits.has_region(region_id):
        findings.add("region_id", _granted("region_id", *limits.regions))
    elif vpc_id and not limits.has_vpc(vpc_id):
        findings.add("vpc_id", _granted("vpc_id", *limits.vpc_ids))
    elif limits.vpc_ids and (network.error is not None or not raw.words(spec, "vswitch_ids")):
        # Nobody could say whose VPC it is, or the cloud would take one of its own choice.
        findings.add("vswitch_ids", _granted("vswitch_ids", *limits.vpc_ids))
    others = ErrorCollector("other", labels=_LABELS)
    if limits.resource_group_id and raw.word(spec, "resource_group_id") not in ("", limits.resource_group_id):
        others.add("resource_group_id", _granted("resource_group_id", limits.resource_group_id))
    return (*findings.problems, *others.problems)


def _granted(name: str, *granted: str) -> DomainError:
    return DomainError(Reason.NOT_GRANTED, name, granted=", ".join(granted))


def first_incomplete(evaluation: Evaluation) -> str | None:
    """Return the first step that still lacks something; None where the draft may be ordered."""
    return next((slug for slug in SLUGS if evaluation.of(slug)), None)


def reachable(evaluation: Evaluation, slug: str) -> str:
    """Return the step itself, or the earlier one that must be completed first."""
    lacking = first_incomplete(evaluation)
    if lacking is None or SLUGS.index(slug) <= SLUGS.index(lacking):
        return slug
    return lacking
