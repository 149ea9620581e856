"""Whether templates still fit the policies that bind their team: judged whenever they are shown, nothing is kept.

What a template fixes and a policy denies can be ordered by nobody. What it leaves open is told at its field.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils import timezone
from django.utils.translation import gettext as _

from consoleapp.domain import policy
from consoleapp.governance import policies
from consoleapp.launch_templates.locks import Locks
from consoleapp.launch_templates.models import LaunchTemplateVersion
from consoleapp.teams.actors import Actor
from consoleapp.teams.models import Team
from consoleapp.web.domain_words import said
from consoleapp.wizard.draft import raw
from consoleapp.wizard.draft.controls import control_name
from consoleapp.wizard.draft.decoding import raw_path
from consoleapp.wizard.draft.template import new_data
from consoleapp.wizard.forms.basic import billed_for
from consoleapp.wizard.shape import Data
from consoleapp.wizard.validation import read

# Rules about the version of an image, which may be open while the image is locked.
_ABOUT_VERSION = frozenset({"no_latest", "digest_required"})


@dataclass(frozen=True)
class Misfit:
    """A value that the template fixes and a policy denies: the rule in words, whose it is, and where it stands."""

    text: str
    policy: str
    is_site: bool
    control: str


def misfits_of(actor: Actor, version: LaunchTemplateVersion) -> list[Misfit]:
    """Return what of the version does not fit the policies of the actor's team."""
    if actor.team is None:
        return []
    return misfits_by_version(actor.team, [version])[version.pk]


def misfits_by_version(team: Team, versions: Sequence[LaunchTemplateVersion]) -> dict[int, list[Misfit]]:
    """Return the same of several versions, by their keys; one query however many they are."""
    rules, exemptions = policies.rulebook(team)
    if not rules:
        return {version.pk: [] for version in versions}
    return {version.pk: _misfits(version, rules, exemptions) for version in versions}


def _misfits(
    version: LaunchTemplateVersion, rules: Sequence[policy.Policy], exemptions: Sequence[policy.Exemption]
) -> list[Misfit]:
    data = new_data(version)
    spec, _problems = read(data, {})
    found = policy.judge(spec, rules, facts_of(version, data), timezone.now(), exemptions=exemptions)
    denied = [finding for finding in found if finding.verdict == policy.Verdict.DENY]
    if not denied:
        return []
    locks = Locks.of(data["template"]["tree"], version.fields)
    fixed = {leaf.path for leaf in locks.leaves(data["spec"]) if leaf.is_fixed}
    misfits = []
    for finding in denied:
        path = raw_path(data["spec"], finding.path)
        if path not in fixed:
            continue
        if finding.rule.name in _ABOUT_VERSION and (*path[:-1], "image_version") not in fixed:
            continue
        text = said(finding.rule.says).format(value=finding.value)
        misfits.append(Misfit(text, finding.policy.name, finding.policy.is_site, control_name(path)))
    return misfits


def facts_of(version: LaunchTemplateVersion, data: Data) -> policy.Facts:
    """Return what is known of a template beside what it asks for."""
    spec = data["spec"]
    billed = billed_for(spec, raw.word(spec, "region_id"))
    return policy.Facts(
        vpc_id=raw.word(data["page"], "vpc_id") or None,
        cpu=billed.cpu if billed else None,
        memory_gib=billed.memory_gib if billed else None,
        template=version.template.name,
    )


def badge(misfits: Sequence[Misfit]) -> str:
    """Return what a card says of a template that does not fit; "" for one that does."""
    if not misfits:
        return ""
    return _("does not fit the policy: %(rule)s") % {"rule": misfits[0].text.rstrip(".")}
