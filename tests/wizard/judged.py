"""Drafts of a team with rules and quotas, as its operator fills them in."""

from dataclasses import replace
from decimal import Decimal
from typing import Any

from django.test import Client

from consoleapp.accounts.models import User
from consoleapp.domain.policy_rules import read_rule
from consoleapp.domain.quota import Unit
from consoleapp.domain.roles import Role
from consoleapp.domain.spec import ContainerGroupSpec
from consoleapp.governance import policies, quotas
from consoleapp.governance.models import Mode, Policy
from consoleapp.teams.actors import Actor
from consoleapp.wizard.draft.encoding import to_draft
from consoleapp.wizard.models import Draft
from consoleapp.wizard.services import drafts
from tests.teams.people import People
from tests.wizard import complete
from tests.wizard.page_form import StepForm, open_step

Said = tuple[str, str, str]
CPU: Said = ("cpu_at_most", "2", "deny")


def rule(people: People, *said: Said, name: str = "QA", mode: Mode = Mode.ENFORCE, by: User | None = None) -> Policy:
    """A policy of the team with these rules: name, value, verdict; of the site where a site admin is named."""
    policy = Policy.objects.filter(name=name).first() or Policy(team=None if by else people.team, name=name)
    policies.save(by or people[Role.ADMIN], policy, [read_rule(*each) for each in said], mode=mode)
    return policy


def limit(people: People, **limits: int) -> None:
    """Quotas of the team by their units."""
    for unit, most in limits.items():
        quotas.set_limit(people.team, Unit(unit), most)


def draft_of(people: People, spec: ContainerGroupSpec | None = None, **changed: Any) -> Draft:
    """A complete draft of the operator for the team; 4 vCPU and 8 GiB unless told otherwise."""
    sized = {"cpu": Decimal(4), "memory_gib": Decimal(8)}
    made = to_draft(spec or replace(complete.spec(), **{**sized, **changed}), complete.VPC)
    return drafts.create_draft(Actor(people[Role.OPERATOR], people.team), made.data, secrets=made.secrets)


def page(client: Client, draft: Draft, step: str = "basic") -> StepForm:
    """A step of the draft."""
    return open_step(client, f"/buy/{draft.pk}/{step}/")
