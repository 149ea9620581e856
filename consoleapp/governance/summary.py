"""A policy as people read it: sentences by what they are about, and what a version has changed."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from django.utils.translation import gettext, gettext_lazy

from consoleapp.domain.policy import PolicyRule, Verdict, told_value
from consoleapp.domain.policy_rules import SUBJECTS, subject_of
from consoleapp.governance import policies
from consoleapp.governance.models import Exemption, Mode, Policy, PolicyVersion
from consoleapp.teams.models import Team
from consoleapp.web.domain_words import around_value, said

# Of the versions before, so many are told.
VERSIONS_SHOWN: Final = 20

VERDICTS: Final = {
    Verdict.DENY: (gettext_lazy("denied"), "bad"),
    Verdict.APPROVE: (gettext_lazy("needs approval"), "warn"),
    Verdict.WARN: (gettext_lazy("told only"), ""),
}
MODES: Final = {
    Mode.ENFORCE: (gettext_lazy("Enforced"), "info"),
    Mode.WARN: (gettext_lazy("Warns only"), "hollow"),
}


@dataclass(frozen=True)
class Sentence:
    """A rule in words, around its value, and what becomes of who breaks it; `look` is how the chip looks."""

    before: str
    value: str
    after: str
    verdict: str
    look: str


@dataclass(frozen=True)
class Change:
    """What a version said anew, or no longer; `was` is the sentence before."""

    word: str
    text: str
    was: str = ""


@dataclass(frozen=True)
class Shown:
    """A policy on its page."""

    policy: Policy
    version: PolicyVersion
    mode: str
    look: str
    subjects: Sequence[tuple[str, Sequence[Sentence]]]
    versions: Sequence[tuple[PolicyVersion, Sequence[Change]]]
    has_older: bool
    exemptions: Sequence[tuple[Exemption, str]]

    @property
    def rules(self) -> list[tuple[str, str]]:
        """Return the names of the rules that it has, with their sentences."""
        return [(rule.rule.name, text_of(rule)) for rule in policies.read(self.version).rules]

    @property
    def warns(self) -> bool:
        """Tell whether it is told only."""
        return self.policy.mode == Mode.WARN


def text_of(rule: PolicyRule) -> str:
    """Return the sentence of a rule with its value."""
    return said(rule.rule.says).format(value=told_value(rule))


def sentence_of(rule: PolicyRule) -> Sentence:
    """Return a rule in words."""
    before, after = around_value(rule.rule.says)
    word, look = VERDICTS[rule.verdict]
    return Sentence(before, told_value(rule), after, str(word), look)


def by_subject(rules: Iterable[PolicyRule]) -> list[tuple[str, list[Sentence]]]:
    """Return the sentences under their headings, in the order of these; without headings of which nothing is said."""
    found: dict[str, list[Sentence]] = {heading: [] for _first, heading in SUBJECTS}
    for rule in rules:
        found[subject_of(rule.rule)].append(sentence_of(rule))
    return [(said(heading), told) for heading, told in found.items() if told]


def shown(found: Sequence[Policy], team: Team | None = None) -> list[Shown]:
    """Return policies as their page shows them, with the exemptions of a team or of all, in two queries more."""
    versions, exemptions = policies.versions_of(found), policies.exemptions_from(found, team)
    return [_shown(policy, versions[policy.pk], exemptions[policy.pk]) for policy in found if versions[policy.pk]]


def _shown(policy: Policy, versions: Sequence[PolicyVersion], exemptions: Sequence[Exemption]) -> Shown:
    newest = next((each for each in versions if each.number == policy.current), versions[0])
    word, look = MODES[Mode(policy.mode)]
    told = [
        (version, changes(versions[place + 1] if place + 1 < len(versions) else None, version))
        for place, version in enumerate(versions[:VERSIONS_SHOWN])
    ]
    rules = policies.read(newest).rules
    sentences = {rule.rule.name: text_of(rule) for rule in rules}
    # A rule that the policy has no more needs no exemption; it is told all the same, until it ends.
    exempt = [(each, sentences.get(each.rule, each.rule)) for each in exemptions]
    is_cut = len(versions) > VERSIONS_SHOWN
    return Shown(policy, newest, str(word), look, by_subject(rules), told, is_cut, exempt)


def changes(before: PolicyVersion | None, after: PolicyVersion) -> list[Change]:
    """Return what a version says otherwise than the one before it."""
    if before is None:
        return [Change(gettext("Begun"), "")]
    old, new = _by_name(before), _by_name(after)
    found = []
    if before.mode != after.mode:
        found.append(Change(gettext("Mode"), str(MODES[Mode(after.mode)][0]), str(MODES[Mode(before.mode)][0])))
    found += [Change(gettext("Added"), _told(rule)) for name, rule in new.items() if name not in old]
    found += [
        Change(gettext("Changed"), _told(rule), _told(old[name]))
        for name, rule in new.items()
        if name in old and _told(old[name]) != _told(rule)
    ]
    found += [Change(gettext("Taken out"), _told(rule)) for name, rule in old.items() if name not in new]
    return found


def _by_name(version: PolicyVersion) -> Mapping[str, PolicyRule]:
    return {rule.rule.name: rule for rule in policies.read(version).rules}


def _told(rule: PolicyRule) -> str:
    return f"{text_of(rule)} ({VERDICTS[rule.verdict][0]})"


def verdict_choices() -> list[tuple[str, Any]]:
    """Return the verdicts that a rule can have, with their words."""
    return [(verdict.value, word) for verdict, (word, _look) in VERDICTS.items()]
